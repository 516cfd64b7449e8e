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

void
backend_sight_add_hidden(struct text *text, const struct backend_sight *sight)
{
	text_printf(text, "%s", sight->hidden);
	if (sight->waited_for)
		text_printf(text, ", waiting for process %lld", (long long)sight->waited_for);
}
