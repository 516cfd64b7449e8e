// SPDX-License-Identifier: ISC
// What both systems read and promise alike.
#include "foreign_request.h"

namespace {

using Both = Foreign;

TEST_F(Both, HaveTheNameThatTheirUsersKnow)
{
	const std::string name = foreign_system();

	EXPECT_TRUE(name == "FreeBSD" || name == "macOS") << name;
}

TEST_F(Both, ReadAnAddressAsTheyBindIt)
{
	for (const char *host : { "127.0.0.1", "::1" }) {
		foreign_reset();
		SetOption(0xffff, 0x1008, 1); // SO_TYPE, SOCK_STREAM
		Request(host).Calls();
		EXPECT_EQ(std::string(host) + " 8080", foreign_address());
	}
}

// FD_CLOEXEC; O_RDWR and O_NONBLOCK
TEST_F(Both, ReadFlagsByTheirNumbers)
{
	SetOption(0xffff, 0x1008, 1);
	Request("127.0.0.1").Calls();
	EXPECT_EQ(0, foreign_flags());
	foreign_set_flags(1, 2 | 4);
	EXPECT_EQ(3, foreign_flags());
}

// Length, version 5, type: net/route.h, struct rt_msghdr and those that begin like it.
bool
is_event(unsigned char version, unsigned char type)
{
	const unsigned char message[] = { 16, 0, version, type, 1, 0, 0, 0 };

	return foreign_is_event(message, sizeof message) != 0;
}

TEST_F(Both, TellRoutesFromAddressesAndInterfaces)
{
	// RTM_ADD to RTM_RESOLVE, among them RTM_MISS
	for (unsigned char type = 1; type <= 0xb; type++)
		EXPECT_FALSE(is_event(5, type)) << unsigned(type);
	EXPECT_TRUE(is_event(5, 0xc)); // RTM_NEWADDR
	EXPECT_TRUE(is_event(5, 0xe)); // RTM_IFINFO
	EXPECT_FALSE(is_event(4, 0xc));
	const unsigned char message[] = { 3, 0, 5, 0xc };
	EXPECT_FALSE(foreign_is_event(message, 3));
	EXPECT_TRUE(foreign_is_event(message, 4));
}

// Neither tells what a socket is bound to: an entry is ours if it is a socket of this user,
// with one name, and not older than bind(2).
TEST_F(Both, GiveNothingAwayThatMayBeSomebodyElses)
{
	const struct {
		char type;
		unsigned links;
		int age;
	} others[] = { { 's', 1, 1 }, { 's', 2, 0 }, { 'p', 1, 0 } };

	for (const auto &other : others) {
		foreign_reset();
		foreign_set_found(other.type, other.links, other.age);
		EXPECT_EQ("something else has been put at the path",
		    Request("/run/s").Kind(BINDCHAIN_UNIX_STREAM).Access(0660, 80).Fail());
		EXPECT_THAT(foreign_calls(), testing::Not(testing::HasSubstr("fch")));
		EXPECT_THAT(foreign_calls(), testing::Not(testing::HasSubstr("unlink")));
	}
}

} // namespace
