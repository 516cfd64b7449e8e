/* SPDX-License-Identifier: ISC */
/*
 * The name of a user in /etc/passwd.  Input: the user's number up to the end of its
 * line, then the file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "user_name.h"

/* Does a line of FILE begin with NAME, any password, and USER in decimal? */
static bool
has_line(const char *file, const char *name, uid_t user)
{
	char digits[16];

	snprintf(digits, sizeof digits, "%lu", (unsigned long)user);
	for (const char *line = file; line; line = strchr(line, '\n')) {
		const char *field;
		line += *line == '\n';
		if (strncmp(line, name, strlen(name)) != 0 || line[strlen(name)] != ':')
			continue;
		field = line + strlen(name) + 1;
		field += strcspn(field, ":\n");
		if (*field++ != ':')
			continue;
		field += strspn(field, "0"); /* as getpwuid(3) reads it */
		field -= user == 0 && field[-1] == '0';
		if (strncmp(field, digits, strlen(digits)) == 0 && field[strlen(digits)] == ':')
			return true;
	}
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size), file;
	uid_t user = (uid_t)strtoul(input_text(&input, '\n', 16), NULL, 10);
	char name[USER_NAME_SIZE];
	const char *copy;

	file = input;
	copy = input_text(&input, 0, 8192);
	kernel_answer_from(&file);
	if (user_name(user, name)) {
		require(strlen(name) < sizeof name && !strpbrk(name, ":\n"));
		require(has_line(copy, name, user));
	}
	input_end();
	return 0;
}
