/* SPDX-License-Identifier: ISC */
/*
 * The close-on-exec flags of the originals, by which they pass to a program that is executed or
 * not.
 */
#ifndef BINDCHAIN_ADOPT_CLOSE_ON_EXEC_H
#define BINDCHAIN_ADOPT_CLOSE_ON_EXEC_H

#include <stdbool.h>
#include <stdint.h>

/* What is executed next: this program, another, or one without the variable or the library. */
enum originals_next { ORIGINALS_OWN, ORIGINALS_OTHER, ORIGINALS_UNKNOWN };

/* Sets of originals whose close-on-exec flag was set, or cleared. */
struct originals_changes {
	uint64_t set, cleared;
	bool has_turn; /* no other thread executes a program */
};

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

/* Can a child have some that were to pass to the daemon's own program? */
bool originals_have_passed(void);

/* Those that the daemon has closed, once one has been taken: from programs that are executed
 * without execve(2) being seen. */
void originals_withhold_closed(void);

/* In a child of fork(2): those that were to pass to the daemon's own program. */
void originals_withhold_taken(void);

#endif
