/* SPDX-License-Identifier: ISC */
/*
 * The manual pages of section 3 against the public headers, and their example programs.
 * CONTRIBUTING.md says what a page has.
 */
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "declarations.h"
#include "library_page.h"
#include "process.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Pages = std::map<std::string, LibraryPage>;

const char overview[] = "libbindchain";

const Pages &
pages()
{
	static const Pages read = read_library_pages(MANUAL_PAGES);

	return read;
}

/* A header by its name in an #include. */
std::map<std::string, Header>
headers()
{
	std::map<std::string, Header> found;
	const std::filesystem::path directory = INCLUDE_DIRECTORY;

	for (const auto &entry : std::filesystem::recursive_directory_iterator(directory))
		if (entry.path().extension() == ".h")
			found[entry.path().lexically_relative(directory)]
			    = read_header(entry.path());
	return found;
}

/* What the NAME section calls a function: the library's symbol. */
std::string
page_name(const Header &header, const std::string &function)
{
	const auto found = header.symbols.find(function);

	return found == header.symbols.end() ? function : found->second;
}

bool
has_word(const std::string &text, const std::string &word)
{
	return std::regex_search(text, std::regex("\\b" + word + "\\b"));
}

void
add_words(std::set<std::string> &words, const std::string &text)
{
	std::string word;

	for (char c : text + " ") {
		if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') {
			word += c;
		} else {
			words.insert(word);
			word.clear();
		}
	}
}

TEST(LibraryPages, EachFunctionIsInExactlyOneSynopsisAsDeclared)
{
	for (const auto &[file, header] : headers())
		for (const auto &[function, declared] : header.functions) {
			std::vector<std::string> found;
			for (const auto &[name, page] : pages())
				if (page.synopsis.count(function)) {
					found.push_back(name);
					EXPECT_TRUE(same_declaration(declared,
					    page.synopsis.at(function)))
					    << name << ": " << function << " is declared "
					    << declared << ", not "
					    << page.synopsis.at(function);
					EXPECT_NE(page.section("SYNOPSIS").find(".In " + file),
					    std::string::npos) << name;
				}
			EXPECT_EQ(found.size(), 1U) << function << " of " << file
			    << " is in the SYNOPSIS of: " << testing::PrintToString(found);
		}
}

TEST(LibraryPages, APageHasNoOtherFunctions)
{
	std::set<std::string> declared;

	for (const auto &[file, header] : headers())
		for (const auto &[function, declaration] : header.functions)
			declared.insert(function);
	for (const auto &[name, page] : pages())
		for (const auto &[function, declaration] : page.synopsis)
			EXPECT_TRUE(declared.count(function)) << name << ": " << function;
}

/* `man FUNCTION` finds the page, by a link for each name but the first. */
TEST(LibraryPages, APageGoesByTheNameOfEachOfItsFunctions)
{
	std::map<std::string, std::string> symbols;

	for (const auto &[file, header] : headers())
		for (const auto &[function, declaration] : header.functions)
			symbols[function] = page_name(header, function);
	for (const auto &[name, page] : pages()) {
		std::set<std::string> expected;
		for (const auto &[function, declaration] : page.synopsis) {
			expected.insert(symbols[function]);
			EXPECT_TRUE(page.describes(function)) << name << ": no text with .Fn "
			    << function;
		}
		ASSERT_FALSE(page.names.empty()) << name;
		EXPECT_EQ(page.names.front(), name);
		if (name == overview)
			expected.insert(name);
		EXPECT_EQ(std::set<std::string>(page.names.begin(), page.names.end()), expected)
		    << name;
		for (size_t i = 1; i < page.names.size(); i++) {
			const std::filesystem::path link
			    = std::string(PAGE_LINKS "/") + page.names[i] + ".3";
			ASSERT_TRUE(std::filesystem::is_symlink(link)) << link;
			EXPECT_EQ(std::filesystem::read_symlink(link), name + ".3") << link;
		}
	}
}

TEST(LibraryPages, EachConstantIsInAPage)
{
	std::set<std::string> words;

	for (const auto &[name, page] : pages())
		for (const auto &[heading, text] : page.sections)
			add_words(words, text);
	for (const auto &[file, header] : headers())
		for (const std::string &constant : header.constants)
			EXPECT_TRUE(words.count(constant)) << constant << " of " << file;
}

