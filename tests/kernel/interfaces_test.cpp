/* SPDX-License-Identifier: ISC */
/* --check-interfaces, over interfaces that come and go. */
#include "probe_listener.h"
#include "skip.h"
#include "tools.h"

namespace {

const char nosh[] = "tcp-socket-listen";

class CheckInterfaces : public InNamespace {
protected:
	void SetUp() override
	{
		InNamespace::SetUp();
		if (!network)
			return;
		/* No link-local address by itself: an interface is to carry what the
		 * test puts on it. */
		NetworkNamespace::set("net.ipv6.conf.default.addr_gen_mode", "1");
	}

	void add(const std::string &interface, const std::vector<std::string> &addresses)
	{
		network->add_interface(interface);
		network->set_up(interface);
		for (const std::string &address : addresses)
			network->add_address(interface, address);
	}

	static void accepts(const std::string &host)
	{
		Result result = run_tool(nosh, { "--check-interfaces", host, "0" });
		EXPECT_EQ(result.status, 0) << host << ": " << result;
		EXPECT_EQ(result.error, "") << host;
	}

	/* For want of FAMILY, which the message names. */
	static void refuses(const std::string &host, const std::string &family)
	{
		Result result = run_tool(nosh, { "--check-interfaces", host, "0" });
		std::string prefix = std::string(nosh) + ": FATAL: " + host + " 0: ";

		EXPECT_EQ(result.status, 1) << host << ": " << result;
		EXPECT_EQ(result.output, "") << host;
		EXPECT_EQ(result.error_line(0).compare(0, prefix.size(), prefix), 0) << result;
		EXPECT_NE(result.error_line(0).find(family), std::string::npos) << result;
		EXPECT_NE(result.error_line(0).find("loopback"), std::string::npos) << result;
		/* It is the option that refuses, and nothing else. */
		Result without = run_tool(nosh, { host, "0" });
		EXPECT_EQ(without.status, 0) << host << ": " << without;
	}
};

TEST_F(CheckInterfaces, OnlyLoopbackCarriesLoopbackAddressesAlone)
{
	accepts("127.0.0.1");
	accepts("127.0.0.2");
	accepts("::1");
	refuses("0.0.0.0", "IPv4");
	refuses("::", "IPv6");
}

TEST_F(CheckInterfaces, Ipv4AloneCarriesIpv4)
{
	add("test0", { "192.0.2.1/24" });
	accepts("0.0.0.0");
	accepts("192.0.2.1");
	accepts("127.0.0.1");
	accepts("::1");
	refuses("::", "IPv6");
}

/* Of ":PORT", which is both families. */
TEST_F(CheckInterfaces, TheOtherFamilyAloneIsUsedWhereOneIsMissing)
{
	const std::vector<std::string> listen = { "listen", "--tcp=:0,check-interfaces",
		tool_path("bindchain"), "inspect" };

	EXPECT_EQ(run(tool("bindchain", listen)).status, 111);
	add("test0", { "192.0.2.1/24" });
	Result ipv4 = run(tool("bindchain", listen));
	EXPECT_EQ(ipv4.status, 0) << ipv4;
	EXPECT_NE(ipv4.output.find("0.0.0.0:"), std::string::npos) << ipv4;
	EXPECT_EQ(ipv4.output.find("[::]:"), std::string::npos) << ipv4;
	network->remove_address("test0", "192.0.2.1/24");
	network->add_address("test0", "2001:db8::1/64");
	Result ipv6 = run(tool("bindchain", listen));
	EXPECT_EQ(ipv6.status, 0) << ipv6;
	EXPECT_NE(ipv6.output.find("[::]:"), std::string::npos) << ipv6;
	EXPECT_EQ(ipv6.output.find("0.0.0.0:"), std::string::npos) << ipv6;
	network->add_address("test0", "192.0.2.1/24");
	Result both = run(tool("bindchain", listen));
	EXPECT_NE(both.output.find("[::]:"), std::string::npos) << both;
	EXPECT_NE(both.output.find("0.0.0.0:"), std::string::npos) << both;
}

TEST_F(CheckInterfaces, Ipv6AloneCarriesIpv6)
{
	add("test0", { "2001:db8::1/64" });
	accepts("::");
	accepts("2001:db8::1");
	accepts("::1");
	accepts("127.0.0.1");
	refuses("0.0.0.0", "IPv4");
}

TEST_F(CheckInterfaces, BothAreCarriedByOneOrByTwo)
{
	add("test0", { "192.0.2.1/24" });
	add("test1", { "2001:db8::1/64" });
	accepts("0.0.0.0");
	accepts("::");
	network->remove_address("test1", "2001:db8::1/64");
	refuses("::", "IPv6");
	network->add_address("test0", "2001:db8::1/64");
	accepts("::");
}

TEST_F(CheckInterfaces, InterfaceThatIsDownCarriesNothing)
{
	add("test0", { "192.0.2.1/24" });
	accepts("0.0.0.0");
	network->set_down("test0");
	refuses("0.0.0.0", "IPv4");
	network->set_up("test0");
	accepts("0.0.0.0");
}

/* An address beyond this host stands in for one of loopback, for each family. */
TEST_F(CheckInterfaces, LoopbackThatIsDownCarriesNothing)
{
	network->set_down("lo");
	refuses("127.0.0.1", "IPv4");
	refuses("0.0.0.0", "IPv4");
	add("test0", { "192.0.2.1/24" });
	accepts("127.0.0.1");
	accepts("192.0.2.1");
	refuses("::", "IPv6");
}

/* A link-local address counts, except on a loopback interface. */
TEST_F(CheckInterfaces, LinkLocalCountsBeyondLoopback)
{
	network->add_address("lo", "fe80::1/64");
	refuses("::", "IPv6");
	add("test0", { "fe80::2/64" });
	accepts("::");
	accepts("fe80::2%test0");
}

/* What an administrator puts on a loopback interface is an address like others. */
TEST_F(CheckInterfaces, OtherAddressesOfALoopbackInterfaceCount)
{
	network->add_address("lo", "192.0.2.1/32");
	accepts("0.0.0.0");
	refuses("::", "IPv6");
	network->add_address("lo", "2001:db8::1/128");
	accepts("::");
}

} // namespace
