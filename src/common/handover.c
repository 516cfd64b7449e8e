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
visit(handover_visitor *visitor, void *context, const char *name, const char *value)
{
	const struct handover_variable variable = { name, value, false };

	return visitor(context, &variable);
}

static int
visit_number(handover_visitor *visitor, void *context, const char *name, int number)
{
	char buffer[NUMBER_TEXT_SIZE];

	return visit(visitor, context, name, number_text(number, buffer));
}

static int
visit_own_pid(handover_visitor *visitor, void *context)
{
	char buffer[NUMBER_TEXT_SIZE];
	const struct handover_variable variable = { "LISTEN_PID", number_text(getpid(), buffer),
		true };

	return visitor(context, &variable);
}

/* NAMES with MISSING more of them; NULL with errno.  The caller frees it. */
static char *
lengthen_names(const char *names, int missing)
{
	size_t unknown = sizeof unknown_name - 1, length = strlen(names);
	char *longer = malloc(length + (size_t)missing * unknown + 1);

	if (!longer)
		return NULL;
	memcpy(longer, names, length + 1);
	for (char *end = longer + length; missing > 0; missing--, end += unknown)
		memcpy(end, unknown_name, unknown + 1);
	return longer;
}

static int
visit_names(const struct handover *handover, handover_visitor *visitor, void *context)
{
	const char *names = getenv("LISTEN_FDNAMES");
	int missing, status;
	char *longer;

	if (!names)
		return 0;
	if (!handover->names_are_ours)
		return visit(visitor, context, "LISTEN_FDNAMES", NULL);
	/* A list with fewer names than sockets makes its readers refuse them all. */
	missing = handover->inherited + 1 - listen_names_count(names);
	if (missing <= 0)
		return 0;
	longer = lengthen_names(names, missing);
	if (!longer)
		return -1;
	status = visit(visitor, context, "LISTEN_FDNAMES", longer);
	free(longer);
	return status;
}

static int
visit_systemd(const struct handover *handover, handover_visitor *visitor, void *context)
{
	int status = visit_names(handover, visitor, context);

	if (status == 0)
		status = visit(visitor, context, "LISTEN_PIDFDID", NULL);
	if (status == 0)
		status = visit_number(visitor, context, "LISTEN_FDS", handover->inherited + 1);
	return status != 0 ? status : visit_own_pid(visitor, context);
}

static int
visit_upstart(const struct handover *handover, handover_visitor *visitor, void *context)
{
	int status = visit(visitor, context, "UPSTART_EVENTS", "socket");

	return status != 0 ? status
	    : visit_number(visitor, context, "UPSTART_FDS", handover->target);
}

int
handover_visit_variables(const struct handover *handover, handover_visitor *visitor,
    void *context)
{
	int status = handover->systemd ? visit_systemd(handover, visitor, context) : 0;

	if (status == 0 && handover->upstart)
		status = visit_upstart(handover, visitor, context);
	return status;
}

/* CONTEXT is where to leave the name of the variable at hand. */
static int
set_variable(void *context, const struct handover_variable *variable)
{
	*(const char **)context = variable->name;
	return variable->value ? setenv(variable->name, variable->value, 1)
	                       : unsetenv(variable->name);
}

static int
set_environment(const struct handover *handover, struct bindchain_failure *failure)
{
	const char *name = "LISTEN_FDNAMES"; /* the first, which may take memory */

	if (handover_visit_variables(handover, set_variable, &name) == 0)
		return 0;
	failure_set(failure, BINDCHAIN_ENVIRONMENT, errno);
	failure->subject = name;
	return -1;
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
