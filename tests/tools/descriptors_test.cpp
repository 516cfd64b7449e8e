/* SPDX-License-Identifier: ISC */
/* Descriptors: where the socket goes, what happens to others, and what is left. */
#include <cerrno>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "network.h"
#include "probe_report.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

const char nosh[] = "tcp-socket-listen";
const char s6[] = "s6-tcpserver-socketbinder";

/* ---- 0, 1 and 2 closed at start, in every combination ---- */

class StartedClosed : public testing::TestWithParam<int> {
protected:
	bool is_closed(int descriptor) const { return GetParam() >> descriptor & 1; }

	/* What of 0 to 2 was open at start, and these. */
	std::vector<int> still_open(std::initializer_list<int> more) const
	{
		std::vector<int> list;
		for (int descriptor = 0; descriptor < 3; descriptor++)
			if (!is_closed(descriptor))
				list.push_back(descriptor);
		list.insert(list.end(), more);
		return list;
	}

	/* With the parameter's bits closed. */
	Command start(const char *name, const std::vector<std::string> &arguments)
	{
		Command command = tool(name, arguments);
		for (int descriptor = 0; descriptor < 3; descriptor++)
			if (is_closed(descriptor))
				command.closed.push_back(descriptor);
		return command;
	}

	/* The report goes to a file: standard output may be closed. */
	ProbeReport report(const char *name, std::vector<std::string> arguments)
	{
		std::string file = directory / "report";
		arguments.insert(arguments.end(), { probe_path(), "--output", file });
		Result result = run(start(name, arguments));
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.output + result.error, "");
		return ProbeReport(read_whole_file(file));
	}

	/* Exits with STATUS, not by SIGPIPE from a message to its own socket, and
	 * says so where it was given a standard error. */
	void fails(const char *name, const std::vector<std::string> &arguments, int status)
	{
		Result result = run(start(name, arguments));
		EXPECT_EQ(result.signal, 0);
		EXPECT_EQ(result.status, status) << result;
		EXPECT_EQ(result.output, "");
		EXPECT_EQ(result.error.empty(), is_closed(2)) << result;
	}

	TemporaryDirectory directory;
};

TEST_P(StartedClosed, TcpSocketListenLeavesThemClosedAndOpensOnly3)
{
	ProbeReport found = report(nosh, { "127.0.0.1", "0" });

	EXPECT_EQ(found.descriptors(), still_open({ 3 }));
	EXPECT_EQ(found.sockets(), std::vector<int> { 3 });
	EXPECT_EQ(found.descriptor(3).at("listening"), 1);
}

TEST_P(StartedClosed, TwoListenersLeaveThemClosedToo)
{
	ProbeReport found = report(nosh, { "--systemd-compatibility", "127.0.0.1", "0", nosh,
	    "--systemd-compatibility", "127.0.0.1", "0" });

	EXPECT_EQ(found.sockets(), (std::vector<int> { 3, 4 }));
	EXPECT_EQ(found.variable("LISTEN_FDS"), "2");
}

TEST_P(StartedClosed, SocketBinderOpensOnlyStandardInput)
{
	ProbeReport found = report(s6, { "127.0.0.1", "0" });
	std::vector<int> expected = { 0 };

	for (int descriptor : { 1, 2 })
		if (!is_closed(descriptor))
			expected.push_back(descriptor);
	EXPECT_EQ(found.descriptors(), expected);
	EXPECT_EQ(found.sockets(), std::vector<int> { 0 });
}

TEST_P(StartedClosed, ANameThatIsLookedUpOpensNothingMore)
{
	ProbeReport found = report(nosh, { "localhost", "0" });

	EXPECT_EQ(found.sockets(), std::vector<int> { 3 });
	EXPECT_EQ(found.descriptors(), still_open({ 3 }));
}

