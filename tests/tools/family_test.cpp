/* SPDX-License-Identifier: ISC */
/*
 * The siblings: what nosh's and s6's other tools of this family refuse, and
 * what they hand over.
 */
#include <cerrno>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "expectations.h"
#include "golden.h"
#include "network.h"
#include "probe_report.h"
#include "refusal.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

const char udp[] = "udp-socket-listen";
const char stream[] = "local-stream-socket-listen";
const char seqpacket[] = "local-seqpacket-socket-listen";
const char datagram[] = "local-datagram-socket-listen";
const char netlink[] = "netlink-datagram-socket-listen";
const char fifo[] = "fifo-listen";
const char ipc[] = "s6-ipcserver-socketbinder";

/* ---- what is refused ---- */

class Refuses : public testing::TestWithParam<Refusal> {};

TEST_P(Refuses, WithTheReferencesStatusAndFirstLine)
{
	expect_refusal(GetParam());
}

/* Where it is not known what nosh does. */
const Refusal own_refusals[] = {
	{ "ModeBeyondAny", stream, { "--mode", "010000", "path", "true" }, 1,
	    "FATAL: 010000: not a mode, which is 0 to 07777" },
	{ "UidTooLarge", stream, { "-u", "4294967295", "path", "true" }, 1,
	    "FATAL: 4294967295: not an id, which is -1 to 4294967294" },
	{ "NumberTooLarge", "fdmove", { "2147483648", "0", "true" }, 1,
	    "FATAL: 2147483648: Not a number." },
};

INSTANTIATE_TEST_SUITE_P(Siblings, Refuses, testing::ValuesIn(golden_refusals("nosh-listen",
    { udp, stream, seqpacket, datagram, netlink, fifo, "fdmove", "setuidgid" })),
    tool_and_name<Refusal>);
INSTANTIATE_TEST_SUITE_P(Binder, Refuses, testing::ValuesIn(golden_refusals("s6-listen",
    { ipc })), tool_and_name<Refusal>);
INSTANTIATE_TEST_SUITE_P(Own, Refuses, testing::ValuesIn(own_refusals),
    tool_and_name<Refusal>);

/* ---- what is handed over ---- */

bool
has_netlink()
{
#ifdef AF_NETLINK
	Descriptor descriptor(socket(AF_NETLINK, SOCK_DGRAM, 0));
	return descriptor.get() >= 0;
#else
	return false;
#endif
}

TEST(UdpSocketListen, ReceivesDatagramsOnDescriptor3)
{
	ProbeReport found = probe_behind(tool(udp, { "--systemd-compatibility", "127.0.0.1", "0" }));
	const nlohmann::json &socket = found.descriptor(3);

	EXPECT_EQ(socket.at("type"), "dgram");
	EXPECT_EQ(socket.at("reuse_address"), 1);
	EXPECT_EQ(found.variable("LISTEN_FDS"), "1");
}

