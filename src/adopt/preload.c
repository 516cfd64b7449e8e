/* SPDX-License-Identifier: ISC */
/* ld.so(8): paths, separated by colons, or by spaces too; dyld(1): by colons. */
#include "preload.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adopt.h"

static const char separators[] = ": ";
/* On the stack. */
#define ENTRY_MAX (PATH_MAX + 1024)
static char library[PATH_MAX];

static bool
is_end(char character)
{
	return !character || strchr(separators, character);
}

/* Where the library is in the LIST; NULL: it is not. */
static char *
find_library(char *list)
{
	size_t length = strlen(library);

	for (char *found = list; length > 0 && (found = strstr(found, library)); found++)
		if ((found == list || is_end(found[-1])) && is_end(found[length]))
			return found;
	return NULL;
}

/* The dynamic linker may know it by another path than the variable: then that stays. */
void
preload_begin(void)
{
	char *list = getenv(adopt_preload_variable);
	Dl_info information;

	if (dladdr(library, &information) != 0 && information.dli_fname)
		snprintf(library, sizeof library, "%s", information.dli_fname);
	if (!list || !find_library(list))
		library[0] = '\0';
}

/* With one of the separators beside it. */
static void
take_out(char *list)
{
	char *found = find_library(list), *rest;

	if (!found)
		return;
	rest = found + strlen(library);
	if (*rest)
		rest++;
	else if (found > list)
		found--;
	memmove(found, rest, strlen(rest) + 1);
}

void
preload_drop(void)
{
	char *value = getenv(adopt_preload_variable);

	if (value)
		take_out(value);
}

/* Of one that has the library; 0: it is another variable. */
static size_t
size_of(const char *entry)
{
	size_t name = strlen(adopt_preload_variable);

	return library[0] && strncmp(entry, adopt_preload_variable, name) == 0 && entry[name] == '='
	    ? strlen(entry) + strlen(library) + 2 : 0;
}

bool
preload_is_possible(char *const *environment)
{
	bool is_possible = !library[0];

	for (; !is_possible && environment && *environment; environment++)
		is_possible = size_of(*environment) > 0;
	return is_possible;
}

size_t
preload_size(char *const *environment)
{
	size_t size = 1;

	for (; environment && *environment; environment++)
		if (size_of(*environment) > size && size_of(*environment) <= ENTRY_MAX)
			size = size_of(*environment);
	return size;
}

bool
preload_change(const char *entry, bool is_wanted, char *changed, size_t size)
{
	size_t name = strlen(adopt_preload_variable) + 1;
	char *list = changed + name;

	if (size_of(entry) == 0 || size_of(entry) > size)
		return false;
	memcpy(changed, entry, strlen(entry) + 1);
	if (is_wanted == (find_library(list) != NULL))
		return false;
	if (is_wanted)
		snprintf(list, size - name, "%s%s%s", library, entry[name] ? ":" : "",
		    entry + name);
	else
		take_out(list);
	return true;
}
