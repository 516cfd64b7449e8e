/* SPDX-License-Identifier: ISC */
/* What explain foretells on each system. */
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "bench.h"
#include "situation.h"

namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using Words = std::vector<std::string>;

/* What the command would do; SCRIPT is empty, since nothing may fail. */
Json
explain(const std::string &profile, const Words &command, int status = 0)
{
	Bench bench(profile);
	Words words = { "explain", "--json" };

	words.insert(words.end(), command.begin(), command.end());
	words.push_back("/bin/true");
	Result result = bench.run("bindchain", words);
	EXPECT_SOUND(bench);
	EXPECT_EQ(result.status, status) << result;
	return Json::parse(result.output).at("sockets").at(0);
}

} // namespace

TEST(Explain, APrivilegeThatIsMissingIsInTheWay)
{
	for (const char *profile : { "linux-6-unprivileged", "freebsd-14-unprivileged" }) {
		Json socket = explain(profile, { "tcp-socket-listen", "127.0.0.1", "80" }, 100);
		ASSERT_EQ(socket.at("obstacles").size(), 1U) << profile << socket;
		EXPECT_THAT(socket.at("obstacles").at(0).get<std::string>(), HasSubstr("port"));
		EXPECT_EQ(explain(profile, { "tcp-socket-listen", "127.0.0.1", "8000" })
		    .at("obstacles"), Json::array());
	}
}

TEST(Explain, AFamilyThatTheKernelHasNotIsInTheWay)
{
	Json socket = explain("linux-6-without-ipv6", { "tcp-socket-listen", "::1", "8000" }, 100);

	EXPECT_THAT(socket.at("obstacles").dump(), HasSubstr("this kernel has no IPv6"));
	EXPECT_EQ(explain("linux-6-without-ipv6", { "tcp-socket-listen", "127.0.0.1", "8000" })
	    .at("obstacles"), Json::array());
}

TEST(Explain, BindAnyNeedsPrivilegeOnFreeBsdAndIsNotOnMacOs)
{
	const Words command = { "tcp-socket-listen", "--bind-to-any", "192.0.2.99", "8000" };

	EXPECT_EQ(explain("linux-6-unprivileged", command).at("obstacles"), Json::array());
	EXPECT_THAT(explain("freebsd-14-unprivileged", command, 100).at("obstacles").at(0)
	    .get<std::string>(), HasSubstr("IP_BINDANY"));
	EXPECT_EQ(explain("macos-15", command, 100).at("unsupported"), "bind-any");
}

/* What one kernel lets bind, exclusive does not; the run then fails as foretold. */
TEST(Explain, ThatExclusiveWillFindAnotherSocketOfTheCommand)
{
	const Words pairs[] = {
		{ "--tcp=0.0.0.0:8000", "--tcp=127.0.0.1:8000,exclusive" },
		{ "--tcp=127.0.0.1:8000", "--tcp=0.0.0.0:8000,exclusive" },
		{ "--tcp=0.0.0.0:8000", "--tcp=[::]:8000,dual,exclusive" },
		{ "--tcp=[::]:8000,dual", "--tcp=[::1]:8000,exclusive" },
	};

	for (const char *profile : { "linux-6", "freebsd-13", "macos-15" })
		for (const Words &pair : pairs) {
			Words words = { "listen", "--no-holder-search" };
			words.insert(words.end(), pair.begin(), pair.end());
			words.insert(words.end(), { "--", "/bin/true" });
			Bench performing(profile), explaining(profile);
			EXPECT_EQ(performing.run("bindchain", words).status, 111) << profile;
			words.insert(words.begin(), { "explain", "--json" });
			Result result = explaining.run("bindchain", words);
			EXPECT_SOUND(explaining);
			EXPECT_EQ(result.status, 100) << result;
			EXPECT_EQ(Json::parse(result.output).at("sockets").at(1).at("conflicts").at(0)
			              .at("fails"), "exclusive") << profile << pair[1];
		}
}

/* The ranges are those of the profiles; a socket with SO_REUSEADDR passes connections in the
 * kernels that stem from BSD. */
