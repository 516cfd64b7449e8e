/* SPDX-License-Identifier: ISC */
#include "probe_listener.h"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <sys/wait.h>
#include <unistd.h>

#include "observe.h"
#include "skip.h"
#include "tools.h"

void
OnLoopback::SetUp()
{
	network = NetworkNamespace::enter(&why_none);
	if (network)
		network->set_up("lo");
	else if (!has_ipv6())
		SKIP_TEST("this system has no IPv6, and " + why_none);
}

void
InNamespace::SetUp()
{
	OnLoopback::SetUp();
	if (!network)
		SKIP_TEST_WITHOUT_NAMESPACE(why_none);
}

static Command
command_for(const std::string &tool_name, std::vector<std::string> arguments,
    const std::vector<std::string> &probe_arguments, std::optional<uid_t> user)
{
	arguments.push_back(probe_path());
	arguments.insert(arguments.end(), probe_arguments.begin(), probe_arguments.end());
	Command command = tool(tool_name, arguments);
	command.user = user;
	return command;
}

ProbeListener::ProbeListener(const std::string &tool_name,
    const std::vector<std::string> &arguments, const std::vector<std::string> &probe_arguments,
    std::optional<uid_t> user)
    : process_(command_for(tool_name, arguments, probe_arguments, user))
{
	std::string line;

	try {
		line = process_.read_line();
	} catch (const std::exception &) {
		throw std::runtime_error(tool_name + ": " + process_.finish().error);
	}
	report_.emplace(line);
}

const nlohmann::json &
ProbeListener::socket() const
{
	if (report_->sockets().size() != 1)
		throw std::runtime_error("not one socket, but "
		    + std::to_string(report_->sockets().size()));
	return report_->descriptor(report_->sockets()[0]);
}

Result
run_tool(const std::string &tool_name, const std::vector<std::string> &arguments,
    std::optional<uid_t> user)
{
	return run(command_for(tool_name, arguments, {}, user));
}

std::vector<std::string>
hints_of(const std::string &tool_name, const std::vector<std::string> &arguments, int error,
    std::optional<uid_t> user)
{
	const std::string prefix = tool_name + ": info: ";
	Result result = run_tool(tool_name, arguments, user);
	std::vector<std::string> hints;

	EXPECT_NE(result.status, 0) << result;
	for (size_t i = 0; i < 2; i++)
		EXPECT_NE(result.error_line(i).find(error_text(error)), std::string::npos)
		    << result;
	for (size_t i = 2; i < result.error_lines(); i++) {
		std::string line = result.error_line(i);
		EXPECT_EQ(line.substr(0, prefix.size()), prefix) << result;
		hints.push_back(line.substr(std::min(prefix.size(), line.size())));
	}
	return hints;
}

nlohmann::json
explained(const std::string &tool_name, const std::vector<std::string> &arguments)
{
	std::vector<std::string> words = { "explain", "--json", tool_name };

	words.insert(words.end(), arguments.begin(), arguments.end());
	words.push_back(probe_path());
	Result result = run(tool("bindchain", words));
	if (result.status != 0)
		throw std::runtime_error("explain fails: " + result.error);
	return nlohmann::json::parse(result.output).at("sockets").at(0);
}

std::string
answer_from(const std::string &host, int port)
{
	return read_all(connect_to(host, port).get());
}

void
fill_queue(const std::string &host, int port, std::vector<Descriptor> *clients)
{
	constexpr size_t too_many = 500;
	Descriptor client;
	Attempt attempt = Attempt::completed;

	while (attempt == Attempt::completed && clients->size() < too_many) {
		attempt = try_to_connect(host, port, static_cast<int>(clients->size()), &client);
		clients->push_back(std::move(client));
	}
	EXPECT_EQ(attempt, Attempt::turned_away);
}

bool
is_refused(const std::string &host, int port)
{
	try {
		connect_to(host, port);
		return false;
	} catch (const std::system_error &failure) {
		if (failure.code().value() != ECONNREFUSED)
			throw;
		return true;
	}
}
