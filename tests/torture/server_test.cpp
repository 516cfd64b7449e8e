/* SPDX-License-Identifier: ISC */
/*
 * Servers with one failure of each system call and allocation.  Two clients wait before the
 * start, and handlers end the server: with one failure at least one of them is served.
 * Whatever fails, a server that cannot start says so in one message and exits with the
 * status of its manual page; one that has started says what failed and serves the next
 * client.  It never hangs, runs without end, dies of a signal that nobody sent, or keeps a
 * descriptor.
 */
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <map>
#include <sstream>

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "call_errors.h"
#include "judging.h"
#include "tools.h"
#include "torture_fixture.h"

namespace {

using Names = std::vector<std::string>;

/* A server that has to try again makes some calls more, and so does a lookup of an account;
 * one that runs without end makes thousands. */
const size_t more_calls = 300;

void
add_clients(Scene &scene, int listener)
{
	for (int i = 0; i < 2; i++)
		scene.hold(connect_to("127.0.0.1", port_of(listener)));
}

/* Handlers know whom to end: not their parent, which may have ended already. */
void
set_server(Command &command)
{
	set_listen_pid(command);
	command.set("SERVER", std::to_string(getpid()));
}

void
serve_descriptor_3(Scene &scene, Command &command)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		throw std::runtime_error("pipe2");
	scene.hold(Descriptor(ends[0]));
	command.descriptors[9] = scene.hold(Descriptor(ends[1]));
	command.descriptors[3] = scene.hold(listen_on("127.0.0.1"));
	add_clients(scene, command.descriptors[3]);
	command.set("LISTEN_FDS", "1");
	command.before_execution = set_server;
}

void
serve_standard_input(Scene &scene, Command &command)
{
	command.descriptors[0] = scene.hold(listen_on("127.0.0.1"));
	add_clients(scene, command.descriptors[0]);
	command.before_execution = set_server;
}

/* A server that its handlers end with SIGTERM. */
CommandLine
ended_by_handler(const char *name, Personality personality, std::vector<std::string> words,
    void (*prepare)(Scene &, Command &))
{
	for (const char *word : { "/bin/sh", "-c", "kill -TERM $SERVER" })
		words.push_back(word);
	return { name, personality, words, prepare };
}

std::vector<CommandLine>
servers()
{
	return {
		ended_by_handler("Accept", Personality::NATIVE,
		    { "bindchain", "accept", "--limit=1", "--set=keepalive", "--deadline=1",
		        "--handover=systemd", "--notify-fd=9", "--log=json" },
		    serve_descriptor_3),
		ended_by_handler("AcceptAsUser", Personality::NATIVE,
		    { "bindchain", "accept", "--limit=1", "--deadline=1", "--user=service" },
		    serve_descriptor_3),
		ended_by_handler("Nosh", Personality::NOSH,
		    { "tcp-socket-accept", "--connection-limit", "1" }, serve_descriptor_3),
		ended_by_handler("S6", Personality::S6, { "s6-tcpserverd", "-c", "1" },
		    serve_standard_input),
	};
}

class ServerTorture : public TortureTest {
protected:
	Outcome run(size_t index, int error) override;

	/* "" when nothing is.  CALL is what failed; NULL: an allocation. */
	std::string wrong(const Outcome &, const MadeCall *, int error) const;
	std::string wrong_start(const Outcome &, const MadeCall *, int error) const;
	std::string wrong_service(const Outcome &, const MadeCall *, int error) const;
	void fail_each_way(size_t index);
};

int
fatal_lines(const std::string &text)
{
	std::istringstream lines(text);
	int fatal = 0;

	for (std::string line; std::getline(lines, line);)
		fatal += is_fatal(line);
	return fatal;
}

/* Neither a message nor an object of --log=json. */
bool
has_other_lines(const std::string &text)
{
	std::istringstream lines(text);

	for (std::string line; std::getline(lines, line);)
		if (kind_of_message(line).empty() && line.rfind("{\"version\":", 0) != 0)
			return true;
	return false;
}

/* A handler's signal came between the message and the exit. */
bool
ended_by_signal_while_it_failed(const Outcome &outcome)
{
	return outcome.signal == SIGTERM && fatal_lines(outcome.error) == 1;
}

bool
uses_name_service(const CommandLine &line)
{
	return std::find(line.words.begin(), line.words.end(), "--user=service")
	    != line.words.end();
}

