/* SPDX-License-Identifier: ISC */
/*
 * bindchain limits against settings that the test made itself.  What a value
 * means: Documentation/networking/ip-sysctl.rst of Linux, listen(2).
 */
#include <fstream>
#include <map>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "network.h"
#include "network_namespace.h"
#include "skip.h"
#include "tools.h"

using nlohmann::json;
using testing::HasSubstr;

namespace {

/* In a network whose loopback interface is still down. */
class Limits : public testing::Test {
protected:
	void SetUp() override
	{
		std::string why_not;

		network_ = NetworkNamespace::enter(&why_not);
		if (!network_)
			SKIP_TEST_WITHOUT_NAMESPACE(why_not);
	}

	static json report(const Command &command = tool("bindchain", { "limits", "--json" }))
	{
		Result result = run(command);

		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.error, "");
		return json::parse(result.output);
	}

	static json value(const json &report, const std::string &name)
	{
		for (const json &value : report.at("values"))
			if (value.at("name") == name)
				return value;
		throw std::out_of_range("no value " + name);
	}

	std::unique_ptr<NetworkNamespace> network_;
};

/* Values that are nobody's default. */
TEST_F(Limits, EverySettingIsReadFromThisNamespace)
{
	static const std::map<std::string, std::string> settings = {
		{ "net.core.somaxconn", "77" },
		{ "net.ipv4.tcp_max_syn_backlog", "99" },
		{ "net.ipv4.tcp_syncookies", "2" },
		{ "net.ipv4.tcp_abort_on_overflow", "1" },
		{ "net.ipv4.ip_local_reserved_ports", "20010-20012,20020" },
		{ "net.ipv4.ip_unprivileged_port_start", "81" },
		{ "net.ipv4.ip_nonlocal_bind", "1" },
		{ "net.ipv4.tcp_fastopen", "1027" },
		{ "net.ipv4.tcp_migrate_req", "1" },
	};

	for (const auto &[name, setting] : settings)
		NetworkNamespace::set(name, setting);
	NetworkNamespace::set("net.ipv4.ip_local_port_range", "20000 20100");
	json all = report();
	for (const auto &[name, setting] : settings)
		EXPECT_EQ(value(all, name).at("value"), setting) << name;
	EXPECT_EQ(value(all, "net.ipv4.ip_local_port_range").at("value"), "20000 20100");
}

TEST_F(Limits, EverySettingOfIPv6IsReadFromThisNamespace)
{
	static const char *const names[] = { "net.ipv6.bindv6only", "net.ipv6.ip_nonlocal_bind",
		"net.ipv6.conf.all.disable_ipv6" };

	network_->set_up("lo");
	if (!has_ipv6())
		SKIP_TEST("no IPv6");
	for (const char *setting : { "0", "1" }) {
		for (const char *name : names)
			NetworkNamespace::set(name, setting);
		json all = report();
		for (const char *name : names)
			EXPECT_EQ(value(all, name).at("value"), setting) << name;
	}
}

struct Meaning {
	const char *name, *setting, *words;
};

class Meanings : public Limits, public testing::WithParamInterface<Meaning> {};

TEST_P(Meanings, FollowTheValue)
{
	const Meaning &meaning = GetParam();

	NetworkNamespace::set(meaning.name, meaning.setting);
	EXPECT_THAT(value(report(), meaning.name).at("meaning").get<std::string>(),
	    HasSubstr(meaning.words));
}

INSTANTIATE_TEST_SUITE_P(Settings, Meanings, testing::Values(
    Meaning { "net.ipv4.tcp_syncookies", "0", "dropped" },
    Meaning { "net.ipv4.tcp_syncookies", "1", "SYN cookies are sent" },
    Meaning { "net.ipv4.tcp_syncookies", "2", "to every client" },
    Meaning { "net.ipv4.tcp_abort_on_overflow", "0", "ignored" },
    Meaning { "net.ipv4.tcp_abort_on_overflow", "1", "reset" },
    Meaning { "net.ipv4.ip_unprivileged_port_start", "0", "every port" },
    Meaning { "net.ipv4.ip_unprivileged_port_start", "1024", "first port" },
    Meaning { "net.ipv4.ip_nonlocal_bind", "0", "IP_FREEBIND" },
    Meaning { "net.ipv4.ip_nonlocal_bind", "1", "any IPv4 address" },
    /* 1 is for clients, 2 for servers that ask for it, 0x400 for all of them. */
    Meaning { "net.ipv4.tcp_fastopen", "1", "no listener" },
    Meaning { "net.ipv4.tcp_fastopen", "2", "a listener that sets" },
    Meaning { "net.ipv4.tcp_fastopen", "1025", "no listener" },
    Meaning { "net.ipv4.tcp_fastopen", "1027", "every listener" },
    Meaning { "net.ipv4.tcp_migrate_req", "0", "lost" },
    Meaning { "net.ipv4.tcp_migrate_req", "1", "take over" }));

