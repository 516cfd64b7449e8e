/* SPDX-License-Identifier: ISC */
/*
 * Darwin: how options are spelled.
 *
 * - SO_REUSEPORT shares and does not balance: one socket gets everything, the
 *   oldest on a wildcard address, else the newest: xnu, bsd/netinet/in_pcb.c,
 *   in_pcblookup_hash.  Nothing else balances.
 * - Nothing lets a socket bind an address that the host has not got: there is no
 *   BINDANY of any level in bsd/.
 * - IPV6_V6ONLY defaults to net.inet6.ip6.v6only, which is 0:
 *   bsd/netinet6/in6_proto.c.
 * - There are no accept filters: bsd/sys/socket.h hides SO_ACCEPTFILTER, and
 *   nothing implements it.
 * - TCP_FASTOPEN takes 0 or 1, of a listening socket only (EINVAL before), and
 *   is ENOTSUP when bit 1 of net.inet.tcp.fastopen is clear:
 *   bsd/netinet/tcp_usrreq.c.
 * - IP_BOUND_IF and IPV6_BOUND_IF take an interface's index, and need no
 *   privilege: bsd/netinet/ip_output.c, bsd/netinet6/ip6_output.c.
 * - There is no SOCK_NONBLOCK and no SOCK_CLOEXEC: bsd/sys/socket.h.
 * - There is no SOCK_SEQPACKET of AF_UNIX (EPROTONOSUPPORT, EPROTOTYPE) and no
 *   AF_NETLINK: bsd/kern/uipc_proto.c.  Nothing comes along with messages but
 *   descriptors; who is at the other end is asked by getpeereid(3).
 * - POSIX leaves opening a FIFO for both open, and it is read here alone:
 *   bsd/miscfs/fifofs/fifo_vnops.c.
 * - Accepted connections inherit SO_KEEPALIVE and the buffers from their listener
 *   (bsd/kern/uipc_socket2.c, sonewconn_internal), and TCP_NODELAY, TCP_KEEPINTVL,
 *   TCP_KEEPCNT, IP_TTL, IP_TOS and IPV6_TCLASS, but not TCP_KEEPALIVE, TCP_MAXSEG,
 *   TCP_RXT_CONNDROPTIME and IPv6's hop limit: bsd/netinet/tcp_input.c.
 * - IPv6's traffic class is not that of a dual-stack socket's IPv4 traffic, and
 *   IPV6_UNICAST_HOPS is only once the socket is bound: bsd/netinet6/ip6_output.c.
 * - SO_TIMESTAMP has microseconds: bsd/sys/socket.h.
 * - Flags read back as their bit: bsd/kern/uipc_socket.c, sogetoptlock.
 */
#include <sys/types.h>

/* For IPV6_RECVPKTINFO: bsd/netinet6/in6.h. */
#define __APPLE_USE_RFC_3542 1

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "address.h"
#include "backend.h"
#include "request.h"
#include "sockopt.h"
#include "sysctl.h"

const char backend_system[] = "macOS";

static const char not_inherited[] = "accepted connections do not inherit it on macOS";
static const char let_program_set_it[] = "let the program set it on its connections";
static const char one_family[] = "macOS sets it for one family of a dual-stack socket";
static const char two_sockets[]
    = "open one socket for each family, the IPv6 one with v6only";

static void
spell_hop_limit(const struct request *request, int value,
    struct backend_spelling *spelling)
{
	bool listens = request->kind == BINDCHAIN_TCP
	    && request->backlog != BINDCHAIN_NO_LISTEN;

	if (address_family(&request->address) == AF_INET)
		sockopt_add(spelling, SOCKOPT_NAME(IPPROTO_IP, IP_TTL), value);
	else if (listens)
		sockopt_refuse(spelling, not_inherited, let_program_set_it);
	else
		sockopt_add(spelling, SOCKOPT_NAME(IPPROTO_IPV6, IPV6_UNICAST_HOPS), value);
}

static void
spell_timestamps(const struct request *request, int value,
    struct backend_spelling *spelling)
{
	(void)request;
	if (value == BINDCHAIN_TIMESTAMPS_NANOSECONDS)
		sockopt_refuse(spelling, "macOS has them in microseconds only",
		    "receive them in microseconds");
	else
		sockopt_add(spelling, SOCKOPT_NAME(SOL_SOCKET, SO_TIMESTAMP), 1);
}

