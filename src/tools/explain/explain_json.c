/* SPDX-License-Identifier: ISC */
/* bindchain explain --json: bindchain-explain(1) documents the members. */
#include "address.h"
#include "error_section.h"
#include "explain_serving.h"
#include "explanation.h"
#include "failure.h"
#include "json.h"
#include "observe.h"
#include "request.h"
#include "socket_option.h"
#include "outcome_words.h"
#include "plan_words.h"

static void
write_line(struct json *json, const char *key, const struct text *line)
{
	char bytes[sizeof line->bytes + 1];
	size_t length = 0;

	for (; length < line->length; length++)
		bytes[length] = line->bytes[length];
	bytes[length] = '\0';
	json_text(json, key, bytes);
}

static void
write_place(struct json *json, const struct request *request)
{
	char shown[ADDRESS_TEXT_SIZE];
	struct text place;

	text_init(&place);
	text_printf(&place, "%s", request_place(request, shown));
	json_text(json, "kind", kind_text(request->kind));
	write_line(json, "address", &place);
	if (address_is_internet(&request->address))
		json_number(json, "port", address_port(&request->address));
	else
		json_text(json, "port", NULL);
	json_text(json, "host", request->host);
	json_text(json, "service", request->service);
	json_text(json, "path", request->path);
}

static void
write_call(struct json *json, const struct plan *plan, const struct plan_step *step)
{
	static const char performed[][16] = {
		[PLAN_ONCE] = "once",
		[PLAN_IF_NEEDED] = "if_needed",
		[PLAN_AFTER_FAILURE] = "after_failure",
		[PLAN_WITH_OTHERS] = "with_others",
	};
	struct plan_words words;
	struct text text;

	plan_words(&words, plan, step);
	text_init(&text);
	text_add_step(&text, plan, step);
	json_open(json, NULL, '{');
	json_text(json, "call", words.call);
	write_line(json, "text", &text);
	json_text(json, "performed", performed[words.performed]);
	json_open(json, "arguments", '[');
	for (const struct plan_word *word = words.words; word->argument; word++) {
		json_open(json, NULL, '{');
		json_text(json, "argument", word->argument);
		json_text(json, "name", word->name);
		json_number(json, "value", word->value);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
}

static void
write_calls(struct json *json, const struct explained_socket *explained)
{
	json_open(json, "calls", '[');
	for (size_t i = 0; explained->planned && i < explained->plan.count; i++)
		write_call(json, &explained->plan, &explained->plan.steps[i]);
	json_close(json, ']');
}

/* ---- options ---- */

static void
write_socket_option(struct json *json, const struct explained_socket *explained,
    enum bindchain_option option)
{
	static const char answers[][12] = {
		[EXPLAINED_UNASKED] = "unasked",
		[EXPLAINED_DEFAULT] = "default",
		[EXPLAINED_SET] = "set",
		[EXPLAINED_IGNORED] = "passed_over",
		[EXPLAINED_REFUSED] = "refused",
	};
	const struct option_setting *setting = &explained->request->options[option];
	struct backend_spelling spelling;
	enum explained_socket_option answer = explain_socket_option(explained->request, option,
	    &spelling);

	json_open(json, NULL, '{');
	json_text(json, "option", option_table[option].name);
	json_text(json, "answer", answers[answer]);
	json_socket_option(json, "value", option, &(struct bindchain_fact) {
	    .known = answer != EXPLAINED_UNASKED, .value = setting->value },
	    explained->request->congestion);
	json_open(json, "names_here", '[');
	for (size_t i = 0; i < spelling.count; i++)
		json_text(json, NULL, spelling.calls[i].name_text);
	json_close(json, ']');
	json_text(json, "reason", spelling.reason);
	json_text(json, "alternative", spelling.alternative);
	json_close(json, '}');
}

static void
write_socket_options(struct json *json, const struct explained_socket *explained)
{
	json_open(json, "options", '[');
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++)
		write_socket_option(json, explained, (enum bindchain_option)i);
	json_close(json, ']');
}

