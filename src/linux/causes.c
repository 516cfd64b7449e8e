/* SPDX-License-Identifier: ISC */
/*
 * Linux: the causes of failures, before and after they happen.
 *
 * - A port below net.ipv4.ip_unprivileged_port_start (1024 unless changed, 0
 *   in many containers; IPv6 has no other) needs CAP_NET_BIND_SERVICE in the
 *   user namespace that owns the network namespace: net/ipv4/af_inet.c,
 *   __inet_bind.  A cgroup's BPF program may waive the privilege, and may replace
 *   the requested address and port: same place, BPF_CGROUP_INET4_BIND.
 * - Port 0 takes a port from net.ipv4.ip_local_port_range, without those of
 *   net.ipv4.ip_local_reserved_ports; when none is free, bind(2) fails with
 *   EADDRINUSE: ip(7), bind(2).
 * - Two sockets that both set SO_REUSEADDR may bind one address as long as
 *   neither listens; the second listen(2) then fails with EADDRINUSE: listen(2).
 * - TCP_FASTOPEN succeeds without effect unless bit 0x2 of net.ipv4.tcp_fastopen
 *   is set: Documentation/networking/ip-sysctl.rst.
 * - SO_RCVBUF is truncated to net.core.rmem_max without an error; SO_RCVBUFFORCE, tried
 *   first, is not: socket(7), net/core/sock.c.  The setting is that of the whole system;
 *   older kernels do not show it in other network namespaces than the first.
 * - socket(2) with IPPROTO_MPTCP fails with ENOPROTOOPT if net.mptcp.enabled of the
 *   network namespace is 0: net/mptcp/ctrl.c, net/mptcp/protocol.c, mptcp_init_sock.
 * - IPv6 can be disabled in three ways: not built or loaded, ipv6.disable=1 (both:
 *   EAFNOSUPPORT of socket(2)), or net.ipv6.conf.*.disable_ipv6 (the interfaces have
 *   no IPv6 address: EADDRNOTAVAIL).
 * - Security modules, seccomp filters and BPF programs of cgroups return EACCES or
 *   EPERM without a reason that this process could read: seccomp(2),
 *   security/security.c, kernel/bpf/cgroup.c.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "address_detection.h"
#include "address_lifetime.h"
#include "capabilities.h"
#include "congestion.h"
#include "failure.h"
#include "interfaces.h"
#include "observe.h"
#include "path_place.h"
#include "proc_file.h"
#include "request.h"
#include "sockopt.h"
#include "socket_option.h"
#include "sysctl.h"

/* Returns whether PORT is privileged; fills START, the first unprivileged port. */
static bool
is_low_port(unsigned port, struct backend_limit *start)
{
	*start = sysctl_number("net.ipv4.ip_unprivileged_port_start");
	return port > 0 && start->value.known && (int)port < start->value.value;
}

#define PORT_RULE \
	"port %u needs CAP_NET_BIND_SERVICE (net.ipv4.ip_unprivileged_port_start is %d)"

/* An IPv4 setting proves that /proc/sys is mounted. */
static bool
lacks_ipv6(void)
{
	static const char ipv6_setting[] = "net.ipv6.conf.all.disable_ipv6";

	return sysctl_number("net.ipv4.tcp_abort_on_overflow").value.known
	    && !sysctl_number(ipv6_setting).value.known;
}

static void
tell_missing_family(const struct request *request, struct findings *findings)
{
	char disabled[4];

	if (address_family(&request->address) != AF_INET6 || !lacks_ipv6())
		return;
	if (proc_file_read("/sys/module/ipv6/parameters/disable", disabled, sizeof disabled)
	    && strcmp(disabled, "1") == 0)
		findings_add(findings, FINDING_OBSTACLE,
		    "IPv6 is disabled by the kernel parameter ipv6.disable");
	else
		findings_add(findings, FINDING_OBSTACLE,
		    "this kernel has no IPv6: there are no net.ipv6 settings");
	findings_foresee(findings, BINDCHAIN_SOCKET, EAFNOSUPPORT);
}

