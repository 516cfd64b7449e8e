/* SPDX-License-Identifier: ISC */
/* How the next program is found and executed, and when it is one of our own. */
#include <algorithm>
#include <cerrno>
#include <climits>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include "executions.h"
#include "probe_report.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

const char nosh[] = "tcp-socket-listen";
const char s6[] = "s6-tcpserver-socketbinder";

std::string
own_executable()
{
	return std::filesystem::canonical(tool_path("bindchain"));
}

std::string
probe_executable()
{
	return std::filesystem::canonical(probe_path());
}

/* ---- the search ---- */

class Search : public testing::Test {
protected:
	Search() { std::filesystem::create_symlink(probe_path(), directory / "next"); }

	/* The tool with "next", which is the probe, in the current directory. */
	Command chain_to_next(const std::string &path)
	{
		Command command = tool(nosh, { "127.0.0.1", "0", "next" });
		command.directory = directory.path();
		command.set("PATH", path);
		return command;
	}

	void finds_next(const std::string &path)
	{
		Result result = run(chain_to_next(path));
		ASSERT_EQ(result.status, 0) << "PATH=" << path << ": " << result;
		EXPECT_EQ(ProbeReport(result.output).argv(), std::vector<std::string> { "next" });
	}

	void fails(const Command &command, int error)
	{
		Result result = run(command);
		EXPECT_EQ(result.status, 1);
		EXPECT_EQ(result.error_line(0), std::string(nosh) + ": FATAL: "
		    + command.argv.back() + ": " + error_text(error));
	}

	TemporaryDirectory directory;
};

TEST_F(Search, AnEmptyElementIsTheCurrentDirectory)
{
	finds_next("");
	finds_next(":");
	finds_next(":/nonexistent");
	finds_next("/nonexistent:");
	finds_next("/nonexistent::/nonexistent");
}

TEST_F(Search, GoesPastWhatIsNoDirectoryOrTooLong)
{
	directory.file("file", "", 0755);
	finds_next("/nonexistent:" + (directory / "file") + ":" + directory.path());
	finds_next(std::string(2 * PATH_MAX, 'x') + ":" + directory.path());
}

TEST_F(Search, GoesPastWhatIsNotExecutable)
{
	TemporaryDirectory first;
	first.file("next", "#!/bin/sh\n", 0644);
	finds_next(first.path() + ":" + directory.path());
}

TEST_F(Search, ThatFindsOnlyAFileThatIsNotExecutableSaysSo)
{
	TemporaryDirectory only;
	only.file("next", "#!/bin/sh\n", 0644);
	fails(chain_to_next(only.path() + ":/nonexistent"), EACCES);
}

TEST_F(Search, StopsAtAFileThatIsNoProgram)
{
	TemporaryDirectory first;
	first.file("next", "echo a shell would run this\n", 0755);
	fails(chain_to_next(first.path() + ":" + directory.path()), ENOEXEC);
}

/* execve(2): ENOEXEC, and ENOENT and EACCES of an interpreter. */
TEST_F(Search, SaysWhyAFileThatMayBeExecutedIsNot)
{
	const struct {
		const char *content, *cause;
		int error;
	} rows[] = {
		{ "echo\n", ": a script needs a first line with its interpreter, such as #!/bin/sh",
		    ENOEXEC },
		{ "", ": an empty file, or one that begins with a null byte", ENOEXEC },
		{ "\177ELF, cut", ": a program for another processor or system, or damaged", ENOEXEC },
		{ "#!/nonexistent/sh -e\n", ": its interpreter does not exist: /nonexistent/sh", ENOENT },
		{ "#! /bin/sh\r\n", ": its interpreter does not exist: /bin/sh\\015", ENOENT },
		{ "#!/etc/passwd\n", ": no permission to execute its interpreter: /etc/passwd", EACCES },
	};

	for (const auto &row : rows) {
		TemporaryDirectory only;
		const std::string path = only.file("script", row.content, 0755);
		for (const std::string &word : { path, std::string("script") }) {
			Command command = tool("bindchain", { "listen", "--tcp=127.0.0.1:0", word });
			command.set("PATH", only.path());
			Result result = run(command);
			EXPECT_EQ(result.status, row.error == ENOENT ? 127 : 126) << result;
			EXPECT_EQ(result.error, "bindchain listen: fatal: " + word + ": "
			    + error_text(row.error) + "\nbindchain listen: info: " + path + row.cause
			    + "\nbindchain listen: info: see bindchain-errors(7), PROGRAM NOT FOUND\n");
		}
	}
}

