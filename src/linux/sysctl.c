/* SPDX-License-Identifier: ISC */
#include "sysctl.h"

#include <limits.h>

#include "compat.h"
#include "number.h"
#include "proc_file.h"

/* sysctl(8)'s dots are the slashes below /proc/sys. */
static bool
sysctl_path(const char *name, char *path, size_t size)
{
	static const char root[] = "/proc/sys/";

	strlcpy(path, root, size);
	if (strlcat(path, name, size) >= size)
		return false;
	for (char *dot = path + sizeof root - 1; *dot; dot++)
		if (*dot == '.')
			*dot = '/';
	return true;
}

bool
sysctl_text(const char *name, char *text, size_t size)
{
	char path[128];

	return sysctl_path(name, path, sizeof path) && proc_file_read(path, text, size);
}

struct backend_limit
sysctl_number(const char *name)
{
	static const struct number_rule rule = { .base = 10, .sign_allowed = true,
		.minimum = INT_MIN, .maximum = INT_MAX };
	struct backend_limit limit = { .name = name };
	long long number;
	char text[16];

	limit.value.known = sysctl_text(name, text, sizeof text)
	    && number_read(text, &rule, &number) == NUMBER_READ;
	if (limit.value.known)
		limit.value.value = (int)number;
	return limit;
}
