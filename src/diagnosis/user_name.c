/* SPDX-License-Identifier: ISC */
#include "user_name.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "compat.h"
#include "number.h"

/* The fields "name:password:user:…" of a line, cut in place. */
static bool
is_line_of(char *line, uid_t user)
{
	static const struct number_rule rule = { .base = 10, .maximum = UINT32_MAX };
	char *password = strchr(line, ':');
	char *number = password ? strchr(password + 1, ':') : NULL;
	char *end = number ? strchr(number + 1, ':') : NULL;
	long long found;

	if (!end)
		return false;
	*password = *end = '\0';
	return number_read(number + 1, &rule, &found) == NUMBER_READ && found == (long long)user;
}

bool
user_name(uid_t user, char name[USER_NAME_SIZE])
{
	FILE *file = fopen("/etc/passwd", "r");
	bool found = false;
	char line[1024];

	if (!file)
		return false;
	while (!found && fgets(line, sizeof line, file))
		found = is_line_of(line, user) && strlen(line) < USER_NAME_SIZE;
	fclose(file);
	if (found)
		strlcpy(name, line, USER_NAME_SIZE);
	return found;
}
