/* SPDX-License-Identifier: ISC */
/*
 * What a predecessor's environment says of sockets, as programs receive it.  Input: the
 * values of the variables below in a line each, "-" for one that is not set; then a byte,
 * the flags.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bindchain/sd-daemon.h>

#include "kernel.h"

extern char **environ;

#define VALUE_MAX 1024
#define FLAGS (BINDCHAIN_KEEP_OPEN_ON_EXEC | BINDCHAIN_ANY_PID)

static const char *const variables[] = { "LISTEN_FDS", "LISTEN_PID", "LISTEN_PIDFDID",
	"LISTEN_FDNAMES", "UPSTART_FDS", "WATCHDOG_USEC", "WATCHDOG_PID" };
enum { VARIABLES = sizeof variables / sizeof *variables };

/* NAME=VALUE of the next line; NULL if it is not set. */
static char *
read_variable(struct input *input, const char *name)
{
	const char *value = input_text(input, '\n', VALUE_MAX);
	size_t length = strlen(name), size = strlen(value) + 1;
	char *variable = malloc(length + 1 + size);

	require(variable);
	memcpy(variable, name, length);
	variable[length] = '=';
	memcpy(variable + length + 1, value, size);
	return strcmp(value, "-") == 0 ? NULL : variable;
}

static void
read_environment(struct input *input, char *entries[VARIABLES + 1])
{
	size_t count = 0;

	for (size_t i = 0; i < VARIABLES; i++) {
		entries[count] = read_variable(input, variables[i]);
		count += entries[count] != NULL;
	}
	entries[count] = NULL;
}

/* An error that is documented. */
static void
check_error(int error)
{
	require(error == EINVAL || error == ERANGE || error == EBADF);
}

/* The names are the list's, or "unknown". */
static void
check_names(char **names, int count, const char *list)
{
	for (int i = 0; i < count; i++) {
		size_t length = list ? strcspn(list, ":") : 0;
		require(names[i]);
		if (list) {
			require(strlen(names[i]) == length && memcmp(names[i], list, length) == 0);
			require((list[length] == ':') == (i + 1 < count));
			list += length + 1;
		} else
			require(strcmp(names[i], "unknown") == 0);
		free(names[i]);
	}
	require(!names[count]);
	free((void *)names);
}

static int
check_listen_fds(unsigned flags)
{
	char **names = NULL;
	int count = bindchain_listen_fds(flags);
	int named = bindchain_listen_fds_with_names(flags, &names);

	if (count < 0)
		check_error(errno);
	require(count <= KERNEL_HIGHEST_DESCRIPTOR - 2);
	require(named == count || (count > 0 && named == -1 && errno == EINVAL));
	require((named > 0) == (names != NULL));
	if (named > 0)
		check_names(names, named, getenv("LISTEN_FDNAMES"));
	return count;
}

/* What is inherited is also counted, though not the other way round: bindchain_inherit()
 * reads numbers more strictly. */
static void
check_inherited(const char *from, unsigned flags, int count)
{
	struct bindchain_failure failure;
	struct bindchain_inherited *inherited = bindchain_inherit(from, flags, &failure);
	int present = bindchain_inherited_count(inherited);

	require(inherited || failure.operation == BINDCHAIN_RECEIVE);
	require(present == 0 || count < 0 || present == count);
	for (int i = 0; i < present; i++) {
		const char *name = bindchain_inherited_name(inherited, i);
		require(bindchain_inherited_descriptor(inherited, i) >= 0);
		require(!name || bindchain_inherited_find(inherited, name) >= 0);
	}
	bindchain_inherited_free(inherited);
}

static void
check_watchdog(void)
{
	uint64_t usec = 0;
	int result = sd_watchdog_enabled(1, &usec);

	if (result < 0)
		check_error(-result);
	require((result == 1) == (usec > 0));
	require(!getenv("WATCHDOG_USEC") && !getenv("WATCHDOG_PID"));
}

/* libsystemd's functions find the same, and leave nothing. */
static void
check_removal(unsigned flags, int count)
{
	int result = sd_listen_fds(1);

	if (flags & BINDCHAIN_ANY_PID)
		require(result <= 0 || result == count);
	else
		require(count < 0 ? result < 0 : result == count);
	require(!getenv("LISTEN_FDS") && !getenv("LISTEN_PID") && !getenv("LISTEN_PIDFDID")
	    && !getenv("LISTEN_FDNAMES"));
	require(bindchain_listen_fds(flags) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *entries[VARIABLES + 1], **before = environ;
	struct input input = input_begin(data, size);
	unsigned flags;
	int count;

	read_environment(&input, entries);
	flags = input_byte(&input) & FLAGS;
	environ = entries;
	count = check_listen_fds(flags);
	check_inherited("systemd", flags, count);
	check_inherited("upstart", flags, -1);
	check_watchdog();
	check_removal(flags, count);
	environ = before;
	input_end();
	return 0;
}
