/* SPDX-License-Identifier: ISC */
/*
 * Unix and netlink sockets of each system, as its kernel has them, and as the
 * tools get them there: unix(7) and netlink(7) of Linux, unix(4) and netlink(4) of
 * FreeBSD, kern/uipc_usrreq.c of FreeBSD and of xnu.
 */
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <climits>
#include <linux/netlink.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/stat.h>

#include "bench.h"
#include "fake.h"
#include "network.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;
using testing::HasSubstr;
using testing::StartsWith;

/* By enum world_system. */
const char *const profiles[] = { "linux-6", "freebsd-14", "macos-15" };

/* ---- the kernels ---- */

TEST(UnixSockets, AreOfTheTypesThatTheSystemHas)
{
	const struct {
		int type, protocol, errors[3];
	} rows[] = {
		{ SOCK_STREAM, 0, { 0, 0, 0 } }, { SOCK_DGRAM, 0, { 0, 0, 0 } },
		{ SOCK_SEQPACKET, 0, { 0, 0, EPROTONOSUPPORT } },
		{ SOCK_STREAM, 99, { EPROTONOSUPPORT, EPROTONOSUPPORT, EPROTONOSUPPORT } },
	};

	for (int system = 0; system < 3; system++)
		for (const auto &row : rows) {
			int error = -1;
			Fake(profiles[system]).open(AF_UNIX, row.type, row.protocol, &error);
			EXPECT_EQ(error_name(error), error_name(row.errors[system]))
			    << profiles[system] << " " << row.type << " " << row.protocol;
		}
}

TEST(UnixSockets, TakePathsAsLongAsTheSystemDoes)
{
	const struct {
		size_t length;
		int errors[3];
	} rows[] = {
		{ 1, { 0, 0, 0 } }, { 104, { 0, 0, 0 } }, { 105, { 0, EINVAL, 0 } },
		{ 108, { 0, EINVAL, 0 } }, { 109, { EINVAL, EINVAL, 0 } },
		{ 253, { EINVAL, EINVAL, 0 } },
		{ 254, { EINVAL, ENAMETOOLONG, ENAMETOOLONG } },
		/* no byte at all: Linux chooses a name */
		{ 0, { 0, EINVAL, EINVAL } },
	};

	for (int system = 0; system < 3; system++)
		for (const auto &row : rows) {
			Fake fake(profiles[system]);
			EXPECT_EQ(error_name(fake.bind_unix(fake.open(AF_UNIX, SOCK_STREAM),
			              std::string(row.length, 'a'))), error_name(row.errors[system]))
			    << profiles[system] << " " << row.length;
		}
}

TEST(UnixSockets, HaveNamesOutsideTheFileSystemOnLinuxAlone)
{
	const int errors[] = { 0, ENOENT, ENOENT };

	for (int system = 0; system < 3; system++) {
		Fake fake(profiles[system]);
		EXPECT_EQ(fake.bind_unix(fake.open(AF_UNIX, SOCK_STREAM), std::string("\0a", 2)),
		    errors[system]) << profiles[system];
	}
}

TEST(UnixSockets, HaveOneAddress)
{
	for (const char *profile : { "freebsd-14", "macos-15" }) {
		Fake fake(profile);
		world_socket *socket = fake.open(AF_UNIX, SOCK_STREAM);
		EXPECT_EQ(fake.bind_unix(socket, "a"), 0);
		EXPECT_EQ(fake.bind_unix(socket, "b"), EINVAL) << profile;
	}
}

TEST(UnixSockets, ListenOnceTheyAreBound)
{
	const int unbound[] = { EINVAL, EDESTADDRREQ, EINVAL };

	for (int system = 0; system < 3; system++) {
		Fake fake(profiles[system]);
		world_socket *stream = fake.open(AF_UNIX, SOCK_STREAM);
		world_socket *datagram = fake.open(AF_UNIX, SOCK_DGRAM);
		SCOPED_TRACE(profiles[system]);
		EXPECT_EQ(error_name(fake.listen(stream, 5)), error_name(unbound[system]));
		EXPECT_EQ(fake.bind_unix(stream, "a"), 0);
		EXPECT_EQ(fake.listen(stream, 5), 0);
		EXPECT_EQ(fake.get(stream, "SO_TYPE"), SOCK_STREAM);
		EXPECT_NE(fake.get(stream, "SO_ACCEPTCONN"), 0);
		EXPECT_EQ(fake.bind_unix(datagram, "b"), 0);
		EXPECT_EQ(fake.listen(datagram, 5), EOPNOTSUPP);
	}
}

