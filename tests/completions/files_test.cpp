/* SPDX-License-Identifier: ISC */
/* The files themselves. */
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "process.h"
#include "shell.h"
#include "skip.h"
#include "temporary_directory.h"

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace {

const std::string directory = COMPLETIONS_DIRECTORY;

/* What a checker writes, of which there must be nothing. */
void expect_no_finding(const std::string &program, const std::string &arguments)
{
	if (!missing().empty())
		SKIP_TEST(missing());
	if (output_of("command -v " + program + " || :").empty())
		SKIP_TEST(program + " is not installed");
	EXPECT_EQ(output_of(program + " " + arguments + " 2>&1 || :"), "");
}

/* A command line, the words that bash takes it apart into, and what it is offered. */
struct Line {
	std::string line, words, offered;
};

/* DEFINITIONS of functions replace those of the file. */
void expect_offers_of_bash(const Line &row, const std::string &definitions = "")
{
	std::string script = ". " + directory + "/completions/bindchain; compopt() { :; };"
	    + definitions + " COMP_LINE=\"" + row.line + "\" COMP_POINT=${#COMP_LINE} COMP_WORDS=("
	    + row.words + ") COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _bindchain;"
	    " printf \"<%s>\" \"${COMPREPLY[@]}\"";

	EXPECT_EQ(output_of("bash -c '" + script + "'"), "<" + row.offered + ">") << row.words;
}

TEST(CompletionFile, IsSyntaxOfBash)
{
	expect_no_finding("bash", "-n " + directory + "/completions/bindchain");
}

TEST(CompletionFile, IsSyntaxOfZsh)
{
	expect_no_finding("zsh", "-n " + directory + "/zsh/_bindchain");
}

TEST(CompletionFile, IsSyntaxOfFish)
{
	expect_no_finding("fish", "-n " + directory + "/fish/bindchain.fish");
}

TEST(CompletionFile, HasNoFindingOfShellcheck)
{
	expect_no_finding("shellcheck", directory + "/completions/bindchain");
}

/* Users remove characters from COMP_WORDBREAKS: then bash replaces whole words. */
TEST(CompletionFile, WorksWithOtherBreaksOfWordsInBash)
{
	static const Line rows[] = {
		{ "bindchain listen --as=sys", "bindchain listen --as=sys", "--as=systemd" },
		{ "bindchain listen --tcp=:80,backl", "bindchain listen --tcp=:80,backl",
		    "--tcp=:80,backlog=" },
		{ "bindchain listen --tcp=:80,backl", "bindchain listen --tcp = :80,backl",
		    ":80,backlog=" },
		{ "bindchain listen --tcp=:80,backl", "bindchain listen --tcp=: 80,backl", "80,backlog=" },
	};

	if (!missing().empty())
		SKIP_TEST(missing());
	if (output_of("command -v bash || :").empty())
		SKIP_TEST("bash is not installed");
	for (const Line &row : rows)
		expect_offers_of_bash(row);
}

TEST(CompletionFile, OffersNoNameThatBashWouldExecute)
{
	TemporaryDirectory place;
	const std::string name = place.path() + "/x$(id)";
	const std::string there = "--unix=" + place.path() + "/";

	if (!missing().empty())
		SKIP_TEST(missing());
	if (output_of("command -v bash || :").empty())
		SKIP_TEST("bash is not installed");
	std::ofstream(name).close();
	std::ofstream(place.path() + "/y").close();
	expect_offers_of_bash({ "bindchain listen " + there, "bindchain listen " + there,
	    there + "y" });
}

/* Names of databases that others maintain are words of the line, and no more. */
TEST(CompletionFile, QuotesWordsOfTheSystemInBash)
{
	static const Line rows[] = {
		{ "tcp-socket-listen localhost x", "tcp-socket-listen localhost x", "x\\$\\(id\\) " },
		{ "bindchain listen --udp=:y", "bindchain listen --udp = : y", "y\\`id\\`" },
		{ "bindchain listen --tcp=\\$", "bindchain listen --tcp = \\$", "" },
	};

	if (!missing().empty())
		SKIP_TEST(missing());
	if (output_of("command -v bash || :").empty())
		SKIP_TEST("bash is not installed");
	for (const Line &row : rows)
		expect_offers_of_bash(row, " _bindchain_system() { printf \"%s\\n\" \"x\\$(id) 1/tcp\""
		    " \"y\\`id\\` 2/udp\" \"2: eth0 inet \\$(id)/24\"; };");
}

TEST(CompletionFile, HasNoInterpreterAndAllTables)
{
	if (!missing().empty())
		SKIP_TEST(missing());
	for (const char *name : { "/completions/bindchain", "/zsh/_bindchain",
	         "/fish/bindchain.fish" }) {
		std::string text = read_whole_file(directory + name);
		EXPECT_THAT(text, Not(StartsWith("#!"))) << name;
		EXPECT_THAT(text, Not(HasSubstr("@TABLES@"))) << name;
		EXPECT_THAT(text, HasSubstr("least-receive-buffer=")) << name;
	}
	EXPECT_THAT(read_whole_file(directory + "/zsh/_bindchain"),
	    StartsWith("#compdef bindchain tcp-socket-listen "));
}

} // namespace
