/* SPDX-License-Identifier: ISC */
/* The command `bindchain` itself: which command runs, and how it is asked for. */
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>

#include "network.h"
#include "probe_report.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

const char nosh[] = "tcp-socket-listen";
const char s6[] = "s6-tcpserver-socketbinder";

Command
bindchain(const std::vector<std::string> &arguments)
{
	return tool("bindchain", arguments);
}

/* ---- the name it is called by ---- */

/* The executable with this argv[0]. */
Command
called(const std::string &name, const std::vector<std::string> &arguments)
{
	Command command = bindchain(arguments);

	command.argv[0] = name;
	return command;
}

TEST(CalledBy, TheNameOfACommandIsThatCommand)
{
	EXPECT_EQ(run(called(nosh, {})).error, "tcp-socket-listen: FATAL: Missing listen host name.\n");
	EXPECT_EQ(run(called("./tcp-socket-listen", {})).error,
	    "tcp-socket-listen: FATAL: Missing listen host name.\n");
	EXPECT_EQ(run(called("/some/where/tcp-socket-listen", {})).error,
	    "tcp-socket-listen: FATAL: Missing listen host name.\n");
	EXPECT_EQ(run(called(s6, {})).status, 100);
}

TEST(CalledBy, AnUnknownNameGoesByTheFirstArgument)
{
	for (const char *name : { "unknown", "", "/", "-sh", "tcp-socket-liste", "inspect",
	         "/usr/bin/busy box", "tcp-socket-listen/", "\xff\n" }) {
		ProbeReport report = probe_behind(called(name, { nosh, "127.0.0.1", "0" }));
		EXPECT_EQ(report.sockets(), std::vector<int> { 3 }) << name;
	}
}

TEST(CalledBy, AnUnknownNameIsNeverPrinted)
{
	Result result = run(called("evil\nname", {}));

	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error_lines(), 1u) << result;
	EXPECT_EQ(result.error.rfind("bindchain: fatal: ", 0), 0u) << result;
	EXPECT_EQ(result.error.find("evil"), std::string::npos) << result;
}

/* Linux before 5.18 lets argc be 0; later it passes an empty name: execve(2).
 * FreeBSD since 14 refuses. */
TEST(CalledBy, NoNameAtAllIsBindchain)
{
	Command command = bindchain({});
	Result result;
	command.argv.clear();
	try {
		result = run(command);
	} catch (const std::system_error &) {
		SKIP_TEST_EVEN_IN_CI("this kernel starts no program without a name");
	}

	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error.rfind("bindchain: fatal: no command", 0), 0u) << result;
}

TEST(CalledBy, AnInternalCommandsNameIsNoCommandOfItsOwn)
{
	Result result = run(called("inspect", { "--json" }));

	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error, "bindchain: fatal: unknown option: --json\n");
}

TEST(CalledBy, BindchainWithAPersonalityIsThatPersonality)
{
	EXPECT_EQ(run(bindchain({ nosh })).error,
	    "tcp-socket-listen: FATAL: Missing listen host name.\n");
	EXPECT_EQ(run(bindchain({ nosh })).status, 1);
	EXPECT_EQ(run(bindchain({ s6, "--bogus" })).error,
	    "s6-tcpserver-socketbinder: fatal: unrecognized boolean option: --bogus\n");
	EXPECT_EQ(probe_behind(bindchain({ s6, "127.0.0.1", "0" })).sockets(),
	    std::vector<int> { 0 });
}

TEST(CalledBy, ThroughAnyLinkItFindsItself)
{
	TemporaryDirectory directory;
	std::filesystem::create_symlink(tool_path("bindchain"), directory / nosh);
	std::filesystem::create_symlink(tool_path("bindchain"), directory / "other-name");

	EXPECT_EQ(probe_behind(Command({ directory / nosh, "127.0.0.1", "0" })).sockets(),
	    std::vector<int> { 3 });
	EXPECT_EQ(probe_behind(Command({ directory / "other-name", s6, "127.0.0.1", "0" }))
	    .sockets(), std::vector<int> { 0 });
}

/* ---- usage ---- */

struct Misuse {
	const char *name;
	std::vector<std::string> arguments;
	const char *error;
};

std::ostream &
operator<<(std::ostream &stream, const Misuse &row)
{
	return stream << row.name;
}

class BindchainRefuses : public testing::TestWithParam<Misuse> {};

TEST_P(BindchainRefuses, WithOneLineAndExit100)
{
	Result result = run(bindchain(GetParam().arguments));

	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error, std::string(GetParam().error) + "\n");
	EXPECT_EQ(result.output, "");
}

