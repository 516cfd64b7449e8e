/* SPDX-License-Identifier: ISC */
/* The setting inherit of bindchain listen: the inherited socket, or one of its own. */
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "expectations.h"
#include "json_schema.h"
#include "network.h"
#include "probe_report.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Words = std::vector<std::string>;
using nlohmann::json;

/* The inherited descriptors, from 3 on. */
class Inherit : public testing::Test {
protected:
	void inherit(Descriptor descriptor)
	{
		descriptors.push_back(std::move(descriptor));
	}

	int port(size_t index) const { return port_of(descriptors[index].get()); }

	std::string tcp(size_t index, const std::string &settings) const
	{
		return "--tcp=127.0.0.1:" + std::to_string(port(index)) + "," + settings;
	}

	/* The command with these sockets, in systemd's convention. */
	Command command(Words options, const Words &next, const std::string &names = "")
	{
		options.insert(options.begin(), "listen");
		options.push_back("--");
		options.insert(options.end(), next.begin(), next.end());
		Command command = tool("bindchain", options);
		for (size_t i = 0; i < descriptors.size(); i++)
			command.descriptors[static_cast<int>(3 + i)] = descriptors[i].get();
		command.set("LISTEN_FDS", std::to_string(descriptors.size()));
		if (!names.empty())
			command.set("LISTEN_FDNAMES", names);
		command.before_execution = set_listen_pid;
		return command;
	}

	ProbeReport found(const Words &options, const std::string &names = "")
	{
		return probe_behind(command(options, {}, names));
	}

	/* The first line of the refusal of this command line, before anything is opened. */
	std::string refusal(const Words &options, const std::string &names = "")
	{
		Result result = run(command(options, { "true" }, names));
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.error_lines(), 1u) << result;
		return result.error_line(0);
	}

	std::vector<Descriptor> descriptors;
};

const char fatal[] = "bindchain listen: fatal: ";
const char warning[] = "bindchain listen: warning: ";

/* ---- which socket is taken ---- */

TEST_F(Inherit, WithoutInheritedSocketsTheListenerIsOpened)
{
	ProbeReport found = probe_behind(tool("bindchain", { "listen",
	    "--tcp=127.0.0.1:0,name=web,inherit" }));

	EXPECT_EQ(found.sockets(), std::vector<int> { 3 });
	EXPECT_EQ(found.descriptor(3).at("listening"), 1);
	EXPECT_EQ(found.variable("LISTEN_FDS"), "1");
	EXPECT_EQ(found.variable("LISTEN_FDNAMES"), "web");
}

TEST_F(Inherit, TheSocketOfItsAddressIsTaken)
{
	inherit(listen_on("127.0.0.1"));
	ProbeReport report = found({ tcp(0, "inherit") });

	EXPECT_EQ(report.sockets(), std::vector<int> { 3 });
	EXPECT_EQ(report.descriptor(3).at("port"), port(0));
	EXPECT_EQ(report.variable("LISTEN_FDS"), "1");
	EXPECT_EQ(report.variable("LISTEN_PID"), std::to_string(report.pid()));
}

/* So that two starts with one command line work, by systemd and without it. */
TEST_F(Inherit, AStartAfterAStartTakesItsSockets)
{
	const Words words = { "listen", "--tcp=:0,name=web,inherit",
		"--udp=127.0.0.1:0,name=log,inherit", "bindchain" };
	Words twice = words;
	twice.insert(twice.end(), words.begin(), words.end() - 1);
	twice.push_back("--report=fd:1");
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	twice.push_back("true");
	Result result = run(tool("bindchain", twice));

	ASSERT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, "");
	EXPECT_THAT(result.output, testing::MatchesRegex(
	    "fd=3 name=web address=.* backlog=[0-9]* inherited=yes\n"
	    "fd=4 name=web address=.* backlog=[0-9]* inherited=yes\n"
	    "fd=5 name=log address=.* inherited=yes\n"));
}

