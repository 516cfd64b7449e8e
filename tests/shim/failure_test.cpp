/* SPDX-License-Identifier: ISC */
/*
 * Every call of every plan, failing with every errno that its system has for
 * it: the exit status, the first line, the line of information, nothing left
 * open, nothing done afterwards but undoing and looking.  The pairs come from
 * the calls that a run without faults makes, and from the table below.
 */
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <cerrno>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <netdb.h>
#include <sstream>
#include <unistd.h>

#include "bench.h"
#include "kernel.h"
#include "names.h"
#include "profile.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

/* ---- what can fail how ---- */

/*
 * By enum world_system.  bind(2), listen(2), socket(2), setsockopt(2), dup2(2),
 * execve(2), open(2), stat(2), chmod(2), chown(2), getifaddrs(3), getaddrinfo(3) of each system;
 * in FreeBSD also kern/uipc_syscalls.c (Capsicum), in_pcb.c (EAGAIN) and
 * uipc_usrreq.c (EALREADY), in xnu uipc_syscalls.c (EDESTADDRREQ, ECONNABORTED) and
 * in6_src.c (EAGAIN).  "LSM",
 * "MAC": security modules.
 */
const std::map<std::string, std::vector<std::string>> errors = {
	{ "socket",
	    { "EACCES EAFNOSUPPORT EMFILE ENFILE ENOBUFS ENOMEM EPROTONOSUPPORT",
	        "EACCES EAFNOSUPPORT EMFILE ENFILE ENOBUFS EPERM EPROTONOSUPPORT EPROTOTYPE",
	        "EACCES EAFNOSUPPORT EMFILE ENFILE ENOBUFS ENOMEM EPROTONOSUPPORT EPROTOTYPE" } },
	{ "setsockopt",
	    { "EINVAL ENOPROTOOPT EOPNOTSUPP EPERM", "EINVAL ENOMEM ENOPROTOOPT EPERM",
	        "EINVAL ENOBUFS ENOPROTOOPT ENOTSUP" } },
	{ "setsockopt SO_ACCEPTFILTER", { "", "EINVAL ENOENT", "" } },
	{ "setsockopt TCP_FASTOPEN",
	    { "EINVAL ENOPROTOOPT", "EINVAL ENOPROTOOPT EPERM", "EINVAL ENOPROTOOPT ENOTSUP" } },
	/* only where a socket cannot be born with its flags */
	{ "fcntl", { "", "", "EBADF" } },
	/* the last two: LSM; Capsicum */
	{ "bind",
	    { "EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EINVAL ENODEV ENOMEM EACCES EPERM",
	        "EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EINVAL ENAMETOOLONG"
	        " ENXIO ECAPMODE ENOTCAPABLE",
	        "EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN ECONNABORTED EDESTADDRREQ"
	        " EINVAL ENAMETOOLONG" } },
	/* EACCES, EPERM: LSM, MAC, and inbound traffic that xnu restricts */
	{ "listen",
	    { "EADDRINUSE EBADF EINVAL ENOTSOCK EOPNOTSUPP EACCES EPERM",
	        "EADDRINUSE EADDRNOTAVAIL EAGAIN EBADF EDESTADDRREQ EINVAL ENOTSOCK EOPNOTSUPP"
	        " EACCES ENOTCAPABLE",
	        "EADDRINUSE EADDRNOTAVAIL EAGAIN EBADF EDESTADDRREQ EINVAL ENOTSOCK EOPNOTSUPP"
	        " EPERM" } },
	{ "dup2", { "EBADF EBUSY EINTR EMFILE", "EBADF", "EBADF EINTR" } },
	{ "getifaddrs", { "EAFNOSUPPORT ENOBUFS ENOMEM", "ENOMEM", "ENOMEM" } },
	{ "getaddrinfo",
	    { "EAI_ADDRFAMILY EAI_AGAIN EAI_FAIL EAI_FAMILY EAI_MEMORY EAI_NODATA EAI_NONAME"
	      " EAI_SERVICE EAI_SYSTEM",
	        "EAI_AGAIN EAI_FAIL EAI_FAMILY EAI_MEMORY EAI_NONAME EAI_SERVICE EAI_SYSTEM",
	        "EAI_AGAIN EAI_FAIL EAI_FAMILY EAI_MEMORY EAI_NONAME EAI_SERVICE EAI_SYSTEM" } },
	{ "execve",
	    { "E2BIG EACCES EIO ELOOP EMFILE ENAMETOOLONG ENOENT ENOEXEC ENOMEM ENOTDIR EPERM"
	      " ETXTBSY",
	        "E2BIG EACCES EIO ELOOP ENAMETOOLONG ENOENT ENOEXEC ENOMEM ENOTDIR ETXTBSY",
	        "E2BIG EACCES EIO ELOOP ENAMETOOLONG ENOENT ENOEXEC ENOMEM ENOTDIR ETXTBSY" } },
	/* of a path: the directory, what is at the path, and a FIFO there */
	{ "open", { "EACCES EMFILE ENFILE ENOENT", "EACCES EMFILE ENFILE", "EACCES EMFILE ENFILE" } },
	{ "openat",
	    { "EACCES ELOOP EMFILE ENFILE ENOENT", "EACCES EMFILE ENFILE EIO",
	        "EACCES EMFILE ENFILE EIO" } },
	{ "stat", { "EACCES ENOENT", "EACCES ENOENT", "EACCES ENOENT" } },
	{ "fstatat", { "", "", "EACCES EIO ELOOP" } },
	{ "mkfifoat", { "EACCES ENOENT ENOSPC EROFS", "EACCES EIO ENOSPC EROFS", "" } },
	{ "mkfifo", { "", "", "EACCES EIO ENOSPC EROFS" } },
	{ "fchmod", { "EPERM EROFS", "EPERM EROFS", "EPERM EROFS" } },
	{ "chmod", { "EPERM EROFS EIO", "", "" } },
	{ "fchmodat", { "", "EPERM EROFS EIO", "EPERM EROFS EIO" } },
	{ "fchownat", { "EPERM EROFS EIO", "EPERM EROFS EIO", "EPERM EROFS EIO" } },
};

