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

TRAP(__inet_ntop)
TRAP(chmod)
TRAP(connect)
TRAP(fchmod)
TRAP(fchown)
TRAP(fclose)
TRAP(fgets)
TRAP(flock)
TRAP(fopen)
TRAP(fstat)
TRAP(freeifaddrs)
TRAP(gai_strerror)
TRAP(getifaddrs)
TRAP(if_indextoname)
TRAP(inet_ntop)
TRAP(lchown)
TRAP(lstat)
TRAP(mkfifo)
TRAP(open)
TRAP(strerror)
TRAP(umask)
TRAP(unlink)
TRAP(write)

/* As Darwin's headers call some. */
#define TRAP_ALIAS(name, symbol)                                                   \
	void name(void) __asm__(symbol);                                           \
	TRAP(name)

TRAP_ALIAS(alias_chmod, "_chmod")
TRAP_ALIAS(alias_connect, "_connect")
TRAP_ALIAS(alias_fchmod, "_fchmod")
TRAP_ALIAS(alias_fopen, "_fopen")
TRAP_ALIAS(alias_fstat, "_fstat$INODE64")
TRAP_ALIAS(alias_lchown, "_lchown")
TRAP_ALIAS(alias_lstat, "_lstat$INODE64")
TRAP_ALIAS(alias_open, "_open")
TRAP_ALIAS(alias_strerror, "_strerror")
TRAP_ALIAS(alias_write, "_write")
