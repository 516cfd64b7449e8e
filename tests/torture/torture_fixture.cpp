/* SPDX-License-Identifier: ISC */
#include "torture_fixture.h"

#include <string>

#include <unistd.h>

#include "private_root.h"
#include "skip.h"
#include "tracee.h"

void
TortureTest::SetUp()
{
	std::string why_not;

	if (!Tracee::fails_calls())
		SKIP_TEST("calls cannot be made to fail on this processor");
	if (geteuid() != 0)
		SKIP_TEST("without root there are other processes here, and no other users");
	network = NetworkNamespace::enter(&why_not);
	if (!network)
		SKIP_TEST(why_not);
	if (enter_private_root(&why_not).empty())
		SKIP_TEST(why_not);
	network->set_up("lo");
	expected = run(0, 0);
}
