/* SPDX-License-Identifier: ISC */
#include "program.h"

#include <string.h>

const char program_preload_variable[] = "LD_PRELOAD";

/* rtld(1) is the only one of the system; the Linux emulation has its own below /compat. */
bool
program_is_of_this_libc(const char *interpreter)
{
	return strstr(interpreter, "ld-elf") != NULL;
}
