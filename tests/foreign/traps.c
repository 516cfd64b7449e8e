/* SPDX-License-Identifier: ISC */
/*
 * Functions of the C library that src/common calls where no test here goes:
 * they are defined so that none is bound to the host's, whose numbers and
 * structures are others.  No header is included: each has the other system's
 * name and never returns.
 */
void calls_trap(const char *);

#define TRAP(name)                                                                 \
	void name(void);                                                           \
	void name(void)                                                            \
	{                                                                          \
		calls_trap(#name);                                                \
	}

TRAP(fchmod)
TRAP(fchown)
TRAP(flock)
TRAP(freeifaddrs)
TRAP(funlinkat)
TRAP(gai_strerror)
TRAP(getifaddrs)
TRAP(if_indextoname)
TRAP(linkat)
TRAP(mkdirat)
TRAP(nanosleep)
TRAP(readlinkat)
TRAP(renameat)
TRAP(renameatx_np)
TRAP(strerror)
TRAP(strerror_r)
TRAP(symlinkat)
TRAP(unlinkat)
TRAP(write)

/* As Darwin's headers call some. */
#define TRAP_ALIAS(name, symbol)                                                   \
	void name(void) __asm__(symbol);                                           \
	TRAP(name)

TRAP_ALIAS(alias_fchmod, "_fchmod")
TRAP_ALIAS(alias_nanosleep, "_nanosleep")
TRAP_ALIAS(alias_strerror, "_strerror")
TRAP_ALIAS(alias_write, "_write")
