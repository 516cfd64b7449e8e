/* SPDX-License-Identifier: ISC */
#include "convention.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "listen_fds.h"
#include "native.h"
#include "number.h"

int
convention_read_descriptor(const struct invocation *invocation, const char *text, int *descriptor)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	long long number;

	if (number_read(text, &rule, &number) != NUMBER_READ)
		return native_fatal_usage(invocation, "not a descriptor (0 to 2147483647): %s", text);
	*descriptor = (int)number;
	return 0;
}

bool
convention_is_greatest_backlog(const char *text)
{
	return strcmp(text, "max") == 0 || strcmp(text, "4294967295") == 0;
}

int
convention_check_limit(const struct invocation *invocation)
{
	const struct handover *handover = &invocation->handover;
	long long last = (long long)handover->target + handover->count - 1;
	int limit = getdtablesize();

	if (last < limit)
		return 0;
	return native_fatal_usage(invocation, "descriptor %lld is beyond the limit of open files"
	    " (RLIMIT_NOFILE), %d", last, limit);
}

int
convention_read(const struct invocation *invocation, const char *how, int count,
    enum convention *convention, int *descriptor)
{
	static const struct {
		const char *name;
		enum convention convention;
		int descriptor;
		bool single;
	} conventions[] = {
		{ "systemd", CONVENTION_SYSTEMD, LISTEN_FDS_START, false },
		{ "stdin", CONVENTION_STDIN, STDIN_FILENO, true },
		{ "upstart", CONVENTION_UPSTART, LISTEN_FDS_START, true },
	};
	static const char choices[][NATIVE_CHOICE_SIZE] = { "systemd", "stdin", "upstart", "fd:N", "" };

	if (!how)
		how = conventions[0].name;
	for (size_t i = 0; i < sizeof conventions / sizeof *conventions; i++) {
		if (strcmp(how, conventions[i].name) != 0)
			continue;
		if (conventions[i].single && count != 1)
			return native_fatal_usage(invocation, "--as=%s passes one socket, not %d",
			    how, count);
		*convention = conventions[i].convention;
		*descriptor = conventions[i].descriptor;
		return 0;
	}
	if (strncmp(how, "fd:", 3) != 0)
		return native_fatal_choice(invocation, "--as", how, choices);
	*convention = CONVENTION_FD;
	return convention_read_descriptor(invocation, how + 3, descriptor);
}

unsigned
convention_variables(enum convention convention)
{
	switch (convention) {
	case CONVENTION_SYSTEMD:
		return HANDOVER_SYSTEMD;
	case CONVENTION_UPSTART:
		return HANDOVER_UPSTART;
	default:
		return 0;
	}
}
