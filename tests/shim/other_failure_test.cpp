/* SPDX-License-Identifier: ISC */
/*
 * Failures of the calls around the steps of failure_test.cpp: what looks at a path,
 * gives it to somebody, reads a socket back, reports, notifies, or moves what was
 * inherited.  What each can say is chown(2), stat(2), unlink(2), connect(2),
 * getsockname(2), openat(2), write(2), sendto(2), fcntl(2), setgroups(2),
 * initgroups(3), setuid(2) of each system.
 */
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "names.h"
#include "network.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

enum Before { NOTHING, FIFO };

struct Row {
	const char *rule; /* of the script */
	int status;
	const char *line; /* the first but for the errno; "DIR" is a directory */
	const char *tool;
	Words arguments;
	Before before; /* what is at DIR/s */
};

/* A FIFO can be given to oneself without privilege. */
const std::string own = std::to_string(getuid());

#define MAKES(call) "bindchain listen: fatal: " call " directory Unix stream DIR/d/s: "
#define MAKES_DIRECTORY "bindchain", \
	    { "listen", "--unix=DIR/d/s,directory-mode=700,directory-owner=" + own }, NOTHING

const Row rows[] = {
	{ "fchown 1 fail EPERM", 1, "fifo-listen: FATAL: ", "fifo-listen",
	    { "--uid", own, "DIR/s" }, FIFO },
	/* of what is at the path, of its directory, of the FIFO once it is open */
	{ "fstat 1 fail EIO", 1, "fifo-listen: FATAL: ", "fifo-listen", { "DIR/s" }, NOTHING },
	{ "fstat 2 fail EIO", 1, "fifo-listen: FATAL: ", "fifo-listen", { "DIR/s" }, NOTHING },
	{ "fstat 3 fail EIO", 1, "fifo-listen: FATAL: ", "fifo-listen", { "DIR/s" }, NOTHING },
	/* getpwnam(3): EMFILE, ENFILE, EIO, ENOMEM */
	{ "getpwnam_r 1 fail EIO", 111, "bindchain listen: fatal: getpwnam nobody: ",
	    "bindchain", { "listen", "--unix=DIR/s,owner=nobody" }, NOTHING },
	{ "getpwnam_r 1 fail EMFILE", 111, "bindchain listen: fatal: getpwnam no-such: ",
	    "bindchain", { "listen", "--unix=DIR/s,owner=no-such" }, NOTHING },
	{ "getgrnam_r 1 fail ENOMEM", 111, "bindchain listen: fatal: getgrnam nobody: ",
	    "bindchain", { "listen", "--unix=DIR/s,group=nobody" }, NOTHING },
	{ "getpwnam_r 1 fail ENFILE", 1, "local-stream-socket-listen: FATAL: nobody: ",
	    "local-stream-socket-listen", { "--user", "nobody", "DIR/s" }, NOTHING },
	{ "getgrnam_r 1 fail EIO", 1, "fifo-listen: FATAL: nobody: ", "fifo-listen",
	    { "--group", "nobody", "DIR/s" }, NOTHING },
	{ "getpwnam_r 1 fail EMFILE", 111, "setuidgid: FATAL: nobody: ", "setuidgid",
	    { "nobody" }, NOTHING },
	{ "getgrnam_r 1 fail EMFILE", 111, "setuidgid: FATAL: nogroup: ", "setuidgid",
	    { "-g", "nogroup", "nobody" }, NOTHING },
	/* passwd(5), group(5): the C library may lose the errno, which nsswitch.conf(5) calls
	 * UNAVAIL, and ask another service */
	{ "open 1 fail EIO", 111, "bindchain listen: fatal: getpwnam no-such: ",
	    "bindchain", { "listen", "--unix=DIR/s,owner=no-such" }, NOTHING },
	{ "open 1 fail EMFILE", 111, "bindchain listen: fatal: getgrnam no-such: ",
	    "bindchain", { "listen", "--unix=DIR/s,group=no-such" }, NOTHING },
	{ "read 1 fail ENOMEM", 111, "bindchain listen: fatal: getpwnam no-such: ",
	    "bindchain", { "listen", "--unix=DIR/s,owner=no-such" }, NOTHING },
	{ "read 2 fail EIO", 1, "local-stream-socket-listen: FATAL: no-such: ",
	    "local-stream-socket-listen", { "--group", "no-such", "DIR/s" }, NOTHING },
	{ "open 1 fail EACCES", 111, "setuidgid: FATAL: no-such: ", "setuidgid",
	    { "no-such" }, NOTHING },
	{ "read 1 fail EINVAL", 111, "setuidgid: FATAL: no-such: ", "setuidgid",
	    { "-g", "no-such", "nobody" }, NOTHING },
	/* services(5) */
	{ "open 1 fail EMFILE", 111, "bindchain listen: fatal: getaddrinfo no-such: ",
	    "bindchain", { "listen", "--tcp=127.0.0.1:no-such" }, NOTHING },
	/* after bind(2), to know again what was made */
	{ "fstat 1 fail EIO", 111, "bindchain listen: fatal: fstat Unix stream DIR/s: ",
	    "bindchain", { "listen", "--unix=DIR/s" }, NOTHING },
	/* a directory that is missing: mkdir(2), of the private one, and of what is made in it;
	 * open(2), fstat(2), chown(2), chmod(2) */
	{ "mkdirat 1 fail EROFS", 111, MAKES("mkdirat"), MAKES_DIRECTORY },
	{ "openat 1 fail EMFILE", 111, MAKES("openat"), MAKES_DIRECTORY },
	{ "mkdirat 2 fail ENOSPC", 111, MAKES("mkdirat"), MAKES_DIRECTORY },
	{ "fchown 1 fail EPERM", 111, MAKES("fchown"), MAKES_DIRECTORY },
	{ "fchmod 1 fail EROFS", 111, MAKES("fchmod"), MAKES_DIRECTORY },
	/* symlink(2) */
	{ "symlinkat 1 fail EROFS", 111,
	    "bindchain listen: fatal: symlink /nonexistent Unix stream DIR/s: ", "bindchain",
	    { "listen", "--unix=DIR/s,symlink=/nonexistent" }, NOTHING },
	/* the directory that the new report is made in */
	{ "openat 1 fail EMFILE", 111, "bindchain listen: fatal: report to DIR/r: ",
	    "bindchain", { "listen", "--tcp=127.0.0.1:8080", "--report=DIR/r" }, NOTHING },
	{ "mkdirat 1 fail ENOSPC", 111, "bindchain listen: fatal: report to DIR/r: ",
	    "bindchain", { "listen", "--tcp=127.0.0.1:8080", "--report=DIR/r" }, NOTHING },
	{ "fchmod 1 fail EPERM", 111, "bindchain listen: fatal: report to DIR/r: ",
	    "bindchain", { "listen", "--tcp=127.0.0.1:8080", "--report=DIR/r" }, NOTHING },
	{ "fstat 4 fail EIO", 111, "bindchain listen: fatal: report to DIR/r: ", /* of the new one */
	    "bindchain", { "listen", "--tcp=127.0.0.1:8080", "--report=DIR/r" }, NOTHING },
	{ "write 1 fail ENOSPC", 111, "bindchain listen: fatal: report to DIR/r: ",
	    "bindchain", { "listen", "--tcp=127.0.0.1:8080", "--report=DIR/r" }, NOTHING },
	{ "getsockname 1 fail ENOBUFS", 111, "bindchain listen: fatal: getsockname TCP [::]:0: ",
	    "bindchain", { "listen", "--tcp=:0" }, NOTHING },
	{ "sendto 1 fail ECONNREFUSED", 111, "bindchain listen: fatal: sendto DIR/notify: ",
	    "bindchain", { "listen", "--tcp=127.0.0.1:8080", "--notify-systemd" }, NOTHING },
	{ "socket 2 fail EMFILE", 111, "bindchain listen: fatal: socket for NOTIFY_SOCKET: ",
	    "bindchain", { "listen", "--tcp=127.0.0.1:8080", "--notify-systemd" }, NOTHING },
	{ "setgroups 1 fail EPERM", 111, "setuidgid: FATAL: 77777: ", "setuidgid",
	    { "77777:77777" }, NOTHING },
};

