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

/* The name of a nameless socket in sd_listen_fds_with_names(3). */
static const char unknown_name[] = "unknown";

/* ---- the plan ---- */

/* The array of changes is not cleared: that takes more instructions than the rest. */
static void
begin(struct handover *handover, int target, const struct handover_sockets *sockets)
{
	handover->target = target;
	handover->count = sockets->count;
	handover->inherited = 0;
	handover->names = sockets->names;
	handover->name_list = NULL;
	handover->told_count = 0;
	handover->change_count = 0;
}

void
handover_to_descriptor(struct handover *handover, int descriptor,
    const struct handover_sockets *sockets)
{
	begin(handover, descriptor, sockets);
}

static struct handover_change *
add_change(struct handover *handover, const char *name, enum handover_value value)
{
	struct handover_change *change = &handover->changes[handover->change_count++];

	change->name = name;
	change->value = value;
	return change;
}

static void
add_number(struct handover *handover, const char *name, enum handover_value value, int number)
{
	add_change(handover, name, value)->number = number;
}

static int
no_memory_for(const char *variable, struct bindchain_failure *failure)
{
	failure_set(failure, BINDCHAIN_ENVIRONMENT, ENOMEM);
	failure->subject = variable;
	return -1;
}

/* Our name for socket INDEX, or NULL. */
static const char *
name_given(const struct handover *handover, int index)
{
	index -= handover->inherited;
	return handover->names && index >= 0 && index < handover->count
	    ? handover->names[index] : NULL;
}

/* The size of a list of COUNT names, however many of OLD's it keeps. */
static char *
allocate_list(const struct handover *handover, const char *old, int count)
{
	size_t size = (old ? strlen(old) : 0) + (size_t)count * sizeof unknown_name + 1;

	for (int i = 0; handover->names && i < handover->count; i++)
		size += handover->names[i] ? strlen(handover->names[i]) : 0;
	return malloc(size);
}

/*
 * A list of COUNT names: ours, else the one of the list OLD (NULL: none), else "unknown".
 * NULL if out of memory.
 */
static char *
make_names(const struct handover *handover, const char *old, int count)
{
	char *list = allocate_list(handover, old, count), *end = list;

	for (int i = 0; list && i < count; i++) {
		int length = sizeof unknown_name - 1;
		const char *inherited = listen_names_next(&old, &length);
		const char *name = name_given(handover, i);
		if (name)
			length = (int)strlen(name);
		else
			name = inherited ? inherited : unknown_name;
		memcpy(end, name, (size_t)length);
		end += length;
		*end++ = ':';
	}
	if (list)
		end[-1] = '\0';
	return list;
}

static int
plan_names(struct handover *handover, const struct listen_environment *environment,
    struct bindchain_failure *failure)
{
	int present, total = handover->inherited + handover->count;
	const char *old = environment->names;

	if (old && environment->owner == LISTEN_OWNER_OTHER) {
		if (!handover->names)
			add_change(handover, "LISTEN_FDNAMES", HANDOVER_REMOVED);
		old = NULL;
	}
	present = old ? listen_names_count(old) : 0;
	/* Readers refuse a list with fewer names than sockets. */
	if (!handover->names && (!old || present >= total))
		return 0;
	handover->name_list = make_names(handover, old, present > total ? present : total);
	if (!handover->name_list)
		return no_memory_for("LISTEN_FDNAMES", failure);
	add_change(handover, "LISTEN_FDNAMES", HANDOVER_TEXT)->text = handover->name_list;
	return 0;
}

static int
plan_systemd(struct handover *handover, const struct listen_environment *environment,
    struct bindchain_failure *failure)
{
	if (plan_names(handover, environment, failure) != 0)
		return -1;
	add_change(handover, "LISTEN_PIDFDID", HANDOVER_REMOVED);
	add_number(handover, "LISTEN_FDS", HANDOVER_NUMBER,
	    handover->inherited + handover->count);
	if (!environment->pid_is_decimal)
		add_number(handover, "LISTEN_PID", HANDOVER_OWN_PID, (int)environment->own_pid);
	return 0;
}

