/* SPDX-License-Identifier: ISC */
#include "traced_path.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <linux/un.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "temporary_directory.h"

int
moment_step(int bounded)
{
	return std::getenv("BINDCHAIN_EVERY_MOMENT") ? 1 : bounded;
}

bool
names_path(const Tracee &tracee, const std::string &root)
{
	if (tracee.call() == SYS_bind || tracee.call() == SYS_connect)
		return tracee.bytes(tracee.argument(1) + 2, root.size()) == root;
	for (int i = 0; i < 2; i++)
		if (tracee.bytes(tracee.argument(i), root.size()) == root)
			return true;
	return false;
}

const std::vector<unsigned> calls_without_names = { SYS_brk, SYS_close, SYS_exit_group, SYS_fcntl,
	SYS_futex, SYS_getegid, SYS_geteuid, SYS_getgid, SYS_getrandom, SYS_getsockname,
	SYS_getsockopt, SYS_getuid, SYS_lseek, SYS_mmap, SYS_mprotect, SYS_munmap, SYS_pread64,
	SYS_read, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_setsockopt, SYS_socket,
	SYS_socketpair, SYS_umask };

static bool
could_give_birth(const Tracee &tracee, Object object)
{
	switch (tracee.call()) {
#ifdef SYS_mknod
	case SYS_mknod:
#endif
	case SYS_mknodat:
		return object == Object::FIFO;
	case SYS_bind:
		return object != Object::FIFO;
	default:
		return false;
	}
}

bool
gives_birth(Tracee &tracee, Object object)
{
	return could_give_birth(tracee, object) && tracee.finish_call() == 0;
}

namespace {

/* A descriptor of the program's, as one of ours. */
Descriptor
take_descriptor(pid_t pid, int number)
{
	Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
	Descriptor taken(static_cast<int>(syscall(SYS_pidfd_getfd, process.get(), number, 0)));

	if (taken.get() < 0)
		throw std::system_error(errno, std::generic_category(), "pidfd_getfd");
	return taken;
}

bool
reaches(const std::string &path, int socket, int type)
{
	const int flags = fcntl(socket, F_GETFL);
	Descriptor client;
	bool reached;
	char byte;

	fcntl(socket, F_SETFL, flags | O_NONBLOCK);
	if (connect_path(path, &client, type) != 0)
		reached = false;
	else if (type != SOCK_DGRAM)
		reached = Descriptor(accept(socket, nullptr, nullptr)).get() >= 0;
	else
		reached = send(client.get(), "", 1, 0) == 1 && recv(socket, &byte, 1, 0) == 1;
	fcntl(socket, F_SETFL, flags);
	return reached;
}

} // namespace

ino_t
inode_of(const std::string &path)
{
	struct stat status;

	return lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

bool
is_given(const PathStart &start, const std::string &path, const Tracee &tracee)
{
	struct stat there, status;

	if (lstat(path.c_str(), &there) != 0)
		return false;
	Descriptor given = take_descriptor(tracee.pid(), start.descriptor);
	Descriptor file(start.is_socket() ? ioctl(given.get(), SIOCUNIXFILE) : given.release());
	return file.get() >= 0 && fstat(file.get(), &status) == 0
	    && status.st_dev == there.st_dev && status.st_ino == there.st_ino;
}

std::string
wrong_handover(const PathStart &start, const std::string &path, const Tracee &tracee)
{
	if (!is_given(start, path, tracee))
		return "what is handed over is not what is at the path";
	if (!start.is_socket())
		return "";
	Descriptor given = take_descriptor(tracee.pid(), start.descriptor);
	return reaches(path, given.get(), start.socket_type()) ? "" : "it does not answer";
}

std::string
wrong_access(const PathStart &start, const std::string &path)
{
	struct stat status;

	if (lstat(path.c_str(), &status) != 0)
		return std::string("lstat: ") + std::strerror(errno);
	if (start.mode && (status.st_mode & 07777) != *start.mode)
		return "the mode is wrong";
	/* A FIFO of the user's that is there already keeps its group. */
	bool keeps_group = S_ISFIFO(status.st_mode) && start.group == 0;
	if (status.st_uid != start.user || (status.st_gid != start.group && !keeps_group))
		return "the owner or the group is wrong";
	return "";
}
