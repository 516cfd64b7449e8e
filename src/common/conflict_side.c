/* SPDX-License-Identifier: ISC */
#include "conflict_side.h"

#include <string.h>
#include <unistd.h>

#include "address.h"
#include "plan.h"
#include "request.h"

struct conflict_address
conflict_address_of(const struct address *address)
{
	struct conflict_address own = { .family = address_family(address),
		.zone = address_zone(address) };

	address_bytes(address, own.bytes);
	return own;
}

/* An option counts by the name of the call that sets it. */
static void
note_option(struct conflict_side *side, const struct backend_option *option)
{
	const char *balance = backend_conflict_rules.balance_option;
	bool on = option->value != 0;

	if (strcmp(option->name_text, "SO_REUSEADDR") == 0)
		side->reuse_address = on;
	else if (strcmp(option->name_text, "SO_REUSEPORT") == 0)
		side->share = on;
	else if (balance && strcmp(option->name_text, balance) == 0)
		side->balance = on;
	else if (strcmp(option->name_text, "IPV6_V6ONLY") == 0)
		side->v6only = on;
}

static void
read_plan(struct conflict_side *side, const struct plan *plan)
{
	const struct request *request = plan->request;
	const struct option_setting *device = &request->options[BINDCHAIN_DEVICE];

	*side = (struct conflict_side) { .is_stream = request->kind == BINDCHAIN_TCP,
		.user = geteuid(), .address = conflict_address_of(&request->address),
		.interface = device->want != BINDCHAIN_UNASKED ? (unsigned)device->value
		                                               : address_zone(&request->address) };
	if (address_family(&request->address) == AF_INET6)
		side->v6only = backend_is_v6only_by_default();
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->steps[i].call == PLAN_SETSOCKOPT)
			note_option(side, &plan->steps[i].is.setsockopt.option);
		side->listening = side->listening || plan->steps[i].call == PLAN_LISTEN;
	}
}

bool
conflict_side_of_request(struct conflict_side *side, const struct request *request)
{
	struct bindchain_failure failure;
	struct plan plan;

	if (!address_is_internet(&request->address) || plan_make(&plan, request, &failure) != 0)
		return false;
	read_plan(side, &plan);
	return true;
}

bool
conflict_takes_from_specific(const struct request *request)
{
	struct conflict_side side, specific;

	if (!conflict_side_of_request(&side, request) || !side.is_stream)
		return false;
	specific = (struct conflict_side) { .is_stream = true, .listening = true, .v6only = true,
		.user = side.user, .address = { .family = side.address.family, .bytes = { 1 } } };
	return conflict_reach(&side, &specific.address) == CONFLICT_BY_WILDCARD
	    && backend_conflict_rules.receiver(&specific, &side, &specific.address)
	        == CONFLICT_SECOND;
}
