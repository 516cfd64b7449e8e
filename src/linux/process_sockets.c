/* SPDX-License-Identifier: ISC */
/*
 * Linux: the sockets of another process, by pidfd_getfd(2), since 5.6.
 *
 * - The pidfd is opened first: a process that ends meanwhile, and a new one of its number,
 *   are ESRCH.  /proc/PID/fd only tells which numbers to try; each descriptor is examined
 *   after it has been duplicated, for the process can change its table at any moment.
 * - A socket that waits for connections listens; one for datagrams is bound, with no peer.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "address.h"
#include "number.h"
#include "own_process.h"
#include "text.h"

#if defined(SYS_pidfd_open) && defined(SYS_pidfd_getfd)

static bool
is_for_clients(int descriptor)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof peer, length = sizeof(int);
	struct address address;
	int type, listening;

	if (getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) != 0
	    || getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0)
		return false;
	if (type != SOCK_DGRAM || listening)
		return listening;
	if (!address_read(&address, descriptor)
	    || getpeername(descriptor, (struct sockaddr *)&peer, &size) == 0)
		return false;
	if (address_is_internet(&address))
		return address_port(&address) != 0;
	return address_family(&address) == AF_UNIX && address.length > sizeof(sa_family_t);
}

struct collection {
	int *descriptors;
	size_t count;
};

static int
keep(struct collection *collection, int descriptor)
{
	int *more = realloc(collection->descriptors, (collection->count + 1) * sizeof *more);

	if (!more)
		return ENOMEM;
	more[collection->count++] = descriptor;
	collection->descriptors = more;
	return 0;
}

/* Duplicates descriptor NUMBER of the process, and keeps it if it is such a socket. */
static int
try_number(struct collection *collection, int process, int number)
{
	int descriptor = (int)syscall(SYS_pidfd_getfd, process, number, 0), error = 0;

	if (descriptor < 0)
		return errno == EBADF ? 0 : errno; /* closed meanwhile */
	if (is_for_clients(descriptor))
		error = keep(collection, descriptor);
	if (error || collection->count == 0
	    || collection->descriptors[collection->count - 1] != descriptor)
		close(descriptor);
	return error;
}

/* Is the link "socket:[INODE]"?  Devices and FIFOs are not even duplicated. */
static bool
is_socket(DIR *directory, const char *name)
{
	char target[16] = "";

	return readlinkat(dirfd(directory), name, target, sizeof target - 1) > 0
	    && strncmp(target, "socket:[", 8) == 0;
}

/* In ascending order: so /proc lists them, proc_readfd_common() in fs/proc/fd.c. */
static int
collect(struct collection *collection, int process, DIR *directory)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	struct dirent *entry;
	int error = 0;

	while (!error && (entry = readdir(directory))) {
		long long number;
		if (number_read(entry->d_name, &rule, &number) == NUMBER_READ
		    && is_socket(directory, entry->d_name))
			error = try_number(collection, process, (int)number);
	}
	return error;
}

static int
collect_of(struct collection *collection, int process, pid_t pid)
{
	struct text path;
	DIR *directory;
	int error;

	text_init(&path);
	text_printf(&path, "/proc/%d/fd", (int)pid);
	directory = opendir(text_string(&path));
	if (!directory)
		return errno == ENOENT ? ESRCH : errno;
	error = collect(collection, process, directory);
	closedir(directory);
	return error;
}

int
backend_process_sockets(pid_t pid, int **descriptors, size_t *count)
{
	struct collection collection = { NULL, 0 };
	int process = (int)syscall(SYS_pidfd_open, pid, 0), error;

	if (process < 0)
		return errno;
	error = collect_of(&collection, process, pid);
	close(process);
	if (error) {
		while (collection.count > 0)
			close(collection.descriptors[--collection.count]);
		free(collection.descriptors);
		return error;
	}
	*descriptors = collection.descriptors;
	*count = collection.count;
	return 0;
}

#else

int
backend_process_sockets(pid_t pid, int **descriptors, size_t *count)
{
	(void)pid;
	(void)descriptors;
	(void)count;
	return ENOSYS;
}

#endif
