/* SPDX-License-Identifier: ISC */
/* Inherited sockets: their list, their names, what they are; and the service manager. */
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <map>
#include <memory>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "bindchain.h"
#include "child.h"
#include "network.h"
#include "process_identity.h"
#include "temporary_directory.h"

namespace {

struct Free {
	void operator()(bindchain_inherited *list) const { bindchain_inherited_free(list); }
};
using Inherited = std::unique_ptr<bindchain_inherited, Free>;

using Variables = std::map<std::string, std::string>;

std::string
own_pid()
{
	return std::to_string(getpid());
}

void
set_variables(const Variables &variables)
{
	for (const char *name : { "LISTEN_FDS", "LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDNAMES",
	         "UPSTART_FDS", "UPSTART_EVENTS", "NOTIFY_SOCKET" })
		unsetenv(name);
	for (const auto &[name, value] : variables)
		setenv(name.c_str(), value == "own" ? own_pid().c_str() : value.c_str(), 1);
}

bool
is_close_on_exec(int descriptor)
{
	return fcntl(descriptor, F_GETFD) & FD_CLOEXEC;
}

/* Runs BODY where COUNT listening TCP sockets, none close-on-exec, are at 3 and up. */
template <typename Body>
void
with_sockets(int count, const Variables &variables, Body body)
{
	in_child([&] {
		close_from_three();
		for (int i = 0; i < count; i++) {
			ASSERT_EQ(listen_on("127.0.0.1").release(), 3 + i);
			ASSERT_EQ(fcntl(3 + i, F_SETFD, 0), 0);
		}
		set_variables(variables);
		body();
	});
}

const Variables two = { { "LISTEN_FDS", "2" }, { "LISTEN_PID", "own" } };

Variables
and_also(Variables variables, const Variables &more)
{
	for (const auto &[name, value] : more)
		variables[name] = value;
	return variables;
}

/* ---- bindchain_listen_fds() ---- */

TEST(ListenFds, CountsSocketsAndClosesThemOnExec)
{
	with_sockets(3, two, [] {
		EXPECT_EQ(bindchain_listen_fds(0), 2);
		EXPECT_TRUE(is_close_on_exec(3) && is_close_on_exec(4));
		EXPECT_FALSE(is_close_on_exec(5));
		EXPECT_STREQ(getenv("LISTEN_FDS"), "2");
	});
}

TEST(ListenFds, FlagsLeaveSocketsOpenAndRemoveVariables)
{
	with_sockets(2, and_also(two, { { "LISTEN_FDNAMES", "a:b" }, { "LISTEN_PIDFDID", "own" } }),
	    [] {
		if (process_identity())
			setenv("LISTEN_PIDFDID", std::to_string(*process_identity()).c_str(), 1);
		EXPECT_EQ(bindchain_listen_fds(
		    BINDCHAIN_KEEP_OPEN_ON_EXEC | BINDCHAIN_REMOVE_VARIABLES), 2);
		EXPECT_FALSE(is_close_on_exec(3) || is_close_on_exec(4));
		for (const char *name : { "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES",
		         "LISTEN_PIDFDID" })
			EXPECT_EQ(getenv(name), nullptr) << name;
		EXPECT_EQ(bindchain_listen_fds(0), 0);
	});
}

TEST(ListenFds, TakesThoseOfAnotherProcessOnDemandOnly)
{
	for (const Variables &variables : { Variables { { "LISTEN_FDS", "2" } },
	         and_also(two, { { "LISTEN_PID", "1" } }) })
		with_sockets(2, variables, [] {
			EXPECT_EQ(bindchain_listen_fds(0), 0);
			EXPECT_FALSE(is_close_on_exec(3));
			EXPECT_EQ(bindchain_listen_fds(BINDCHAIN_ANY_PID), 2);
			EXPECT_TRUE(is_close_on_exec(3));
		});
}

TEST(ListenFds, SetsErrno)
{
	struct {
		Variables more;
		unsigned flags;
		int error;
	} const mistakes[] = {
		{ {}, 8, EINVAL },
		{ {}, UINT_MAX, EINVAL },
		{ { { "LISTEN_FDS", "x" } }, 0, EINVAL },
		{ { { "LISTEN_FDS", "0" } }, 0, EINVAL },
		{ { { "LISTEN_FDS", "99999999999" } }, 0, ERANGE },
		{ { { "LISTEN_PID", "" } }, 0, EINVAL },
		{ { { "LISTEN_PID", "0" } }, 0, ERANGE },
		{ { { "LISTEN_FDS", "3" } }, 0, EBADF },
		{ { { "LISTEN_FDS", "3" } }, BINDCHAIN_KEEP_OPEN_ON_EXEC, EBADF },
		{ { { "LISTEN_FDS", "2147483644" } }, BINDCHAIN_KEEP_OPEN_ON_EXEC, EBADF },
	};

	for (const auto &mistake : mistakes)
		with_sockets(2, and_also(two, mistake.more), [&] {
			errno = 0;
			EXPECT_EQ(bindchain_listen_fds(mistake.flags), -1);
			EXPECT_EQ(errno, mistake.error) << testing::PrintToString(mistake.more);
		});
}

TEST(ListenFds, NamesAreTheCallers)
{
	with_sockets(2, and_also(two, { { "LISTEN_FDNAMES", "web:" } }), [] {
		char **names = nullptr;
		ASSERT_EQ(bindchain_listen_fds_with_names(BINDCHAIN_REMOVE_VARIABLES, &names), 2);
		EXPECT_STREQ(names[0], "web");
		EXPECT_STREQ(names[1], "");
		EXPECT_EQ(names[2], nullptr);
		for (char **name = names; *name; name++)
			free(*name);
		free(names);
	});
	with_sockets(2, and_also(two, { { "LISTEN_FDNAMES", "web" } }), [] {
		char **names = nullptr;
		EXPECT_EQ(bindchain_listen_fds_with_names(0, &names), -1);
		EXPECT_EQ(errno, EINVAL);
		EXPECT_EQ(names, nullptr);
	});
}

/* ---- bindchain_inherit() ---- */

TEST(Inherit, ListsSystemdsSocketsByNameAndAddress)
{
	with_sockets(2, and_also(two, { { "LISTEN_FDNAMES", "web:admin:more" } }), [] {
		struct sockaddr_in address = {}, other = {};
		socklen_t length = sizeof address;
		Inherited all(bindchain_inherit(nullptr, 0, nullptr));
		ASSERT_NE(all, nullptr);
		EXPECT_EQ(bindchain_inherited_count(all.get()), 2);
		EXPECT_EQ(bindchain_inherited_descriptor(all.get(), 1), 4);
		EXPECT_STREQ(bindchain_inherited_name(all.get(), 1), "admin");
		EXPECT_EQ(bindchain_inherited_find(all.get(), "admin"), 4);
		EXPECT_EQ(bindchain_inherited_find(all.get(), "more"), -1);
		EXPECT_EQ(errno, ENOENT);
		ASSERT_EQ(getsockname(4, reinterpret_cast<struct sockaddr *>(&address), &length), 0);
		EXPECT_EQ(bindchain_inherited_find_address(all.get(),
		    reinterpret_cast<struct sockaddr *>(&address), length), 4);
		other = address;
		other.sin_addr.s_addr = htonl(INADDR_ANY);
		EXPECT_EQ(bindchain_inherited_find_address(all.get(),
		    reinterpret_cast<struct sockaddr *>(&other), length), -1);
		EXPECT_EQ(errno, ENOENT);
		EXPECT_TRUE(is_close_on_exec(3) && is_close_on_exec(4));
	});
}

TEST(Inherit, SocketsMayBeNameless)
{
	with_sockets(2, two, [] {
		Inherited all(bindchain_inherit("systemd", BINDCHAIN_REMOVE_VARIABLES, nullptr));
		ASSERT_NE(all, nullptr);
		EXPECT_EQ(bindchain_inherited_name(all.get(), 0), nullptr);
		EXPECT_EQ(bindchain_inherited_find(all.get(), "unknown"), -1);
		EXPECT_EQ(getenv("LISTEN_FDS"), nullptr);
	});
	with_sockets(2, and_also(two, { { "LISTEN_FDNAMES", "web" } }), [] {
		Inherited all(bindchain_inherit("systemd", 0, nullptr));
		ASSERT_NE(all, nullptr);
		EXPECT_STREQ(bindchain_inherited_name(all.get(), 0), "web");
		EXPECT_EQ(bindchain_inherited_name(all.get(), 1), nullptr);
	});
}

TEST(Inherit, TakesStandardInputAndKeepsItOpen)
{
	in_child([] {
		Descriptor socket = listen_on("127.0.0.1");
		ASSERT_EQ(dup2(socket.get(), STDIN_FILENO), STDIN_FILENO);
		Inherited one(bindchain_inherit("stdin", 0, nullptr));
		ASSERT_NE(one, nullptr);
		EXPECT_EQ(bindchain_inherited_count(one.get()), 1);
		EXPECT_EQ(bindchain_inherited_descriptor(one.get(), 0), STDIN_FILENO);
		EXPECT_FALSE(is_close_on_exec(STDIN_FILENO));
	});
}

TEST(Inherit, TakesUpstartsSocket)
{
	with_sockets(3, { { "UPSTART_FDS", "5" }, { "UPSTART_EVENTS", "socket" } }, [] {
		Inherited one(bindchain_inherit("upstart", BINDCHAIN_REMOVE_VARIABLES, nullptr));
		ASSERT_NE(one, nullptr);
		EXPECT_EQ(bindchain_inherited_descriptor(one.get(), 0), 5);
		EXPECT_TRUE(is_close_on_exec(5));
		EXPECT_EQ(getenv("UPSTART_FDS"), nullptr);
		EXPECT_EQ(getenv("UPSTART_EVENTS"), nullptr);
	});
}

/* A program that may be started in any way opens its socket itself then. */
TEST(Inherit, FindsNoneWhereTheConventionWasNotUsed)
{
	struct {
		const char *from;
		Variables variables;
	} const none[] = {
		{ "systemd", {} },
		{ "systemd", { { "LISTEN_PID", "own" } } },
		{ "systemd", { { "LISTEN_FDS", "2" } } },
		{ "systemd", and_also(two, { { "LISTEN_PID", "1" } }) },
		{ "systemd", { { "LISTEN_FDS", "x" }, { "LISTEN_PID", "1" } } },
		{ "upstart", two },
		{ "stdin", two },
	};

	for (const auto &tested : none)
		with_sockets(2, tested.variables, [&] {
			int null = open("/dev/null", O_RDONLY);
			ASSERT_EQ(dup2(null, STDIN_FILENO), STDIN_FILENO);
			Inherited all(bindchain_inherit(tested.from, 0, nullptr));
			ASSERT_NE(all, nullptr) << tested.from;
			EXPECT_EQ(bindchain_inherited_count(all.get()), 0);
			EXPECT_FALSE(is_close_on_exec(3));
		});
	in_child([] {
		close(STDIN_FILENO);
		Inherited all(bindchain_inherit("stdin", 0, nullptr));
		ASSERT_NE(all, nullptr);
		EXPECT_EQ(bindchain_inherited_count(all.get()), 0);
	});
}

TEST(Inherit, SaysWhatIsWrong)
{
	const char *const bad_source = "from: must be systemd, stdin, upstart, launchd:NAME,"
	    " pid:N or a program's convention of bindchain_inherit(3)";
	struct {
		const char *from;
		Variables variables;
		unsigned flags;
		const char *text;
	} const mistakes[] = {
		{ "", {}, 0, bad_source },
		{ "inetd", {}, 0, bad_source },
		{ "launchd", {}, 0, bad_source },
		{ nullptr, {}, 8, "flags: must be of enum bindchain_receive_flags" },
		{ "nginx", { { "NGINX", "0" } }, 0, "receive NGINX: malformed" },
		{ "pid:0", {}, 0, "receive process: not the ID of another process" },
		{ "unicorn", { { "UNICORN_FD", "0,0" } }, 0,
		    "receive UNICORN_FD: a descriptor appears twice" },
		{ nullptr, and_also(two, { { "LISTEN_FDS", "two" } }), 0,
		    "receive LISTEN_FDS: not a number of descriptors" },
		{ nullptr, and_also(two, { { "LISTEN_FDS", "0" } }), 0,
		    "receive LISTEN_FDS: not a number of descriptors" },
		{ nullptr, and_also(two, { { "LISTEN_FDS", "4" } }), 0,
		    "receive LISTEN_FDS descriptor 5: Bad file descriptor" },
		{ "upstart", { { "UPSTART_FDS", "3x" } }, 0,
		    "receive UPSTART_FDS: not a descriptor" },
		{ "upstart", { { "UPSTART_FDS", "77" } }, 0,
		    "receive UPSTART_FDS descriptor 77: Bad file descriptor" },
		{ "upstart", { { "UPSTART_FDS", "77" } }, BINDCHAIN_KEEP_OPEN_ON_EXEC,
		    "receive UPSTART_FDS descriptor 77: Bad file descriptor" },
	};

	for (const auto &mistake : mistakes)
		with_sockets(2, mistake.variables, [&] {
			struct bindchain_failure failure = {};
			char text[256];
			EXPECT_EQ(bindchain_inherit(mistake.from,
			    mistake.flags | (mistake.flags ? 0U : unsigned(BINDCHAIN_REMOVE_VARIABLES)),
			    &failure), nullptr);
			bindchain_failure_text(&failure, nullptr, text, sizeof text);
			EXPECT_STREQ(text, mistake.text);
			EXPECT_EQ(bindchain_inherit(mistake.from, mistake.flags, nullptr), nullptr);
			for (const auto &[name, value] : mistake.variables)
				EXPECT_NE(getenv(name.c_str()), nullptr) << name;
		});
}

TEST(Inherit, NothingIsFoundInNothing)
{
	struct sockaddr_in address = {};
	auto *any = reinterpret_cast<struct sockaddr *>(&address);
	Inherited none(bindchain_inherit("upstart", 0, nullptr));

	address.sin_family = AF_INET;
	EXPECT_EQ(bindchain_inherited_count(nullptr), 0);
	for (bindchain_inherited *list : { static_cast<bindchain_inherited *>(nullptr), none.get() })
		for (int index : { 0, -1, 1, INT_MAX, INT_MIN }) {
			EXPECT_EQ(bindchain_inherited_descriptor(list, index), -1);
			EXPECT_EQ(errno, EINVAL);
			EXPECT_EQ(bindchain_inherited_name(list, index), nullptr);
		}
	EXPECT_EQ(bindchain_inherited_find(nullptr, "a"), -1);
	EXPECT_EQ(errno, EINVAL);
	EXPECT_EQ(bindchain_inherited_find(none.get(), nullptr), -1);
	EXPECT_EQ(errno, EINVAL);
	EXPECT_EQ(bindchain_inherited_find_address(nullptr, any, sizeof address), -1);
	EXPECT_EQ(errno, EINVAL);
	for (socklen_t length : { 0U, 1U, 2U, 15U, 17U, 4096U, UINT_MAX }) {
		EXPECT_EQ(bindchain_inherited_find_address(none.get(), any, length), -1);
		EXPECT_EQ(errno, EINVAL) << length;
	}
	bindchain_inherited_free(nullptr);
}

/* ---- bindchain_is_...() ---- */

const int kinds[] = { BINDCHAIN_TCP, BINDCHAIN_UDP, BINDCHAIN_UNIX_STREAM, BINDCHAIN_UNIX_DATAGRAM,
	BINDCHAIN_UNIX_SEQPACKET, BINDCHAIN_NETLINK, BINDCHAIN_NETLINK_RAW, BINDCHAIN_FIFO,
	BINDCHAIN_VSOCK_STREAM, BINDCHAIN_VSOCK_SEQPACKET };

TEST(IsSocket, EachIsOfOneKind)
{
	TemporaryDirectory directory;
	struct {
		int kind;
		Descriptor socket;
	} const sockets[] = {
		{ BINDCHAIN_TCP, listen_on("127.0.0.1") },
		{ BINDCHAIN_UDP, bind_to("127.0.0.1", 0, true) },
		{ BINDCHAIN_UNIX_STREAM, bind_path(directory / "stream", SOCK_STREAM, 1) },
		{ BINDCHAIN_UNIX_DATAGRAM, bind_path(directory / "datagram", SOCK_DGRAM) },
	};

	for (const auto &made : sockets) {
		for (int kind : kinds)
			EXPECT_EQ(bindchain_is_socket(made.socket.get(), kind, BINDCHAIN_ANY),
			    kind == made.kind) << kind;
		EXPECT_EQ(bindchain_is_socket(made.socket.get(), BINDCHAIN_ANY, BINDCHAIN_ANY), 1);
		bool listens = made.kind == BINDCHAIN_TCP || made.kind == BINDCHAIN_UNIX_STREAM;
		EXPECT_EQ(bindchain_is_socket(made.socket.get(), made.kind, 1), listens);
		EXPECT_EQ(bindchain_is_socket(made.socket.get(), made.kind, 0), !listens);
	}
}

TEST(IsSocket, KnowsFamilyAndPort)
{
	Descriptor socket = listen_on("127.0.0.1");
	const unsigned port = unsigned(port_of(socket.get()));
	auto is = [&](int kind, int family, unsigned asked) {
		return bindchain_is_socket_inet(socket.get(), kind, 1, family, asked);
	};

	EXPECT_EQ(is(BINDCHAIN_TCP, AF_INET, port), 1);
	EXPECT_EQ(is(BINDCHAIN_ANY, BINDCHAIN_ANY, 0), 1);
	EXPECT_EQ(is(BINDCHAIN_TCP, AF_INET6, port), 0);
	EXPECT_EQ(is(BINDCHAIN_UDP, AF_INET, port), 0);
	EXPECT_EQ(is(BINDCHAIN_TCP, AF_INET, port ^ 1), 0);
	for (int wrong : { is(BINDCHAIN_TCP, AF_UNIX, 0), is(BINDCHAIN_TCP, AF_INET, 65536),
	         is(BINDCHAIN_UNIX_STREAM, AF_INET, 0), is(BINDCHAIN_VSOCK_SEQPACKET + 1, AF_INET, 0) })
		EXPECT_EQ(wrong, -1);
}

TEST(IsSocket, KnowsThePathOfAUnixSocket)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket";
	Descriptor socket = bind_path(path, SOCK_STREAM, 1);
	auto is = [&](const char *asked) {
		return bindchain_is_socket_unix(socket.get(), BINDCHAIN_UNIX_STREAM, 1, asked);
	};

