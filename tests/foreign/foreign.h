/* SPDX-License-Identifier: ISC */
/*
 * Another system's backend, and a kernel that it may take for its own, in one
 * object: what both sides know of each other.  Only int, unsigned and strings
 * pass, since nothing else is surely the same there; the numbers of options are
 * those of enum bindchain_option.
 */
#ifndef FOREIGN_H
#define FOREIGN_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the kernel (kernel.c, kernel_SYSTEM.c) ---- */

/* As it is after installation, used by root; the log is empty. */
void foreign_kernel_reset(void);
/* A sysctl of four bytes; a known one changes. */
void foreign_kernel_set(const char *sysctl, int value);
void foreign_kernel_forget(const char *sysctl);
void foreign_kernel_user(unsigned user);
void foreign_kernel_load_module(const char *name);
/* What waits in a listening socket's queue: complete, and half-open or held. */
void foreign_kernel_fill_queue(int descriptor, int complete, int incomplete);
/* The calls so far, each a line of names. */
const char *foreign_kernel_log(void);
unsigned foreign_kernel_open_descriptors(void);

/* ---- what is under test (foreign.c) ---- */

#define FOREIGN_OPTIONS_MAX 16
#define FOREIGN_UNKNOWN (-2147483647 - 1)

struct foreign_request {
	const char *host; /* a number */
	unsigned port;
	int backlog;
	int is_udp, nonblocking, close_on_exec;
	unsigned asked; /* set of 1u << enum bindchain_option */
	int values[FOREIGN_OPTIONS_MAX];
};

/*
 * bindchain_open().  Returns the descriptor, or -1 and in WORDS the operation,
 * its subject, the error's name or the reason, and behind a newline each what
 * the backend explains.
 */
int foreign_open(const struct foreign_request *, char *words, size_t size);

/* What the backend foresees: obstacles, then "-", then warnings; a line each. */
void foreign_foresee(const struct foreign_request *, char *words, size_t size);

/* backend_backlog(): passed, queue limit, admitted, filtered. */
void foreign_backlog(int requested, int limit, int becomes[4]);
/* backend_backlog_limit(): its value; its name into NAME. */
int foreign_backlog_limit(char *name, size_t size);
/* backend_queue(): limit, length, and those that are incomplete. */
void foreign_queue(int descriptor, int facts[3]);
/* An option of bindchain_outcome_read(). */
int foreign_option(int descriptor, int option);

#ifdef __cplusplus
}
#endif

#endif
