/* SPDX-License-Identifier: ISC */
/*
 * Who owns the path of a Unix socket: a live one is never taken, a dead one is
 * replaced, nothing else is touched, and of many starts at once one wins.
 */
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <sstream>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "expectations.h"
#include "network.h"
#include "probe_report.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

const char stream[] = "local-stream-socket-listen";
const char datagram[] = "local-datagram-socket-listen";
const char ipc[] = "s6-ipcserver-socketbinder";

ino_t
inode_of(const std::string &path)
{
	struct stat status;
	return lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

std::vector<std::string>
entries(const std::string &directory)
{
	std::vector<std::string> names;
	std::unique_ptr<DIR, int (*)(DIR *)> list(opendir(directory.c_str()), closedir);
	while (const dirent *entry = readdir(list.get()))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			names.push_back(entry->d_name);
	std::sort(names.begin(), names.end());
	return names;
}

/* Flags, type and state of a socket, as /proc/net/unix has them: proc(5). */
std::string
state_of(const std::string &path)
{
	std::istringstream lines(read_whole_file("/proc/net/unix"));

	for (std::string line; std::getline(lines, line);)
		if (line.size() > path.size()
		    && line.compare(line.size() - path.size(), path.size(), path) == 0)
			return line.substr(line.find(':'), line.size() - path.size() - line.find(':'));
	return "";
}

class UnixPath : public testing::Test {
protected:
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	/* Of our own, beside it, and what is in there of the path. */
	std::string own_directory = directory / ".socket.bindchain";
	std::string taken = own_directory + "/.bindchain";

	void expect_refused(const char *name)
	{
		ino_t before = inode_of(path);
		Result result = run(tool(name, { path, "true" }));
		std::string in_use = error_text(EADDRINUSE);
		EXPECT_EQ(result.status, name == ipc ? 111 : 1) << result;
		EXPECT_EQ(result.error_line(0), std::string(name)
		    + (name == ipc ? ": fatal: unable to bind to " : ": FATAL: ") + path + ": "
		    + in_use);
		EXPECT_EQ(inode_of(path), before) << "the path was taken";
	}
};

TEST_F(UnixPath, ALiveListenersPathIsNotTaken)
{
	Descriptor owner = bind_path(path, SOCK_STREAM, 1);
	for (const char *name : { stream, datagram, ipc })
		expect_refused(name);
}

TEST_F(UnixPath, AListenerWhoseQueueIsFullKeepsItsPath)
{
	Descriptor owner = bind_path(path, SOCK_STREAM, 0);
	std::vector<Descriptor> clients;
	int error = 0;
	while (error == 0) {
		Descriptor client;
		error = connect_path(path, &client);
		clients.push_back(std::move(client));
	}
	expect_refused(stream);
}

/* It is alive, and a naive look by connect(2) finds it dead. */
TEST_F(UnixPath, ASocketBoundButNotYetListeningKeepsItsPath)
{
	Descriptor owner = bind_path(path, SOCK_STREAM);
	expect_refused(stream);
	expect_refused(ipc);
}

TEST_F(UnixPath, ADatagramSocketKeepsItsPath)
{
	Descriptor owner = bind_path(path, SOCK_DGRAM);
	for (const char *name : { stream, datagram })
		expect_refused(name);
}

TEST_F(UnixPath, TheLookCostsTheOwnerNoConnection)
{
	Descriptor owner = bind_path(path, SOCK_STREAM, 5);
	expect_refused(stream);
	fcntl(owner.get(), F_SETFL, O_NONBLOCK);
	EXPECT_EQ(accept(owner.get(), nullptr, nullptr), -1);
	EXPECT_TRUE(errno == EAGAIN || errno == EWOULDBLOCK);
}

/* Linux: connect(2) would leave it connected to nobody for good (unix_dgram_connect). */
TEST_F(UnixPath, TheLookLeavesADatagramSocketUnconnected)
{
	Descriptor owner = bind_path(path, SOCK_DGRAM);
	std::string before = state_of(path);

	if (before.empty())
		SKIP_TEST_EVEN_IN_CI("this system does not tell in /proc/net/unix");
	expect_refused(stream);
	expect_refused(datagram);
	EXPECT_EQ(state_of(path), before);
}

TEST_F(UnixPath, TheLookCostsAServerOfPacketsNoConnection)
{
	Descriptor owner;
	try {
		owner = bind_path(path, SOCK_SEQPACKET, 5);
	} catch (const std::exception &) {
		SKIP_TEST_EVEN_IN_CI("this system has no such sockets");
	}
	expect_refused(stream);
	expect_refused(datagram);
	fcntl(owner.get(), F_SETFL, O_NONBLOCK);
	EXPECT_EQ(accept(owner.get(), nullptr, nullptr), -1);
}

TEST_F(UnixPath, ASocketOfPacketsThatDoesNotListenYetKeepsItsPath)
{
	Descriptor owner;
	try {
		owner = bind_path(path, SOCK_SEQPACKET);
	} catch (const std::exception &) {
		SKIP_TEST_EVEN_IN_CI("this system has no such sockets");
	}
	expect_refused(stream);
	expect_refused(datagram);
}

TEST_F(UnixPath, TheOwnerIsNamed)
{
	Process owner(tool(stream, { path, probe_path(), "--wait" }));
	owner.read_line();
	Result result = run(tool(stream, { path, "true" }));
	const char *command = expectations().path_holders_command;
	std::string told = command ? std::string(": info: try: ") + command
	    : "(pid " + std::to_string(owner.pid()) + ",";

	EXPECT_NE(result.error.find(told), std::string::npos) << result;
	EXPECT_EQ(run(tool(stream, { "--systemd-compatibility", path, "true" })).status, 1);
}

TEST_F(UnixPath, TheOwnerOfADatagramSocketIsNamed)
{
	Process owner(tool(datagram, { path, probe_path(), "--wait" }));
	owner.read_line();

	for (const char *name : { stream, datagram }) {
		Result result = run(tool(name, { path, "true" }));
		EXPECT_NE(result.error.find("(pid " + std::to_string(owner.pid()) + ","),
		    std::string::npos) << result;
	}
}

TEST_F(UnixPath, TheSearchForTheOwnerCanBeSwitchedOff)
{
	Descriptor owner = bind_path(path, SOCK_STREAM, 1);
	Result result = run(tool(stream, { path, "true" }).set("BINDCHAIN_HOLDER_SEARCH", "off"));

	EXPECT_EQ(result.error_lines(), 2u) << result;
}

TEST_F(UnixPath, ADeadSocketIsReplaced)
{
	for (int type : { SOCK_STREAM, SOCK_DGRAM })
		for (const char *name : { stream, datagram, ipc }) {
			bind_path(path, type);
			Command command = name == ipc ? tool(ipc, { "-b", "1", path, "true" })
			                              : tool(name, { path, "true" });
			Result result = run(command);
			EXPECT_EQ(result.status, 0) << name << result;
			unlink(path.c_str());
		}
}

TEST_F(UnixPath, WithMinusDEvenADeadSocketStays)
{
	bind_path(path, SOCK_STREAM);
	ino_t before = inode_of(path);
	Result result = run(tool(ipc, { "-D", path, "true" }));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(inode_of(path), before);
	EXPECT_EQ(result.error_line(result.error_lines() - 1), std::string(ipc) + ": info: the path"
	    " exists, and no visible socket has it; -d replaces a stale socket") << result;
}

/* unix(7): connect(2) needs permission to write. */
TEST_F(UnixPath, AStaleSocketOfAnotherUserThatCannotBeTriedSaysSo)
{
	if (geteuid() != 0)
		SKIP_TEST("needs root, to become another user");
	bind_path(path, SOCK_STREAM);
	ASSERT_EQ(chmod(path.c_str(), 0755), 0);
	ASSERT_EQ(chmod(directory.path().c_str(), 0777), 0);
	Command command = tool("bindchain", { "listen", "--unix=" + path, "true" });
	command.user = 65534;
	Result result = run(command);

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: connect Unix stream " + path + ": "
	    + error_text(EACCES));
	EXPECT_EQ(result.error_line(1), "bindchain listen: info: " + path + " exists, and this process"
	    " has no permission to connect to it, which shows whether it is stale");
	EXPECT_EQ(result.error_line(2),
	    "bindchain listen: info: see bindchain-errors(7), PATH NOT ACCESSIBLE");
}

