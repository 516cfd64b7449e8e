/* SPDX-License-Identifier: ISC */
/*
 * Mistakes in mdoc(7) that neither mandoc nor groff complains about: quotes around a whole
 * list of words instead of around each, and tables with cells wider than their columns.
 */
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

using Words = std::vector<std::string>;

const std::set<std::string> quoting = { "Ql", "Dq", "Sq", "Qq" };
const std::set<std::string> text_macros = { "Ar", "Cm", "Dv", "Em", "Er", "Ev", "Fl", "Ic", "Li",
	"Nm", "No", "Pa", "Ql", "Sy", "Xr" };

/* As mdoc(7) divides a line: double quotes keep words together. */
Words words_of(const std::string &line)
{
	static const std::regex word("\"([^\"]*)\"|[^ ]+");
	Words words;

	for (std::sregex_iterator i(line.begin(), line.end(), word), end; i != end; ++i)
		words.push_back((*i)[1].matched ? (*i)[1].str() : i->str());
	return words;
}

bool is_delimiter(const std::string &word)
{
	return word.size() == 1 && std::string(",.;:!?)]").find(word) != std::string::npos;
}

/* The quotes of these macros end with the line, before its last delimiters. */
bool quotes_a_list(const std::string &line)
{
	bool quoted = false, delimited = false;

	if (line.compare(0, 1, ".") != 0 || line.compare(0, 3, ".\\\"") == 0)
		return false;
	for (const std::string &word : words_of(line.substr(1))) {
		if (quoted && (quoting.count(word) || (delimited && !is_delimiter(word))))
			return true;
		delimited = is_delimiter(word);
		quoted = quoted || quoting.count(word);
	}
	return false;
}

/* The width of the words of a cell: those of quotes and options are longer. */
size_t width_of(const Words &cell)
{
	size_t width = 0;

	for (const std::string &word : cell) {
		if (text_macros.count(word))
			width += word == "Ql" ? 2 : word == "Fl" ? 1 : 0;
		else
			width += word.size() + (width > 0 && !is_delimiter(word));
	}
	return width;
}

/* The last column goes on in the next line. */
std::string wide_cell(const Words &columns, const Words &row)
{
	size_t column = 0;

	for (auto start = row.begin(); column + 1 < columns.size(); column++) {
		auto end = std::find(start, row.end(), "Ta");
		Words cell(start, end);
		if (width_of(cell) > columns[column].size())
			return cell.back();
		if (end == row.end())
			break;
		start = end + 1;
	}
	return "";
}

template<typename Check> void for_each_line(Check check)
{
	for (const auto &entry : std::filesystem::directory_iterator(MANUAL_PAGES)) {
		std::ifstream stream(entry.path());
		int number = 0;
		for (std::string line; std::getline(stream, line);)
			check(entry.path().filename().string() + ":"
			        + std::to_string(++number), line);
	}
}

TEST(ManualLayout, EachWordOfAListHasItsOwnQuotes)
{
	int lines = 0;

	for_each_line([&](const std::string &where, const std::string &line) {
		EXPECT_FALSE(quotes_a_list(line)) << where << ": " << line;
		lines++;
	});
	EXPECT_GT(lines, 1000);
}

TEST(ManualLayout, EachCellOfATableFitsIntoItsColumn)
{
	Words columns;
	int tables = 0;

	for_each_line([&](const std::string &where, const std::string &line) {
		Words words = words_of(line);
		if (line.rfind(".Bl -column ", 0) == 0) {
			columns.assign(words.begin() + 2, words.end());
			tables++;
		} else if (line.rfind(".El", 0) == 0) {
			columns.clear();
		} else if (!columns.empty() && line.rfind(".It ", 0) == 0) {
			EXPECT_EQ(wide_cell(columns, Words(words.begin() + 1, words.end())), "")
			    << where << ": " << line;
		}
	});
	EXPECT_GT(tables, 0);
}

} // namespace
