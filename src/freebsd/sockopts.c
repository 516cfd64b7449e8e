/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: how options are spelled.
 *
 * - SO_REUSEPORT shares and does not balance: one socket gets everything, the
 *   oldest on a wildcard address, else the newest: netinet/in_pcb.c,
 *   in_pcblookup_hash_locked; tried on 13.0.
 * - SO_REUSEPORT_LB (12.0) balances among up to 256 sockets, which join when
 *   they bind; the next one binds without an error and gets nothing:
 *   getsockopt(2), netinet/in_pcb.c.  On 13.0 any user can join a group on a
 *   wildcard address and take a share of its connections, unless SO_REUSEPORT
 *   is set beside it, which changes nothing else: tried there.  So both are set.
 * - An IPv6 wildcard that takes IPv4 too is left out of every group:
 *   in_pcbinslbgrouphash.  All connections go to the first socket.
 * - IP_BINDANY is of level IPPROTO_IP, never IPPROTO_IPV4, and does not exist on
 *   IPv6 sockets, where the same number is another option and succeeds; their
 *   own is IPV6_BINDANY: ip(4), ip6(4); tried on 13.0.  Both need a privilege,
 *   even to be cleared.
 * - IPV6_V6ONLY defaults to net.inet6.ip6.v6only, which is 1: inet6(4).
 * - SO_ACCEPTFILTER exists only after listen(2) (EINVAL before), and only once
 *   its module is loaded (ENOENT): accept_filter(9).  None is EINVAL to read.
 * - TCP_FASTOPEN is a switch; how many connections may be in that state is the
 *   kernel's choice.  With net.inet.tcp.fastopen.server_enable 0 it is EPERM on
 *   a listening socket, but succeeds, to no effect, on one that does not listen
 *   yet: netinet/tcp_usrreq.c; tried on 13.0.  So it is set when it listens.
 * - SO_RCVBUF beyond 8/9 of kern.ipc.maxsockbuf, what is left without the mbufs'
 *   heads, or beyond the user's RLIMIT_SBSIZE is ENOBUFS: kern/uipc_sockbuf.c,
 *   sbsetopt and sbreserve_locked.
 * - LOCAL_CREDS_PERSISTENT (13.0) sends the sender's process and user along with
 *   each message of a Unix socket; LOCAL_CREDS, which it excludes, does so once
 *   and without the process: unix(4).  There are no security labels.
 * - AF_NETLINK is there since 13.2, with two of Linux's protocols: netlink(4).
 * - A FIFO may be opened for both, and does not wait then: it counts as its own
 *   writer before writers are waited for: fs/fifofs/fifo_vnops.c, fifo_open.
 * - Flags read back as their bit, TCP_FASTOPEN as INT_MIN: tried on 13.0.
 */
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#if __has_include(<netlink/netlink.h>)
#include <netlink/netlink.h>
#define HAS_NETLINK 1
#else
#define HAS_NETLINK 0
#endif

#include "address.h"
#include "backend.h"
#include "sysctl.h"

const char backend_system[] = "FreeBSD";

