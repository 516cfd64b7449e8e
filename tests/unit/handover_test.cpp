/* SPDX-License-Identifier: ISC */
/* Where the socket goes, and what the environment says of it. */
#include "core.h"
#include "child.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

std::string
variable(const char *name)
{
	const char *value = environment_get(name);

	return value ? value : "(unset)";
}

void
clear_environment()
{
	for (const char *name : { "LISTEN_FDS", "LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDNAMES",
	         "UPSTART_EVENTS", "UPSTART_FDS" })
		unsetenv(name);
}

const struct handover_sockets nameless = { 1, nullptr };

struct handover
to_descriptor(int descriptor)
{
	struct handover handover;

	handover_to_descriptor(&handover, descriptor, &nameless);
	return handover;
}

int
to_listen_fds(struct handover &handover, unsigned conventions, struct bindchain_failure &failure)
{
	return handover_to_listen_fds(&handover, conventions, environment_all(), &nameless, &failure);
}

/* A process as a start of a chain finds it: descriptors 0, 1, 2, no variables. */
void
in_fresh_child(const std::function<void()> &body)
{
	in_child([&] {
		close_from_three();
		clear_environment();
		body();
	});
}

/* Descriptors 3 and on as if they had been handed to this process. */
void
inherit(int count)
{
	for (int i = 0; i < count; i++)
		ASSERT_EQ(socket(AF_INET, SOCK_STREAM, 0), 3 + i);
	setenv("LISTEN_FDS", std::to_string(count).c_str(), 1);
	setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
}

/* Two descriptors of one file: the kernel gives both the same inode. */
bool
is_same_socket(int descriptor, const struct stat &as)
{
	struct stat status;

	return fstat(descriptor, &status) == 0 && status.st_dev == as.st_dev
	    && status.st_ino == as.st_ino;
}

struct Socket {
	int descriptor;
	struct stat status;

	Socket() : descriptor(socket(AF_INET, SOCK_STREAM, 0)), status()
	{
		fstat(descriptor, &status);
	}
};

TEST(HandoverTarget, IsThreeWithoutInheritedSockets)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;

		ASSERT_EQ(to_listen_fds(handover, HANDOVER_SYSTEMD, failure), 0);
		EXPECT_EQ(handover.target, 3);
		EXPECT_EQ(handover.inherited, 0);
	});
}

TEST(HandoverTarget, IsBehindInheritedSockets)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;

		inherit(2);
		ASSERT_EQ(to_listen_fds(handover, HANDOVER_SYSTEMD, failure), 0);
		EXPECT_EQ(handover.target, 5);
		EXPECT_EQ(handover.inherited, 2);
	});
}

TEST(HandoverTarget, IsBehindTheInheritedSocketsThatStay)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;
		const char *name = "web";
		const struct handover_sockets named = { 1, &name };
		int count = -1;

		inherit(3);
		setenv("LISTEN_FDNAMES", "a:b:c", 1);
		EXPECT_EQ(handover_inherited(&count, &failure), 0);
		EXPECT_EQ(count, 3);
		ASSERT_EQ(handover_after(&handover, HANDOVER_SYSTEMD, 2, "a:c", &named, &failure), 0);
		EXPECT_EQ(handover.target, 5);
		EXPECT_EQ(handover.inherited, 2);
		ASSERT_EQ(handover_set_environment(&handover, &failure), 0);
		EXPECT_EQ(variable("LISTEN_FDS"), "3");
		EXPECT_EQ(variable("LISTEN_FDNAMES"), "a:c:web");
		handover_free(&handover);
	});
}

TEST(HandoverTarget, NoneStaysWhereAllAreTaken)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;
		const char *name = nullptr;
		const struct handover_sockets nameless_one = { 1, &name };

		inherit(2);
		setenv("LISTEN_FDNAMES", "a:b", 1);
		ASSERT_EQ(handover_after(&handover, HANDOVER_SYSTEMD, 0, nullptr, &nameless_one,
		    &failure), 0);
		EXPECT_EQ(handover.target, 3);
		EXPECT_EQ(handover.inherited, 0);
		ASSERT_EQ(handover_set_environment(&handover, &failure), 0);
		EXPECT_EQ(variable("LISTEN_FDNAMES"), "unknown");
		handover_free(&handover);
	});
}

