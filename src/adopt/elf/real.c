/* SPDX-License-Identifier: ISC */
/* What the C library has: the next function of that name. */
#include "adopt.h"

#include <errno.h>

#include "next.h"

/* NOLINTBEGIN(bugprone-macro-parentheses): parameters of functions */
#define ACTION(name, parameters, arguments) CALL(void, name, parameters, arguments)
#define CALL(type, name, parameters, arguments) static type (*next_##name) parameters;
#include "calls.h"
#include "system_calls.h"
#undef CALL

/* All at once, when no other thread can hold the lock of the dynamic linker. */
__attribute__((constructor)) static void
find_all(void)
{
#define CALL(type, name, parameters, arguments) find_next(#name, &next_##name);
#include "calls.h"
#include "system_calls.h"
#undef CALL
	dlerror(); /* of those that this C library has not */
}
#undef ACTION

/* Some are called before; what this C library has not, nobody calls but by dlsym(3). */
#define CALL(type, name, parameters, arguments) \
	type real_##name parameters \
	{ \
		if (!next_##name) \
			find_next(#name, &next_##name); \
		if (!next_##name) { \
			errno = ENOSYS; \
			return _Generic((type)0, FILE *: (FILE *)0, default: -1); \
		} \
		return next_##name arguments; \
	}
#define ACTION(name, parameters, arguments) \
	void real_##name parameters \
	{ \
		if (!next_##name) \
			find_next(#name, &next_##name); \
		if (next_##name) \
			next_##name arguments; \
	}
#include "calls.h"
#include "system_calls.h"
/* NOLINTEND(bugprone-macro-parentheses) */
