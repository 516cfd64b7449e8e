/* SPDX-License-Identifier: ISC */
/*
 * Output that goes nowhere: write(2) to a pipe that nobody reads raises SIGPIPE, and
 * beyond a limit on the size of files SIGXFSZ.  Neither kills a command, and the next
 * program has both as they were.
 */
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "network.h"
#include "probe_report.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

/* The end of a pipe that nobody reads. */
Descriptor
unread_pipe()
{
	int ends[2];

	EXPECT_EQ(pipe(ends), 0);
	close(ends[0]);
	return Descriptor(ends[1]);
}

bool
exists(const std::string &path)
{
	struct stat found;

	return lstat(path.c_str(), &found) == 0;
}

/* ---- messages that nobody reads ---- */

struct Failing {
	const char *name, *command;
	Words arguments; /* "PATH" is one of the test's own, "PORT" is in use */
	int status;
};

const Failing failing[] = {
	{ "NoshInUse", "tcp-socket-listen", { "127.0.0.1", "PORT", "true" }, 1 },
	{ "NoshUsage", "tcp-socket-listen", { "127.0.0.1" }, 1 },
	{ "S6InUse", "s6-tcpserver-socketbinder", { "127.0.0.1", "PORT", "true" }, 111 },
	{ "S6Usage", "s6-tcpserver-socketbinder", { "127.0.0.1" }, 100 },
	{ "NativeInUse", "bindchain", { "listen", "--unix=PATH", "--tcp=127.0.0.1:PORT", "true" },
	    111 },
	{ "NativeUsage", "bindchain", { "listen" }, 100 },
	{ "NativeNoProgram", "bindchain", { "listen", "--unix=PATH", "/nonexistent" }, 127 },
	{ "NoshNoProgram", "local-stream-socket-listen", { "PATH", "/nonexistent" }, 1 },
	{ "S6NoProgram", "s6-ipcserver-socketbinder", { "PATH", "/nonexistent" }, 127 },
	{ "SecondOfAChain", "local-stream-socket-listen",
	    { "PATH", "tcp-socket-listen", "127.0.0.1", "PORT", "true" }, 1 },
	{ "ExplainUsage", "bindchain", { "explain", "listen" }, 100 },
};

class UnreadMessages : public testing::TestWithParam<Failing> {
protected:
	UnreadMessages() : holder_(listen_on("127.0.0.1")), path_(directory_ / "path") {}

	Command command() const
	{
		Words arguments = GetParam().arguments;
		for (std::string &word : arguments) {
			replace(word, "PATH", path_);
			replace(word, "PORT", std::to_string(port_of(holder_.get())));
		}
		return tool(GetParam().command, arguments);
	}

	void expect_failure(const Result &result) const
	{
		EXPECT_EQ(result.signal, 0) << result;
		EXPECT_EQ(result.status, GetParam().status) << result;
		EXPECT_FALSE(exists(path_));
	}

	std::string file(const std::string &name) const { return directory_ / name; }

private:
	static void replace(std::string &word, const char *what, const std::string &with)
	{
		size_t at = word.find(what);
		if (at != std::string::npos)
			word.replace(at, 4, with);
	}

	TemporaryDirectory directory_;
	Descriptor holder_;
	std::string path_;
};

TEST_P(UnreadMessages, DoNotKillByAClosedPipe)
{
	Descriptor unread = unread_pipe();
	Command failing_command = command();

	failing_command.descriptors[2] = unread.get();
	expect_failure(run(failing_command));
}

TEST_P(UnreadMessages, DoNotKillByALimitOnFiles)
{
	Descriptor log(open(file("log").c_str(), O_WRONLY | O_CREAT, 0600));
	Command failing_command = command();

	failing_command.descriptors[2] = log.get();
	failing_command.limits[RLIMIT_FSIZE] = 0;
	expect_failure(run(failing_command));
}

std::string
failing_name(const testing::TestParamInfo<Failing> &tested)
{
	return tested.param.name;
}
INSTANTIATE_TEST_SUITE_P(Failing, UnreadMessages, testing::ValuesIn(failing), failing_name);

/* ---- standard output ---- */

struct Printing {
	const char *name;
	Words words;

	bool is_native() const { return words.at(0) == "bindchain"; }
	Command command() const { return tool(words.at(0), { words.begin() + 1, words.end() }); }
};

class UnreadOutput : public testing::TestWithParam<Printing> {};

TEST_P(UnreadOutput, IsAFailureThatIsTold)
{
	Command command = GetParam().command();
	Descriptor unread = unread_pipe();

	command.descriptors[1] = unread.get();
	Result result = run(command);
	EXPECT_EQ(result.signal, 0) << result;
	EXPECT_EQ(result.status, GetParam().is_native() ? 111 : 1) << result;
	EXPECT_NE(result.error.find(error_text(EPIPE)), std::string::npos) << result;
}

TEST_P(UnreadOutput, OnAFullDeviceIsTold)
{
	Descriptor full(open("/dev/full", O_WRONLY));
	if (full.get() < 0)
		SKIP_TEST_EVEN_IN_CI("this system has no /dev/full");
	Command command = GetParam().command();

	command.descriptors[1] = full.get();
	Result result = run(command);
	EXPECT_EQ(result.status, GetParam().is_native() ? 111 : 1) << result;
	EXPECT_NE(result.error.find(error_text(ENOSPC)), std::string::npos) << result;
}