/* The same numbers as for TCP: somaxconn, soacceptqueue, and what 0 is. */
TEST(UnixSockets, HaveTheBacklogCut)
{
	const struct {
		int backlog, limits[3];
	} rows[] = { { -1, { 4096, 128, 128 } }, { 0, { 0, 0, 128 } }, { 5, { 5, 5, 5 } },
		{ INT_MAX, { 4096, 128, 128 } } };

	for (int system = 0; system < 3; system++)
		for (const auto &row : rows) {
			Fake fake(profiles[system]);
			world_socket *socket = fake.open(AF_UNIX, SOCK_STREAM);
			fake.bind_unix(socket, "a");
			EXPECT_EQ(fake.listen(socket, row.backlog), 0);
			EXPECT_EQ(socket->limit, row.limits[system])
			    << profiles[system] << " " << row.backlog;
			if (system == WORLD_FREEBSD) {
				EXPECT_EQ(fake.get(socket, "SO_LISTENQLIMIT"), row.limits[system]);
			}
		}
}

/* Both are of level SOL_LOCAL, which is 0 as IPPROTO_IP is. */
TEST(UnixSockets, OfFreeBsdSendCredentialsOnceOrAlways)
{
	Fake fake("freebsd-14");
	world_socket *socket = fake.open(AF_UNIX, SOCK_DGRAM);

	EXPECT_EQ(fake.set(socket, "LOCAL_CREDS_PERSISTENT", 1), 0);
	EXPECT_EQ(fake.get(socket, "LOCAL_CREDS_PERSISTENT"), 1);
	EXPECT_EQ(fake.set(socket, "LOCAL_CREDS", 1), EINVAL);
	EXPECT_EQ(fake.set(socket, "LOCAL_CREDS", 0), 0);
	EXPECT_EQ(fake.set(socket, "LOCAL_CREDS_PERSISTENT", 0), 0);
	EXPECT_EQ(fake.set(socket, "LOCAL_CREDS", 1), 0);
	EXPECT_EQ(fake.set(socket, "LOCAL_CREDS_PERSISTENT", 1), EINVAL);
	EXPECT_EQ(fake.set(fake.tcp(AF_INET), "LOCAL_CREDS_PERSISTENT", 1), ENOPROTOOPT);
}

TEST(UnixSockets, OfLinuxSendCredentialsAndLabelsAndTcpOnesDoNot)
{
	for (const char *option : { "SO_PASSCRED", "SO_PASSSEC" }) {
		Fake fake("linux-6");
		world_socket *sockets[] = { fake.open(AF_UNIX, SOCK_DGRAM),
			fake.open(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE) };
		for (world_socket *socket : sockets) {
			EXPECT_EQ(fake.set(socket, option, 1), 0);
			EXPECT_EQ(fake.get(socket, option), 1);
		}
		EXPECT_EQ(fake.set(fake.tcp(AF_INET), option, 1), EOPNOTSUPP);
	}
}

/* Of the level of IPv4, of which each has some. */
TEST(UnixSockets, RefuseOptionsOfOtherFamilies)
{
	const struct {
		const char *option;
		int error;
	} rows[3][2] = {
		{ { "IP_FREEBIND", EOPNOTSUPP }, { "IPV6_V6ONLY", EOPNOTSUPP } },
		{ { "IP_BINDANY", EOPNOTSUPP }, { "IPV6_V6ONLY", EINVAL } },
		{ { "IP_BOUND_IF", EOPNOTSUPP }, { "IPV6_V6ONLY", EOPNOTSUPP } },
	};

	for (int system = 0; system < 3; system++)
		for (const auto &row : rows[system]) {
			Fake fake(profiles[system]);
			EXPECT_EQ(fake.get(fake.open(AF_UNIX, SOCK_STREAM), row.option), -1);
			EXPECT_EQ(error_name(errno), error_name(row.error))
			    << profiles[system] << " " << row.option;
		}
}

