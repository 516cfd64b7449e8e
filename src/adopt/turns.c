/* SPDX-License-Identifier: ISC */
/* pthread_mutex_lock(3) is not async-signal-safe, as execve(2) is. */
#include "turns.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* In milliseconds, or a little more.  A child of posix_spawn(3) may wait for another in open(2) of
 * a FIFO, and a handler of a signal may have left the turn by siglongjmp(3). */
#define WAIT_MAX 1000

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
has_turn(void)
{
	return atomic_load(&holder) == this_thread();
}

/* Waits for the turn; false: another has it for too long. */
static bool
wait_for_it(void)
{
	for (int waited = 0; waited < WAIT_MAX; waited++) {
		uintptr_t nobody = 0;
		if (atomic_compare_exchange_strong(&holder, &nobody, this_thread()))
			return true;
		wait_a_moment();
	}
	return false;
}

bool
turn_begin(void)
{
	bool is_alone;

	if (has_turn()) {
		depth++;
		return false;
	}
	is_alone = wait_for_it();
	if (!is_alone)
		atomic_store(&holder, this_thread());
	depth = 1;
	return is_alone;
}

void
turn_end(void)
{
	if (has_turn() && --depth == 0)
		atomic_store(&holder, 0);
}

void
turn_forget_others(void)
{
	if (!has_turn())
		atomic_store(&holder, 0);
}