	EXPECT_EQ(is(path.c_str()), 1);
	EXPECT_EQ(is(nullptr), 1);
	EXPECT_EQ(is((path + "x").c_str()), 0);
	EXPECT_EQ(is(path.substr(0, path.size() - 1).c_str()), 0);
	EXPECT_EQ(is(("@" + path).c_str()), 0);
	for (const std::string &wrong : { std::string(), std::string(4000, 'x'),
	         "@" + std::string(4000, 'x') }) {
		errno = 0;
		EXPECT_EQ(is(wrong.c_str()), -1);
		EXPECT_EQ(errno, EINVAL);
	}
	EXPECT_EQ(bindchain_is_socket_unix(socket.get(), BINDCHAIN_TCP, 1, nullptr), -1);
	EXPECT_EQ(bindchain_is_socket_unix(listen_on("127.0.0.1").get(), BINDCHAIN_ANY, 1, nullptr),
	    0);
}

TEST(IsSocket, KnowsTheAddress)
{
	TemporaryDirectory directory;
	Descriptor internet = listen_on("127.0.0.1");
	Descriptor unix_socket = bind_path(directory / "socket", SOCK_STREAM, 1);
	struct sockaddr_un path = {};
	struct sockaddr_in address = {};
	socklen_t path_length = sizeof path, length = sizeof address;
	auto *as_path = reinterpret_cast<struct sockaddr *>(&path);
	auto *as_address = reinterpret_cast<struct sockaddr *>(&address);
	auto is = [](const Descriptor &socket, const struct sockaddr *asked, socklen_t size) {
		return bindchain_is_socket_address(socket.get(), BINDCHAIN_ANY, 1, asked, size);
	};

	ASSERT_EQ(getsockname(unix_socket.get(), as_path, &path_length), 0);
	ASSERT_EQ(getsockname(internet.get(), as_address, &length), 0);
	EXPECT_EQ(is(internet, as_address, length), 1);
	EXPECT_EQ(is(unix_socket, as_path, path_length), 1);
	/* Whether or not the null byte at the end of a path counts. */
	EXPECT_EQ(is(unix_socket, as_path, sizeof path), 1);
	EXPECT_EQ(is(internet, as_path, path_length), 0);
	EXPECT_EQ(is(unix_socket, as_address, length), 0);
	address.sin_port ^= 1;
	EXPECT_EQ(is(internet, as_address, length), 0);
	address.sin_port = 0;
	EXPECT_EQ(is(internet, as_address, length), 1);
	for (socklen_t wrong : { socklen_t { 0 }, socklen_t { 1 }, length - 1, length + 1, UINT_MAX }) {
		EXPECT_EQ(is(internet, as_address, wrong), -1) << wrong;
		EXPECT_EQ(errno, EINVAL);
	}
	EXPECT_EQ(is(internet, nullptr, length), -1);
	address.sin_family = 200;
	EXPECT_EQ(is(internet, as_address, length), -1);
}

