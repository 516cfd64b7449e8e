/* SPDX-License-Identifier: ISC */
/*
 * systemd's view: its library reads what we hand over, and its tool opens the
 * same listeners, which must look alike to the program behind.
 */
#include <stdexcept>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "network.h"
#include "probe_report.h"
#include "skip.h"
#include "tools.h"

namespace {

const char nosh[] = "tcp-socket-listen";
const char reader[] = SD_READER; /* empty: libsystemd is missing */
const char socket_activate[] = SOCKET_ACTIVATE;
const char socket_proxyd[] = SOCKET_PROXYD;

/* A chain of COUNT listeners, up to the next program. */
Command
listeners(int count)
{
	std::vector<std::string> arguments;

	for (int i = 0; i < count; i++) {
		if (i)
			arguments.push_back(nosh);
		arguments.insert(arguments.end(), { "--systemd-compatibility", "127.0.0.1", "0" });
	}
	return tool(nosh, arguments);
}

std::string
join(const std::vector<std::string> &words)
{
	std::string text;

	for (size_t i = 0; i < words.size(); i++)
		text += (i ? ":" : "") + words[i];
	return text;
}

class SdListenFds : public testing::TestWithParam<int> {
protected:
	void SetUp() override
	{
		if (!reader[0])
			SKIP_TEST("libsystemd was not found when the tests were built");
	}

	/* What the library reads behind as many listeners as the parameter says. */
	nlohmann::json read_behind(const std::optional<std::string> &names)
	{
		Command command = listeners(GetParam());
		if (names)
			command.set("LISTEN_FDNAMES", *names);
		command.argv.push_back(reader);
		Result result = run(command);
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.error, "");
		return nlohmann::json::parse(result.output);
	}

	std::vector<std::string> names(int count) const
	{
		std::vector<std::string> list;
		for (int i = 0; i < count; i++)
			list.push_back("name-" + std::to_string(i));
		return list;
	}

	void expect_read(const nlohmann::json &found, const std::vector<std::string> &expected)
	{
		EXPECT_EQ(found.at("count"), GetParam());
		EXPECT_EQ(found.at("names"), expected);
		EXPECT_EQ(found.at("listening"),
		    std::vector<int>(static_cast<size_t>(GetParam()), 1));
	}
};

TEST_P(SdListenFds, FindsAllSocketsWithoutNames)
{
	expect_read(read_behind(std::nullopt),
	    std::vector<std::string>(static_cast<size_t>(GetParam()), "unknown"));
}

TEST_P(SdListenFds, FindsTheNamesThatWerePreset)
{
	expect_read(read_behind(join(names(GetParam()))), names(GetParam()));
}

TEST_P(SdListenFds, FindsTheSocketsBehindTheNamedOnesUnknown)
{
	std::vector<std::string> expected = names((GetParam() + 1) / 2);
	std::string preset = join(expected);

	expected.resize(static_cast<size_t>(GetParam()), "unknown");
	expect_read(read_behind(preset), expected);
}

INSTANTIATE_TEST_SUITE_P(Sockets, SdListenFds, testing::Range(1, 9));

/* ---- another opener ---- */

class SocketActivate : public testing::Test {
protected:
	void SetUp() override
	{
		if (!socket_activate[0] || access(socket_activate, X_OK) != 0)
			SKIP_TEST("systemd-socket-activate was not found (Debian: systemd)");
	}

	/*
	 * What it hands to a program.  It executes that when a client comes, and says
	 * on standard error when it listens.
	 */
	ProbeReport activated(const std::string &address, int port,
	    const std::vector<std::string> &arguments)
	{
		std::vector<std::string> argv = { "/bin/sh", "-c", "exec \"$0\" \"$@\" 2>&1",
			socket_activate, "-l", address + ":" + std::to_string(port) };
		argv.insert(argv.end(), arguments.begin(), arguments.end());
		Command command(argv);
		command.set("PATH", tool_directory() + ":/usr/bin:/bin");
		Process process(command);
		EXPECT_NE(process.read_line().find("Listening on "), std::string::npos);
		std::string host = address[0] == '[' ? address.substr(1, address.size() - 2) : address;
		Descriptor client = connect_to(host, port);
		std::string line;
		do
			line = process.read_line();
		while (line[0] != '{');
		return ProbeReport(line);
	}

	/* All that the kernel tells of the socket, except which one it is. */
	static nlohmann::json comparable(nlohmann::json socket)
	{
		for (const char *differs : { "inode", "port", "queue_length" })
			socket.erase(differs);
		return socket;
	}