/* ---- who speaks how ---- */

enum Personality { NOSH, S6, NATIVE };

struct Request {
	Personality personality;
	const char *name;
	std::vector<std::string> arguments; /* "PATH" is a path of the test's own */
	std::string what;                   /* host and service, or path, as they came */
	std::string where;                  /* the address in messages */
	bool is_crowded; /* descriptor 3 is taken, so that the socket must be moved */
};

const Request requests[] = {
	{ NOSH, "tcp-socket-listen",
	    { "--systemd-compatibility", "--upstart-compatibility", "127.0.0.1", "8080" },
	    "127.0.0.1 8080", "TCP 127.0.0.1:8080", true },
	{ NOSH, "tcp-socket-listen", { "--reuse-port", "--bind-to-any", "::1", "8080" },
	    "::1 8080", "TCP [::1]:8080", false },
	{ NOSH, "tcp-socket-listen", { "--check-interfaces", "both.example", "8080" },
	    "both.example 8080", "TCP 192.0.2.10:8080", false },
	{ S6, "s6-tcpserver-socketbinder", { "127.0.0.1", "8080" }, "127.0.0.1 port 8080",
	    "TCP 127.0.0.1:8080", false },
	{ S6, "s6-tcpserver-socketbinder", { "-b", "0", "-m", "::1", "8080" }, "::1 port 8080",
	    "UDP [::1]:8080", false },
	{ NATIVE, "bindchain", { "listen", "--tcp=127.0.0.1:8080,balance" }, "",
	    "TCP 127.0.0.1:8080", false },
	{ NATIVE, "bindchain",
	    { "listen", "--tcp=127.0.0.1:8080,wait-for=data,fast-open=5,nonblocking" }, "",
	    "TCP 127.0.0.1:8080", false },
	{ NATIVE, "bindchain", { "listen", "--tcp=127.0.0.1:8080,fast-open=5" }, "",
	    "TCP 127.0.0.1:8080", false },
	{ NOSH, "local-stream-socket-listen", { "--mode", "01700", "PATH" }, "PATH",
	    "Unix stream PATH", false },
	{ NOSH, "fifo-listen", { "--mode", "0600", "PATH" }, "", "FIFO PATH", false },
	/* macOS has none: there is no call to fail. */
	{ NOSH, "netlink-datagram-socket-listen", { "route", "1" }, "", "netlink route", false },
	{ S6, "s6-ipcserver-socketbinder", { "PATH" }, "PATH", "Unix stream PATH", false },
	{ NATIVE, "bindchain", { "listen", "--unix=PATH,mode=660,owner=USER" }, "",
	    "Unix stream PATH", false },
};

const char next_program[] = "/bin/true";

/* Not root: it is another user for root, who alone can give a path to others. */
uid_t
new_owner()
{
	return geteuid() == 0 ? 65534 : geteuid();
}

