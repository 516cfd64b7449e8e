/* SPDX-License-Identifier: ISC */
/*
 * Linux: what may be in the way of a socket, and what was.
 *
 * - A port below net.ipv4.ip_unprivileged_port_start (1024 unless changed, 0
 *   in many containers; IPv6 has no other) needs CAP_NET_BIND_SERVICE in the
 *   user namespace that owns the network namespace: net/ipv4/af_inet.c,
 *   __inet_bind.  A control group's BPF program may waive it, and may have another
 *   address and port bound than were asked for: same place, BPF_CGROUP_INET4_BIND.
 * - Port 0 takes a port from net.ipv4.ip_local_port_range, without those of
 *   net.ipv4.ip_local_reserved_ports; when there is none, bind(2) says
 *   EADDRINUSE: ip(7), bind(2).
 * - Two sockets that both set SO_REUSEADDR may bind one address as long as
 *   neither listens; the second listen(2) then says EADDRINUSE: listen(2).
 * - TCP_FASTOPEN succeeds, to no effect, unless bit 0x2 of net.ipv4.tcp_fastopen
 *   is set: Documentation/networking/ip-sysctl.rst.
 * - IPv6 can be off in three ways: not built or loaded, ipv6.disable=1 (both:
 *   socket(2) says EAFNOSUPPORT), or net.ipv6.conf.*.disable_ipv6 (no address
 *   is there: EADDRNOTAVAIL).
 * - Security modules, seccomp filters and BPF programs of control groups refuse with
 *   EACCES or EPERM, and tell this process no more: seccomp(2), security/security.c,
 *   kernel/bpf/cgroup.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "address.h"
#include "address_detection.h"
#include "backend.h"
#include "interfaces.h"
#include "path_place.h"
#include "proc_file.h"
#include "sysctl.h"

/* linux/capability.h is not there beside every C library: capget(2). */
#define CAPABILITY_VERSION_3 0x20080522
#define CAPABILITY_CHOWN 0
#define CAPABILITY_NET_BIND_SERVICE 10

static struct bindchain_fact
effective_capability(unsigned number)
{
	struct {
		uint32_t version;
		int pid;
	} header = { CAPABILITY_VERSION_3, 0 };
	struct {
		uint32_t effective, permitted, inheritable;
	} sets[2] = { { 0 } };

	if (syscall(SYS_capget, &header, sets) != 0)
		return (struct bindchain_fact) { 0 };
	return (struct bindchain_fact) { true,
		(sets[0].effective >> number) & 1 };
}

static struct bindchain_fact
may_bind_low_ports(void)
{
	return effective_capability(CAPABILITY_NET_BIND_SERVICE);
}

bool
backend_may_chown(void)
{
	struct bindchain_fact may = effective_capability(CAPABILITY_CHOWN);

	return !may.known || may.value;
}

/* From linux/nsfs.h, 4.9. */
#define OWNER_OF_NAMESPACE _IO(0xb7, 0x1)

/*
 * Do capabilities of this process's user namespace count in its network namespace?
 * That it is owned from outside the kernel tells by EPERM: ioctl_ns(2).
 */
static struct bindchain_fact
capabilities_count(void)
{
	int descriptor = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int owner, error;

	if (descriptor < 0)
		return (struct bindchain_fact) { 0 };
	owner = ioctl(descriptor, OWNER_OF_NAMESPACE);
	error = errno;
	close(descriptor);
	if (owner >= 0)
		close(owner);
	return (struct bindchain_fact) { owner >= 0 || error == EPERM, owner >= 0 };
}

/* Is PORT below the first that everybody may bind?  Fills START. */
static bool
is_low_port(unsigned port, struct backend_limit *start)
{
	*start = setting_number("net.ipv4.ip_unprivileged_port_start");
	return port > 0 && start->value.known && (int)port < start->value.value;
}

static void
add_port_rule(struct text *line, const struct backend_limit *start)
{
	text_add(line, "a port below ");
	text_add_number(line, start->value.value);
	text_add(line, " (net.ipv4.ip_unprivileged_port_start) needs CAP_NET_BIND_SERVICE");
}

/* The settings of IPv4 are there, so /proc/sys is; those of IPv6 are not. */
static bool
lacks_ipv6(void)
{
	static const char ipv6_setting[] = "net.ipv6.conf.all.disable_ipv6";

	return setting_number("net.ipv4.tcp_abort_on_overflow").value.known
	    && !setting_number(ipv6_setting).value.known;
}

