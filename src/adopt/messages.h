/* SPDX-License-Identifier: ISC */
/* Messages on the standard error that the daemon was started with. */
#ifndef BINDCHAIN_ADOPT_MESSAGES_H
#define BINDCHAIN_ADOPT_MESSAGES_H

/* Notes which file standard error is. */
void messages_begin(void);

/* A line on standard error: "bindchain-adopt: …". */
void adopt_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
