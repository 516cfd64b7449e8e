/* SPDX-License-Identifier: ISC */
#include "outcome.h"
#include "outcome_words.h"

#include <net/if.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>

#include "address.h"
#include "backend.h"
#include "failure.h"
#include "request.h"
#include "socket_option.h"

const char *
family_text(int family)
{
	switch (family) {
	case AF_INET:
		return "inet";
	case AF_INET6:
		return "inet6";
	case AF_UNIX:
		return "unix";
#ifdef AF_NETLINK /* not everywhere */
	case AF_NETLINK:
		return "netlink";
#endif
#ifdef AF_VSOCK
	case AF_VSOCK:
		return "vsock";
#endif
	default:
		return "other";
	}
}

const char *
type_text(int type)
{
	switch (type) {
	case SOCK_STREAM:
		return "stream";
	case SOCK_DGRAM:
		return "dgram";
	case SOCK_SEQPACKET:
		return "seqpacket";
	case SOCK_RAW:
		return "raw";
	default:
		return "other";
	}
}

const char *
outcome_place(const struct outcome *outcome, char text[ADDRESS_TEXT_SIZE])
{
	const struct backend_netlink *netlink = &outcome->netlink;
	const char *name = backend_netlink_name(netlink->protocol);
	char number[NUMBER_TEXT_SIZE];

	if (outcome->path)
		return outcome->path;
	if (!netlink->known)
		return address_text(&outcome->address, text);
	snprintf(text, ADDRESS_TEXT_SIZE, "%s:%u",
	    name ? name : number_text(netlink->protocol, number), netlink->groups);
	return text;
}

bool
outcome_has_port(const struct outcome *outcome)
{
	return outcome->family == AF_INET || outcome->family == AF_INET6;
}

static void
write_address(struct json *json, const struct address *address)
{
	char text[ADDRESS_PATH_SIZE > ADDRESS_HOST_SIZE ? ADDRESS_PATH_SIZE : ADDRESS_HOST_SIZE];
	unsigned cid, port;

	if (backend_read_vsock(address, &cid, &port)) {
		json_text(json, "address", vsock_cid_text(cid, text));
		json_number(json, "port", port);
		return;
	}
	if (address_family(address) == AF_UNIX) {
		size_t length = address_path(address, text);
		json_bytes(json, "address", text, length);
	} else if (address_is_internet(address)) {
		address_host(address, text);
		json_text(json, "address", text);
	} else
		json_text(json, "address", NULL);
	if (address_is_internet(address))
		json_number(json, "port", address_port(address));
	else
		json_text(json, "port", NULL);
}

static void
write_netlink(struct json *json, const struct backend_netlink *netlink)
{
	json_text(json, "protocol",
	    netlink->known ? backend_netlink_name(netlink->protocol) : NULL);
	if (netlink->known)
		json_number(json, "groups", netlink->groups);
	else
		json_text(json, "groups", NULL);
}

void
text_add_difference(struct text *text, const struct outcome *outcome,
    const struct request *request)
{
	const char *rule = backend_address_rule();
	char requested[ADDRESS_TEXT_SIZE], bound[ADDRESS_TEXT_SIZE];

	text_printf(text, "%s requested, %s bound%s%s", address_text(&request->address, requested),
	    address_text(&outcome->address, bound), rule ? ": " : "", rule ? rule : "");
}

void
json_asked(struct json *json, const struct outcome *outcome,
    const struct request *request)
{
	if (outcome_is_as_asked(outcome, request)) {
		json_text(json, "asked", NULL);
		return;
	}
	json_open(json, "asked", '{');
	write_address(json, &request->address);
	json_text(json, "reason", backend_address_rule());
	json_close(json, '}');
}

void
text_add_missing_family(struct text *text, const struct missing_family *missing)
{
	text_printf(text, "%s: ", missing->family == AF_INET6 ? "IPv6" : "IPv4");
	text_add_failure(text, &missing->reason, NULL);
}

void
json_left_out(struct json *json, const struct missing_family *missing)
{
	struct text reason;

	if (!missing) {
		json_text(json, "left_out", NULL);
		return;
	}
	text_init(&reason);
	text_add_failure(&reason, &missing->reason, NULL);
	json_open(json, "left_out", '{');
	json_text(json, "family", family_text(missing->family));
	json_text(json, "reason", text_string(&reason));
	json_close(json, '}');
}

