/* SPDX-License-Identifier: ISC */
/*
 * Linux: rtnetlink(7).
 *
 * - bind(2) accepts an IPv4 address that has a local route: net/ipv4/af_inet.c, __inet_bind,
 *   by inet_addr_type_table.  The event of the address (RTM_NEWADDR) precedes that route:
 *   net/ipv4/devinet.c, __inet_insert_ifa, sends the message first and then calls
 *   fib_add_ifaddr.  So the event is that of the route.
 * - bind(2) accepts an IPv6 address that an interface has and that is not tentative:
 *   net/ipv6/af_inet6.c, __inet6_bind, by ipv6_chk_addr.  RTM_NEWADDR is sent when duplicate
 *   address detection has ended, or at once where there is none: net/ipv6/addrconf.c,
 *   addrconf_dad_completed.
 * - RTM_NEWLINK is sent after an interface was registered or renamed:
 *   net/core/dev.c, register_netdevice.
 *
 * The filter leaves other events out, so that a router with many changes of its routes wakes
 * nobody.  BPF loads numbers in network byte order: Documentation/networking/filter.rst.
 */
#include "watch.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <sys/socket.h>

#include "close.h"

const char backend_watch_source[] = "rtnetlink";

enum { REFUSED = 0, WHOLE = 0xffff };

static int
attach_filter(int descriptor)
{
	enum { TYPE = offsetof(struct nlmsghdr, nlmsg_type),
		KIND_OF_ROUTE = sizeof(struct nlmsghdr) + offsetof(struct rtmsg, rtm_type) };
	/* The last two numbers of a jump are the steps to skip if it is equal, or not. */
	struct sock_filter steps[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, TYPE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWLINK), 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWADDR), 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), 0, 3),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, KIND_OF_ROUTE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RTN_LOCAL, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, WHOLE),
		BPF_STMT(BPF_RET | BPF_K, REFUSED),
	};
	const struct sock_fprog filter = { sizeof steps / sizeof *steps, steps };

	return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

static int
join_groups(int descriptor)
{
	const struct sockaddr_nl address = { .nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_IFADDR };

	return bind(descriptor, (const struct sockaddr *)&address, sizeof address);
}

/* The filter first, so that nothing arrives before. */
int
backend_watch_open(const char **call)
{
	int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	*call = "socket";
	if (descriptor < 0)
		return -1;
	*call = "setsockopt";
	if (attach_filter(descriptor) == 0) {
		*call = "bind";
		if (join_groups(descriptor) == 0)
			return descriptor;
	}
	close_keeping_errno(descriptor);
	return -1;
}

/* The filter has chosen. */
bool
backend_watch_is_event(const void *message, size_t size)
{
	(void)message;
	return size > 0;
}

bool
backend_watch_misses(const struct request *request, const struct bindchain_failure *failure)
{
	(void)request;
	(void)failure;
	return false;
}
