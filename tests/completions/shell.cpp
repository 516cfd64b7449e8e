/* SPDX-License-Identifier: ISC */
#include "shell.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "process.h"
#include "tools.h"

namespace {

const std::string setup = SETUP_DIRECTORY;
const std::string completions = COMPLETIONS_DIRECTORY;
const std::string places = "/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

std::string find_program(const std::string &name)
{
	for (size_t start = 0; start < places.size();) {
		size_t end = std::min(places.find(':', start), places.size());
		std::string path = places.substr(start, end - start) + "/" + name;
		if (access(path.c_str(), X_OK) == 0)
			return path;
		start = end + 1;
	}
	return "";
}

std::string find_package()
{
	for (const char *path : { "/usr/share/bash-completion/bash_completion",
	         "/usr/local/share/bash-completion/bash_completion",
	         "/opt/homebrew/share/bash-completion/bash_completion" })
		if (access(path, R_OK) == 0)
			return path;
	return "";
}

std::system_error error_of(const char *call)
{
	return std::system_error(errno, std::generic_category(), call);
}

int open_terminal()
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);

	if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0)
		throw error_of("posix_openpt");
	fcntl(terminal, F_SETFD, FD_CLOEXEC);
	return terminal;
}

/* bash replaces the part of a word after its last "=", ":" or "@": COMP_WORDBREAKS. */
std::string kept_by_bash(const std::string &line)
{
	size_t start = line.rfind(' ') + 1;
	size_t end = line.find_last_of("=:@");

	return end == std::string::npos || end < start ? "" : line.substr(start, end + 1 - start);
}

/* In a tree of completions. */
std::string directory_of(Kind kind)
{
	return kind == Kind::zsh ? "/zsh" : kind == Kind::fish ? "/fish" : "/completions";
}

} // namespace

std::string name_of(Kind kind)
{
	switch (kind) {
	case Kind::bash:
		return "bash";
	case Kind::bash_with_package:
		return "bash_with_package";
	case Kind::zsh:
		return "zsh";
	case Kind::fish:
		break;
	}
	return "fish";
}

std::string missing()
{
	return access((completions + "/zsh/_bindchain").c_str(), R_OK) == 0 ? ""
	    : "the build makes no completions: BINDCHAIN_COMPLETIONS";
}

std::string missing(Kind kind)
{
	std::string name = kind == Kind::bash_with_package ? "bash" : name_of(kind);
	std::string program = find_program(name);

	if (!missing().empty())
		return missing();
	if (program.empty())
		return name + " is not installed";
	if (name == "bash" && output_of(program + " -c 'echo $((BASH_VERSINFO >= 4))'") != "1\n")
		return "bash 4 is not installed";
	if (kind == Kind::bash_with_package && find_package().empty())
		return "the package bash-completion is not installed";
	return "";
}

Shell::Shell(Kind kind, const std::string &tools)
    : kind_(kind), tools_(tools.empty() ? tool_directory() : tools)
{
	std::string fifo = directory_ / "results";

	directory_.file("nextprog", "#!/bin/sh\n", 0755);
	directory_.file("own file,1", "", 0644);
	directory_.file("it's $x", "", 0644);
	mkdir((directory_ / "sub").c_str(), 0755);
	directory_.file("sub/in", "", 0644);
	if (kind == Kind::fish)
		return;
	if (mkfifo(fifo.c_str(), 0600) != 0)
		throw error_of("mkfifo");
	results_ = open(fifo.c_str(), O_RDWR | O_CLOEXEC);
	if (kind == Kind::zsh) {
		start({ find_program("zsh"), "-f", "-i" });
		type("source " + setup + "/setup.zsh\n");
	} else {
		start({ find_program("bash"), "--noprofile", "--rcfile", setup + "/setup.bash", "-i" });
	}
	read_result();
	wait_for_prompt();
}

Shell::~Shell()
{
	if (pid_ > 0) {
		kill(pid_, SIGKILL);
		waitpid(pid_, nullptr, 0);
	}
	if (terminal_ >= 0)
		close(terminal_);
	if (results_ >= 0)
		close(results_);
}

/* fish completes commands that exist.  A "." in PATH shows whether something of the current
 * directory is executed. */
std::vector<std::string> Shell::environment() const
{
	return { "PATH=.:" + directory_.path() + ":" + tools_ + ":" + places,
		"TERM=dumb", "LC_ALL=C", "HOME=" + home_.path(),
		"RESULTS=" + directory_ / "results",
		"COMPLETIONS=" + completions + directory_of(kind_),
		"BASH_COMPLETION_USER_DIR=" + completions,
		"PACKAGE=" + (kind_ == Kind::bash_with_package ? find_package() : "") };
}

