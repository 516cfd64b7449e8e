/* SPDX-License-Identifier: ISC */
/*
 * A place in the table of registrations.  Threads, and handlers of signals, register at the
 * same time, so nobody waits for a lock: each claims a free place of its own.
 */
#ifndef BINDCHAIN_WATCHES_H
#define BINDCHAIN_WATCHES_H

#include <stdatomic.h>
#include <stdbool.h>

/* More are forgotten: daemons watch their listeners, not yet connections, at that time. */
#define WATCHES_MAX 64

struct watch_slot {
	atomic_int state;
};

enum slot_state { SLOT_FREE, SLOT_CLAIMED, SLOT_USED };

static inline bool
slot_is_used(const struct watch_slot *slot)
{
	return atomic_load(&slot->state) == SLOT_USED;
}

/* Whether it was free, and is the caller's now, who fills it. */
static inline bool
slot_claim(struct watch_slot *slot)
{
	int state = SLOT_FREE;

	return atomic_compare_exchange_strong(&slot->state, &state, SLOT_CLAIMED);
}

static inline void
slot_fill(struct watch_slot *slot)
{
	atomic_store(&slot->state, SLOT_USED);
}

static inline void
slot_free(struct watch_slot *slot)
{
	atomic_store(&slot->state, SLOT_FREE);
}

#endif
