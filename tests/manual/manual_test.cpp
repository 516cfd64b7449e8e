/* SPDX-License-Identifier: ISC */
/*
 * Each manual page documents exactly the options that its commands parse.  A
 * page says in its NAME section which commands are its own, and has a list item
 * ".It Fl ..." for each option.
 */
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
#include "command.h"
#include "error_section.h"
}

namespace {

using Words = std::vector<std::string>;

struct Page {
	std::string file;
	std::vector<const command *> commands;
	std::set<std::string> options; /* as option_text() writes them */
};

std::string
lower(std::string text)
{
	std::transform(text.begin(), text.end(), text.begin(),
	    [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
	return text;
}

/* "-b number, --backlog number", the way a list item renders. */
std::string
option_text(const option_spec &spec, const dialect &dialect)
{
	const std::string argument = lower(spec.argument);
	std::string text;

	if (spec.short_name)
		text = std::string("-") + spec.short_name
		    + (argument.empty() ? "" : " " + argument);
	if (spec.long_name[0]) {
		text += (text.empty() ? "--" : ", --") + std::string(spec.long_name);
		if (!argument.empty())
			text += (dialect.attached_arguments ? "=" : " ") + argument;
	}
	return text;
}

/* What mdoc(7) makes of the words behind ".It". */
std::string
render(const Words &words)
{
	std::string text;
	bool space = false;

	for (size_t i = 0; i < words.size(); i++) {
		std::string word = words[i];
		if (word == "Ns") {
			space = false;
			continue;
		}
		if (word == "Ar")
			continue;
		if (word == "Fl" && ++i < words.size())
			word = "-" + words[i];
		if (word.rfind("-\\&", 0) == 0)
			word.erase(1, 2);
		if (space && word != ",")
			text += ' ';
		text += word;
		space = true;
	}
	return text;
}

Words
split(const std::string &line)
{
	std::istringstream stream(line);
	Words words;

	for (std::string word; stream >> word;)
		words.push_back(word);
	return words;
}

/* "bindchain" and "bindchain-NAME" are commands; a bare NAME is an alias. */
void
add_command(Page &page, const std::string &name)
{
	const std::string own = "bindchain", prefix = own + "-";
	const command *found = nullptr;

	if (name == own)
		found = command_find(name.c_str());
	else if (name.rfind(prefix, 0) == 0)
		found = command_find(name.substr(prefix.size()).c_str());
	else
		return;
	if (!found)
		throw std::runtime_error(page.file + ": there is no command " + name);
	page.commands.push_back(found);
}

Page
read_page(const std::filesystem::path &path)
{
	std::ifstream stream(path);
	std::string section;
	Page page;

	page.file = path.filename();
	for (std::string line; std::getline(stream, line);) {
		Words words = split(line);
		if (words.size() < 2)
			continue;
		if (words[0] == ".Sh")
			section = line.substr(4);
		else if (words[0] == ".Nm" && section == "NAME")
			add_command(page, words[1]);
		else if (words[0] == ".It" && words[1] == "Fl")
			page.options.insert(render(Words(words.begin() + 1, words.end())));
	}
	return page;
}

std::vector<Page>
read_pages()
{
	std::vector<Page> pages;

	for (const auto &entry : std::filesystem::directory_iterator(MANUAL_PAGES))
		if (entry.path().extension() == ".1")
			pages.push_back(read_page(entry.path()));
	return pages;
}

std::set<std::string>
options_of(const command &command)
{
	std::set<std::string> options;

	for (size_t i = 0; i < command.option_count; i++)
		options.insert(option_text(command.options[i], *command.personality->dialect));
	if (command.personality->dialect->help_options) {
		options.insert("-?, --help");
		options.insert("--usage");
	}
	return options;
}

TEST(Manual, EachPageHasTheOptionsOfItsCommandsAndNoOthers)
{
	const std::vector<Page> pages = read_pages();

	ASSERT_FALSE(pages.empty());
	for (const Page &page : pages) {
		std::set<std::string> expected;
		ASSERT_FALSE(page.commands.empty()) << page.file;
		for (const command *command : page.commands)
			expected.merge(options_of(*command));
		EXPECT_EQ(page.options, expected) << page.file;
	}
}

TEST(Manual, EachCommandHasAPage)
{
	const std::vector<Page> pages = read_pages();

	for (const command *const *listed = command_table; *listed; listed++)
		EXPECT_TRUE(std::any_of(pages.begin(), pages.end(), [=](const Page &page) {
			return std::count(page.commands.begin(), page.commands.end(), *listed);
		})) << (*listed)->name;
}

TEST(Manual, APageOfTheCommandsOwnNameIsAmongThem)
{
	for (const Page &page : read_pages()) {
		const command *first = page.commands.front();
		const std::string name = first->name;
		EXPECT_EQ(page.file, (name == "bindchain" ? name : "bindchain-" + name) + ".1");
	}
}

/* And the other way round, but for the sections that every page has. */
TEST(Manual, TheSectionsOfErrorsAreThoseThatMessagesName)
{
	std::ifstream stream(std::string(MANUAL_PAGES) + "/bindchain-errors.7");
	std::set<std::string> sections, named { "NAME", "DESCRIPTION", "SEE ALSO" };

	for (std::string line; std::getline(stream, line);)
		if (line.rfind(".Sh ", 0) == 0)
			sections.insert(line.substr(4));
	for (int i = ERROR_SECTION_NONE + 1; i < ERROR_SECTIONS; i++) {
		const std::string name = error_section_name(static_cast<enum error_section>(i));
		EXPECT_NE(name, "") << i;
		EXPECT_TRUE(named.insert(name).second) << name;
	}
	EXPECT_EQ(sections, named);
}

} // namespace