std::string
placed(std::string text, const std::string &directory)
{
	size_t at = text.find("DIR");

	return at == std::string::npos ? text : text.replace(at, 3, directory);
}

std::string
cause_of(const std::string &rule)
{
	int number = 0;

	EXPECT_TRUE(names_find(names_errors, rule.substr(rule.rfind(' ') + 1).c_str(), &number));
	return error_text(number);
}

/* What somebody else left is left to him.  A socket that was handed over to a report ends
 * with the process. */
void
expect_nothing_left(Bench &bench, const TemporaryDirectory &directory, const Row &row)
{
	const world_socket *begin = bench.fake().sockets, *end = begin + WORLD_SOCKETS;
	bool is_placed = row.arguments.at(0) == "listen" && row.arguments.at(1).rfind("--tcp", 0) == 0;

	EXPECT_EQ(std::filesystem::is_empty(directory.path()), row.before == NOTHING);
	if (is_placed)
		return;
	EXPECT_EQ(bench.left(), Words());
	EXPECT_TRUE(std::none_of(begin, end, [](const world_socket &s) { return s.used; }));
}

void
check(const std::string &profile, const Row &row)
{
	TemporaryDirectory directory;
	Bench bench(profile, row.rule);
	Words arguments;

	SCOPED_TRACE(profile + ": " + row.tool + ": " + row.rule);
	for (const std::string &argument : row.arguments)
		arguments.push_back(placed(argument, directory.path()));
	if (row.before == FIFO) {
		ASSERT_EQ(mkfifo((directory / "s").c_str(), 0600), 0);
	}
	arguments.push_back("/bin/true");
	Command command = bench.command(row.tool, arguments);
	command.set("NOTIFY_SOCKET", directory / "notify");
	Result result = bench.run(command);
	EXPECT_EQ(result.status, row.status) << result;
	EXPECT_EQ(result.error_line(0), placed(row.line, directory.path()) + cause_of(row.rule));
	EXPECT_SOUND(bench);
	expect_nothing_left(bench, directory, row);
}

