/* SPDX-License-Identifier: ISC */
#include "listen_warnings.h"

#include <limits.h>
#include <string.h>
#include <sys/socket.h>

#include "address.h"
#include "backend.h"
#include "claims.h"
#include "diagnosis.h"
#include "message.h"
#include "native.h"
#include "observe.h"
#include "outcome.h"
#include "outcome_words.h"
#include "request.h"
#include "socket_option.h"
#include "sockopt.h"

/* Is it a further socket of `count` on one address?  The one before has the same warnings, unless
 * it is inherited. */
static bool
is_copy(const struct invocation *invocation, const struct listener_list *list, int index)
{
	return list->all[index].follows
	    && address_is_same(&list->all[index - 1].request.address,
	        &list->all[index].request.address)
	    && !claims_find(invocation->claims, index - 1);
}

/* ---- before the sockets are opened ---- */

/* A preferred option is ignored where it is not supported, and one that is set may have no
 * effect: neither silently. */
static void
warn_of_socket_option(const struct invocation *invocation, const struct request *request,
    int option)
{
	const struct option_setting *setting = &request->options[option];
	const char *name = option_table[option].name;
	struct backend_spelling spelling;

	if (setting->want == BINDCHAIN_UNASKED)
		return;
	sockopt_spell(request, (enum bindchain_option)option, setting->value, &spelling);
	if (spelling.doubt)
		message_warn(invocation, "%s: %s", name, spelling.doubt);
	else if (setting->want == BINDCHAIN_PREFERRED && !spelling.count && !spelling.is_default)
		message_warn(invocation, "%s: not supported, ignored: %s", name,
		    spelling.reason);
}

static void
warn_of_backlog(const struct invocation *invocation, const struct request *request)
{
	struct backend_limit limit;

	if (diagnose_truncated_backlog(request, &limit))
		message_warn(invocation, TRUNCATED_BACKLOG, request->backlog, limit.name,
		    limit.value.value);
}

static void
write_difference(void *context, const struct text *difference)
{
	struct text text;

	message_begin(&text, context, native_personality.warning);
	text_add_text(&text, difference);
	message_write(&text);
}

static void
warn_of_listener(struct invocation *invocation, const struct listener_list *list, int index)
{
	const struct inherited_socket *taken = claims_find(invocation->claims, index);
	const struct request *request = &invocation->requests[index];

	if (taken)
		claims_compare(&list->all[index], taken, request, write_difference, invocation);
	if (is_copy(invocation, list, index))
		return;
	if (!taken)
		warn_of_backlog(invocation, request);
	if (diagnose_long_path(request))
		message_warn(invocation, LONG_PATH, (int)address_path_max,
		    (int)strlen(request->path));
	for (int option = 0; option < BINDCHAIN_OPTIONS; option++)
		warn_of_socket_option(invocation, request, option);
}

static void
warn_of_missing_families(const struct invocation *invocation, const struct listener_list *list)
{
	for (int i = 0; i < list->count; i++) {
		const struct listener *listener = &list->all[i];
		struct text text;
		if (!listener->prefer_both || !listener->left_out.family)
			continue;
		message_begin(&text, invocation, native_personality.warning);
		text_printf(&text, "prefer-both: %s port %s without ",
		    kind_text(listener->request.kind), listener->request.service);
		text_add_missing_family(&text, &listener->left_out);
		message_write(&text);
	}
}

void
listen_warn_of_settings(struct invocation *invocation, const struct listener_list *list)
{
	for (int i = 0; i < list->count; i++)
		warn_of_listener(invocation, list, i);
	warn_of_missing_families(invocation, list);
}

void
listen_warn_of_directory(const struct invocation *invocation, const struct request *request)
{
	struct text text;

	if (!request->directory.has_mode)
		return;
	message_begin(&text, invocation, native_personality.warning);
	if (text_add_kept_directory(&text, request))
		message_write(&text);
}

/* ---- when they are open ---- */

/* Sockets are not read back for this warning alone; inherited ones were before. */
static bool
is_read_back(const struct invocation *invocation, int index, bool reads_back)
{
	const struct request *request = &invocation->requests[index];

	if (claims_find(invocation->claims, index))
		return false;
	return reads_back || request->fixed_port || request->least_backlog > 0;
}

/* The kernel may have bound another address without an error. */
static void
warn_of_other_addresses(const struct invocation *invocation, bool reads_back)
{
	for (int i = 0; i < invocation->request_count; i++) {
		const struct request *request = &invocation->requests[i];
		struct outcome outcome;
		struct text text;
		if (!is_read_back(invocation, i, reads_back)
		    || outcome_read_state(invocation->handover.target + i, &outcome) != 0
		    || outcome.family == AF_UNSPEC /* unknown */
		    || outcome_is_as_asked(&outcome, request))
			continue;
		message_begin(&text, invocation, native_personality.warning);
		text_add_difference(&text, &outcome, request);
		message_write(&text);
	}
}

/* Linux stores twice the number in an int, where privilege exceeds the limit. */
static bool
is_largest(enum bindchain_option option, int value)
{
	return value < INT_MAX && value == sockopt_as_requested(option, INT_MAX);
}

/* Whether this process may exceed the limit shows only when the option is set. */
static void
warn_of_truncation(const struct invocation *invocation, int index, int option)
{
	const struct option_setting *wanted = &invocation->requests[index].options[option];
	const char *limit = backend_truncated_by((enum bindchain_option)option);
	struct outcome outcome;
	int value;

	if (!limit || wanted->want == BINDCHAIN_UNASKED
	    || claims_find(invocation->claims, index)
	    || outcome_read(invocation->handover.target + index, &outcome) != 0
	    || !outcome.options[option].known)
		return;
	value = sockopt_as_requested((enum bindchain_option)option, outcome.options[option].value);
	if (value >= wanted->value)
		return;
	message_warn(invocation, "%s: %d truncated to %s (%d)", option_table[option].name,
	    wanted->value, is_largest((enum bindchain_option)option, value)
	        ? LARGEST_NUMBER : limit, value);
}

/* The kernel accepts it all the same. */
static void
warn_of_fast_open(const struct invocation *invocation, int index)
{
	const char *idle = NULL;

	if (invocation->requests[index].options[BINDCHAIN_FAST_OPEN].value
	    && !claims_find(invocation->claims, index))
		idle = backend_idle_fast_open();
	if (idle)
		message_warn(invocation, "fast-open: %s", idle);
}

/* Which protocol the kernel has shows when the socket is opened. */
static void
warn_of_protocol(const struct invocation *invocation, int index)
{
	const struct option_setting *mptcp = &invocation->requests[index].options[BINDCHAIN_MPTCP];
	struct outcome outcome;

	if (mptcp->want != BINDCHAIN_PREFERRED || !mptcp->value
	    || claims_find(invocation->claims, index)
	    || outcome_read(invocation->handover.target + index, &outcome) != 0
	    || !outcome.options[BINDCHAIN_MPTCP].known
	    || outcome.options[BINDCHAIN_MPTCP].value)
		return;
	message_warn(invocation, "mptcp: not supported by this kernel, ignored: TCP");
}

void
listen_warn_of_sockets(const struct invocation *invocation, const struct listener_list *list,
    bool reads_back)
{
	warn_of_other_addresses(invocation, reads_back);
	for (int i = 0; i < list->count; i++) {
		if (is_copy(invocation, list, i))
			continue;
		for (int option = 0; option < BINDCHAIN_OPTIONS; option++)
			warn_of_truncation(invocation, i, option);
		warn_of_fast_open(invocation, i);
		warn_of_protocol(invocation, i);
	}
}