TEST(Explain, APortThatTheKernelMayChooseIsWarnedOf)
{
	const std::string linux_rule = "the kernel may choose port 50000 for another socket: it is in"
	    " net.ipv4.ip_local_port_range (32768-60999) and not in"
	    " net.ipv4.ip_local_reserved_ports";
	const std::string freebsd_rule = "the kernel may choose port 50000 for another socket: it is"
	    " between net.inet.ip.portrange.first (10000) and net.inet.ip.portrange.last (65535)";
	const std::string macos_rule = "the kernel may choose port 50000 for another socket: it is"
	    " between net.inet.ip.portrange.first (49152) and net.inet.ip.portrange.last (65535)";
	const struct {
		const char *profile, *socket;
		std::string warning;
	} rows[] = {
		{ "linux-6", "--tcp=127.0.0.1:50000", linux_rule },
		{ "linux-6", "--udp=[::]:50000", linux_rule },
		{ "linux-6", "--tcp=127.0.0.1:61000", "" },
		{ "linux-6-container", "--tcp=127.0.0.1:50000", "" },
		{ "freebsd-14", "--tcp=127.0.0.1:50000", "" },
		{ "freebsd-14", "--tcp=127.0.0.1:50000,reuse-address=no", freebsd_rule },
		{ "freebsd-14", "--udp=127.0.0.1:50000", freebsd_rule },
		{ "freebsd-14", "--udp=127.0.0.1:9999", "" },
		{ "macos-15", "--udp=127.0.0.1:50000", macos_rule },
		{ "macos-15", "--udp=127.0.0.1:49151", "" },
	};

	for (const auto &row : rows)
		EXPECT_EQ(explain(row.profile, { "listen", row.socket }).at("warnings"),
		    row.warning.empty() ? Json::array() : Json({ row.warning }))
		    << row.profile << " " << row.socket;
}

/* vsock(7). */
TEST(Explain, ALowVsockPortNeedsACapabilityOfLinux)
{
	EXPECT_EQ(explain("linux-6-unprivileged", { "listen", "--vsock=any:1023" }, 100)
	    .at("obstacles"), Json({ "vsock ports below 1024 need CAP_NET_BIND_SERVICE in the initial"
	                             " user namespace" }));
	for (const char *port : { "any:1024", "any:any" })
		EXPECT_EQ(explain("linux-6-unprivileged", { "listen", std::string("--vsock=") + port })
		    .at("obstacles"), Json::array());
}

/* net/vmw_vsock/af_vsock.c, vsock_find_cid; the fake kernel has CID 3. */
TEST(Explain, ACidThatTheMachineLacksIsForeseen)
{
	const std::string line = "this machine does not have the CID: local needs the module"
	    " vsock_loopback, host a host of virtual machines; any is every CID that it has";

	EXPECT_EQ(explain("linux-6", { "listen", "--vsock=4:5000" }, 100).at("obstacles"),
	    Json({ line }));
	for (const char *place : { "--vsock=3:5000", "--vsock=any:5000" })
		EXPECT_EQ(explain("linux-6", { "listen", place }).at("obstacles"), Json::array());
}

/* socket(7); net.inet.tcp.recvspace and tcp_rmem, of which Linux reports all and half counts. */
TEST(Explain, ADefaultBufferThatIsTooSmallIsForeseen)
{
	const std::string listener = "--tcp=127.0.0.1:8080,least-receive-buffer=";

	for (const char *profile : { "linux-6", "freebsd-14" }) {
		EXPECT_EQ(explain(profile, { "listen", listener + "65537" }, 100).at("obstacles"),
		    Json({ "a receive buffer of at least 65537 bytes is required, but it will be"
		           " 65536" })) << profile;
		EXPECT_EQ(explain(profile, { "listen", listener + "65536" }).at("obstacles"),
		    Json::array()) << profile;
	}
}

