/* SPDX-License-Identifier: ISC */
/*
 * Linux: how options are spelled.
 *
 * - SO_REUSEPORT (3.9) both shares and balances, among sockets of one user:
 *   socket(7).  There is no way to share without balancing.
 * - IP_FREEBIND needs no privilege: ip(7).  IPV6_FREEBIND is there since 4.15;
 *   on an IPv6 socket the two are one flag (net/ipv6/ipv6_sockglue.c).
 * - IPV6_V6ONLY defaults to net.ipv6.bindv6only, and binding a specific IPv6
 *   address turns it on by itself: ipv6(7), net/ipv6/af_inet6.c.
 * - There are no accept filters.  TCP_DEFER_ACCEPT waits for the first byte, for
 *   so many seconds, made into whole repetitions of the SYN-ACK; then the
 *   connection is given to accept(2) all the same: tcp(7), net/ipv4/tcp.c.
 * - TCP_FASTOPEN takes the number of connections that may be in that state,
 *   cut to net.core.somaxconn.  It succeeds, to no effect, unless bit 0x2 of
 *   net.ipv4.tcp_fastopen is set: Documentation/networking/ip-sysctl.rst.
 * - Accepted connections of TCP inherit the options of their listener, which is copied as a
 *   whole, except SO_PRIORITY: net/core/sock.c, sk_clone_lock.
 * - On an IPv6 socket IP_TTL and IP_TOS are those of its IPv4 traffic:
 *   net/ipv6/ipv6_sockglue.c passes them on; net/ipv4/tcp_ipv4.c.
 * - Of the TOS of a TCP socket the two bits of ECN are the kernel's:
 *   net/ipv4/ip_sockglue.c, __ip_sock_set_tos.
 * - SO_TIMESTAMP and SO_TIMESTAMPNS exclude each other: net/core/sock.c.
 * - Numbers differ per processor (SO_REUSEPORT is 0x200 on mips and others):
 *   only names are used.
 */
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "address.h"
#include "backend.h"
#include "request.h"
#include "sockopt.h"
#include "sysctl.h"
#include "text.h"

const char backend_system[] = "Linux";

/* From linux/in6.h, which cannot be included together with netinet/in.h; glibc
 * has it since 2.27 and musl since 1.1.21. */
#ifndef IPV6_FREEBIND
#define IPV6_FREEBIND 78
#endif

#ifndef IPV6_TRANSPARENT
#define IPV6_TRANSPARENT 75
#endif

/* Since 6.5; headers are older.  include/uapi/asm-generic/socket.h, and those of
 * arch/sparc and arch/parisc. */
#ifndef SO_PASSPIDFD
#if defined(__sparc__)
#define SO_PASSPIDFD 0x0055
#elif defined(__hppa__)
#define SO_PASSPIDFD 0x404A
#else
#define SO_PASSPIDFD 76
#endif
#endif

/* Until the fourth repetition of the SYN-ACK: 1 + 2 + 4 + 8. */
#define DEFER_SECONDS 15

static void
spell_wait_for(const struct request *request, int value,
    struct backend_spelling *spelling)
{
	(void)request;
	if (value == BINDCHAIN_WAIT_FOR_NOTHING || value == BINDCHAIN_WAIT_FOR_DATA)
		sockopt_add(spelling, SOCKOPT_NAME(IPPROTO_TCP, TCP_DEFER_ACCEPT),
		    value == BINDCHAIN_WAIT_FOR_DATA ? DEFER_SECONDS : 0);
	else
		sockopt_refuse(spelling, "Linux cannot tell one protocol's data from another's",
		    "wait for data, of any kind");
}

/* SO_BINDTOIFINDEX is there since 5.0; before, the name has to do. */
static void
spell_device(const struct request *request, int value,
    struct backend_spelling *spelling)
{
	sockopt_add(spelling, SOCKOPT_NAME(SOL_SOCKET, SO_BINDTOIFINDEX), value)->or_next = true;
	sockopt_add_text(spelling, SOCKOPT_NAME(SOL_SOCKET, SO_BINDTODEVICE), request->device);
}

/* In glibc since 2.32 and musl since 1.2.3; in the kernel since 5.6. */
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

/* Its own socket family of operations: net/mptcp/protocol.c.  EPROTONOSUPPORT without
 * CONFIG_MPTCP, ENOPROTOOPT with net.mptcp.enabled 0. */
static void
spell_mptcp(const struct request *request, int value, struct backend_spelling *spelling)
{
	struct backend_option *protocol
	    = sockopt_add(spelling, SOCKOPT_NAME(SOL_SOCKET, SO_PROTOCOL), IPPROTO_MPTCP);

	(void)request;
	(void)value;
	protocol->moment = BACKEND_AT_SOCKET;
	protocol->name_text = "IPPROTO_MPTCP";
}

