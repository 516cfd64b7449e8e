/* SPDX-License-Identifier: ISC */
#include "request.h"
#include "sockopt.h"

#include <string.h>

#include "address.h"
#include "socket_option.h"

struct backend_option *
sockopt_add(struct backend_spelling *spelling, struct sockopt_name name, int value)
{
	struct backend_option *call = &spelling->calls[spelling->count++];

	*call = (struct backend_option) { .level = name.level, .name = name.name, .value = value,
		.moment = BACKEND_BEFORE_BIND, .level_text = name.level_text,
		.name_text = name.name_text };
	return call;
}

struct backend_option *
sockopt_add_text(struct backend_spelling *spelling, struct sockopt_name name, const char *text)
{
	struct backend_option *call = sockopt_add(spelling, name, 0);

	call->data = call->data_text = text ? text : "";
	call->size = (socklen_t)strlen(call->data_text);
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
	    : family == AF_UNIX || row->netlink_too ? &row->local : &row->any;

	return name->name_text ? name : &row->any;
}

bool
sockopt_is_dual_stack(const struct request *request)
{
	const struct option_setting *v6only = &request->options[BINDCHAIN_V6ONLY];

	if (address_family(&request->address) != AF_INET6
	    || !address_is_wildcard(&request->address))
		return false;
	return v6only->want != BINDCHAIN_UNASKED ? !v6only->value
	                                         : !backend_is_v6only_by_default();
}

static bool
has_both_families(const struct request *request)
{
	return sockopt_is_dual_stack(request) || address_is_mapped(&request->address);
}

static void
spell_name(const struct backend_sockopt *row, const struct sockopt_name *name, bool ipv4_too,
    int value, struct backend_spelling *spelling)
{
	if (row->is_flag)
		value = value != 0;
	if (row->first.name_text)
		sockopt_add(spelling, row->first, value)->or_next = true;
	sockopt_add(spelling, *name, value);
	if (ipv4_too)
		sockopt_add(spelling, row->ipv4, value);
	for (size_t i = 0; i < spelling->count; i++)
		spelling->calls[i].moment = row->moment;
}

static const char only_ports[] = "only TCP and UDP sockets have it";

/* An option of TCP or IP fails there. */
static bool
means_nothing_to_netlink(const struct sockopt_name *name)
{
	return name->name_text && name->level != SOL_SOCKET;
}

static bool
is_netlink(const struct request *request)
{
	return request->kind == BINDCHAIN_NETLINK || request->kind == BINDCHAIN_NETLINK_RAW;
}

/* Why no system has the option on a socket of this kind; NULL: systems differ.  Linux up to
 * 6.13 and the BSDs accept many for other sockets, without effect; later Linux fails with
 * EOPNOTSUPP: net/core/sock.c, SO_REUSEPORT.  SOL_SOCKET accepts options on vsock sockets, and
 * does nothing: net/vmw_vsock/af_vsock.c. */
static const char *
find_other_kind(const struct request *request, enum bindchain_option option,
    const struct sockopt_name *name)
{
	const struct backend_sockopt *row = &backend_sockopts[option];
	enum bindchain_kind kind = request->kind;
	enum option_sockets sockets = option_table[option].sockets;

	if (sockets == OPTION_OF_PORTS && kind != BINDCHAIN_TCP && kind != BINDCHAIN_UDP)
		return only_ports;
	if (sockets == OPTION_OF_TCP && kind != BINDCHAIN_TCP)
		return "only TCP sockets have it";
	if (sockets == OPTION_OF_UDP && kind != BINDCHAIN_UDP)
		return "only UDP sockets have it";
	if (kind_is_vsock(kind) && !row->elsewhere_default)
		return row->elsewhere ? row->elsewhere : "vsock sockets do not have it";
	if (is_netlink(request) && name == &row->any && means_nothing_to_netlink(name))
		return only_ports;
	return NULL;
}

