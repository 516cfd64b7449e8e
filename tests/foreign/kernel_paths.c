/* SPDX-License-Identifier: ISC */
/* The file system: whole paths, in one table. */
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "foreign.h"

#define NODES_MAX 16

static struct kernel_node nodes[NODES_MAX];
static mode_t mask;
static unsigned next_inode;
static int age, links; /* of all there is */

void
kernel_paths_reset(void)
{
	memset(nodes, 0, sizeof nodes);
	mask = 022;
	age = 0;
	links = 1;
	next_inode = 100;
	kernel_make_node("/run", S_IFDIR | 0755);
}

/* ---- for the tests ---- */

void
foreign_kernel_make_file(const char *path, unsigned permissions)
{
	if (!kernel_make_node(path, (mode_t)(S_IFREG | permissions)))
		kernel_trap("a file that is there already");
}

int
foreign_kernel_mode(const char *path)
{
	const struct kernel_node *node = kernel_node_at(path);

	return node ? (int)(node->mode & 07777) : -1;
}

unsigned
foreign_kernel_inode(const char *path)
{
	const struct kernel_node *node = kernel_node_at(path);

	return node ? node->inode : 0;
}

unsigned
foreign_kernel_umask(void)
{
	return mask;
}

void
foreign_kernel_make_older(int seconds)
{
	age = seconds;
}

void
foreign_kernel_link(void)
{
	links++;
}

void
foreign_kernel_give(const char *path, unsigned user)
{
	struct kernel_node *node = kernel_node_at(path);

	if (!node)
		kernel_trap("a path that is not there");
	node->owner = user;
}

/* ---- for the rest of the kernel ---- */

struct kernel_node *
kernel_node_at(const char *path)
{
	for (size_t i = 0; i < NODES_MAX; i++)
		if (nodes[i].inode && strcmp(nodes[i].path, path) == 0)
			return &nodes[i];
	errno = ENOENT;
	return NULL;
}

struct kernel_node *
kernel_make_node(const char *path, mode_t mode)
{
	if (kernel_node_at(path)) {
		errno = EEXIST;
		return NULL;
	}
	if (strlen(path) >= sizeof nodes->path)
		kernel_trap("a path that is too long for this kernel");
	for (size_t i = 0; i < NODES_MAX; i++)
		if (!nodes[i].inode) {
			memcpy(nodes[i].path, path, strlen(path) + 1);
			nodes[i].mode = mode & (mode_t)~mask;
			nodes[i].inode = next_inode++;
			nodes[i].owner = geteuid();
			return &nodes[i];
		}
	kernel_trap("too many files");
}

static struct kernel_node *
node_of_inode(unsigned inode)
{
	for (size_t i = 0; i < NODES_MAX; i++)
		if (inode && nodes[i].inode == inode)
			return &nodes[i];
	errno = ENOENT;
	return NULL;
}

static struct kernel_node *
node_behind(int descriptor)
{
	const struct kernel_file *file = kernel_file_at(descriptor);

	if (!file)
		return NULL;
	return file->inode ? node_of_inode(file->inode)
	    : file->path ? kernel_node_at(file->path) : NULL;
}

const char *
kernel_path_in(int directory, const char *name)
{
	static char path[2 * sizeof nodes->path];
	const struct kernel_node *parent;

	if (name[0] == '/' || directory == AT_FDCWD)
		return name;
	parent = node_behind(directory);
	if (!parent)
		return NULL;
	if (!S_ISDIR(parent->mode) || strlen(name) >= sizeof parent->path)
		kernel_trap("a name in what is no directory");
	memcpy(path, parent->path, strlen(parent->path) + 1);
	path[strlen(parent->path)] = '/';
	memcpy(path + strlen(parent->path) + 1, name, strlen(name) + 1);
	return path;
}

struct kernel_node *
kernel_node_in(int directory, const char *name)
{
	const char *path;

	if (!name[0])
		return node_behind(directory);
	path = kernel_path_in(directory, name);
	return path ? kernel_node_at(path) : NULL;
}

/* ---- calls ---- */

static int
fill_status(const struct kernel_node *node, struct stat *status)
{
	memset(status, 0xa5, sizeof *status); /* nothing else is to be looked at */
	status->st_dev = 7;
	status->st_ino = node->inode;
	status->st_mode = node->mode;
	status->st_uid = node->owner;
	status->st_nlink = (nlink_t)links;
	clock_gettime(CLOCK_REALTIME, &status->st_birthtimespec);
	status->st_birthtimespec.tv_sec -= age;
	return 0;
}

/* soo_stat: no inode that the path has. */
static int
fill_socket_status(int descriptor, struct stat *status)
{
	memset(status, 0, sizeof *status);
	status->st_ino = 1000 + (unsigned)descriptor;
	status->st_mode = S_IFSOCK | 0666;
	return 0;
}

