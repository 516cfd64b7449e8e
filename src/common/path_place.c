/* SPDX-License-Identifier: ISC */
#include "path_place.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "close.h"
#include "compat.h"

bool
path_directory(const char *path, char directory[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	size_t length = !slash || slash == path ? 1 : (size_t)(slash - path);

	if (length >= PATH_MAX) {
		directory[0] = '\0';
		return false;
	}
	strlcpy(directory, slash ? path : ".", length + 1);
	return true;
}

const char *
path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Standard input may be closed, and reserved for the socket that is opened next. */
static int
move_above_standard(int descriptor)
{
	int moved;

	if (descriptor < 0 || descriptor > STDERR_FILENO)
		return descriptor;
	moved = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close_keeping_errno(descriptor);
	return moved;
}

int
path_place_open(struct path_place *place, const char *path)
{
	char directory[PATH_MAX];

	*place = (struct path_place) { .path = path, .name = path_name(path), .directory = -1 };
	if (!path_directory(path, directory)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	place->directory = move_above_standard(open(directory, path_directory_flags));
	return place->directory < 0 ? -1 : 0;
}

int
path_place_look(struct path_place *place)
{
	struct stat opened;

	if (fstat(place->directory, &opened) != 0)
		return -1;
	place->id = file_id_of(&opened);
	return 0;
}

int
path_place_is_named(const struct path_place *place)
{
	char directory[PATH_MAX];
	struct stat named;

	path_directory(place->path, directory);
	if (stat(directory, &named) != 0)
		return -1;
	return file_id_is(&place->id, &named);
}

void
path_place_close(struct path_place *place)
{
	close_keeping_errno(place->directory);
	place->directory = -1;
}

void
path_entry_close(struct path_entry *entry)
{
	close_keeping_errno(entry->object);
	entry->object = -1;
}

int
path_entry_open(struct path_entry *entry, int flags)
{
	entry->object = openat(entry->directory, entry->name, flags);
	if (entry->object < 0)
		return -1;
	if (fstat(entry->object, &entry->status) == 0)
		return 0;
	path_entry_close(entry);
	return -1;
}

bool
path_is_same(const struct stat *one, const struct stat *other)
{
	return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

bool
path_is_same_name(const char *one, const char *other)
{
	char directory[PATH_MAX], other_directory[PATH_MAX];
	struct stat status, other_status;

	return strcmp(path_name(one), path_name(other)) == 0 && path_directory(one, directory)
	    && path_directory(other, other_directory) && stat(directory, &status) == 0
	    && stat(other_directory, &other_status) == 0
	    && path_is_same(&status, &other_status);
}

bool
path_is_own_fifo(const struct stat *status)
{
	return S_ISFIFO(status->st_mode) && status->st_uid == geteuid() && status->st_nlink == 1;
}

int
path_place_find(const struct path_place *place, struct path_entry *entry)
{
	*entry = (struct path_entry) { .directory = place->directory, .name = place->name,
		.object = -1 };
	if (path_entry_find(entry) != 0)
		return -1;
	if (entry->object < 0)
		return 0;
	entry->object = move_above_standard(entry->object);
	return entry->object < 0 ? -1 : 0;
}
