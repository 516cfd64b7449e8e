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

const char backend_system[] = "macOS";

#define INTEGER_CALL(call_level, call_name, call_value)                             \
	((struct backend_option) { .level = (call_level), .name = (call_name),      \
	    .value = (call_value), .moment = BACKEND_BEFORE_BIND,                   \
	    .level_text = #call_level, .name_text = #call_name })

static void
spell_call(struct backend_spelling *spelling, struct backend_option call)
{
	spelling->calls[spelling->count++] = call;
}

static void
refuse(struct backend_spelling *spelling, const char *reason, const char *alternative)
{
	spelling->reason = reason;
	spelling->alternative = alternative;
}

static void
spell_fast_open(const struct bindchain_request *request, int value,
    struct backend_spelling *spelling)
{
	struct backend_option call = INTEGER_CALL(IPPROTO_TCP, TCP_FASTOPEN, value != 0);

	if (request->kind != BINDCHAIN_TCP || request->backlog == BINDCHAIN_NO_LISTEN) {
		refuse(spelling, "only a TCP socket that listens can take data in the SYN", NULL);
		return;
	}
	call.moment = BACKEND_AFTER_LISTEN;
	spell_call(spelling, call);
}

void
backend_spell(const struct bindchain_request *request, enum bindchain_option option, int value,
    struct backend_spelling *spelling)
{
	int family = address_family(&request->address);

	*spelling = (struct backend_spelling) { .is_default = value == 0 };
	switch (option) {
	case BINDCHAIN_REUSE_ADDRESS:
		spell_call(spelling, INTEGER_CALL(SOL_SOCKET, SO_REUSEADDR, value));
		break;
	case BINDCHAIN_SHARE:
		spell_call(spelling, INTEGER_CALL(SOL_SOCKET, SO_REUSEPORT, value));
		break;
	case BINDCHAIN_BALANCE:
		refuse(spelling, "macOS gives all connections to one of the sockets",
		    "open one socket and let several processes accept from it, or share"
		    " without balance");
		break;
	case BINDCHAIN_V6ONLY:
		spelling->is_default = family != AF_INET6;
		if (family == AF_INET6)
			spell_call(spelling, INTEGER_CALL(IPPROTO_IPV6, IPV6_V6ONLY, value));
		break;
	case BINDCHAIN_BIND_ANY:
		refuse(spelling, "macOS binds only addresses that an interface has",
		    "bind the wildcard address, or give the address to lo0 as an alias"
		    " (ifconfig lo0 alias)");
		break;
	case BINDCHAIN_RECEIVE_BUFFER:
		spelling->is_default = false;
		spell_call(spelling, INTEGER_CALL(SOL_SOCKET, SO_RCVBUF, value));
		break;
	case BINDCHAIN_PASS_CREDENTIALS:
		refuse(spelling, "macOS sends nobody's identity along with messages",
		    "let the program ask who is at the other end: getpeereid(3)");
		break;
	case BINDCHAIN_PASS_SECURITY:
		refuse(spelling, "macOS sends no security labels along", NULL);
		break;
	case BINDCHAIN_WAIT_FOR:
		refuse(spelling, "macOS has no accept filters", "let the program wait for data");
		break;
	case BINDCHAIN_DEVICE:
		if (family == AF_INET6)
			spell_call(spelling, INTEGER_CALL(IPPROTO_IPV6, IPV6_BOUND_IF, value));
		else
			spell_call(spelling, INTEGER_CALL(IPPROTO_IP, IP_BOUND_IF, value));
		break;
	case BINDCHAIN_KEEPALIVE:
		/* Accepted connections inherit it: sonewconn_internal of
		 * bsd/kern/uipc_socket2.c. */
		spell_call(spelling, INTEGER_CALL(SOL_SOCKET, SO_KEEPALIVE, value));
		break;
	case BINDCHAIN_FAST_OPEN:
		spell_fast_open(request, value, spelling);
		break;
	case BINDCHAIN_OPTIONS:
		break;
	}
}

void
backend_waits_for(int descriptor, struct bindchain_fact *waits)
{
	(void)descriptor;
	*waits = (struct bindchain_fact) { true, BINDCHAIN_WAIT_FOR_NOTHING };
}

/* in_pcbbind lets SO_REUSEADDR bind a specific address beside the wildcard. */
const bool backend_listeners_exclude = false;

const char *
backend_lack(enum bindchain_kind kind)
{
	switch (kind) {
	case BINDCHAIN_UNIX_SEQPACKET:
		return "macOS has no Unix seqpacket sockets";
	case BINDCHAIN_NETLINK:
	case BINDCHAIN_NETLINK_RAW:
		return "macOS has no netlink sockets";
	default:
		return NULL;
	}
}

const bool backend_has_abstract_names = false;

/* A writer that goes away leaves the end of the file to be read. */
const int backend_fifo_flags = O_RDONLY | O_NONBLOCK;

bool
backend_netlink(const char *protocol, unsigned groups, struct bindchain_address *address,
    int *number)
{
	(void)protocol;
	(void)groups;
	(void)address;
	(void)number;
	return false;
}

int
backend_birth_flags(unsigned flags)
{
	(void)flags;
	return 0;
}
