/* SPDX-License-Identifier: ISC */
/* PTRACE_GET_SYSCALL_INFO: Linux 5.3. */
#include "tracee.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <map>
#include <stdexcept>
#include <system_error>

#include <elf.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

const int cannot_start = 254;
/* More than any command takes; it ends a test that would wait for ever. */
const unsigned deadline = 30;

[[noreturn]] void
fail(const std::string &call)
{
	throw std::system_error(errno, std::generic_category(), call);
}

/* The one that runs, for the handler of SIGALRM. */
volatile pid_t watched = -1;
volatile sig_atomic_t deadline_passed = 0;

void
kill_watched(int)
{
	deadline_passed = 1;
	if (watched > 0)
		::kill(watched, SIGKILL);
}

void
watch(pid_t pid)
{
	struct sigaction action = {};

	action.sa_handler = kill_watched;
	action.sa_flags = SA_RESTART;
	sigaction(SIGALRM, &action, nullptr);
	deadline_passed = 0;
	watched = pid;
	alarm(deadline);
}

/*
 * Tracer and traced take turns.  On one processor a turn costs a quarter of what it
 * costs on two; the kernel chooses it anew for each program.
 */
void
share_a_processor(const cpu_set_t &allowed)
{
	int processor = sched_getcpu();
	cpu_set_t one;

	if (processor < 0 || !CPU_ISSET(static_cast<unsigned>(processor), &allowed))
		return;
	CPU_ZERO(&one);
	CPU_SET(static_cast<unsigned>(processor), &one);
	sched_setaffinity(0, sizeof one, &one);
}

/* Higher than any descriptor that a test asks for. */
const int out_of_the_way = 400;

bool
place_descriptors(const Command &command, int output, int error)
{
	std::map<int, int> wanted = { { 0, open("/dev/null", O_RDONLY | O_CLOEXEC) },
		{ 1, output }, { 2, error } };

	for (const auto &[target, source] : command.descriptors)
		wanted[target] = source;
	for (auto &[target, source] : wanted)
		source = fcntl(source, F_DUPFD_CLOEXEC, out_of_the_way);
	syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC);
	for (const auto &[target, source] : wanted)
		if (dup2(source, target) < 0)
			return false;
	for (int descriptor : command.closed)
		close(descriptor);
	return true;
}

bool
set_limits(const Command &command)
{
	for (const auto &[resource, value] : command.limits) {
		const rlimit limit = { value, value };
		if (setrlimit(static_cast<decltype(RLIMIT_NOFILE)>(resource), &limit) != 0)
			return false;
	}
	return true;
}

bool
change_user(const Command &command)
{
	return !command.user || (setgroups(0, nullptr) == 0 && setgid(*command.user) == 0
	    && setuid(*command.user) == 0);
}

/* The tracer is told of all calls but UNSEEN: seccomp(2), SECCOMP_RET_TRACE. */
bool
filter_calls(const std::vector<unsigned> &unseen)
{
	std::vector<sock_filter> filter
	    = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)) };

	for (unsigned call : unseen) {
		filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1));
		filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
	}
	filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE));
	const sock_fprog program = { static_cast<unsigned short>(filter.size()), filter.data() };
	return unseen.empty()
	    || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

/* In the child. */
[[noreturn]] void
become(Command command, const std::vector<unsigned> &unseen, int output, int error)
{
	/* LeakSanitizer, where the tools are built with it, fails when traced. */
	command.set("ASAN_OPTIONS", "detect_leaks=0");
	if ((!command.directory.empty() && chdir(command.directory.c_str()) != 0)
	    || !place_descriptors(command, output, error) || !change_user(command)
	    || !set_limits(command))
		_exit(cannot_start);
	if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0)
		_exit(cannot_start);
	if (command.before_execution)
		command.before_execution(command);
	raise(SIGSTOP);
	if (filter_calls(unseen))
		execve(command.file.c_str(), pointers(command.argv).data(),
		    pointers(command.environment).data());
	_exit(cannot_start);
}

