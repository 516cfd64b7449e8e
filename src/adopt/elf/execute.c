/* SPDX-License-Identifier: ISC */
#include "execute.h"

#include "adopt.h"

static int
call_fexecve(const struct execution *execution, char *const *environment)
{
	return real_fexecve(execution->descriptor, execution->arguments, environment);
}

int
adopt_fexecve(int descriptor, char *const *arguments, char *const *environment)
{
	const struct execution execution = { .call = call_fexecve, .descriptor = descriptor,
		.arguments = arguments };

	return execute_with(&execution, execute_is_own_open(descriptor), environment);
}
