/* SPDX-License-Identifier: ISC */
/*
 * bindchain queues --watch on a terminal: a pseudo-terminal whose other side is
 * the test.  Escapes are those of ECMA-48 and xterm's control sequences.
 */
#include <cerrno>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "network.h"
#include "probe_listener.h"
#include "skip.h"
#include "tools.h"

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace {

const std::string enter_screen = "\033[?1049h\033[?25l";
const std::string leave_screen = "\033[?25h\033[?1049l";

/* A program on a terminal of 100 columns and 12 rows. */
class Terminal {
public:
	Terminal(const Command &command, const std::string &type)
	{
		winsize size = { 12, 100, 0, 0 };

		if (openpty(&master_, &slave_, nullptr, nullptr, &size) != 0)
			throw std::system_error(errno, std::generic_category(), "openpty");
		tcgetattr(slave_, &modes_);
		pid_ = fork();
		if (pid_ < 0)
			throw std::system_error(errno, std::generic_category(), "fork");
		if (pid_ == 0)
			become(command, type);
	}

	~Terminal()
	{
		if (pid_ > 0) {
			kill(pid_, SIGKILL);
			waitpid(pid_, nullptr, 0);
		}
		close(master_);
		close(slave_);
	}

	pid_t pid() const { return pid_; }
	void type(const std::string &keys) const
	{
		ASSERT_EQ(write(master_, keys.data(), keys.size()),
		    static_cast<ssize_t>(keys.size()));
	}
	void resize(unsigned short columns, unsigned short rows) const
	{
		winsize size = { rows, columns, 0, 0 };

		ioctl(master_, TIOCSWINSZ, &size);
	}

	/* Reads until what came since the last call has WORDS in it; returns it. */
	std::string read_until(const std::string &words)
	{
		std::string seen;

		while (seen.find(words) == std::string::npos)
			if (!read_some(&seen))
				throw std::runtime_error("never came: " + words + ", but: " + seen);
		return seen;
	}

	/* Waits for the end; returns what was written until then. */
	std::string finish(int *status)
	{
		std::string seen;

		/* Our own descriptor of the other side keeps it open for tcgetattr(3):
		 * the end is that of the process. */
		while (waitpid(pid_, status, WNOHANG) == 0)
			read_some(&seen, 20);
		pid_ = -1;
		while (read_some(&seen, 0))
			continue;
		return seen;
	}

	bool is_as_before() const
	{
		termios now;

		return tcgetattr(slave_, &now) == 0 && now.c_lflag == modes_.c_lflag
		    && now.c_iflag == modes_.c_iflag && now.c_oflag == modes_.c_oflag;
	}

private:
	[[noreturn]] void become(const Command &command, const std::string &type) const
	{
		std::string variable = "TERM=" + type;
		std::vector<char *> argv = pointers(command.argv);
		std::vector<char *> environment = { variable.data(), nullptr };

		setsid();
		ioctl(slave_, TIOCSCTTY, 0);
		for (int descriptor = 0; descriptor < 3; descriptor++)
			dup2(slave_, descriptor);
		close(master_);
		execve(command.file.c_str(), argv.data(), environment.data());
		_exit(255);
	}

	bool read_some(std::string *into, int milliseconds = 20000) const
	{
		pollfd polled = { master_, POLLIN, 0 };
		char bytes[4096];

		if (poll(&polled, 1, milliseconds) <= 0)
			return false;
		ssize_t length = read(master_, bytes, sizeof bytes);
		if (length <= 0)
			return false;
		into->append(bytes, static_cast<size_t>(length));
		return true;
	}

	int master_ = -1, slave_ = -1;
	pid_t pid_ = -1;
	termios modes_ = {};
};

class Screen : public InNamespace {
protected:
	void SetUp() override
	{
		InNamespace::SetUp();
		if (!network)
			return;
		listening_ = listen_on("127.0.0.1");
		port_ = port_of(listening_.get());
	}

	static Command watch(const std::string &interval = "0.1")
	{
		return tool("bindchain", { "queues", "--watch", "--interval=" + interval });
	}

	std::string at() const { return "127.0.0.1:" + std::to_string(port_); }

	Descriptor listening_;
	int port_ = 0;
};

TEST_F(Screen, QQuitsAndLeavesTheTerminalAsItWas)
{
	Terminal terminal(watch(), "xterm");
	int status;

	EXPECT_THAT(terminal.read_until(at()), StartsWith(enter_screen));
	EXPECT_FALSE(terminal.is_as_before());
	terminal.type("q");
	EXPECT_THAT(terminal.finish(&status), EndsWith(leave_screen));
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(WEXITSTATUS(status), 0);
	EXPECT_TRUE(terminal.is_as_before());
}

TEST_F(Screen, SignalsLeaveTheTerminalAsItWas)
{
	for (int signal : { SIGINT, SIGTERM, SIGHUP, SIGQUIT }) {
		Terminal terminal(watch(), "xterm");
		int status;
		terminal.read_until(at());
		kill(terminal.pid(), signal);
		EXPECT_THAT(terminal.finish(&status), EndsWith(leave_screen)) << signal;
		EXPECT_TRUE(WIFSIGNALED(status)) << signal;
		EXPECT_EQ(WTERMSIG(status), signal);
		EXPECT_TRUE(terminal.is_as_before()) << signal;
	}
}

TEST_F(Screen, TheInterruptKeyEndsIt)
{
	Terminal terminal(watch(), "xterm");
	int status;

	terminal.read_until(at());
	terminal.type("\003");
	EXPECT_THAT(terminal.finish(&status), EndsWith(leave_screen));
	EXPECT_EQ(WTERMSIG(status), SIGINT);
}

/* Of 16 in 20 characters, 4 and then 2: the bar is 20 wide on 100 columns. */
TEST_F(Screen, TheBarShowsWhatIsFullAndWhatEverWas)
{
	std::vector<Descriptor> clients;
	Terminal terminal(watch(), "xterm");

	terminal.read_until(at() + " [                    ]      0       0      16       0");
	for (int i = 0; i < 4; i++)
		clients.push_back(connect_to("127.0.0.1", port_));
	terminal.read_until(at() + " [#####               ]      4       4      16       0");
	for (int i = 0; i < 2; i++)
		clients.emplace_back(accept(listening_.get(), nullptr, nullptr));
	terminal.read_until(at() + " [##...               ]      2       4      16       0");
}

TEST_F(Screen, AnotherSizeIsTakenAtOnce)
{
	Terminal terminal(watch("3600"), "xterm");
	std::string seen;

	terminal.read_until("\033[J");
	terminal.resize(40, 12);
	seen = terminal.read_until("\033[J");
	EXPECT_THAT(seen, HasSubstr("\n" + at().substr(0, 10) + "... ["));
	ASSERT_THAT(seen, StartsWith("\033[H"));
	for (size_t start = 3, end; (end = seen.find("\033[K\r\n", start)) != std::string::npos;
	     start = end + 5)
		EXPECT_LT(end - start, 40U) << seen;
}

TEST_F(Screen, MoreListenersThanRowsAreCounted)
{
	std::vector<Descriptor> others;

	for (int i = 0; i < 19; i++)
		others.push_back(listen_on("127.0.0.1"));
	Descriptor client = connect_to("127.0.0.1", port_);
	Terminal terminal(watch(), "xterm");
	std::string seen = terminal.read_until("and 12 more");

	EXPECT_THAT(seen, HasSubstr("20 listeners"));
	/* The fullest is on top. */
	EXPECT_LT(seen.find(at()), seen.find("127.0.0.1:" + std::to_string(
	    port_of(others[0].get()))));
}

/* A shell with job control, which says when its job has stopped. */
TEST_F(Screen, StoppedItGivesTheTerminalBackAndTakesItAgain)
{
	const std::string job = tool_path("bindchain") + " queues --watch --interval=0.1";
	Terminal terminal(Command({ "/bin/sh", "-mc", job + "; echo is back; read line; fg" }),
	    "xterm");
	int status;

	terminal.read_until(at());
	terminal.type("\032");
	EXPECT_THAT(terminal.read_until("is back"), HasSubstr(leave_screen));
	EXPECT_TRUE(terminal.is_as_before());
	terminal.type("\n");
	EXPECT_THAT(terminal.read_until(at()), HasSubstr(enter_screen));
	terminal.type("q");
	EXPECT_THAT(terminal.finish(&status), HasSubstr(leave_screen));
	EXPECT_TRUE(terminal.is_as_before());
}

TEST_F(Screen, ADumbTerminalGetsLines)
{
	Terminal terminal(watch(), "dumb");

	EXPECT_THAT(terminal.read_until(" length 0 "), Not(HasSubstr("\033")));
	EXPECT_TRUE(terminal.is_as_before());
}

} // namespace