const Printing printing[] = {
	{ "Help", { "bindchain", "--help" } },
	{ "Version", { "bindchain", "--version" } },
	{ "ListenHelp", { "bindchain", "listen", "--help" } },
	{ "Explain",
	    { "bindchain", "explain", "tcp-socket-listen", "127.0.0.1", "8080", "true" } },
	{ "ExplainJson",
	    { "bindchain", "explain", "--json", "tcp-socket-listen", "127.0.0.1", "8080",
	        "true" } },
	{ "ExplainUsage", { "bindchain", "explain", "tcp-socket-listen", "--usage" } },
	{ "Inspect", { "bindchain", "inspect" } },
	{ "InspectJson", { "bindchain", "inspect", "--json" } },
	{ "Limits", { "bindchain", "limits" } },
	{ "LimitsJson", { "bindchain", "limits", "--json" } },
	{ "QueuesJson", { "bindchain", "queues", "--json" } },
	{ "NoshHelp", { "tcp-socket-listen", "--help" } },
};

std::string
printing_name(const testing::TestParamInfo<Printing> &tested)
{
	return tested.param.name;
}
INSTANTIATE_TEST_SUITE_P(Commands, UnreadOutput, testing::ValuesIn(printing), printing_name);

/* What inspect cannot print, it fails by: nobody serves the path then. */
TEST(UnreadOutputOfAChain, LeavesNoPath)
{
	TemporaryDirectory directory;
	Descriptor unread = unread_pipe();
	Command command = tool("bindchain", { "listen", "--unix=" + (directory / "path"), "bindchain",
	    "inspect" });

	command.descriptors[1] = unread.get();
	Result result = run(command);
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_FALSE(exists(directory / "path"));
}

/* ---- reports and notifications ---- */

class UnreadReport : public testing::TestWithParam<const char *> {};

TEST_P(UnreadReport, IsAFailureThatIsToldAndLeavesNoPath)
{
	TemporaryDirectory directory;
	Descriptor unread = unread_pipe();
	Command command = tool("bindchain", { "listen", "--unix=" + (directory / "path"), GetParam(),
	    "true" });

	command.descriptors[9] = unread.get();
	Result result = run(command);
	EXPECT_EQ(result.signal, 0) << result;
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_NE(result.error.find(error_text(EPIPE)), std::string::npos) << result;
	EXPECT_FALSE(exists(directory / "path"));
}

INSTANTIATE_TEST_SUITE_P(Descriptors, UnreadReport,
    testing::Values("--report=fd:9", "--notify-fd=9"));

TEST(ReportBeyondTheLimitOnFiles, IsAFailureThatIsToldAndLeavesNoPath)
{
	TemporaryDirectory directory;
	Command command = tool("bindchain", { "listen", "--unix=" + (directory / "path"),
	    "--report=" + (directory / "report"), "true" });

	command.limits[RLIMIT_FSIZE] = 0;
	Result result = run(command);
	EXPECT_EQ(result.signal, 0) << result;
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_NE(result.error.find(error_text(EFBIG)), std::string::npos) << result;
	EXPECT_FALSE(exists(directory / "path"));
	EXPECT_FALSE(exists(directory / "report"));
}

/* ---- what the next program has of it ---- */

struct Signals {
	const char *name;
	bool ignored, blocked;
};

class NextProgramsSignals : public testing::TestWithParam<Signals> {};

/* With a report, a notification and a warning on the way, all of them written. */
TEST_P(NextProgramsSignals, AreAsTheyWere)
{
	const Signals &row = GetParam();
	TemporaryDirectory directory;
	int ends[2];
	ASSERT_EQ(pipe(ends), 0);
	Descriptor reader(ends[0]), writer(ends[1]);
	Command command = tool("bindchain", { "listen", "--udp=127.0.0.1:0,prefer-wait-for=data",
	    "--report=" + (directory / "report"), "--notify-fd=9", "bindchain", "listen",
	    "--tcp=127.0.0.1:0", probe_path() });

	command.descriptors[9] = writer.get();
	command.before_execution = [row](Command &) {
		sigset_t both;
		sigemptyset(&both);
		for (int number : { SIGPIPE, SIGXFSZ }) {
			signal(number, row.ignored ? SIG_IGN : SIG_DFL);
			sigaddset(&both, number);
		}
		sigprocmask(row.blocked ? SIG_BLOCK : SIG_UNBLOCK, &both, nullptr);
	};
	Result result = run(command);
	ASSERT_EQ(result.status, 0) << result;
	ASSERT_NE(result.error.find("warning"), std::string::npos) << result;
	ProbeReport found(result.output);
	std::vector<int> both = { SIGPIPE, SIGXFSZ };

	EXPECT_EQ(found.json().at("ignored_signals"), row.ignored ? both : std::vector<int>());
	EXPECT_EQ(found.json().at("blocked_signals"), row.blocked ? both : std::vector<int>());
}

const Signals signals_at_start[] = {
	{ "Default", false, false },
	{ "Ignored", true, false },
	{ "Blocked", false, true },
};

std::string
signals_name(const testing::TestParamInfo<Signals> &tested)
{
	return tested.param.name;
}
INSTANTIATE_TEST_SUITE_P(AtStart, NextProgramsSignals, testing::ValuesIn(signals_at_start),
    signals_name);

} // namespace
