/* SPDX-License-Identifier: ISC */
/*
 * What is done is what was planned, and both are what the systems' documents
 * ask for: a table of requests, with the calls that each system needs; the plan
 * that `explain` prints; and the log of the calls that were made.
 */
#include <gtest/gtest.h>

#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>
#include <unistd.h>

#include "bench.h"
#include "kernel.h"
#include "profile.h"
#include "temporary_directory.h"

namespace {

using Steps = std::vector<std::string>;
using Json = nlohmann::json;

struct Request {
	const char *name;
	std::vector<std::string> arguments; /* "PATH" is a path of the test's own */
	/* By enum world_system; NULL: this system has no such thing, and says so.
	 * "A else B": B stands in for A where that fails. */
	const char *plan[3];
};

#define TCP4 "socket AF_INET SOCK_STREAM IPPROTO_TCP; "
#define TCP6 "socket AF_INET6 SOCK_STREAM IPPROTO_TCP; "
#define UDP4 "socket AF_INET SOCK_DGRAM IPPROTO_UDP; "
#define REUSE "setsockopt SOL_SOCKET SO_REUSEADDR 1; "
#define SHARE "setsockopt SOL_SOCKET SO_REUSEPORT 1; "
#define V6ONLY "setsockopt IPPROTO_IPV6 IPV6_V6ONLY 1; "
#define DUAL "setsockopt IPPROTO_IPV6 IPV6_V6ONLY 0; "
#define AT4 "bind 127.0.0.1 8080"
#define AT6 "bind ::1 8080"
#define UNIX "socket AF_UNIX SOCK_STREAM 0; "
#define PATH_FREE "flock; unlink; "
#define SAME(plan) { plan, plan, plan }

/*
 * Options: socket(7), ip(7), ipv6(7), tcp(7) of Linux; setsockopt(2), ip(4),
 * ip6(4), tcp(4), accept_filter(9) of FreeBSD; the headers of xnu.  The longest
 * queue is asked for by INT_MAX where the kernel cuts it, and by SHRT_MAX where
 * it would keep the lower half (xnu, so_qlimit).  Options at the kernel's default
 * are not set, IPV6_V6ONLY excepted, whose default is a setting.  Two UDP sockets
 * with SO_REUSEADDR take each other's datagrams on Linux, so `listen` sets it for
 * TCP alone.  A path is made under a lock on its directory, once nobody has it,
 * and never grants more than was asked: umask(2); a mode that umask cannot give is
 * set afterwards.
 */
const Request requests[] = {
	{ "tcp-socket-listen", { "127.0.0.1", "8080" }, SAME(TCP4 REUSE AT4 "; listen 5") },
	{ "tcp-socket-listen", { "--no-reuse-address", "127.0.0.1", "8080" },
	    SAME(TCP4 AT4 "; listen 5") },
	{ "tcp-socket-listen", { "--backlog", "17", "127.0.0.1", "8080" },
	    SAME(TCP4 REUSE AT4 "; listen 17") },
	{ "tcp-socket-listen", { "--backlog", "0", "127.0.0.1", "8080" },
	    { TCP4 REUSE AT4 "; listen 0", TCP4 REUSE AT4 "; listen 0",
	        TCP4 REUSE AT4 "; listen 1" } },
	{ "tcp-socket-listen", { "--backlog", "-1", "127.0.0.1", "8080" },
	    { TCP4 REUSE AT4 "; listen 2147483647", TCP4 REUSE AT4 "; listen 2147483647",
	        TCP4 REUSE AT4 "; listen 32767" } },
	{ "tcp-socket-listen", { "--backlog", "40000", "127.0.0.1", "8080" },
	    { TCP4 REUSE AT4 "; listen 40000", TCP4 REUSE AT4 "; listen 40000",
	        TCP4 REUSE AT4 "; listen 32767" } },
	{ "tcp-socket-listen", { "::1", "8080" }, SAME(TCP6 REUSE V6ONLY AT6 "; listen 5") },
	{ "tcp-socket-listen", { "--combine4and6", "::", "8080" },
	    SAME(TCP6 REUSE DUAL "bind :: 8080; listen 5") },
	{ "tcp-socket-listen", { "--reuse-port", "127.0.0.1", "8080" },
	    SAME(TCP4 REUSE SHARE AT4 "; listen 5") },
	{ "tcp-socket-listen", { "--bind-to-any", "203.0.113.9", "8080" },
	    { TCP4 REUSE "setsockopt IPPROTO_IP IP_FREEBIND 1; bind 203.0.113.9 8080; listen 5",
	        TCP4 REUSE "setsockopt IPPROTO_IP IP_BINDANY 1; bind 203.0.113.9 8080; listen 5",
	        nullptr } },
	{ "tcp-socket-listen", { "--bind-to-any", "2001:db8:1::9", "8080" },
	    { TCP6 REUSE V6ONLY "setsockopt IPPROTO_IPV6 IPV6_FREEBIND 1;"
	                        " bind 2001:db8:1::9 8080; listen 5",
	        TCP6 REUSE V6ONLY "setsockopt IPPROTO_IPV6 IPV6_BINDANY 1;"
	                          " bind 2001:db8:1::9 8080; listen 5",
	        nullptr } },
	{ "udp-socket-listen", { "127.0.0.1", "8080" }, SAME(UDP4 REUSE AT4) },
	{ "s6-tcpserver-socketbinder", { "127.0.0.1", "8080" },
	    { "close 0; socket AF_INET SOCK_STREAM|SOCK_NONBLOCK IPPROTO_TCP; " REUSE AT4
	      "; listen 2147483647",
	        "close 0; socket AF_INET SOCK_STREAM|SOCK_NONBLOCK IPPROTO_TCP; " REUSE AT4
	        "; listen 2147483647",
	        "close 0; " TCP4 "fcntl F_SETFL O_NONBLOCK; " REUSE AT4 "; listen 32767" } },
	{ "s6-tcpserver-socketbinder", { "-B", "-D", "-b", "7", "::1", "8080" },
	    SAME("close 0; " TCP6 V6ONLY AT6 "; listen 7") },
	{ "s6-tcpserver-socketbinder", { "-B", "-m", "-b", "0", "127.0.0.1", "8080" },
	    SAME("close 0; " UDP4 REUSE AT4) },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,balance" },
	    { TCP4 REUSE SHARE AT4 "; listen 2147483647",
	        TCP4 REUSE "setsockopt SOL_SOCKET SO_REUSEPORT_LB 1; " SHARE AT4
	                   "; listen 2147483647",
	        nullptr } },
	{ "bindchain", { "listen", "--tcp=[::]:8080,dual,balance" },
	    { TCP6 REUSE SHARE DUAL "bind :: 8080; listen 2147483647", nullptr, nullptr } },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,wait-for=data" },
	    { TCP4 REUSE "setsockopt IPPROTO_TCP TCP_DEFER_ACCEPT 15; " AT4
	                 "; listen 2147483647",
	        TCP4 REUSE AT4 "; listen 2147483647; setsockopt SOL_SOCKET SO_ACCEPTFILTER"
	                       " 256 bytes \"dataready\"",
	        nullptr } },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,keepalive,backlog=3" },
	    SAME(TCP4 REUSE "setsockopt SOL_SOCKET SO_KEEPALIVE 1; " AT4 "; listen 3") },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,fast-open=9" },
	    { TCP4 REUSE "setsockopt IPPROTO_TCP TCP_FASTOPEN 9; " AT4 "; listen 2147483647",
	        TCP4 REUSE AT4 "; listen 2147483647; setsockopt IPPROTO_TCP TCP_FASTOPEN 1",
	        TCP4 REUSE AT4 "; listen 32767; setsockopt IPPROTO_TCP TCP_FASTOPEN 1" } },
	{ "bindchain", { "listen", "--udp=127.0.0.1:8080,receive-buffer=65536" },
	    { UDP4 "setsockopt SOL_SOCKET SO_RCVBUFFORCE 65536 else setsockopt SOL_SOCKET"
	           " SO_RCVBUF 65536; " AT4,
	        UDP4 "setsockopt SOL_SOCKET SO_RCVBUF 65536; " AT4,
	        UDP4 "setsockopt SOL_SOCKET SO_RCVBUF 65536; " AT4 } },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,exclusive" },
	    { TCP4 REUSE "probe 127.0.0.1 8080; " AT4 "; listen 2147483647",
	        TCP4 REUSE "probe 127.0.0.1 8080; " AT4 "; listen 2147483647",
	        TCP4 REUSE "probe 127.0.0.1 8080; " AT4 "; listen 32767" } },
	{ "bindchain", { "listen", "--unix=PATH,mode=660,backlog=7" },
	    SAME(UNIX PATH_FREE "umask 0117; bind PATH; listen 7; close") },
	{ "local-stream-socket-listen", { "--mode", "01700", "PATH" },
	    SAME(UNIX PATH_FREE "umask 0777; bind PATH; chmod 01700; listen 5; close") },
	{ "s6-ipcserver-socketbinder", { "-B", "-b", "3", "PATH" },
	    SAME("close 0; " UNIX PATH_FREE "umask 0000; bind PATH; listen 3; close") },
	{ "bindchain", { "listen", "--unix-dgram=PATH,pass-credentials" },
	    { "socket AF_UNIX SOCK_DGRAM 0; setsockopt SOL_SOCKET SO_PASSCRED 1; " PATH_FREE
	      "bind PATH; close",
	        "socket AF_UNIX SOCK_DGRAM 0; setsockopt SOL_LOCAL LOCAL_CREDS_PERSISTENT 1; "
	        PATH_FREE "bind PATH; close",
	        nullptr } },
	{ "bindchain", { "listen", "--unix-seqpacket=PATH" },
	    { "socket AF_UNIX SOCK_SEQPACKET 0; " PATH_FREE "bind PATH; listen 2147483647; close",
	        "socket AF_UNIX SOCK_SEQPACKET 0; " PATH_FREE "bind PATH; listen 2147483647; close",
	        nullptr } },
	{ "netlink-datagram-socket-listen", { "route", "5" },
	    { "socket AF_NETLINK SOCK_DGRAM 0; bind own 5",
	        "socket AF_NETLINK SOCK_DGRAM 0; bind own 5", nullptr } },
	{ "netlink-datagram-socket-listen",
	    { "--raw", "--receive-buffer-size", "9000", "generic", "0" },
	    { "socket AF_NETLINK SOCK_RAW 16; setsockopt SOL_SOCKET SO_RCVBUFFORCE 9000 else"
	      " setsockopt SOL_SOCKET SO_RCVBUF 9000; bind own 0",
	        "socket AF_NETLINK SOCK_RAW 16; setsockopt SOL_SOCKET SO_RCVBUF 9000; bind own 0",
	        nullptr } },
};