/* POSIX, chown(): for others EPERM. */
TEST_F(UnixPath, AnOwnerThatNeedsPrivilegeSaysSo)
{
	const struct {
		Words settings;
		std::string call, cause;
	} rows[] = {
		{ { "--unix=" + path + ",owner=0" }, "chown Unix stream " + path,
		    "changing the owner of the path to user 0 needs privilege" },
		{ { "--unix=" + path + ",group=0" }, "chown Unix stream " + path,
		    "changing the group of the path to 0 needs privilege: this process is not a member" },
		{ { "--fifo=" + path + ",owner=0" }, "chown FIFO " + path,
		    "changing the owner of the path to user 0 needs privilege" },
		{ { "--unix=" + path + "/s,directory-mode=700,directory-owner=0" },
		    "fchown directory Unix stream " + path + "/s",
		    "changing the owner of the directory to user 0 needs privilege" },
	};

	if (geteuid() != 0)
		SKIP_TEST("needs root, to become another user");
	ASSERT_EQ(chmod(directory.path().c_str(), 0777), 0);
	for (const auto &row : rows) {
		Words words = row.settings;
		words.insert(words.begin(), "listen");
		words.push_back("true");
		Command command = tool("bindchain", words);
		command.user = 65534;
		Result result = run(command);
		EXPECT_EQ(result.status, 111) << result;
		EXPECT_EQ(result.error, "bindchain listen: fatal: " + row.call + ": "
		    + error_text(EPERM) + "\nbindchain listen: info: " + row.cause
		    + "\nbindchain listen: info: see bindchain-errors(7), PATH NOT ACCESSIBLE\n");
		EXPECT_EQ(inode_of(path), 0u);
	}
}

