/* SPDX-License-Identifier: ISC */
/*
 * How many connections a listener admits before its queue is full: what explain
 * predicts, what the kernel's documentation says, and what clients observe.
 * Linux, where a test can have settings of its own.
 */
#include <algorithm>
#include <cerrno>
#include <climits>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "network.h"
#include "network_namespace.h"
#include "probe_listener.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

/* Another than the limits that are compiled in, so that no constant passes. */
const int limits[] = { 2, 128, 300 };

std::vector<int>
backlogs(int limit)
{
	return { 0, 1, 2, 5, 127, 128, 129, limit, limit + 1, INT_MAX };
}

/* listen(2) cuts the backlog to net.core.somaxconn, and the queue is full when it
 * is longer than that: include/net/sock.h, sk_acceptq_is_full. */
int
documented(int backlog, int limit)
{
	return std::min(backlog, limit) + 1;
}

/* A counter of TcpExt in /proc/net/netstat, which are the namespace's. */
long
counter(const std::string &name)
{
	std::ifstream file("/proc/thread-self/net/netstat");
	std::string line, values, word, value;

	while (std::getline(file, line) && std::getline(file, values)) {
		std::istringstream names(line), numbers(values);
		while (names >> word && numbers >> value)
			if (word == name)
				return std::stol(value);
	}
	throw std::runtime_error("no counter " + name);
}

Descriptor
begin_to_connect(int port)
{
	Descriptor client(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
	sockaddr_in address = {};

	address.sin_family = AF_INET;
	address.sin_port = htons(static_cast<uint16_t>(port));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(client.get(), reinterpret_cast<sockaddr *>(&address), sizeof address) != 0
	    && errno != EINPROGRESS)
		throw std::system_error(errno, std::generic_category(), "connect");
	return client;
}

/* Waits until the client is connected or the kernel has counted it as too many. */
bool
is_admitted(const Descriptor &client, long overflows)
{
	pollfd waited = { client.get(), POLLOUT, 0 };

	for (int tries = 0; tries < 2000; tries++) {
		if (poll(&waited, 1, 10) == 1)
			return !(waited.revents & (POLLERR | POLLHUP));
		if (counter("ListenOverflows") != overflows)
			return false;
	}
	throw std::runtime_error("neither connected nor turned away");
}

size_t
observed(int port, size_t at_most)
{
	std::vector<Descriptor> clients;

	while (clients.size() < at_most) {
		long overflows = counter("ListenOverflows");
		clients.push_back(begin_to_connect(port));
		if (!is_admitted(clients.back(), overflows))
			return clients.size() - 1;
	}
	return clients.size();
}

/* A Unix socket turns the surplus client away at once, with EAGAIN. */
size_t
observed_at_path(const std::string &path, size_t at_most)
{
	std::vector<Descriptor> clients;
	sockaddr_un address = {};

	address.sun_family = AF_UNIX;
	path.copy(address.sun_path, sizeof address.sun_path - 1);
	while (clients.size() < at_most) {
		Descriptor client(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
		if (connect(client.get(), reinterpret_cast<sockaddr *>(&address), sizeof address)
		    != 0) {
			EXPECT_EQ(errno, EAGAIN);
			break;
		}
		clients.push_back(std::move(client));
	}
	return clients.size();
}

class Admitted : public testing::Test {
protected:
	void SetUp() override
	{
		std::string why_not;
		network_ = NetworkNamespace::enter(&why_not);
		if (!network_)
			SKIP_TEST(why_not);
		network_->set_up("lo");
	}

	std::unique_ptr<NetworkNamespace> network_;
};

class AdmittedUnderLimit : public Admitted, public testing::WithParamInterface<int> {};

} // namespace