/* WAITS: for the end of duplicate address detection. */
static enum address_detection
tell_detection(const struct request *request, bool waits, struct findings *findings)
{
	char interface[IF_NAMESIZE];
	enum address_detection state = address_detection_of(&request->address, interface);

	if (request->options[BINDCHAIN_BIND_ANY].value)
		return ADDRESS_USABLE;
	if (state == ADDRESS_TENTATIVE && !waits)
		findings_add(findings, FINDING_WARNING,
		    "interface %s has this address, but duplicate address detection has not"
		    " finished; bind fails until then", interface);
	else if (state == ADDRESS_DUPLICATE)
		findings_add(findings, FINDING_OBSTACLE,
		    "interface %s has this address, but duplicate address detection found it on"
		    " another host; bind fails", interface);
	if (state == ADDRESS_DUPLICATE || (state == ADDRESS_TENTATIVE && !waits))
		findings_foresee(findings, BINDCHAIN_BIND, EADDRNOTAVAIL);
	return state;
}

static void
foresee_lifetime(const struct request *request, struct findings *findings)
{
	const struct address *address = &request->address;
	char interface[IF_NAMESIZE];

	if (request->wait || request->options[BINDCHAIN_BIND_ANY].value
	    || address_is_loopback(address) || address_is_wildcard(address)
	    || !address_has_lifetime(address, interface))
		return;
	findings_add(findings, FINDING_WARNING,
	    "interface %s has the address for a limited time, as from DHCP: it may be missing at"
	    " the next start", interface);
}

const char *
backend_idle_fast_open(void)
{
	struct backend_limit fast_open = sysctl_number("net.ipv4.tcp_fastopen");

	return fast_open.value.known && !(fast_open.value.value & 0x2)
	    ? "TCP_FASTOPEN has no effect: bit 0x2 of net.ipv4.tcp_fastopen, for listeners, is clear"
	    : NULL;
}

/* net/ipv4/tcp.c: fastopen_queue_tune() truncates it. */
static void
foresee_fast_open(const struct request *request, struct findings *findings)
{
	int wanted = request->options[BINDCHAIN_FAST_OPEN].value;
	const char *idle = wanted ? backend_idle_fast_open() : NULL;
	struct backend_limit limit;

	if (!wanted)
		return;
	if (idle)
		findings_add(findings, FINDING_WARNING, "%s", idle);
	limit = sysctl_number(backend_truncated_by(BINDCHAIN_FAST_OPEN));
	if (limit.value.known && limit.value.value < wanted)
		findings_add(findings, FINDING_WARNING, "fast-open: %d will be truncated to %s (%d)",
		    wanted, limit.name, limit.value.value);
}

/* Of twice the number, an int: net/core/sock.c, __sock_set_rcvbuf. */
#define LARGEST_BUFFER (INT_MAX / 2)

bool
backend_truncates_buffer(enum bindchain_option option, int bytes, struct backend_limit *limit)
{
	struct bindchain_fact exempt = capability_to_exceed_buffer_limits();

	*limit = sysctl_number(backend_truncated_by(option));
	if (!exempt.known)
		return false;
	if (exempt.value)
		*limit = (struct backend_limit) { LARGEST_NUMBER, { true, LARGEST_BUFFER } };
	return limit->value.known && limit->value.value < bytes;
}

/* net/vmw_vsock/af_vsock.c, __vsock_bind_connectible: capable(), whatever the namespace. */
#define VSOCK_LAST_RESERVED_PORT 1023
#define MISSING_CID \
	"this machine does not have the CID: local needs the module vsock_loopback, host a host" \
	" of virtual machines; any is every CID that it has"
#define LOW_VSOCK_PORT \
	"vsock ports below 1024 need CAP_NET_BIND_SERVICE in the initial user namespace"

static bool
is_low_vsock_port(const struct request *request)
{
	unsigned cid, port;

	return backend_read_vsock(&request->address, &cid, &port) && port <= VSOCK_LAST_RESERVED_PORT;
}

