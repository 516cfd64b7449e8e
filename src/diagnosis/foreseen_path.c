/* SPDX-License-Identifier: ISC */
#include "foreseen_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address.h"
#include "backend.h"
#include "diagnosis.h"
#include "path_directory.h"
#include "path_link.h"
#include "path_place.h"
#include "own_process.h"
#include "request.h"

static void
tell_error(const char *directory, struct findings *findings)
{
	char error[ERROR_TEXT_SIZE];

	findings_foresee(findings, BINDCHAIN_OPEN_DIRECTORY, errno);
	if (errno == ENOENT)
		findings_add(findings, FINDING_OBSTACLE, "no such directory: %s", directory);
	else if (errno == ENOTDIR)
		findings_add(findings, FINDING_OBSTACLE, "not a directory: %s", directory);
	else
		findings_add(findings, FINDING_OBSTACLE, "%s: %s", directory,
		    error_text(errno, error));
}

/* Returns whether DIRECTORY is searchable, and writable where MODE is W_OK. */
static bool
can_use_directory(const char *directory, int mode, struct findings *findings)
{
	char error[ERROR_TEXT_SIZE];
	struct stat status;

	if (stat(directory, &status) != 0) {
		tell_error(directory, findings);
		return false;
	}
	if (!S_ISDIR(status.st_mode)) {
		errno = ENOTDIR;
		tell_error(directory, findings);
		return false;
	}
	/* AT_EACCESS: access(2) would leave out ambient capabilities. */
	if (faccessat(AT_FDCWD, directory, X_OK | mode, AT_EACCESS) == 0)
		return true;
	if (errno != EACCES && errno != EROFS)
		return true; /* no certain obstacle */
	findings_foresee(findings, BINDCHAIN_OPEN_DIRECTORY, errno);
	findings_add(findings, FINDING_OBSTACLE,
	    "cannot create a file in %s: %s", directory, error_text(errno, error));
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

/* A FIFO of another user is not opened. */
static bool
is_strangers(const struct request *request, uid_t owner)
{
	return owner != 0 && owner != geteuid()
	    && !(request->access.has_user && owner == request->access.user);
}

/* connect(2), which tells whether a socket is stale, needs permission to write: unix(7). */
void
foresee_access(const struct request *request, struct findings *findings)
{
	bool fifo = request->kind == BINDCHAIN_FIFO;
	bool writes = !fifo || (!request->read_only && (backend_fifo_flags & O_ACCMODE) == O_RDWR);

	if (faccessat(AT_FDCWD, request->path, (fifo ? R_OK : 0) | (writes ? W_OK : 0), AT_EACCESS)
	        == 0 || errno != EACCES)
		return;
	findings_foresee(findings, fifo ? BINDCHAIN_OPEN : BINDCHAIN_CLEAR_PATH, EACCES);
	findings_add(findings, FINDING_OBSTACLE, fifo
	    ? "this process has no permission to open the FIFO %s"
	    : "%s exists, and this process has no permission to connect to it, which shows"
	      " whether it is stale", request->path);
}

/* Returns whether what is at the path is left there, and nothing is created. */
static bool
foresee_object(const struct request *request, const struct stat *status,
    struct findings *findings)
{
	const mode_t mode = status->st_mode;
	const char *found = type_text(mode);

	if (request->kind == BINDCHAIN_FIFO && !S_ISFIFO(mode))
		findings_add(findings, FINDING_OBSTACLE,
		    "%s is %s, not a FIFO", request->path, found);
	else if (request->kind == BINDCHAIN_FIFO && is_strangers(request, status->st_uid))
		findings_add(findings, FINDING_OBSTACLE,
		    "the owner of FIFO %s, user %u, is neither root nor the user of this process"
		    " nor the requested user", request->path, (unsigned)status->st_uid);
	else if (request->kind == BINDCHAIN_FIFO && status->st_nlink != 1)
		findings_add(findings, FINDING_OBSTACLE,
		    "the FIFO %s has more than one hard link", request->path);
	else if (request->kind != BINDCHAIN_FIFO && !S_ISSOCK(mode))
		findings_add(findings, FINDING_OBSTACLE,
		    "%s is %s, and a socket replaces only a socket", request->path, found);
	else if (request->kind != BINDCHAIN_FIFO && request->keep_path)
		findings_add(findings, FINDING_OBSTACLE,
		    "%s exists, and replacing it was not requested", request->path);
	else
		return false;
	return true;
}

static void
foresee_existing(const struct request *request, const struct stat *status,
    struct findings *findings)
{
	if (!foresee_object(request, status, findings))
		foresee_access(request, findings);
	else if (request->kind == BINDCHAIN_FIFO)
		findings_foresee(findings, BINDCHAIN_OPEN, EEXIST);
	else
		findings_foresee(findings, BINDCHAIN_CLEAR_PATH, EADDRINUSE);
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
	/* More groups than fit: membership is unknown, so there is no message. */
	return count < 0 || group == getegid();
}

/* POSIX, chown(): the owner of a file may set its group to one of his own groups. */
void
foresee_chown(const struct permissions *access, enum bindchain_operation operation,
    struct findings *findings)
{
	const char *object = operation == BINDCHAIN_OPEN_DIRECTORY ? "directory" : "path";
	bool user = access->has_user && access->user != geteuid();
	bool group = access->has_group && !is_own_group(access->group);

	if ((!user && !group) || backend_may_chown())
		return;
	findings_foresee(findings, operation, EPERM);
	if (user)
		findings_add(findings, FINDING_OBSTACLE,
		    "changing the owner of the %s to user %u needs privilege", object,
		    (unsigned)access->user);
	if (group)
		findings_add(findings, FINDING_OBSTACLE,
		    "changing the group of the %s to %u needs privilege: this process is not a"
		    " member", object, (unsigned)access->group);
}

/* ---- a directory that is made ---- */

/* As for chmod(1). */
#define MODE_SIZE 8
static const char *
mode_text(mode_t mode, char text[MODE_SIZE])
{
	snprintf(text, MODE_SIZE, "0%03o", (unsigned)mode & 07777);
	return text;
}

bool
text_add_kept_directory(struct text *text, const struct request *request)
{
	const struct permissions *wanted = &request->directory;
	char directory[PATH_MAX], found_mode[MODE_SIZE], wanted_mode[MODE_SIZE];
	struct stat status;
	bool mode, user, group;

	if (!wanted->has_mode || !request->path || !path_directory_name(request->path, directory)
	    || stat(directory, &status) != 0 || !S_ISDIR(status.st_mode))
		return false;
	mode = (status.st_mode & 07777) != wanted->mode;
	user = wanted->has_user && status.st_uid != wanted->user;
	group = wanted->has_group && status.st_gid != wanted->group;
	if (!mode && !user && !group)
		return false;
	text_printf(text, "directory %s exists and is left as it is: ", directory);
	if (mode)
		text_printf(text, "mode %s, not %s%s", mode_text(status.st_mode, found_mode),
		    mode_text(wanted->mode, wanted_mode), user || group ? "; " : "");
	if (user)
		text_printf(text, "user %u, not %u%s", (unsigned)status.st_uid,
		    (unsigned)wanted->user, group ? "; " : "");
	if (group)
		text_printf(text, "group %u, not %u", (unsigned)status.st_gid,
		    (unsigned)wanted->group);
	return true;
}

/* Does an earlier request of the same command make it? */
static bool
is_made_before(const struct request *requests, int index, const char *directory)
{
	char made[PATH_MAX];

	for (int i = 0; i < index; i++)
		if (requests[i].path && requests[i].directory.has_mode
		    && path_directory_name(requests[i].path, made) && strcmp(made, directory) == 0)
			return true;
	return false;
}

/* Of the mode of a directory that this user makes. */
static void
foresee_mode(const struct permissions *directory, struct findings *findings)
{
	const mode_t needed = S_IWUSR | S_IXUSR;
	char text[MODE_SIZE];

	if ((directory->mode & needed) != needed && geteuid() != 0)
		findings_add(findings, FINDING_OBSTACLE,
		    "the mode of the directory, %s, does not let its owner create a file",
		    mode_text(directory->mode, text));
}

/* Returns whether the directory will be made, if nothing prevents that. */
static bool
foresee_directory(const struct request *requests, int index, const char *directory,
    struct findings *findings)
{
	const struct request *request = &requests[index];
	char above[PATH_MAX];
	struct stat status;
	struct text kept;

	text_init(&kept);
	if (text_add_kept_directory(&kept, request))
		findings_add_text(findings, FINDING_WARNING, &kept);
	if (stat(directory, &status) == 0 || errno != ENOENT)
		return false;
	if (is_made_before(requests, index, directory))
		return true;
	if (!request->directory.has_mode)
		return false;
	if (lstat(directory, &status) == 0) {
		findings_add(findings, FINDING_OBSTACLE,
		    "the symbolic link %s leads to no directory", directory);
		return true;
	}
	path_directory(directory, above);
	if (can_use_directory(above, W_OK, findings))
		foresee_chown(&request->directory, BINDCHAIN_OPEN_DIRECTORY, findings);
	foresee_mode(&request->directory, findings);
	return true;
}

/* ---- the symbolic link ---- */

/* Is there another object of the command, up to socket INDEX, at its link? */
static bool
clashes(const struct request *requests, int index)
{
	const struct request *request = &requests[index];
	const char *link = request->symlink;
	char directory[PATH_MAX];

	for (int i = 0; i <= index; i++) {
		const char *path = requests[i].path, *other = requests[i].symlink;
		if (path && (strcmp(path, link) == 0 || path_is_same_name(path, link)))
			return true;
		if (path && requests[i].directory.has_mode && path_directory_name(path, directory)
		    && strcmp(directory, link) == 0)
			return true;
		if (i < index && other && strcmp(other, link) == 0
		    && (!path || strcmp(path, request->path) != 0))
			return true;
	}
	return false;
}

static void
foresee_link(const struct request *requests, int index, struct findings *findings)
{
	const char *link = requests[index].symlink, *path = requests[index].path;
	char directory[PATH_MAX];
	struct stat status;

	if (!link || !path_directory_name(link, directory)
	    || (stat(directory, &status) != 0 && is_made_before(requests, index + 1, directory)))
		return;
	if (clashes(requests, index))
		findings_add(findings, FINDING_OBSTACLE,
		    "%s is the path of something else of this command", link);
	else if (lstat(link, &status) != 0)
		can_use_directory(directory, W_OK, findings);
	else if (!path_link_leads_to(AT_FDCWD, link, path))
		findings_add(findings, FINDING_OBSTACLE,
		    "%s exists, and is not a symbolic link to %s", link, path);
	else if (status.st_uid != 0 && status.st_uid != geteuid())
		findings_add(findings, FINDING_OBSTACLE,
		    "the symbolic link %s belongs to another user", link);
}

bool
diagnose_long_path(const struct request *request)
{
	return request_binds_by_name(request)
	    && (!request->symlink || strlen(request->symlink) > address_path_max);
}

void
foresee_path(const struct request *requests, int index, struct findings *findings)
{
	const struct request *request = &requests[index];
	char directory[PATH_MAX], error[ERROR_TEXT_SIZE];
	struct stat found;
	bool exists, needs_writing;

	if (!request->path)
		return;
	if (!path_directory_name(request->path, directory)) {
		findings_add(findings, FINDING_OBSTACLE,
		    "%s: %s", request->path, error_text(ENAMETOOLONG, error));
		findings_foresee(findings, BINDCHAIN_PATH, ENAMETOOLONG);
		return;
	}
	if (diagnose_long_path(request))
		findings_add(findings, FINDING_WARNING, LONG_PATH, (int)address_path_max,
		    (int)strlen(request->path));
	foresee_link(requests, index, findings);
	if (foresee_directory(requests, index, directory, findings)) {
		foresee_chown(&request->access, BINDCHAIN_CHOWN, findings);
		return;
	}
	exists = lstat(request->path, &found) == 0;
	needs_writing = !exists || request->kind != BINDCHAIN_FIFO;
	if (!can_use_directory(directory, needs_writing ? W_OK : 0, findings))
		return;
	if (exists)
		foresee_existing(request, &found, findings);
	foresee_chown(&request->access, BINDCHAIN_CHOWN, findings);
}
