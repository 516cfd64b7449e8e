/* SPDX-License-Identifier: ISC */
#include "path_removal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* renameat */
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "close.h"
#include "compat.h"
#include "text.h"

/* The name of an object in the directory. */
static const char taken_name[] = PATH_PRIVATE_ENTRY;

/* This much of a name is part of the directory's name. */
#define NAME_PART 200

/* A millisecond each; only other starts hold the lock, for less than one. */
#define LOCK_TRIES 1000
#define NAME_TRIES 16

enum opening {
	OPENED,
	BUSY,    /* another start has the lock */
	GONE,    /* another start has just removed it */
	FOREIGN, /* another user has taken the name */
	FAILED   /* with errno and the call */
};

/* Names have at most 255 bytes: longer ones are truncated. */
void
path_private_name(const char *name, char private_name[PATH_PRIVATE_NAME_SIZE])
{
	private_name[0] = '.';
	strlcpy(private_name + 1, name, NAME_PART);
	strlcat(private_name, ".bindchain", PATH_PRIVATE_NAME_SIZE);
}

static long
now_nanoseconds(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_nsec;
}

/* A name that no other start uses; a user who takes it can make the start choose again. */
static void
choose_other_name(struct path_private *own)
{
	const long long numbers[] = { getpid(), now_nanoseconds() };
	char digits[NUMBER_TEXT_SIZE];

	path_private_name(own->place->name, own->name);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		strlcat(own->name, ".", sizeof own->name);
		strlcat(own->name, number_text(numbers[i], digits), sizeof own->name);
	}
}

/* ---- the directory ---- */

void
path_private_close(struct path_private *own)
{
	int error = errno;

	unlinkat(own->place->directory, own->name, AT_REMOVEDIR);
	errno = error;
	close_keeping_errno(own->descriptor);
}

/* Without flock(2) on this file system there is no lock, and the start goes on. */
static enum opening
lock_directory(const struct path_private *own)
{
	struct stat opened, named;
	int status;

	do
		status = flock(own->descriptor, LOCK_EX | LOCK_NB);
	while (status != 0 && errno == EINTR);
	if (status != 0 && errno == EWOULDBLOCK)
		return BUSY;
	if (fstat(own->descriptor, &opened) != 0
	    || fstatat(own->place->directory, own->name, &named, AT_SYMLINK_NOFOLLOW) != 0
	    || !path_is_same(&opened, &named))
		return GONE;
	return OPENED;
}

static bool
is_private(int descriptor)
{
	struct stat status;

	return fstat(descriptor, &status) == 0 && status.st_uid == geteuid()
	    && !(status.st_mode & (S_IRWXG | S_IRWXO));
}

static bool
is_lack_of_means(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM || error == EIO;
}