/* On Linux: socket(7).  The manual page says so, as nosh's users rely on it. */
TEST(UdpSocketListen, ASecondStartOnThePortSucceedsWhereLinuxLetsIt)
{
	Descriptor first = bind_to("127.0.0.1", 0, true);
	int one = 1;
	ASSERT_EQ(setsockopt(first.get(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one), 0);
	std::string port = std::to_string(port_of(first.get()));

	Result refused = run(tool(udp, { "--no-reuse-address", "127.0.0.1", port, "true" }));
	EXPECT_EQ(refused.status, 1) << refused;
	EXPECT_EQ(refused.error_line(0), "udp-socket-listen: FATAL: " + error_text(EADDRINUSE));
}

struct LocalTool {
	const char *name;
	int type;
	int listening;
};

class LocalSocketListen : public testing::TestWithParam<LocalTool> {
protected:
	void SetUp() override
	{
		if (GetParam().type == SOCK_SEQPACKET && !expectations().has_seqpacket)
			SKIP_TEST_EVEN_IN_CI("this system's Unix sockets have no packets");
	}

	TemporaryDirectory directory;
	std::string path = directory / "socket";

	mode_t mode_of_path() const
	{
		struct stat status;
		EXPECT_EQ(lstat(path.c_str(), &status), 0);
		return status.st_mode;
	}
};

TEST_P(LocalSocketListen, HandsOverASocketBoundToThePath)
{
	ProbeReport found = probe_behind(tool(GetParam().name, { path }));
	const nlohmann::json &socket = found.descriptor(3);

	EXPECT_EQ(found.sockets(), std::vector<int> { 3 });
	EXPECT_EQ(socket.at("listening"), GetParam().listening);
	EXPECT_EQ(socket.at("address"), path);
	EXPECT_EQ(socket.at("nonblocking"), false);
	EXPECT_EQ(socket.at("close_on_exec"), false);
	EXPECT_TRUE(S_ISSOCK(mode_of_path()));
}

TEST_P(LocalSocketListen, TheModeIsThatOfTheUmaskUnlessAsked)
{
	Command command = tool(GetParam().name, { path, "true" });
	command.before_execution = [](Command &) { umask(027); };
	EXPECT_EQ(run(command).status, 0);
	EXPECT_EQ(mode_of_path() & 07777, 0750u);
}

TEST_P(LocalSocketListen, TheModeAskedForIsSetWhateverTheUmask)
{
	Command command = tool(GetParam().name, { "--mode", "0666", path, "true" });
	command.before_execution = [](Command &) { umask(077); };
	EXPECT_EQ(run(command).status, 0);
	EXPECT_EQ(mode_of_path() & 07777, 0666u);
}

TEST_P(LocalSocketListen, ADecimalModeThatLooksOctalDrawsAWarning)
{
	/* Without the sticky bit, which is EFTYPE for a user of FreeBSD. */
	Result result = run(tool(GetParam().name, { "--mode", "440", path, "true" }));

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error_line(0).rfind(std::string(GetParam().name) + ": WARNING: 440: ", 0),
	    0u) << result;
	EXPECT_EQ(mode_of_path() & 07777, 0670u);
}

TEST_P(LocalSocketListen, OwnerAndGroupAreGivenByNumberOrName)
{
	if (geteuid() != 0)
		SKIP_TEST("only root gives files away");
	const struct passwd *user = getpwnam("nobody");
	const struct group *group = getgrnam("daemon");
	ASSERT_TRUE(user && group);
	struct stat status;

	ASSERT_EQ(run(tool(GetParam().name, { "--user", "nobody", "--group", "daemon", "-m",
	    "0660", path, "true" })).status, 0);
	ASSERT_EQ(lstat(path.c_str(), &status), 0);
	EXPECT_EQ(status.st_uid, user->pw_uid);
	EXPECT_EQ(status.st_gid, group->gr_gid);
	EXPECT_EQ(status.st_mode & 07777, 0660u);

	Command command = tool(GetParam().name, { "-u", "12345", "-g", "-1", path, "true" });
	command.before_execution = [](Command &) { umask(027); };
	ASSERT_EQ(run(command).status, 0);
	ASSERT_EQ(lstat(path.c_str(), &status), 0);
	EXPECT_EQ(status.st_uid, 12345u);
	EXPECT_EQ(status.st_gid, getegid());
	EXPECT_EQ(status.st_mode & 07777, 0750u) << "as the umask leaves it";
}

const LocalTool local_tools[] = {
	{ stream, SOCK_STREAM, 1 },
	{ datagram, SOCK_DGRAM, 0 },
	{ seqpacket, SOCK_SEQPACKET, 1 },
};

std::string
type_name(const testing::TestParamInfo<LocalTool> &tested)
{
	return tested.param.type == SOCK_STREAM ? "Stream"
	    : tested.param.type == SOCK_DGRAM ? "Datagram" : "Seqpacket";
}
INSTANTIATE_TEST_SUITE_P(Local, LocalSocketListen, testing::ValuesIn(local_tools), type_name);

TEST(LocalStreamSocketListen, CollectsUnderLISTEN_FDS)
{
	TemporaryDirectory directory;
	ProbeReport found = probe_behind(tool(stream, { "--systemd-compatibility",
	    "--upstart-compatibility", directory / "one", datagram, "--systemd-compatibility",
	    directory / "two" }));

	EXPECT_EQ(found.sockets(), (std::vector<int> { 3, 4 }));
	EXPECT_EQ(found.variable("LISTEN_FDS"), "2");
	EXPECT_EQ(found.variable("UPSTART_FDS"), "3");
}