TEST_F(Inherit, TheNameGoesBeforeTheAddress)
{
	inherit(listen_on("127.0.0.1"));
	inherit(listen_on("127.0.0.1"));
	/* The address is that of the first, the name that of the second. */
	Result result = run(command({ tcp(0, "name=b,inherit"), "--report=fd:1" }, { "true" }, "a:b"));

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, std::string(warning) + "inherited descriptor 4 \"b\": address: "
	    "127.0.0.1:" + std::to_string(port(0)) + " requested, 127.0.0.1:"
	    + std::to_string(port(1)) + " inherited\n");
	EXPECT_THAT(result.output, HasSubstr("inherited=yes asked=127.0.0.1:"
	    + std::to_string(port(0)) + "\n"));
}

TEST_F(Inherit, OfSeveralWithOneNameTheAddressDecides)
{
	inherit(listen_on("127.0.0.1"));
	inherit(listen_on("127.0.0.1"));
	ProbeReport report = found({ tcp(1, "name=web,inherit"), tcp(0, "name=web,inherit") },
	    "web:web");

	EXPECT_EQ(report.sockets(), (std::vector<int> { 3, 4 }));
	EXPECT_EQ(report.descriptor(3).at("port"), port(1));
	EXPECT_EQ(report.descriptor(4).at("port"), port(0));
}

/* sd_listen_fds_with_names(3): it is what nameless sockets are called. */
TEST_F(Inherit, UnknownIsNoName)
{
	inherit(listen_on("127.0.0.1"));
	ProbeReport report = found({ "--tcp=127.0.0.1:0,name=unknown,inherit" }, "unknown");

	EXPECT_EQ(report.sockets(), (std::vector<int> { 3, 4 }));
	EXPECT_EQ(report.descriptor(3).at("port"), port(0));
}

TEST_F(Inherit, Port0IsTakenByNameOnly)
{
	inherit(listen_on("127.0.0.1"));

	EXPECT_EQ(found({ "--tcp=127.0.0.1:0,inherit" }).sockets(), (std::vector<int> { 3, 4 }));
	EXPECT_EQ(found({ "--tcp=127.0.0.1:0,name=web,inherit" }, "web").sockets(),
	    std::vector<int> { 3 });
}

/* Of ":0" the one that is missing gets the port of the other. */
TEST_F(Inherit, BothFamiliesKeepOnePort)
{
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	Result result = run(tool("bindchain", { "listen", "--tcp=[::]:0,name=web", "bindchain",
	    "listen", "--tcp=:0,name=web,inherit", "bindchain", "inspect", "--json" }));
	ASSERT_EQ(result.status, 0) << result;
	json sockets = json::parse(result.output).at("sockets");
	ASSERT_EQ(sockets.size(), 2u);
	EXPECT_EQ(sockets.at(0).at("family"), "inet");
	EXPECT_EQ(sockets.at(1).at("family"), "inet6");
	EXPECT_EQ(sockets.at(0).at("port"), sockets.at(1).at("port"));
}

/* With count several listeners have the port of one. */
TEST_F(Inherit, AllOfAnAddressGetThePortOfTheOneThatIsInherited)
{
	if (!expectations().sharing_balances)
		SKIP_TEST_EVEN_IN_CI("this kernel does not balance");
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	Result result = run(tool("bindchain", { "listen", "--tcp=[::]:0,balance,name=web", "bindchain",
	    "listen", "--tcp=:0,balance,count=2,name=web,inherit", "bindchain", "inspect", "--json" }));
	ASSERT_EQ(result.status, 0) << result;
	json sockets = json::parse(result.output).at("sockets");
	ASSERT_EQ(sockets.size(), 4u);
	for (const json &socket : sockets)
		EXPECT_EQ(socket.at("port"), sockets.at(0).at("port"));
}

