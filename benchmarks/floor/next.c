/* SPDX-License-Identifier: ISC */
/* The next program at its smallest: it exits, without a C library. */
#include "raw.h"

void raw_main(long *stack);

__attribute__((noreturn)) void
raw_main(long *stack)
{
	(void)stack;
	for (;;)
		raw_exit(0);
}
