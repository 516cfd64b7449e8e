/* SPDX-License-Identifier: ISC */
/* A handover as an object: where sockets go, and the next program's environment. */
#include "handover.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bindchain.h"
#include "failure.h"
#include "listen_fds.h"
#include "request_check.h"

struct bindchain_handover {
	struct handover plan;
	char **environment; /* one allocation, with its strings */
	char *own_pid;      /* the value of LISTEN_PID in it, with room for any; or NULL */
};

/* ---- the environment ---- */

static bool
is_of(const char *variable, const char *name)
{
	size_t length = strlen(name);

	return strncmp(variable, name, length) == 0 && variable[length] == '=';
}

/* The index of the change to VARIABLE; the number of changes if it stays. */
static int
change_to(const struct handover *plan, const char *variable)
{
	int index = 0;

	while (index < plan->change_count && !is_of(variable, plan->changes[index].name))
		index++;
	return index;
}

/* Of "NAME=VALUE"; a number has room for any. */
static size_t
size_of(const struct handover_change *change)
{
	if (change->value == HANDOVER_REMOVED)
		return 0;
	return strlen(change->name) + 1
	    + (change->value == HANDOVER_TEXT ? strlen(change->text) + 1 : NUMBER_TEXT_SIZE);
}

/* Allocates the list, and sets STRINGS to the room for what it points to. */
static char **
allocate_list(const struct handover *plan, char *const *variables, char **strings)
{
	size_t count = (size_t)plan->change_count + 1, size = 0;
	char **list;

	for (int i = 0; i < plan->change_count; i++)
		size += size_of(&plan->changes[i]);
	for (; *variables; variables++, count++)
		size += strlen(*variables) + 1;
	list = malloc(count * sizeof *list + size);
	if (list)
		*strings = (char *)(list + count);
	return list;
}

/* Writes the variable of CHANGE to STRINGS, and returns its end. */
static char *
write_change(struct bindchain_handover *handover, const struct handover_change *change,
    char *strings)
{
	size_t length = strlen(change->name);
	char number[NUMBER_TEXT_SIZE];
	const char *value = handover_value_text(change, number);

	memcpy(strings, change->name, length);
	strings[length++] = '=';
	memcpy(strings + length, value, strlen(value) + 1);
	if (change->value == HANDOVER_OWN_PID)
		handover->own_pid = strings + length;
	return strings + size_of(change);
}

/* Fills the list: a change takes the place of the variable's first entry, or the end. */
static void
fill_list(struct bindchain_handover *handover, char *const *variables, char *strings)
{
	const struct handover *plan = &handover->plan;
	char **entry = handover->environment;
	bool written[HANDOVER_CHANGES_MAX] = { false };

	for (; *variables; variables++) {
		int index = change_to(plan, *variables);
		if (index == plan->change_count) {
			size_t size = strlen(*variables) + 1;
			*entry++ = memcpy(strings, *variables, size);
			strings += size;
		} else if (plan->changes[index].value != HANDOVER_REMOVED && !written[index]) {
			*entry++ = strings;
			strings = write_change(handover, &plan->changes[index], strings);
			written[index] = true;
		}
	}
	for (int i = 0; i < plan->change_count; i++) {
		if (written[i] || plan->changes[i].value == HANDOVER_REMOVED)
			continue;
		*entry++ = strings;
		strings = write_change(handover, &plan->changes[i], strings);
	}
	*entry = NULL;
}

/* LISTEN_PID may stand as it is for this process, but not for one that is forked. */
static void
always_change_pid(struct handover *plan)
{
	struct handover_change *change = &plan->changes[plan->change_count];

	if (change_to(plan, "LISTEN_PID=") < plan->change_count)
		return;
	*change = (struct handover_change) { .name = "LISTEN_PID", .value = HANDOVER_OWN_PID };
	plan->change_count++;
}

/* ---- the plan ---- */

/* More than a process can have open: fs.nr_open of Linux, 1048576, and kern.maxfilesperproc
 * of FreeBSD and macOS are less or that.  The numbers of more could not be added. */
