/* SPDX-License-Identifier: ISC */
#include "convention.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "fatal.h"
#include "listen_fds.h"
#include "native.h"
#include "number.h"

void
convention_refuse_descriptor(const struct invocation *invocation, const char *text)
{
	fatal(invocation, "not a descriptor (0 to 2147483647): %s", text);
}

int
convention_read_descriptor(const struct invocation *invocation, const char *text)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	long long number;

	if (number_read(text, &rule, &number) != NUMBER_READ)
		convention_refuse_descriptor(invocation, text);
	return (int)number;
}

bool
convention_is_maximum_backlog(const char *text)
{
	return strcmp(text, "max") == 0 || strcmp(text, "4294967295") == 0;
}

void
convention_check_limit(const struct invocation *invocation)
{
	const struct handover *handover = &invocation->handover;
	long long last = (long long)handover->target + handover->count - 1;
	int limit = getdtablesize();

	if (last >= limit)
		fatal(invocation, "descriptor %lld is beyond the limit of open files"
		    " (RLIMIT_NOFILE), %d", last, limit);
}

struct convention
convention_read(const struct invocation *invocation, const char *how, int count)
{
	static const struct {
		char name[8];
		struct convention convention;
		bool single;
	} conventions[] = {
		{ "systemd", { HANDOVER_SYSTEMD, LISTEN_FDS_START, false }, false },
		{ "stdin", { 0, STDIN_FILENO, true }, true },
		{ "upstart", { HANDOVER_UPSTART, LISTEN_FDS_START, false }, true },
	};
	static const char choices[][NATIVE_CHOICE_SIZE] = { "systemd", "stdin", "upstart", "fd:N", "" };

	if (!how)
		how = conventions[0].name;
	for (size_t i = 0; i < sizeof conventions / sizeof *conventions; i++) {
		if (strcmp(how, conventions[i].name) != 0)
			continue;
		if (conventions[i].single && count != 1)
			fatal(invocation, "--as=%s passes one socket, not %d", how, count);
		return conventions[i].convention;
	}
	if (strncmp(how, "fd:", 3) != 0)
		native_fatal_choice(invocation, "--as", how, choices);
	return (struct convention) { .descriptor
		= convention_read_descriptor(invocation, how + 3) };
}
