/* SPDX-License-Identifier: ISC */
/*
 * `bindchain listen` with prefer-both, where IPv6 is there, disabled, or there on the loopback
 * interface alone: Documentation/networking/ip-sysctl.rst, disable_ipv6.
 */
#include <cerrno>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "json_schema.h"
#include "network.h"
#include "network_namespace.h"
#include "skip.h"
#include "tools.h"

using nlohmann::json;
using testing::HasSubstr;
using Words = std::vector<std::string>;

namespace {

const char without_ipv6[] = "bindchain listen: warning: prefer-both: TCP port 8000 without IPv6:"
                            " no interface that is up has an IPv6 address, loopback included\n";

/* In a network whose loopback interface is still down. */
class PreferBoth : public testing::Test {
protected:
	void SetUp() override
	{
		std::string why_not;

		network_ = NetworkNamespace::enter(&why_not);
		if (!network_)
			SKIP_TEST_WITHOUT_NAMESPACE(why_not);
	}

	static Result listen(const std::string &socket = "--tcp=:8000,prefer-both")
	{
		return run(tool("bindchain", { "listen", socket, "--report=fd:1",
		    "--report-format=json", "true" }));
	}

	/* The addresses of the report. */
	static std::vector<std::string> addresses(const Result &result)
	{
		std::vector<std::string> found;
		const json report = json::parse(result.output);

		for (const json &socket : report.at("sockets"))
			found.push_back(socket.at("address"));
		return found;
	}

	std::unique_ptr<NetworkNamespace> network_;
};

TEST_F(PreferBoth, IsBothWhereBothAreThere)
{
	network_->set_up("lo");
	Result result = listen();

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, "");
	EXPECT_THAT(addresses(result), testing::ElementsAre("0.0.0.0", "::"));
}

TEST_F(PreferBoth, IsIpv4WhereIpv6IsDisabled)
{
	NetworkNamespace::set("net.ipv6.conf.all.disable_ipv6", "1");
	network_->set_up("lo");
	Result result = listen();

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, without_ipv6);
	EXPECT_THAT(addresses(result), testing::ElementsAre("0.0.0.0"));
	json left_out = json::parse(result.output).at("sockets").at(0).at("left_out");
	EXPECT_EQ(left_out.at("family"), "inet6");
	EXPECT_THAT(left_out.at("reason").get<std::string>(), HasSubstr("IPv6"));
	/* Without the setting the kernel binds the wildcard of IPv6 all the same. */
	EXPECT_THAT(addresses(listen("--tcp=:8000")), testing::ElementsAre("0.0.0.0", "::"));
}

TEST_F(PreferBoth, IsExplainedAsItIsDone)
{
	NetworkNamespace::set("net.ipv6.conf.all.disable_ipv6", "1");
	network_->set_up("lo");
	const Words command = { "listen", "--tcp=:8000,prefer-both", "true" };
	Words text = { "explain" }, in_json = { "explain", "--json" };
	text.insert(text.end(), command.begin(), command.end());
	in_json.insert(in_json.end(), command.begin(), command.end());
	Result result = run(tool("bindchain", text));
	const json explained = json::parse(run(tool("bindchain", in_json)).output);

	EXPECT_THAT(JsonSchema(MANUAL_PAGES "/bindchain-explain.schema.json").complaints(explained),
	    testing::IsEmpty());
	EXPECT_TRUE(explained.at("sockets").at(0).at("left_out").is_object());
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_THAT(result.output, HasSubstr("    without IPv6: no interface"));
	EXPECT_EQ(result.output.find("[::]"), std::string::npos) << result;
}

TEST_F(PreferBoth, DoesNotLeaveOutAFamilyWhosePortIsInUse)
{
	network_->set_up("lo");
	Result holder = run(tool("bindchain", { "listen", "--tcp=[::]:8000", tool_path("bindchain"),
	    "listen", "--as=fd:7", "--tcp=:8000,prefer-both", "true" }));

	EXPECT_EQ(holder.status, 111) << holder;
	EXPECT_EQ(holder.error_line(0), "bindchain listen: fatal: bind TCP [::]:8000: "
	    + error_text(EADDRINUSE)) << holder;
}

/* Without any address the interfaces do not tell the families apart. */
TEST_F(PreferBoth, IsBothBeforeTheLoopbackInterfaceIsUp)
{
	Result result = listen();

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, "");
	EXPECT_THAT(addresses(result), testing::ElementsAre("0.0.0.0", "::"));
}

TEST_F(PreferBoth, WithDualIsOneSocketForIpv4WhereIpv6IsDisabled)
{
	network_->set_up("lo");
	EXPECT_THAT(addresses(listen("--tcp=[::]:8000,dual,prefer-both")),
	    testing::ElementsAre("::"));
	NetworkNamespace::set("net.ipv6.conf.all.disable_ipv6", "1");
	Result result = listen("--tcp=[::]:8000,dual,prefer-both");
	EXPECT_EQ(result.error, without_ipv6);
	EXPECT_THAT(addresses(result), testing::ElementsAre("0.0.0.0"));
}

/* The difference between both settings. */
TEST_F(PreferBoth, CheckInterfacesLeavesOutAFamilyOfTheLoopbackInterface)
{
	network_->set_up("lo");
	NetworkNamespace::set("net.ipv6.conf.default.disable_ipv6", "1");
	network_->add_interface("test0");
	network_->set_up("test0");
	network_->add_address("test0", "192.0.2.1/24");

	EXPECT_THAT(addresses(listen()), testing::ElementsAre("0.0.0.0", "::"));
	EXPECT_THAT(addresses(listen("--tcp=:8000,check-interfaces")),
	    testing::ElementsAre("0.0.0.0"));
}

} // namespace
