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
 * - So are, on kernels before 13.3 and 14.0, all sockets that were made in a jail,
 *   of whatever kind: seen on 13.1, where one socket got 400 of 400 connections.
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
 * - Accepted connections inherit SO_KEEPALIVE, the buffers and the FIB from their
 *   listener (kern/uipc_socket.c, solisten_clone), and TCP_NODELAY, the times of
 *   keepalive, IP_TTL, IP_TOS and IPv6's hop limit and traffic class, but not
 *   TCP_MAXSEG (netinet/tcp_syncache.c, syncache_socket; read in 13.1 and 15).
 * - On a dual-stack socket IPv6's traffic class is that of IPv6 alone, and there is
 *   no IP_TOS (netinet/tcp_usrreq.c, tcp_ctloutput); IPV6_UNICAST_HOPS is IPv4's too
 *   only once the socket is bound (netinet6/ip6_output.c, INP_IPV4).
 * - IP_RECVDSTADDR has the address and IP_RECVIF the interface, with each datagram,
 *   IPV6_RECVPKTINFO both: ip(4), ip6(4).
 * - SO_TIMESTAMP has microseconds, unless SO_TS_CLOCK says otherwise: setsockopt(2).
 * - SO_SETFIB is EINVAL from net.fibs on, and cannot be read: setsockopt(2),
 *   kern/uipc_socket.c, sosetopt and sogetopt.
 * - Accepted connections inherit the congestion control in 15 (netinet/tcp_subr.c,
 *   tcp_newtcpcb, which is called with the listener), and have the system's in 13.1.
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
#endif

#include "address.h"
#include "backend.h"
#include "jail.h"
#include "release.h"
#include "request.h"
#include "rights.h"
#include "sockopt.h"
#include "sysctl.h"

const char backend_system[] = "FreeBSD";

/* By enum bindchain_wait_for: accf_data(9), accf_http(9), accf_tls(9),
 * accf_dns(9). */
#define FILTER(text) .af_name = FIXED_TEXT(sizeof filters->af_name, text)
static const struct accept_filter_arg filters[] = {
	[BINDCHAIN_WAIT_FOR_DATA] = { FILTER("dataready") },
	[BINDCHAIN_WAIT_FOR_HTTP] = { FILTER("httpready") },
	[BINDCHAIN_WAIT_FOR_TLS] = { FILTER("tlsready") },
	[BINDCHAIN_WAIT_FOR_DNS] = { FILTER("dnsready") },
};
#define FILTERS ((int)(sizeof filters / sizeof *filters))

static void
spell_balance(const struct request *request, int value,
    struct backend_spelling *spelling)
{
	struct bindchain_fact balances = { .known = true, .value = 1 };

	if (value)
		balances = jail_balances();
	if (value && sockopt_is_dual_stack(request)) {
		sockopt_refuse(spelling, "FreeBSD does not balance an IPv6 wildcard that takes IPv4 too",
		    "open one socket for each family, the IPv6 one with v6only");
		return;
	}
	if (balances.known && !balances.value) {
		sockopt_refuse(spelling, "FreeBSD does not balance sockets of jails before 13.3"
		    " and 14.0, not even with vnet",
		    "open one socket and let several processes accept from it");
		return;
	}
	if (!balances.known)
		spelling->doubt = "whether FreeBSD balances in this jail cannot be read: it does"
		                  " since 13.3 and 14.0";
	sockopt_add(spelling, SOCKOPT_NAME(SOL_SOCKET, SO_REUSEPORT_LB), value);
	sockopt_add(spelling, SOCKOPT_NAME(SOL_SOCKET, SO_REUSEPORT), value);
}

static void
spell_wait_for(const struct request *request, int value,
    struct backend_spelling *spelling)
{
	struct backend_option *call;

