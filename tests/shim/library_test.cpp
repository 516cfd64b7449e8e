/* SPDX-License-Identifier: ISC */
/*
 * A program over the library, with each system's backend: it makes the plans that explain
 * prints, and whatever call fails, it ends as the program does, with the failure's text and
 * nothing left open.
 */
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <sstream>

#include "bench.h"
#include "names.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

const char program_name[] = "library-program";

std::string
program_of(uint32_t system)
{
	return system == WORLD_LINUX ? std::string(LIBRARY_PROGRAM)
	    : std::string(FOREIGN_TOOLS) + "/" + (system == WORLD_FREEBSD ? "freebsd" : "darwin")
	        + "/" + program_name;
}

/* NOTIFY_SOCKET may be a path. */
Result
run_program(Bench &bench, const Words &arguments, const std::string &notify_socket = "")
{
	const std::string program = program_of(bench.fake().system);
	Command command = bench.command(program_name, arguments);

	if (!notify_socket.empty())
		command.set("NOTIFY_SOCKET", notify_socket);
	bench.set_target(program);
	command.file = std::filesystem::canonical(program);
	return bench.run(command);
}

class LibraryProgram : public testing::TestWithParam<const char *> {};

/* ---- the same calls ---- */

Words
lines_of(const std::string &text)
{
	std::istringstream stream(text);
	Words lines;

	for (std::string line; std::getline(stream, line);)
		lines.push_back(line);
	return lines;
}

/* The calls in explain's output, between a heading and an empty line. */
Words
calls_explained(const std::string &text)
{
	bool inside = false;
	Words calls;

	for (const std::string &line : lines_of(text)) {
		if (line == "System calls, in order")
			inside = true;
		else if (line.empty())
			inside = false;
		else if (inside)
			calls.push_back(line.substr(4));
	}
	return calls;
}

void
expect_plan(const std::string &profile, const Words &request, const std::string &setting)
{
	Bench library(profile), command(profile);
	Words arguments = { "foresee" };

	arguments.insert(arguments.end(), request.begin(), request.end());
	Result foreseen = run_program(library, arguments);
	Words calls = calls_explained(command.run("bindchain", { "explain", "listen", setting,
	    "/bin/true" }).output);
	EXPECT_SOUND(library);
	EXPECT_SOUND(command);
	EXPECT_EQ(foreseen.status, 0) << foreseen;
	Words lines = lines_of(foreseen.output);
	ASSERT_GE(calls.size(), 3U);
	ASSERT_GE(lines.size(), calls.size());
	lines.resize(calls.size());
	EXPECT_EQ(lines, calls);
}

TEST_P(LibraryProgram, PlansTheCallsThatExplainPrints)
{
	TemporaryDirectory directory;
	const std::string path = directory / "s";

	expect_plan(GetParam(), { "plain", "8080" }, "--tcp=127.0.0.1:8080");
	expect_plan(GetParam(), { "unix", path }, "--unix=" + path + ",mode=0600");
}

/* ---- inherited sockets ---- */

TEST_P(LibraryProgram, ReceivesTheSocketsOfAProgramBefore)
{
	Bench bench(GetParam());
	const std::string self = program_of(bench.fake().system);
	Result result = run_program(bench, { "pass", "plain", "8080", self, "inherited", "systemd" });

	EXPECT_SOUND(bench);
	EXPECT_EQ(result.output, "3 web 1 1 0 0\n") << result;
}

TEST_P(LibraryProgram, ReceivesLaunchdsSocketsOnMacOs)
{
	const std::string script = "socket tcp 127.0.0.1 8080 listening 9 launchd Web\n";
	Bench bench(GetParam(), script), other(GetParam(), script), alone(GetParam());
	const bool is_macos = bench.fake().system == WORLD_DARWIN;
	Result result = run_program(bench, { "inherited", "launchd:Web" });
	Result unknown = run_program(other, { "inherited", "launchd:Mail" });
	Result no_job = run_program(alone, { "inherited", "launchd:Web" });

	if (is_macos) {
		EXPECT_EQ(result.output, "3 - 1 1 0 0\n") << result;
		EXPECT_EQ(unknown.error_line(0), "library-program: fatal: receive launchd: "
		    + error_text(ENOENT));
		EXPECT_EQ(no_job.status, 0) << no_job;
		EXPECT_EQ(no_job.output, "");
	} else
		for (const Result &refused : { result, unknown, no_job }) {
			EXPECT_EQ(refused.status, 111);
			EXPECT_NE(refused.error_line(0).find("launchd is not supported on "),
			    std::string::npos) << refused;
		}
}

/* ---- every call fails ---- */

struct Subcommand {
	Words words; /* "PATH" is a path of the test's own, "SELF" the program's */
	std::string script;
};

const Subcommand subcommands[] = {
	{ { "pass", "plain", "8080", "/bin/true" }, "" },
	{ { "close", "plain", "8080" }, "" },
	{ { "close", "unix", "PATH" }, "" },
	{ { "foresee", "plain", "8080" }, "" },
	{ { "foresee", "unix", "PATH" }, "" },
	{ { "diagnose", "plain", "8080" }, "bind 1 fail EADDRINUSE\n" },
	{ { "limits" }, "" },
	{ { "pass", "plain", "8080", "SELF", "inherited", "systemd" }, "" },
	{ { "inherited", "launchd:Web" }, "socket tcp 127.0.0.1 8080 listening 9 launchd Web\n" },
};