TEST_P(StartedClosed, FailuresAreNotWrittenToTheSocket)
{
	Descriptor holder = listen_on("127.0.0.1");
	std::string taken = std::to_string(port_of(holder.get()));

	fails(nosh, {}, 1);
	fails(nosh, { "127.0.0.1", taken, "true" }, 1);
	fails(nosh, { "127.0.0.1", "0", "/nonexistent/program" }, 1);
	fails(s6, {}, 100);
	fails(s6, { "127.0.0.1", taken, "true" }, 111);
	fails(s6, { "127.0.0.1", "0", "/nonexistent/program" }, 127);
	fails("bindchain", {}, 100);
}

TEST_P(StartedClosed, InspectFailsWhereItCannotWrite)
{
	Result result = run(start("bindchain", { "inspect" }));

	EXPECT_EQ(result.signal, 0);
	EXPECT_EQ(result.status, is_closed(1) ? 111 : 0) << result;
	EXPECT_EQ(result.error, is_closed(1) && !is_closed(2)
	    ? "bindchain inspect: fatal: write to standard output: " + error_text(EBADF) + "\n"
	    : "");
}

std::string
combination_name(const testing::TestParamInfo<int> &info)
{
	std::string name;

	for (int descriptor = 0; descriptor < 3; descriptor++)
		if (info.param >> descriptor & 1)
			name += std::to_string(descriptor);
	return name.empty() ? "None" : name;
}

INSTANTIATE_TEST_SUITE_P(Descriptors, StartedClosed, testing::Range(0, 8), combination_name);

/* ---- the others ---- */

/* Descriptors of a file each, told apart by their inode numbers. */
class Occupied : public testing::Test {
protected:
	Occupied()
	{
		for (int i = 0; i < 4; i++) {
			std::string name = directory.file(std::to_string(i), "", 0600);
			files[i] = Descriptor(open(name.c_str(), O_RDWR | O_CLOEXEC));
		}
	}

	void occupy(Command &command, int count)
	{
		for (int i = 0; i < count; i++)
			command.descriptors[3 + i] = files[i].get();
	}

	/* Is DESCRIPTOR of the report the I-th file? */
	bool is_file(const ProbeReport &found, int descriptor, int i)
	{
		struct stat status;
		return fstat(files[i].get(), &status) == 0
		    && found.descriptor(descriptor).at("inode") == status.st_ino
		    && found.descriptor(descriptor).at("device") == status.st_dev;
	}

	TemporaryDirectory directory;
	Descriptor files[4];
};

TEST_F(Occupied, Descriptor3IsReplacedAndTheOthersStay)
{
	Command command = tool(nosh, { "127.0.0.1", "0" });
	occupy(command, 3);
	ProbeReport found = probe_behind(command);

	EXPECT_EQ(found.descriptors(), (std::vector<int> { 0, 1, 2, 3, 4, 5 }));
	EXPECT_EQ(found.sockets(), std::vector<int> { 3 });
	EXPECT_TRUE(is_file(found, 4, 1));
	EXPECT_TRUE(is_file(found, 5, 2));
}

TEST_F(Occupied, SocketBinderTouchesOnlyStandardInput)
{
	Command command = tool(s6, { "127.0.0.1", "0" });
	occupy(command, 4);
	ProbeReport found = probe_behind(command);

	EXPECT_EQ(found.descriptors(), (std::vector<int> { 0, 1, 2, 3, 4, 5, 6 }));
	EXPECT_EQ(found.sockets(), std::vector<int> { 0 });
	for (int i = 0; i < 4; i++)
		EXPECT_TRUE(is_file(found, 3 + i, i));
}

TEST_F(Occupied, BehindInheritedSocketsTheNextOneIsReplaced)
{
	Descriptor inherited = listen_on("127.0.0.1");
	Command command = tool(nosh, { "--systemd-compatibility", "127.0.0.1", "0" });
	occupy(command, 3);
	command.descriptors[3] = inherited.get();
	command.set("LISTEN_FDS", "1");
	command.before_execution = set_listen_pid;
	ProbeReport found = probe_behind(command);

	EXPECT_EQ(found.sockets(), (std::vector<int> { 3, 4 }));
	EXPECT_EQ(found.descriptor(3).at("port"), port_of(inherited.get()));
	EXPECT_NE(found.descriptor(4).at("port"), port_of(inherited.get()));
	EXPECT_EQ(found.descriptors(), (std::vector<int> { 0, 1, 2, 3, 4, 5 }));
	EXPECT_TRUE(is_file(found, 5, 2));
}

