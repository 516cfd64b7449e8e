/* SPDX-License-Identifier: ISC */
/* ptrace(2) of Linux, since 5.3: PTRACE_GET_SYSCALL_INFO. */
#include "system_calls.h"

#include <cerrno>
#include <map>
#include <system_error>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

const int untraceable = 254;
const int descriptors_looked_at = 256;

[[noreturn]] void
fail(const std::string &call)
{
	throw std::system_error(errno, std::generic_category(), call);
}

[[noreturn]] void
become(const Command &command, int error)
{
	std::vector<char *> argv = pointers(command.argv);
	std::vector<char *> environment = pointers(command.environment);

	dup2(error, STDERR_FILENO);
	/* Those that the test was started with are not the command's. */
	for (int descriptor = STDERR_FILENO + 1; descriptor < descriptors_looked_at; descriptor++)
		fcntl(descriptor, F_SETFD, FD_CLOEXEC);
	if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0)
		_exit(untraceable);
	execve(command.file.c_str(), argv.data(), environment.data());
	_exit(untraceable);
}

/* The int that a pointer of the traced process points to. */
long
pointed_to(pid_t pid, unsigned long long address)
{
	errno = 0;
	long word = ptrace(PTRACE_PEEKDATA, pid, reinterpret_cast<void *>(address), nullptr);
	if (errno != 0)
		fail("ptrace PTRACE_PEEKDATA");
	return static_cast<int>(word);
}

std::optional<SystemCall>
interpret(pid_t pid, unsigned long long number, const unsigned long long arguments[6])
{
	auto argument = [&](int i) { return static_cast<long>(static_cast<int>(arguments[i])); };

	switch (number) {
	case SYS_socket:
		return SystemCall { "socket", { argument(0), argument(1), argument(2) } };
	case SYS_setsockopt:
		return SystemCall { "setsockopt",
			{ argument(1), argument(2), pointed_to(pid, arguments[3]) } };
	case SYS_bind:
		return SystemCall { "bind", {} };
	case SYS_listen:
		return SystemCall { "listen", { argument(1) } };
	case SYS_close:
		if (argument(0) == 0)
			return SystemCall { "close", { 0 } };
		return {};
	default:
		return {};
	}
}

/* C libraries have one call of the kernel for several functions. */
std::string
name_with_directory(const char *at, const char *plain, unsigned long long directory)
{
	return static_cast<int>(directory) == AT_FDCWD ? plain : at;
}

std::string
name_of(unsigned long long number, const unsigned long long arguments[6])
{
	static const std::map<unsigned long long, const char *> names = {
		{ SYS_socket, "socket" }, { SYS_setsockopt, "setsockopt" }, { SYS_bind, "bind" },
		{ SYS_listen, "listen" }, { SYS_close, "close" }, { SYS_fcntl, "fcntl" },
		{ SYS_fchmod, "fchmod" }, { SYS_fchown, "fchown" }, { SYS_fstat, "fstat" },
		{ SYS_fchownat, "fchownat" }, { SYS_unlinkat, "unlinkat" }, { SYS_umask, "umask" },
		{ SYS_getsockname, "getsockname" }, { SYS_getsockopt, "getsockopt" },
		{ SYS_mknodat, "mkfifoat" }, { SYS_geteuid, "geteuid" }, { SYS_execve, "execve" },
#ifdef SYS_chmod
		{ SYS_chmod, "chmod" }, { SYS_stat, "stat" }, { SYS_open, "open" },
#endif
	};

	if (number == SYS_openat)
		return name_with_directory("openat", "open", arguments[0]);
	if (number == SYS_fchmodat)
		return name_with_directory("fchmodat", "chmod", arguments[0]);
	if (number == SYS_newfstatat && arguments[3] & AT_EMPTY_PATH)
		return "fstat";
	if (number == SYS_newfstatat)
		return name_with_directory("fstatat", "stat", arguments[0]);
	auto known = names.find(number);
	return known == names.end() ? "system call " + std::to_string(number) : known->second;
}

__ptrace_syscall_info
system_call_info(pid_t pid)
{
	__ptrace_syscall_info info = {};

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info)
	    < 0)
		fail("ptrace PTRACE_GET_SYSCALL_INFO");
	return info;
}

/* The call that is entered, where it is one of those that open sockets. */
std::optional<SystemCall>
take_stop(pid_t pid, std::vector<AnyCall> &all)
{
	__ptrace_syscall_info info = system_call_info(pid);
	auto arguments = reinterpret_cast<unsigned long long *>(info.entry.args);

	if (info.op == PTRACE_SYSCALL_INFO_EXIT && !all.empty())
		all.back().failed = info.exit.is_error;
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return {};
	all.push_back({ name_of(info.entry.nr, arguments), false });
	return interpret(pid, info.entry.nr, arguments);
}

void
let_run(pid_t pid, long signal)
{
	if (ptrace(PTRACE_SYSCALL, pid, nullptr, signal) != 0)
		fail("ptrace PTRACE_SYSCALL");
}

std::string
content(int descriptor)
{
	std::string text(static_cast<size_t>(lseek(descriptor, 0, SEEK_END)), '\0');

	if (pread(descriptor, &text[0], text.size(), 0) != static_cast<ssize_t>(text.size()))
		fail("pread");
	return text;
}

/* Follows the process to the end, noting calls until the second execution. */
void
follow(pid_t pid, const std::function<void(const SystemCall &)> &before,
    const std::function<void()> &at_any, SystemCalls &seen)
{
	int executions = 0, status;

	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		bool is_call = WSTOPSIG(status) == (SIGTRAP | 0x80);
		bool is_execution = status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)
		    || (executions == 0 && WSTOPSIG(status) == SIGTRAP);

		if (executions == 0)
			ptrace(PTRACE_SETOPTIONS, pid, nullptr, PTRACE_O_TRACESYSGOOD
			    | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
		executions += is_execution;
		std::optional<SystemCall> call;
		if (is_call && executions == 1 && at_any)
			at_any();
		if (is_call && executions == 1)
			call = take_stop(pid, seen.all);
		if (call) {
			seen.calls.push_back(*call);
			if (before)
				before(*call);
		}
		let_run(pid, is_call || is_execution ? 0 : WSTOPSIG(status));
	}
	seen.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	if (executions == 0)
		seen.why_not = "this process may trace no other";
}

} // namespace

std::ostream &
operator<<(std::ostream &stream, const SystemCall &call)
{
	stream << call.name << "(";
	for (size_t i = 0; i < call.arguments.size(); i++)
		stream << (i ? ", " : "") << call.arguments[i];
	return stream << ")";
}

std::ostream &
operator<<(std::ostream &stream, const AnyCall &call)
{
	return stream << call.name << (call.failed ? " (failed)" : "");
}

bool
operator==(const SystemCall &one, const SystemCall &other)
{
	return one.name == other.name && one.arguments == other.arguments;
}

SystemCalls
trace_system_calls(const Command &command, const std::function<void(const SystemCall &)> &before,
    const std::function<void()> &at_any)
{
	int error = memfd_create("standard error", MFD_CLOEXEC);
	SystemCalls seen;
	pid_t pid = error < 0 ? -1 : fork();

	if (pid < 0)
		fail("fork");
	if (pid == 0)
		become(command, error);
	follow(pid, before, at_any, seen);
	seen.error = content(error);
	close(error);
	return seen;
}