/* A place of the test's own instead of PATH. */
std::string
placed(std::string text, const std::string &path)
{
	size_t at = text.find("PATH");

	return at == std::string::npos ? text : text.replace(at, 4, path);
}

Steps
split(const std::string &plan)
{
	Steps steps;

	for (size_t at = 0; at < plan.size();) {
		size_t end = plan.find("; ", at);
		steps.push_back(plan.substr(at, end - at));
		at = end == std::string::npos ? plan.size() : end + 2;
	}
	return steps;
}

/* Both of "A else B", or B only where A was tried and something came after it. */
Steps
with_stand_ins(const Steps &plan, const Steps *done)
{
	static const std::string mark = " else ";
	Steps steps;

	for (const std::string &step : plan) {
		size_t end = step.find(mark);
		steps.push_back(step.substr(0, end));
		if (end == std::string::npos)
			continue;
		std::string stand_in = step.substr(end + mark.size());
		bool stood_in = done && done->size() > steps.size()
		    && done->at(steps.size()) == stand_in;
		if (!done || stood_in)
			steps.push_back(stand_in);
	}
	return steps;
}

std::string
joined(const std::vector<std::string> &words)
{
	std::string text;

	for (const std::string &word : words)
		text += (text.empty() ? "" : " ") + word;
	return text;
}