#define SOCKETS_MAX 1048576

static int
check_place(unsigned flags, int first, int count, struct bindchain_failure *failure)
{
	const unsigned all = BINDCHAIN_HANDOVER_SYSTEMD | BINDCHAIN_HANDOVER_UPSTART
	    | BINDCHAIN_HANDOVER_APPEND;

	if (flags & ~all)
		return argument_refuse(failure, "flags", "must be of enum bindchain_handover_flags");
	if (flags & BINDCHAIN_HANDOVER_APPEND && !(flags & BINDCHAIN_HANDOVER_SYSTEMD))
		return argument_refuse(failure, "flags", "must have BINDCHAIN_HANDOVER_SYSTEMD");
	if (flags & BINDCHAIN_HANDOVER_SYSTEMD ? first != LISTEN_FDS_START : first < 0)
		return argument_refuse(failure, "first", "must be a descriptor, 3 for systemd");
	if (count < 1 || count > SOCKETS_MAX || count > INT_MAX - first)
		return argument_refuse(failure, "count", "must be 1 to 1048576");
	if (flags & BINDCHAIN_HANDOVER_UPSTART && count != 1)
		return argument_refuse(failure, "count", "must be 1 for upstart");
	return 0;
}

static int
check_names(int count, const char *const *names, struct bindchain_failure *failure)
{
	for (int i = 0; names && i < count; i++)
		if (names[i] && !listen_name_is_valid(names[i]))
			return argument_refuse(failure, "names",
			    "must be 1 to 255 characters of printable ASCII without colons");
	return 0;
}

static unsigned
conventions_of(unsigned flags)
{
	return (flags & BINDCHAIN_HANDOVER_SYSTEMD ? HANDOVER_SYSTEMD : 0)
	    | (flags & BINDCHAIN_HANDOVER_UPSTART ? HANDOVER_UPSTART : 0);
}

static int
make_plan(struct handover *plan, unsigned flags, int first, const struct handover_sockets *sockets,
    char *const *variables, struct bindchain_failure *failure)
{
	unsigned conventions = conventions_of(flags);

	if (flags & BINDCHAIN_HANDOVER_APPEND)
		return handover_to_listen_fds(plan, conventions, variables, sockets, failure);
	return handover_instead(plan, first, HANDOVER_SYSTEMD | HANDOVER_UPSTART, conventions,
	    sockets, failure);
}

static int
no_memory(struct bindchain_failure *failure)
{
	failure_set(failure, BINDCHAIN_ALLOCATE, ENOMEM);
	return -1;
}

/* With a list of names even if none has one: some programs use no sockets without it. */
static int
plan_sockets(struct handover *plan, unsigned flags, int first, int count,
    const char *const *names, char *const *variables, struct bindchain_failure *failure)
{
	const char **nameless = names ? NULL : calloc((size_t)count, sizeof *nameless);
	const struct handover_sockets sockets = { count, names ? names : nameless };
	int status;

	if (!sockets.names)
		return no_memory(failure);
	status = make_plan(plan, flags, first, &sockets, variables, failure);
	plan->names = NULL;
	free(nameless);
	return status;
}

static int
make_environment(struct bindchain_handover *handover, unsigned flags, char *const *variables,
    struct bindchain_failure *failure)
{
	char *strings;

	if (flags & BINDCHAIN_HANDOVER_SYSTEMD)
		always_change_pid(&handover->plan);
	handover->environment = allocate_list(&handover->plan, variables, &strings);
	if (!handover->environment)
		return no_memory(failure);
	fill_list(handover, variables, strings);
	return 0;
}

