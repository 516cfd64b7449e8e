/* SPDX-License-Identifier: ISC */
/* docs/platforms.md against the tools of each system. */
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <stdexcept>

#include "bench.h"
#include "bindchain.h"
#include "kernel.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Json = nlohmann::json;
using Names = std::set<std::string>;
using Cells = std::vector<std::string>;

const char *const systems[] = { "Linux", "FreeBSD", "macOS" };
const char *const complete_profile[] = { "linux-6", "freebsd-14", "macos-15" };

size_t
option_count()
{
	int count = 0;

	while (bindchain_option_name(count))
		count++;
	return static_cast<size_t>(count);
}

/* ---- the document ---- */

std::string
trimmed(const std::string &text)
{
	size_t start = text.find_first_not_of(' '), end = text.find_last_not_of(' ');

	return start == std::string::npos ? "" : text.substr(start, end - start + 1);
}

/* The cells of a line of a table, or none. */
Cells
cells_of(const std::string &line)
{
	Cells cells;

	if (line.empty() || line[0] != '|')
		return cells;
	for (size_t start = 1, end; (end = line.find('|', start)) != std::string::npos;
	     start = end + 1)
		cells.push_back(trimmed(line.substr(start, end - start)));
	return cells;
}

/* The rows below a heading, by their first cell. */
using Table = std::map<std::string, Cells>;

struct Document {
	std::map<std::string, Table> tables; /* by the heading's text, "# " removed */

	Document()
	{
		std::ifstream stream(DOCUMENT);
		std::string heading;
		for (std::string line; std::getline(stream, line);) {
			Cells cells = cells_of(line);
			if (line.rfind("##", 0) == 0)
				heading = trimmed(line.substr(line.find_last_of('#') + 1));
			else if (!cells.empty() && !std::all_of(cells[0].begin(), cells[0].end(),
			             [](char c) { return c == '-'; }))
				tables[heading][cells[0]] = cells;
		}
	}
};

/* What stands in backquotes. */
Names
backquoted(const std::string &cell)
{
	std::regex pattern("`([^`]*)`");
	Names names;

	for (std::sregex_iterator match(cell.begin(), cell.end(), pattern), end; match != end;
	     ++match)
		names.insert((*match)[1]);
	return names;
}

std::string
name_in(const std::string &heading)
{
	Names names = backquoted(heading);

	return names.empty() ? "" : *names.begin();
}

/* ---- the tools ---- */

const char *const some_sockets[] = { "--tcp=127.0.0.1:8080", "--tcp=[::1]:8080",
	"--tcp=[::]:8080,dual", "--udp=127.0.0.1:8080", "--udp=[::1]:8080",
	"--unix=/nonexistent/s", "--unix-dgram=/nonexistent/s" };

Json
explain(const std::string &profile, const std::vector<std::string> &arguments)
{
	Bench bench(profile);
	std::vector<std::string> words = { "explain", "--json", "listen" };

	words.insert(words.end(), arguments.begin(), arguments.end());
	words.push_back("true");
	Result result = bench.run("bindchain", words);
	EXPECT_SOUND(bench);
	return Json::parse(result.output).at("sockets").at(0);
}

struct Answer {
	Names names;   /* as any of the sockets has it */
	Names refused; /* "reason; instead, alternative" */
};

std::map<std::string, Answer>
answers_of(const std::string &profile)
{
	std::map<std::string, Answer> answers;

	for (const char *socket : some_sockets) {
		Json explained = explain(profile, { socket });
		for (const Json &option : explained.at("options")) {
			Answer &answer = answers[option.at("option")];
			for (const Json &name : option.at("names_here"))
				answer.names.insert(name);
			/* Where there is nothing else to do, another kind was meant. */
			if (option.at("alternative").is_string())
				answer.refused.insert(option.at("reason").get<std::string>()
				    + "; instead, " + option.at("alternative").get<std::string>());
			else if (option.at("reason").is_string())
				answer.refused.insert(option.at("reason").get<std::string>());
		}
	}
	if (answers.size() != option_count())
		throw std::runtime_error(profile + ": explain does not tell of every option");
	return answers;
}

/* ---- the options ---- */

TEST(PlatformsDocument, HasEveryOptionUnderTheNameOfEachSystem)
{
	Document document;

	for (int system = 0; system < 3; system++)
		for (const auto &[option, answer] : answers_of(complete_profile[system])) {
			Table table = document.tables["`" + option + "`"];
			Cells row = table[systems[system]];
			SCOPED_TRACE(option + " on " + systems[system]);
			ASSERT_EQ(row.size(), 4U);
			EXPECT_EQ(backquoted(row[1]), answer.names);
			EXPECT_EQ(row[1] == "not supported", answer.names.empty());
			EXPECT_EQ(row[2] == "-", answer.names.empty());
		}
}

