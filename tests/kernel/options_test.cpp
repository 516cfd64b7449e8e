/* SPDX-License-Identifier: ISC */
/* Every row of the option table, set by the library and read back twice: by
 * bindchain inspect, and by a getsockopt(2) that owes nothing to either. */
#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>

#include <net/if.h>
#include <sys/socket.h>

#include <nlohmann/json.hpp>

#include "bindchain.h"
#include "probe_listener.h"
#include "expectations.h"
#include "observe.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

/* What is asked, what inspect says of it, and what the kernel holds. */
struct Value {
	int asked;
	nlohmann::json told;
	int lowest, highest; /* of the kernel's own value */
};

/* Where an option applies, and the name that inspect gives it. */
struct Row {
	enum bindchain_option option;
	const char *name;
	std::vector<const char *> hosts; /* empty: a Unix socket */
	std::vector<Value> values;
	enum bindchain_kind kind = BINDCHAIN_TCP; /* where there are hosts */
	bool is_inherited = false; /* by accepted connections */
};

const std::vector<Value> off_and_on = { { 0, false, 0, 0 }, { 1, true, 1, 1 } };

const std::vector<Row> &
rows()
{
	static const std::vector<const char *> both = { "127.0.0.1", "::1" };
	static const std::vector<Row> table = {
		{ BINDCHAIN_REUSE_ADDRESS, "reuse-address", both, off_and_on },
		{ BINDCHAIN_SHARE, "share", both, off_and_on },
		{ BINDCHAIN_BALANCE, "balance", both, off_and_on },
		{ BINDCHAIN_V6ONLY, "v6only", { "::" }, off_and_on },
		{ BINDCHAIN_BIND_ANY, "bind-any", both, off_and_on },
		/* Linux doubles it for its own needs: socket(7). */
		{ BINDCHAIN_RECEIVE_BUFFER, "receive-buffer", both,
		    { { 65536, nullptr, 65536, 2 * 65536 } } },
		/* Seconds, rounded up to when the SYN-ACK is sent again: tcp(7). */
		{ BINDCHAIN_WAIT_FOR, "wait-for", both,
		    { { BINDCHAIN_WAIT_FOR_NOTHING, "nothing", 0, 0 },
		        { BINDCHAIN_WAIT_FOR_DATA, "data", 1, 600 } } },
		{ BINDCHAIN_KEEPALIVE, "keepalive", both, off_and_on, BINDCHAIN_TCP, true },
		{ BINDCHAIN_FAST_OPEN, "fast-open", both,
		    { { 0, nullptr, 0, 0 }, { 16, nullptr, 16, 16 } } },
		{ BINDCHAIN_PASS_CREDENTIALS, "pass-credentials", {}, off_and_on },
		{ BINDCHAIN_PASS_SECURITY, "pass-security", {}, off_and_on },
		{ BINDCHAIN_KEEPALIVE_IDLE, "keepalive-idle", both,
		    { { 1, nullptr, 1, 1 }, { 32767, nullptr, 32767, 32767 } }, BINDCHAIN_TCP, true },
		{ BINDCHAIN_KEEPALIVE_INTERVAL, "keepalive-interval", both,
		    { { 1, nullptr, 1, 1 }, { 32767, nullptr, 32767, 32767 } }, BINDCHAIN_TCP, true },
		{ BINDCHAIN_KEEPALIVE_COUNT, "keepalive-count", both,
		    { { 1, nullptr, 1, 1 }, { 127, nullptr, 127, 127 } }, BINDCHAIN_TCP, true },
		{ BINDCHAIN_NODELAY, "nodelay", both, off_and_on, BINDCHAIN_TCP, true },
		{ BINDCHAIN_SEND_BUFFER, "send-buffer", both,
		    { { 65536, nullptr, 65536, 2 * 65536 } }, BINDCHAIN_TCP, true },
		{ BINDCHAIN_USER_TIMEOUT, "user-timeout", both,
		    { { 0, nullptr, 0, 0 }, { 5000, nullptr, 5000, 5000 } }, BINDCHAIN_TCP, true },
		/* Of a connection it is what both ends agree on, less the options: tcp(7). */
		{ BINDCHAIN_MAX_SEGMENT, "max-segment", both,
		    { { 88, nullptr, 88, 88 }, { 32767, nullptr, 32767, 32767 } } },
		{ BINDCHAIN_HOP_LIMIT, "hop-limit", both,
		    { { 1, nullptr, 1, 1 }, { 255, nullptr, 255, 255 } }, BINDCHAIN_TCP, true },
		{ BINDCHAIN_HOP_LIMIT, "hop-limit", { "127.0.0.1" },
		    { { 1, nullptr, 1, 1 } }, BINDCHAIN_UDP },
		/* The two bits of ECN are the kernel's: RFC 3168, 6.1. */
		{ BINDCHAIN_TRAFFIC_CLASS, "traffic-class", both,
		    { { 0, nullptr, 0, 0 }, { 252, nullptr, 252, 252 } }, BINDCHAIN_TCP, true },
		{ BINDCHAIN_TRAFFIC_CLASS, "traffic-class", both,
		    { { 255, nullptr, 255, 255 } }, BINDCHAIN_UDP },
		/* Not for TCP: connections would not have it. */
		{ BINDCHAIN_PRIORITY, "priority", both,
		    { { 0, nullptr, 0, 0 }, { 6, nullptr, 6, 6 } }, BINDCHAIN_UDP },
		{ BINDCHAIN_MARK, "mark", both,
		    { { 0, nullptr, 0, 0 }, { INT_MAX, nullptr, INT_MAX, INT_MAX },
		        { INT_MIN, 0x80000000U, INT_MIN, INT_MIN }, { -1, 0xffffffffU, -1, -1 } },
		    BINDCHAIN_TCP, true },
		{ BINDCHAIN_TRANSPARENT, "transparent", both, off_and_on },
		{ BINDCHAIN_BROADCAST, "broadcast", both, off_and_on, BINDCHAIN_UDP },
		{ BINDCHAIN_PACKET_INFO, "packet-info", both, off_and_on, BINDCHAIN_UDP },
		{ BINDCHAIN_TIMESTAMPS, "timestamps", both,
		    { { BINDCHAIN_TIMESTAMPS_OFF, "off", 0, 0 },
		        { BINDCHAIN_TIMESTAMPS_MICROSECONDS, "us", 1, INT_MAX } }, BINDCHAIN_UDP },
		{ BINDCHAIN_PASS_PIDFD, "pass-pidfd", {}, off_and_on },
		/* Of FreeBSD it is no socket option. */
		{ BINDCHAIN_LOCKED, "locked", both, off_and_on, BINDCHAIN_TCP, true },
		/* It cannot be read back. */
		{ BINDCHAIN_FIB, "fib", both, { { 0, nullptr, 0, 0 } } },
	};

	return table;
}

