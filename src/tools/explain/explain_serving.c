/* SPDX-License-Identifier: ISC */
/* bindchain explain of a command that accepts connections. */
#include "explain_serving.h"

#include <stdio.h>

#include "address.h"
#include "print.h"
#include "user_name.h"

static bool
works(const struct serving *serving)
{
	for (size_t i = 0; i < serving->server->listener_count; i++)
		if (serving->problems[i])
			return false;
	return !serving->problem;
}

/* ---- text ---- */

static void
print_listener(const struct server_listener *listener)
{
	char label[NUMBER_TEXT_SIZE + sizeof "descriptor "], number[NUMBER_TEXT_SIZE];
	struct text text;

	snprintf(label, sizeof label, "descriptor %s", number_text(listener->descriptor, number));
	print_start_row(&text, label);
	if (address_is_internet(&listener->address))
		text_printf(&text, "TCP ");
	else if (listener->address.length)
		text_printf(&text, "Unix ");
	text_add_address(&text, &listener->address);
	for (size_t i = 0; i < listener->option_count; i++)
		text_printf(&text, "%s%s", i == 0 ? "; connections get "
		    : listener->options[i - 1].or_next ? ", or " : ", ",
		    listener->options[i].name_text);
	print_wrapped_row(&text);
}

static void
print_limits(const struct server *server)
{
	const struct serve_rules *rules = &server->rules;
	struct text text;

	puts("\nLimits");
	print_start_row(&text, "connections");
	text_printf(&text, "%u; further ones %s", rules->limit,
	    rules->at_limit == SERVE_AT_LIMIT_QUEUE ? "wait in the accept queue"
	                                            : "are accepted and closed");
	print_wrapped_row(&text);
	print_start_row(&text, "connections of a source");
	if (rules->limit_per_source)
		text_printf(&text, "%u; further ones are accepted and closed",
		    rules->limit_per_source);
	else
		text_printf(&text, "no limit of their own");
	print_wrapped_row(&text);
	print_start_row(&text, "rate of a source");
	if (rules->rate)
		text_printf(&text, "%u connections in %u second%s; further ones are accepted and"
		    " closed", rules->rate, rules->period, rules->period == 1 ? "" : "s");
	else
		text_printf(&text, "no limit");
	print_wrapped_row(&text);
	print_start_row(&text, "source");
	text_printf(&text, "an IPv4 address, the first %u bits of an IPv6 address, or the user who"
	    " connected to a Unix socket", rules->ipv6_prefix);
	print_wrapped_row(&text);
	print_start_row(&text, "after SIGTERM or SIGINT");
	if (server->drain_seconds)
		text_printf(&text, "handlers are waited for, at most %u second%s",
		    server->drain_seconds, server->drain_seconds == 1 ? "" : "s");
	else
		text_printf(&text, "handlers are waited for, however long they run");
	print_wrapped_row(&text);
}

static void
add_user(struct text *text, const struct serving *serving)
{
	char name[USER_NAME_SIZE];

	if (user_name(serving->user, name))
		text_printf(text, "user %s (%lld)", name, (long long)serving->user);
	else
		text_printf(text, "user %lld", (long long)serving->user);
	text_printf(text, ", group %lld", (long long)serving->group);
}

static void
print_handler(const struct serving *serving)
{
	const struct spawn *spawn = &serving->server->spawn;
	struct text text;

	puts("\nHandler");
	print_start_row(&text, "runs as");
	add_user(&text, serving);
	print_wrapped_row(&text);
	print_start_row(&text, "connection");
	if (spawn->handover == SPAWN_STDIN)
		text_printf(&text, "standard input and output");
	else
		text_printf(&text, "descriptor %d", spawn->descriptor);
	print_line(&text);
}

static void
print_variables(const struct serving *serving)
{
	static const char process[] = "the process ID of the handler";
	struct text text;

	puts("\nEnvironment of the handler");
	for (size_t i = 0; i < serving->variable_count; i++) {
		const struct serving_variable *variable = &serving->variables[i];
		print_start_row(&text, variable->name);
		text_printf(&text, "%s", variable->change == SERVING_REMOVED ? "removed"
		    : variable->change == SERVING_PROCESS ? process : variable->value);
		print_wrapped_row(&text);
	}
}

static void
print_sentence(const char *sentence)
{
	struct text text;

	if (!sentence)
		return;
	text_init(&text);
	text_add(&text, "    ");
	text_add(&text, sentence);
	print_wrapped(&text, 8);
}

