/* SPDX-License-Identifier: ISC */
#include "expectations.h"

#include <cerrno>
#include <climits>
#include <map>

#include <unistd.h>

namespace {

template <typename Row, size_t count>
std::vector<Row>
rows(const Row (&array)[count])
{
	return { array, array + count };
}

/*
 * Linux: socket(7), ip(7), ipv6(7), unix(7).  The backlog is compared as unsigned
 * with net.core.somaxconn (net/socket.c, __sys_listen_socket); the queue is full
 * when it is longer than its limit (include/net/sock.h, sk_acceptq_is_full).
 */
constexpr ExpectedQueue linux_queues[] = {
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
	{ "1", 2, 1, 2 },
	{ "3", 2, 2, 3 },
	{ "127", 300, 127, 128 },
	{ "129", 300, 129, 130 },
	{ "300", 300, 300, 301 },
	{ "301", 300, 300, 301 },
	{ "2147483647", 300, 300, 301 },
};

/* Documentation/networking/ip-sysctl.rst, listen(2), socket(7). */
constexpr ExpectedValue linux_values[] = {
	{ "net.core.somaxconn", true },
	{ "net.ipv4.tcp_max_syn_backlog", true },
	{ "net.ipv4.tcp_syncookies", true },
	{ "net.ipv4.tcp_abort_on_overflow", true },
	{ "net.ipv4.ip_local_port_range", false },
	{ "net.ipv4.ip_local_reserved_ports", false },
	{ "net.ipv4.ip_unprivileged_port_start", true },
	{ "net.ipv6.bindv6only", true },
	{ "net.ipv4.ip_nonlocal_bind", true },
	{ "net.ipv6.ip_nonlocal_bind", true },
	{ "net.ipv4.tcp_fastopen", true },
	{ "accept filters", false },
	{ "SO_REUSEPORT", false },
	{ "net.ipv4.tcp_migrate_req", true },
	{ "net.ipv6.conf.all.disable_ipv6", true },
};

Expectations
linux_kernel()
{
	Expectations expected = {};

	expected.system = "Linux";
	expected.values = rows(linux_values);
	expected.queues = rows(linux_queues);
	expected.reserved_port_can_be_bound = true;
	expected.datagram_sockets_share = true;
	expected.sharing_balances = true;
	expected.has_bind_any = true;
	expected.specific_ipv6_is_v6only = true;
	expected.has_seqpacket = expected.has_abstract_names = true;
	expected.exhausted_ipv4 = expected.exhausted_ipv6 = EADDRINUSE;
	expected.mapped_on_v6only = expected.multicast_on_tcp = EINVAL;
	expected.bind_any_name = "IP_FREEBIND";
	expected.low_port_setting = "net.ipv4.ip_unprivileged_port_start";
	expected.loopback = "lo";
	expected.newreno = "reno"; /* tcp(7) */
	expected.binds_to_interfaces = true;
	expected.backlog_limit = "net.core.somaxconn";
	expected.receive_buffer_factor = 2;
	expected.surplus_client = "dropped";    /* its SYN: net/ipv4/tcp_input.c */
	expected.surplus_unix_client = "waits"; /* unix_stream_connect, net/unix/af_unix.c */
	expected.surplus_unix_error = EAGAIN;
	expected.listeners_are_told_apart = true;
	expected.waits_for_data = true;
	return expected;
}

/* What the two have in common. */
Expectations
bsd_kernel()
{
	Expectations expected = {};

	expected.root_shares_with_all = true;
	expected.exhausted_ipv4 = EADDRNOTAVAIL;
	expected.mapped_on_v6only = EADDRNOTAVAIL;
	expected.multicast_on_tcp = EAFNOSUPPORT;
	expected.loopback = "lo0";
	expected.newreno = "newreno"; /* cc_newreno(4) */
	expected.receive_buffer_factor = 1;
	expected.surplus_unix_client = "refused"; /* kern/uipc_usrreq.c, only read */
	expected.surplus_unix_error = ECONNREFUSED;
	return expected;
}

/*
 * FreeBSD 13.0, which was run and asked: listen(2)'s argument, kern.ipc.soacceptqueue,
 * SO_LISTENQLIMIT, and how many connections were held; 13.1 was seen to be the same.  The
 * queue is full when it is longer than 3/2 of its limit (kern/uipc_socket.c, sonewconn);
 * kern.ipc.soacceptqueue cannot be 0.
 */
constexpr ExpectedQueue freebsd_queues[] = {
	{ "0", 128, 0, 1 },
	{ "1", 128, 1, 2 },
	{ "2", 128, 2, 4 },
	{ "3", 128, 3, 5 },
	{ "5", 128, 5, 8 },
	{ "10", 128, 10, 16 },
	{ "128", 128, 128, 193 },
	{ "129", 128, 128, 193 },
	{ "100000", 128, 128, 193 },
	{ "2147483647", 128, 128, 193 },
	{ "5", 5, 5, 8 },
	{ "10", 5, 5, 8 },
	{ "128", 5, 5, 8 },
	{ "2147483647", 5, 5, 8 },
	{ "-1", 5, 5, 8 },
	{ "4294967295", 5, 5, 8 },
	{ "0", 5, 0, 1 },
	{ "1", 1, 1, 2 },
	{ "7", 1, 1, 2 },
	{ "128", 200, 128, 193 },
	{ "129", 200, 129, 194 },
	{ "2147483647", 200, 200, 301 },
	{ "2147483647", 1000, 1000, 1501 },
	/* The largest limit; what it admits is beyond an int. */
	{ "2147483647", 1431655765, 1431655765, 2147483648 },
};

/* listen(2), syncache(4), ip(4), inet6(4), tcp(4), jail(8), accept_filter(9). */
constexpr ExpectedValue freebsd_values[] = {
	{ "kern.ipc.soacceptqueue", true },
	{ "net.inet.tcp.syncache.cachelimit", true },
	{ "net.inet.tcp.syncookies", true },
	{ "net.inet.tcp.syncache.rst_on_sock_fail", true },
	{ "net.inet.ip.portrange.first", true },
	{ "net.inet.ip.portrange.last", true },
	{ "net.inet.ip.portrange.reservedlow", true },
	{ "net.inet.ip.portrange.reservedhigh", true },
	{ "net.inet6.ip6.v6only", true },
	{ "IP_BINDANY, IPV6_BINDANY", false },
	{ "net.inet.tcp.fastopen.server_enable", true },
	{ "security.jail.jailed", true },
	{ "accf_data", false },
	{ "accf_http", false },
	{ "accf_tls", false },
	{ "accf_dns", false },
	{ "SO_REUSEPORT", false },
	{ "SO_REUSEPORT_LB", false },
};

Expectations
freebsd_kernel()
{
	Expectations expected = bsd_kernel();

	expected.system = "FreeBSD";
	expected.values = rows(freebsd_values);
	expected.queues = rows(freebsd_queues);
	expected.backlog_limit = "kern.ipc.soacceptqueue";
	expected.surplus_client = "reset"; /* net.inet.tcp.syncache.rst_on_sock_fail: 1 */
	expected.has_bind_any = expected.bind_any_needs_privilege = true;
	expected.has_seqpacket = true;
	expected.exhausted_ipv6 = EADDRNOTAVAIL;
	expected.bind_any_name = "IP_BINDANY";
	expected.low_port_setting = "net.inet.ip.portrange.reservedhigh";
	/* netstat(1) leaves out a backlog of 0. */
	expected.listeners_command = "netstat -Lan; sockstat -l";
	expected.holders_command = "sockstat -46l"; /* sockstat(1) */
	expected.path_holders_command = "sockstat -u";
	return expected;
}

/*
 * macOS.  The queue is full when it is as long as its limit
 * (kern/uipc_socket2.c, sonewconn_internal); to listen(2) 0 is the maximum, and
 * the tools pass 1 in its place.  bind(2) to a low port needs no privilege on a
 * wildcard since 10.14 (netinet/in_pcb.c, in_pcbbind).
 */
constexpr ExpectedQueue darwin_queues[] = {
	{ "0", 128, 1, 1 },
	{ "1", 128, 1, 1 },
	{ "5", 128, 5, 5 },
	{ "128", 128, 128, 128 },
	{ "129", 128, 128, 128 },
	{ "2147483647", 128, 128, 128 },
	{ "-1", 128, 128, 128 },
	/* The limit is kept in a short (sys/socketvar.h, so_qlimit): no more is passed. */
	{ "32767", 32767, 32767, 32767 },
	{ "40000", 65536, 32767, 32767 },
	{ "65536", 65536, 32767, 32767 },
};

/* listen(2), ip(4), inet6(4); kern/uipc_socket2.c, netinet/in_pcb.c and
 * netinet/tcp_subr.c, only read. */
constexpr ExpectedValue darwin_values[] = {
	{ "kern.ipc.somaxconn", true },
	{ "kern.ipc.soqlimitcompat", true },
	{ "kern.ipc.soqlencomp", true },
	{ "net.inet.ip.portrange.first", true },
	{ "net.inet.ip.portrange.last", true },
	{ "first unprivileged port", false },
	{ "net.inet6.ip6.v6only", true },
	{ "net.inet.tcp.fastopen", true },
	{ "net.inet.tcp.fastopen_backlog", true },
	{ "accept filters", false },
	{ "SO_REUSEPORT", false },
};

Expectations
darwin_kernel()
{
	Expectations expected = bsd_kernel();

	expected.system = "macOS";
	expected.values = rows(darwin_values);
	expected.queues = rows(darwin_queues);
	expected.wildcard_may_be_low = true;
	expected.exhausted_ipv6 = EAGAIN;
	expected.binds_to_interfaces = true;
	expected.backlog_limit = "kern.ipc.somaxconn";
	expected.surplus_client = "dropped"; /* its SYN: netinet/tcp_input.c, only read */
	expected.queue_limit_of_0 = 1;
	expected.listeners_command = "netstat -Lan";
	expected.holders_command = "lsof -nP -i -sTCP:LISTEN"; /* lsof(8) */
	expected.path_holders_command = "lsof -U";
	return expected;
}

} // namespace

const Expectations &
expectations()
{
	return expectations_of(BINDCHAIN_SYSTEM);
}

const Expectations &
expectations_of(const std::string &system)
{
	static const std::map<std::string, Expectations> systems = { { "linux", linux_kernel() },
		{ "freebsd", freebsd_kernel() }, { "darwin", darwin_kernel() } };

	return systems.at(system);
}

bool
may_bind_any()
{
	return expectations().has_bind_any
	    && (geteuid() == 0 || !expectations().bind_any_needs_privilege);
}
