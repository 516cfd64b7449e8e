/* SPDX-License-Identifier: ISC */
/* bindchain explain as text. */
#include <stdio.h>

#include "address.h"
#include "explain_serving.h"
#include "explanation.h"
#include "failure.h"
#include "observe.h"
#include "open_waiting.h"
#include "request.h"
#include "socket_option.h"
#include "outcome_words.h"
#include "plan_words.h"
#include "print.h"
#include "watch.h"

static void
print_row(const char *label, const char *words)
{
	struct text text;

	print_start_row(&text, label);
	text_printf(&text, "%s", words);
	print_wrapped_row(&text);
}

static void
print_limit(const char *label, const struct backend_limit *limit)
{
	char number[NUMBER_TEXT_SIZE];
	struct text text;

	print_start_row(&text, label);
	text_printf(&text, "%s is %s", limit->name, fact_text(&limit->value, number));
	print_line(&text);
}

static void
print_heading(const struct request *request)
{
	char place[ADDRESS_TEXT_SIZE];
	struct text text;

	text_init(&text);
	text_printf(&text, "\n%s %s", kind_text(request->kind), request_place(request, place));
	if (request->service)
		text_printf(&text, ", from \"%s\" and \"%s\"", request->host, request->service);
	print_line(&text);
}

static void
print_inheritance(const struct invocation *invocation, int index)
{
	const struct inherited_socket *inherited = claims_find(invocation->claims, index);
	struct text text;

	text_init(&text);
	if (inherited) {
		text_printf(&text, "    takes ");
		text_add_inherited(&text, inherited);
	} else
		text_printf(&text, "    opened: %s", invocation->claims->is_for_other
		    ? "LISTEN_FDS is for another process"
		    : "no inherited socket has its name or address");
	print_line(&text);
}

static void
print_wait(const struct request *request)
{
	struct text text;

	if (!request->wait)
		return;
	text_init(&text);
	text_printf(&text, "    waits up to %d second%s for the address", request->wait,
	    request->wait == 1 ? "" : "s");
	if (request->device)
		text_printf(&text, ", interface %s", request->device);
	if (request->zone)
		text_printf(&text, ", interface %s", request->zone);
	text_printf(&text, " (by %s) and the port (every %d ms)", backend_watch_source,
	    OPEN_WAITING_INTERVAL);
	print_wrapped(&text, 8);
}

static void
print_calls(const struct explained_socket *explained)
{
	const struct plan *plan = &explained->plan;
	struct text text;

	puts(explained->inherited ? "\nSystem calls, in order, if it were not inherited"
	                          : "\nSystem calls, in order");
	for (size_t i = 0; explained->planned && i < plan->count; i++) {
		text_init(&text);
		text_printf(&text, "    ");
		text_add_step(&text, plan, &plan->steps[i]);
		print_line(&text);
	}
	if (explained->planned)
		return;
	text_init(&text);
	text_printf(&text, "    none: %s is not supported on %s", explained->failure.subject,
	    backend_system);
	if (explained->failure.reason)
		text_printf(&text, ": %s", explained->failure.reason);
	print_line(&text);
}

/* ---- options ---- */

static void
add_spelling(struct text *text, const struct backend_spelling *spelling)
{
	for (size_t i = 0; i < spelling->count; i++)
		text_printf(text, "%s%s",
		    i == 0 ? "" : spelling->calls[i - 1].or_next ? ", or " : " and ",
		    spelling->calls[i].name_text);
}

static void
add_lack(struct text *text, const struct backend_spelling *spelling)
{
	text_printf(text, ": %s", spelling->reason ? spelling->reason : "it has no equivalent");
	if (spelling->alternative)
		text_printf(text, "; %s", spelling->alternative);
}

static void
print_socket_option(const struct explained_socket *explained, enum bindchain_option option)
{
	struct backend_spelling spelling;
	char shown[OPTION_VALUE_SIZE];
	const char *value = socket_option_text(option, explained->request->options[option].value,
	    explained->request->congestion, shown);
	struct text text;

	print_start_row(&text, option_table[option].name);
	switch (explain_socket_option(explained->request, option, &spelling)) {
	case EXPLAINED_UNASKED:
		return;
	case EXPLAINED_DEFAULT:
		text_printf(&text, "%s, the default: no call needed", value);
		break;
	case EXPLAINED_SET:
		text_printf(&text, "%s, by ", value);
		add_spelling(&text, &spelling);
		break;
	case EXPLAINED_IGNORED:
		text_printf(&text, "ignored: not supported on %s", backend_system);
		add_lack(&text, &spelling);
		break;
	case EXPLAINED_REFUSED:
		text_printf(&text, "NOT SUPPORTED on %s", backend_system);
		add_lack(&text, &spelling);
		break;
	}
	print_wrapped_row(&text);
}

