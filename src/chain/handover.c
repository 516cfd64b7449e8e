/* SPDX-License-Identifier: ISC */
#include "handover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "environment.h"
#include "failure.h"
#include "listen_fds.h"
#include "text.h"

/* The name of a socket that has none, in sd_listen_fds_with_names(3). */
static const char unknown_name[] = "unknown";

void
handover_to_descriptor(struct handover *handover, int descriptor)
{
	*handover = (struct handover) { .target = descriptor, .count = 1 };
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

	*handover = (struct handover) { .target = LISTEN_FDS_START, .count = 1, .systemd = systemd,
		.upstart = upstart };
	if (!systemd)
		return 0;
	listen_environment_read(&environment);
	if (count_inherited(&environment, &handover->inherited, failure) != 0)
		return -1;
	handover->target += handover->inherited;
	handover->names_are_ours = environment.owner != LISTEN_OWNER_OTHER;
	handover->pid_is_ours = environment.owner == LISTEN_OWNER_US;
	return 0;
}

int
handover_first_in_the_way(const struct handover *handover)
{
	for (int i = 0; i < handover->count; i++)
		if (fcntl(handover->target + i, F_GETFD) >= 0)
			return handover->target + i;
	return -1;
}

int
handover_place(const struct handover *handover, int index, int descriptor,
    struct bindchain_failure *failure)
{
	int target = handover->target + index, status = 0;

	if (descriptor == target)
		return 0;
	if (dup2(descriptor, target) < 0) {
		failure_set(failure, BINDCHAIN_PLACE, errno);
		failure->descriptor = target;
		status = -1;
	}
	close(descriptor);
	return status;
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

/* The name that we have for socket INDEX of all, or NULL. */
static const char *
name_given(const struct handover *handover, int index)
{
	index -= handover->inherited;
	return handover->names && index >= 0 && index < handover->count
	    ? handover->names[index] : NULL;
}

/* Name number INDEX, as a part of a string: ours, that of the list OLD (NULL:
 * none), or that of a socket without one. */
static const char *
choose_name(const struct handover *handover, const char *old, int index, int *length)
{
	const char *name = name_given(handover, index);

	if (!name && old && index < listen_names_count(old))
		return listen_name(old, index, length);
	if (!name)
		name = unknown_name;
	*length = (int)strlen(name);
	return name;
}

/*
 * A list with COUNT names; what OLD has, stands, but where we have a name.  NULL
 * with errno.  The caller frees it.
 */
static char *
make_names(const struct handover *handover, const char *old, int count)
{
	size_t size = 1;
	char *list, *end;
	int length;

	for (int i = 0; i < count; i++) {
		choose_name(handover, old, i, &length);
		size += (size_t)length + 1;
	}
	list = end = malloc(size);
	for (int i = 0; list && i < count; i++) {
		const char *name = choose_name(handover, old, i, &length);
		if (i > 0)
			*end++ = ':';
		memcpy(end, name, (size_t)length);
		end += length;
		*end = '\0';
	}
	return list;
}

static int
visit_names(const struct handover *handover, handover_visitor *visitor, void *context)
{
	const char *names = environment_get("LISTEN_FDNAMES");
	int present, status, total = handover->inherited + handover->count;
	char *list;

	if (names && !handover->names_are_ours && !handover->names)
		return visit(visitor, context, "LISTEN_FDNAMES", NULL);
	if (!handover->names_are_ours)
		names = NULL;
	present = names ? listen_names_count(names) : 0;
	/* A list with fewer names than sockets makes its readers refuse them all. */
	if (!handover->names && (!names || present >= total))
		return 0;
	list = make_names(handover, names, present > total ? present : total);
	if (!list)
		return -1;
	status = visit(visitor, context, "LISTEN_FDNAMES", list);
	free(list);
	return status;
}

static int
visit_systemd(const struct handover *handover, handover_visitor *visitor, void *context)
{
	int status = visit_names(handover, visitor, context);

	if (status == 0)
		status = visit(visitor, context, "LISTEN_PIDFDID", NULL);
	if (status == 0)
		status = visit_number(visitor, context, "LISTEN_FDS",
		    handover->inherited + handover->count);
	if (status == 0 && !handover->pid_is_ours)
		status = visit_own_pid(visitor, context);
	return status;
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
	if (variable->value)
		return environment_set(variable->name, variable->value);
	return environment_get(variable->name) ? unsetenv(variable->name) : 0;
}

int
handover_set_environment(const struct handover *handover, struct bindchain_failure *failure)
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
	if (handover_place(handover, 0, descriptor, failure) != 0)
		return -1;
	if (handover_set_environment(handover, failure) == 0)
		return 0;
	close(handover->target);
	return -1;
}