	(void)request;
	if (value <= BINDCHAIN_WAIT_FOR_NOTHING || value >= FILTERS) {
		sockopt_refuse(spelling, "FreeBSD has no accept filter of that kind", NULL);
		return;
	}
	call = sockopt_add(spelling, SOCKOPT_NAME(SOL_SOCKET, SO_ACCEPTFILTER), 0);
	call->data = &filters[value];
	call->size = sizeof filters[value];
	call->data_text = filters[value].af_name;
	call->moment = BACKEND_AFTER_LISTEN;
}

static void
spell_packet_info(const struct request *request, int value,
    struct backend_spelling *spelling)
{
	if (address_family(&request->address) == AF_INET6) {
		sockopt_add(spelling, SOCKOPT_NAME(IPPROTO_IPV6, IPV6_RECVPKTINFO), value);
		return;
	}
	sockopt_add(spelling, SOCKOPT_NAME(IPPROTO_IP, IP_RECVDSTADDR), value);
	sockopt_add(spelling, SOCKOPT_NAME(IPPROTO_IP, IP_RECVIF), value);
}

static void
spell_timestamps(const struct request *request, int value,
    struct backend_spelling *spelling)
{
	(void)request;
	sockopt_add(spelling, SOCKOPT_NAME(SOL_SOCKET, SO_TIMESTAMP), 1);
	if (value == BINDCHAIN_TIMESTAMPS_NANOSECONDS)
		sockopt_add(spelling, SOCKOPT_NAME(SOL_SOCKET, SO_TS_CLOCK), SO_TS_REALTIME);
}

static void
spell_congestion(const struct request *request, int value,
    struct backend_spelling *spelling)
{
	bool listens = request->kind == BINDCHAIN_TCP && request->backlog != BINDCHAIN_NO_LISTEN;
	struct bindchain_fact inherited = { .known = true, .value = 1 };

	(void)value;
	if (listens)
		inherited = release_has(RELEASE_CONGESTION_INHERITED);
	if (inherited.known && !inherited.value) {
		sockopt_refuse(spelling, "accepted connections do not inherit it before FreeBSD 15",
		    "let the program set it on its connections, or set net.inet.tcp.cc.algorithm for"
		    " all");
		return;
	}
	if (!inherited.known)
		spelling->doubt = "accepted connections inherit it since FreeBSD 15";
	sockopt_add_text(spelling, SOCKOPT_NAME(IPPROTO_TCP, TCP_CONGESTION), request->congestion);
}

static void
spell_locked(const struct request *request, int value, struct backend_spelling *spelling)
{
	static const struct sockopt_name name = { 0, 0, "", "cap_rights_limit" };
	struct backend_option *call = sockopt_add(spelling, name, value);

	(void)request;
	call->moment = BACKEND_AT_END;
	call->limit = rights_limit;
}

static const char one_family[] = "FreeBSD sets it for one family of a dual-stack socket";
static const char two_sockets[]
    = "open one socket for each family, the IPv6 one with v6only";