TEST_F(UnixPath, NothingButASocketIsRemoved)
{
	directory.file("socket", "content", 0600);
	expect_refused(stream);
	EXPECT_EQ(read_whole_file(path), "content");
	unlink(path.c_str());

	ASSERT_EQ(mkdir(path.c_str(), 0700), 0);
	expect_refused(stream);
	ASSERT_EQ(rmdir(path.c_str()), 0);

	/* Not even a link to a dead socket. */
	bind_path(directory / "dead", SOCK_STREAM);
	ASSERT_EQ(symlink("dead", path.c_str()), 0);
	expect_refused(stream);
	EXPECT_NE(inode_of(directory / "dead"), 0u);
}

TEST_F(UnixPath, OfManyStartsAtOnceExactlyOneWins)
{
	const size_t starts = 100;
	std::vector<std::unique_ptr<Process>> processes;
	size_t refused = 0;
	std::string who;

	for (size_t i = 0; i < starts; i++) {
		Command command = tool(stream, { path, "sh", "-c", "echo $$; exec sleep 60" });
		command.set("BINDCHAIN_HOLDER_SEARCH", "off");
		processes.push_back(std::make_unique<Process>(command));
	}
	for (auto &process : processes) {
		/* A line is the winner's; the end of output without one a loser's. */
		try {
			who += process->read_line() + " ";
		} catch (const std::exception &) {
			Result result = process->finish();
			EXPECT_EQ(result.status, 1) << result;
			EXPECT_EQ(result.error_line(0), "local-stream-socket-listen: FATAL: " + path
			    + ": " + error_text(EADDRINUSE));
			refused++;
		}
	}
	EXPECT_EQ(refused, starts - 1) << who;
	EXPECT_EQ(entries(directory.path()), Words { "socket" });
}

/* ---- nobody else holds a start up ---- */

/* Anybody who may read a directory can have its lock; so may the command's own parent. */
TEST_F(UnixPath, AStrangersLockOnTheDirectoryHoldsNothingUp)
{
	Descriptor held(open(directory.path().c_str(), O_RDONLY | O_DIRECTORY));
	ASSERT_EQ(flock(held.get(), LOCK_EX), 0);

	EXPECT_EQ(run(tool(stream, { path, "true" })).status, 0);
	EXPECT_EQ(run(tool(stream, { path, "true" })).status, 0) << "over a dead socket too";
	EXPECT_EQ(run(tool(ipc, { path, "/nonexistent/program" })).status, 127);
	EXPECT_EQ(entries(directory.path()), Words {});
}

