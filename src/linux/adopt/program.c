/* SPDX-License-Identifier: ISC */
#include "program.h"

#include <features.h>
#include <string.h>
#include <sys/xattr.h>

const char program_preload_variable[] = "LD_PRELOAD";

/* capabilities(7): AT_SECURE, for which ld.so(8) drops libraries with a slash. */
bool
program_has_capabilities(int descriptor)
{
	return fgetxattr(descriptor, "security.capability", NULL, 0) > 0;
}

/* musl's is called ld-musl-PROCESSOR.so.1; glibc's has many names. */
bool
program_is_of_this_libc(const char *interpreter)
{
	bool is_musl = strstr(interpreter, "/ld-musl-");
#ifdef __GLIBC__
	return !is_musl;
#else
	return is_musl;
#endif
}