static void
spell_timestamps(const struct request *request, int value,
    struct backend_spelling *spelling)
{
	(void)request;
	sockopt_add(spelling, value == BINDCHAIN_TIMESTAMPS_NANOSECONDS
	        ? SOCKOPT_NAME(SOL_SOCKET, SO_TIMESTAMPNS)
	        : SOCKOPT_NAME(SOL_SOCKET, SO_TIMESTAMP), 1);
}

static void
spell_congestion(const struct request *request, int value,
    struct backend_spelling *spelling)
{
	(void)value;
	sockopt_add_text(spelling, SOCKOPT_NAME(IPPROTO_TCP, TCP_CONGESTION), request->congestion);
}

static const char only_messages[] = "only Unix and netlink sockets carry it";

const struct backend_sockopt backend_sockopts[BINDCHAIN_OPTIONS] = {
	[BINDCHAIN_REUSE_ADDRESS] = { .any = SOCKOPT(SOL_SOCKET, SO_REUSEADDR) },
	[BINDCHAIN_SHARE] = { .any = SOCKOPT(SOL_SOCKET, SO_REUSEPORT) },
	[BINDCHAIN_BALANCE] = { .any = SOCKOPT(SOL_SOCKET, SO_REUSEPORT) },
	[BINDCHAIN_V6ONLY] = { .ipv6 = SOCKOPT(IPPROTO_IPV6, IPV6_V6ONLY),
	    .has_no_default = true, .elsewhere_default = true },
	[BINDCHAIN_BIND_ANY] = { .ipv4 = SOCKOPT(IPPROTO_IP, IP_FREEBIND),
	    .ipv6 = SOCKOPT(IPPROTO_IPV6, IPV6_FREEBIND) },
	/* SO_RCVBUFFORCE goes past net.core.rmem_max and needs CAP_NET_ADMIN; both set
	 * twice the number, for what the kernel keeps with the data: socket(7). */
	[BINDCHAIN_RECEIVE_BUFFER] = { .first = SOCKOPT(SOL_SOCKET, SO_RCVBUFFORCE),
	    .any = SOCKOPT(SOL_SOCKET, SO_RCVBUF), .has_no_default = true,
	    .multiplied = 2 },
	[BINDCHAIN_PASS_CREDENTIALS] = { .local = SOCKOPT(SOL_SOCKET, SO_PASSCRED),
	    .netlink_too = true, .elsewhere = only_messages },
	[BINDCHAIN_PASS_SECURITY] = { .local = SOCKOPT(SOL_SOCKET, SO_PASSSEC),
	    .netlink_too = true, .elsewhere = only_messages },
	[BINDCHAIN_WAIT_FOR] = { .spell = spell_wait_for, .listeners_only =
	    "only a listening TCP socket can defer connections" },
	[BINDCHAIN_DEVICE] = { .spell = spell_device },
	/* Accepted connections inherit it: tcp(7), socket(7). */
	[BINDCHAIN_KEEPALIVE] = { .any = SOCKOPT(SOL_SOCKET, SO_KEEPALIVE) },
	[BINDCHAIN_FAST_OPEN] = { .any = SOCKOPT(IPPROTO_TCP, TCP_FASTOPEN),
	    .listeners_only = "only a TCP socket that listens can take data in the SYN" },
	/* tcp(7) */
	[BINDCHAIN_KEEPALIVE_IDLE] = { .any = SOCKOPT(IPPROTO_TCP, TCP_KEEPIDLE) },
	[BINDCHAIN_KEEPALIVE_INTERVAL] = { .any = SOCKOPT(IPPROTO_TCP, TCP_KEEPINTVL) },
	[BINDCHAIN_KEEPALIVE_COUNT] = { .any = SOCKOPT(IPPROTO_TCP, TCP_KEEPCNT) },
	[BINDCHAIN_NODELAY] = { .any = SOCKOPT(IPPROTO_TCP, TCP_NODELAY) },
	/* As for the receive buffer: socket(7). */
	[BINDCHAIN_SEND_BUFFER] = { .first = SOCKOPT(SOL_SOCKET, SO_SNDBUFFORCE),
	    .any = SOCKOPT(SOL_SOCKET, SO_SNDBUF), .has_no_default = true,
	    .multiplied = 2 },
	[BINDCHAIN_USER_TIMEOUT] = { .any = SOCKOPT(IPPROTO_TCP, TCP_USER_TIMEOUT) },
	[BINDCHAIN_MAX_SEGMENT] = { .any = SOCKOPT(IPPROTO_TCP, TCP_MAXSEG) },
	/* ip(7), ipv6(7) */
	[BINDCHAIN_HOP_LIMIT] = { .ipv4 = SOCKOPT(IPPROTO_IP, IP_TTL),
	    .ipv6 = SOCKOPT(IPPROTO_IPV6, IPV6_UNICAST_HOPS), .ipv4_too = true },
	[BINDCHAIN_TRAFFIC_CLASS] = { .ipv4 = SOCKOPT(IPPROTO_IP, IP_TOS),
	    .ipv6 = SOCKOPT(IPPROTO_IPV6, IPV6_TCLASS), .ipv4_too = true },
	/* 7 and more need CAP_NET_ADMIN: socket(7).  The traffic class sets one, too. */
	[BINDCHAIN_PRIORITY] = { .any = SOCKOPT(SOL_SOCKET, SO_PRIORITY),
	    .has_no_default = true, .not_inherited =
	    "accepted connections do not inherit it on Linux",
	    .alternative = "let the program set it on its connections" },
	[BINDCHAIN_MARK] = { .any = SOCKOPT(SOL_SOCKET, SO_MARK) },
	/* IPV6_TRANSPARENT is there since 2.6.37, and one flag with the other. */
	[BINDCHAIN_TRANSPARENT] = { .ipv4 = SOCKOPT(IPPROTO_IP, IP_TRANSPARENT),
	    .ipv6 = SOCKOPT(IPPROTO_IPV6, IPV6_TRANSPARENT) },
	[BINDCHAIN_BROADCAST] = { .any = SOCKOPT(SOL_SOCKET, SO_BROADCAST) },
	/* On a dual-stack socket the second tells of IPv4 datagrams too, by mapped addresses:
	 * net/ipv6/datagram.c, ip6_datagram_recv_common_ctl. */
	[BINDCHAIN_PACKET_INFO] = { .ipv4 = SOCKOPT(IPPROTO_IP, IP_PKTINFO),
	    .ipv6 = SOCKOPT(IPPROTO_IPV6, IPV6_RECVPKTINFO) },
	[BINDCHAIN_TIMESTAMPS] = { .spell = spell_timestamps },
	[BINDCHAIN_PASS_PIDFD] = { .local = SOCKOPT(SOL_SOCKET, SO_PASSPIDFD),
	    .elsewhere = "only Unix sockets carry it" },
	[BINDCHAIN_FIB] = { .reason = "Linux chooses the routing table by rules",
	    .has_no_default = true,
	    .alternative = "set mark and match it in a rule of ip-rule(8), or bind to a VRF's"
	    " interface by device" },
	[BINDCHAIN_MPTCP] = { .spell = spell_mptcp,
	    .listeners_only = "only a TCP socket that listens can accept Multipath TCP" },
	/* tcp(7); accepted connections inherit it: net/ipv4/tcp_minisocks.c,
	 * tcp_ca_openreq_child. */
	[BINDCHAIN_CONGESTION] = { .spell = spell_congestion },
	/* socket(7), since 3.9: the filter that is attached, or none, stays.  No privilege clears
	 * it; accepted connections inherit it. */
	[BINDCHAIN_LOCKED] = { .any = SOCKOPT(SOL_SOCKET, SO_LOCK_FILTER) },
};

