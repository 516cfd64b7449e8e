/* SPDX-License-Identifier: ISC */
/* What a plan holds, in which order and with which values, on a kernel of the
 * test's own: nothing here depends on the one that runs the test. */
#include "core.h"
#include "stub_backend.h"

#include <algorithm>
#include <sstream>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

#include <gtest/gtest.h>

static int umask_calls;

/* In place of the C library's: it is every thread's. */
extern "C" mode_t
umask(mode_t)
{
	umask_calls++;
	return 0;
}

namespace {

using Steps = std::vector<std::string>;

std::string
octal(mode_t mode)
{
	std::ostringstream out;

	out << std::oct << mode;
	return out.str();
}

/* "7:8", with "-" for what stays as it is. */
std::string
owners(const struct plan_step &step)
{
	const auto &chown = step.is.chown;

	return (chown.user == static_cast<uid_t>(-1) ? "-" : std::to_string(chown.user)) + ":"
	    + (chown.group == static_cast<gid_t>(-1) ? "-" : std::to_string(chown.group));
}

std::string
socket_step(int family, int type, int protocol)
{
	return "socket " + std::to_string(family) + " " + std::to_string(type) + " "
	    + std::to_string(protocol);
}

std::string
option_step(const struct plan_step &step)
{
	return std::string(step.is.setsockopt.option.name_text) + "="
	    + std::to_string(step.is.setsockopt.option.value);
}

std::string
told(const struct plan_step &step)
{
	switch (step.call) {
	case PLAN_CLOSE:
		return "close " + std::to_string(step.is.descriptor);
	case PLAN_SOCKET:
		return socket_step(step.is.socket.family, step.is.socket.type,
		           step.is.socket.protocol) + (step.or_next ? " or" : "");
	case PLAN_SETFD:
		return "close-on-exec";
	case PLAN_GETFL:
		return "flags";
	case PLAN_SETFL:
		return step.is.flags == O_NONBLOCK ? "nonblocking" : "blocking";
	case PLAN_SETSOCKOPT:
		return option_step(step);
	case PLAN_OPEN_DIRECTORY:
		return step.or_next ? "open directory or" : "open directory";
	case PLAN_MAKE_DIRECTORY:
		return "make directory " + octal(step.is.directory->mode);
	case PLAN_LIMIT_RIGHTS:
		return "limit rights";
	case PLAN_LINK:
		return "link";
	case PLAN_SWEEP_DIRECTORY:
		return "sweep directory";
	case PLAN_SOCKET_MODE:
		return "fchmod socket " + octal(step.is.mode);
	case PLAN_CLEAR:
		return "clear";
	case PLAN_SWEEP:
		return "sweep";
	case PLAN_FIND:
		return "find";
	case PLAN_SAME_DIRECTORY:
		return "same directory";
	case PLAN_UMASK:
		return "umask " + octal(step.is.mode);
	case PLAN_UMASK_BACK:
		return "umask back";
	case PLAN_CLOCK:
		return "clock";
	case PLAN_NOTE:
		return "note";
	case PLAN_LOOK_AT_DIRECTORY:
		return "look at directory";
	case PLAN_CLOSE_OBJECT:
		return "close object";
	case PLAN_PROBE_SOCKET:
		return "probe " + socket_step(step.is.socket.family, step.is.socket.type,
		           step.is.socket.protocol);
	case PLAN_PROBE_SETSOCKOPT:
		return "probe " + option_step(step);
	case PLAN_PROBE_BIND:
		return step.is.of_ipv4 ? "probe bind IPv4" : "probe bind";
	case PLAN_PROBE_CLOSE:
		return "probe close";
	case PLAN_REQUIRE_BACKLOG:
		return "require backlog " + std::to_string(step.is.backlog);
	case PLAN_REQUIRE_BUFFER:
		return "require buffer " + std::to_string(step.is.bytes);
	case PLAN_REQUIRE_PORT:
		return "require port";
	case PLAN_BIND:
		return step.or_next ? "bind or" : "bind";
	case PLAN_CHOWN:
		return "chown " + owners(step);
	case PLAN_CHMOD:
		return "chmod " + octal(step.is.mode);
	case PLAN_LISTEN:
		return "listen " + std::to_string(step.is.backlog);
	case PLAN_CLOSE_DIRECTORY:
		return "close directory";
	case PLAN_MKFIFO:
		return "mkfifo " + octal(step.is.mode);
	case PLAN_FIND_FIFO:
		return "find FIFO";
	case PLAN_OPEN:
		return "open " + std::to_string(step.is.flags);
	case PLAN_FCHOWN:
		return "fchown " + owners(step);
	case PLAN_FCHMOD:
		return "fchmod " + octal(step.is.mode);
	case PLAN_CALLS:
		break;
	}
	return "?";
}

const std::string tcp = socket_step(AF_INET, SOCK_STREAM, IPPROTO_TCP);

class Plan : public testing::Test {
protected:
	struct request request;
	struct bindchain_failure failure;
	struct plan plan;

