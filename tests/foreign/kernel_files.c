/* SPDX-License-Identifier: ISC */
/* Descriptors, and what can be done with those of every kind. */
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foreign.h"

#define STANDARD 3 /* standard input, output and error */

static struct kernel_file files[KERNEL_DESCRIPTORS];
static unsigned limit;

void
kernel_files_reset(void)
{
	memset(files, 0, sizeof files);
	for (int i = 0; i < STANDARD; i++)
		foreign_kernel_open(i, "/dev/null");
	limit = 256;
}

/* ---- for the tests ---- */

void
foreign_kernel_open(int descriptor, const char *path)
{
	if (descriptor >= KERNEL_DESCRIPTORS || files[descriptor].is_open)
		kernel_trap("a descriptor that cannot be opened");
	files[descriptor] = (struct kernel_file) { .is_open = true, .path = path };
}

void
foreign_kernel_open_later(int descriptor, const char *path)
{
	foreign_kernel_open(descriptor, path);
	files[descriptor].is_open = false;
	files[descriptor].opens_later = true;
}

void
foreign_kernel_close(int descriptor)
{
	struct kernel_file *file = kernel_file_at(descriptor);

	if (!file)
		kernel_trap("a descriptor that is not open");
	file->is_open = false;
}

void
foreign_kernel_limit_descriptors(unsigned count)
{
	limit = count;
}

void
foreign_kernel_fill_queue(int descriptor, int complete, int incomplete)
{
	struct kernel_file *socket = kernel_socket_at(descriptor);

	if (!socket || !socket->is_listening)
		kernel_trap("a queue that is none");
	socket->complete = complete;
	socket->incomplete = incomplete;
}

unsigned
foreign_kernel_open_descriptors(void)
{
	unsigned count = 0;

	for (size_t i = STANDARD; i < KERNEL_DESCRIPTORS; i++)
		count += files[i].is_open;
	return count;
}

/* ---- for the rest of the kernel ---- */

struct kernel_file *
kernel_file_at(int descriptor)
{
	if (descriptor >= 0 && descriptor < KERNEL_DESCRIPTORS && files[descriptor].is_open)
		return &files[descriptor];
	errno = EBADF;
	return NULL;
}

struct kernel_file *
kernel_socket_at(int descriptor)
{
	struct kernel_file *file = kernel_file_at(descriptor);

	if (!file || !file->path)
		return file;
	errno = ENOTSOCK;
	return NULL;
}

int
kernel_open_file(const struct kernel_file *file)
{
	for (int i = 0; i < KERNEL_DESCRIPTORS; i++)
		if (!files[i].is_open) {
			files[i] = *file;
			files[i].is_open = true;
			return i;
		}
	return kernel_fail(EMFILE);
}

void
kernel_open_late_files(void)
{
	for (size_t i = 0; i < KERNEL_DESCRIPTORS; i++)
		if (files[i].opens_later)
			files[i].is_open = true;
}

/* ---- calls ---- */

int
close(int descriptor)
{
	struct kernel_file *file = kernel_file_at(descriptor);

	if (!file)
		return -1;
	kernel_say("close\n");
	file->is_open = false;
	return 0;
}

/* They share nothing afterwards; nobody here keeps both. */
int
dup2(int from, int to)
{
	const struct kernel_file *file = kernel_file_at(from);

	kernel_say("dup2 ");
	kernel_say_number(to);
	kernel_say("\n");
	if (kernel_fails("dup2"))
		return -1;
	if (!file || to < 0 || to >= KERNEL_DESCRIPTORS)
		return kernel_fail(EBADF);
	files[to] = *file;
	files[to].is_close_on_exec = false;
	return to;
}

