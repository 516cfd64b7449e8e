/* SPDX-License-Identifier: ISC */
/*
 * Every fake socket has a real one as its descriptor, so that duplicates,
 * close-on-exec and execve(2) are the kernel's own.  The inode says which it
 * is, whatever number the descriptor has.
 *
 * A fake Unix socket's is a Unix socket of the same type, and is bound where the
 * fake one is: the path is a real one, made with the process's umask, found by
 * stat(2), and a client that connects to it gets through.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "shim.h"

static bool was_open[DESCRIPTORS];

static uint64_t
inode_of(int descriptor)
{
	struct stat status;

	if (real_fstat(descriptor, &status) != 0 || !S_ISSOCK(status.st_mode))
		return 0;
	return status.st_ino;
}

struct world_socket *
descriptor_socket(struct world *world, int descriptor)
{
	uint64_t inode = inode_of(descriptor);

	return inode ? kernel_find(world, inode) : NULL;
}

int
descriptor_stand_in(struct world_socket *socket, int type)
{
	/* A socket that events would come from is one that nothing comes from, for poll(2). */
	int own = socket->family == AF_UNIX ? socket->type
	    : socket->family == AF_NETLINK ? SOCK_DGRAM : SOCK_STREAM;
	int descriptor = real_socket(AF_UNIX, own | (type & ~TYPE_MASK), 0);

	if (descriptor >= 0)
		socket->inode = inode_of(descriptor);
	return descriptor;
}

void
descriptor_closed(struct world *world, struct world_socket *socket)
{
	(void)world;
	for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++)
		if (inode_of(descriptor) == socket->inode)
			return;
	kernel_close(socket);
}

void
descriptor_fake_owner(const struct world *world, struct stat *status)
{
	if (status->st_uid == real_geteuid())
		status->st_uid = world->uid;
}

bool
descriptor_is_open(int descriptor)
{
	struct stat status;

	return real_fstat(descriptor, &status) == 0;
}

void
descriptor_note_open(void)
{
	for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++)
		was_open[descriptor] = descriptor_is_open(descriptor);
}

int
descriptor_first_new(int from)
{
	for (int descriptor = from; descriptor < DESCRIPTORS; descriptor++)
		if (!was_open[descriptor] && descriptor_is_open(descriptor))
			return descriptor;
	return -1;
}
