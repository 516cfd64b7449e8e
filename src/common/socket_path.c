/* SPDX-License-Identifier: ISC */
#include "socket_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address.h"
#include "compat.h"

/* The parent of PATH: all in front of the last slash, "/" or ".". */
static bool
parent_directory(const char *path, char directory[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) : 0;

	if (length >= PATH_MAX)
		return false;
	if (!slash || slash == path) {
		strlcpy(directory, slash ? "/" : ".", PATH_MAX);
		return true;
	}
	memcpy(directory, path, length);
	directory[length] = '\0';
	return true;
}

int
socket_path_lock(const char *path)
{
	char directory[PATH_MAX];
	int descriptor;

	if (!parent_directory(path, directory)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (descriptor < 0)
		return -1;
	while (flock(descriptor, LOCK_EX) != 0)
		if (errno != EINTR) {
			int error = errno;
			close(descriptor);
			errno = error;
			return -1;
		}
	return descriptor;
}

/*
 * Has the socket at ADDRESS an owner?  A datagram socket asks: connecting it to
 * a path without an owner is ECONNREFUSED, to one bound by a socket of another
 * type EPROTOTYPE, whether that listens or not and however full its queue is
 * (Linux net/unix/af_unix.c, unix_find_bsd; FreeBSD kern/uipc_usrreq.c and xnu,
 * unp_connect).  A stream socket would be refused by a server whose queue is
 * full on the BSDs, and would cost one of its connections elsewhere.
 */
static int
ask_owner(const struct bindchain_address *address)
{
	int status, error, descriptor = socket(AF_UNIX, SOCK_DGRAM, 0);

	if (descriptor < 0)
		return errno;
	status = connect(descriptor, (const struct sockaddr *)&address->storage, address->length);
	error = status == 0 ? 0 : errno;
	close(descriptor);
	return error;
}

int
socket_path_clear(const char *path)
{
	struct bindchain_address address;
	struct stat found;
	int error;

	if (lstat(path, &found) != 0)
		return errno == ENOENT ? 0 : -1;
	error = EADDRINUSE;
	if (S_ISSOCK(found.st_mode) && address_from_path(&address, path))
		error = ask_owner(&address);
	if (error == ECONNREFUSED)
		return unlink(path);
	errno = error == 0 || error == EPROTOTYPE || error == EPERM ? EADDRINUSE : error;
	return -1;
}

int
socket_path_note(struct socket_path *made, const char *path)
{
	struct stat found;

	if (lstat(path, &found) != 0)
		return -1;
	*made = (struct socket_path) { path, found.st_dev, found.st_ino };
	return 0;
}

int
socket_path_note_made(struct socket_path *made, const char *path)
{
	int error;

	if (socket_path_note(made, path) == 0)
		return 0;
	error = errno;
	unlink(path);
	errno = error;
	return -1;
}

void
socket_path_remove(const struct socket_path *made, bool locked)
{
	struct socket_path now;
	int lock = -1;

	if (!made->path)
		return;
	if (!locked)
		lock = socket_path_lock(made->path);
	if (socket_path_note(&now, made->path) == 0 && now.device == made->device
	    && now.inode == made->inode)
		unlink(made->path);
	if (lock >= 0)
		close(lock);
}
