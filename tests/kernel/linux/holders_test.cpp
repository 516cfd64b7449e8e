/* SPDX-License-Identifier: ISC */
/*
 * An address in use: the lines that tell which socket has it and whose it is.
 * What they should be follows from what the test did, and from socket(7), bind(2)
 * and ip(7) for what conflicts and what may be shared.
 */
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crowd.h"
#include "network.h"
#include "other_process.h"
#include "probe_listener.h"
#include "refused_call.h"
#include "skip.h"
#include "stopped_at.h"
#include "temporary_directory.h"
#include "tools.h"
#include "tracee.h"

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

using Lines = std::vector<std::string>;

enum Option { NOTHING = 0, REUSE_ADDRESS = 1, REUSE_PORT = 2, DUAL = 4, LISTEN = 8, UDP = 16 };

void
set_option(int descriptor, int level, int name, int value)
{
	if (setsockopt(descriptor, level, name, &value, sizeof value) != 0)
		throw std::system_error(errno, std::generic_category(), "setsockopt");
}

Descriptor
open_socket(const std::string &host, int port, int options)
{
	bool ipv6 = host.find(':') != std::string::npos;
	sockaddr_in6 six = {};
	sockaddr_in four = {};
	Descriptor descriptor(socket(ipv6 ? AF_INET6 : AF_INET,
	    options & UDP ? SOCK_DGRAM : SOCK_STREAM, 0));

	six.sin6_family = AF_INET6;
	four.sin_family = AF_INET;
	six.sin6_port = four.sin_port = htons(static_cast<uint16_t>(port));
	inet_pton(AF_INET6, host.c_str(), &six.sin6_addr);
	inet_pton(AF_INET, host.c_str(), &four.sin_addr);
	set_option(descriptor.get(), SOL_SOCKET, SO_REUSEADDR, (options & REUSE_ADDRESS) != 0);
	set_option(descriptor.get(), SOL_SOCKET, SO_REUSEPORT, (options & REUSE_PORT) != 0);
	if (ipv6)
		set_option(descriptor.get(), IPPROTO_IPV6, IPV6_V6ONLY, !(options & DUAL));
	if (bind(descriptor.get(), ipv6 ? reinterpret_cast<sockaddr *>(&six)
	        : reinterpret_cast<sockaddr *>(&four), ipv6 ? sizeof six : sizeof four) != 0
	    || (options & LISTEN && listen(descriptor.get(), 5) != 0))
		throw std::system_error(errno, std::generic_category(), "bind or listen " + host);
	return descriptor;
}

/* Not in a user namespace with one user. */
bool
can_become_others()
{
	const uid_t user = geteuid();

	return seteuid(1) == 0 && seteuid(user) == 0;
}

class Holders : public InNamespace {
protected:
	void SetUp() override
	{
		InNamespace::SetUp();
		if (!network)
			return;
		port_ = port_of(bind_to("127.0.0.1").get());
	}

	/* Another process that has HOST and port_. */
	std::unique_ptr<OtherProcess> held(const std::string &host, int options,
	    const std::string &name = "holder")
	{
		int port = port_;

		return std::make_unique<OtherProcess>(name,
		    [=] { return open_socket(host, port, options).release(); });
	}

	Command listener(const std::string &host, Lines options = {},
	    const std::string &name = "tcp-socket-listen") const
	{
		options.insert(options.end(), { host, std::to_string(port_), probe_path() });
		return tool(name, options);
	}

	/* The lines behind the first two, which other tests are about. */
	static Lines explained(const Result &result)
	{
		std::istringstream stream(result.error);
		Lines lines;

		for (std::string line; std::getline(stream, line);)
			lines.push_back(line);
		EXPECT_GE(lines.size(), 2U) << result;
		lines.erase(lines.begin(), lines.begin() + (lines.size() < 2 ? 0 : 2));
		for (std::string &line : lines)
			line.erase(0, line.find(": info: ") + 8);
		return lines;
	}

	Lines failure_of(const Command &command) const
	{
		Result result = run(command);

		EXPECT_NE(result.status, 0) << result;
		EXPECT_THAT(result.error, HasSubstr(error_text(EADDRINUSE)));
		return explained(result);
	}

	std::string at(const std::string &host) const
	{
		return host + ":" + std::to_string(port_);
	}