#define INTEGER_CALL(call_level, call_name, call_value)                             \
	((struct backend_option) { .level = (call_level), .name = (call_name),      \
	    .value = (call_value), .moment = BACKEND_BEFORE_BIND,                   \
	    .level_text = #call_level, .name_text = #call_name })

/* By enum bindchain_wait_for: accf_data(9), accf_http(9), accf_tls(9),
 * accf_dns(9). */
static const struct accept_filter_arg filters[] = {
	[BINDCHAIN_WAIT_FOR_DATA] = { .af_name = "dataready" },
	[BINDCHAIN_WAIT_FOR_HTTP] = { .af_name = "httpready" },
	[BINDCHAIN_WAIT_FOR_TLS] = { .af_name = "tlsready" },
	[BINDCHAIN_WAIT_FOR_DNS] = { .af_name = "dnsready" },
};
#define FILTERS ((int)(sizeof filters / sizeof *filters))

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

/* Will this socket take IPv4 through an IPv6 wildcard? */
static bool
is_dual_stack_wildcard(const struct bindchain_request *request)
{
	const struct bindchain_setting *v6only = &request->options[BINDCHAIN_V6ONLY];
	struct backend_limit usual;

	if (address_family(&request->address) != AF_INET6
	    || !address_is_wildcard(&request->address))
		return false;
	if (v6only->want != BINDCHAIN_UNASKED)
		return !v6only->value;
	usual = setting_number("net.inet6.ip6.v6only");
	return usual.value.known && !usual.value.value;
}

static void
spell_balance(const struct bindchain_request *request, int value,
    struct backend_spelling *spelling)
{
	if (value && is_dual_stack_wildcard(request)) {
		refuse(spelling, "FreeBSD does not balance an IPv6 wildcard that takes IPv4 too",
		    "open one socket for each family, the IPv6 one with v6only");
		return;
	}
	spell_call(spelling, INTEGER_CALL(SOL_SOCKET, SO_REUSEPORT_LB, value));
	spell_call(spelling, INTEGER_CALL(SOL_SOCKET, SO_REUSEPORT, value));
}

static void
spell_bind_any(int family, int value, struct backend_spelling *spelling)
{
	if (family == AF_INET6)
		spell_call(spelling, INTEGER_CALL(IPPROTO_IPV6, IPV6_BINDANY, value));
	else
		spell_call(spelling, INTEGER_CALL(IPPROTO_IP, IP_BINDANY, value));
}

static bool
is_listener(const struct bindchain_request *request)
{
	return request->kind == BINDCHAIN_TCP && request->backlog != BINDCHAIN_NO_LISTEN;
}

static void
spell_wait_for(const struct bindchain_request *request, int value,
    struct backend_spelling *spelling)
{
	struct backend_option call = INTEGER_CALL(SOL_SOCKET, SO_ACCEPTFILTER, 0);

	if (!is_listener(request)) {
		refuse(spelling, "only a TCP socket that listens has connections to keep back",
		    NULL);
		return;
	}
	if (value <= BINDCHAIN_WAIT_FOR_NOTHING || value >= FILTERS) {
		refuse(spelling, "FreeBSD has no accept filter of that kind", NULL);
		return;
	}
	call.data = &filters[value];
	call.size = sizeof filters[value];
	call.data_text = filters[value].af_name;
	call.moment = BACKEND_AFTER_LISTEN;
	spell_call(spelling, call);
}

static void
spell_fast_open(const struct bindchain_request *request, int value,
    struct backend_spelling *spelling)
{
	struct backend_option call = INTEGER_CALL(IPPROTO_TCP, TCP_FASTOPEN, value != 0);

	if (!is_listener(request)) {
		refuse(spelling, "only a TCP socket that listens can take data in the SYN", NULL);
		return;
	}
	call.moment = BACKEND_AFTER_LISTEN;
	spell_call(spelling, call);
}

static void
spell_pass_credentials(int family, int value, struct backend_spelling *spelling)
{
	if (family == AF_UNIX)
		spell_call(spelling, INTEGER_CALL(SOL_LOCAL, LOCAL_CREDS_PERSISTENT, value));
	else
		refuse(spelling, "only Unix sockets carry it", NULL);
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
		spell_balance(request, value, spelling);
		break;
	case BINDCHAIN_V6ONLY:
		spelling->is_default = family != AF_INET6;
		if (family == AF_INET6)
			spell_call(spelling, INTEGER_CALL(IPPROTO_IPV6, IPV6_V6ONLY, value));
		break;
	case BINDCHAIN_BIND_ANY:
		spell_bind_any(family, value, spelling);
		break;
	case BINDCHAIN_RECEIVE_BUFFER:
		spelling->is_default = false;
		spell_call(spelling, INTEGER_CALL(SOL_SOCKET, SO_RCVBUF, value));
		break;
	case BINDCHAIN_PASS_CREDENTIALS:
		spell_pass_credentials(family, value, spelling);
		break;
	case BINDCHAIN_PASS_SECURITY:
		refuse(spelling, "FreeBSD sends no security labels along", NULL);
		break;
	case BINDCHAIN_WAIT_FOR:
		spell_wait_for(request, value, spelling);
		break;
	case BINDCHAIN_DEVICE:
		refuse(spelling, "FreeBSD binds sockets to addresses, not to interfaces",
		    "bind an address of the interface");
		break;
	case BINDCHAIN_KEEPALIVE:
		/* Accepted connections inherit it: sonewconn of kern/uipc_socket.c. */
		spell_call(spelling, INTEGER_CALL(SOL_SOCKET, SO_KEEPALIVE, value));
		break;
	case BINDCHAIN_FAST_OPEN:
		spell_fast_open(request, value, spelling);
		break;
	case BINDCHAIN_OPTIONS:
		break;
	}
}

static int
find_filter(const char name[sizeof filters->af_name])
{
	for (int i = BINDCHAIN_WAIT_FOR_DATA; i < FILTERS; i++)
		if (strncmp(filters[i].af_name, name, sizeof filters->af_name) == 0)
			return i;
	return BINDCHAIN_WAIT_FOR_NOTHING;
}

void
backend_waits_for(int descriptor, struct bindchain_fact *waits)
{
	struct accept_filter_arg filter = { .af_name = "" };
	socklen_t size = sizeof filter;

	*waits = (struct bindchain_fact) { 0 };
	if (getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTFILTER, &filter, &size) == 0) {
		waits->value = find_filter(filter.af_name);
		waits->known = waits->value != BINDCHAIN_WAIT_FOR_NOTHING;
	} else
		waits->known = errno == EINVAL;
}

/* in_pcbbind lets SO_REUSEADDR bind a specific address beside the wildcard. */
const bool backend_listeners_exclude = false;

const char *
backend_lack(enum bindchain_kind kind)
{
	bool is_netlink = kind == BINDCHAIN_NETLINK || kind == BINDCHAIN_NETLINK_RAW;

	return is_netlink && !HAS_NETLINK ? "FreeBSD has netlink sockets since 13.2" : NULL;
}

const bool backend_has_abstract_names = false;

const int backend_fifo_flags = O_RDWR;

#if HAS_NETLINK
static const struct {
	char name[8];
	int number;
} netlink_protocols[] = {
	{ "route", NETLINK_ROUTE }, { "generic", NETLINK_GENERIC },
};

bool
backend_netlink(const char *protocol, unsigned groups, struct bindchain_address *address,
    int *number)
{
	struct sockaddr_nl local = { .nl_len = sizeof local, .nl_family = AF_NETLINK,
		.nl_groups = groups, .nl_pid = (uint32_t)getpid() };

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
#else
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
#endif

int
backend_birth_flags(unsigned flags)
{
	return (flags & BACKEND_NONBLOCKING ? SOCK_NONBLOCK : 0)
	    | (flags & BACKEND_CLOSE_ON_EXEC ? SOCK_CLOEXEC : 0);
}
