/* SPDX-License-Identifier: ISC */
#include "accounts.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>

#include "name_service.h"

/* 16 MiB: no real entry needs more. */
#define ENTRY_SIZE_MAX (1 << 24)

union entry {
	struct passwd user;
	struct group group;
};

/* Not getpwnam(3): for an unknown user its errno on FreeBSD may be that of a database which
 * it did not need. */
static int
find_user(const char *name, union entry *entry, char *buffer, size_t size, bool *found)
{
	struct passwd *result = NULL;
	int error = getpwnam_r(name, &entry->user, buffer, size, &result);

	*found = result;
	return error;
}

static int
find_group(const char *name, union entry *entry, char *buffer, size_t size, bool *found)
{
	struct group *result = NULL;
	int error = getgrnam_r(name, &entry->group, buffer, size, &result);

	*found = result;
	return error;
}

/* getpwnam(3): some name services fail with ENOENT or ESRCH for an unknown name. */
static int
answer(int error, bool found)
{
	if (found)
		return 0;
	return error == 0 || error == ENOENT || error == ESRCH ? ACCOUNT_UNKNOWN : error;
}

/* The strings of ENTRY are freed before this returns. */
static int
look_up(int (*find)(const char *, union entry *, char *, size_t, bool *), const char *name,
    union entry *entry)
{
	size_t size = 1024;
	bool found = false;
	int error;

	name_service_note_use();
	do {
		char *buffer = malloc(size);
		if (!buffer)
			return ENOMEM;
		error = find(name, entry, buffer, size, &found);
		free(buffer);
		if (error == ERANGE)
			size *= 4;
	} while (error == EINTR || (error == ERANGE && size <= ENTRY_SIZE_MAX));
	return answer(error, found);
}

int
account_find_user(const char *name, uid_t *user, gid_t *group)
{
	union entry entry;
	int error = look_up(find_user, name, &entry);

	if (error == 0) {
		*user = entry.user.pw_uid;
		*group = entry.user.pw_gid;
	}
	return error;
}

int
account_find_group(const char *name, gid_t *group)
{
	union entry entry;
	int error = look_up(find_group, name, &entry);

	if (error == 0)
		*group = entry.group.gr_gid;
	return error;
}