/* ---- the queue ---- */

static const char *
effect_word(enum backend_overflow_effect effect)
{
	static const char words[][8] = {
		[BACKEND_OVERFLOW_NONE] = "none",
		[BACKEND_OVERFLOW_DROPPED] = "dropped",
		[BACKEND_OVERFLOW_IGNORED] = "ignored",
		[BACKEND_OVERFLOW_MISLED] = "misled",
		[BACKEND_OVERFLOW_RESET] = "reset",
		[BACKEND_OVERFLOW_WAITS] = "waits",
		[BACKEND_OVERFLOW_REFUSED] = "refused",
	};

	return effect == BACKEND_OVERFLOW_UNKNOWN ? NULL : words[effect];
}

static void
write_limit(struct json *json, const char *key, const struct backend_limit *limit)
{
	if (!limit->name) {
		json_text(json, key, NULL);
		return;
	}
	json_open(json, key, '{');
	json_text(json, "name", limit->name);
	json_fact(json, "value", &limit->value);
	json_close(json, '}');
}

static void
write_half_open(struct json *json, const struct backend_overflow *overflow)
{
	if (!overflow->half_open) {
		json_text(json, "half_open", NULL);
		return;
	}
	json_open(json, "half_open", '{');
	json_fact_boolean(json, "separate", &overflow->half_open_apart);
	write_limit(json, "limit", &overflow->half_open_limit);
	write_limit(json, "cookies", &overflow->cookies);
	json_text(json, "meaning", overflow->half_open);
	json_close(json, '}');
}

static void
write_overflow(struct json *json, const struct backend_overflow *overflow)
{
	json_open(json, "overflow", '{');
	json_text(json, "new_client", effect_word(overflow->begins));
	json_text(json, "client_in_handshake", effect_word(overflow->finishes));
	json_open(json, "decided_by", '[');
	for (size_t i = 0; i < overflow->decider_count; i++)
		write_limit(json, NULL, &overflow->deciders[i]);
	json_close(json, ']');
	json_close(json, '}');
}

static void
write_backlog(struct json *json, const struct explained_socket *explained)
{
	const struct backend_backlog *becomes = &explained->backlog.becomes;

	if (explained->request->backlog == BINDCHAIN_NO_LISTEN) {
		json_text(json, "backlog", NULL);
		return;
	}
	json_open(json, "backlog", '{');
	json_number(json, "requested", explained->request->backlog);
	json_number(json, "passed", becomes->passed);
	write_limit(json, "limit", &explained->backlog.limit);
	json_fact(json, "queue_limit", &becomes->queue_limit);
	json_fact(json, "connections_admitted", &becomes->admitted);
	json_text(json, "doubt", explained->backlog.overflow.doubt);
	json_fact(json, "accept_filter_queue", &becomes->filtered);
	write_overflow(json, &explained->backlog.overflow);
	write_half_open(json, &explained->backlog.overflow);
	json_close(json, '}');
}

/* ---- errors and warnings ---- */

/* Returns whether there are any. */
static bool
write_findings(struct json *json, const struct findings *findings, enum finding_severity severity,
    const char *key)
{
	bool any = false;

	json_open(json, key, '[');
	for (size_t i = 0; i < findings->count; i++) {
		if (findings->list[i].severity != severity)
			continue;
		any = true;
		json_text(json, NULL, findings->list[i].text);
	}
	json_close(json, ']');
	return any;
}

/* Returns whether a call is certain to fail. */
static bool
write_foreseen(struct json *json, const struct explained_socket *explained)
{
	bool fails = write_findings(json, &explained->findings, FINDING_OBSTACLE, "obstacles");

	write_findings(json, &explained->findings, FINDING_WARNING, "warnings");
	return fails;
}

/* NULL: none. */
static const char *
section_name(enum error_section section)
{
	return section == ERROR_SECTION_NONE ? NULL : error_section_name(section);
}

