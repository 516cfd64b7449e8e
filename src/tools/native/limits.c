/* SPDX-License-Identifier: ISC */
/*
 * bindchain limits: the kernel settings for listening sockets, each with its
 * meaning for a listener, and the address families of the interfaces.
 */
#include <stddef.h>
#include <stdio.h>

#include "command.h"
#include "family_values.h"
#include "interfaces.h"
#include "json.h"
#include "native.h"
#include "observe.h"
#include "print.h"

#define LIMITS_SCHEMA_VERSION 1

struct chosen {
	bool json;
};

static const struct option_spec options[] = {
	OPTION('j', "json", "", "print JSON", offsetof(struct chosen, json), true),
};

/* ---- text ---- */

/* A setting as sysctl(8) prints it, and its meaning in the next line. */
static void
print_value(const struct backend_value *value)
{
	struct text text;

	text_init(&text);
	text_printf(&text, "%s = %s", value->name, value->current ? value->current : "unknown");
	print_line(&text);
	printf("    %s\n", value->meaning);
}

static void
print_limits(struct backend_values *values)
{
	family_values_add(values);
	for (size_t i = 0; i < values->count; i++)
		print_value(&values->list[i]);
}

/* ---- JSON ---- */

static void
write_value(struct json *json, const struct backend_value *value)
{
	json_open(json, NULL, '{');
	json_text(json, "name", value->name);
	json_text(json, "value", value->current);
	json_text(json, "meaning", value->meaning);
	json_close(json, '}');
}

static void
write_families(struct json *json)
{
	struct interface_families families;

	if (interfaces_read(&families) != 0) {
		json_text(json, "families", NULL);
		return;
	}
	json_open(json, "families", '{');
	json_boolean(json, "ipv4", families.ipv4);
	json_boolean(json, "ipv6", families.ipv6);
	json_boolean(json, "ipv4_loopback", families.ipv4_loopback);
	json_boolean(json, "ipv6_loopback", families.ipv6_loopback);
	json_close(json, '}');
}

static void
write_limits(const struct backend_values *values)
{
	struct json json = { 0 };

	json_open(&json, NULL, '{');
	json_text(&json, "schema", "bindchain-limits");
	json_number(&json, "schema_version", LIMITS_SCHEMA_VERSION);
	json_text(&json, "system", backend_system);
	json_open(&json, "values", '[');
	for (size_t i = 0; i < values->count; i++)
		write_value(&json, &values->list[i]);
	json_close(&json, ']');
	write_families(&json);
	json_close(&json, '}');
}

static void
run(struct invocation *invocation)
{
	struct chosen chosen = { 0 };
	struct backend_values values;

	native_read_options_alone(invocation, &chosen);
	print_begin();
	backend_read_values(&values);
	if (chosen.json)
		write_limits(&values);
	else
		print_limits(&values);
	print_end(invocation, 0);
}

const struct command limits_command = {
	.name = COMMAND_NAME("limits"),
	.synopsis = "[--json]",
	.summary = "Show the kernel settings for listening sockets, and what they mean.",
	.personality = &native_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.internal = true,
	.run = run,
};
