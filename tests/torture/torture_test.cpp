/* SPDX-License-Identifier: ISC */
/*
 * A command line of every command, and each of its system calls failing once with each
 * error that the call's manual page lists, and each of its allocations failing once.
 * Whatever fails, the command fails as it promises: its exit status, one message that
 * names the error and the call or its object, nothing left behind; or it makes up for
 * it, and does all that it does otherwise.
 *
 * That takes minutes.  So that it ends within seconds each call fails with one of its
 * errors, the next call with the next one; BINDCHAIN_EVERY_MOMENT has all of them.
 */
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <map>
#include <sstream>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "call_errors.h"
#include "judging.h"
#include "tools.h"
#include "torture_fixture.h"

namespace {

using Names = std::vector<std::string>;

/* The private directory of a removal that failed: the next start removes it. */
bool
is_cleared_later(const Outcome &outcome, const std::string &name)
{
	return outcome.removal_failed && name.find(".bindchain ") != std::string::npos;
}

bool
same_for_others(Outcome one, const Outcome &other)
{
	auto ends = [&one](const auto &name) { return is_cleared_later(one, name); };

	if (one.names != other.names)
		one.names.erase(std::remove_if(one.names.begin(), one.names.end(), ends),
		    one.names.end());
	return one.executed == other.executed && one.status == other.status
	    && one.descriptors == other.descriptors && one.environment == other.environment
	    && one.names == other.names;
}

/* Nothing new is there; a dead socket may have gone, a FIFO have another mode. */
bool
left_something(const Outcome &outcome)
{
	auto was_there = [&outcome](const std::string &name) {
		const std::string bare = name.substr(0, name.find(' ') + 1);
		return std::any_of(outcome.names_before.begin(), outcome.names_before.end(),
		    [&bare](const auto &old) { return old.rfind(bare, 0) == 0; });
	};

	return !std::all_of(outcome.names.begin(), outcome.names.end(),
	    [&](const auto &name) { return is_cleared_later(outcome, name) || was_there(name); });
}

bool
uses_name_service(const CommandLine &line)
{
	return std::any_of(line.words.begin(), line.words.end(), [](const std::string &word) {
		return word.find("service") != std::string::npos || word == "localhost"; });
}

class Torture : public TortureTest {
protected:
	Outcome run(size_t index, int error) override
	{
		return run_failing(GetParam(), index, error);
	}