static void
tell_missing_family(const struct bindchain_request *request, const struct line_sink *sink)
{
	char disabled[4];

	if (address_family(&request->address) != AF_INET6 || !lacks_ipv6())
		return;
	if (proc_file_read("/sys/module/ipv6/parameters/disable", disabled, sizeof disabled)
	    && strcmp(disabled, "1") == 0)
		line_sink_printf(sink, "IPv6 is switched off by the kernel's parameter ipv6.disable");
	else
		line_sink_printf(sink, "this kernel runs without IPv6: it has no settings net.ipv6");
}

/* Returns what it told. */
static enum address_detection
tell_detection(const struct bindchain_request *request, const struct line_sink *tentative,
    const struct line_sink *duplicate)
{
	char interface[IF_NAMESIZE];
	enum address_detection state = address_detection_of(&request->address, interface);

	if (request->options[BINDCHAIN_BIND_ANY].value)
		return ADDRESS_USABLE;
	if (state == ADDRESS_TENTATIVE)
		line_sink_printf(tentative, "interface %s has this address, but duplicate address"
		    " detection has not ended: bind fails until then", interface);
	else if (state == ADDRESS_DUPLICATE)
		line_sink_printf(duplicate, "interface %s has this address, but duplicate address"
		    " detection found it on another host: bind fails", interface);
	return state;
}

static void
foresee_fast_open(const struct bindchain_request *request, const struct line_sink *warnings)
{
	struct backend_limit fast_open;

	if (!request->options[BINDCHAIN_FAST_OPEN].value)
		return;
	fast_open = setting_number("net.ipv4.tcp_fastopen");
	if (fast_open.value.known && !(fast_open.value.value & 0x2))
		line_sink_printf(warnings, "fast open is switched off for listeners, and TCP_FASTOPEN does"
		    " nothing: bit 0x2 of net.ipv4.tcp_fastopen is clear");
}

void
backend_foresee(const struct bindchain_request *request, const struct line_sink *obstacles,
    const struct line_sink *warnings)
{
	struct bindchain_fact privilege;
	struct backend_limit start;
	struct text line;

	if (!address_is_internet(&request->address))
		return;
	privilege = may_bind_low_ports();
	tell_missing_family(request, obstacles);
	tell_detection(request, warnings, obstacles);
	if (is_low_port(address_port(&request->address), &start) && privilege.known
	    && !privilege.value) {
		text_init(&line);
		add_port_rule(&line, &start);
		text_add(&line, ", which this process does not have");
		line_sink_take(obstacles, &line);
	}
	foresee_fast_open(request, warnings);
	if (request->kind == BINDCHAIN_TCP
	    && (request->options[BINDCHAIN_SHARE].value
	        || request->options[BINDCHAIN_BALANCE].value))
		line_sink_printf(warnings, "with SO_REUSEPORT each socket has a queue of its own: what waits"
		    " in it is reset when that socket is closed, unless"
		    " net.ipv4.tcp_migrate_req is 1");
}

/* Who attached a program to the control group may ask which; we may not. */
const char *
backend_address_rule(void)
{
	return NULL;
}

/* ---- failures ---- */

/* Returns whether the rule of low ports refused it. */
static bool
explain_low_port(const struct bindchain_request *request, const struct line_sink *sink)
{
	struct bindchain_fact privilege = may_bind_low_ports(), counts;
	struct backend_limit start;
	struct text line;

	if (!is_low_port(address_port(&request->address), &start))
		return false;
	text_init(&line);
	add_port_rule(&line, &start);
	if (privilege.value) {
		counts = capabilities_count();
		if (!counts.known || counts.value)
			return false;
		text_add(&line, " in the user namespace that owns this network namespace");
	} else {
		text_add(&line, ": start as root, or give it to the executable with"
		                " setcap cap_net_bind_service=+ep, or lower the setting");
	}
	line_sink_take(sink, &line);
	return true;
}

/* May this process make a name in the directory of PATH? */
static bool
may_make(const char *path)
{
	char directory[PATH_MAX];

	return path_directory(path, directory) && access(directory, W_OK | X_OK) == 0;
}

