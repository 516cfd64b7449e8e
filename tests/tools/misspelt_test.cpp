/* SPDX-License-Identifier: ISC */
/* What a wrong word is answered with, and what --help lists. */
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
#include "command.h"
#include "socket_option.h"
}

#include "tools.h"

namespace {

/* What people write for a word that they remember by half. */
struct Remembered {
	std::vector<std::string> arguments;
	const char *meant;
};

const Remembered remembered[] = {
	{ { "fdmv" }, "fdmove" },
	{ { "setuid" }, "setuidgid" },
	{ { "tcp-socket-listener" }, "tcp-socket-listen" },
	{ { "tcp_socket_listen" }, "tcp-socket-listen" },
	{ { "local-stream-listen" }, "local-stream-socket-listen" },
	{ { "localseqpacketsocketlisten" }, "local-seqpacket-socket-listen" },
	{ { "s6-tcpserver-socketbind" }, "s6-tcpserver-socketbinder" },
	{ { "listen", "--notify=1" }, "--notify-fd" },
	{ { "listen", "--unix-datagram=/s" }, "--unix-dgram" },
	{ { "listen", "--unix-seqpkt=/s" }, "--unix-seqpacket" },
	{ { "listen", "--tcp=:0,exclus" }, "exclusive" },
	{ { "listen", "--tcp=:0,fast-o=5" }, "fast-open" },
	{ { "listen", "--tcp=:0,least-back=5" }, "least-backlog" },
	{ { "listen", "--tcp=:0,receivebuf=4096" }, "receive-buffer" },
	{ { "listen", "--udp=:0,least-receive=4096" }, "least-receive-buffer" },
	{ { "listen", "--tcp=:0,reuseaddr" }, "reuse-address" },
	{ { "listen", "--tcp=:0,prefer-keep-alive" }, "prefer-keepalive" },
	{ { "listen", "--tcp=:0,preferred-keepalive" }, "prefer-keepalive" },
	{ { "listen", "--unix=/s,grp=0" }, "group" },
	{ { "listen", "--unix=/s,nonblock" }, "nonblocking" },
	{ { "listen", "--unix=/s,pass-creds" }, "pass-credentials" },
	{ { "explain", "tcp-listen" }, "tcp-socket-listen" },
	{ { "explain", "bindchain", "lissten" }, "listen" },
};

std::string
first_line(const std::string &text)
{
	return text.substr(0, text.find('\n'));
}

bool
ends_with(const std::string &text, const std::string &end)
{
	return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

TEST(MisspeltWord, ThatIsHalfRememberedGetsTheOneThatIsMeant)
{
	for (const Remembered &one : remembered) {
		Result result = run(tool("bindchain", one.arguments));
		EXPECT_EQ(result.status, 100) << one.meant;
		EXPECT_TRUE(ends_with(first_line(result.error),
		    std::string("; did you mean ") + one.meant + "?")) << result.error;
	}
}

/* ---- by rule ---- */

/* A place for a word on a command line: before it, after it, and how it is quoted when it
 * is suggested. */
struct Place {
	std::string tool;
	std::vector<std::string> before;
	std::string start, end, quoted;
};

/* A word, and every place that it has. */
using Words = std::vector<std::pair<std::string, Place>>;

/* Those of one dialect that have the same name differ in nothing else. */
void
add_options(Words &words)
{
	std::set<std::pair<const struct dialect *, std::string>> seen;

	for (const struct command *const *at = command_table; *at; at++)
		for (unsigned i = 0; i < (*at)->option_count; i++) {
			const struct command &command = **at;
			const struct dialect *dialect = command.personality->dialect;
			const struct option_spec &option = command.options[i];
			bool attached = dialect->attached_arguments && option.argument[0];
			if (!option.long_name[0]
			    || !seen.insert({ dialect, option.long_name }).second)
				continue;
			Place place { "bindchain", { command.name }, "--", attached ? "=1" : "", "--" };
			if (&command == &bindchain_command)
				place.before.clear();
			words.emplace_back(option.long_name, place);
		}
}

/* "  wait-for=nothing|data" has a setting and two values; what is in capitals stands for
 * any word. */
void
add_settings(Words &words)
{
	std::istringstream help(run(tool("bindchain", { "listen", "--help" })).output);
	std::set<std::string> seen;

	for (std::string line; std::getline(help, line);) {
		if (line.rfind("  ", 0) != 0 || line.size() < 3 || line[2] == ' ' || line[2] == '-')
			continue;
		std::string written = line.substr(2, line.find(' ', 2) - 2);
		size_t equals = written.find('=');
		std::string name = written.substr(0, written.find_first_of("=["));
		Place place { "bindchain", { "listen" }, "--unix=/nowhere/s,", "", "" };
		if (name == "dual" || name == "exclusive" || name == "fixed-port"
		    || name == "check-interfaces")
			place.start = "--tcp=:0,";
		words.emplace_back(name, place);
		std::istringstream values(equals == std::string::npos ? ""
		                                                      : written.substr(equals + 1));
		for (std::string value; std::getline(values, value, '|');) {
			value = value.substr(0, value.find(']'));
			if (value.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos
			    || name == "backlog" /* which takes numbers too */
			    || !seen.insert(value).second)
				continue;
			Place of_value = place;
			of_value.start += name + "=";
			words.emplace_back(value, of_value);
		}
	}
}

/* v6only has a setting of another name. */
void
add_preferred(Words &words)
{
	const Place place { "bindchain", { "listen" }, "--tcp=:0,", "", "" };

	for (const struct option_row &row : option_table)
		if (&row != &option_table[BINDCHAIN_V6ONLY])
			words.emplace_back("prefer-" + std::string(row.name), place);
}

void
add_values_of_options(Words &words)
{
	const Place as { "bindchain", { "listen", "--unix=/nowhere/s" }, "--as=", "", "" };
	const Place format { "bindchain", { "listen", "--unix=/nowhere/s" }, "--report-format=", "",
		"" };
	const Place from { "bindchain", { "adapt" }, "--from=", "", "" };

	for (const char *word : { "systemd", "stdin", "upstart" }) {
		words.emplace_back(word, as);
		words.emplace_back(word, from);
	}
	for (const char *word : { "text", "json" })
		words.emplace_back(word, format);
}

Words
all_words()
{
	Words words;

	for (const struct command *const *command = command_table; *command; command++)
		if (*command != &bindchain_command)
			words.emplace_back((*command)->name, Place { "bindchain", {}, "", "", "" });
	add_options(words);
	add_settings(words);
	add_preferred(words);
	add_values_of_options(words);
	return words;
}

/* One letter is dropped, doubled, swapped with the next, or wrong. */
std::string
misspell(const std::string &word, unsigned rule, size_t letter)
{
	std::string wrong = word;

	letter %= word.size();
	switch (rule % 4) {
	case 0:
		return wrong.erase(letter, 1);
	case 1:
		return wrong.insert(letter, 1, word[letter]);
	case 2:
		letter -= letter + 1 == word.size();
		std::swap(wrong[letter], wrong[letter + 1]);
		return wrong;
	default:
		wrong[letter] = word[letter] == 'q' ? 'x' : 'q';
		return wrong;
	}
}

bool
suggests(const std::string &messages, const std::string &right)
{
	std::string start = "did you mean " + right;
	size_t at = messages.find(start);

	return at != std::string::npos
	    && std::string("?= \n").find(messages[at + start.size()]) != std::string::npos;
}

TEST(MisspeltWord, GetsTheOneThatIsMeant)
{
	size_t lines = 0, right = 0, number = 0;
	Words words = all_words();
	std::set<std::string> names;

	for (const auto &word : words)
		names.insert(word.first);
	for (const auto &[word, place] : words)
		for (unsigned i = 0; i < 2; i++, number++) {
			std::string wrong = misspell(word, (unsigned)number, number * 5 + 1);
			std::vector<std::string> arguments = place.before;
			if (names.count(wrong)) /* another right word */
				continue;
			arguments.push_back(place.start + wrong + place.end);
			arguments.insert(arguments.end(), { "true" });
			Result result = run(tool(place.tool, arguments));
			EXPECT_NE(result.status, 0) << wrong;
			lines++;
			if (suggests(result.error, place.quoted + word))
				right++;
			else
				std::cerr << word << " is meant: " << result.error;
		}
	EXPECT_GE(lines, 200U);
	EXPECT_GE(right * 100, lines * 95) << right << " of " << lines;
}

TEST(WrongValue, IsNamedWithItsOptionAndTheRightOnes)
{
	EXPECT_EQ(run(tool("bindchain", { "listen", "--unix=/nowhere/s", "--as=inetd", "true" })).error,
	    "bindchain listen: fatal: --as=inetd: not systemd, stdin, upstart, fd:N, fd:free, nginx,"
	    " php-fpm, server-starter, mojolicious, unicorn, gunicorn, puma or einhorn\n");
	EXPECT_EQ(run(tool("bindchain", { "adapt", "--from=systemv", "true" })).error,
	    "bindchain adapt: fatal: --from=systemv: not systemd, stdin, upstart, launchd:NAME, pid:N,"
	    " nginx, php-fpm, server-starter, mojolicious, unicorn, gunicorn, puma or einhorn;"
	    " did you mean systemd?\n");
}

/* Whatever is wrong with it. */
TEST(WrongValue, IsNamedWithItsSetting)
{
	for (const char *setting : { "backlog=x", "backlog=", "backlog", "backlog=9999999999",
	         "least-backlog=-1", "name=", "name=a:b", "fixed-port=maybe", "dual=1",
	         "check-interfaces=on", "exclusive=0", "nonblocking=ja", "share=tru",
	         "wait-for=date", "wait-for", "device=none-such", "device", "receive-buffer=x",
	         "fast-open=", "prefer-keepalive=x", "least-receive-buffer=x",
	         "least-receive-buffer=-1", "least-receive-buffer=2147483648",
	         "least-receive-buffer", "hop-limit=0", "hop-limit=256", "hop-limit",
	         "prefer-keepalive-count=x", "timestamps=x", "timestamps", "nodelay=1" }) {
		std::string name = setting;
		name = name.substr(0, name.find('='));
		Result result = run(tool("bindchain",
		    { "listen", std::string("--tcp=:0,") + setting, "true" }));
		EXPECT_EQ(result.status, 100) << setting;
		EXPECT_EQ(result.error.rfind("bindchain listen: fatal: --tcp: " + name + ": ", 0), 0U)
		    << result.error;
	}
	for (const char *setting : { "mode=9", "mode=", "owner=no-such-user", "owner",
	         "group=no-such-group", "group=" }) {
		std::string name = setting;
		name = name.substr(0, name.find('='));
		Result result = run(tool("bindchain",
		    { "listen", std::string("--unix=/s,") + setting, "true" }));
		EXPECT_EQ(result.error.rfind("bindchain listen: fatal: --unix: " + name + ": ", 0), 0U)
		    << result.error;
	}
}

/* Where something is missing, the mark stands for it. */
TEST(WrongValue, ThatIsMissingIsMarked)
{
	EXPECT_EQ(run(tool("bindchain", { "listen", "--tcp=127.0.0.1:0,", "true" })).error,
	    "bindchain listen: fatal: --tcp: setting missing after a comma\n"
	    "bindchain listen: info: --tcp=127.0.0.1:0,\n"
	    "bindchain listen: info:                   ^\n");
	EXPECT_EQ(run(tool("bindchain", { "listen", "--tcp=127.0.0.1:0,,nodelay", "true" })).error,
	    "bindchain listen: fatal: --tcp: setting missing after a comma\n"
	    "bindchain listen: info: --tcp=127.0.0.1:0,,nodelay\n"
	    "bindchain listen: info:                   ^\n");
}

TEST(MisspeltWord, ThatResemblesNoneGetsNone)
{
	for (const char *word : { "zzzzzz", "x", "", "--", "=", "family", "127.0.0.1" }) {
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

/* Those of --help are the indented lines after the options, up to a value; groups are not. */
std::set<std::string>
settings_of_help()
{
	std::set<std::string> names;
	std::istringstream help(run(tool("bindchain", { "listen", "--help" })).output);
	bool settings = false;

	for (std::string line; std::getline(help, line);) {
		if (line.rfind("prefer-", 0) == 0)
			settings = true;
		else if (settings && line.rfind("  ", 0) == 0 && line.size() > 2 && line[2] != ' ')
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
		    "not a port number (0 to 65535): 80x" },
		{ "s6-tcpserver-socketbinder", { "127.0.0.1", "65536", "true" },
		    "not a port number (0 to 65535): 65536" },
		{ "s6-tcpserver-socketbinder", { "127.0.0.1", "80" }, "missing: prog" },
		{ "s6-tcpserver-socketbinder", { "127.0.0.1" }, "missing: port" },
		{ "s6-tcpserver-socketbinder", {}, "missing: ip" },
		{ "s6-ipcserver-socketbinder", { "-a", "888", "/s", "true" },
		    "not permissions (octal): 888" },
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
