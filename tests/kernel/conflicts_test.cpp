/* SPDX-License-Identifier: ISC */
/* Two sockets of one process and one port: which pairs may be, and which call
 * says no. */
#include <cerrno>
#include <cstring>

#include <sys/socket.h>

#include "bindchain.h"
#include "expectations.h"
#include "probe_listener.h"
#include "network.h"

namespace {

struct Address {
	const char *text, *host;
	int v6only;
};
constexpr Address addresses[5] = { { "0.0.0.0", "0.0.0.0", 1 }, { "127.0.0.1", "127.0.0.1", 1 },
	{ "::", "::", 1 }, { "::1", "::1", 1 }, { ":: for both", "::", 0 } };

const char *
text(Reuse reuse)
{
	switch (reuse) {
	case Reuse::none:
		return "none";
	case Reuse::address:
		return "reuse-address";
	case Reuse::port:
		return "share";
	case Reuse::balance:
		return "balance";
	}
	return "?";
}

/* '.', 'B', 'L', or '?' for a failure that none of the tables knows. */
char
open(const Address &address, Reuse reuse, int port, bool listening, Descriptor *socket)
{
	struct bindchain_request request;
	struct bindchain_failure failure = {};
	std::string service = std::to_string(port);

	bindchain_request_init(&request, BINDCHAIN_TCP);
	if (bindchain_resolve(&request, address.host, service.c_str(), BINDCHAIN_NUMERIC_HOST,
	        &failure) != 0)
		return '?';
	request.backlog = listening ? 5 : BINDCHAIN_NO_LISTEN;
	request.options[BINDCHAIN_V6ONLY] = { BINDCHAIN_REQUIRED, address.v6only };
	request.options[BINDCHAIN_REUSE_ADDRESS] = { BINDCHAIN_REQUIRED, reuse == Reuse::address };
	request.options[BINDCHAIN_SHARE] = { BINDCHAIN_REQUIRED, reuse == Reuse::port };
	request.options[BINDCHAIN_BALANCE] = { reuse == Reuse::balance ? BINDCHAIN_REQUIRED
		                                       : BINDCHAIN_UNASKED, 1 };
	*socket = Descriptor(bindchain_open(&request, &failure));
	if (socket->get() >= 0)
		return '.';
	return failure.error != EADDRINUSE           ? '?'
	    : failure.operation == BINDCHAIN_BIND   ? 'B'
	    : failure.operation == BINDCHAIN_LISTEN ? 'L'
	                                            : '?';
}

class Conflicts : public OnLoopback {
protected:
	/* A port that nobody has on any address: on a machine's own loopback, others
	 * may have one on some. */
	static int unused_port()
	{
		for (;;) {
			Descriptor dual, ipv4;
			EXPECT_EQ(open(addresses[4], Reuse::none, 0, false, &dual), '.');
			int port = port_of(dual.get());
			dual = Descriptor();
			if (open(addresses[0], Reuse::none, port, false, &ipv4) == '.')
				return port;
		}
	}

	/* The grid as this kernel has it. */
	static std::vector<std::string> grid(const ExpectedConflict &conflict, bool listening)
	{
		std::vector<std::string> rows;

		for (const Address &first : addresses) {
			std::string row;
			for (const Address &second : addresses) {
				Descriptor one, other;
				int port = unused_port();
				EXPECT_EQ(open(first, conflict.first, port, listening, &one), '.')
				    << first.text;
				row += open(second, conflict.second, port, true, &other);
			}
			rows.push_back(row);
		}
		return rows;
	}

	static void expect(const ConflictGrid &expected, const std::vector<std::string> &found)
	{
		for (size_t first = 0; first < 5; first++)
			EXPECT_EQ(found[first], expected.row[first])
			    << "first on " << addresses[first].text;
	}
};

TEST_F(Conflicts, AreTheKernels)
{
	for (const ExpectedConflict &conflict : expectations().conflicts) {
		SCOPED_TRACE(std::string("first ") + text(conflict.first) + ", second "
		    + text(conflict.second));
		{
			SCOPED_TRACE("first bound");
			expect(conflict.while_bound, grid(conflict, false));
		}
		{
			SCOPED_TRACE("first listening");
			expect(conflict.while_listening, grid(conflict, true));
		}
	}
}

/* With SO_REUSEADDR on both, it may be the second listen(2) that finds out. */
TEST_F(Conflicts, OfTwoBoundSocketsOnlyOneListens)
{
	Descriptor first, second;
	ASSERT_EQ(open(addresses[1], Reuse::address, 0, false, &first), '.');
	char result = open(addresses[1], Reuse::address, port_of(first.get()), false, &second);

	if (result == '.') {
		ASSERT_EQ(listen(first.get(), 5), 0) << strerror(errno);
		result = listen(second.get(), 5) == 0 ? '.' : errno == EADDRINUSE ? 'L' : '?';
	}
	EXPECT_EQ(result, expectations().second_of_two_bound);
}

} // namespace
