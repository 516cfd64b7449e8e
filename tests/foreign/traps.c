/* SPDX-License-Identifier: ISC */
/*
 * Functions of the C library that src/common calls where no test here goes:
 * they are defined so that none is bound to the host's, whose numbers and
 * structures are others.  No header is included: each has the other system's
 * name and never returns.
 */
void kernel_trap(const char *);

#define TRAP(name)                                                                 \
	void name(void);                                                           \
	void name(void)                                                            \
	{                                                                          \
		kernel_trap(#name);                                                \
	}

TRAP(faccessat)
TRAP(fclose)
TRAP(fgets)
TRAP(fopen)
TRAP(gai_strerror)
TRAP(getegid)
TRAP(getgroups)
TRAP(linkat)
TRAP(nanosleep)
TRAP(renameatx_np)
TRAP(strerror)
TRAP(write)

/* As Darwin's headers call some. */
#define TRAP_ALIAS(name, symbol)                                                   \
	void name(void) __asm__(symbol);                                           \
	TRAP(name)

TRAP_ALIAS(alias_fopen, "_fopen")
TRAP_ALIAS(alias_nanosleep, "_nanosleep")
TRAP_ALIAS(alias_strerror, "_strerror")
TRAP_ALIAS(alias_write, "_write")
