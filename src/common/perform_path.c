/* SPDX-License-Identifier: ISC */
/* The steps of a plan that concern a path. */
#include <errno.h>
#include <unistd.h>

#include "path_removal.h"
#include "performance.h"
#include "request.h"

/* Attempts, while other starts remove the same stale socket. */
#define BIND_TRIES 64

int
performance_open_directory(struct performance *performance, const struct plan_step *step)
{
	(void)step;
	performance->entry = (struct path_entry) { .object = -1 };
	performance->has_mask = performance->fifo_made = false;
	performance->made->is_socket = performance->request->kind != BINDCHAIN_FIFO;
	performance->made->since = (struct timespec) { 0 };
	performance->made->is_proven = false;
	performance->made->directory.is_made = false;
	performance->has_place = path_place_open(&performance->place,
	    performance->request->path) == 0;
	return performance->has_place ? 0 : -1;
}

int
performance_make_directory(struct performance *performance, const struct plan_step *step)
{
	struct made_directory *made = &performance->made->directory;
	const char *path = performance->request->path, *call;

	if (path_directory_make(path, step->is.directory, made, &call) != 0)
		return performance_about(performance, call, -1);
	performance->has_place = path_place_open(&performance->place, path) == 0;
	if (performance->has_place)
		return 0;
	path_directory_remove(path, made);
	return performance_about(performance, "open", -1);
}

int
performance_sweep_directory(struct performance *performance, const struct plan_step *step)
{
	(void)step;
	if (!performance->made->directory.is_made)
		path_directory_sweep(performance->request->path);
	return 0;
}

int
performance_link(struct performance *performance, const struct plan_step *step)
{
	const struct request *request = performance->request;
	const char *reason;
	int status;

	(void)step;
	status = path_link_make(request->symlink, request->path, &performance->made->link,
	    &reason);
	if (status != 0)
		performance->reason = reason;
	return performance_about(performance, request->symlink, status);
}

int
performance_look_at_directory(struct performance *performance, const struct plan_step *step)
{
	(void)step;
	return performance_about(performance, "fstat", path_place_look(&performance->place));
}