/* The sections of what is not supported, or may fail, each once. */
static void
write_sections(struct json *json, const struct explained_socket *explained)
{
	const struct findings *findings = &explained->findings;
	bool is_written[ERROR_SECTIONS] = { [ERROR_SECTION_NONE] = true };

	json_open(json, "sections", '[');
	if (!explained->planned)
		json_text(json, NULL, section_name(error_section_of(&explained->failure,
		    explained->request, HOLDER_UNKNOWN)));
	for (size_t i = 0; i < findings->failure_count; i++) {
		const struct expected_failure *expected = &findings->failures[i];
		struct bindchain_failure failure;
		enum error_section section;
		failure_set(&failure, expected->operation, expected->error);
		section = error_section_of(&failure, explained->request, expected->holder);
		if (!is_written[section])
			json_text(json, NULL, error_section_name(section));
		is_written[section] = true;
	}
	json_close(json, ']');
}

static void
write_process(struct json *json, const struct foreseen_conflict *conflict)
{
	const struct backend_process *process = &conflict->process;

	if (!conflict->has_process) {
		json_text(json, "process", NULL);
		return;
	}
	json_open(json, "process", '{');
	json_number(json, "pid", process->pid);
	json_text(json, "command", process->command[0] ? process->command : NULL);
	if (process->uid_known)
		json_number(json, "user", process->uid);
	else
		json_text(json, "user", NULL);
	json_close(json, '}');
}

static const char *
receiver_word(enum conflict_receiver receiver)
{
	static const char words[][8] = { [CONFLICT_FIRST] = "other", [CONFLICT_SECOND] = "this",
		[CONFLICT_BOTH] = "both" };

	return receiver == CONFLICT_NOBODY ? NULL : words[receiver];
}

static void
write_conflict(struct json *json, const struct foreseen_conflict *conflict)
{
	static const char failures[][12] = { [FORESEEN_EXCLUSIVE] = "exclusive",
		[FORESEEN_BIND] = "bind", [FORESEEN_LISTEN] = "listen" };
	struct text address;

	text_init(&address);
	text_add_address(&address, &conflict->address);
	json_open(json, NULL, '{');
	write_line(json, "address", &address);
	if (conflict->socket)
		json_number(json, "socket", conflict->socket);
	else
		json_text(json, "socket", NULL);
	write_process(json, conflict);
	json_boolean(json, "listening", conflict->listening);
	json_text(json, "fails",
	    conflict->failure == FORESEEN_NONE ? NULL : failures[conflict->failure]);
	json_boolean(json, "certain", conflict->is_certain);
	json_text(json, "ipv4", receiver_word(conflict->ipv4));
	json_text(json, "ipv6", receiver_word(conflict->ipv6));
	json_close(json, '}');
}

static void
write_conflicts(struct json *json, const struct foreseen_conflicts *conflicts)
{
	json_open(json, "conflicts", '[');
	for (size_t i = 0; i < conflicts->count; i++)
		write_conflict(json, &conflicts->list[i]);
	json_close(json, ']');
}

static void
write_inherited(struct json *json, const struct inherited_socket *inherited)
{
	if (!inherited) {
		json_text(json, "inherited", NULL);
		return;
	}
	json_open(json, "inherited", '{');
	json_number(json, "descriptor", inherited->descriptor);
	json_text(json, "name", inherited->name);
	json_close(json, '}');
}

