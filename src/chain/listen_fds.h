/* SPDX-License-Identifier: ISC */
/*
 * The LISTEN_… variables of sd_listen_fds(3): what a predecessor says about the
 * descriptors from 3 on, and whether it says it to this process.
 */
#ifndef BINDCHAIN_LISTEN_FDS_H
#define BINDCHAIN_LISTEN_FDS_H

#include <stdbool.h>
#include <sys/types.h>

#include "failure.h"
#include "number.h"

#define LISTEN_FDS_START 3
#define LISTEN_NAME_MAX 255 /* characters */

/* All of them; "" ends the list. */
#define LISTEN_VARIABLE_SIZE 16
extern const char listen_variables[][LISTEN_VARIABLE_SIZE];

enum listen_owner {
	LISTEN_OWNER_UNSET, /* no LISTEN_PID */
	LISTEN_OWNER_US,
	LISTEN_OWNER_OTHER  /* another process, a malformed LISTEN_PID, or a
	                       LISTEN_PIDFDID that does not match */
};

struct listen_environment {
	const char *fds, *pid, *pidfdid, *names; /* as they stand, or NULL */
	pid_t own_pid; /* this process */
	enum listen_owner owner;
	bool pid_is_decimal; /* of LISTEN_OWNER_US: it is written as all readers read it */
	bool well_formed; /* LISTEN_FDS is a count, or unset */
	int count;        /* descriptors it includes, whoever they are for */
};

/* Reads the variables of VARIABLES, a list as `environ`, or those of this process. */
void listen_environment_read_of(struct listen_environment *, char *const *variables);
void listen_environment_read(struct listen_environment *);

/*
 * Reads a number as libsystemd does: strtol(3) with base 0, which skips leading blanks and
 * takes a sign, and "0b" and "0o" for binary and octal numbers.
 */
enum number_result listen_number_read(const char *, long long minimum, long long maximum,
    long long *);

/* Returns 0; or -1 with BINDCHAIN_INHERITED if LISTEN_FDS, whoever it is for, is not a number or
 * counts a descriptor that is not open. */
int listen_environment_check(const struct listen_environment *, struct bindchain_failure *);

/*
 * The first descriptor of 3 to 3+COUNT-1 that is not open, or -1.
 */
int listen_environment_first_closed(int count);

/* Whether NAME may be in LISTEN_FDNAMES, by sd_listen_fds_with_names(3): 1 to 255 characters
 * of printable ASCII without a colon. */
bool listen_name_is_valid(const char *name);

/* How many names a list has: one more than its colons, empty ones counted. */
int listen_names_count(const char *names);

/*
 * The next name of a list: returns its start, sets its length, and moves REST, which
 * begins as the list, behind it.  NULL at the end, where REST is NULL.
 */
const char *listen_names_next(const char **rest, int *length);

#endif