TEST_P(AdmittedUnderLimit, AsPredictedAsDocumentedAsObserved)
{
	int limit = GetParam(), port = 8000;

	NetworkNamespace::set("net.core.somaxconn", std::to_string(limit));
	for (int backlog : backlogs(limit)) {
		std::vector<std::string> arguments = { "--backlog", std::to_string(backlog),
			"127.0.0.1", std::to_string(++port) };
		size_t expected = static_cast<size_t>(documented(backlog, limit));
		nlohmann::json said = explained("tcp-socket-listen", arguments).at("backlog");
		ProbeListener listener("tcp-socket-listen", arguments);

		SCOPED_TRACE("backlog " + std::to_string(backlog));
		EXPECT_EQ(said.at("limit").at("name"), "net.core.somaxconn");
		EXPECT_EQ(said.at("limit").at("value"), limit);
		EXPECT_EQ(said.at("requested"), backlog);
		EXPECT_EQ(said.at("passed"), backlog);
		EXPECT_EQ(said.at("queue_limit"), std::min(backlog, limit));
		EXPECT_EQ(said.at("connections_admitted"), expected);
		EXPECT_EQ(observed(port, expected + 2), expected);
	}
}

INSTANTIATE_TEST_SUITE_P(Limits, AdmittedUnderLimit, testing::ValuesIn(limits));

TEST_F(Admitted, ByAUnixSocketToo)
{
	NetworkNamespace::set("net.core.somaxconn", "7");
	for (int backlog : { 0, 1, 6, 7, 8, INT_MAX }) {
		TemporaryDirectory directory;
		std::string path = directory / "socket";
		std::vector<std::string> arguments = { "--backlog", std::to_string(backlog), path };
		size_t expected = static_cast<size_t>(documented(backlog, 7));
		nlohmann::json said = explained("local-stream-socket-listen", arguments)
		    .at("backlog");
		ProbeListener listener("local-stream-socket-listen", arguments);

		SCOPED_TRACE("backlog " + std::to_string(backlog));
		EXPECT_EQ(said.at("connections_admitted"), expected);
		EXPECT_EQ(said.at("overflow").at("new_client"), "waits");
		EXPECT_EQ(observed_at_path(path, expected + 2), expected);
	}
}

/* What happens to a handshake under way is the administrator's choice. */
TEST_F(Admitted, TheSettingsThatDecideAreReadWhenAsked)
{
	const std::vector<std::string> arguments = { "127.0.0.1", "8000" };

	NetworkNamespace::set("net.ipv4.tcp_abort_on_overflow", "0");
	nlohmann::json said = explained("tcp-socket-listen", arguments).at("backlog");
	EXPECT_EQ(said.at("overflow").at("new_client"), "dropped");
	EXPECT_EQ(said.at("overflow").at("client_in_handshake"), "ignored");
	EXPECT_EQ(said.at("overflow").at("decided_by").at(0).at("value"), 0);

	NetworkNamespace::set("net.ipv4.tcp_abort_on_overflow", "1");
	NetworkNamespace::set("net.ipv4.tcp_max_syn_backlog", "77");
	said = explained("tcp-socket-listen", arguments).at("backlog");
	EXPECT_EQ(said.at("overflow").at("new_client"), "dropped");
	EXPECT_EQ(said.at("overflow").at("client_in_handshake"), "reset");
	EXPECT_EQ(said.at("half_open").at("separate"), true);
	EXPECT_EQ(said.at("half_open").at("limit").at("name"), "net.ipv4.tcp_max_syn_backlog");
	EXPECT_EQ(said.at("half_open").at("limit").at("value"), 77);
	EXPECT_EQ(said.at("half_open").at("cookies").at("value"), 1);
}

/* Kernels differ then: include/net/inet_connection_sock.h,
 * inet_csk_reqsk_queue_is_full, before and after early 2025. */
TEST_F(Admitted, WithoutCookiesABacklogOfNothingIsInDoubt)
{
	NetworkNamespace::set("net.ipv4.tcp_syncookies", "0");
	nlohmann::json said = explained("tcp-socket-listen",
	    { "--backlog", "0", "127.0.0.1", "8000" }).at("backlog");
	EXPECT_TRUE(said.at("connections_admitted").is_null());
	EXPECT_TRUE(said.at("doubt").is_string());

	said = explained("tcp-socket-listen", { "--backlog", "1", "127.0.0.1", "8000" })
	    .at("backlog");
	EXPECT_EQ(said.at("connections_admitted"), 2);
	EXPECT_TRUE(said.at("doubt").is_null());
	ProbeListener listener("tcp-socket-listen", { "--backlog", "1", "127.0.0.1", "8000" });
	EXPECT_EQ(observed(8000, 4), 2U);
}
