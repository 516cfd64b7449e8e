/* SPDX-License-Identifier: ISC */
#include "environment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

#define TEXT_SIZE 48 /* "LISTEN_PID=" and the like with a number */
#define TEXTS 8
#define ENTRIES 128

/* Initialised, and so on the page with the addresses of functions, which every start writes. */
static bool is_as_at_start = true;
/* Our copy, from the first change on. */
static struct {
	char **entries;
	size_t count, room;
} changed;

/* The storage of a variable that is set: a short one is in the text itself; of a long one
 * the text has only the name. */
struct variable_text {
	char text[TEXT_SIZE];
	char *allocated; /* the long one, or NULL */
};

char **
environment_all(void)
{
	return is_as_at_start ? environ : changed.entries;
}

/* Compares the first letter before the rest: most variables differ there. */
static bool
is_of(const char *text, const char *name)
{
	for (; *name; text++, name++)
		if (*text != *name)
			return false;
	return *text == '=';
}

/* NAME's first entry, or the terminating NULL. */
static char **
find_entry(const char *name)
{
	static char *none;
	char **entry = environment_all();

	if (!entry)
		return &none;
	while (*entry && !is_of(*entry, name))
		entry++;
	return entry;
}

const char *
environment_find(char *const *entries, const char *name)
{
	for (; entries && *entries; entries++)
		if (is_of(*entries, name))
			return *entries + strlen(name) + 1;
	return NULL;
}

const char *
environment_get(const char *name)
{
	return environment_find(environment_all(), name);
}

size_t
environment_count(char *const *entries)
{
	size_t count = 0;

	while (entries && entries[count])
		count++;
	return count;
}

/* Copies the list once, with room for one more entry. */
static bool
make_room(void)
{
	static char *few[ENTRIES];
	char **before = environment_all(), **entries = few;
	size_t count, room = ENTRIES;

	if (!is_as_at_start && changed.count + 1 < changed.room)
		return true;
	count = environment_count(before);
	if (count + 1 >= room) {
		room = 2 * (count + 1);
		entries = malloc(room * sizeof *entries);
	}
	if (!entries)
		return false;
	if (count)
		memcpy(entries, before, count * sizeof *entries);
	entries[count] = NULL;
	if (!is_as_at_start && changed.entries != few)
		free(changed.entries);
	changed.entries = entries;
	changed.count = count;
	changed.room = room;
	is_as_at_start = false;
	return true;
}

/* The text of NAME's previous value, else an unused one; NULL if there is none. */
static struct variable_text *
find_text(const char *name, size_t length)
{
	static struct variable_text texts[TEXTS];

	if (length + 2 > TEXT_SIZE)
		return NULL;
	for (struct variable_text *text = texts; text < texts + TEXTS; text++)
		if (!text->text[0] || is_of(text->text, name))
			return text;
	return NULL;
}

static void
write_variable(char *text, const char *name, size_t length, const char *value, size_t value_size)
{
	memcpy(text, name, length);
	text[length] = '=';
	memmove(text + length + 1, value, value_size); /* it may be the variable's own */
}

/* NAME=VALUE in permanent storage; NULL if out of memory. */
static char *
make_variable(struct variable_text *text, const char *name, size_t length, const char *value)
{
	size_t value_size = strlen(value) + 1, size = length + 1 + value_size;
	char *variable = text && size <= TEXT_SIZE ? text->text : malloc(size);

	if (!variable)
		return NULL;
	write_variable(variable, name, length, value, value_size);
	if (!text || variable == text->text)
		return variable;
	write_variable(text->text, name, length, "", 1);
	free(text->allocated);
	text->allocated = variable;
	return variable;
}

/* Removes the entries of NAME from TO on. */
static void
drop(const char *name, char **to)
{
	for (char **from = to; *from; from++)
		if (!is_of(*from, name))
			*to++ = *from;
	*to = NULL;
	changed.count = (size_t)(to - changed.entries);
}

/* Did we write ENTRY?  Then it is the only one of its name. */
static bool
is_written_here(const char *entry, const struct variable_text *text)
{
	return text && (entry == text->text || entry == text->allocated);
}

int
environment_set(const char *name, const char *value)
{
	size_t length = strlen(name);
	struct variable_text *text;
	char **entry, *variable;
	bool is_new, is_only;

	if (!make_room())
		return -1;
	text = find_text(name, length);
	entry = find_entry(name);
	is_new = !*entry;
	is_only = is_new || is_written_here(*entry, text);
	variable = make_variable(text, name, length, value); /* may free what stands there */
	if (!variable)
		return -1;
	*entry = variable;
	if (is_new)
		changed.entries[++changed.count] = NULL;
	if (!is_only)
		drop(name, entry + 1);
	return 0;
}

int
environment_remove(const char *name)
{
	if (!*find_entry(name))
		return 0;
	if (!make_room())
		return -1;
	drop(name, find_entry(name));
	return 0;
}