TEST(IsSocket, SetsErrno)
{
	Descriptor socket = listen_on("127.0.0.1");

	for (int closed : { -1, INT_MIN, 1000, INT_MAX }) {
		errno = 0;
		EXPECT_EQ(bindchain_is_socket(closed, BINDCHAIN_TCP, 1), -1);
		EXPECT_EQ(errno, EBADF);
		EXPECT_EQ(bindchain_is_fifo(closed, nullptr), -1);
	}
	for (int kind : { -2, BINDCHAIN_VSOCK_SEQPACKET + 1, INT_MAX, INT_MIN }) {
		errno = 0;
		EXPECT_EQ(bindchain_is_socket(socket.get(), kind, 1), -1);
		EXPECT_EQ(errno, EINVAL);
	}
	for (int listening : { -2, 2, INT_MAX, INT_MIN })
		EXPECT_EQ(bindchain_is_socket(socket.get(), BINDCHAIN_TCP, listening), -1);
	Descriptor file(open("/dev/null", O_RDONLY));
	EXPECT_EQ(bindchain_is_socket(file.get(), BINDCHAIN_ANY, BINDCHAIN_ANY), 0);
}

TEST(IsFifo, KnowsThePath)
{
	TemporaryDirectory directory;
	const std::string path = directory / "fifo";

	ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
	Descriptor fifo(open(path.c_str(), O_RDONLY | O_NONBLOCK));
	EXPECT_EQ(bindchain_is_fifo(fifo.get(), path.c_str()), 1);
	EXPECT_EQ(bindchain_is_fifo(fifo.get(), nullptr), 1);
	EXPECT_EQ(bindchain_is_fifo(fifo.get(), "/dev/null"), 0);
	EXPECT_EQ(bindchain_is_fifo(fifo.get(), (path + "x").c_str()), 0);
	EXPECT_EQ(bindchain_is_fifo(listen_on("127.0.0.1").get(), nullptr), 0);
	EXPECT_EQ(bindchain_is_socket(fifo.get(), BINDCHAIN_ANY, BINDCHAIN_ANY), 0);
}

