/* SPDX-License-Identifier: ISC */
/*
 * A terminal as a screen, which is restored however the program ends.  Uses the escape
 * sequences that every terminal has (ECMA-48, and xterm's alternate screen), without a
 * library.
 */
#ifndef BINDCHAIN_TERMINAL_H
#define BINDCHAIN_TERMINAL_H

#include <stdbool.h>

/* Is standard output a terminal with escape sequences (TERM is set, and not "dumb")? */
bool terminal_is_screen(void);

/* Sets up the signal handlers and the screen.  Returns 0, or -1 with errno. */
int terminal_enter(void);
/* Restores both, if they were set up. */
void terminal_leave(void);

void terminal_size(int *columns, int *rows);

enum terminal_event {
	TERMINAL_TIMEOUT,
	TERMINAL_REDRAW, /* the size has changed, or the program was stopped */
	TERMINAL_QUIT,   /* q was typed, or the terminal was closed */
	TERMINAL_SIGNAL  /* a terminating signal: call terminal_die() */
};
/* Waits for at most MILLISECONDS. */
enum terminal_event terminal_wait(int milliseconds);

/* Restores the terminal, and kills the process by the signal. */
void terminal_die(void);

/* A frame: lines from the top, each cleared to its end, then what is below. */
void terminal_begin_frame(void);
void terminal_end_frame(void);

#endif
