/* SPDX-License-Identifier: ISC */
/*
 * Whether the dynamic linker loads a library into a program that is executed next.  Part of
 * the commands, not of the library.
 */
#ifndef BINDCHAIN_PROGRAM_H
#define BINDCHAIN_PROGRAM_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

/* Of one daemon. */
#define ADOPT_SOCKETS_MAX 64

enum program_problem {
	PROGRAM_FINE,
	PROGRAM_UNREADABLE,  /* CALL failed for PATH, with errno */
	PROGRAM_NOT_REGULAR,
	PROGRAM_PRIVILEGED,  /* set-user-ID, set-group-ID or with capabilities */
	PROGRAM_PROTECTED,   /* macOS drops the variable for it */
	PROGRAM_HARDENED,    /* so does its signature */
	PROGRAM_STATIC,
	PROGRAM_GO,          /* calls the kernel without the C library */
	PROGRAM_OTHER_LIBC,
	PROGRAM_OTHER_MACHINE,
	PROGRAM_UNKNOWN      /* neither an executable of this system nor a script */
};

struct program {
	char path[PATH_MAX]; /* the file that was judged: of a script, its interpreter */
	const char *call;    /* that failed */
};

/*
 * Judges what execve(2) of PROGRAM->path would load, against LIBRARY.  Files are read as
 * they are now, through one descriptor each.
 */
enum program_problem program_judge(struct program *, const char *library);

/* ---- of each system: src/linux, src/freebsd, src/darwin ---- */

/* Whether an executable has privileges that its mode does not show. */
bool program_has_capabilities(int descriptor);

/* Whether INTERPRETER loads programs of the C library that this one is built with. */
bool program_is_of_this_libc(const char *interpreter);

/* The variable of libraries to load first. */
extern const char program_preload_variable[];

/* Judges an executable, with HEAD its first bytes. */
enum program_problem program_judge_executable(int descriptor, const char *path,
    const char *library);

#endif
