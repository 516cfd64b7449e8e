/* SPDX-License-Identifier: ISC */
/* Servers under load, as procfs(5) shows them: limits, memory, descriptors and CPU time. */
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <iterator>
#include <memory>
#include <sstream>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "full_pipe.h"
#include "network.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

Command
server(const char *name, const Words &arguments, int listener)
{
	Command command = tool(name, arguments);
	std::string tool_name = name;

	command.descriptors[tool_name.rfind("s6-", 0) == 0 ? 0 : 3] = listener;
	return command;
}

const char nosh[] = "tcp-socket-accept", s6[] = "s6-tcpserverd", native[] = "bindchain";

/* The arguments of each server that limit it to LIMIT connections. */
Words
limited_to(const std::string &name, int limit, const Words &handler)
{
	std::string number = std::to_string(limit);
	Words words = name == nosh ? Words { "-v", "-c", number }
	    : name == s6 ? Words { "-v2", "-c", number }
	    : Words { "accept", "--fd=3", "--log=lines", "--limit=" + number };

	words.insert(words.end(), handler.begin(), handler.end());
	return words;
}

std::string
proc_file(pid_t pid, const std::string &name)
{
	return "/proc/" + std::to_string(pid) + "/" + name;
}

/* A number of kilobytes in status. */
long
memory(pid_t pid, const std::string &name)
{
	std::istringstream lines(read_whole_file(proc_file(pid, "status")));

	for (std::string line; std::getline(lines, line);)
		if (line.rfind(name + ":", 0) == 0)
			return std::stol(line.substr(name.size() + 1));
	ADD_FAILURE() << name << " is not in status";
	return -1;
}

long
descriptors(pid_t pid)
{
	std::filesystem::directory_iterator entries(proc_file(pid, "fd"));

	return std::distance(begin(entries), end(entries));
}

/* Nanoseconds that the process has run on a processor. */
long long
processor_time(pid_t pid)
{
	return std::stoll(read_whole_file(proc_file(pid, "schedstat")));
}

std::string
state(pid_t pid)
{
	std::string text = read_whole_file(proc_file(pid, "stat"));

	return text.substr(text.rfind(')') + 2, 1);
}

/* Until it waits for events, with every connection passed on and closed. */
void
wait_until_it_sleeps(pid_t pid)
{
	while (state(pid) != "S")
		sched_yield();
}

/* ---- limits ---- */

/* The greatest N in "N/LIMIT" or "N of LIMIT", at the ends of lines. */
int
most_connections(const std::string &log, const std::string &limit)
{
	std::istringstream lines(log);
	int most = 0;

	for (std::string line; std::getline(lines, line);) {
		size_t end = line.rfind(limit);
		if (end == std::string::npos || end + limit.size() != line.size())
			continue;
		size_t start = line.find_last_not_of("0123456789", end - 1) + 1;
		most = std::max(most, std::stoi(line.substr(start, end - start)));
	}
	return most;
}

/* Clients that all wait at once; each is answered, and then closed by its client.  The first
 * ones, HELD of them, are open together. */
void
serve_all(int port, int clients, int held)
{
	std::vector<Descriptor> connections, held_open;
	std::vector<pollfd> polled;
	int served = 0;

	for (int i = 0; i < clients; i++) {
		connections.push_back(connect_to("127.0.0.1", port));
		polled.push_back({ connections.back().get(), POLLIN, 0 });
		ASSERT_EQ(write(connections.back().get(), "x", 1), 1);
	}
	while (served < clients) {
		ASSERT_GT(poll(polled.data(), polled.size(), 20000), 0);
		for (size_t i = 0; i < polled.size(); i++) {
			char byte;
			if (!polled[i].revents)
				continue;
			ASSERT_EQ(read(polled[i].fd, &byte, 1), 1);
			held_open.push_back(std::move(connections[i]));
			polled[i].fd = -1;
			if (++served >= held)
				held_open.clear();
		}
	}
}

class Server : public testing::TestWithParam<const char *> {};

TEST_P(Server, LimitIsReachedAndNeverExceeded)
{
	Descriptor listener = listen_on("127.0.0.1");
	ASSERT_EQ(listen(listener.get(), 200), 0);
	Process process(server(GetParam(), limited_to(GetParam(), 7, { "/bin/cat" }),
	    listener.get()));

	serve_all(port_of(listener.get()), 100, 7);
	process.kill(SIGTERM);
	Result result = process.finish();
	EXPECT_EQ(most_connections(result.error, std::string(GetParam()) == native ? " of 7" : "/7"),
	    7) << result;
}

