/* SPDX-License-Identifier: ISC */
/* bindchain explain, for people, from top to bottom. */
#include <stdio.h>

#include "address.h"
#include "explanation.h"
#include "failure.h"
#include "hints.h"
#include "socket_option.h"
#include "outcome_words.h"
#include "plan_words.h"
#include "print.h"

static void
add_fact(struct text *text, const struct bindchain_fact *fact)
{
	if (fact->known)
		text_add_number(text, fact->value);
	else
		text_add(text, "unknown");
}

static void
print_row(const char *label, const char *words)
{
	struct text text;

	print_start_row(&text, label);
	text_add(&text, words);
	print_wrapped_row(&text);
}

static void
print_setting(const char *label, const struct backend_limit *setting)
{
	struct text text;

	print_start_row(&text, label);
	text_add(&text, setting->name);
	text_add(&text, " is ");
	add_fact(&text, &setting->value);
	print_line(&text);
}

static void
print_heading(const struct bindchain_request *request)
{
	struct text text;

	text_init(&text);
	text_add(&text, "\n");
	text_add(&text, kind_text(request->kind));
	text_add(&text, " ");
	text_add_place(&text, request);
	if (request->service) {
		text_add(&text, ", from \"");
		text_add_visible(&text, request->host);
		text_add(&text, "\" and \"");
		text_add_visible(&text, request->service);
		text_add(&text, "\"");
	}
	print_line(&text);
}

static void
print_calls(const struct explained_socket *explained)
{
	const struct plan *plan = &explained->plan;
	struct text text;

	puts("\nCalls, in this order");
	for (size_t i = 0; explained->planned && i < plan->count; i++) {
		text_init(&text);
		text_add(&text, "    ");
		text_add_step(&text, plan, &plan->steps[i]);
		print_line(&text);
	}
	if (explained->planned)
		return;
	text_init(&text);
	text_add(&text, "    none: ");
	text_add_visible(&text, explained->failure.subject);
	text_add(&text, " is not supported here");
	if (explained->failure.reason)
		text_printf(&text, ": %s", explained->failure.reason);
	print_line(&text);
}

/* ---- options ---- */

static void
add_spelling(struct text *text, const struct backend_spelling *spelling)
{
	for (size_t i = 0; i < spelling->count; i++) {
		text_add(text, i == 0 ? "" : spelling->calls[i - 1].or_next ? ", or " : " and ");
		text_add(text, spelling->calls[i].name_text);
	}
}

static void
add_lack(struct text *text, const struct backend_spelling *spelling)
{
	text_add(text, spelling->reason ? spelling->reason : "this system has no such thing");
	if (!spelling->alternative)
		return;
	text_add(text, "; ");
	text_add(text, spelling->alternative);
}

static void
print_option(const struct explained_socket *explained, enum bindchain_option option)
{
	int value = explained->request->options[option].value;
	struct backend_spelling spelling;
	struct text text;

	print_start_row(&text, option_table[option].name);
	switch (explain_option(explained->request, option, &spelling)) {
	case EXPLAINED_UNASKED:
		return;
	case EXPLAINED_DEFAULT:
		text_add_option_value(&text, option, value);
		text_add(&text, ", as it is without any call");
		break;
	case EXPLAINED_SET:
		text_add_option_value(&text, option, value);
		text_add(&text, ", by ");
		add_spelling(&text, &spelling);
		break;
	case EXPLAINED_PASSED_OVER:
		text_add(&text, "wished for and passed over: ");
		add_lack(&text, &spelling);
		break;
	case EXPLAINED_REFUSED:
		text_add(&text, "NOT SUPPORTED: ");
		add_lack(&text, &spelling);
		break;
	}
	print_wrapped_row(&text);
}