TEST(NetlinkSockets, AreOfTheProtocolsThatTheSystemHas)
{
	const struct {
		const char *profile;
		int type, protocol, error;
	} rows[] = {
		{ "linux-6", SOCK_DGRAM, NETLINK_ROUTE, 0 },
		{ "linux-6", SOCK_RAW, NETLINK_KOBJECT_UEVENT, 0 },
		{ "linux-6", SOCK_DGRAM, NETLINK_SOCK_DIAG, EPROTONOSUPPORT },
		{ "freebsd-14", SOCK_DGRAM, NETLINK_ROUTE, 0 },
		{ "freebsd-14", SOCK_RAW, NETLINK_GENERIC, 0 },
		{ "freebsd-14", SOCK_DGRAM, NETLINK_KOBJECT_UEVENT, EPROTONOSUPPORT },
		{ "freebsd-13", SOCK_DGRAM, NETLINK_ROUTE, EAFNOSUPPORT },
		{ "macos-15", SOCK_DGRAM, NETLINK_ROUTE, EAFNOSUPPORT },
	};

	for (const auto &row : rows) {
		int error = -1;
		Fake(row.profile).open(AF_NETLINK, row.type, row.protocol, &error);
		EXPECT_EQ(error_name(error), error_name(row.error))
		    << row.profile << " " << row.protocol;
	}
}

TEST(NetlinkSockets, HaveAPortOfTheirOwnAndTheirGroups)
{
	for (const char *profile : { "linux-6", "freebsd-14" }) {
		Fake fake(profile);
		world_socket *first = fake.open(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE);
		world_socket *second = fake.open(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE);
		world_socket *other = fake.open(AF_NETLINK, SOCK_DGRAM, NETLINK_GENERIC);
		sockaddr_nl address = {};
		socklen_t length = sizeof address;
		SCOPED_TRACE(profile);
		EXPECT_EQ(fake.bind_netlink(first, 4711, 5), 0);
		EXPECT_EQ(kernel_getsockname(first, reinterpret_cast<sockaddr *>(&address), &length), 0);
		EXPECT_EQ(address.nl_pid, 4711U);
		EXPECT_EQ(address.nl_groups, 5U);
		EXPECT_EQ(fake.bind_netlink(second, 4711), EADDRINUSE);
		EXPECT_EQ(fake.bind_netlink(first, 4712), EINVAL) << "it has one";
		EXPECT_EQ(fake.bind_netlink(first, 4711, 1), 0) << "other groups";
		bool is_linux = fake.kernel().system == WORLD_LINUX;
		EXPECT_EQ(fake.bind_netlink(other, 4711), is_linux ? 0 : EADDRINUSE);
		EXPECT_EQ(fake.listen(first, 5), EOPNOTSUPP);
	}
}

TEST(NetlinkSockets, OfLinuxHaveGroupsForRootAlone)
{
	for (int user : { 0, 1001 }) {
		Fake fake("linux-6");
		fake.become(static_cast<uint32_t>(user));
		EXPECT_EQ(fake.bind_netlink(fake.open(AF_NETLINK, SOCK_DGRAM, NETLINK_USERSOCK), 1, 1),
		    user ? EPERM : 0);
		EXPECT_EQ(fake.bind_netlink(fake.open(AF_NETLINK, SOCK_DGRAM, NETLINK_USERSOCK), 2), 0);
		EXPECT_EQ(fake.bind_netlink(fake.open(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE), 3, 1), 0);
	}
}

/* ---- on the bench: the path is the host's ---- */