/* socket(7); net/ipv4/tcp.c, fastopen_queue_tune(). */
const char *
backend_truncated_by(enum bindchain_option option)
{
	switch (option) {
	case BINDCHAIN_RECEIVE_BUFFER:
		return "net.core.rmem_max";
	case BINDCHAIN_SEND_BUFFER:
		return "net.core.wmem_max";
	case BINDCHAIN_FAST_OPEN:
		return "net.core.somaxconn";
	default:
		return NULL;
	}
}

/* unix(7): the receive buffer of a Unix socket has no effect; net/unix/af_unix.c,
 * unix_stream_connect: accepted sockets are no copies of the listener. */
const char *
backend_unix_doubt(enum bindchain_option option, bool listens)
{
	if (option == BINDCHAIN_RECEIVE_BUFFER)
		return "it has no effect on Unix sockets of Linux, where the sender's buffer counts";
	if (option == BINDCHAIN_SEND_BUFFER && listens)
		return "accepted connections of Unix sockets do not inherit it on Linux";
	return NULL;
}

bool
backend_is_v6only_by_default(void)
{
	return sysctl_number("net.ipv6.bindv6only").value.value != 0;
}

const char *
backend_lack(enum bindchain_kind kind)
{
	(void)kind;
	return NULL;
}

/* fifo(7): opening for both does not wait, and POSIX leaves it undefined. */
const int backend_fifo_flags = O_RDWR;

