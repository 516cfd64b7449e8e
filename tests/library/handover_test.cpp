/* SPDX-License-Identifier: ISC */
/* Handing sockets to a program that this process executes: places and environment. */
#include "objects.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "child.h"
#include "temporary_directory.h"

extern char **environ;

namespace {

using Strings = std::vector<std::string>;

/* A list as `environ` of STRINGS, which must outlive it. */
std::vector<char *>
list_of(Strings &strings)
{
	std::vector<char *> list;

	for (std::string &string : strings)
		list.push_back(string.data());
	list.push_back(nullptr);
	return list;
}

Handover
handover(unsigned flags, int first, int count, const std::vector<const char *> &names = {},
    Strings environment = {}, struct bindchain_failure *failure = nullptr)
{
	return Handover(bindchain_handover_new(flags, first, count,
	    names.empty() ? nullptr : names.data(), list_of(environment).data(), failure));
}

Strings
environment_of(const Handover &handover)
{
	Strings strings;

	for (char **entry = bindchain_handover_environment(handover.get()); entry && *entry; entry++)
		strings.push_back(*entry);
	return strings;
}

std::string
pid_variable(const std::string &name = "LISTEN_PID")
{
	return name + "=" + std::to_string(getpid());
}

/* sd_listen_fds(3): the number of descriptors, from 3 on, and the process they are for. */
TEST(LibraryHandover, DescribesSocketsForSystemdsConvention)
{
	Handover made = handover(BINDCHAIN_HANDOVER_SYSTEMD, 3, 2, { "web", nullptr },
	    { "PATH=/bin", "HOME=/" });

	ASSERT_NE(made, nullptr);
	EXPECT_EQ(environment_of(made), (Strings { "PATH=/bin", "HOME=/",
	    "LISTEN_FDNAMES=web:unknown", "LISTEN_FDS=2", pid_variable() }));
	EXPECT_EQ(bindchain_handover_target(made.get(), 0), 3);
	EXPECT_EQ(bindchain_handover_target(made.get(), 1), 4);
}

TEST(LibraryHandover, DescribesASocketForUpstartsConvention)
{
	EXPECT_EQ(environment_of(handover(BINDCHAIN_HANDOVER_UPSTART, 7, 1, {}, { "A=1" })),
	    (Strings { "A=1", "UPSTART_EVENTS=socket", "UPSTART_FDS=7" }));
}

/* As a server on standard input expects it: inetd(8), s6. */
TEST(LibraryHandover, SaysNothingOfSocketsWithoutAConvention)
{
	Handover made = handover(0, 0, 1, {}, { "LISTEN_FDS=1", "A=1", "UPSTART_FDS=3",
	    "LISTEN_PID=1", "LISTEN_PIDFDID=5", "LISTEN_FDNAMES=x", "UPSTART_EVENTS=socket" });

	EXPECT_EQ(environment_of(made), (Strings { "A=1" }));
	EXPECT_EQ(bindchain_handover_target(made.get(), 0), 0);
}

TEST(LibraryHandover, ReplacesTheVariablesOfOtherSockets)
{
	EXPECT_EQ(environment_of(handover(BINDCHAIN_HANDOVER_SYSTEMD, 3, 1, {},
	              { "LISTEN_PID=1", "A=1", "LISTEN_FDS=5", "LISTEN_PIDFDID=9",
	                  "LISTEN_FDS=6", "UPSTART_FDS=3", "LISTEN_FDNAMES=a:b", "LISTEN_FD=x" })),
	    (Strings { pid_variable(), "A=1", "LISTEN_FDS=1", "LISTEN_FDNAMES=unknown",
	        "LISTEN_FD=x" }));
}

TEST(LibraryHandover, HasTheProcessIdOfWhoAsks)
{
	Handover made = handover(BINDCHAIN_HANDOVER_SYSTEMD, 3, 1, {}, { "LISTEN_PID=1" });
	pid_t parent = getpid();

	EXPECT_EQ(environment_of(made)[0], pid_variable());
	in_child([&] {
		EXPECT_NE(getpid(), parent);
		EXPECT_EQ(environment_of(made)[0], pid_variable());
	});
}

TEST(LibraryHandover, KeepsNothingOfTheListItWasMadeFrom)
{
	Strings strings = { "A=first", "B=second" };
	std::vector<char *> list = list_of(strings);
	Handover made(bindchain_handover_new(0, 3, 1, nullptr, list.data(), nullptr));

	strings[0][2] = 'X';
	list[0] = nullptr;
	EXPECT_EQ(environment_of(made), (Strings { "A=first", "B=second" }));
	EXPECT_EQ(environment_of(Handover(bindchain_handover_new(0, 3, 1, nullptr, nullptr,
	              nullptr))), Strings());
}

TEST(LibraryHandover, LeavesTheEnvironmentOfThisProcessAlone)
{
	char *first = environ[0];

	setenv("LISTEN_FDS", "7", 1);
	handover(BINDCHAIN_HANDOVER_SYSTEMD, 3, 1);
	EXPECT_STREQ(getenv("LISTEN_FDS"), "7");
	unsetenv("LISTEN_FDS");
	EXPECT_EQ(environ[0], first);
}

/* Sockets that this process was started with, and named so. */
void
inherit(int count)
{
	close_from_three();
	for (int i = 0; i < count; i++)
		ASSERT_EQ(socket(AF_INET, SOCK_STREAM, 0), 3 + i);
}

TEST(LibraryHandover, AppendsToInheritedSockets)
{
	in_child([] {
		inherit(2);
		Handover made = handover(BINDCHAIN_HANDOVER_SYSTEMD | BINDCHAIN_HANDOVER_APPEND, 3, 1,
		    { "new" }, { "LISTEN_FDS=2", pid_variable(), "LISTEN_FDNAMES=a:b" });
		ASSERT_NE(made, nullptr);
		EXPECT_EQ(bindchain_handover_target(made.get(), 0), 5);
		EXPECT_EQ(environment_of(made),
		    (Strings { "LISTEN_FDS=3", pid_variable(), "LISTEN_FDNAMES=a:b:new" }));
		in_child([&] { EXPECT_EQ(environment_of(made)[1], pid_variable()); });
	});
}

TEST(LibraryHandover, AppendsToNothingThatIsForAnotherProcess)
{
	Handover made = handover(BINDCHAIN_HANDOVER_SYSTEMD | BINDCHAIN_HANDOVER_APPEND, 3, 1, {},
	    { "LISTEN_FDS=2", "LISTEN_PID=1", "LISTEN_FDNAMES=a:b" });

	EXPECT_EQ(bindchain_handover_target(made.get(), 0), 3);
	EXPECT_EQ(environment_of(made),
	    (Strings { "LISTEN_FDS=1", pid_variable(), "LISTEN_FDNAMES=unknown" }));
}

TEST(LibraryHandover, RefusesToAppendToDescriptorsThatAreNotOpen)
{
	in_child([] {
		struct bindchain_failure failure = {};

		inherit(1);
		EXPECT_EQ(handover(BINDCHAIN_HANDOVER_SYSTEMD | BINDCHAIN_HANDOVER_APPEND, 3, 1, {},
		              { "LISTEN_FDS=2", pid_variable() }, &failure), nullptr);
		EXPECT_EQ(failure.operation, BINDCHAIN_INHERITED);
		EXPECT_EQ(failure.descriptor, 4);
		EXPECT_EQ(handover(BINDCHAIN_HANDOVER_SYSTEMD | BINDCHAIN_HANDOVER_APPEND, 3, 1, {},
		              { "LISTEN_FDS=-1", pid_variable() }, &failure), nullptr);
		EXPECT_EQ(failure.operation, BINDCHAIN_INHERITED);
		EXPECT_EQ(failure.descriptor, -1);
	});
}

const unsigned systemd = BINDCHAIN_HANDOVER_SYSTEMD, upstart = BINDCHAIN_HANDOVER_UPSTART;
const std::string longest_name(255, 'n'), too_long_name(256, 'n');

const struct {
	unsigned flags;
	int first, count;
	const char *name, *subject;
} invalid_handovers[] = {
	{ 8, 3, 1, nullptr, "flags" },
	{ UINT_MAX, 3, 1, nullptr, "flags" },
	{ BINDCHAIN_HANDOVER_APPEND, 3, 1, nullptr, "flags" },
	{ BINDCHAIN_HANDOVER_APPEND | upstart, 3, 1, nullptr, "flags" },
	{ systemd, 0, 1, nullptr, "first" },
	{ systemd, 4, 1, nullptr, "first" },
	{ 0, -1, 1, nullptr, "first" },
	{ 0, INT_MIN, 1, nullptr, "first" },
	{ systemd, 3, 0, nullptr, "count" },
	{ systemd, 3, -1, nullptr, "count" },
	{ systemd, 3, INT_MAX, nullptr, "count" },
	{ systemd, 3, INT_MAX - 3, nullptr, "count" },
	{ systemd, 3, 1048577, nullptr, "count" },
	{ 0, INT_MAX, 1, nullptr, "count" },
	{ upstart, 3, 2, nullptr, "count" },
	{ systemd, 3, 1, "", "names" },
	{ systemd, 3, 1, "a:b", "names" },
	{ systemd, 3, 1, "a\n", "names" },
	{ systemd, 3, 1, "\303\244", "names" },
	{ systemd, 3, 1, too_long_name.c_str(), "names" },
};

TEST(LibraryHandover, RefusesWhatIsInvalid)
{
	for (const auto &row : invalid_handovers) {
		struct bindchain_failure failure = {};
		std::vector<const char *> names;
		if (row.name)
			names.push_back(row.name);
		EXPECT_EQ(handover(row.flags, row.first, row.count, names, {}, &failure), nullptr)
		    << row.flags << " " << row.first << " " << row.count;
		EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
		EXPECT_EQ(failure.error, EINVAL);
		EXPECT_STREQ(failure.subject, row.subject) << row.flags;
		EXPECT_EQ(handover(row.flags, row.first, row.count, names), nullptr);
	}
	EXPECT_NE(handover(systemd, 3, 1, { longest_name.c_str() }), nullptr);
}

TEST(LibraryHandover, RefusesNullAndWhatIsBeyondItsEnd)
{
	struct bindchain_failure failure = {};
	Handover made = handover(0, 3, 2);
	int descriptors[] = { -1, -1 };

	for (int index : { -1, 2, INT_MAX, INT_MIN }) {
		errno = 0;
		EXPECT_EQ(bindchain_handover_target(made.get(), index), -1);
		EXPECT_EQ(errno, EINVAL);
	}
	EXPECT_EQ(bindchain_handover_target(nullptr, 0), -1);
	errno = 0;
	EXPECT_EQ(bindchain_handover_environment(nullptr), nullptr);
	EXPECT_EQ(errno, EINVAL);
	EXPECT_EQ(bindchain_handover_place(nullptr, descriptors, &failure), -1);
	EXPECT_STREQ(failure.subject, "handover");
	EXPECT_EQ(bindchain_handover_place(made.get(), nullptr, &failure), -1);
	EXPECT_STREQ(failure.subject, "descriptors");
	EXPECT_EQ(bindchain_handover_place(made.get(), descriptors, &failure), -1);
	EXPECT_STREQ(failure.subject, "descriptors");
	EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
	EXPECT_EQ(bindchain_handover_place(made.get(), descriptors, nullptr), -1);
	bindchain_handover_free(nullptr);
}

/* ---- placing ---- */

ino_t
inode_of(int descriptor)
{
	struct stat status = {};

	return fstat(descriptor, &status) == 0 ? status.st_ino : 0;
}

/* Sockets on the DESCRIPTORS from 3 on, close-on-exec.  Returns their inodes. */
std::vector<ino_t>
open_from_three(int count)
{
	std::vector<ino_t> inodes;

	close_from_three();
	for (int descriptor = 3; descriptor < 3 + count; descriptor++) {
		EXPECT_EQ(socket(AF_INET, SOCK_STREAM, 0), descriptor);
		EXPECT_EQ(fcntl(descriptor, F_SETFD, FD_CLOEXEC), 0);
		inodes.push_back(inode_of(descriptor));
	}
	return inodes;
}

TEST(LibraryPlacing, ExchangesSocketsOnEachOthersTargets)
{
	int order[] = { 3, 4, 5 };

	do {
		in_child([&] {
			std::vector<ino_t> inodes = open_from_three(3);
			int descriptors[] = { order[0], order[1], order[2] };
			struct bindchain_failure failure = {};

			ASSERT_EQ(bindchain_handover_place(handover(0, 3, 3).get(), descriptors,
			    &failure), 0) << failure.operation << " " << strerror(failure.error);
			for (int i = 0; i < 3; i++) {
				EXPECT_EQ(descriptors[i], 3 + i);
				EXPECT_EQ(inode_of(3 + i), inodes[size_t(order[i] - 3)]);
				EXPECT_EQ(fcntl(3 + i, F_GETFD), 0) << "stays open for the next program";
			}
			EXPECT_FALSE(is_open(6));
		});
	} while (std::next_permutation(order, order + 3));
}

TEST(LibraryPlacing, ClosesWhatIsAtATarget)
{
	in_child([] {
		std::vector<ino_t> inodes = open_from_three(2);
		int descriptors[] = { 4 };

		ASSERT_EQ(bindchain_handover_place(handover(0, 3, 1).get(), descriptors, nullptr), 0);
		EXPECT_EQ(inode_of(3), inodes[1]);
		EXPECT_FALSE(is_open(4));
	});
}

TEST(LibraryPlacing, PutsTheSocketOnStandardInput)
{
	in_child([] {
		std::vector<ino_t> inodes = open_from_three(1);
		int descriptors[] = { 3 };

		ASSERT_EQ(bindchain_handover_place(handover(0, 0, 1).get(), descriptors, nullptr), 0);
		EXPECT_EQ(inode_of(0), inodes[0]);
		EXPECT_EQ(descriptors[0], 0);
		EXPECT_FALSE(is_open(3));
	});
}

TEST(LibraryPlacing, KeepsInheritedSocketsOpenForTheNextProgram)
{
	in_child([] {
		std::vector<ino_t> inodes = open_from_three(4);
		int descriptors[] = { 6 };
		Handover made = handover(BINDCHAIN_HANDOVER_SYSTEMD | BINDCHAIN_HANDOVER_APPEND, 3, 1,
		    {}, { "LISTEN_FDS=2", pid_variable() });

		ASSERT_EQ(bindchain_handover_place(made.get(), descriptors, nullptr), 0);
		EXPECT_EQ(fcntl(3, F_GETFD), 0);
		EXPECT_EQ(fcntl(4, F_GETFD), 0);
		EXPECT_EQ(inode_of(5), inodes[3]);
	});
}

TEST(LibraryPlacing, RefusesClosedAndRepeatedDescriptors)
{
	in_child([] {
		std::vector<ino_t> inodes = open_from_three(2);
		struct bindchain_failure failure = {};

		for (auto wrong : std::vector<std::vector<int>> { { 3, 3 }, { 3, 200 }, { -1, 3 },
		         { 3, INT_MAX } }) {
			EXPECT_EQ(bindchain_handover_place(handover(0, 3, 2).get(), wrong.data(),
			    &failure), -1);
			EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
			EXPECT_EQ(inode_of(3), inodes[0]) << "moved";
			EXPECT_EQ(inode_of(4), inodes[1]) << "moved";
		}
	});
}

/* To move one would close it where the environment says it is. */
TEST(LibraryPlacing, RefusesInheritedDescriptors)
{
	in_child([] {
		std::vector<ino_t> inodes = open_from_three(3);
		struct bindchain_failure failure = {};
		Handover made = handover(BINDCHAIN_HANDOVER_SYSTEMD | BINDCHAIN_HANDOVER_APPEND, 3, 2,
		    {}, { "LISTEN_FDS=2", pid_variable() });

		for (int inherited : { 3, 4 }) {
			int descriptors[] = { 5, inherited };
			EXPECT_EQ(bindchain_handover_place(made.get(), descriptors, &failure), -1);
			EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
			EXPECT_STREQ(failure.subject, "descriptors");
			for (int i = 0; i < 3; i++)
				EXPECT_EQ(inode_of(3 + i), inodes[size_t(i)]) << "moved";
		}
	});
}

TEST(LibraryPlacing, TellsOfTheLimitOfOpenFiles)
{
	in_child([] {
		const struct rlimit limit = { 16, 16 };
		struct bindchain_failure failure = {};
		int descriptors[] = { 3 };

		open_from_three(1);
		ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
		EXPECT_EQ(bindchain_handover_place(handover(0, 16, 1).get(), descriptors, &failure),
		    -1);
		EXPECT_EQ(failure.operation, BINDCHAIN_PLACE);
		EXPECT_EQ(failure.descriptor, 16);
		EXPECT_TRUE(failure.error == EBADF || failure.error == EMFILE) << failure.error;
		if (descriptors[0] >= 0) {
			EXPECT_TRUE(is_open(descriptors[0]));
		}
	});
}

/* ---- executing ---- */

int
status_of(std::vector<std::string> words, Strings environment)
{
	return exit_status_of([&] {
		struct bindchain_failure failure = {};
		bindchain_execute(list_of(words).data(), list_of(environment).data(), &failure);
		_exit(250 + (failure.operation == BINDCHAIN_EXEC));
	});
}

TEST(LibraryExecute, SearchesThePathOfTheGivenEnvironment)
{
	TemporaryDirectory one, other;
	const std::string script = "#!/bin/sh\nexit ";

	one.file("prog", script + "7\n", 0755);
	other.file("prog", script + "8\n", 0755);
	setenv("PATH", one.path().c_str(), 1);
	EXPECT_EQ(status_of({ "prog" }, { "PATH=" + other.path() }), 8);
	EXPECT_EQ(status_of({ "prog" }, { "A=b", "PATH=" + other.path() + "/none:" + one.path() }),
	    7);
	EXPECT_EQ(status_of({ "prog" }, {}), 251) << "the PATH of this process does not count";
	EXPECT_EQ(status_of({ other.path() + "/prog" }, {}), 8);
}

TEST(LibraryExecute, PassesTheGivenEnvironmentAlone)
{
	setenv("OWN", "1", 1);
	EXPECT_EQ(status_of({ "/bin/sh", "-c", "test \"$GIVEN\" = 'a b' && test -z \"$OWN\"" },
	    { "GIVEN=a b" }), 0);
}

TEST(LibraryExecute, RefusesWhatIsInvalid)
{
	struct bindchain_failure failure = {};
	char *const none[] = { nullptr };
	char name[] = "/nonexistent/prog";
	char *const missing[] = { name, nullptr };

	EXPECT_EQ(bindchain_execute(nullptr, none, &failure), -1);
	EXPECT_STREQ(failure.subject, "argv");
	EXPECT_EQ(bindchain_execute(none, none, &failure), -1);
	EXPECT_STREQ(failure.subject, "argv");
	EXPECT_EQ(bindchain_execute(missing, nullptr, &failure), -1);
	EXPECT_STREQ(failure.subject, "envp");
	EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
	EXPECT_EQ(bindchain_execute(missing, none, &failure), -1);
	EXPECT_EQ(failure.operation, BINDCHAIN_EXEC);
	EXPECT_EQ(failure.error, ENOENT);
	EXPECT_EQ(failure.subject, name);
	EXPECT_EQ(bindchain_execute(missing, none, nullptr), -1);
}

/* All of it, as a supervisor does it: LISTEN_PID is the child's. */
TEST(LibraryHandover, ReachesTheProgramThatAChildExecutes)
{
	Request request = internet("127.0.0.1", 0);
	Handover made = handover(BINDCHAIN_HANDOVER_SYSTEMD, 3, 1, { "web" }, { "PATH=/bin:/usr/bin" });
	Strings words = { "sh", "-c", "test $LISTEN_PID = $$ && test $LISTEN_FDS = 1"
	                              " && test $LISTEN_FDNAMES = web && : <&3" };
	int descriptors[] = { -1 };

	bindchain_set_flags(request.get(), BINDCHAIN_CLOSE_ON_EXEC, nullptr);
	descriptors[0] = bindchain_open(request.get(), nullptr);
	ASSERT_GE(descriptors[0], 0);
	EXPECT_EQ(exit_status_of([&] {
		if (bindchain_handover_place(made.get(), descriptors, nullptr) != 0)
			_exit(251);
		bindchain_execute(list_of(words).data(), bindchain_handover_environment(made.get()),
		    nullptr);
		_exit(252);
	}), 0);
	close(descriptors[0]);
}

} // namespace