	void SetUp() override
	{
		stub_kernel_reset();
		request_init(&request, BINDCHAIN_TCP);
		request.address = literal("127.0.0.1", 80);
		request.backlog = 5;
	}

	void want(enum bindchain_option option, enum bindchain_want want, int value)
	{
		request.options[option] = { want, value };
	}

	Steps steps()
	{
		Steps list;

		memset(&plan, 0xa5, sizeof plan);
		memset(&failure, 0, sizeof failure);
		if (plan_make(&plan, &request, &failure) != 0)
			return { "failed" };
		for (size_t i = 0; i < plan.count; i++)
			list.push_back(told(plan.steps[i]));
		return list;
	}
};

TEST_F(Plan, OfANakedRequestIsSocketBindListen)
{
	EXPECT_EQ(steps(), Steps({ tcp, "bind", "listen 5" }));
	EXPECT_EQ(plan.passed_over, 0u);
	EXPECT_EQ(plan.request, &request);
	EXPECT_EQ(stub_kernel.questions, 0) << "nothing was asked for";
}

TEST_F(Plan, FollowsFamilyAndKind)
{
	request.address = literal("::1", 53);
	EXPECT_EQ(steps()[0], socket_step(AF_INET6, SOCK_STREAM, IPPROTO_TCP));
	request.kind = BINDCHAIN_UDP;
	EXPECT_EQ(steps()[0], socket_step(AF_INET6, SOCK_DGRAM, IPPROTO_UDP));
	request.address = literal("127.0.0.1", 53);
	request.backlog = BINDCHAIN_NO_LISTEN;
	EXPECT_EQ(steps(), Steps({ socket_step(AF_INET, SOCK_DGRAM, IPPROTO_UDP), "bind" }));
}

TEST_F(Plan, StandardInputIsFreedFirst)
{
	request.as_standard_input = true;
	EXPECT_EQ(steps(), Steps({ "close 0", tcp, "bind", "listen 5" }));
}

TEST_F(Plan, OptionsStandBetweenSocketAndBindInTheTablesOrder)
{
	stub_kernel_offer(BINDCHAIN_V6ONLY, "STUB_V6ONLY", BACKEND_BEFORE_BIND);
	stub_kernel_offer(BINDCHAIN_REUSE_ADDRESS, "STUB_REUSE", BACKEND_BEFORE_BIND);
	want(BINDCHAIN_V6ONLY, BINDCHAIN_REQUIRED, 0);
	want(BINDCHAIN_REUSE_ADDRESS, BINDCHAIN_REQUIRED, 1);
	EXPECT_EQ(steps(), Steps({ tcp, "STUB_REUSE=1", "STUB_V6ONLY=0", "bind", "listen 5" }));
	EXPECT_EQ(plan.steps[1].is.setsockopt.asked, BINDCHAIN_REUSE_ADDRESS);
	EXPECT_EQ(plan.steps[2].is.setsockopt.asked, BINDCHAIN_V6ONLY);
	EXPECT_EQ(plan.steps[1].is.setsockopt.option.level, 7);
	EXPECT_EQ(plan.steps[1].is.setsockopt.option.name, 40 + BINDCHAIN_REUSE_ADDRESS);
}

TEST_F(Plan, OptionsOfAListeningSocketStandBehindListen)
{
	stub_kernel_offer(BINDCHAIN_BALANCE, "STUB_LATE", BACKEND_AFTER_LISTEN);
	stub_kernel_offer(BINDCHAIN_V6ONLY, "STUB_EARLY", BACKEND_BEFORE_BIND);
	want(BINDCHAIN_BALANCE, BINDCHAIN_REQUIRED, 1);
	want(BINDCHAIN_V6ONLY, BINDCHAIN_REQUIRED, 1);
	EXPECT_EQ(steps(), Steps({ tcp, "STUB_EARLY=1", "bind", "listen 5", "STUB_LATE=1" }));
}

TEST_F(Plan, RequirementsAreHeldAgainstTheSocketWhenItIsReady)
{
	stub_kernel_offer(BINDCHAIN_BALANCE, "STUB_LATE", BACKEND_AFTER_LISTEN);
	want(BINDCHAIN_BALANCE, BINDCHAIN_REQUIRED, 1);
	request.least_backlog = 4;
	request.fixed_port = true;
	request.least_receive_buffer = 4096;
	EXPECT_EQ(steps(), Steps({ tcp, "bind", "listen 5", "STUB_LATE=1", "require port",
	    "require backlog 4", "require buffer 4096" }));
}

TEST_F(Plan, OneOptionMayTakeTwoCalls)
{
	stub_kernel_offer(BINDCHAIN_BALANCE, "STUB_FIRST", BACKEND_BEFORE_BIND);
	stub_kernel_offer(BINDCHAIN_BALANCE, "STUB_SECOND", BACKEND_BEFORE_BIND);
	want(BINDCHAIN_BALANCE, BINDCHAIN_REQUIRED, 1);
	EXPECT_EQ(steps(), Steps({ tcp, "STUB_FIRST=1", "STUB_SECOND=1", "bind", "listen 5" }));
}

TEST_F(Plan, OneOptionMayTakeACallAtEachMoment)
{
	stub_kernel_offer(BINDCHAIN_BALANCE, "STUB_EARLY", BACKEND_BEFORE_BIND);
	stub_kernel_offer(BINDCHAIN_BALANCE, "STUB_LATE", BACKEND_AFTER_LISTEN);
	want(BINDCHAIN_BALANCE, BINDCHAIN_REQUIRED, 1);
	EXPECT_EQ(steps(), Steps({ tcp, "STUB_EARLY=1", "bind", "listen 5", "STUB_LATE=1" }));
}

TEST_F(Plan, DefaultOfTheKernelTakesNoCall)
{
	stub_kernel_offer(BINDCHAIN_SHARE, "STUB_SHARE", BACKEND_BEFORE_BIND);
	stub_kernel.spellings[BINDCHAIN_SHARE].is_default = true;
	want(BINDCHAIN_SHARE, BINDCHAIN_REQUIRED, 0);
	EXPECT_EQ(steps(), Steps({ tcp, "bind", "listen 5" }));
}

TEST_F(Plan, RequiredOptionThatIsNotThereFailsWithReasonAndAlternative)
{
	want(BINDCHAIN_BIND_ANY, BINDCHAIN_REQUIRED, 1);
	ASSERT_EQ(steps(), Steps({ "failed" }));
	EXPECT_EQ(failure.operation, BINDCHAIN_UNSUPPORTED);
	EXPECT_EQ(failure.error, 0);
	EXPECT_STREQ(failure.subject, option_table[BINDCHAIN_BIND_ANY].name);
	EXPECT_STREQ(failure.reason, "the stub has no such option");
	EXPECT_STREQ(failure.hint, "do without");
}

/* What is required to be off is off where there is no such thing. */
TEST_F(Plan, OptionThatIsNotThereMayBeRequiredOff)
{
	stub_kernel.spellings[BINDCHAIN_BIND_ANY].is_default = true;
	want(BINDCHAIN_BIND_ANY, BINDCHAIN_REQUIRED, 0);
	EXPECT_EQ(steps(), Steps({ tcp, "bind", "listen 5" }));
}

TEST_F(Plan, PreferredOptionThatIsNotThereIsPassedOver)
{
	want(BINDCHAIN_BALANCE, BINDCHAIN_PREFERRED, 1);
	stub_kernel_offer(BINDCHAIN_SHARE, "STUB_SHARE", BACKEND_BEFORE_BIND);
	want(BINDCHAIN_SHARE, BINDCHAIN_PREFERRED, 1);
	EXPECT_EQ(steps(), Steps({ tcp, "STUB_SHARE=1", "bind", "listen 5" }));
	EXPECT_EQ(plan.passed_over, PLAN_OPTION(BINDCHAIN_BALANCE));
}

/* There are more options than an int has bits, or will be. */
TEST_F(Plan, EachPreferredOptionThatIsNotThereIsPassedOver)
{
	uint64_t all = 0;

	for (int i = 0; i < BINDCHAIN_OPTIONS; i++) {
		want(static_cast<enum bindchain_option>(i), BINDCHAIN_PREFERRED, 1);
		all = all * 2 + 1;
	}
	EXPECT_EQ(steps(), Steps({ tcp, "bind", "listen 5" }));
	EXPECT_EQ(plan.passed_over, all);
}

/* Silence would be a success that is none. */
TEST_F(Plan, RequiredOptionOfAListeningSocketFailsWithoutListen)
{
	stub_kernel_offer(BINDCHAIN_BALANCE, "STUB_LATE", BACKEND_AFTER_LISTEN);
	want(BINDCHAIN_BALANCE, BINDCHAIN_REQUIRED, 1);
	request.backlog = BINDCHAIN_NO_LISTEN;
	ASSERT_EQ(steps(), Steps({ "failed" }));
	EXPECT_EQ(failure.operation, BINDCHAIN_UNSUPPORTED);
	EXPECT_STREQ(failure.subject, option_table[BINDCHAIN_BALANCE].name);
	EXPECT_NE(failure.reason, nullptr);
	want(BINDCHAIN_BALANCE, BINDCHAIN_PREFERRED, 1);
	EXPECT_EQ(steps(), Steps({ tcp, "bind" }));
	EXPECT_EQ(plan.passed_over, PLAN_OPTION(BINDCHAIN_BALANCE));
}

TEST_F(Plan, FlagsAreOfSocketWhereTheKernelHasThem)
{
	request.nonblocking = request.close_on_exec = true;
	EXPECT_EQ(steps(), Steps({ socket_step(AF_INET,
	    SOCK_STREAM | STUB_SOCK_NONBLOCK | STUB_SOCK_CLOEXEC, IPPROTO_TCP), "bind",
	    "listen 5" }));
	request.close_on_exec = false;
	EXPECT_EQ(steps()[0],
	    socket_step(AF_INET, SOCK_STREAM | STUB_SOCK_NONBLOCK, IPPROTO_TCP));
	request.nonblocking = false;
	EXPECT_EQ(steps()[0], tcp);
}

/* As on Darwin; close-on-exec first, since that is the race. */
TEST_F(Plan, FlagsAreFcntlStepsWhereTheKernelHasNone)
{
	stub_kernel.has_birth_flags = false;
	request.nonblocking = request.close_on_exec = true;
	EXPECT_EQ(steps(), Steps({ tcp, "close-on-exec", "flags", "nonblocking", "bind", "listen 5" }));
	request.close_on_exec = false;
	EXPECT_EQ(steps(), Steps({ tcp, "flags", "nonblocking", "bind", "listen 5" }));
	request.nonblocking = false;
	EXPECT_EQ(steps(), Steps({ tcp, "bind", "listen 5" }));
}

TEST_F(Plan, BacklogIsWhatTheBackendMakesOfIt)
{
	stub_kernel.largest_backlog = 32767; /* as on Darwin, whose limit is a short */
	request.backlog = BINDCHAIN_BACKLOG_MAXIMUM;
	EXPECT_EQ(steps().back(), "listen 32767");
	request.backlog = 0;
	EXPECT_EQ(steps().back(), "listen 0");
}

/* After the options with names, in their order. */
TEST_F(Plan, OptionsByNumberAreSetBeforeBind)
{
	stub_kernel_offer(BINDCHAIN_V6ONLY, "STUB_EARLY", BACKEND_BEFORE_BIND);
	want(BINDCHAIN_V6ONLY, BINDCHAIN_REQUIRED, 1);
	numbered_option numbered[] = { { 6, 77, 5, "6:77" }, { 1, 78, -1, "1:78" } };
	request.numbered = numbered;
	request.numbered_count = 2;
	EXPECT_EQ(steps(), Steps({ tcp, "STUB_EARLY=1", "6:77=5", "1:78=-1", "bind", "listen 5" }));
	EXPECT_EQ(plan.steps[2].is.setsockopt.option.level, 6);
	EXPECT_EQ(plan.steps[2].is.setsockopt.option.name, 77);
}

/* Nothing is done with the socket after it. */
TEST_F(Plan, RightsAreLimitedAtTheEnd)
{
	stub_kernel_offer(BINDCHAIN_LOCKED, "STUB_LIMIT", BACKEND_AT_END);
	want(BINDCHAIN_LOCKED, BINDCHAIN_REQUIRED, 1);
	request.least_backlog = 4;
	EXPECT_EQ(steps(), Steps({ tcp, "bind", "listen 5", "require backlog 4", "limit rights" }));
}

/* ---- protocols ---- */

/* The stub's number of it is 1. */
TEST_F(Plan, AProtocolOfItsOwnReplacesTcp)
{
	const std::string multipath = socket_step(AF_INET, SOCK_STREAM, 1);

	want(BINDCHAIN_MPTCP, BINDCHAIN_REQUIRED, 1);
	EXPECT_EQ(steps(), Steps({ "failed" }));
	EXPECT_STREQ(failure.subject, "mptcp");
	stub_kernel_offer(BINDCHAIN_MPTCP, "STUB_MPTCP", BACKEND_AT_SOCKET);
	EXPECT_EQ(steps(), Steps({ multipath, "bind", "listen 5" }));
	request.as_standard_input = request.nonblocking = true;
	EXPECT_EQ(steps(), Steps({ "close 0", socket_step(AF_INET, SOCK_STREAM | STUB_SOCK_NONBLOCK, 1),
	    "bind", "listen 5" }));
}

TEST_F(Plan, TcpStandsInForAPreferredProtocol)
{
	want(BINDCHAIN_MPTCP, BINDCHAIN_PREFERRED, 1);
	EXPECT_EQ(steps(), Steps({ tcp, "bind", "listen 5" }));
	EXPECT_EQ(plan.passed_over, 1u << BINDCHAIN_MPTCP);
	stub_kernel_offer(BINDCHAIN_MPTCP, "STUB_MPTCP", BACKEND_AT_SOCKET);
	EXPECT_EQ(steps(), Steps({ socket_step(AF_INET, SOCK_STREAM, 1) + " or", tcp, "bind",
	    "listen 5" }));
	EXPECT_EQ(plan.passed_over, 0u);
}

/* ---- temporary sockets ---- */

/* With SO_REUSEADDR, which ignores connections of TCP in TIME_WAIT, bind(2) still fails if
 * there is a listener, but not if there is a socket of UDP: socket(7) of Linux, whose rules
 * these are. */
TEST_F(Plan, AnExclusiveAddressIsTriedByATemporarySocket)
{
	request.exclusive = true;
	EXPECT_EQ(steps(), Steps({ tcp, "probe " + socket_step(AF_INET, SOCK_STREAM, 0),
	    "probe SO_REUSEADDR=1", "probe bind", "probe close", "bind", "listen 5" }));
	request.address = literal("::1", 80);
	EXPECT_EQ(steps(), Steps({ socket_step(AF_INET6, SOCK_STREAM, IPPROTO_TCP),
	    "probe " + socket_step(AF_INET6, SOCK_STREAM, 0), "probe SO_REUSEADDR=1",
	    "probe IPV6_V6ONLY=0", "probe bind", "probe close", "bind", "listen 5" }));
	request.kind = BINDCHAIN_UDP;
	request.address = literal("127.0.0.1", 80);
	request.backlog = BINDCHAIN_NO_LISTEN;
	EXPECT_EQ(steps(), Steps({ socket_step(AF_INET, SOCK_DGRAM, IPPROTO_UDP),
	    "probe " + socket_step(AF_INET, SOCK_DGRAM, 0), "probe bind", "probe close",
	    "bind" }));
}

TEST_F(Plan, NobodyElseHasAPortThatIsYetToBeChosen)
{
	request.exclusive = true;
	request.address = literal("127.0.0.1", 0);
	EXPECT_EQ(steps(), Steps({ tcp, "bind", "listen 5" }));
}

/* ---- paths ---- */

class PathPlan : public Plan {
protected:
	const std::string socket = socket_step(AF_UNIX, SOCK_STREAM, 0);

