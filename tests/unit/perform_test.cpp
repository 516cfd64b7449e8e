/* SPDX-License-Identifier: ISC */
/* Plans carried out on the kernel at hand, on its loopback interface, and what
 * is read back of them. */
#include "core.h"
#include "child.h"
#include "skip.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

struct request
request_for(const char *host, enum bindchain_kind kind = BINDCHAIN_TCP)
{
	struct request request;

	request_init(&request, kind);
	request.address = literal(host, 0);
	return request;
}

void
require(struct request *request, enum bindchain_option option, int value)
{
	request->options[option] = { BINDCHAIN_REQUIRED, value };
}

TEST(Request, StartsWithNothingAsked)
{
	struct request tcp, udp;

	memset(&tcp, 0xa5, sizeof tcp);
	request_init(&tcp, BINDCHAIN_TCP);
	request_init(&udp, BINDCHAIN_UDP);
	EXPECT_EQ(tcp.backlog, BINDCHAIN_BACKLOG_MAXIMUM);
	EXPECT_EQ(udp.backlog, BINDCHAIN_NO_LISTEN);
	EXPECT_FALSE(tcp.as_standard_input);
	EXPECT_EQ(tcp.host, nullptr);
	EXPECT_FALSE(tcp.nonblocking);
	EXPECT_FALSE(tcp.close_on_exec);
	for (const struct option_setting &setting : tcp.options)
		EXPECT_EQ(setting.want, BINDCHAIN_UNASKED);
}

TEST(Plan, EveryCallHasARule)
{
	for (int call = 0; call < PLAN_CALLS; call++)
		EXPECT_NE(performance_rules[call].make, nullptr) << call;
}

/* Emulators hide the queue: then no demand on it is met. */
TEST(Open, FailsWhereTheQueueIsShorterThanRequired)
{
	struct request request = request_for("127.0.0.1");
	struct outcome outcome;
	struct bindchain_failure failure;
	int descriptor;

	request.backlog = 3;
	descriptor = request_open(&request, &failure);
	ASSERT_GE(descriptor, 0) << strerror(failure.error);
	ASSERT_EQ(outcome_read(descriptor, &outcome), 0);
	close(descriptor);

	request.least_backlog = 4;
	EXPECT_EQ(request_open(&request, &failure), -1);
	EXPECT_EQ(failure.operation, BINDCHAIN_REQUIREMENT);
	EXPECT_STREQ(failure.subject, "backlog");
	EXPECT_EQ(failure.demanded, 4);
	EXPECT_EQ(failure.given.known, outcome.queue_limit.known);
	EXPECT_EQ(fcntl(descriptor, F_GETFD), -1) << "nothing is left open";
	if (!outcome.queue_limit.known)
		SKIP_TEST_EVEN_IN_CI("this kernel, or emulator, does not tell the limit of a queue");
	EXPECT_EQ(failure.given.value, 3);

	request.least_backlog = 3;
	descriptor = request_open(&request, &failure);
	EXPECT_GE(descriptor, 0);
	close(descriptor);
}

/* socket(7): Linux doubles the number, and reports that. */
TEST(Open, FailsWhereTheReceiveBufferIsSmallerThanRequired)
{
	struct request request = request_for("127.0.0.1");
	struct bindchain_failure failure;
	int descriptor;

	request.options[BINDCHAIN_RECEIVE_BUFFER] = { BINDCHAIN_REQUIRED, 65536 };
	request.least_receive_buffer = 65536;
	descriptor = request_open(&request, &failure);
	ASSERT_GE(descriptor, 0) << strerror(failure.error);
	close(descriptor);

	request.least_receive_buffer = 65537;
	EXPECT_EQ(request_open(&request, &failure), -1);
	EXPECT_EQ(failure.operation, BINDCHAIN_REQUIREMENT);
	EXPECT_STREQ(failure.subject, "receive buffer");
	EXPECT_EQ(failure.demanded, 65537);
	EXPECT_TRUE(failure.given.known);
	EXPECT_EQ(failure.given.value, 65536);
	EXPECT_EQ(fcntl(descriptor, F_GETFD), -1) << "nothing is left open";
}