/* linux/netlink.h; numbers that newer headers dropped are those of old ones. */
static const struct {
	char name[16];
	int number;
#define PROTOCOL(text, protocol) { FIXED_TEXT(sizeof netlink_protocols->name, text), protocol }
} netlink_protocols[] = {
	PROTOCOL("route", NETLINK_ROUTE), PROTOCOL("usersock", NETLINK_USERSOCK),
	PROTOCOL("firewall", NETLINK_FIREWALL), PROTOCOL("inet-diag", NETLINK_SOCK_DIAG),
	PROTOCOL("nflog", NETLINK_NFLOG), PROTOCOL("xfrm", NETLINK_XFRM),
	PROTOCOL("selinux", NETLINK_SELINUX),
	PROTOCOL("iscsi", NETLINK_ISCSI), PROTOCOL("audit", NETLINK_AUDIT),
	PROTOCOL("fib-lookup", NETLINK_FIB_LOOKUP), PROTOCOL("connector", NETLINK_CONNECTOR),
	PROTOCOL("netfilter", NETLINK_NETFILTER), PROTOCOL("ip6-fw", NETLINK_IP6_FW),
	PROTOCOL("dnrtmsg", NETLINK_DNRTMSG), PROTOCOL("kobject-uevent", NETLINK_KOBJECT_UEVENT),
	PROTOCOL("generic", NETLINK_GENERIC), PROTOCOL("scsitransport", NETLINK_SCSITRANSPORT),
	PROTOCOL("ecryptfs", NETLINK_ECRYPTFS), PROTOCOL("rdma", NETLINK_RDMA),
	PROTOCOL("crypto", NETLINK_CRYPTO),
};

bool
backend_netlink(const char *protocol, unsigned groups, struct address *address,
    int *number)
{
	/* netlink(7): the kernel chooses a free nl_pid, this process's id if that is one, so
	 * that several sockets of a process do not collide. */
	struct sockaddr_nl local = { .nl_family = AF_NETLINK, .nl_groups = groups };

	for (size_t i = 0; i < sizeof netlink_protocols / sizeof *netlink_protocols; i++)
		if (strcmp(netlink_protocols[i].name, protocol) == 0) {
			memset(&address->storage, 0, sizeof address->storage);
			memcpy(&address->storage, &local, sizeof local);
			address->length = sizeof local;
			*number = netlink_protocols[i].number;
			return true;
		}
	return false;
}

const char *
backend_netlink_name(int number)
{
	for (size_t i = 0; i < sizeof netlink_protocols / sizeof *netlink_protocols; i++)
		if (netlink_protocols[i].number == number)
			return netlink_protocols[i].name;
	return NULL;
}

/* getsockname(2) has the first 32 groups: net/netlink/af_netlink.c, netlink_getname. */
void
backend_read_netlink(int descriptor, const struct address *address,
    struct backend_netlink *netlink)
{
	socklen_t size = sizeof netlink->protocol;
	struct sockaddr_nl local;

	*netlink = (struct backend_netlink) { 0 };
	if (address_family(address) != AF_NETLINK || address->length < sizeof local)
		return;
	memcpy(&local, &address->storage, sizeof local);
	netlink->groups = local.nl_groups;
	netlink->known = getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &netlink->protocol,
	    &size) == 0 && size == sizeof netlink->protocol;
}

void
backend_waits_for(int descriptor, struct bindchain_fact *waits)
{
	int seconds = 0;
	socklen_t size = sizeof seconds;

	*waits = (struct bindchain_fact) { 0 };
	waits->known = getsockopt(descriptor, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, &size) == 0
	    && size == sizeof seconds;
	if (waits->known && seconds)
		waits->value = BINDCHAIN_WAIT_FOR_DATA;
}

static bool
is_set(int descriptor, int name, struct bindchain_fact *fact)
{
	int value = 0;
	socklen_t size = sizeof value;

	fact->known = getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0
	    && size == sizeof value;
	return fact->known && value;
}

void
backend_timestamps(int descriptor, struct bindchain_fact *timestamps)
{
	*timestamps = (struct bindchain_fact) { 0 };
	if (is_set(descriptor, SO_TIMESTAMPNS, timestamps))
		timestamps->value = BINDCHAIN_TIMESTAMPS_NANOSECONDS;
	else if (is_set(descriptor, SO_TIMESTAMP, timestamps))
		timestamps->value = BINDCHAIN_TIMESTAMPS_MICROSECONDS;
}

int
backend_birth_flags(unsigned flags)
{
	return (flags & BACKEND_NONBLOCKING ? SOCK_NONBLOCK : 0)
	    | (flags & BACKEND_CLOSE_ON_EXEC ? SOCK_CLOEXEC : 0);
}