/* socket(7) and ip(7), as in option_causes: options that need one of two capabilities in the
 * user namespace of the network.  Linux before 5.17 wants CAP_NET_ADMIN for SO_MARK. */
static void
foresee_privileged_options(const struct request *request, struct findings *findings)
{
	static const struct {
		enum bindchain_option option;
		unsigned from; /* this value */
		bool raw_suffices;
	} privileged[] = {
		{ BINDCHAIN_MARK, 0, true },
		{ BINDCHAIN_TRANSPARENT, 1, true },
		{ BINDCHAIN_PRIORITY, 7, false },
	};

	for (size_t i = 0; i < sizeof privileged / sizeof *privileged; i++) {
		const struct option_setting *setting = &request->options[privileged[i].option];
		struct backend_spelling spelling;
		if (setting->want == BINDCHAIN_UNASKED || (unsigned)setting->value < privileged[i].from
		    || !capabilities_lack_network(privileged[i].raw_suffices))
			continue;
		sockopt_spell(request, privileged[i].option, setting->value, &spelling);
		if (!spelling.count)
			continue;
		findings_add(findings, FINDING_OBSTACLE, "%s needs CAP_NET_ADMIN%s, which this"
		    " process lacks", option_table[privileged[i].option].name,
		    privileged[i].raw_suffices ? " or CAP_NET_RAW" : "");
		findings_foresee(findings, BINDCHAIN_SETSOCKOPT, EPERM);
	}
}

/* net/mptcp/sockopt.c of Linux 6.18 and before: mptcp_setsockopt_v4, mptcp_setsockopt_v6 and
 * mptcp_setsockopt_sol_tcp. */
static void
foresee_mptcp_options(const struct request *request, struct findings *findings)
{
	static const enum bindchain_option options[] = { BINDCHAIN_HOP_LIMIT,
		BINDCHAIN_USER_TIMEOUT, BINDCHAIN_TRAFFIC_CLASS };

	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (request->options[options[i]].want != BINDCHAIN_UNASKED
		    && (options[i] != BINDCHAIN_TRAFFIC_CLASS
		        || address_family(&request->address) == AF_INET6))
			findings_add(findings, FINDING_WARNING,
			    "%s: not supported for Multipath TCP by Linux up to 6.18",
			    option_table[options[i]].name);
}

static void
foresee_mptcp(const struct request *request, struct findings *findings)
{
	const struct option_setting *mptcp = &request->options[BINDCHAIN_MPTCP];
	struct backend_limit enabled;

	if (!mptcp->value)
		return;
	enabled = sysctl_number("net.mptcp.enabled");
	if (enabled.value.known && enabled.value.value)
		foresee_mptcp_options(request, findings);
	if (!enabled.value.known || enabled.value.value)
		return;
	if (mptcp->want == BINDCHAIN_PREFERRED)
		findings_add(findings, FINDING_WARNING,
		    "mptcp is ignored: net.mptcp.enabled is 0");
	else
		findings_add(findings, FINDING_OBSTACLE,
		    "socket fails with ENOPROTOOPT: net.mptcp.enabled is 0");
}

/* kernel/audit.c, audit_multicast_bind: capable(), whatever the namespace. */
#define AUDIT_GROUPS "groups of netlink audit need CAP_AUDIT_READ in the initial user namespace"

static bool
is_for_audit_groups(const struct request *request)
{
	struct sockaddr_nl local;

	if (address_family(&request->address) != AF_NETLINK || request->protocol != NETLINK_AUDIT)
		return false;
	memcpy(&local, &request->address.storage, sizeof local);
	return local.nl_groups != 0;
}

/* net/vmw_vsock/af_vsock.c, vsock_find_cid: no file lists the CIDs, but bind(2) knows them. */
static bool
is_cid_missing(const struct request *request)
{
	struct address any_port;
	unsigned cid, port;
	int descriptor;
	bool is_missing;

	if (!backend_read_vsock(&request->address, &cid, &port) || cid == VSOCK_ANY)
		return false;
	descriptor = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return false;
	backend_vsock(cid, VSOCK_ANY, &any_port);
	is_missing = bind(descriptor, (const struct sockaddr *)&any_port.storage, any_port.length)
	    != 0 && errno == EADDRNOTAVAIL;
	close(descriptor);
	return is_missing;
}

