/* SPDX-License-Identifier: ISC */
/* What pages say of socket options, against the table that reports and command lines use. */
#include <climits>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
#include "request.h"
#include "socket_option.h"
}

namespace {

std::string read_page(const std::string &file)
{
	std::ifstream stream(std::string(MANUAL_PAGES) + "/" + file);

	return { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
}

/* The names of each list of options, ".It Cm NAME , NAME", of a section. */
std::vector<std::set<std::string>> lists_of(const std::string &file, const std::string &section)
{
	std::istringstream page(read_page(file));
	std::vector<std::set<std::string>> lists;
	bool is_inside = false;

	for (std::string line; std::getline(page, line);) {
		if (line.rfind(".Ss ", 0) == 0 || line.rfind(".Sh ", 0) == 0)
			is_inside = line == section;
		else if (is_inside && line.rfind(".Bl -tag", 0) == 0)
			lists.emplace_back();
		else if (is_inside && !lists.empty() && line.rfind(".It Cm ", 0) == 0) {
			std::istringstream words(line.substr(7));
			for (std::string word; words >> word;)
				if (word != ",")
					lists.back().insert(word);
		}
	}
	return lists;
}

std::set<std::string> options_where(bool is_detail)
{
	std::set<std::string> names;

	for (const option_row &row : option_table)
		if (row.is_detail == is_detail)
			names.insert(row.name);
	return names;
}

TEST(ManualOfInspect, ListsWhatIsAlwaysShownAndWhatOnlyIfItDiffers)
{
	auto lists = lists_of("bindchain-inspect.1", ".Ss Text");

	ASSERT_EQ(lists.size(), 2u);
	EXPECT_EQ(lists[0], options_where(false));
	EXPECT_EQ(lists[1], options_where(true));
}

/* The text of an item goes on to the next one, or to the end of the list. */
std::string item_of(const std::string &page, const std::string &name)
{
	std::istringstream lines(page);
	std::string item;
	bool is_inside = false;

	for (std::string line; std::getline(lines, line);) {
		if (line.rfind(".It ", 0) == 0 || line.rfind(".El", 0) == 0)
			is_inside = line.rfind(".It Ic ", 0) == 0
			    && (line + " ").find(" " + name + " ") != std::string::npos;
		if (is_inside)
			item += line + " ";
	}
	return item;
}

TEST(ManualOfListen, HasTheRangeOfEachSettingThatHasOne)
{
	const std::string page = read_page("bindchain-listen.1");
	int ranges = 0;

	for (const option_row &row : option_table) {
		if (row.value != OPTION_NUMBER || row.greatest == 0 || row.greatest == INT_MAX)
			continue;
		std::string range = std::to_string(row.least) + " to "
		    + std::to_string(row.greatest);
		EXPECT_NE(item_of(page, row.name).find(range), std::string::npos)
		    << row.name << ": " << range;
		ranges++;
	}
	EXPECT_GT(ranges, 5);
}

} // namespace