TEST(HandoverTarget, IsThreeWithoutSystemdCompatibilityWhateverIsInherited)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;

		inherit(2);
		ASSERT_EQ(to_listen_fds(handover, HANDOVER_UPSTART, failure), 0);
		EXPECT_EQ(handover.target, 3);
	});
}

TEST(HandoverTarget, IsThreeWhenTheSocketsAreForAnother)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;

		inherit(2);
		setenv("LISTEN_PID", "1", 1);
		ASSERT_EQ(to_listen_fds(handover, HANDOVER_SYSTEMD, failure), 0);
		EXPECT_EQ(handover.target, 3);
	});
}

/* Not ours, so not our business: an ill-formed count of another is passed over. */
TEST(HandoverTarget, IgnoresWhatAnotherProcessWasTold)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;

		setenv("LISTEN_FDS", "junk", 1);
		setenv("LISTEN_PID", "1", 1);
		ASSERT_EQ(to_listen_fds(handover, HANDOVER_SYSTEMD, failure), 0);
		EXPECT_EQ(handover.target, 3);
	});
}

TEST(HandoverTarget, CountThatLiesNamesTheFirstClosedDescriptor)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;

		inherit(2);
		setenv("LISTEN_FDS", "3", 1);
		ASSERT_EQ(to_listen_fds(handover, HANDOVER_SYSTEMD, failure), -1);
		EXPECT_EQ(failure.operation, BINDCHAIN_INHERITED);
		EXPECT_EQ(failure.error, EBADF);
		EXPECT_EQ(failure.descriptor, 5);
	});
}

TEST(HandoverTarget, IllFormedCountOfOursIsAFailure)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;

		inherit(0);
		setenv("LISTEN_FDS", "two", 1);
		ASSERT_EQ(to_listen_fds(handover, HANDOVER_SYSTEMD, failure), -1);
		EXPECT_EQ(failure.operation, BINDCHAIN_INHERITED);
		EXPECT_STREQ(failure.subject, "two");
		EXPECT_LT(failure.descriptor, 0);
	});
}

TEST(HandoverPlacement, FreeTargetReceivesTheSocket)
{
	in_fresh_child([] {
		struct handover handover = to_descriptor(7);
		struct bindchain_failure failure;
		Socket socket;

		ASSERT_EQ(handover_perform(&handover, socket.descriptor, &failure), 0);
		EXPECT_TRUE(is_same_socket(7, socket.status));
		EXPECT_FALSE(is_open(socket.descriptor)) << "it must be there once";
	});
}

TEST(HandoverPlacement, OccupiedTargetIsClosed)
{
	in_fresh_child([] {
		struct handover handover = to_descriptor(3);
		struct bindchain_failure failure;
		char byte;
		int pipes[2];

		ASSERT_EQ(pipe(pipes), 0);
		ASSERT_EQ(dup2(pipes[1], 9), 9);
		ASSERT_EQ(dup2(pipes[0], 8), 8);
		close(pipes[0]);
		close(pipes[1]);
		ASSERT_EQ(dup2(9, 3), 3);
		close(9);
		Socket socket;
		ASSERT_NE(socket.descriptor, 3);
		ASSERT_EQ(handover_perform(&handover, socket.descriptor, &failure), 0);
		EXPECT_TRUE(is_same_socket(3, socket.status));
		EXPECT_FALSE(is_open(socket.descriptor));
		/* End of file: the last writing end was descriptor 3. */
		EXPECT_EQ(read(8, &byte, 1), 0);
	});
}

/* dup2(n, n) does nothing, and closing n afterwards would lose the socket. */
TEST(HandoverPlacement, SocketThatIsThereAlreadyStays)
{
	in_fresh_child([] {
		struct handover handover = to_descriptor(3);
		struct bindchain_failure failure;
		Socket socket;

		ASSERT_EQ(socket.descriptor, 3);
		ASSERT_EQ(handover_perform(&handover, 3, &failure), 0);
		EXPECT_TRUE(is_same_socket(3, socket.status));
	});
}

