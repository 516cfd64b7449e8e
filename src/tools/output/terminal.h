/* SPDX-License-Identifier: ISC */
/*
 * A terminal as a screen: entered and left whole, whatever ends the program.
 * Plain escapes that every terminal of the last decades has (ECMA-48, and
 * xterm's alternate screen) and no library for them.
 */
#ifndef BINDCHAIN_TERMINAL_H
#define BINDCHAIN_TERMINAL_H

#include <stdbool.h>

/* Is standard output a terminal that knows escapes (TERM is there, not "dumb")? */
bool terminal_is_screen(void);

/* Takes signals and the screen.  Returns 0, or -1 with errno. */
int terminal_enter(void);
/* Gives both back.  Does nothing where they were not taken. */
void terminal_leave(void);

void terminal_size(int *columns, int *rows);

enum terminal_event {
	TERMINAL_TIMEOUT,
	TERMINAL_REDRAW, /* the size is another, or the program was stopped meanwhile */
	TERMINAL_QUIT,   /* q was typed, or the terminal is gone */
	TERMINAL_SIGNAL  /* a signal that is to end the program: terminal_die() */
};
/* Waits for MILLISECONDS at most. */
enum terminal_event terminal_wait(int milliseconds);

/* Leaves, and ends the process by the signal that came. */
void terminal_die(void);

/* A frame: lines from the top, each cleared to its end, then what is below. */
void terminal_begin_frame(void);
void terminal_end_frame(void);

#endif
