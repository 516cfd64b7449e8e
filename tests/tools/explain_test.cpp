/* SPDX-License-Identifier: ISC */
/* bindchain explain: the report itself.  That it is true is tested where there
 * are kernels to hold it against. */
#include <gmock/gmock.h>

#include "json_schema.h"
#include "network.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Words = std::vector<std::string>;

const std::string schema_file = MANUAL_PAGES "/bindchain-explain.schema.json";

Command
explain(const Words &words, bool as_json = false)
{
	Words arguments = { "explain" };

	if (as_json)
		arguments.push_back("--json");
	arguments.insert(arguments.end(), words.begin(), words.end());
	return tool("bindchain", arguments);
}

json
explained(const Words &words)
{
	return json::parse(run(explain(words, true)).output);
}

/* The lines of SECTION, up to the empty line. */
std::string
section(const std::string &report, const std::string &heading)
{
	size_t start = report.find("\n" + heading + "\n");

	if (start == std::string::npos)
		return "";
	start += heading.size() + 2;
	return report.substr(start, report.find("\n\n", start) - start + 1);
}

class Report : public testing::TestWithParam<Words> {};

const Words commands[] = {
	{ "tcp-socket-listen", "127.0.0.1", "0", "/bin/sh" },
	{ "tcp-socket-listen", "--systemd-compatibility", "--upstart-compatibility", "127.0.0.1",
	    "0", "/bin/sh", "with", "arguments" },
	{ "udp-socket-listen", "127.0.0.1", "0", "/bin/sh" },
	{ "s6-tcpserver-socketbinder", "::1", "0", "/bin/sh" },
	{ "s6-tcpserver-socketbinder", "-m", "127.0.0.1", "0", "/no/such/program" },
	{ "s6-tcpserver-socketbinder", "-b", "0", "127.0.0.1", "0", "/bin/sh" },
	{ "local-stream-socket-listen", "--mode", "0600", "/tmp/no such socket", "/bin/sh" },
	{ "local-datagram-socket-listen", "/tmp/no such socket", "/bin/sh" },
	{ "fifo-listen", "/tmp/no such fifo", "/bin/sh" },
	{ "listen", "--tcp=:0,name=web,backlog=7,least-backlog=1", "--udp=127.0.0.1:0",
	    "--unix=/tmp/no such socket", "--env=SOCKETS", "/bin/sh" },
	{ "bindchain", "listen", "--tcp=127.0.0.1:0", "/bin/sh" },
	{ "listen", "--tcp=0.0.0.0:1,share", "--tcp=127.0.0.1:1,share", "--tcp=127.0.0.1:1",
	    "/bin/sh" },
};

} // namespace

TEST_P(Report, IsAsTheSchemaSays)
{
	json report = explained(GetParam());

	EXPECT_THAT(JsonSchema(schema_file).complaints(report), IsEmpty()) << report.dump(2);
	EXPECT_FALSE(report.at("sockets").empty());
}

TEST_P(Report, IsTextOfWholeLines)
{
	Result result = run(explain(GetParam()));

	EXPECT_EQ(result.error, "");
	ASSERT_FALSE(result.output.empty());
	EXPECT_EQ(result.output.back(), '\n');
	for (const char *heading : { "Calls, in this order", "Options", "Backlog", "Handover",
	         "Next program" })
		EXPECT_NE(section(result.output, heading), "") << heading << "\n" << result.output;
}

/* Both writers tell of the same calls. */
TEST_P(Report, HasTheSameCallsInBothForms)
{
	std::string text = run(explain(GetParam())).output, expected;
	json report = explained(GetParam());

	for (const json &socket : report.at("sockets")) {
		expected = "\nCalls, in this order\n";
		for (const json &call : socket.at("calls"))
			expected += "    " + call.at("text").get<std::string>() + "\n";
		EXPECT_THAT(text, HasSubstr(expected + "\nOptions\n"));
	}
}

INSTANTIATE_TEST_SUITE_P(Commands, Report, testing::ValuesIn(commands));

