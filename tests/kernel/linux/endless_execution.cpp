/* SPDX-License-Identifier: ISC */
#include "endless_execution.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

[[noreturn]] void
fail(const char *call)
{
	throw std::system_error(errno, std::generic_category(), call);
}

void
write_text(const char *path, const std::string &text)
{
	Descriptor file(open(path, O_WRONLY | O_CLOEXEC));

	if (write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
		fail(path);
}

/* As root of namespaces of its own. */
void
enter_namespaces()
{
	uid_t user = geteuid();
	gid_t group = getegid();

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
		fail("unshare");
	write_text("/proc/self/setgroups", "deny");
	write_text("/proc/self/uid_map", "0 " + std::to_string(user) + " 1");
	write_text("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
}

int
mount_at(const std::string &file)
{
	int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (device < 0)
		fail("/dev/fuse");
	std::string options = "fd=" + std::to_string(device)
	    + ",rootmode=100644,user_id=0,group_id=0";
	if (mount("test", file.c_str(), "fuse", MS_NOSUID | MS_NODEV, options.c_str()) != 0)
		fail("mount");
	return device;
}

/* At a number above that of FILE: execve(2) closes it later. */
constexpr int kept_number = 100;

pid_t
execute_with(const std::string &file, int socket, int device)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* While a process has the device open, nothing ends the execution but an answer. */
	close(device);
	if (socket >= 0)
		fcntl(socket, F_DUPFD_CLOEXEC, kept_number);
	close(socket);
	if (open(file.c_str(), O_RDONLY | O_CLOEXEC) >= 0)
		execl("/bin/sleep", "sleep", "1000", static_cast<char *>(nullptr));
	_exit(1);
}

template <typename Body>
void
reply(int device, uint64_t request, const Body &body)
{
	struct {
		fuse_out_header header;
		Body body;
	} answer = {};

	answer.header.len = static_cast<uint32_t>(sizeof answer.header + sizeof body);
	answer.header.unique = request;
	answer.body = body;
	if (write(device, &answer, answer.header.len) < 0)
		fail("write");
}

void
refuse(int device, uint64_t request)
{
	fuse_out_header answer = {};

	answer.len = sizeof answer;
	answer.error = -ENOSYS;
	answer.unique = request;
	if (write(device, &answer, sizeof answer) < 0)
		fail("write");
}

fuse_init_out
init_answer()
{
	fuse_init_out answer = {};

	answer.major = FUSE_KERNEL_VERSION;
	answer.minor = FUSE_KERNEL_MINOR_VERSION;
	answer.max_write = 4096;
	return answer;
}

fuse_attr_out
file_attributes()
{
	fuse_attr_out answer = {};

	answer.attr.ino = 1;
	answer.attr.mode = S_IFREG | 0644;
	answer.attr.nlink = 1;
	answer.attr_valid = 1000;
	return answer;
}

/* Returns when the file is closed, and does not answer that. */
void
serve_until_close(int device)
{
	std::vector<char> bytes(1 << 17);
	fuse_in_header header;

	for (;;) {
		if (read(device, bytes.data(), bytes.size()) < 0) {
			if (errno == EINTR)
				continue;
			fail("read");
		}
		memcpy(&header, bytes.data(), sizeof header);
		if (header.opcode == FUSE_FLUSH)
			return;
		if (header.opcode == FUSE_INIT)
			reply(device, header.unique, init_answer());
		else if (header.opcode == FUSE_GETATTR)
			reply(device, header.unique, file_attributes());
		else if (header.opcode == FUSE_OPEN)
			reply(device, header.unique, fuse_open_out());
		else
			refuse(device, header.unique);
	}
}

/* "D" for one that only a signal that kills can end: proc_pid_stat(5). */
char
state_of(pid_t pid)
{
	std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
	std::string number, name;
	char state = '?';

	file >> number >> name >> state;
	return state;
}

} // namespace

EndlessExecution::EndlessExecution(const Descriptor &socket)
    : file_(directory_.file("file", "", 0644)),
      server_(std::make_unique<OtherProcess>("server", [&] {
	      enter_namespaces();
	      int device = mount_at(file_);
	      pid_t pid = execute_with(file_, socket.get(), device);
	      close(socket.get());
	      serve_until_close(device);
	      return pid;
      }))
{
}

/* A reader that only waits for memory gets on before it has been seen so often. */
bool
EndlessExecution::blocks() const
{
	const std::string link = "/proc/" + std::to_string(pid()) + "/fd/0";
	const int often = 50;
	int waiting = 0;
	pid_t reader = fork();

	if (reader < 0)
		fail("fork");
	if (reader == 0) {
		char target[16];
		_exit(readlink(link.c_str(), target, sizeof target) < 0);
	}
	while (waiting < often && waitpid(reader, nullptr, WNOHANG) == 0) {
		usleep(10000);
		waiting = state_of(reader) == 'D' ? waiting + 1 : 0;
	}
	if (waiting < often)
		return false;
	kill(reader, SIGKILL);
	waitpid(reader, nullptr, 0);
	return true;
}