TEST_F(Search, FindsNothingInAPathWithoutIt)
{
	fails(chain_to_next("/nonexistent"), ENOENT);
}

TEST_F(Search, IsNotMadeForANameWithASlash)
{
	Command command = chain_to_next("/nonexistent");
	command.argv.back() = "./next";
	EXPECT_EQ(run(command).status, 0);
	command.argv.back() = directory / "next";
	EXPECT_EQ(run(command).status, 0);
	command = chain_to_next(directory.path());
	command.argv.back() = "sub/next";
	fails(command, ENOENT);
}

TEST_F(Search, OfANameThatNoFileCanHaveFindsNothing)
{
	Command command = chain_to_next(directory.path());
	command.argv.back() = std::string(NAME_MAX + 1, 'x');
	fails(command, ENOENT);
}

TEST_F(Search, WithoutPathIsInTheSystemsDirectories)
{
	Command command = tool(nosh,
	    { "127.0.0.1", "0", "sh", "-c", "exec \"$0\" \"$@\"", probe_path(), "argument" });
	command.unset("PATH");
	Result result = run(command);

	ASSERT_EQ(result.status, 0) << result;
	EXPECT_EQ(ProbeReport(result.output).argv(),
	    (std::vector<std::string> { probe_path(), "argument" }));
}

TEST_F(Search, WithoutPathIsNotInTheCurrentDirectory)
{
	Command command = chain_to_next("");
	command.unset("PATH");
	fails(command, ENOENT);
}

/* ---- what it is given ---- */

TEST(NextProgram, GetsItsArgumentsAsTheyAre)
{
	std::vector<std::string> arguments = { probe_path(), "", "--", "-b5", " ", "a\nb", "\xff",
		"127.0.0.1" };
	Command command = tool(nosh, { "127.0.0.1", "0" });
	ProbeReport report = probe_behind(command, { arguments.begin() + 1, arguments.end() });

	EXPECT_EQ(report.argv(), arguments);
}

TEST(NextProgram, GetsSeveralThousandArguments)
{
	std::vector<std::string> arguments;
	for (int i = 0; i < 5000; i++)
		arguments.push_back("argument-" + std::to_string(i));
	ProbeReport report = probe_behind(tool(nosh, { "127.0.0.1", "0" }), arguments);

	arguments.insert(arguments.begin(), probe_path());
	EXPECT_EQ(report.argv(), arguments);
}

TEST(NextProgram, GetsALargeEnvironment)
{
	Command command = tool(nosh, { "--systemd-compatibility", "127.0.0.1", "0" });
	/* Half of what the system takes, or 1 MB. */
	long count = std::min(sysconf(_SC_ARG_MAX) / 2 / 1024, 1000L);
	for (long i = 0; i < count; i++)
		command.environment.push_back("VARIABLE_" + std::to_string(i) + "="
		    + std::string(1000, 'x'));
	ProbeReport report = probe_behind(command);
	std::vector<std::string> environment = report.environment();

	ASSERT_EQ(environment.size(), command.environment.size() + 2);
	EXPECT_TRUE(std::equal(command.environment.begin(), command.environment.end(),
	    environment.begin()));
	EXPECT_EQ(report.variable("LISTEN_FDS"), "1");
}

TEST(NextProgram, ThatIsALoopOfLinksOrBehindAFileIsNamed)
{
	TemporaryDirectory directory;
	std::string loop = directory / "loop", behind = directory.file("file", "", 0755) + "/next";
	std::filesystem::create_symlink(loop, loop);

	EXPECT_EQ(run(tool(nosh, { "127.0.0.1", "0", loop })).error,
	    std::string(nosh) + ": FATAL: " + loop + ": " + error_text(ELOOP) + "\n");
	EXPECT_EQ(run(tool(nosh, { "127.0.0.1", "0", behind })).error,
	    std::string(nosh) + ": FATAL: " + behind + ": " + error_text(ENOTDIR) + "\n");
}

/* ---- staying in the process ---- */

class Chaining : public testing::Test {
protected:
	void executes(const Command &command, const std::vector<std::string> &files)
	{
		Executions executions = trace_executions(command);
		if (!executions.why_not.empty())
			SKIP_TEST(executions.why_not);
		EXPECT_EQ(executions.status, 0);
		EXPECT_EQ(executions.files, files);
	}

	TemporaryDirectory directory;
};

TEST_F(Chaining, OwnCommandsRunWithoutAnotherExecution)
{
	executes(tool(nosh, { "127.0.0.1", "0", nosh, "127.0.0.1", "0", s6, "127.0.0.1", "0",
	    probe_path() }), { own_executable(), probe_executable() });
}