void Shell::start(const std::vector<std::string> &arguments)
{
	std::vector<std::string> strings = environment();
	std::vector<char *> argv = pointers(arguments), variables = pointers(strings);
	winsize size = { 24, 1000, 0, 0 };
	std::string other;

	terminal_ = open_terminal();
	other = ptsname(terminal_);
	ioctl(terminal_, TIOCSWINSZ, &size);
	pid_ = fork();
	if (pid_ < 0)
		throw error_of("fork");
	if (pid_ > 0)
		return;
	setsid();
	int descriptor = open(other.c_str(), O_RDWR);
	ioctl(descriptor, TIOCSCTTY, 0);
	for (int standard = 0; standard < 3; standard++)
		dup2(descriptor, standard);
	if (descriptor > 2)
		close(descriptor);
	if (chdir(directory_.path().c_str()) == 0)
		execve(argv[0], argv.data(), variables.data());
	_exit(255);
}

void Shell::type(const std::string &keys) const
{
	if (write(terminal_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size()))
		throw error_of("write");
}

/* Of the results, or what the shell writes to its terminal. */
void Shell::read_some()
{
	pollfd polled[] = { { results_, POLLIN, 0 }, { terminal_, POLLIN, 0 } };
	char bytes[4096];

	if (poll(polled, 2, 20000) <= 0)
		throw std::runtime_error("the shell does not answer; its terminal: " + seen_);
	for (const pollfd &ready : polled) {
		if (!ready.revents)
			continue;
		ssize_t length = read(ready.fd, bytes, sizeof bytes);
		if (length <= 0)
			throw std::runtime_error("the shell has ended; its terminal: " + seen_);
		(ready.fd == results_ ? read_ : seen_).append(bytes, static_cast<size_t>(length));
	}
}

/* Before, keys would be read in another mode of the terminal. */
void Shell::wait_for_prompt()
{
	static const std::string prompt = "ready> ";

	while (seen_.size() < prompt.size()
	    || seen_.compare(seen_.size() - prompt.size(), prompt.size(), prompt) != 0)
		read_some();
}

std::string Shell::read_line()
{
	size_t end;

	while ((end = read_.find('\n')) == std::string::npos)
		read_some();
	std::string line = read_.substr(0, end);
	read_.erase(0, end + 1);
	return line;
}

/* The first line can be empty. */
std::vector<std::string> Shell::read_result()
{
	std::vector<std::string> lines = { read_line() };

	for (std::string line = read_line(); !line.empty(); line = read_line())
		lines.push_back(line);
	return lines;
}

Completed Shell::ask_fish(const std::string &line) const
{
	Command command({ find_program("fish"), "--no-config", setup + "/setup.fish", line });

	command.environment = environment();
	command.directory = directory_.path();
	Result result = run(command);
	if (result.status != 0)
		throw std::runtime_error("fish fails: " + result.error);
	/* Without a word that begins so it offers others, which have these letters. */
	std::string last = line.substr(line.rfind(' ') + 1);
	last.erase(std::remove(last.begin(), last.end(), '"'), last.end());
	Completed completed = { line, {} };
	for (size_t start = line.size() + 1; start < result.output.size();) {
		size_t end = result.output.find('\n', start);
		if (end > start && result.output.compare(start, last.size(), last) == 0)
			completed.words.push_back(result.output.substr(start, end - start));
		start = end + 1;
	}
	return completed;
}

Completed Shell::complete(const std::string &line)
{
	if (kind_ == Kind::fish)
		return ask_fish(line);
	seen_.clear();
	type(line + "\t\x18\x04");
	std::vector<std::string> lines = read_result();
	Completed completed = { lines[0], {} };
	std::string kept = kind_ == Kind::zsh ? "" : kept_by_bash(line);
	for (size_t i = 1; i < lines.size(); i++) {
		size_t length = lines[i].find_last_not_of(' ') + 1;
		completed.words.push_back(kept + lines[i].substr(0, length));
	}
	std::sort(completed.words.begin(), completed.words.end());
	completed.words.erase(std::unique(completed.words.begin(), completed.words.end()),
	    completed.words.end());
	if (kind_ != Kind::zsh)
		wait_for_prompt();
	return completed;
}
