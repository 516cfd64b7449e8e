/* SPDX-License-Identifier: ISC */
/* What is said of who holds an address, for answers of a backend that the test
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

struct MadeUp {
	backend_socket socket;
	bool has_process;
	backend_process process;
	bindchain_fact reuse_address, share;
};

struct {
	std::vector<MadeUp> found;
	backend_holders answer;
	int questions;
} backend;

MadeUp
holder(const char *host, backend_socket_state state)
{
	MadeUp made_up = {};

	made_up.socket.address = literal(host, 80);
	made_up.socket.state = state;
	made_up.socket.identity = 7;
	made_up.has_process = true;
	made_up.process.pid = 4711;
	made_up.process.command = "server";
	made_up.process.descriptor = 5;
	return made_up;
}

/* Complete, unless the test says otherwise. */
void
found(const std::vector<MadeUp> &holders)
{
	backend.found = holders;
	backend.answer = {};
	backend.answer.sockets.complete = backend.answer.owners.complete = true;
	backend.answer.in_the_way = backend.answer.visited = holders.size();
	backend.questions = 0;
}

void
take(void *context, const struct text *line)
{
	static_cast<Lines *>(context)->push_back(words_of(*line));
}

/* With all options, so that nothing is said of those that are missing here. */
Lines
explain(const char *host = "127.0.0.1", unsigned port = 80, int error = EADDRINUSE,
    bindchain_operation operation = BINDCHAIN_BIND)
{
	bindchain_request request = {};
	bindchain_failure failure;
	Lines lines;
	const line_sink sink = { take, &lines };

	stub_kernel_reset();
	stub_kernel_offer(BINDCHAIN_REUSE_ADDRESS, "SO_REUSEADDR", BACKEND_BEFORE_BIND);
	stub_kernel_offer(BINDCHAIN_SHARE, "SO_REUSEPORT", BACKEND_BEFORE_BIND);
	request.kind = BINDCHAIN_TCP;
	request.address = literal(host, port);
	request.options[BINDCHAIN_REUSE_ADDRESS] = { BINDCHAIN_REQUIRED, 1 };
	request.options[BINDCHAIN_SHARE] = { BINDCHAIN_REQUIRED, 1 };
	failure_set(&failure, operation, error);
	holders_explain(&request, &failure, &sink);
	return lines;
}

TEST(HolderLines, OnlyAnAddressInUseIsLookedInto)
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
	MadeUp made_up = holder("127.0.0.1", BACKEND_LISTENING);

	made_up.process.uid_known = true;
	made_up.process.uid = 4000000000U; /* nobody's */
	made_up.share = made_up.reuse_address = { true, 0 };
	found({ made_up });
	EXPECT_EQ(explain(), (Lines { "in the way is 127.0.0.1:80, listening; it belongs to process"
	                              " 4711 (server) of user 4000000000",
	                         "it cannot be shared: it is without SO_REUSEPORT, which both"
	                         " must have" }));
}

TEST(HolderLines, AProcessWithoutNameOrUser)
{
	MadeUp made_up = holder("127.0.0.1", BACKEND_BOUND);

	made_up.process.command = nullptr;
	found({ made_up });
	EXPECT_EQ(explain(), (Lines { "in the way is 127.0.0.1:80, bound but not listening; it"
	                              " belongs to process 4711" }));
}

TEST(HolderLines, ThisProcess)
{
	MadeUp made_up = holder("127.0.0.1", BACKEND_LISTENING);

	made_up.process.pid = getpid();
	found({ made_up });
	EXPECT_EQ(explain(), (Lines { "in the way is 127.0.0.1:80, listening; it belongs to this"
	                              " process itself, descriptor 5" }));
}

TEST(HolderLines, NamesOfOthersAreMadeVisible)
{
	MadeUp made_up = holder("127.0.0.1", BACKEND_LISTENING);

	made_up.process.command = "a\nin the way is nobody\x1b[2J\xff";
	found({ made_up });
	EXPECT_EQ(explain(), (Lines { "in the way is 127.0.0.1:80, listening; it belongs to process"
	                              " 4711 (a\\012in the way is nobody\\033[2J\\377)" }));
}

