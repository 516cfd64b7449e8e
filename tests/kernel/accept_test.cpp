/* SPDX-License-Identifier: ISC */
/* Connections that the next program really accepts, on each family and on both. */
#include "expectations.h"
#include "probe_listener.h"
#include "network.h"
#include "tools.h"

namespace {

const char nosh[] = "tcp-socket-listen";
const char s6[] = "s6-tcpserver-socketbinder";

class Accept : public OnLoopback {
protected:
	static void expect_served(ProbeListener &listener)
	{
		Result result = listener.process().finish();
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.error, "") << result;
	}
};

class AcceptInNamespace : public InNamespace {};

TEST_F(Accept, AnIpv4AddressServesIpv4Alone)
{
	ProbeListener listener(nosh, { "127.0.0.1", "0" }, { "--accept", "2" });

	EXPECT_TRUE(is_refused("::1", listener.port()));
	EXPECT_EQ(answer_from("127.0.0.1", listener.port()), "descriptor 3\n");
	EXPECT_EQ(answer_from("127.0.0.1", listener.port()), "descriptor 3\n");
	expect_served(listener);
}

TEST_F(Accept, AnIpv6AddressServesIpv6Alone)
{
	ProbeListener listener(nosh, { "::1", "0" }, { "--accept", "2" });

	EXPECT_TRUE(is_refused("127.0.0.1", listener.port()));
	EXPECT_EQ(answer_from("::1", listener.port()), "descriptor 3\n");
	EXPECT_EQ(answer_from("::1", listener.port()), "descriptor 3\n");
	expect_served(listener);
}

TEST_F(Accept, OnTheIpv6WildcardOfIpv6Alone)
{
	ProbeListener listener(nosh, { "::", "0" }, { "--accept", "1" });

	EXPECT_EQ(listener.socket().at("v6only"), 1);
	EXPECT_TRUE(is_refused("127.0.0.1", listener.port()));
	EXPECT_EQ(answer_from("::1", listener.port()), "descriptor 3\n");
	expect_served(listener);
}

TEST_F(Accept, OnBothFamiliesWhenCombined)
{
	ProbeListener listener(nosh, { "--combine4and6", "::", "0" }, { "--accept", "2" });

	EXPECT_EQ(listener.socket().at("v6only"), 0);
	EXPECT_EQ(answer_from("127.0.0.1", listener.port()), "descriptor 3\n");
	EXPECT_EQ(answer_from("::1", listener.port()), "descriptor 3\n");
	expect_served(listener);
}

/* The system's own default plays no part. */
TEST_F(AcceptInNamespace, OnTheFamiliesAskedForWhateverTheDefaultIs)
{
	for (const char *bindv6only : { "0", "1" }) {
		NetworkNamespace::set("net.ipv6.bindv6only", bindv6only);
		ProbeListener both(nosh, { "--combine4and6", "::", "0" }, { "--accept", "1" });
		ProbeListener one(nosh, { "::", "0" }, { "--accept", "1" });
		EXPECT_EQ(answer_from("127.0.0.1", both.port()), "descriptor 3\n");
		EXPECT_TRUE(is_refused("127.0.0.1", one.port()));
	}
}

TEST_F(Accept, OnTheIpv4WildcardCombinedChangesNothing)
{
	ProbeListener listener(nosh, { "--combine4and6", "0.0.0.0", "0" }, { "--accept", "1" });

	EXPECT_TRUE(is_refused("::1", listener.port()));
	EXPECT_EQ(answer_from("127.0.0.1", listener.port()), "descriptor 3\n");
	expect_served(listener);
}

/* af_inet6.c turns V6ONLY on for every address but the wildcard. */
TEST_F(Accept, OnASpecificIpv6AddressCombinedIsIpv6Alone)
{
	ProbeListener listener(nosh, { "--combine4and6", "::1", "0" }, { "--accept", "1" });

	EXPECT_EQ(listener.socket().at("v6only") == 1, expectations().specific_ipv6_is_v6only);
	EXPECT_TRUE(is_refused("127.0.0.1", listener.port()));
	EXPECT_EQ(answer_from("::1", listener.port()), "descriptor 3\n");
	expect_served(listener);
}

TEST_F(Accept, OnTwoListenersOfAChain)
{
	Process process(tool(nosh, { "--systemd-compatibility", "127.0.0.1", "0",
	    tool_path(nosh), "--systemd-compatibility", "::1", "0", probe_path(), "--accept",
	    "2" }));
	ProbeReport report(process.read_line());

	ASSERT_EQ(report.sockets(), (std::vector<int> { 3, 4 }));
	EXPECT_EQ(answer_from("127.0.0.1", report.descriptor(3).at("port").get<int>()),
	    "descriptor 3\n");
	EXPECT_EQ(answer_from("::1", report.descriptor(4).at("port").get<int>()),
	    "descriptor 4\n");
	EXPECT_EQ(process.finish().status, 0);
}

TEST_F(Accept, S6GetsTheSocketAsStandardInput)
{
	for (const char *host : { "127.0.0.1", "::1" }) {
		ProbeListener listener(s6, { host, "0" }, { "--accept", "1" });
		EXPECT_EQ(answer_from(host, listener.port()), "descriptor 0\n");
		expect_served(listener);
	}
}

TEST_F(Accept, ConnectionsAreRefusedWithoutListen)
{
	ProbeListener listener(s6, { "-b0", "127.0.0.1", "0" });

	EXPECT_EQ(listener.socket().at("listening"), 0);
	EXPECT_TRUE(is_refused("127.0.0.1", listener.port()));
}

} // namespace