static void
plan_upstart(struct handover *handover)
{
	add_change(handover, "UPSTART_EVENTS", HANDOVER_TEXT)->text = "socket";
	add_number(handover, "UPSTART_FDS", HANDOVER_NUMBER, handover->target);
}

static int
count_inherited(const struct listen_environment *environment, int *count,
    struct bindchain_failure *failure)
{
	*count = 0;
	if (environment->owner != LISTEN_OWNER_US)
		return 0;
	if (listen_environment_check(environment, failure) != 0)
		return -1;
	*count = environment->count;
	return 0;
}

int
handover_to_listen_fds(struct handover *handover, unsigned conventions,
    char *const *environment, const struct handover_sockets *sockets,
    struct bindchain_failure *failure)
{
	struct listen_environment inherited;

	begin(handover, LISTEN_FDS_START, sockets);
	if (conventions & HANDOVER_SYSTEMD) {
		listen_environment_read_of(&inherited, environment);
		if (count_inherited(&inherited, &handover->inherited, failure) != 0)
			return -1;
		handover->target += handover->inherited;
		if (plan_systemd(handover, &inherited, failure) != 0)
			return -1;
	}
	if (conventions & HANDOVER_UPSTART)
		plan_upstart(handover);
	return 0;
}

int
handover_inherited(int *count, struct bindchain_failure *failure)
{
	struct listen_environment inherited;

	listen_environment_read(&inherited);
	return count_inherited(&inherited, count, failure);
}

int
handover_after(struct handover *handover, unsigned conventions, int kept, const char *names,
    const struct handover_sockets *sockets, struct bindchain_failure *failure)
{
	struct listen_environment inherited;

	listen_environment_read(&inherited);
	inherited.names = names;
	begin(handover, LISTEN_FDS_START + kept, sockets);
	handover->inherited = kept;
	if (plan_systemd(handover, &inherited, failure) != 0)
		return -1;
	if (conventions & HANDOVER_UPSTART)
		plan_upstart(handover);
	return 0;
}

/* The variables that described the sockets no longer apply: in the order of plan_systemd(). */
static void
plan_removals(struct handover *handover, unsigned conventions)
{
	if (conventions & HANDOVER_SYSTEMD) {
		add_change(handover, "LISTEN_FDNAMES", HANDOVER_REMOVED);
		add_change(handover, "LISTEN_PIDFDID", HANDOVER_REMOVED);
		add_change(handover, "LISTEN_FDS", HANDOVER_REMOVED);
		add_change(handover, "LISTEN_PID", HANDOVER_REMOVED);
	}
	if (conventions & HANDOVER_UPSTART) {
		add_change(handover, "UPSTART_EVENTS", HANDOVER_REMOVED);
		add_change(handover, "UPSTART_FDS", HANDOVER_REMOVED);
	}
}

int
handover_instead(struct handover *handover, int descriptor, unsigned former,
    unsigned conventions, const struct handover_sockets *sockets,
    struct bindchain_failure *failure)
{
	const struct listen_environment none = { .own_pid = getpid() };

	begin(handover, descriptor, sockets);
	plan_removals(handover, former & ~conventions);
	if (conventions & HANDOVER_SYSTEMD && plan_systemd(handover, &none, failure) != 0)
		return -1;
	if (conventions & HANDOVER_UPSTART)
		plan_upstart(handover);
	return 0;
}

void
handover_add_text(struct handover *handover, const char *name, const char *text)
{
	add_change(handover, name, HANDOVER_TEXT)->text = text;
}

void
handover_without_pid(struct handover *handover)
{
	static const char name[] = "LISTEN_PID";
	int i = 0;

	while (i < handover->change_count && strcmp(handover->changes[i].name, name) != 0)
		i++;
	if (i < handover->change_count)
		handover->changes[i].value = HANDOVER_REMOVED;
	else
		add_change(handover, name, HANDOVER_REMOVED);
}