TEST(Open, MeetsARequiredPortWithTheOneAskedForOrAny)
{
	struct request request = request_for("127.0.0.1");
	struct outcome outcome;
	struct bindchain_failure failure;
	int descriptor;

	request.fixed_port = true;
	descriptor = request_open(&request, &failure);
	ASSERT_GE(descriptor, 0) << strerror(failure.error);
	ASSERT_EQ(outcome_read(descriptor, &outcome), 0);
	close(descriptor);
	request.address = outcome.address;
	descriptor = request_open(&request, &failure);
	EXPECT_GE(descriptor, 0) << strerror(failure.error);
	close(descriptor);
}

TEST(Open, ListensAndReadsBackWhatWasAsked)
{
	struct request request = request_for("127.0.0.1");
	struct bindchain_failure failure;
	struct outcome outcome;
	int descriptor;

	request.backlog = 3;
	require(&request, BINDCHAIN_REUSE_ADDRESS, 1);
	descriptor = request_open(&request, &failure);
	ASSERT_GE(descriptor, 0) << strerror(failure.error);
	ASSERT_EQ(outcome_read(descriptor, &outcome), 0);
	EXPECT_EQ(outcome.descriptor, descriptor);
	EXPECT_EQ(outcome.family, AF_INET);
	EXPECT_EQ(outcome.type, SOCK_STREAM);
	EXPECT_NE(address_port(&outcome.address), 0u);
	EXPECT_TRUE(address_is_loopback(&outcome.address));
	EXPECT_TRUE(outcome.listening.known && outcome.listening.value);
	EXPECT_FALSE(outcome.nonblocking);
	EXPECT_FALSE(outcome.close_on_exec);
	EXPECT_EQ(outcome.options[BINDCHAIN_REUSE_ADDRESS].value, 1);
	close(descriptor);
}