/* ---- the log ---- */

std::string
octal(const std::string &decimal)
{
	std::ostringstream text;

	text << '0' << std::setw(3) << std::setfill('0') << std::oct << std::stoi(decimal);
	return text.str();
}

/* A step about a path, which the plan has elsewhere; whoever looks what is there
 * does so to remove what nobody has. */
std::string
path_step_text(const LoggedCall &call)
{
	if (call.name == "lstat")
		return "unlink";
	return call.name == "umask" || call.name == "chmod"
	    ? call.name + " " + octal(call.arguments.back()) : call.name;
}

bool
is_about_path(const LoggedCall &call)
{
	return call.name == "flock" || call.name == "lstat" || call.name == "umask"
	    || call.name == "chmod";
}

/* The line without the descriptor and without quotes; the flags that a descriptor
 * has anyway are no part of a plan. */
std::string
step_text(const LoggedCall &call)
{
	std::vector<std::string> words = call.arguments;

	if (is_about_path(call))
		return path_step_text(call);
	if (call.name != "socket" && call.name != "close")
		words.erase(words.begin());
	if (call.name == "bind" && words[0].front() == '"')
		words[0] = words[0].substr(1, words[0].size() - 2);
	std::string text = call.name + " " + joined(words);
	size_t has_anyway = text.find("O_RDWR|");
	return has_anyway == std::string::npos ? text : text.erase(has_anyway, 7);
}

