/* SPDX-License-Identifier: ISC */
#include "environment.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

#define TEXT_SIZE 48 /* "LISTEN_PID=" and the like with a number */
#define TEXTS 6
#define ENTRIES 128

/* "NAME=value" for each variable that was set here; empty ones are free. */
static char texts[TEXTS][TEXT_SIZE];
/* What environ points to once something was added to it. */
static char *entries[ENTRIES];

/* Not strncmp(3), whose call is most of it here: every variable is asked. */
static bool
is_of(const char *text, const char *name)
{
	for (; *name; text++, name++)
		if (*text != *name)
			return false;
	return *text == '=';
}

/* Where NAME=VALUE of SIZE bytes is written: over its predecessor, where that was
 * written here, else anew.  NULL with errno. */
static char *
find_room(const char *name, size_t size)
{
	for (size_t i = 0; size <= TEXT_SIZE && i < TEXTS; i++)
		if (!texts[i][0] || is_of(texts[i], name))
			return texts[i];
	return malloc(size);
}

/* The entry for NAME, or the end of the list. */
static char **
find_entry(const char *name)
{
	char **entry = environ;

	while (entry && *entry && !is_of(*entry, name))
		entry++;
	return entry;
}

/* Moves the environment to where one more entry fits.  Returns its end. */
static char **
make_longer(void)
{
	size_t count = 0;
	char **longer = entries;

	while (environ && environ[count])
		count++;
	if (environ == entries && count + 1 < ENTRIES)
		return environ + count;
	if (environ == entries || count + 1 >= ENTRIES)
		longer = malloc((count + 2) * sizeof *longer);
	if (!longer)
		return NULL;
	if (count)
		memcpy(longer, environ, count * sizeof *longer);
	environ = longer;
	return longer + count;
}

int
environment_set(const char *name, const char *value)
{
	size_t length = strlen(name), size = length + strlen(value) + 2;
	char *text = find_room(name, size);
	char **entry = find_entry(name);

	if (!text)
		return -1;
	memcpy(text, name, length);
	text[length] = '=';
	memcpy(text + length + 1, value, size - length - 1);
	if (!entry || !*entry) {
		entry = make_longer();
		if (!entry)
			return -1;
		entry[1] = NULL;
	}
	*entry = text;
	return 0;
}
