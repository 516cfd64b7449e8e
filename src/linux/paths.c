/* SPDX-License-Identifier: ISC */
/*
 * Linux: what stands at a path.
 *
 * - An O_PATH descriptor needs no permission on the object and opens nothing of
 *   it: open(2).  /proc/self/fd/N leads to that object, whatever its name.
 * - SIOCUNIXFILE (4.12) opens what a socket is bound to; it needs CAP_NET_ADMIN
 *   in the user namespace that owns the network namespace: net/unix/af_unix.c.
 * - connect(2) of a stream or seqpacket socket that is connected already finds
 *   the peer and compares types before it looks at itself (unix_stream_connect):
 *   ECONNREFUSED when nobody has the object, EPROTOTYPE when it is of another
 *   type, EISCONN or EAGAIN when it listens; the peer notices none of that.  One
 *   that is bound and does not listen yet refuses its own type alone, so that
 *   both types are asked.  A datagram socket would connect the peer for good.
 * - The directory is locked from where bind(2) makes the path to where the socket
 *   is found by it, since 5.13: unix_bind_bsd.
 */
#include "path_entry.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "address.h"
#include "observe.h"
#include "path_place.h"
#include "sock_diag.h"

/* SIOCUNIXFILE of linux/un.h, which cannot be included together with sys/un.h. */
#define OPEN_SOCKET_FILE 0x89e0

const int path_directory_flags = O_PATH | O_DIRECTORY | O_CLOEXEC;

const bool path_mode_is_of_socket = true;

#define DESCRIPTOR_PATH_SIZE 32
static void
descriptor_path(int descriptor, char path[DESCRIPTOR_PATH_SIZE])
{
	snprintf(path, DESCRIPTOR_PATH_SIZE, "/proc/self/fd/%d", descriptor);
}

/* ---- a name in a directory ---- */

#define BIND_STACK_SIZE 16384

struct binding {
	int descriptor, directory;
	const struct address *name;
	const char *call; /* that failed, if it is not bind(2) */
	int error;
};

static int
fails_at(struct binding *binding, const char *call)
{
	binding->call = call;
	binding->error = errno;
	return 0;
}

static int
bind_there(void *context)
{
	struct binding *binding = context;
	const struct address *name = binding->name;

	binding->error = 0;
	if (fchdir(binding->directory) != 0)
		return fails_at(binding, "fchdir");
	if (bind(binding->descriptor, (const struct sockaddr *)&name->storage, name->length) != 0)
		return fails_at(binding, NULL);
	return 0;
}

/* Its own working directory is what the child is for: that of this process is of all threads,
 * and could perhaps not be entered again.  /proc/self/fd would be a part of the socket's address,
 * with a number that soon is that of something else.  Without an exit signal the child is
 * nobody else's to wait for. */
static int
bind_name(int descriptor, int directory, const struct address *name, const char **call)
{
	_Alignas(16) char stack[BIND_STACK_SIZE];
	struct binding binding = { descriptor, directory, name, NULL, ECANCELED /* killed */ };
	sigset_t all, former;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &former);
	pid = clone(bind_there, stack + sizeof stack, CLONE_VM | CLONE_VFORK, &binding);
	if (pid < 0)
		fails_at(&binding, "clone");
	while (pid >= 0 && waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		;
	sigprocmask(SIG_SETMASK, &former, NULL);
	*call = binding.call;
	errno = binding.error;
	return binding.error ? -1 : 0;
}

static bool
read_bound_path(int descriptor, char path[PATH_MAX])
{
	char link[DESCRIPTOR_PATH_SIZE];
	int file = ioctl(descriptor, OPEN_SOCKET_FILE);
	ssize_t length;

	if (file < 0)
		return false;
	descriptor_path(file, link);
	length = readlink(link, path, PATH_MAX - 1);
	close(file);
	path[length < 0 ? 0 : length] = '\0';
	return path[0] == '/';
}

const struct path_calls path_calls = {
	.bind_name = bind_name,
	.bind = "fchdir and bind of a child process that shares the memory",
	.bound_path = read_bound_path,
	.directory_flags = "O_PATH|O_DIRECTORY|O_CLOEXEC",
	.find = "openat",
	.find_opens = true,
	.make_fifo = "mkfifoat",
	.prove = "the kernel must say that the socket is bound to it",
	.tells_bound = true,
	.chown = "fchownat",
	.chmod = "chmod",
	.unlink = "unlinkat",
};