/* The lock is our own starts', but one may be stopped that has it. */
TEST_F(UnixPath, AStartThatIsStoppedHoldsOthersUpForAMomentOnly)
{
	bind_path(path, SOCK_STREAM);
	ASSERT_EQ(mkdir(own_directory.c_str(), 0700), 0);
	Descriptor held(open(own_directory.c_str(), O_RDONLY | O_DIRECTORY));
	ASSERT_EQ(flock(held.get(), LOCK_EX), 0);

	EXPECT_EQ(run(tool(stream, { path, "true" })).status, 0);
	EXPECT_EQ(entries(directory.path()), (Words { ".socket.bindchain", "socket" }));
}

TEST_F(UnixPath, TheLockIsNotHandedOver)
{
	bind_path(path, SOCK_STREAM);
	ProbeReport found = probe_behind(tool(stream, { path }));

	EXPECT_EQ(found.descriptors(), (std::vector<int> { 0, 1, 2, 3 }));
	EXPECT_EQ(entries(directory.path()), Words { "socket" });
}

/* Somebody has the name that our directory would have; he keeps what he has there. */
TEST_F(UnixPath, ANameThatSomebodyElseHasTakenHoldsNothingUp)
{
	bind_path(path, SOCK_STREAM);
	directory.file(".socket.bindchain", "content", 0600);
	EXPECT_EQ(run(tool(stream, { path, "true" })).status, 0);
	EXPECT_EQ(read_whole_file(own_directory), "content");
	ASSERT_EQ(unlink(own_directory.c_str()), 0);

	/* Open to others, it is no place where only we can get at things. */
	ASSERT_EQ(mkdir(own_directory.c_str(), 0700), 0);
	ASSERT_EQ(chmod(own_directory.c_str(), 0777), 0);
	EXPECT_EQ(run(tool(stream, { path, "true" })).status, 0);
	EXPECT_EQ(entries(directory.path()), (Words { ".socket.bindchain", "socket" }));
	ASSERT_EQ(rmdir(own_directory.c_str()), 0);

	ASSERT_EQ(symlink("/nonexistent", own_directory.c_str()), 0);
	EXPECT_EQ(run(tool(stream, { path, "true" })).status, 0);
	EXPECT_EQ(entries(directory.path()), (Words { ".socket.bindchain", "socket" }));
}

/* ---- what a start that was killed leaves ---- */

TEST_F(UnixPath, TheNextStartRemovesWhatOneThatWasKilledHasLeft)
{
	for (bool is_in_the_way : { false, true })
		for (bool has_taken : { false, true }) {
			if (is_in_the_way)
				bind_path(path, SOCK_STREAM);
			ASSERT_EQ(mkdir(own_directory.c_str(), 0700), 0);
			if (has_taken)
				bind_path(taken, SOCK_STREAM);
			EXPECT_EQ(run(tool(stream, { path, "true" })).status, 0);
			EXPECT_EQ(entries(directory.path()), Words { "socket" });
			ASSERT_EQ(unlink(path.c_str()), 0);
		}
}

TEST_F(UnixPath, WhatAStartThatWasKilledHadTakenFromSomebodyIsKept)
{
	ASSERT_EQ(mkdir(own_directory.c_str(), 0700), 0);
	directory.file(".socket.bindchain/.bindchain", "content", 0600);
	for (bool is_in_the_way : { false, true }) {
		if (is_in_the_way)
			bind_path(path, SOCK_STREAM);
		EXPECT_EQ(run(tool(stream, { path, "true" })).status, 0);
		EXPECT_EQ(read_whole_file(taken), "content");
		ASSERT_EQ(unlink(path.c_str()), 0);
	}
}

TEST_F(UnixPath, OfAFifoTooTheNextStartRemovesWhatIsLeft)
{
	ASSERT_EQ(mkdir(own_directory.c_str(), 0700), 0);
	ASSERT_EQ(mkfifo(taken.c_str(), 0600), 0);
	EXPECT_EQ(run(tool("fifo-listen", { path, "true" })).status, 0);
	EXPECT_EQ(entries(directory.path()), Words { "socket" });
	ASSERT_EQ(unlink(path.c_str()), 0);
	EXPECT_EQ(run(tool("fifo-listen", { path, "/nonexistent/program" })).status, 1);
	EXPECT_EQ(entries(directory.path()), Words {});
}

TEST_F(UnixPath, AFifoWithTwoNamesIsRefused)
{
	ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
	ASSERT_EQ(link(path.c_str(), (directory / "second").c_str()), 0);
	Result result = run(tool("fifo-listen", { path, "true" }));
	EXPECT_EQ(result.status, 1);
	EXPECT_NE(result.error.find("the FIFO has more than one hard link"), std::string::npos)
	    << result;
	EXPECT_EQ(entries(directory.path()), (Words { "second", "socket" }));
}

