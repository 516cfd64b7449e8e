/* SPDX-License-Identifier: ISC */
/* The inode number of a pidfd, since Linux 6.9: before, all have the same one,
 * so that process 1's is no other. */
#include "process_identity.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static std::uint64_t
inode_of(pid_t pid)
{
	struct stat status = {};
	long descriptor = syscall(SYS_pidfd_open, pid, 0);

	if (descriptor < 0)
		return 0;
	if (fstat(static_cast<int>(descriptor), &status) != 0)
		status.st_ino = 0;
	close(static_cast<int>(descriptor));
	return status.st_ino;
}

std::optional<std::uint64_t>
process_identity()
{
	std::uint64_t own = inode_of(getpid()), other = inode_of(1);

	if (own == 0 || own == other)
		return std::nullopt;
	return own;
}