using Request = std::unique_ptr<bindchain_request, decltype(&bindchain_request_free)>;

class Options : public OnLoopback {
protected:
	static Descriptor open(const Row &row, const char *host, const std::string &path,
	    const Value &value)
	{
		Request request(bindchain_request_new(host ? row.kind : BINDCHAIN_UNIX_STREAM),
		    bindchain_request_free);
		struct bindchain_failure failure = {};
		int descriptor = -1;

		if ((host ? bindchain_resolve(request.get(), host, "0", BINDCHAIN_NUMERIC_HOST,
		                &failure)
		          : bindchain_set_path(request.get(), path.c_str(), &failure)) == 0
		    && bindchain_set_option(request.get(), row.option, BINDCHAIN_REQUIRED,
		           value.asked, &failure) == 0)
			descriptor = bindchain_open(request.get(), &failure);
		EXPECT_GE(descriptor, 0) << row.name << ": " << strerror(failure.error);
		return Descriptor(descriptor);
	}

	/* What inspect says of the socket, handed to it as descriptor 3. */
	static nlohmann::json inspected(const Descriptor &socket)
	{
		Command command = tool("bindchain", { "inspect", "--json" });
		command.descriptors[3] = socket.get();
		Result result = run(command);
		EXPECT_EQ(result.status, 0) << result;
		const nlohmann::json report = nlohmann::json::parse(result.output);
		for (const auto &each : report.at("sockets"))
			if (each.at("descriptor") == 3)
				return each;
		ADD_FAILURE() << "no descriptor 3 in " << result.output;
		return {};
	}

