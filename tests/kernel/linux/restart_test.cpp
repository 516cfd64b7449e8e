/* SPDX-License-Identifier: ISC */
/*
 * Sockets of a running process, by pidfd_getfd(2).  A server is killed while clients wait in
 * its accept queue, and another follows it: with the same socket none of them is lost, with a
 * second one on the same address some are.
 */
#include <cerrno>
#include <cstddef>
#include <csignal>
#include <fstream>
#include <functional>
#include <memory>

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "network.h"
#include "probe_report.h"
#include "refused_call.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

constexpr int rounds = 10;
constexpr int clients_each = 32;

/* A server that says "served" to everybody, behind START; its port is its first line. */
std::unique_ptr<Process>
serve(Words start)
{
	start.insert(start.end(), { "--as=stdin", "s6-tcpserverd", "-1", "-c200", "-C200",
	    "echo", "served" });
	return std::make_unique<Process>(tool("bindchain", start));
}

/* It accepts no connection from now on: what arrives waits in the queue. */
void
stop(const Process &process)
{
	int status;

	process.kill(SIGSTOP);
	ASSERT_EQ(waitpid(process.pid(), &status, WUNTRACED), process.pid());
	ASSERT_TRUE(WIFSTOPPED(status));
}

bool
is_served(const Descriptor &client)
{
	char bytes[7];

	return recv(client.get(), bytes, sizeof bytes, MSG_WAITALL) == sizeof bytes;
}

/* How many clients get no answer when SUCCESSOR follows the server again and again. */
int
lost(std::unique_ptr<Process> server,
    const std::function<std::unique_ptr<Process>(const Process &, const std::string &)> &successor)
{
	const std::string port = server->read_line();
	int unanswered = 0;

	for (int i = 0; i < rounds; i++) {
		std::vector<Descriptor> clients;
		stop(*server);
		std::unique_ptr<Process> next = successor(*server, port);
		EXPECT_EQ(next->read_line(), port);
		for (int j = 0; j < clients_each; j++)
			clients.push_back(connect_to("127.0.0.1", std::stoi(port)));
		server->kill(SIGKILL);
		for (const Descriptor &client : clients)
			unanswered += is_served(client) ? 0 : 1;
		server = std::move(next);
	}
	return unanswered;
}

/* It takes the socket of the process before it, as it runs. */
TEST(Restart, WithTheSameSocketLosesNobody)
{
	auto successor = [](const Process &server, const std::string &port) {
		return serve({ "adapt", "--from=pid:" + std::to_string(server.pid())
		    + ",127.0.0.1:" + port });
	};

	EXPECT_EQ(lost(serve({ "listen", "--tcp=127.0.0.1:0" }), successor), 0);
}

/* net.ipv4.tcp_migrate_req, since 5.14: ip-sysctl.rst. */
bool
queues_migrate()
{
	std::ifstream setting("/proc/sys/net/ipv4/tcp_migrate_req");
	int value = 0;

	return setting >> value && value;
}

TEST(Restart, WithASecondSocketLosesThoseInTheQueueOfTheFirst)
{
	if (queues_migrate())
		SKIP_TEST_EVEN_IN_CI("net.ipv4.tcp_migrate_req is set: the kernel saves them");
	auto successor = [](const Process &, const std::string &port) {
		return serve({ "listen", "--tcp=127.0.0.1:" + port + ",share" });
	};
	int count = lost(serve({ "listen", "--tcp=127.0.0.1:0,share" }), successor);

	EXPECT_GT(count, 0);
	RecordProperty("lost", count);
}

/* Those for clients, of the address that is asked for; a connection is none of them. */
TEST(RunningProcess, GivesItsSocketsForClients)
{
	TemporaryDirectory directory;
	Descriptor listener = listen_on("127.0.0.1"), udp = bind_to("127.0.0.1", 0, true);
	Descriptor path = bind_path(directory / "s", SOCK_STREAM, 1);
	const int port = port_of(listener.get());
	Descriptor client = connect_to("127.0.0.1", port);
	const std::string process = "--from=pid:" + std::to_string(getpid());
	auto sockets = [&](const std::string &address) {
		return probe_behind(tool("bindchain", { "adapt", process + address })).sockets();
	};

	EXPECT_EQ(sockets(",127.0.0.1:" + std::to_string(port)), std::vector<int> { 3 });
	EXPECT_EQ(sockets("," + (directory / "s")), std::vector<int> { 3 });
	EXPECT_EQ(sockets(",127.0.0.1:" + std::to_string(port_of(udp.get()))),
	    std::vector<int> { 3 });
	EXPECT_EQ(sockets("").size(), 3u);
	EXPECT_EQ(run(tool("bindchain", { "adapt", process + "," + (directory / "") + "/s", "true" }))
	    .status, 100) << "another spelling of a path";
	EXPECT_EQ(run(tool("bindchain", { "adapt", process + ",127.0.0.1:1", "true" })).error,
	    "bindchain adapt: fatal: process " + std::to_string(getpid())
	        + " has no listening or datagram socket at 127.0.0.1:1\n");
}

