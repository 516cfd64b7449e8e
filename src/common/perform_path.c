/* SPDX-License-Identifier: ISC */
/* The steps of a plan that concern a path. */
#include <errno.h>
#include <unistd.h>

#include "path_removal.h"
#include "performance.h"

/* Attempts, while other starts remove the same stale socket. */
#define BIND_TRIES 64

static int
open_place(struct performance *performance)
{
	performance->entry = (struct path_entry) { .object = -1 };
	performance->has_mask = performance->fifo_made = false;
	performance->call = performance->reason = NULL;
	performance->has_place = path_place_open(&performance->place,
	    performance->request->path) == 0;
	return performance->has_place ? 0 : -1;
}

void
performance_leave_place(struct performance *performance)
{
	if (!performance->has_place)
		return;
	path_entry_close(&performance->entry);
	path_place_close(&performance->place);
	performance->has_place = false;
}

/* ---- Unix sockets ---- */

int
performance_bind_path(struct performance *performance)
{
	const struct bindchain_address *address = &performance->request->address;
	struct made_path *made = performance->made;
	int status, error;
	mode_t mask = 0;

	path_clock(&made->since);
	if (performance->has_mask)
		mask = umask(performance->mask);
	status = bind(performance->descriptor, (const struct sockaddr *)&address->storage,
	    address->length);
	error = errno;
	if (performance->has_mask)
		umask(mask);
	errno = error;
	if (status != 0)
		return status;
	made->path = performance->request->path;
	made->is_socket = true;
	return made_path_note(made, made->path, performance->descriptor);
}

static int
clear_and_bind(struct performance *performance)
{
	for (int i = 0; i < BIND_TRIES; i++) {
		if (socket_path_clear(&performance->place, &performance->call) != 0)
			return -1;
		performance->call = "bind";
		if (performance_bind_path(performance) == 0)
			return 0;
		if (errno != EADDRINUSE)
			return -1;
	}
	return -1;
}

static int
refuse(struct performance *performance, int error, const char *reason)
{
	performance->reason = reason;
	errno = error;
	return -1;
}

static int
find(struct performance *performance)
{
	performance->call = path_calls.find;
	return path_place_find(&performance->place, &performance->entry);
}

static int
find_bound(struct performance *performance)
{
	int is_bound;

	if (find(performance) != 0)
		return -1;
	is_bound = path_entry_is_bound(&performance->entry, performance->place.path,
	    performance->descriptor, &performance->made->since, &performance->call);
	if (is_bound != 0)
		return is_bound;
	performance->call = NULL;
	return refuse(performance, 0, "something else has been put at the path");
}

static int
compare_directory(struct performance *performance)
{
	int is_named = path_place_is_named(&performance->place);

	performance->call = is_named < 0 ? "stat" : NULL;
	if (is_named != 0)
		return is_named;
	return refuse(performance, 0, "the directory has been replaced");
}

/* Not needed if the umask has left the requested mode. */
static int
change_mode(const struct path_entry *entry, mode_t mode)
{
	return (entry->status.st_mode & 07777) == mode ? 0 : path_entry_chmod(entry, mode);
}

static void
sweep(const struct performance *performance)
{
	const struct bindchain_access *access = &performance->request->access;

	path_sweep(&performance->place, access->has_user ? access->user : geteuid());
}

/* ---- FIFOs ---- */

static int
make_fifo(struct performance *performance, mode_t mode)
{
	const struct path_place *place = &performance->place;

	performance->fifo_made = path_make_fifo(place->directory, place->path, mode) == 0;
	return performance->fifo_made || errno == EEXIST ? 0 : -1;
}

/* An existing one may be a trap: a link to another user's FIFO, or one that another user
 * writes to. */
