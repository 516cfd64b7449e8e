/* SPDX-License-Identifier: ISC */
/* What can be known of a request before it is tried. */
#include "address.h"
#include "backend.h"
#include "foreseen_path.h"
#include "hints.h"
#include "nearest_address.h"
#include "socket_option.h"
#include "sockopt.h"

/* Errors of every kernel, whatever its settings. */
static void
foresee_refusals(const struct bindchain_request *request, const struct line_sink *obstacles)
{
	const struct bindchain_address *address = &request->address;

	if ((request->kind == BINDCHAIN_UDP || request->kind == BINDCHAIN_UNIX_DATAGRAM)
	    && request->backlog != BINDCHAIN_NO_LISTEN)
		line_sink_printf(obstacles, "a datagram socket has no connections to listen for");
	if (address_family(address) != AF_INET6)
		return;
	if (request->kind == BINDCHAIN_TCP && address_is_multicast(address))
		line_sink_printf(obstacles, "this is a multicast address, which connections cannot have");
	if (address_is_link_local(address) && address_zone(address) == 0)
		line_sink_printf(obstacles, "a link-local address needs its zone (ADDRESS%%INTERFACE)");
	if (address_is_mapped(address) && request->options[BINDCHAIN_V6ONLY].value)
		line_sink_printf(obstacles, "a socket for IPv6 alone cannot have an IPv4-mapped address");
}

static bool
is_missing(const struct bindchain_address *address)
{
	struct local_address nearest;

	return !address_is_wildcard(address) && !address_is_multicast(address)
	    && !address_is_loopback(address) && !address_is_mapped(address)
	    && !(local_nearest(address, &nearest, 1) > 0 && nearest.same);
}

/* Not certain: a local route may cover it, or it may come before the start. */
static void
foresee_missing_address(const struct bindchain_request *request, const struct hint_words *words,
    const struct line_sink *warnings)
{
	struct text line;

	if (request->options[BINDCHAIN_BIND_ANY].value || !is_missing(&request->address))
		return;
	text_init(&line);
	text_printf(&line, "no interface has the address");
	if (words->bind_any)
		text_printf(&line, ", and %s is not set", words->bind_any);
	line_sink_take(warnings, &line);
}

void
hints_foresee_cut_backlog(const struct bindchain_request *request, const struct line_sink *warnings)
{
	struct backend_backlog becomes;
	struct backend_limit limit;
	struct text line;

	if (request->backlog == BINDCHAIN_NO_LISTEN
	    || request->backlog == BINDCHAIN_BACKLOG_MAXIMUM)
		return;
	backend_backlog_limit(&limit);
	backend_backlog(request->backlog, &limit.value, &becomes);
	if (!becomes.queue_limit.known || becomes.queue_limit.value >= request->backlog)
		return;
	text_init(&line);
	text_add(&line, "the backlog of ");
	text_add_number(&line, request->backlog);
	text_add(&line, " will be cut to ");
	text_add_number(&line, becomes.queue_limit.value);
	text_add(&line, " by ");
	text_add(&line, limit.name);
	line_sink_take(warnings, &line);
}

/* The limit may be raised before the start, but as it stands it fails. */
static void
foresee_requirement(const struct bindchain_request *request, const struct line_sink *obstacles)
{
	struct backend_backlog becomes;
	struct backend_limit limit;
	struct text line;

	if (request->least_backlog <= 0 || request->backlog == BINDCHAIN_NO_LISTEN)
		return;
	backend_backlog_limit(&limit);
	backend_backlog(request->backlog, &limit.value, &becomes);
	if (!becomes.queue_limit.known || becomes.queue_limit.value >= request->least_backlog)
		return;
	text_init(&line);
	text_add(&line, "a backlog of at least ");
	text_add_number(&line, request->least_backlog);
	text_add(&line, " is required, but it will be ");
	text_add_number(&line, becomes.queue_limit.value);
	line_sink_take(obstacles, &line);
}

/* Options that are set and may do nothing. */
static void
foresee_doubts(const struct bindchain_request *request, const struct line_sink *warnings)
{
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++) {
		const struct bindchain_setting *setting = &request->options[i];
		struct backend_spelling spelling;
		if (setting->want == BINDCHAIN_UNASKED)
			continue;
		sockopt_spell(request, (enum bindchain_option)i, setting->value, &spelling);
		if (spelling.doubt)
			line_sink_printf(warnings, "%s: %s", option_table[i].name, spelling.doubt);
	}
}

void
hints_foresee(const struct bindchain_request *request, const struct hint_words *words,
    const struct line_sink *obstacles, const struct line_sink *warnings)
{
	foresee_refusals(request, obstacles);
	foresee_requirement(request, obstacles);
	foresee_path(request, obstacles);
	hints_foresee_cut_backlog(request, warnings);
	foresee_doubts(request, warnings);
	if (address_is_internet(&request->address))
		foresee_missing_address(request, words, warnings);
	backend_foresee(request, obstacles, warnings);
}
