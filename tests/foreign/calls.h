/* SPDX-License-Identifier: ISC */
/* What the calls of all systems and those of one share. */
#ifndef FOREIGN_CALLS_H
#define FOREIGN_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/socket.h>

/* A call that no test expects: ends the process. */
_Noreturn void calls_trap(const char *name);
/* Is CALL to fail now?  Then errno is set. */
bool calls_fails(const char *call);
/* Returns -1, with errno. */
int calls_fail(int error);
/* Adds NAME with so many numbers to foreign_calls().  Returns 0. */
int calls_record(const char *name, size_t count, const int numbers[]);
/* What accept(2) does. */
int calls_accept(struct sockaddr *, socklen_t *);
/* Where the parent of vfork(2) goes on after its child: __builtin_setjmp() was called. */
extern void *calls_parent[5];
/* What sysctlbyname(3) does. */
int calls_read_sysctl(const char *name, void *value, size_t *size);
/* NULL or a path. */
const char *calls_executable(void);

/* The descriptors that are open, from the lowest; NULL at the end. */
struct calls_descriptor {
	int number;
	size_t path_length;
	bool opens_later;
};
const struct calls_descriptor *calls_next_descriptor(const struct calls_descriptor *previous);
/* Those that open later have been. */
void calls_open_late_descriptors(void);

/* Of each system. */
void calls_reset_system(void);

#endif
