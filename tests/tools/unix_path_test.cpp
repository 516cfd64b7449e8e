/* SPDX-License-Identifier: ISC */
/*
 * Who owns the path of a Unix socket: a live one is never taken, a dead one is
 * replaced, nothing else is touched, and of many starts at once one wins.
 */
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

#include "network.h"
#include "probe_report.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

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
		if (entry->d_name[0] != '.')
			names.push_back(entry->d_name);
	return names;
}

/* A line of /proc/locks with "->" is somebody who waits: proc(5). */
bool
waits_for_lock(pid_t pid)
{
	std::istringstream lines(read_whole_file("/proc/locks"));
	for (std::string line; std::getline(lines, line);)
		if (line.find("->") != std::string::npos
		    && line.find(" " + std::to_string(pid) + " ") != std::string::npos)
			return true;
	return false;
}

class UnixPath : public testing::Test {
protected:
	TemporaryDirectory directory;
	std::string path = directory / "socket";

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

TEST_F(UnixPath, TheOwnerIsNamed)
{
	Process owner(tool(stream, { path, probe_path(), "--wait" }));
	owner.read_line();
	Result result = run(tool(stream, { path, "true" }));

	EXPECT_NE(result.error.find("it belongs to process " + std::to_string(owner.pid()) + " "),
	    std::string::npos) << result;
	EXPECT_EQ(run(tool(stream, { "--systemd-compatibility", path, "true" })).status, 1);
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
	EXPECT_EQ(entries(directory.path()), std::vector<std::string> { "socket" });
}

TEST_F(UnixPath, TheDirectoryIsLockedFromTheLookToListenAndNotLonger)
{
	Descriptor held(open(directory.path().c_str(), O_RDONLY | O_DIRECTORY));
	ASSERT_EQ(flock(held.get(), LOCK_EX), 0);
	Process waiting(tool(stream, { path, "echo", "ready" }));
	while (access("/proc/locks", R_OK) == 0 && !waits_for_lock(waiting.pid())) {
		ASSERT_EQ(inode_of(path), 0u);
	}
	EXPECT_EQ(inode_of(path), 0u);
	ASSERT_EQ(flock(held.get(), LOCK_UN), 0);
	EXPECT_EQ(waiting.read_line(), "ready");

	Process owner(tool(stream, { directory / "other", probe_path(), "--wait" }));
	owner.read_line();
	EXPECT_EQ(flock(held.get(), LOCK_EX | LOCK_NB), 0) << "the lock was handed over";
}

TEST_F(UnixPath, IsGoneWhenTheNextProgramDoesNotStart)
{
	for (const char *name : { stream, datagram, ipc }) {
		Command command = name == ipc ? tool(ipc, { path, "/nonexistent/program" })
		                              : tool(name, { path, "/nonexistent/program" });
		Result result = run(command);
		EXPECT_EQ(result.status, name == ipc ? 127 : 1) << result;
		EXPECT_EQ(entries(directory.path()), std::vector<std::string> {});
	}
}

TEST_F(UnixPath, OfAChainAllAreGoneWhenOneFails)
{
	Descriptor taken = bind_path(directory / "taken", SOCK_STREAM, 1);
	Result result = run(tool(stream, { directory / "one", datagram, directory / "two", stream,
	    directory / "taken", "true" }));

	EXPECT_EQ(result.status, 1) << result;
	EXPECT_EQ(entries(directory.path()), std::vector<std::string> { "taken" });
}

TEST_F(UnixPath, AnAbstractNameLeavesNoFile)
{
	std::string name = "@bindchain-test-" + std::to_string(getpid());
	Result result = run(tool(stream, { name, "bindchain", "inspect", "--json" }));
	if (result.error.find("no abstract names") != std::string::npos)
		SKIP_TEST_EVEN_IN_CI("this system has no abstract names");

	ASSERT_EQ(result.status, 0) << result;
	EXPECT_EQ(nlohmann::json::parse(result.output).at("sockets").at(0).at("address"), name);
}

TEST_F(UnixPath, OnePathLongerThanFitsSaysByHowMuch)
{
	struct sockaddr_un address;
	std::string fits(sizeof address.sun_path - 1, 'x');
	Command command = tool(stream, { fits, "true" });
	command.directory = directory.path();
	EXPECT_EQ(run(command).status, 0);

	command = tool(stream, { fits + "yz", "true" });
	command.directory = directory.path();
	Result result = run(command);
	EXPECT_NE(result.error.find("longer by 2 than the "
	    + std::to_string(sizeof address.sun_path - 1) + " bytes"), std::string::npos)
	    << result;
}

} // namespace