TEST(OtherFailures, AreToldAndUndone)
{
	for (const char *profile : { "linux-6", "freebsd-14", "macos-15" })
		for (const Row &row : rows)
			check(profile, row);
}

/* passwd(5): where there is no file, accounts come from elsewhere alone. */
TEST(OtherFailures, WithoutAnAccountFileThereIsNoSuchUser)
{
	for (const char *profile : { "linux-6", "freebsd-14", "macos-15" }) {
		Bench bench(profile, "open 1 fail ENOENT");
		Result result = bench.run(bench.command("bindchain",
		    { "listen", "--unix=s,owner=no-such", "/bin/true" }));
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.error_line(0),
		    "bindchain listen: fatal: --unix: owner: no such user: no-such");
	}
}

/* An account that its file has is asked for again. */
TEST(OtherFailures, AnAccountThatIsLostOnceIsFound)
{
	const struct passwd *user = getpwuid(getuid());
	ASSERT_TRUE(user);

	for (const char *profile : { "linux-6", "freebsd-14", "macos-15" }) {
		TemporaryDirectory directory;
		Bench bench(profile, "getpwnam_r 1 fail ENOENT");
		Result result = bench.run(bench.command("bindchain", { "listen",
		    "--unix=" + directory / "s" + ",owner=" + user->pw_name, "/bin/true" }));
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.error, "");
	}
}

/* ---- removing a socket that nobody has ---- */

Words
names_in(const std::string &directory)
{
	Words names;

	for (const auto &entry : std::filesystem::directory_iterator(directory))
		names.push_back(entry.path().filename());
	return names;
}

struct Clearing {
	const char *rule;
	const char *call; /* that the message names; NULL: it works all the same */
};

/* The first look, the second under the lock, and the third where nobody else gets at it:
 * openat(2), connect(2), mkdir(2), flock(2), rename(2), unlink(2) of Linux; funlinkat(2)
 * of FreeBSD; stat(2) of macOS, and of FreeBSD 13.0. */