TEST(UnixPathOnTheBench, IsTakenByOneSocketAndASocketHasOne)
{
	for (const char *profile : profiles) {
		TemporaryDirectory directory;
		Bench bench(profile);
		Command command = bench.command("subject", { "crowd-a-path" });
		Words binds;

		command.file = SUBJECT;
		command.directory = directory.path();
		bench.set_target(SUBJECT);
		EXPECT_EQ(bench.run(command).status, 0);
		for (const LoggedCall &call : bench.calls())
			if (call.name == "bind")
				binds.push_back(call.text());
		EXPECT_EQ(binds, (Words { "bind 3 \"first\" = 0", "bind 4 \"first\" = EADDRINUSE",
		    "bind 3 \"second\" = EINVAL" })) << profile;
		EXPECT_EQ(access((directory / "first").c_str(), F_OK), 0);
		EXPECT_NE(access((directory / "second").c_str(), F_OK), 0);
	}
}

Result
listen(Bench &bench, const std::string &socket, const Words &next)
{
	Words words = { "listen", socket };

	words.insert(words.end(), next.begin(), next.end());
	Result result = bench.run("bindchain", words);
	EXPECT_SOUND(bench);
	return result;
}

TEST(UnixPathOnTheBench, HasTheModeThatIsAskedFor)
{
	for (const char *profile : profiles) {
		TemporaryDirectory directory;
		std::string path = directory / "s";
		Bench bench(profile);
		struct stat status = {};
		EXPECT_EQ(listen(bench, "--unix=" + path + ",mode=640", { "/bin/true" }).status, 0);
		EXPECT_EQ(stat(path.c_str(), &status), 0);
		EXPECT_TRUE(S_ISSOCK(status.st_mode)) << profile;
		EXPECT_EQ(status.st_mode & 07777, 0640U) << profile;
	}
}

TEST(UnixPathOnTheBench, IsReplacedWhereNobodyHasItAndElseLeft)
{
	for (const char *profile : profiles)
		for (int type : { SOCK_STREAM, SOCK_DGRAM }) {
			TemporaryDirectory directory;
			std::string path = directory / "s";
			Bench live(profile), dead(profile);
			Descriptor holder = bind_path(path, type);
			Result result = listen(live, "--unix=" + path, { "/bin/true" });
			SCOPED_TRACE(profile);
			EXPECT_EQ(result.status, 111) << result;
			EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: bind Unix stream "
			    + path + ": " + error_text(EADDRINUSE));
			holder = Descriptor();
			result = listen(dead, "--unix=" + path, { "/bin/true" });
			EXPECT_EQ(result.status, 0) << result;
		}
}

/* The next program is ready when it says so, and ends with its input. */
TEST(UnixPathOnTheBench, IsWhereAClientGetsThrough)
{
	for (const char *profile : profiles) {
		TemporaryDirectory directory;
		std::string path = directory / "s";
		Bench bench(profile);
		int ends[2];
		ASSERT_EQ(pipe(ends), 0);
		Descriptor input(ends[0]), end(ends[1]), client;
		Command command = bench.command("bindchain",
		    { "listen", "--unix=" + path, "/bin/sh", "-c", "echo ready; exec cat" });
		command.descriptors[0] = input.get();
		Process process(command);
		EXPECT_EQ(process.read_line(), "ready");
		EXPECT_EQ(connect_path(path, &client), 0) << profile;
		end = Descriptor();
		EXPECT_EQ(process.finish().status, 0);
		EXPECT_SOUND(bench);
	}
}

/* ---- read back ---- */

Json
inspected(Bench &bench, const std::string &name, Words words)
{
	words.insert(words.end(), { bench.executable(), "inspect", "--json" });
	Result result = bench.run(name, words);

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_SOUND(bench);
	return Json::parse(result.output).at("sockets").at(0);
}

/* Linux tells through NETLINK_SOCK_DIAG alone, which is not there. */
TEST(UnixSockets, TellTheirQueueWhereTheSystemHasIt)
{
	for (const char *profile : profiles) {
		TemporaryDirectory directory;
		std::string path = directory / "s";
		Bench bench(profile);
		bool is_linux = bench.fake().system == WORLD_LINUX;
		Json socket = inspected(bench, "bindchain",
		    { "listen", "--unix=" + path + ",backlog=7" });
		SCOPED_TRACE(profile);
		EXPECT_EQ(socket.at("family"), "unix");
		EXPECT_EQ(socket.at("address"), path);
		EXPECT_EQ(socket.at("listening"), true);
		EXPECT_EQ(socket.at("queue_limit"), is_linux ? Json() : Json(7));
	}
}