bool
is_act(const LoggedCall &call)
{
	if (call.name == "fcntl")
		return call.arguments.at(1).rfind("F_SET", 0) == 0;
	return call.name == "socket" || call.name == "setsockopt" || call.name == "bind"
	    || call.name == "listen" || call.name == "close" || call.name == "open"
	    || is_about_path(call);
}

bool
ends_opening(const LoggedCall &call)
{
	return call.name == "execve" || call.name == "dup2" || call.name == "write";
}

/*
 * The steps that were taken to open one socket.  A second socket that comes and
 * goes meanwhile is a probe.
 */
class Performance {
public:
	explicit Performance(const std::vector<LoggedCall> &calls)
	{
		for (const LoggedCall &call : calls) {
			if (ends_opening(call))
				break;
			if (is_act(call))
				take(call);
		}
	}

	const Steps &steps() const { return steps_; }
	const std::string &failure() const { return failure_; }

private:
	void take(const LoggedCall &call)
	{
		/* What comes after a failure undoes. */
		if (!failure_.empty() && call.name == "close")
			return;
		if (call.name == "open" || is_about_path(call)
		    || (call.name == "close" && call.arguments.at(0) == lock_))
			take_path_step(call);
		else
			take_socket_step(call);
	}

	/* Before, the umask is asked for; after, it is what it was, and the file that was
	 * made is remembered. */
	void take_path_step(const LoggedCall &call)
	{
		if (call.name == "open")
			lock_ = call.result;
		else if (call.name == "close")
			steps_.push_back("close");
		else if (!descriptor_.empty() && (!is_bound_ || call.name == "chmod")) {
			steps_.push_back(step_text(call));
			failure_ = call.name == "chmod" && call.failed() ? call.result : "";
		}
	}

	void take_socket_step(const LoggedCall &call)
	{
		bool is_other = call.name == "socket" ? !descriptor_.empty()
		    : !probe_.empty() && call.arguments.at(0) == probe_;
		if (is_other) {
			take_probe(call);
			return;
		}
		if (call.name == "close" && !descriptor_.empty())
			return; /* undone */
		if (call.name == "socket")
			descriptor_ = call.result;
		else if (call.name != "close") {
			EXPECT_EQ(call.arguments.at(0), descriptor_) << call;
		}
		steps_.push_back(step_text(call));
		is_bound_ = is_bound_ || call.name == "bind";
		failure_ = call.failed() ? call.result : "";
	}

	void take_probe(const LoggedCall &call)
	{
		if (call.name == "socket")
			probe_ = call.result;
		else if (call.name == "bind")
			steps_.push_back("probe " + step_text(call).substr(5));
		else if (call.name == "close")
			probe_.clear();
	}

	Steps steps_;
	std::string descriptor_, probe_, lock_, failure_;
	bool is_bound_ = false;
};

/* ---- the plan ---- */

std::string
argument_text(const Json &argument)
{
	std::string text = argument.at("name").is_string()
	    ? argument.at("name").get<std::string>()
	    : std::to_string(argument.at("value").get<long long>());

	return argument.at("argument") == "size" ? text + " bytes" : text;
}

/* "127.0.0.1:8080", "[::1]:8080", a path; of netlink only the protocol is told. */
std::string
address_text(const Json &socket)
{
	std::string address = socket.at("address");

	if (socket.at("kind").get<std::string>().rfind("netlink", 0) == 0)
		return "";
	if (socket.at("path").is_string())
		return address;
	size_t colon = address.rfind(':');
	std::string host = address.substr(0, colon);

	if (host.front() == '[')
		host = host.substr(1, host.size() - 2);
	return host + " " + address.substr(colon + 1);
}