/* Returns whether it can succeed. */
static bool
write_socket(struct json *json, const struct invocation *invocation, int index)
{
	struct explained_socket explained;
	bool in_the_way;

	explain_socket(&explained, invocation, index);
	json_open(json, NULL, '{');
	write_place(json, explained.request);
	json_boolean(json, "port_of_previous", explained_follows(invocation, index));
	json_left_out(json, command_left_out(invocation, index));
	json_boolean(json, "inherit", claims_wants(invocation->claims, index));
	write_inherited(json, explained.inherited);
	json_number(json, "wait", explained.request->wait);
	write_calls(json, &explained);
	json_text(json, "unsupported", explained.planned ? NULL : explained.failure.subject);
	write_socket_options(json, &explained);
	json_numbered(json, explained.request, -1);
	write_backlog(json, &explained);
	in_the_way = write_foreseen(json, &explained);
	write_conflicts(json, &explained.conflicts);
	write_sections(json, &explained);
	json_close(json, '}');
	return explained.planned && !in_the_way;
}

/* ---- handover and next program ---- */

static void
write_change(struct json *json, const char *name, const char *change, const char *value)
{
	json_open(json, NULL, '{');
	json_text(json, "name", name);
	json_text(json, "change", change);
	json_text(json, "value", value);
	json_close(json, '}');
}

static void
write_planned_change(struct json *json, const struct handover_change *change)
{
	bool own_pid = change->value == HANDOVER_OWN_PID;
	const char *word = change->value == HANDOVER_REMOVED ? "remove"
	    : own_pid ? "set_to_process" : "set";
	char buffer[NUMBER_TEXT_SIZE];

	write_change(json, change->name, word, own_pid ? NULL : handover_value_text(change, buffer));
}

static void
write_handover(struct json *json, const struct handover *handover)
{
	json_open(json, "handover", '{');
	json_number(json, "descriptor", handover->target);
	json_number(json, "count", handover->count);
	json_number(json, "inherited", handover->inherited);
	json_open(json, "variables", '[');
	for (int i = 0; i < handover->change_count; i++)
		write_planned_change(json, &handover->changes[i]);
	for (int i = 0; i < handover->told_count; i++)
		write_change(json, handover->told[i].name, "set_to_addresses",
		    handover->told[i].format);
	json_close(json, ']');
	json_close(json, '}');
}

/* Of a command that opens sockets. */
static void
write_opening(struct json *json, const struct handover *handover)
{
	json_text(json, "serving", NULL);
	write_handover(json, handover);
}

/* Returns whether it was found. */
static bool
write_next(struct json *json, const struct invocation *invocation)
{
	struct explained_next next;
	char error[ERROR_TEXT_SIZE];
	struct text cause;

	explain_next(&next, invocation);
	json_open(json, "next", '{');
	json_open(json, "arguments", '[');
	for (char **word = invocation->next; *word; word++)
		json_text(json, NULL, *word);
	json_close(json, ']');
	json_text(json, "found", next.found ? next.target.path : NULL);
	json_boolean(json, "same_process", next.found && next.target.stays);
	json_boolean(json, "on_demand", invocation->on_demand);
	text_init(&cause);
	if (!next.found)
		text_printf(&cause, "%s", failure_cause(&next.missing, error));
	if (next.found)
		json_text(json, "problem", NULL);
	else
		write_line(json, "problem", &cause);
	json_text(json, "section", next.found ? NULL
	    : section_name(error_section_of(&next.missing, NULL, HOLDER_UNKNOWN)));
	json_close(json, '}');
	return next.found;
}

bool
explain_as_json(const struct invocation *invocation)
{
	struct json json = { 0 };
	bool works = true;

	json_open(&json, NULL, '{');
	json_text(&json, "schema", "bindchain-explain");
	json_number(&json, "schema_version", EXPLAIN_SCHEMA_VERSION);
	json_text(&json, "system", backend_system);
	json_text(&json, "command", invocation->command->name);
	json_open(&json, "sockets", '[');
	for (int i = 0; i < command_request_count(invocation) && !invocation->serving; i++)
		works = write_socket(&json, invocation, i) && works;
	json_close(&json, ']');
	if (invocation->serving)
		works = explain_serving_as_json(&json, invocation->serving);
	else
		write_opening(&json, &invocation->handover);
	works = write_next(&json, invocation) && works;
	json_boolean(&json, "works", works);
	json_close(&json, '}');
	return works;
}