	static int kernels(const Row &row, const Descriptor &socket, const OptionPlace &place)
	{
		int value = -1;
		socklen_t size = sizeof value;

		EXPECT_EQ(getsockopt(socket.get(), place.level, place.name, &value, &size), 0)
		    << row.name << ": " << strerror(errno);
		return value;
	}

	/* Whether this process may set VALUE, on a kernel that has the option: mark and
	 * transparent need a privilege, pass-pidfd Linux 6.5. */
	static bool is_settable(const Row &row, int family, const OptionPlace &place, int value)
	{
		Descriptor socket(::socket(family, row.kind == BINDCHAIN_UDP ? SOCK_DGRAM : SOCK_STREAM,
		    0));

		return setsockopt(socket.get(), place.level, place.name, &value, sizeof value) == 0
		    || (errno != EPERM && (errno != ENOPROTOOPT || row.option != BINDCHAIN_PASS_PIDFD));
	}

	static void round_trip(const Row &row, const char *host, const std::string &path,
	    const Value &value)
	{
		SCOPED_TRACE(std::string(row.name) + "=" + std::to_string(value.asked) + " on "
		    + (host ? host : "a path"));
		int family = !host ? AF_UNIX : strchr(host, ':') ? AF_INET6 : AF_INET;
		std::optional<OptionPlace> place = place_of(row.option, family);
		if (!place || (row.option == BINDCHAIN_BIND_ANY && !may_bind_any())
		    || !is_settable(row, family, *place, value.asked))
			return;
		Descriptor socket = open(row, host, path, value);
		int kernels_value = kernels(row, socket, *place);
		nlohmann::json told = inspected(socket).at("options").at(row.name);

		/* What is on has any other value than 0 on BSD kernels. */
		int compared = value.told.is_boolean() ? kernels_value != 0 : kernels_value;
		EXPECT_GE(compared, value.lowest);
		EXPECT_LE(compared, value.highest);
		/* A number is told as the kernel has it. */
		EXPECT_EQ(told, value.told.is_null() ? nlohmann::json(kernels_value) : value.told);
	}
};

TEST_F(Options, AreReadBackAsTheyWereSet)
{
	TemporaryDirectory directory;

	for (const Row &row : rows())
		for (const Value &value : row.values) {
			for (const char *host : row.hosts)
				round_trip(row, host, "", value);
			if (row.hosts.empty())
				round_trip(row, nullptr, directory / "socket", value);
		}
}

/* accept(2) of a server knows nothing of them. */
TEST_F(Options, OfConnectionsAreInheritedFromTheListener)
{
	int count = 0;

	for (const Row &row : rows())
		for (const Value &value : row.is_inherited ? row.values : std::vector<Value>())
			for (const char *host : row.hosts) {
				SCOPED_TRACE(std::string(row.name) + "=" + std::to_string(value.asked));
				int family = strchr(host, ':') ? AF_INET6 : AF_INET;
				std::optional<OptionPlace> place = place_of(row.option, family);
				if (!place || !is_settable(row, family, *place, value.asked))
					continue;
				Descriptor listener = open(row, host, "", value);
				Descriptor client = connect_to(host, port_of(listener.get()));
				Descriptor connection(accept(listener.get(), nullptr, nullptr));
				ASSERT_GE(connection.get(), 0);
				int kept = kernels(row, connection, *place);
				EXPECT_GE(value.told.is_boolean() ? kept != 0 : kept, value.lowest);
				EXPECT_LE(value.told.is_boolean() ? kept != 0 : kept, value.highest);
				count++;
			}
	EXPECT_GE(count, 10);
}

/* Both ends agree on the lesser one, and TCP's own options take of it: tcp(7), RFC 6691. */
TEST_F(Options, MaxSegmentIsNotExceededByConnections)
{
	const Row row = { BINDCHAIN_MAX_SEGMENT, "max-segment", {}, {} };
	std::optional<OptionPlace> place = place_of(row.option, AF_INET);

	if (!place)
		SKIP_TEST_EVEN_IN_CI("accepted connections do not inherit it: it is refused");
	Descriptor listener = open(row, "127.0.0.1", "", { 1000, {}, 0, 0 });
	Descriptor client = connect_to("127.0.0.1", port_of(listener.get()));
	Descriptor connection(accept(listener.get(), nullptr, nullptr));
	ASSERT_GE(connection.get(), 0);
	for (const Descriptor *end : { &client, &connection }) {
		EXPECT_LE(kernels(row, *end, *place), 1000);
		EXPECT_GE(kernels(row, *end, *place), 1000 - 40);
	}
}