/* Handlers that die, and one that neither ends nor heeds a signal: it takes one place. */
TEST_P(Server, HandlersThatHangTakeTheirPlaceAlone)
{
	Descriptor listener = listen_on("127.0.0.1");
	Process process(server(GetParam(), limited_to(GetParam(), 2, { "/bin/sh", "-c",
	    "read word; case $word in hang) trap '' TERM HUP INT; echo up; read x ;;"
	    " *) kill -SEGV $$ ;; esac" }), listener.get()));
	Descriptor hanging = connect_to("127.0.0.1", port_of(listener.get()));
	char text[3];
	ASSERT_EQ(write(hanging.get(), "hang\n", 5), 5);
	ASSERT_EQ(read(hanging.get(), text, sizeof text), 3);

	for (int i = 0; i < 20; i++) {
		Descriptor client = connect_to("127.0.0.1", port_of(listener.get()));
		ASSERT_EQ(write(client.get(), "die\n", 4), 4);
		EXPECT_EQ(read_all(client.get()), "");
	}
}

/* ---- what a connection leaves behind ---- */

void
connect_and_wait(int port)
{
	Descriptor connection = connect_to("127.0.0.1", port);
	char byte;

	while (read(connection.get(), &byte, 1) > 0)
		;
}

/* BINDCHAIN_CONNECTIONS=1000000 takes an hour. */
TEST_P(Server, ManyConnectionsLeaveNoMemoryAndNoDescriptors)
{
	const char *many = getenv("BINDCHAIN_CONNECTIONS");
	int connections = many ? std::stoi(many) : 200;
	Descriptor listener = listen_on("127.0.0.1");
	Words handler = limited_to(GetParam(), 4, { "/bin/true" });
	handler.erase(std::remove_if(handler.begin(), handler.end(), [](const std::string &word) {
		return word == "-v" || word == "-v2" || word == "--log=lines";
	}), handler.end());
	Command command = server(GetParam(), handler, listener.get());
	command.deadline = std::chrono::hours(many ? 24 : 1);
	Process process(command);

	for (int i = 0; i < 20; i++)
		connect_and_wait(port_of(listener.get()));
	wait_until_it_sleeps(process.pid());
	long before = memory(process.pid(), "VmData"), open_before = descriptors(process.pid());
	for (int i = 0; i < connections; i++)
		connect_and_wait(port_of(listener.get()));
	wait_until_it_sleeps(process.pid());
	EXPECT_EQ(memory(process.pid(), "VmData"), before);
	EXPECT_EQ(descriptors(process.pid()), open_before);
}

/* Ends of handlers may wait for the next connection, but not if none comes. */
TEST_P(Server, ReapsTheLastHandler)
{
	Descriptor listener = listen_on("127.0.0.1");
	std::string name = GetParam();
	Process process(server(GetParam(), name == native
	    ? Words { "accept", "--fd=3", "/bin/true" } : Words { "/bin/true" }, listener.get()));
	std::string children = proc_file(process.pid(), "task/" + std::to_string(process.pid())
	    + "/children");

	for (int i = 0; i < 3; i++)
		connect_and_wait(port_of(listener.get()));
	while (!read_whole_file(children).empty())
		sched_yield();
}

/* ---- failures ---- */

size_t
count_of(const std::string &part, const std::string &text)
{
	size_t count = 0;

	for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
		count++;
	return count;
}