bool
says(const Json &call, const char *words)
{
	return call.at("text").get<std::string>().find(words) != std::string::npos;
}

Steps
planned_steps(const Json &socket)
{
	std::string address = address_text(socket);
	Steps steps;

	for (const Json &call : socket.at("calls")) {
		std::string text = call.at("call");
		for (const Json &argument : call.at("arguments"))
			text += " " + argument_text(argument);
		if (call.at("call") == "bind" && says(call, "on a socket of its own"))
			text = "probe " + address;
		else if (call.at("call") == "bind")
			text = address.empty() ? "bind" : "bind " + address;
		steps.push_back(text);
	}
	return steps;
}

Json
explain(const std::string &profile, const Request &request, const std::string &path)
{
	Bench bench(profile);
	std::vector<std::string> arguments = { "explain", "--json" };

	if (std::string(request.name) != "bindchain")
		arguments.push_back(request.name);
	for (const std::string &argument : request.arguments)
		arguments.push_back(placed(argument, path));
	arguments.push_back("true");
	Result result = bench.run("bindchain", arguments);
	EXPECT_SOUND(bench);
	return Json::parse(result.output).at("sockets").at(0);
}

/* ---- the tests ---- */

/* A filter's name is the plan's, but `explain` counts its bytes only; nor does it
 * tell a netlink address. */
Steps
without_content(Steps steps)
{
	for (std::string &step : steps)
		step = step.substr(0, std::min(step.find(" \""), step.find(" own ")));
	return steps;
}

void
expect_refusal(const std::string &profile, const Request &request, const Performance &done)
{
	EXPECT_EQ(done.steps(), Steps()) << "nothing is opened for what is not there";
	EXPECT_FALSE(explain(profile, request, "/nonexistent/s").at("unsupported").is_null());
}

/* Of FreeBSD, what not every release, or not every jail, has. */
bool
is_lacking(const struct world &world, const Request &request)
{
	bool is_netlink = std::string(request.name).rfind("netlink", 0) == 0;
	bool balances = joined(request.arguments).find("balance") != std::string::npos;

	if (world.system != WORLD_FREEBSD)
		return false;
	return (is_netlink && !world.netlink_count) || (balances && kernel_limit(&world, "jailed")
	    && !world.rules[RULE_JAILED_BALANCE]);
}

/* Returns whether the socket was opened. */
bool
check(const std::string &profile, const Request &request)
{
	TemporaryDirectory directory;
	std::string path = directory / "s";
	Bench bench(profile);
	std::vector<std::string> arguments;
	const char *expected = request.plan[bench.fake().system];

	SCOPED_TRACE(profile + ": " + request.name + " " + joined(request.arguments));
	kernel_set_limit(&bench.fake(), "fast-open-server", 1);
	for (const std::string &argument : request.arguments)
		arguments.push_back(placed(argument, path));
	arguments.push_back("true");
	Result result = bench.run(request.name, arguments);
	Performance done(bench.calls());
	EXPECT_SOUND(bench);
	if (!expected || is_lacking(bench.fake(), request)) {
		expect_refusal(profile, request, done);
		return false;
	}
	Steps plan = split(placed(expected, path));
	EXPECT_EQ(planned_steps(explain(profile, request, path)),
	    without_content(with_stand_ins(plan, nullptr)));
	plan = with_stand_ins(plan, &done.steps());
	/* Where a call fails, the plan was followed up to there. */
	EXPECT_EQ(result.status == 0, done.failure().empty()) << result;
	if (!done.failure().empty())
		plan.resize(std::min(plan.size(), done.steps().size()));
	EXPECT_EQ(done.steps(), plan);
	return done.failure().empty();
}

/* ---- FIFOs, which are no sockets ---- */

#define FIFO_RW "mkfifo 0600; open O_RDWR|O_NOCTTY"
#define FIFO_RO "mkfifo 0600; open O_RDONLY|O_NONBLOCK|O_NOCTTY"
#define BLOCKING "; fcntl F_SETFL"