	/* "" when nothing is.  IS_SILENT: the message itself may not be written. */
	std::string wrong(const Outcome &, const Names &words, int error, bool ignorable,
	    bool is_silent) const;
	std::string wrong_lines(const Outcome &, bool is_silent) const;
	std::string wrong_failure(const Outcome &, const Names &words,
	    int error, bool is_silent) const;
	void fail_each_way(size_t index);
};

bool
names_one_of(const std::string &text, const Names &words)
{
	return words.empty() || std::any_of(words.begin(), words.end(), [&](const auto &word) {
		return text.find(word) != std::string::npos; });
}

/* Messages of hints follow on lines of their own. */
std::string
first_line(const std::string &text)
{
	return text.substr(0, text.find('\n'));
}

/* DIAGNOSTICS of the manual pages: one line says what failed, others say more. */
std::string
Torture::wrong_lines(const Outcome &outcome, bool is_silent) const
{
	std::istringstream lines(outcome.error);
	int fatal = 0;

	for (std::string line; std::getline(lines, line);) {
		const std::string kind = kind_of_message(line);
		if (is_fatal(line))
			fatal++;
		else if (kind != "info" && kind != "warning")
			return "no message: " + line;
	}
	const bool fails = !outcome.executed && outcome.status != 0;
	/* explain and inspect print on standard output what is wrong. */
	const bool may_lack = is_silent || !outcome.output.empty();
	if (fatal == (fails ? 1 : 0) || (fails && fatal == 0 && may_lack))
		return "";
	return std::to_string(fatal) + " messages of failure";
}

std::string
Torture::wrong_failure(const Outcome &outcome, const Names &words,
    int error, bool is_silent) const
{
	if (!is_failure(GetParam().personality, outcome.status))
		return "exit status " + std::to_string(outcome.status);
	if (left_something(outcome))
		return "left behind: " + testing::PrintToString(outcome.names);
	/* It fails as it did anyway, and cannot say so. */
	if (is_silent && outcome.error.empty() && outcome.status == expected.status)
		return "";
	if (outcome.error.empty() && outcome.output == expected.output)
		return "no message";
	/* It may fail as it did anyway. */
	if (outcome.status == expected.status && !expected.error.empty()
	    && first_line(outcome.error) == first_line(expected.error))
		return "";
	/* explain and inspect say it in what they print. */
	const std::string told = outcome.error + outcome.output;
	if (told.find("but it is unknown") != std::string::npos)
		return ""; /* a requirement that cannot be read back */
	if (names_one_of(told, { "o such user", "o such group" }))
		return "an account that exists is unknown";
	/* Name services of glibc 2.41 take a lack of memory for an unknown name. */
	const bool is_lost = words.empty() && error == ENOMEM && uses_name_service(GetParam());
	if (error && !is_lost && !names_one_of(fatal_line(outcome.error) + outcome.output,
	        { error_text(error) }))
		return "the message does not name the error";
	if (!names_one_of(told, words))
		return "the message names neither the call nor its object";
	return "";
}

std::string
Torture::wrong(const Outcome &outcome, const Names &words, int error, bool ignorable,
    bool is_silent) const
{
	if (outcome.hung)
		return "it did not end";
	/* glibc's name services do not survive a lack of memory: nss_database.c, nss_action.c. */
	if (outcome.signal && words.empty() && error == ENOMEM
	    && uses_name_service(GetParam()))
		return "";
	/* getifaddrs(3) of glibc ends the process when netlink fails: netlink_assert_response.c. */
	if (outcome.signal == SIGABRT
	    && outcome.error.find("on netlink descriptor") != std::string::npos)
		return "";
	if (outcome.signal)
		return "killed by signal " + std::to_string(outcome.signal);
	const std::string lines = wrong_lines(outcome, is_silent);
	if (!lines.empty())
		return lines;
	if (!outcome.executed && outcome.status != 0)
		return wrong_failure(outcome, words, error, is_silent);
	if (!same_for_others(outcome, expected))
		return "it succeeded in another way";
	return ignorable ? "" : "it succeeded";
}

bool
is_poll(const MadeCall &call)
{
#ifdef SYS_poll
	if (call.number == SYS_poll)
		return true;
#endif
	return call.number == SYS_ppoll;
}

/* The same call again is no failure ignored, with a wait before; after EAGAIN it needs one. */
bool
is_made_again(const Outcome &outcome, size_t index, int error)
{
	const MadeCall &failed = outcome.calls[index];
	size_t next = index + 1;
	bool waits = next < outcome.calls.size() && is_poll(outcome.calls[next]);

	if (error != EINTR && (error != EAGAIN || !waits))
		return false;
	if (waits && !is_poll(failed))
		next++;
	return next < outcome.calls.size() && outcome.calls[next].number == failed.number
	    && outcome.calls[next].subject == failed.subject;
}

/* Of other calls same_for_others() sees what they do, or they only ask. */
bool
has_other_effects(const MadeCall &call, int error)
{
	switch (call.number) {
	case SYS_setgid:
	case SYS_setuid:
		return call.arguments[0] != 0; /* else it is to fail: setuidgid(1) */
	case SYS_setsockopt:
		/* SO_BINDTODEVICE and SO_RCVBUF stand in for others; a preferred option may
		 * be not supported. */
		return error != ENOPROTOOPT && call.arguments[2] != SO_BINDTOIFINDEX
		    && call.arguments[2] != SO_RCVBUFFORCE;
	case SYS_fcntl:
		return call.arguments[1] == F_SETFL;
	case SYS_execve:
	case SYS_listen:
	case SYS_setgroups:
		return true;
	case SYS_write:
	case SYS_writev:
		return call.arguments[0] != STDERR_FILENO; /* else it only informs */
	default:
		return false;
	}
}

/* So that messages that differ in it alone are one. */
std::string
with_error_named(std::string text, int error)
{
	const std::string told = error_text(error);
	size_t at;

	while ((at = text.find(told)) != std::string::npos)
		text.replace(at, told.size(), "ERROR");
	return text;
}

/* By which a message can tell what failed. */
Names
names_of(const CallErrors &row, const MadeCall &call)
{
	/* Steps that are more than one call. */
	Names names = { "getpwnam", "getgrnam", "getifaddrs", "report to", "read back",
		"descriptor", "exclusive", "set variable" };

	if (row.words.empty())
		return {};
	names.insert(names.end(), row.words.begin(), row.words.end());
	if (!call.objects.empty())
		names.insert(names.end(), call.objects.begin(), call.objects.end());
	return names;
}

void
Torture::fail_each_way(size_t index)
{
	const MadeCall &call = expected.calls[index];
	const CallErrors *row = errors_of_call(call.number);
	std::map<std::string, std::string> problems; /* the errors that show each */

	ASSERT_NE(row, nullptr) << "no row for the errors of system call " << call.number;
	for (int error : errors_to_try(*row, index)) {
		Outcome outcome = run(index, error);
		bool ignorable = !has_other_effects(call, error)
		    || is_made_again(outcome, index, error);
		bool lost = error_is_lost(call, error);
		std::string problem = wrong(outcome, lost ? Names() : names_of(*row, call),
		    lost ? 0 : error, ignorable, writes_message(call));
		runs++;
		if (!problem.empty())
			problems[problem + "\n" + with_error_named(outcome.error, error)]
			    += " " + error_text(error) + ",";
	}
	for (const auto &[problem, errors] : problems)
		ADD_FAILURE() << "call " << index << ", " << described(*row, call) << ":" << errors
		              << ": " << problem;
}

} // namespace

TEST_P(Torture, EveryCallFails)
{
	for (size_t index = 0; index < expected.calls.size(); index++)
		if (stands_for_others(expected.calls, index))
			fail_each_way(index);
	std::printf("%s: %zu calls, %ld runs\n", GetParam().name.c_str(), expected.calls.size(), runs);
}

TEST_P(Torture, EveryAllocationFails)
{
	long count, i;

	expected = run_without_memory(GetParam(), 0, &count);
	/* Of the many that searches make some stand for all. */
	const bool all = is_whole() || count < 20;
	for (i = 1; i <= count; i += all || i < 3 ? 1 : 1 + count / 4) {
		Outcome outcome = run_without_memory(GetParam(), i, &count);
		std::string problem = wrong(outcome, {}, ENOMEM, true, false);
		if (!problem.empty())
			ADD_FAILURE() << "allocation " << i << ": " << problem << "\n" << outcome.error;
	}
	std::printf("%s: %ld allocations\n", GetParam().name.c_str(), count);
}

INSTANTIATE_TEST_SUITE_P(Of, Torture, testing::ValuesIn(command_lines()),
    [](const testing::TestParamInfo<CommandLine> &row) { return row.param.name; });
