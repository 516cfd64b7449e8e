/* SPDX-License-Identifier: ISC */
#include "name_service.h"

#include <stdatomic.h>

/* Threads of the library's callers resolve names at once. */
static atomic_bool used;

void
name_service_note_use(void)
{
	atomic_store_explicit(&used, true, memory_order_relaxed);
}

bool
name_service_was_used(void)
{
	return atomic_load_explicit(&used, memory_order_relaxed);
}