TEST(HolderLines, WithoutProcessWhyIsSaid)
{
	MadeUp made_up = holder("0.0.0.0", BACKEND_LISTENING);

	made_up.has_process = false;
	found({ made_up });
	EXPECT_EQ(explain(),
	    (Lines { "in the way is 0.0.0.0:80, listening, a wildcard that covers the address asked"
	             " for; it belongs to a process that is not seen",
	        "no process that can be seen here has it: it has gone meanwhile, or is in a"
	        " container of its own" }));
	backend.answer.owners = {};
	backend.answer.owners.hidden = "it is dark";
	EXPECT_EQ(explain().back(), "why its process is not seen: it is dark");
}

TEST(HolderLines, NothingInTheWayIsSaidOnlyWhereAllWasSeen)
{
	found({});
	EXPECT_EQ(explain(),
	    (Lines { "no socket is in the way any more: what was has gone meanwhile" }));
	backend.answer.sockets = {};
	backend.answer.sockets.hidden = "it is dark";
	backend.answer.sockets.command = "torch -l";
	EXPECT_EQ(explain(), (Lines { "who holds it is not seen: it is dark", "try: torch -l" }));
	backend.answer.sockets.error = EPROTONOSUPPORT;
	EXPECT_EQ(explain()[0], std::string("who holds it is not seen: it is dark: ")
	    + strerror(EPROTONOSUPPORT));
}

TEST(HolderLines, SomethingInTheWayMayNotBeAll)
{
	found({ holder("127.0.0.1", BACKEND_LISTENING) });
	backend.answer.sockets = {};
	backend.answer.sockets.hidden = "it is dark";
	EXPECT_EQ(explain().back(), "there may be others in the way: it is dark");
}

TEST(HolderLines, OfMoreThanWereVisitedTheRestIsCounted)
{
	found({ holder("127.0.0.1", BACKEND_LISTENING) });
	backend.answer.in_the_way = 13;
	EXPECT_EQ(explain().back(), "in the way are 12 more");
}

TEST(HolderLines, ConnectionsAreOneLine)
{
	MadeUp one = holder("127.0.0.1", BACKEND_CONNECTED);
	MadeUp other = holder("127.0.0.1", BACKEND_TIME_WAIT);

	other.has_process = false;
	other.socket.identity = 0;
	found({ one, other });
	backend.answer.in_the_way = 300;
	EXPECT_EQ(explain(),
	    (Lines { "in the way are 300 connections that an earlier listener left, or that went out"
	             " from this port: the first is 127.0.0.1:80; it belongs to process 4711"
	             " (server)", "one at least is without SO_REUSEADDR, which a connection has from its"
	        " listener, and which is needed there as well as here" }));
}

TEST(HolderLines, AnIPv6WildcardThatTakesIPv4)
{
	found({ holder("::", BACKEND_LISTENING) });
	EXPECT_EQ(explain(), (Lines { "in the way is [::]:80, listening, an IPv6 wildcard that takes"
	                              " IPv4 traffic too; it belongs to process 4711 (server)" }));
	EXPECT_EQ(explain("::1"), (Lines { "in the way is [::]:80, listening, a wildcard that covers"
	                                   " the address asked for; it belongs to process 4711"
	                                   " (server)" }));
}

} // namespace

extern "C" void
backend_find_holders(const struct bindchain_request *, int limit,
    backend_holder_visitor *visit, void *context, struct backend_holders *holders)
{
	/* bindchain(1): each search takes a tenth of a second at most. */
	EXPECT_EQ(limit, 100);
	backend.questions++;
	for (const MadeUp &made_up : backend.found) {
		backend_holder holder = { &made_up.socket,
			made_up.has_process ? &made_up.process : nullptr,
			made_up.reuse_address, made_up.share };
		visit(context, &holder);
	}
	*holders = backend.answer;
}
