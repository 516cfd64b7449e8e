/* SPDX-License-Identifier: ISC */
/*
 * The variables of sd_listen_fds(3), read and written.  Input: LISTEN_FDS, LISTEN_PID,
 * LISTEN_PIDFDID and LISTEN_FDNAMES in a line each, "-" for one that is not set; the
 * number of sockets; "n" where they have names; the names, a line each.
 * The library's handover must lead to the same environment, without changing any.
 */
#include <string.h>

#include "environment.h"
#include "handover.h"
#include "kernel.h"
#include "listen_fds.h"
#include "text.h"

extern char **environ;

#define SOCKETS_MAX 8
#define VALUE_MAX 1024

static void
set_variable(const char *name, const char *value)
{
	require((value ? environment_set(name, value) : environment_remove(name)) == 0);
}

/* One environment for all runs: only these variables are ever changed. */
static void
set_environment(struct input *input)
{
	static const char *const names[] = { "LISTEN_FDS", "LISTEN_PID", "LISTEN_PIDFDID",
		"LISTEN_FDNAMES" };

	kernel_keep_memory();
	set_variable("HOME", "/");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = input_text(input, '\n', VALUE_MAX);
		set_variable(names[i], strcmp(value, "-") == 0 ? NULL : value);
	}
}

/* How often the environment has NAME, and its value. */
static size_t
count_of(const char *name, const char **value)
{
	size_t length = strlen(name), count = 0;

	for (char **entry = environment_all(); *entry; entry++)
		if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') {
			*value = *entry + length + 1;
			count++;
		}
	return count;
}

static void
check_number(const char *name, int expected)
{
	char digits[NUMBER_TEXT_SIZE];
	const char *value = "";

	require(count_of(name, &value) == 1);
	require(strcmp(value, number_text(expected, digits)) == 0);
}

/* Does the list begin with NAME?  Then it is behind that. */
static bool
take_name(const char **list, const char *name, size_t length)
{
	if (strncmp(*list, name, length) != 0 || !strchr(":", (*list)[length]))
		return false;
	*list += length + ((*list)[length] == ':');
	return true;
}

/* Ours, those of the list that was there for us, and "unknown" for others. */
static void
check_names(const struct handover *handover, const char *old)
{
	int total = handover->inherited + handover->count, done = 0;
	const char *list = NULL;
	size_t count = count_of("LISTEN_FDNAMES", &list);

	require(count == (handover->names || old));
	for (; count && (done < total || old); done++) {
		int given = done - handover->inherited;
		const char *name = handover->names && given >= 0 && given < handover->count
		    ? handover->names[given] : NULL;
		size_t length = old ? strcspn(old, ":") : 0;
		if (name)
			require(take_name(&list, name, strlen(name)));
		else
			require(take_name(&list, old ? old : "unknown", old ? length : 7));
		old = old && old[length] ? old + length + 1 : NULL;
	}
	require(!count || !*list);
}

static void
check(const struct handover *handover, const char *old)
{
	const char *value = "";

	check_number("LISTEN_FDS", handover->inherited + handover->count);
	check_number("LISTEN_PID", KERNEL_PID);
	check_names(handover, old);
	require(count_of("LISTEN_PIDFDID", &value) == 0);
	require(count_of("HOME", &value) == 1 && strcmp(value, "/") == 0);
}

/* A name has no colon: listener_settings.c refuses it. */
static const char *
read_name(struct input *input)
{
	char *name = input_text(input, '\n', 255);

	for (char *c = name; *c; c++)
		if (*c == ':')
			*c = '_';
	return *name ? name : NULL;
}

/* The list of names that is for us, copied; NULL where there is none. */
static const char *
read_old_names(void)
{
	static char copy[VALUE_MAX + 1];
	struct listen_environment before;

	listen_environment_read(&before);
	if (!before.names || before.owner == LISTEN_OWNER_OTHER)
		return NULL;
	return strcpy(copy, before.names);
}

/* ---- the library's ---- */

static struct bindchain_handover *
prepare(const struct handover_sockets *sockets, struct bindchain_failure *failure)
{
	return bindchain_handover_new(BINDCHAIN_HANDOVER_SYSTEMD | BINDCHAIN_HANDOVER_APPEND, 3,
	    sockets->count, sockets->names, environment_all(), failure);
}

static bool
are_valid(const struct handover_sockets *sockets)
{
	for (int i = 0; sockets->names && i < sockets->count; i++)
		if (sockets->names[i] && !listen_name_is_valid(sockets->names[i]))
			return false;
	return true;
}

/* The library always makes a list of names, the core only if there are names or a list. */
static void
check_library(struct bindchain_handover *library, const struct handover *handover)
{
	char **entries = bindchain_handover_environment(library), **own = environment_all();

	require(bindchain_handover_target(library, 0) == handover->target);
	for (; handover->names && *own; own++, entries++)
		require(*entries && strcmp(*entries, *own) == 0);
	require(!handover->names || !*entries);
}

/* ---- both ---- */

static void
hand_over(struct input *input)
{
	const char *given[SOCKETS_MAX], *old = read_old_names();
	struct handover_sockets sockets = { .count = 1 + input_byte(input) % SOCKETS_MAX };
	struct bindchain_failure failure, of_library;
	struct bindchain_handover *library;
	struct handover handover;

	if (input_byte(input) == 'n')
		sockets.names = given;
	for (int i = 0; i < sockets.count; i++)
		given[i] = read_name(input);
	library = prepare(&sockets, &of_library);
	if (handover_to_listen_fds(&handover, HANDOVER_SYSTEMD, environment_all(), &sockets,
	        &failure) == 0) {
		require(handover.inherited <= KERNEL_HIGHEST_DESCRIPTOR - 2);
		require(handover_set_environment(&handover, &failure) == 0);
		check(&handover, old);
		require(are_valid(&sockets) == (library != NULL));
		if (library)
			check_library(library, &handover);
	} else {
		require(failure.operation == BINDCHAIN_INHERITED);
		require(!library && of_library.operation
		    == (are_valid(&sockets) ? BINDCHAIN_INHERITED : BINDCHAIN_INVALID));
	}
	bindchain_handover_free(library);
	handover_free(&handover);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char home[] = "HOME=/", *few[] = { home, NULL };
	struct input input = input_begin(data, size);
	char **before = environ;

	environ = few;
	set_environment(&input);
	hand_over(&input);
	environ = before;
	input_end();
	return 0;
}