const struct backend_sockopt backend_sockopts[BINDCHAIN_OPTIONS] = {
	[BINDCHAIN_REUSE_ADDRESS] = { .any = SOCKOPT(SOL_SOCKET, SO_REUSEADDR) },
	[BINDCHAIN_SHARE] = { .any = SOCKOPT(SOL_SOCKET, SO_REUSEPORT) },
	[BINDCHAIN_BALANCE] = { .spell = spell_balance },
	[BINDCHAIN_V6ONLY] = { .ipv6 = SOCKOPT(IPPROTO_IPV6, IPV6_V6ONLY),
	    .has_no_default = true, .elsewhere_default = true },
	[BINDCHAIN_BIND_ANY] = { .ipv4 = SOCKOPT(IPPROTO_IP, IP_BINDANY),
	    .ipv6 = SOCKOPT(IPPROTO_IPV6, IPV6_BINDANY) },
	[BINDCHAIN_RECEIVE_BUFFER] = { .any = SOCKOPT(SOL_SOCKET, SO_RCVBUF),
	    .has_no_default = true },
	[BINDCHAIN_PASS_CREDENTIALS] = { .local = SOCKOPT(SOL_LOCAL, LOCAL_CREDS_PERSISTENT),
	    .elsewhere = "only Unix sockets carry it" },
	[BINDCHAIN_PASS_SECURITY] = { .reason = "FreeBSD sends no security labels along" },
	[BINDCHAIN_WAIT_FOR] = { .spell = spell_wait_for, .listeners_only =
	    "only a listening TCP socket can defer connections" },
	[BINDCHAIN_DEVICE] = { .reason =
	    "FreeBSD binds sockets to addresses, not to interfaces",
	    .alternative = "bind an address of the interface" },
	/* Accepted connections inherit it: sonewconn of kern/uipc_socket.c. */
	[BINDCHAIN_KEEPALIVE] = { .any = SOCKOPT(SOL_SOCKET, SO_KEEPALIVE) },
	[BINDCHAIN_FAST_OPEN] = { .any = SOCKOPT(IPPROTO_TCP, TCP_FASTOPEN), .is_flag = true,
	    .moment = BACKEND_AFTER_LISTEN,
	    .listeners_only = "only a TCP socket that listens can take data in the SYN" },
	/* tcp(4) */
	[BINDCHAIN_KEEPALIVE_IDLE] = { .any = SOCKOPT(IPPROTO_TCP, TCP_KEEPIDLE) },
	[BINDCHAIN_KEEPALIVE_INTERVAL] = { .any = SOCKOPT(IPPROTO_TCP, TCP_KEEPINTVL) },
	[BINDCHAIN_KEEPALIVE_COUNT] = { .any = SOCKOPT(IPPROTO_TCP, TCP_KEEPCNT) },
	[BINDCHAIN_NODELAY] = { .any = SOCKOPT(IPPROTO_TCP, TCP_NODELAY) },
	[BINDCHAIN_SEND_BUFFER] = { .any = SOCKOPT(SOL_SOCKET, SO_SNDBUF),
	    .has_no_default = true },
	[BINDCHAIN_USER_TIMEOUT] = { .reason =
	    "FreeBSD has no such timeout in milliseconds",
	    .alternative = "let the program set TCP_MAXUNACKTIME, in seconds" },
	[BINDCHAIN_MAX_SEGMENT] = { .reason =
	    "accepted connections do not inherit TCP_MAXSEG on FreeBSD",
	    .alternative = "set the MTU of the route by route(8)" },
	[BINDCHAIN_HOP_LIMIT] = { .ipv4 = SOCKOPT(IPPROTO_IP, IP_TTL),
	    .ipv6 = SOCKOPT(IPPROTO_IPV6, IPV6_UNICAST_HOPS), .not_dual = one_family,
	    .alternative = two_sockets },
	[BINDCHAIN_TRAFFIC_CLASS] = { .ipv4 = SOCKOPT(IPPROTO_IP, IP_TOS),
	    .ipv6 = SOCKOPT(IPPROTO_IPV6, IPV6_TCLASS), .not_dual = one_family,
	    .alternative = two_sockets },
	[BINDCHAIN_PRIORITY] = { .reason = "packets have no priority in FreeBSD's queues",
	    .has_no_default = true,
	    .alternative = "set traffic-class, and match it in pf.conf(5)" },
	[BINDCHAIN_MARK] = { .reason = "packets have no marks on FreeBSD",
	    .alternative = "let the program set SO_USER_COOKIE, which ipfw(8) matches as"
	    " sockarg" },
	[BINDCHAIN_TRANSPARENT] = { .reason =
	    "FreeBSD has no option for redirected traffic, and needs none",
	    .alternative = "redirect it by fwd of ipfw(8), and bind other hosts' addresses by"
	    " bind-any" },
	[BINDCHAIN_BROADCAST] = { .any = SOCKOPT(SOL_SOCKET, SO_BROADCAST) },
	[BINDCHAIN_PACKET_INFO] = { .spell = spell_packet_info },
	[BINDCHAIN_TIMESTAMPS] = { .spell = spell_timestamps },
	[BINDCHAIN_PASS_PIDFD] = { .reason = "FreeBSD sends no process descriptors along",
	    .alternative = "receive the process id by pass-credentials" },
	[BINDCHAIN_FIB] = { .any = SOCKOPT(SOL_SOCKET, SO_SETFIB), .has_no_default = true },
	[BINDCHAIN_MPTCP] = { .reason = "FreeBSD has no Multipath TCP",
	    .alternative = "listen for TCP, which clients of Multipath TCP fall back to" },
	/* mod_cc(4) */
	[BINDCHAIN_CONGESTION] = { .spell = spell_congestion },
	[BINDCHAIN_LOCKED] = { .spell = spell_locked, .read = rights_read },
};

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

