/* SPDX-License-Identifier: ISC */
#include "program.h"

#include <mach-o/fat.h>
#include <mach-o/loader.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char program_preload_variable[] = "DYLD_INSERT_LIBRARIES";

/* Every program is linked to libSystem. */
bool
program_is_of_this_libc(const char *interpreter)
{
	(void)interpreter;
	return true;
}

/* System Integrity Protection: dyld drops its variables for what is there. */
static bool
is_protected(const char *path)
{
	static const char places[][16] = { "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/",
		"/usr/libexec/", "/usr/lib/", "/System/" };

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (strncmp(path, places[i], strlen(places[i])) == 0)
			return true;
	return false;
}

enum program_problem
program_judge_executable(int descriptor, const char *path, const char *library)
{
	char real[PATH_MAX];
	uint32_t magic;

	(void)library;
	if (is_protected(realpath(path, real) ? real : path))
		return PROGRAM_PROTECTED;
	if (pread(descriptor, &magic, sizeof magic, 0) != (ssize_t)sizeof magic)
		return PROGRAM_UNKNOWN;
	return magic == MH_MAGIC_64 || magic == FAT_CIGAM || magic == FAT_MAGIC ? PROGRAM_FINE
	                                                                       : PROGRAM_UNKNOWN;
}
