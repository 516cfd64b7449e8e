/* SPDX-License-Identifier: ISC */
/* The inherited sockets, and which of them have been taken. */
#ifndef BINDCHAIN_ORIGINALS_H
#define BINDCHAIN_ORIGINALS_H

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "address.h"
#include "program.h"

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

/* What the variable's words ask for. */
struct adopt_words {
	bool by_port, strict, verbose, check;
	char directory[PATH_MAX]; /* in which relative paths were bound; may be empty */
};

extern struct adopt_words adopt_words;

/* Are there any, taken or not? */
bool originals_exist(void);

/* Is none for connections? */
bool originals_are_datagrams(void);

/* Has one been taken? */
bool originals_were_taken(void);

/*
 * The original for a bind(2) of DESCRIPTOR to ADDRESS: one that no process has taken, which
 * is then this one's if it CLAIMS it, before one that has been taken, which is shared.
 * NULL: there is none.  Async-signal-safe, as bind(2) is.
 */
struct original *originals_match(int descriptor, const struct address *, bool claims);

/* The original that DESCRIPTOR has the address of, or NULL. */
const struct original *originals_of(int descriptor);

/* Has one the file PATH, relative to DIRECTORY? */
bool originals_have_file(int directory, const char *path);

/* Notes that it has been taken in place of the socket REPLACED, in the variable too. */
void originals_take(struct original *, uintptr_t replaced);

/* The original that another process has taken in place of the unbound socket that this one
 * has at DESCRIPTOR; NULL: none. */
struct original *originals_replaced(int descriptor);

/* Has this process taken some, or the one that it goes on from in the background? */
bool originals_are_own(void);

/* Can a child have some that were to pass to the daemon's own program? */
bool originals_have_passed(void);

/* What is executed next: this program, another, or one without the variable or the library. */
enum originals_next { ORIGINALS_OWN, ORIGINALS_OTHER, ORIGINALS_UNKNOWN };

/* Sets of originals whose close-on-exec flag was set, or cleared. */
struct originals_changes {
	uint64_t set, cleared;
	bool has_turn; /* no other thread executes a program */
};

/* Longer than the variable's value ever is. */
size_t originals_value_size(void);

/*
 * Before a program is executed: makes those pass execve(2) that it is to get, no others, and
 * writes the variable's VALUE for them.  originals_stay() undoes the changes, which are
 * returned, when the call returns; no other thread executes a program meanwhile.
 * Async-signal-safe.
 */
struct originals_changes originals_pass(enum originals_next next, char *value);
void originals_stay(const struct originals_changes *);

/* Before a program is executed that gets descriptors and variable as they are. */
void originals_settle(void);

/* A line on standard error: "bindchain-adopt: …". */
void adopt_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Reads the variable, if that has not been done: a library's constructor may bind before
 * this one's runs. */
void originals_begin(void);

#endif
