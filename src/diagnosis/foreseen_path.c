/* SPDX-License-Identifier: ISC */
#include "foreseen_path.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address.h"
#include "backend.h"
#include "path_place.h"

bool
foresee_same_path(const char *one, const char *other)
{
	char directory[PATH_MAX], other_directory[PATH_MAX];
	struct stat status, other_status;

	return strcmp(path_name(one), path_name(other)) == 0 && path_directory(one, directory)
	    && path_directory(other, other_directory) && stat(directory, &status) == 0
	    && stat(other_directory, &other_status) == 0
	    && path_is_same(&status, &other_status);
}

static void
tell_error(const char *directory, const struct line_sink *obstacles)
{
	if (errno == ENOENT)
		line_sink_printf(obstacles, "no such directory: %s", directory);
	else if (errno == ENOTDIR)
		line_sink_printf(obstacles, "not a directory: %s", directory);
	else
		line_sink_printf(obstacles, "%s: %s", directory, strerror(errno));
}

/* Can DIRECTORY be searched, and be written to with MODE W_OK? */
static bool
can_use_directory(const char *directory, int mode, const struct line_sink *obstacles)
{
	struct stat status;

	if (stat(directory, &status) != 0) {
		tell_error(directory, obstacles);
		return false;
	}
	if (!S_ISDIR(status.st_mode)) {
		line_sink_printf(obstacles, "not a directory: %s", directory);
		return false;
	}
	/* AT_EACCESS: access(2) would leave out ambient capabilities. */
	if (faccessat(AT_FDCWD, directory, X_OK | mode, AT_EACCESS) == 0)
		return true;
	if (errno != EACCES && errno != EROFS)
		return true; /* unknown is not certain */
	line_sink_printf(obstacles, "nothing can be made in %s: %s", directory, strerror(errno));
	return false;
}

static const char *
type_text(mode_t mode)
{
	if (S_ISREG(mode))
		return "a regular file";
	if (S_ISDIR(mode))
		return "a directory";
	if (S_ISLNK(mode))
		return "a symbolic link";
	if (S_ISFIFO(mode))
		return "a FIFO";
	if (S_ISSOCK(mode))
		return "a socket";
	return "a device";
}

/* A FIFO of somebody else is not opened. */
static bool
is_strangers(const struct bindchain_request *request, uid_t owner)
{
	return owner != 0 && owner != geteuid()
	    && !(request->access.has_user && owner == request->access.user);
}

static void
foresee_object(const struct bindchain_request *request, const struct stat *status,
    const struct line_sink *obstacles)
{
	const mode_t mode = status->st_mode;
	const char *found = type_text(mode);

	if (request->kind == BINDCHAIN_FIFO && !S_ISFIFO(mode))
		line_sink_printf(obstacles, "%s is %s, not a FIFO", request->path, found);
	else if (request->kind == BINDCHAIN_FIFO && is_strangers(request, status->st_uid))
		line_sink_printf(obstacles, "the FIFO %s belongs to user %u, who is neither root nor"
		    " the user of this process or the one asked for", request->path,
		    (unsigned)status->st_uid);
	else if (request->kind == BINDCHAIN_FIFO && status->st_nlink != 1)
		line_sink_printf(obstacles, "the FIFO %s has another name elsewhere", request->path);
	else if (request->kind != BINDCHAIN_FIFO && !S_ISSOCK(mode))
		line_sink_printf(obstacles, "%s is %s, which a socket does not replace",
		    request->path, found);
	else if (request->kind != BINDCHAIN_FIFO && request->keep_path)
		line_sink_printf(obstacles, "%s is there, and is not to be replaced",
		    request->path);
}

/* ---- the owner ---- */

static bool
is_own_group(gid_t group)
{
	gid_t groups[1024];
	int count = getgroups(sizeof groups / sizeof *groups, groups);

	for (int i = 0; i < count; i++)
		if (groups[i] == group)
			return true;
	/* More than there is room for: not known, and so not told. */
	return count < 0 || group == getegid();
}

/* POSIX, chown(): whoever made a file may leave its user, and give it a group of his own. */
static void
foresee_chown(const struct bindchain_access *access, const struct line_sink *obstacles)
{
	if (backend_may_chown())
		return;
	if (access->has_user && access->user != geteuid())
		line_sink_printf(obstacles, "the path cannot be given to user %u without privilege",
		    (unsigned)access->user);
	if (access->has_group && !is_own_group(access->group))
		line_sink_printf(obstacles, "the path cannot be given to group %u, which this"
		    " process is not in, without privilege", (unsigned)access->group);
}

void
foresee_path(const struct bindchain_request *request, const struct line_sink *obstacles)
{
	char directory[PATH_MAX];
	struct stat found;
	bool exists, needs_writing;

	if (!request->path)
		return;
	if (!path_directory(request->path, directory)) {
		line_sink_printf(obstacles, "%s: %s", request->path, strerror(ENAMETOOLONG));
		return;
	}
	exists = lstat(request->path, &found) == 0;
	needs_writing = !exists || request->kind != BINDCHAIN_FIFO;
	if (!can_use_directory(directory, needs_writing ? W_OK : 0, obstacles))
		return;
	if (exists)
		foresee_object(request, &found, obstacles);
	foresee_chown(&request->access, obstacles);
}