TEST_F(Limits, WhatCannotBeReadIsUnknown)
{
	std::string script = "mount -t tmpfs none /proc/sys && exec \"$@\"";
	Command hidden({ "/usr/bin/unshare", "--mount", "/bin/sh", "-c", script, "sh",
	    tool_path("bindchain"), "limits", "--json" });

	if (run(Command({ "/usr/bin/unshare", "--mount", "/bin/true" })).status != 0)
		SKIP_TEST("no mount namespaces");
	hidden.set("PATH", "/usr/bin:/bin");
	json all = report(hidden);
	for (const json &value : all.at("values")) {
		bool is_setting = value.at("name").get<std::string>().rfind("net.", 0) == 0;
		EXPECT_EQ(value.at("value").is_null(), is_setting) << value;
	}
	hidden.argv.pop_back();
	EXPECT_THAT(run(hidden).output, HasSubstr("net.core.somaxconn = unknown\n"));
}

TEST_F(Limits, FamiliesAreThoseThatInterfacesCarry)
{
	const json nothing = { { "ipv4", false }, { "ipv6", false }, { "ipv4_loopback", false },
		{ "ipv6_loopback", false } };
	json expected = nothing;

	EXPECT_EQ(report().at("families"), nothing);
	EXPECT_THAT(run(tool("bindchain", { "limits" })).output, HasSubstr("IPv4 = absent\n"));
	network_->set_up("lo");
	expected["ipv4_loopback"] = true;
	expected["ipv6_loopback"] = has_ipv6();
	EXPECT_EQ(report().at("families"), expected);
	EXPECT_THAT(run(tool("bindchain", { "limits" })).output,
	    HasSubstr("IPv4 = loopback only\n"));
	network_->add_interface("v0");
	network_->set_up("v0");
	network_->add_address("v0", "192.0.2.1/24");
	EXPECT_EQ(report().at("families").at("ipv4"), true);
	EXPECT_THAT(run(tool("bindchain", { "limits" })).output, HasSubstr("IPv4 = present\n"));
}

/* ip-sysctl.rst: of its range the kernel chooses no reserved port; bind(2) may have it. */
TEST_F(Limits, APortThatTheKernelMayChooseIsWarnedOfUnlessItIsReserved)
{
	const std::string begin = "the kernel may choose port ";
	const std::string end = " for another socket: it is in net.ipv4.ip_local_port_range"
	                        " (40000-40010) and not in net.ipv4.ip_local_reserved_ports";

	network_->set_up("lo");
	NetworkNamespace::set("net.ipv4.ip_local_port_range", "40000 40010");
	NetworkNamespace::set("net.ipv4.ip_local_reserved_ports", "8080,40003-40005,40010");
	for (int port : { 0, 8080, 39999, 40000, 40002, 40003, 40004, 40005, 40006, 40009, 40010,
	         40011, 65535 }) {
		const std::string number = std::to_string(port);
		bool is_chosen = port >= 40000 && port < 40010 && (port < 40003 || port > 40005);
		for (const std::string &socket : { "--tcp=127.0.0.1:" + number,
		         "--udp=[::1]:" + number }) {
			Command command = tool("bindchain", { "explain", "--json", "listen", socket,
			    "true" });
			json warnings = report(command).at("sockets").at(0).at("warnings");
			EXPECT_EQ(warnings, is_chosen ? json({ begin + number + end }) : json::array())
			    << socket;
		}
	}
}

TEST(ReceiveBuffer, ThatIsTooSmallFails)
{
	int limit = 0;
	std::ifstream("/proc/sys/net/core/rmem_max") >> limit;
	std::string most = std::to_string(limit), more = std::to_string(limit + 1);
	Command command = tool("bindchain", { "listen", "--udp=127.0.0.1:0,receive-buffer=" + more
	    + ",least-receive-buffer=" + more, "true" });
	if (geteuid() == 0)
		command.user = 65534;
	Result result = run(command);
	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error, "bindchain listen: fatal: require receive buffer of UDP 127.0.0.1:0:"
	    " at least " + more + ", but it is " + most
	    + "\nbindchain listen: info: net.core.rmem_max is " + most
	    + "\nbindchain listen: info: see bindchain-errors(7), REQUIREMENT NOT MET\n");
}

