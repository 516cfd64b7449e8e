/* SPDX-License-Identifier: ISC */
#include "path_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* renameat */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "close.h"
#include "path_removal.h"

bool
path_directory_name(const char *path, char directory[PATH_MAX])
{
	bool fits = path_directory(path, directory);
	size_t length = strlen(directory);

	while (length > 1 && directory[length - 1] == '/')
		directory[--length] = '\0';
	return fits;
}

/* PLACE borrows DIRECTORY, the directory of PATH. */
static int
open_above(struct path_place *place, const char *path, char directory[PATH_MAX])
{
	if (path_directory_name(path, directory))
		return path_place_open(place, directory);
	errno = ENAMETOOLONG;
	return -1;
}

/* chown(2) may clear bits of the mode. */
static int
complete(int descriptor, const struct permissions *wanted, struct made_directory *made,
    const char **call)
{
	struct stat status;

	*call = "fstat";
	if (fstat(descriptor, &status) != 0)
		return -1;
	*made = (struct made_directory) { true, file_id_of(&status) };
	*call = "fchown";
	if ((wanted->has_user || wanted->has_group)
	    && fchown(descriptor, wanted->has_user ? wanted->user : (uid_t)-1,
	           wanted->has_group ? wanted->group : (gid_t)-1) != 0)
		return -1;
	*call = "fchmod";
	return fchmod(descriptor, wanted->mode);
}

static int
open_and_complete(const struct path_private *own, const struct permissions *wanted,
    struct made_directory *made, const char **call)
{
	int descriptor, status;

	*call = "openat";
	descriptor = openat(own->descriptor, PATH_PRIVATE_ENTRY,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (descriptor < 0)
		return -1;
	status = complete(descriptor, wanted, made, call);
	close_keeping_errno(descriptor);
	return status;
}

static bool
exists(const struct path_place *place)
{
	int error = errno;
	struct stat there;
	bool found = fstatat(place->directory, place->name, &there, AT_SYMLINK_NOFOLLOW) == 0;

	errno = error;
	return found;
}

/* Where names cannot be renamed exclusively, an empty directory that is made between both
 * calls is replaced. */
static int
rename_to(const struct path_private *own)
{
	const struct path_place *place = own->place;

	if (path_rename_exclusive(own->descriptor, PATH_PRIVATE_ENTRY, place->directory,
	        place->name) == 0)
		return 0;
	if (errno != ENOTSUP)
		return -1;
	errno = EEXIST;
	if (exists(place))
		return -1;
	return renameat(own->descriptor, PATH_PRIVATE_ENTRY, place->directory, place->name);
}

/* Returns 1 if another process has made one meanwhile. */
static int
put_in_place(const struct path_private *own, const char **call)
{
	*call = "renameat";
	if (rename_to(own) == 0)
		return 0;
	return (errno == EEXIST || errno == ENOTEMPTY) && exists(own->place) ? 1 : -1;
}

static int
make(const struct path_private *own, const struct permissions *wanted,
    struct made_directory *made, const char **call)
{
	int status, error;

	*call = "mkdirat";
	if (mkdirat(own->descriptor, PATH_PRIVATE_ENTRY, S_IRWXU) != 0)
		return -1;
	status = open_and_complete(own, wanted, made, call);
	if (status == 0)
		status = put_in_place(own, call);
	if (status == 0)
		return 0;
	error = errno;
	made->is_made = false;
	unlinkat(own->descriptor, PATH_PRIVATE_ENTRY, AT_REMOVEDIR);
	errno = error;
	return status < 0 ? -1 : 0;
}

/* Another process may have made it before the private directory was locked. */
static int
make_next_to(const struct path_place *place, const struct permissions *wanted,
    struct made_directory *made, const char **call)
{
	struct path_private own;
	int status;

	if (path_private_open(&own, place, call) != 0)
		return -1;
	status = exists(place) ? 0 : make(&own, wanted, made, call);
	path_private_close(&own);
	return status;
}

int
path_directory_make(const char *path, const struct permissions *wanted,
    struct made_directory *made, const char **call)
{
	char directory[PATH_MAX];
	struct path_place place;
	int status;

	*call = "open";
	if (open_above(&place, path, directory) != 0)
		return -1;
	status = make_next_to(&place, wanted, made, call);
	path_place_close(&place);
	return status;
}

/* Who can put another empty directory there can remove it too. */
void
path_directory_remove(const char *path, const struct made_directory *made)
{
	char directory[PATH_MAX];
	struct path_place place;
	struct stat there;
	int error = errno;

	if (!made->is_made || open_above(&place, path, directory) != 0) {
		errno = error;
		return;
	}
	if (fstatat(place.directory, place.name, &there, AT_SYMLINK_NOFOLLOW) == 0
	    && S_ISDIR(there.st_mode) && file_id_is(&made->id, &there))
		unlinkat(place.directory, place.name, AT_REMOVEDIR);
	path_place_close(&place);
	errno = error;
}

void
path_directory_sweep(const char *path)
{
	char directory[PATH_MAX];
	struct path_place place;

	if (open_above(&place, path, directory) != 0)
		return;
	path_sweep(&place, geteuid());
	path_place_close(&place);
}
