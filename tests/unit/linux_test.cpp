/* SPDX-License-Identifier: ISC */
/* The Linux backend's pure functions.  Expected values are from the kernel:
 * net/socket.c (__sys_listen_socket: compared as unsigned, cut to somaxconn),
 * include/net/sock.h (sk_acceptq_is_full: longer than the limit is full), and
 * from socket(7), ip(7), ipv6(7). */
#include "core.h"

extern "C" {
#include "../../src/linux/ephemeral_ports.h"
}

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

/* open(2): "the file itself is not opened", and poll(2) does not see it. */
TEST(LinuxDescriptors, APathIsOpenThoughNothingCanBeDoneWithIt)
{
	int path = open("/", O_PATH | O_CLOEXEC);

	ASSERT_GE(path, 3);
	EXPECT_NE(listen_environment_first_closed(path - 2), path);
	close(path);
	EXPECT_NE(listen_environment_first_closed(path - 2), -1);
}

/* lib/bitmap.c, bitmap_list_string: numbers and ranges, with commas between. */
TEST(LinuxEphemeralPorts, AreFoundInAList)
{
	const struct {
		const char *list;
		unsigned port;
		bool has;
	} rows[] = {
		{ "", 80, false }, { "80", 80, true }, { "80", 8, false }, { "80", 800, false },
		{ "8080,9148-9150", 8080, true }, { "8080,9148-9150", 9147, false },
		{ "8080,9148-9150", 9148, true }, { "8080,9148-9150", 9149, true },
		{ "8080,9148-9150", 9150, true }, { "8080,9148-9150", 9151, false },
		{ "32768-60999", 60999, true }, { "32768-60999", 65535, false },
		{ "1-2,4", 4, true }, { "1-2,4", 3, false }, { "nonsense", 0, false },
		{ "1,,2", 2, false }, { "-5", 5, false },
	};

	for (const auto &row : rows)
		EXPECT_EQ(ephemeral_ports_have(row.list, row.port), row.has)
		    << row.list << " " << row.port;
}

struct Backlog {
	int requested, limit, passed, queue_limit;
	bool admitted_known;
	int admitted;
};

TEST(LinuxBacklog, IsCutToTheLimitAndAdmitsOneMore)
{
	const Backlog rows[] = {
		{ 0, 4096, 0, 0, true, 1 },
		{ 1, 4096, 1, 1, true, 2 },
		{ 5, 4096, 5, 5, true, 6 },
		{ 128, 4096, 128, 128, true, 129 },
		{ 4095, 4096, 4095, 4095, true, 4096 },
		{ 4096, 4096, 4096, 4096, true, 4097 },
		{ 4097, 4096, 4097, 4096, true, 4097 },
		{ 65536, 4096, 65536, 4096, true, 4097 },
		{ INT_MAX, 4096, INT_MAX, 4096, true, 4097 },
		{ 5, 128, 5, 5, true, 6 }, /* before 5.4 */
		{ 200, 128, 200, 128, true, 129 },
		{ 5, 0, 5, 0, true, 1 }, /* an administrator may say 0 */
		{ 5, 3, 5, 3, true, 4 },
		{ INT_MAX, INT_MAX, INT_MAX, INT_MAX, false, 0 }, /* INT_MAX + 1 is no int */
		{ INT_MAX - 1, INT_MAX, INT_MAX - 1, INT_MAX - 1, true, INT_MAX },
	};

	for (const Backlog &row : rows) {
		struct bindchain_fact limit = { true, row.limit };
		struct backend_backlog becomes;

		backend_judge_backlog(row.requested, &limit, &becomes);
		SCOPED_TRACE(std::to_string(row.requested) + " under " + std::to_string(row.limit));
		EXPECT_EQ(becomes.passed, row.passed);
		EXPECT_TRUE(becomes.queue_limit.known);
		EXPECT_EQ(becomes.queue_limit.value, row.queue_limit);
		EXPECT_EQ(becomes.admitted.known, row.admitted_known);
		if (row.admitted_known) {
			EXPECT_EQ(becomes.admitted.value, row.admitted);
		}
	}
}

/* /proc may be hidden; no constant of a header stands in for it. */
TEST(LinuxBacklog, IsPassedOnUnderAnUnknownLimit)
{
	for (int requested : { 0, 1, 4096, 100000, INT_MAX }) {
		struct bindchain_fact limit = { false, 0 };
		struct backend_backlog becomes;

		backend_judge_backlog(requested, &limit, &becomes);
		EXPECT_EQ(becomes.passed, requested);
		EXPECT_FALSE(becomes.queue_limit.known);
		EXPECT_FALSE(becomes.admitted.known);
	}
}

/* uapi/linux/in.h: 262; read by its protocol, socket(7). */
TEST(LinuxSpelling, OfMultipathTcpIsAProtocolOfListeners)
{
	struct request request;
	struct backend_spelling spelling;

	request_init(&request, BINDCHAIN_TCP);
	request.address = literal("127.0.0.1", 0);
	sockopt_spell(&request, BINDCHAIN_MPTCP, 1, &spelling);
	ASSERT_EQ(spelling.count, 1u);
	EXPECT_EQ(spelling.calls[0].moment, BACKEND_AT_SOCKET);
	EXPECT_EQ(spelling.calls[0].value, 262);
	EXPECT_EQ(spelling.calls[0].name, SO_PROTOCOL);
	EXPECT_STREQ(spelling.calls[0].name_text, "IPPROTO_MPTCP");
	request_init(&request, BINDCHAIN_UDP);
	request.address = literal("127.0.0.1", 0);
	sockopt_spell(&request, BINDCHAIN_MPTCP, 1, &spelling);
	EXPECT_EQ(spelling.count, 0u);
}