const char *
handover_value_text(const struct handover_change *change, char buffer[NUMBER_TEXT_SIZE])
{
	switch (change->value) {
	case HANDOVER_REMOVED:
		return NULL;
	case HANDOVER_TEXT:
		return change->text;
	default:
		return number_text(change->number, buffer);
	}
}

static bool
begins_with(const char *name, const char *beginning)
{
	return strncmp(name, beginning, strlen(beginning)) == 0;
}

/* Of ASCII, which no other byte of UTF-8 is. */
static bool
has_control_character(const char *name)
{
	while (*name && (unsigned char)*name >= ' ' && *name != 0x7f)
		name++;
	return *name != '\0';
}

/* POSIX, Base Definitions 8.1: applications tolerate the presence of other names than those of
 * letters, digits and "_"; env(1) sets them too. */
const char *
handover_refuse_variable(const char *name)
{
	if (!*name)
		return "a variable needs a name";
	if (strchr(name, '='))
		return "the name of a variable has no \"=\"";
	if (has_control_character(name))
		return "the name of a variable has no control characters";
	for (size_t i = 0; *listen_variables[i]; i++)
		if (strcmp(name, listen_variables[i]) == 0)
			return "reserved for socket activation";
	if (begins_with(name, "UPSTART_"))
		return "reserved for socket activation";
	if (strcmp(name, "PATH") == 0)
		return "reserved for the search of programs";
	if (begins_with(name, "LD_") || begins_with(name, "DYLD_"))
		return "reserved for the dynamic linker";
	if (strcmp(name, "NOTIFY_SOCKET") == 0)
		return "reserved for the service manager";
	return NULL;
}

/* ---- carrying it out ---- */

/* Above the targets, or else below: they may end at the limit of open files, where
 * fcntl(2) fails with EINVAL. */
static int
copy_aside(const struct handover *handover, int descriptor)
{
	const int least = STDERR_FILENO + 1, end = handover->target + handover->count;
	int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, end > least ? end : least);

	if (copy >= 0 || (errno != EMFILE && !(errno == EINVAL && end >= getdtablesize())))
		return copy;
	copy = fcntl(descriptor, F_DUPFD_CLOEXEC, least);
	if (copy < handover->target)
		return copy;
	close(copy);
	errno = EMFILE;
	return -1;
}

int
handover_lift(const struct handover *handover, int descriptor)
{
	int copy = copy_aside(handover, descriptor);

	if (copy >= 0)
		close(descriptor);
	return copy;
}

int
handover_place(const struct handover *handover, int index, int descriptor,
    struct bindchain_failure *failure)
{
	int target = handover->target + index;

	if (descriptor == target)
		return 0;
	if (dup2(descriptor, target) < 0) {
		failure_set(failure, BINDCHAIN_PLACE, errno);
		failure->descriptor = target;
		return -1;
	}
	close(descriptor);
	return 0;
}

int
handover_set_environment(const struct handover *handover, struct bindchain_failure *failure)
{
	char buffer[NUMBER_TEXT_SIZE];

	for (int i = 0; i < handover->change_count; i++) {
		const struct handover_change *change = &handover->changes[i];
		const char *value = handover_value_text(change, buffer);
		int status = value ? environment_set(change->name, value)
		                   : environment_remove(change->name);
		if (status != 0)
			return no_memory_for(change->name, failure);
	}
	return 0;
}

int
handover_perform(const struct handover *handover, int descriptor,
    struct bindchain_failure *failure)
{
	if (handover_place(handover, 0, descriptor, failure) != 0)
		return -1;
	return handover_set_environment(handover, failure);
}

void
handover_free(struct handover *handover)
{
	if (handover->name_list) /* which a start rarely has: so it does without free(3) */
		free(handover->name_list);
	handover->name_list = NULL;
}
