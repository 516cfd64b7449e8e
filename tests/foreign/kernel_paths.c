/* SPDX-License-Identifier: ISC */
/* The file system: whole paths, in one table. */
#include "kernel.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foreign.h"

#define NODES_MAX 16

static struct kernel_node nodes[NODES_MAX];
static mode_t mask;
static unsigned next_inode;

void
kernel_paths_reset(void)
{
	memset(nodes, 0, sizeof nodes);
	mask = 022;
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
			return &nodes[i];
		}
	kernel_trap("too many files");
}

/* ---- calls ---- */

static int
fill_status(const struct kernel_node *node, struct stat *status)
{
	memset(status, 0xa5, sizeof *status); /* nothing else is to be looked at */
	status->st_dev = 7;
	status->st_ino = node->inode;
	status->st_mode = node->mode;
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
fstat(int descriptor, struct stat *status)
{
	const struct kernel_file *file = kernel_file_at(descriptor);

	if (!file)
		return -1;
	if (!file->path)
		kernel_trap("fstat of a socket");
	return stat(file->path, status);
}

int
unlink(const char *path)
{
	struct kernel_node *node = kernel_node_at(path);

	kernel_say("unlink\n");
	if (!node)
		return -1;
	node->inode = 0;
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
chmod(const char *path, mode_t mode)
{
	return change_mode(kernel_node_at(path), "chmod", mode);
}

static struct kernel_node *
node_behind(int descriptor)
{
	const struct kernel_file *file = kernel_file_at(descriptor);

	return file && file->path ? kernel_node_at(file->path) : NULL;
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
lchown(const char *path, uid_t user, gid_t group)
{
	return say_owner(kernel_node_at(path), "lchown", user, group);
}

int
fchown(int descriptor, uid_t user, gid_t group)
{
	return say_owner(node_behind(descriptor), "fchown", user, group);
}

int
mkfifo(const char *path, mode_t mode)
{
	kernel_say("mkfifo ");
	kernel_say_mode(mode);
	kernel_say("\n");
	return kernel_make_node(path, S_IFIFO | mode) ? 0 : -1;
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
