/* SPDX-License-Identifier: ISC */
/* Words of others in our messages: one line stays one line, whatever they hold. */
#include <algorithm>

#include <gtest/gtest.h>

#include "probe_report.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

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

/* --env's word is the name of a variable: anything but "=". */
TEST(Hostile, ExplainShowsVariablesInOctal)
{
	for (const std::string &name : { std::string("A\n\x1b[2J\xc2\x82"), all_bytes() }) {
		std::string word = name;
		word.erase(std::remove(word.begin(), word.end(), '='), word.end());
		Result result = run(tool("bindchain",
		    { "explain", "bindchain", "listen", "--tcp=127.0.0.1:0", "--env=" + word, "true" }));
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_TRUE(is_plain(result.output)) << result;
		EXPECT_NE(result.output.find("\\012"), std::string::npos) << result;
	}
}

TEST(Hostile, ListenFdsIsShownInOctal)
{
	Command command = tool(nosh, { "--systemd-compatibility", "127.0.0.1", "0", "true" });
	command.set("LISTEN_FDS", "1\n\x1b");
	command.before_execution = set_listen_pid;
	Result result = run(command);

	EXPECT_EQ(result.status, 1);
	EXPECT_TRUE(is_plain(result.error)) << result;
	EXPECT_NE(result.error.find("\"1\\012\\033\""), std::string::npos) << result;
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