/* ---- ends ---- */

TEST_F(UnixPath, IsGoneWhenTheNextProgramDoesNotStart)
{
	for (const char *name : { stream, datagram, ipc }) {
		Command command = name == ipc ? tool(ipc, { path, "/nonexistent/program" })
		                              : tool(name, { path, "/nonexistent/program" });
		Result result = run(command);
		EXPECT_EQ(result.status, name == ipc ? 127 : 1) << result;
		EXPECT_EQ(entries(directory.path()), Words {});
	}
}

TEST_F(UnixPath, OfAChainAllAreGoneWhenOneFails)
{
	Descriptor other = bind_path(directory / "taken", SOCK_STREAM, 1);
	Result result = run(tool(stream, { directory / "one", datagram, directory / "two", stream,
	    directory / "taken", "true" }));

	EXPECT_EQ(result.status, 1) << result;
	EXPECT_EQ(entries(directory.path()), Words { "taken" });
}

/* ---- the directory ---- */

TEST_F(UnixPath, ADirectoryThatGrantsOnlyWritingAndSearchingIsEnough)
{
	uid_t user = geteuid() == 0 ? 65534 : getuid();

	ASSERT_EQ(chown(directory.path().c_str(), user, static_cast<gid_t>(-1)), 0);
	for (const char *mode : { "0600", "0666" })
		for (int i = 0; i < 2; i++) { /* the second finds the first's dead socket */
			ASSERT_EQ(chmod(directory.path().c_str(), 0300), 0);
			Command command = tool(stream, { "--mode", mode, path, "true" });
			if (geteuid() == 0)
				command.user = user;
			Result result = run(command);
			EXPECT_EQ(result.status, 0) << result;
			ASSERT_EQ(chmod(directory.path().c_str(), 0700), 0);
			EXPECT_EQ(entries(directory.path()), Words { "socket" });
		}
}

TEST_F(UnixPath, ADirectoryThatIsMissingIsNamed)
{
	for (const char *name : { stream, datagram, ipc, "fifo-listen" }) {
		Result result = run(tool(name, { directory / "app/socket", "true" }));
		EXPECT_NE(result.status, 0) << result;
		EXPECT_NE(result.error.find("no such directory: " + (directory / "app") + "\n"),
		    std::string::npos) << result;
	}
}

TEST_F(UnixPath, AnAbstractNameLeavesNoFile)
{
	std::string name = "@bindchain-test-" + std::to_string(getpid());
	Result result = run(tool("bindchain",
	    { "listen", "--unix=" + name, "bindchain", "inspect", "--json" }));
	if (result.error.find("no abstract names") != std::string::npos)
		SKIP_TEST_EVEN_IN_CI("this system has no abstract names");

	ASSERT_EQ(result.status, 0) << result;
	EXPECT_EQ(nlohmann::json::parse(result.output).at("sockets").at(0).at("address"), name);
}

/* unix(7) of Linux: an abstract name has no permissions. */
TEST_F(UnixPath, AModeOrOwnerOfAnAbstractNameIsRefusedBeforeAnythingOpens)
{
	for (const char *kind : { "unix", "unix-dgram", "unix-seqpacket" })
		for (const char *setting :
		    { "mode=600", "owner=0", "group=0", "mode=600,owner=0,group=0" }) {
			std::string listener = std::string("--") + kind + "=@bindchain-test," + setting;
			Result result = run(tool("bindchain",
			    { "listen", "--unix=" + path, listener, "true" }));
			if (result.error.find("no abstract names") != std::string::npos)
				SKIP_TEST_EVEN_IN_CI("this system has no abstract names");
			EXPECT_EQ(result.status, 100) << result;
			EXPECT_NE(result.error.find("an abstract name has no mode, owner or group"),
			    std::string::npos) << result;
			EXPECT_TRUE(std::filesystem::is_empty(directory.path())) << result;
			result = run(tool("bindchain", { "explain", "bindchain", "listen", listener, "true" }));
			EXPECT_EQ(result.status, 100) << result;
			EXPECT_NE(result.output.find("an abstract name has no mode, owner or group"),
			    std::string::npos) << result;
		}
}