/* Permissions of directories, and groups of netlink: netlink(7). */
static bool
is_refused_by_rule(const struct bindchain_request *request,
    const struct bindchain_failure *failure)
{
	if (failure->operation != BINDCHAIN_BIND)
		return false;
	return request->path ? !may_make(request->path)
	    : address_family(&request->address) == AF_NETLINK;
}

static void
explain_refusal(const struct bindchain_request *request, const struct bindchain_failure *failure,
    const struct line_sink *sink)
{
	if (failure->operation != BINDCHAIN_SOCKET && failure->operation != BINDCHAIN_BIND
	    && failure->operation != BINDCHAIN_LISTEN)
		return;
	if (address_is_internet(&request->address) && failure->operation == BINDCHAIN_BIND
	    && failure->error == EACCES && explain_low_port(request, sink))
		return;
	if (!is_refused_by_rule(request, failure))
		line_sink_printf(sink, "a security module, a seccomp filter or a control group's BPF"
		    " program refuses it: see the kernel's log, Seccomp in /proc/self/status, and"
		    " bpftool cgroup tree");
}

static void
explain_exhausted_range(const struct line_sink *sink)
{
	static const char range_name[] = "net.ipv4.ip_local_port_range";
	static const char reserved_name[] = "net.ipv4.ip_local_reserved_ports";
	char range[64], reserved[1024];
	struct text line;
	char *gap;

	if (!setting_text(range_name, range, sizeof range))
		return;
	gap = strpbrk(range, "\t ");
	if (gap)
		*gap = '-';
	text_init(&line);
	text_add(&line, "no port is free for this in the range for automatic choice, ");
	text_add_visible(&line, range);
	text_add(&line, " (net.ipv4.ip_local_port_range)");
	if (setting_text(reserved_name, reserved, sizeof reserved) && reserved[0]) {
		text_add(&line, " without ");
		text_add_visible(&line, reserved);
		text_add(&line, " (net.ipv4.ip_local_reserved_ports)");
	}
	line_sink_take(sink, &line);
}

static void
explain_late_conflict(const struct bindchain_request *request, const struct line_sink *sink)
{
	if (address_port(&request->address) && request->options[BINDCHAIN_REUSE_ADDRESS].value)
		line_sink_printf(sink, "bind went well because both sockets set SO_REUSEADDR; Linux tells"
		    " only at listen that another one listens there already");
}

/* Does an interface carry IPv6, or its loopback for LOOPBACK? */
static bool
has_ipv6(bool loopback)
{
	struct interface_families families;

	if (interfaces_read(&families) != 0)
		return true;
	return families.ipv6 || (loopback && families.ipv6_loopback);
}

static void
explain_disabled_family(const struct bindchain_request *request, const struct line_sink *sink)
{
	static const char *const names[] = { "net.ipv6.conf.all.disable_ipv6",
		"net.ipv6.conf.lo.disable_ipv6" };
	bool loopback = address_is_loopback(&request->address);
	struct text line;

	if (address_family(&request->address) != AF_INET6
	    || address_is_mapped(&request->address) || has_ipv6(loopback))
		return;
	for (size_t i = 0; i < (loopback ? 2 : 1); i++) {
		struct backend_limit disabled = setting_number(names[i]);
		if (!disabled.value.known || !disabled.value.value)
			continue;
		text_init(&line);
		text_add(&line, "IPv6 addresses are switched off: ");
		text_add(&line, names[i]);
		text_add(&line, " is ");
		text_add_number(&line, disabled.value.value);
		line_sink_take(sink, &line);
		return;
	}
}

void
backend_explain_failure(const struct bindchain_request *request,
    const struct bindchain_failure *failure, const struct line_sink *sink)
{
	bool automatic = address_port(&request->address) == 0;

	if (failure->error == EACCES || failure->error == EPERM)
		explain_refusal(request, failure, sink);
	if (!address_is_internet(&request->address))
		return;
	if (failure->operation == BINDCHAIN_SOCKET && failure->error == EAFNOSUPPORT)
		tell_missing_family(request, sink);
	else if (failure->operation == BINDCHAIN_LISTEN && failure->error == EADDRINUSE)
		explain_late_conflict(request, sink);
	else if (failure->operation != BINDCHAIN_BIND)
		return;
	else if (failure->error == EADDRINUSE && automatic)
		explain_exhausted_range(sink);
	else if (failure->error == EADDRNOTAVAIL
	    && tell_detection(request, sink, sink) == ADDRESS_USABLE)
		explain_disabled_family(request, sink);
}
