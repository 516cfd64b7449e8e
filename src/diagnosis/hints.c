/* SPDX-License-Identifier: ISC */
#include "hints.h"

#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "observe.h"
#include "sockopt.h"
#include "nearest_address.h"
#include "number.h"
#include "path_place.h"

/* ---- a host or service that does not resolve ---- */

/* Only digits and dots: no host name. */
static bool
looks_like_ipv4(const char *host)
{
	return strspn(host, "0123456789.") == strlen(host) && strchr(host, '.');
}

static bool
looks_like_ipv6(const char *host)
{
	size_t length = strspn(host, "0123456789abcdefABCDEF:.");

	return strchr(host, ':') && (!host[length] || host[length] == '%');
}

/* "localhost:80", "127.0.0.1:80": one colon, then digits. */
static bool
looks_like_host_and_port(const char *host)
{
	const char *colon = strchr(host, ':');

	return colon && colon > host && !strchr(colon + 1, ':') && number_is_digits(colon + 1);
}

static void
explain_zone(const char *zone, const struct line_sink *sink)
{
	static const struct bindchain_address any = { .length = 0 };
	struct text line;

	text_init(&line);
	text_printf(&line, "%s is not an interface; interfaces with a link-local address: ", zone);
	local_add_zones(&line, &any);
	line_sink_take(sink, &line);
}

static void
explain_host(const char *host, const struct line_sink *sink)
{
	const char *zone = strchr(host, '%');

	if (!*host)
		line_sink_printf(sink, "the host is empty; use 0.0.0.0 or :: to bind all addresses");
	else if (host[0] == '[')
		line_sink_printf(sink, "omit the brackets around the address");
	else if (host[strcspn(host, " \t\n")])
		line_sink_printf(sink, "the host contains a space");
	else if (looks_like_host_and_port(host))
		line_sink_printf(sink, "the host contains a port number after a colon");
	else if (looks_like_ipv4(host))
		line_sink_printf(sink, "invalid IPv4 address: expected four numbers from 0 to 255, separated"
		    " by dots");
	else if (looks_like_ipv6(host) && zone && if_nametoindex(zone + 1) == 0)
		explain_zone(zone + 1, sink);
	else if (looks_like_ipv6(host))
		line_sink_printf(sink, "invalid IPv6 address: expected eight groups of hexadecimal digits,"
		    " separated by colons, or fewer groups and one ::");
}

static void
explain_service(const char *service, const struct line_sink *sink)
{
	if (service[0] >= '0' && service[0] <= '9' && !number_is_digits(service))
		line_sink_printf(sink, "invalid port number: expected only digits");
}

static void
explain_resolver(const struct bindchain_request *request,
    const struct bindchain_failure *failure, const struct line_sink *sink)
{
	struct bindchain_address address;

	if (failure->resolver == EAI_SERVICE)
		explain_service(request->service, sink);
	else if (!address_from_literal(&address, request->host, 0))
		explain_host(request->host, sink);
}

/* ---- an address that cannot be bound ---- */

#define NEAREST 3

/* The IPv4 address that a mapped one is; any other as it is. */
static struct bindchain_address
as_interfaces_have_it(const struct bindchain_address *address)
{
	struct bindchain_address ipv4;
	char host[ADDRESS_HOST_SIZE];
	const char *last;

	address_host(address, host);
	last = strrchr(host, ':');
	return address_is_mapped(address) && last && address_from_literal(&ipv4, last + 1, 0)
	    ? ipv4 : *address;
}

/* Returns whether no interface has it. */
static bool
explain_absent_address(const struct bindchain_request *request, const struct line_sink *sink)
{
	struct bindchain_address wanted = as_interfaces_have_it(&request->address);
	struct local_address nearest[NEAREST];
	size_t count = local_nearest(&wanted, nearest, NEAREST);
	struct text line;

	if (count && nearest[0].same)
		return false;
	text_init(&line);
	text_printf(&line, count ? "no interface has this address; nearest addresses:"
	                         : "no interface has this address, nor any of its family");
	for (size_t i = 0; i < count; i++) {
		char host[ADDRESS_HOST_SIZE];
		address_host(&nearest[i].address, host);
		text_printf(&line, i ? ", %s (%s)" : " %s (%s)", host, nearest[i].interface);
	}
	line_sink_take(sink, &line);
	return true;
}

/* Tried on an ephemeral port, because the privilege may be missing. */
static bool
bind_any_works(const struct bindchain_request *request)
{
	struct bindchain_request trial = *request;
	struct bindchain_failure failure;
	int descriptor;

	trial.options[BINDCHAIN_BIND_ANY] = (struct bindchain_setting) { BINDCHAIN_REQUIRED, 1 };
	trial.backlog = BINDCHAIN_NO_LISTEN;
	trial.as_standard_input = false;
	trial.close_on_exec = true;
	address_set_port(&trial.address, 0);
	descriptor = bindchain_open(&trial, &failure);
	if (descriptor >= 0)
		close(descriptor);
	return descriptor >= 0;
}

static void
offer_bind_any(const struct bindchain_request *request, const struct hint_words *words,
    const struct line_sink *sink)
{
	struct backend_spelling spelling;
	struct text line;

	/* FreeBSD 13.1 binds a mapped address with it, but no client can connect. */
	if (request->options[BINDCHAIN_BIND_ANY].value || address_is_mapped(&request->address)
	    || !bind_any_works(request))
		return;
	sockopt_spell(request, BINDCHAIN_BIND_ANY, 1, &spelling);
	text_init(&line);
	text_printf(&line, "%s allows binding an address that no interface has",
	    spelling.calls[0].name_text);
	if (words->bind_any)
		text_printf(&line, ": %s", words->bind_any);
	line_sink_take(sink, &line);
}

