/* SPDX-License-Identifier: ISC */
#include "process.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

std::vector<char *>
pointers(const std::vector<std::string> &strings)
{
	std::vector<char *> list;

	for (const std::string &string : strings)
		list.push_back(const_cast<char *>(string.c_str()));
	list.push_back(nullptr);
	return list;
}

namespace {

/* Higher than any descriptor that a test asks for. */
constexpr int out_of_the_way = 400;
/* Descriptors that the test program could have been given are below this. */
constexpr int descriptors_looked_at = 1024;

[[noreturn]] void
fail(const std::string &what)
{
	throw std::system_error(errno, std::generic_category(), what);
}

struct Pipe {
	int read_end, write_end;

	Pipe()
	{
		int ends[2];
		if (pipe(ends) != 0)
			fail("pipe");
		read_end = move_away(ends[0]);
		write_end = move_away(ends[1]);
	}

	static int move_away(int descriptor)
	{
		int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, out_of_the_way);
		if (moved < 0)
			fail("fcntl F_DUPFD_CLOEXEC");
		close(descriptor);
		return moved;
	}
};

/*
 * The end of a child is an event like any other: the handler of SIGCHLD writes
 * to a pipe that poll(2) watches.  One pipe for all children, never closed.
 */
int child_ended[2] = { -1, -1 };

void
note_child(int)
{
	int saved = errno;
	ssize_t ignored = write(child_ended[1], "", 1);

	(void)ignored;
	errno = saved;
}

void
watch_children()
{
	struct sigaction action = {};

	if (child_ended[0] >= 0)
		return;
	Pipe pipe;
	child_ended[0] = pipe.read_end;
	child_ended[1] = pipe.write_end;
	fcntl(child_ended[0], F_SETFL, O_NONBLOCK);
	fcntl(child_ended[1], F_SETFL, O_NONBLOCK);
	action.sa_handler = note_child;
	action.sa_flags = SA_RESTART | SA_NOCLDSTOP;
	sigaction(SIGCHLD, &action, nullptr);
	signal(SIGPIPE, SIG_IGN);
}

/* In the child: the descriptors as COMMAND wants them, all others closed by exec. */
bool
place_descriptors(const Command &command, std::map<int, int> wanted)
{
	for (auto &[target, source] : wanted) {
		source = fcntl(source, F_DUPFD_CLOEXEC, out_of_the_way);
		if (source < 0)
			return false;
	}
	for (int descriptor = 3; descriptor < descriptors_looked_at; descriptor++)
		fcntl(descriptor, F_SETFD, FD_CLOEXEC);
	for (const auto &[target, source] : wanted)
		if (dup2(source, target) < 0)
			return false;
	for (int descriptor : command.closed)
		close(descriptor);
	return true;
}

bool
change_user(const Command &command)
{
	if (!command.user)
		return true;
	return setgroups(0, nullptr) == 0 && setgid(*command.user) == 0
	    && setuid(*command.user) == 0;
}

bool
set_limits(const Command &command)
{
	for (const auto &[resource, value] : command.limits) {
		struct rlimit limit;
		/* The parameter's type differs: an enumeration in GNU's C++. */
		auto which = static_cast<decltype(RLIMIT_NOFILE)>(resource);
		if (getrlimit(which, &limit) != 0)
			return false;
		limit.rlim_cur = value;
		if (setrlimit(which, &limit) != 0)
			return false;
	}
	return true;
}

/* In the child.  Never returns; what fails is reported through REPORT. */
[[noreturn]] void
become(Command command, const std::map<int, int> &wanted, int report)
{
	sigset_t none;
	int error;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, nullptr);
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	setpgid(0, 0);
	if ((command.directory.empty() || chdir(command.directory.c_str()) == 0)
	    && place_descriptors(command, wanted) && change_user(command)
	    && set_limits(command)) {
		if (command.before_execution)
			command.before_execution(command);
		execve(command.file.c_str(), pointers(command.argv).data(),
		    pointers(command.environment).data());
	}
	error = errno;
	ssize_t ignored = write(report, &error, sizeof error);
	(void)ignored;
	_exit(255);
}

void
close_if_open(int &descriptor)
{
	if (descriptor >= 0)
		close(descriptor);
	descriptor = -1;
}

bool
contains(const std::vector<int> &list, int value)
{
	return std::find(list.begin(), list.end(), value) != list.end();
}

} // namespace

Command::Command(std::vector<std::string> arguments)
	: file(arguments.at(0)), argv(std::move(arguments))
{
}

Command &
Command::unset(const std::string &name)
{
	std::string start = name + "=";

	environment.erase(std::remove_if(environment.begin(), environment.end(),
	    [&](const std::string &entry) { return entry.rfind(start, 0) == 0; }),
	    environment.end());
	return *this;
}

Command &
Command::set(const std::string &name, const std::string &value)
{
	unset(name);
	environment.push_back(name + "=" + value);
	return *this;
}

void
set_listen_pid(Command &command)
{
	command.set("LISTEN_PID", std::to_string(getpid()));
}

size_t
Result::error_lines() const
{
	return static_cast<size_t>(std::count(error.begin(), error.end(), '\n'));
}

std::string
Result::error_line(size_t n) const
{
	size_t start = 0;

	for (; n > 0; n--) {
		start = error.find('\n', start);
		if (start == std::string::npos)
			return "";
		start++;
	}
	return error.substr(start, error.find('\n', start) - start);
}