	static std::string user_name(uid_t uid)
	{
		const passwd *account = getpwuid(uid);

		return account ? account->pw_name : std::to_string(uid);
	}

	static std::string owner(pid_t pid, const std::string &name, uid_t uid = geteuid())
	{
		return name + " (pid " + std::to_string(pid) + ", user " + user_name(uid) + ")";
	}

	static std::string owner(const OtherProcess &other, const std::string &name = "holder")
	{
		return owner(other.pid(), name);
	}

	static std::string not_visible(uid_t creator)
	{
		return "a process that is not visible (socket created by user "
		    + user_name(creator) + ")";
	}

	/* The line of a socket that listens on ADDRESS. */
	static std::string listened(const std::string &address, const std::string &owner)
	{
		return address + " is in use: " + owner + " is listening";
	}

	int port_ = 0;
};

/* The same where /proc is empty. */
Command
without_proc(const Command &command)
{
	std::string script = "mount -t tmpfs none /proc && exec \"$@\"";
	Command hidden({ "/usr/bin/unshare", "--mount", "/bin/sh", "-c", script, "sh" });

	hidden.environment = command.environment;
	hidden.argv.push_back(command.file);
	hidden.argv.insert(hidden.argv.end(), command.argv.begin() + 1, command.argv.end());
	return hidden;
}

bool
has_mount_namespaces()
{
	return run(Command({ "/usr/bin/unshare", "--mount", "/bin/true" })).status == 0;
}

/* What one call for each descriptor would be, up to the limit of open files. */
TEST_F(Holders, WithoutProcAClosedDescriptorCostsNoCall)
{
	if (!has_mount_namespaces() || geteuid() != 0)
		SKIP_TEST("no mount namespaces");
	Descriptor other = open_socket("127.0.0.1", 0, LISTEN);
	Command command = tool("tcp-socket-listen", { "127.0.0.1",
	    std::to_string(port_of(other.get())), "/bin/true" });
	size_t calls = 0;

	command.limits[RLIMIT_NOFILE] = 1 << 13;
	command.before_execution = [](Command &) {
		if (unshare(CLONE_NEWNS) != 0
		    || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0
		    || mount("none", "/proc", "tmpfs", 0, nullptr) != 0)
			_exit(1);
	};
	Tracee tracee(command);
	while (tracee.next_entry() == Tracee::Stop::ENTRY)
		calls++;
	EXPECT_THAT(tracee.error(), HasSubstr(std::strerror(EADDRINUSE)));
	EXPECT_LT(calls, 1000U);
}

/* The whole sentences are in tests/unit: sharing_test.cpp and holders_test.cpp. */
const auto neither_shares = HasSubstr("neither socket");

TEST_F(Holders, AListenerOfAnotherProcessIsNamed)
{
	auto other = held("127.0.0.1", LISTEN);

	EXPECT_THAT(failure_of(listener("127.0.0.1")),
	    ElementsAre(listened(at("127.0.0.1"), owner(*other)), neither_shares));
}

TEST_F(Holders, TheOtherPersonalityTellsTheSame)
{
	auto other = held("127.0.0.1", LISTEN);
	Result result = run(listener("127.0.0.1", {}, "s6-tcpserver-socketbinder"));

	EXPECT_EQ(result.status, 111);
	EXPECT_EQ(result.error_line(2), "s6-tcpserver-socketbinder: info: "
	    + listened(at("127.0.0.1"), owner(*other)));
}

TEST_F(Holders, ASocketThatIsOnlyBoundIsNamed)
{
	auto other = held("127.0.0.1", NOTHING);

	EXPECT_THAT(failure_of(listener("127.0.0.1")),
	    ElementsAre(AllOf(StartsWith(at("127.0.0.1") + " is in use: " + owner(*other)),
	        HasSubstr("does not listen")), neither_shares));
}

TEST_F(Holders, AWildcardCoversASpecificAddress)
{
	auto other = held("0.0.0.0", LISTEN);

	EXPECT_THAT(failure_of(listener("127.0.0.1")),
	    Contains(StartsWith(listened(at("0.0.0.0"), owner(*other)) + "; this wildcard")));
}

TEST_F(Holders, ADualStackWildcardTakesIPv4TrafficToo)
{
	auto other = held("::", LISTEN | DUAL);

	EXPECT_THAT(failure_of(listener("127.0.0.1")),
	    Contains(StartsWith(listened(at("[::]"), owner(*other)) + "; this dual-stack wildcard")));
}