TEST_F(Inherit, OthersStayInFrontWithTheirNames)
{
	inherit(listen_on("127.0.0.1"));
	inherit(bind_to("127.0.0.1", 0, true));
	inherit(listen_on("127.0.0.1"));
	ProbeReport report = found({ "--udp=127.0.0.1:0,name=new", tcp(0, "name=web,inherit") },
	    "web:log:other");

	EXPECT_EQ(report.sockets(), (std::vector<int> { 3, 4, 5, 6 }));
	EXPECT_EQ(report.variable("LISTEN_FDS"), "4");
	EXPECT_EQ(report.variable("LISTEN_FDNAMES"), "log:other:new:web");
	EXPECT_EQ(report.descriptor(3).at("port"), port(1));
	EXPECT_EQ(report.descriptor(4).at("port"), port(2));
	EXPECT_EQ(report.descriptor(6).at("port"), port(0));
	EXPECT_EQ(report.descriptors(), (std::vector<int> { 0, 1, 2, 3, 4, 5, 6 }));
}

TEST_F(Inherit, EmptyNamesOfOthersKeepTheirPlaces)
{
	for (int i = 0; i < 3; i++)
		inherit(listen_on("127.0.0.1"));

	EXPECT_EQ(found({ tcp(2, "name=web,inherit") }, ":log:web").variable("LISTEN_FDNAMES"),
	    ":log:web");
	EXPECT_EQ(found({ tcp(2, "name=web,inherit") }, "::web").variable("LISTEN_FDNAMES"), "::web");
	EXPECT_EQ(found({ tcp(0, "name=web,inherit") }, "web:log:").variable("LISTEN_FDNAMES"),
	    "log::web");
}

/* Each goes where another is. */
TEST_F(Inherit, SocketsChangePlaces)
{
	for (int i = 0; i < 4; i++)
		inherit(listen_on("127.0.0.1"));
	ProbeReport report = found({ tcp(3, "inherit"), tcp(2, "inherit"), tcp(1, "inherit"),
	    tcp(0, "inherit") });

	EXPECT_EQ(report.sockets(), (std::vector<int> { 3, 4, 5, 6 }));
	for (int i = 0; i < 4; i++)
		EXPECT_EQ(report.descriptor(3 + i).at("port"), port(static_cast<size_t>(3 - i)));
	EXPECT_EQ(report.descriptors(), (std::vector<int> { 0, 1, 2, 3, 4, 5, 6 }));
}

TEST_F(Inherit, AListThatIsForAnotherProcessIsNotRead)
{
	inherit(listen_on("127.0.0.1"));
	for (const char *fds : { "1", "nonsense" }) {
		Command start = command({ "--tcp=127.0.0.1:0,name=web,inherit", "--replace-fds" }, {},
		    "web");
		start.before_execution = nullptr;
		start.set("LISTEN_PID", "1").set("LISTEN_FDS", fds);
		ProbeReport report = probe_behind(start);
		EXPECT_EQ(report.sockets(), std::vector<int> { 3 });
		EXPECT_NE(report.descriptor(3).at("port"), port(0));
	}
}

TEST_F(Inherit, NoTurnsItOff)
{
	inherit(listen_on("127.0.0.1"));
	EXPECT_EQ(found({ "--tcp=127.0.0.1:0,name=web,inherit=no" }, "web").sockets(),
	    (std::vector<int> { 3, 4 }));
}

TEST_F(Inherit, ClientsInTheQueueStay)
{
	inherit(listen_on("127.0.0.1"));
	inherit(listen_on("127.0.0.1"));
	Descriptor client = connect_to("127.0.0.1", port(1));
	Result result = run(command({ tcp(1, "inherit"), tcp(0, "inherit") },
	    { "bindchain", "inspect", "--json" }));
	ASSERT_EQ(result.status, 0) << result;
	json socket = json::parse(result.output).at("sockets").at(0);

	EXPECT_EQ(socket.at("port"), port(1));
	EXPECT_THAT(socket.at("queue_length"), testing::AnyOf(1, nullptr)) << "null: unknown";
	Descriptor connection(accept(descriptors[1].get(), nullptr, nullptr));
	EXPECT_GE(connection.get(), 0);
}

