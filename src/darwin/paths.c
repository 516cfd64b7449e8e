/* SPDX-License-Identifier: ISC */
/*
 * macOS: paths.  There are no descriptors of sockets in the file system, so that
 * between a look and a change by name something else may be put there; where that
 * can be, the manual says.
 */
#include "paths.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "path_entry.h"

const struct path_calls path_calls = {
	.directory_flags = BSD_DIRECTORY_FLAGS,
	.find = "fstatat",
	.make_fifo = "mkfifo",
	.prove = "it must be a socket of ours with one name, as young as ours, and with an owner",
	.chown = "fchownat",
	.chmod = "fchmodat",
	.unlink = "unlinkat",
};

int
path_entry_ask_owner(const struct path_entry *entry, const char *path, const char **call)
{
	struct address address;
	int descriptor, error;

	(void)entry;
	*call = "connect";
	if (!path || !address_from_path(&address, path))
		return ENAMETOOLONG;
	descriptor = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (descriptor < 0) {
		*call = "socket";
		return errno;
	}
	error = connect(descriptor, (const struct sockaddr *)&address.storage, address.length) == 0
	    ? 0 : errno;
	close(descriptor);
	return bsd_owner_answer(error);
}

/* mkfifoat(2) is of macOS 13.  Should the directory be replaced meanwhile, the FIFO is not
 * found in the one that is open. */
int
path_make_fifo(int directory, const char *path, mode_t mode)
{
	(void)directory;
	return mkfifo(path, mode);
}

int
path_entry_unlink(const struct path_entry *entry)
{
	(void)entry;
	errno = ENOTSUP;
	return -1;
}

/* Not all file systems can. */
int
path_rename_exclusive(int from_directory, const char *from, int to_directory, const char *to)
{
	return renameatx_np(from_directory, from, to_directory, to, RENAME_EXCL);
}

int
path_exchange(int from_directory, const char *from, int to_directory, const char *to)
{
	return renameatx_np(from_directory, from, to_directory, to, RENAME_SWAP);
}
