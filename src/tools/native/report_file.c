/* SPDX-License-Identifier: ISC */
#include "report_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h> /* renameat */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bounded_write.h"
#include "close.h"
#include "fatal.h"
#include "native.h"
#include "path_place.h"
#include "path_removal.h"
#include "text.h"

/* The replaced content is kept until the next program runs; no report is as large. */
#define LARGEST_FILE (16L * 1024 * 1024)

/* The new file's name in the private directory. */
static const char new_name[] = "report";

/* Attempts, while other processes replace the old file. */
#define TRIES 16

/* ---- the old file ---- */

struct content {
	char *bytes; /* NULL: there is no file */
	size_t length;
	struct stat status;
};

/* Why the file of STATUS is neither replaced nor written, or NULL. */
static const char *
refusal(const struct stat *status)
{
	if (S_ISREG(status->st_mode))
		return status->st_size > LARGEST_FILE
		    ? "larger than 16 MiB, not replaced" : NULL;
	if (S_ISLNK(status->st_mode))
		return "a symbolic link, not followed";
	if (!S_ISFIFO(status->st_mode))
		return "not a regular file, a FIFO or fd:N";
	if (status->st_uid != geteuid() && status->st_uid != 0)
		return "a FIFO of another user, not opened";
	return NULL;
}

static bool
is_socket_path(const struct invocation *invocation, const char *path)
{
	for (int i = 0; i < command_request_count(invocation); i++) {
		const struct request *request = command_request(invocation, i);
		if (request->path && path_is_same_name(path, request->path))
			return true;
		if (request->symlink && path_is_same_name(path, request->symlink))
			return true;
	}
	return false;
}

void
report_file_check(const struct invocation *invocation, const char *path)
{
	struct stat status;
	const char *problem = NULL;

	if (!*path_name(path))
		problem = "the path of a directory";
	else if (is_socket_path(invocation, path))
		problem = "the path of a socket of this command";
	else if (lstat(path, &status) == 0)
		problem = refusal(&status);
	if (problem)
		fatal(invocation, "--report=%s: %s", path, problem);
}

/* ---- opening ---- */

static int
lift(int descriptor, const struct handover *handover)
{
	return descriptor < 0 ? -1 : handover_lift(handover, descriptor);
}

static void
open_fifo(const struct invocation *invocation, struct report_file *file)
{
	const char *problem, *path = file->place.path;
	struct stat status;

	file->fifo = lift(openat(file->place.directory, file->place.name,
	    O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC), &invocation->handover);
	if (file->fifo < 0 && errno == ENXIO)
		fatal(invocation, "--report=%s: no process reads the FIFO", path);
	if (file->fifo < 0 || fstat(file->fifo, &status) != 0)
		native_fatal_call(invocation, "report to", path);
	problem = S_ISFIFO(status.st_mode) ? refusal(&status) : "no longer a FIFO";
	if (problem)
		fatal(invocation, "--report=%s: %s", path, problem);
}

void
report_file_open(const struct invocation *invocation, struct report_file *file, const char *path)
{
	struct stat status;

	*file = (struct report_file) { .fifo = -1 };
	if (path_place_open(&file->place, path) == 0)
		file->place.directory = lift(file->place.directory, &invocation->handover);
	if (file->place.directory < 0)
		native_fatal_call(invocation, "report to", path);
	if (fstatat(file->place.directory, file->place.name, &status, AT_SYMLINK_NOFOLLOW) == 0
	    && S_ISFIFO(status.st_mode))
		open_fifo(invocation, file);
}

/* ---- replacing ---- */

