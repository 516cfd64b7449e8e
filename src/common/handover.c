/* SPDX-License-Identifier: ISC */
#include "handover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"
#include "listen_environment.h"
#include "text.h"

/* The name of a socket that has none, in sd_listen_fds_with_names(3). */
static const char unknown_name[] = ":unknown";

void
handover_to_stdin(struct handover *handover)
{
	*handover = (struct handover) { .target = STDIN_FILENO };
}

static int
count_inherited(const struct listen_environment *environment, int *count,
    struct bindchain_failure *failure)
{
	int closed;

	*count = 0;
	if (environment->owner != LISTEN_OWNER_US)
		return 0;
	if (!environment->well_formed) {
		failure_set(failure, BINDCHAIN_INHERITED, 0);
		failure->subject = environment->fds;
		failure->reason = "not a number of descriptors";
		return -1;
	}
	closed = listen_environment_first_closed(environment->count);
	if (closed >= 0) {
		failure_set(failure, BINDCHAIN_INHERITED, EBADF);
		failure->descriptor = closed;
		return -1;
	}
	*count = environment->count;
	return 0;
}

int
handover_to_listen_fds(struct handover *handover, bool systemd, bool upstart,
    struct bindchain_failure *failure)
{
	struct listen_environment environment;

	*handover = (struct handover) { .target = LISTEN_FDS_START, .systemd = systemd,
		.upstart = upstart };
	if (!systemd)
		return 0;
	listen_environment_read(&environment);
	if (count_inherited(&environment, &handover->inherited, failure) != 0)
		return -1;
	handover->target += handover->inherited;
	handover->names_are_ours = environment.owner != LISTEN_OWNER_OTHER;
	return 0;
}

static int
place(const struct handover *handover, int descriptor, struct bindchain_failure *failure)
{
	if (descriptor == handover->target)
		return 0;
	if (dup2(descriptor, handover->target) < 0) {
		failure_set(failure, BINDCHAIN_PLACE, errno);
		failure->descriptor = handover->target;
		close(descriptor);
		return -1;
	}
	close(descriptor);
	return 0;
}

static int
set_variable(const char *name, const char *value, struct bindchain_failure *failure)
{
	if (setenv(name, value, 1) == 0)
		return 0;
	failure_set(failure, BINDCHAIN_ENVIRONMENT, errno);
	failure->subject = name;
	return -1;
}

static int
set_number(const char *name, long long number, struct bindchain_failure *failure)
{
	char buffer[NUMBER_TEXT_SIZE];

	return set_variable(name, number_text(number, buffer), failure);
}

/* A list with fewer names than sockets makes its readers refuse them all. */
static int
lengthen_names(const char *names, int sockets, struct bindchain_failure *failure)
{
	int missing = sockets - listen_names_count(names);
	size_t unknown = sizeof unknown_name - 1, length = strlen(names);
	char *longer;
	int status;

	if (missing <= 0)
		return 0;
	longer = malloc(length + (size_t)missing * unknown + 1);
	if (!longer) {
		failure_set(failure, BINDCHAIN_ENVIRONMENT, ENOMEM);
		failure->subject = "LISTEN_FDNAMES";
		return -1;
	}
	memcpy(longer, names, length + 1);
	for (char *end = longer + length; missing > 0; missing--, end += unknown)
		memcpy(end, unknown_name, unknown + 1);
	status = set_variable("LISTEN_FDNAMES", longer, failure);
	free(longer);
	return status;
}

static int
set_names(const struct handover *handover, struct bindchain_failure *failure)
{
	const char *names = getenv("LISTEN_FDNAMES");

	if (!names)
		return 0;
	if (handover->names_are_ours)
		return lengthen_names(names, handover->inherited + 1, failure);
	unsetenv("LISTEN_FDNAMES");
	return 0;
}

static int
set_environment(const struct handover *handover, struct bindchain_failure *failure)
{
	if (handover->upstart
	    && (set_variable("UPSTART_EVENTS", "socket", failure) != 0
	        || set_number("UPSTART_FDS", handover->target, failure) != 0))
		return -1;
	if (!handover->systemd)
		return 0;
	unsetenv("LISTEN_PIDFDID");
	if (set_names(handover, failure) != 0
	    || set_number("LISTEN_FDS", handover->inherited + 1, failure) != 0
	    || set_number("LISTEN_PID", getpid(), failure) != 0)
		return -1;
	return 0;
}

int
handover_perform(const struct handover *handover, int descriptor,
    struct bindchain_failure *failure)
{
	if (place(handover, descriptor, failure) != 0)
		return -1;
	if (set_environment(handover, failure) == 0)
		return 0;
	close(handover->target);
	return -1;
}