/* nosh and s6 know no abstract names. */
TEST_F(UnixPath, OfTheOtherProjectsANameWithAnAtSignIsAFile)
{
	const struct {
		const char *name;
		std::vector<std::string> options;
	} commands[] = { { stream, { "--mode", "0600" } }, { datagram, { "--mode", "0600" } },
		{ "fifo-listen", { "--mode", "0600" } }, { ipc, { "-a", "0600" } } };

	for (const auto &row : commands) {
		std::vector<std::string> arguments = row.options;
		arguments.insert(arguments.end(), { "@m", "true" });
		Command command = tool(row.name, arguments);
		command.directory = directory.path();
		Result result = run(command);
		struct stat status;
		EXPECT_EQ(result.status, 0) << result;
		ASSERT_EQ(lstat((directory / "@m").c_str(), &status), 0) << row.name;
		EXPECT_EQ(status.st_mode & 07777, 0600U) << row.name;
		EXPECT_EQ(unlink((directory / "@m").c_str()), 0);
	}
}

TEST_F(UnixPath, AnAtSignCountsInALongPath)
{
	struct sockaddr_un address;
	std::string fits = "@" + std::string(sizeof address.sun_path - 2, 'x');

	for (const char *name : { stream, ipc }) {
		Command command = tool(name, { fits, "true" });
		command.directory = directory.path();
		EXPECT_EQ(run(command).status, 0);
		command = tool(name, { fits + "yz", "true" });
		command.directory = directory.path();
		Result result = run(command);
		EXPECT_NE(result.error.find(": 2 bytes longer than a Unix socket's path can be"),
		    std::string::npos) << result;
	}
}

TEST_F(UnixPath, OnePathLongerThanFitsSaysByHowMuch)
{
	struct sockaddr_un address;
	std::string fits(sizeof address.sun_path - 1, 'x');
	Command command = tool(stream, { fits, "true" });
	command.directory = directory.path();
	EXPECT_EQ(run(command).status, 0);

	const std::vector<std::pair<const char *, const char *>> rows = { { "y", ": 1 byte" },
		{ "yz", ": 2 bytes" } };
	for (const auto &[more, excess] : rows) {
		command = tool(stream, { fits + more, "true" });
		command.directory = directory.path();
		Result result = run(command);
		EXPECT_NE(result.error.find(excess
		    + std::string(" longer than a Unix socket's path can be (")
		    + std::to_string(sizeof address.sun_path - 1) + ")"), std::string::npos)
		    << result;
	}
}

/* unix(7): the limit is that of the address, and a link in it is followed. */
TEST_F(UnixPath, TooLongBecomesShorterByALink)
{
	const std::string deep = directory / std::string(100, 'd'), link = directory / "l";
	const std::string advice = "a symbolic link to its directory gives the socket a shorter path";
	Descriptor client;

	ASSERT_EQ(mkdir(deep.c_str(), 0700), 0);
	ASSERT_EQ(symlink(deep.c_str(), link.c_str()), 0);
	for (const char *name : { stream, ipc }) {
		Result result = run(tool(name, { deep + "/socket", "true" }));
		EXPECT_NE(result.error.find(advice), std::string::npos) << result;
		result = run(tool(name, { directory / std::string(200, 'n'), "true" }));
		EXPECT_EQ(result.error.find(advice), std::string::npos) << result;
	}
	Process server(tool(stream, { link + "/socket", probe_path(), "--wait" }));
	server.read_line();
	EXPECT_EQ(connect_path(link + "/socket", &client), 0);
	EXPECT_NE(inode_of(deep + "/socket"), 0u);
}

/* unix(7), bindat(2): a path may be longer than an address, which a client's may not. */
TEST_F(UnixPath, LongerThanAnAddressIsBoundInItsDirectory)
{
	if (std::string(expectations().system) == "macOS")
		SKIP_TEST_EVEN_IN_CI("macOS binds by the path alone");
	const std::string deep = directory / std::string(120, 'd'), long_path = deep + "/socket";
	const std::string option = "--unix=" + long_path + ",mode=660,directory-mode=700";
	const std::string link = directory / "l";
	Process server(tool("bindchain", { "listen", option + ",symlink=" + link, "--report=fd:1",
	    "--", probe_path(), "--wait" }));
	Descriptor client;
	struct stat status = {};

	EXPECT_EQ(server.read_line().rfind("fd=3 name=unknown address=" + long_path + " backlog=", 0),
	    0u);
	server.read_line();
	ASSERT_EQ(lstat(long_path.c_str(), &status), 0);
	EXPECT_TRUE(S_ISSOCK(status.st_mode));
	EXPECT_EQ(status.st_mode & 07777, 0660u);
	EXPECT_EQ(connect_path(link, &client), 0);
	/* It is not taken from its server, and that of another directory is another. */
	Result result = run(tool("bindchain", { "listen", option, "true" }));
	EXPECT_EQ(result.status, 111) << result;
	result = run(tool("bindchain", { "listen", option + "2", "--unix=" + deep
	    + "3/socket2,directory-mode=700", "true" }));
	EXPECT_EQ(result.status, 111) << "the first directory is " << deep << result;
}