/* BSDs return EADDRNOTAVAIL here, Linux EINVAL. */
static bool
is_zone_missing(const struct bindchain_request *request)
{
	return address_family(&request->address) == AF_INET6
	    && address_is_link_local(&request->address) && address_zone(&request->address) == 0;
}

static void
explain_missing_zone(const struct bindchain_request *request, const struct line_sink *sink)
{
	char host[ADDRESS_HOST_SIZE];
	struct text line;

	address_host(&request->address, host);
	text_init(&line);
	text_printf(&line, "a link-local address needs its zone: %s%%INTERFACE; interfaces: ", host);
	local_add_zones(&line, &request->address);
	line_sink_take(sink, &line);
}

static bool
is_zone_unknown(const struct bindchain_request *request)
{
	unsigned zone = address_zone(&request->address);
	char name[IF_NAMESIZE];

	return zone != 0 && !if_indextoname(zone, name);
}

static bool
is_mapped_on_ipv6_alone(const struct bindchain_request *request)
{
	return address_is_mapped(&request->address) && request->options[BINDCHAIN_V6ONLY].value;
}

static void
explain_address(const struct bindchain_request *request, const struct line_sink *sink)
{
	char zone[NUMBER_TEXT_SIZE];

	if (is_zone_missing(request))
		explain_missing_zone(request, sink);
	else if (is_zone_unknown(request))
		explain_zone(number_text(address_zone(&request->address), zone), sink);
	else if (is_mapped_on_ipv6_alone(request))
		line_sink_printf(sink, "an IPv6-only socket cannot bind an IPv4-mapped address; omit ::ffff:"
		    " to bind the IPv4 address");
	else if (address_is_multicast(&request->address) && request->kind == BINDCHAIN_TCP)
		line_sink_printf(sink, "TCP cannot use a multicast address");
}

/* The errors for an invalid address; kernels differ. */
static bool
is_about_address(int error)
{
	return error == EINVAL || error == EADDRNOTAVAIL || error == ENODEV || error == ENXIO
	    || error == EAFNOSUPPORT;
}

static void
explain_bind(const struct bindchain_request *request, int error, const struct hint_words *words,
    const struct line_sink *sink)
{
	if (is_about_address(error))
		explain_address(request, sink);
	if (error != EADDRNOTAVAIL || address_is_wildcard(&request->address)
	    || is_zone_missing(request) || is_zone_unknown(request)
	    || is_mapped_on_ipv6_alone(request))
		return;
	if (explain_absent_address(request, sink))
		offer_bind_any(request, words, sink);
}

/* The queue is shorter than required because of the system's limit or of the request. */
static void
explain_requirement(const struct bindchain_request *request,
    const struct bindchain_failure *failure, const struct line_sink *sink)
{
	struct backend_limit limit;

	if (strcmp(failure->subject, "backlog") != 0)
		return;
	if (!failure->given.known)
		line_sink_printf(sink, "this system does not report the queue limit of a socket");
	backend_backlog_limit(&limit);
	if (request->backlog < failure->demanded)
		line_sink_printf(sink, "the requested backlog is %d", request->backlog);
	else if (limit.value.known && limit.value.value < failure->demanded)
		line_sink_printf(sink, "%s is %d", limit.name, limit.value.value);
}

static void
explain_listen(const struct bindchain_request *request, int error, const struct hint_words *words,
    const struct line_sink *sink)
{
	if (error != EOPNOTSUPP
	    || (request->kind != BINDCHAIN_UDP && request->kind != BINDCHAIN_UNIX_DATAGRAM))
		return;
	if (words->no_listen)
		line_sink_printf(sink, "a datagram socket cannot listen; %s omits listen(2)",
		    words->no_listen);
	else
		line_sink_printf(sink, "a datagram socket cannot listen");
}

/* ---- a path ---- */

static void
explain_directory(const struct bindchain_request *request, int error,
    const struct line_sink *sink)
{
	char directory[PATH_MAX];

	if (!path_directory(request->path, directory))
		return;
	if (error == ENOENT)
		line_sink_printf(sink, "no such directory: %s", directory);
	else if (error == ENOTDIR)
		line_sink_printf(sink, "not a directory: %s", directory);
}

void
hints_give(const struct bindchain_request *request, const struct bindchain_failure *failure,
    const struct hint_words *words, const struct line_sink *sink)
{
	if (failure->error && failure->reason)
		line_sink_printf(sink, "%s", failure->reason);
	if (failure->operation == BINDCHAIN_OPEN_DIRECTORY)
		explain_directory(request, failure->error, sink);
	if (failure->operation == BINDCHAIN_RESOLVE)
		explain_resolver(request, failure, sink);
	if (failure->operation == BINDCHAIN_REQUIREMENT)
		explain_requirement(request, failure, sink);
	if (failure->operation == BINDCHAIN_LISTEN)
		explain_listen(request, failure->error, words, sink);
	if (failure->operation == BINDCHAIN_BIND && address_is_internet(&request->address))
		explain_bind(request, failure->error, words, sink);
	backend_explain_failure(request, failure, sink);
}
