/* SPDX-License-Identifier: ISC */
#include "accounts.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>

#include "name_service.h"
#include "names_file.h"

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

struct database {
	const char *file; /* passwd(5), group(5) */
	int (*find)(const char *, union entry *, char *, size_t, bool *);
};
static const struct database users = { "/etc/passwd", find_user };
static const struct database groups = { "/etc/group", find_group };

/* The strings of ENTRY are freed before this returns. */
static int
ask(const struct database *database, const char *name, union entry *entry)
{
	size_t size = 1024;
	bool found = false;
	int error;

	name_service_note_use();
	do {
		char *buffer = malloc(size);
		if (!buffer)
			return ENOMEM;
		error = database->find(name, entry, buffer, size, &found);
		free(buffer);
		if (error == ERANGE)
			size *= 4;
	} while (error == EINTR || (error == ERANGE && size <= ENTRY_SIZE_MAX));
	return answer(error, found);
}

/* With `passwd: files systemd` in nsswitch.conf(5), glibc asks the next service when it
 * cannot read the file, and then the account is unknown. */
static int
look_up(const struct database *database, const char *name, union entry *entry)
{
	int error = ask(database, name, entry);
	bool found;

	if (error != ACCOUNT_UNKNOWN)
		return error;
	error = names_file_search(database->file, name, &found);
	if (error != 0)
		return error;
	return found ? ask(database, name, entry) : ACCOUNT_UNKNOWN;
}

int
account_find_user(const char *name, uid_t *user, gid_t *group)
{
	union entry entry;
	int error = look_up(&users, name, &entry);

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
	int error = look_up(&groups, name, &entry);

	if (error == 0)
		*group = entry.group.gr_gid;
	return error;
}