TEST_F(Holders, AnIPv6WildcardForIPv6AloneIsNotInTheWayOfIPv4)
{
	auto bystander = held("::", LISTEN, "bystander");
	auto other = held("127.0.0.1", LISTEN);

	EXPECT_THAT(failure_of(listener("127.0.0.1")),
	    ElementsAre(listened(at("127.0.0.1"), owner(*other)), neither_shares));
}

TEST_F(Holders, ASpecificAddressIsInTheWayOfAWildcard)
{
	auto other = held("127.0.0.2", LISTEN);

	EXPECT_THAT(failure_of(listener("0.0.0.0")),
	    Contains(StartsWith(listened(at("127.0.0.2"), owner(*other))
	        + "; the requested wildcard")));
}

TEST_F(Holders, AnIPv4SocketIsInTheWayOfADualStackWildcard)
{
	auto other = held("127.0.0.1", LISTEN);

	EXPECT_THAT(failure_of(listener("::", { "--combine4and6" })),
	    Contains(StartsWith(listened(at("127.0.0.1"), owner(*other))
	        + "; the requested dual-stack wildcard")));
}

TEST_F(Holders, AnotherPortOrAddressIsNotMentioned)
{
	auto other = held("127.0.0.1", LISTEN);
	Descriptor elsewhere = open_socket("127.0.0.3", port_, LISTEN);
	Descriptor beside = open_socket("127.0.0.1", 0, LISTEN);

	EXPECT_THAT(failure_of(listener("127.0.0.1")),
	    ElementsAre(listened(at("127.0.0.1"), owner(*other)), neither_shares));
}

TEST_F(Holders, ADatagramSocketIsInTheWayOfDatagramSocketsOnly)
{
	auto other = held("127.0.0.1", UDP);

	EXPECT_THAT(failure_of(listener("127.0.0.1", {}, "udp-socket-listen")),
	    ElementsAre(at("127.0.0.1") + " is in use: " + owner(*other) + " has bound it",
	        neither_shares));
	EXPECT_EQ(run(listener("127.0.0.1")).status, 0);
}

const char descriptor_3[] = "this process (descriptor 3)";

/* A previous command of the same chain holds it. */
TEST_F(Holders, ThisProcessItselfIsCalledSo)
{
	Command twice = listener("127.0.0.1", { "--systemd-compatibility", "127.0.0.1",
	    std::to_string(port_), tool_path("tcp-socket-listen"), "--systemd-compatibility" });

	EXPECT_THAT(failure_of(twice), Contains(listened(at("127.0.0.1"), descriptor_3)));
}

/* Two of TOOL in a chain, each with OPERANDS: the second fails. */
Command
chain(const std::string &name, const Lines &operands)
{
	Lines arguments = { "--systemd-compatibility" };

	arguments.insert(arguments.end(), operands.begin(), operands.end());
	arguments.push_back(tool_path(name));
	arguments.insert(arguments.end(), operands.begin(), operands.end());
	arguments.push_back(probe_path());
	return tool(name, arguments);
}

TEST_F(Holders, ThisProcessIsCalledSoForEveryKindOfSocket)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket", other_path = directory / "other";

	EXPECT_THAT(failure_of(chain("udp-socket-listen", { "--no-reuse-address", "127.0.0.1",
	                std::to_string(port_) })),
	    Contains(at("127.0.0.1") + " is in use: " + descriptor_3 + " has bound it"));
	EXPECT_THAT(failure_of(chain("tcp-socket-listen", { "--combine4and6", "::",
	                std::to_string(port_) })),
	    Contains(listened(at("[::]"), descriptor_3)));
	EXPECT_THAT(failure_of(chain("local-stream-socket-listen", { path })),
	    Contains(listened(path, descriptor_3)));
	EXPECT_THAT(failure_of(chain("local-datagram-socket-listen", { other_path })),
	    Contains(other_path + " is in use: " + descriptor_3 + " has bound it"));
}

TEST_F(Holders, ThisProcessIsFoundWithoutProc)
{
	Command plain = chain("tcp-socket-listen", { "127.0.0.1", std::to_string(port_) });

	if (!has_mount_namespaces())
		SKIP_TEST("no mount namespaces");
	EXPECT_THAT(failure_of(without_proc(plain)),
	    Contains(listened(at("127.0.0.1"), descriptor_3)));
}

