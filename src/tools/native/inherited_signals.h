/* SPDX-License-Identifier: ISC */
/*
 * The signals that this process was started with ignored or blocked, which pass through
 * execve(2): "Signals set to be ignored by the calling process image shall be set to be
 * ignored by the new process image", and the new image inherits the "process signal mask"
 * (POSIX, exec).
 */
#ifndef BINDCHAIN_INHERITED_SIGNALS_H
#define BINDCHAIN_INHERITED_SIGNALS_H

/* The highest number is 127, on Linux on MIPS: signal(7). */
#define INHERITED_SIGNALS_MAX 128

struct inherited_signals {
	int ignored_count, blocked_count;
	int ignored[INHERITED_SIGNALS_MAX], blocked[INHERITED_SIGNALS_MAX];
};

/* In ascending order. */
void inherited_signals_read(struct inherited_signals *);

#define SIGNAL_NAME_SIZE 24

/* "SIGPIPE", "SIGRTMIN+3", or the number alone. */
void signal_name(int number, char name[SIGNAL_NAME_SIZE]);

#endif
