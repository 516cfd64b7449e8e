/* SPDX-License-Identifier: ISC */
/*
 * Linux: the sockets of another process, by pidfd_getfd(2), since 5.6.
 *
 * - The pidfd is opened first: a process that ends meanwhile, and a new one of its number,
 *   are ESRCH.  /proc/PID/fd only tells which numbers to try; each descriptor is examined
 *   after it has been duplicated, for the process can change its table at any moment.
 * - pidfd_getfd(2), and readlink(2) in that directory, wait while the process executes a
 *   program: search_child.h.  So a child lists the sockets.  This process duplicates them, since
 *   Yama's scope 1 permits that only for descendants.  It would wait for a process that begins
 *   to execute a program between the two.
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
#include "search_child.h"
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
	int process; /* a pidfd */
	DIR *directory;
	atomic_uint *steps;
	int *descriptors;
	size_t count;
	int error; /* of the last call */
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
try_number(struct collection *collection, int number)
{
	int descriptor = (int)syscall(SYS_pidfd_getfd, collection->process, number, 0), error = 0;

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

#define NO_MORE (-1)

/* In ascending order: so /proc lists them, proc_readfd_common() in fs/proc/fd.c. */
static void
list_numbers(void *context, struct search_line *line)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	const struct collection *collection = context;
	const struct dirent *entry;
	int number = 0;

	while ((entry = readdir(collection->directory))) {
		long long read;
		atomic_fetch_add(collection->steps, 1);
		if (number_read(entry->d_name, &rule, &read) != NUMBER_READ
		    || !is_socket(collection->directory, entry->d_name))
			continue;
		number = (int)read;
		if (!search_line_send(line, &number))
			return;
	}
	number = NO_MORE;
	search_line_send(line, &number);
}

static bool
take_number(void *context, const void *record)
{
	struct collection *collection = context;
	const int *number = record;

	if (*number == NO_MORE)
		return false;
	collection->error = try_number(collection, *number);
	return !collection->error;
}

static int
collect(struct collection *collection)
{
	const struct search_task task = { .context = collection,
		.record_size = sizeof(int),
		.kept_descriptor = dirfd(collection->directory),
		.steps = collection->steps,
		.search = list_numbers,
		.take = take_number };
	struct search_result result;

	search_child_run(&task, &result);
	switch (result.end) {
	case SEARCH_TAKEN:
		return collection->error;
	case SEARCH_NO_CHILD:
		return result.error;
	case SEARCH_BROKEN:
		return EIO;
	default:
		return ETIMEDOUT;
	}
}

static int
collect_of(struct collection *collection, pid_t pid)
{
	struct text path;
	int error;

	text_init(&path);
	text_printf(&path, "/proc/%d/fd", (int)pid);
	collection->directory = opendir(text_string(&path));
	if (!collection->directory)
		return errno == ENOENT ? ESRCH : errno;
	collection->steps = search_memory_new(sizeof *collection->steps);
	if (collection->steps) {
		error = collect(collection);
		search_memory_free(collection->steps, sizeof *collection->steps);
	} else {
		error = errno;
	}
	closedir(collection->directory);
	return error;
}

int
backend_process_sockets(pid_t pid, int **descriptors, size_t *count)
{
	struct collection collection = { .process = (int)syscall(SYS_pidfd_open, pid, 0) };
	int error;

	if (collection.process < 0)
		return errno;
	error = collect_of(&collection, pid);
	close(collection.process);
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
