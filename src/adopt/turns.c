/* SPDX-License-Identifier: ISC */
/* pthread_mutex_lock(3) is not async-signal-safe, as execve(2) is. */
#include "turns.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In milliseconds.  A child of posix_spawn(3) may wait for another in open(2) of a FIFO. */
#define WAIT_MAX 10000

static atomic_uintptr_t holder;
static int depth; /* the holder's */

static uintptr_t
this_thread(void)
{
	return (uintptr_t)pthread_self();
}

/* poll(2) is a cancellation point, posix_spawn(3) is none. */
static void
wait_a_moment(void)
{
	int state;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	poll(NULL, 0, 1);
	pthread_setcancelstate(state, NULL);
}

static bool
try_to_begin(void)
{
	uintptr_t nobody = 0;

	return atomic_load(&holder) == this_thread()
	    || atomic_compare_exchange_strong(&holder, &nobody, this_thread());
}

int
turn_begin(void)
{
	for (int waited = 0; !try_to_begin(); waited++) {
		if (waited == WAIT_MAX)
			return 0;
		wait_a_moment();
	}
	return ++depth;
}

void
turn_end(void)
{
	if (--depth == 0)
		atomic_store(&holder, 0);
}

void
turn_forget_others(void)
{
	if (atomic_load(&holder) == this_thread())
		return;
	depth = 0;
	atomic_store(&holder, 0);
}
