/* SPDX-License-Identifier: ISC */
#include "request.h"
#include "sockopt.h"

#include "address.h"

struct backend_option *
sockopt_add(struct backend_spelling *spelling, struct sockopt_name name, int value)
{
	struct backend_option *call = &spelling->calls[spelling->count++];

	*call = (struct backend_option) { .level = name.level, .name = name.name, .value = value,
		.moment = BACKEND_BEFORE_BIND, .level_text = name.level_text,
		.name_text = name.name_text };
	return call;
}

void
sockopt_refuse(struct backend_spelling *spelling, const char *reason, const char *alternative)
{
	spelling->reason = reason;
	spelling->alternative = alternative;
}

int
sockopt_as_requested(enum bindchain_option option, int value)
{
	const struct backend_sockopt *row = &backend_sockopts[option];

	return row->multiplied ? value / row->multiplied : value;
}

static bool
is_listener(const struct request *request)
{
	return request->kind == BINDCHAIN_TCP && request->backlog != BINDCHAIN_NO_LISTEN;
}

static const struct sockopt_name *
name_of_family(const struct backend_sockopt *row, int family)
{
	const struct sockopt_name *name = family == AF_INET ? &row->ipv4
	    : family == AF_INET6 ? &row->ipv6
	    : family == AF_UNIX ? &row->local : &row->netlink;

	return name->name_text ? name : &row->any;
}

static void
spell_name(const struct backend_sockopt *row, const struct sockopt_name *name, int value,
    struct backend_spelling *spelling)
{
	if (row->is_flag)
		value = value != 0;
	if (row->first.name_text)
		sockopt_add(spelling, row->first, value)->or_next = true;
	sockopt_add(spelling, *name, value);
	for (size_t i = 0; i < spelling->count; i++)
		spelling->calls[i].moment = row->moment;
}

/* Linux up to 6.13 and the BSDs accept these for other sockets, without effect; later Linux
 * fails with EOPNOTSUPP: net/core/sock.c, SO_REUSEPORT. */
static bool
is_of_ports(enum bindchain_option option)
{
	return option == BINDCHAIN_SHARE || option == BINDCHAIN_BALANCE || option == BINDCHAIN_DEVICE;
}

static bool
has_port(const struct request *request)
{
	return request->kind == BINDCHAIN_TCP || request->kind == BINDCHAIN_UDP;
}

/* A socket takes these everywhere; of others than TCP, UDP and Unix sockets they change
 * nothing, and an option of TCP or IP fails. */
static bool
is_of_connections(enum bindchain_option option, const struct sockopt_name *name)
{
	return name->name_text && (option == BINDCHAIN_REUSE_ADDRESS
	    || option == BINDCHAIN_KEEPALIVE || name->level != SOL_SOCKET);
}

static bool
is_netlink(const struct request *request)
{
	return request->kind == BINDCHAIN_NETLINK || request->kind == BINDCHAIN_NETLINK_RAW;
}

static const char only_ports[] = "only TCP and UDP sockets have it";

/* Why a socket of this kind lacks the option, which others have; NULL: it may have it.
 * SOL_SOCKET accepts options on vsock sockets, and does nothing: net/vmw_vsock/af_vsock.c. */
static const char *
find_lack(const struct request *request, enum bindchain_option option,
    const struct backend_sockopt *row, const struct sockopt_name *name)
{
	if (row->listeners_only && !is_listener(request))
		return row->listeners_only;
	if (is_of_ports(option) && !has_port(request))
		return only_ports;
	if (kind_is_vsock(request->kind) && !row->elsewhere_default)
		return row->elsewhere ? row->elsewhere : "vsock sockets do not have it";
	if (is_netlink(request) && name == &row->any && is_of_connections(option, name))
		return only_ports;
	return NULL;
}

void
sockopt_spell(const struct request *request, enum bindchain_option option, int value,
    struct backend_spelling *spelling)
{
	const struct backend_sockopt *row = &backend_sockopts[option];
	const struct sockopt_name *name
	    = name_of_family(row, address_family(&request->address));
	const char *lack = find_lack(request, option, row, name);

	*spelling = (struct backend_spelling) { .is_default = value == 0 && !row->has_no_default };
	if (row->reason)
		sockopt_refuse(spelling, row->reason, row->alternative);
	else if (lack)
		sockopt_refuse(spelling, lack, NULL);
	else if (row->spell)
		row->spell(request, value, spelling);
	else if (name->name_text)
		spell_name(row, name, value, spelling);
	else if (row->elsewhere_default)
		spelling->is_default = true;
	else
		sockopt_refuse(spelling, row->elsewhere ? row->elsewhere : only_ports, NULL);
}