/* A place of the test's own instead of PATH, and a user instead of USER. */
std::string
placed(std::string text, const std::string &path)
{
	size_t at = text.find("USER"); /* first: the path, which is made up, may have it */

	if (at != std::string::npos)
		text.replace(at, 4, std::to_string(new_owner()));
	at = text.find("PATH");
	return at == std::string::npos ? text : text.replace(at, 4, path);
}

Command
command_of(Bench &bench, const Request &request, const std::string &path)
{
	std::vector<std::string> arguments;

	for (const std::string &argument : request.arguments)
		arguments.push_back(placed(argument, path));
	arguments.push_back(next_program);
	Command command = bench.command(request.name, arguments);
	if (request.is_crowded)
		command.descriptors[3] = 2;
	return command;
}

/* ---- the pairs ---- */

struct Pair {
	std::string call; /* "setsockopt" */
	std::string subject; /* of setsockopt, the option */
	int nth;
	std::string error;

	std::string rule() const
	{
		return call + " " + std::to_string(nth) + " fail " + error;
	}
};

/* What a call is about: the option, the command. */
std::string
subject_of(const LoggedCall &call)
{
	if (call.name == "setsockopt")
		return call.arguments.at(2);
	if (call.name == "fcntl")
		return call.arguments.at(1);
	return "";
}

bool
has_argument(const LoggedCall &call, const char *argument)
{
	return std::count(call.arguments.begin(), call.arguments.end(), argument) > 0;
}

/* Looking whether a descriptor is open is no step, nor is the resolver's first
 * call, which is to find out whether a name is a number, nor the look for what a start
 * that was killed has left, nor at a setting for a warning. */
bool
is_step(const LoggedCall &call)
{
	return !has_argument(call, "F_GETFD") && !has_argument(call, "AI_NUMERICHOST")
	    && !has_argument(call, "\".s.bindchain\"")
	    && !has_argument(call, "\"/proc/sys/net/ipv4/tcp_fastopen\"");
}

/* There is a way out: what is in use may be a socket that nobody has, and where a FIFO
 * cannot be opened by descriptor it is by its name. */
bool
has_way_out(const LoggedCall &call, const std::string &error)
{
	bool binds_path = call.name == "bind" && call.arguments.at(1).front() == '"';
	bool opens_fifo = call.text().find("O_NOCTTY") != std::string::npos;

	return (binds_path && error == "EADDRINUSE") || (opens_fifo && error == "ENOENT");
}

/* This profile lacks something: the run ends here.  Other calls may fail. */
bool
ends_run(const LoggedCall &call)
{
	static const std::set<std::string> names = { "socket", "setsockopt", "bind", "listen" };

	return call.failed() && names.count(call.name);
}

std::vector<std::string>
errors_of(const LoggedCall &call, uint32_t system)
{
	auto found = errors.find(call.name + " " + subject_of(call));

	if (found == errors.end())
		found = errors.find(call.name);
	if (found == errors.end())
		return {};
	std::istringstream words(found->second.at(system));
	return { std::istream_iterator<std::string>(words), {} };
}

/* Without a warning that it has no effect: bit 0x2 of net.ipv4.tcp_fastopen. */
void
enable_fast_open(Bench &bench)
{
	kernel_set_limit(&bench.fake(), "fast-open-server", 1);
	if (bench.fake().system == WORLD_LINUX)
		kernel_set_limit(&bench.fake(), "fast-open", 3);
}

/* Every call of a run without faults, with every errno of its own. */
std::vector<Pair>
pairs_of(const std::string &profile, const Request &request)
{
	TemporaryDirectory directory;
	Bench bench(profile);
	std::map<std::string, int> nth;
	std::vector<Pair> pairs;

	enable_fast_open(bench);
	bench.run(command_of(bench, request, directory / "s"));
	EXPECT_SOUND(bench);
	for (const LoggedCall &call : bench.calls()) {
		int count = ++nth[call.name];
		if (ends_run(call))
			break;
		if (!is_step(call))
			continue;
		for (const std::string &error : errors_of(call, bench.fake().system))
			if (!has_way_out(call, error))
				pairs.push_back({ call.name, subject_of(call), count, error });
	}
	return pairs;
}

/* ---- what is expected ---- */

std::string
cause_of(const Pair &pair)
{
	int number = 0;

	if (names_find(names_resolver_errors, pair.error.c_str(), &number))
		return number == EAI_SYSTEM ? error_text(EIO) : resolver_text(number);
	EXPECT_TRUE(names_find(names_errors, pair.error.c_str(), &number));
	return error_text(number);
}

int
exit_status(const Request &request, const Pair &pair)
{
	if (request.personality == NOSH)
		return 1;
	if (pair.call != "execve")
		return 111;
	return pair.error == "ENOENT" ? 127 : 126;
}