/*
 * mkfifo(2), open(2): for both, so that it survives its writers, where the system has
 * a meaning for that: fifo(7) of Linux; fs/fifofs/fifo_vnops.c of FreeBSD.  Elsewhere
 * only O_NONBLOCK keeps open(2) from waiting for one.  "OWN" is the tests' group.
 */
const Request fifos[] = {
	{ "fifo-listen", { "PATH" }, { FIFO_RW, FIFO_RW, FIFO_RO BLOCKING } },
	{ "fifo-listen", { "--mode", "0060", "PATH" },
	    { "mkfifo 0660; open O_RDWR|O_NOCTTY; fchmod 0060",
	        "mkfifo 0660; open O_RDWR|O_NOCTTY; fchmod 0060",
	        "mkfifo 0660; open O_RDONLY|O_NONBLOCK|O_NOCTTY; fchmod 0060" BLOCKING } },
	{ "fifo-listen", { "--gid", "OWN", "--mode", "0620", "PATH" },
	    { FIFO_RW "; fchown -1 OWN; fchmod 0620", FIFO_RW "; fchown -1 OWN; fchmod 0620",
	        FIFO_RO "; fchown -1 OWN; fchmod 0620" BLOCKING } },
};

std::string
with_own_group(std::string text)
{
	size_t at = text.find("OWN");

	return at == std::string::npos ? text
	                               : text.replace(at, 3, std::to_string(getegid()));
}

/* What is not a step of a FIFO's plan is "". */
std::string
fifo_step_text(const LoggedCall &call)
{
	if (call.name == "mkfifo" || call.name == "fchmod")
		return call.name + " " + octal(call.arguments.back());
	if (call.name == "open")
		return "open " + call.arguments.at(1);
	if (call.name == "fchown")
		return "fchown " + call.arguments.at(1) + " " + call.arguments.at(2);
	return call.name == "fcntl" && call.arguments.at(1) == "F_SETFL" ? "fcntl F_SETFL" : "";
}

Steps
planned_fifo_steps(const Json &socket)
{
	Steps steps = planned_steps(socket);

	for (std::string &step : steps)
		step = step.substr(0, step.find(" O_NONBLOCK"));
	return steps;
}

void
check_fifo(const std::string &profile, const Request &request)
{
	TemporaryDirectory directory;
	std::string path = directory / "s";
	Bench bench(profile);
	Request own = request;
	Steps plan = split(with_own_group(request.plan[bench.fake().system])), done;

	SCOPED_TRACE(profile + ": " + joined(request.arguments));
	for (std::string &argument : own.arguments)
		argument = placed(with_own_group(argument), path);
	EXPECT_EQ(planned_fifo_steps(explain(profile, own, path)), plan);
	own.arguments.push_back("true");
	Result result = bench.run(own.name, own.arguments);
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_SOUND(bench);
	for (const LoggedCall &call : bench.calls()) {
		if (ends_opening(call))
			break;
		if (!fifo_step_text(call).empty())
			done.push_back(fifo_step_text(call));
	}
	EXPECT_EQ(done, plan);
}

class EveryProfile : public testing::TestWithParam<std::string> {};

TEST_P(EveryProfile, TheLogIsThePlanAndThePlanIsTheDocuments)
{
	int opened = 0;

	for (const Request &request : requests)
		opened += check(GetParam(), request);
	EXPECT_GT(opened, 0);
}

TEST_P(EveryProfile, OfAFifoToo)
{
	for (const Request &request : fifos)
		check_fifo(GetParam(), request);
}

INSTANTIATE_TEST_SUITE_P(Shim, EveryProfile, testing::ValuesIn(profile_names()),
    [](const auto &profile) {
	    std::string name = profile.param;
	    for (char &c : name)
		    c = c == '-' || c == '.' ? '_' : c;
	    return name;
    });

/* On a complete system nothing of the table fails. */
TEST(EveryRequest, WorksForRootOnACompleteSystem)
{
	for (const char *profile : { "linux-6", "freebsd-14", "macos-15" })
		for (const Request &request : requests) {
			Bench bench(profile);
			bool is_offered = request.plan[bench.fake().system] != nullptr;
			EXPECT_EQ(check(profile, request), is_offered)
			    << profile << ": " << joined(request.arguments);
		}
}

} // namespace