/* ---- bindchain_notify() ---- */

TEST(Notify, SendsTheStateAndRemovesTheVariableOnDemand)
{
	TemporaryDirectory directory;
	Descriptor manager = bind_path(directory / "notify", SOCK_DGRAM);
	char bytes[64];

	in_child([&] {
		set_variables({ { "NOTIFY_SOCKET", directory / "notify" } });
		EXPECT_EQ(bindchain_notify(0, "STATUS=Loading"), 1);
		EXPECT_NE(getenv("NOTIFY_SOCKET"), nullptr);
		EXPECT_EQ(bindchain_notify(BINDCHAIN_REMOVE_VARIABLES, "READY=1"), 1);
		EXPECT_EQ(bindchain_notify(0, "READY=1"), 0);
	});
	for (const char *state : { "STATUS=Loading", "READY=1" }) {
		ssize_t length = recv(manager.get(), bytes, sizeof bytes, MSG_DONTWAIT);
		ASSERT_GT(length, 0);
		EXPECT_EQ(std::string(bytes, size_t(length)), state);
	}
}

TEST(Notify, SetsErrno)
{
	in_child([] {
		struct {
			std::string name;
			int error;
		} const mistakes[] = {
			{ "", EINVAL },
			{ "/", EINVAL },
			{ "relative/path", EINVAL },
			{ "vsock:2:1234", EINVAL },
			{ "/" + std::string(200, 'x'), ENAMETOOLONG },
			{ "@" + std::string(200, 'x'), EINVAL },
			{ "/nonexistent/bindchain", ENOENT },
		};
		for (const auto &mistake : mistakes) {
			set_variables({ { "NOTIFY_SOCKET", mistake.name } });
			int before = open_descriptors();
			EXPECT_EQ(bindchain_notify(0, "READY=1"), -1);
			EXPECT_EQ(errno, mistake.error) << mistake.name;
			EXPECT_EQ(open_descriptors(), before);
		}
		EXPECT_EQ(bindchain_notify(0, nullptr), -1);
		EXPECT_EQ(errno, EINVAL);
		EXPECT_EQ(bindchain_notify(BINDCHAIN_ANY_PID, "READY=1"), -1);
		EXPECT_EQ(errno, EINVAL);
	});
}

} // namespace
