/* SPDX-License-Identifier: ISC */
#include "owner_options.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void
read_flag(int descriptor, int name, struct bindchain_fact *flag)
{
	socklen_t size = sizeof flag->value;

	flag->known = getsockopt(descriptor, SOL_SOCKET, name, &flag->value, &size) == 0;
}

void
owner_options_read(int descriptor, struct owner_options *options)
{
	read_flag(descriptor, SO_REUSEADDR, &options->reuse_address);
	read_flag(descriptor, SO_REUSEPORT, &options->share);
}

/* A second descriptor of PROCESS's socket, close-on-exec; or -1. */
static int
borrow_socket(const struct backend_process *process)
{
#if defined(SYS_pidfd_open) && defined(SYS_pidfd_getfd)
	long borrowed, pidfd = syscall(SYS_pidfd_open, process->pid, 0);

	if (pidfd < 0)
		return -1;
	borrowed = syscall(SYS_pidfd_getfd, (int)pidfd, process->descriptor, 0);
	close((int)pidfd);
	return (int)borrowed;
#else
	(void)process;
	return -1;
#endif
}

/* Asked of the socket itself; the descriptor may refer to another one by now. */
void
owner_options_borrow(const struct backend_process *process, uint64_t identity,
    struct owner_options *options)
{
	int borrowed = borrow_socket(process);
	struct stat status;

	if (borrowed < 0)
		return;
	if (fstat(borrowed, &status) == 0 && status.st_ino == identity)
		owner_options_read(borrowed, options);
	close(borrowed);
}
