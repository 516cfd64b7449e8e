/* SPDX-License-Identifier: ISC */
/* Whether a name service was asked is remembered for the life of a process, so
 * each test has a process of its own, from an executable that asks nothing else. */
#include "child.h"
#include "core.h"
#include "fake_network.h"

#include <gtest/gtest.h>

namespace {

bool
resolve(const char *host, const char *service, unsigned flags = 0)
{
	struct request request;
	struct bindchain_failure failure;

	request_init(&request, BINDCHAIN_TCP);
	return request_resolve(&request, host, service, flags, &failure) == 0;
}

TEST(NameService, IsNotUsedForNumbers)
{
	in_child([] {
		EXPECT_TRUE(resolve("127.0.0.1", "80"));
		EXPECT_TRUE(resolve("127.1", "80"));
		EXPECT_TRUE(resolve("::1", "80"));
		EXPECT_FALSE(resolve("junk", "80", BINDCHAIN_NUMERIC_HOST));
		EXPECT_FALSE(resolve("127.0.0.1", "65536"));
		EXPECT_FALSE(resolve("name.example", ""));
		EXPECT_FALSE(name_service_was_used());
		EXPECT_EQ(fake_network.name_questions, 0);
	});
}

TEST(NameService, IsUsedForANameOfAHost)
{
	in_child([] {
		fake_network.answer_status = EAI_AGAIN;
		EXPECT_FALSE(resolve("name.example", "80"));
		EXPECT_TRUE(name_service_was_used()) << "though it failed";
		EXPECT_EQ(fake_network.name_questions, 1);
	});
}

TEST(NameService, IsUsedForANameOfAService)
{
	in_child([] {
		fake_network.answers[fake_network.answer_count++] = "127.0.0.1";
		EXPECT_TRUE(resolve("127.0.0.1", "http"));
		EXPECT_TRUE(name_service_was_used());
		EXPECT_EQ(fake_network.name_questions, 1);
	});
}

} // namespace