	void SetUp() override
	{
		Plan::SetUp();
		request_init(&request, BINDCHAIN_UNIX_STREAM);
		ASSERT_EQ(request_set_path(&request, "/run/socket", &failure), 0);
		request.backlog = 5;
		request.access = {};
	}

	/* Those of a listening socket, with STEPS in its directory. */
	Steps opened(Steps steps) const
	{
		steps.insert(steps.begin(), { socket, "open directory" });
		steps.insert(steps.end(), { "listen 5", "close object", "close directory" });
		return steps;
	}

	void set_mode(mode_t mode)
	{
		request.access.has_mode = true;
		request.access.mode = mode;
	}
};

TEST_F(PathPlan, TheUmaskIsLeftAlone)
{
	request_init(&request, BINDCHAIN_FIFO);
	request_init(&request, BINDCHAIN_UNIX_STREAM);
	ASSERT_EQ(request_set_path(&request, "/run/socket", &failure), 0);
	set_mode(0600);
	ASSERT_NE(steps(), Steps({ "failed" }));
	EXPECT_EQ(umask_calls, 0);
}

/* Nothing is looked at before bind(2), whose EADDRINUSE alone is a reason to. */
TEST_F(PathPlan, OpensTheDirectoryOnceAndClearsOnlyWhatIsInTheWay)
{
	EXPECT_EQ(steps(), opened({ "bind or", "clear", "note", "sweep", "find",
	    "look at directory", "same directory" }));
	request.keep_path = true;
	EXPECT_EQ(steps(), opened({ "bind", "note", "sweep", "find", "look at directory",
	    "same directory" }));
}

/* The umask may have taken from it. */
TEST_F(PathPlan, ModeIsThereFromTheStart)
{
	set_mode(0640);
	EXPECT_EQ(steps(), opened({ "fchmod socket 640", "bind or", "clear", "note", "sweep", "find",
	    "look at directory", "same directory", "chmod 640" }));
}

/* At no moment may the path grant more than was asked, to the wrong group either.  Only its
 * owner may connect, who is whoever started this, to see whether it is the socket's. */
TEST_F(PathPlan, OwnerIsChangedWhileNobodyElseMayUseIt)
{
	set_mode(0660);
	request.access.has_user = true;
	request.access.user = 7;
	EXPECT_EQ(steps(), opened({ "fchmod socket 200", "bind or", "clear", "note", "sweep", "find",
	    "look at directory", "same directory", "chown 7:-", "chmod 660" }));
	request.access.has_user = false;
	request.access.has_group = true;
	request.access.group = 8;
	EXPECT_EQ(steps(), opened({ "fchmod socket 200", "bind or", "clear", "note", "sweep", "find",
	    "look at directory", "same directory", "chown -:8", "chmod 660" }));
}

TEST_F(PathPlan, SpecialBitsAreSetAfterwards)
{
	set_mode(01755);
	EXPECT_EQ(steps(), opened({ "fchmod socket 755", "bind or", "clear", "note", "sweep", "find",
	    "look at directory", "same directory", "chmod 1755" }));
}

TEST_F(PathPlan, DatagramsDoNotListen)
{
	request_init(&request, BINDCHAIN_UNIX_DATAGRAM);
	ASSERT_EQ(request_set_path(&request, "/run/socket", &failure), 0);
	EXPECT_EQ(steps(), Steps({ socket_step(AF_UNIX, SOCK_DGRAM, 0), "open directory",
	    "bind or", "clear", "note", "sweep", "find", "look at directory", "same directory",
	    "close object", "close directory" }));
}

TEST_F(PathPlan, AMissingDirectoryIsMadeIfThatIsRequested)
{
	Steps expected = opened({ "bind or", "clear", "note", "sweep", "find",
	    "look at directory", "same directory" });

	request.directory.has_mode = true;
	request.directory.mode = 0750;
	expected[1] = "open directory or";
	expected.insert(expected.begin() + 2, { "make directory 750", "sweep directory" });
	EXPECT_EQ(steps(), expected);
}

/* And nothing follows that can fail: the link would stay. */
TEST_F(PathPlan, ALinkIsMadeWhenTheSocketIsReady)
{
	request.symlink = "/run/link";
	request.least_backlog = 1;
	stub_kernel_offer(BINDCHAIN_LOCKED, "STUB_LIMIT", BACKEND_AT_END);
	want(BINDCHAIN_LOCKED, BINDCHAIN_REQUIRED, 1);
	const Steps list = steps();
	const Steps end = { "listen 5", "require backlog 1", "limit rights", "link",
		"close object", "close directory" };
	ASSERT_GE(list.size(), end.size());
	EXPECT_EQ(Steps(list.end() - static_cast<std::ptrdiff_t>(end.size()), list.end()), end);

	request.path = nullptr;
	request.host = "@name";
	ASSERT_EQ(steps(), Steps({ "failed" }));
	EXPECT_STREQ(failure.reason, "no symbolic link leads to an abstract name");
}

TEST_F(PathPlan, AnAbstractNameHasNoDirectory)
{
	request.path = nullptr;
	request.host = "@name";
	request.directory.has_mode = true;
	ASSERT_EQ(steps(), Steps({ "failed" }));
	EXPECT_EQ(failure.operation, BINDCHAIN_UNSUPPORTED);
	EXPECT_STREQ(failure.reason, "an abstract name has no directory");
}

TEST_F(PathPlan, KindThatTheKernelLacksFails)
{
	stub_kernel.lacks_kind[BINDCHAIN_UNIX_SEQPACKET] = true; /* as Darwin */
	request.kind = BINDCHAIN_UNIX_SEQPACKET;
	ASSERT_EQ(steps(), Steps({ "failed" }));
	EXPECT_EQ(failure.operation, BINDCHAIN_UNSUPPORTED);
	EXPECT_STREQ(failure.reason, "the stub has no such sockets");
}

TEST_F(Plan, OfAFifoMakesAndOpensIt)
{
	const std::string open = "open " + std::to_string(O_RDWR | O_NOCTTY);
	const auto steps_of = [&open](const char *made, Steps access) {
		access.insert(access.begin(), { "open directory", made, "sweep", "find FIFO",
		    "look at directory", "same directory", open, "note" });
		access.insert(access.end(), { "close object", "close directory" });
		return access;
	};

	request_init(&request, BINDCHAIN_FIFO);
	ASSERT_EQ(request_set_path(&request, "/run/fifo", &failure), 0);
	EXPECT_EQ(steps(), steps_of("mkfifo 600", {}));
	request.access.has_mode = true;
	request.access.mode = 0640;
	EXPECT_EQ(steps(), steps_of("mkfifo 640", { "fchmod 640" }));
	request.access.mode = 0060; /* whoever makes it must be able to open it */
	EXPECT_EQ(steps(), steps_of("mkfifo 660", { "fchmod 60" }));
	request.access.mode = 0640;
	request.access.has_user = request.access.has_group = true;
	request.access.user = 7;
	request.access.group = 8;
	EXPECT_EQ(steps(), steps_of("mkfifo 600", { "fchown 7:8", "fchmod 640" }));
}

/* open(2): without O_NONBLOCK it would wait for a writer. */
TEST_F(Plan, OfAReadOnlyFifoOpensItWithoutWaiting)
{
	const auto has = [](const Steps &list, const std::string &step) {
		return std::count(list.begin(), list.end(), step) == 1;
	};
	const std::string open = "open " + std::to_string(O_RDONLY | O_NONBLOCK | O_NOCTTY);

	request_init(&request, BINDCHAIN_FIFO);
	ASSERT_EQ(request_set_path(&request, "/run/fifo", &failure), 0);
	request.read_only = true;
	EXPECT_TRUE(has(steps(), open));
	EXPECT_TRUE(has(steps(), "blocking"));
	request.nonblocking = true;
	EXPECT_TRUE(has(steps(), open));
	EXPECT_FALSE(has(steps(), "nonblocking")) << "it is";
	EXPECT_FALSE(has(steps(), "blocking"));
}

TEST_F(Plan, OfAFifoWithoutAPathFails)
{
	request_init(&request, BINDCHAIN_FIFO);
	ASSERT_EQ(steps(), Steps({ "failed" }));
	EXPECT_EQ(failure.operation, BINDCHAIN_UNSUPPORTED);
	EXPECT_NE(failure.reason, nullptr);
}

TEST_F(PathPlan, HoldsEveryStepThatCanBe)
{
	stub_kernel.has_birth_flags = false;
	request.nonblocking = request.close_on_exec = true;
	request.as_standard_input = true;
	set_mode(0600);
	request.access.has_user = request.directory.has_mode = true;
	request.fixed_port = true;
	request.least_backlog = 1;
	request.least_receive_buffer = 1;
	request.symlink = "/run/link";
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++) {
		enum bindchain_option option = static_cast<enum bindchain_option>(i);
		for (int call = 0; call < BACKEND_CALLS_MAX; call++)
			stub_kernel_offer(option, "STUB", BACKEND_BEFORE_BIND);
		want(option, BINDCHAIN_REQUIRED, 1);
	}
	std::vector<numbered_option> numbered(NUMBERED_OPTIONS_MAX, { 6, 77, 1, "6:77" });
	request.numbered = numbered.data();
	request.numbered_count = NUMBERED_OPTIONS_MAX;
	/* Three steps for the umask and the clock, instead of the socket's mode, are those of
	 * other systems. */
	EXPECT_EQ(steps().size(), static_cast<size_t>(PLAN_STEPS_MAX) - 2);
}

} // namespace