static void
print_numbered(const struct request *request)
{
	for (int i = 0; i < request->numbered_count; i++) {
		const struct numbered_option *option = &request->numbered[i];
		struct text text;
		print_start_row(&text, "option");
		text_printf(&text, "%s:%d, by number: another option on other systems", option->text,
		    option->value);
		print_wrapped_row(&text);
	}
}

/* The remaining options: those that this system has, with their names, or the others. */
static void
print_unasked(const struct explained_socket *explained, bool supported)
{
	const char *between = "";
	struct text text;

	print_start_row(&text, supported ? "not requested" : "not supported");
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++) {
		enum bindchain_option option = (enum bindchain_option)i;
		struct backend_spelling spelling;
		if (explain_socket_option(explained->request, option, &spelling) != EXPLAINED_UNASKED
		    || (spelling.count > 0) != supported)
			continue;
		text_printf(&text, "%s%s", between, option_table[option].name);
		if (supported) {
			text_printf(&text, " (");
			add_spelling(&text, &spelling);
			text_printf(&text, ")");
		}
		between = ", ";
	}
	if (between[0])
		print_wrapped_row(&text);
}

static void
print_socket_options(const struct explained_socket *explained)
{
	puts("\nOptions");
	if (explained->request->kind == BINDCHAIN_FIFO) {
		puts("    none: a FIFO is not a socket");
		return;
	}
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++)
		print_socket_option(explained, (enum bindchain_option)i);
	print_numbered(explained->request);
	print_unasked(explained, true);
	print_unasked(explained, false);
}

/* ---- the queue ---- */

static const char *
effect_text(enum backend_overflow_effect effect)
{
	static const char *const texts[] = {
		[BACKEND_OVERFLOW_UNKNOWN] = "unknown",
		[BACKEND_OVERFLOW_NONE] = "no queue",
		[BACKEND_OVERFLOW_DROPPED] = "SYN dropped; the client retries until there is room or"
		                             " it times out",
		[BACKEND_OVERFLOW_IGNORED] = "final ACK ignored; the client considers itself"
		    " connected, and the SYN-ACK is retransmitted until there is room",
		[BACKEND_OVERFLOW_MISLED] = "the client considers itself connected, and is"
		    " reset when it sends data",
		[BACKEND_OVERFLOW_RESET] = "connection reset (ECONNRESET) after the handshake",
		[BACKEND_OVERFLOW_WAITS] = "connect(2) blocks until there is room, or fails with EAGAIN"
		                           " on a non-blocking socket",
		[BACKEND_OVERFLOW_REFUSED] = "connect(2) fails with ECONNREFUSED",
	};

	return texts[effect];
}

static void
print_half_open(const struct backend_overflow *overflow)
{
	if (!overflow->half_open)
		return;
	print_row("SYN queue", overflow->half_open);
	if (overflow->half_open_limit.name)
		print_limit("", &overflow->half_open_limit);
	if (overflow->cookies.name)
		print_limit("", &overflow->cookies);
}

static void
print_fact(const char *label, const struct bindchain_fact *fact, const char *remark)
{
	char number[NUMBER_TEXT_SIZE];
	struct text text;

	print_start_row(&text, label);
	text_printf(&text, "%s%s%s", fact_text(fact, number), remark ? ": " : "",
	    remark ? remark : "");
	print_wrapped_row(&text);
}

static void
print_overflow(const struct explained_socket *explained)
{
	const struct backend_overflow *overflow = &explained->backlog.overflow;
	const struct backend_backlog *becomes = &explained->backlog.becomes;

	print_fact("connections admitted", &becomes->admitted, overflow->doubt);
	if (becomes->filtered.known)
		print_fact("held by the accept filter", &becomes->filtered,
		    "connections without data; when full, the oldest is dropped");
	print_row("new client when full", effect_text(overflow->begins));
	if (overflow->finishes != overflow->begins)
		print_row("handshake that began before", effect_text(overflow->finishes));
	for (size_t i = 0; i < overflow->decider_count; i++)
		print_limit("", &overflow->deciders[i]);
	print_half_open(overflow);
}

static void
print_backlog(const struct explained_socket *explained)
{
	int requested = explained->request->backlog;
	char number[NUMBER_TEXT_SIZE];

	puts("\nBacklog");
	if (requested == BINDCHAIN_NO_LISTEN) {
		puts("    none: listen is not called");
		return;
	}
	print_row("requested", requested == BINDCHAIN_BACKLOG_MAXIMUM ? "the maximum"
	                                                     : number_text(requested, number));
	print_row("passed to listen", number_text(explained->backlog.becomes.passed, number));
	print_limit("kernel limit", &explained->backlog.limit);
	if (explained->backlog.overflow.begins == BACKEND_OVERFLOW_NONE) {
		print_row("queue limit", "no accept queue");
		return;
	}
	print_fact("queue limit", &explained->backlog.becomes.queue_limit, NULL);
	print_overflow(explained);
}

