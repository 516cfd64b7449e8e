/* SPDX-License-Identifier: ISC */
/* What the functions of bindchain.h and of bindchain/sd-daemon.h have in common. */
#ifndef BINDCHAIN_RECEIVE_H
#define BINDCHAIN_RECEIVE_H

#include <stdbool.h>
#include <sys/types.h>

#include "listen_fds.h"

/* Are FLAGS of enum bindchain_receive_flags? */
bool receive_flags_are_known(unsigned flags);

/* Reads a number by listen_number_read().  Returns 0, -EINVAL or -ERANGE. */
int receive_read_number(const char *, long long minimum, long long maximum, long long *);

/* The same for the id of a process. */
int receive_read_pid(const char *, pid_t *);

/* bindchain_listen_fds_with_names(), with a negative errno; NAMES may be NULL. */
int receive_listen_fds(unsigned flags, char ***names);

/* bindchain_notify(), with a negative errno. */
int receive_notify(bool remove, const char *state);

/* Sets FD_CLOEXEC: 0, or -1 with errno. */
int receive_close_on_exec(int descriptor);

/* Removes the variables NAMES, a list as listen_variables: 0, or -1 with errno. */
int receive_remove_variables(const char (*names)[LISTEN_VARIABLE_SIZE]);

/* RESULT, a negative errno, as -1 with errno. */
int receive_as_errno(int result);

#endif
