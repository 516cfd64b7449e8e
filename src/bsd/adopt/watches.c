/* SPDX-License-Identifier: ISC */
/* kqueue(2): a registration belongs to a descriptor, and goes when it is closed. */
#include "adopt.h"

#include <errno.h>
#include <sys/event.h>

#include "watches.h"

static struct watch {
	struct watch_slot slot;
	int queue;
	struct kevent change;
} watches[WATCHES_MAX];

static struct watch *
find_watch(int queue, const struct kevent *change)
{
	for (int i = 0; i < WATCHES_MAX; i++)
		if (slot_is_used(&watches[i].slot) && watches[i].queue == queue
		    && watches[i].change.ident == change->ident
		    && watches[i].change.filter == change->filter)
			return &watches[i];
	return NULL;
}

static void
add_watch(int queue, const struct kevent *change)
{
	for (int i = 0; i < WATCHES_MAX; i++)
		if (slot_claim(&watches[i].slot)) {
			watches[i].queue = queue;
			watches[i].change = *change;
			slot_fill(&watches[i].slot);
			return;
		}
}

/* EV_ADD of what is there changes it, but a disabled one stays so until EV_ENABLE. */
static void
change_watch(struct watch *watch, const struct kevent *change)
{
	int disabled = (watch->change.flags | change->flags) & EV_DISABLE;

	if (change->flags & EV_ENABLE)
		disabled = 0;
	if (change->flags & EV_ADD)
		watch->change = *change;
	watch->change.flags &= (unsigned short)~(EV_DISABLE | EV_ENABLE);
	watch->change.flags |= (unsigned short)disabled;
}

void
watches_note(int queue, const struct kevent *change)
{
	struct watch *watch;

	if (change->filter != EVFILT_READ && change->filter != EVFILT_WRITE)
		return;
	watch = find_watch(queue, change);
	if (watch && change->flags & EV_DELETE)
		slot_free(&watch->slot);
	else if (watch)
		change_watch(watch, change);
	else if (change->flags & EV_ADD)
		add_watch(queue, change);
}

int
adopt_kevent(int queue, const struct kevent *changes, int change_count, struct kevent *events,
    int event_count, const struct timespec *timeout)
{
	for (int i = 0; adopt_is_waiting() && i < change_count; i++)
		watches_note(queue, &changes[i]);
	return real_kevent(queue, changes, change_count, events, event_count, timeout);
}

/* The kernel does when another socket takes the descriptor's place. */
void
watches_take_out(int descriptor)
{
	(void)descriptor;
}

void
watches_forget(unsigned first, unsigned last)
{
	for (int i = 0; i < WATCHES_MAX; i++)
		if (slot_is_used(&watches[i].slot) && watches[i].change.ident >= first
		    && watches[i].change.ident <= last)
			slot_free(&watches[i].slot);
}

void
watches_register_again(int descriptor)
{
	int saved = errno;

	for (int i = 0; i < WATCHES_MAX; i++)
		if (slot_is_used(&watches[i].slot)
		    && watches[i].change.ident == (uintptr_t)descriptor)
			real_kevent(watches[i].queue, &watches[i].change, 1, NULL, 0, NULL);
	errno = saved;
}
