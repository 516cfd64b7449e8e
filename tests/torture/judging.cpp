/* SPDX-License-Identifier: ISC */
#include "judging.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <regex>
#include <sstream>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

bool
is_whole()
{
	return std::getenv("BINDCHAIN_EVERY_MOMENT") != nullptr;
}

bool
is_failure(Personality personality, int status)
{
	switch (personality) {
	case Personality::NOSH:
		return status == 1;
	case Personality::SETUIDGID:
		return status == 1 || status == 111;
	default:
		return status == 100 || status == 111 || status == 126 || status == 127;
	}
}

std::string
kind_of_message(const std::string &line)
{
	static const std::regex message("[a-z0-9-]+( [a-z]+)?: ([a-zA-Z]+): .*");
	std::smatch parts;

	return std::regex_match(line, parts, message) ? parts.str(2) : "";
}

bool
is_fatal(const std::string &line)
{
	const std::string kind = kind_of_message(line);

	return kind == "fatal" || kind == "FATAL";
}

std::string
fatal_line(const std::string &text)
{
	std::istringstream lines(text);

	for (std::string line; std::getline(lines, line);)
		if (is_fatal(line))
			return line;
	return "";
}

bool
writes_message(const MadeCall &call)
{
	return (call.number == SYS_write || call.number == SYS_writev)
	    && call.arguments[0] == STDERR_FILENO;
}

bool
error_is_lost(const MadeCall &call, int error)
{
	const bool writes = call.number == SYS_write || call.number == SYS_writev;
	auto is_account_file = [](const std::string &object) {
		const std::string name = object.substr(object.rfind('/') + 1);
		return object.rfind("/etc/", 0) == 0 || name == "passwd" || name == "group"
		    || name == "nsswitch.conf";
	};

	/* What fcntl(F_GETFD) is to find out, and what connect(2) is. */
	if ((call.number == SYS_fcntl && call.arguments[1] == F_GETFD)
	    || call.number == SYS_connect)
		return true;
	/* A FIFO that is there is taken; that it is not is told then. */
	if (call.number == SYS_mknodat && error == EEXIST)
		return true;
	return (writes && (call.arguments[0] == STDOUT_FILENO
	           || call.arguments[0] == STDERR_FILENO))
	    || std::any_of(call.objects.begin(), call.objects.end(), is_account_file);
}

std::string
described(const CallErrors &row, const MadeCall &call)
{
	std::string text = row.name;

	if (!call.subject.empty() && call.subject[0] >= ' ' && call.subject[0] <= '~')
		text += " " + call.subject.substr(0, 60);
	return text;
}

std::vector<int>
errors_to_try(const CallErrors &row, size_t index)
{
	if (is_whole() || row.errors.empty())
		return row.errors;
	return { row.errors[index % row.errors.size()] };
}

/* fstat(2) is newfstatat(2) of the descriptor itself in glibc 2.33 to 2.38: the calls that are
 * made to fail are the same with every C library. */
static bool
is_fstat(const MadeCall &call)
{
#ifdef SYS_newfstatat
	return call.number == SYS_newfstatat && (call.arguments[3] & AT_EMPTY_PATH);
#else
	(void)call;
	return false;
#endif
}

static bool
is_same_call(const MadeCall &one, const MadeCall &other)
{
	return one.number == other.number && is_fstat(one) == is_fstat(other);
}

bool
stands_for_others(const std::vector<MadeCall> &calls, size_t index)
{
	const size_t first = is_whole() ? 8 : 2, last = is_whole() ? 4 : 1;
	size_t before = 0, after = 0;

	for (size_t i = 0; i < calls.size(); i++)
		if (is_same_call(calls[i], calls[index]))
			(i < index ? before : after)++;
	return before < first || after <= last;
}
