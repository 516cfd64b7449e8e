/* SPDX-License-Identifier: ISC */
/*
 * kqueue(2) in a process on Linux: a registration belongs to a descriptor's number, and goes
 * when that is closed, also by dup2(2): kern/kern_descrip.c, knote_fdclose().  Sockets are
 * the real kernel's.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/event.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "next.h"

#define NOTES_MAX 32

static struct note {
	int queue;
	struct kevent registered;
	bool used;
} notes[NOTES_MAX];

/* ---- what closes ---- */

static void
forget(unsigned first, unsigned last)
{
	for (int i = 0; i < NOTES_MAX; i++)
		if (notes[i].registered.ident >= first && notes[i].registered.ident <= last)
			notes[i].used = false;
}

int
close(int descriptor)
{
	forget((unsigned)descriptor, (unsigned)descriptor);
	return (int)syscall(SYS_close, descriptor);
}

int
dup2(int from, int to)
{
	static int (*next)(int, int);

	if (!next)
		find_next("dup2", &next);
	if (from != to)
		forget((unsigned)to, (unsigned)to);
	return next(from, to);
}

static int
close_all(unsigned first, unsigned last)
{
	forget(first, last);
	for (unsigned i = first; i <= last && i < 4096; i++)
		syscall(SYS_close, i);
	return 0;
}

int
close_range(unsigned first, unsigned last, int flags)
{
	(void)flags;
	return close_all(first, last);
}

void
closefrom(int first)
{
	close_all((unsigned)first, ~0U);
}

/* ---- the queue ---- */

int
kqueue(void)
{
	return eventfd(0, EFD_CLOEXEC);
}

static struct note *
find_note(int queue, const struct kevent *change)
{
	for (int i = 0; i < NOTES_MAX; i++)
		if (notes[i].used && notes[i].queue == queue
		    && notes[i].registered.ident == change->ident
		    && notes[i].registered.filter == change->filter)
			return &notes[i];
	return NULL;
}

static int
apply(int queue, const struct kevent *change)
{
	struct note *note = find_note(queue, change);

	if (fcntl((int)change->ident, F_GETFD) < 0)
		return -1;
	for (int i = 0; !note && change->flags & EV_ADD && i < NOTES_MAX; i++)
		if (!notes[i].used)
			note = &notes[i];
	if (!note) {
		errno = ENOENT;
		return -1;
	}
	*note = (struct note) { queue, *change, !(change->flags & EV_DELETE) };
	return 0;
}

/* Waits for the first of them; the note of each place of WAITED is in the same of FOUND. */
static int
wait_for(int queue, struct kevent *events, int room)
{
	struct pollfd waited[NOTES_MAX];
	const struct note *found[NOTES_MAX];
	nfds_t count = 0;
	int ready = 0;

	for (int i = 0; i < NOTES_MAX; i++)
		if (notes[i].used && notes[i].queue == queue
		    && !(notes[i].registered.flags & EV_DISABLE)) {
			waited[count] = (struct pollfd) { .fd = (int)notes[i].registered.ident,
				.events = notes[i].registered.filter == EVFILT_READ ? POLLIN
				                                                    : POLLOUT };
			found[count++] = &notes[i];
		}
	if (poll(waited, count, -1) < 0)
		return -1;
	for (nfds_t i = 0; i < count && ready < room; i++)
		if (waited[i].revents)
			events[ready++] = found[i]->registered;
	return ready;
}

int
kevent(int queue, const struct kevent *changes, int change_count, struct kevent *events,
    int event_count, const struct timespec *timeout)
{
	(void)timeout;
	for (int i = 0; i < change_count; i++)
		if (apply(queue, &changes[i]) != 0)
			return -1;
	return event_count > 0 ? wait_for(queue, events, event_count) : 0;
}