TEST_F(Holders, SeveralAreNamedEach)
{
	auto one = held("127.0.0.1", LISTEN, "one");
	auto two = held("127.0.0.2", LISTEN, "two");
	Lines lines = failure_of(listener("0.0.0.0"));

	EXPECT_THAT(lines, Contains(HasSubstr(owner(*one, "one"))));
	EXPECT_THAT(lines, Contains(HasSubstr(owner(*two, "two"))));
}

/* A socket that no process has: it waits in another socket to be received. */
class InFlight {
public:
	explicit InFlight(Descriptor socket)
	{
		char byte = 0, control[CMSG_SPACE(sizeof(int))] = {};
		iovec data = { &byte, 1 };
		msghdr message = {};
		int pair[2], descriptor = socket.get();

		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
			throw std::system_error(errno, std::generic_category(), "socketpair");
		sender_ = Descriptor(pair[0]);
		receiver_ = Descriptor(pair[1]);
		message.msg_iov = &data;
		message.msg_iovlen = 1;
		message.msg_control = control;
		message.msg_controllen = sizeof control;
		CMSG_FIRSTHDR(&message)->cmsg_level = SOL_SOCKET;
		CMSG_FIRSTHDR(&message)->cmsg_type = SCM_RIGHTS;
		CMSG_FIRSTHDR(&message)->cmsg_len = CMSG_LEN(sizeof descriptor);
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &descriptor, sizeof descriptor);
		if (sendmsg(sender_.get(), &message, 0) != 1)
			throw std::system_error(errno, std::generic_category(), "sendmsg");
	}

private:
	Descriptor sender_, receiver_;
};

TEST_F(Holders, ThoseWhoseProcessIsSeenComeFirst)
{
	InFlight first(open_socket("127.0.0.1", port_, LISTEN));
	auto one = held("127.0.0.2", LISTEN, "one");
	InFlight second(open_socket("127.0.0.3", port_, LISTEN));
	auto two = held("127.0.0.4", LISTEN, "two");
	InFlight third(open_socket("127.0.0.5", port_, LISTEN));
	Lines sockets;

	for (const std::string &line : failure_of(listener("0.0.0.0")))
		if (line.find(" is in use: ") != std::string::npos)
			sockets.push_back(line);
	ASSERT_EQ(sockets.size(), 5U);
	for (size_t i = 0; i < sockets.size(); i++)
		EXPECT_EQ(sockets[i].find("not visible") == std::string::npos, i < 2)
		    << sockets[i];
}

TEST_F(Holders, OfManyTheRestIsCounted)
{
	int port = port_;
	OtherProcess other("holder", [port] {
		int last = -1;
		for (int i = 1; i <= 11; i++)
			last = open_socket("127.0.0." + std::to_string(i), port, LISTEN).release();
		return last;
	});

	EXPECT_THAT(failure_of(listener("0.0.0.0")), Contains("3 more sockets conflict"));
}

TEST_F(Holders, AListenerHidesTheConnectionsItHas)
{
	auto other = held("127.0.0.1", LISTEN);
	Descriptor client = connect_to("127.0.0.1", port_);

	EXPECT_THAT(failure_of(listener("127.0.0.1")),
	    ElementsAre(listened(at("127.0.0.1"), owner(*other)), neither_shares));
}

TEST_F(Holders, HostileNamesOfProcessesStayOnTheirLine)
{
	auto other = held("127.0.0.1", LISTEN, "a\nb\033[31m)");

	EXPECT_THAT(failure_of(listener("127.0.0.1")),
	    Contains(HasSubstr(owner(*other, "\"a\\012b\\033[31m)\""))));
}

/* ---- Unix sockets ---- */

int
listen_on_path(const std::string &path)
{
	Descriptor descriptor(socket(AF_UNIX, SOCK_STREAM, 0));
	sockaddr_un address = {};

	address.sun_family = AF_UNIX;
	path.copy(address.sun_path, sizeof address.sun_path - 1);
	if (bind(descriptor.get(), reinterpret_cast<sockaddr *>(&address), sizeof address) != 0
	    || listen(descriptor.get(), 1) != 0)
		throw std::system_error(errno, std::generic_category(), path);
	return descriptor.release();
}