/* net/ipv4/tcp_cong.c: the names of the profile, which all users are allowed. */
TEST(Explain, ACongestionControlThatTheKernelLacksIsForeseen)
{
	const std::string listener = "--tcp=127.0.0.1:8080,congestion=";

	EXPECT_EQ(explain("linux-6-unprivileged", { "listen", listener + "westwood" }, 100)
	    .at("obstacles"), Json({ "congestion control westwood is not available:"
	        " net.ipv4.tcp_available_congestion_control is cubic reno" }));
	/* Root may load its module, if the kernel executes a program for that: kernel.modprobe. */
	const Json loads = explain("linux-6", { "listen", listener + "westwood" });
	EXPECT_EQ(loads.at("obstacles"), Json::array());
	EXPECT_EQ(loads.at("warnings"), Json({ "congestion control westwood is not available yet:"
	    " net.ipv4.tcp_available_congestion_control is cubic reno; the start fails unless there is"
	    " a module tcp_westwood" }));
	EXPECT_EQ(Situation("linux-6", "hide /proc/sys/kernel/modprobe ENOENT -- no CONFIG_MODULES\n")
	    .foresee(listener + "westwood"), Words({ "congestion control westwood is not available:"
	        " net.ipv4.tcp_available_congestion_control is cubic reno" }));
	EXPECT_EQ(Situation("linux-6", "file /proc/sys/kernel/modules_disabled 1\\n -- its own\n")
	    .explain(listener + "westwood", 100).at("warnings"), Json::array());
	EXPECT_EQ(explain("linux-6-unprivileged", { "listen", listener + "reno" }).at("obstacles"),
	    Json::array());
	EXPECT_EQ(explain("freebsd-14", { "listen", listener + "cubic" }).at("warnings"),
	    Json({ "congestion: accepted connections inherit it since FreeBSD 15" }));
}

/* socket(7) and ip(7): the same errors stop the start. */
TEST(Explain, AnOptionThatNeedsACapabilityOfLinuxIsForeseen)
{
	const struct {
		const char *socket, *obstacle;
	} rows[] = {
		{ "--tcp=127.0.0.1:8080,mark=7", "mark needs CAP_NET_ADMIN or CAP_NET_RAW" },
		{ "--tcp=127.0.0.1:8080,mark=0xffffffff", "mark needs CAP_NET_ADMIN or CAP_NET_RAW" },
		{ "--udp=[::1]:8080,transparent", "transparent needs CAP_NET_ADMIN or CAP_NET_RAW" },
		{ "--udp=127.0.0.1:8080,priority=7", "priority needs CAP_NET_ADMIN" },
	};

	for (const auto &row : rows) {
		EXPECT_EQ(explain("linux-6-unprivileged", { "listen", row.socket }, 100).at("obstacles"),
		    Json({ std::string(row.obstacle) + ", which this process lacks" }));
		EXPECT_EQ(explain("linux-6", { "listen", row.socket }).at("obstacles"), Json::array());
	}
	for (const char *socket : { "--udp=127.0.0.1:8080,priority=6",
	         "--tcp=127.0.0.1:8080,transparent=no", "--tcp=127.0.0.1:8080,prefer-priority=7" })
		EXPECT_EQ(explain("linux-6-unprivileged", { "listen", socket }).at("obstacles"),
		    Json::array()) << socket;
}

/* As ip-rule(8) shows it; setsockopt(2) has the same 32 bits. */
TEST(Explain, AMarkIsUnsigned)
{
	Bench bench("linux-6");
	Result result = bench.run("bindchain", { "explain", "listen",
	    "--udp=127.0.0.1:8080,mark=0xfffffffe", "/bin/true" });

	EXPECT_THAT(result.output, HasSubstr(", 4294967294)\n"));
	EXPECT_THAT(result.output, HasSubstr("0xfffffffe, by SO_MARK\n"));
}

