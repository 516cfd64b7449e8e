/* SPDX-License-Identifier: ISC */
#include "inherited_signals.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

/* POSIX, signal.h; then those that not every system has. */
static const struct {
	int number;
	char name[12];
} names[] = {
	{ SIGHUP, "SIGHUP" }, { SIGINT, "SIGINT" }, { SIGQUIT, "SIGQUIT" }, { SIGILL, "SIGILL" },
	{ SIGTRAP, "SIGTRAP" }, { SIGABRT, "SIGABRT" }, { SIGBUS, "SIGBUS" },
	{ SIGFPE, "SIGFPE" }, { SIGUSR1, "SIGUSR1" }, { SIGSEGV, "SIGSEGV" },
	{ SIGUSR2, "SIGUSR2" }, { SIGPIPE, "SIGPIPE" }, { SIGALRM, "SIGALRM" },
	{ SIGTERM, "SIGTERM" }, { SIGCHLD, "SIGCHLD" }, { SIGCONT, "SIGCONT" },
	{ SIGTSTP, "SIGTSTP" }, { SIGTTIN, "SIGTTIN" }, { SIGTTOU, "SIGTTOU" },
	{ SIGURG, "SIGURG" }, { SIGXCPU, "SIGXCPU" }, { SIGXFSZ, "SIGXFSZ" },
	{ SIGVTALRM, "SIGVTALRM" }, { SIGPROF, "SIGPROF" }, { SIGWINCH, "SIGWINCH" },
	{ SIGIO, "SIGIO" }, { SIGSYS, "SIGSYS" },
#ifdef SIGPWR
	{ SIGPWR, "SIGPWR" },
#endif
#ifdef SIGSTKFLT
	{ SIGSTKFLT, "SIGSTKFLT" },
#endif
#ifdef SIGEMT
	{ SIGEMT, "SIGEMT" },
#endif
#ifdef SIGINFO
	{ SIGINFO, "SIGINFO" },
#endif
};

/* The C library keeps some numbers for itself: those fail. */
static bool
is_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 && !(action.sa_flags & SA_SIGINFO)
	    && action.sa_handler == SIG_IGN;
}

void
inherited_signals_read(struct inherited_signals *signals)
{
	sigset_t mask;
	bool has_mask = sigprocmask(SIG_BLOCK, NULL, &mask) == 0;

	signals->ignored_count = signals->blocked_count = 0;
	for (int number = 1; number < INHERITED_SIGNALS_MAX; number++) {
		if (is_ignored(number))
			signals->ignored[signals->ignored_count++] = number;
		if (has_mask && sigismember(&mask, number) == 1)
			signals->blocked[signals->blocked_count++] = number;
	}
}

void
signal_name(int number, char name[SIGNAL_NAME_SIZE])
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].number == number) {
			snprintf(name, SIGNAL_NAME_SIZE, "%s", names[i].name);
			return;
		}
#ifdef SIGRTMIN /* not everywhere */
	if (number >= SIGRTMIN && number <= SIGRTMAX) {
		snprintf(name, SIGNAL_NAME_SIZE, "SIGRTMIN+%d", number - SIGRTMIN);
		return;
	}
#endif
	snprintf(name, SIGNAL_NAME_SIZE, "%d", number);
}
