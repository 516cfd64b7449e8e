/* SPDX-License-Identifier: ISC */
/*
 * bindchain inspect: at the end of a chain, reports the inherited sockets as the
 * kernel has them, and the environment that describes them.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "backend.h"
#include "outcome.h"
#include "request.h"
#include "command.h"
#include "environment.h"
#include "failure.h"
#include "inherited_signals.h"
#include "json.h"
#include "listen_fds.h"
#include "native.h"
#include "own_process.h"
#include "path_entry.h"
#include "socket_option.h"
#include "sockopt.h"
#include "outcome_words.h"
#include "print.h"

#define INSPECT_SCHEMA_VERSION 1

struct chosen {
	bool json;
};

static const struct option_spec options[] = {
	OPTION('j', "json", "", "print JSON", offsetof(struct chosen, json), true),
};

/* One socket, for the text. */
struct description {
	const struct outcome *outcome;
	const char *family, *type;
	char name[256]; /* in LISTEN_FDNAMES; empty: none */
};

/* The names of LISTEN_FDNAMES, in the order of descriptors; REST are the remaining ones. */
struct name_reader {
	const char *rest;
	int count; /* of descriptors with a name */
};

static void
begin_names(struct name_reader *names, const struct listen_environment *environment)
{
	names->rest = environment->owner == LISTEN_OWNER_US ? environment->names : NULL;
	names->count = environment->count;
}

/* sd_listen_fds_with_names(3) reads names of up to 255 bytes. */
static void
read_name(struct name_reader *names, int descriptor, char name[256])
{
	int length = 0, index = descriptor - LISTEN_FDS_START;
	const char *start = index < 0 || index >= names->count
	    ? NULL : listen_names_next(&names->rest, &length);

	name[0] = '\0';
	if (start && length < 256) {
		memcpy(name, start, (size_t)length);
		name[length] = '\0';
	}
}

static void
describe(const struct outcome *outcome, struct description *description)
{
	description->outcome = outcome;
	description->family = family_text(outcome->family);
	description->type = type_text(outcome->type);
}

/* ---- text ---- */

static void
print_heading(const struct description *description)
{
	const struct outcome *outcome = description->outcome;
	char path[ADDRESS_PATH_SIZE], place[ADDRESS_TEXT_SIZE];
	unsigned cid, port;
	struct text text;

	text_init(&text);
	text_printf(&text, "descriptor %d", outcome->descriptor);
	if (description->name[0])
		text_printf(&text, " \"%s\"", description->name);
	text_printf(&text, ": %s %s", description->family, description->type);
	if (outcome->family == AF_UNIX && address_path(&outcome->address, path) == 0) {
		text_add(&text, " unnamed");
	} else if (outcome->family == AF_UNIX || outcome_has_port(outcome)) {
		text_add(&text, " ");
		text_add_address(&text, &outcome->address);
	} else if (outcome->netlink.known || backend_read_vsock(&outcome->address, &cid, &port)) {
		text_printf(&text, " %s", outcome_place(outcome, place));
	}
	print_line(&text);
}

/* The address says little then, which is what a path has that is too long for it.  Returns
 * whether the address is relative; PATH is empty unless the kernel tells it. */
static bool
find_bound_path(const struct outcome *outcome, char path[PATH_MAX])
{
	char name[ADDRESS_PATH_SIZE];

	path[0] = '\0';
	if (outcome->family != AF_UNIX || !address_file_path(&outcome->address, name)
	    || name[0] == '/')
		return false;
	if (!path_calls.bound_path || !path_calls.bound_path(outcome->descriptor, path))
		path[0] = '\0';
	return true;
}

static void
print_bound_path(const struct outcome *outcome)
{
	char path[PATH_MAX];
	struct text text;

	if (!find_bound_path(outcome, path))
		return;
	text_init(&text);
	if (path[0])
		text_printf(&text, "    bound at %s", path);
	else
		text_printf(&text, "    bound in the working directory of that moment, which is unknown");
	print_line(&text);
}

static void
print_queue(const struct outcome *outcome)
{
	char length[NUMBER_TEXT_SIZE], limit[NUMBER_TEXT_SIZE];
	struct text text;

	text_init(&text);
	if (!outcome->listening.known)
		text_printf(&text, "    listening: unknown");
	else if (!outcome->listening.value)
		text_printf(&text, "    not listening");
	else
		text_printf(&text, "    listening, queue length %s, limit %s",
		    fact_text(&outcome->queue_length, length),
		    fact_text(&outcome->queue_limit, limit));
	if (outcome->listening.value && outcome->queue_incomplete.value)
		text_printf(&text, ", incomplete %d", outcome->queue_incomplete.value);
	print_line(&text);
}

