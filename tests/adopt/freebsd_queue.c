/* SPDX-License-Identifier: ISC */
#include "queue.h"

#include <stddef.h>
#include <sys/event.h>

static int queue = -1;

int
queue_watch(int descriptor, int value)
{
	struct kevent change = { .ident = (uintptr_t)descriptor, .filter = EVFILT_READ,
		.flags = EV_ADD, .udata = (void *)(intptr_t)value };

	if (queue < 0)
		queue = kqueue();
	return kevent(queue, &change, 1, NULL, 0, NULL);
}

int
queue_wait(int *value)
{
	struct kevent events[8];
	int count = kevent(queue, NULL, 0, events, 8, NULL);

	if (count > 0)
		*value = (int)(intptr_t)events[0].udata;
	return count;
}
