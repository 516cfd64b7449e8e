/* SPDX-License-Identifier: ISC */
#include "stopped_at.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

const int untraceable = 254;

[[noreturn]] void
become(const Command &command, int error)
{
	/* LeakSanitizer, where the tools are built with it, fails when traced. */
	static char no_leak_search[] = "ASAN_OPTIONS=detect_leaks=0";
	std::vector<char *> argv = pointers(command.argv);
	std::vector<char *> environment = pointers(command.environment);

	environment.insert(environment.begin(), no_leak_search);
	dup2(error, STDERR_FILENO);
	if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0)
		_exit(untraceable);
	raise(SIGSTOP);
	execve(command.file.c_str(), argv.data(), environment.data());
	_exit(untraceable);
}

std::string
read_string(pid_t pid, unsigned long long address)
{
	char bytes[64] = {};
	iovec here = { bytes, sizeof bytes - 1 };
	iovec there = { reinterpret_cast<void *>(address), sizeof bytes - 1 };

	(void)process_vm_readv(pid, &here, 1, &there, 1, 0);
	return bytes;
}

bool
is_awaited(pid_t pid, const std::string &path)
{
	__ptrace_syscall_info call = {};

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof call, &call)
	        <= 0
	    || call.op != PTRACE_SYSCALL_INFO_ENTRY)
		return false;
	if (path.empty())
		return call.entry.nr == SYS_socket && call.entry.args[0] == AF_NETLINK;
#ifdef SYS_open
	if (call.entry.nr == SYS_open)
		return read_string(pid, call.entry.args[0]) == path;
#endif
	return call.entry.nr == SYS_openat && read_string(pid, call.entry.args[1]) == path;
}

} // namespace

Stopped
run_stopped_at(const std::string &path, const Command &command,
    const std::function<void()> &happen)
{
	Stopped stopped;
	bool happened = false;
	int error[2], status;

	if (pipe2(error, O_CLOEXEC) != 0)
		throw std::system_error(errno, std::generic_category(), "pipe2");
	pid_t pid = fork();
	if (pid < 0)
		throw std::system_error(errno, std::generic_category(), "fork");
	if (pid == 0)
		become(command, error[1]);
	close(error[1]);
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		int signal = WSTOPSIG(status);
		if (signal == SIGSTOP || signal == SIGTRAP)
			signal = 0;
		if (WSTOPSIG(status) == SIGSTOP)
			ptrace(PTRACE_SETOPTIONS, pid, nullptr,
			    PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
		if (signal == (SIGTRAP | 0x80)) {
			signal = 0;
			if (!happened && is_awaited(pid, path)) {
				happened = true;
				happen();
			}
		}
		ptrace(PTRACE_SYSCALL, pid, nullptr, static_cast<long>(signal));
	}
	stopped.result.pid = pid;
	stopped.result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	char bytes[4096];
	for (ssize_t n; (n = read(error[0], bytes, sizeof bytes)) > 0;)
		stopped.result.error.append(bytes, static_cast<size_t>(n));
	close(error[0]);
	if (stopped.result.status == untraceable)
		stopped.why_not = "this process may trace no other";
	else if (!happened)
		throw std::runtime_error("the call never came: " + stopped.result.error);
	return stopped;
}
