/* SPDX-License-Identifier: ISC */
#ifndef BINDCHAIN_NEXT_H
#define BINDCHAIN_NEXT_H

#include <dlfcn.h>
#include <string.h>

/* Sets FUNCTION, a pointer to one, to the next of that name after the object that calls:
 * the C library's.  memcpy, as ISO C has no conversion from an object's pointer to a
 * function's. */
static inline void
find_next(const char *name, void *function)
{
	void *found = dlsym(RTLD_NEXT, name);

	memcpy(function, &found, sizeof found);
}

#endif