TEST(Schema, FindsWhatIsWrong)
{
	json report = explained(commands[0]);
	JsonSchema schema(schema_file);

	report.at("works") = "yes";
	report.at("sockets").at(0).erase("calls");
	report.at("handover")["colour"] = "red";
	EXPECT_THAT(schema.complaints(report), testing::UnorderedElementsAre(
	    "/works: is string, not \"boolean\"", "/sockets/0: lacks \"calls\"",
	    "/handover: has an unknown member colour"));
}

TEST(Schema, EachMemberIsInTheManualPage)
{
	std::string page = read_whole_file(MANUAL_PAGES "/bindchain-explain.1");

	for (const std::string &member : JsonSchema(schema_file).members())
		EXPECT_THAT(page, HasSubstr(member));
}

TEST(Explain, ExitsWith0WhereTheCommandCanWork)
{
	Words words = { "tcp-socket-listen", "127.0.0.1", "0", "/bin/sh" };

	EXPECT_EQ(run(explain(words)).status, 0);
	EXPECT_EQ(run(explain(words, true)).status, 0);
	EXPECT_EQ(explained(words).at("works"), true);
}

TEST(Explain, ExitsWith100WhereThereIsNoNextProgram)
{
	Words words = { "tcp-socket-listen", "127.0.0.1", "0", "no such program" };
	Result result = run(explain(words));

	EXPECT_EQ(result.status, 100);
	EXPECT_THAT(section(result.output + "\n", "Next program"),
	    HasSubstr("NOT FOUND: " + error_text(ENOENT)));
	EXPECT_EQ(explained(words).at("works"), false);
	EXPECT_TRUE(explained(words).at("next").at("found").is_null());
}

TEST(Explain, ExitsWith100WhereTheSystemWillRefuse)
{
	json report = explained({ "s6-tcpserver-socketbinder", "-m", "127.0.0.1", "0",
	    "/bin/sh" });

	EXPECT_EQ(report.at("works"), false);
	EXPECT_THAT(report.at("sockets").at(0).at("obstacles").get<Words>(),
	    ElementsAre("a datagram socket has no connections to listen for"));
}

TEST(Explain, ACommandLineThatIsWrongIsTheCommandsOwnError)
{
	Result result = run(explain({ "tcp-socket-listen", "--nonsense" }));

	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.output, "");
	EXPECT_EQ(result.error_line(0),
	    "tcp-socket-listen: FATAL: --nonsense: unrecognized option");
}

TEST(Explain, RefusesWhatIsNoCommandOfOurs)
{
	for (const Words &words : { Words {}, Words { "ls" }, Words { "bindchain" },
	         Words { "setuidgid", "root", "true" }, Words { "inspect" } }) {
		Result result = run(explain(words));
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.output, "");
		EXPECT_EQ(result.error.find("bindchain explain: fatal: "), 0U) << result;
	}
}

TEST(Explain, TellsWhereTheSocketAndTheVariablesGo)
{
	Command command = explain({ "tcp-socket-listen", "--systemd-compatibility", "127.0.0.1",
	    "0", "/bin/sh" }, true);
	command.set("LISTEN_FDNAMES", "web");
	json handover = json::parse(run(command).output).at("handover");

	EXPECT_EQ(handover.at("descriptor"), 3);
	EXPECT_EQ(handover.at("variables"), json::parse(R"([
	    { "name": "LISTEN_PIDFDID", "change": "remove", "value": null },
	    { "name": "LISTEN_FDS", "change": "set", "value": "1" },
	    { "name": "LISTEN_PID", "change": "set_to_process", "value": null } ])"));
}

TEST(Explain, TellsOfNamesThatGo)
{
	Command command = explain({ "tcp-socket-listen", "--systemd-compatibility", "127.0.0.1",
	    "0", "/bin/sh" });
	command.set("LISTEN_FDNAMES", "web").set("LISTEN_PID", "1").set("LISTEN_FDS", "1");
	Result result = run(command);

	EXPECT_THAT(section(result.output, "Handover"),
	    testing::ContainsRegex("LISTEN_FDNAMES +removed\n"));
}

