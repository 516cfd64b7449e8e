/* SPDX-License-Identifier: ISC */
/*
 * The fake kernel, compiled for the other system: kernel.c has what all have,
 * kernel_SYSTEM.c what is that system's own, from its documents and sources and
 * never from our backend.
 */
#ifndef FOREIGN_KERNEL_H
#define FOREIGN_KERNEL_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

struct kernel_socket {
	bool is_open, is_bound, is_listening, is_nonblocking, is_close_on_exec;
	int family, type;
	int queue_limit, complete, incomplete;
	int receive_buffer;
	unsigned flags; /* set options of the table, 1u << index */
	char filter[16];
};

/* An option that can be set and read back. */
struct kernel_option {
	int level, name;
	const char *words; /* "SOL_SOCKET SO_REUSEADDR" */
	int reads;         /* as what it reads back when it is on */
	bool exact;        /* its argument must be exactly an int */
};

/* ---- of the system (kernel_SYSTEM.c) ---- */

extern const struct kernel_option kernel_options[];
extern const size_t kernel_option_count;
struct kernel_sysctl {
	const char *name;
	int value;
};
extern const struct kernel_sysctl kernel_sysctls[];
extern const size_t kernel_sysctl_count;
/* socket(2)'s type without what is a flag in it; sets the flags.  -1: EINVAL. */
int kernel_socket_type(struct kernel_socket *, int type);
/* May this option be set now?  Returns 0 or an error; *done: it was, there. */
int kernel_set_special(struct kernel_socket *, int level, int name, const void *, socklen_t,
    bool *done);
/* The same for reading. */
int kernel_get_special(const struct kernel_socket *, int level, int name, void *, socklen_t *,
    bool *done);
/* What listen(2) stores. */
int kernel_queue_limit(int backlog);
/* Is this port for root alone? */
bool kernel_is_guarded(const struct sockaddr *, unsigned port);
const char *kernel_error_name(int error);

/* ---- of all (kernel.c) ---- */

/* A call that no test expects: ends the process. */
void kernel_trap(const char *what);
/* Appends to the log's line. */
void kernel_say(const char *words);
void kernel_say_number(long long);
/* The open socket, or NULL with errno EBADF. */
struct kernel_socket *kernel_find_socket(int descriptor);
bool kernel_sysctl_value(const char *name, int *value);
/* What sysctlbyname(3) does. */
int kernel_read_sysctl(const char *name, void *old, size_t *old_size);
bool kernel_flag(const struct kernel_socket *, int level, int name);
bool kernel_is_root(void);
bool kernel_has_module(const char *name);

#endif
