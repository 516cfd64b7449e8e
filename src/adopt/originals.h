/* SPDX-License-Identifier: ISC */
/* The inherited sockets, and which of them have been taken. */
#ifndef BINDCHAIN_ORIGINALS_H
#define BINDCHAIN_ORIGINALS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "address.h"

struct original {
	int descriptor;
	int type, protocol;
	struct address address;
	/* The file of a Unix socket, by which its path is known however it is written. */
	bool has_file;
	dev_t device;
	ino_t inode;
	atomic_bool taken;  /* in this process or before its fork(2) */
	atomic_bool closed; /* by the daemon, for which it is kept open */
	pid_t taker;
	int generation; /* of the taker: how often it was forked */
};

/* Are there any, taken or not? */
bool originals_exist(void);

/* Is none for connections? */
bool originals_are_datagrams(void);

/* Has one been taken? */
bool originals_were_taken(void);

/* Notes that it has been taken in place of the socket REPLACED, in the variable too. */
void originals_take(struct original *, uintptr_t replaced);

/* Has this process taken some, or the one that it goes on from in the background? */
bool originals_are_own(void);

/* Reads the variable, if that has not been done: a library's constructor may bind before
 * this one's runs. */
void originals_begin(void);

#endif