TEST(UnixSockets, TellTheOptionsTheyHave)
{
	const struct {
		const char *profile;
		bool passes;
	} rows[] = { { "linux-6", true }, { "freebsd-14", true } };

	for (const auto &row : rows) {
		TemporaryDirectory directory;
		Bench bench(row.profile);
		Json options = inspected(bench, "bindchain",
		    { "listen", "--unix-dgram=" + (directory / "s") + ",pass-credentials" })
		                   .at("options");
		EXPECT_EQ(options.at("pass-credentials"), true) << row.profile;
		EXPECT_TRUE(options.at("bind-any").is_null()) << options;
		EXPECT_TRUE(options.at("v6only").is_null()) << options;
	}
}

/* unix(7): unnamed.  FreeBSD and macOS tell its address with 14 null bytes. */
TEST(UnixSockets, WithoutANameAreToldAsUnnamed)
{
	for (const char *profile : profiles) {
		Bench bench(profile);
		Descriptor unnamed(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
		Command text = bench.command("bindchain", { "inspect" });
		Command json = bench.command("bindchain", { "inspect", "--json" });
		text.descriptors[5] = json.descriptors[5] = unnamed.get();
		SCOPED_TRACE(profile);
		EXPECT_THAT(run(text).output, StartsWith("descriptor 5: unix stream unnamed\n"));
		EXPECT_EQ(Json::parse(run(json).output).at("sockets").at(0).at("address"), nullptr);
		EXPECT_SOUND(bench);
	}
}

TEST(NetlinkSockets, AreOpenedWhereThereAreSome)
{
	const struct {
		const char *profile, *protocol, *message; /* NULL: it works */
	} rows[] = {
		{ "linux-6", "route", nullptr }, { "linux-6", "kobject-uevent", nullptr },
		{ "linux-6", "selinux", "Protocol not supported" },
		{ "freebsd-14", "route", nullptr }, { "freebsd-14", "generic", nullptr },
		{ "freebsd-14", "kobject-uevent", "unknown netlink protocol" },
		{ "freebsd-13", "route", "FreeBSD has netlink sockets since 13.2" },
		{ "freebsd-13.1", "route", "FreeBSD has netlink sockets since 13.2" },
		{ "macos-15", "route", "netlink" },
	};

	for (const auto &row : rows) {
		Bench bench(row.profile);
		Result result = bench.run("netlink-datagram-socket-listen",
		    { row.protocol, "1", "/bin/true" });
		EXPECT_SOUND(bench);
		EXPECT_EQ(result.status, row.message ? 1 : 0) << row.profile << result;
		EXPECT_THAT(result.error, HasSubstr(row.message ? row.message : "")) << row.profile;
	}
}

TEST(NetlinkSockets, GetALargeBufferByPrivilegeOrAsLargeAsTheyMay)
{
	for (const char *profile : { "linux-6", "linux-6-unprivileged", "freebsd-14" }) {
		Bench bench(profile);
		Words set;
		Result result = bench.run("netlink-datagram-socket-listen",
		    { "--receive-buffer-size", "9000", "route", "0", "/bin/true" });
		EXPECT_EQ(result.status, 0) << result;
		for (const LoggedCall &call : bench.calls())
			if (call.name == "setsockopt")
				set.push_back(call.arguments.at(2) + " " + call.result);
		EXPECT_EQ(set, bench.fake().system == WORLD_FREEBSD ? Words({ "SO_RCVBUF 0" })
		        : bench.fake().uid == 0 ? Words({ "SO_RCVBUFFORCE 0" })
		                                : Words({ "SO_RCVBUFFORCE EPERM", "SO_RCVBUF 0" }));
	}
}

} // namespace