INSTANTIATE_TEST_SUITE_P(CommandLine, BindchainRefuses, testing::Values(
    Misuse { "Nothing", {}, "bindchain: fatal: no command; bindchain --help lists them" },
    Misuse { "UnknownCommand", { "nope" }, "bindchain: fatal: unknown command: nope" },
    Misuse { "EmptyCommand", { "" }, "bindchain: fatal: unknown command: " },
    Misuse { "ItsOwnName", { "bindchain" }, "bindchain: fatal: unknown command: bindchain" },
    Misuse { "UnknownLongOption", { "--nope" }, "bindchain: fatal: unknown option: --nope" },
    Misuse { "UnknownShortOption", { "-n" }, "bindchain: fatal: unknown option: -n" },
    Misuse { "ArgumentOfAFlag", { "--version=1" },
        "bindchain: fatal: option takes no argument: --version=1" },
    Misuse { "AbbreviatedOption", { "--vers" },
        "bindchain: fatal: unknown option: --vers; did you mean --version?" },
    Misuse { "HostileCommand", { "a\nb\x1b[31m" },
        "bindchain: fatal: unknown command: a\\012b\\033[31m" },
    Misuse { "ArgumentOfInspect", { "inspect", "x" },
        "bindchain inspect: fatal: unexpected argument: x" },
    Misuse { "UnknownOptionOfInspect", { "inspect", "--nope" },
        "bindchain inspect: fatal: unknown option: --nope" },
    Misuse { "MissingArgument", { "listen", "--as" },
        "bindchain listen: fatal: option needs an argument: --as" },
    Misuse { "NothingToExplain", { "explain" }, "bindchain explain: fatal: no command to explain" },
    Misuse { "ExplainOfNoSocket", { "explain", "adapt" },
        "bindchain explain: fatal: adapt opens no socket: nothing to explain" },
    Misuse { "UnknownShortOptionOfInspect", { "inspect", "-jn" },
        "bindchain inspect: fatal: unknown option: -n" }),
    [](const testing::TestParamInfo<Misuse> &misuse) { return std::string(misuse.param.name); });

/* ---- what it tells ---- */

TEST(Bindchain, VersionIsThatOfTheProject)
{
	for (const char *option : { "--version", "-V" }) {
		Result result = run(bindchain({ option }));
		EXPECT_EQ(result.status, 0);
		EXPECT_EQ(result.output, "bindchain " PROJECT_VERSION "\n");
		EXPECT_EQ(result.error, "");
	}
}

TEST(Bindchain, HelpNamesEveryCommandOnStandardOutput)
{
	for (const char *option : { "--help", "-?" }) {
		Result result = run(bindchain({ option }));
		EXPECT_EQ(result.status, 0);
		EXPECT_EQ(result.error, "");
		EXPECT_EQ(result.output.rfind("usage: bindchain ", 0), 0u) << result;
		for (const char *name : { "inspect", nosh, s6 })
			EXPECT_NE(result.output.find("\n  " + std::string(name) + "\n"),
			    std::string::npos) << name << " is missing: " << result;
	}
}

/* Every command that the help lists can be asked for its own. */
TEST(Bindchain, EachCommandOfTheHelpIsThere)
{
	std::string help = run(bindchain({ "--help" })).output;
	size_t start = help.find("\nCommands:\n"), count = 0;

	ASSERT_NE(start, std::string::npos);
	while ((start = help.find("\n  ", start + 1)) != std::string::npos) {
		if (help[start + 3] == ' ')
			continue;
		std::string name = help.substr(start + 3, help.find('\n', start + 1) - start - 3);
		Result result = run(bindchain({ name, "--help" }));
		/* s6's tools have no help: its option is unknown, 100. */
		bool has_help = name.rfind("s6-", 0) != 0;
		EXPECT_EQ(result.status, has_help ? 0 : 100) << name << ": " << result;
		EXPECT_EQ(result.output.empty(), !has_help) << name;
		EXPECT_EQ(result.error.empty(), has_help) << name;
		count++;
	}
	EXPECT_GE(count, 3u);
}

TEST(Bindchain, UsageIsOneLine)
{
	for (const std::vector<std::string> &arguments : std::vector<std::vector<std::string>> {
	         { "--usage" }, { "inspect", "--usage" }, { nosh, "--usage" } }) {
		Result result = run(bindchain(arguments));
		EXPECT_EQ(result.status, 0);
		EXPECT_EQ(result.output.rfind("usage: ", 0), 0u) << result;
		EXPECT_EQ(result.output.find('\n'), result.output.size() - 1) << result;
	}
}

/* ---- output that cannot be written ---- */

class FullDevice : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(FullDevice, IsAFailure)
{
	Descriptor full(open("/dev/full", O_WRONLY | O_CLOEXEC));
	if (full.get() < 0)
		SKIP_TEST("this system has no /dev/full");
	Command command = bindchain(GetParam());
	command.descriptors[1] = full.get();
	Result result = run(command);
	bool is_nosh = GetParam()[0] == nosh;

	EXPECT_EQ(result.status, is_nosh ? 1 : 111);
	EXPECT_EQ(result.error, is_nosh
	    ? "tcp-socket-listen: FATAL: " + error_text(ENOSPC) + "\ntcp-socket-listen: info:"
	        " write to standard output: " + error_text(ENOSPC) + "\n"
	    : std::string(GetParam()[0] == "inspect" ? "bindchain inspect" : "bindchain")
	        + ": fatal: write to standard output: " + error_text(ENOSPC) + "\n");
}

INSTANTIATE_TEST_SUITE_P(Writing, FullDevice, testing::ValuesIn(
    std::vector<std::vector<std::string>> { { "--help" }, { "--version" }, { "--usage" },
        { "inspect" }, { "inspect", "--json" }, { "inspect", "--help" }, { nosh, "--help" },
        { nosh, "--usage" } }));

} // namespace
