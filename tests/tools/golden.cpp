/* SPDX-License-Identifier: ISC */
#include "golden.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>

namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

/* What a case may have to be no more than a command line. */
const std::set<std::string> plain = { "case", "run", "expect", "bindchain", "why", "explained",
	"older", "needs" };

/* Those that the test asks itself. */
bool
are_plain(const Json &needs)
{
	return std::all_of(needs.begin(), needs.end(), [](const Json &need) {
		return need == "bind-any" || need == "ipv6" || need == "chain";
	});
}

bool
is_plain(const Json &row)
{
	for (const auto &field : row.items())
		if (!plain.count(field.key()))
			return false;
	if (!are_plain(row.value("needs", Json::array())))
		return false;
	/* {probe} and {long} are known, others stand for something that is there before. */
	for (const std::string word : row.at("run"))
		if (word[0] == '{' && word != "{probe}" && word != "{long}")
			return false;
	return true;
}

Json
read(const char *name)
{
	const std::string path = std::string(CONFORMANCE_CASES) + "/" + name + ".json";
	std::ifstream file(path);

	if (!file)
		throw std::runtime_error(path + ": cannot be read");
	return Json::parse(file);
}

/* Calls CALL with each plain case whose expectation has these fields and no others. */
template <typename Call>
void
each_case(const Json &table, const Words &tools, const std::set<std::string> &fields, Call call)
{
	for (const std::string &tool : tools)
		for (const Json &row : table.at("names").at(tool)) {
			const Json &expected = row.contains("bindchain") ? row["bindchain"]
			                                                 : row.at("expect");
			if (!is_plain(row))
				continue;
			bool fits = true;
			for (const auto &field : expected.items())
				fits = fits && fields.count(field.key());
			if (fits)
				call(tool, row, expected);
		}
}

Words
arguments_of(const Json &row, const std::string &probe)
{
	Words words = row.at("run");

	for (std::string &word : words)
		word = word == "{long}" ? std::string(200, 'x') : word == "{probe}" ? probe : word;
	return words;
}

} // namespace

std::ostream &
operator<<(std::ostream &stream, const Acceptance &row)
{
	return stream << row.tool << " " << row.name;
}

std::ostream &
operator<<(std::ostream &stream, const GoldenChain &row)
{
	return stream << row.tool << " " << row.name;
}

std::vector<Refusal>
golden_refusals(const char *name, const Words &tools)
{
	std::vector<Refusal> refusals;

	each_case(read(name), tools, { "status", "message", "begins" },
	    [&](const std::string &tool, const Json &row, const Json &expected) {
		    bool is_whole = expected.contains("message");
		    if (!is_whole && !expected.contains("begins"))
			    return;
		    refusals.push_back({ row.at("case"), tool, arguments_of(row, "true"),
		        expected.at("status"), expected.at(is_whole ? "message" : "begins"),
		        is_whole ? Line::whole : Line::beginning,
		        row.value("explained", false) ? Info::certain : Info::possible });
	    });
	return refusals;
}

std::vector<Acceptance>
golden_acceptances(const char *name, const Words &tools)
{
	std::vector<Acceptance> acceptances;
	const Json table = read(name);

	each_case(table, tools, { "socket" },
	    [&](const std::string &tool, const Json &row, const Json &expected) {
		    Words arguments = row.at("run");
		    if (!expected.contains("socket") || arguments.back() != "{probe}")
			    return;
		    arguments.pop_back();
		    acceptances.push_back({ row.at("case"), tool, arguments, expected["socket"],
		        table.at("socket") });
	    });
	return acceptances;
}

std::vector<GoldenChain>
golden_chains(const char *name)
{
	std::vector<GoldenChain> chains;
	const Json table = read(name);
	Words tools;

	for (const auto &tool : table.at("names").items())
		tools.push_back(tool.key());
	each_case(table, tools, { "chain" },
	    [&](const std::string &tool, const Json &row, const Json &expected) {
		    chains.push_back({ row.at("case"), tool, row.at("run"), expected.at("chain") });
	    });
	return chains;
}