/* For before_execution: what is logged is read from standard output. */
void
log_to_standard_output(Command &)
{
	if (dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
		_exit(EXIT_FAILURE);
}

void
read_line_with(Process &process, const std::string &part)
{
	while (process.read_line().find(part) == std::string::npos)
		;
}

/*
 * Without a descriptor for the connection accept(2) fails with EMFILE while the connection
 * waits: the server waits too, and neither runs nor writes, but tries again after a second.
 * When there are descriptors, it is served.
 */
TEST_P(Server, WithoutDescriptorsItWaitsAndDoesNotRun)
{
	using std::chrono::steady_clock;
	Descriptor listener = listen_on("127.0.0.1");
	Command command = server(GetParam(), limited_to(GetParam(), 4, { "/bin/cat" }),
	    listener.get());
	command.before_execution = log_to_standard_output;
	Process process(command);
	serve_all(port_of(listener.get()), 1, 1); /* it has started */
	wait_until_it_sleeps(process.pid());
	rlimit limit = { static_cast<rlim_t>(descriptors(process.pid())), 1024 };
	ASSERT_EQ(prlimit(process.pid(), RLIMIT_NOFILE, &limit, nullptr), 0);
	steady_clock::time_point begin = steady_clock::now();
	Descriptor client = connect_to("127.0.0.1", port_of(listener.get()));
	ASSERT_EQ(write(client.get(), "y", 1), 1);
	read_line_with(process, error_text(EMFILE));
	long long before = processor_time(process.pid());
	read_line_with(process, error_text(EMFILE));
	EXPECT_LT(processor_time(process.pid()) - before, 20000000);
	limit.rlim_cur = 1024;
	ASSERT_EQ(prlimit(process.pid(), RLIMIT_NOFILE, &limit, nullptr), 0);
	char byte;
	EXPECT_EQ(read(client.get(), &byte, 1), 1);
	process.kill(SIGKILL);
	std::string log = process.finish().output;
	/* N lines, a second apart, take N - 1 seconds or longer. */
	std::chrono::duration<double> elapsed = steady_clock::now() - begin;
	EXPECT_LE(static_cast<double>(count_of(error_text(EMFILE), log)), elapsed.count() + 1)
	    << log;
}

/* SIGTERM is pending from then on, whatever the server does, until it looks. */
void
wait_until_it_blocks(pid_t pid, int signal)
{
	for (unsigned long long blocked = 0; !(blocked >> (signal - 1) & 1); sched_yield()) {
		std::string status = read_whole_file(proc_file(pid, "status"));
		size_t at = status.find("SigBlk:");
		ASSERT_NE(at, std::string::npos);
		blocked = std::stoull(status.substr(at + 7), nullptr, 16);
	}
}

TEST(NativeServer, IsEndedBySIGTERMWhileNobodyReadsThatItIsReady)
{
	TemporaryDirectory directory;
	Descriptor listener = listen_on("127.0.0.1"), manager = bind_path(directory / "manager",
	    SOCK_DGRAM);
	FullPipe full;
	Command command = server(native, { "accept", "--fd=3", "--notify-fd=4", "--notify-systemd",
	    "--log=lines", "true" }, listener.get());
	command.descriptors[4] = full.writer.get();
	command.set("NOTIFY_SOCKET", directory / "manager");
	Process process(command);

	wait_until_it_blocks(process.pid(), SIGTERM);
	process.kill(SIGTERM);
	Result result = process.finish();
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_NE(result.error.find("signal 15"), std::string::npos) << result;
	EXPECT_EQ(full.others(), "");
	/* It was never ready: sd_notify(3). */
	char text[64];
	ssize_t size = recv(manager.get(), text, sizeof text, MSG_DONTWAIT);
	ASSERT_GT(size, 0);
	EXPECT_EQ(std::string(text, static_cast<size_t>(size)), "STOPPING=1");
	EXPECT_LT(recv(manager.get(), text, sizeof text, MSG_DONTWAIT), 0);
}

/* From here on this process and its children get ERROR of this system call: seccomp(2). */
void
refuse_call(unsigned number, unsigned error)
{
	sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const sock_fprog program = { std::size(filter), filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
	    || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		_exit(EXIT_FAILURE);
}

void
refuse_dup2(Command &)
{
#ifdef SYS_dup2
	refuse_call(SYS_dup2, EBUSY);
#endif
	refuse_call(SYS_dup3, EBUSY);
}

/* What fails in the process of a handler before it executes that, the server says. */
TEST_P(Server, SaysWhyAHandlerCannotHaveItsConnection)
{
	Descriptor listener = listen_on("127.0.0.1");
	Command command = server(GetParam(), limited_to(GetParam(), 1, { "/bin/cat" }),
	    listener.get());
	command.before_execution = refuse_dup2;
	Process process(command);

	for (int i = 0; i < 3; i++) {
		Descriptor client = connect_to("127.0.0.1", port_of(listener.get()));
		EXPECT_EQ(read_all(client.get()), "");
	}
	process.kill(SIGTERM);
	std::string log = process.finish().error;
	EXPECT_EQ(count_of(error_text(EBUSY), log), 3u) << log;
}

/* As when a limit of processes is reached, clone(2).  What is logged is read from standard
 * output. */
void
refuse_processes(Command &command)
{
	log_to_standard_output(command);
	refuse_call(SYS_clone, EAGAIN);
}

/* nosh and s6 close the connection, and go on. */
TEST(Compatible, WithoutProcessesCloseEachConnection)
{
	for (const char *name : { nosh, s6 }) {
		Descriptor listener = listen_on("127.0.0.1");
		Command command = server(name, limited_to(name, 9, { "/bin/cat" }), listener.get());
		command.before_execution = refuse_processes;
		Process process(command);

		for (int i = 0; i < 3; i++) {
			Descriptor client = connect_to("127.0.0.1", port_of(listener.get()));
			EXPECT_EQ(read_all(client.get()), "");
		}
		process.kill(SIGTERM);
		std::string log = process.finish().output;
		EXPECT_EQ(count_of(error_text(EAGAIN), log), 3u) << log;
	}
}

bool
is_open(int connection)
{
	char byte;

	return recv(connection, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

/* Clients wait, in the accept queue but for the first one, until the server ends. */
TEST(NativeServer, WithoutProcessesItWaitsAndDoesNotRun)
{
	Descriptor listener = listen_on("127.0.0.1");
	Command command = server(native, limited_to(native, 9, { "/bin/cat" }), listener.get());
	command.before_execution = refuse_processes;
	Process process(command);
	std::vector<Descriptor> clients;
	for (int i = 0; i < 3; i++)
		clients.push_back(connect_to("127.0.0.1", port_of(listener.get())));
	const std::string begin = "bindchain accept: warning: start /bin/cat for 127.0.0.1:";
	std::string line = process.read_line();

	EXPECT_EQ(line.rfind(begin, 0), 0u) << line;
	EXPECT_NE(line.find(error_text(EAGAIN) + "; trying again"), std::string::npos) << line;
	wait_until_it_sleeps(process.pid());
	long long before = processor_time(process.pid());
	/* It tries again after a second. */
	line = process.read_line();
	EXPECT_NE(line.find(error_text(EAGAIN) + "; trying again"), std::string::npos) << line;
	EXPECT_LT(processor_time(process.pid()) - before, 20000000);
	for (const Descriptor &client : clients)
		EXPECT_TRUE(is_open(client.get()));
	process.kill(SIGTERM);
	EXPECT_EQ(read_all(clients[0].get()), "");
	Result result = process.finish();
	EXPECT_EQ(result.status, 0);
	/* The last line alone is of a connection that is closed. */
	EXPECT_EQ(count_of(error_text(EAGAIN), result.output),
	    count_of(error_text(EAGAIN) + "; trying again", result.output) + 1) << result;
	EXPECT_EQ(result.output.substr(result.output.size() - error_text(EAGAIN).size() - 1),
	    error_text(EAGAIN) + "\n") << result;
}

/* A process that waits, and counts as one of USER. */
class Idle {
public:
	explicit Idle(uid_t user) : pid_(fork())
	{
		if (pid_ != 0)
			return;
		for (int i = 0; i < 1024; i++)
			close(i); /* of clients */
		if (setresuid(user, user, user) == 0)
			pause();
		_exit(EXIT_FAILURE);
	}
	~Idle()
	{
		kill(pid_, SIGKILL);
		waitpid(pid_, nullptr, 0);
	}
	Idle(const Idle &) = delete;
	Idle &operator=(const Idle &) = delete;

private:
	pid_t pid_;
};

/* The server and eight handlers; what is logged is read from standard output. */
void
limit_to_nine_processes(Command &)
{
	const rlimit limit = { 9, 9 };

	if (setrlimit(RLIMIT_NPROC, &limit) != 0 || dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
		_exit(EXIT_FAILURE);
}

/* Each end of a handler is a moment to try again, but not to log. */
TEST(NativeServer, LogsALackOfProcessesOnceASecond)
{
	if (geteuid() != 0)
		SKIP_TEST("needs root, for a user whose only processes are these");
	Descriptor listener = listen_on("127.0.0.1");
	const uid_t user = 100000000 + static_cast<uid_t>(getpid());
	const std::string id = std::to_string(user);
	Command command = server(native, { "accept", "--fd=3", "--user=" + id + ":" + id,
	    "/bin/cat" }, listener.get());
	command.before_execution = limit_to_nine_processes;
	Process process(command);
	std::vector<Descriptor> clients;
	std::vector<std::unique_ptr<Idle>> others;
	auto begin = std::chrono::steady_clock::now();
	auto connect = [&] {
		clients.push_back(connect_to("127.0.0.1", port_of(listener.get())));
		EXPECT_EQ(write(clients.back().get(), "x", 1), 1);
	};
	char byte;

	for (int i = 0; i < 8; i++) {
		connect();
		ASSERT_EQ(read(clients.back().get(), &byte, 1), 1);
	}
	for (int i = 0; i < 8; i++)
		others.push_back(std::make_unique<Idle>(user));
	connect();
	std::string line = process.read_line();
	clients.erase(clients.begin(), clients.begin() + 7); /* their handlers end */
	for (int i = 0; i < 5 && line.find(" times more since") == std::string::npos; i++)
		line = process.read_line();
	EXPECT_NE(line.find(error_text(EAGAIN) + "; trying again; "), std::string::npos) << line;
	EXPECT_NE(line.find(" times more since"), std::string::npos) << line;
	EXPECT_TRUE(is_open(clients.back().get()));
	others.clear();
	EXPECT_EQ(read(clients.back().get(), &byte, 1), 1);
	std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
	clients.clear();
	process.kill(SIGTERM);
	Result result = process.finish();
	EXPECT_EQ(result.status, 0);
	EXPECT_LE(count_of(error_text(EAGAIN), result.output), 1 + passed.count()) << result;
}

std::string
server_name(const testing::TestParamInfo<const char *> &info)
{
	std::string name = info.param;

	return name == nosh ? "Nosh" : name == s6 ? "S6" : "Native";
}

INSTANTIATE_TEST_SUITE_P(Of, Server, testing::Values(nosh, s6, native), server_name);

} // namespace
