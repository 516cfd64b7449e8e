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
 * - Flags read back as their bit: bsd/kern/uipc_socket.c, sogetoptlock.
 */
#include <sys/types.h>

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
	    .has_no_default = true, .cut_by = "kern.ipc.maxsockbuf", .multiplied = 1 },
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
	[BINDCHAIN_MPTCP] = { .reason = "macOS has Multipath TCP for clients only",
	    .alternative = "listen for TCP, which clients of Multipath TCP fall back to" },
};

void
backend_waits_for(int descriptor, struct bindchain_fact *waits)
{
	(void)descriptor;
	*waits = (struct bindchain_fact) { true, BINDCHAIN_WAIT_FOR_NOTHING };
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