/* FRESH is a new socket of that kind, or NULL. */
static bool
is_told(const struct outcome *outcome, const struct outcome *fresh, int option)
{
	const struct bindchain_fact *fact = &outcome->options[option];

	if (!fact->known || !option_table[option].is_detail || !fresh)
		return fact->known;
	return !fresh->options[option].known || fresh->options[option].value != fact->value
	    || (option_table[option].value == OPTION_TEXT
	        && strcmp(fresh->congestion, outcome->congestion) != 0);
}

/* On lines of less than 80 bytes. */
static void
print_socket_options(const struct outcome *outcome, const struct outcome *fresh)
{
	static const char margin[] = "   ";
	const size_t full = 56, columns = 79; /* most options have at most 22 bytes */
	char value[OPTION_VALUE_SIZE];
	struct text text;

	text_init(&text);
	text_printf(&text, "%s", margin);
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++) {
		const char *name = option_table[i].name, *told;
		if (!is_told(outcome, fresh, i))
			continue;
		told = socket_option_text((enum bindchain_option)i, outcome->options[i].value,
		    outcome->congestion, value);
		if (text.length > full
		    || text.length + strlen(name) + strlen(told) + sizeof " =" - 1 > columns) {
			print_line(&text);
			text_printf(&text, "%s", margin);
		}
		text_printf(&text, " %s=%s", name, told);
	}
	if (text.length > sizeof margin - 1)
		print_line(&text);
}

/* Why balance, which is set on the socket, has no effect; NULL: it has, or is not set. */
static const char *
find_balance_lack(const struct outcome *outcome)
{
	const struct bindchain_fact *balance = &outcome->options[BINDCHAIN_BALANCE];
	const struct bindchain_fact *v6only = &outcome->options[BINDCHAIN_V6ONLY];
	struct backend_spelling spelling;
	struct request request;

	if (!balance->known || !balance->value)
		return NULL;
	request_init(&request, BINDCHAIN_TCP);
	request.address = outcome->address;
	request.options[BINDCHAIN_V6ONLY] = (struct option_setting) {
		v6only->known ? BINDCHAIN_REQUIRED : BINDCHAIN_UNASKED, v6only->value };
	sockopt_spell(&request, BINDCHAIN_BALANCE, 1, &spelling);
	return spelling.count ? NULL : spelling.reason;
}

static void
print_balance_lack(const struct outcome *outcome)
{
	const char *reason = find_balance_lack(outcome);
	struct text text;

	if (!reason)
		return;
	text_init(&text);
	text_printf(&text, "    balance has no effect: %s", reason);
	print_wrapped(&text, 8);
}

static void
print_socket(const struct description *description)
{
	const struct outcome *outcome = description->outcome;
	struct outcome fresh;

	print_heading(description);
	print_bound_path(outcome);
	print_queue(outcome);
	printf("    %s, %s\n", outcome->nonblocking ? "non-blocking" : "blocking",
	    outcome->close_on_exec ? "close-on-exec" : "not close-on-exec");
	print_socket_options(outcome,
	    outcome_read_new(outcome, &fresh) == 0 ? &fresh : NULL);
	print_balance_lack(outcome);
}

/* TEXT has the error in LISTEN_FDS.  Returns false if there is none. */
static bool
find_problem(const struct listen_environment *environment, struct text *text)
{
	struct bindchain_failure failure;
	bool is_ours = environment->owner == LISTEN_OWNER_US;

	text_init(text);
	if ((is_ours || !environment->well_formed)
	    && listen_environment_check(environment, &failure) != 0)
		text_add_failure(text, &failure, NULL);
	else if (is_ours && environment->names
	    && listen_names_count(environment->names) != environment->count)
		text_printf(text, "LISTEN_FDNAMES has not as many names as LISTEN_FDS descriptors");
	return text->length > 0;
}

static const char *
owner_text(enum listen_owner owner)
{
	switch (owner) {
	case LISTEN_OWNER_US:
		return "LISTEN_PID is this process";
	case LISTEN_OWNER_OTHER:
		return "LISTEN_PID is not this process";
	default:
		return "LISTEN_PID is not set: LISTEN_FDS is for no process";
	}
}

static void
print_variable(const char *name)
{
	const char *value = environment_get(name);
	struct text text;

	if (!value)
		return;
	text_init(&text);
	text_printf(&text, "%s=%s", name, value);
	print_line(&text);
}

static void
print_environment(const struct listen_environment *environment)
{
	struct text problem;

	for (size_t i = 0; *listen_variables[i]; i++)
		print_variable(listen_variables[i]);
	print_variable("UPSTART_EVENTS");
	print_variable("UPSTART_FDS");
	if (environment->fds || environment->pid)
		printf("%s\n", owner_text(environment->owner));
	if (find_problem(environment, &problem))
		printf("problem: %s\n", text_string(&problem));
}