/* ---- Unix sockets ---- */

TEST_F(Inherit, APathIsTakenAndStays)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket", option = "--unix=" + path + ",inherit";
	Descriptor holder = listen_on("127.0.0.1");
	inherit(bind_path(path, SOCK_STREAM, 5));

	EXPECT_EQ(found({ option }).sockets(), std::vector<int> { 3 });
	/* It is not ours, whatever fails. */
	Result result = run(command({ option, "--tcp=127.0.0.1:"
	    + std::to_string(port_of(holder.get())) }, { "true" }));
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(run(command({ option }, { "/nonexistent" })).status, 127);
	EXPECT_EQ(access(path.c_str(), F_OK), 0);
	Descriptor client;
	EXPECT_EQ(connect_path(path, &client), 0);
}

TEST_F(Inherit, AnotherKindAtThePathIsNotTaken)
{
	TemporaryDirectory directory;
	inherit(bind_path(directory / "socket", SOCK_DGRAM));

	Result result = run(command({ "--unix=" + (directory / "socket") + ",inherit" }, { "true" }));
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_THAT(result.error_line(0), HasSubstr(error_text(EADDRINUSE)));
}

TEST_F(Inherit, ThePermissionsOfThePathAreCompared)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket";
	inherit(bind_path(path, SOCK_STREAM, 5));
	ASSERT_EQ(chmod(path.c_str(), 0600), 0);

	Result result = run(command({ "--unix=" + path + ",mode=660,inherit" }, { "true" }));
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, std::string(warning)
	    + "inherited descriptor 3: mode: 0660 requested, 0600 inherited\n");
	struct stat status = {};
	ASSERT_EQ(stat(path.c_str(), &status), 0);
	EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST_F(Inherit, AMissingLinkToThePathIsNotMade)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket", link = directory / "link";
	const std::string option = "--unix=" + path + ",symlink=" + link + ",inherit";
	inherit(bind_path(path, SOCK_STREAM, 5));

	Result result = run(command({ option }, { "true" }));
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, std::string(warning) + "inherited descriptor 3: symlink: " + link
	    + " requested, none inherited\n");
	ASSERT_EQ(symlink(path.c_str(), link.c_str()), 0);
	EXPECT_EQ(run(command({ option }, { "true" })).error, "");
}

/* A FIFO has no address: it is the one at the path. */
TEST_F(Inherit, TheFifoAtItsPathIsTaken)
{
	TemporaryDirectory directory;
	const std::string path = directory / "fifo", other = directory / "other";
	const std::string option = "--fifo=" + path + ",inherit";
	ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
	ASSERT_EQ(mkfifo(other.c_str(), 0600), 0);
	inherit(Descriptor(open(path.c_str(), O_RDWR)));

	Result result = run(command({ option, "--report=fd:1" }, { "true" }));
	EXPECT_EQ(result.output, "fd=3 name=unknown address=" + path + " inherited=yes\n") << result;
	EXPECT_EQ(result.error, "");
	result = run(command({ option + ",nonblocking" }, { "true" }));
	EXPECT_EQ(result.error, std::string(warning) + "inherited descriptor 3: nonblocking: yes"
	    " requested, no inherited\n");
	result = run(command({ option + ",read-only" }, { "true" }));
	EXPECT_EQ(result.error, std::string(warning) + "inherited descriptor 3: read-only: yes"
	    " requested, no inherited\n");
	result = run(command({ "--fifo=" + other + ",inherit", "--report=fd:1" }, { "true" }));
	EXPECT_EQ(result.output, "fd=4 name=unknown address=" + other + " inherited=no\n");
	result = run(command({ "--fifo=" + other + ",inherit,name=a" }, { "true" }, "a"));
	EXPECT_EQ(result.error, std::string(warning) + "inherited descriptor 3 \"a\": path: " + other
	    + " requested, another inherited\n");
}

