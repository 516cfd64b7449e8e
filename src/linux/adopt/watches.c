/* SPDX-License-Identifier: ISC */
/* epoll(7): a registration belongs to the open socket, and goes with it. */
#include "adopt.h"

#include <errno.h>
#include <sys/epoll.h>

/* More are forgotten: daemons watch their listeners, not yet connections, at that time. */
#define WATCHES_MAX 64

static struct watch {
	int queue, descriptor;
	struct epoll_event event;
	bool used;
} watches[WATCHES_MAX];

static struct watch *
find_watch(int queue, int descriptor)
{
	for (int i = 0; i < WATCHES_MAX; i++)
		if (watches[i].used && watches[i].queue == queue
		    && watches[i].descriptor == descriptor)
			return &watches[i];
	for (int i = 0; i < WATCHES_MAX; i++)
		if (!watches[i].used)
			return &watches[i];
	return NULL;
}

int
adopt_epoll_ctl(int queue, int operation, int descriptor, struct epoll_event *event)
{
	int status = real_epoll_ctl(queue, operation, descriptor, event);
	struct watch *watch;

	if (!adopt_is_waiting() || status != 0)
		return status;
	watch = find_watch(queue, descriptor);
	if (watch && operation == EPOLL_CTL_DEL)
		watch->used = false;
	else if (watch)
		*watch = (struct watch) { queue, descriptor, *event, true };
	return status;
}

/* EINVAL: it is registered with EPOLLEXCLUSIVE, which cannot be modified. */
void
watches_check(int descriptor)
{
	int saved = errno;

	for (int i = 0; i < WATCHES_MAX; i++)
		if (watches[i].used && watches[i].descriptor == descriptor)
			watches[i].used = real_epoll_ctl(watches[i].queue, EPOLL_CTL_MOD,
			    descriptor, &watches[i].event) == 0 || errno == EINVAL;
	errno = saved;
}

/* The kernel is asked instead. */
void
watches_forget(int descriptor)
{
	(void)descriptor;
}

void
watches_register_again(int descriptor)
{
	int saved = errno;

	for (int i = 0; i < WATCHES_MAX; i++)
		if (watches[i].used && watches[i].descriptor == descriptor)
			real_epoll_ctl(watches[i].queue, EPOLL_CTL_ADD, descriptor,
			    &watches[i].event);
	errno = saved;
}