TEST(NetlinkDatagramSocketListen, AnUnknownProtocolIsRefused)
{
	/* Without any, before FreeBSD 13.2, that is the reason. */
	if (!has_netlink())
		SKIP_TEST_EVEN_IN_CI("this system has no netlink");
	expect_refusal({ "UnknownProtocol", netlink, { "router", "1", "true" }, 1,
	    "FATAL: router: unknown netlink protocol" });
}

TEST(NetlinkDatagramSocketListen, HandsOverASocketOfTheProtocol)
{
	if (!has_netlink())
		SKIP_TEST_EVEN_IN_CI("this system has no netlink");
	Result result = run(tool(netlink, { "--receive-buffer-size", "65536", "route", "1",
	    "bindchain", "inspect", "--json" }));
	ASSERT_EQ(result.status, 0) << result;
	nlohmann::json socket = nlohmann::json::parse(result.output).at("sockets").at(0);

	EXPECT_EQ(socket.at("descriptor"), 3);
	EXPECT_EQ(socket.at("family"), "netlink");
	EXPECT_EQ(socket.at("type"), "dgram");
	EXPECT_EQ(socket.at("options").at("receive-buffer"),
	    65536 * expectations().receive_buffer_factor);
}

TEST(FifoListen, MakesAFifoThatSurvivesItsWriters)
{
	TemporaryDirectory directory;
	std::string path = directory / "fifo";
	Command command = tool(fifo, { "--mode", "0622", "--systemd-compatibility", path, "sh",
	    "-c", "read one <&3; read two <&3; echo $one $two $LISTEN_FDS" });
	Process reader(command);
	struct stat status;

	/* Opening for writing waits for the reader: fifo(7). */
	while (stat(path.c_str(), &status) != 0)
		ASSERT_EQ(errno, ENOENT);
	for (const char *line : { "first\n", "second\n" }) {
		Descriptor writer(open(path.c_str(), O_WRONLY));
		ASSERT_EQ(write(writer.get(), line, strlen(line)),
		    static_cast<ssize_t>(strlen(line)));
	}
	Result result = reader.finish();
	EXPECT_EQ(result.output, "first second 1\n") << result;
	ASSERT_EQ(stat(path.c_str(), &status), 0);
	EXPECT_TRUE(S_ISFIFO(status.st_mode));
	EXPECT_EQ(status.st_mode & 07777, 0622u);
}

/* Its maker opens it before it is what was asked for: one without rights can, too. */
TEST(FifoListen, IsGivenToAGroupByAUserWithoutRights)
{
	TemporaryDirectory directory;
	std::string path = directory / "fifo";
	uid_t user = geteuid() == 0 ? 65534 : getuid();
	gid_t group = geteuid() == 0 ? 65534 : getgid();
	Command command = tool(fifo, { "--gid", std::to_string(group), "--mode", "0060", path,
	    "true" });
	struct stat status;

	if (user != getuid()) /* which begins with setgroups(2), of root alone on FreeBSD */
		command.user = user;
	ASSERT_EQ(chmod(directory.path().c_str(), 0777), 0);
	Result result = run(command);
	EXPECT_EQ(result.status, 0) << result;
	ASSERT_EQ(stat(path.c_str(), &status), 0);
	EXPECT_EQ(status.st_mode & 07777, 0060u);
	EXPECT_EQ(status.st_uid, user);
	EXPECT_EQ(status.st_gid, group);
}

TEST(FifoListen, WhatIsNoFifoIsRefusedAndStays)
{
	TemporaryDirectory directory;
	std::string path = directory.file("file", "content", 0600);
	Result result = run(tool(fifo, { path, "true" }));

	EXPECT_EQ(result.status, 1) << result;
	EXPECT_EQ(result.error_line(0), "fifo-listen: FATAL: " + error_text(EEXIST));
	EXPECT_EQ(read_whole_file(path), "content");
}