TEST_F(Holders, APathIsItsFileHoweverWritten)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket", otherwise = directory / "./socket";
	OtherProcess other("holder", [&] { return listen_on_path(path); });

	for (const std::string &asked : { path, otherwise })
		EXPECT_EQ(failure_of(tool("local-stream-socket-listen", { asked, probe_path() })),
		    (Lines { listened(path, owner(other)) }));
}

TEST_F(Holders, APathOfAnotherNetworkNamespaceIsNotClaimedToBeFree)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket";
	OtherProcess other("holder", [&] {
		if (unshare(CLONE_NEWNET) != 0)
			throw std::system_error(errno, std::generic_category(), "unshare");
		return listen_on_path(path);
	});

	EXPECT_EQ(failure_of(tool("local-stream-socket-listen", { path, probe_path() })),
	    (Lines { "no visible socket holds it: the holder has closed it, or is in another"
	             " container" }));
}

/* ---- sharing: socket(7), SO_REUSEPORT ---- */

TEST_F(Holders, AHolderThatSharesCouldBeShared)
{
	auto other = held("127.0.0.1", LISTEN | REUSE_PORT);

	EXPECT_THAT(failure_of(listener("127.0.0.1")),
	    Contains(StartsWith("it can be shared with SO_REUSEPORT")));
	EXPECT_EQ(run(listener("127.0.0.1", { "--reuse-port" })).status, 0);
}

TEST_F(Holders, AHolderThatDoesNotShareCannotBeShared)
{
	auto other = held("127.0.0.1", LISTEN);

	EXPECT_THAT(failure_of(listener("127.0.0.1", { "--reuse-port" })),
	    Contains(HasSubstr("it lacks SO_REUSEPORT")));
}

TEST_F(Holders, AHolderThatReusesAndDoesNotListenLetsAnotherReuse)
{
	auto other = held("127.0.0.1", REUSE_ADDRESS);

	EXPECT_THAT(failure_of(listener("127.0.0.1", { "--no-reuse-address" })),
	    Contains(StartsWith("it allows another socket with SO_REUSEADDR")));
	EXPECT_EQ(run(listener("127.0.0.1")).status, 0);
}

TEST_F(Holders, AnotherUsersSocketCannotBeShared)
{
	int port = port_;

	if (!can_change_user())
		SKIP_TEST("only root can be two users");
	OtherProcess other("holder", [port] {
		if (setuid(1) != 0)
			throw std::runtime_error("setuid");
		return open_socket("127.0.0.1", port, LISTEN | REUSE_PORT).release();
	});
	EXPECT_THAT(failure_of(listener("127.0.0.1", { "--reuse-port" })),
	    ElementsAre(listened(at("127.0.0.1"), owner(other.pid(), "holder", 1)),
	        HasSubstr("sockets of one user")));
}

/* ---- connections that are left over ---- */

class Connections : public Holders {
protected:
	/* A reserved port is nothing to say more of. */
	void SetUp() override
	{
		Holders::SetUp();
		if (network)
			NetworkNamespace::set(reserved_ports_, std::to_string(port_));
	}

	const std::string reserved_ports_ = "net.ipv4.ip_local_reserved_ports";

	/* A connection whose listener had OPTIONS and is gone; returns our end of it. */
	void leave_connection(int options)
	{
		Descriptor listening = open_socket("127.0.0.1", port_, options | LISTEN);

		client_ = connect_to("127.0.0.1", port_);
		server_ = Descriptor(accept(listening.get(), nullptr, nullptr));
		ASSERT_GE(server_.get(), 0);
	}

	std::string the_connection(const std::string &owner) const
	{
		return "a connection of a previous listener, or from this port, remains: "
		    + at("127.0.0.1") + ", held by " + owner;
	}

	std::string us() const
	{
		std::ifstream file("/proc/self/comm");
		std::string name;

		std::getline(file, name);
		return owner(getpid(), name);
	}

	Descriptor client_, server_;
};

TEST_F(Connections, OfAListenerWithoutReuseAreInTheWay)
{
	leave_connection(NOTHING);

	EXPECT_THAT(failure_of(listener("127.0.0.1")),
	    ElementsAre(the_connection(us()), HasSubstr("lacks SO_REUSEADDR")));
}

