/* SPDX-License-Identifier: ISC */
#include "descriptor_option.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error_section.h"
#include "fatal.h"
#include "message.h"
#include "native.h"
#include "number.h"
#include "outcome.h"

void
descriptor_option_refuse(const struct invocation *invocation, const char *option, const char *text)
{
	fatal(invocation, "--%s=%s: not a descriptor (0 to %d)", option, text, INT_MAX);
}

int
descriptor_option_read(const struct invocation *invocation, const char *option, const char *text,
    const char *number)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	long long descriptor;

	if (number_read(number, &rule, &descriptor) != NUMBER_READ)
		descriptor_option_refuse(invocation, option, text);
	return (int)descriptor;
}

void
descriptor_option_check_writable(const struct invocation *invocation, const char *option,
    const char *text, int descriptor)
{
	int flags;

	if (fcntl(descriptor, F_GETFD) < 0)
		fatal(invocation, "--%s=%s: descriptor is not open", option, text);
	flags = fcntl(descriptor, F_GETFL);
	if (flags < 0)
		native_fatal_descriptor(invocation, "fcntl", descriptor);
	if ((flags & O_ACCMODE) == O_RDONLY)
		fatal(invocation, "--%s=%s: descriptor is open for reading only", option, text);
	if (outcome_read_number(descriptor, SOL_SOCKET, SO_ACCEPTCONN).value)
		fatal(invocation, "--%s=%s: descriptor is a listening socket", option, text);
}

void
descriptor_option_check_limit(const struct invocation *invocation, long long descriptor)
{
	int limit = getdtablesize();

	if (descriptor < limit)
		return;
	fatal_line(invocation, "descriptor %lld is beyond the limit of open files"
	    " (RLIMIT_NOFILE), %d", descriptor, limit);
	error_section_keep(invocation, ERROR_TOO_MANY_OPEN_FILES);
	fatal_exit(invocation, NATIVE_EXIT_USAGE);
}

/* The supervisor opens the descriptor: its configuration has to name the same one. */
void
descriptor_option_refuse_notify(const struct invocation *invocation, int notify,
    const char *clash, int instead)
{
	fatal_line(invocation, "--notify-fd=%d is %s; use --notify-fd=%d", notify, clash, instead);
	message_inform(invocation, "s6: write %d to notification-fd;"
	    " dinit: ready-notification = pipefd:%d", instead, instead);
	fatal_exit(invocation, NATIVE_EXIT_USAGE);
}