/* Those left, and what they are called here. */
static void
print_unasked(const struct explained_socket *explained)
{
	const char *between = "";
	struct text text;

	print_start_row(&text, "not asked for");
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++) {
		enum bindchain_option option = (enum bindchain_option)i;
		struct backend_spelling spelling;
		if (explain_option(explained->request, option, &spelling) != EXPLAINED_UNASKED)
			continue;
		text_add(&text, between);
		text_add(&text, option_table[option].name);
		text_add(&text, spelling.count ? " (" : "");
		add_spelling(&text, &spelling);
		text_add(&text, spelling.count ? ")" : " (not here)");
		between = ", ";
	}
	print_wrapped_row(&text);
}

static void
print_options(const struct explained_socket *explained)
{
	puts("\nOptions");
	if (explained->request->kind == BINDCHAIN_FIFO) {
		puts("    none: a FIFO is not a socket");
		return;
	}
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++)
		print_option(explained, (enum bindchain_option)i);
	print_unasked(explained);
}

/* ---- the queue ---- */

static const char *
effect_text(enum backend_overflow_effect effect)
{
	static const char *const texts[] = {
		[BACKEND_OVERFLOW_UNKNOWN] = "unknown",
		[BACKEND_OVERFLOW_NONE] = "there is no queue",
		[BACKEND_OVERFLOW_DROPPED] = "its SYN is dropped; it tries again until there is"
		                             " room, or gives up",
		[BACKEND_OVERFLOW_IGNORED] = "the last step of the handshake is ignored: it"
		                             " believes it is connected, and is asked again until"
		                             " there is room",
		[BACKEND_OVERFLOW_MISLED] = "it believes it is connected, is forgotten here, and is"
		                            " reset at its first byte",
		[BACKEND_OVERFLOW_RESET] = "it is reset (ECONNRESET) when the handshake is complete",
		[BACKEND_OVERFLOW_WAITS] = "its connect(2) waits for room, or says EAGAIN if it must"
		                           " not block",
		[BACKEND_OVERFLOW_REFUSED] = "its connect(2) says ECONNREFUSED",
	};

	return texts[effect];
}

static void
print_half_open(const struct backend_overflow *overflow)
{
	if (!overflow->half_open)
		return;
	print_row("half-open connections", overflow->half_open);
	if (overflow->half_open_limit.name)
		print_setting("", &overflow->half_open_limit);
	if (overflow->cookies.name)
		print_setting("", &overflow->cookies);
}

static void
print_fact(const char *label, const struct bindchain_fact *fact, const char *remark)
{
	struct text text;

	print_start_row(&text, label);
	add_fact(&text, fact);
	if (remark) {
		text_add(&text, ": ");
		text_add(&text, remark);
	}
	print_wrapped_row(&text);
}

static void
print_overflow(const struct explained_socket *explained)
{
	const struct backend_overflow *overflow = &explained->overflow;
	const struct backend_backlog *becomes = &explained->becomes;

	print_fact("connections admitted", &becomes->admitted, overflow->doubt);
	if (becomes->filtered.known)
		print_fact("behind an accept filter", &becomes->filtered,
		    "connections that have sent nothing; the oldest makes room");
	print_row("a client that comes then", effect_text(overflow->begins));
	if (overflow->finishes != overflow->begins)
		print_row("one that had begun before", effect_text(overflow->finishes));
	for (size_t i = 0; i < overflow->decider_count; i++)
		print_setting("", &overflow->deciders[i]);
	print_half_open(overflow);
}

static void
print_backlog(const struct explained_socket *explained)
{
	int requested = explained->request->backlog;
	struct text text;

	puts("\nBacklog");
	if (requested == BINDCHAIN_NO_LISTEN) {
		puts("    none: listen is not called");
		return;
	}
	print_start_row(&text, "asked for");
	if (requested == BINDCHAIN_BACKLOG_MAXIMUM)
		text_add(&text, "the maximum");
	else
		text_add_number(&text, requested);
	print_line(&text);
	print_start_row(&text, "passed to listen");
	text_add_number(&text, explained->becomes.passed);
	print_line(&text);
	print_setting("limit in force", &explained->limit);
	if (explained->overflow.begins == BACKEND_OVERFLOW_NONE) {
		print_row("limit of the queue", "there is no queue of connections");
		return;
	}
	print_fact("limit of the queue", &explained->becomes.queue_limit, NULL);
	print_overflow(explained);
}