/* The packets that come from a dual-stack socket are of two families. */
TEST_F(Options, OfPacketsAreThoseOfBothFamiliesOnADualStackSocket)
{
	const Row dual = { BINDCHAIN_HOP_LIMIT, "hop-limit", {}, {} };
	struct bindchain_failure failure = {};
	Request request(bindchain_request_new(BINDCHAIN_TCP), bindchain_request_free);

	ASSERT_EQ(bindchain_resolve(request.get(), "::", "0", BINDCHAIN_NUMERIC_HOST, &failure), 0);
	for (const auto &[option, value] : { std::pair(BINDCHAIN_V6ONLY, 0),
	         std::pair(BINDCHAIN_HOP_LIMIT, 9), std::pair(BINDCHAIN_TRAFFIC_CLASS, 184) })
		ASSERT_EQ(bindchain_set_option(request.get(), option, BINDCHAIN_REQUIRED, value,
		    &failure), 0);
	Descriptor listener(bindchain_open(request.get(), &failure));
	if (failure.operation == BINDCHAIN_UNSUPPORTED)
		SKIP_TEST_EVEN_IN_CI("this kernel sets them for one family: it is refused");
	ASSERT_GE(listener.get(), 0) << failure.subject << ": " << strerror(failure.error);
	Descriptor client = connect_to("127.0.0.1", port_of(listener.get()));
	Descriptor connection(accept(listener.get(), nullptr, nullptr));
	ASSERT_GE(connection.get(), 0);
	EXPECT_EQ(kernels(dual, connection, *place_of(BINDCHAIN_HOP_LIMIT, AF_INET)), 9);
	EXPECT_EQ(kernels(dual, connection, *place_of(BINDCHAIN_TRAFFIC_CLASS, AF_INET)), 184);
}

/* The control messages of a datagram that the socket sends to itself. */
std::vector<std::pair<int, int>>
received(const Descriptor &socket)
{
	sockaddr_storage address = {};
	socklen_t length = sizeof address;
	alignas(cmsghdr) char control[256];
	char byte = 'x';
	iovec data = { &byte, 1 };
	msghdr message = {};
	std::vector<std::pair<int, int>> found;

	EXPECT_EQ(getsockname(socket.get(), reinterpret_cast<sockaddr *>(&address), &length), 0);
	EXPECT_EQ(sendto(socket.get(), "x", 1, 0, reinterpret_cast<sockaddr *>(&address), length), 1);
	message.msg_iov = &data;
	message.msg_iovlen = 1;
	message.msg_control = control;
	message.msg_controllen = sizeof control;
	EXPECT_EQ(recvmsg(socket.get(), &message, 0), 1) << strerror(errno);
	for (cmsghdr *one = CMSG_FIRSTHDR(&message); one; one = CMSG_NXTHDR(&message, one))
		found.emplace_back(one->cmsg_level, one->cmsg_type);
	return found;
}

TEST_F(Options, OfDatagramsComeWithEachOfThem)
{
	const Row info = { BINDCHAIN_PACKET_INFO, "packet-info", {}, {}, BINDCHAIN_UDP };
	const Row times = { BINDCHAIN_TIMESTAMPS, "timestamps", {}, {}, BINDCHAIN_UDP };
	const std::vector<std::pair<int, int>> stamp = { { SOL_SOCKET, SCM_TIMESTAMP } };

	for (const char *host : { "127.0.0.1", "::1" }) {
		EXPECT_TRUE(received(open(info, host, "", { 0, {}, 0, 0 })).empty());
		EXPECT_FALSE(received(open(info, host, "", { 1, {}, 0, 0 })).empty());
		EXPECT_TRUE(received(open(times, host, "", { 0, {}, 0, 0 })).empty());
		EXPECT_EQ(received(open(times, host, "",
		    { BINDCHAIN_TIMESTAMPS_MICROSECONDS, {}, 0, 0 })), stamp);
	}
}

