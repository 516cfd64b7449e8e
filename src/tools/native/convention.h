/* SPDX-License-Identifier: ISC */
/* The conventions by which the native commands pass sockets: --as=HOW. */
#ifndef BINDCHAIN_CONVENTION_H
#define BINDCHAIN_CONVENTION_H

#include "command.h"

enum convention {
	CONVENTION_SYSTEMD, /* 3 and up, LISTEN_FDS */
	CONVENTION_STDIN,   /* standard input, one socket */
	CONVENTION_UPSTART, /* 3, UPSTART_FDS, one socket */
	CONVENTION_FD       /* a chosen descriptor and up */
};

/*
 * Reads HOW (NULL: systemd) for COUNT sockets; DESCRIPTOR gets the first one's
 * number.  Returns 0, or the exit status with the message printed.
 */
int convention_read(const struct invocation *, const char *how, int count, enum convention *,
    int *descriptor);

/* Checks the last target against RLIMIT_NOFILE.  Returns 0, or the exit status. */
int convention_check_limit(const struct invocation *);

/* Is it "max", or the number that systemd.socket(5) has for no limit, 4294967295? */
bool convention_is_greatest_backlog(const char *);

/* Reads a descriptor's number.  Returns 0, or the exit status. */
int convention_read_descriptor(const struct invocation *, const char *text, int *descriptor);

/* The variables of the convention: an or of enum handover_convention. */
unsigned convention_variables(enum convention);

#endif
