/* SPDX-License-Identifier: ISC */
/* Where the socket goes, and what the environment says of it. */
#include "core.h"
#include "child.h"

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

std::string
variable(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "(unset)";
}

void
clear_environment()
{
	for (const char *name : { "LISTEN_FDS", "LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDNAMES",
	         "UPSTART_EVENTS", "UPSTART_FDS" })
		unsetenv(name);
}

struct handover
to_descriptor(int descriptor)
{
	struct handover handover;

	handover_to_descriptor(&handover, descriptor);
	return handover;
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

		ASSERT_EQ(handover_to_listen_fds(&handover, true, false, &failure), 0);
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
		ASSERT_EQ(handover_to_listen_fds(&handover, true, false, &failure), 0);
		EXPECT_EQ(handover.target, 5);
		EXPECT_EQ(handover.inherited, 2);
	});
}

TEST(HandoverTarget, IsThreeWithoutSystemdCompatibilityWhateverIsInherited)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;

		inherit(2);
		ASSERT_EQ(handover_to_listen_fds(&handover, false, true, &failure), 0);
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
		ASSERT_EQ(handover_to_listen_fds(&handover, true, false, &failure), 0);
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
		ASSERT_EQ(handover_to_listen_fds(&handover, true, false, &failure), 0);
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
		ASSERT_EQ(handover_to_listen_fds(&handover, true, false, &failure), -1);
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
		ASSERT_EQ(handover_to_listen_fds(&handover, true, false, &failure), -1);
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

TEST(HandoverPlacement, TargetBeyondTheTableNamesItAndClosesTheSocket)
{
	in_fresh_child([] {
		struct rlimit limit = { 8, 8 };
		struct handover handover = to_descriptor(8);
		struct bindchain_failure failure;
		Socket socket;

		handover.systemd = true;
		ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
		ASSERT_EQ(handover_perform(&handover, socket.descriptor, &failure), -1);
		EXPECT_EQ(failure.operation, BINDCHAIN_PLACE);
		EXPECT_EQ(failure.error, EBADF); /* dup2(2): beyond the limit */
		EXPECT_EQ(failure.descriptor, 8);
		EXPECT_FALSE(is_open(socket.descriptor));
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
		handover_to_descriptor(&handover, 0);
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
		ASSERT_EQ(handover_to_listen_fds(&handover, true, false, &failure), 0);
		Socket socket;
		ASSERT_EQ(handover_perform(&handover, socket.descriptor, &failure), 0);
		EXPECT_EQ(variable("LISTEN_FDS"), "3");
		EXPECT_EQ(variable("LISTEN_PID"), std::to_string(getpid()));
		EXPECT_EQ(variable("UPSTART_EVENTS"), "(unset)");
		EXPECT_EQ(variable("UPSTART_FDS"), "(unset)");
	});
}

/* What is said of this process is not said again, however it was written; what was
 * said of another is. */
TEST(HandoverEnvironment, ProcessThatIsThisOneStands)
{
	in_fresh_child([] {
		for (bool is_ours : { true, false }) {
			struct bindchain_failure failure;
			struct handover handover;
			char hexadecimal[32];

			snprintf(hexadecimal, sizeof hexadecimal, "0x%x",
			    static_cast<unsigned>(getpid()) + (is_ours ? 0U : 1U));
			setenv("LISTEN_PID", hexadecimal, 1);
			ASSERT_EQ(handover_to_listen_fds(&handover, true, false, &failure), 0);
			ASSERT_EQ(handover_set_environment(&handover, &failure), 0);
			EXPECT_EQ(variable("LISTEN_PID"),
			    is_ours ? hexadecimal : std::to_string(getpid()));
		}
	});
}

TEST(HandoverEnvironment, UpstartNamesTheDescriptor)
{
	in_fresh_child([] {
		struct bindchain_failure failure;
		struct handover handover;

		inherit(1);
		ASSERT_EQ(handover_to_listen_fds(&handover, true, true, &failure), 0);
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
		ASSERT_EQ(handover_to_listen_fds(&handover, false, true, &failure), 0);
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
		ASSERT_EQ(handover_to_listen_fds(&handover, true, false, &failure), 0);
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
			ASSERT_EQ(handover_to_listen_fds(&handover, true, false, &failure), 0);
			Socket socket;
			ASSERT_EQ(handover_perform(&handover, socket.descriptor, &failure), 0);
			EXPECT_EQ(variable("LISTEN_FDNAMES"), row.after);
			EXPECT_EQ(variable("LISTEN_FDS"), std::to_string(row.inherited + 1));
		});
	}
}

} // namespace
