/* SPDX-License-Identifier: ISC */
#include "write_signals.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

static const int numbers[] = { SIGPIPE, SIGXFSZ };
#define NUMBERS (sizeof numbers / sizeof *numbers)

static struct sigaction at_start[NUMBERS];
/* Initialised, and so on the page with the addresses of functions, which every start writes. */
static bool are_as_at_start = true;

void
write_signals_ignore(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	if (!are_as_at_start)
		return;
	sigemptyset(&ignore.sa_mask);
	for (size_t i = 0; i < NUMBERS; i++)
		sigaction(numbers[i], &ignore, &at_start[i]);
	are_as_at_start = false;
}

void
write_signals_restore(void)
{
	if (are_as_at_start)
		return;
	for (size_t i = 0; i < NUMBERS; i++)
		sigaction(numbers[i], &at_start[i], NULL);
	are_as_at_start = true;
}