static void
print_errors(const struct serving *serving)
{
	puts("\nErrors");
	print_sentence(serving->problem);
	for (size_t i = 0; i < serving->server->listener_count; i++)
		print_sentence(serving->problems[i]);
}

bool
explain_serving_as_text(const struct serving *serving)
{
	const struct server *server = serving->server;

	puts("\nListening sockets");
	for (size_t i = 0; i < server->listener_count; i++)
		print_listener(&server->listeners[i]);
	if (server->listener_count == 0)
		puts("    none");
	print_limits(server);
	print_handler(serving);
	print_variables(serving);
	if (!works(serving))
		print_errors(serving);
	if (serving->warning_count)
		puts("\nWarnings");
	for (size_t i = 0; i < serving->warning_count; i++)
		print_sentence(serving->warnings[i]);
	return works(serving);
}

/* ---- JSON ---- */

static void
write_listener(struct json *json, const struct server_listener *listener, const char *problem)
{
	struct text address;

	text_init(&address);
	text_add_address(&address, &listener->address);
	json_open(json, NULL, '{');
	json_number(json, "descriptor", listener->descriptor);
	json_text(json, "address", listener->address.length ? text_string(&address) : NULL);
	json_open(json, "options", '[');
	for (size_t i = 0; i < listener->option_count; i++)
		json_text(json, NULL, listener->options[i].name_text);
	json_close(json, ']');
	json_text(json, "problem", problem);
	json_close(json, '}');
}

/* 0 is no limit. */
static void
write_limit(struct json *json, const char *key, unsigned limit)
{
	if (limit)
		json_number(json, key, limit);
	else
		json_text(json, key, NULL);
}

static void
write_rules(struct json *json, const struct server *server)
{
	const struct serve_rules *rules = &server->rules;

	json_number(json, "limit", rules->limit);
	json_text(json, "at_limit", rules->at_limit == SERVE_AT_LIMIT_QUEUE ? "queue" : "close");
	write_limit(json, "limit_per_source", rules->limit_per_source);
	json_number(json, "source_prefix", rules->ipv6_prefix);
	write_limit(json, "rate", rules->rate);
	write_limit(json, "rate_seconds", rules->period);
	write_limit(json, "deadline", server->drain_seconds);
}

static void
write_warnings(struct json *json, const struct serving *serving)
{
	json_open(json, "warnings", '[');
	for (size_t i = 0; i < serving->warning_count; i++)
		json_text(json, NULL, serving->warnings[i]);
	json_close(json, ']');
}

static void
write_variables(struct json *json, const struct serving *serving)
{
	static const char changes[][20] = { [SERVING_REMOVED] = "remove", [SERVING_SET] = "set",
		[SERVING_PROCESS] = "set_to_process", [SERVING_OF_CONNECTION] = "set_to_connection" };

	json_open(json, "variables", '[');
	for (size_t i = 0; i < serving->variable_count; i++) {
		const struct serving_variable *variable = &serving->variables[i];
		json_open(json, NULL, '{');
		json_text(json, "name", variable->name);
		json_text(json, "change", changes[variable->change]);
		json_text(json, "value", variable->change == SERVING_SET ? variable->value : NULL);
		json_close(json, '}');
	}
	json_close(json, ']');
}

bool
explain_serving_as_json(struct json *json, const struct serving *serving)
{
	const struct server *server = serving->server;
	const struct spawn *spawn = &server->spawn;

	json_open(json, "serving", '{');
	json_open(json, "listeners", '[');
	for (size_t i = 0; i < server->listener_count; i++)
		write_listener(json, &server->listeners[i], serving->problems[i]);
	json_close(json, ']');
	json_text(json, "problem", serving->problem);
	json_text(json, "section", serving->section == ERROR_SECTION_NONE
	    ? NULL : error_section_name(serving->section));
	write_warnings(json, serving);
	write_rules(json, server);
	json_number(json, "user", serving->user);
	json_number(json, "group", serving->group);
	json_close(json, '}');
	json_open(json, "handover", '{');
	json_number(json, "descriptor", spawn->handover == SPAWN_STDIN ? 0 : spawn->descriptor);
	json_number(json, "count", 1);
	json_number(json, "inherited", 0);
	write_variables(json, serving);
	json_close(json, '}');
	return works(serving);
}
