/* SPDX-License-Identifier: ISC */
/* The lines of conflicts that are foreseen. */
#include "core.h"

#include <gtest/gtest.h>

#include "rules.h"

namespace {

using Lines = std::vector<std::string>;

foreseen_conflict
between(const PairEnd &first, const PairEnd &second, bool is_stream = true)
{
	Pair pair = { { is_stream, is_stream, "u0" }, first, second };
	foreseen_conflict conflict = {};

	conflict.first = first_side(pair);
	conflict.second = second_side(pair);
	conflict.address = literal(first.host(), 80);
	conflict.listening = is_stream;
	return conflict;
}

foreseen_conflict
of_process(foreseen_conflict conflict, const char *command, uid_t uid)
{
	conflict.has_process = conflict.process.uid_known = true;
	conflict.process.pid = 4711;
	conflict.process.uid = uid;
	snprintf(conflict.process.command, sizeof conflict.process.command, "%s", command);
	return conflict;
}

const backend_sight seen = [] {
	backend_sight sight = {};
	sight.complete = true;
	return sight;
}();

backend_sight
hidden(const char *why)
{
	backend_sight sight = {};

	sight.hidden = why;
	return sight;
}

/* Obstacles, "-", warnings. */
Lines
told(const foreseen_conflict &conflict, const backend_sight &owners = seen,
    const backend_sight &sockets = seen)
{
	foreseen_conflicts found = {};
	struct findings findings;
	Lines obstacles, warnings;

	found.owners = owners;
	found.sockets = sockets;
	found.count = 1;
	found.list[0] = conflict;
	findings_init(&findings);
	foreseen_conflicts_tell(&found, &findings);
	obstacles = lines_of(findings, FINDING_OBSTACLE);
	warnings = lines_of(findings, FINDING_WARNING);
	obstacles.push_back("-");
	obstacles.insert(obstacles.end(), warnings.begin(), warnings.end());
	return obstacles;
}

constexpr uid_t nobodys = 4000000000U;

TEST(ForeseenLines, ASocketOfTheCommandIsAnObstacle)
{
	foreseen_conflict conflict = between({ "127.0.0.1", "none" }, { "127.0.0.1", "none" });

	conflict.socket = 2;
	conflict.failure = FORESEEN_BIND;
	conflict.is_certain = true;
	EXPECT_EQ(told(conflict), (Lines { "bind will fail: 127.0.0.1:80 is in use by socket 2 of"
	                                   " this command", "-" }));
	conflict.failure = FORESEEN_EXCLUSIVE;
	EXPECT_EQ(told(conflict), (Lines { "the exclusive check will fail: 127.0.0.1:80 is in"
	                                   " use by socket 2 of this command", "-" }));
}

/* It may have gone before the command starts. */
TEST(ForeseenLines, ASocketThatIsThereIsAWarning)
{
	foreseen_conflict conflict = of_process(between({ "::dual", "none" },
	    { "127.0.0.1", "none" }), "server", nobodys);

	conflict.failure = FORESEEN_BIND;
	conflict.is_certain = true;
	conflict.sharing = "cannot be shared: this is a test";
	EXPECT_EQ(told(conflict), (Lines { "-", "bind will fail: [::]:80 is in use by server (pid"
	                                        " 4711, user 4000000000)",
	                              "that socket cannot be shared: this is a test" }));
	conflict.creator_known = true;
	conflict.creator = nobodys + 1;
	EXPECT_EQ(told(conflict).at(1), "bind will fail: [::]:80 is in use by server (pid 4711, user"
	                                " 4000000000, socket created by user 4000000001)");
	conflict.is_certain = conflict.has_process = conflict.listening = false;
	conflict.failure = FORESEEN_LISTEN;
	conflict.sharing = nullptr;
	EXPECT_EQ(told(conflict), (Lines { "-", "listen may fail: [::]:80 is in use by a process that"
	                                        " is not visible, which does not listen" }));
}

TEST(ForeseenLines, ConnectionsThatRemainHaveNoOwner)
{
	foreseen_conflict conflict = between({ "127.0.0.1", "none" }, { "0.0.0.0", "none" });

	conflict.failure = FORESEEN_BIND;
	conflict.is_certain = conflict.is_connection = true;
	conflict.sharing = "this is not said";
	EXPECT_EQ(told(conflict), (Lines { "-", "bind will fail: connections of a previous listener"
	                                        " remain on 127.0.0.1:80" }));
}

TEST(ForeseenLines, WhoGetsTheTraffic)
{
	foreseen_conflict conflict = between({ "0.0.0.0", "port" }, { "127.0.0.1", "port" });

	conflict.socket = 1;
	conflict.ipv4 = CONFLICT_SECOND;
	EXPECT_EQ(told(conflict), (Lines { "-", "will take connections from 0.0.0.0:80 of socket 1 of"
	                                        " this command" }));
	conflict.ipv4 = CONFLICT_FIRST;
	EXPECT_EQ(told(conflict), (Lines { "-", "will get no connections: they go to 0.0.0.0:80 of"
	                                        " socket 1 of this command" }));
	conflict = between({ "0.0.0.0", "port" }, { "0.0.0.0", "port" }, false);
	conflict.socket = 1;
	conflict.ipv4 = CONFLICT_BOTH;
	EXPECT_EQ(told(conflict), (Lines { "-", "will share datagrams with 0.0.0.0:80 of socket 1 of"
	                                        " this command" }));
}

/* A wildcard has other addresses left, and a dual-stack one another family. */
TEST(ForeseenLines, OfWhatIsLeftNothingIsSaid)
{
	foreseen_conflict conflict = between({ "127.0.0.1", "port" }, { "0.0.0.0", "port" });

	conflict.ipv4 = CONFLICT_FIRST;
	EXPECT_EQ(told(conflict), (Lines { "-" }));
	conflict = of_process(between({ "0.0.0.0", "port" }, { "::dual", "port" }), "a\nb", 0);
	conflict.process.uid_known = false;
	conflict.ipv4 = CONFLICT_FIRST;
	EXPECT_EQ(told(conflict), (Lines { "-", "will get no IPv4 connections: they go to 0.0.0.0:80"
	                                        " of \"a\\012b\" (pid 4711)" }));
}

/* As a start that fails says it. */
TEST(ForeseenLines, AProcessThatWasNotFoundHasTheReason)
{
	foreseen_conflict conflict = between({ "127.0.0.1", "none" }, { "127.0.0.1", "none" });
	const std::string line = "bind will fail: 127.0.0.1:80 is in use by a process that is not"
	                         " visible";

	conflict.failure = FORESEEN_BIND;
	conflict.is_certain = true;
	EXPECT_EQ(told(conflict), (Lines { "-", line }));
	EXPECT_EQ(told(conflict, hidden("it is dark")),
	    (Lines { "-", line, "cannot identify the process: it is dark" }));
	conflict.socket = 2;
	EXPECT_EQ(told(conflict, hidden("it is dark")).back(), "-") << "of this command";
	conflict.socket = 0;
	conflict.is_connection = true;
	EXPECT_EQ(told(conflict, hidden("it is dark")).size(), 2U) << "names no process";
	conflict = of_process(conflict, "server", nobodys);
	conflict.is_connection = false;
	EXPECT_EQ(told(conflict, hidden("it is dark")).size(), 2U) << "names the process";
}

/* Not of a system that never shows all. */
TEST(ForeseenLines, AListOfSocketsThatEndedAtItsLimitIsAWarning)
{
	foreseen_conflict conflict = between({ "127.0.0.1", "none" }, { "127.0.0.1", "none" });
	backend_sight sockets = hidden("it is dark");

	conflict.failure = FORESEEN_BIND;
	EXPECT_EQ(told(conflict, seen, sockets).size(), 2U);
	sockets.at_limit = true;
	EXPECT_EQ(told(conflict, seen, sockets).back(), "other sockets may conflict: it is dark");
}

} // namespace
