/* SPDX-License-Identifier: ISC */
/* Failures and surprises that can be known before a request is tried. */
#include "address.h"
#include "foreseen_path.h"
#include "hints.h"
#include "nearest_address.h"
#include "observe.h"
#include "socket_option.h"
#include "sockopt.h"

/* Errors of every kernel, whatever its settings. */
static void
foresee_refusals(const struct bindchain_request *request, const struct line_sink *obstacles)
{
	const struct bindchain_address *address = &request->address;

	if ((request->kind == BINDCHAIN_UDP || request->kind == BINDCHAIN_UNIX_DATAGRAM)
	    && request->backlog != BINDCHAIN_NO_LISTEN)
		line_sink_printf(obstacles, "a datagram socket cannot listen");
	if (address_family(address) != AF_INET6)
		return;
	if (request->kind == BINDCHAIN_TCP && address_is_multicast(address))
		line_sink_printf(obstacles, "TCP cannot use a multicast address");
	if (address_is_link_local(address) && address_zone(address) == 0)
		line_sink_printf(obstacles, "a link-local address needs its zone: ADDRESS%%INTERFACE");
	if (address_is_mapped(address) && request->options[BINDCHAIN_V6ONLY].value)
		line_sink_printf(obstacles, "an IPv6-only socket cannot bind an IPv4-mapped address");
}

static bool
is_missing(const struct bindchain_address *address)
{
	struct local_address nearest;

	return !address_is_wildcard(address) && !address_is_multicast(address)
	    && !address_is_loopback(address) && !address_is_mapped(address)
	    && !(local_nearest(address, &nearest, 1) > 0 && nearest.same);
}

/* Only a warning: a local route may cover it, or it may be added before the start. */
static void
foresee_missing_address(const struct bindchain_request *request, const struct hint_words *words,
    const struct line_sink *warnings)
{
	if (request->options[BINDCHAIN_BIND_ANY].value || !is_missing(&request->address))
		return;
	if (words->bind_any)
		line_sink_printf(warnings, "no interface has the address, and %s is not set",
		    words->bind_any);
	else
		line_sink_printf(warnings, "no interface has the address");
}

void
hints_foresee_cut_backlog(const struct bindchain_request *request, const struct line_sink *warnings)
{
	struct backend_backlog becomes;
	struct backend_limit limit;

	if (request->backlog == BINDCHAIN_NO_LISTEN
	    || request->backlog == BINDCHAIN_BACKLOG_MAXIMUM)
		return;
	backend_backlog_limit(&limit);
	backend_backlog(request->backlog, &limit.value, &becomes);
	if (!becomes.queue_limit.known || becomes.queue_limit.value >= request->backlog)
		return;
	line_sink_printf(warnings, "the backlog of %d will be truncated to %s (%d)",
	    request->backlog, limit.name, becomes.queue_limit.value);
}

/* An obstacle although the limit may be raised before the start. */
static void
foresee_requirement(const struct bindchain_request *request, const struct line_sink *obstacles)
{
	struct backend_backlog becomes;
	struct backend_limit limit;

	if (request->least_backlog <= 0 || request->backlog == BINDCHAIN_NO_LISTEN)
		return;
	backend_backlog_limit(&limit);
	backend_backlog(request->backlog, &limit.value, &becomes);
	if (!becomes.queue_limit.known || becomes.queue_limit.value >= request->least_backlog)
		return;
	line_sink_printf(obstacles, "a backlog of at least %d is required, but it will be %d",
	    request->least_backlog, becomes.queue_limit.value);
}

/* Options that are set but may have no effect. */
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
