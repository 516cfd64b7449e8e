/* SPDX-License-Identifier: ISC */
#include "other_process.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <system_error>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child, which ends when GOING does. */
[[noreturn]] static void
live(const std::string &name, const std::function<int()> &open, int report, int going)
{
	char byte;

	prctl(PR_SET_NAME, name.c_str());
	try {
		int told = open();
		if (write(report, &told, sizeof told) != sizeof told)
			_exit(1);
	} catch (const std::exception &problem) {
		std::fprintf(stderr, "%s\n", problem.what());
		_exit(1);
	}
	close(report);
	while (read(going, &byte, 1) < 0 && errno == EINTR)
		continue;
	_exit(0);
}

OtherProcess::OtherProcess(const std::string &name, const std::function<int()> &open)
{
	int report[2], going[2];

	if (pipe(report) != 0 || pipe(going) != 0)
		throw std::system_error(errno, std::generic_category(), "pipe");
	pid_ = fork();
	if (pid_ < 0)
		throw std::system_error(errno, std::generic_category(), "fork");
	if (pid_ == 0) {
		close(report[0]);
		close(going[1]);
		live(name, open, report[1], going[0]);
	}
	close(report[1]);
	close(going[0]);
	going_ = Descriptor(going[1]);
	ssize_t length = read(report[0], &told_, sizeof told_);
	close(report[0]);
	if (length == sizeof told_)
		return;
	end();
	throw std::runtime_error("the other process could not do its part");
}

OtherProcess::~OtherProcess()
{
	end();
}

void
OtherProcess::end()
{
	if (pid_ < 0)
		return;
	kill(pid_, SIGKILL);
	waitpid(pid_, nullptr, 0);
	pid_ = -1;
}
