/* SPDX-License-Identifier: ISC */
/* bindchain explain: the report itself.  That it is true is tested where there
 * are kernels to hold it against. */
#include <filesystem>
#include <fstream>
#include <optional>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "json_schema.h"
#include "expectations.h"
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
	for (const char *heading : { "System calls, in order", "Options", "Backlog", "Handover",
	         "Next program" })
		EXPECT_NE(section(result.output, heading), "") << heading << "\n" << result.output;
}

/* Both writers tell of the same calls. */
TEST_P(Report, HasTheSameCallsInBothForms)
{
	std::string text = run(explain(GetParam())).output, expected;
	json report = explained(GetParam());

	for (const json &socket : report.at("sockets")) {
		expected = "\nSystem calls, in order\n";
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
	    ElementsAre(HasSubstr("datagram socket")));
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

TEST(Explain, ListsTheOtherOptionsThatThisKindOfSocketHasAndThoseThatItLacks)
{
	Result result = run(explain({ "udp-socket-listen", "127.0.0.1", "0", "/bin/sh" }));
	std::string options = section(result.output, "Options");
	size_t lacking = options.find("    not supported ");

	ASSERT_NE(lacking, std::string::npos) << result;
	EXPECT_LT(options.find("hop-limit (IP_TTL)"), lacking);
	EXPECT_GT(options.find("nodelay"), lacking);
	EXPECT_EQ(options.find("nodelay ("), std::string::npos);
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

/* ---- paths ---- */

/* Of a socket or FIFO at PATH, "DIR" standing for a directory with a regular file, a
 * directory, a FIFO, a dead socket and a link in it. */
class CertainPathFailure : public testing::Test {
protected:
	CertainPathFailure()
	{
		std::ofstream(directory / "file").put('x');
		std::filesystem::create_directory(directory / "directory");
		std::filesystem::create_symlink(directory / "nowhere", directory / "link");
		EXPECT_EQ(mkfifo((directory / "fifo").c_str(), 0600), 0);
		bind_path(directory / "dead", SOCK_STREAM);
		std::filesystem::permissions(directory.path(), std::filesystem::perms(0755));
	}

	std::string placed(std::string text) const
	{
		for (size_t at; (at = text.find("DIR")) != std::string::npos;)
			text.replace(at, 3, directory.path());
		return text;
	}

	/* The only obstacle of the last socket; empty where the command can work. */
	std::string obstacle(Words words, std::optional<uid_t> user = {})
	{
		for (std::string &word : words)
			word = placed(word);
		words.push_back("/bin/sh");
		Command command = explain(words, true);
		command.user = user;
		Result result = run(command);
		json report = json::parse(result.output), socket = report.at("sockets").back();
		Words obstacles = socket.at("obstacles").get<Words>();

		EXPECT_EQ(result.status, obstacles.empty() ? 0 : 100) << report.dump(2);
		EXPECT_EQ(report.at("works"), obstacles.empty());
		EXPECT_LE(obstacles.size(), 1U) << report.dump(2);
		return obstacles.empty() ? "" : obstacles[0];
	}

	TemporaryDirectory directory;
};

TEST_F(CertainPathFailure, ADirectoryThatIsMissingOrNone)
{
	for (const char *kind : { "--unix=", "--unix-dgram=" }) {
		auto of = [&](const std::string &path) {
			return obstacle({ "listen", kind + path });
		};
		EXPECT_EQ(of("DIR/none/s"), placed("no such directory: DIR/none"));
		EXPECT_EQ(of("DIR/file/s"), placed("not a directory: DIR/file"));
		EXPECT_EQ(of("DIR/file/x/s"), placed("not a directory: DIR/file/x"));
		EXPECT_EQ(of("DIR/link/s"), placed("no such directory: DIR/link"));
	}
	EXPECT_EQ(obstacle({ "fifo-listen", "DIR/none/f" }),
	    placed("no such directory: DIR/none"));
	EXPECT_EQ(obstacle({ "s6-ipcserver-socketbinder", "DIR/none/s" }),
	    placed("no such directory: DIR/none"));
}

TEST_F(CertainPathFailure, SomethingElseThatIsThere)
{
	const struct {
		const char *path, *what;
	} rows[] = { { "DIR/file", "a regular file" }, { "DIR/directory", "a directory" },
		{ "DIR/fifo", "a FIFO" }, { "DIR/link", "a symbolic link" } };

	for (const auto &row : rows)
		EXPECT_EQ(obstacle({ "local-stream-socket-listen", row.path }),
		    placed(row.path) + " is " + row.what + ", and a socket replaces only a socket");
	EXPECT_EQ(obstacle({ "fifo-listen", "DIR/file" }),
	    placed("DIR/file is a regular file, not a FIFO"));
	EXPECT_EQ(obstacle({ "fifo-listen", "DIR/directory" }),
	    placed("DIR/directory is a directory, not a FIFO"));
	EXPECT_EQ(obstacle({ "fifo-listen", "DIR/link" }),
	    placed("DIR/link is a symbolic link, not a FIFO"));
	EXPECT_EQ(obstacle({ "fifo-listen", "DIR/dead" }),
	    placed("DIR/dead is a socket, not a FIFO"));
}

/* The start refuses it in the same words: UnixPath, AFifoWithTwoNamesIsRefused. */
TEST_F(CertainPathFailure, AFifoWithTwoHardLinks)
{
	std::filesystem::create_hard_link(directory / "fifo", directory / "second");
	EXPECT_EQ(obstacle({ "fifo-listen", "DIR/fifo" }),
	    placed("the FIFO DIR/fifo has more than one hard link"));
}

TEST_F(CertainPathFailure, AnObjectThatMayNotBeOpened)
{
	const uid_t nobody = 65534;
	const auto all = std::filesystem::perms::all, none = std::filesystem::perms(0600);
	const std::string socket = placed("DIR/dead exists, and this process has no permission to"
	                                  " connect to it, which shows whether it is stale");

	if (geteuid() != 0)
		SKIP_TEST("only root becomes another user");
	std::filesystem::permissions(directory.path(), all);
	std::filesystem::permissions(directory / "dead", none);
	EXPECT_EQ(obstacle({ "listen", "--unix=DIR/dead" }, nobody), socket);
	EXPECT_EQ(obstacle({ "fifo-listen", "DIR/fifo" }, nobody),
	    placed("this process has no permission to open the FIFO DIR/fifo"));
	std::filesystem::permissions(directory / "dead", all);
	std::filesystem::permissions(directory / "fifo", all);
	EXPECT_EQ(obstacle({ "listen", "--unix=DIR/dead" }, nobody), "");
	EXPECT_EQ(obstacle({ "fifo-listen", "DIR/fifo" }, nobody), "");
}

TEST_F(CertainPathFailure, IsToldOfNothingThatWorks)
{
	for (const Words &words : { Words { "listen", "--unix=DIR/new" },
	         Words { "listen", "--unix=DIR/dead" }, Words { "fifo-listen", "DIR/fifo" },
	         Words { "fifo-listen", "DIR/new" }, Words { "listen", "--unix=DIR/directory/new" },
	         Words { "local-stream-socket-listen", "--uid", std::to_string(geteuid()),
	             "DIR/new" },
	         Words { "local-stream-socket-listen", "--gid", std::to_string(getegid()),
	             "DIR/new" },
	         Words { "listen", "--unix=DIR/new", "--unix=DIR/directory/new" } })
		EXPECT_EQ(obstacle(words), "") << words[1];
}

TEST_F(CertainPathFailure, ASecondSocketOnThePathHoweverItIsWritten)
{
	std::string taken = "bind will fail: DIR/new is in use by socket 1 of this command";

	for (const char *second : { "DIR/new", "DIR/./new", "DIR//new", "DIR/directory/../new" })
		EXPECT_EQ(obstacle({ "listen", "--no-holder-search", "--unix=DIR/new",
		    std::string("--unix-dgram=") + second }), placed(taken));
}

TEST_F(CertainPathFailure, ADirectoryOrOwnerThatNeedsPrivilege)
{
	const uid_t nobody = 65534;

	if (geteuid() != 0)
		SKIP_TEST("only root becomes another user");
	ASSERT_EQ(chown((directory / "directory").c_str(), nobody, nobody), 0);
	EXPECT_EQ(obstacle({ "listen", "--unix=DIR/new" }, nobody),
	    placed("cannot create a file in DIR: ") + error_text(EACCES));
	EXPECT_EQ(obstacle({ "fifo-listen", "DIR/new" }, nobody),
	    placed("cannot create a file in DIR: ") + error_text(EACCES));
	EXPECT_EQ(obstacle({ "listen", "--unix=DIR/directory/new" }, nobody), "");
	EXPECT_EQ(obstacle({ "listen", "--unix=DIR/directory/new,owner=0" }, nobody),
	    "changing the owner of the path to user 0 needs privilege");
	EXPECT_EQ(obstacle({ "local-stream-socket-listen", "--uid", "1", "DIR/directory/new" },
	    nobody), "changing the owner of the path to user 1 needs privilege");
	EXPECT_EQ(obstacle({ "listen", "--unix=DIR/directory/new,group=0" }, nobody),
	    "changing the group of the path to 0 needs privilege: this process is not a"
	    " member");
	EXPECT_EQ(obstacle({ "listen", "--unix=DIR/directory/new,owner=65534,group=65534" },
	    nobody), "");
	ASSERT_EQ(mkfifo((directory / "directory/fifo").c_str(), 0600), 0);
	ASSERT_EQ(chown((directory / "directory/fifo").c_str(), 1, 1), 0);
	EXPECT_EQ(obstacle({ "fifo-listen", "DIR/directory/fifo" }),
	    placed("the owner of FIFO DIR/directory/fifo, user 1, is neither root nor the user"
	           " of this process nor the requested user"));
	EXPECT_EQ(obstacle({ "fifo-listen", "--uid", "1", "DIR/directory/fifo" }), "");
	std::filesystem::permissions(directory / "directory", std::filesystem::perms(0600));
	EXPECT_EQ(obstacle({ "listen", "--unix=DIR/directory/new" }, nobody),
	    placed("cannot create a file in DIR/directory: ") + error_text(EACCES));
}

/* ---- settings that cannot be had ---- */

TEST(Explain, APathIsNeitherSharedNorOfADevice)
{
	for (const char *setting : { "share", "balance", "device=lo", "device=lo0" }) {
		Command command = explain({ "listen", std::string("--unix=/tmp/no such socket,")
		    + setting, "/bin/sh" });
		Result result = run(command);
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_THAT(result.output + result.error,
		    testing::AnyOf(HasSubstr("only TCP and UDP sockets have it"),
		        HasSubstr("no such interface"), HasSubstr("NOT SUPPORTED"))) << setting;
	}
	EXPECT_EQ(run(explain({ "listen", "--unix=/tmp/no such socket,prefer-share,share=no",
	    "/bin/sh" })).status, 0);
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
	Words words = { "local-stream-socket-listen", "/tmp/a\nErrors\n\x1b[31m", "/bin/sh",
		"b\nHandover\n" };
	Result result = run(explain(words));

	EXPECT_EQ(result.output.find("\nErrors\n"), std::string::npos);
	EXPECT_EQ(result.output.find('\x1b'), std::string::npos);
	EXPECT_EQ(explained(words).at("next").at("arguments").at(1), "b\nHandover\n");
}

TEST(Explain, AReportThatCannotBeWrittenIsAFailedCall)
{
	Command command = explain({ "tcp-socket-listen", "127.0.0.1", "0", "/bin/sh" });

	command.closed = { 1 };
	EXPECT_EQ(run(command).status, 111);
}

/* ---- bindchain accept ---- */

namespace {

/* `explain accept OPTIONS /bin/sh` with LISTENER as descriptor 5. */
Command
explain_accept(Words options, int listener, bool as_json = true)
{
	options.insert(options.begin(), "accept");
	options.push_back("/bin/sh");
	Command command = explain(options, as_json);
	if (listener >= 0)
		command.descriptors[5] = listener;
	return command;
}

} // namespace

TEST(ExplainAccept, TellsSocketsLimitsAndHandler)
{
	Descriptor listener = bind_to("127.0.0.1");
	ASSERT_EQ(listen(listener.get(), 5), 0);
	const std::string address = "127.0.0.1:" + std::to_string(port_of(listener.get()));
	const Words options = { "--fd=5", "--limit=7", "--limit-per-source=2", "--rate=5/60",
		"--at-limit=close", "--deadline=9", "--source-prefix=56", "--set=keepalive",
		"--handover=fd:4" };
	Result result = run(explain_accept(options, listener.get()));
	json report = json::parse(result.output), serving = report.at("serving");

	EXPECT_EQ(result.status, 0);
	EXPECT_THAT(JsonSchema(schema_file).complaints(report), IsEmpty()) << report.dump(2);
	EXPECT_EQ(report.at("sockets"), json::array());
	EXPECT_EQ(report.at("works"), true);
	EXPECT_EQ(serving.at("listeners"), json::array({ { { "descriptor", 5 },
	    { "address", address }, { "options", { "SO_KEEPALIVE" } }, { "problem", nullptr } } }));
	serving.erase("listeners");
	EXPECT_EQ(serving, json({ { "problem", nullptr }, { "section", nullptr },
	    { "warnings", json::array() }, { "limit", 7 }, { "at_limit", "close" },
	    { "limit_per_source", 2 }, { "source_prefix", 56 }, { "rate", 5 },
	    { "rate_seconds", 60 }, { "deadline", 9 }, { "user", geteuid() },
	    { "group", getegid() } }));
	EXPECT_EQ(report.at("handover").at("descriptor"), 4);
	EXPECT_EQ(report.at("next").at("found"), "/bin/sh");

	std::string text = run(explain_accept(options, listener.get(), false)).output;
	EXPECT_THAT(section(text, "Listening sockets"), HasSubstr("TCP " + address
	    + "; connections get SO_KEEPALIVE"));
	for (const char *part : { "7; further ones are accepted and closed", "5 connections in 60"
	         " seconds", "first 56 bits", "at most 9 seconds" })
		EXPECT_THAT(section(text, "Limits"), HasSubstr(part));
	EXPECT_THAT(section(text, "Handler"), HasSubstr("(" + std::to_string(geteuid()) + "), group "
	    + std::to_string(getegid()) + "\n"));
	EXPECT_THAT(section(text, "Handler"), HasSubstr(" descriptor 4\n"));
	EXPECT_THAT(section(text, "Environment of the handler"), HasSubstr(" TCP\n"));
	EXPECT_EQ(text.find("UNIXREMOTEPID                 the"), std::string::npos);
}

/* They execute that chain: s6-networking's s6-tcpserver and s6's s6-ipcserver. */
TEST(Explain, OfAServerIsThatOfItsBinder)
{
	EXPECT_EQ(run(explain({ "s6-tcpserver", "-v", "-b", "7", "127.0.0.1", "0", "cat" })).output,
	    run(explain({ "s6-tcpserver-socketbinder", "-b", "7", "--", "127.0.0.1", "0",
	        "s6-tcpserverd", "-v2", "--", "cat" })).output);
	Result result = run(explain({ "s6-ipcserver", "./socket", "cat" }));
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.output, run(explain({ "s6-ipcserver-socketbinder", "--", "./socket",
	    "s6-ipcserverd", "--", "cat" })).output);
	EXPECT_EQ(run(explain({ "s6-tcpserver", "127.0.0.1" })).status, 100);
}

/* bindchain-accept(1) */
TEST(ExplainAccept, TellsTheDefaults)
{
	Descriptor listener = bind_to("127.0.0.1");
	ASSERT_EQ(listen(listener.get(), 5), 0);
	json report = json::parse(run(explain_accept({ "--fd=5" }, listener.get())).output);
	const json &serving = report.at("serving");

	for (const char *limit : { "limit_per_source", "rate", "rate_seconds", "deadline" })
		EXPECT_EQ(serving.at(limit), nullptr) << limit;
	EXPECT_EQ(serving.at("limit"), 40);
	EXPECT_EQ(serving.at("at_limit"), "queue");
	EXPECT_EQ(report.at("handover").at("descriptor"), 0);
}

TEST(ExplainAccept, TellsTheUser)
{
	Descriptor listener = bind_to("127.0.0.1");
	ASSERT_EQ(listen(listener.get(), 5), 0);
	const Words options = { "--fd=5", "--user=77777:88888" };
	Command command = explain_accept(options, listener.get());
	if (geteuid() == 0)
		command.user = 65534;
	json report = json::parse(run(command).output);

	EXPECT_EQ(report.at("serving").at("user"), 77777);
	EXPECT_EQ(report.at("serving").at("group"), 88888);
	EXPECT_THAT(section(run(explain_accept(options, listener.get(), false)).output, "Handler"),
	    HasSubstr("user 77777, group 88888\n"));
	/* Without privilege it would be refused. */
	EXPECT_EQ(report.at("works"), false);
	EXPECT_THAT(report.at("serving").at("problem").get<std::string>(), HasSubstr("only root"));
}

/* socket(7): SO_MARK needs CAP_NET_ADMIN, which that user has not. */
TEST(ExplainAccept, TriesOptionsAsTheUserOfTheServer)
{
	if (std::string(expectations().system) != "Linux" || geteuid() != 0)
		SKIP_TEST("needs root on Linux, to become an ordinary user");
	Descriptor listener = bind_to("127.0.0.1");
	ASSERT_EQ(listen(listener.get(), 5), 0);
	for (const char *user : { "--user=77777:88888", "--user=0:0" }) {
		const Words options = { "--fd=5", "--set=mark=7", user };
		Result result = run(explain_accept(options, listener.get()));
		json problem = json::parse(result.output).at("serving").at("listeners").at(0)
		                   .at("problem");
		if (std::string(user) == "--user=0:0") {
			EXPECT_EQ(problem, nullptr) << problem;
			continue;
		}
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_THAT(problem.get<std::string>(), HasSubstr("SO_MARK"));
		EXPECT_THAT(problem.get<std::string>(), HasSubstr(error_text(EPERM)));
	}
}

/* What the command would refuse is an error in the report. */
TEST(ExplainAccept, TellsWhatCannotBeServed)
{
	Descriptor bound = bind_to("127.0.0.1"), datagrams = bind_to("127.0.0.1", 0, true);
	Result without = run(explain_accept({ "--set=keepalive" }, -1));
	json report = json::parse(without.output);

	EXPECT_EQ(without.status, 100);
	EXPECT_EQ(report.at("works"), false);
	EXPECT_THAT(JsonSchema(schema_file).complaints(report), IsEmpty()) << report.dump(2);
	EXPECT_THAT(report.at("serving").at("problem").get<std::string>(),
	    HasSubstr("LISTEN_FDS is not set"));
	EXPECT_THAT(section(run(explain_accept({}, -1, false)).output, "Errors"),
	    HasSubstr("LISTEN_FDS is not set"));
	for (const auto &[descriptor, problem] : { std::pair(bound.get(), "not a listening socket"),
	         std::pair(datagrams.get(), "a datagram socket accepts no connections"),
	         std::pair(-1, "descriptor 5 is not open") }) {
		Result result = run(explain_accept({ "--fd=5" }, descriptor));
		EXPECT_EQ(result.status, 100);
		report = json::parse(result.output);
		EXPECT_THAT(JsonSchema(schema_file).complaints(report), IsEmpty()) << report.dump(2);
		EXPECT_THAT(report.at("serving").at("listeners").at(0).at("problem").get<std::string>(),
		    HasSubstr(problem));
	}
}

TEST(ExplainAccept, LeavesAWrongCommandLineToTheCommand)
{
	Result result = run(explain({ "accept", "--limit=0", "true" }));

	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error, "bindchain accept: fatal: --limit=0: not a number from 1 to 4194304\n");
	result = run(explain({ "accept", "/nonexistent" }, true));
	EXPECT_EQ(result.status, 100);
	EXPECT_NE(json::parse(result.output).at("next").at("problem"), nullptr);
}

TEST(ExplainAccept, OfASocketThatAChainOpens)
{
	Command command = tool("bindchain", { "listen", "--tcp=127.0.0.1:0", "bindchain", "explain",
	    "--json", "accept", "/bin/sh" });

	command.set("PATH", tool_directory());
	json report = json::parse(run(command).output);
	EXPECT_EQ(report.at("serving").at("listeners").at(0).at("descriptor"), 3);
	EXPECT_EQ(report.at("works"), true);
}
