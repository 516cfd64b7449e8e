/* SPDX-License-Identifier: ISC */
#include "write_signals.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

static const int numbers[] = { SIGPIPE, SIGXFSZ };
#define NUMBERS (sizeof numbers / sizeof *numbers)

static struct sigaction at_start[NUMBERS];
static bool are_ignored;

void
write_signals_ignore(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	if (are_ignored)
		return;
	sigemptyset(&ignore.sa_mask);
	for (size_t i = 0; i < NUMBERS; i++)
		sigaction(numbers[i], &ignore, &at_start[i]);
	are_ignored = true;
}

void
write_signals_restore(void)
{
	if (!are_ignored)
		return;
	for (size_t i = 0; i < NUMBERS; i++)
		sigaction(numbers[i], &at_start[i], NULL);
	are_ignored = false;
}