TEST_F(Chaining, OwnCommandsRunWithoutAnotherExecutionByTheirPathToo)
{
	executes(tool(nosh, { "127.0.0.1", "0", tool_path(nosh), "127.0.0.1", "0", probe_path() }),
	    { own_executable(), probe_executable() });
}

TEST_F(Chaining, OwnCommandsRunWithoutAnotherExecutionBehindBindchain)
{
	executes(tool("bindchain", { nosh, "127.0.0.1", "0", "bindchain", s6, "127.0.0.1", "0",
	    "bindchain", "inspect" }), { own_executable() });
}

/* The C library may have kept memory and descriptors of the name service. */
TEST_F(Chaining, AfterANameWasLookedUpTheNextCommandIsExecuted)
{
	executes(tool(nosh, { "localhost", "0", nosh, "127.0.0.1", "0", probe_path() }),
	    { own_executable(), own_executable(), probe_executable() });
}

TEST_F(Chaining, AnotherPackagesToolOfTheSameNameIsExecuted)
{
	std::filesystem::create_symlink(probe_path(), directory / nosh);
	Command command = tool(nosh, { "127.0.0.1", "0", nosh });
	command.set("PATH", directory.path() + ":" + tool_directory());
	executes(command, { own_executable(), probe_executable() });
}

TEST_F(Chaining, ACopyOfOursIsAnotherPackagesTool)
{
	std::filesystem::copy_file(own_executable(), directory / nosh);
	Command command = tool(nosh, { "127.0.0.1", "0", nosh, "127.0.0.1", "0", probe_path() });
	command.set("PATH", directory.path() + ":" + tool_directory());
	executes(command, { own_executable(), std::filesystem::canonical(directory / nosh),
	    probe_executable() });
}

/* In process or not, what arrives is the same. */
TEST_F(Chaining, InProcessHandsOverWhatAnExecutionWould)
{
	const std::vector<std::string> chain = { "--systemd-compatibility", "-b7", "127.0.0.1",
		"0", nosh, "--systemd-compatibility", "--upstart-compatibility", "-b8",
		"127.0.0.1", "0" };
	std::filesystem::copy_file(own_executable(), directory / nosh);
	Command inside = tool(nosh, chain), executing = tool(nosh, chain);
	inside.set("LISTEN_FDNAMES", "one");
	executing.set("PATH", directory.path()).set("LISTEN_FDNAMES", "one");
	ProbeReport first = probe_behind(inside), second = probe_behind(executing);

	EXPECT_EQ(first.descriptors(), second.descriptors());
	EXPECT_EQ(first.argv(), second.argv());
	for (int descriptor : { 3, 4 }) {
		nlohmann::json one = first.descriptor(descriptor);
		nlohmann::json other = second.descriptor(descriptor);
		for (const char *differs : { "port", "inode" }) {
			one.erase(differs);
			other.erase(differs);
		}
		EXPECT_EQ(one, other);
	}
	for (const char *name : { "LISTEN_FDS", "LISTEN_FDNAMES", "UPSTART_FDS", "UPSTART_EVENTS" })
		EXPECT_EQ(first.variable(name), second.variable(name)) << name;
	EXPECT_EQ(first.variable("LISTEN_PID"), std::to_string(first.pid()));
	EXPECT_EQ(second.variable("LISTEN_PID"), std::to_string(second.pid()));
}

/* Whoever starts the chain knows the process: it is the one that serves. */
TEST_F(Chaining, ThePidStays)
{
	Command command = tool(nosh, { "127.0.0.1", "0", s6, "127.0.0.1", "0", probe_path() });
	Result result = run(command);

	ASSERT_EQ(result.status, 0) << result;
	EXPECT_EQ(ProbeReport(result.output).pid(), result.pid);
}

TEST_F(Chaining, AFailureNamesTheCommandThatFailed)
{
	Result result = run(tool(nosh, { "127.0.0.1", "0", s6, "192.0.2.1", "0", probe_path() }));

	EXPECT_EQ(result.status, 111);
	EXPECT_EQ(result.error_line(0), std::string(s6)
	    + ": fatal: unable to bind to 192.0.2.1 port 0 : " + error_text(EADDRNOTAVAIL));
}

TEST_F(Chaining, AUsageErrorOfALaterCommandIsItsOwn)
{
	Result result = run(tool(s6, { "127.0.0.1", "0", nosh, "--bogus" }));

	EXPECT_EQ(result.status, 1);
	EXPECT_EQ(result.error, std::string(nosh) + ": FATAL: --bogus: unrecognized option\n");
}

} // namespace