TEST(PlatformsDocument, HasNoOptionThatIsNotThere)
{
	std::map<std::string, Answer> answers = answers_of("linux-6");

	size_t options = 0;

	Document document;
	for (const auto &[heading, table] : document.tables) {
		EXPECT_TRUE(name_in(heading).empty() || answers.count(name_in(heading))) << heading;
		options += !name_in(heading).empty();
	}
	EXPECT_EQ(options, answers.size());
}

TEST(PlatformsDocument, GivesTheReasonAndTheAlternative)
{
	const std::pair<int, const char *> profiles[] = { { 0, complete_profile[0] },
		{ 1, complete_profile[1] }, { 1, "freebsd-13.1-jail-vnet" },
		{ 2, complete_profile[2] } };
	Document document;
	int reasons = 0;

	for (const auto &[system, profile] : profiles)
		for (const auto &[option, answer] : answers_of(profile)) {
			Cells row = document.tables["`" + option + "`"][systems[system]];
			std::string cell = row.empty() ? "" : row.back();
			for (const std::string &refusal : answer.refused) {
				bool is_about_kind = refusal.rfind("only ", 0) == 0;
				reasons += !is_about_kind;
				EXPECT_TRUE(is_about_kind || cell.find(refusal) != std::string::npos)
				    << option << " on " << systems[system] << ": " << refusal;
			}
		}
	EXPECT_GE(reasons, 6) << "macOS lacks five of them, and jails balance";
}

/* ---- what an option needs, and what its lack looks like ---- */

/* How each option is asked for.  The filter is TLS's where there are several, since
 * no profile has it loaded; the interface is loopback. */
std::string
request_for(const std::string &option, const struct world &world, const std::string &path)
{
	const std::map<std::string, std::string> requests = {
		{ "reuse-address", "--tcp=127.0.0.1:8080" },
		{ "share", "--tcp=127.0.0.1:8080,share" },
		{ "balance", "--tcp=127.0.0.1:8080,balance" },
		{ "v6only", "--tcp=[::1]:8080" },
		{ "bind-any", "--tcp=[::1]:8080,bind-any" },
		{ "receive-buffer", "--udp=127.0.0.1:8080,receive-buffer=9000" },
		{ "wait-for", std::string("--tcp=127.0.0.1:8080,wait-for=")
		        + (world.system == WORLD_FREEBSD ? "tls" : "data") },
		{ "device", std::string("--tcp=127.0.0.1:8080,device=")
		        + world.interfaces[0].name },
		{ "keepalive", "--tcp=127.0.0.1:8080,keepalive" },
		{ "fast-open", "--tcp=127.0.0.1:8080,fast-open=5" },
		{ "congestion", "--tcp=127.0.0.1:8080,prefer-congestion=cubic" },
		{ "locked", "--tcp=127.0.0.1:8080,locked" },
		{ "mptcp", "--tcp=127.0.0.1:8080,mptcp" },
		{ "keepalive-idle", "--tcp=127.0.0.1:8080,keepalive-idle=60" },
		{ "keepalive-interval", "--tcp=127.0.0.1:8080,keepalive-interval=10" },
		{ "keepalive-count", "--tcp=127.0.0.1:8080,keepalive-count=5" },
		{ "nodelay", "--tcp=127.0.0.1:8080,nodelay" },
		{ "send-buffer", "--udp=127.0.0.1:8080,send-buffer=9000" },
		{ "user-timeout", "--tcp=127.0.0.1:8080,user-timeout=5000" },
		{ "max-segment", "--tcp=127.0.0.1:8080,max-segment=1000" },
		{ "hop-limit", "--udp=[::1]:8080,hop-limit=9" },
		{ "traffic-class", "--udp=127.0.0.1:8080,traffic-class=184" },
		{ "priority", "--udp=127.0.0.1:8080,priority=3" },
		{ "mark", "--udp=127.0.0.1:8080,mark=7" },
		{ "transparent", "--udp=[::1]:8080,transparent" },
		{ "broadcast", "--udp=127.0.0.1:8080,broadcast" },
		{ "packet-info", "--udp=127.0.0.1:8080,packet-info" },
		{ "timestamps", "--udp=127.0.0.1:8080,timestamps=us" },
		{ "pass-pidfd", "--unix-dgram=" + path + ",pass-pidfd" },
		{ "fib", "--tcp=127.0.0.1:8080,fib=0" },
		{ "pass-credentials", "--unix-dgram=" + path + ",pass-credentials" },
		{ "pass-security", "--unix-dgram=" + path + ",pass-security" },
	};

	return requests.at(option);
}