TEST(HandoverPlacement, SocketIsInheritableAtItsTarget)
{
	in_fresh_child([] {
		struct handover handover = to_descriptor(6);
		struct bindchain_failure failure;
		Socket socket;

		fcntl(socket.descriptor, F_SETFD, FD_CLOEXEC);
		ASSERT_EQ(handover_perform(&handover, socket.descriptor, &failure), 0);
		EXPECT_EQ(fcntl(6, F_GETFD) & FD_CLOEXEC, 0);
	});
}

TEST(HandoverPlacement, TargetBeyondTheTableNamesItAndLeavesTheSocketOpen)
{
	in_fresh_child([] {
		struct rlimit limit = { 8, 8 };
		struct handover handover = to_descriptor(8);
		struct bindchain_failure failure;
		Socket socket;

		ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
		ASSERT_EQ(handover_perform(&handover, socket.descriptor, &failure), -1);
		EXPECT_EQ(failure.operation, BINDCHAIN_PLACE);
		EXPECT_EQ(failure.error, EBADF); /* dup2(2): beyond the limit */
		EXPECT_EQ(failure.descriptor, 8);
		EXPECT_TRUE(is_open(socket.descriptor));
		EXPECT_EQ(variable("LISTEN_FDS"), "(unset)");
	});
}

TEST(HandoverPlacement, StandardInputKeepsTheEnvironment)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;

		setenv("LISTEN_FDS", "1", 1);
		setenv("LISTEN_PID", "1", 1);
		setenv("LISTEN_FDNAMES", "a", 1);
		handover_to_descriptor(&handover, 0, &nameless);
		Socket socket;
		ASSERT_EQ(handover_perform(&handover, socket.descriptor, &failure), 0);
		EXPECT_TRUE(is_same_socket(0, socket.status));
		EXPECT_EQ(variable("LISTEN_FDS"), "1");
		EXPECT_EQ(variable("LISTEN_PID"), "1");
		EXPECT_EQ(variable("LISTEN_FDNAMES"), "a");
		EXPECT_EQ(variable("UPSTART_EVENTS"), "(unset)");
	});
}

TEST(HandoverEnvironment, SystemdCountsAndNamesThisProcess)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;

		inherit(2);
		ASSERT_EQ(to_listen_fds(handover, HANDOVER_SYSTEMD, failure), 0);
		Socket socket;
		ASSERT_EQ(handover_perform(&handover, socket.descriptor, &failure), 0);
		EXPECT_EQ(variable("LISTEN_FDS"), "3");
		EXPECT_EQ(variable("LISTEN_PID"), std::to_string(getpid()));
		EXPECT_EQ(variable("UPSTART_EVENTS"), "(unset)");
		EXPECT_EQ(variable("UPSTART_FDS"), "(unset)");
	});
}

/* sd_listen_fds(3) reads a number in any base, blanks and a sign in front of it; others
 * read decimal digits alone. */
TEST(HandoverEnvironment, ProcessThatIsThisOneIsWrittenInPlainDecimal)
{
	for (const char *format : { "%d", "0x%x", "0X%x", "0%o", "+%d", " %d", "\t\n %d",
	         " +0x%x" }) {
		SCOPED_TRACE(format);
		in_fresh_child([format] {
			struct bindchain_failure failure;
			struct handover handover;
			char written[32];

			inherit(1);
			snprintf(written, sizeof written, format, getpid());
			setenv("LISTEN_PID", written, 1);
			ASSERT_EQ(to_listen_fds(handover, HANDOVER_SYSTEMD, failure), 0);
			EXPECT_EQ(handover.inherited, 1) << "it is ours";
			ASSERT_EQ(handover_set_environment(&handover, &failure), 0);
			EXPECT_EQ(variable("LISTEN_PID"), std::to_string(getpid()));
			EXPECT_EQ(variable("LISTEN_FDS"), "2");
		});
	}
}