TEST_F(UnixPath, LongerThanAnAddressWarnsOfTheLimitOfClients)
{
	if (std::string(expectations().system) == "macOS")
		SKIP_TEST_EVEN_IN_CI("macOS binds by the path alone");
	const std::string long_path = directory / std::string(120, 'd') + "/s";
	const std::string option = "--unix=" + long_path + ",directory-mode=700";
	struct sockaddr_un address;
	const std::string warning = "clients can connect to a path of at most "
	    + std::to_string(sizeof address.sun_path - 1) + " bytes, and this one has "
	    + std::to_string(long_path.size())
	    + ": they need a shorter one, by a symbolic link to it or to its directory";

	Result result = run(tool("bindchain", { "explain", "--json", "listen", option, "true" }));
	EXPECT_EQ(nlohmann::json::parse(result.output).at("sockets").at(0).at("warnings"),
	    nlohmann::json({ warning }));
	EXPECT_EQ(run(tool("bindchain", { "listen", option, "true" })).error,
	    "bindchain listen: warning: " + warning + "\n");
	EXPECT_EQ(run(tool("bindchain", { "listen", option + ",symlink=" + (directory / "l"), "true" }))
	              .error, "");
	result = run(tool("bindchain", { "listen", option, "--env=X={address}", "true" }));
	EXPECT_EQ(result.status, 100) << result;
	result = run(tool("bindchain", { "listen", "--unix=" + (directory / std::string(120, 'n')),
	    "true" }));
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_NE(result.error.find(" longer than the last component of a Unix socket's path can be ("),
	    std::string::npos) << result;
}

/* unix(7): a null byte precedes the name in sun_path, which has 108 bytes. */
TEST(AbstractName, ThatIsTooLongIsNoPath)
{
	if (!expectations().has_abstract_names)
		SKIP_TEST_EVEN_IN_CI("this system has no abstract names");
	for (const char *slashes : { "", "a/b" }) {
		const std::string name = "@" + std::string(slashes) + std::string(108, 'n');
		Result result = run(tool("bindchain", { "listen", "--unix=" + name, "true" }));
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: " + name + ": "
		    + (*slashes ? "4 bytes" : "1 byte") + " longer than an abstract name can be (107)");
	}
}

/* The kernel tells the name alone, which another directory has, too. */
TEST_F(UnixPath, LongerThanAnAddressIsInheritedByItsFile)
{
	if (std::string(expectations().system) == "macOS")
		SKIP_TEST_EVEN_IN_CI("macOS binds by the path alone");
	const std::string one = directory / std::string(120, 'a') + "/s";
	const std::string two = directory / std::string(120, 'b') + "/s";
	const std::string rest = ",directory-mode=700,inherit";
	Result result = run(tool("bindchain", { "listen", "--unix=" + one + rest,
	    tool_path("bindchain"), "listen", "--unix=" + two + rest, "--unix=" + one + rest,
	    "--report=fd:1", "true" }));

	EXPECT_NE(result.output.find("address=" + one + " backlog="), std::string::npos) << result;
	EXPECT_NE(result.output.find("fd=4 name=unknown address=" + one), std::string::npos);
	EXPECT_NE(result.output.rfind("inherited=yes\n"), std::string::npos);
	EXPECT_NE(result.output.find("inherited=no\n"), std::string::npos);
	result = run(tool("bindchain", { "listen", "--unix=" + one + ",directory-mode=700",
	    tool_path("bindchain"), "inspect" }));
	EXPECT_NE(result.output.find(" unix stream s\n    bound "), std::string::npos) << result;
}

} // namespace