TEST(Open, FlagsAreThereFromTheStart)
{
	for (bool nonblocking : { false, true })
		for (bool close_on_exec : { false, true }) {
			struct request request = request_for("127.0.0.1");
			struct bindchain_failure failure;
			int descriptor;

			request.nonblocking = nonblocking;
			request.close_on_exec = close_on_exec;
			descriptor = request_open(&request, &failure);
			ASSERT_GE(descriptor, 0);
			EXPECT_EQ((fcntl(descriptor, F_GETFL) & O_NONBLOCK) != 0, nonblocking);
			EXPECT_EQ((fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0, close_on_exec);
			close(descriptor);
		}
}

TEST(Open, WithoutListenTheSocketIsBoundOnly)
{
	for (enum bindchain_kind kind : { BINDCHAIN_TCP, BINDCHAIN_UDP }) {
		struct request request = request_for("127.0.0.1", kind);
		struct bindchain_failure failure;
		struct outcome outcome;
		int descriptor;

		request.backlog = BINDCHAIN_NO_LISTEN;
		descriptor = request_open(&request, &failure);
		ASSERT_GE(descriptor, 0);
		ASSERT_EQ(outcome_read(descriptor, &outcome), 0);
		EXPECT_EQ(outcome.type, kind == BINDCHAIN_UDP ? SOCK_DGRAM : SOCK_STREAM);
		EXPECT_TRUE(outcome.listening.known);
		EXPECT_FALSE(outcome.listening.value);
		EXPECT_FALSE(outcome.queue_limit.known);
		EXPECT_NE(address_port(&outcome.address), 0u);
		close(descriptor);
	}
}

TEST(Open, StandardInputIsReplaced)
{
	in_child([] {
		struct request request = request_for("127.0.0.1");
		struct bindchain_failure failure;
		struct outcome outcome;

		request.as_standard_input = true;
		EXPECT_EQ(request_open(&request, &failure), 0);
		EXPECT_EQ(outcome_read(0, &outcome), 0);
		close(0);
		EXPECT_EQ(request_open(&request, &failure), 0) << "closed at start";
	});
}

TEST(Open, AddressInUseNamesBindAndLeavesNothingOpen)
{
	struct request request = request_for("127.0.0.1");
	struct bindchain_failure failure;
	struct outcome outcome;
	int first = request_open(&request, &failure), before;

	ASSERT_GE(first, 0);
	ASSERT_EQ(outcome_read(first, &outcome), 0);
	request.address = outcome.address;
	before = open_descriptors();
	errno = 0;
	EXPECT_EQ(request_open(&request, &failure), -1);
	EXPECT_EQ(failure.operation, BINDCHAIN_BIND);
	EXPECT_EQ(failure.error, EADDRINUSE);
	EXPECT_EQ(open_descriptors(), before);
	close(first);
}

TEST(Open, AddressOfNobodyNamesBind)
{
	struct request request = request_for("192.0.2.1"); /* RFC 5737 */
	struct bindchain_failure failure;
	int before = open_descriptors();

	EXPECT_EQ(request_open(&request, &failure), -1);
	EXPECT_EQ(failure.operation, BINDCHAIN_BIND);
	EXPECT_EQ(failure.error, EADDRNOTAVAIL);
	EXPECT_EQ(open_descriptors(), before);
}

TEST(Open, DatagramsDoNotListen)
{
	struct request request = request_for("127.0.0.1", BINDCHAIN_UDP);
	struct bindchain_failure failure;
	int before = open_descriptors();

	request.backlog = 5;
	EXPECT_EQ(request_open(&request, &failure), -1);
	EXPECT_EQ(failure.operation, BINDCHAIN_LISTEN);
	EXPECT_EQ(failure.error, EOPNOTSUPP);
	EXPECT_EQ(open_descriptors(), before);
}

TEST(Open, FullDescriptorTableNamesSocket)
{
	in_child([] {
		struct request request = request_for("127.0.0.1");
		struct bindchain_failure failure;

		while (dup(0) >= 0)
			continue;
		EXPECT_EQ(request_open(&request, &failure), -1);
		EXPECT_EQ(failure.operation, BINDCHAIN_SOCKET);
		EXPECT_EQ(failure.error, EMFILE);
	});
}

TEST(Perform, FailedOptionIsNamedAndTheSocketClosed)
{
	struct request request = request_for("127.0.0.1");
	struct bindchain_failure failure;
	struct made_path made;
	struct plan plan;
	int before = open_descriptors();

	ASSERT_EQ(plan_make(&plan, &request, &failure), 0);
	ASSERT_EQ(plan.steps[1].call, PLAN_BIND);
	plan.steps[1].call = PLAN_SETSOCKOPT;
	plan.steps[1].is.setsockopt.option = {};
	plan.steps[1].is.setsockopt.option.level = SOL_SOCKET;
	plan.steps[1].is.setsockopt.option.name = 0x7fff0000; /* nobody's */
	plan.steps[1].is.setsockopt.option.name_text = "SO_NOBODYS";
	EXPECT_EQ(perform(&plan, &made, &failure), -1);
	EXPECT_EQ(failure.operation, BINDCHAIN_SETSOCKOPT);
	EXPECT_EQ(failure.error, ENOPROTOOPT);
	EXPECT_STREQ(failure.subject, "SO_NOBODYS");
	EXPECT_EQ(open_descriptors(), before);
}

/* What a kernel without flags at birth makes necessary, on one that has them. */
TEST(Perform, FcntlStepsSetTheirFlagAndKeepOthers)
{
	struct request request = request_for("127.0.0.1");
	struct made_path made;
	struct plan plan = {};
	struct bindchain_failure failure;
	int descriptor;

	plan.request = &request;
	plan.count = 4;
	plan.steps[0].call = PLAN_SOCKET;
	plan.steps[0].is.socket = { AF_INET, SOCK_STREAM, 0 };
	plan.steps[1].call = PLAN_SETFD;
	plan.steps[2].call = PLAN_GETFL;
	plan.steps[3].call = PLAN_SETFL;
	plan.steps[3].is.flags = O_NONBLOCK;
	descriptor = perform(&plan, &made, &failure);
	ASSERT_GE(descriptor, 0);
	EXPECT_TRUE(fcntl(descriptor, F_GETFD) & FD_CLOEXEC);
	EXPECT_TRUE(fcntl(descriptor, F_GETFL) & O_NONBLOCK);
	EXPECT_EQ(fcntl(descriptor, F_GETFL) & O_ACCMODE, O_RDWR);
	close(descriptor);
}

/* Calls of which each stands in for the one before, as SO_RCVBUF for
 * SO_RCVBUFFORCE. */
TEST(Perform, StandInIsCalledOnlyWhenItsFirstFails)
{
	const int nobodys = 0x7fff0000;
	const struct {
		int names[2];
		enum bindchain_operation fails; /* BINDCHAIN_NOTHING: does not */
	} rows[] = {
		{ { SO_KEEPALIVE, nobodys }, BINDCHAIN_NOTHING },
		{ { nobodys, SO_KEEPALIVE }, BINDCHAIN_NOTHING },
		{ { nobodys, nobodys }, BINDCHAIN_SETSOCKOPT },
	};

	for (const auto &row : rows) {
		struct request request = request_for("127.0.0.1");
		struct plan plan = {};
		struct made_path made;
		struct bindchain_failure failure = {};
		int descriptor, before = open_descriptors();

		plan.request = &request;
		plan.count = 3;
		plan.steps[0].call = PLAN_SOCKET;
		plan.steps[0].is.socket = { AF_INET, SOCK_STREAM, 0 };
		for (int i = 0; i < 2; i++) {
			struct plan_step *step = &plan.steps[1 + i];
			step->call = PLAN_SETSOCKOPT;
			step->is.setsockopt.option = {};
			step->is.setsockopt.option.level = SOL_SOCKET;
			step->is.setsockopt.option.name = row.names[i];
			step->is.setsockopt.option.value = 1;
			step->or_next = i == 0;
		}
		descriptor = perform(&plan, &made, &failure);
		EXPECT_EQ(descriptor < 0, row.fails != BINDCHAIN_NOTHING);
		EXPECT_EQ(failure.operation, row.fails);
		if (descriptor >= 0) {
			int value = 0;
			socklen_t size = sizeof value;
			ASSERT_EQ(getsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &value, &size), 0);
			EXPECT_NE(value, 0); /* FreeBSD gives the flag's bit, 8 */
			close(descriptor);
		}
		EXPECT_EQ(open_descriptors(), before);
	}
}