static enum opening
open_directory(struct path_private *own, const char **call)
{
	enum opening opening = FOREIGN;

	*call = "openat";
	own->descriptor = openat(own->place->directory, own->name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (own->descriptor < 0)
		return errno == ENOENT ? GONE : is_lack_of_means(errno) ? FAILED : FOREIGN;
	if (is_private(own->descriptor))
		opening = lock_directory(own);
	if (opening != OPENED)
		close_keeping_errno(own->descriptor);
	return opening;
}

/*
 * A directory that we made and that is not ours, because another user has replaced it or the
 * file system gives it to another user, is removed if it is empty: who can put one there
 * can remove it too.
 */
static enum opening
make_directory(struct path_private *own, const char **call)
{
	bool made = mkdirat(own->place->directory, own->name, S_IRWXU) == 0;
	enum opening opening;
	int error;

	*call = "mkdirat";
	if (!made && errno != EEXIST)
		return FAILED;
	opening = open_directory(own, call);
	if (made && (opening == FOREIGN || opening == FAILED)) {
		error = errno;
		unlinkat(own->place->directory, own->name, AT_REMOVEDIR);
		errno = error;
	}
	return opening;
}

/* ---- its contents ---- */

/* Its full path, or NULL if that is too long. */
static const char *
taken_path(const struct path_private *own, char path[PATH_MAX])
{
	const char *const parts[] = { "/", own->name, "/", taken_name };
	bool fits = path_directory(own->place->path, path);

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		fits = fits && strlcat(path, parts[i], PATH_MAX) < PATH_MAX;
	return fits ? path : NULL;
}

int
path_private_put(const struct path_private *own, const char *name)
{
	const struct path_place *place = own->place;

	if (path_rename_exclusive(own->descriptor, name, place->directory, place->name) == 0)
		return 0;
	if (errno != ENOTSUP)
		return -1;
	/* As exclusive, in two steps; directories have no links. */
	if (linkat(own->descriptor, name, place->directory, place->name, 0) != 0)
		return -1;
	return unlinkat(own->descriptor, name, 0);
}

/*
 * Report whether FOUND, just looked up at PATH, is MEANT's object, and stale if that is
 * required.  Returns 1, 0 if it is another, or -1 with errno and CALL: ENOENT if it is gone.
 */
static int
confirm(struct path_entry *found, const char *path, const struct path_entry *meant,
    bool abandoned, const char **call)
{
	int error = ECONNREFUSED;

	*call = path_calls.find;
	if (path_entry_find(found) != 0)
		return -1;
	if (!path_is_same(&found->status, &meant->status)) {
		path_entry_close(found);
		return 0;
	}
	if (abandoned && (found->object >= 0 || path))
		error = path_entry_ask_owner(found, path, call);
	path_entry_close(found);
	if (error == ECONNREFUSED)
		return 1;
	if (error == 0)
		*call = NULL;
	errno = error ? error : EADDRINUSE;
	return -1;
}

static bool
is_fifo_of(const struct stat *status, uid_t user)
{
	return S_ISFIFO(status->st_mode) && status->st_uid == user && status->st_nlink == 1;
}

static bool
is_own_file(const struct stat *status)
{
	return S_ISREG(status->st_mode) && status->st_uid == geteuid() && status->st_nlink == 1;
}

/* Removes what a killed start had moved there: a stale socket, a FIFO that it had made
 * and perhaps given to USER, or with FILES a file that it had made; or an empty directory
 * that it had made there.  False if another object is in its place. */
static bool
settle(const struct path_private *own, uid_t user, bool files)
{
	struct path_entry left = { .directory = own->descriptor, .name = taken_name, .object = -1 };
	char buffer[PATH_MAX];
	const char *call;
	bool abandoned;

	if (path_entry_find(&left) != 0)
		return errno == ENOENT;
	abandoned = S_ISSOCK(left.status.st_mode)
	    ? path_entry_ask_owner(&left, taken_path(own, buffer), &call) == ECONNREFUSED
	    : path_is_own_fifo(&left.status) || is_fifo_of(&left.status, user)
	        || (files && is_own_file(&left.status));
	path_entry_close(&left);
	if (S_ISDIR(left.status.st_mode))
		return unlinkat(own->descriptor, taken_name, AT_REMOVEDIR) == 0;
	return abandoned && unlinkat(own->descriptor, taken_name, 0) == 0;
}

/* ---- removing ---- */

static int
open_other_directory(struct path_private *own, const char **call)
{
	enum opening opening = FOREIGN;

	for (int i = 0; i < NAME_TRIES && opening != OPENED; i++) {
		choose_other_name(own);
		opening = make_directory(own, call);
		if (opening == FAILED)
			return -1;
	}
	errno = EEXIST;
	return opening == OPENED ? 1 : -1;
}

static bool
is_still_there(const struct path_place *place, const struct path_entry *meant)
{
	struct path_entry now;
	bool same = path_place_find(place, &now) == 0 && path_is_same(&now.status, &meant->status);

	path_entry_close(&now);
	return same;
}

/* Returns 1, 0 if MEANT (NULL: nothing) is no longer at its name, or -1 with errno and
 * CALL. */
static int
get_directory(struct path_private *own, const struct path_entry *meant, const char **call)
{
	static const struct timespec moment = { .tv_nsec = 1000000 };

	path_private_name(own->place->name, own->name);
	for (int i = 0; i < LOCK_TRIES; i++) {
		enum opening opening = make_directory(own, call);
		if (opening == FAILED)
			return -1;
		if (opening == OPENED && settle(own, meant ? meant->status.st_uid : geteuid(), !meant))
			return 1;
		if (opening == OPENED)
			path_private_close(own);
		if (opening == OPENED || opening == FOREIGN)
			break;
		if (meant && !is_still_there(own->place, meant))
			return 0;
		if (opening == BUSY)
			nanosleep(&moment, NULL);
	}
	return open_other_directory(own, call);
}

int
path_private_open(struct path_private *own, const struct path_place *place, const char **call)
{
	own->place = place;
	return get_directory(own, NULL, call) > 0 ? 0 : -1;
}

/* path_remove() by the private directory OWN. */
static int
move_and_remove(const struct path_private *own, const struct path_entry *meant,
    bool abandoned, const char **call)
{
	const struct path_place *place = own->place;
	struct path_entry named = { .directory = place->directory, .name = place->name };
	struct path_entry taken = { .directory = own->descriptor, .name = taken_name };
	char buffer[PATH_MAX];
	int error, status = confirm(&named, place->path, meant, abandoned, call);

	if (status <= 0)
		return status < 0 && errno == ENOENT ? 0 : status;
	*call = "renameat";
	if (renameat(place->directory, place->name, own->descriptor, taken_name) != 0)
		return errno == ENOENT ? 0 : -1;
	status = confirm(&taken, taken_path(own, buffer), meant, abandoned, call);
	if (status > 0) {
		*call = "unlinkat";
		status = unlinkat(own->descriptor, taken_name, 0);
		if (status == 0)
			return 0;
	}
	error = errno;
	path_private_put(own, taken_name);
	errno = error;
	return status;
}

int
path_remove(const struct path_place *place, const struct path_entry *entry, bool abandoned,
    const char **call)
{
	struct path_private own = { .place = place };
	int status;

	*call = path_calls.unlink;
	if (path_entry_unlink(entry) == 0)
		return 0;
	if (errno != ENOTSUP)
		return errno == EDEADLK || errno == ENOENT || errno == EBADF ? 0 : -1;
	status = get_directory(&own, entry, call);
	if (status <= 0)
		return status;
	status = move_and_remove(&own, entry, abandoned, call);
	path_private_close(&own);
	return status;
}

void
path_sweep(const struct path_place *place, uid_t user)
{
	struct path_private own = { .place = place };
	const char *call;

	path_private_name(place->name, own.name);
	if (open_directory(&own, &call) != OPENED)
		return;
	if (settle(&own, user, false))
		path_private_close(&own);
	else
		close_keeping_errno(own.descriptor);
}