int
stat(const char *restrict path, struct stat *restrict status)
{
	const struct kernel_node *node = kernel_node_at(path);

	if (kernel_fails("stat") || !node)
		return -1;
	return fill_status(node, status);
}

int
lstat(const char *restrict path, struct stat *restrict status)
{
	return stat(path, status); /* there are no symbolic links */
}

int
fstatat(int directory, const char *name, struct stat *status, int flags)
{
	const struct kernel_node *node = kernel_node_in(directory, name);

	if (flags != AT_SYMLINK_NOFOLLOW)
		kernel_trap("a flag of fstatat");
	kernel_say("fstatat ");
	kernel_say(name);
	kernel_say("\n");
	if (kernel_fails("fstatat") || !node)
		return -1;
	return fill_status(node, status);
}

int
fstat(int descriptor, struct stat *status)
{
	const struct kernel_file *file = kernel_file_at(descriptor);
	const struct kernel_node *node;

	if (!file)
		return -1;
	if (!file->path)
		return fill_socket_status(descriptor, status);
	node = node_behind(descriptor);
	if (kernel_fails("stat") || !node)
		return -1;
	return fill_status(node, status);
}

int
mkdirat(int directory, const char *name, mode_t mode)
{
	const char *path = kernel_path_in(directory, name);

	kernel_say("mkdirat ");
	kernel_say(name);
	kernel_say("\n");
	return path && kernel_make_node(path, S_IFDIR | mode) ? 0 : -1;
}

int
unlinkat(int directory, const char *name, int flags)
{
	struct kernel_node *node = kernel_node_in(directory, name);

	kernel_say("unlinkat ");
	kernel_say(name);
	kernel_say("\n");
	if (!node)
		return -1;
	if (!(flags & AT_REMOVEDIR) != !S_ISDIR(node->mode))
		return kernel_fail(flags & AT_REMOVEDIR ? ENOTDIR : EPERM);
	node->inode = 0;
	return 0;
}

int
renameat(int from_directory, const char *from, int to_directory, const char *to)
{
	struct kernel_node *node = kernel_node_in(from_directory, from);
	struct kernel_node *replaced = kernel_node_in(to_directory, to);
	const char *path;

	kernel_say("renameat ");
	kernel_say(from);
	kernel_say(" ");
	kernel_say(to);
	kernel_say("\n");
	if (!node)
		return kernel_fail(ENOENT);
	if (replaced)
		replaced->inode = 0;
	path = kernel_path_in(to_directory, to);
	if (!path || strlen(path) >= sizeof node->path)
		kernel_trap("a path that is too long for this kernel");
	memcpy(node->path, path, strlen(path) + 1);
	return 0;
}

mode_t
umask(mode_t new)
{
	mode_t old = mask;

	mask = new;
	return old;
}

static int
change_mode(struct kernel_node *node, const char *call, mode_t mode)
{
	int error = kernel_check_mode(mode);

	kernel_say(call);
	kernel_say(" ");
	kernel_say_mode(mode);
	kernel_say("\n");
	if (!node)
		return -1;
	if (error && !S_ISDIR(node->mode))
		return kernel_fail(error);
	node->mode = (node->mode & S_IFMT) | mode;
	return 0;
}

int
fchmodat(int directory, const char *name, mode_t mode, int flags)
{
	(void)flags;
	return change_mode(kernel_node_in(directory, name), "fchmodat", mode);
}

int
fchmod(int descriptor, mode_t mode)
{
	return change_mode(node_behind(descriptor), "fchmod", mode);
}

static int
say_owner(const struct kernel_node *node, const char *call, uid_t user, gid_t group)
{
	kernel_say(call);
	kernel_say(" ");
	kernel_say_number((int)user); /* -1: as it is */
	kernel_say(" ");
	kernel_say_number((int)group);
	kernel_say("\n");
	return node ? 0 : -1;
}

int
fchownat(int directory, const char *name, uid_t user, gid_t group, int flags)
{
	(void)flags;
	return say_owner(kernel_node_in(directory, name), "fchownat", user, group);
}

int
fchown(int descriptor, uid_t user, gid_t group)
{
	return say_owner(node_behind(descriptor), "fchown", user, group);
}

static int
say_fifo(const char *path, const char *call, mode_t mode)
{
	kernel_say(call);
	kernel_say(" ");
	kernel_say_mode(mode);
	kernel_say("\n");
	return path && kernel_make_node(path, S_IFIFO | mode) ? 0 : -1;
}

int
mkfifo(const char *path, mode_t mode)
{
	return say_fifo(path, "mkfifo", mode);
}

int
mkfifoat(int directory, const char *name, mode_t mode)
{
	return say_fifo(kernel_path_in(directory, name), "mkfifoat", mode);
}

int
access(const char *path, int mode)
{
	const struct kernel_node *node = kernel_node_at(path);

	if (mode != X_OK)
		kernel_trap("a mode of access");
	if (!node)
		return -1;
	return node->mode & 0111 ? 0 : kernel_fail(EACCES);
}