TEST(HandoverEnvironment, AnotherProcessIsReplacedByThisOne)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;

		setenv("LISTEN_PID", "1", 1);
		ASSERT_EQ(to_listen_fds(handover, HANDOVER_SYSTEMD, failure), 0);
		ASSERT_EQ(handover_set_environment(&handover, &failure), 0);
		EXPECT_EQ(variable("LISTEN_PID"), std::to_string(getpid()));
	});
}

/* What explain shows is what is done: neither the environment nor the process is asked
 * once more. */
TEST(HandoverEnvironment, IsMadeAsItWasPlanned)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;
		const std::string planner = std::to_string(getpid());

		setenv("LISTEN_FDNAMES", "", 1);
		ASSERT_EQ(to_listen_fds(handover, HANDOVER_SYSTEMD | HANDOVER_UPSTART, failure), 0);
		in_child([&] {
			Socket socket;
			for (const char *name : { "LISTEN_FDNAMES", "LISTEN_FDS", "LISTEN_PID" })
				setenv(name, "changed meanwhile", 1);
			ASSERT_EQ(handover_perform(&handover, socket.descriptor, &failure), 0);
			EXPECT_TRUE(is_same_socket(3, socket.status));
			EXPECT_EQ(variable("LISTEN_FDNAMES"), "changed meanwhile") << "it stands";
			EXPECT_EQ(variable("LISTEN_FDS"), "1");
			EXPECT_EQ(variable("LISTEN_PID"), planner);
			EXPECT_EQ(variable("UPSTART_FDS"), "3");
		});
		handover_free(&handover);
	});
}

std::string
change_text(const struct handover_change &change)
{
	char buffer[NUMBER_TEXT_SIZE];
	const char *value = handover_value_text(&change, buffer);

	return change.name + std::string(value ? "=" : " removed") + (value ? value : "");
}

std::vector<std::string>
changes_of(const struct handover &handover)
{
	std::vector<std::string> changes;

	for (int i = 0; i < handover.change_count; i++)
		changes.push_back(change_text(handover.changes[i]));
	return changes;
}

TEST(HandoverEnvironment, ChangesAreListedInTheirOrder)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;
		const char *const names[] = { "web", nullptr };
		const struct handover_sockets sockets = { 2, names };

		ASSERT_EQ(handover_to_listen_fds(&handover, HANDOVER_SYSTEMD | HANDOVER_UPSTART,
		              environment_all(), &sockets, &failure), 0);
		EXPECT_EQ(changes_of(handover),
		    (std::vector<std::string> { "LISTEN_FDNAMES=web:unknown",
		        "LISTEN_PIDFDID removed", "LISTEN_FDS=2",
		        "LISTEN_PID=" + std::to_string(getpid()), "UPSTART_EVENTS=socket",
		        "UPSTART_FDS=3" }));
		handover_free(&handover);
	});
}

/* adapt: what told of the sockets before tells of them no longer, and nothing changes
 * twice. */
TEST(HandoverEnvironment, OneConventionTakesThePlaceOfAnother)
{
	const std::vector<std::string> none, no_systemd = { "LISTEN_FDNAMES removed",
		"LISTEN_PIDFDID removed", "LISTEN_FDS removed", "LISTEN_PID removed" },
		upstart = { "UPSTART_EVENTS=socket", "UPSTART_FDS=3" };
	const struct {
		unsigned former, conventions;
		std::vector<std::string> first, then;
	} rows[] = {
		{ 0, 0, none, none },
		{ HANDOVER_SYSTEMD, 0, no_systemd, none },
		{ HANDOVER_UPSTART, 0, { "UPSTART_EVENTS removed", "UPSTART_FDS removed" }, none },
		{ HANDOVER_SYSTEMD, HANDOVER_UPSTART, no_systemd, upstart },
		{ HANDOVER_UPSTART, HANDOVER_UPSTART, none, upstart },
		{ HANDOVER_SYSTEMD, HANDOVER_SYSTEMD, { "LISTEN_FDNAMES=unknown",
		    "LISTEN_PIDFDID removed", "LISTEN_FDS=1" }, none },
	};

	for (const auto &row : rows) {
		const char *const names[] = { nullptr };
		const struct handover_sockets sockets = { 1, names };
		struct bindchain_failure failure;
		struct handover handover;
		std::vector<std::string> expected = row.first;
		expected.insert(expected.end(), row.then.begin(), row.then.end());
		if (row.conventions & HANDOVER_SYSTEMD)
			expected.push_back("LISTEN_PID=" + std::to_string(getpid()));
		ASSERT_EQ(handover_instead(&handover, 3, row.former, row.conventions, &sockets,
		              &failure), 0);
		EXPECT_EQ(changes_of(handover), expected) << row.former << ' ' << row.conventions;
		handover_free(&handover);
	}
}

