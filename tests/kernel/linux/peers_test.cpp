/* SPDX-License-Identifier: ISC */
/*
 * What is handed over is of use: who sent a message, messages of the kernel's own;
 * and what a path grants at every step of its making.
 */
#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "network.h"
#include "network_namespace.h"
#include "skip.h"
#include "system_calls.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

/* The program that prints what its descriptor 3 receives. */
Words
receiver(const Words &options)
{
	Words words = { RECEIVER };
	words.insert(words.end(), options.begin(), options.end());
	return words;
}

Command
chain(const std::string &name, Words arguments, const Words &next)
{
	arguments.insert(arguments.end(), next.begin(), next.end());
	return tool(name, arguments);
}

/* The kernel may have told of other interfaces before.  Throws if the line never comes. */
void
wait_for_line(Process &process, const std::string &line)
{
	while (process.read_line() != line)
		continue;
}

TEST(Peers, CredentialsComeWithMessagesOnDemand)
{
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	Process server(chain("local-datagram-socket-listen", { "--pass-credentials", path },
	    receiver({ "--credentials" })));
	EXPECT_EQ(server.read_line(), "ready");

	Descriptor client(socket(AF_UNIX, SOCK_DGRAM, 0));
	struct sockaddr_un address = {};
	address.sun_family = AF_UNIX;
	path.copy(address.sun_path, sizeof address.sun_path - 1);
	ASSERT_EQ(sendto(client.get(), "hello", 5, 0, reinterpret_cast<sockaddr *>(&address),
	    sizeof address), 5);
	EXPECT_EQ(server.read_line(), "hello from " + std::to_string(getpid()) + " of "
	    + std::to_string(geteuid()));
}

TEST(Peers, TheKernelsRouteMessagesAreRead)
{
	std::string why_not;
	auto network = NetworkNamespace::enter(&why_not);
	if (!network)
		SKIP_TEST_WITHOUT_NAMESPACE(why_not);
	Process server(chain("netlink-datagram-socket-listen", { "route", "1" },
	    receiver({ "--interface" })));
	EXPECT_EQ(server.read_line(), "ready");

	network->add_interface("made");
	wait_for_line(server, "interface made");
}

/* netlink(7): each gets a port of its own, although the process is the same. */
TEST(Peers, TwoSocketsOfOneProtocolAreOpenedTogether)
{
	std::string why_not;
	auto network = NetworkNamespace::enter(&why_not);
	if (!network)
		SKIP_TEST_WITHOUT_NAMESPACE(why_not);
	Process server(chain("bindchain", { "listen", "--netlink=route:0x1,name=links",
	    "--netlink=route,name=questions,receive-buffer=65536,pass-credentials" },
	    receiver({ "--interface" })));
	EXPECT_EQ(server.read_line(), "ready");

	network->add_interface("made");
	wait_for_line(server, "interface made");
}

TEST(Peers, TheGroupsOfNetlinkAreReadBack)
{
	TemporaryDirectory directory;
	std::string path = directory / "report";
	Result result = run(tool("bindchain", { "listen", "--netlink=route:0x11,name=links",
	    "--netlink=kobject-uevent", "--report=" + path, "true" }));
	ASSERT_EQ(result.status, 0) << result;
	EXPECT_EQ(read_whole_file(path), "fd=3 name=links address=route:17 inherited=no\n"
	    "fd=4 name=unknown address=kobject-uevent:0 inherited=no\n");

	result = run(tool("bindchain", { "listen", "--netlink=route:0x11", tool_path("bindchain"),
	    "inspect", "--json" }));
	ASSERT_EQ(result.status, 0) << result;
	nlohmann::json socket = nlohmann::json::parse(result.output).at("sockets").at(0);
	EXPECT_EQ(socket.at("family"), "netlink");
	EXPECT_EQ(socket.at("protocol"), "route");
	EXPECT_EQ(socket.at("groups"), 17);
	EXPECT_TRUE(socket.at("address").is_null());
}

/* ---- what a path grants ---- */

/* Watches PATH at every call that COMMAND makes: never more than MODE, and before it
 * has its owner nothing to anybody but who makes it. */
void
watch(const std::string &path, const Command &command, mode_t mode, uid_t owner)
{
	int seen = 0;
	SystemCalls calls = trace_system_calls(command, {}, [&] {
		struct stat status;
		if (lstat(path.c_str(), &status) != 0)
			return;
		seen++;
		mode_t granted = status.st_mode & 07777;
		EXPECT_EQ(granted & ~mode, 0u) << std::oct << granted;
		if (status.st_uid != owner) {
			EXPECT_EQ(granted & ~mode_t { S_IRUSR | S_IWUSR }, 0u) << std::oct << granted;
		}
	});
	if (!calls.why_not.empty())
		SKIP_TEST(calls.why_not);
	struct stat status;
	ASSERT_EQ(lstat(path.c_str(), &status), 0);
	EXPECT_EQ(status.st_mode & 07777, mode);
	EXPECT_EQ(status.st_uid, owner);
	EXPECT_GT(seen, 0);
}

TEST(PathAccess, NeverGrantsMoreThanAskedWhileItIsMade)
{
	TemporaryDirectory directory;
	for (const char *name : { "local-stream-socket-listen", "local-datagram-socket-listen" }) {
		std::string path = directory / name;
		watch(path, tool(name, { "--mode", "0640", path, "true" }), 0640, geteuid());
	}
	watch(directory / "ipc", tool("s6-ipcserver-socketbinder", { "-a", "604",
	    directory / "ipc", "true" }), 0604, geteuid());
	watch(directory / "fifo", tool("fifo-listen", { "--mode", "0620", directory / "fifo",
	    "true" }), 0620, geteuid());
}

TEST(PathAccess, NeverGrantsAnythingBeforeItsOwnerIsSet)
{
	if (geteuid() != 0)
		SKIP_TEST("only root gives files away");
	TemporaryDirectory directory;
	for (const char *name : { "local-stream-socket-listen", "fifo-listen" }) {
		std::string path = directory / name;
		watch(path, tool(name, { "-u", "12345", "--mode", "0600", path, "true" }), 0600,
		    12345);
	}
}

} // namespace
