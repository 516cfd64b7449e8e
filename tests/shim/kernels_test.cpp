/* SPDX-License-Identifier: ISC */
/*
 * The profiles of Linux and macOS against what is known of their kernels: Linux
 * by its manual pages and by trying (6.18), macOS by reading xnu alone.
 */
#include <gtest/gtest.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <map>
#include <netinet/tcp.h>

#include "fake.h"

namespace {

constexpr uint16_t port = 8080;

struct Row {
	int argument, limit, held;
};

void
expect_queue(Fake &fake, const Row &row)
{
	world_socket *listener = fake.tcp(AF_INET);

	ASSERT_EQ(fake.bind(listener, "127.0.0.1", port), 0);
	ASSERT_EQ(fake.listen(listener, row.argument), 0);
	EXPECT_EQ(listener->limit, row.limit) << row.argument;
	EXPECT_EQ(fake.fill("127.0.0.1", port, 5000), row.held) << row.argument;
	kernel_close(listener);
}

/* ---- Linux ---- */

TEST(LinuxProfile, TheQueueHoldsTheBacklogAndOneMore)
{
	const Row rows[] = { { -1, 4096, 4097 }, { INT_MIN, 4096, 4097 }, { 0, 0, 1 },
		{ 1, 1, 2 }, { 5, 5, 6 }, { 128, 128, 129 }, { 4097, 4096, 4097 },
		{ INT_MAX, 4096, 4097 } };
	Fake fake("linux-6"), old("linux-bare");

	for (const Row &row : rows)
		expect_queue(fake, row);
	expect_queue(old, { INT_MAX, 128, 129 });
}

TEST(LinuxProfile, AClientOfAFullQueueIsNotAnswered)
{
	Fake fake("linux-6");
	world_socket *listener = fake.tcp(AF_INET);
	int error = 0;

	fake.bind(listener, "127.0.0.1", port);
	fake.listen(listener, 0);
	EXPECT_EQ(fake.fill("127.0.0.1", port, 9), 1);
	fake.connect("127.0.0.1", port, &error);
	EXPECT_EQ(error, ETIMEDOUT);
}

TEST(LinuxProfile, TcpInfoHasTheLimitAndTheLength)
{
	Fake fake("linux-6");
	world_socket *socket = fake.tcp(AF_INET);
	const world_option *option = kernel_option_named(&fake.kernel(), "TCP_INFO");
	tcp_info info = {};
	socklen_t size = sizeof info;

	fake.bind(socket, "127.0.0.1", port);
	EXPECT_EQ(kernel_getsockopt(&fake.kernel(), socket, option->level, option->number, &info,
	              &size), 0);
	EXPECT_EQ(info.tcpi_state, TCP_CLOSE);
	fake.listen(socket, 9);
	EXPECT_EQ(fake.fill("127.0.0.1", port, 3), 3);
	kernel_getsockopt(&fake.kernel(), socket, option->level, option->number, &info, &size);
	EXPECT_EQ(info.tcpi_state, TCP_LISTEN);
	EXPECT_EQ(info.tcpi_sacked, 9U);
	EXPECT_EQ(info.tcpi_unacked, 3U);
}

TEST(LinuxProfile, ReuseLetsTwoBindAndOneListen)
{
	Fake fake("linux-6");
	world_socket *first = fake.tcp(AF_INET), *second = fake.tcp(AF_INET),
	             *third = fake.tcp(AF_INET);

	for (world_socket *socket : { first, second, third })
		EXPECT_EQ(fake.set(socket, "SO_REUSEADDR", 1), 0);
	EXPECT_EQ(fake.bind(first, "127.0.0.1", port), 0);
	EXPECT_EQ(fake.bind(second, "127.0.0.1", port), 0);
	EXPECT_EQ(fake.listen(first, 5), 0);
	EXPECT_EQ(fake.listen(second, 5), EADDRINUSE);
	EXPECT_EQ(fake.bind(third, "127.0.0.1", port), EADDRINUSE) << "somebody listens now";
	EXPECT_EQ(fake.listen(first, 9), 0) << "again, with another limit";
	EXPECT_EQ(first->limit, 9);
}

TEST(LinuxProfile, BothOrdersOfTheWildcardsAreInUse)
{
	Fake fake("linux-6"), other("linux-6");
	world_socket *dual = fake.tcp(AF_INET6), *inet = fake.tcp(AF_INET);

	EXPECT_EQ(fake.bind(dual, "::", port), 0);
	EXPECT_EQ(fake.bind(inet, "0.0.0.0", port), EADDRINUSE);
	EXPECT_EQ(other.bind(other.tcp(AF_INET), "0.0.0.0", port), 0);
	EXPECT_EQ(other.bind(other.tcp(AF_INET6), "::", port), EADDRINUSE);
	world_socket *only = other.tcp(AF_INET6);
	other.set(only, "IPV6_V6ONLY", 1);
	EXPECT_EQ(other.bind(only, "::", port), 0);
}

/* A sibling that does not listen gets nothing, and takes nothing. */
TEST(LinuxProfile, SharingBalancesOverThoseThatListen)
{
	Fake fake("linux-6");
	std::map<const world_socket *, int> got;
	world_socket *sockets[3];

	for (world_socket *&socket : sockets) {
		socket = fake.tcp(AF_INET);
		fake.set(socket, "SO_REUSEPORT", 1);
		EXPECT_EQ(fake.bind(socket, "127.0.0.1", port), 0);
	}
	fake.listen(sockets[0], 99);
	fake.listen(sockets[2], 99);
	for (int i = 0; i < 40; i++)
		got[fake.connect("127.0.0.1", port)]++;
	EXPECT_EQ(got[sockets[0]], 20);
	EXPECT_EQ(got[sockets[2]], 20);
}

TEST(LinuxProfile, ASpecificAddressTurnsV6onlyOn)
{
	Fake fake("linux-6");
	world_socket *socket = fake.tcp(AF_INET6);

	EXPECT_EQ(fake.get(socket, "IPV6_V6ONLY"), 0);
	EXPECT_EQ(fake.bind(socket, "::1", port), 0);
	EXPECT_EQ(fake.get(socket, "IPV6_V6ONLY"), 1);
	EXPECT_EQ(fake.set(socket, "IPV6_V6ONLY", 1), EINVAL) << "bound";
}

TEST(LinuxProfile, WhatBindSaysOfAddresses)
{
	Fake fake("linux-6");
	world_socket *only = fake.tcp(AF_INET6), *any = fake.tcp(AF_INET),
	             *any6 = fake.tcp(AF_INET6);
	sockaddr_storage room = {};
	sockaddr_in6 inet6 = {};

	fake.set(only, "IPV6_V6ONLY", 1);
	EXPECT_EQ(fake.bind(only, "::ffff:127.0.0.1", port), EINVAL);
	EXPECT_EQ(fake.bind(only, "fe80::10", port), EINVAL) << "without its zone";
	inet6.sin6_family = AF_INET6;
	inet6.sin6_addr.s6_addr[0] = 0xfe;
	inet6.sin6_addr.s6_addr[1] = 0x80;
	inet6.sin6_addr.s6_addr[15] = 0x10;
	inet6.sin6_scope_id = 77;
	std::memcpy(&room, &inet6, sizeof inet6);
	const sockaddr *address = reinterpret_cast<const sockaddr *>(&room);
	EXPECT_EQ(kernel_bind(&fake.kernel(), only, address, sizeof inet6), -ENODEV);
	for (socklen_t length : { 0U, 23U, 129U })
		EXPECT_EQ(kernel_bind(&fake.kernel(), only, address, length), -EINVAL) << length;
	EXPECT_EQ(fake.bind(any, "203.0.113.9", port), EADDRNOTAVAIL);
	EXPECT_EQ(fake.set(any, "IP_FREEBIND", 1), 0);
	EXPECT_EQ(fake.set(any, "IPV6_FREEBIND", 1), ENOPROTOOPT) << "not on IPv4";
	EXPECT_EQ(fake.bind(any, "203.0.113.9", port), 0);
	EXPECT_EQ(fake.set(any6, "IP_FREEBIND", 1), 0) << "one flag for both";
	EXPECT_EQ(fake.bind(any6, "2001:db8:1::9", port), 0);
}

TEST(LinuxProfile, TheWholeStorageAndAnAddressWithoutZoneAreLongEnough)
{
	sockaddr_storage room = {};

	room.ss_family = AF_INET6;
	for (socklen_t length : { 24U, 28U, 128U }) {
		Fake fake("linux-6");
		EXPECT_EQ(kernel_bind(&fake.kernel(), fake.tcp(AF_INET6),
		              reinterpret_cast<const sockaddr *>(&room), length), 0) << length;
	}
}

TEST(LinuxProfile, OptionsThatReadBackAsSomethingElse)
{
	Fake fake("linux-6");
	world_socket *socket = fake.tcp(AF_INET);

	EXPECT_EQ(fake.set(socket, "TCP_DEFER_ACCEPT", 5), 0);
	EXPECT_EQ(fake.get(socket, "TCP_DEFER_ACCEPT"), 7) << "whole retransmission periods";
	EXPECT_EQ(fake.set(socket, "TCP_FASTOPEN", -1), EINVAL);
	EXPECT_EQ(fake.set(socket, "TCP_FASTOPEN", 5), 0) << "though servers have it switched off";
	EXPECT_EQ(fake.get(socket, "TCP_FASTOPEN"), 5);
}

TEST(LinuxProfile, PortZeroOfAFullRangeIsInUse)
{
	Fake fake("linux-6");

	kernel_set_limit(&fake.kernel(), "port-first", 40000);
	kernel_set_limit(&fake.kernel(), "port-last", 40001);
	EXPECT_EQ(fake.bind(fake.tcp(AF_INET), "0.0.0.0", 0), 0);
	EXPECT_EQ(fake.listen(fake.tcp(AF_INET6), 5), 0) << "of both families";
	EXPECT_EQ(fake.bind(fake.tcp(AF_INET), "127.0.0.1", 0), EADDRINUSE);
	EXPECT_EQ(fake.listen(fake.tcp(AF_INET), 5), EADDRINUSE);
}

/* ---- macOS ---- */

TEST(MacOsProfile, TheQueueHoldsTheBacklogAndNothingIsTheMaximum)
{
	const Row rows[] = { { -1, 128, 128 }, { 0, 128, 128 }, { 1, 1, 1 }, { 5, 5, 5 },
		{ 128, 128, 128 }, { 129, 128, 128 }, { INT_MAX, 128, 128 } };
	Fake fake("macos-15");

	for (const Row &row : rows)
		expect_queue(fake, row);
}

/* so_qlimit is a short, and a raised kern.ipc.somaxconn is not held to it. */
TEST(MacOsProfile, ALimitThatDoesNotFitLetsNobodyIn)
{
	Fake fake("macos-15");

	kernel_set_limit(&fake.kernel(), "backlog", 100000);
	expect_queue(fake, { 32767, 32767, 5000 });
	expect_queue(fake, { 40000, 40000 - 65536, 0 });
	expect_queue(fake, { 65536, 0, 0 });
}

TEST(MacOsProfile, FastOpenComesAfterListen)
{
	Fake fake("macos-15");
	world_socket *socket = fake.tcp(AF_INET);

	EXPECT_EQ(fake.set(socket, "TCP_FASTOPEN", 1), EINVAL);
	fake.listen(socket, 5);
	EXPECT_EQ(fake.set(socket, "TCP_FASTOPEN", 2), EINVAL);
	EXPECT_EQ(fake.set(socket, "TCP_FASTOPEN", 1), 0);
	kernel_set_limit(&fake.kernel(), "fast-open-server", 0);
	EXPECT_EQ(fake.set(socket, "TCP_FASTOPEN", 1), ENOTSUP);
}

TEST(MacOsProfile, SocketTypesHaveNoFlags)
{
	Fake fake("macos-15");
	world_socket *socket = nullptr;

	EXPECT_LT(kernel_socket(&fake.kernel(), AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0, &socket), 0);
	EXPECT_EQ(kernel_socket(&fake.kernel(), AF_INET, SOCK_STREAM, 0, &socket), 0);
}

TEST(MacOsProfile, SharingBindsAndOneGetsAll)
{
	const struct {
		const char *address;
		int winner;
	} rows[] = { { "0.0.0.0", 0 }, { "127.0.0.1", 1 } };

	for (const auto &row : rows) {
		Fake fake("macos-15");
		world_socket *sockets[2];
		for (world_socket *&socket : sockets) {
			socket = fake.tcp(AF_INET);
			fake.set(socket, "SO_REUSEPORT", 1);
			EXPECT_EQ(fake.bind(socket, row.address, port), 0);
			EXPECT_EQ(fake.listen(socket, 99), 0);
		}
		for (int i = 0; i < 9; i++)
			EXPECT_EQ(fake.connect("127.0.0.1", port), sockets[row.winner]) << row.address;
	}
}

} // namespace
