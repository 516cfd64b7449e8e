/* SPDX-License-Identifier: ISC */
/* A failure of the real tool for each section of bindchain-errors(7), and its remedies. */
#include <functional>
#include <fstream>
#include <map>
#include <set>

#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "network.h"
#include "probe_listener.h"
#include "refused_call.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

class ErrorSections : public InNamespace {
protected:
	void SetUp() override
	{
		InNamespace::SetUp();
		if (!network)
			return;
		if (!can_change_user())
			SKIP_TEST("only root can become another user");
		network->set_up("lo");
		NetworkNamespace::set("net.ipv4.ip_unprivileged_port_start", "1024");
		ASSERT_EQ(chmod(directory_.path().c_str(), 0755), 0);
	}

	Command bindchain(const Words &arguments) const
	{
		Command command = tool("bindchain", arguments);

		command.directory = directory_.path();
		return command;
	}

	Command listen(const std::string &listener, const Words &next = { "/bin/true" }) const
	{
		Words arguments = { "listen", listener };

		arguments.insert(arguments.end(), next.begin(), next.end());
		return bindchain(arguments);
	}

	Command as_nobody(Command command) const
	{
		command.user = nobody;
		return command;
	}

	static Command with(Command command, const std::string &variable, const std::string &value)
	{
		return command.set(variable, value);
	}

	static Command with_limit(Command command, rlim_t files)
	{
		command.limits[RLIMIT_NOFILE] = files;
		return command;
	}

	static Command refused(Command command, long call, int error)
	{
		command.before_execution = [=](Command &) { refuse_call(call, error); };
		return command;
	}

	/* Leaves a connection on PORT whose listener had no SO_REUSEADDR. */
	void leave_connection(int port)
	{
		Descriptor listening = listen_on("127.0.0.1", port);

		client_ = connect_to("127.0.0.1", port);
		server_ = Descriptor(accept(listening.get(), nullptr, nullptr));
		ASSERT_GE(server_.get(), 0);
	}

	std::map<std::string, Command> failures() const;

	TemporaryDirectory directory_;

private:
	Descriptor client_, server_;
};

std::map<std::string, Command>
ErrorSections::failures() const
{
	const std::string port = ":8080";

	return {
		{ "ADDRESS IN USE", listen("--tcp=127.0.0.1" + port,
		    { "bindchain", "listen", "--tcp=127.0.0.1" + port, "true" }) },
		{ "WILDCARD IN USE", listen("--tcp=0.0.0.0" + port,
		    { "bindchain", "listen", "--tcp=127.0.0.1" + port, "true" }) },
		{ "CONNECTIONS REMAIN", listen("--tcp=127.0.0.1:8081") },
		{ "ADDRESS NOT AVAILABLE", listen("--tcp=192.0.2.1" + port) },
		{ "ADDRESS FAMILY MISSING",
		    refused(listen("--tcp=127.0.0.1" + port), SYS_socket, EAFNOSUPPORT) },
		{ "NO SUCH INTERFACE", listen("--tcp=127.0.0.1:8080,device=eth7") },
		{ "NAME NOT RESOLVED", listen("--tcp=no-such-host.invalid:8080") },
		{ "PERMISSION DENIED", as_nobody(listen("--tcp=127.0.0.1:80")) },
		{ "OPTION NOT PERMITTED", as_nobody(listen("--tcp=127.0.0.1:8080,mark=1")) },
		{ "PATH EXISTS", listen("--unix=file") },
		{ "PATH TOO LONG", listen("--unix=" + std::string(120, 'l')) },
		{ "PATH NOT ACCESSIBLE", listen("--unix=missing/control") },
		{ "REQUIREMENT NOT MET", listen("--tcp=127.0.0.1:8080,backlog=5,least-backlog=6") },
		{ "TOO MANY OPEN FILES",
		    with_limit(listen("--tcp=127.0.0.1:0", { "--tcp=127.0.0.1:0", "true" }), 4) },
		{ "LISTEN_FDS WRONG", bindchain({ "adapt", "true" }) },
		{ "LISTEN_PID DIFFERS",
		    with(with(bindchain({ "adapt", "true" }), "LISTEN_FDS", "1"), "LISTEN_PID", "1") },
		{ "CANNOT ADOPT", bindchain({ "listen", "--adopt", "--tcp=127.0.0.1" + port,
		    directory_ / "set-user-id" }) },
		{ "PROGRAM NOT FOUND", listen("--tcp=127.0.0.1" + port, { "no-such-program" }) },
		{ "NOT SUPPORTED", listen("--tcp=127.0.0.1:8080,fib=1") },
	};
}

/* Those of the page that are of failures. */
std::set<std::string>
sections_of_page()
{
	std::ifstream page(MANUAL_PAGES "/bindchain-errors.7");
	std::set<std::string> sections;

	for (std::string line; std::getline(page, line);)
		if (line.rfind(".Sh ", 0) == 0)
			sections.insert(line.substr(4));
	for (const char *other : { "NAME", "DESCRIPTION", "SEE ALSO" })
		sections.erase(other);
	return sections;
}

} // namespace

TEST_F(ErrorSections, EachIsNamedByAFailure)
{
	std::set<std::string> sections;

	std::ofstream(directory_ / "file");
	std::ofstream(directory_ / "set-user-id") << std::ifstream("/bin/true").rdbuf();
	ASSERT_EQ(chmod((directory_ / "set-user-id").c_str(), 04755), 0);
	leave_connection(8081);
	for (const auto &[section, command] : failures()) {
		Result result = run(command);
		ASSERT_GT(result.error_lines(), 0u) << section;
		std::string last = result.error_line(result.error_lines() - 1);
		EXPECT_EQ(last.substr(last.find(": info: ") + 8),
		    "see bindchain-errors(7), " + section) << result;
		sections.insert(section);
	}
	EXPECT_EQ(sections, sections_of_page());
}