const std::vector<Clearing> clearings[] = {
	{ { "openat 1 fail EMFILE", "openat" }, { "openat 1 fail ENOENT", nullptr },
	    { "socketpair 1 fail EMFILE", "socketpair" }, { "connect 1 fail EACCES", "connect" },
	    { "connect 1 fail EPERM", "connect" }, { "mkdirat 1 fail EACCES", "mkdirat" },
	    { "mkdirat 1 fail ENOSPC", "mkdirat" }, { "openat 2 fail EMFILE", "openat" },
	    { "openat 2 fail ENOENT", nullptr }, { "flock 1 fail ENOLCK", nullptr },
	    { "flock 1 fail EINTR", nullptr }, { "flock 1 fail EAGAIN", nullptr },
	    { "fstatat 1 fail ENOENT", nullptr }, { "openat 4 fail ENFILE", "openat" },
	    { "openat 4 fail ENOENT", nullptr }, { "socketpair 3 fail ENFILE", "socketpair" },
	    { "connect 3 fail EACCES", "connect" }, { "renameat 1 fail EPERM", "renameat" },
	    { "renameat 1 fail ENOENT", nullptr }, { "openat 5 fail EMFILE", "openat" },
	    { "connect 5 fail EACCES", "connect" }, { "unlinkat 1 fail EPERM", "unlinkat" } },
	{ { "openat 1 fail EMFILE", "openat" }, { "openat 1 fail ENOENT", nullptr },
	    { "socket 2 fail EMFILE", "socket" }, { "connectat 1 fail EACCES", "connectat" },
	    { "connectat 1 fail ENOENT", nullptr }, { "funlinkat 1 fail EPERM", "funlinkat" },
	    { "funlinkat 1 fail EDEADLK", nullptr }, { "funlinkat 1 fail ENOENT", nullptr } },
	{ { "fstatat 1 fail EACCES", "fstatat" }, { "fstatat 1 fail ENOENT", nullptr },
	    { "socket 2 fail EMFILE", "socket" }, { "connect 1 fail EACCES", "connect" },
	    { "mkdirat 1 fail EACCES", "mkdirat" }, { "openat 1 fail EMFILE", "openat" },
	    { "flock 1 fail EOPNOTSUPP", nullptr }, { "fstatat 4 fail EIO", "fstatat" },
	    { "renameat 1 fail EPERM", "renameat" }, { "fstatat 5 fail EIO", "fstatat" },
	    { "unlinkat 1 fail EPERM", "unlinkat" } },
	{ { "fstatat 1 fail EACCES", "fstatat" }, { "fstatat 1 fail ENOENT", nullptr },
	    { "socket 2 fail EMFILE", "socket" }, { "connectat 1 fail EACCES", "connectat" },
	    { "mkdirat 1 fail EACCES", "mkdirat" }, { "openat 1 fail EMFILE", "openat" },
	    { "flock 1 fail EOPNOTSUPP", nullptr }, { "fstatat 4 fail EIO", "fstatat" },
	    { "renameat 1 fail EPERM", "renameat" }, { "fstatat 5 fail EIO", "fstatat" },
	    { "unlinkat 1 fail EPERM", "unlinkat" } },
};

void
check_clearing(const char *profile, const Clearing &row)
{
	TemporaryDirectory directory, elsewhere;
	Bench bench(profile, row.rule);
	if (profile == std::string("freebsd-13"))
		bench.use_freebsd_13();
	std::string path = directory / "s", start = "bindchain listen: fatal: ";
	struct stat before = {}, after = {};

	SCOPED_TRACE(std::string(profile) + ": " + row.rule);
	bind_path(path, SOCK_STREAM);
	/* Another name keeps the inode's number from being used again. */
	ASSERT_EQ(link(path.c_str(), (elsewhere / "s").c_str()), 0);
	ASSERT_EQ(lstat(path.c_str(), &before), 0);
	Result result = bench.run("bindchain", { "listen", "--unix=" + path, "/bin/true" });
	EXPECT_SOUND(bench);
	EXPECT_EQ(result.status, row.call ? 111 : 0) << result;
	if (row.call) {
		EXPECT_EQ(result.error_line(0), start + row.call + " Unix stream " + path + ": "
		    + cause_of(row.rule));
		EXPECT_EQ(bench.left(), Words());
	}
	ASSERT_EQ(lstat(path.c_str(), &after), 0);
	EXPECT_EQ(before.st_ino == after.st_ino, row.call != nullptr);
	EXPECT_EQ(names_in(directory.path()), Words { "s" });
}