static void
print_signals(const char *what, const int *numbers, int count)
{
	struct text text;

	if (count == 0)
		return;
	text_init(&text);
	text_printf(&text, "signals %s:", what);
	for (int i = 0; i < count; i++) {
		char name[SIGNAL_NAME_SIZE];
		signal_name(numbers[i], name);
		text_printf(&text, " %s", name);
	}
	print_wrapped(&text, 4);
}

/* The requested address is unknown here, but where the system binds another, that is known. */
static void
print_address_rule(void)
{
	const char *rule = backend_address_rule();
	struct text text;

	if (!rule)
		return;
	text_init(&text);
	text_printf(&text, "addresses: %s", rule);
	print_wrapped(&text, 4);
}

/* ---- JSON ---- */

static void
write_socket(struct json *json, const struct description *description)
{
	char path[PATH_MAX];

	find_bound_path(description->outcome, path);
	json_open(json, NULL, '{');
	json_outcome(json, description->outcome,
	    description->name[0] ? description->name : NULL);
	json_text(json, "bound_path", path[0] ? path : NULL);
	json_text(json, "balance_lack", find_balance_lack(description->outcome));
	json_close(json, '}');
}

static void
write_variable(struct json *json, const char *name)
{
	json_text(json, name, environment_get(name));
}

static void
write_environment(struct json *json, const struct listen_environment *environment)
{
	struct text problem;
	bool is_wrong = find_problem(environment, &problem);

	json_open(json, "environment", '{');
	for (size_t i = 0; *listen_variables[i]; i++)
		write_variable(json, listen_variables[i]);
	write_variable(json, "UPSTART_EVENTS");
	write_variable(json, "UPSTART_FDS");
	json_boolean(json, "for_this_process", environment->owner == LISTEN_OWNER_US);
	json_text(json, "problem", is_wrong ? text_string(&problem) : NULL);
	json_close(json, '}');
}

static void
write_signals(struct json *json, const char *key, const int *numbers, int count)
{
	json_open(json, key, '[');
	for (int i = 0; i < count; i++) {
		char name[SIGNAL_NAME_SIZE];
		signal_name(numbers[i], name);
		json_text(json, NULL, name);
	}
	json_close(json, ']');
}

/* ---- both ---- */

typedef void socket_visitor(struct json *, const struct description *);

static void
visit_text(struct json *json, const struct description *description)
{
	(void)json;
	print_socket(description);
}

/* Calls VISIT for every open descriptor that is a socket; returns their number. */
static int
visit_sockets(const struct listen_environment *environment, socket_visitor *visit,
    struct json *json)
{
	int highest = backend_highest_descriptor(), count = 0;
	struct name_reader names;

	begin_names(&names, environment);
	for (int descriptor = 0; descriptor <= highest; descriptor++) {
		struct outcome outcome;
		struct description description;
		read_name(&names, descriptor, description.name);
		if (outcome_read(descriptor, &outcome) != 0)
			continue;
		describe(&outcome, &description);
		visit(json, &description);
		count++;
	}
	return count;
}

static void
write_inspection(const struct listen_environment *environment,
    const struct inherited_signals *signals)
{
	struct json json = { 0 };

	json_open(&json, NULL, '{');
	json_text(&json, "schema", "bindchain-inspect");
	json_number(&json, "schema_version", INSPECT_SCHEMA_VERSION);
	json_text(&json, "system", backend_system);
	json_number(&json, "pid", getpid());
	json_open(&json, "sockets", '[');
	visit_sockets(environment, write_socket, &json);
	json_close(&json, ']');
	json_text(&json, "address_rule", backend_address_rule());
	write_environment(&json, environment);
	json_open(&json, "signals", '{');
	write_signals(&json, "ignored", signals->ignored, signals->ignored_count);
	write_signals(&json, "blocked", signals->blocked, signals->blocked_count);
	json_close(&json, '}');
	json_close(&json, '}');
}

static void
print_inspection(const struct listen_environment *environment,
    const struct inherited_signals *signals)
{
	if (visit_sockets(environment, visit_text, NULL) == 0)
		puts("no sockets");
	else
		print_address_rule();
	print_environment(environment);
	print_signals("ignored", signals->ignored, signals->ignored_count);
	print_signals("blocked", signals->blocked, signals->blocked_count);
}

static void
run(struct invocation *invocation)
{
	struct chosen chosen = { 0 };
	struct listen_environment environment;
	struct inherited_signals signals;

	native_read_options_alone(invocation, &chosen);
	listen_environment_read(&environment);
	inherited_signals_read(&signals); /* before print_begin() ignores some */
	print_begin();
	if (chosen.json)
		write_inspection(&environment, &signals);
	else
		print_inspection(&environment, &signals);
	print_end(invocation, 0);
}

const struct command inspect_command = {
	.name = COMMAND_NAME("inspect"),
	.synopsis = "[--json]",
	.summary = "Show inherited sockets and their options, as the kernel reports them.",
	.personality = &native_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.internal = true,
	.run = run,
};
