/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: paths.  The vnode of a path is locked from where bind(2) makes it to
 * where the socket is found by it, so that connect(2) never takes one that is being
 * bound for one that nobody has: kern/uipc_usrreq.c, uipc_bindat.
 */
#include "paths.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "path_place.h"

/* bindat(2) */
static int
bind_name(int descriptor, int directory, const struct address *name, const char **call)
{
	(void)call;
	return bindat(directory, descriptor, (const struct sockaddr *)&name->storage, name->length);
}

const struct path_calls path_calls = {
	.bind_name = bind_name,
	.bind = "bindat",
	.directory_flags = BSD_DIRECTORY_FLAGS,
#ifdef O_PATH
	.find = "openat",
	.find_opens = true,
	.unlink = "funlinkat",
	.unlink_is_exact = true,
#else
	.find = "fstatat",
	.unlink = "unlinkat",
#endif
	.make_fifo = "mkfifoat",
	.prove = "it must be a socket of ours with one name, as young as ours, and with an owner",
	.chown = "fchownat",
	.chmod = "fchmodat",
};

/* By the name in its directory: an O_PATH descriptor is no address. */
int
path_entry_ask_owner(const struct path_entry *entry, const char *path, const char **call)
{
	struct address address;
	int descriptor, error;

	(void)path;
	*call = "connectat";
	if (!address_from_path(&address, entry->name))
		return ENAMETOOLONG;
	descriptor = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (descriptor < 0) {
		*call = "socket";
		return errno;
	}
	error = connectat(entry->directory, descriptor,
	            (const struct sockaddr *)&address.storage, address.length) == 0 ? 0 : errno;
	close(descriptor);
	return bsd_owner_answer(error);
}

int
path_make_fifo(int directory, const char *path, mode_t mode)
{
	return mkfifoat(directory, path_name(path), mode);
}

int
path_entry_unlink(const struct path_entry *entry)
{
	if (entry->object < 0) {
		errno = ENOTSUP;
		return -1;
	}
	return funlinkat(entry->directory, entry->name, entry->object, 0);
}

int
path_rename_exclusive(int from_directory, const char *from, int to_directory, const char *to)
{
	(void)from_directory;
	(void)from;
	(void)to_directory;
	(void)to;
	errno = ENOTSUP;
	return -1;
}

int
path_exchange(int from_directory, const char *from, int to_directory, const char *to)
{
	(void)from_directory;
	(void)from;
	(void)to_directory;
	(void)to;
	errno = ENOTSUP;
	return -1;
}