int
path_entry_find(struct path_entry *entry)
{
	return path_entry_open(entry, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

/* ---- is it what the socket is bound to ---- */

/* A stranger cannot make such a thing, but he may have moved one here. */
static bool
is_socket_of_ours(const struct stat *status)
{
	return S_ISSOCK(status->st_mode) && status->st_uid == geteuid() && status->st_nlink == 1;
}

/* Both return false where the kernel does not tell, else leave the answer in SAME. */
static bool
compare_file(const struct path_entry *entry, int descriptor, bool *same)
{
	int file = ioctl(descriptor, OPEN_SOCKET_FILE);
	struct stat bound;
	bool told;

	if (file < 0)
		return false;
	told = fstat(file, &bound) == 0;
	*same = told && path_is_same(&bound, &entry->status);
	close(file);
	return told;
}

static void
note_listed(void *context, const struct backend_socket *socket)
{
	*(struct backend_socket *)context = *socket;
}

/* Of the inode it tells 32 bits; its device is not the one that stat(2) tells on btrfs
 * and overlayfs. */
static bool
compare_listed(const struct path_entry *entry, int descriptor, bool *same)
{
	struct diag_question question = { .family = AF_UNIX, .states = ~0u };
	struct backend_socket listed = { .path_inode = 0 };
	struct stat socket;

	if (fstat(descriptor, &socket) != 0)
		return false;
	question.inode = (uint32_t)socket.st_ino;
	if (diag_visit(&question, note_listed, &listed) != 0 || listed.path_inode == 0)
		return false;
	*same = listed.path_inode == (uint32_t)entry->status.st_ino
	    && S_ISSOCK(entry->status.st_mode) && entry->status.st_nlink == 1;
	return true;
}

int
path_entry_is_bound(const struct path_entry *entry, const char *path, int descriptor,
    const struct timespec *since, const char **call)
{
	bool same;

	(void)since;
	if (compare_file(entry, descriptor, &same) || compare_listed(entry, descriptor, &same))
		return same;
	if (!is_socket_of_ours(&entry->status))
		return 0;
	errno = path_entry_ask_owner(entry, path, call);
	return errno == 0 ? 1 : errno == ECONNREFUSED ? 0 : -1;
}

/* The kernel's word needs no time. */
void
path_clock(struct timespec *now)
{
	*now = (struct timespec) { 0 };
}

/* ---- by descriptor, or where nobody else can get at the name ---- */

/* Without /proc the name is as good as the object where none but root and we can
 * change it. */
static bool
is_closed_to_others(int directory)
{
	struct stat status;

	return fstat(directory, &status) == 0 && !(status.st_mode & (S_IWGRP | S_IWOTH))
	    && (status.st_uid == geteuid() || status.st_uid == 0);
}

static bool
may_go_by_name(const struct path_entry *entry)
{
	int error = errno;
	bool may = error == ENOENT && is_closed_to_others(entry->directory);

	errno = error;
	return may;
}

int
path_entry_chown(const struct path_entry *entry, uid_t user, gid_t group)
{
	return fchownat(entry->object, "", user, group, AT_EMPTY_PATH);
}

int
path_entry_chmod(const struct path_entry *entry, mode_t mode)
{
	char path[DESCRIPTOR_PATH_SIZE];

	descriptor_path(entry->object, path);
	if (chmod(path, mode) == 0)
		return 0;
	if (!may_go_by_name(entry))
		return -1;
	return fchmodat(entry->directory, entry->name, mode, 0);
}

int
path_make_fifo(int directory, const char *path, mode_t mode)
{
	return mkfifoat(directory, path_name(path), mode);
}

int
path_entry_open_fifo(const struct path_entry *entry, int flags)
{
	char path[DESCRIPTOR_PATH_SIZE];
	int descriptor;

	descriptor_path(entry->object, path);
	descriptor = open(path, flags);
	if (descriptor >= 0 || !may_go_by_name(entry))
		return descriptor;
	return openat(entry->directory, entry->name, flags | O_NOFOLLOW);
}

int
path_entry_unlink(const struct path_entry *entry)
{
	(void)entry;
	errno = ENOTSUP;
	return -1;
}

/* Neither all C libraries nor all file systems have it. */
static int
rename_with(unsigned flags, int from_directory, const char *from, int to_directory,
    const char *to)
{
	if (syscall(SYS_renameat2, from_directory, from, to_directory, to, flags) == 0)
		return 0;
	if (errno == EINVAL || errno == ENOSYS)
		errno = ENOTSUP;
	return -1;
}

int
path_rename_exclusive(int from_directory, const char *from, int to_directory, const char *to)
{
	return rename_with(RENAME_NOREPLACE, from_directory, from, to_directory, to);
}

int
path_exchange(int from_directory, const char *from, int to_directory, const char *to)
{
	return rename_with(RENAME_EXCHANGE, from_directory, from, to_directory, to);
}

/* ---- has it an owner ---- */

/* Returns 0 when it has one, else errno of CALL. */
static int
ask_type(int type, const struct address *address, const char **call)
{
	int pair[2], error;

	*call = "socketpair";
	if (socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0)
		return errno;
	*call = "connect";
	error = connect(pair[0], (const struct sockaddr *)&address->storage, address->length) == 0
	    ? 0 : errno;
	close(pair[0]);
	close(pair[1]);
	return error == EPROTOTYPE || error == EISCONN || error == EAGAIN ? 0 : error;
}

static int
ask_at(const char *path, const char **call)
{
	static const int types[] = { SOCK_SEQPACKET, SOCK_STREAM };
	struct address address;
	int error = ENAMETOOLONG;

	*call = "connect";
	if (!path || !address_from_path(&address, path))
		return error;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		error = ask_type(types[i], &address, call);
		if (error != ECONNREFUSED)
			break;
	}
	return error;
}

struct search {
	uint32_t inode;
	bool found;
};

static void
note_bound(void *context, const struct backend_socket *socket)
{
	struct search *search = context;

	search->found = search->found || socket->path_inode == search->inode;
}

/* A socket's path may lack the permissions that connect(2) needs: one whose owner has yet
 * to change has none at all. */
static bool
is_listed(const struct path_entry *entry)
{
	const struct diag_question question = { .family = AF_UNIX,
		.states = 1u << TCP_LISTEN | 1u << TCP_CLOSE };
	struct search search = { .inode = (uint32_t)entry->status.st_ino };
	int error = errno;

	(void)diag_visit(&question, note_bound, &search);
	errno = error;
	return search.found;
}

/* By the name only where there is no /proc. */
int
path_entry_ask_owner(const struct path_entry *entry, const char *path, const char **call)
{
	char object[DESCRIPTOR_PATH_SIZE];
	int error;

	descriptor_path(entry->object, object);
	error = ask_at(object, call);
	if (error == ENOENT && path)
		error = ask_at(path, call);
	return error == EACCES && is_listed(entry) ? 0 : error;
}