	void same_listener(const std::string &host, const std::string &systemd_host)
	{
		int port;
		Descriptor reserved = reserve_port(host, &port);
		ProbeReport theirs = activated(systemd_host, port,
		    { "--fdname=web", probe_path() });
		Command command = tool(nosh, { "--systemd-compatibility", "-b", "-1", host,
		    std::to_string(port) });
		command.set("LISTEN_FDNAMES", "web");
		ProbeReport ours = probe_behind(command);

		EXPECT_EQ(ours.descriptors(), theirs.descriptors());
		EXPECT_EQ(ours.descriptor(3).at("port"), theirs.descriptor(3).at("port"));
		EXPECT_EQ(comparable(ours.descriptor(3)), comparable(theirs.descriptor(3)));
		for (const char *name : { "LISTEN_FDS", "LISTEN_FDNAMES" })
			EXPECT_EQ(ours.variable(name), theirs.variable(name)) << name;
		EXPECT_EQ(theirs.variable("LISTEN_PID"), std::to_string(theirs.pid()));
		EXPECT_EQ(ours.variable("LISTEN_PID"), std::to_string(ours.pid()));
	}
};

TEST_F(SocketActivate, OpensTheSameIpv4Listener)
{
	same_listener("127.0.0.1", "127.0.0.1");
}

TEST_F(SocketActivate, OpensTheSameIpv6Listener)
{
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	same_listener("::1", "[::1]");
}

TEST_F(SocketActivate, IsCountedOnByOurs)
{
	int port;
	Descriptor reserved = reserve_port("127.0.0.1", &port);
	ProbeReport report = activated("127.0.0.1", port, { "--fdname=web", tool_path(nosh),
	    "--systemd-compatibility", "127.0.0.1", "0", probe_path() });

	EXPECT_EQ(report.sockets(), (std::vector<int> { 3, 4 }));
	EXPECT_EQ(report.descriptor(3).at("port"), port);
	EXPECT_EQ(report.variable("LISTEN_FDS"), "2");
	EXPECT_EQ(report.variable("LISTEN_FDNAMES"), "web:unknown");
	EXPECT_EQ(report.variable("LISTEN_PID"), std::to_string(report.pid()));
}

/* One command line for both starts. */
TEST_F(SocketActivate, IsTakenByAListenerThatInherits)
{
	int port;
	Descriptor reserved = reserve_port("127.0.0.1", &port);
	const std::vector<std::string> words = { tool_path("bindchain"), "listen",
		"--tcp=127.0.0.1:0,name=other",
		"--tcp=127.0.0.1:" + std::to_string(port) + ",name=web,inherit", probe_path() };
	std::vector<std::string> activation = { "--fdname=web" };
	activation.insert(activation.end(), words.begin(), words.end());
	ProbeReport theirs = activated("127.0.0.1", port, activation);
	ProbeReport ours = probe_behind(tool("bindchain", { words.begin() + 1, words.end() - 1 }));

	for (const ProbeReport *report : { &theirs, &ours }) {
		EXPECT_EQ(report->sockets(), (std::vector<int> { 3, 4 }));
		EXPECT_EQ(report->descriptor(4).at("port"), port);
		EXPECT_EQ(report->variable("LISTEN_FDS"), "2");
		EXPECT_EQ(report->variable("LISTEN_FDNAMES"), "other:web");
		EXPECT_EQ(report->variable("LISTEN_PID"), std::to_string(report->pid()));
	}
}

/* ---- a daemon that takes its sockets from LISTEN_FDS ---- */

/* The next connection of LISTENER; throws where none comes. */
Descriptor
accept_from(const Descriptor &listener)
{
	struct pollfd polled = { listener.get(), POLLIN, 0 };

	if (poll(&polled, 1, 20000) != 1)
		throw std::runtime_error("nobody connected");
	return Descriptor(accept(listener.get(), nullptr, nullptr));
}

class SocketProxy : public testing::Test {
protected:
	void SetUp() override
	{
		/* It may have been there only where this was built. */
		if (!socket_proxyd[0] || access(socket_proxyd, X_OK) != 0)
			SKIP_TEST("systemd-socket-proxyd was not found (Debian: systemd)");
	}

	/* What it connects to. */
	Descriptor server = listen_on("127.0.0.1");

	void serves(const std::string &host, int port)
	{
		Descriptor client = connect_to(host, port);
		Descriptor connection = accept_from(server);
		ASSERT_EQ(write(connection.get(), "words", 5), 5);
		connection = Descriptor();
		EXPECT_EQ(read_all(client.get()), "words");
	}
};

TEST_F(SocketProxy, ServesBothFamiliesOfAChain)
{
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	int ipv4_port, ipv6_port;
	Descriptor ipv4 = reserve_port("127.0.0.1", &ipv4_port);
	Descriptor ipv6 = reserve_port("::1", &ipv6_port);
	/* The sockets listen when the shell says so, and it stays the process that
	 * LISTEN_PID names. */
	Process chain(tool(nosh, { "--systemd-compatibility", "127.0.0.1",
	    std::to_string(ipv4_port), nosh, "--systemd-compatibility", "::1",
	    std::to_string(ipv6_port), "sh", "-c", "echo ready; exec \"$0\" \"$1\"",
	    socket_proxyd, "127.0.0.1:" + std::to_string(port_of(server.get())) }));

	ASSERT_EQ(chain.read_line(), "ready");
	serves("127.0.0.1", ipv4_port);
	serves("::1", ipv6_port);
}

} // namespace
