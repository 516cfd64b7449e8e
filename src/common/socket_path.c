/* SPDX-License-Identifier: ISC */
#include "socket_path.h"

#include <errno.h>
#include <string.h>

#include "path_removal.h"

static int
clear_entry(const struct path_place *place, const struct path_entry *entry, const char **call)
{
	int error = S_ISSOCK(entry->status.st_mode)
	    ? path_entry_ask_owner(entry, place->path, call) : 0;

	if (error == ENOENT)
		return 0;
	if (error == ECONNREFUSED)
		return path_remove(place, entry, true, call);
	if (error == 0)
		*call = NULL;
	errno = error ? error : EADDRINUSE;
	return -1;
}

int
socket_path_clear(const struct path_place *place, const char **call)
{
	struct path_entry entry;
	int status;

	*call = path_calls.find;
	if (path_place_find(place, &entry) != 0)
		return errno == ENOENT ? 0 : -1;
	status = clear_entry(place, &entry, call);
	path_entry_close(&entry);
	return status;
}

int
made_path_note(struct made_path *made, int descriptor)
{
	struct stat status;

	if (fstat(descriptor, &status) != 0)
		return -1;
	made->is_socket = S_ISSOCK(status.st_mode);
	made->id = file_id_of(&status);
	return 0;
}

void
made_path_prove(struct made_path *made, const struct path_entry *entry)
{
	made->is_proven = true;
	made->path_id = file_id_of(&entry->status);
}

static bool
is_what_was_made(const struct made_path *made, const struct path_entry *entry, int descriptor,
    const char **call)
{
	int bound;

	if (!made->is_socket)
		return file_id_is(&made->id, &entry->status);
	if (made->is_proven)
		return file_id_is(&made->path_id, &entry->status);
	bound = path_entry_is_bound(entry, made->path, descriptor, &made->since, call);
	if (bound >= 0)
		*call = NULL;
	return bound > 0;
}

/* The socket is no longer open. */
static bool
remove_abandoned(const struct path_place *place, const char **call)
{
	if (socket_path_clear(place, call) != 0)
		return false;
	*call = NULL;
	return true;
}

bool
made_path_remove(const struct made_path *made, const struct path_place *place, int descriptor,
    const char **call)
{
	struct path_entry entry;
	bool known;

	if (made->is_socket && descriptor < 0)
		return remove_abandoned(place, call);
	*call = NULL;
	if (path_place_find(place, &entry) != 0) {
		*call = errno == ENOENT ? NULL : path_calls.find;
		return false;
	}
	known = is_what_was_made(made, &entry, descriptor, call);
	if (known && path_remove(place, &entry, false, call) == 0)
		*call = NULL;
	path_entry_close(&entry);
	return known;
}
