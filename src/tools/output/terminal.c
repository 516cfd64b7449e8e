/* SPDX-License-Identifier: ISC */
#include "terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

#include "environment.h"

/* The alternate screen keeps the contents of the normal one. */
static const char enter_screen[] = "\033[?1049h\033[?25l\033[2J";
static const char leave_screen[] = "\033[?25h\033[?1049l";

/* Signals are delivered only in terminal_wait(), by pselect(2). */
static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH };
#define SIGNALS (sizeof signals / sizeof *signals)

static volatile sig_atomic_t ending_signal, stop_wanted;

static struct {
	bool entered, has_modes;
	struct termios modes;
	sigset_t mask;
	struct sigaction actions[SIGNALS];
} before;

static void
note_signal(int number)
{
	if (number == SIGTSTP)
		stop_wanted = 1;
	else if (number != SIGWINCH)
		ending_signal = number;
}

bool
terminal_is_screen(void)
{
	const char *type = environment_get("TERM");

	return isatty(STDOUT_FILENO) && type && *type && strcmp(type, "dumb") != 0;
}

static void
write_all(const char *bytes)
{
	size_t length = strlen(bytes);

	while (length) {
		ssize_t n = write(STDOUT_FILENO, bytes, length);
		if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			bytes += n;
			length -= (size_t)n;
		}
	}
}

static void
take_screen(void)
{
	struct termios modes;

	/* No echo, and each key at once; keys for signals stay enabled. */
	before.has_modes = tcgetattr(STDIN_FILENO, &before.modes) == 0;
	if (before.has_modes) {
		modes = before.modes;
		modes.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		modes.c_cc[VMIN] = 1;
		modes.c_cc[VTIME] = 0;
		tcsetattr(STDIN_FILENO, TCSANOW, &modes);
	}
	write_all(enter_screen);
}

static void
restore_screen(void)
{
	fflush(stdout);
	write_all(leave_screen);
	if (before.has_modes)
		tcsetattr(STDIN_FILENO, TCSANOW, &before.modes);
}

/* Signals that were ignored at start (nohup(1)) stay ignored. */
static int
take_signals(void)
{
	struct sigaction action = { .sa_handler = note_signal };
	sigset_t mask;

	sigemptyset(&mask);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaddset(&mask, signals[i]);
	if (sigprocmask(SIG_BLOCK, &mask, &before.mask) != 0)
		return -1;
	for (size_t i = 0; i < SIGNALS; i++) {
		if (sigaction(signals[i], NULL, &before.actions[i]) != 0)
			return -1;
		if (before.actions[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
	return 0;
}

int
terminal_enter(void)
{
	if (take_signals() != 0)
		return -1;
	before.entered = true;
	take_screen();
	return 0;
}

void
terminal_leave(void)
{
	if (!before.entered)
		return;
	before.entered = false;
	restore_screen();
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &before.actions[i], NULL);
	sigprocmask(SIG_SETMASK, &before.mask, NULL);
}

void
terminal_size(int *columns, int *rows)
{
	struct winsize size;

	*columns = 80;
	*rows = 24;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || !size.ws_col || !size.ws_row)
		return;
	*columns = size.ws_col;
	*rows = size.ws_row;
}

/* Stops by the default action, for the shell, and restores the screen when continued. */
static void
stop(void)
{
	stop_wanted = 0;
	terminal_leave();
	kill(getpid(), SIGTSTP);
	terminal_enter();
}

/* Returns whether to go on. */
static bool
read_keys(void)
{
	char keys[64];
	ssize_t n = read(STDIN_FILENO, keys, sizeof keys);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	return n > 0 && !memchr(keys, 'q', (size_t)n) && !memchr(keys, 'Q', (size_t)n);
}

enum terminal_event
terminal_wait(int milliseconds)
{
	struct timespec timeout = { .tv_sec = milliseconds / 1000,
		.tv_nsec = milliseconds % 1000 * 1000000L };
	fd_set readable;
	int ready;

	/* Keys are read only from a terminal. */
	FD_ZERO(&readable);
	if (before.has_modes)
		FD_SET(STDIN_FILENO, &readable);
	ready = pselect(before.has_modes ? STDIN_FILENO + 1 : 0, &readable, NULL, NULL, &timeout,
	    &before.mask);
	if (ready < 0 && errno != EINTR)
		return TERMINAL_QUIT;
	if (ending_signal)
		return TERMINAL_SIGNAL;
	if (stop_wanted)
		stop();
	if (ready < 0)
		return TERMINAL_REDRAW;
	if (ready > 0)
		return read_keys() ? TERMINAL_REDRAW : TERMINAL_QUIT;
	return TERMINAL_TIMEOUT;
}

void
terminal_die(void)
{
	terminal_leave();
	raise((int)ending_signal);
}

void
terminal_begin_frame(void)
{
	fputs("\033[H", stdout);
}

void
terminal_end_frame(void)
{
	fputs("\033[J", stdout);
	fflush(stdout);
}