TEST_F(Connections, AreInTheWayOfASocketWithoutReuse)
{
	leave_connection(REUSE_ADDRESS);

	EXPECT_THAT(failure_of(listener("127.0.0.1", { "--no-reuse-address" })),
	    ElementsAre(the_connection(us()), StartsWith("SO_REUSEADDR, not set")));
	EXPECT_EQ(run(listener("127.0.0.1")).status, 0);
}

/* ip-sysctl.rst: the kernel chooses the ports of clients, but not reserved ones. */
TEST_F(Connections, OfAClientAreInTheWayAndTheReservingSettingIsNamed)
{
	const std::string at_client = std::to_string(port_);
	Descriptor server = open_socket("127.0.0.1", 0, LISTEN);

	NetworkNamespace::set(reserved_ports_, "1");
	NetworkNamespace::set("net.ipv4.ip_local_port_range", at_client + " " + at_client);
	client_ = connect_to("127.0.0.1", port_of(server.get()));
	ASSERT_EQ(port_of(client_.get()), port_);
	EXPECT_THAT(failure_of(listener("127.0.0.1")),
	    ElementsAre(the_connection(us()), HasSubstr("SO_REUSEADDR"),
	        "the kernel may choose port " + at_client + " for another socket: it is in"
	        " net.ipv4.ip_local_port_range (" + at_client + "-" + at_client + ") and not in"
	        " net.ipv4.ip_local_reserved_ports"));
}

TEST_F(Connections, ThatNoProcessHasAnyMoreAreInTheWayToo)
{
	pollfd closed;

	leave_connection(NOTHING);
	/* The side that closes first has the TIME_WAIT; it begins when the other
	 * side's end has come. */
	server_ = Descriptor();
	closed = { client_.get(), POLLIN, 0 };
	ASSERT_EQ(poll(&closed, 1, 10000), 1);
	client_ = Descriptor();

	EXPECT_THAT(failure_of(listener("127.0.0.1")),
	    Contains(the_connection("no process")));
}

/* ---- what cannot be seen ---- */

TEST_F(Holders, WithoutPrivilegeTheProcessIsNotSeenAndThatIsSaid)
{
	auto other = held("127.0.0.1", LISTEN);
	Command command = listener("127.0.0.1");

	if (!can_change_user())
		SKIP_TEST("only root can become another user");
	command.user = 1;
	EXPECT_THAT(failure_of(command),
	    ElementsAre(listened(at("127.0.0.1"), not_visible(0)), HasSubstr("sockets of one user"),
	        HasSubstr("CAP_SYS_PTRACE")));
}

TEST_F(Holders, WithoutProcTheSocketIsStillNamed)
{
	auto other = held("127.0.0.1", LISTEN);
	Command hidden = without_proc(listener("127.0.0.1"));

	if (!has_mount_namespaces())
		SKIP_TEST("no mount namespaces");
	EXPECT_THAT(failure_of(hidden),
	    Contains(listened(at("127.0.0.1"), not_visible(geteuid()))));
	EXPECT_THAT(failure_of(hidden), Contains("cannot identify the process: /proc, which lists"
	    " the processes, cannot be read"));
}

/* The other processes are searched by a child. */
TEST_F(Holders, WithoutAChildTheProcessIsFoundOnlyWhereThereCanBeNone)
{
	auto other = held("127.0.0.1", LISTEN);
	int error;
	Command command = listener("127.0.0.1");

	if (geteuid() != 0)
		SKIP_TEST("only root sees all processes");
	command.before_execution = [&](Command &) { refuse_call(SYS_clone, error); };
	for (int refused : { ENOSYS, EPERM }) {
		error = refused;
		EXPECT_THAT(failure_of(command),
		    Contains(listened(at("127.0.0.1"), owner(*other))));
	}
	for (int passing : { EAGAIN, ENOMEM }) {
		error = passing;
		EXPECT_THAT(failure_of(command),
		    AllOf(Contains(listened(at("127.0.0.1"), not_visible(0))),
		        Contains(StartsWith("cannot identify the process: the process that searches"
		                            " them could not be started"))));
	}
}

TEST_F(Holders, AHolderThatGoesBeforeItsProcessIsSoughtHasGone)
{
	if (!can_change_user())
		SKIP_TEST("only root sees all processes");
	auto other = held("127.0.0.1", LISTEN);
	Stopped stopped = run_stopped_at("/proc", listener("127.0.0.1"), [&] { other->end(); });

	if (!stopped.why_not.empty())
		SKIP_TEST(stopped.why_not);
	EXPECT_THAT(explained(stopped.result), Contains(StartsWith("no visible process")));
}