int
fcntl(int descriptor, int command, ...)
{
	struct kernel_file *file = kernel_file_at(descriptor);
	va_list arguments;
	int argument;

	if (!file)
		return -1;
	if (command == F_DUPFD_CLOEXEC)
		kernel_trap("a standard descriptor that is moved");
	if (command == F_GETFD)
		return file->is_close_on_exec ? FD_CLOEXEC : 0;
	if (command == F_GETFL)
		return O_RDWR | (file->is_nonblocking ? O_NONBLOCK : 0);
	va_start(arguments, command);
	argument = va_arg(arguments, int);
	va_end(arguments);
	if (command == F_SETFD) {
		kernel_say("fcntl F_SETFD\n");
		file->is_close_on_exec = argument & FD_CLOEXEC;
	} else if (command == F_SETFL) {
		kernel_say("fcntl F_SETFL\n");
		file->is_nonblocking = argument & O_NONBLOCK;
	} else
		kernel_trap("a command of fcntl");
	return 0;
}

/* poll(2): what is no descriptor is told in its place, and is no failure. */
int
poll(struct pollfd asked[], nfds_t count, int timeout)
{
	int told = 0;

	if (timeout != 0)
		kernel_trap("a poll that waits");
	for (nfds_t i = 0; i < count; i++) {
		asked[i].revents = kernel_file_at(asked[i].fd) ? 0 : POLLNVAL;
		told += asked[i].revents != 0;
	}
	return told;
}

/* A socket in the file system is opened by nothing else: open(2), EOPNOTSUPP. */
static bool
is_object(int flags)
{
#ifdef O_PATH
	return flags & O_PATH;
#else
	(void)flags;
	return false;
#endif
}

#define FLAG(name) { name, " " #name }
static void
say_flags(int flags)
{
	static const struct {
		int flag;
		const char *words;
	} names[] = {
#ifdef O_PATH /* FreeBSD */
		FLAG(O_PATH), FLAG(O_EMPTY_PATH),
#endif
		FLAG(O_SEARCH), FLAG(O_NONBLOCK), FLAG(O_NOCTTY), FLAG(O_DIRECTORY),
		FLAG(O_NOFOLLOW), FLAG(O_CLOEXEC),
	};

	if ((flags & O_ACCMODE) == O_RDWR)
		kernel_say(" O_RDWR");
	else if ((flags & O_ACCMODE) == O_WRONLY)
		kernel_say(" O_WRONLY");
	else if ((flags & O_SEARCH) != O_SEARCH && !is_object(flags))
		kernel_say(" O_RDONLY");
	flags &= ~O_ACCMODE;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if ((flags & names[i].flag) == names[i].flag) {
			kernel_say(names[i].words);
			flags &= ~names[i].flag;
		}
	if (flags)
		kernel_trap("a flag of open");
}

static int
open_node(const struct kernel_node *node, const char *call, const char *name, int flags)
{
	kernel_say(call);
	kernel_say(" ");
	kernel_say(name);
	say_flags(flags);
	kernel_say("\n");
	if (kernel_fails(call) || !node)
		return -1;
	if (flags & O_DIRECTORY && !S_ISDIR(node->mode))
		return kernel_fail(ENOTDIR);
	if (S_ISSOCK(node->mode) && !is_object(flags))
		return kernel_fail(EOPNOTSUPP);
	return kernel_open_file(&(struct kernel_file) { .path = node->path,
	    .inode = node->inode, .is_nonblocking = flags & O_NONBLOCK,
	    .is_close_on_exec = flags & O_CLOEXEC });
}

int
open(const char *path, int flags, ...)
{
	return open_node(kernel_node_at(path), "open", path, flags);
}

/* The empty name is the descriptor's own object where O_EMPTY_PATH says so. */
int
openat(int directory, const char *name, int flags, ...)
{
#ifdef O_EMPTY_PATH
	if (!name[0] && !(flags & O_EMPTY_PATH))
		return kernel_fail(ENOENT);
#endif
	return open_node(kernel_node_in(directory, name), "openat", name, flags);
}

int
flock(int descriptor, int operation)
{
	if (!kernel_file_at(descriptor))
		return -1;
	if (operation != (LOCK_EX | LOCK_NB))
		kernel_trap("an operation of flock");
	kernel_say("flock\n");
	return 0;
}

int
getdtablesize(void)
{
	return (int)limit;
}