static const char *
interface_text(int index, char name[IF_NAMESIZE])
{
	return index == 0 ? "any" : if_indextoname((unsigned)index, name);
}

const char *
fact_text(const struct bindchain_fact *fact, char number[NUMBER_TEXT_SIZE])
{
	return fact->known ? number_text(fact->value, number) : "unknown";
}

const char *
socket_option_text(enum bindchain_option option, int value, const char *own,
    char text[OPTION_VALUE_SIZE])
{
	const char *interface;

	switch (option_table[option].value) {
	case OPTION_NUMBER:
		if (!option_table[option].is_mask)
			return number_text(value, text);
		snprintf(text, OPTION_VALUE_SIZE, "0x%x", (unsigned)value);
		return text;
	case OPTION_INTERFACE:
		interface = interface_text(value, text);
		return interface ? interface : "missing interface";
	case OPTION_TEXT:
		return value && own ? own : "default";
	default:
		return option_value_word(option, value);
	}
}

void
json_socket_option(struct json *json, const char *key, enum bindchain_option option,
    const struct bindchain_fact *fact, const char *own)
{
	char name[IF_NAMESIZE];

	switch (option_table[option].value) {
	case OPTION_FLAG:
		json_fact_boolean(json, key, fact);
		return;
	case OPTION_NUMBER:
		if (fact->known && option_table[option].is_mask)
			json_number(json, key, (unsigned)fact->value);
		else
			json_fact(json, key, fact);
		return;
	case OPTION_WORD:
		json_text(json, key, fact->known ? option_value_word(option, fact->value) : NULL);
		return;
	case OPTION_INTERFACE:
		json_text(json, key, fact->known ? interface_text(fact->value, name) : NULL);
		return;
	case OPTION_TEXT:
		json_text(json, key, fact->known && fact->value ? own : NULL);
		return;
	}
}

void
text_add_numbered(struct text *text, const struct request *request, int descriptor)
{
	for (int i = 0; i < request->numbered_count; i++) {
		const struct numbered_option *option = &request->numbered[i];
		char number[NUMBER_TEXT_SIZE];
		struct bindchain_fact fact = outcome_read_number(descriptor, option->level,
		    option->name);
		text_printf(text, " option=%s:%d(%s)", option->text, option->value,
		    fact_text(&fact, number));
	}
}

void
json_numbered(struct json *json, const struct request *request, int descriptor)
{
	json_open(json, "options_by_number", '[');
	for (int i = 0; i < request->numbered_count; i++) {
		const struct numbered_option *option = &request->numbered[i];
		struct bindchain_fact fact = outcome_read_number(descriptor, option->level,
		    option->name);
		json_open(json, NULL, '{');
		json_number(json, "level", option->level);
		json_number(json, "name", option->name);
		json_number(json, "value", option->value);
		if (descriptor >= 0)
			json_fact(json, "present", &fact);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void
write_properties(struct json *json, const struct outcome *outcome)
{
	json_fact_boolean(json, "listening", &outcome->listening);
	json_fact(json, "queue_limit", &outcome->queue_limit);
	json_fact(json, "queue_length", &outcome->queue_length);
	json_fact(json, "queue_incomplete", &outcome->queue_incomplete);
	json_boolean(json, "blocking", !outcome->nonblocking);
	json_boolean(json, "close_on_exec", outcome->close_on_exec);
	json_open(json, "options", '{');
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++)
		json_socket_option(json, option_table[i].name, (enum bindchain_option)i,
		    &outcome->options[i], outcome->congestion);
	json_close(json, '}');
}

void
json_outcome(struct json *json, const struct outcome *outcome, const char *name)
{
	json_number(json, "descriptor", outcome->descriptor);
	json_text(json, "name", name);
	json_text(json, "family", family_text(outcome->family));
	json_text(json, "type", type_text(outcome->type));
	if (outcome->path) {
		json_text(json, "address", outcome->path);
		json_text(json, "port", NULL);
	} else
		write_address(json, &outcome->address);
	write_netlink(json, &outcome->netlink);
	write_properties(json, outcome);
}

void
json_fifo(struct json *json, const struct outcome *outcome, const char *name, const char *path)
{
	json_number(json, "descriptor", outcome->descriptor);
	json_text(json, "name", name);
	json_text(json, "family", "fifo");
	json_text(json, "type", NULL);
	json_text(json, "address", path);
	json_text(json, "port", NULL);
	write_netlink(json, &outcome->netlink);
	write_properties(json, outcome);
}