TEST(HandoverEnvironment, UpstartNamesTheDescriptor)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;

		inherit(1);
		ASSERT_EQ(to_listen_fds(handover, HANDOVER_SYSTEMD | HANDOVER_UPSTART, failure), 0);
		Socket socket;
		ASSERT_EQ(handover_perform(&handover, socket.descriptor, &failure), 0);
		EXPECT_EQ(variable("UPSTART_EVENTS"), "socket");
		EXPECT_EQ(variable("UPSTART_FDS"), "4");
	});
}

TEST(HandoverEnvironment, WithoutSystemdListenVariablesStand)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;

		for (const char *name : { "LISTEN_FDS", "LISTEN_PID", "LISTEN_PIDFDID",
		         "LISTEN_FDNAMES" })
			setenv(name, "as it was", 1);
		ASSERT_EQ(to_listen_fds(handover, HANDOVER_UPSTART, failure), 0);
		Socket socket;
		ASSERT_EQ(handover_perform(&handover, socket.descriptor, &failure), 0);
		for (const char *name : { "LISTEN_FDS", "LISTEN_PID", "LISTEN_PIDFDID",
		         "LISTEN_FDNAMES" })
			EXPECT_EQ(variable(name), "as it was") << name;
	});
}

TEST(HandoverEnvironment, StaleIdentityIsRemoved)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;

		setenv("LISTEN_PIDFDID", "1", 1);
		ASSERT_EQ(to_listen_fds(handover, HANDOVER_SYSTEMD, failure), 0);
		Socket socket;
		ASSERT_EQ(handover_perform(&handover, socket.descriptor, &failure), 0);
		EXPECT_EQ(variable("LISTEN_PIDFDID"), "(unset)");
	});
}

/* The rules of LISTEN_FDNAMES: positional, never shortened, "unknown" only when
 * it would be too short, dropped when it is another's, made for nobody. */
struct NamesCase {
	const char *what;
	const char *pid; /* "own", "1", or NULL for unset */
	int inherited;
	const char *before, *after;
};

TEST(HandoverEnvironment, NamesFollowTheirRules)
{
	const NamesCase rows[] = {
		{ "none stays none", "own", 1, nullptr, "(unset)" },
		{ "none stays none without a process id", nullptr, 0, nullptr, "(unset)" },
		{ "as many as sockets", "own", 1, "a:b", "a:b" },
		{ "one too few", "own", 1, "a", "a:unknown" },
		{ "several too few", "own", 3, "a", "a:unknown:unknown:unknown" },
		{ "empty names count", "own", 1, ":", ":" },
		{ "empty list is one empty name", "own", 1, "", ":unknown" },
		{ "more than sockets, for those to come", "own", 0, "a:b:c", "a:b:c" },
		{ "preset without a process id", nullptr, 0, "a:b", "a:b" },
		{ "another's are dropped", "1", 0, "a", "(unset)" },
	};

	for (const NamesCase &row : rows) {
		SCOPED_TRACE(row.what);
		in_fresh_child([&] {
			struct bindchain_failure failure;
			struct handover handover;

			inherit(row.inherited);
			if (!row.pid)
				unsetenv("LISTEN_PID");
			else if (std::string(row.pid) != "own")
				setenv("LISTEN_PID", row.pid, 1);
			if (row.before)
				setenv("LISTEN_FDNAMES", row.before, 1);
			ASSERT_EQ(to_listen_fds(handover, HANDOVER_SYSTEMD, failure), 0);
			Socket socket;
			ASSERT_EQ(handover_perform(&handover, socket.descriptor, &failure), 0);
			EXPECT_EQ(variable("LISTEN_FDNAMES"), row.after);
			EXPECT_EQ(variable("LISTEN_FDS"), std::to_string(row.inherited + 1));
		});
	}
}

