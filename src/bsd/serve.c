/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD and Darwin: waiting for connections and signals with kqueue(2).
 *
 * - EVFILT_SIGNAL reports a signal that is blocked or ignored too, but for SIGCHLD when
 *   that is ignored: FreeBSD kern/kern_sig.c, tdsendsignal; xnu bsd/kern/kern_sig.c,
 *   psignal_internal.
 * - A child does not inherit a kqueue: kqueue(2).
 * - Every process that waits for a listener is woken.  One accepts; the others find nothing
 *   if the listener is non-blocking.
 * - EVFILT_WRITE reports a pipe that has room for PIPE_BUF bytes or no reader; of one without
 *   a reader, and of what never blocks, the registration may fail: FreeBSD
 *   kern/sys_pipe.c, pipe_kqfilter; xnu bsd/kern/sys_pipe.c, filt_pipewrite.
 */
#include <sys/types.h>

#include <errno.h>
#include <signal.h>
#include <sys/event.h>
#include <sys/time.h>

#include "serve_system.h"

static int
change(const struct waiter *waiter, uintptr_t ident, short filter, unsigned short flags,
    size_t index)
{
	struct kevent event;

	/* The index is a number, in the place of a pointer. */
	EV_SET(&event, ident, filter, flags, 0, 0, (void *)index);
	return kevent(waiter->descriptor, &event, 1, NULL, 0, NULL);
}

static int
change_listeners(const struct waiter *waiter, unsigned short flags)
{
	for (size_t i = 0; i < waiter->listener_count; i++)
		if (change(waiter, (uintptr_t)waiter->listeners[i], EVFILT_READ, flags, i) != 0)
			return -1;
	return 0;
}

int
waiter_open(struct waiter *waiter, const int *listeners, size_t count, const int *signals,
    const char **call)
{
	*waiter = (struct waiter) { .descriptor = -1, .listeners = listeners,
		.listener_count = count, .accepting = true };
	*call = "kqueue";
	waiter->descriptor = kqueue();
	if (waiter->descriptor < 0)
		return -1;
	*call = "kevent";
	for (; *signals; signals++)
		if (change(waiter, (uintptr_t)*signals, EVFILT_SIGNAL, EV_ADD, 0) != 0)
			return -1;
	return change_listeners(waiter, EV_ADD);
}

/* Nothing here: each end is reported. */
void
waiter_set_patient(struct waiter *waiter, bool patient)
{
	waiter->is_patient = patient;
}

static int
set_accepting(struct waiter *waiter, bool accepting)
{
	if (waiter->accepting == accepting)
		return 0;
	waiter->accepting = accepting;
	return change_listeners(waiter, accepting ? EV_ENABLE : EV_DISABLE);
}

static void
note(struct readiness *ready, const struct kevent *event)
{
	if (event->filter == EVFILT_SIGNAL)
		ready->signals[ready->signal_count++] = (int)event->ident;
	else if (event->filter == EVFILT_WRITE)
		ready->has_room = true;
	else
		ready->listeners[ready->listener_count++] = (size_t)event->udata;
}

int
waiter_wait(struct waiter *waiter, bool accepting, int milliseconds, struct readiness *ready)
{
	struct kevent events[SERVE_EVENTS_MAX];
	struct timespec time = { milliseconds / 1000, milliseconds % 1000 * 1000000L };
	int count;

	ready->signal_count = ready->listener_count = 0;
	if (set_accepting(waiter, accepting) != 0)
		return -1;
	count = kevent(waiter->descriptor, NULL, 0, events, SERVE_EVENTS_MAX,
	    milliseconds < 0 ? NULL : &time);
	if (count < 0)
		return errno == EINTR ? 0 : -1;
	for (int i = 0; i < count; i++)
		note(ready, &events[i]);
	return 0;
}

int
waiter_wait_for_room(struct waiter *waiter, int descriptor, int milliseconds,
    struct readiness *ready)
{
	int status;

	*ready = (struct readiness) { .has_room = true };
	if (change(waiter, (uintptr_t)descriptor, EVFILT_WRITE, EV_ADD, 0) != 0)
		return 0;
	ready->has_room = false;
	status = waiter_wait(waiter, false, milliseconds, ready);
	return change(waiter, (uintptr_t)descriptor, EVFILT_WRITE, EV_DELETE, 0) == 0 ? status : -1;
}
