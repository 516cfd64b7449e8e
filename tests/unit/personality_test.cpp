/* SPDX-License-Identifier: ISC */
/* What each command's words become as a request, before any socket is opened. */
#include "child.h"
#include "commands.h"
#include "request.h"

#include <string>
#include <vector>

#include <unistd.h>

#include <gtest/gtest.h>

namespace {

using Words = std::vector<std::string>;

void
prepare(void *invocation)
{
	auto *prepared = static_cast<struct invocation *>(invocation);
	prepared->command->prepare(prepared);
}

/* A command line, prepared. */
struct Prepared {
	Words words;
	std::vector<char *> argv;
	struct invocation invocation = {};
	int status = 0; /* LEAVING_NOT: it is right */
	std::string message; /* on standard error */

	Prepared(const struct command &command, Words command_line)
	    : words(std::move(command_line))
	{
		for (std::string &word : words)
			argv.push_back(word.data());
		argv.push_back(nullptr);
		invocation.command = &command;
		invocation.argv = argv.data();
		message = written_to(STDERR_FILENO, [&] {
			status = leaving_status(prepare, &invocation);
			message_write_kept();
		});
	}

	const struct request &request() const { return invocation.request; }

	const struct option_setting &option(enum bindchain_option option) const
	{
		return invocation.request.options[option];
	}
};

Prepared
nosh(Words options, const char *host = "127.0.0.1", const char *service = "80")
{
	options.insert(options.end(), { host, service, "next", "-x" });
	return Prepared(tcp_socket_listen_command, std::move(options));
}

Prepared
s6(Words options, const char *ip = "127.0.0.1", const char *port = "80")
{
	options.insert(options.end(), { ip, port, "next", "-x" });
	return Prepared(s6_tcpserver_socketbinder_command, std::move(options));
}

void
expect_required(const Prepared &prepared, enum bindchain_option option, int value)
{
	EXPECT_EQ(prepared.option(option).want, BINDCHAIN_REQUIRED);
	EXPECT_EQ(prepared.option(option).value, value);
}

TEST(TcpSocketListen, DefaultsAreNoshs)
{
	Prepared prepared = nosh({});

	ASSERT_EQ(prepared.status, LEAVING_NOT) << prepared.message;
	EXPECT_EQ(prepared.message, "");
	EXPECT_EQ(prepared.request().kind, BINDCHAIN_TCP);
	EXPECT_EQ(prepared.request().backlog, 5);
	EXPECT_FALSE(prepared.request().nonblocking);
	EXPECT_FALSE(prepared.request().close_on_exec);
	EXPECT_EQ(written(prepared.request().address), "127.0.0.1 80");
	EXPECT_EQ(prepared.invocation.handover.target, 3);
	EXPECT_EQ(prepared.invocation.handover.change_count, 0);
	EXPECT_STREQ(prepared.invocation.next[0], "next");
	EXPECT_STREQ(prepared.invocation.next[1], "-x");
	expect_required(prepared, BINDCHAIN_REUSE_ADDRESS, 1);
	expect_required(prepared, BINDCHAIN_V6ONLY, 1);
	/* Options at the kernel's default are not set. */
	EXPECT_EQ(prepared.option(BINDCHAIN_SHARE).want, BINDCHAIN_UNASKED);
	EXPECT_EQ(prepared.option(BINDCHAIN_BALANCE).want, BINDCHAIN_UNASKED);
	EXPECT_EQ(prepared.option(BINDCHAIN_BIND_ANY).want, BINDCHAIN_UNASKED);
}

TEST(TcpSocketListen, OptionsAreAsked)
{
	Prepared prepared = nosh({ "--no-reuse-address", "--reuse-port", "--bind-to-any",
	    "--combine4and6", "--upstart-compatibility" }, "::");

	ASSERT_EQ(prepared.status, LEAVING_NOT) << prepared.message;
	EXPECT_FALSE(prepared.option(BINDCHAIN_REUSE_ADDRESS).want != BINDCHAIN_UNASKED
	    && prepared.option(BINDCHAIN_REUSE_ADDRESS).value);
	expect_required(prepared, BINDCHAIN_SHARE, 1);
	expect_required(prepared, BINDCHAIN_BIND_ANY, 1);
	expect_required(prepared, BINDCHAIN_V6ONLY, 0);
	ASSERT_EQ(prepared.invocation.handover.change_count, 2);
	EXPECT_STREQ(prepared.invocation.handover.changes[0].name, "UPSTART_EVENTS");
	EXPECT_STREQ(prepared.invocation.handover.changes[1].name, "UPSTART_FDS");
}

TEST(TcpSocketListen, BacklogIsReadAsCWritesIt)
{
	const struct {
		const char *text;
		int backlog;
	} rows[] = {
		{ "0", 0 }, { "5", 5 }, { "010", 8 }, { "0x10", 16 }, { "+7", 7 },
		{ "100000", 100000 }, { "2147483647", INT_MAX },
		/* Negative or beyond an int: the maximum. */
		{ "-1", BINDCHAIN_BACKLOG_MAXIMUM }, { "-2147483648", BINDCHAIN_BACKLOG_MAXIMUM },
		{ "2147483648", BINDCHAIN_BACKLOG_MAXIMUM },
		{ "4294967295", BINDCHAIN_BACKLOG_MAXIMUM },
	};

	for (const auto &row : rows) {
		Prepared prepared = nosh({ "-b", row.text });
		ASSERT_EQ(prepared.status, LEAVING_NOT) << row.text << prepared.message;
		EXPECT_EQ(prepared.request().backlog, row.backlog) << row.text;
	}
}

TEST(TcpSocketListen, BacklogThatIsNoneIsNamed)
{
	for (std::string text : { "abc", "", "5x", " 5", "08" }) {
		Prepared prepared = nosh({ "--backlog", text });
		EXPECT_EQ(prepared.status, 1) << text;
		EXPECT_EQ(prepared.message, "tcp-socket-listen: FATAL: " + text
		        + ": not a number\n");
	}
	for (std::string text : { "4294967296", "-2147483649", "99999999999999999999" }) {
		Prepared prepared = nosh({ "--backlog", text });
		EXPECT_EQ(prepared.status, 1) << text;
		EXPECT_NE(prepared.message.find("FATAL: " + text + ": not a number"),
		    std::string::npos) << prepared.message;
	}
}

TEST(TcpSocketListen, MissingOperandsAreNamedInOrder)
{
	const char *const texts[] = { "Missing listen host name.", "Missing listen port number.",
		"Missing next program." };
	Words operands;

	for (const char *text : texts) {
		Prepared prepared(tcp_socket_listen_command, operands);
		EXPECT_EQ(prepared.status, 1);
		EXPECT_EQ(prepared.message, std::string("tcp-socket-listen: FATAL: ") + text + "\n");
		operands.push_back("127.0.0.1");
	}
}

/* Ports that nosh's tool takes for numbers, or for other numbers. */
TEST(TcpSocketListen, PortThatIsNoneIsRefused)
{
	for (const char *port : { "", "+80", " 80", "80 ", "80x", "65536", "70000", "-1",
	         "99999999999" }) {
		Prepared prepared = nosh({ "--numeric-host", "--numeric-service" }, "127.0.0.1", port);
		EXPECT_EQ(prepared.status, 1) << '"' << port << '"';
		EXPECT_EQ(prepared.message.find("tcp-socket-listen: FATAL: 127.0.0.1 " + std::string(port)
		        + ": "), 0u) << prepared.message;
	}
}

TEST(UdpSocketListen, DoesNotListen)
{
	Prepared prepared(udp_socket_listen_command, { "127.0.0.1", "53", "next" });

	ASSERT_EQ(prepared.status, LEAVING_NOT) << prepared.message;
	EXPECT_EQ(prepared.request().kind, BINDCHAIN_UDP);
	EXPECT_EQ(prepared.request().backlog, BINDCHAIN_NO_LISTEN);
}

TEST(UdpSocketListen, HasNoBacklog)
{
	Prepared prepared(udp_socket_listen_command, { "--backlog", "5", "127.0.0.1", "53", "n" });

	EXPECT_EQ(prepared.status, 1);
	EXPECT_EQ(prepared.message,
	    "udp-socket-listen: FATAL: --backlog: unrecognized option\n");
}

TEST(SocketBinder, DefaultsAreS6s)
{
	Prepared prepared = s6({});

	ASSERT_EQ(prepared.status, LEAVING_NOT) << prepared.message;
	EXPECT_EQ(prepared.request().kind, BINDCHAIN_TCP);
	/* The kernel's maximum, whatever a C library's SOMAXCONN says. */
	EXPECT_EQ(prepared.request().backlog, BINDCHAIN_BACKLOG_MAXIMUM);
	EXPECT_TRUE(prepared.request().nonblocking);
	EXPECT_FALSE(prepared.request().close_on_exec);
	EXPECT_TRUE(prepared.request().as_standard_input);
	EXPECT_EQ(prepared.invocation.handover.target, 0);
	EXPECT_EQ(prepared.invocation.handover.change_count, 0);
	expect_required(prepared, BINDCHAIN_REUSE_ADDRESS, 1);
	expect_required(prepared, BINDCHAIN_V6ONLY, 1);
	EXPECT_EQ(prepared.option(BINDCHAIN_SHARE).want, BINDCHAIN_UNASKED);
	EXPECT_STREQ(prepared.invocation.next[0], "next");
}

TEST(SocketBinder, OptionsAreAsked)
{
	EXPECT_FALSE(s6({ "-B" }).request().nonblocking);
	EXPECT_EQ(s6({ "-m" }).request().kind, BINDCHAIN_UDP);
	EXPECT_EQ(s6({ "-mM" }).request().kind, BINDCHAIN_TCP);
	EXPECT_EQ(s6({ "-D" }).option(BINDCHAIN_REUSE_ADDRESS).value, 0);
	EXPECT_EQ(s6({ "-Dd" }).option(BINDCHAIN_REUSE_ADDRESS).value, 1);
	EXPECT_EQ(s6({ "--" }).status, LEAVING_NOT);
}

TEST(SocketBinder, BacklogIsDecimalAndZeroDoesNotListen)
{
	const struct {
		const char *text;
		int backlog;
	} rows[] = {
		{ "0", BINDCHAIN_NO_LISTEN }, { "00", BINDCHAIN_NO_LISTEN }, { "1", 1 },
		{ "010", 10 }, { "100000", 100000 }, { "2147483647", INT_MAX },
		{ "2147483648", BINDCHAIN_BACKLOG_MAXIMUM },
		{ "4294967295", BINDCHAIN_BACKLOG_MAXIMUM },
	};

	for (const auto &row : rows)
		for (const std::string &option : { std::string("-b"), std::string("--backlog=") }) {
			Prepared prepared = s6({ option + row.text });
			ASSERT_EQ(prepared.status, LEAVING_NOT) << row.text << prepared.message;
			EXPECT_EQ(prepared.request().backlog, row.backlog) << row.text;
		}
	for (const char *text : { "-1", "abc", "0x10", "+5", "5x", "4294967296" }) {
		Prepared prepared = s6({ "-b", text });
		EXPECT_EQ(prepared.status, 100) << text;
		EXPECT_EQ(prepared.message,
		    "s6-tcpserver-socketbinder: fatal: backlog must be an unsigned integer\n"
		    "s6-tcpserver-socketbinder: info: not a backlog (0 to 4294967295): "
		        + std::string(text) + "\n");
	}
}

/* -m leaves the backlog as it is, and its listen(2) fails: s6's manual warns. */
TEST(SocketBinder, DatagramsListenUnlessToldNotTo)
{
	EXPECT_EQ(s6({ "-m" }).request().backlog, BINDCHAIN_BACKLOG_MAXIMUM);
	EXPECT_EQ(s6({ "-m", "-b0" }).request().backlog, BINDCHAIN_NO_LISTEN);
}

TEST(SocketBinder, AddressIsALiteral)
{
	for (const char *ip : { "127.0.0.1", "0.0.0.0", "::", "::1", "::ffff:127.0.0.1" })
		EXPECT_EQ(s6({}, ip).status, LEAVING_NOT) << ip;
	for (const char *ip : { "localhost", "127.1", "127.0.0.1junk", "", "[::1]", "0x7f000001",
	         "1.2.3.4.5", "::1::", "::1%nosuchinterface" }) {
		Prepared prepared = s6({}, ip);
		EXPECT_EQ(prepared.status, 100) << ip;
		EXPECT_EQ(prepared.message.find("s6-tcpserver-socketbinder: usage: "), 0u)
		    << prepared.message;
	}
}

TEST(SocketBinder, PortIsDigits)
{
	for (const char *port : { "0", "80", "080", "65535" })
		EXPECT_EQ(s6({}, "127.0.0.1", port).status, LEAVING_NOT) << port;
	for (const char *port : { "", "+80", " 80", "80x", "80 ", "-1", "65536", "70000", "http",
	         "99999999999" })
		EXPECT_EQ(s6({}, "127.0.0.1", port).status, 100) << port;
}

TEST(SocketBinder, TooFewOperandsAreAUsageLine)
{
	for (const Words &operands : { Words(), Words{ "127.0.0.1" }, Words{ "127.0.0.1", "80" } }) {
		Prepared prepared(s6_tcpserver_socketbinder_command, operands);
		EXPECT_EQ(prepared.status, 100);
		EXPECT_EQ(prepared.message.find("s6-tcpserver-socketbinder: usage: "), 0u);
	}
}

/* Hostile words are shown, and one line stays one line. */
TEST(Messages, AreOneLineWhateverTheWordsAre)
{
	Prepared prepared = nosh({ "--two\nlines\033[2J" });

	EXPECT_EQ(prepared.status, 1);
	EXPECT_EQ(prepared.message,
	    "tcp-socket-listen: FATAL: --two\\012lines\\033[2J: unrecognized option\n");
}

} // namespace
