/* SPDX-License-Identifier: ISC */
/* Which families count as carried by an interface. */
#include "core.h"
#include "fake_network.h"

#include <cerrno>
#include <vector>

#include <net/if.h>

#include <gtest/gtest.h>

namespace {

constexpr unsigned up = IFF_UP | IFF_RUNNING;
constexpr unsigned loopback = up | IFF_LOOPBACK;

struct Row {
	const char *what;
	std::vector<struct fake_interface> interfaces;
	bool ipv4, ipv6, ipv4_loopback, ipv6_loopback;
};

void
set_interfaces(const std::vector<struct fake_interface> &interfaces)
{
	fake_network = {};
	for (const struct fake_interface &interface : interfaces)
		fake_network.interfaces[fake_network.interface_count++] = interface;
}

TEST(Interfaces, CarryTheFamiliesOfTheirAddresses)
{
	const Row rows[] = {
		{ "no interface at all", {}, false, false, false, false },
		{ "only loopback", { { loopback, "127.0.0.1" }, { loopback, "::1" } },
		    false, false, true, true },
		{ "loopback of IPv4 alone", { { loopback, "127.0.0.1" } },
		    false, false, true, false },
		{ "IPv4 alone", { { loopback, "127.0.0.1" }, { up, "192.0.2.1" } },
		    true, false, true, false },
		{ "IPv6 alone", { { loopback, "::1" }, { up, "2001:db8::1" } },
		    false, true, false, true },
		{ "both", { { up, "192.0.2.1" }, { up, "2001:db8::1" } }, true, true, false, false },
		{ "both, on interfaces that are down",
		    { { IFF_RUNNING, "192.0.2.1" }, { 0, "2001:db8::1" } },
		    false, false, false, false },
		{ "loopback that is down", { { IFF_LOOPBACK, "127.0.0.1" }, { IFF_LOOPBACK, "::1" } },
		    false, false, false, false },
		{ "without an address", { { up, nullptr }, { loopback, nullptr } },
		    false, false, false, false },
		{ "without an address, then with one", { { up, nullptr }, { up, "192.0.2.1" } },
		    true, false, false, false },
		{ "another family", { { up, "" }, { loopback, "" } }, false, false, false, false },
		{ "link-local on an ordinary interface",
		    { { up, "fe80::1" }, { up, "169.254.1.1" } }, true, true, false, false },
		{ "link-local on a loopback interface", /* as macOS has it on lo0 */
		    { { loopback, "fe80::1" }, { loopback, "169.254.1.1" } },
		    false, false, false, false },
		{ "an administrator's address on a loopback interface",
		    { { loopback, "192.0.2.1" }, { loopback, "2001:db8::1" } },
		    true, true, false, false },
		{ "another address of 127/8", { { loopback, "127.0.0.2" }, { up, "127.1.2.3" } },
		    false, false, true, false },
	};

	for (const Row &row : rows) {
		struct interface_families families;

		SCOPED_TRACE(row.what);
		set_interfaces(row.interfaces);
		memset(&families, 0xff, sizeof families);
		ASSERT_EQ(interfaces_read(&families), 0);
		EXPECT_EQ(families.ipv4, row.ipv4);
		EXPECT_EQ(families.ipv6, row.ipv6);
		EXPECT_EQ(families.ipv4_loopback, row.ipv4_loopback);
		EXPECT_EQ(families.ipv6_loopback, row.ipv6_loopback);
		EXPECT_EQ(fake_network.lists_held, 0) << "not freed";
	}
}

TEST(Interfaces, FailureKeepsItsErrno)
{
	struct interface_families families;

	fake_network = {};
	fake_network.interfaces_error = EMFILE;
	errno = 0;
	EXPECT_EQ(interfaces_read(&families), -1);
	EXPECT_EQ(errno, EMFILE);
}

} // namespace
