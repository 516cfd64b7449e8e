/* SPDX-License-Identifier: ISC */
#include "listen_fds.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"
#include "environment.h"
#include "number.h"

/* One call for many: in a chain of eight 3 us of 155. */
#define ASKED_AT_ONCE 32

/* Bases by prefix, as sd_listen_fds(3) reads them. */
static bool
read_count(const char *text, long long maximum, long long *number)
{
	struct number_rule rule = { .base = 0, .maximum = maximum };

	return number_read(text, &rule, number) == NUMBER_READ;
}

/* LISTEN_PIDFDID narrows LISTEN_PID; where the system has no such number it
 * says nothing. */
static bool
identity_matches(const char *pidfdid)
{
	uint64_t own;
	long long claimed;

	if (!backend_process_identity(&own))
		return true;
	return read_count(pidfdid, LLONG_MAX, &claimed) && (uint64_t)claimed == own;
}

static enum listen_owner
find_owner(const struct listen_environment *environment)
{
	long long pid;

	if (!environment->pid)
		return LISTEN_OWNER_UNSET;
	if (!read_count(environment->pid, INT_MAX, &pid) || pid != getpid())
		return LISTEN_OWNER_OTHER;
	if (environment->pidfdid && !identity_matches(environment->pidfdid))
		return LISTEN_OWNER_OTHER;
	return LISTEN_OWNER_US;
}

void
listen_environment_read(struct listen_environment *environment)
{
	long long count = 0;

	environment->fds = environment_get("LISTEN_FDS");
	environment->pid = environment_get("LISTEN_PID");
	environment->pidfdid = environment_get("LISTEN_PIDFDID");
	environment->names = environment_get("LISTEN_FDNAMES");
	environment->owner = find_owner(environment);
	environment->well_formed = !environment->fds
	    || read_count(environment->fds, INT_MAX - LISTEN_FDS_START, &count);
	environment->count = environment->well_formed ? (int)count : 0;
}

/* Are COUNT descriptors open?  A yes is certain; a no is not: poll(2) does not see
 * those of O_PATH on Linux, nor devices on some releases of macOS. */
static bool
are_open(int first, int count)
{
	struct pollfd asked[ASKED_AT_ONCE];

	for (int i = 0; i < count; i++)
		asked[i] = (struct pollfd) { .fd = first + i };
	if (poll(asked, (nfds_t)count, 0) < 0)
		return false;
	for (int i = 0; i < count; i++)
		if (asked[i].revents & POLLNVAL)
			return false;
	return true;
}

static int
first_closed(int first, int count)
{
	if (are_open(first, count))
		return -1;
	for (int descriptor = first; descriptor < first + count; descriptor++)
		if (fcntl(descriptor, F_GETFD) < 0)
			return descriptor;
	return -1;
}

int
listen_environment_first_closed(int count)
{
	int closed = -1;

	for (int done = 0; done < count && closed < 0; done += ASKED_AT_ONCE)
		closed = first_closed(LISTEN_FDS_START + done,
		    count - done < ASKED_AT_ONCE ? count - done : ASKED_AT_ONCE);
	return closed;
}

int
listen_names_count(const char *names)
{
	int count = 1;

	for (; *names; names++)
		if (*names == ':')
			count++;
	return count;
}

const char *
listen_name(const char *names, int index, int *length)
{
	for (; index > 0; index--) {
		names = strchr(names, ':');
		if (!names)
			return NULL;
		names++;
	}
	*length = (int)strcspn(names, ":");
	return names;
}
