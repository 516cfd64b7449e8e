/* SPDX-License-Identifier: ISC */
/* What a wrong word is answered with, and what --help lists. */
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tools.h"

namespace {

struct Misspelt {
	std::vector<std::string> arguments;
	std::string meant;
};

std::vector<Misspelt>
misspelt_lines()
{
	std::vector<Misspelt> lines;
	std::ifstream file(MISSPELT);

	for (std::string line; std::getline(file, line);) {
		Misspelt misspelt;
		size_t tab = line.find('\t');
		if (line[0] == '#')
			continue;
		std::istringstream words(line.substr(0, tab));
		for (std::string word; words >> word;)
			misspelt.arguments.push_back(word);
		misspelt.meant = line.substr(tab + 1);
		lines.push_back(misspelt);
	}
	return lines;
}

std::string
first_line(const std::string &text)
{
	return text.substr(0, text.find('\n'));
}

TEST(MisspeltWord, GetsTheOneThatIsMeant)
{
	std::vector<Misspelt> lines = misspelt_lines();
	size_t right = 0;

	ASSERT_GE(lines.size(), 200U);
	for (const Misspelt &misspelt : lines) {
		Result result = run(tool("bindchain", misspelt.arguments));
		std::string line = first_line(result.error);
		std::string end = "; did you mean " + misspelt.meant + "?";
		EXPECT_EQ(result.status, 100) << line;
		if (line.size() > end.size() && line.substr(line.size() - end.size()) == end)
			right++;
		else
			std::cerr << misspelt.meant << " is meant: " << line << '\n';
	}
	EXPECT_GE(right * 100, lines.size() * 95) << right << " of " << lines.size();
}

TEST(MisspeltWord, ThatResemblesNoneGetsNone)
{
	for (const char *word : { "zzzzzz", "x", "", "--", "=", "port", "127.0.0.1" }) {
		Result result = run(tool("bindchain",
		    { "listen", "--tcp=127.0.0.1:0," + std::string(word), "true" }));
		EXPECT_EQ(result.status, 100) << word;
		EXPECT_EQ(result.error.find("did you mean"), std::string::npos) << result.error;
	}
}

TEST(WrongSetting, IsMarkedWhereItStands)
{
	Result result = run(tool("bindchain",
	    { "listen", "--tcp=127.0.0.1:0,name=a\\,b,baklog=5,share", "true" }));

	EXPECT_EQ(result.error,
	    "bindchain listen: fatal: --tcp: unknown setting: baklog; did you mean backlog?\n"
	    "bindchain listen: info: --tcp=127.0.0.1:0,name=a\\\\,b,baklog=5,share\n"
	    "bindchain listen: info:                              ^~~~~~~~\n");
}

TEST(WrongSetting, IsMarkedBelowEscapedBytes)
{
	Result result = run(tool("bindchain", { "listen", "--tcp=\n:0,x", "true" }));

	EXPECT_EQ(result.error,
	    "bindchain listen: fatal: --tcp: unknown setting: x\n"
	    "bindchain listen: info: --tcp=\\012:0,x\n"
	    "bindchain listen: info:              ^\n");
}

TEST(WrongSetting, OfALongArgumentIsNotMarked)
{
	std::string name(80, 'n');
	Result result = run(tool("bindchain",
	    { "listen", "--tcp=127.0.0.1:0,name=" + name + ",x", "true" }));

	EXPECT_EQ(result.error, "bindchain listen: fatal: --tcp: unknown setting: x\n");
}

/* Each begins a line of the manual page's lists, ".It Ic NAME , NAME". */
std::set<std::string>
settings_of_the_manual()
{
	std::set<std::string> names;
	std::ifstream page(MANUAL_PAGES "/bindchain-listen.1");

	for (std::string line; std::getline(page, line);) {
		std::istringstream words(line);
		std::string word;
		words >> word >> word;
		if (line.rfind(".It Ic ", 0) != 0)
			continue;
		while (words >> word && word != "=" && word != "Ns" && word != "Oo")
			if (word != ",")
				names.insert(word);
	}
	return names;
}

/* Those of --help are the lines after the options, up to a value. */
std::set<std::string>
settings_of_help()
{
	std::set<std::string> names;
	std::istringstream help(run(tool("bindchain", { "listen", "--help" })).output);
	bool settings = false;

	for (std::string line; std::getline(help, line);) {
		if (line.rfind("prefer-", 0) == 0)
			settings = true;
		else if (settings && line.size() > 2 && line[2] != ' ')
			names.insert(line.substr(2, line.find_first_of("=[ ", 2) - 2));
	}
	return names;
}

TEST(Help, HasTheSettingsThatTheManualHas)
{
	std::set<std::string> help = settings_of_help();

	EXPECT_GE(help.size(), 20U);
	EXPECT_EQ(help, settings_of_the_manual());
}

TEST(Help, SaysWhichValuesASettingHas)
{
	std::string help = run(tool("bindchain", { "listen", "--help" })).output;

	for (const char *line : { "  wait-for=nothing|data|http|tls|dns\n", "  backlog=N|max ",
	         "  share[=yes|no] ", "  device=INTERFACE ", "  mode=OCTAL " })
		EXPECT_NE(help.find(line), std::string::npos) << line;
}

struct Usage {
	const char *command;
	std::vector<std::string> arguments;
	const char *second;
};

TEST(UsageOfS6, NamesTheWordAtFaultInItsSecondLine)
{
	static const Usage usages[] = {
		{ "s6-tcpserver-socketbinder", { "127.0.0.1x", "80", "true" },
		    "not an IPv4 or IPv6 address: 127.0.0.1x" },
		{ "s6-tcpserver-socketbinder", { "127.0.0.1", "80x", "true" },
		    "not a port number, which is 0 to 65535: 80x" },
		{ "s6-tcpserver-socketbinder", { "127.0.0.1", "65536", "true" },
		    "not a port number, which is 0 to 65535: 65536" },
		{ "s6-tcpserver-socketbinder", { "127.0.0.1", "80" }, "missing: prog" },
		{ "s6-tcpserver-socketbinder", { "127.0.0.1" }, "missing: port" },
		{ "s6-tcpserver-socketbinder", {}, "missing: ip" },
		{ "s6-ipcserver-socketbinder", { "-a", "888", "/s", "true" },
		    "not permissions, which are 0 to 0777, octal: 888" },
		{ "s6-ipcserver-socketbinder", { "-z", "/s", "true" }, "unknown option: -z" },
		{ "s6-ipcserver-socketbinder", { "/s" }, "missing: prog" },
		{ "s6-ipcserver-socketbinder", {}, "missing: path" },
	};

	for (const Usage &usage : usages) {
		Result result = run(tool(usage.command, usage.arguments));
		std::string name = usage.command;
		EXPECT_EQ(result.status, 100);
		EXPECT_EQ(result.error.rfind(name + ": usage: " + name + " [", 0), 0U);
		EXPECT_EQ(result.error.substr(result.error.find('\n') + 1),
		    name + ": info: " + usage.second + "\n");
	}
}

TEST(UnknownOption, OfAPersonalityKeepsItsFirstLine)
{
	EXPECT_EQ(run(tool("tcp-socket-listen", { "--backlgo", "5" })).error,
	    "tcp-socket-listen: FATAL: --backlgo: unrecognized option\n"
	    "tcp-socket-listen: info: did you mean --backlog NUMBER\n");
	EXPECT_EQ(run(tool("s6-tcpserver-socketbinder", { "--bakclog=5" })).error,
	    "s6-tcpserver-socketbinder: fatal: unrecognized option with argument: --bakclog=5\n"
	    "s6-tcpserver-socketbinder: info: did you mean --backlog=backlog\n");
}

} // namespace