TEST(RunningProcess, IsAskedForAnAddressInAnySpelling)
{
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	Descriptor listener = listen_on("::1");
	const std::string port = ":" + std::to_string(port_of(listener.get()));
	const std::string process = "--from=pid:" + std::to_string(getpid());

	for (const char *host : { "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]" })
		EXPECT_EQ(probe_behind(tool("bindchain", { "adapt", process + "," + host + port }))
		    .sockets(), std::vector<int> { 3 }) << host;
	for (const char *host : { "::1", "[::2]", "127.0.0.1", "[::]", "localhost" })
		EXPECT_EQ(run(tool("bindchain", { "adapt", process + "," + host + port, "true" }))
		    .status, 100) << host;
}

TEST(RunningProcess, GivesAnAbstractName)
{
	sockaddr_un address = {};
	const std::string name = "bindchain-" + std::to_string(getpid());
	const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
	Descriptor listener = open_socket(AF_UNIX, SOCK_STREAM);
	const std::string process = "--from=pid:" + std::to_string(getpid());

	address.sun_family = AF_UNIX;
	name.copy(address.sun_path + 1, name.size());
	ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr *>(&address), length), 0);
	ASSERT_EQ(listen(listener.get(), 1), 0);
	EXPECT_EQ(probe_behind(tool("bindchain", { "adapt", process + ",@" + name })).sockets(),
	    std::vector<int> { 3 });
	EXPECT_EQ(run(tool("bindchain", { "adapt", process + ",./@" + name, "true" })).status, 100);
	EXPECT_EQ(run(tool("bindchain", { "adapt", process + ",@" + name.substr(1), "true" })).status,
	    100);
}

/* What the command says where CALL fails with ERROR. */
Result
refused(long call, int error)
{
	Command command = tool("bindchain", { "adapt", "--from=pid:" + std::to_string(getpid()),
	    "true" });
	command.before_execution = [=](Command &) { refuse_call(call, error); };
	Result result = run(command);
	EXPECT_NE(result.status, 126) << "no seccomp filters";
	EXPECT_EQ(result.error_line(0), "bindchain adapt: fatal: take sockets of process "
	    + std::to_string(getpid()) + ": " + error_text(error)) << result;
	EXPECT_EQ(result.status, 111);
	return result;
}

#if defined(SYS_pidfd_open) && defined(SYS_pidfd_getfd)

/* pidfd_open(2) is in Linux since 5.3, pidfd_getfd(2) since 5.6. */
TEST(RunningProcess, IsNotAskedOnAKernelWithoutTheCalls)
{
	Descriptor listener = listen_on("127.0.0.1");

	for (long call : { SYS_pidfd_open, SYS_pidfd_getfd })
		EXPECT_EQ(refused(call, ENOSYS).error_line(1),
		    "bindchain adapt: info: pidfd_getfd(2) is in Linux since 5.6");
}

/* yama_ptrace_access_check() in security/yama/yama_lsm.c refuses with EPERM. */
TEST(RunningProcess, RefusedByYamaNamesTheSetting)
{
	Descriptor listener = listen_on("127.0.0.1");

	EXPECT_EQ(refused(SYS_pidfd_getfd, EPERM).error_line(1), "bindchain adapt: info: this requires"
	    " CAP_SYS_PTRACE, or the same user and kernel.yama.ptrace_scope=0");
}

#endif

TEST(RunningProcess, ThatIsNotThereOrNotOnesOwnIsAFailedCall)
{
	Result gone = run(tool("bindchain", { "adapt", "--from=pid:2147483647", "true" }));
	EXPECT_EQ(gone.status, 111);
	EXPECT_EQ(gone.error, "bindchain adapt: fatal: take sockets of process 2147483647: "
	    + error_text(ESRCH) + "\n");

	if (!can_change_user())
		SKIP_TEST("needs root, to be another user");
	Command command = tool("bindchain", { "adapt", "--from=pid:" + std::to_string(getpid()),
	    "true" });
	command.user = nobody;
	Result denied = run(command);
	EXPECT_EQ(denied.status, 111);
	EXPECT_EQ(denied.error_line(0), "bindchain adapt: fatal: take sockets of process "
	    + std::to_string(getpid()) + ": " + error_text(EACCES));
	EXPECT_EQ(denied.error_line(1), "bindchain adapt: info: this requires CAP_SYS_PTRACE, or the"
	    " same user and kernel.yama.ptrace_scope=0");
}

} // namespace