struct Spelling {
	const char *host;
	enum bindchain_option option;
	int value;
	bool is_default;
	int level, name;
	const char *level_text, *name_text;
};

#define CALL(level, name) level, name, #level, #name

TEST(LinuxSpelling, IsTheKernelsOwn)
{
	const Spelling rows[] = {
		{ "127.0.0.1", BINDCHAIN_REUSE_ADDRESS, 1, false, CALL(SOL_SOCKET, SO_REUSEADDR) },
		{ "::1", BINDCHAIN_REUSE_ADDRESS, 1, false, CALL(SOL_SOCKET, SO_REUSEADDR) },
		{ "::1", BINDCHAIN_REUSE_ADDRESS, 0, true, CALL(SOL_SOCKET, SO_REUSEADDR) },
		{ "127.0.0.1", BINDCHAIN_SHARE, 1, false, CALL(SOL_SOCKET, SO_REUSEPORT) },
		{ "127.0.0.1", BINDCHAIN_SHARE, 0, true, CALL(SOL_SOCKET, SO_REUSEPORT) },
		{ "::", BINDCHAIN_BALANCE, 1, false, CALL(SOL_SOCKET, SO_REUSEPORT) },
		{ "::", BINDCHAIN_V6ONLY, 1, false, CALL(IPPROTO_IPV6, IPV6_V6ONLY) },
		/* net.ipv6.bindv6only is the default, so even 0 must be said. */
		{ "::", BINDCHAIN_V6ONLY, 0, false, CALL(IPPROTO_IPV6, IPV6_V6ONLY) },
		{ "192.0.2.1", BINDCHAIN_BIND_ANY, 1, false, CALL(IPPROTO_IP, IP_FREEBIND) },
		{ "192.0.2.1", BINDCHAIN_BIND_ANY, 0, true, CALL(IPPROTO_IP, IP_FREEBIND) },
		{ "2001:db8::1", BINDCHAIN_BIND_ANY, 1, false,
		    CALL(IPPROTO_IPV6, IPV6_FREEBIND) },
		{ "::1", BINDCHAIN_LOCKED, 1, false, CALL(SOL_SOCKET, SO_LOCK_FILTER) },
		{ "127.0.0.1", BINDCHAIN_LOCKED, 0, true, CALL(SOL_SOCKET, SO_LOCK_FILTER) },
	};

	for (const Spelling &row : rows) {
		struct request request;
		struct backend_spelling spelling;

		request_init(&request, BINDCHAIN_TCP);
		request.address = literal(row.host, 0);
		sockopt_spell(&request, row.option, row.value, &spelling);
		SCOPED_TRACE(std::string(row.host) + " " + row.name_text + " "
		    + std::to_string(row.value));
		EXPECT_EQ(spelling.is_default, row.is_default);
		ASSERT_EQ(spelling.count, 1u);
		EXPECT_EQ(spelling.calls[0].level, row.level);
		EXPECT_EQ(spelling.calls[0].name, row.name);
		EXPECT_EQ(spelling.calls[0].value, row.value);
		EXPECT_EQ(spelling.calls[0].data, nullptr);
		EXPECT_EQ(spelling.calls[0].moment, BACKEND_BEFORE_BIND);
		EXPECT_STREQ(spelling.calls[0].level_text, row.level_text);
		EXPECT_STREQ(spelling.calls[0].name_text, row.name_text);
	}
}

/* IPV6_V6ONLY has no meaning for IPv4: nothing to do, and no failure. */
TEST(LinuxSpelling, V6onlyOfAnIpv4AddressIsNothing)
{
	for (int value : { 0, 1 }) {
		struct request request;
		struct backend_spelling spelling;

		request_init(&request, BINDCHAIN_TCP);
		request.address = literal("127.0.0.1", 0);
		sockopt_spell(&request, BINDCHAIN_V6ONLY, value, &spelling);
		EXPECT_TRUE(spelling.is_default);
	}
}

TEST(LinuxBirth, FlagsAreThoseOfSocket)
{
	EXPECT_EQ(backend_birth_flags(0), 0);
	EXPECT_EQ(backend_birth_flags(BACKEND_NONBLOCKING), SOCK_NONBLOCK);
	EXPECT_EQ(backend_birth_flags(BACKEND_CLOSE_ON_EXEC), SOCK_CLOEXEC);
	EXPECT_EQ(backend_birth_flags(BACKEND_NONBLOCKING | BACKEND_CLOSE_ON_EXEC),
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
}

TEST(LinuxName, IsWhatItsUsersCallIt)
{
	struct backend_limit limit;

	backend_backlog_limit(&limit);
	EXPECT_STREQ(backend_system, "Linux");
	EXPECT_STREQ(limit.name, "net.core.somaxconn");
}

TEST(LinuxProcess, IsNotSetId)
{
	EXPECT_FALSE(backend_is_set_id());
}

} // namespace