struct bindchain_handover *
bindchain_handover_new(unsigned flags, int first, int count, const char *const names[],
    char *const environment[], struct bindchain_failure *failure)
{
	static char *const empty[] = { NULL };
	char *const *variables = environment ? environment : empty;
	struct bindchain_handover *handover;
	struct bindchain_failure unwanted;

	if (!failure)
		failure = &unwanted;
	if (check_place(flags, first, count, failure) != 0
	    || check_names(count, names, failure) != 0)
		return NULL;
	handover = calloc(1, sizeof *handover);
	if (!handover) {
		no_memory(failure);
		return NULL;
	}
	if (plan_sockets(&handover->plan, flags, first, count, names, variables, failure) == 0
	    && make_environment(handover, flags, variables, failure) == 0)
		return handover;
	bindchain_handover_free(handover);
	return NULL;
}

void
bindchain_handover_free(struct bindchain_handover *handover)
{
	if (!handover)
		return;
	handover_free(&handover->plan);
	free(handover->environment);
	free(handover);
}

/* ---- what it says ---- */

int
bindchain_handover_target(const struct bindchain_handover *handover, int index)
{
	if (handover && index >= 0 && index < handover->plan.count)
		return handover->plan.target + index;
	errno = EINVAL;
	return -1;
}

char **
bindchain_handover_environment(struct bindchain_handover *handover)
{
	char number[NUMBER_TEXT_SIZE];

	if (!handover) {
		errno = EINVAL;
		return NULL;
	}
	if (handover->own_pid) {
		const char *text = number_text(getpid(), number);
		memcpy(handover->own_pid, text, strlen(text) + 1);
	}
	return handover->environment;
}

/* ---- carrying it out ---- */

static bool
is_inherited(const struct handover *plan, int descriptor)
{
	return descriptor >= LISTEN_FDS_START && descriptor - LISTEN_FDS_START < plan->inherited;
}

static int
check_descriptors(const struct handover *plan, const int *descriptors,
    struct bindchain_failure *failure)
{
	for (int i = 0; i < plan->count; i++) {
		if (fcntl(descriptors[i], F_GETFD) < 0)
			return argument_refuse(failure, "descriptors", "must be open");
		if (is_inherited(plan, descriptors[i]))
			return argument_refuse(failure, "descriptors", "must not be inherited already");
		for (int j = 0; j < i; j++)
			if (descriptors[i] == descriptors[j])
				return argument_refuse(failure, "descriptors", "must differ");
	}
	return 0;
}

/* The library itself sets it on what it inherits. */
static int
keep_inherited(const struct handover *plan, struct bindchain_failure *failure)
{
	for (int i = 0; i < plan->inherited; i++) {
		int descriptor = LISTEN_FDS_START + i, flags = fcntl(descriptor, F_GETFD);
		if (flags >= 0 && !(flags & FD_CLOEXEC))
			continue;
		if (flags < 0 || fcntl(descriptor, F_SETFD, flags & ~FD_CLOEXEC) != 0) {
			failure_set(failure, BINDCHAIN_FCNTL, errno);
			failure->descriptor = descriptor;
			return -1;
		}
	}
	return 0;
}

/* Out of the way first, so that placing one does not close another. */
static int
lift(const struct handover *plan, int *descriptors, struct bindchain_failure *failure)
{
	for (int i = 0; i < plan->count; i++) {
		int copy = handover_lift(plan, descriptors[i]);
		if (copy < 0) {
			failure_set(failure, BINDCHAIN_FCNTL, errno);
			failure->descriptor = descriptors[i];
			return -1;
		}
		descriptors[i] = copy;
	}
	return 0;
}

int
bindchain_handover_place(const struct bindchain_handover *handover, int descriptors[],
    struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;
	const struct handover *plan;

	if (!failure)
		failure = &unwanted;
	if (!handover)
		return argument_refuse(failure, "handover", "must not be NULL");
	if (!descriptors)
		return argument_refuse(failure, "descriptors", "must not be NULL");
	plan = &handover->plan;
	if (check_descriptors(plan, descriptors, failure) != 0
	    || keep_inherited(plan, failure) != 0 || lift(plan, descriptors, failure) != 0)
		return -1;
	for (int i = 0; i < plan->count; i++) {
		if (handover_place(plan, i, descriptors[i], failure) != 0)
			return -1;
		descriptors[i] = plan->target + i;
	}
	return 0;
}
