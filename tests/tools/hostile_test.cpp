/* SPDX-License-Identifier: ISC */
/* Words of others in our messages: one line stays one line, whatever they hold. */
#include <algorithm>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <signal.h>

#include <gtest/gtest.h>

#include "network.h"
#include "probe_report.h"
#include "temporary_directory.h"
#include "tools.h"

extern "C" {
#include "command.h"
}

namespace {

using Words = std::vector<std::string>;

const char nosh[] = "tcp-socket-listen";
const char s6[] = "s6-tcpserver-socketbinder";

/* Every byte that an argument can have. */
std::string
all_bytes()
{
	std::string bytes;

	for (int byte = 1; byte < 256; byte++)
		bytes.push_back(static_cast<char>(byte));
	return bytes;
}

bool
is_plain(const std::string &text)
{
	for (char c : text)
		if (c != '\n' && (c < ' ' || c > '~'))
			return false;
	return true;
}

/* vis(3) in its octal style. */
TEST(Hostile, BytesAreShownInOctal)
{
	EXPECT_EQ(run(tool(nosh, { "--a\nb\tc\x1b[2J\x7f\xc3\xa9\\d" })).error_line(0),
	    "tcp-socket-listen: FATAL: --a\\012b\\011c\\033[2J\\177\\303\\251\\\\d:"
	    " unrecognized option");
	EXPECT_EQ(run(tool(s6, { "--a\nb" })).error,
	    "s6-tcpserver-socketbinder: fatal: unrecognized boolean option: --a\\012b\n");
}

/* The same whatever the user's locale is: it is never set. */
TEST(Hostile, BytesAreShownInOctalInEveryLocale)
{
	for (const char *locale : { "C", "C.UTF-8", "en_US.ISO-8859-1" }) {
		Command command = tool(nosh, { "--\xc3\xa9" });
		command.set("LC_ALL", locale).set("LANG", locale);
		EXPECT_EQ(run(command).error,
		    "tcp-socket-listen: FATAL: --\\303\\251: unrecognized option\n") << locale;
	}
}

TEST(Hostile, EveryMessageIsPlainAscii)
{
	const std::string word = all_bytes();
	const std::vector<Command> commands = {
		tool(nosh, { "--" + word }),
		tool(nosh, { "-" + word }),
		tool(nosh, { "-b" + word, "127.0.0.1", "0", "true" }),
		tool(nosh, { word, "0", "true" }),
		tool(nosh, { "127.0.0.1", word, "true" }),
		tool(nosh, { "127.0.0.1", "x" + word, "true" }),
		tool(nosh, { "127.0.0.1", "0", word }),
		tool(nosh, { "127.0.0.1", "0", "/" + word }),
		tool(s6, { "--" + word }),
		tool(s6, { "--" + word + "=" + word }),
		tool(s6, { "-" + word }),
		tool(s6, { "-b" + word, "127.0.0.1", "0", "true" }),
		tool(s6, { word, "0", "true" }),
		tool(s6, { "127.0.0.1", "0", "/" + word }),
		tool("bindchain", { word }),
		tool("bindchain", { "--" + word }),
		tool("bindchain", { "inspect", word }),
	};

	for (const Command &command : commands) {
		Result result = run(command);
		EXPECT_GT(result.status, 0) << result;
		EXPECT_EQ(result.output, "");
		EXPECT_GE(result.error_lines(), 1u);
		EXPECT_TRUE(is_plain(result.error)) << result;
		for (size_t i = 0; i < result.error_lines(); i++)
			EXPECT_NE(result.error_line(i).find(": "), std::string::npos) << result;
	}
}

/* --env's word is the name of a variable: anything but "=" and control characters of ASCII. */
TEST(Hostile, ExplainShowsVariablesInOctal)
{
	for (const std::string &name : { std::string("A\xc2\x82"), all_bytes() }) {
		std::string word;
		for (char c : name)
			if (c != '=' && c != 0x7f && static_cast<unsigned char>(c) >= ' ')
				word += c;
		Result result = run(tool("bindchain",
		    { "explain", "bindchain", "listen", "--tcp=127.0.0.1:0", "--env=" + word, "true" }));
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_TRUE(is_plain(result.output)) << result;
		EXPECT_NE(result.output.find("\\202"), std::string::npos) << result;
	}
}

/* A line of env(1) and the like could seem to be another variable. */
TEST(Hostile, ControlCharactersInNamesOfVariablesAreRefused)
{
	for (const char *word : { "A\nPATH", "A\x1b[2J", "\x7f", "A\nPATH={fd}" }) {
		Result result = run(tool("bindchain",
		    { "listen", "--tcp=127.0.0.1:0", std::string("--env=") + word, "true" }));
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_TRUE(is_plain(result.error)) << result;
		EXPECT_NE(result.error.find("control characters"), std::string::npos) << result;
	}
}

/* ---- every option of every command ---- */

/* C0 and DEL; bytes, overlong forms and surrogates that are no UTF-8; C1 controls and a
 * change of direction that are.  Short enough for the path of a socket. */
const char *const hostile_words[] = {
	"\x01\n\r\x1b[2J\x7f\"\\\x80\x9b\xff\xfe\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xc3",
	"\xc2\x80\xc2\x9b" "31m\xc2\x9f\xe2\x80\xae\t\x1b]0;x\x07",
};

/* Strict JSON, in which no control is raw: those of C1 are two bytes of UTF-8. */
void
expect_strict_json(const std::string &text)
{
	EXPECT_TRUE(nlohmann::json::accept(text)) << text;
	for (size_t i = 0; i < text.size(); i++) {
		unsigned char byte = static_cast<unsigned char>(text[i]);
		EXPECT_TRUE((byte >= ' ' && byte != 0x7f) || byte == '\n') << text;
		EXPECT_FALSE(byte == 0xc2 && static_cast<unsigned char>(text.at(i + 1)) < 0xa0)
		    << text;
	}
}

void
expect_plain(const Result &result, bool is_json)
{
	EXPECT_EQ(result.signal, 0) << result;
	EXPECT_FALSE(result.timed_out) << result;
	EXPECT_TRUE(is_plain(result.error)) << result;
	if (!is_json)
		EXPECT_TRUE(is_plain(result.output)) << result;
	else if (!result.output.empty())
		expect_strict_json(result.output);
}

/* The settings of `bindchain listen`, as its help lists them. */
Words
setting_names()
{
	std::istringstream help(run(tool("bindchain", { "listen", "--help" })).output);
	bool are_settings = false;
	Words names;

	for (std::string line; std::getline(help, line);) {
		are_settings = are_settings || line.rfind("prefer-SETTING", 0) == 0;
		size_t end = line.find_first_of("[= ", 2);
		if (are_settings && line.rfind("  ", 0) == 0 && line.at(2) != ' ')
			names.push_back(line.substr(2, end - 2));
	}
	return names;
}

/* What WORD can be of the argument of an option. */
Words
arguments_with(const command &row, const option_spec &spec, const std::string &word)
{
	const std::string argument = spec.argument;
	Words arguments = { word, "1" + word };

	if (&row == &listen_command && (argument == "ADDRESS" || argument == "PATH")) {
		std::string own = argument == "PATH" ? "path" : "127.0.0.1:0";
		arguments.push_back(word + ":0");
		arguments.push_back("[" + word + "]:0");
		arguments.push_back("127.0.0.1:" + word);
		arguments.push_back(own + "," + word + "=1");
		arguments.push_back(own + ",prefer-" + word);
	}
	/* Of the others they are the same. */
	for (const char *name : { "tcp", "unix" }) {
		if (&row != &listen_command || name != std::string(spec.long_name))
			continue;
		for (const std::string &setting : setting_names())
			arguments.push_back((argument == "PATH" ? "path," : "127.0.0.1:0,") + setting
			    + "=" + word);
	}
	if (argument == "fd:N|PATH" || argument == "HOW")
		arguments.push_back("fd:" + word);
	if (argument == "HOW")
		arguments.push_back("launchd:" + word);
	return arguments;
}

/* SPEC with each of its arguments, as the dialect writes them. */
std::vector<Words>
uses_of(const command &row, const option_spec &spec, const std::string &word)
{
	const std::string name = std::string("--") + spec.long_name;
	std::vector<Words> uses;

	for (const std::string &argument : arguments_with(row, spec, word)) {
		if (spec.long_name[0] && row.personality->dialect->attached_arguments)
			uses.push_back({ name + "=" + argument });
		else if (spec.long_name[0])
			uses.push_back({ name, argument });
		if (spec.short_name)
			uses.push_back({ std::string("-") + spec.short_name, argument });
		if (!spec.argument[0])
			break; /* an argument that it does not take, or what follows */
	}
	return uses;
}

/* Operands that are WORD or, if FIT, an address where one is needed; the next program is
 * not there. */
Words
operands_with(const command &row, const std::string &word, bool fit)
{
	const std::string name = row.name;
	bool has_port = name == "tcp-socket-listen" || name == "udp-socket-listen"
	    || name == "s6-tcpserver-socketbinder";

	if (&row == &listen_command)
		return { "--unix=" + word, "/no-such/" + word, word };
	if (has_port && fit)
		return { "127.0.0.1", "0", "/no-such/" + word, word };
	return { word, "/no-such/" + word, word };
}

class HostileCommand : public testing::TestWithParam<std::string> {
protected:
	HostileCommand() : row(*command_find(GetParam().c_str())) {}