/* A native command's sockets have a list in any case. */
TEST(HandoverEnvironment, SocketsThatAreNamedHaveAListAlways)
{
	const char *const nobody[] = { nullptr, nullptr }, *const one[] = { nullptr, "b" };
	const struct {
		const char *what, *pid;
		int inherited;
		const char *before;
		const char *const *names;
		const char *after;
	} rows[] = {
		{ "no name", nullptr, 0, nullptr, nobody, "unknown:unknown" },
		{ "one name", nullptr, 0, nullptr, one, "unknown:b" },
		{ "inherited without names", "own", 1, nullptr, one, "unknown:unknown:b" },
		{ "inherited with a name", "own", 1, "x", one, "x:unknown:b" },
		{ "a list for those to come", "own", 1, "x:y:z:w", one, "x:y:b:w" },
		{ "another's list", "1", 0, "x:y:z", one, "unknown:b" },
	};

	for (const auto &row : rows) {
		SCOPED_TRACE(row.what);
		in_fresh_child([&] {
			const struct handover_sockets sockets = { 2, row.names };
			struct bindchain_failure failure;
			struct handover handover;

			if (row.pid)
				inherit(row.inherited);
			if (row.pid && std::string(row.pid) != "own")
				setenv("LISTEN_PID", row.pid, 1);
			if (row.before)
				setenv("LISTEN_FDNAMES", row.before, 1);
			ASSERT_EQ(handover_to_listen_fds(&handover, HANDOVER_SYSTEMD,
			              environment_all(), &sockets, &failure), 0);
			ASSERT_EQ(handover_set_environment(&handover, &failure), 0);
			EXPECT_EQ(variable("LISTEN_FDNAMES"), row.after);
			handover_free(&handover);
		});
	}
}

/* The time of this thread alone, so that a busy machine counts for nothing. */
double
seconds_to_plan(const std::string &names, int times)
{
	const char *const name[] = { "ours" };
	const struct handover_sockets sockets = { 1, name };
	struct timespec begin, end;

	setenv("LISTEN_FDNAMES", names.c_str(), 1);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
	for (int i = 0; i < times; i++) {
		struct bindchain_failure failure;
		struct handover handover;
		EXPECT_EQ(handover_to_listen_fds(&handover, HANDOVER_SYSTEMD, environment_all(),
		              &sockets, &failure), 0);
		handover_free(&handover);
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
	return static_cast<double>(end.tv_sec - begin.tv_sec)
	    + static_cast<double>(end.tv_nsec - begin.tv_nsec) / 1e9;
}

/* 64 lists of 2,000 names take what one of 128,000 takes; a time that grows with the
 * square would be 64 times as long. */
TEST(HandoverEnvironment, NamesTakeTimeInProportionToTheirNumber)
{
	in_fresh_child([] {
		const double one = seconds_to_plan(std::string(128000, ':'), 1);
		const double many = seconds_to_plan(std::string(2000, ':'), 64);

		EXPECT_LT(one, 16 * many);
	});
}

TEST(HandoverVariable, MayNotBeOneThatHasAMeaningAlready)
{
	for (const char *name : { "", "=", "a=b", "=a", "LISTEN_FDS", "LISTEN_PID",
	         "LISTEN_PIDFDID", "LISTEN_FDNAMES", "UPSTART_FDS", "UPSTART_EVENTS", "UPSTART_JOB",
	         "PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES", "NOTIFY_SOCKET",
	         "A\nB", "\x01", "A\x7f", "\tA" })
		EXPECT_NE(handover_refuse_variable(name), nullptr) << name;
	for (const char *name : { "ADDRESSES", "LISTEN_ADDRESSES", "LISTEN_FD", "LISTEN_FDSX",
	         "PATHS", "XPATH", "path", "LD", "UPSTART", "a b", "NOTIFY",
	         "1X", "a-b", "a.b", "%", "\xc3\xa4" })
		EXPECT_EQ(handover_refuse_variable(name), nullptr) << name;
}

} // namespace