const struct backend_sockopt backend_sockopts[BINDCHAIN_OPTIONS] = {
	[BINDCHAIN_REUSE_ADDRESS] = { .any = SOCKOPT(SOL_SOCKET, SO_REUSEADDR) },
	[BINDCHAIN_SHARE] = { .any = SOCKOPT(SOL_SOCKET, SO_REUSEPORT) },
	[BINDCHAIN_BALANCE] = { .reason = "macOS gives all connections to one of the sockets",
	    .alternative = "open one socket and let several processes accept from it, or share"
	    " without balance" },
	[BINDCHAIN_V6ONLY] = { .ipv6 = SOCKOPT(IPPROTO_IPV6, IPV6_V6ONLY),
	    .has_no_default = true, .elsewhere_default = true },
	[BINDCHAIN_BIND_ANY] = { .reason = "macOS binds only addresses that an interface has",
	    .alternative = "bind the wildcard address, or give the address to lo0 as an alias"
	    " (ifconfig lo0 alias)" },
	[BINDCHAIN_RECEIVE_BUFFER] = { .any = SOCKOPT(SOL_SOCKET, SO_RCVBUF),
	    .has_no_default = true, .multiplied = 1 },
	[BINDCHAIN_PASS_CREDENTIALS] = { .reason =
	    "macOS sends nobody's identity along with messages",
	    .alternative = "let the program ask who is at the other end: getpeereid(3)" },
	[BINDCHAIN_PASS_SECURITY] = { .reason = "macOS sends no security labels along" },
	[BINDCHAIN_WAIT_FOR] = { .reason = "macOS has no accept filters",
	    .alternative = "let the program wait for data" },
	[BINDCHAIN_DEVICE] = { .ipv4 = SOCKOPT(IPPROTO_IP, IP_BOUND_IF),
	    .ipv6 = SOCKOPT(IPPROTO_IPV6, IPV6_BOUND_IF) },
	/* Accepted connections inherit it: sonewconn_internal of bsd/kern/uipc_socket2.c. */
	[BINDCHAIN_KEEPALIVE] = { .any = SOCKOPT(SOL_SOCKET, SO_KEEPALIVE) },
	[BINDCHAIN_FAST_OPEN] = { .any = SOCKOPT(IPPROTO_TCP, TCP_FASTOPEN), .is_flag = true,
	    .moment = BACKEND_AFTER_LISTEN,
	    .listeners_only = "only a TCP socket that listens can take data in the SYN" },
	/* tcp(4) */
	[BINDCHAIN_KEEPALIVE_IDLE] = { .any = SOCKOPT(IPPROTO_TCP, TCP_KEEPALIVE),
	    .not_inherited = not_inherited, .alternative = "let the program set it on its"
	    " connections, or set net.inet.tcp.keepidle for all" },
	[BINDCHAIN_KEEPALIVE_INTERVAL] = { .any = SOCKOPT(IPPROTO_TCP, TCP_KEEPINTVL) },
	[BINDCHAIN_KEEPALIVE_COUNT] = { .any = SOCKOPT(IPPROTO_TCP, TCP_KEEPCNT) },
	[BINDCHAIN_NODELAY] = { .any = SOCKOPT(IPPROTO_TCP, TCP_NODELAY) },
	[BINDCHAIN_SEND_BUFFER] = { .any = SOCKOPT(SOL_SOCKET, SO_SNDBUF),
	    .has_no_default = true },
	[BINDCHAIN_USER_TIMEOUT] = { .reason =
	    "accepted connections do not inherit TCP_RXT_CONNDROPTIME on macOS",
	    .alternative = let_program_set_it },
	[BINDCHAIN_MAX_SEGMENT] = { .reason =
	    "accepted connections do not inherit TCP_MAXSEG on macOS",
	    .alternative = "set the MTU of the route by route(8)" },
	[BINDCHAIN_HOP_LIMIT] = { .spell = spell_hop_limit, .not_dual = one_family,
	    .alternative = two_sockets },
	[BINDCHAIN_TRAFFIC_CLASS] = { .ipv4 = SOCKOPT(IPPROTO_IP, IP_TOS),
	    .ipv6 = SOCKOPT(IPPROTO_IPV6, IPV6_TCLASS), .not_dual = one_family,
	    .alternative = two_sockets },
	[BINDCHAIN_PRIORITY] = { .reason = "packets have no numbered priority on macOS",
	    .has_no_default = true,
	    .alternative = "let the program set SO_NET_SERVICE_TYPE" },
	[BINDCHAIN_MARK] = { .reason = "packets have no marks on macOS",
	    .alternative = "match the port or the user in pf.conf(5)" },
	[BINDCHAIN_TRANSPARENT] = { .reason =
	    "macOS binds only addresses that an interface has",
	    .alternative = "redirect traffic to one of them by rdr of pf.conf(5)" },
	[BINDCHAIN_BROADCAST] = { .any = SOCKOPT(SOL_SOCKET, SO_BROADCAST) },
	[BINDCHAIN_PACKET_INFO] = { .ipv4 = SOCKOPT(IPPROTO_IP, IP_PKTINFO),
	    .ipv6 = SOCKOPT(IPPROTO_IPV6, IPV6_RECVPKTINFO) },
	[BINDCHAIN_TIMESTAMPS] = { .spell = spell_timestamps },
	[BINDCHAIN_PASS_PIDFD] = { .reason = "macOS sends nobody's identity along with messages",
	    .alternative = "let the program ask who is at the other end: getpeereid(3)" },
	[BINDCHAIN_FIB] = { .reason = "macOS has no numbered routing tables", .has_no_default = true,
	    .alternative = "bind to an interface by device" },
	[BINDCHAIN_MPTCP] = { .reason = "macOS has Multipath TCP for clients only",
	    .alternative = "listen for TCP, which clients of Multipath TCP fall back to" },
	/* bsd/netinet/tcp_cc.c: net.inet.tcp.use_newreno and the like choose it for all. */
	[BINDCHAIN_CONGESTION] = { .reason = "macOS has no congestion control of single sockets" },
	[BINDCHAIN_LOCKED] = { .reason = "macOS has no rights of descriptors and no socket filters",
	    .alternative = "let the program confine itself by sandbox_init(3)" },
};