/* ---- what may go wrong ---- */

struct section {
	const char *heading;
	bool used; /* and so the heading is printed */
};

static void
print_in_section(void *context, const struct text *line)
{
	struct section *section = context;
	struct text text;

	if (!section->used)
		printf("\n%s\n", section->heading);
	section->used = true;
	text_init(&text);
	text_add(&text, "    ");
	text_add_text(&text, line);
	print_wrapped(&text, 8);
}

static void
ignore_line(void *context, const struct text *line)
{
	(void)context;
	(void)line;
}

/* Returns whether anything is certain to be in the way. */
static bool
print_foreseen(const struct explained_socket *explained)
{
	struct section obstacles = { "In the way", false }, warnings = { "To be known", false };
	const struct line_sink nowhere = { ignore_line, NULL };
	const struct line_sink to_obstacles = { print_in_section, &obstacles };
	const struct line_sink to_warnings = { print_in_section, &warnings };

	/* Twice, so that each kind stands together. */
	hints_foresee(explained->request, explained->words, &to_obstacles, &nowhere);
	foreseen_conflicts_tell(&explained->conflicts, &to_obstacles, &nowhere);
	hints_foresee(explained->request, explained->words, &nowhere, &to_warnings);
	foreseen_conflicts_tell(&explained->conflicts, &nowhere, &to_warnings);
	return obstacles.used;
}

/* Returns whether it can work. */
static bool
print_socket(const struct invocation *invocation, int index)
{
	struct explained_socket explained;

	explain_socket(&explained, invocation, index);
	print_heading(explained.request);
	if (explained_follows(invocation, index))
		puts("    with the port that the socket before it gets");
	print_calls(&explained);
	print_options(&explained);
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
	if (change->value == HANDOVER_REMOVED)
		text_add(&text, "removed");
	else if (change->value == HANDOVER_OWN_PID)
		text_add(&text, "the number of the process");
	else
		text_add_visible(&text, handover_value_text(change, buffer));
	print_line(&text);
}

static void
print_handover(const struct handover *handover)
{
	struct text text;

	puts("\nHandover");
	print_start_row(&text, handover->count == 1 ? "descriptor" : "descriptors");
	text_add_number(&text, handover->target);
	if (handover->count > 1) {
		text_add(&text, " to ");
		text_add_number(&text, handover->target + handover->count - 1);
	}
	if (handover->inherited) {
		text_add(&text, ", behind ");
		text_add_number(&text, handover->inherited);
		text_add(&text, handover->inherited == 1 ? " inherited socket"
		                                         : " inherited sockets");
	}
	print_line(&text);
	for (int i = 0; i < handover->change_count; i++)
		print_change(&handover->changes[i]);
	if (handover->address_variable)
		print_row(handover->address_variable, "fd=address;... with what the sockets get");
}

/* Returns whether there is one. */
static bool
print_next(const struct invocation *invocation)
{
	struct explained_next next;
	struct text text;

	puts("\nNext program");
	print_start_row(&text, "arguments");
	for (char **word = invocation->next; *word; word++) {
		text_add(&text, "\"");
		text_add_visible(&text, *word);
		text_add(&text, word[1] ? "\" " : "\"");
	}
	print_line(&text);
	explain_next(&next, invocation);
	print_start_row(&text, "found as");
	if (!next.found) {
		text_add(&text, "NOT FOUND: ");
		text_add_cause(&text, &next.missing);
	} else {
		text_add_visible(&text, next.target.path);
		text_add(&text, next.target.stays ? ", which runs in the same process" : "");
	}
	print_line(&text);
	return next.found;
}

bool
explain_as_text(const struct invocation *invocation)
{
	bool works = true;

	printf("%s on %s\n", invocation->command->name, backend_system);
	for (int i = 0; i < command_request_count(invocation); i++)
		works = print_socket(invocation, i) && works;
	print_handover(&invocation->handover);
	return print_next(invocation) && works;
}
