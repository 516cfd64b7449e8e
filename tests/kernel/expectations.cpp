/* SPDX-License-Identifier: ISC */
#include "expectations.h"

#include <cerrno>

/* BINDCHAIN_EXPECTATIONS is the name of one of these; all are compiled. */
namespace {

constexpr ConflictGrid all_fine = { { ".....", ".....", ".....", ".....", "....." } };

/* Whatever overlaps is in use. */
constexpr ConflictGrid overlap = { {
	"BB..B",
	"BB..B",
	"..BBB",
	"..BBB",
	"BBBBB",
} };

/*
 * Linux.  The backlog is compared as unsigned with net.core.somaxconn
 * (net/socket.c, __sys_listen_socket); the queue is full when it is longer than
 * its limit (include/net/sock.h, sk_acceptq_is_full).  Conflicts:
 * net/ipv4/inet_connection_sock.c, inet_bind_conflict; socket(7).  SO_REUSEADDR
 * counts only while the other socket does not listen, and both must have it.
 */
[[maybe_unused]] const Expectations linux_expectations = {
	{
	    { "0", 4096, 0, 1 },
	    { "1", 4096, 1, 2 },
	    { "5", 4096, 5, 6 },
	    { "128", 4096, 128, 129 },
	    { "7", 7, 7, 8 },
	    { "8", 7, 7, 8 },
	    { "128", 7, 7, 8 },
	    { "2147483647", 7, 7, 8 },
	    { "-1", 7, 7, 8 },
	    { "4294967295", 7, 7, 8 },
	    { "5", 0, 0, 1 },
	    { "0", 0, 0, 1 },
	},
	{
	    { Reuse::none, Reuse::none, overlap, overlap },
	    { Reuse::address, Reuse::address, all_fine, overlap },
	    { Reuse::address, Reuse::none, overlap, overlap },
	    { Reuse::none, Reuse::address, overlap, overlap },
	    { Reuse::port, Reuse::port, all_fine, all_fine },
	    { Reuse::port, Reuse::none, overlap, overlap },
	    { Reuse::none, Reuse::port, overlap, overlap },
	    { Reuse::port, Reuse::address, overlap, overlap },
	    { Reuse::balance, Reuse::balance, all_fine, all_fine },
	},
	'L',
	true,
	false,
	true,
	false,
	EADDRINUSE,
	EADDRINUSE,
};

/* FreeBSD: a dual wildcard may follow an IPv4 one, but not go before it. */
constexpr ConflictGrid freebsd_none = { {
	"BB...",
	"BB..B",
	"..BBB",
	"..BBB",
	"BBBBB",
} };

/* The same address is in use; a specific one and a wildcard may share a port. */
constexpr ConflictGrid freebsd_reuse = { {
	"B....",
	".B...",
	"..B.B",
	"...B.",
	"B.B.B",
} };

/*
 * FreeBSD 13.  The queue is full when it is longer than 3/2 of its limit
 * (kern/uipc_socket.c, sonewconn); kern.ipc.soacceptqueue cannot be 0.  The
 * second socket's option decides, and whether the first listens does not
 * (netinet/in_pcb.c, in_pcbbind_setup).
 */
[[maybe_unused]] const Expectations freebsd_expectations = {
	{
	    { "0", 128, 0, 1 },
	    { "1", 128, 1, 2 },
	    { "5", 128, 5, 8 },
	    { "128", 128, 128, 193 },
	    { "5", 5, 5, 8 },
	    { "10", 5, 5, 8 },
	    { "128", 5, 5, 8 },
	    { "2147483647", 5, 5, 8 },
	    { "-1", 5, 5, 8 },
	    { "4294967295", 5, 5, 8 },
	    { "0", 5, 0, 1 },
	},
	{
	    { Reuse::none, Reuse::none, freebsd_none, freebsd_none },
	    { Reuse::address, Reuse::address, freebsd_reuse, freebsd_reuse },
	    { Reuse::address, Reuse::none, freebsd_none, freebsd_none },
	    { Reuse::none, Reuse::address, freebsd_reuse, freebsd_reuse },
	    { Reuse::port, Reuse::port, all_fine, all_fine },
	    { Reuse::port, Reuse::none, freebsd_none, freebsd_none },
	    { Reuse::none, Reuse::port, freebsd_reuse, freebsd_reuse },
	    { Reuse::balance, Reuse::balance, all_fine, all_fine },
	},
	'B',
	false,
	true,
	false,
	false,
	EADDRNOTAVAIL,
	EADDRNOTAVAIL,
};

} // namespace

const Expectations expectations = BINDCHAIN_EXPECTATIONS;
