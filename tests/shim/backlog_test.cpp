/* SPDX-License-Identifier: ISC */
/* The backlog and the accept queue of every system: what explain foretells and what its
 * fake kernel makes of the call are both held against the tables of expectations.cpp. */
#include <climits>

#include <gtest/gtest.h>
#include <gmock/gmock.h>

#include "bench.h"
#include "expectations.h"
#include "kernel.h"
#include "situation.h"

namespace {

using Json = nlohmann::json;

struct System {
	const char *name, *profile;
};

const System systems[] = { { "linux", "linux-6" }, { "freebsd", "freebsd-13" },
	{ "darwin", "macos-15" } };

std::string
limit_line(int limit)
{
	return "limit backlog " + std::to_string(limit) + " -- expectations.cpp\n";
}

/* "" where an int cannot hold it. */
Json
known(long long value)
{
	return value <= INT_MAX ? Json(value) : Json();
}

TEST(Backlog, BecomesWhatIsForetold)
{
	for (const System &system : systems)
		for (const ExpectedQueue &row : expectations_of(system.name).queues) {
			SCOPED_TRACE(std::string(system.name) + " " + row.backlog + " of "
			    + std::to_string(row.limit));
			Json backlog = Situation(system.profile, limit_line(row.limit))
			                   .explain_command({ "tcp-socket-listen", "--backlog", row.backlog,
			                       "127.0.0.1", "8080" }).at("backlog");
			EXPECT_EQ(backlog.at("limit").at("value"), row.limit);
			EXPECT_EQ(backlog.at("queue_limit"), row.queue_limit);
			EXPECT_EQ(backlog.at("connections_admitted"), known(row.completed));
		}
}

/* Whether the right number is passed: 0 and what is beyond a short are others on macOS. */
TEST(Backlog, IsPassedSoThatTheKernelMakesThatOfIt)
{
	for (const System &system : systems)
		for (const ExpectedQueue &row : expectations_of(system.name).queues) {
			Bench bench(system.profile);
			kernel_set_limit(&bench.fake(), "backlog", row.limit);
			Result result = bench.run("tcp-socket-listen",
			    { "--backlog", row.backlog, "127.0.0.1", "8080", "/bin/true" });
			EXPECT_EQ(result.status, 0) << result;
			EXPECT_SOUND(bench);
			EXPECT_EQ(bench.fake().sockets[0].limit, row.queue_limit)
			    << system.name << " " << row.backlog << " of " << row.limit;
		}
}

/* accept_filter(9): in a queue of its own, with one more; seen on 13.0. */
TEST(Backlog, OfAnAcceptFilterIsAnotherQueue)
{
	const auto held = [](int limit, int backlog) {
		return Situation("freebsd-13", limit_line(limit))
		    .explain("--tcp=127.0.0.1:8080,wait-for=data,backlog=" + std::to_string(backlog))
		    .at("backlog").at("accept_filter_queue");
	};

	EXPECT_EQ(held(128, 0), 1);
	EXPECT_EQ(held(128, 2), 3);
	EXPECT_EQ(held(128, 129), 129);
	EXPECT_EQ(held(1431655765, INT_MAX), 1431655766);
}

TEST(Backlog, WithoutAKnownLimitIsUnknown)
{
	const struct {
		const char *profile, *lines, *name;
	} rows[] = {
		{ "linux-6-container", "", "net.core.somaxconn" },
		{ "freebsd-13", "hide kern.ipc.soacceptqueue ENOENT -- as if older than 10.0\n"
		                "hide kern.ipc.somaxconn ENOENT -- so that neither is there",
		    "kern.ipc.soacceptqueue" },
		{ "macos-15", "hide kern.ipc.somaxconn ENOENT -- so that it is not there",
		    "kern.ipc.somaxconn" },
	};

	for (const auto &row : rows) {
		Json backlog = Situation(row.profile, row.lines)
		                   .explain("--tcp=127.0.0.1:8080,backlog=5").at("backlog");
		SCOPED_TRACE(row.profile);
		EXPECT_EQ(backlog.at("limit").at("name"), row.name);
		EXPECT_TRUE(backlog.at("limit").at("value").is_null());
		EXPECT_EQ(backlog.at("passed"), 5);
		EXPECT_TRUE(backlog.at("queue_limit").is_null());
		EXPECT_TRUE(backlog.at("connections_admitted").is_null());
		EXPECT_TRUE(backlog.at("accept_filter_queue").is_null());
	}
}

TEST(Backlog, IsLimitedByTheOldNameWhereThatIsTheOnlyOne)
{
	const auto name = [](const char *profile) {
		return Situation(profile).explain("--tcp=127.0.0.1:8080").at("backlog").at("limit")
		    .at("name");
	};

	EXPECT_EQ(name("freebsd-14"), "kern.ipc.soacceptqueue");
	EXPECT_EQ(name("freebsd-somaxconn"), "kern.ipc.somaxconn");
}

/* ---- a full queue ---- */

struct Overflow {
	const char *profile;
	std::string lines;
	const char *new_client, *client_in_handshake; /* NULL: unknown */
	bool is_doubtful;
	Json apart;             /* whether half-open connections have a queue of their own */
	const char *half_open_limit, *cookies; /* names of sysctls; NULL: none */
};

/* FreeBSD by net.inet.tcp.syncache.rst_on_sock_fail, tried on 13.0; macOS by
 * tcp_dropdropablreq and its caller, and sonewconn_internal, which counts half-open
 * connections unless kern.ipc.soqlencomp is set. */
/* Linux: ip-sysctl.rst, tcp_max_syn_backlog and tcp_syncookies. */
const char *const linux_limit = "net.ipv4.tcp_max_syn_backlog";
const char *const linux_cookies = "net.ipv4.tcp_syncookies";
const char *const freebsd_limit = "net.inet.tcp.syncache.cachelimit";
const char *const freebsd_cookies = "net.inet.tcp.syncookies";

const Overflow overflows[] = {
	{ "linux-6-container", "", "dropped", nullptr, false, true, linux_limit, linux_cookies },
	{ "linux-6", "", "dropped", "ignored", false, true, linux_limit, linux_cookies },
	{ "freebsd-13", "", "reset", "reset", false, true, freebsd_limit, freebsd_cookies },
	{ "freebsd-13", sysctl_line("net.inet.tcp.syncache.rst_on_sock_fail", 0), "misled", "misled",
	    false, true, freebsd_limit, freebsd_cookies },
	{ "freebsd-13", without_sysctl("net.inet.tcp.syncache.rst_on_sock_fail"), nullptr, nullptr,
	    false, true, freebsd_limit, freebsd_cookies },
	{ "macos-15", "", "dropped", "dropped", false, false, nullptr, nullptr },
	{ "macos-15", sysctl_line("kern.ipc.soqlencomp", 1), "dropped", "dropped", false, true,
	    nullptr, nullptr },
	{ "macos-15", without_sysctl("kern.ipc.soqlencomp"), "dropped", "dropped", true, Json(),
	    nullptr, nullptr },
};

/* A limit with a name, or none. */
Json
name_in(const Json &limit)
{
	return limit.is_null() ? Json() : limit.at("name");
}

TEST(FullQueue, DoesToClientsWhatIsForetold)
{
	for (const Overflow &row : overflows) {
		Json backlog = Situation(row.profile, row.lines).explain("--tcp=127.0.0.1:8080")
		                   .at("backlog");
		const Json &overflow = backlog.at("overflow");
		SCOPED_TRACE(row.profile + row.lines);
		const auto word = [](const char *text) { return text ? Json(text) : Json(); };
		EXPECT_EQ(overflow.at("new_client"), word(row.new_client)) << overflow;
		EXPECT_EQ(overflow.at("client_in_handshake"), word(row.client_in_handshake)) << overflow;
		EXPECT_NE(backlog.at("doubt").is_null(), row.is_doubtful) << backlog;
		const Json &half_open = backlog.at("half_open");
		EXPECT_EQ(half_open.at("separate"), row.apart);
		EXPECT_EQ(name_in(half_open.at("limit")), word(row.half_open_limit));
		EXPECT_EQ(name_in(half_open.at("cookies")), word(row.cookies));
	}
}

} // namespace
