/* SPDX-License-Identifier: ISC */
#include "program.h"

#include <sys/types.h>

#include <string.h>
#include <sys/sysctl.h>

const char program_preload_variable[] = "LD_PRELOAD";

bool
program_own_path(char path[PATH_MAX])
{
	int name[] = { CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, -1 };
	size_t size = PATH_MAX;

	return sysctl(name, sizeof name / sizeof *name, path, &size, NULL, 0) == 0 && size > 0;
}

/* FreeBSD's files have no capabilities. */
bool
program_has_capabilities(int descriptor)
{
	(void)descriptor;
	return false;
}

/* rtld(1) is the only one of the system; the Linux emulation has its own below /compat. */
bool
program_is_of_this_libc(const char *interpreter)
{
	return strstr(interpreter, "ld-elf") != NULL;
}