/* net/core/sock.c: twice the number is an int. */
TEST(Explain, ABufferBeyondAnIntOfLinuxIsTruncated)
{
	const std::string limit = "the largest number that the kernel stores (1073741823)";

	for (const char *buffer : { "receive", "send" }) {
		const std::string at = "--udp=127.0.0.1:8080," + std::string(buffer) + "-buffer=";
		EXPECT_EQ(explain("linux-6", { "listen", at + "1073741823" }).at("warnings"),
		    Json::array());
		EXPECT_EQ(explain("linux-6", { "listen", at + "1073741824" }).at("warnings"),
		    Json({ "the " + std::string(buffer) + " buffer of 1073741824 bytes will be truncated"
		           " to " + limit }));
	}
}

/* Documentation/networking/ip-sysctl.rst; net/ipv4/tcp.c, fastopen_queue_tune(). */
TEST(Explain, AndListenWarnOfFastOpenInVain)
{
	const std::string idle = "TCP_FASTOPEN has no effect: bit 0x2 of net.ipv4.tcp_fastopen, for"
	                         " listeners, is clear";
	Bench bench("linux-6");

	EXPECT_EQ(explain("linux-6", { "listen", "--tcp=127.0.0.1:8080,fast-open=5000" })
	    .at("warnings"), Json({ idle, "fast-open: 5000 will be truncated to net.core.somaxconn"
	                                  " (4096)" }));
	EXPECT_EQ(bench.run("bindchain", { "listen", "--tcp=127.0.0.1:8080,fast-open=5",
	    "/bin/true" }).error, "bindchain listen: warning: fast-open: " + idle + "\n");
	EXPECT_SOUND(bench);
}

/* unix(7); net/unix/af_unix.c, unix_stream_connect(). */
TEST(Explain, AndListenWarnOfBuffersOfUnixSocketsInVain)
{
	const struct {
		const char *profile, *setting, *doubt; /* NULL: none */
	} rows[] = {
		{ "linux-6", "--unix=s,receive-buffer=65536", "receive-buffer: it has no effect on Unix"
		    " sockets of Linux, where the sender's buffer counts" },
		{ "linux-6", "--unix-dgram=s,receive-buffer=65536", "receive-buffer: it has no effect on"
		    " Unix sockets of Linux, where the sender's buffer counts" },
		{ "linux-6", "--unix=s,send-buffer=65536", "send-buffer: accepted connections of Unix"
		    " sockets do not inherit it on Linux" },
		{ "linux-6", "--unix-dgram=s,send-buffer=65536", nullptr },
		{ "freebsd-14", "--unix=s,receive-buffer=65536,send-buffer=65536", nullptr },
	};

	for (const auto &row : rows)
		EXPECT_EQ(explain(row.profile, { "listen", row.setting }).at("warnings"),
		    row.doubt ? Json({ row.doubt }) : Json::array()) << row.profile << row.setting;
}

/* socket(7); the fake kernel keeps twice the number, as Linux does. */
TEST(Explain, AReceiveBufferBeyondTheLimitOfLinuxIsTruncated)
{
	const char user[] = "linux-6-unprivileged";
	const std::string at = "--udp=127.0.0.1:8080,receive-buffer=212992";
	const std::string beyond = "--udp=127.0.0.1:8080,receive-buffer=212993";
	const std::string limit = "net.core.rmem_max (212992)";

	EXPECT_EQ(explain(user, { "listen", at + ",least-receive-buffer=212992" }).at("warnings"),
	    Json::array());
	EXPECT_EQ(explain(user, { "listen", beyond }).at("warnings"), Json({ "the receive buffer of"
	    " 212993 bytes will be truncated to " + limit }));
	EXPECT_EQ(explain(user, { "listen", beyond + ",least-receive-buffer=212993" }, 100)
	    .at("obstacles"), Json({ "a receive buffer of at least 212993 bytes is required, but it"
	                             " will be 212992" }));
	EXPECT_EQ(explain("linux-6-container", { "listen", beyond }).at("warnings"), Json::array())
	    << "the setting is hidden";

	Bench bench(user);
	EXPECT_EQ(bench.run("bindchain", { "listen", beyond, "/bin/true" }).error,
	    "bindchain listen: warning: receive-buffer: 212993 truncated to " + limit + "\n");
	EXPECT_SOUND(bench);
}
