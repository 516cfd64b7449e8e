/* SPDX-License-Identifier: ISC */
/* ptrace(2) of Linux. */
#include "executions.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child: its exit status says that it cannot be traced. */
static const int untraceable = 254;

[[noreturn]] static void
become(const Command &command)
{
	/* LeakSanitizer, where the tools are built with it, fails when traced. */
	static char no_leak_search[] = "ASAN_OPTIONS=detect_leaks=0";
	std::vector<char *> argv = pointers(command.argv);
	std::vector<char *> environment = pointers(command.environment);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	environment.insert(environment.begin(), no_leak_search);
	for (int descriptor = 0; descriptor < 3; descriptor++)
		dup2(null, descriptor);
	if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0)
		_exit(untraceable);
	execve(command.file.c_str(), argv.data(), environment.data());
	_exit(untraceable);
}

/* Lets the process run on, a signal that stopped it delivered. */
static void
let_run(pid_t pid, long signal)
{
	if (ptrace(PTRACE_CONT, pid, nullptr, signal) != 0)
		throw std::system_error(errno, std::generic_category(), "ptrace PTRACE_CONT");
}

static bool
is_execution(int status, bool first)
{
	/* The first one comes before the option that marks the others. */
	return status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)
	    || (first && WSTOPSIG(status) == SIGTRAP);
}

Executions
trace_executions(Command command)
{
	Executions executions;
	pid_t pid = fork();
	int status;

	if (pid < 0)
		throw std::system_error(errno, std::generic_category(), "fork");
	if (pid == 0)
		become(command);
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		bool first = executions.files.empty();
		bool executed = is_execution(status, first);
		if (first)
			ptrace(PTRACE_SETOPTIONS, pid, nullptr,
			    PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
		if (executed)
			executions.files.push_back(std::filesystem::read_symlink(
			    "/proc/" + std::to_string(pid) + "/exe"));
		let_run(pid, executed ? 0 : WSTOPSIG(status));
	}
	executions.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	if (executions.files.empty())
		executions.why_not = "this process may trace no other";
	return executions;
}
