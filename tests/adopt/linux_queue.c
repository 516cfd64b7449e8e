/* SPDX-License-Identifier: ISC */
#include "queue.h"

#include <sys/epoll.h>

static int queue = -1;

int
queue_watch(int descriptor, int value)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = (unsigned)value };

	if (queue < 0)
		queue = epoll_create1(EPOLL_CLOEXEC);
	return epoll_ctl(queue, EPOLL_CTL_ADD, descriptor, &event);
}

int
queue_wait(int *value)
{
	struct epoll_event events[8];
	int count = epoll_wait(queue, events, 8, -1);

	if (count > 0)
		*value = (int)events[0].data.u64;
	return count;
}
