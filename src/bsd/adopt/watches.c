/* SPDX-License-Identifier: ISC */
/* kqueue(2): a registration goes when its descriptor is closed. */
#include "adopt.h"

#include <errno.h>
#include <sys/event.h>

/* More are forgotten: daemons watch their listeners, not yet connections, at that time. */
#define WATCHES_MAX 64

static struct watch {
	int queue;
	struct kevent change;
	bool used;
} watches[WATCHES_MAX];

static struct watch *
find_watch(int queue, const struct kevent *change)
{
	for (int i = 0; i < WATCHES_MAX; i++)
		if (watches[i].used && watches[i].queue == queue
		    && watches[i].change.ident == change->ident
		    && watches[i].change.filter == change->filter)
			return &watches[i];
	for (int i = 0; i < WATCHES_MAX; i++)
		if (!watches[i].used)
			return &watches[i];
	return NULL;
}

static void
note(int queue, const struct kevent *change)
{
	struct watch *watch;

	if (change->filter != EVFILT_READ && change->filter != EVFILT_WRITE)
		return;
	watch = find_watch(queue, change);
	if (watch && change->flags & EV_DELETE)
		watch->used = false;
	else if (watch && change->flags & EV_ADD)
		*watch = (struct watch) { queue, *change, true };
}

int
adopt_kevent(int queue, const struct kevent *changes, int change_count, struct kevent *events,
    int event_count, const struct timespec *timeout)
{
	for (int i = 0; adopt_is_waiting() && i < change_count; i++)
		note(queue, &changes[i]);
	return real_kevent(queue, changes, change_count, events, event_count, timeout);
}

/* Nothing tells what is registered. */
void
watches_check(int descriptor)
{
	(void)descriptor;
}

void
watches_forget(int descriptor)
{
	for (int i = 0; i < WATCHES_MAX; i++)
		if (watches[i].change.ident == (uintptr_t)descriptor)
			watches[i].used = false;
}

void
watches_register_again(int descriptor)
{
	int saved = errno;

	for (int i = 0; i < WATCHES_MAX; i++)
		if (watches[i].used && watches[i].change.ident == (uintptr_t)descriptor)
			real_kevent(watches[i].queue, &watches[i].change, 1, NULL, 0, NULL);
	errno = saved;
}