/* The errno of the setsockopt(2) or socket(2) that ended the run, or nothing. */
std::string
lack_of(const std::string &profile, const std::string &option)
{
	TemporaryDirectory directory;
	Bench bench(profile);
	std::string request = request_for(option, bench.fake(), directory / "s");
	Result result = bench.run("bindchain", { "listen", request, "/bin/true" });
	std::string error;

	for (const LoggedCall &call : bench.calls())
		if (call.name == "setsockopt" || (call.name == "socket" && result.status != 0))
			error = call.failed() ? call.result : "";
	EXPECT_EQ(result.status, error.empty() ? 0 : 111) << result;
	EXPECT_SOUND(bench);
	return error;
}

struct Want {
	int system;
	const char *unprivileged;
	std::vector<std::string> lacking; /* profiles where something may be missing */
};

const Want wants[] = {
	{ 0, "linux-6-unprivileged", { "linux-bare" } },
	{ 1, "freebsd-14-unprivileged", { "freebsd-somaxconn", "freebsd-14-unprivileged" } },
	{ 2, "macos-11", { "macos-15" } },
};

TEST(PlatformsDocument, SaysNothingIsNeededOnlyWhereAnyUserHasIt)
{
	Document document;
	int rows = 0;

	for (const Want &want : wants)
		for (const auto &[heading, table] : document.tables) {
			std::string option = name_in(heading);
			if (option.empty())
				continue;
			Cells row = table.at(systems[want.system]);
			if (row[1] == "not supported")
				continue;
			EXPECT_EQ(lack_of(want.unprivileged, option).empty(), row[2] == "nothing")
			    << option << " on " << systems[want.system];
			rows++;
		}
	EXPECT_GT(rows, 2 * option_count()) << "most have most of them";
}

TEST(PlatformsDocument, NamesTheErrorOfWhatIsMissing)
{
	Document document;
	int lacks = 0;

	for (const Want &want : wants)
		for (const std::string &profile : want.lacking)
			for (const auto &[heading, table] : document.tables) {
				std::string option = name_in(heading);
				if (option.empty())
					continue;
				Cells row = table.at(systems[want.system]);
				std::string error = row[1] == "not supported"
				    ? "" : lack_of(profile, option);
				EXPECT_NE(row[3].find(error), std::string::npos)
				    << option << " on " << profile << ": " << error;
				lacks += !error.empty();
			}
	EXPECT_GE(lacks, 6) << "some profiles lack something";
}

/* ---- kinds, backlog, addresses, low ports ---- */

TEST(PlatformsDocument, HasTheKindsOfEachSystem)
{
	Table table = Document().tables["Kinds of socket"];

	for (const auto &[kind, row] : table)
		for (int system = 0; system < 3 && kind != "kind"; system++) {
			bool is_internet = kind == "`--tcp`" || kind == "`--udp`";
			std::string place = is_internet           ? "127.0.0.1:8080"
			    : kind == "`--netlink`"               ? "route"
			    : kind.rfind("`--vsock", 0) == 0 ? "any:5000" : "/nonexistent/s";
			Json explained = explain(complete_profile[system], { name_in(kind) + "=" + place });
			EXPECT_EQ(explained.at("unsupported").is_null() ? "yes" : "no",
			    row.at(static_cast<size_t>(system) + 1)) << kind;
		}
	EXPECT_EQ(table.size(), 10U);
}

/* Does a socket at a path of LENGTH bytes, or with such a last component, get as far as looking
 * for its directory? */
bool
takes_path(const std::string &profile, size_t length, bool of_component)
{
	Bench bench(profile);
	std::string path = "/nonexistent/" + std::string(length - (of_component ? 0 : 13), 'a');
	Result result = bench.run("bindchain", { "listen", "--unix=" + path, "/bin/true" });

	EXPECT_SOUND(bench);
	EXPECT_TRUE(result.status == 111 || result.status == 100) << result;
	return result.status == 111;
}

TEST(PlatformsDocument, HasTheLongestComponentOfAPathOfEachSystem)
{
	Cells row = Document().tables["Unix sockets and netlink"]["longest last component, in bytes"];

	ASSERT_EQ(row.size(), 4U);
	Cells longer = Document().tables["Unix sockets and netlink"]
	                                ["longer paths, bound in their directory"];
	ASSERT_EQ(longer.size(), 4U);
	for (size_t system = 0; system < 3; system++) {
		size_t longest = std::stoul(row[system + 1]);
		bool has_longer = longer[system + 1] == "yes";
		EXPECT_TRUE(takes_path(complete_profile[system], longest, has_longer))
		    << systems[system];
		EXPECT_FALSE(takes_path(complete_profile[system], longest + 1, has_longer))
		    << systems[system];
		EXPECT_EQ(takes_path(complete_profile[system], longest, true), has_longer);
	}
}