/* A link would let whoever may make one choose what is opened, and given away. */
TEST(FifoListen, FollowsNoLink)
{
	TemporaryDirectory directory;
	std::string path = directory / "link", target = directory / "fifo";

	ASSERT_EQ(mkfifo(target.c_str(), 0600), 0);
	ASSERT_EQ(symlink("fifo", path.c_str()), 0);
	Result result = run(tool(fifo, { "--mode", "0666", path, "true" }));
	EXPECT_EQ(result.status, 1) << result;
	EXPECT_EQ(result.error_line(0), "fifo-listen: FATAL: " + error_text(ELOOP));
	struct stat status;
	ASSERT_EQ(stat(target.c_str(), &status), 0);
	EXPECT_EQ(status.st_mode & 07777, 0600u);

	ASSERT_EQ(unlink(path.c_str()), 0);
	ASSERT_EQ(link(target.c_str(), path.c_str()), 0);
	result = run(tool(fifo, { "--mode", "0666", path, "true" }));
	EXPECT_EQ(result.status, 1) << result;
	EXPECT_EQ(result.error_line(0), "fifo-listen: FATAL: " + error_text(EMLINK));
	ASSERT_EQ(stat(target.c_str(), &status), 0);
	EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST(FifoListen, TakesNobodyElsesFifo)
{
	if (geteuid() != 0)
		SKIP_TEST("only root gives files away");
	TemporaryDirectory directory;
	std::string path = directory / "fifo";

	ASSERT_EQ(mkfifo(path.c_str(), 0666), 0);
	ASSERT_EQ(chown(path.c_str(), 65534, 65534), 0);
	Result result = run(tool(fifo, { path, "true" }));
	EXPECT_EQ(result.status, 1) << result;
	EXPECT_EQ(result.error_line(0), "fifo-listen: FATAL: " + error_text(EPERM));
	EXPECT_EQ(run(tool(fifo, { "--uid", "12345", path, "true" })).status, 1);
	/* It is his who is to have it. */
	EXPECT_EQ(run(tool(fifo, { "--uid", "65534", path, "true" })).status, 0);

	/* Root's is anybody's to read who may. */
	ASSERT_EQ(chmod(directory.path().c_str(), 0711), 0);
	ASSERT_EQ(chown(path.c_str(), 0, 0), 0);
	Command command = tool(fifo, { path, "true" });
	command.user = 65534;
	ASSERT_EQ(chmod(path.c_str(), 0666), 0);
	EXPECT_EQ(run(command).status, 0);
}

/* ---- fdmove ---- */

TEST(Fdmove, NamesBothDescriptorsOfAFailure)
{
	EXPECT_EQ(run(tool("fdmove", { "3", "77", "true" })).error_line(1),
	    "fdmove: info: from descriptor 77 to 3");
}

TEST(Fdmove, MovesAndLeavesTheSourceClosed)
{
	Command command = tool("fdmove", { "5", "3" });
	Descriptor file(open("/dev/null", O_RDONLY));
	command.descriptors[3] = file.get();
	EXPECT_EQ(probe_behind(command).descriptors(), (std::vector<int> { 0, 1, 2, 5 }));
}

TEST(Fdmove, CopiesWithBothOpen)
{
	Command command = tool("fdmove", { "-c", "0x5", "03" });
	Descriptor file(open("/dev/null", O_RDONLY));
	command.descriptors[3] = file.get();
	EXPECT_EQ(probe_behind(command).descriptors(), (std::vector<int> { 0, 1, 2, 3, 5 }));
}

TEST(Fdmove, OntoItselfStaysOpen)
{
	Command command = tool("fdmove", { "3", "3" });
	Descriptor file(open("/dev/null", O_RDONLY));
	command.descriptors[3] = file.get();
	ProbeReport found = probe_behind(command);
	EXPECT_EQ(found.descriptors(), (std::vector<int> { 0, 1, 2, 3 }));
	EXPECT_EQ(found.descriptor(3).at("close_on_exec"), false);
}

/* ---- setuidgid ---- */

TEST(Setuidgid, TakesOnTheAccount)
{
	if (geteuid() != 0)
		SKIP_TEST("only root becomes others");
	const struct passwd *account = getpwnam("nobody");
	ASSERT_TRUE(account);
	std::string user = std::to_string(account->pw_uid), group = std::to_string(account->pw_gid);
	Result result = run(tool("setuidgid", { "nobody", "sh", "-c",
	    "id -u; id -ru; id -g; id -rg; id -G" }));

	EXPECT_EQ(result.output, user + "\n" + user + "\n" + group + "\n" + group + "\n" + group
	    + "\n") << result;
}

TEST(Setuidgid, TakesAnotherPrimaryGroup)
{
	if (geteuid() != 0)
		SKIP_TEST("only root becomes others");
	const struct group *group = getgrnam("daemon");
	ASSERT_TRUE(group);
	Result result = run(tool("setuidgid", { "-s", "-g", "daemon", "nobody", "id", "-g" }));

	EXPECT_EQ(result.output, std::to_string(group->gr_gid) + "\n") << result;
}

/* No account has these numbers. */
TEST(Setuidgid, TakesNumbersWithoutAnAccount)
{
	if (geteuid() != 0)
		SKIP_TEST("only root becomes others");
	const std::string ids = "id -u; id -ru; id -g; id -rg; id -G";
	const std::string expected = "77777\n77777\n88888\n88888\n88888\n";

	EXPECT_EQ(run(tool("setuidgid", { "77777:88888", "sh", "-c", ids })).output, expected);
	EXPECT_EQ(run(tool("setuidgid", { "-g", "88888", "77777", "sh", "-c", ids })).output,
	    expected);
}

TEST(Setuidgid, TakesAGroupBehindAColonByNameOrNumber)
{
	if (geteuid() != 0)
		SKIP_TEST("only root becomes others");
	const std::string user = std::to_string(getpwnam("nobody")->pw_uid);
	const std::string group = std::to_string(getgrnam("daemon")->gr_gid);

	for (const std::string &account : { std::string("nobody:daemon"), "nobody:" + group,
	         user + ":daemon" })
		EXPECT_EQ(run(tool("setuidgid", { account, "sh", "-c", "id -u; id -g; id -G" })).output,
		    user + "\n" + group + "\n" + group + "\n") << account;
}

TEST(Setuidgid, RefusesNumbersThatLeaveSomethingOpen)
{
	const struct {
		std::vector<std::string> arguments;
		const char *line, *more;
	} rows[] = {
		{ { "77777", "true" }, "77777: No such user.",
		    "a number that is no account's name needs a group: NUMBER:GROUP" },
		{ { "-s", "77777:77777", "true" }, "77777: No such user.",
		    "supplementary groups are those of an account, not of a number" },
		{ { "4294967295:1", "true" }, "4294967295: No such user.", nullptr },
		{ { "+1:1", "true" }, "+1: No such user.", nullptr },
		{ { ":1", "true" }, ": No such user.", nullptr },
		{ { "no-such-user:1", "true" }, "no-such-user: No such user.", nullptr },
		{ { "77777:", "true" }, ": No such group.", nullptr },
		{ { "77777:4294967295", "true" }, "4294967295: No such group.", nullptr },
		{ { "77777:no-such-group", "true" }, "no-such-group: No such group.", nullptr },
		{ { "77777:1:1", "true" }, "1:1: No such group.", nullptr },
	};

	for (const auto &row : rows) {
		Result result = run(tool("setuidgid", row.arguments));
		EXPECT_EQ(result.status, 111) << row.line;
		EXPECT_EQ(result.error, "setuidgid: FATAL: " + std::string(row.line) + "\n"
		    + (row.more ? "setuidgid: info: " + std::string(row.more) + "\n" : ""));
	}
	Result twice = run(tool("setuidgid", { "-g", "1", "77777:1", "true" }));
	EXPECT_EQ(twice.status, 1);
	EXPECT_EQ(twice.error_line(0), "setuidgid: FATAL: The group is given twice.");
}

TEST(Setuidgid, WithoutPrivilegeNamesTheCallAndTheReason)
{
	if (geteuid() != 0)
		SKIP_TEST("the test gives up root to see what happens without");
	for (const char *account : { "root", "77777:88888" }) {
		Command command = tool("setuidgid", { account, "true" });
		command.user = 65534;
		Result result = run(command);

		EXPECT_EQ(result.status, 111);
		EXPECT_EQ(result.error_line(0), "setuidgid: FATAL: "
		    + std::string(account, strcspn(account, ":")) + ": " + error_text(EPERM));
		EXPECT_EQ(result.error_line(1), "setuidgid: info: setgroups: " + error_text(EPERM));
		EXPECT_EQ(result.error_line(2).rfind("setuidgid: info: only root", 0), 0U);
	}
}

/* setgroups(2) takes a size_t on Linux, and an int on the others. */
template <typename Size>
bool
set_groups(int (*call)(Size, const gid_t *), const std::vector<gid_t> &groups)
{
	return call(static_cast<Size>(groups.size()), groups.data()) == 0;
}

/* A command with the ids and groups of a process that gave up root. */
Result
by_ids(std::vector<std::string> arguments, const std::vector<gid_t> &groups)
{
	Command command = tool("setuidgid", arguments);

	command.before_execution = [&](Command &) {
		if (!set_groups(setgroups, groups) || setgid(88888) != 0
		    || setuid(77777) != 0)
			_exit(99);
	};
	return run(command);
}

TEST(Setuidgid, WithoutPrivilegeSucceedsIfNothingChanges)
{
	if (geteuid() != 0)
		SKIP_TEST("the test gives up root to see what happens without");
	for (const std::vector<gid_t> &groups :
	    { std::vector<gid_t> {}, { 88888 }, { 88888, 88888 } }) {
		Result result = by_ids({ "77777:88888", "sh", "-c", "id -u; id -g; id -G" }, groups);
		EXPECT_EQ(result.error, "");
		EXPECT_EQ(result.output, "77777\n88888\n88888\n");
	}
}

/* Privileges of the groups would stay: nosh drops them. */
TEST(Setuidgid, WithoutPrivilegeFailsIfAGroupWouldStay)
{
	if (geteuid() != 0)
		SKIP_TEST("the test gives up root to see what happens without");
	Result result = by_ids({ "77777:88888", "true" }, { 88888, 99999 });

	EXPECT_EQ(result.status, 111);
	EXPECT_EQ(result.error_line(0), "setuidgid: FATAL: 77777: " + error_text(EPERM));
	EXPECT_EQ(result.error_line(3), "setuidgid: info: this process is that user already, but has"
	    " other groups");
	EXPECT_EQ(by_ids({ "77777:88889", "true" }, { 88888 }).status, 111);
	EXPECT_EQ(by_ids({ "77778:88888", "true" }, { 88888 }).status, 111);
}

/* With -s the account's groups are those that must be there. */
TEST(Setuidgid, OfAnAccountSucceedsIfItHasItsGroupsAlready)
{
	if (geteuid() != 0)
		SKIP_TEST("the test gives up root to see what happens without");
	const std::string group = std::to_string(getpwnam("nobody")->pw_gid);
	Result result = run(tool("setuidgid", { "-s", "nobody", tool_path("setuidgid"), "-s",
	    "nobody", "id", "-g" }));

	EXPECT_EQ(result.error, "");
	EXPECT_EQ(result.output, group + "\n");
}

/* ---- s6-ipcserver-socketbinder ---- */

TEST(IpcserverSocketbinder, HandsOverStandardInputNonBlocking)
{
	TemporaryDirectory directory;
	Command command = tool(ipc, { directory / "socket" });
	command.before_execution = [](Command &) { umask(077); };
	ProbeReport found = probe_behind(command);
	struct stat status;

	EXPECT_EQ(found.sockets(), std::vector<int> { 0 });
	EXPECT_EQ(found.descriptor(0).at("listening"), 1);
	EXPECT_EQ(found.descriptor(0).at("nonblocking"), true);
	ASSERT_EQ(lstat((directory / "socket").c_str(), &status), 0);
	EXPECT_EQ(status.st_mode & 07777, 0777u);
}

TEST(IpcserverSocketbinder, OptionsChooseTypePermissionsAndBlocking)
{
	TemporaryDirectory directory;
	ProbeReport found = probe_behind(tool(ipc, { "-mBb0", "-a", "600", directory / "socket" }));
	struct stat status;

	EXPECT_EQ(found.descriptor(0).at("type"), "dgram");
	EXPECT_EQ(found.descriptor(0).at("nonblocking"), false);
	ASSERT_EQ(lstat((directory / "socket").c_str(), &status), 0);
	EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST(IpcserverSocketbinder, ADatagramSocketNeedsTheBacklogZero)
{
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	Result result = run(tool(ipc, { "-m", path, "true" }));

	EXPECT_EQ(result.status, 111);
	EXPECT_EQ(result.error_line(0), std::string(ipc) + ": fatal: unable to listen to " + path
	    + ": " + error_text(EOPNOTSUPP));
	EXPECT_NE(access(path.c_str(), F_OK), 0) << "the path is left behind";
}

} // namespace