static void
foresee_other_family(const struct request *request, struct findings *findings)
{
	if (is_for_audit_groups(request) && capabilities_lack_audit()) {
		findings_add(findings, FINDING_OBSTACLE, AUDIT_GROUPS ", which this process lacks");
		findings_foresee(findings, BINDCHAIN_BIND, EPERM);
	}
	if (is_cid_missing(request)) {
		findings_add(findings, FINDING_OBSTACLE, MISSING_CID);
		findings_foresee(findings, BINDCHAIN_BIND, EADDRNOTAVAIL);
	}
}

static void
foresee_low_port(const struct request *request, struct findings *findings)
{
	struct bindchain_fact privilege = capability_to_bind_low_ports();
	struct backend_limit start;

	if (!privilege.known || privilege.value)
		return;
	if (is_low_vsock_port(request))
		findings_add(findings, FINDING_OBSTACLE, LOW_VSOCK_PORT);
	else if (address_is_internet(&request->address)
	    && is_low_port(address_port(&request->address), &start))
		findings_add(findings, FINDING_OBSTACLE,
		    PORT_RULE ", which this process lacks", address_port(&request->address),
		    start.value.value);
	else
		return;
	findings_foresee(findings, BINDCHAIN_BIND, EACCES);
}

void
backend_foresee(const struct request *request, struct findings *findings)
{
	foresee_other_family(request, findings);
	if (!address_is_internet(&request->address)) {
		foresee_low_port(request, findings);
		return;
	}
	tell_missing_family(request, findings);
	tell_detection(request, request->wait > 0, findings);
	foresee_lifetime(request, findings);
	foresee_low_port(request, findings);
	foresee_fast_open(request, findings);
	foresee_mptcp(request, findings);
	foresee_privileged_options(request, findings);
	congestion_foresee(request, findings);
	if (request->kind == BINDCHAIN_TCP
	    && (request->options[BINDCHAIN_SHARE].value
	        || request->options[BINDCHAIN_BALANCE].value))
		findings_add(findings, FINDING_WARNING,
		    "with SO_REUSEPORT each socket has its own accept queue; closing the socket"
		    " resets the connections in it, unless net.ipv4.tcp_migrate_req is 1");
}

/* Only the owner of a cgroup may query its BPF programs: bpf(2). */
const char *
backend_address_rule(void)
{
	return NULL;
}

/* ---- failures ---- */

/* Returns whether the port is privileged and the privilege is missing. */
static bool
tell_low_port(const struct request *request, struct findings *findings)
{
	unsigned port = address_port(&request->address);
	struct bindchain_fact counts;
	struct backend_limit start;

	if (!is_low_port(port, &start))
		return false;
	if (!capability_to_bind_low_ports().value) {
		findings_add(findings, FINDING_OBSTACLE,
		    PORT_RULE ": start as root, run setcap cap_net_bind_service=+ep on the"
		    " executable, or lower the setting", port, start.value.value);
		return true;
	}
	counts = capabilities_count_for_network();
	if (!counts.known || counts.value)
		return false;
	findings_add(findings, FINDING_OBSTACLE,
	    PORT_RULE " in the user namespace that owns this network namespace", port,
	    start.value.value);
	return true;
}

/* Whether this process may create a file in the directory of PATH. */
static bool
may_make(const char *path)
{
	char directory[PATH_MAX];

	return path_directory(path, directory) && access(directory, W_OK | X_OK) == 0;
}

/* Permissions of directories, and groups of netlink: netlink(7). */
static bool
is_refused_by_rule(const struct request *request,
    const struct bindchain_failure *failure)
{
	if (failure->operation != BINDCHAIN_BIND)
		return false;
	return request->path ? !may_make(request->path)
	    : address_family(&request->address) == AF_NETLINK || is_low_vsock_port(request);
}

