/* SPDX-License-Identifier: ISC */
/* The lines about the holders of an address, for answers of a backend that the test
 * makes up: those too that the kernel at hand never gives. */
#include "core.h"

#include <cerrno>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

extern "C" {
#include "holders.h"
#include "stub_backend.h"
}

namespace {

using Lines = std::vector<std::string>;

struct {
	backend_holders answer;
	int questions;
	bool chooses_port;
} backend;

void
set_command(backend_holder &holder, const char *command)
{
	snprintf(holder.process.command, sizeof holder.process.command, "%s", command);
}

backend_holder
holder(const char *host, backend_socket_state state)
{
	backend_holder made_up = {};

	made_up.socket.address = literal(host, 80);
	made_up.socket.state = state;
	made_up.socket.identity = 7;
	made_up.has_process = true;
	made_up.process.pid = 4711;
	made_up.process.descriptor = 5;
	set_command(made_up, "server");
	return made_up;
}

/* Complete, unless the test says otherwise. */
void
found(const std::vector<backend_holder> &holders)
{
	backend.answer = {};
	backend.answer.sockets.complete = backend.answer.owners.complete = true;
	for (const backend_holder &made_up : holders)
		backend.answer.list[backend.answer.count++] = made_up;
	backend.answer.in_the_way = backend.answer.count;
	backend.questions = 0;
	backend.chooses_port = false;
}

/* With all options, so that nothing is said of those that are missing here. */
void
tell(struct findings &findings, const char *host, unsigned port, int error,
    bindchain_operation operation)
{
	struct request request = {};
	bindchain_failure failure;

	stub_kernel_reset();
	stub_kernel_offer(BINDCHAIN_REUSE_ADDRESS, "SO_REUSEADDR", BACKEND_BEFORE_BIND);
	stub_kernel_offer(BINDCHAIN_SHARE, "SO_REUSEPORT", BACKEND_BEFORE_BIND);
	request.kind = BINDCHAIN_TCP;
	request.address = literal(host, port);
	request.options[BINDCHAIN_REUSE_ADDRESS] = { BINDCHAIN_REQUIRED, 1 };
	request.options[BINDCHAIN_SHARE] = { BINDCHAIN_REQUIRED, 1 };
	failure_set(&failure, operation, error);
	const struct diagnosis_words no_words = {};
	findings_init(&findings);
	holders_tell(&request, &failure, &no_words, &findings);
}

Lines
explain(const char *host = "127.0.0.1", unsigned port = 80, int error = EADDRINUSE,
    bindchain_operation operation = BINDCHAIN_BIND)
{
	struct findings findings;

	tell(findings, host, port, error, operation);
	return lines_of(findings);
}

address_holder
holder_of(const char *host, int error = EADDRINUSE)
{
	struct findings findings;

	tell(findings, host, 80, error, BINDCHAIN_BIND);
	return findings.holder;
}

TEST(HolderLines, OnlyAnAddressInUseIsSearchedFor)
{
	found({ holder("127.0.0.1", BACKEND_LISTENING) });

	EXPECT_EQ(explain("127.0.0.1", 80, EACCES), Lines());
	EXPECT_EQ(explain("127.0.0.1", 0), Lines());
	EXPECT_EQ(explain("127.0.0.1", 80, EADDRINUSE, BINDCHAIN_SETSOCKOPT), Lines());
	EXPECT_EQ(backend.questions, 0);
	EXPECT_EQ(explain("127.0.0.1", 80, EADDRINUSE, BINDCHAIN_LISTEN).size(), 1U);
	EXPECT_EQ(explain("127.0.0.1", 80, EADDRINUSE, BINDCHAIN_BIND).size(), 1U);
}

TEST(HolderLines, TheProcessWithItsUser)
{
	backend_holder made_up = holder("127.0.0.1", BACKEND_LISTENING);

	made_up.process.uid_known = true;
	made_up.process.uid = 4000000000U; /* nobody's */
	made_up.share = made_up.reuse_address = { true, 0 };
	found({ made_up });
	EXPECT_EQ(explain(), (Lines { "127.0.0.1:80 is in use: server (pid 4711, user 4000000000) is"
	                              " listening",
	                         "it cannot be shared: it lacks SO_REUSEPORT, which both sockets"
	                         " need" }));
}

TEST(HolderLines, AProcessWithoutNameOrUser)
{
	backend_holder made_up = holder("127.0.0.1", BACKEND_BOUND);

	set_command(made_up, "");
	found({ made_up });
	EXPECT_EQ(explain(), (Lines { "127.0.0.1:80 is in use: a process (pid 4711) has bound it and"
	                              " does not listen" }));
}

TEST(HolderLines, ThisProcessIsNamedAsSuch)
{
	backend_holder made_up = holder("127.0.0.1", BACKEND_LISTENING);

	made_up.process.pid = getpid();
	found({ made_up });
	EXPECT_EQ(explain(), (Lines { "127.0.0.1:80 is in use: this process (descriptor 5) is"
	                              " listening" }));
}

TEST(HolderLines, NamesOfProcessesAreEscaped)
{
	backend_holder made_up = holder("127.0.0.1", BACKEND_LISTENING);

	set_command(made_up, "a\nnobody is listening\x1b[2J\xff");
	found({ made_up });
	EXPECT_EQ(explain(), (Lines { "127.0.0.1:80 is in use: \"a\\012nobody is"
	                              " listening\\033[2J\\377\" (pid 4711) is listening" }));
}

/* Otherwise a name can look like that of another process with its number. */
TEST(HolderLines, NamesOfProcessesWithOtherCharactersAreQuoted)
{
	const struct {
		const char *name, *shown;
	} cases[] = {
		{ "nginx (pid 1", "\"nginx (pid 1\"" },
		{ "tmux: server", "\"tmux: server\"" },
		{ "a\" (pid 1) \"", "\"a\\\" (pid 1) \\\"\"" },
		{ "a\\", "\"a\\\\\"" },
		{ "kworker/u8:2-ev", "kworker/u8:2-ev" },
		{ "python3.11", "python3.11" },
		{ "my_srv+1@x", "my_srv+1@x" },
	};

	for (const auto &one : cases) {
		backend_holder made_up = holder("127.0.0.1", BACKEND_LISTENING);
		set_command(made_up, one.name);
		found({ made_up });
		EXPECT_EQ(explain(), (Lines { std::string("127.0.0.1:80 is in use: ") + one.shown
		                         + " (pid 4711) is listening" }));
	}
}

/* A set-user-ID program that inherits a socket has another user than its creator. */
TEST(HolderLines, TheCreatorOfTheSocketIsNamedIfTheProcessHasAnotherUser)
{
	backend_holder made_up = holder("127.0.0.1", BACKEND_LISTENING);

	made_up.process.uid_known = made_up.socket.uid_known = true;
	made_up.process.uid = 4000000000U;
	made_up.socket.uid = 4000000001U;
	found({ made_up });
	EXPECT_EQ(explain().at(0), "127.0.0.1:80 is in use: server (pid 4711, user 4000000000,"
	                           " socket created by user 4000000001) is listening");
	backend.answer.list[0].socket.uid = 4000000000U;
	EXPECT_EQ(explain().at(0), "127.0.0.1:80 is in use: server (pid 4711, user 4000000000) is"
	                           " listening");
}

TEST(HolderLines, ProcessesThatLetTheSearchWaitAreNamed)
{
	backend_holder made_up = holder("127.0.0.1", BACKEND_LISTENING);

	made_up.has_process = false;
	found({ made_up });
	backend.answer.owners = {};
	backend.answer.owners.hidden = "the search ended";
	backend.answer.owners.waited_count = backend.answer.owners.left_out = 1;
	backend.answer.owners.waited[0] = 815;
	EXPECT_EQ(explain(), (Lines { "127.0.0.1:80 is in use: a process that is not visible is"
	                              " listening",
	                         "cannot identify the process: the search ended; blocked by process"
	                         " 815; 1 process was not searched to the end" }));
	backend.answer.owners.waited_count = 3;
	backend.answer.owners.waited[1] = 816;
	backend.answer.owners.waited[2] = 900;
	backend.answer.owners.left_out = 12;
	EXPECT_EQ(explain().back(), "cannot identify the process: the search ended; blocked by"
	                            " processes 815, 816, 900; 12 processes were not searched to the"
	                            " end");
}

TEST(HolderLines, WithoutAProcessTheReasonIsTold)
{
	backend_holder made_up = holder("0.0.0.0", BACKEND_LISTENING);

	made_up.has_process = false;
	found({ made_up });
	EXPECT_EQ(explain(),
	    (Lines { "0.0.0.0:80 is in use: a process that is not visible is listening; this"
	             " wildcard includes the requested address",
	        "no visible process holds it: the process has exited, or is in another"
	        " container" }));
	backend.answer.owners = {};
	backend.answer.owners.hidden = "it is dark";
	EXPECT_EQ(explain().back(), "cannot identify the process: it is dark");
}

TEST(HolderLines, NoConflictIsReportedOnlyWhereAllWasVisible)
{
	found({});
	EXPECT_EQ(explain(),
	    (Lines { "no conflicting socket remains: the holder has closed it" }));
	backend.answer.sockets = {};
	backend.answer.sockets.hidden = "it is dark";
	backend.answer.sockets.command = "torch -l";
	EXPECT_EQ(explain(), (Lines { "cannot determine the holder: it is dark", "try: torch -l" }));
	backend.answer.sockets.error = EPROTONOSUPPORT;
	EXPECT_EQ(explain()[0], std::string("cannot determine the holder: it is dark: ")
	    + strerror(EPROTONOSUPPORT));
}

TEST(HolderLines, OtherSocketsMayConflictToo)
{
	found({ holder("127.0.0.1", BACKEND_LISTENING) });
	backend.answer.sockets = {};
	backend.answer.sockets.hidden = "it is dark";
	EXPECT_EQ(explain().back(), "other sockets may conflict: it is dark");
}

TEST(HolderLines, SocketsBeyondTheListedAreCounted)
{
	found({ holder("127.0.0.1", BACKEND_LISTENING) });
	backend.answer.in_the_way = 13;
	EXPECT_EQ(explain().back(), "12 more sockets conflict");
}

TEST(HolderLines, ConnectionsAreOneLine)
{
	backend_holder one = holder("127.0.0.1", BACKEND_CONNECTED);
	backend_holder other = holder("127.0.0.1", BACKEND_TIME_WAIT);

	other.has_process = false;
	other.socket.identity = 0;
	found({ one, other });
	backend.answer.in_the_way = 300;
	EXPECT_EQ(explain(),
	    (Lines { "300 connections of a previous listener, or from this port, remain; the first:"
	             " 127.0.0.1:80, held by server (pid 4711)",
	        "at least one connection lacks SO_REUSEADDR, which it inherits from its listener"
	        " and which both sides need" }));
}

/* A socket that listens is no client's. */
TEST(HolderLines, OnlyConnectionsAreExplainedByARangeOfPorts)
{
	found({ holder("127.0.0.1", BACKEND_CONNECTED) });
	backend.chooses_port = true;
	EXPECT_EQ(explain().back(), "port 80 may be chosen");
	found({ holder("127.0.0.1", BACKEND_LISTENING) });
	backend.chooses_port = true;
	EXPECT_EQ(explain().size(), 1u);
}

TEST(HolderLines, ADualStackWildcard)
{
	found({ holder("::", BACKEND_LISTENING) });
	EXPECT_EQ(explain(), (Lines { "[::]:80 is in use: server (pid 4711) is listening; this"
	                              " dual-stack wildcard includes IPv4" }));
	EXPECT_EQ(explain("::1"), (Lines { "[::]:80 is in use: server (pid 4711) is listening; this"
	                                   " wildcard includes the requested address" }));
}

/* 0.0.0.0 includes no IPv6 address: it is the dual-stack [::] that includes it. */
TEST(HolderLines, ARequestedDualStackWildcard)
{
	found({ holder("0.0.0.0", BACKEND_LISTENING) });
	EXPECT_EQ(explain("::"), (Lines { "0.0.0.0:80 is in use: server (pid 4711) is listening; the"
	                                  " requested dual-stack wildcard includes IPv4" }));
	found({ holder("127.0.0.1", BACKEND_LISTENING) });
	EXPECT_EQ(explain("::"), (Lines { "127.0.0.1:80 is in use: server (pid 4711) is listening; the"
	                                  " requested dual-stack wildcard includes IPv4" }));
	found({ holder("::1", BACKEND_LISTENING) });
	EXPECT_EQ(explain("::"), (Lines { "[::1]:80 is in use: server (pid 4711) is listening; the"
	                                  " requested wildcard includes this address" }));
}

TEST(AddressHolder, IsAWildcardIfOneAddressIncludesTheOther)
{
	found({ holder("0.0.0.0", BACKEND_LISTENING) });
	EXPECT_EQ(holder_of("127.0.0.1"), HOLDER_WILDCARD);
	EXPECT_EQ(holder_of("::"), HOLDER_WILDCARD);
	EXPECT_EQ(holder_of("0.0.0.0"), HOLDER_UNKNOWN);
	found({ holder("::", BACKEND_BOUND), holder("0.0.0.0", BACKEND_BOUND) });
	EXPECT_EQ(holder_of("127.0.0.1"), HOLDER_WILDCARD);
	EXPECT_EQ(holder_of("::"), HOLDER_UNKNOWN);
	found({ holder("127.0.0.1", BACKEND_LISTENING), holder("127.0.0.2", BACKEND_LISTENING) });
	EXPECT_EQ(holder_of("0.0.0.0"), HOLDER_WILDCARD);
	EXPECT_EQ(holder_of("127.0.0.1"), HOLDER_UNKNOWN);
}

TEST(AddressHolder, IsConnectionsIfNoSocketHasBoundThePort)
{
	found({ holder("127.0.0.1", BACKEND_TIME_WAIT) });
	EXPECT_EQ(holder_of("127.0.0.1"), HOLDER_CONNECTIONS);
	EXPECT_EQ(holder_of("0.0.0.0"), HOLDER_CONNECTIONS);
	found({ holder("127.0.0.1", BACKEND_CONNECTED) });
	EXPECT_EQ(holder_of("127.0.0.1"), HOLDER_CONNECTIONS);
}

TEST(AddressHolder, IsUnknownWithoutAConflict)
{
	found({});
	EXPECT_EQ(holder_of("127.0.0.1"), HOLDER_UNKNOWN);
	found({ holder("0.0.0.0", BACKEND_LISTENING) });
	EXPECT_EQ(holder_of("127.0.0.1", EACCES), HOLDER_UNKNOWN);
}

} // namespace

/* What a kernel's settings say is the system's. */
extern "C" void
backend_tell_ephemeral_port(const struct request *request, enum finding_severity severity,
    struct findings *findings)
{
	EXPECT_EQ(severity, FINDING_REMARK);
	if (backend.chooses_port)
		findings_add(findings, severity, "port %u may be chosen",
		    address_port(&request->address));
}

extern "C" void
backend_find_holders(const struct request *, int limit,
    struct backend_holders *holders)
{
	/* bindchain(1): each search takes a tenth of a second at most. */
	EXPECT_EQ(limit, 100);
	backend.questions++;
	*holders = backend.answer;
}