std::ostream &
operator<<(std::ostream &stream, const Result &result)
{
	if (result.timed_out)
		stream << "killed at the deadline";
	else if (result.signal)
		stream << "killed by signal " << result.signal;
	else
		stream << "exit status " << result.status;
	return stream << "\nstandard output: " << result.output << "\nstandard error: "
	              << result.error;
}

Process::Process(const Command &command)
	: command_(command), deadline_(std::chrono::steady_clock::now() + command.deadline)
{
	watch_children();
	start(command);
}

void
Process::start(const Command &command)
{
	std::map<int, int> wanted = command.descriptors;
	Pipe input, output, error, report;
	const int ends[] = { input.read_end, output.write_end, error.write_end };
	int problem = 0;

	for (int i = 0; i < 3; i++)
		if (!wanted.count(i) && !contains(command.closed, i))
			wanted[i] = ends[i];
	result_.pid = fork();
	if (result_.pid < 0)
		fail("fork");
	if (result_.pid == 0)
		become(command, wanted, report.write_end);
	for (int end : ends)
		close(end);
	close(report.write_end);
	input_ = input.write_end;
	output_ = output.read_end;
	error_ = error.read_end;
	for (int descriptor : { input_, output_, error_ })
		fcntl(descriptor, F_SETFL, O_NONBLOCK);
	ssize_t length = read(report.read_end, &problem, sizeof problem);
	close(report.read_end);
	if (length != sizeof problem)
		return;
	waitpid(result_.pid, nullptr, 0);
	for (int *descriptor : { &input_, &output_, &error_ })
		close_if_open(*descriptor);
	errno = problem;
	fail("cannot start " + command.file);
}

Process::~Process()
{
	if (!reaped_) {
		kill(SIGKILL);
		waitpid(result_.pid, nullptr, 0);
	}
	for (int *descriptor : { &input_, &output_, &error_ })
		close_if_open(*descriptor);
}

void
Process::kill(int signal) const
{
	/* The group, for whatever the program started; it may not exist yet. */
	if (!reaped_ && ::kill(-result_.pid, signal) != 0)
		::kill(result_.pid, signal);
}

void
Process::read_some(int &descriptor, std::string &into)
{
	char bytes[65536];
	ssize_t length = read(descriptor, bytes, sizeof bytes);

	if (length > 0)
		into.append(bytes, static_cast<size_t>(length));
	else if (length == 0 || (errno != EAGAIN && errno != EINTR))
		close_if_open(descriptor);
}

void
Process::write_some()
{
	const std::string &input = command_.input;
	ssize_t length = 0;

	if (written_ < input.size()) {
		length = write(input_, input.data() + written_, input.size() - written_);
		if (length > 0)
			written_ += static_cast<size_t>(length);
	}
	if (written_ == input.size() || (length < 0 && errno != EAGAIN && errno != EINTR))
		close_if_open(input_);
}

void
Process::reap()
{
	char bytes[64];
	int status;

	while (read(child_ended[0], bytes, sizeof bytes) > 0)
		continue;
	if (reaped_ || waitpid(result_.pid, &status, WNOHANG) != result_.pid)
		return;
	reaped_ = true;
	if (WIFEXITED(status))
		result_.status = WEXITSTATUS(status);
	else if (WIFSIGNALED(status))
		result_.signal = WTERMSIG(status);
}

bool
Process::ended() const
{
	return reaped_ && output_ < 0 && error_ < 0;
}

/* Moves data until DONE says so, or the program has ended, or the deadline. */
void
Process::pump_until(bool (*done)(Process &))
{
	reap();
	while (!done(*this) && !ended()) {
		struct pollfd polled[] = { { output_, POLLIN, 0 }, { error_, POLLIN, 0 },
			{ input_, POLLOUT, 0 }, { child_ended[0], POLLIN, 0 } };
		auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
		    deadline_ - std::chrono::steady_clock::now()).count();
		if (left <= 0 && !result_.timed_out) {
			kill(SIGKILL);
			result_.timed_out = true;
			deadline_ += std::chrono::seconds(5); /* for the kernel to end it */
			continue;
		}
		if (left <= 0)
			throw std::runtime_error("cannot be killed: " + command_.file);
		if (poll(polled, 4, static_cast<int>(left)) < 0)
			continue;
		if (polled[0].revents)
			read_some(output_, result_.output);
		if (polled[1].revents)
			read_some(error_, result_.error);
		if (polled[2].revents)
			write_some();
		reap();
	}
}

std::string
Process::read_line()
{
	pump_until([](Process &self) {
		return self.result_.output.find('\n', self.line_start_) != std::string::npos;
	});
	size_t end = result_.output.find('\n', line_start_);
	if (end == std::string::npos)
		throw std::runtime_error("no further line of output: " + command_.file
		    + ": " + result_.error);
	std::string line = result_.output.substr(line_start_, end - line_start_);
	line_start_ = end + 1;
	return line;
}

Result
Process::finish()
{
	pump_until([](Process &) { return false; });
	return result_;
}

Result
run(const Command &command)
{
	return Process(command).finish();
}

std::string
output_of(const std::string &command_line)
{
	Command shell({ "/bin/sh", "-c", command_line });

	shell.set("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
	return run(shell).output;
}
