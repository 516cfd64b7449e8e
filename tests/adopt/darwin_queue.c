/* SPDX-License-Identifier: ISC */
#include "queue.h"

#include <stddef.h>
#include <sys/event.h>

static int queue = -1;

/* By the wider call, which only Darwin has. */
int
queue_watch(int descriptor, int value)
{
	struct kevent64_s change = { .ident = (uint64_t)descriptor, .filter = EVFILT_READ,
		.flags = EV_ADD, .udata = (uint64_t)value };

	if (queue < 0)
		queue = kqueue();
	return kevent64(queue, &change, 1, NULL, 0, 0, NULL);
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
