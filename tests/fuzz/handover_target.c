/* SPDX-License-Identifier: ISC */
/*
 * The variables of sd_listen_fds(3), read and written.  Input: LISTEN_FDS, LISTEN_PID,
 * LISTEN_PIDFDID and LISTEN_FDNAMES in a line each, "-" for one that is not set; the
 * number of sockets; "n" where they have names; the names, a line each.
 */
#include <stdlib.h>
#include <string.h>

#include "environment.h"
#include "handover.h"
#include "kernel.h"
#include "listen_fds.h"
#include "text.h"

extern char **environ;

static const char *const names[] = { "LISTEN_FDS", "LISTEN_PID", "LISTEN_PIDFDID",
	"LISTEN_FDNAMES" };
#define NAMES (sizeof names / sizeof *names)
#define SOCKETS_MAX 8

static void
set_environment(struct input *input)
{
	static char home[] = "HOME=/", *entries[NAMES + 2];
	static char texts[NAMES][2048];
	size_t count = 0;

	entries[count++] = home;
	for (size_t i = 0; i < NAMES; i++) {
		const char *value = input_text(input, '\n', 1024);
		if (strcmp(value, "-") == 0)
			continue;
		strcpy(texts[i], names[i]);
		strcat(texts[i], "=");
		strcat(texts[i], value);
		entries[count++] = texts[i];
	}
	entries[count] = NULL;
	environ = entries;
}

/* How often the environment has NAME, and its value. */
static size_t
count_of(const char *name, const char **value)
{
	size_t length = strlen(name), count = 0;

	for (char **entry = environ; *entry; entry++)
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

static void
check_names(const struct handover *handover)
{
	int total = handover->inherited + handover->count;
	const char *list = NULL;
	size_t count = count_of("LISTEN_FDNAMES", &list);

	require(count <= 1);
	if (handover->names)
		require(count == 1);
	if (count == 0)
		return;
	require(listen_names_count(list) >= total);
	for (int i = 0; handover->names && i < handover->count; i++) {
		int length;
		const char *name = listen_name(list, handover->inherited + i, &length);
		const char *ours = handover->names[i];
		if (ours)
			require((size_t)length == strlen(ours) && memcmp(name, ours, strlen(ours)) == 0);
	}
}

/* A list that was there for us stands, but for the names that are given. */
static void
check_old_names(const struct handover *handover, const char *old)
{
	const char *list = NULL;

	if (!old || !handover->names_are_ours)
		return;
	require(count_of("LISTEN_FDNAMES", &list) == 1);
	for (int i = 0; i < listen_names_count(old); i++) {
		int given = i - handover->inherited, before, after;
		const char *stood = listen_name(old, i, &before);
		const char *stands = listen_name(list, i, &after);
		require(stands);
		if (!handover->names || given < 0 || given >= handover->count
		    || !handover->names[given])
			require(before == after && memcmp(stood, stands, (size_t)after) == 0);
	}
}

static void
check(const struct handover *handover)
{
	const char *value;

	check_number("LISTEN_FDS", handover->inherited + handover->count);
	check_names(handover);
	require(count_of("LISTEN_PIDFDID", &value) == 0);
	require(count_of("LISTEN_PID", &value) == 1 && strtoll(value, NULL, 0) == KERNEL_PID);
	require(count_of("HOME", &value) == 1);
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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	const char *given[SOCKETS_MAX];
	struct bindchain_failure failure;
	struct handover handover;
	char **before = environ;
	const char *old = NULL;

	set_environment(&input);
	count_of("LISTEN_FDNAMES", &old);
	if (handover_to_listen_fds(&handover, true, false, &failure) == 0) {
		handover.count = 1 + input_byte(&input) % SOCKETS_MAX;
		if (input_byte(&input) == 'n')
			handover.names = given;
		for (int i = 0; i < handover.count; i++)
			given[i] = read_name(&input);
		require(handover.inherited <= KERNEL_HIGHEST_DESCRIPTOR - 2);
		require(handover_set_environment(&handover, &failure) == 0);
		check(&handover);
		check_old_names(&handover, old);
	} else
		require(failure.operation == BINDCHAIN_INHERITED);
	environ = before;
	input_end();
	return 0;
}
