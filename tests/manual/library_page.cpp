/* SPDX-License-Identifier: ISC */
#include "library_page.h"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "temporary_directory.h"

using Lines = std::vector<std::string>;

/* The words of a line of macros, if it is one; quotes keep several together. */
static Lines
macro_words(const std::string &line)
{
	Lines words;
	size_t at = 0, end;

	if (line.empty() || line[0] != '.')
		return words;
	while ((at = line.find_first_not_of(' ', at)) != std::string::npos) {
		const bool quoted = line[at] == '"';
		at += quoted;
		end = std::min(line.find(quoted ? '"' : ' ', at), line.size());
		words.push_back(line.substr(at, end - at));
		at = end + quoted;
	}
	return words;
}

static Lines
split_lines(const std::string &text)
{
	std::istringstream stream(text);
	Lines lines;

	for (std::string line; std::getline(stream, line);)
		lines.push_back(line);
	return lines;
}

static std::string
joined(const Lines &words, size_t from)
{
	std::string text;

	for (size_t i = from; i < words.size(); i++)
		text += (i > from ? " " : "") + words[i];
	return text;
}

/* What mdoc(7) prints for a line of a literal block. */
static std::string
unescaped(std::string line)
{
	static const std::pair<std::string, std::string> escapes[] = { { "\\&", "" },
		{ "\\(aq", "'" }, { "\\-", "-" }, { "\\e", "\\" } };

	for (const auto &[escape, text] : escapes)
		for (size_t at = 0; (at = line.find(escape, at)) != std::string::npos;
		    at += text.size())
			line.replace(at, escape.size(), text);
	return line;
}

/* .Ft, then .Fn with arguments, or .Fo, .Fa and .Fc. */
static void
read_synopsis(LibraryPage &page)
{
	std::string result, name;

	for (const std::string &line : split_lines(page.section("SYNOPSIS"))) {
		const Lines words = macro_words(line);
		const std::string macro = words.empty() ? "" : words[0];
		if (macro == ".Ft") {
			result = plain_type(joined(words, 1));
		} else if (macro == ".Fn" || macro == ".Fo") {
			name = words.at(1);
			if (!page.synopsis.insert({ name, { result, {} } }).second)
				throw std::runtime_error(page.name + ": twice " + name);
		}
		if (macro == ".Fn" || macro == ".Fa")
			for (size_t i = macro == ".Fn" ? 2 : 1; i < words.size(); i++)
				page.synopsis[name].arguments.push_back(plain_type(words[i]));
	}
}

/* "$ " before a command, "> " before its next line, then what it prints. */
static void
read_runs(LibraryPage &page, const Lines &block, bool linux_only)
{
	bool going = false;

	for (const std::string &line : block) {
		if (line.rfind("$ ", 0) == 0) {
			page.runs.push_back({ line.substr(2), "", linux_only });
		} else if (going || line.rfind("> ", 0) == 0) {
			page.runs.back().command += "\n" + line.substr(
			    line.rfind("> ", 0) == 0 ? 2 : 0);
		} else {
			page.runs.back().printed += line + "\n";
			continue;
		}
		going = !line.empty() && (line.back() == '\\' || line.back() == '|');
	}
}

static void
read_block(LibraryPage &page, const Lines &block, const std::string &introduction)
{
	if (block.empty())
		return;
	if (block[0].rfind("#include", 0) == 0)
		for (const std::string &line : block)
			page.program += line + "\n";
	else if (block[0].rfind("$ ", 0) == 0)
		read_runs(page, block, introduction.find("On Linux") != std::string::npos);
}

static void
read_examples(LibraryPage &page)
{
	std::string introduction;
	Lines block;
	bool literal = false;

	for (const std::string &line : split_lines(page.section("EXAMPLES"))) {
		if (line.rfind(".Bd -literal", 0) == 0) {
			literal = true;
		} else if (literal && line == ".Ed") {
			read_block(page, block, introduction);
			block.clear();
			introduction.clear();
			literal = false;
		} else if (literal) {
			block.push_back(unescaped(line));
		} else {
			introduction += line + "\n";
		}
	}
}

static LibraryPage
read_page(const std::filesystem::path &path)
{
	LibraryPage page;
	std::string section;

	page.name = path.stem();
	for (const std::string &line : split_lines(read_whole_file(path))) {
		const Lines words = macro_words(line);
		const std::string macro = words.size() < 2 ? "" : words[0];
		if (macro == ".Sh") {
			section = joined(words, 1);
			page.order.push_back(section);
			continue;
		}
		page.sections[section] += line + "\n";
		if (macro == ".Nm" && section == "NAME")
			page.names.push_back(words[1]);
		for (size_t i = 0; i + 2 < words.size(); i++)
			if (words[i] == ".Xr" || (i && words[i] == "Xr" && words[0][0] == '.'))
				page.references.push_back(words[i + 1] + " " + words[i + 2]);
	}
	read_synopsis(page);
	read_examples(page);
	return page;
}

std::string
LibraryPage::section(const std::string &heading) const
{
	const auto found = sections.find(heading);

	return found == sections.end() ? "" : found->second;
}

bool
LibraryPage::describes(const std::string &function) const
{
	const std::regex macro("\\n\\.([A-Z][a-z] )*Fn " + function + "\\b");

	for (const auto &[heading, text] : sections)
		if (heading != "SYNOPSIS" && heading != "HISTORY"
		    && std::regex_search("\n" + text, macro))
			return true;
	return false;
}

std::map<std::string, LibraryPage>
read_library_pages(const std::string &directory)
{
	std::map<std::string, LibraryPage> pages;

	for (const auto &entry : std::filesystem::directory_iterator(directory))
		if (entry.path().extension() == ".3")
			pages[entry.path().stem()] = read_page(entry.path());
	return pages;
}
