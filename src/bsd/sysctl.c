/* SPDX-License-Identifier: ISC */
#include "sysctl.h"

#include <sys/types.h>

#include <limits.h>
#include <sys/sysctl.h>

struct backend_limit
sysctl_number(const char *name)
{
	struct backend_limit limit = { .name = name };
	size_t size = sizeof limit.value.value;

	/* A larger buffer would keep its upper half as it was: ask for an int. */
	limit.value.known = sysctlbyname(name, &limit.value.value, &size, NULL, 0) == 0
	    && size == sizeof limit.value.value;
	return limit;
}

bool
sysctl_text(const char *name, char *text, size_t size)
{
	size_t length = size - 1;

	if (sysctlbyname(name, text, &length, NULL, 0) != 0)
		return false;
	text[length] = '\0';
	return true;
}

bool
sysctl_long(const char *name, long long *value)
{
	unsigned long number;
	size_t size = sizeof number;

	if (sysctlbyname(name, &number, &size, NULL, 0) != 0 || size != sizeof number
	    || number > LLONG_MAX)
		return false;
	*value = (long long)number;
	return true;
}
