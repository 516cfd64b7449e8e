// SPDX-License-Identifier: ISC
// What both systems promise alike.
#include "request.h"

namespace {

using testing::StartsWith;

using Seam = ForeignKernel;

TEST_F(Seam, TheSystemHasTheNameThatItsUsersKnow)
{
	const std::string name = foreign_system();

	EXPECT_TRUE(name == "FreeBSD" || name == "macOS") << name;
}

// They read back as their bits, 4 and 8; the buffer as it was set.
TEST_F(Seam, OptionsOfAllSocketsReadBack)
{
	int descriptor = Request("127.0.0.1").Set(BINDCHAIN_REUSE_ADDRESS)
	                     .Set(BINDCHAIN_RECEIVE_BUFFER, 32768).Set(BINDCHAIN_KEEPALIVE).Open();

	EXPECT_EQ("socket\nsetsockopt SOL_SOCKET SO_REUSEADDR 1\n"
	          "setsockopt SOL_SOCKET SO_RCVBUF 32768\nsetsockopt SOL_SOCKET SO_KEEPALIVE 1\n"
	          "bind\nlisten 5\n", Log());
	EXPECT_EQ(1, foreign_option(descriptor, BINDCHAIN_REUSE_ADDRESS));
	EXPECT_EQ(32768, foreign_option(descriptor, BINDCHAIN_RECEIVE_BUFFER));
	EXPECT_EQ(1, foreign_option(descriptor, BINDCHAIN_KEEPALIVE));
}

TEST_F(Seam, OptionsThatNobodyAskedForReadBackAsOff)
{
	int descriptor = Request("127.0.0.1").Open();

	for (bindchain_option option : { BINDCHAIN_REUSE_ADDRESS, BINDCHAIN_SHARE,
	         BINDCHAIN_KEEPALIVE, BINDCHAIN_FAST_OPEN })
		EXPECT_EQ(0, foreign_option(descriptor, option)) << option;
	EXPECT_EQ(65536, foreign_option(descriptor, BINDCHAIN_RECEIVE_BUFFER));
}

TEST_F(Seam, FastOpenIsOfListenersAlone)
{
	EXPECT_THAT(Request("127.0.0.1").Kind(BINDCHAIN_UDP).Set(BINDCHAIN_FAST_OPEN).Fail(),
	    StartsWith("unsupported fast-open "));
}

// in6_pcbbind exempts a wildcard of IPv4 alone, so that both would bind; tried on
// FreeBSD 13.0, and the same in xnu.
TEST_F(Seam, ADualWildcardThatIsExclusiveLooksAtTheIPv4OneToo)
{
	Request("0.0.0.0").Open();
	EXPECT_THAT(Request("::").Set(BINDCHAIN_V6ONLY, 0).Exclusive().Fail(),
	    StartsWith("exclusive - EADDRINUSE\n"));
	Request("::").Set(BINDCHAIN_V6ONLY, 0).Open();
}

// unp_connect
TEST_F(Seam, AClientBeyondAFullUnixQueueIsRefused)
{
	EXPECT_EQ("refused refused", Request("/run/s").Kind(BINDCHAIN_UNIX_STREAM).Overflow());
}

TEST_F(Seam, DatagramsHaveNoQueueOfConnections)
{
	EXPECT_EQ("none none", Request("127.0.0.1").Kind(BINDCHAIN_UDP).Overflow());
	EXPECT_EQ("none none", Request("/run/s").Kind(BINDCHAIN_UNIX_DATAGRAM).Overflow());
}

} // namespace