/* SO_RCVBUFFORCE and SO_SNDBUFFORCE of socket(7) exceed the limit, with CAP_NET_ADMIN. */
TEST(Buffer, ThatIsTruncatedIsWarnedOf)
{
	for (const auto &[setting, name] : { std::pair("receive-buffer", "rmem_max"),
	         std::pair("send-buffer", "wmem_max") }) {
		int limit = 0;
		std::ifstream(std::string("/proc/sys/net/core/") + name) >> limit;
		std::string most = std::to_string(limit), more = std::to_string(limit + 1);
		std::string socket = std::string("--udp=127.0.0.1:0,") + setting + "=";
		Command command = tool("bindchain", { "listen", socket + more, "true" });
		if (geteuid() == 0)
			command.user = 65534;
		Result result = run(command);
		EXPECT_EQ(result.status, 0);
		EXPECT_EQ(result.error, std::string("bindchain listen: warning: ") + setting + ": "
		    + more + " truncated to net.core." + name + " (" + most + ")\n");
		command.argv[2] = socket + most;
		EXPECT_EQ(run(command).error, "");
	}
}

/* explain says what the start then meets, whether or not this process has the capability. */
TEST(ReceiveBuffer, ThatIsCutIsForeseen)
{
	int limit = 0;
	std::ifstream("/proc/sys/net/core/rmem_max") >> limit;
	std::string most = std::to_string(limit), more = std::to_string(limit + 1);
	const std::string socket = "--udp=127.0.0.1:0,receive-buffer=" + more;
	const std::string least = ",least-receive-buffer=" + more;
	Command explain = tool("bindchain", { "explain", "--json", "listen", socket, "true" });
	Command start = tool("bindchain", { "listen", socket, "true" });

	for (uid_t user : { geteuid(), uid_t(65534) }) {
		if (geteuid() == 0)
			explain.user = start.user = user;
		explain.argv[4] = start.argv[2] = socket;
		const auto found = json::parse(run(explain).output).at("sockets").at(0);
		EXPECT_EQ(found.at("warnings").empty(), run(start).error.empty());
		if (!found.at("warnings").empty()) {
			EXPECT_EQ(found.at("warnings").at(0).get<std::string>(), "the receive buffer of "
			    + more + " bytes will be truncated to net.core.rmem_max (" + most + ")");
		}
		explain.argv[4] = start.argv[2] = socket + least;
		EXPECT_EQ(run(explain).status, run(start).status);
	}
}

TEST(SendBuffer, ThatIsCutIsForeseen)
{
	int limit = 0;
	std::ifstream("/proc/sys/net/core/wmem_max") >> limit;
	const std::string most = std::to_string(limit), more = std::to_string(limit + 1);
	const std::string socket = "--udp=127.0.0.1:0,send-buffer=" + more;
	Command explain = tool("bindchain", { "explain", "--json", "listen", socket, "true" });
	Command start = tool("bindchain", { "listen", socket, "true" });

	for (uid_t user : { geteuid(), uid_t(65534) }) {
		if (geteuid() == 0)
			explain.user = start.user = user;
		const auto found = json::parse(run(explain).output).at("sockets").at(0).at("warnings");
		EXPECT_EQ(found.empty(), run(start).error.empty());
		if (!found.empty()) {
			EXPECT_EQ(found.at(0).get<std::string>(), "the send buffer of " + more
			    + " bytes will be truncated to net.core.wmem_max (" + most + ")");
		}
	}
}

/* Only the capability in the initial user namespace counts: net/core/sock.c. */
TEST(ReceiveBuffer, OfRootInAUserNamespaceIsForeseenToBeCut)
{
	int limit = 0;
	std::ifstream("/proc/sys/net/core/rmem_max") >> limit;
	const int no_namespace = 99;
	const std::string root_is_us = "0 " + std::to_string(geteuid()) + " 1";
	Command explain = tool("bindchain", { "explain", "listen",
	    "--udp=127.0.0.1:0,receive-buffer=" + std::to_string(limit + 1), "true" });
	explain.before_execution = [&](Command &) {
		int map = unshare(CLONE_NEWUSER) == 0 ? open("/proc/self/uid_map", O_WRONLY) : -1;
		ssize_t size = static_cast<ssize_t>(root_is_us.size());
		if (map < 0 || write(map, root_is_us.data(), root_is_us.size()) != size)
			_exit(no_namespace);
		close(map);
	};
	Result result = run(explain);

	if (result.status == no_namespace)
		SKIP_TEST_WITHOUT_NAMESPACE("user namespaces cannot be created here");
	EXPECT_THAT(result.output, HasSubstr("will be truncated to net.core.rmem_max ("));
}

} // namespace
