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

	/* Any user may create files in it, but not connect to the socket. */
	void make_directory_with_socket(const std::string &name) const
	{
		const std::string path = directory_ / name;

		ASSERT_EQ(mkdir(path.c_str(), 0777), 0);
		ASSERT_EQ(chmod(path.c_str(), 0777), 0);
		ASSERT_EQ(mknod((path + "/socket").c_str(), S_IFSOCK | 0600, 0), 0);
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

/* That the last line names, or the line. */
std::string
section_of(const Result &result)
{
	static const std::string see = ": info: see bindchain-errors(7), ";
	std::string last = result.error_lines() ? result.error_line(result.error_lines() - 1) : "";
	size_t start = last.find(see);

	return start == std::string::npos ? last : last.substr(start + see.size());
}

/* Of the same command. */
nlohmann::json
explanation_of(Command command)
{
	command.argv.insert(command.argv.begin() + 1, { "explain", "--json" });
	return nlohmann::json::parse(run(command).output);
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
		EXPECT_EQ(section_of(result), section) << result;
		sections.insert(section);
	}
	EXPECT_EQ(sections, sections_of_page());
}

TEST_F(ErrorSections, AreInTheExplanationOfAFailureThatIsForeseen)
{
	Descriptor wildcard = listen_on("0.0.0.0", 8081), specific = listen_on("127.0.0.1", 8082);
	const std::vector<std::pair<std::string, Command>> foreseen = {
		{ "WILDCARD IN USE", listen("--tcp=127.0.0.1:8081") },
		{ "WILDCARD IN USE", listen("--tcp=[::]:8081,dual") },
		{ "ADDRESS IN USE", listen("--tcp=0.0.0.0:8081") },
		{ "ADDRESS IN USE", listen("--tcp=127.0.0.1:8082") },
		{ "WILDCARD IN USE", listen("--tcp=0.0.0.0:8082") },
		{ "CONNECTIONS REMAIN", listen("--tcp=127.0.0.1:8083") },
		{ "ADDRESS NOT AVAILABLE", listen("--tcp=192.0.2.1:8080") },
		{ "NO SUCH INTERFACE", listen("--tcp=127.0.0.1:8080,device=eth7,wait=1") },
		{ "PERMISSION DENIED", as_nobody(listen("--tcp=127.0.0.1:80")) },
		{ "OPTION NOT PERMITTED", as_nobody(listen("--tcp=127.0.0.1:8080,mark=1")) },
		{ "PATH EXISTS", listen("--unix=file") },
		{ "PATH EXISTS", listen("--fifo=file") },
		{ "PATH NOT ACCESSIBLE", listen("--unix=missing/control") },
		{ "PATH NOT ACCESSIBLE", listen("--unix=file/control") },
		{ "PATH NOT ACCESSIBLE", as_nobody(listen("--unix=control")) },
		{ "PATH NOT ACCESSIBLE", as_nobody(listen("--unix=open/socket")) },
		{ "PATH NOT ACCESSIBLE", as_nobody(listen("--unix=open/control,owner=0")) },
		{ "PATH NOT ACCESSIBLE", as_nobody(listen("--unix=open/control,group=0")) },
		{ "PATH NOT ACCESSIBLE", as_nobody(listen("--fifo=open/fifo,owner=0")) },
		{ "PATH NOT ACCESSIBLE",
		    as_nobody(listen("--unix=open/new/control,directory-mode=0755"
		                     ",directory-owner=0")) },
		{ "REQUIREMENT NOT MET", listen("--tcp=127.0.0.1:8080,backlog=5,least-backlog=6") },
		{ "REQUIREMENT NOT MET", as_nobody(listen("--udp=127.0.0.1:8080,receive-buffer=2147483647"
		                                          ",least-receive-buffer=2147483647")) },
		{ "NOT SUPPORTED", listen("--tcp=127.0.0.1:8080,fib=1") },
	};

	std::ofstream(directory_ / "file");
	make_directory_with_socket("open");
	leave_connection(8083);
	for (const auto &[section, command] : foreseen) {
		nlohmann::json socket = explanation_of(command).at("sockets").at(0);
		EXPECT_EQ(socket.at("sections"), nlohmann::json({ section })) << socket.dump(2);
		Result result = run(command);
		EXPECT_NE(result.status, 0) << section;
		EXPECT_EQ(section_of(result), section) << result;
	}
	EXPECT_EQ(explanation_of(listen("--tcp=127.0.0.1:8080")).at("sockets").at(0).at("sections"),
	    nlohmann::json::array());
}

TEST_F(ErrorSections, AreInTheExplanationOfTheNextProgramAndOfInheritedSockets)
{
	nlohmann::json missing = explanation_of(listen("--tcp=127.0.0.1:8080", { "no-such-program" }));
	Command accepting = bindchain({ "accept", "true" });

	EXPECT_EQ(missing.at("next").at("section"), "PROGRAM NOT FOUND");
	EXPECT_EQ(section_of(run(accepting)), "LISTEN_FDS WRONG");
	EXPECT_EQ(explanation_of(accepting).at("serving").at("section"), "LISTEN_FDS WRONG");
	EXPECT_EQ(explanation_of(accepting).at("next").at("section"), nullptr);
	accepting.set("LISTEN_FDS", "1").set("LISTEN_PID", "1");
	EXPECT_EQ(section_of(run(accepting)), "LISTEN_PID DIFFERS");
	EXPECT_EQ(explanation_of(accepting).at("serving").at("section"), "LISTEN_PID DIFFERS");
}