/* A path is named in every message about it. */
std::string
nosh_first_line(const Request &request, const Pair &pair, const std::string &path)
{
	std::string start = std::string(request.name) + ": FATAL: ";
	bool is_path = request.what == "PATH" && pair.call != "execve";

	if (is_path || pair.call == "getaddrinfo" || pair.call == "getifaddrs")
		start += placed(request.what, path) + ": ";
	if (pair.call == "execve")
		start += std::string(next_program) + ": ";
	return start + cause_of(pair);
}

std::string
s6_first_line(const Request &request, const Pair &pair, const std::string &path)
{
	std::string start = std::string(request.name) + ": fatal: unable to ";
	bool is_path = request.what == "PATH";
	/* "bind to IP port N : …", with that space, and "bind to PATH: …". */
	std::string what = is_path ? path : request.what + " ";

	if (pair.call == "execve")
		start += std::string("exec ") + next_program;
	else if (pair.call == "listen")
		start += "listen to " + what;
	else if (pair.call == "socket" || pair.call == "fcntl" || pair.call == "dup2")
		start += "create socket";
	else
		start += "bind to " + what;
	return start + ": " + cause_of(pair);
}

/* What a call is called in messages, all of its family by one name. */
std::string
name_of(const Request &request, const std::string &call)
{
	bool is_fifo = request.where.rfind("FIFO", 0) == 0;

	if (call == "open")
		return is_fifo ? "open" : "open directory";
	if (is_fifo && (call == "openat" || call == "fstatat"))
		return "open";
	if (call == "fchmod" || call == "fchmodat")
		return "chmod";
	return call == "fchownat" ? "chown" : call == "mkfifoat" ? "mkfifo" : call;
}

/* The call, what it was about, where, and why: "setsockopt SO_REUSEADDR TCP
 * 127.0.0.1:80: Invalid argument". */
std::vector<std::string>
parts_of_details(const Request &request, const Pair &pair, const std::string &path)
{
	if (pair.call == "getifaddrs")
		return { "getifaddrs", cause_of(pair) };
	if (pair.call == "execve")
		return { next_program, cause_of(pair) };
	std::string about = pair.call == "fcntl" ? "O_NONBLOCK" : pair.subject;
	return { name_of(request, pair.call), about, placed(request.where, path),
		cause_of(pair) };
}

void
expect_parts(const std::string &line, const std::vector<std::string> &parts)
{
	for (const std::string &part : parts)
		EXPECT_NE(line.find(part), std::string::npos) << '"' << part << "\" in: " << line;
}

void
expect_words(const Request &request, const Pair &pair, const Result &result,
    const std::string &path)
{
	std::vector<std::string> parts = parts_of_details(request, pair, path);
	bool is_told_at_once = pair.call == "execve" || pair.call == "getaddrinfo";

	if (request.personality == NATIVE) {
		EXPECT_EQ(result.error_line(0).rfind("bindchain listen: fatal: ", 0), 0U);
		expect_parts(result.error_line(0), parts);
		return;
	}
	EXPECT_EQ(result.error_line(0), request.personality == NOSH
	        ? nosh_first_line(request, pair, path) : s6_first_line(request, pair, path));
	if (is_told_at_once)
		return;
	EXPECT_EQ(result.error_line(1).rfind(std::string(request.name) + ": info: ", 0), 0U);
	expect_parts(result.error_line(1), parts);
}

/* ---- and afterwards ---- */

/* What goes on with the work. */
const std::set<std::string> work = { "listen", "dup", "dup2", "dup3", "execve", "chmod",
	"fchmod", "fchmodat", "fchown", "fchownat", "mkfifo", "mkfifoat" };

/*
 * Undoing and looking are allowed: closing, removing what was made, reading
 * settings, and sockets that were opened afterwards, to find out more.  All that is
 * over when the first message is written, which may kill the process or stop it.
 */
void
expect_only_undoing(const Bench &bench, const Pair &pair)
{
	std::set<std::string> opened_since;
	bool failed = false, told = false;
	int nth = 0;

	for (const LoggedCall &call : bench.calls()) {
		told = told || (failed && call.text().rfind("write 2", 0) == 0);
		if (told)
			EXPECT_EQ(call.name, "write") << call;
		else if (failed) {
			EXPECT_EQ(work.count(call.name), 0U) << call;
			if (call.name == "socket")
				opened_since.insert(call.result);
			bool is_on_socket = call.name == "bind" || call.name == "setsockopt";
			EXPECT_TRUE(!is_on_socket || opened_since.count(call.arguments.at(0)))
			    << call;
			EXPECT_FALSE(call.name == "fcntl"
			    && call.arguments.at(1).rfind("F_SET", 0) == 0) << call;
		}
		failed = failed || (call.name == pair.call && ++nth == pair.nth);
	}
	EXPECT_TRUE(failed);
	EXPECT_TRUE(told);
}