static void
tell_refusal(const struct request *request, const struct bindchain_failure *failure,
    struct findings *findings)
{
	if (address_is_internet(&request->address) && failure->operation == BINDCHAIN_BIND
	    && failure->error == EACCES && tell_low_port(request, findings))
		return;
	if (failure->operation == BINDCHAIN_BIND && is_for_audit_groups(request))
		findings_add(findings, FINDING_OBSTACLE, AUDIT_GROUPS);
	if (failure->operation == BINDCHAIN_BIND && is_low_vsock_port(request))
		findings_add(findings, FINDING_OBSTACLE, LOW_VSOCK_PORT);
	if (!is_refused_by_rule(request, failure))
		findings_add(findings, FINDING_OBSTACLE,
		    "refused by a security module, a seccomp filter or a cgroup's BPF program:"
		    " see the kernel log, Seccomp in /proc/self/status, and bpftool cgroup tree");
}

static void
tell_exhausted_range(struct findings *findings)
{
	static const char range_name[] = "net.ipv4.ip_local_port_range";
	static const char reserved_name[] = "net.ipv4.ip_local_reserved_ports";
	char range[64], reserved[1024];
	char *gap;

	if (!sysctl_text(range_name, range, sizeof range))
		return;
	gap = strpbrk(range, "\t ");
	if (gap)
		*gap = '-';
	if (sysctl_text(reserved_name, reserved, sizeof reserved) && reserved[0])
		findings_add(findings, FINDING_OBSTACLE,
		    "no free ephemeral port in %s (%s) without %s (%s)", range_name, range,
		    reserved_name, reserved);
	else
		findings_add(findings, FINDING_OBSTACLE,
		    "no free ephemeral port in %s (%s)", range_name, range);
}

static void
tell_late_conflict(const struct request *request, struct findings *findings)
{
	if (address_port(&request->address) && request->options[BINDCHAIN_REUSE_ADDRESS].value)
		findings_add(findings, FINDING_REMARK,
		    "bind succeeded because both sockets set SO_REUSEADDR; Linux reports only at"
		    " listen that another socket listens on the port");
}

/* Whether an interface has an IPv6 address; for LOOPBACK, whether lo has one. */
static bool
has_ipv6(bool loopback)
{
	struct interface_families families;

	if (interfaces_read(&families) != 0)
		return true;
	return families.ipv6 || (loopback && families.ipv6_loopback);
}

static void
tell_disabled_family(const struct request *request, struct findings *findings)
{
	static const char names[][36] = { "net.ipv6.conf.all.disable_ipv6",
		"net.ipv6.conf.lo.disable_ipv6" };
	bool loopback = address_is_loopback(&request->address);

	if (address_family(&request->address) != AF_INET6
	    || address_is_mapped(&request->address) || has_ipv6(loopback))
		return;
	for (size_t i = 0; i < (loopback ? 2 : 1); i++) {
		struct backend_limit disabled = sysctl_number(names[i]);
		if (!disabled.value.known || !disabled.value.value)
			continue;
		findings_add(findings, FINDING_OBSTACLE,
		    "IPv6 addresses are disabled: %s is %d", names[i], disabled.value.value);
		return;
	}
}

static void
tell_vsock(const struct bindchain_failure *failure, struct findings *findings)
{
	if (failure->operation == BINDCHAIN_SOCKET && failure->error == EAFNOSUPPORT)
		findings_add(findings, FINDING_OBSTACLE,
		    "this kernel has no vsock: its module is not loaded (modprobe vsock)");
	else if (failure->operation == BINDCHAIN_BIND && failure->error == EADDRNOTAVAIL)
		findings_add(findings, FINDING_OBSTACLE, MISSING_CID);
}

