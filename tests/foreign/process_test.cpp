// SPDX-License-Identifier: ISC
// What a backend knows of its own process: the same promises on each system, over
// that system's own calls and records.
#include <cstring>

#include "foreign_request.h"

namespace {

class Process : public Foreign {
protected:
	static void OpenLater(int first, int count)
	{
		for (int i = 0; i < count; i++)
			foreign_open_later(first + i);
	}
};

TEST_F(Process, IsSetIdWhenTheKernelSaysSo)
{
	EXPECT_EQ(0, foreign_is_set_id());
	foreign_set_id();
	EXPECT_EQ(1, foreign_is_set_id());
}

// LISTEN_PIDFDID is of Linux's pidfd.
TEST_F(Process, HasNoIdentityBesideItsNumber)
{
	EXPECT_EQ(0, foreign_has_process_identity());
}

// launch.h
TEST_F(Process, HasSocketsOfLaunchdOnDarwinAlone)
{
	EXPECT_EQ(OnFreeBSD() ? -1 : 2, foreign_launchd_sockets());
	foreign_fail("malloc", 1);
	EXPECT_EQ(-1, foreign_launchd_sockets());
}

// ---- the executable ----

TEST_F(Process, KnowsItsExecutable)
{
	foreign_set_executable("/usr/local/bin/bindchain");
	EXPECT_TRUE(foreign_knows_executable());
}

TEST_F(Process, DoesNotKnowAnExecutableThatCannotBeLookedAt)
{
	foreign_set_executable("/usr/local/bin/bindchain");
	foreign_fail("stat", 1);
	EXPECT_FALSE(foreign_knows_executable());
}

// PATH_MAX is 1024: FreeBSD says ENOMEM, dyld(3) what it would need.
TEST_F(Process, DoesNotKnowAnExecutableWhosePathIsTooLong)
{
	const std::string path = "/" + std::string(1023, 'x');

	foreign_set_executable(path.c_str());
	EXPECT_FALSE(foreign_knows_executable());
}

// ---- descriptors ----

TEST_F(Process, FindsTheHighestDescriptorThatIsOpen)
{
	EXPECT_EQ(2, foreign_highest_descriptor());
	foreign_open_descriptor(40, strlen("/a/path/of/some/length/that/is/no/multiple/of/eight"));
	foreign_open_descriptor(17, 0);
	EXPECT_EQ(40, foreign_highest_descriptor());
}

// It was lowered since.
TEST_F(Process, FindsADescriptorBeyondTheLimit)
{
	foreign_limit_descriptors(16);
	foreign_open_descriptor(300, 17);
	EXPECT_EQ(300, foreign_highest_descriptor());
}

TEST_F(Process, FindsADescriptorThatWasOpenedWhileItAsked)
{
	OpenLater(30, 3);
	EXPECT_EQ(32, foreign_highest_descriptor());
}

// Then no descriptor is above the limit, as far as can be known.
TEST_F(Process, GoesByTheLimitWhenTheListCannotBeRead)
{
	for (unsigned nth : { 1u, 2u }) {
		foreign_fail("list", nth);
		EXPECT_EQ(255, foreign_highest_descriptor()) << nth;
	}
	foreign_fail("malloc", 1);
	EXPECT_EQ(255, foreign_highest_descriptor());
	EXPECT_EQ(2, foreign_highest_descriptor());
}

TEST_F(Process, GoesByTheLimitWhenTheListHasGrownTooMuch)
{
	OpenLater(30, 100);
	EXPECT_EQ(255, foreign_highest_descriptor());
	EXPECT_EQ(129, foreign_highest_descriptor()); // now it is known
}

TEST_F(Process, DoesNotBelieveAListThatWasCut)
{
	foreign_truncate_lists();
	OpenLater(30, 100);
	EXPECT_EQ(255, foreign_highest_descriptor());
}

// Of what is cut, that which is seen counts all the same.
TEST_F(Process, BelievesWhatACutListHasBeyondTheLimit)
{
	foreign_truncate_lists();
	foreign_limit_descriptors(4);
	foreign_open_descriptor(20, 17);
	OpenLater(30, 100);
	EXPECT_GE(foreign_highest_descriptor(), 20);
}

} // namespace