/* Why this socket lacks an option that the system has; NULL: it does not. */
static const char *
find_lack(const struct request *request, enum bindchain_option option)
{
	const struct backend_sockopt *row = &backend_sockopts[option];

	if (row->listeners_only && !is_listener(request))
		return row->listeners_only;
	if (row->not_inherited && is_listener(request))
		return row->not_inherited;
	if (row->not_dual && has_both_families(request))
		return row->not_dual;
	return NULL;
}

/* Where the kernel accepts an option in vain. */
static void
set_doubt(const struct request *request, enum bindchain_option option,
    struct backend_spelling *spelling)
{
	if (address_family(&request->address) == AF_UNIX && spelling->count)
		spelling->doubt
		    = backend_unix_doubt(option, request->backlog != BINDCHAIN_NO_LISTEN);
}

void
sockopt_spell(const struct request *request, enum bindchain_option option, int value,
    struct backend_spelling *spelling)
{
	const struct backend_sockopt *row = &backend_sockopts[option];
	const struct sockopt_name *name
	    = name_of_family(row, address_family(&request->address));
	const char *other_kind = find_other_kind(request, option, name);
	const char *lack = find_lack(request, option);

	*spelling = (struct backend_spelling) { .is_default = value == 0 && !row->has_no_default };
	if (row->reason)
		sockopt_refuse(spelling, row->reason, row->alternative);
	else if (other_kind)
		sockopt_refuse(spelling, other_kind, NULL);
	else if (lack)
		sockopt_refuse(spelling, lack, row->alternative);
	else if (row->spell)
		row->spell(request, value, spelling);
	else if (name->name_text)
		spell_name(row, name, row->ipv4_too && has_both_families(request), value, spelling);
	else if (row->elsewhere_default)
		spelling->is_default = true;
	else
		sockopt_refuse(spelling, row->elsewhere ? row->elsewhere : only_ports, NULL);
	set_doubt(request, option, spelling);
}

/* ---- by number ---- */

static bool
is_name(const struct sockopt_name *candidate, int level, int name)
{
	return candidate->name_text && candidate->level == level && candidate->name == name;
}

static bool
has_name(const struct backend_sockopt *row, int level, int name)
{
	return is_name(&row->any, level, name) || is_name(&row->ipv4, level, name)
	    || is_name(&row->ipv6, level, name) || is_name(&row->local, level, name)
	    || is_name(&row->first, level, name);
}

/* Whether the function of the row makes such a call for VALUE. */
static bool
spells_name(const struct request *like, enum bindchain_option option, int value, int level,
    int name)
{
	struct backend_spelling spelling = { 0 };

	backend_sockopts[option].spell(like, value, &spelling);
	for (size_t i = 0; i < spelling.count; i++)
		if (spelling.calls[i].moment <= BACKEND_AFTER_LISTEN
		    && spelling.calls[i].level == level && spelling.calls[i].name == name)
			return true;
	return false;
}

/* The words of a row are few; other functions make the same calls for each value. */
static bool
may_spell_name(enum bindchain_option option, int level, int name)
{
	static const char hosts[][8] = { "0.0.0.0", "::" };
	int values = option_table[option].value == OPTION_WORD ? option_greatest(option) : 1;

	for (int i = 0; i < 2; i++) {
		struct request like;
		request_init(&like, BINDCHAIN_UDP); /* connections inherit nothing from it */
		address_from_literal(&like.address, hosts[i], 0);
		for (int value = 0; value <= values; value++)
			if (spells_name(&like, option, value, level, name))
				return true;
	}
	return false;
}

bool
sockopt_find(int level, int name, enum bindchain_option *option)
{
	for (*option = 0; *option < BINDCHAIN_OPTIONS; ++*option) {
		const struct backend_sockopt *row = &backend_sockopts[*option];
		if (row->reason)
			continue;
		if (row->spell ? may_spell_name(*option, level, name) : has_name(row, level, name))
			return true;
	}
	return false;
}