/* Without it inet_create of net/ipv4/af_inet.c finds no such protocol. */
static void
tell_missing_mptcp(const struct request *request, int error, struct findings *findings)
{
	if (!request->options[BINDCHAIN_MPTCP].value)
		return;
	if (error == ENOPROTOOPT)
		findings_add(findings, FINDING_OBSTACLE,
		    "net.mptcp.enabled is 0: 1 enables Multipath TCP");
	else if (error == EPROTONOSUPPORT)
		findings_add(findings, FINDING_OBSTACLE,
		    "this kernel has no Multipath TCP: Linux has it since 5.6, with CONFIG_MPTCP");
}

/* net/mptcp/sockopt.c: which options there are depends on the kernel's version. */
static void
tell_mptcp_option(const struct request *request, const struct bindchain_failure *failure,
    struct findings *findings)
{
	if (failure->operation == BINDCHAIN_SETSOCKOPT
	    && (failure->error == ENOPROTOOPT || failure->error == EOPNOTSUPP)
	    && request->options[BINDCHAIN_MPTCP].value)
		findings_add(findings, FINDING_OBSTACLE,
		    "this kernel does not support the option for Multipath TCP: omit one of both");
}

/* socket(7), ip(7), unix(7); net/core/sock.c and net/ipv6/ipv6_sockglue.c. */
static const struct {
	char option[20];
	int error;
	char cause[60];
} option_causes[] = {
#define CAUSE(name, number, text) { FIXED_TEXT(sizeof option_causes->option, name), number, \
	    FIXED_TEXT(sizeof option_causes->cause, text) }
	CAUSE("SO_MARK", EPERM, "it needs CAP_NET_ADMIN, or since Linux 5.17 CAP_NET_RAW"),
	CAUSE("SO_PRIORITY", EPERM, "a priority of 7 or more needs CAP_NET_ADMIN"),
	CAUSE("IP_TRANSPARENT", EPERM, "it needs CAP_NET_ADMIN or CAP_NET_RAW"),
	CAUSE("IPV6_TRANSPARENT", EPERM, "it needs CAP_NET_ADMIN or CAP_NET_RAW"),
	CAUSE("SO_PASSPIDFD", ENOPROTOOPT, "Linux has it since 6.5"),
};

static void
tell_option(const struct bindchain_failure *failure, struct findings *findings)
{
	for (size_t i = 0; i < sizeof option_causes / sizeof *option_causes; i++)
		if (failure->operation == BINDCHAIN_SETSOCKOPT && failure->subject
		    && failure->error == option_causes[i].error
		    && strcmp(failure->subject, option_causes[i].option) == 0)
			findings_add(findings, FINDING_OBSTACLE, "%s: %s", option_causes[i].option,
			    option_causes[i].cause);
	if (failure->operation == BINDCHAIN_SETSOCKOPT && failure->subject
	    && strcmp(failure->subject, "TCP_CONGESTION") == 0)
		congestion_tell(failure->error, findings);
}

void
backend_tell_causes(const struct request *request,
    const struct bindchain_failure *failure, struct findings *findings)
{
	bool automatic = address_port(&request->address) == 0;

	tell_option(failure, findings);
	tell_mptcp_option(request, failure, findings);
	if (failure_is_refusal(failure))
		tell_refusal(request, failure, findings);
	if (kind_is_vsock(request->kind))
		tell_vsock(failure, findings);
	if (!address_is_internet(&request->address))
		return;
	if (failure->operation == BINDCHAIN_SOCKET && failure->error == EAFNOSUPPORT)
		tell_missing_family(request, findings);
	else if (failure->operation == BINDCHAIN_SOCKET)
		tell_missing_mptcp(request, failure->error, findings);
	else if (failure->operation == BINDCHAIN_LISTEN && failure->error == EADDRINUSE)
		tell_late_conflict(request, findings);
	else if (failure->operation != BINDCHAIN_BIND)
		return;
	else if (failure->error == EADDRINUSE && automatic)
		tell_exhausted_range(findings);
	else if (failure->error == EADDRNOTAVAIL
	    && tell_detection(request, false, findings) == ADDRESS_USABLE)
		tell_disabled_family(request, findings);
}