TEST(OtherFailures, OfRemovingASocketThatNobodyHasAreNamed)
{
	const char *const profiles[] = { "linux-6", "freebsd-14", "macos-15", "freebsd-13" };

	for (int system = 0; system < 4; system++)
		for (const Clearing &row : clearings[system])
			check_clearing(profiles[system], row);
}

/* The calls before them need root in earnest; nothing of the ids is left to undo. */
TEST(OtherFailures, OfBecomingAnotherUserAreTold)
{
	const Row rows_of_root[] = {
		{ "initgroups 1 fail ENOMEM", 111, "setuidgid: FATAL: nobody: ", "setuidgid",
		    { "-s", "nobody" }, NOTHING },
		{ "setgid 1 fail EPERM", 111, "setuidgid: FATAL: nobody: ", "setuidgid",
		    { "nobody" }, NOTHING },
		{ "setuid 1 fail EAGAIN", 111, "setuidgid: FATAL: nobody: ", "setuidgid",
		    { "nobody" }, NOTHING },
	};

	if (geteuid() != 0)
		SKIP_TEST("only root gets as far");
	for (const char *profile : { "linux-6", "freebsd-14", "macos-15" })
		for (const Row &row : rows_of_root)
			check(profile, row);
}

/* What cannot be read back does not meet a demand. */
TEST(OtherFailures, OfReadingBackMakeADemandFail)
{
	for (const char *profile : { "linux-6", "freebsd-14", "macos-15" }) {
		Bench bench(profile, "getsockname 1 fail ENOBUFS");
		Result result = bench.run("bindchain",
		    { "listen", "--tcp=127.0.0.1:8080,fixed-port", "/bin/true" });
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: require port of TCP"
		    " 127.0.0.1:8080: 8080, but it is unknown");
		EXPECT_SOUND(bench);
		EXPECT_EQ(bench.left(), Words());
	}
}

TEST(OtherFailures, OfMovingWhatWasInheritedAreTold)
{
	for (const char *profile : { "linux-6", "freebsd-14", "macos-15" }) {
		Bench bench(profile, "fcntl 1 fail EMFILE");
		Command command = bench.command("bindchain",
		    { "adapt", "--from=stdin", "--as=fd:7", "/bin/true" });
		Descriptor socket = listen_on("127.0.0.1");
		command.descriptors[0] = socket.get();
		Result result = bench.run(command);
		EXPECT_EQ(result.status, 111) << result;
		EXPECT_EQ(result.error_line(0), "bindchain adapt: fatal: read back descriptor 0: "
		    + error_text(EMFILE));
		EXPECT_SOUND(bench);
	}
}

/* By its place among the calls of fcntl(2). */
Words
reads_of_status(Bench &bench)
{
	Words places;
	int place = 0;

	for (const LoggedCall &call : bench.calls()) {
		place += call.name == "fcntl";
		if (call.name == "fcntl" && call.arguments.at(1) == "F_GETFL")
			places.push_back(std::to_string(place));
	}
	return places;
}

/* The socket is read back before listen(2) and after it. */
TEST(OtherFailures, OfReadingAQueueLimitBackAreTold)
{
	Descriptor socket = listen_on("127.0.0.1");
	auto adapt = [&socket](Bench &bench) {
		Command command = bench.command("bindchain",
		    { "adapt", "--from=stdin", "--as=stdin", "--backlog=9", "/bin/true" });
		command.descriptors[0] = socket.get();
		return bench.run(command);
	};

	for (const char *profile : { "linux-6", "freebsd-14", "macos-15" }) {
		Bench whole(profile);
		Result untroubled = adapt(whole);
		EXPECT_EQ(untroubled.status, 0) << untroubled;
		const Words places = reads_of_status(whole);
		EXPECT_EQ(places.size(), 3U);
		for (const std::string &place : places) {
			Bench bench(profile, "fcntl " + place + " fail EIO");
			Result result = adapt(bench);
			EXPECT_EQ(result.status, 111) << result;
			EXPECT_EQ(result.error_line(0),
			    "bindchain adapt: fatal: read back descriptor 0: " + error_text(EIO));
		}
	}
}

} // namespace