static int
check_fifo(struct performance *performance)
{
	const struct bindchain_access *access = &performance->request->access;
	const struct stat *status = &performance->entry.status;
	uid_t owner = status->st_uid;

	if (S_ISLNK(status->st_mode))
		return refuse(performance, ELOOP, "a symbolic link is not followed");
	if (!S_ISFIFO(status->st_mode))
		return refuse(performance, EEXIST, "not a FIFO");
	if (status->st_nlink != 1)
		return refuse(performance, EMLINK, "the FIFO has more than one hard link");
	if (performance->fifo_made && owner != geteuid())
		return refuse(performance, 0, "something else has been put at the path");
	if (owner != 0 && owner != geteuid() && !(access->has_user && owner == access->user))
		return refuse(performance, EPERM,
		    "the owner of the FIFO is neither root nor this user nor the requested user");
	return 0;
}

static int
find_fifo(struct performance *performance)
{
	return find(performance) == 0 ? check_fifo(performance) : -1;
}

static int
open_fifo(struct performance *performance, int flags)
{
	performance->descriptor = path_entry_open_fifo(&performance->entry, flags);
	if (performance->descriptor < 0 || !performance->fifo_made)
		return performance->descriptor;
	return made_path_note(performance->made, performance->place.path,
	    performance->descriptor);
}

static void
remove_fifo(struct performance *performance)
{
	const char *call;

	/* An open FIFO is proven, and its owner may have changed. */
	if (performance->made->path) {
		made_path_remove(performance->made, &performance->place,
		    performance->descriptor);
		return;
	}
	/* Something else may have been at the path for a moment. */
	path_entry_close(&performance->entry);
	if (path_place_find(&performance->place, &performance->entry) != 0)
		return;
	if (path_is_own_fifo(&performance->entry.status))
		path_remove(&performance->place, &performance->entry, false, &call);
}

/* bind(2) resolves the whole path, and the directory may have been replaced just before:
 * then the socket is where the path leads now. */
static void
remove_bound(struct performance *performance)
{
	const struct made_path *made = performance->made;
	struct path_place elsewhere;

	if (made_path_remove(made, &performance->place, performance->descriptor)
	    || path_place_open(&elsewhere, made->path) != 0)
		return;
	made_path_remove(made, &elsewhere, performance->descriptor);
	path_place_close(&elsewhere);
}

/* ---- all ---- */

static int
take_fifo_step(struct performance *performance, const struct plan_step *step)
{
	switch (step->call) {
	case PLAN_MKFIFO:
		return make_fifo(performance, step->is.mode);
	case PLAN_FIND_FIFO:
		return find_fifo(performance);
	case PLAN_OPEN:
		return open_fifo(performance, step->is.flags);
	case PLAN_FCHOWN:
		return fchown(performance->descriptor, step->is.chown.user, step->is.chown.group);
	case PLAN_FCHMOD:
		return fchmod(performance->descriptor, step->is.mode);
	default:
		errno = EINVAL;
		return -1;
	}
}

int
performance_take_path_step(struct performance *performance, const struct plan_step *step)
{
	const struct path_entry *entry = &performance->entry;

	switch (step->call) {
	case PLAN_OPEN_DIRECTORY:
		return open_place(performance);
	case PLAN_SOCKET_MODE:
		return fchmod(performance->descriptor, step->is.mode);
	case PLAN_UMASK:
		performance->has_mask = true;
		performance->mask = step->is.mode;
		return 0;
	case PLAN_CLEAR:
		return clear_and_bind(performance);
	case PLAN_SWEEP:
		sweep(performance);
		return 0;
	case PLAN_FIND:
		return find_bound(performance);
	case PLAN_SAME_DIRECTORY:
		return compare_directory(performance);
	case PLAN_CHOWN:
		return path_entry_chown(entry, step->is.chown.user, step->is.chown.group);
	case PLAN_CHMOD:
		return change_mode(entry, step->is.mode);
	case PLAN_CLOSE_DIRECTORY:
		performance_leave_place(performance);
		return 0;
	default:
		return take_fifo_step(performance, step);
	}
}

void
performance_undo_path(struct performance *performance)
{
	if (!performance->has_place)
		return;
	if (performance->fifo_made)
		remove_fifo(performance);
	else if (performance->made->path)
		remove_bound(performance);
}