/* ---- errors and warnings ---- */

/* Returns whether there are any. */
static bool
print_findings(const struct findings *findings, enum finding_severity severity,
    const char *heading)
{
	bool any = false;

	for (size_t i = 0; i < findings->count; i++) {
		struct text text;
		if (findings->list[i].severity != severity)
			continue;
		if (!any)
			printf("\n%s\n", heading);
		any = true;
		text_init(&text);
		text_printf(&text, "    ");
		text_add(&text, findings->list[i].text);
		print_wrapped(&text, 8);
	}
	return any;
}

/* Returns whether a call is certain to fail. */
static bool
print_foreseen(const struct explained_socket *explained)
{
	bool fails = print_findings(&explained->findings, FINDING_OBSTACLE, "Errors");

	print_findings(&explained->findings, FINDING_WARNING, "Warnings");
	return fails;
}

static void
print_left_out(const struct missing_family *missing)
{
	struct text text;

	if (!missing)
		return;
	text_init(&text);
	text_printf(&text, "    without ");
	text_add_missing_family(&text, missing);
	print_wrapped(&text, 8);
}

/* Returns whether it can succeed. */
static bool
print_socket(const struct invocation *invocation, int index)
{
	struct explained_socket explained;

	explain_socket(&explained, invocation, index);
	print_heading(explained.request);
	if (explained_follows(invocation, index))
		puts("    with the port of the previous socket");
	else
		print_wait(explained.request);
	print_left_out(command_left_out(invocation, index));
	if (claims_wants(invocation->claims, index))
		print_inheritance(invocation, index);
	print_calls(&explained);
	print_socket_options(&explained);
	print_backlog(&explained);
	return !print_foreseen(&explained) && explained.planned;
}

/* ---- handover and next program ---- */

static void
print_change(const struct handover_change *change)
{
	char buffer[NUMBER_TEXT_SIZE];
	struct text text;

	print_start_row(&text, change->name);
	text_printf(&text, "%s", change->value == HANDOVER_REMOVED ? "removed"
	    : change->value == HANDOVER_OWN_PID ? "the process ID"
	    : handover_value_text(change, buffer));
	print_line(&text);
}

static void
print_told(const struct socket_variable *variable)
{
	struct text text;

	print_start_row(&text, variable->name);
	text_printf(&text, "%s, with the bound addresses", variable->format);
	print_line(&text);
}

static void
print_handover(const struct handover *handover)
{
	struct text text;

	puts("\nHandover");
	print_start_row(&text, handover->count == 1 ? "descriptor" : "descriptors");
	text_printf(&text, "%d", handover->target);
	if (handover->count > 1)
		text_printf(&text, " to %d", handover->target + handover->count - 1);
	if (handover->inherited)
		text_printf(&text, ", after %d inherited socket%s", handover->inherited,
		    handover->inherited == 1 ? "" : "s");
	print_line(&text);
	for (int i = 0; i < handover->change_count; i++)
		print_change(&handover->changes[i]);
	for (int i = 0; i < handover->told_count; i++)
		print_told(&handover->told[i]);
}

/* Returns whether it was found. */
static bool
print_next(const struct invocation *invocation)
{
	struct explained_next next;
	char error[ERROR_TEXT_SIZE];
	struct text text;

	puts("\nNext program");
	print_start_row(&text, "arguments");
	for (char **word = invocation->next; *word; word++)
		text_printf(&text, "\"%s\"%s", *word, word[1] ? " " : "");
	print_line(&text);
	explain_next(&next, invocation);
	if (invocation->on_demand)
		print_row("starts", "when one of its sockets is readable, by poll");
	print_start_row(&text, "found as");
	if (next.found)
		text_printf(&text, "%s%s", next.target.path,
		    next.target.stays ? ", run in the same process" : "");
	else
		text_printf(&text, "NOT FOUND: %s", failure_cause(&next.missing, error));
	print_line(&text);
	return next.found;
}

bool
explain_as_text(const struct invocation *invocation)
{
	bool works = true;

	printf("%s on %s\n", invocation->command->name, backend_system);
	for (int i = 0; i < command_request_count(invocation) && !invocation->serving; i++)
		works = print_socket(invocation, i) && works;
	if (invocation->serving)
		works = explain_serving_as_text(invocation->serving);
	else
		print_handover(&invocation->handover);
	return print_next(invocation) && works;
}