TEST_F(Inherit, AFifoIsNoSocketNorASocketAFifo)
{
	TemporaryDirectory directory;
	const std::string path = directory / "fifo";
	ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
	inherit(Descriptor(open(path.c_str(), O_RDWR)));
	inherit(listen_on("127.0.0.1"));

	EXPECT_THAT(refusal({ "--tcp=127.0.0.1:80,inherit,name=a" }, "a:b"),
	    HasSubstr("inherited descriptor 3 \"a\" is not a socket, for TCP 127.0.0.1:80"));
	EXPECT_THAT(refusal({ "--fifo=" + path + ",inherit,name=b" }, "a:b"),
	    HasSubstr("inherited descriptor 4 \"b\" is TCP 127.0.0.1:"));
}

/* ---- what differs ---- */

TEST_F(Inherit, WarnsOfEachSettingThatDiffers)
{
	inherit(listen_on("127.0.0.1"));
	ASSERT_EQ(listen(descriptors[0].get(), 5), 0);
	Result result = run(command({ tcp(0, "backlog=7,keepalive,nonblocking,reuse-address,inherit") },
	    { "true" }));

	EXPECT_EQ(result.status, 0) << result;
	const std::string beginning = std::string(warning) + "inherited descriptor 3: ";
	EXPECT_EQ(result.error, beginning + "backlog: 7 requested, 5 inherited\n"
	    + beginning + "nonblocking: yes requested, no inherited\n"
	    + beginning + "keepalive: on requested, off inherited\n");
	EXPECT_EQ(fcntl(descriptors[0].get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(Inherit, SaysNothingOfWhatIsTheSame)
{
	inherit(listen_on("127.0.0.1"));
	int on = 1;
	ASSERT_EQ(setsockopt(descriptors[0].get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on), 0);
	ASSERT_EQ(listen(descriptors[0].get(), 7), 0);

	EXPECT_EQ(run(command({ tcp(0, "backlog=7,least-backlog=7,keepalive,inherit") }, { "true" }))
	    .error, "");
	EXPECT_EQ(run(command({ tcp(0, "inherit") }, { "true" })).error, "");
}

TEST_F(Inherit, RequirementsAreOfTheInheritedSocket)
{
	inherit(listen_on("127.0.0.1"));
	ASSERT_EQ(listen(descriptors[0].get(), 5), 0);

	EXPECT_EQ(refusal({ tcp(0, "least-backlog=6,inherit") }), std::string(fatal)
	    + "inherited descriptor 3: least-backlog is 6, but its queue limit is 5");
	int bytes = 8192;
	ASSERT_EQ(setsockopt(descriptors[0].get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes), 0);
	EXPECT_EQ(refusal({ tcp(0, "least-receive-buffer=8193,inherit") }), std::string(fatal)
	    + "inherited descriptor 3: least-receive-buffer is 8193, but its receive buffer is 8192");
	EXPECT_EQ(run(command({ tcp(0, "least-receive-buffer=8192,inherit") }, { "true" })).status, 0);
	EXPECT_EQ(refusal({ "--tcp=127.0.0.1:1,name=web,fixed-port,inherit" }, "web"),
	    std::string(fatal) + "inherited descriptor 3 \"web\": fixed-port is 1, but its port is "
	    + std::to_string(port(0)));
}

/* ---- refusals ---- */

TEST_F(Inherit, AnotherKindUnderItsNameIsRefused)
{
	inherit(bind_to("127.0.0.1", 0, true));
	inherit(bind_to("127.0.0.1"));
	inherit(Descriptor(open("/dev/null", O_RDONLY)));
	const std::string names = "udp:deaf:file", port = std::to_string(port_of(descriptors[0].get()));

	EXPECT_EQ(refusal({ "--tcp=127.0.0.1:80,name=udp,inherit" }, names), std::string(fatal)
	    + "inherited descriptor 3 \"udp\" is UDP 127.0.0.1:" + port + ", not TCP 127.0.0.1:80");
	EXPECT_EQ(refusal({ "--udp=[::1]:80,name=udp,inherit" }, names), std::string(fatal)
	    + "inherited descriptor 3 \"udp\" is UDP 127.0.0.1:" + port + ", not UDP [::1]:80");
	EXPECT_EQ(refusal({ "--tcp=127.0.0.1:80,name=deaf,inherit" }, names), std::string(fatal)
	    + "inherited descriptor 4 \"deaf\" is not listening, for TCP 127.0.0.1:80");
	EXPECT_EQ(refusal({ "--tcp=127.0.0.1:80,name=file,inherit" }, names), std::string(fatal)
	    + "inherited descriptor 5 \"file\" is not a socket, for TCP 127.0.0.1:80");
}

#ifdef AF_NETLINK
/* Its address is protocol and groups, as far as the kernel reports them. */
TEST_F(Inherit, NetlinkIsTakenByProtocolAndGroups)
{
	if (run(tool("bindchain", { "listen", "--netlink=route", "true" })).status != 0)
		SKIP_TEST("this system has no netlink");
	const Words words = { "listen", "--netlink=route:1,name=net", "bindchain", "listen" };
	auto second = [&](const Words &options) {
		Words all = words;
		all.insert(all.end(), options.begin(), options.end());
		all.insert(all.end(), { "--report=fd:1", "true" });
		return run(tool("bindchain", all));
	};
	Result same = second({ "--netlink=route:1,inherit" });
	if (same.output.find("address=netlink ") != std::string::npos)
		SKIP_TEST("this kernel reports no protocol");
	EXPECT_EQ(same.output, "fd=3 name=unknown address=route:1 inherited=yes\n") << same;
	EXPECT_EQ(same.error, "");
	EXPECT_THAT(second({ "--netlink=route:2,inherit" }).output, HasSubstr("inherited=no\n"));
	Result groups = second({ "--netlink=route:2,name=net,inherit" });
	EXPECT_EQ(groups.error, std::string(warning) + "inherited descriptor 3 \"net\": address: "
	    "route:2 requested, route:1 inherited\n");
	Result protocol = second({ "--netlink=kobject-uevent,name=net,inherit" });
	EXPECT_EQ(protocol.status, 100) << protocol;
	EXPECT_EQ(protocol.error_line(0), std::string(fatal)
	    + "inherited descriptor 3 \"net\" is netlink route:1, not netlink kobject-uevent");
}
#endif

#ifdef AF_VSOCK
TEST_F(Inherit, VsockIsTakenByCidAndPort)
{
	if (run(tool("bindchain", { "listen", "--vsock=any:5000", "true" })).status != 0)
		SKIP_TEST("this kernel has no vsock");
	Result result = run(tool("bindchain", { "listen", "--vsock=:any", "sh", "-c",
	    "port=$(bindchain inspect --json | grep '\"port\"' | tr -cd 0-9)\n"
	    "LISTEN_PID=$$ exec bindchain listen --vsock=any:$port,inherit --report=fd:1 true" }));
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, "");
	EXPECT_THAT(result.output, HasSubstr("inherited=yes\n"));
}
#endif

TEST_F(Inherit, OneSocketForTwoListenersIsRefused)
{
	inherit(listen_on("127.0.0.1"));
	const std::string address = "TCP 127.0.0.1:" + std::to_string(port(0));

	EXPECT_EQ(refusal({ tcp(0, "inherit"), tcp(0, "inherit") }), std::string(fatal)
	    + "inherited descriptor 3 is for two listeners: " + address + " and " + address);
	EXPECT_EQ(refusal({ tcp(0, "name=web,inherit"), tcp(0, "inherit") }, "web"),
	    std::string(fatal) + "inherited descriptor 3 \"web\" is for two listeners: " + address
	    + " and " + address);
}

TEST_F(Inherit, ANameOfSeveralOtherAddressesIsRefused)
{
	inherit(listen_on("127.0.0.1"));
	inherit(listen_on("127.0.0.1"));
	EXPECT_EQ(refusal({ "--tcp=127.0.0.1:80,name=web,inherit" }, "web:web"), std::string(fatal)
	    + "2 inherited sockets have the name web, but none is TCP 127.0.0.1:80");
}

/* Another bind(2) tests it, which an inherited socket prevents. */
TEST_F(Inherit, ExclusiveIsRefused)
{
	EXPECT_THAT(refusal({ "--tcp=127.0.0.1:80,exclusive,inherit" }),
	    HasSubstr("--tcp: exclusive excludes inherit"));
}

TEST_F(Inherit, AMalformedListIsAnErrorInEachConvention)
{
	for (const char *as : { "--as=systemd", "--as=fd:5" }) {
		Command start = command({ "--tcp=127.0.0.1:0,inherit", as }, { "true" });
		Result result = run(start.set("LISTEN_FDS", "x"));
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.error_line(0).rfind(std::string(fatal) + "LISTEN_FDS", 0), 0u) << result;
		result = run(start.set("LISTEN_FDS", "1"));
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_THAT(result.error_line(0), HasSubstr("LISTEN_FDS=1: descriptor 3 is not open"));
	}
}

/* ---- other conventions ---- */

TEST_F(Inherit, ASocketBecomesStandardInput)
{
	inherit(listen_on("127.0.0.1"));
	ProbeReport report = found({ tcp(0, "inherit"), "--as=stdin" });

	EXPECT_EQ(report.sockets(), std::vector<int> { 0 });
	EXPECT_EQ(report.descriptor(0).at("port"), port(0));
	for (const char *name : { "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES" })
		EXPECT_FALSE(report.variable(name)) << name;
}

TEST_F(Inherit, SocketsBeginAtAnyDescriptor)
{
	inherit(listen_on("127.0.0.1"));
	inherit(listen_on("127.0.0.1"));
	for (const char *as : { "--as=fd:4", "--as=fd:3", "--as=fd:9", "--as=fd:free" }) {
		ProbeReport report = found({ "--tcp=127.0.0.1:0", tcp(1, "inherit"),
		    tcp(0, "inherit"), as });
		int first = std::string(as) == "--as=fd:free" ? 5 : as[8] - '0';
		EXPECT_EQ(report.sockets(), (std::vector<int> { first, first + 1, first + 2 })) << as;
		EXPECT_EQ(report.descriptor(first + 1).at("port"), port(1));
		EXPECT_EQ(report.descriptor(first + 2).at("port"), port(0));
		EXPECT_FALSE(report.variable("LISTEN_FDS"));
	}
}

TEST_F(Inherit, ByTheConventionOfAnotherProgram)
{
	inherit(bind_to("127.0.0.1", 0, true));
	inherit(listen_on("127.0.0.1"));
	ProbeReport report = found({ tcp(1, "name=web,inherit"), "--as=systemd,nginx" }, "log:web");

	EXPECT_EQ(report.variable("NGINX"), "4;");
	EXPECT_EQ(report.variable("LISTEN_FDNAMES"), "log:web");
}

TEST_F(Inherit, WhatNoListenerTakesStaysUnderListenFdsOnly)
{
	inherit(listen_on("127.0.0.1"));
	inherit(listen_on("127.0.0.1"));

	EXPECT_EQ(refusal({ tcp(0, "inherit"), "--as=fd:9" }, "web:log"), std::string(fatal)
	    + "inherited descriptor 4 \"log\" is for no listener; it can stay with --as=systemd only");
	/* As without the setting, if nothing is taken. */
	EXPECT_EQ(found({ "--tcp=127.0.0.1:0,inherit", "--as=fd:9" }).sockets(),
	    (std::vector<int> { 3, 4, 9 }));
}

TEST_F(Inherit, ADescriptorInTheWayIsNamedUnlessItMayGo)
{
	Descriptor file(open("/dev/null", O_RDONLY));
	inherit(listen_on("127.0.0.1"));
	Command start = command({ tcp(0, "inherit"), "--tcp=127.0.0.1:0" }, { "true" });
	start.descriptors[4] = file.get();
	Result result = run(start);
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error_line(0),
	    std::string(fatal) + "descriptor 4 is already open; --replace-fds closes it");

	start = command({ tcp(0, "inherit"), "--tcp=127.0.0.1:0", "--replace-fds" }, {});
	start.descriptors[4] = file.get();
	EXPECT_EQ(probe_behind(start).sockets(), (std::vector<int> { 3, 4 }));
}