	/* In a directory of the test's own: a path may be made. */
	void check(Words words)
	{
		words.insert(words.begin(), row.name);
		Command command = tool("bindchain", words);
		command.directory = directory.path();
		/* Their chain ends in a server, which would wait for clients. */
		if (GetParam() == "s6-ipcserver" || GetParam() == "s6-tcpserver")
			command.set("PATH", "/nowhere");
		bool is_json = words.size() > 1 && (words[1] == "--json" || words[1] == "-j");
		expect_plain(run(command), is_json);
		if (!row.prepare)
			return;
		for (const char *form : { "--json", "" }) {
			Words explained = words;
			if (*form)
				explained.insert(explained.begin(), form);
			explained.insert(explained.begin(), "explain");
			command = tool("bindchain", explained);
			command.directory = directory.path();
			expect_plain(run(command), *form);
		}
	}

	const command &row;
	TemporaryDirectory directory;
};

TEST_P(HostileCommand, SaysEverythingVisibly)
{
	for (const std::string word : hostile_words) {
		check({ "--" + word });
		check({ "-" + word });
		check(operands_with(row, word, false));
		check(operands_with(row, word, true));
		for (size_t i = 0; i < row.option_count; i++)
			for (Words use : uses_of(row, row.options[i], word)) {
				Words rest = operands_with(row, word, true);
				use.insert(use.end(), rest.begin(), rest.end());
				check(use);
			}
	}
}

Words
all_commands()
{
	Words names;

	for (const command *const *row = command_table; *row; row++)
		if (*row != &bindchain_command)
			names.push_back((*row)->name);
	return names;
}

std::string
command_name(const testing::TestParamInfo<std::string> &tested)
{
	std::string name = tested.param;

	std::replace(name.begin(), name.end(), '-', '_');
	return name;
}
INSTANTIATE_TEST_SUITE_P(All, HostileCommand, testing::ValuesIn(all_commands()), command_name);

/* What reports of sockets that are there contain: paths, names, processes. */
class HostileSocket : public testing::TestWithParam<size_t> {
protected:
	const std::string word = hostile_words[GetParam()];
	TemporaryDirectory directory;
};

TEST_P(HostileSocket, IsReportedVisibly)
{
	const std::string path = directory / word;

	for (const char *format : { "text", "json" }) {
		const std::string report = directory / ("report" + word);
		Command command = tool("bindchain", { "listen", "--unix=" + path, "--report=" + report,
		    std::string("--report-format=") + format, "--replace-fds", "bindchain", "inspect",
		    "--json" });
		Result result = run(command);
		EXPECT_EQ(result.status, 0) << result;
		expect_plain(result, true);
		std::ifstream stream(report, std::ios::binary);
		std::string text((std::istreambuf_iterator<char>(stream)), {});
		ASSERT_NE(text, "");
		if (std::string(format) == "json")
			expect_strict_json(text);
		else
			EXPECT_TRUE(is_plain(text)) << text;
	}
	Command text = tool("bindchain", { "listen", "--unix=" + path, "bindchain", "inspect" });
	Result result = run(text);
	EXPECT_EQ(result.status, 0) << result;
	expect_plain(result, false);
}

/* The program that has the socket is named by its file. */
TEST_P(HostileSocket, AndItsProcessAreShownVisibly)
{
	const std::string path = directory / word, program = directory / ("p" + word);

	std::filesystem::create_symlink("/bin/sh", program);
	Process process(tool("bindchain", { "listen", "--unix=" + path, program, "-c",
	    "echo ready; sleep 100" }));
	ASSERT_EQ(process.read_line(), "ready");
	for (const Words &words : { Words { "queues" }, Words { "queues", "--json" },
	         Words { "listen", "--unix=" + path, "true" },
	         Words { "explain", "listen", "--unix=" + path, "true" },
	         Words { "explain", "--json", "listen", "--unix=" + path, "true" } }) {
		Result result = run(tool("bindchain", words));
		EXPECT_NE(result.output + result.error, "");
		expect_plain(result, words.size() > 1 && words[1] == "--json");
	}
	process.kill(SIGKILL);
}

TEST_P(HostileSocket, AndItsNameAreShownVisibly)
{
	Descriptor socket = listen_on("127.0.0.1");

	for (const Words &words : { Words { "inspect" }, Words { "inspect", "--json" },
	         Words { "adapt", "--as=fd:3", "/no-such/" }, Words { "adapt", "/no-such/" } })
		for (const char *variable : { "LISTEN_FDNAMES", "LISTEN_FDS", "LISTEN_PIDFDID",
		         "NOTIFY_SOCKET", "UPSTART_FDS", "PATH" }) {
			Command command = tool("bindchain", words);
			command.descriptors[3] = socket.get();
			command.set("LISTEN_FDS", "1");
			command.set(variable, word);
			command.before_execution = set_listen_pid;
			expect_plain(run(command), words.size() > 1 && words[1] == "--json");
		}
}

INSTANTIATE_TEST_SUITE_P(Words, HostileSocket,
    testing::Range(size_t { 0 }, std::size(hostile_words)));

TEST(Hostile, ListenFdsIsShownInOctal)
{
	Command command = tool(nosh, { "--systemd-compatibility", "127.0.0.1", "0", "true" });
	command.set("LISTEN_FDS", "1\n\x1b");
	command.before_execution = set_listen_pid;
	Result result = run(command);

	EXPECT_EQ(result.status, 1);
	EXPECT_TRUE(is_plain(result.error)) << result;
	EXPECT_NE(result.error.find("LISTEN_FDS=1\\012\\033: "), std::string::npos) << result;
}

/* The word is cut, not what is said about it. */
TEST(Hostile, ALongWordLeavesRoomForWhatIsWrongWithIt)
{
	const std::string word(100000, 'x'), path = "/" + word;

	EXPECT_EQ(run(tool(nosh, { "--" + word })).error_line(0).substr(0, 40),
	    ("tcp-socket-listen: FATAL: --" + word).substr(0, 40));
	for (const Command &command : { tool(nosh, { "--" + word }),
	         tool(nosh, { "-b" + word, "127.0.0.1", "0", "true" }),
	         tool(nosh, { word, "65536", "true" }), tool(nosh, { "127.0.0.1", word, "true" }),
	         tool(nosh, { "127.0.0.1", "0", path }) }) {
		std::string line = run(command).error_line(0);
		EXPECT_LT(line.size(), 4096u);
		EXPECT_NE(line.find("xxx..."), std::string::npos) << line;
		size_t end = line.rfind(": ");
		ASSERT_NE(end, std::string::npos);
		EXPECT_EQ(line.find("xxx", end), std::string::npos) << line;
	}
}

TEST(Hostile, TwoLongWordsLeaveRoomToo)
{
	const std::string word(100000, '\x01');
	std::string line = run(tool(nosh, { word, "x" + word, "true" })).error_line(0);
	size_t end = line.rfind(": ");

	ASSERT_NE(end, std::string::npos);
	EXPECT_EQ(line.find("\\001", end), std::string::npos) << line;
	EXPECT_TRUE(is_plain(line));
}

} // namespace
