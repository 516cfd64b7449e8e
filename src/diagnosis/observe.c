/* SPDX-License-Identifier: ISC */
#include "observe.h"

#include "compat.h"
#include "text.h"

void
backend_values_add(struct backend_values *values, const char *name, const char *current,
    const char *meaning)
{
	size_t left = sizeof values->texts - values->used;
	char *copy = values->texts + values->used;

	if (values->count == BACKEND_VALUES_MAX)
		return;
	if (current && left) {
		size_t length = strlcpy(copy, current, left);
		values->used += length < left ? length + 1 : left;
		current = copy;
	}
	values->list[values->count++] = (struct backend_value) { name, current, meaning };
}

static void
add_waited(struct text *text, const struct backend_sight *sight)
{
	bool many = sight->waited_count > 1;

	for (size_t i = 0; i < sight->waited_count; i++)
		text_printf(text, "%s%lld", i > 0 ? ", " : many ? "; blocked by processes "
		                                                : "; blocked by process ",
		    (long long)sight->waited[i]);
}

void
backend_sight_add_hidden(struct text *text, const struct backend_sight *sight)
{
	text_printf(text, "%s", sight->hidden);
	add_waited(text, sight);
	if (sight->left_out == 1)
		text_printf(text, "; 1 process was not searched to the end");
	else if (sight->left_out)
		text_printf(text, "; %zu processes were not searched to the end",
		    sight->left_out);
}