TEST_F(Inherit, AReportCannotGoToAnInheritedSocket)
{
	inherit(listen_on("127.0.0.1"));
	EXPECT_EQ(refusal({ tcp(0, "inherit"), "--as=fd:9", "--report=fd:3" }), std::string(fatal)
	    + "--report=fd:3 is the descriptor of a socket; use --report=fd:4");
}

/* ---- reports ---- */

TEST_F(Inherit, AReportSaysWhichSocketsAreInherited)
{
	inherit(listen_on("127.0.0.1"));
	Result result = run(command({ tcp(0, "name=web,inherit"), "--udp=127.0.0.1:0,inherit",
	    "--report=fd:1", "--report-format=json" }, { "true" }, "web"));
	ASSERT_EQ(result.status, 0) << result;
	json sockets = json::parse(result.output).at("sockets");

	EXPECT_EQ(sockets.at(0).at("inherited"), true);
	EXPECT_EQ(sockets.at(0).at("port"), port(0));
	EXPECT_EQ(sockets.at(1).at("inherited"), false);
}

TEST_F(Inherit, ExplainSaysWhichSocketsAreTaken)
{
	inherit(listen_on("127.0.0.1"));
	Command start = command({ tcp(0, "name=web,backlog=1,inherit"), "--udp=127.0.0.1:0,inherit",
	    "--udp=127.0.0.1:0" }, { "true" }, "web");
	start.argv.insert(start.argv.begin() + 1, "explain");
	Result result = run(start);

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_THAT(result.output, HasSubstr("\n    takes inherited descriptor 3 \"web\"\n"
	    "\nSystem calls, in order, if it were not inherited\n"));
	EXPECT_THAT(result.output, HasSubstr("\n    opened: no inherited socket has its name or"
	    " address\n\nSystem calls, in order\n"));
	EXPECT_THAT(result.output, HasSubstr("\nWarnings\n    inherited descriptor 3 \"web\": backlog:"
	    " 1 requested, "));

	start.argv.insert(start.argv.begin() + 2, "--json");
	json report = json::parse(run(start).output);
	EXPECT_THAT(JsonSchema(MANUAL_PAGES "/bindchain-explain.schema.json").complaints(report),
	    IsEmpty());
	EXPECT_EQ(report.at("works"), true);
	EXPECT_EQ(report.at("sockets").at(0).at("inherit"), true);
	EXPECT_EQ(report.at("sockets").at(0).at("inherited"),
	    (json { { "descriptor", 3 }, { "name", "web" } }));
	EXPECT_EQ(report.at("sockets").at(1).at("inherit"), true);
	EXPECT_EQ(report.at("sockets").at(1).at("inherited"), nullptr);
	EXPECT_EQ(report.at("sockets").at(2).at("inherit"), false);
	EXPECT_EQ(report.at("handover").at("descriptor"), 3);
	EXPECT_EQ(report.at("handover").at("inherited"), 0);
}

TEST_F(Inherit, ExplainSaysThatAListIsForAnotherProcess)
{
	inherit(listen_on("127.0.0.1"));
	Command start = command({ "--udp=127.0.0.1:0,inherit", "--replace-fds" }, { "true" });
	start.argv.insert(start.argv.begin() + 1, "explain");
	start.before_execution = nullptr;
	start.set("LISTEN_PID", "1");

	EXPECT_THAT(run(start).output, HasSubstr("\n    opened: LISTEN_FDS is for another process\n"));
}

} // namespace