/* An error that the call's manual page lists on every system. */
const std::map<std::string, const char *> errors = {
	{ "bind", "EACCES" }, { "chmod", "EROFS" }, { "dup2", "EBADF" }, { "execve", "ENOENT" },
	{ "fchmod", "EPERM" }, { "fchmodat", "EPERM" }, { "fcntl", "EMFILE" },
	{ "fstatat", "EACCES" }, { "getifaddrs", "ENOMEM" }, { "getsockname", "ENOBUFS" },
	{ "getsockopt", "ENOPROTOOPT" }, { "launch_activate_socket", "EALREADY" },
	{ "listen", "EOPNOTSUPP" }, { "open", "EMFILE" },
	{ "openat", "EMFILE" }, { "setsockopt", "EINVAL" }, { "socket", "EMFILE" },
	{ "stat", "EACCES" }, { "unlinkat", "EPERM" },
};

Words
placed(Words words, const std::string &path, const std::string &self)
{
	std::replace(words.begin(), words.end(), std::string("PATH"), path);
	std::replace(words.begin(), words.end(), std::string("SELF"), self);
	return words;
}

/* "socket 2 fail EMFILE", for each call of a run in which nothing else fails, and after
 * the failure of the script. */
Words
rules_of(const std::string &profile, const Subcommand &subcommand)
{
	TemporaryDirectory directory;
	Bench bench(profile, subcommand.script);
	bool counts = subcommand.script.find(" fail ") == std::string::npos;
	std::map<std::string, int> nth;
	Words rules;

	run_program(bench, placed(subcommand.words, directory / "s",
	    program_of(bench.fake().system)));
	EXPECT_SOUND(bench);
	for (const LoggedCall &call : bench.calls()) {
		auto found = errors.find(call.name);
		int count = ++nth[call.name];
		if (counts && found != errors.end())
			rules.push_back(call.name + " " + std::to_string(count) + " fail "
			    + found->second);
		counts = counts || call.failed();
	}
	return rules;
}

/* One message of failure, if any, and others that explain it. */
void
expect_one_message(const Result &result)
{
	const std::string name = std::string(program_name) + ": ";
	int fatal = 0;

	for (const std::string &line : lines_of(result.error)) {
		fatal += line.rfind(name + "fatal: ", 0) == 0;
		EXPECT_TRUE(line.rfind(name + "fatal: ", 0) == 0
		    || line.rfind(name + "info: ", 0) == 0) << line;
	}
	EXPECT_EQ(fatal, result.status == 0 ? 0 : 1);
}

void
check(const std::string &profile, const Subcommand &subcommand, const std::string &rule)
{
	SCOPED_TRACE(subcommand.words[0] + ": " + rule);
	TemporaryDirectory directory;
	Bench bench(profile, subcommand.script + rule + "\n");
	Result result = run_program(bench, placed(subcommand.words, directory / "s",
	    program_of(bench.fake().system)));

	EXPECT_SOUND(bench);
	EXPECT_TRUE(result.status == 0 || result.status == 111) << result;
	expect_one_message(result);
	EXPECT_TRUE(result.status == 0 || bench.left().empty())
	    << testing::PrintToString(bench.left());
	/* What cannot be removed is left, and told. */
	EXPECT_TRUE(rule.rfind("unlinkat", 0) == 0
	    || std::filesystem::is_empty(directory.path())) << "left a path";
}

TEST_P(LibraryProgram, EndsAsItPromisesWhateverFails)
{
	size_t runs = 0;

	for (const Subcommand &subcommand : subcommands)
		for (const std::string &rule : rules_of(GetParam(), subcommand)) {
			check(GetParam(), subcommand, rule);
			runs++;
		}
	EXPECT_GT(runs, 20U);
}

TEST_P(LibraryProgram, TellsWhyItCannotNotify)
{
	const struct {
		const char *rule;
		int error;
	} rows[] = { { "socket 1 fail EMFILE", EMFILE }, { "socket 1 fail EACCES", EACCES },
		{ "sendto 1 fail ECONNREFUSED", ECONNREFUSED }, { "sendto 1 fail ENOBUFS", ENOBUFS } };

	for (const auto &row : rows) {
		Bench bench(GetParam(), row.rule);
		TemporaryDirectory directory;
		Result result = run_program(bench, { "notify" }, directory / "manager");
		EXPECT_SOUND(bench);
		EXPECT_EQ(result.status, 111) << row.rule;
		EXPECT_EQ(result.error_line(0), "library-program: fatal: notify: "
		    + error_text(row.error));
		EXPECT_TRUE(bench.left().empty()) << row.rule;
	}
}

INSTANTIATE_TEST_SUITE_P(On, LibraryProgram,
    testing::Values("linux-6", "freebsd-14", "freebsd-14-unprivileged", "macos-15"),
    [](const auto &profile) {
	    std::string name = profile.param;
	    std::replace(name.begin(), name.end(), '-', '_');
	    return name;
    });

} // namespace