TEST(Outcome, WhatIsNoSocketIsRefused)
{
	struct outcome outcome;
	int null = open("/dev/null", O_RDONLY);

	ASSERT_GE(null, 0);
	errno = 0;
	EXPECT_EQ(outcome_read(null, &outcome), -1);
	EXPECT_EQ(errno, ENOTSOCK);
	close(null);
	EXPECT_EQ(outcome_read(null, &outcome), -1);
	EXPECT_EQ(errno, EBADF);
	EXPECT_EQ(outcome_read(-1, &outcome), -1);
	EXPECT_EQ(errno, EBADF);
}

TEST(Outcome, UnixSocketHasItsFamilyAndNoInternetOptions)
{
	struct outcome outcome;
	int pair[2];

	ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	ASSERT_EQ(outcome_read(pair[0], &outcome), 0);
	EXPECT_EQ(outcome.family, AF_UNIX);
	EXPECT_EQ(outcome.type, SOCK_STREAM);
	EXPECT_FALSE(outcome.listening.value);
	EXPECT_FALSE(outcome.options[BINDCHAIN_V6ONLY].known);
	EXPECT_FALSE(outcome.options[BINDCHAIN_BIND_ANY].known);
	close(pair[0]);
	close(pair[1]);
}

TEST(OptionTable, HasANameAndAMeaningInEveryRow)
{
	for (const struct option_row &row : option_table) {
		ASSERT_NE(row.name, nullptr);
		ASSERT_NE(row.meaning, nullptr);
		EXPECT_NE(row.name[0], '\0');
		for (const struct option_row &other : option_table)
			EXPECT_TRUE(&other == &row || strcmp(other.name, row.name) != 0) << row.name;
	}
}

TEST(Version, IsThreeNumbers)
{
	int major, minor, patch, length = 0;

	ASSERT_EQ(sscanf(bindchain_version(), "%d.%d.%d%n", &major, &minor, &patch, &length), 3);
	EXPECT_EQ(bindchain_version()[length], '\0');
}

} // namespace
