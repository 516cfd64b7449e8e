/* SPDX-License-Identifier: ISC */
/*
 * Unix and netlink sockets, and FIFOs, as the tools get them on each system: unix(7) and
 * netlink(7) of Linux, unix(4) and netlink(4) of FreeBSD, kern/uipc_usrreq.c of FreeBSD and
 * of xnu.
 */
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/stat.h>

#include "bench.h"
#include "network.h"
#include "situation.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;
using testing::HasSubstr;
using testing::StartsWith;

/* By enum world_system. */
const char *const profiles[] = { "linux-6", "freebsd-14", "macos-15" };

/* ---- a path, which is the host's ---- */

/* The tool of FreeBSD 13.0 too, which knows an object by its name alone. */
std::vector<std::function<void(Bench &)>>
variants(const std::string &profile)
{
	std::vector<std::function<void(Bench &)>> prepare = { [](Bench &) {} };

	if (profile == "freebsd-14")
		prepare.emplace_back([](Bench &bench) { bench.use_freebsd_13(); });
	return prepare;
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

/* And the next program the umask that the tool had. */
TEST(UnixPathOnTheBench, HasTheModeThatIsAskedFor)
{
	for (const char *profile : profiles)
		for (const auto &prepare : variants(profile)) {
			TemporaryDirectory directory;
			std::string path = directory / "s";
			Bench bench(profile);
			struct stat status = {};
			prepare(bench);
			Command command = bench.command("bindchain",
			    { "listen", "--unix=" + path + ",mode=640", "/bin/sh", "-c", "umask" });
			command.before_execution = [](Command &) { umask(027); };
			EXPECT_EQ(bench.run(command).output, "0027\n") << profile;
			EXPECT_SOUND(bench);
			EXPECT_EQ(stat(path.c_str(), &status), 0);
			EXPECT_TRUE(S_ISSOCK(status.st_mode)) << profile;
			EXPECT_EQ(status.st_mode & 07777, 0640U) << profile;
		}
}

/* The kernel's list of sockets is not on the bench, so that only connect(2) proves that the
 * path is ours: unix(7) asks its permissions, but not root's. */
TEST(UnixPathOnTheBench, IsGivenToOneselfByAUserWithoutPrivilege)
{
	const uid_t user = geteuid() == 0 ? 65534 : geteuid();

	for (const char *profile : profiles)
		for (const auto &prepare : variants(profile)) {
			TemporaryDirectory directory;
			std::string path = directory / "s";
			Bench bench(profile);
			struct stat status = {};
			ASSERT_EQ(chown(directory.path().c_str(), user, static_cast<gid_t>(-1)), 0);
			prepare(bench);
			Command command = bench.command("bindchain", { "listen",
			    "--unix=" + path + ",mode=660,owner=" + std::to_string(user), "/bin/true" });
			if (geteuid() == 0)
				command.user = user;
			Result result = bench.run(command);
			EXPECT_SOUND(bench);
			EXPECT_EQ(result.status, 0) << profile << result;
			EXPECT_EQ(stat(path.c_str(), &status), 0);
			EXPECT_EQ(status.st_mode & 07777, 0660U) << profile;
		}
}

/* The requirement fails after the path was given away; so does the next program, which is
 * looked for when the plan has ended. */
TEST(UnixPathOnTheBench, GivenToAnotherUserIsRemovedAfterAFailure)
{
	if (geteuid() != 0)
		GTEST_SKIP() << "only root gives paths to others";
	for (const char *profile : profiles)
		for (const auto &prepare : variants(profile))
			for (const auto &[setting, next] : { std::pair(",least-backlog=99999", "/bin/true"),
			         std::pair("", "/nonexistent/program") }) {
				TemporaryDirectory directory;
				Bench bench(profile);
				prepare(bench);
				Result result = listen(bench,
				    "--unix=" + directory / "s" + ",owner=65534" + setting, { next });
				EXPECT_EQ(result.status, *setting ? 100 : 127) << profile << result;
				EXPECT_TRUE(std::filesystem::is_empty(directory.path()))
				    << profile << ' ' << setting;
			}
}

/* Kernels without Capsicum have neither call: options CAPABILITY_MODE and CAPABILITIES. */
TEST(UnixPathOnTheBench, IsRemovedWithItsLinkIfRightsCannotBeLimited)
{
	for (const char *failing :
	    { "cap_rights_limit 1 fail ENOSYS", "cap_ioctls_limit 1 fail ENOSYS" })
		for (const auto &prepare : variants("freebsd-14")) {
			TemporaryDirectory directory;
			Bench bench("freebsd-14", failing);
			prepare(bench);
			Result result = listen(bench, "--unix=" + directory / "s" + ",locked,symlink="
			    + directory / "link", { "/bin/true" });
			EXPECT_EQ(result.status, 111) << result;
			EXPECT_TRUE(std::filesystem::is_empty(directory.path())) << failing;
		}
}

TEST(UnixPathOnTheBench, IsReplacedWhereNobodyHasItAndElseLeft)
{
	for (const char *profile : profiles)
		for (const auto &prepare : variants(profile))
			for (int type : { SOCK_STREAM, SOCK_DGRAM }) {
				TemporaryDirectory directory;
				std::string path = directory / "s";
				Bench live(profile), dead(profile);
				Descriptor holder = bind_path(path, type);
				prepare(live);
				prepare(dead);
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

/* ---- its directory ---- */

/* bindat(2); xnu has no such call, and takes the path as an address. */
TEST(UnixPathOnTheBench, LongerThanAnAddressIsBoundInItsDirectory)
{
	TemporaryDirectory directory;
	const std::string path = directory / std::string(100, 'd') + "/s";
	const Words arguments = { "listen", "--unix=" + path + ",directory-mode=700", "true" };
	struct stat status = {};

	for (const char *profile : { "freebsd-13", "freebsd-15" }) {
		Bench bench(profile);
		Result result = bench.run("bindchain", arguments);
		EXPECT_SOUND(bench);
		EXPECT_EQ(result.status, 0) << result;
		ASSERT_EQ(lstat(path.c_str(), &status), 0) << profile;
		EXPECT_TRUE(S_ISSOCK(status.st_mode));
		EXPECT_EQ(unlink(path.c_str()), 0);
	}
	Bench bench("macos-15");
	Result result = bench.run("bindchain", arguments);
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_NE(result.error_line(0).find(" longer than a Unix socket's path can be (103)"),
	    std::string::npos) << result;
}

TEST(DirectoryOnTheBench, IsMadeWithTheModeThatIsAskedFor)
{
	for (const char *profile : profiles)
		for (const auto &prepare : variants(profile)) {
			TemporaryDirectory directory;
			Bench bench(profile);
			struct stat status = {};
			prepare(bench);
			Result result = listen(bench, "--unix=" + directory / "d/s,directory-mode=2750"
			    + ",directory-owner=" + std::to_string(geteuid()), { "/bin/true" });
			EXPECT_EQ(result.status, 0) << profile << result;
			EXPECT_EQ(stat((directory / "d").c_str(), &status), 0);
			EXPECT_EQ(status.st_mode & 07777, 02750U) << profile;
			EXPECT_EQ(access((directory / "d/s").c_str(), F_OK), 0);
			EXPECT_NE(access((directory / ".d.bindchain").c_str(), F_OK), 0);
		}
}

TEST(DirectoryOnTheBench, ThatIsThereIsLeftAndThatWasMadeIsRemoved)
{
	for (const char *profile : profiles)
		for (const auto &prepare : variants(profile)) {
			TemporaryDirectory directory;
			Bench there(profile), fails(profile, "listen 1 fail EACCES");
			struct stat status = {};
			prepare(there);
			prepare(fails);
			SCOPED_TRACE(profile);
			const std::string option = "--unix=" + directory / "d/s,directory-mode=750";
			EXPECT_EQ(listen(fails, option, { "/bin/true" }).status, 111);
			EXPECT_NE(access((directory / "d").c_str(), F_OK), 0);
			ASSERT_EQ(mkdir((directory / "d").c_str(), 0700), 0);
			Result result = listen(there, option, { "/bin/true" });
			EXPECT_EQ(result.status, 0) << result;
			EXPECT_THAT(result.error, HasSubstr("mode 0700, not 0750"));
			EXPECT_EQ(stat((directory / "d").c_str(), &status), 0);
			EXPECT_EQ(status.st_mode & 07777, 0700U);
		}
}

/* ---- a link to it ---- */

TEST(LinkOnTheBench, IsMadeOnEachSystem)
{
	for (const char *profile : profiles)
		for (const auto &prepare : variants(profile)) {
			TemporaryDirectory directory;
			Bench bench(profile);
			struct stat status = {};
			prepare(bench);
			Result result = listen(bench, "--unix=" + directory / "s,symlink="
			    + directory / "link", { "/bin/true" });
			EXPECT_EQ(result.status, 0) << profile << result;
			EXPECT_EQ(stat((directory / "link").c_str(), &status), 0);
			EXPECT_TRUE(S_ISSOCK(status.st_mode)) << profile;
		}
}

/* ---- FIFOs ---- */

/* What stands at the path of a FIFO and is none of ours, and the errno that tells so. */
struct Stranger {
	const char *what;
	std::function<void(const std::string &path)> make;
	int error;
};

const Stranger strangers[] = {
	{ "a file", [](const std::string &path) { std::ofstream(path) << "content"; }, EEXIST },
	{ "a link to a FIFO", [](const std::string &path) {
		ASSERT_EQ(mkfifo((path + "2").c_str(), 0600), 0);
		ASSERT_EQ(symlink((path + "2").c_str(), path.c_str()), 0);
	}, ELOOP },
	{ "a FIFO with two hard links", [](const std::string &path) {
		ASSERT_EQ(mkfifo((path + "2").c_str(), 0600), 0);
		ASSERT_EQ(link((path + "2").c_str(), path.c_str()), 0);
	}, EMLINK },
	{ "another user's FIFO", [](const std::string &path) {
		ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
		ASSERT_EQ(chown(path.c_str(), 65534, 65534), 0);
	}, EPERM },
};

TEST(FifoOnTheBench, IsLeftAsItIsIfItIsNotOurs)
{
	for (const char *profile : profiles)
		for (const auto &prepare : variants(profile))
			for (const Stranger &stranger : strangers) {
				if (stranger.error == EPERM && geteuid() != 0)
					continue;
				TemporaryDirectory directory;
				std::string path = directory / "f";
				Bench bench(profile);
				struct stat before = {}, after = {};
				SCOPED_TRACE(std::string(profile) + ", " + stranger.what);
				stranger.make(path);
				ASSERT_EQ(stat(path.c_str(), &before), 0);
				prepare(bench);
				Result result = bench.run("fifo-listen", { "--mode", "0666", path,
				    "/bin/true" });
				EXPECT_SOUND(bench);
				EXPECT_EQ(result.status, 1) << result;
				EXPECT_EQ(result.error_line(0), "fifo-listen: FATAL: "
				    + error_text(stranger.error));
				EXPECT_EQ(stat(path.c_str(), &after), 0);
				EXPECT_EQ(before.st_ino, after.st_ino);
				EXPECT_EQ(before.st_mode, after.st_mode);
			}
}

TEST(UnixPathOnTheBench, IsLeftWhereItIsAFile)
{
	for (const char *profile : profiles)
		for (const auto &prepare : variants(profile)) {
			TemporaryDirectory directory;
			std::string path = directory / "s";
			Bench bench(profile);
			std::ofstream(path) << "content";
			prepare(bench);
			Result result = listen(bench, "--unix=" + path, { "/bin/true" });
			EXPECT_EQ(result.status, 111) << profile << result;
			EXPECT_THAT(result.error, HasSubstr(path + " is not a socket"));
			EXPECT_EQ(read_whole_file(path), "content");
		}
}

/* ufs_chmod; seen on 13.1. */
TEST(UnixPathOnTheBench, HasTheStickyBitOfFreeBsdForRootAlone)
{
	TemporaryDirectory directory;
	std::string path = directory / "s";

	EXPECT_EQ(Situation("freebsd-14-unprivileged").fail("--unix=" + path + ",mode=1600").front(),
	    "fchmodat EFTYPE");
	EXPECT_NE(access(path.c_str(), F_OK), 0) << "it is removed again";
	Situation("freebsd-14").options("--unix=" + path + ",mode=1600");
	EXPECT_EQ(access(path.c_str(), F_OK), 0);
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
		{ "freebsd-13", "route", "since 13.2" },
		{ "freebsd-13.1", "route", "since 13.2" },
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

/* netlink(7) of Linux chooses a port for each; FreeBSD binds the process's id, once. */
TEST(NetlinkSockets, OfOneProtocolCanBeSeveralInAProcessOnLinux)
{
	for (const char *profile : { "linux-6", "freebsd-14" }) {
		Bench bench(profile);
		Result result = bench.run("bindchain", { "listen", "--netlink=route:1",
		    "--netlink=route:2", "--netlink=route", "/bin/true" });
		EXPECT_SOUND(bench);
		EXPECT_EQ(result.status, bench.fake().system == WORLD_LINUX ? 0 : 111) << result;
		EXPECT_THAT(result.error, HasSubstr(result.status == 0 ? ""
		        : "bind netlink route:2: Address already in use")) << profile;
	}
}

TEST(NetlinkSockets, OfListenAreRefusedWithTheReason)
{
	const struct {
		const char *profile, *socket, *message;
		int status;
	} rows[] = {
		{ "linux-6", "--netlink=router", "--netlink: not a netlink protocol: router", 100 },
		{ "linux-6", "--netlink=:1", "--netlink: not a netlink protocol: :1", 100 },
		{ "linux-6", "--netlink=route,reuse-address",
		    "reuse-address: only TCP and UDP sockets have it", 100 },
		{ "linux-6", "--netlink=route,keepalive",
		    "keepalive: only TCP sockets have it", 100 },
		{ "linux-6", "--netlink=route,device=lo", "device: only TCP and UDP", 100 },
		{ "linux-6-unprivileged", "--netlink=usersock:1",
		    "bind netlink usersock:1: Operation not permitted", 111 },
		{ "freebsd-14", "--netlink=audit", "--netlink: not a netlink protocol: audit", 100 },
		{ "freebsd-14", "--netlink=route,pass-credentials", "only Unix sockets carry it", 100 },
		{ "freebsd-13", "--netlink=route", "netlink: FreeBSD has netlink sockets since 13.2", 100 },
		{ "macos-15", "--netlink=route", "netlink: macOS has no netlink sockets", 100 },
	};

	for (const auto &row : rows) {
		Bench bench(row.profile);
		Result result = bench.run("bindchain", { "listen", row.socket, "/bin/true" });
		EXPECT_SOUND(bench);
		EXPECT_EQ(result.status, row.status) << row.profile << result;
		EXPECT_THAT(result.error, HasSubstr(row.message)) << row.profile;
	}
}

TEST(VsockSockets, AreOpenedOnLinuxAlone)
{
	const struct {
		const char *profile, *socket, *message; /* NULL: it works */
		int status;
	} rows[] = {
		{ "linux-6", "--vsock=any:5000,backlog=7", nullptr, 0 },
		{ "linux-6", "--vsock=3:any,name=guests,nonblocking", nullptr, 0 },
		{ "linux-6", "--vsock-seqpacket=local:5000", nullptr, 0 },
		{ "linux-6", "--vsock=4:5000", "bind vsock 4:5000: Cannot assign requested address", 111 },
		{ "linux-6", "--vsock=:5000,receive-buffer=65536",
		    "receive-buffer: vsock sockets do not have it", 100 },
		{ "linux-6", "--vsock=:5000,reuse-address",
		    "reuse-address: only TCP and UDP sockets have it", 100 },
		{ "linux-6", "--vsock=:5000,least-backlog=3", "at least 3, but it is unknown", 100 },
		{ "linux-6-unprivileged", "--vsock=:1024", nullptr, 0 },
		{ "linux-6-unprivileged", "--vsock=:1023", "bind vsock any:1023: Permission denied", 111 },
		{ "linux-bare", "--vsock=:5000", "socket vsock any:5000: Address family not supported",
		    111 },
		{ "freebsd-14", "--vsock=:5000",
		    "vsock: FreeBSD has no vsock sockets, only AF_HYPERV of guests of Hyper-V", 100 },
		{ "freebsd-13.1", "--vsock-seqpacket=:5000", "vsock seqpacket: FreeBSD has no vsock", 100 },
		{ "macos-15", "--vsock=:5000", "vsock: vsock sockets are supported on Linux only", 100 },
	};

	for (const auto &row : rows) {
		Bench bench(row.profile);
		Result result = bench.run("bindchain", { "listen", row.socket, "/bin/true" });
		EXPECT_SOUND(bench);
		EXPECT_EQ(result.status, row.status) << row.profile << " " << row.socket << result;
		EXPECT_THAT(result.error, HasSubstr(row.message ? row.message : "")) << row.profile;
	}
}

TEST(VsockSockets, AreOneOnEachPort)
{
	Bench bench("linux-6");
	Result result = bench.run("bindchain", { "listen", "--vsock=3:5000", "--vsock=any:any",
	    "--vsock-seqpacket=any:5000", "/bin/true" });

	EXPECT_SOUND(bench);
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: bind vsock seqpacket any:5000:"
	    " Address already in use");
}

/* A path or port would be read there: php-fpm, puma.  nginx gets numbers alone. */
TEST(NetlinkSockets, ArePassedByNumberButNotByAddress)
{
	const struct {
		Words options;
		const char *message; /* NULL: it works */
	} rows[] = {
		{ { "--as=nginx" }, nullptr }, { { "--env=SOCKETS={fd}" }, nullptr },
		{ { "--as=php-fpm" }, "FPM_SOCKETS: cannot represent the address of a netlink socket" },
		{ { "--as=puma" }, "PUMA_INHERIT_#: cannot represent the address" },
		{ { "--env=SOCKETS={host}" }, "SOCKETS: cannot represent the address" },
		{ { "--env=SOCKETS={port}" }, "SOCKETS: cannot represent the address" },
		{ { "--adopt" }, "--adopt is for TCP, UDP and Unix sockets, not for netlink" },
	};

	for (const auto &row : rows) {
		Bench bench("linux-6");
		Words words = { "listen", "--netlink=route" };
		words.insert(words.end(), row.options.begin(), row.options.end());
		words.push_back("/bin/true");
		Result result = bench.run("bindchain", words);
		EXPECT_SOUND(bench);
		EXPECT_EQ(result.status, row.message ? 100 : 0) << result;
		EXPECT_THAT(result.error, HasSubstr(row.message ? row.message : ""));
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