std::string
content(int descriptor)
{
	off_t length = lseek(descriptor, 0, SEEK_END);
	std::string text(length > 0 ? static_cast<size_t>(length) : 0, '\0');

	if (pread(descriptor, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
		fail("pread");
	return text;
}

void *
number_as_pointer(unsigned long long number)
{
	return reinterpret_cast<void *>(static_cast<uintptr_t>(number));
}

#if defined(__x86_64__)
/* No call has this number. */
void
skip_call(pid_t pid)
{
	user_regs_struct registers;

	if (ptrace(PTRACE_GETREGS, pid, nullptr, &registers) != 0)
		fail("ptrace PTRACE_GETREGS");
	registers.orig_rax = static_cast<unsigned long long>(-1);
	if (ptrace(PTRACE_SETREGS, pid, nullptr, &registers) != 0)
		fail("ptrace PTRACE_SETREGS");
}

void
set_result(pid_t pid, long long result)
{
	user_regs_struct registers;

	if (ptrace(PTRACE_GETREGS, pid, nullptr, &registers) != 0)
		fail("ptrace PTRACE_GETREGS");
	registers.rax = static_cast<unsigned long long>(result);
	if (ptrace(PTRACE_SETREGS, pid, nullptr, &registers) != 0)
		fail("ptrace PTRACE_SETREGS");
}
#elif defined(__aarch64__)
void
skip_call(pid_t pid)
{
	int none = -1;
	iovec part = { &none, sizeof none };

	if (ptrace(PTRACE_SETREGSET, pid, number_as_pointer(NT_ARM_SYSTEM_CALL), &part) != 0)
		fail("ptrace NT_ARM_SYSTEM_CALL");
}

void
set_result(pid_t pid, long long result)
{
	user_regs_struct registers;
	iovec part = { &registers, sizeof registers };

	if (ptrace(PTRACE_GETREGSET, pid, number_as_pointer(NT_PRSTATUS), &part) != 0)
		fail("ptrace PTRACE_GETREGSET");
	registers.regs[0] = static_cast<unsigned long long>(result);
	if (ptrace(PTRACE_SETREGSET, pid, number_as_pointer(NT_PRSTATUS), &part) != 0)
		fail("ptrace PTRACE_SETREGSET");
}
#else
void
skip_call(pid_t)
{
	throw std::logic_error("no way to skip a call on this processor");
}

void
set_result(pid_t, long long)
{
}
#endif

} // namespace

bool
Tracee::fails_calls()
{
#if defined(__x86_64__) || defined(__aarch64__)
	return true;
#else
	return false;
#endif
}

Tracee::Tracee(const Command &command)
	: Tracee(command, {})
{
}

Tracee::Tracee(const Command &command, const std::vector<unsigned> &unseen)
	: filtered_(!unseen.empty()),
	  output_(memfd_create("standard output", MFD_CLOEXEC)),
	  error_(memfd_create("standard error", MFD_CLOEXEC))
{
	if (sched_getaffinity(0, sizeof processors_, &processors_) == 0)
		share_a_processor(processors_);
	pid_ = fork();
	if (pid_ < 0)
		fail("fork");
	if (pid_ == 0)
		become(command, unseen, output_.get(), error_.get());
	watch(pid_);
	try {
		attach(command);
	} catch (...) {
		kill();
		throw;
	}
}

/* Past its execution: what it does from there is the program's. */
void
Tracee::attach(const Command &command)
{
	int status;

	if (waitpid(pid_, &status, 0) != pid_ || !WIFSTOPPED(status)) {
		ended_ = true;
		throw std::runtime_error("cannot trace " + command.file);
	}
	if (ptrace(PTRACE_SETOPTIONS, pid_, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC
	        | PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL) != 0)
		fail("ptrace PTRACE_SETOPTIONS");
	if (last() != Stop::EXECUTED)
		throw std::runtime_error("cannot execute " + command.file);
	if (!filtered_ && next() != Stop::EXIT)
		throw std::runtime_error("execve did not return: " + command.file);
}

Tracee::~Tracee()
{
	kill();
	sched_setaffinity(0, sizeof processors_, &processors_);
}

void
Tracee::kill()
{
	int status;

	while (!ended_ && ::kill(pid_, SIGKILL) == 0 && waitpid(pid_, &status, 0) == pid_)
		if (!WIFSTOPPED(status))
			note_end(status);
	ended_ = true;
}

void
Tracee::resume(int request, int signal)
{
	/* It may have been killed meanwhile: the wait tells. */
	if (ptrace(static_cast<decltype(PTRACE_CONT)>(request), pid_, nullptr,
	        static_cast<long>(signal)) != 0 && errno != ESRCH)
		fail("ptrace");
}

Tracee::Stop
Tracee::note_end(int status)
{
	alarm(0);
	watched = -1;
	ended_ = true;
	hung_ = deadline_passed != 0;
	status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	signal_ = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	return Stop::ENDED;
}

Tracee::Stop
Tracee::note_call()
{
	__ptrace_syscall_info info = {};

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid_, sizeof info, &info) < 0)
		fail("ptrace PTRACE_GET_SYSCALL_INFO");
	instruction_ = info.instruction_pointer;
	if (info.op != PTRACE_SYSCALL_INFO_EXIT) {
		/* Of the same layout as that of SECCOMP. */
		call_.number = info.entry.nr;
		for (int i = 0; i < 6; i++)
			call_.arguments[i] = info.entry.args[i];
		return Stop::ENTRY;
	}
	if (failing_)
		set_result(pid_, -failing_);
	result_ = failing_ ? -failing_ : static_cast<long long>(info.exit.rval);
	failing_ = 0;
	return Stop::EXIT;
}