void
backend_waits_for(int descriptor, struct bindchain_fact *waits)
{
	(void)descriptor;
	*waits = (struct bindchain_fact) { true, BINDCHAIN_WAIT_FOR_NOTHING };
}

void
backend_timestamps(int descriptor, struct bindchain_fact *timestamps)
{
	socklen_t size = sizeof timestamps->value;

	timestamps->value = 0;
	timestamps->known = getsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMP, &timestamps->value,
	    &size) == 0 && size == sizeof timestamps->value;
	if (timestamps->value)
		timestamps->value = BINDCHAIN_TIMESTAMPS_MICROSECONDS;
}

/* kern/uipc_socket2.c, sbreserve: since macOS 15. */
const char *
backend_truncated_by(enum bindchain_option option)
{
	return option == BINDCHAIN_RECEIVE_BUFFER ? "kern.ipc.maxsockbuf" : NULL;
}

/* Accepted sockets have the buffers of their listener: kern/uipc_socket2.c, sonewconn. */
const char *
backend_unix_doubt(enum bindchain_option option, bool listens)
{
	(void)option;
	(void)listens;
	return NULL;
}

bool
backend_is_v6only_by_default(void)
{
	struct backend_limit usual = sysctl_number("net.inet6.ip6.v6only");

	return usual.value.known && usual.value.value;
}

const char *
backend_lack(enum bindchain_kind kind)
{
	switch (kind) {
	case BINDCHAIN_UNIX_SEQPACKET:
		return "macOS has no Unix seqpacket sockets";
	case BINDCHAIN_NETLINK:
	case BINDCHAIN_NETLINK_RAW:
		return "macOS has no netlink sockets";
	case BINDCHAIN_VSOCK_STREAM:
	case BINDCHAIN_VSOCK_SEQPACKET:
		return "vsock sockets are supported on Linux only";
	default:
		return NULL;
	}
}

/* A writer that goes away leaves the end of the file to be read. */
const int backend_fifo_flags = O_RDONLY | O_NONBLOCK;

bool
backend_netlink(const char *protocol, unsigned groups, struct address *address,
    int *number)
{
	(void)protocol;
	(void)groups;
	(void)address;
	(void)number;
	return false;
}

const char *
backend_netlink_name(int number)
{
	(void)number;
	return NULL;
}

void
backend_read_netlink(int descriptor, const struct address *address,
    struct backend_netlink *netlink)
{
	(void)descriptor;
	(void)address;
	*netlink = (struct backend_netlink) { 0 };
}

int
backend_birth_flags(unsigned flags)
{
	(void)flags;
	return 0;
}
