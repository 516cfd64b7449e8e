// SPDX-License-Identifier: ISC
// Names, numbers and interfaces: the resolver's structures and errors, and those of
// getifaddrs(3), are the other system's.
#include "request.h"

namespace {

using testing::HasSubstr;
using testing::StartsWith;

using Names = ForeignKernel;

std::string
Resolve(const char *host, const char *service, unsigned flags = 0)
{
	char words[4096];

	foreign_resolve(host, service, flags, words, sizeof words);
	return words;
}

const char *
Interface()
{
	return OnFreeBSD() ? "em0" : "en0";
}

TEST_F(Names, ANumberIsAnAddress)
{
	EXPECT_EQ("127.0.0.1 80", Resolve("127.0.0.1", "80"));
	EXPECT_EQ("::1 80", Resolve("::1", "http"));
}

TEST_F(Names, AnAddressOfALinkHasItsInterface)
{
	const std::string host = std::string("fe80::10%") + Interface();

	EXPECT_EQ(host + " 80", Resolve(host.c_str(), "80"));
}

TEST_F(Names, TheFirstAddressOfANameIsTaken)
{
	EXPECT_EQ("192.0.2.10 8080", Resolve("both.example", "8080"));
}

// netdb.h of both: 8, 9 and 6; EAI_NONAME for AI_NUMERICSERV too, as POSIX has it.
TEST_F(Names, AFailureIsTheResolversOwn)
{
	EXPECT_EQ("EAI_NONAME", Resolve("none.example", "80"));
	EXPECT_EQ("EAI_NONAME", Resolve("both.example", "80", BINDCHAIN_NUMERIC_HOST));
	EXPECT_EQ("EAI_SERVICE", Resolve("both.example", "none"));
	EXPECT_EQ("EAI_NONAME", Resolve("both.example", "http", BINDCHAIN_NUMERIC_SERVICE));
	foreign_kernel_fail("malloc", 1, "ENOMEM");
	EXPECT_EQ("EAI_MEMORY", Resolve("both.example", "http"));
}

TEST_F(Names, AZoneThatIsNoInterfaceIsReported)
{
	EXPECT_EQ(std::string("EAI_NONAME\nnone0 is not an interface; interfaces with a"
	                      " link-local address: lo0, ") + Interface(),
	    Resolve("fe80::10%none0", "80"));
}

// ---- interfaces ----

TEST_F(Names, AFamilyIsUsableWhenAnInterfaceThatIsUpCarriesIt)
{
	EXPECT_EQ("192.0.2.10 80", Resolve("192.0.2.10", "80", BINDCHAIN_INTERFACES));
	foreign_kernel_interface_down();
	EXPECT_EQ("no interface that is up has an IPv4 address other than loopback",
	    Resolve("192.0.2.10", "80", BINDCHAIN_INTERFACES));
	EXPECT_EQ("no interface that is up has an IPv6 address other than loopback",
	    Resolve("2001:db8::10", "80", BINDCHAIN_INTERFACES));
	EXPECT_EQ("::1 80", Resolve("::1", "80", BINDCHAIN_INTERFACES));
}

TEST_F(Names, InterfacesThatCannotBeReadAreAFailure)
{
	foreign_kernel_fail("getifaddrs", 1, "ENOMEM");
	EXPECT_EQ("ENOMEM", Resolve("192.0.2.10", "80", BINDCHAIN_INTERFACES));
}

// 203.0.113.1 has its first four bits in common with 192.0.2.10.
TEST_F(Names, AnAddressOfNoInterfaceIsComparedWithThoseThatAreThere)
{
	const std::string failure = Request("203.0.113.1").Fail();

	EXPECT_THAT(failure,
	    StartsWith(std::string("bind - EADDRNOTAVAIL\nno interface has this address;"
	        " nearest addresses: 192.0.2.10 (") + Interface() + "), 127.0.0.1 (lo0)"));
	EXPECT_THAT(Request("203.0.113.1").Foresee(),
	    HasSubstr("\n-\nno interface has the address"));
}

// netinet6: EADDRNOTAVAIL without the zone, on both.
TEST_F(Names, ALinkLocalAddressWithoutItsZoneIsReported)
{
	EXPECT_EQ(std::string("bind - EADDRNOTAVAIL\na link-local address needs its zone:"
	                      " fe80::10%INTERFACE; interfaces: ") + Interface(),
	    Request("fe80::10").Fail());
}

} // namespace