/* An interface is told by its name, in the kernel too: socket(7). */
TEST_F(Options, DeviceIsReadBackByName)
{
	if (!expectations().binds_to_interfaces)
		SKIP_TEST_EVEN_IN_CI("this kernel binds no socket to an interface");
	struct bindchain_failure failure = {};
	Request request(bindchain_request_new(BINDCHAIN_TCP), bindchain_request_free);

	ASSERT_EQ(bindchain_resolve(request.get(), "127.0.0.1", "0", BINDCHAIN_NUMERIC_HOST,
	    &failure), 0);
	ASSERT_EQ(bindchain_set_device(request.get(), BINDCHAIN_REQUIRED, expectations().loopback,
	    &failure), 0);
	Descriptor socket(bindchain_open(request.get(), &failure));
	ASSERT_GE(socket.get(), 0) << failure.subject << ": " << strerror(failure.error);
	EXPECT_EQ(device_of(socket.get()), expectations().loopback);
	EXPECT_EQ(inspected(socket).at("options").at("device"), expectations().loopback);
}

/* RFC 5681's, which every kernel has: tcp(7), mod_cc(4). */
TEST_F(Options, CongestionControlIsReadBackAndInherited)
{
	const std::string name = expectations().newreno;
	struct bindchain_failure failure = {};
	Request request(bindchain_request_new(BINDCHAIN_TCP), bindchain_request_free);

	ASSERT_EQ(bindchain_resolve(request.get(), "127.0.0.1", "0", BINDCHAIN_NUMERIC_HOST,
	    &failure), 0);
	ASSERT_EQ(bindchain_set_congestion(request.get(), BINDCHAIN_REQUIRED, name.c_str(),
	    &failure), 0);
	Descriptor listener(bindchain_open(request.get(), &failure));
	if (failure.operation == BINDCHAIN_UNSUPPORTED)
		SKIP_TEST_EVEN_IN_CI("accepted connections do not inherit it: it is refused");
	ASSERT_GE(listener.get(), 0) << failure.subject << ": " << strerror(failure.error);
	EXPECT_EQ(congestion_of(listener.get()), name);
	EXPECT_EQ(inspected(listener).at("options").at("congestion"), name);
	Descriptor client = connect_to("127.0.0.1", port_of(listener.get()));
	Descriptor connection(accept(listener.get(), nullptr, nullptr));
	ASSERT_GE(connection.get(), 0);
	EXPECT_EQ(congestion_of(connection.get()), name);
}

/* A row that is added to the table must be added here, or have a test of its own. */
TEST(OptionRows, CoverEveryOption)
{
	for (int option = 0; bindchain_option_name(option); option++) {
		bool here = option == BINDCHAIN_DEVICE || option == BINDCHAIN_MPTCP
		    || option == BINDCHAIN_CONGESTION;
		for (const Row &row : rows())
			here = here || row.option == option;
		EXPECT_TRUE(here) << bindchain_option_name(option);
	}
}

TEST_F(Options, OfATcpSocketListenerAreTheOnesAskedFor)
{
	std::vector<std::string> options = { "--no-reuse-address", "--reuse-port" };
	if (may_bind_any())
		options.push_back("--bind-to-any");
	options.insert(options.end(), { "127.0.0.1", "0" });
	ProbeListener plain("tcp-socket-listen", { "127.0.0.1", "0" });
	ProbeListener every("tcp-socket-listen", options);

	EXPECT_EQ(plain.socket().at("reuse_address"), 1);
	EXPECT_EQ(plain.socket().at("reuse_port"), 0);
	EXPECT_EQ(plain.socket().value("bind_any", 0), 0);
	EXPECT_EQ(every.socket().at("reuse_address"), 0);
	EXPECT_EQ(every.socket().at("reuse_port"), 1);
	EXPECT_EQ(every.socket().value("bind_any", 0), may_bind_any());
	/* And nothing else was touched. */
	EXPECT_EQ(every.socket().at("keep_alive"), 0);
}

} // namespace
