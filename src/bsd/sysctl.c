/* SPDX-License-Identifier: ISC */
#include "sysctl.h"

#include <sys/types.h>

#include <limits.h>
#include <sys/sysctl.h>

struct backend_limit
setting_number(const char *name)
{
	struct backend_limit setting = { .name = name };
	size_t size = sizeof setting.value.value;

	/* A larger buffer would keep its upper half as it was: ask for an int. */
	setting.value.known = sysctlbyname(name, &setting.value.value, &size, NULL, 0) == 0
	    && size == sizeof setting.value.value;
	return setting;
}

bool
setting_long(const char *name, long long *value)
{
	unsigned long number;
	size_t size = sizeof number;

	if (sysctlbyname(name, &number, &size, NULL, 0) != 0 || size != sizeof number
	    || number > LLONG_MAX)
		return false;
	*value = (long long)number;
	return true;
}