TEST(LibraryPages, APageHasTheSectionsOfAll)
{
	for (const auto &[name, page] : pages()) {
		SCOPED_TRACE(name);
		std::vector<std::string> expected = { "NAME", "SYNOPSIS", "DESCRIPTION",
			"RETURN VALUES", "THREAD SAFETY", "EXAMPLES", "ERRORS", "SEE ALSO",
			"HISTORY" };
		std::vector<std::string> found;
		for (const std::string &section : page.order)
			if (std::count(expected.begin(), expected.end(), section))
				found.push_back(section);
		EXPECT_EQ(found, expected);
		EXPECT_TRUE(has_word(page.section("THREAD SAFETY"), "thread|threads"));
		EXPECT_TRUE(has_word(page.section("THREAD SAFETY"), "async-signal-safe"));
		EXPECT_TRUE(std::regex_search(page.section("HISTORY"),
		    std::regex("libbindchain [0-9]+\\.[0-9]+")));
	}
}

TEST(LibraryPages, ReferToEachOtherByNamesThatExist)
{
	std::set<std::string> names;

	for (const auto &[name, page] : pages())
		names.insert(page.names.begin(), page.names.end());
	for (const auto &[name, page] : pages()) {
		for (const std::string &reference : page.references) {
			const std::string referred = reference.substr(0, reference.find(' '));
			if (reference != referred + " 3" || referred.find("bindchain") > 3)
				continue;
			EXPECT_TRUE(names.count(referred)) << name << ": " << reference;
			EXPECT_FALSE(std::count(page.names.begin(), page.names.end(), referred))
			    << name << ": .Xr to itself; .Fn " << referred;
		}
		for (const auto &[listed, unused] : pages()) {
			if (name != listed && (name == overview || listed == overview)) {
				EXPECT_TRUE(has_word(page.section("SEE ALSO"), listed + " 3"))
				    << name << ": SEE ALSO without " << listed;
			}
		}
	}
}

/* The comment before a declaration, which may be that of a group. */
TEST(LibraryHeaders, EachDeclarationSaysSinceWhichVersion)
{
	const std::string macro = "\nBINDCHAIN_API ";
	const std::regex since("\\bSince\\s[\\s*]*[0-9]+\\.[0-9]+");

	for (const auto &[file, header] : headers()) {
		const std::string text = read_whole_file(INCLUDE_DIRECTORY "/" + file);
		EXPECT_NE(text.find(macro), std::string::npos) << file;
		for (size_t at = 0; (at = text.find(macro, at)) != std::string::npos; at++) {
			const size_t start = text.rfind("/*", at), end = text.rfind("*/", at);
			EXPECT_TRUE(std::regex_search(text.substr(start, end - start), since))
			    << file << ": " << text.substr(at + 1, text.find(';', at) - at);
		}
	}
}

/* Ports that the kernel chooses and process ids differ from run to run. */
std::string
normal(const std::string &text)
{
	return std::regex_replace(std::regex_replace(text, std::regex(":[0-9]{4,5}\\b"), ":PORT"),
	    std::regex("\\b(pid|process) [0-9]+"), "$1 PID");
}

/* In a directory of its own, where the program is ./example. */
void
expect_runs(const LibraryPage &page)
{
	TemporaryDirectory directory;

	std::filesystem::create_symlink(
	    std::string(EXAMPLE_PROGRAMS "/example_") + page.name, directory / "example");
	for (const ExampleRun &run_of_page : page.runs) {
		Command command({ "/bin/sh", "-c", "exec 2>&1\n" + run_of_page.command });
		command.directory = directory.path();
		command.set("PATH", tool_directory() + ":/usr/bin:/bin").set("LC_ALL", "C");
		if (const char *options = getenv("ASAN_OPTIONS"))
			command.set("ASAN_OPTIONS", options);
		const Result result = run(command);
		EXPECT_FALSE(result.timed_out || result.signal) << result;
		if (!run_of_page.linux_only || std::string(SYSTEM) == "linux") {
			EXPECT_EQ(normal(result.output), normal(run_of_page.printed))
			    << "$ " << run_of_page.command;
		}
	}
}

TEST(LibraryPages, EachExampleDoesWhatItsPagePrints)
{
	for (const auto &[name, page] : pages()) {
		SCOPED_TRACE(name);
		EXPECT_NE(page.program, "");
		EXPECT_TRUE(std::any_of(page.runs.begin(), page.runs.end(), [](const auto &line) {
			return line.command.find("./example") != std::string::npos;
		})) << "no \"$ ./example\" after the program";
		if (!page.program.empty())
			expect_runs(page);
	}
}

} // namespace