TEST(Explain, OurOwnCommandBehindItRunsInTheSameProcess)
{
	json next = explained({ "tcp-socket-listen", "127.0.0.1", "0", "udp-socket-listen",
	    "127.0.0.1", "0", "true" }).at("next");

	EXPECT_EQ(next.at("found"), tool_path("udp-socket-listen"));
	EXPECT_EQ(next.at("same_process"), true);
}

TEST(Explain, APortOfTwoFamiliesIsOnePort)
{
	json sockets = explained({ "listen", "--tcp=:0", "/bin/sh" }).at("sockets");

	ASSERT_EQ(sockets.size(), 2U);
	EXPECT_EQ(sockets[0].at("port_of_previous"), false);
	EXPECT_EQ(sockets[1].at("port_of_previous"), true);
	sockets = explained({ "listen", "--tcp=:8000", "/bin/sh" }).at("sockets");
	EXPECT_EQ(sockets[1].at("port_of_previous"), false);
}

/* ---- sockets of one command ---- */

Words
obstacles_of(const Words &listeners, size_t index)
{
	Words words = { "listen", "--no-holder-search" };

	words.insert(words.end(), listeners.begin(), listeners.end());
	words.push_back("/bin/sh");
	EXPECT_EQ(run(explain(words)).status, 100);
	json report = explained(words);
	EXPECT_EQ(report.at("works"), false);
	return report.at("sockets").at(index).at("obstacles").get<Words>();
}

TEST(Explain, TheSameAddressTwiceCannotWork)
{
	EXPECT_THAT(obstacles_of({ "--tcp=127.0.0.1:8080", "--udp=127.0.0.1:8080",
	                "--tcp=127.0.0.1:8080" }, 2),
	    ElementsAre("bind will fail: 127.0.0.1:8080 is in use by socket 1 of this command"));
	EXPECT_THAT(obstacles_of({ "--udp=[::1]:8080", "--udp=[::1]:8080" }, 1),
	    ElementsAre("bind will fail: [::1]:8080 is in use by socket 1 of this command"));
	EXPECT_THAT(obstacles_of({ "--unix=/tmp/no such socket", "--unix=/tmp/no such socket" }, 1),
	    ElementsAre("bind will fail: /tmp/no such socket is in use by socket 1 of this"
	                " command"));
}

TEST(Explain, SocketsOfOneCommandThatDoNotMeetWork)
{
	for (const Words &listeners : { Words { "--tcp=127.0.0.1:8080", "--udp=127.0.0.1:8080" },
	         Words { "--tcp=127.0.0.1:8080", "--tcp=127.0.0.1:8081" },
	         Words { "--tcp=127.0.0.1:8080", "--tcp=[::1]:8080" },
	         Words { "--tcp=127.0.0.1:0", "--tcp=127.0.0.1:0" }, Words { "--tcp=:8080" },
	         Words { "--unix=/tmp/no such socket", "--unix=/tmp/no other socket" } }) {
		Words words = { "listen", "--no-holder-search" };
		words.insert(words.end(), listeners.begin(), listeners.end());
		words.push_back("/bin/sh");
		json report = explained(words);
		EXPECT_EQ(report.at("works"), true) << report.dump(2);
		for (const json &socket : report.at("sockets"))
			EXPECT_EQ(socket.at("conflicts"), json::array()) << report.dump(2);
	}
}

/* Words of others stay on their line and forge nothing. */
TEST(Explain, HostileWordsAreMadeVisible)
{
	Words words = { "local-stream-socket-listen", "/tmp/a\nIn the way\n\x1b[31m", "/bin/sh",
		"b\nHandover\n" };
	Result result = run(explain(words));

	EXPECT_EQ(result.output.find("\nIn the way\n"), std::string::npos);
	EXPECT_EQ(result.output.find('\x1b'), std::string::npos);
	EXPECT_EQ(explained(words).at("next").at("arguments").at(1), "b\nHandover\n");
}

TEST(Explain, AReportThatCannotBeWrittenIsAFailedCall)
{
	Command command = explain({ "tcp-socket-listen", "127.0.0.1", "0", "/bin/sh" });

	command.closed = { 1 };
	EXPECT_EQ(run(command).status, 111);
}