static bool
read_integer(int descriptor, int name, int *value)
{
	socklen_t size = sizeof *value;

	*value = 0;
	return getsockopt(descriptor, SOL_SOCKET, name, value, &size) == 0
	    && size == sizeof *value;
}

void
backend_timestamps(int descriptor, struct bindchain_fact *timestamps)
{
	int has, clock;

	*timestamps = (struct bindchain_fact) { 0 };
	if (!read_integer(descriptor, SO_TIMESTAMP, &has)
	    || !read_integer(descriptor, SO_TS_CLOCK, &clock))
		return;
	timestamps->known = !has || clock == SO_TS_REALTIME_MICRO || clock == SO_TS_REALTIME;
	if (has && timestamps->known)
		timestamps->value = clock == SO_TS_REALTIME ? BINDCHAIN_TIMESTAMPS_NANOSECONDS
		                                            : BINDCHAIN_TIMESTAMPS_MICROSECONDS;
}

/* It fails instead. */
const char *
backend_truncated_by(enum bindchain_option option)
{
	(void)option;
	return NULL;
}

/* Accepted sockets have the buffers of their listener: kern/uipc_socket.c, sonewconn. */
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

	return !usual.value.known || usual.value.value;
}

const char *
backend_lack(enum bindchain_kind kind)
{
	struct bindchain_fact has;

	if (kind_is_vsock(kind))
		return "FreeBSD has no vsock sockets, only AF_HYPERV of guests of Hyper-V";
	if (kind != BINDCHAIN_NETLINK && kind != BINDCHAIN_NETLINK_RAW)
		return NULL;
	has = release_has(RELEASE_NETLINK);
	return has.known && !has.value ? "FreeBSD has netlink sockets since 13.2" : NULL;
}

const int backend_fifo_flags = O_RDWR;

/*
 * netlink(4): what headers before 13.2 lack, for the kernels since then that this
 * may run on.
 */
#ifndef AF_NETLINK
#define AF_NETLINK 38
#endif
#if !__has_include(<netlink/netlink.h>)
#define NETLINK_ROUTE 0
#define NETLINK_GENERIC 16
struct sockaddr_nl {
	uint8_t nl_len;
	sa_family_t nl_family;
	uint16_t nl_pad;
	uint32_t nl_pid, nl_groups;
};
#endif

static const struct {
	char name[8];
	int number;
#define PROTOCOL(text, protocol) { FIXED_TEXT(sizeof netlink_protocols->name, text), protocol }
} netlink_protocols[] = {
	PROTOCOL("route", NETLINK_ROUTE), PROTOCOL("generic", NETLINK_GENERIC),
};

bool
backend_netlink(const char *protocol, unsigned groups, struct address *address,
    int *number)
{
	/* nl_pid 0 would be bound as it is: nl_bind_locked of netlink/netlink_domain.c. */
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

const char *
backend_netlink_name(int number)
{
	for (size_t i = 0; i < sizeof netlink_protocols / sizeof *netlink_protocols; i++)
		if (netlink_protocols[i].number == number)
			return netlink_protocols[i].name;
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
	return (flags & BACKEND_NONBLOCKING ? SOCK_NONBLOCK : 0)
	    | (flags & BACKEND_CLOSE_ON_EXEC ? SOCK_CLOEXEC : 0);
}