/* ---- the table full ---- */

/*
 * A dynamically linked program needs one free descriptor to be loaded, so the
 * last one is taken by a first listener and the second one has none.
 */
TEST(DescriptorTable, FullFailsInSocket)
{
	Command command = tool(nosh, { "--systemd-compatibility", "127.0.0.1", "0", nosh,
	    "--systemd-compatibility", "127.0.0.1", "0", probe_path() });
	command.limits[RLIMIT_NOFILE] = 4;
	Result result = run(command);

	EXPECT_EQ(result.status, 1);
	EXPECT_EQ(result.error_line(0), std::string(nosh) + ": FATAL: " + error_text(EMFILE));
	EXPECT_NE(result.error_line(1).find("info: socket "), std::string::npos) << result;
}

/* There is room for the socket, below, but not where it belongs. */
TEST(DescriptorTable, TooShortForThePlaceOfTheSocketFailsInDup2)
{
	Command command = tool(nosh, { "--systemd-compatibility", "127.0.0.1", "0", nosh,
	    "--systemd-compatibility", "127.0.0.1", "0", probe_path() });
	command.limits[RLIMIT_NOFILE] = 4;
	command.closed = { 0 };
	Result result = run(command);

	EXPECT_EQ(result.status, 1);
	EXPECT_EQ(result.error_line(0), std::string(nosh) + ": FATAL: " + error_text(EBADF));
	EXPECT_NE(result.error_line(1).find("info: dup2 to descriptor 4 "), std::string::npos)
	    << result;
}

/* It closes standard input first, and so has room where the other has none. */
TEST(DescriptorTable, FullStillHasRoomForStandardInput)
{
	Command command = tool(nosh, { "127.0.0.1", "0", s6, "127.0.0.1", "0", "bindchain",
	    "inspect" });
	command.limits[RLIMIT_NOFILE] = 4;
	/* LeakSanitizer, where the tools are built with it, needs descriptors too. */
	command.environment.push_back("ASAN_OPTIONS=detect_leaks=0");
	Result result = run(command);

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.output.rfind("descriptor 0: ", 0), 0u) << result;
}

/* ---- nothing is left over ---- */

/* The next program cannot tell how the chain went, only what it was to do. */
TEST(Descriptors, ALongChainLeavesOnlyItsSockets)
{
	std::vector<std::string> chain;
	std::vector<int> expected = { 0, 1, 2 };
	for (int i = 0; i < 8; i++) {
		if (i)
			chain.push_back(nosh);
		chain.insert(chain.end(), { "--systemd-compatibility", "127.0.0.1", "0" });
		expected.push_back(3 + i);
	}
	ProbeReport found = probe_behind(tool(nosh, chain));

	EXPECT_EQ(found.descriptors(), expected);
	EXPECT_EQ(found.variable("LISTEN_FDS"), "8");
	for (int descriptor = 3; descriptor < 11; descriptor++)
		EXPECT_EQ(found.descriptor(descriptor).at("listening"), 1);
}

/* Without counting, each takes the place of the one before. */
TEST(Descriptors, AChainWithoutSystemdCompatibilityKeepsTheLastSocket)
{
	Descriptor reserved;
	int port;
	reserved = reserve_port("127.0.0.1", &port);
	ProbeReport found = probe_behind(tool(nosh, { "127.0.0.1", "0", nosh, "127.0.0.1",
	    std::to_string(port) }));

	EXPECT_EQ(found.descriptors(), (std::vector<int> { 0, 1, 2, 3 }));
	EXPECT_EQ(found.descriptor(3).at("port"), port);
}

} // namespace