TEST_F(Holders, AHolderThatGoesBeforeItsSocketIsSoughtIsNotInTheWay)
{
	auto other = held("127.0.0.1", LISTEN);
	Stopped stopped = run_stopped_at("", listener("127.0.0.1"), [&] { other->end(); });

	if (!stopped.why_not.empty())
		SKIP_TEST(stopped.why_not);
	EXPECT_THAT(explained(stopped.result), ElementsAre(StartsWith("no conflicting socket")));
}

/* ---- hundreds of thousands of descriptors ---- */

/* Those of the process that was there first come first in /proc. */
TEST_F(Holders, ProcessesWithManyDescriptorsDoNotHideTheHolder)
{
	Crowd crowd;
	auto other = held("127.0.0.1", LISTEN);

	if (!crowd.is_large())
		SKIP_TEST("not enough descriptors to be had");
	EXPECT_THAT(failure_of(listener("127.0.0.1")),
	    ElementsAre(listened(at("127.0.0.1"), owner(*other)), neither_shares));
}

double
seconds_of_children()
{
	rusage used;

	getrusage(RUSAGE_CHILDREN, &used);
	return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec)
	    + static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* The socket is behind them all, at a high number.  bindchain(1): each search takes
 * 100 ms of the processor's time; there are three. */
TEST_F(Holders, AmongManyDescriptorsTheSearchEndsInTime)
{
	int port = port_;
	Crowd crowd;
	OtherProcess other("holder", [port] {
		duplicate_descriptor(STDERR_FILENO, 300);
		return open_socket("127.0.0.1", port, LISTEN).release();
	});

	if (!crowd.is_large())
		SKIP_TEST("not enough descriptors to be had");
	double before = seconds_of_children();
	Lines lines = failure_of(listener("127.0.0.1"));
	EXPECT_LT(seconds_of_children() - before, 0.4);
	EXPECT_THAT(lines, Contains(HasSubstr("its time limit")));
}

/* ---- processes that deceive ---- */

const uid_t somebody = 65534;

/* Forks a process that keeps this one's sockets and user, until this one ends: it waits for
 * the end of a pipe, since this one may not send it a signal later. */
pid_t
leave_with_child()
{
	char byte;
	int ends[2];
	pid_t pid = pipe(ends) == 0 ? fork() : -1;

	if (pid < 0)
		throw std::system_error(errno, std::generic_category(), "pipe or fork");
	if (pid > 0)
		return pid;
	prctl(PR_SET_NAME, "creator");
	close(ends[1]);
	_exit(read(ends[0], &byte, 1) != 0);
}

class HoldersOfSomebody : public Holders {
protected:
	void SetUp() override
	{
		Holders::SetUp();
		if (geteuid() != 0 || !can_become_others())
			SKIP_TEST("only root can become another user");
	}

	/* A process that listens, and is another user's afterwards.  LISTENED is called in
	 * between, with the socket; what it returns is told. */
	OtherProcess listening(const std::function<int(Descriptor)> &listened) const
	{
		int port = port_;

		return OtherProcess("other", [=] {
			int told = listened(open_socket("127.0.0.1", port, LISTEN));
			if (setresuid(somebody, somebody, somebody) != 0)
				throw std::system_error(errno, std::generic_category(), "setresuid");
			return told;
		});
	}
};

TEST_F(HoldersOfSomebody, AreNamedWithTheSocketsCreator)
{
	OtherProcess other = listening([](Descriptor socket) { return socket.release(); });

	EXPECT_THAT(failure_of(listener("127.0.0.1")),
	    Contains(at("127.0.0.1") + " is in use: other (pid " + std::to_string(other.pid())
	        + ", user " + user_name(somebody) + ", socket created by user root) is listening"));
}

TEST_F(HoldersOfSomebody, ComeAfterProcessesOfTheSocketsCreator)
{
	OtherProcess other = listening([](Descriptor socket) {
		socket.release();
		return leave_with_child();
	});

	EXPECT_THAT(failure_of(listener("127.0.0.1")),
	    Contains(listened(at("127.0.0.1"), owner(other.told(), "creator"))));
}

} // namespace