TEST(PlatformsDocument, HasTheAbstractNamesOfEachSystem)
{
	Cells row = Document().tables["Unix sockets and netlink"]
	                             ["abstract names (`@name`)"];

	ASSERT_EQ(row.size(), 4U);
	for (size_t system = 0; system < 3; system++) {
		Bench bench(complete_profile[system]);
		Result result = bench.run("bindchain",
		    { "explain", "listen", "--unix=@name", "/bin/true" });
		EXPECT_EQ(row[system + 1], result.status == 0 ? "yes" : "no") << result;
	}
}

/* What a client of a full accept queue gets, as explain says it. */
TEST(PlatformsDocument, HasTheOverflowOfUnixSocketsOfEachSystem)
{
	const std::map<std::string, std::string> effects = {
		{ "waits", "waits, or gets EAGAIN" }, { "refused", "gets ECONNREFUSED" } };
	Cells row = Document().tables["Unix sockets and netlink"]["a client of a full accept queue"];

	ASSERT_EQ(row.size(), 4U);
	for (size_t system = 0; system < 3; system++)
		EXPECT_EQ(row[system + 1], effects.at(explain(complete_profile[system],
		    { "--unix=/nonexistent/s" }).at("backlog").at("overflow").at("new_client")));
}

bool
has_netlink(const std::string &profile, const std::string &protocol)
{
	Bench bench(profile);

	return bench.run("netlink-datagram-socket-listen", { protocol, "0", "/bin/true" }).status
	    == 0;
}

TEST(PlatformsDocument, HasTheNetlinkOfEachSystem)
{
	Table table = Document().tables["Unix sockets and netlink"];
	Cells row = table["netlink"], protocols = table["its protocols"];

	ASSERT_EQ(row.size(), 4U);
	ASSERT_EQ(protocols.size(), 4U);
	for (size_t system = 0; system < 3; system++) {
		EXPECT_EQ(row[system + 1] != "no", has_netlink(complete_profile[system], "route"));
		for (const char *protocol : { "route", "generic", "kobject-uevent", "usersock" }) {
			bool is_told = protocols[system + 1].rfind("all", 0) == 0
			    || backquoted(protocols[system + 1]).count(protocol);
			EXPECT_EQ(has_netlink(complete_profile[system], protocol), is_told)
			    << systems[system] << " " << protocol;
		}
	}
	Bench old("freebsd-13");
	Result result = old.run("netlink-datagram-socket-listen", { "route", "0", "/bin/true" });
	EXPECT_NE(result.error.find("since 13.2"), std::string::npos)
	    << result;
}

TEST(PlatformsDocument, HasTheBacklogOfEachSystem)
{
	Table table = Document().tables["Backlog and accept queue"];
	int rows = 0;

	for (const auto &[asked, row] : table) {
		if (asked.find_first_not_of("0123456789") != std::string::npos || asked.empty())
			continue;
		rows++;
		for (int system = 0; system < 3; system++) {
			Json backlog = explain(complete_profile[system],
			    { "--tcp=127.0.0.1:8080,backlog=" + asked }).at("backlog");
			EXPECT_EQ(std::to_string(backlog.at("queue_limit").get<int>()) + ", "
			        + std::to_string(backlog.at("connections_admitted").get<int>()),
			    row.at(static_cast<size_t>(system) + 1)) << asked;
			EXPECT_EQ(name_in(table.at("kernel setting of the limit")
			                       .at(static_cast<size_t>(system) + 1)),
			    backlog.at("limit").at("name").get<std::string>());
		}
	}
	EXPECT_EQ(rows, 5);
}

int
status_on(const std::string &profile, const std::string &address)
{
	Bench bench(profile);

	return bench.run("bindchain", { "listen", "--tcp=" + address, "/bin/true" }).status;
}

TEST(PlatformsDocument, HasTheLoopbackOfEachSystem)
{
	Cells row = Document().tables["Addresses"]["loopback"];

	ASSERT_EQ(row.size(), 4U);
	for (size_t system = 0; system < 3; system++) {
		bool is_whole = status_on(complete_profile[system], "127.0.0.2:8080") == 0;
		EXPECT_EQ(status_on(complete_profile[system], "127.0.0.1:8080"), 0);
		EXPECT_EQ(row[system + 1], is_whole ? "all of 127.0.0.0/8" : "127.0.0.1");
	}
}

TEST(PlatformsDocument, LowPortsAreRootsButForTheWildcardOfMacOs)
{
	for (const char *profile : complete_profile)
		EXPECT_EQ(status_on(profile, "127.0.0.1:80"), 0) << profile;
	for (const Want &want : wants)
		EXPECT_EQ(status_on(want.unprivileged, "127.0.0.1:80"), 111);
	EXPECT_EQ(status_on("linux-6-unprivileged", "0.0.0.0:80"), 111);
	EXPECT_EQ(status_on("freebsd-14-unprivileged", "0.0.0.0:80"), 111);
	EXPECT_EQ(status_on("macos-11", "0.0.0.0:80"), 0);
}

} // namespace