/* A connection is lost or late by these, which the log tells. */
bool
is_logged(const MadeCall &call, int error)
{
	switch (call.number) {
	case SYS_accept4:
		return error != EAGAIN && error != EINTR;
	case SYS_clone:
		return true;
	case SYS_setsockopt:
		return true;
	default:
		return false;
	}
}

Outcome
ServerTorture::run(size_t index, int error)
{
	size_t count = 0;

	if (!error)
		return run_server_failing(GetParam(), 0, 0, 0);
	const unsigned long long number = expected.calls[index].number;
	for (size_t i = 0; i <= index; i++)
		count += expected.calls[i].number == number;
	return run_server_failing(GetParam(), number, count, error);
}

std::string
ServerTorture::wrong_start(const Outcome &outcome, const MadeCall *call, int error) const
{
	if (!is_failure(GetParam().personality, outcome.status))
		return "exit status " + std::to_string(outcome.status);
	if (call && writes_message(*call))
		return "";
	if (fatal_lines(outcome.error) != 1)
		return "not one message of failure";
	/* As s6 says it. */
	if (error == ENOTSOCK && outcome.error.find("is not a socket") != std::string::npos)
		return "";
	/* The C library makes an answer of its own of what fails within getpwnam(3). */
	if (outcome.error.find("no such user") != std::string::npos)
		return "";
	if ((!call || !error_is_lost(*call, error))
	    && fatal_line(outcome.error).find(error_text(error)) == std::string::npos)
		return "the message does not name the error";
	return "";
}

std::string
ServerTorture::wrong_service(const Outcome &outcome, const MadeCall *call, int error) const
{
	if (fatal_lines(outcome.error) != 0 && !ended_by_signal_while_it_failed(outcome))
		return "a message of failure";
	/* A handler that lacks memory says so, in lines of its own. */
	if (call && has_other_lines(outcome.error))
		return "lines of other kinds";
	if (outcome.descriptors != expected.descriptors)
		return "open at the end: " + testing::PrintToString(outcome.descriptors);
	if (call && is_logged(*call, error)
	    && outcome.error.find(error_text(error)) == std::string::npos)
		return "the log does not name the error";
	return "";
}

std::string
ServerTorture::wrong(const Outcome &outcome, const MadeCall *call, int error) const
{
	if (outcome.calls.size() > expected.calls.size() + more_calls)
		return "it made " + std::to_string(outcome.calls.size()) + " calls";
	if (outcome.hung)
		return "it did not end";
	if (outcome.status == expected.status && outcome.signal == expected.signal)
		return wrong_service(outcome, call, error);
	/* glibc's name services do not survive a lack of memory: nss_database.c, nss_action.c. */
	if (outcome.signal && !call && uses_name_service(GetParam()))
		return "";
	if (outcome.signal)
		return "killed by signal " + std::to_string(outcome.signal);
	return wrong_start(outcome, call, error);
}

void
ServerTorture::fail_each_way(size_t index)
{
	const MadeCall &call = expected.calls[index];
	const CallErrors *row = errors_of_call(call.number);

	ASSERT_NE(row, nullptr) << "no row for the errors of system call " << call.number;
	for (int error : errors_to_try(*row, index)) {
		Outcome outcome = run(index, error);
		std::string problem = wrong(outcome, &call, error);
		runs++;
		if (!problem.empty())
			ADD_FAILURE() << "call " << index << ", " << described(*row, call) << ": "
			              << error_text(error) << ": " << problem << "\n" << outcome.error;
	}
}

} // namespace

TEST_P(ServerTorture, EveryCallFails)
{
	for (size_t index = 0; index < expected.calls.size(); index++)
		if (stands_for_others(expected.calls, index))
			fail_each_way(index);
	std::printf("%s: %zu calls, %ld runs\n", GetParam().name.c_str(), expected.calls.size(), runs);
}

TEST_P(ServerTorture, EveryAllocationFails)
{
	long count, unused;

	expected = run_server_without_memory(GetParam(), 0, &count);
	for (long i = 1; i <= count; i++) {
		Outcome outcome = run_server_without_memory(GetParam(), i, &unused);
		std::string problem = wrong(outcome, nullptr, ENOMEM);
		if (!problem.empty())
			ADD_FAILURE() << "allocation " << i << ": " << problem << "\n" << outcome.error;
	}
	std::printf("%s: %ld allocations\n", GetParam().name.c_str(), count);
}

INSTANTIATE_TEST_SUITE_P(Of, ServerTorture, testing::ValuesIn(servers()),
    [](const testing::TestParamInfo<CommandLine> &row) { return row.param.name; });