int
performance_close_object(struct performance *performance, const struct plan_step *step)
{
	(void)step;
	path_entry_close(&performance->entry);
	return 0;
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

int
performance_close_directory(struct performance *performance, const struct plan_step *step)
{
	(void)step;
	performance_leave_place(performance);
	return 0;
}

int
performance_note(struct performance *performance, const struct plan_step *step)
{
	(void)step;
	if (made_path_note(performance->made, performance->descriptor) != 0)
		return performance_about(performance, "fstat", -1);
	if (performance->fifo_made)
		performance->made->path = performance->request->path;
	return 0;
}

/* ---- Unix sockets ---- */

int
performance_set_socket_mode(struct performance *performance, const struct plan_step *step)
{
	return fchmod(performance->descriptor, step->is.mode);
}

int
performance_read_clock(struct performance *performance, const struct plan_step *step)
{
	(void)step;
	path_clock(&performance->made->since);
	return 0;
}

int
performance_set_umask(struct performance *performance, const struct plan_step *step)
{
	performance->mask = step->is.mode;
	performance->former_mask = umask(performance->mask);
	performance->has_mask = true;
	return 0;
}

int
performance_set_umask_back(struct performance *performance, const struct plan_step *step)
{
	(void)step;
	umask(performance->former_mask);
	performance->has_mask = false;
	return 0;
}

/* The same calls as before PLAN_CLEAR. */
static int
bind_again(struct performance *performance)
{
	int status;

	path_clock(&performance->made->since);
	if (performance->has_mask)
		umask(performance->mask);
	status = performance_bind(performance, NULL);
	if (performance->has_mask)
		umask(performance->former_mask);
	return status;
}

int
performance_clear(struct performance *performance, const struct plan_step *step)
{
	const char *call;
	int status;

	(void)step;
	if (performance->has_mask)
		umask(performance->former_mask);
	for (int i = 0; i < BIND_TRIES; i++) {
		status = socket_path_clear(&performance->place, &call);
		if (status != 0)
			return performance_about(performance, call, status);
		status = bind_again(performance);
		if (status == 0 || errno != EADDRINUSE)
			break;
	}
	if (performance->subject)
		return status;
	return performance_about(performance, "bind", status);
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
	return performance_about(performance, path_calls.find,
	    path_place_find(&performance->place, &performance->entry));
}

int
performance_find_bound(struct performance *performance, const struct plan_step *step)
{
	const char *call;
	int is_bound;

	(void)step;
	if (find(performance) != 0)
		return -1;
	is_bound = path_entry_is_bound(&performance->entry, performance->place.path,
	    performance->descriptor, &performance->made->since, &call);
	if (is_bound == 0)
		return refuse(performance, 0, "something else has been put at the path");
	if (is_bound < 0)
		return performance_about(performance, call, is_bound);
	made_path_prove(performance->made, &performance->entry);
	return 0;
}

int
performance_compare_directory(struct performance *performance, const struct plan_step *step)
{
	int is_named = path_place_is_named(&performance->place);

	(void)step;
	if (is_named == 0)
		return refuse(performance, 0, "the directory has been replaced");
	return performance_about(performance, "stat", is_named);
}

int
performance_chown(struct performance *performance, const struct plan_step *step)
{
	return path_entry_chown(&performance->entry, step->is.chown.user, step->is.chown.group);
}

/* Not needed if the umask has left the requested mode. */
int
performance_chmod(struct performance *performance, const struct plan_step *step)
{
	const struct path_entry *entry = &performance->entry;

	return (entry->status.st_mode & 07777) == step->is.mode
	    ? 0 : path_entry_chmod(entry, step->is.mode);
}

int
performance_sweep(struct performance *performance, const struct plan_step *step)
{
	const struct permissions *access = &performance->request->access;

	(void)step;
	path_sweep(&performance->place, access->has_user ? access->user : geteuid());
	return 0;
}

/* ---- FIFOs ---- */

int
performance_make_fifo(struct performance *performance, const struct plan_step *step)
{
	const struct path_place *place = &performance->place;

	performance->fifo_made = path_make_fifo(place->directory, place->path,
	    step->is.mode) == 0;
	return performance->fifo_made || errno == EEXIST ? 0 : -1;
}

/* An existing one may be a trap: a link to another user's FIFO, or one that another user
 * writes to. */
static int
check_fifo(struct performance *performance)
{
	const struct permissions *access = &performance->request->access;
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

int
performance_find_fifo(struct performance *performance, const struct plan_step *step)
{
	(void)step;
	if (path_place_find(&performance->place, &performance->entry) != 0)
		return -1;
	return check_fifo(performance);
}

int
performance_open_fifo(struct performance *performance, const struct plan_step *step)
{
	return performance->descriptor = path_entry_open_fifo(&performance->entry,
	           step->is.flags);
}

int
performance_fchown(struct performance *performance, const struct plan_step *step)
{
	return fchown(performance->descriptor, step->is.chown.user, step->is.chown.group);
}

int
performance_fchmod(struct performance *performance, const struct plan_step *step)
{
	return fchmod(performance->descriptor, step->is.mode);
}

static void
remove_fifo(struct performance *performance)
{
	const char *call;

	/* An open FIFO is proven, and its owner may have changed. */
	if (performance->made->path) {
		made_path_remove(performance->made, &performance->place,
		    performance->descriptor, &call);
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
	const char *call;

	if (made_path_remove(made, &performance->place, performance->descriptor, &call)
	    || path_place_open(&elsewhere, made->path) != 0)
		return;
	made_path_remove(made, &elsewhere, performance->descriptor, &call);
	path_place_close(&elsewhere);
}

/* ---- all ---- */

void
performance_undo_path(struct performance *performance)
{
	if (!performance->has_place)
		return;
	if (performance->has_mask)
		umask(performance->former_mask);
	if (performance->fifo_made)
		remove_fifo(performance);
	else if (performance->made->path)
		remove_bound(performance);
	path_directory_remove(performance->request->path, &performance->made->directory);
}