Tracee::Stop
Tracee::next(int request)
{
	int signal = 0, status;

	for (;;) {
		resume(request, signal);
		if (waitpid(pid_, &status, 0) != pid_)
			fail("waitpid");
		if (!WIFSTOPPED(status))
			return note_end(status);
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8))
			return Stop::EXECUTED;
		if (WSTOPSIG(status) == (SIGTRAP | 0x80)
		    || status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8))
			return note_call();
		signal = WSTOPSIG(status);
	}
}

Tracee::Stop
Tracee::next()
{
	return next(filtered_ ? PTRACE_CONT : PTRACE_SYSCALL);
}

long long
Tracee::finish_call()
{
	if (next(PTRACE_SYSCALL) != Stop::EXIT)
		throw std::runtime_error("the call does not return");
	return result_;
}

Tracee::Stop
Tracee::last()
{
	Stop stop;

	/* The exit of the call at hand comes in between. */
	if (failing_)
		next();
	do
		stop = next(PTRACE_CONT);
	while (stop != Stop::EXECUTED && stop != Stop::ENDED);
	return stop;
}

Tracee::Stop
Tracee::next_entry()
{
	Stop stop;

	do
		stop = next();
	while (stop == Stop::EXIT);
	return stop;
}

void
Tracee::fail_call(int error)
{
	if (call_.number != SYS_close)
		skip_call(pid_);
	failing_ = error;
}

std::string
Tracee::bytes(unsigned long long address, size_t size) const
{
	const size_t page = 4096;
	std::string read(size, '\0');
	size_t done = 0;

	/* A page at a time: the kernel gives nothing of a range that is not all there. */
	while (done < size) {
		size_t part = std::min<size_t>(size - done, page - (address + done) % page);
		iovec here = { &read[done], part };
		iovec there = { number_as_pointer(address + done), part };
		if (process_vm_readv(pid_, &here, 1, &there, 1, 0) != static_cast<ssize_t>(part))
			break;
		done += part;
	}
	read.resize(done);
	return read;
}

std::string
Tracee::text(unsigned long long address) const
{
	std::string read = bytes(address, 256);
	size_t end = read.find('\0');

	return end == std::string::npos ? "" : read.substr(0, end);
}

std::string
Tracee::output() const
{
	return content(output_.get());
}

std::string
Tracee::error() const
{
	return content(error_.get());
}
