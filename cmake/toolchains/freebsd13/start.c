/* SPDX-License-Identifier: ISC */
/*
 * What zig's crt1.o calls for FreeBSD, and libc has since 14 only: __libc_start1 of
 * version FBSD_1.7.  Linked into executables for 13, it does what 13's own crt1.o did in
 * dynamic ones, whose constructors ld-elf.so.1 calls: lib/csu/common/ignore_init.c and
 * lib/csu/amd64/crt1_c.c of releng/13.0.
 */
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

/* In crt1.o, which exports them: libc of 13 has no own. */
extern char **environ;
extern const char *__progname;

/* Names of theirs. NOLINTBEGIN(bugprone-reserved-identifier) */
void __libc_start1(int argc, char **argv, char **environment, void (*cleanup)(void),
    int (*start)(int, char **, char **));

void
__libc_start1(int argc, char **argv, char **environment, void (*cleanup)(void),
    int (*start)(int, char **, char **))
{
	if (!environ)
		environ = environment;
	if (argc > 0 && argv[0]) {
		__progname = argv[0];
		for (const char *at = argv[0]; *at; at++)
			if (*at == '/')
				__progname = at + 1;
	}
	atexit(cleanup);
	exit(start(argc, argv, environment));
}
/* NOLINTEND(bugprone-reserved-identifier) */

#ifdef __cplusplus
}
#endif
