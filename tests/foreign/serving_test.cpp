// SPDX-License-Identifier: ISC
// Serving connections: kqueue(2), accepting, the peer's ids, and the start of a handler.
// Numbers are those of both systems' headers, which the facts claim.
#include <cstring>

#include "foreign_request.h"

namespace {

const int filter_read = -1, filter_write = -2, filter_signal = -6;
const int signal_child = 20, signal_term = 15;

class Serving : public Foreign {
protected:
	// What has been called since.
	static std::string NewCalls()
	{
		std::string all = foreign_calls(), added = all.substr(seen_);

		seen_ = all.size();
		for (char &c : added)
			if (c == '\n')
				c = ';';
		return added;
	}

	void SetUp() override
	{
		Foreign::SetUp();
		seen_ = 0;
	}

	static void Open(int listeners)
	{
		ASSERT_STREQ("", foreign_wait_open(listeners));
		NewCalls();
	}

private:
	static size_t seen_;
};

size_t Serving::seen_;

// ---- waiting ----

// kevent IDENT FILTER FLAGS FFLAGS DATA UDATA
TEST_F(Serving, WaitsForSignalsAndEachListener)
{
	EXPECT_STREQ("", foreign_wait_open(2));
	EXPECT_EQ("kqueue;kevent 14 fffffffa 1 0 0 0;kevent f fffffffa 1 0 0 0;"
	          "kevent 28 ffffffff 1 0 0 0;kevent 29 ffffffff 1 0 0 1;", NewCalls());
}

TEST_F(Serving, NamesTheCallThatFailed)
{
	foreign_fail("kqueue", 1);
	EXPECT_STREQ("kqueue", foreign_wait_open(2));
	for (unsigned nth = 1; nth <= 4; nth++) {
		foreign_fail("kevent", nth);
		EXPECT_STREQ("kevent", foreign_wait_open(2)) << nth;
	}
}

TEST_F(Serving, ReportsSeveralEventsAtOnce)
{
	Open(2);
	foreign_add_event(filter_read, 41, 1);
	foreign_add_event(filter_signal, signal_term, 0);
	foreign_add_event(filter_read, 40, 0);
	foreign_add_event(filter_signal, signal_child, 0);
	EXPECT_STREQ("signal 15; signal 20; listener 1; listener 0; ", foreign_wait(1, -1));
	EXPECT_STREQ("", foreign_wait(1, -1));
}

// SERVE_EVENTS_MAX is 16.
TEST_F(Serving, LeavesEventsThatItHasNoRoomForToTheNextWait)
{
	const size_t length = strlen("listener 0; ");

	Open(1);
	for (int i = 0; i < 18; i++)
		foreign_add_event(filter_read, 40, 0);
	EXPECT_EQ(16 * length, strlen(foreign_wait(1, -1)));
	EXPECT_EQ(2 * length, strlen(foreign_wait(1, -1)));
}

TEST_F(Serving, WaitsForEverOrForMilliseconds)
{
	Open(1);
	foreign_wait(1, -1);
	EXPECT_EQ("wait;", NewCalls());
	foreign_wait(1, 0);
	EXPECT_EQ("wait 0 0;", NewCalls());
	foreign_wait(1, 1500);
	EXPECT_EQ("wait 1 1dcd6500;", NewCalls());
}

TEST_F(Serving, IsInterruptedWithoutFailure)
{
	Open(1);
	foreign_interrupt();
	EXPECT_STREQ("", foreign_wait(1, -1));
}

TEST_F(Serving, FailsAsTheWaitFails)
{
	Open(1);
	foreign_fail("kevent", 1);
	EXPECT_STREQ("-1", foreign_wait(1, -1));
}

TEST_F(Serving, SwitchesListenersOffAndOnOnlyWhenThatChanges)
{
	Open(2);
	foreign_wait(1, -1);
	EXPECT_EQ("wait;", NewCalls());
	foreign_wait(0, -1);
	EXPECT_EQ("kevent 28 ffffffff 8 0 0 0;kevent 29 ffffffff 8 0 0 1;wait;", NewCalls());
	foreign_wait(0, -1);
	EXPECT_EQ("wait;", NewCalls());
	foreign_wait(1, -1);
	EXPECT_EQ("kevent 28 ffffffff 4 0 0 0;kevent 29 ffffffff 4 0 0 1;wait;", NewCalls());
}

// EV_ADD and EV_DELETE, of the descriptor alone: listeners are switched off.
TEST_F(Serving, WaitsForRoomWithoutListeners)
{
	Open(1);
	foreign_add_event(filter_write, 50, 0);
	EXPECT_STREQ("room; ", foreign_wait_for_room(1500));
	EXPECT_EQ("kevent 32 fffffffe 1 0 0 0;kevent 28 ffffffff 8 0 0 0;wait 1 1dcd6500;"
	          "kevent 32 fffffffe 2 0 0 0;", NewCalls());
	foreign_add_event(filter_signal, signal_term, 0);
	EXPECT_STREQ("signal 15; ", foreign_wait_for_room(-1));
	EXPECT_EQ("kevent 32 fffffffe 1 0 0 0;wait;kevent 32 fffffffe 2 0 0 0;", NewCalls());
	EXPECT_STREQ("", foreign_wait_for_room(0));
	EXPECT_STREQ("", foreign_wait(1, 0));
}

// A pipe without a reader: EPIPE of kevent(2) on FreeBSD.
TEST_F(Serving, LeavesWhatCannotBeWaitedForToWrite)
{
	Open(1);
	foreign_fail("kevent", 1);
	EXPECT_STREQ("room; ", foreign_wait_for_room(-1));
	EXPECT_EQ("", NewCalls());
}

// ---- connections ----

// sin_len, sin_family
const unsigned char peer[] = { 16, 2, 0x1f, 0x90, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 };

// F_SETFD FD_CLOEXEC; F_SETFL 0: a connection inherits O_NONBLOCK on macOS.
TEST_F(Serving, AcceptsBlockingAndCloseOnExec)
{
	foreign_set_accepted(peer, sizeof peer);
	EXPECT_STREQ("127.0.0.1:8080", foreign_accept());
	EXPECT_EQ(OnFreeBSD() ? "accept4 10000000;" : "accept;fcntl 2 1;fcntl 4 0;", NewCalls());
}

TEST_F(Serving, FailsAsAcceptFails)
{
	foreign_fail("accept", 1);
	EXPECT_STREQ("", foreign_accept());
}

// Of macOS: nobody else would close it.
TEST_F(Serving, ClosesAConnectionThatCannotBePrepared)
{
	if (OnFreeBSD())
		return;
	for (unsigned nth : { 1u, 2u }) {
		foreign_set_accepted(peer, sizeof peer);
		foreign_fail("fcntl", nth);
		EXPECT_STREQ("", foreign_accept()) << nth;
		std::string calls = NewCalls();
		EXPECT_NE(std::string::npos, calls.find("close;")) << calls;
	}
}

// ---- the peer of a Unix socket ----

// struct xucred; SIZE is 88 on FreeBSD, where the process is at 80, and 76 on macOS.
struct Credentials {
	unsigned version, user;
	short group_count;
	unsigned groups[16];
	unsigned process[3];
};
static_assert(sizeof(Credentials) == 88, "without padding at the end");
const int option_peercred = 1, option_peerpid = 2;

void
SetPeer(unsigned version, short group_count, unsigned process)
{
	Credentials ids = { version, 1001, group_count, { 20, 21 }, { 0, process, 0 } };

	foreign_set_option(0, option_peercred, &ids, OnFreeBSD() ? 88 : 76);
	if (!OnFreeBSD() && process)
		foreign_set_option(0, option_peerpid, &process, sizeof process);
}

TEST_F(Serving, ReadsTheIdsOfAPeer)
{
	int ids[3];

	SetPeer(0, 2, 4713);
	ASSERT_TRUE(foreign_peer(ids));
	EXPECT_EQ(1001, ids[0]);
	EXPECT_EQ(20, ids[1]);
	EXPECT_EQ(4713, ids[2]);
}

TEST_F(Serving, ReadsTheIdsOfAPeerWhoseProcessIsUnknown)
{
	int ids[3];

	SetPeer(0, 1, 0);
	ASSERT_TRUE(foreign_peer(ids));
	EXPECT_EQ(1001, ids[0]);
	EXPECT_EQ(-1, ids[2]);
}

TEST_F(Serving, DoesNotKnowAPeerWithoutIds)
{
	int ids[3];

	EXPECT_FALSE(foreign_peer(ids));
	SetPeer(1, 1, 4713); // another version of the structure
	EXPECT_FALSE(foreign_peer(ids));
	foreign_reset();
	SetPeer(0, 0, 4713); // no group
	EXPECT_FALSE(foreign_peer(ids));
}

// ---- handlers ----

TEST_F(Serving, TellsHandlersTheirProcessWhereTheyStartInOurCode)
{
	EXPECT_EQ(OnFreeBSD() ? 1 : 0, foreign_tells_pid());
}

// The mask is 5a5a5a5a here; POSIX_SPAWN_SETSIGMASK is 8.
TEST_F(Serving, StartsAHandler)
{
	int error;

	EXPECT_EQ(4712, foreign_start(-1, &error));
	EXPECT_EQ(0, error);
	EXPECT_EQ(OnFreeBSD() ? "vfork;"
	    : "dup2 3 0;dup2 3 1;setsigmask 5a5a5a5a;setflags 8;/bin/handler;destroy attributes;"
	      "destroy actions;", NewCalls());
}

TEST_F(Serving, PassesTheConnectionAsOneDescriptor)
{
	int error;

	if (OnFreeBSD())
		return; // the child does that, in src/serve
	EXPECT_EQ(4712, foreign_start(7, &error));
	EXPECT_THAT(NewCalls(), testing::StartsWith("dup2 3 7;setsigmask"));
}

TEST_F(Serving, ChildOfVforkBecomesTheHandlerAndExitsIfItCannot)
{
	int error;

	if (!OnFreeBSD())
		return;
	foreign_run_child();
	EXPECT_EQ(4712, foreign_start(-1, &error));
	EXPECT_EQ("vfork;become 3;_exit 7f;", NewCalls());
	EXPECT_NE(0, error); // the parent's memory has why
}

TEST_F(Serving, ReportsWhyAHandlerIsNotStarted)
{
	const std::vector<const char *> calls = OnFreeBSD() ? std::vector<const char *> { "vfork" }
	    : std::vector<const char *> { "find", "actions", "attributes", "dup2", "setsigmask",
	        "setflags", "posix_spawn" };

	for (const char *call : calls) {
		int error = 0;
		foreign_fail(call, 1);
		EXPECT_EQ(-1, foreign_start(-1, &error)) << call;
		EXPECT_NE(0, error) << call;
	}
}

// What was initialized is destroyed.
TEST_F(Serving, DestroysWhatAStartThatFailedHadPrepared)
{
	int error;

	if (OnFreeBSD())
		return;
	foreign_fail("attributes", 1);
	foreign_start(-1, &error);
	EXPECT_EQ("destroy actions;", NewCalls());
	foreign_fail("posix_spawn", 1);
	foreign_start(-1, &error);
	EXPECT_THAT(NewCalls(), testing::EndsWith("destroy attributes;destroy actions;"));
}

} // namespace