static int
read_whole(int descriptor, struct content *old)
{
	size_t size = (size_t)old->status.st_size;

	old->bytes = malloc(size + 1);
	while (old->bytes && old->length < size) {
		ssize_t n = read(descriptor, old->bytes + old->length, size - old->length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		old->length += (size_t)n;
	}
	return old->bytes ? 0 : -1;
}

/* Returns 0, without bytes if there is no file, or -1 with errno. */
static int
read_old(const struct path_place *place, struct content *old)
{
	int descriptor = openat(place->directory, place->name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int status;

	*old = (struct content) { 0 };
	if (descriptor < 0)
		return errno == ENOENT ? 0 : -1;
	status = fstat(descriptor, &old->status);
	if (status == 0 && (!S_ISREG(old->status.st_mode) || refusal(&old->status))) {
		errno = EEXIST;
		status = -1;
	}
	if (status == 0)
		status = read_whole(descriptor, old);
	close_keeping_errno(descriptor);
	if (status == 0)
		return 0;
	free(old->bytes);
	return -1;
}

/* The mode that open(2) gives a new file. */
static mode_t
usual_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return (mode_t)(0666 & ~mask);
}

/* The owner first: chown(2) may change the mode. */
static int
set_access(int descriptor, const struct stat *made, const struct content *old)
{
	const struct stat *like = &old->status;

	if (!old->bytes)
		return fchmod(descriptor, usual_mode());
	if ((like->st_uid != made->st_uid || like->st_gid != made->st_gid)
	    && fchown(descriptor, like->st_uid, like->st_gid) != 0)
		return -1;
	return fchmod(descriptor, like->st_mode & (S_IRWXU | S_IRWXG | S_IRWXO));
}

/* A killed start may have left its new file, or the old one that it had replaced. */
static void
remove_left(const struct path_private *own)
{
	struct stat left;

	if (fstatat(own->descriptor, new_name, &left, AT_SYMLINK_NOFOLLOW) == 0
	    && S_ISREG(left.st_mode))
		unlinkat(own->descriptor, new_name, 0);
}

/* Returns the descriptor of the new file, which is MADE, or -1 with errno.  One that could not be
 * recognized later is removed at once. */
static int
make_new(const struct path_private *own, struct stat *made)
{
	int descriptor, error;

	remove_left(own);
	descriptor = openat(own->descriptor, new_name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (descriptor < 0 || fstat(descriptor, made) == 0)
		return descriptor;
	error = errno;
	unlinkat(own->descriptor, new_name, 0);
	close(descriptor);
	errno = error;
	return -1;
}

/* Without an exchange of names a file that is put there between both calls is replaced. */
static int
rename_over(const struct path_private *own, const struct stat *old)
{
	const struct path_place *place = own->place;
	struct stat there;

	if (fstatat(place->directory, place->name, &there, AT_SYMLINK_NOFOLLOW) != 0) {
		if (errno == ENOENT)
			errno = EEXIST; /* removed: try again */
		return -1;
	}
	if (path_is_same(&there, old))
		return renameat(own->descriptor, new_name, place->directory, place->name);
	errno = EEXIST;
	return -1;
}

/* Replaces OLD; fails with EEXIST, changing nothing, if another file is there. */
static int
exchange_with(const struct path_private *own, const struct stat *old)
{
	const struct path_place *place = own->place;
	struct stat taken;

	if (path_exchange(own->descriptor, new_name, place->directory, place->name) != 0) {
		if (errno == ENOENT)
			errno = EEXIST; /* removed: try again */
		return errno == ENOTSUP ? rename_over(own, old) : -1;
	}
	if (fstatat(own->descriptor, new_name, &taken, AT_SYMLINK_NOFOLLOW) == 0
	    && path_is_same(&taken, old))
		return unlinkat(own->descriptor, new_name, 0);
	path_exchange(own->descriptor, new_name, place->directory, place->name);
	errno = EEXIST;
	return -1;
}

/* Fills the new file, which is MADE, with the access of LIKE's. */
static int
fill(int descriptor, const struct content *like, const char *bytes, size_t length,
    const struct stat *made)
{
	return text_write_bytes(descriptor, bytes, length) == 0
	    && set_access(descriptor, made, like) == 0 ? 0 : -1;
}

/*
 * Replaces OLD (NULL: no file) by a file with BYTES and the access of LIKE's.  Readers
 * find the old file or the complete new one.  Returns 0 with the new one, MADE, or -1 with
 * errno and nothing changed: EEXIST if another file is there.
 */
static int
replace(const struct path_private *own, const struct stat *old, const struct content *like,
    const char *bytes, size_t length, struct stat *made)
{
	int descriptor = make_new(own, made), status, error;
	struct stat left;

	if (descriptor < 0)
		return -1;
	status = fill(descriptor, like, bytes, length, made);
	if (status == 0)
		status = old ? exchange_with(own, old) : path_private_put(own, new_name);
	error = errno;
	if (status != 0 && fstatat(own->descriptor, new_name, &left, AT_SYMLINK_NOFOLLOW) == 0
	    && path_is_same(&left, made))
		unlinkat(own->descriptor, new_name, 0);
	close(descriptor);
	errno = error;
	return status;
}

/* ---- restoring ---- */

/* The last one first. */
struct replacement {
	const char *path;
	struct stat directory, made;
	struct content old;
	struct replacement *next;
};
static struct replacement *replacements;

/* The file of an earlier command of the chain is MADE now: its old content in another
 * inode. */
static void
follow(const struct stat *old, const struct stat *made)
{
	for (struct replacement *earlier = replacements; earlier; earlier = earlier->next)
		if (path_is_same(&earlier->made, old))
			earlier->made = *made;
}

static void
restore_old(const struct replacement *this, const struct path_place *place)
{
	struct path_private own;
	struct stat made;
	const char *call;

	if (path_private_open(&own, place, &call) != 0)
		return;
	if (replace(&own, &this->made, &this->old, this->old.bytes, this->old.length, &made) == 0)
		follow(&this->old.status, &made);
	path_private_close(&own);
}

static void
remove_new(const struct replacement *this, const struct path_place *place)
{
	struct path_entry entry;
	const char *call;

	if (path_place_find(place, &entry) != 0)
		return;
	if (path_is_same(&entry.status, &this->made))
		path_remove(place, &entry, false, &call);
	path_entry_close(&entry);
}

static void
undo(const struct replacement *this)
{
	struct path_place place;
	struct stat directory;

	if (path_place_open(&place, this->path) != 0)
		return;
	if (fstat(place.directory, &directory) == 0 && path_is_same(&directory, &this->directory))
		(this->old.bytes ? restore_old : remove_new)(this, &place);
	path_place_close(&place);
}

void
report_files_undo(void)
{
	while (replacements) {
		struct replacement *this = replacements;
		replacements = this->next;
		undo(this);
		free(this->old.bytes);
		free(this);
	}
}

/* ---- writing ---- */

/* Replaces the present file: EEXIST if another has replaced it meanwhile. */
static int
try_to_replace(const struct path_private *own, struct replacement *this, const char *bytes,
    size_t length)
{
	int status;

	if (read_old(own->place, &this->old) != 0)
		return -1;
	status = replace(own, this->old.bytes ? &this->old.status : NULL, &this->old, bytes,
	    length, &this->made);
	if (status != 0)
		free(this->old.bytes);
	return status;
}

static int
replace_file(const struct path_place *place, const char *bytes, size_t length)
{
	struct replacement *this = malloc(sizeof *this);
	struct path_private own;
	const char *call;
	int status = -1;

	if (!this)
		return -1;
	*this = (struct replacement) { .path = place->path };
	if (fstat(place->directory, &this->directory) == 0
	    && path_private_open(&own, place, &call) == 0) {
		for (int i = 0; i < TRIES && status != 0 && (i == 0 || errno == EEXIST); i++)
			status = try_to_replace(&own, this, bytes, length);
		path_private_close(&own);
	}
	if (status == 0) {
		this->next = replacements;
		replacements = this;
	} else
		free(this);
	return status;
}

int
report_file_write(struct report_file *file, const char *bytes, size_t length)
{
	int status = file->fifo >= 0 ? bounded_write(file->fifo, bytes, length)
	                             : replace_file(&file->place, bytes, length);

	close_keeping_errno(file->fifo);
	path_place_close(&file->place);
	return status;
}