/* What was opened for good ends with the process, and is known by its descriptor until
 * its path has gone. */
void
expect_nothing_left(Bench &bench, const Pair &pair, const std::string &path)
{
	const world_socket *begin = bench.fake().sockets, *end = begin + WORLD_SOCKETS;

	EXPECT_FALSE(std::filesystem::exists(path)) << "the path was to be removed";
	if (pair.call == "execve" || pair.call == "dup2" || pair.call == "setenv")
		return;
	EXPECT_EQ(bench.left(), std::vector<std::string>());
	EXPECT_TRUE(std::none_of(begin, end, [](const world_socket &s) { return s.used; }));
}

void
check(const std::string &profile, const Request &request, const Pair &pair)
{
	TemporaryDirectory directory;
	std::string path = directory / "s";
	Bench bench(profile, pair.rule());

	SCOPED_TRACE(profile + ": " + request.name + " " + request.arguments.back() + ": "
	    + pair.rule() + " " + pair.subject);
	enable_fast_open(bench);
	Result result = bench.run(command_of(bench, request, path));
	EXPECT_EQ(result.status, exit_status(request, pair)) << result;
	expect_words(request, pair, result, path);
	expect_only_undoing(bench, pair);
	expect_nothing_left(bench, pair, path);
	EXPECT_SOUND(bench);
}

/* Root's systems, on which every request of the table works. */
bool
is_complete(const std::string &profile)
{
	return profile == "linux-6" || profile == "freebsd-14" || profile == "macos-15";
}

bool
names_known(const std::string &error)
{
	int number;

	return names_find(names_errors, error.c_str(), &number)
	    || names_find(names_resolver_errors, error.c_str(), &number);
}

/* Of the table's rows, those that no run of this profile reached. */
std::set<std::string>
unreached(const std::set<std::string> &covered, size_t system)
{
	std::set<std::string> left;

	for (const auto &[row, list] : errors) {
		std::istringstream words(row + " " + list.at(system));
		std::string call, error;
		words >> call;
		for (std::string word; words >> word;)
			if (names_known(word) && !covered.count(call + " " + word))
				left.insert(call + " " + word);
	}
	return left;
}

/* Profiles that are not complete repeat no failure of one call in one personality
 * for each plan that has the call. */
std::string
kind_of(const Request &request, const Pair &pair)
{
	return std::to_string(request.personality) + " " + pair.call + " " + pair.subject + " "
	    + pair.error + " " + request.where.substr(0, 4);
}

class EveryFailure : public testing::TestWithParam<std::string> {};

TEST_P(EveryFailure, IsToldAndUndone)
{
	std::set<std::string> covered, seen;
	int runs = 0;

	for (const Request &request : requests)
		for (const Pair &pair : pairs_of(GetParam(), request)) {
			bool is_new = seen.insert(kind_of(request, pair)).second;
			if (!is_new && !is_complete(GetParam()))
				continue;
			check(GetParam(), request, pair);
			covered.insert(pair.call + " " + pair.error);
			runs++;
		}
	std::cout << GetParam() << ": " << covered.size() << " pairs of call and errno, in "
	          << runs << " runs\n";
	RecordProperty("pairs", static_cast<int>(covered.size()));
	/* Nobody else gives files away. */
	if (is_complete(GetParam()) && geteuid() == 0) {
		EXPECT_EQ(unreached(covered, Bench(GetParam()).fake().system),
		    std::set<std::string>());
	}
	EXPECT_FALSE(covered.empty());
}

/* FreeBSD 13 fails as 14 does; what it does otherwise is freebsd_test.cpp's and
 * jail_test.cpp's. */
std::vector<std::string>
profiles_to_fail_on()
{
	std::vector<std::string> names = profile_names();

	names.erase(std::remove_if(names.begin(), names.end(),
	                [](const std::string &name) { return name.rfind("freebsd-13", 0) == 0; }),
	    names.end());
	return names;
}

INSTANTIATE_TEST_SUITE_P(Shim, EveryFailure, testing::ValuesIn(profiles_to_fail_on()),
    [](const auto &profile) {
	    std::string name = profile.param;
	    for (char &c : name)
		    c = c == '-' || c == '.' ? '_' : c;
	    return name;
    });

} // namespace
