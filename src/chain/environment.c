/* SPDX-License-Identifier: ISC */
#include "environment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

#define TEXT_SIZE 48 /* "LISTEN_PID=" and the like with a number */
#define TEXTS 6
#define ENTRIES 128

/* Every variable is asked: most differ in the first letter. */
static bool
is_of(const char *text, const char *name)
{
	for (; *name; text++, name++)
		if (*text != *name)
			return false;
	return *text == '=';
}

/* The place of NAME's entry in environ, or that of the NULL behind all. */
static size_t
find_place(const char *name)
{
	size_t place = 0;

	while (environ && environ[place] && !is_of(environ[place], name))
		place++;
	return place;
}

const char *
environment_get(const char *name)
{
	size_t place = find_place(name);

	return environ && environ[place] ? environ[place] + strlen(name) + 1 : NULL;
}

/* Room for NAME=VALUE of SIZE bytes: where NAME was written before, else anew.  NULL
 * where there is none. */
static char *
find_room(const char *name, size_t size)
{
	static char texts[TEXTS][TEXT_SIZE];

	for (size_t i = 0; size <= TEXT_SIZE && i < TEXTS; i++)
		if (!texts[i][0] || is_of(texts[i], name))
			return texts[i];
	return NULL;
}

/* The entry for NAME, or one more at the end of the list; NULL where there is no room
 * for that. */
static char **
find_entry(const char *name)
{
	static char *entries[ENTRIES];
	size_t count = find_place(name);

	if (environ && environ[count])
		return &environ[count];
	if (count + 1 >= ENTRIES)
		return NULL;
	if (environ && environ != entries)
		memcpy(entries, environ, count * sizeof *entries);
	environ = entries;
	environ[count + 1] = NULL;
	return &environ[count];
}

int
environment_set(const char *name, const char *value)
{
	size_t length = strlen(name), size = length + strlen(value) + 2;
	char *text = find_room(name, size);
	char **entry = text ? find_entry(name) : NULL;

	if (!entry)
		return setenv(name, value, 1);
	memcpy(text, name, length);
	text[length] = '=';
	memcpy(text + length + 1, value, size - length - 1);
	*entry = text;
	return 0;
}
