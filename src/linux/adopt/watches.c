/* SPDX-License-Identifier: ISC */
/* epoll(7): a registration belongs to a descriptor and its open socket, and goes with that. */
#include "adopt.h"

#include <errno.h>
#include <sys/epoll.h>

#include "watches.h"

static struct watch {
	struct watch_slot slot;
	int queue, descriptor;
	struct epoll_event event;
} watches[WATCHES_MAX];

static struct watch *
find_watch(int queue, int descriptor)
{
	for (int i = 0; i < WATCHES_MAX; i++)
		if (slot_is_used(&watches[i].slot) && watches[i].queue == queue
		    && watches[i].descriptor == descriptor)
			return &watches[i];
	return NULL;
}

static void
add_watch(int queue, int descriptor, const struct epoll_event *event)
{
	for (int i = 0; i < WATCHES_MAX; i++)
		if (slot_claim(&watches[i].slot)) {
			watches[i].queue = queue;
			watches[i].descriptor = descriptor;
			watches[i].event = *event;
			slot_fill(&watches[i].slot);
			return;
		}
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
		slot_free(&watch->slot);
	else if (watch)
		watch->event = *event;
	else if (operation != EPOLL_CTL_DEL)
		add_watch(queue, descriptor, event);
	return status;
}

/* Whoever else has the old socket open would keep its registration, and its events. */
void
watches_take_out(int descriptor)
{
	int saved = errno;

	for (int i = 0; i < WATCHES_MAX; i++)
		if (slot_is_used(&watches[i].slot) && watches[i].descriptor == descriptor
		    && real_epoll_ctl(watches[i].queue, EPOLL_CTL_DEL, descriptor,
		           &watches[i].event) != 0)
			slot_free(&watches[i].slot);
	errno = saved;
}

/* The kernel is asked instead. */
void
watches_forget(unsigned first, unsigned last)
{
	(void)first;
	(void)last;
}

void
watches_register_again(int descriptor)
{
	int saved = errno;

	for (int i = 0; i < WATCHES_MAX; i++)
		if (slot_is_used(&watches[i].slot) && watches[i].descriptor == descriptor)
			real_epoll_ctl(watches[i].queue, EPOLL_CTL_ADD, descriptor,
			    &watches[i].event);
	errno = saved;
}
