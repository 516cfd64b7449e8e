/* SPDX-License-Identifier: ISC */
/* Kinds of sockets that only Linux has, and whether they take what they are for. */
#include <cerrno>
#include <cstring>
#include <memory>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/vm_sockets.h>

#include <nlohmann/json.hpp>

#include "bindchain.h"
#include "network.h"
#include "network_namespace.h"
#include "skip.h"
#include "tools.h"

namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

/* uapi/linux/in.h and uapi/linux/mptcp.h, which older headers lack. */
constexpr int multipath = 262, multipath_level = 284, multipath_info = 1;

/* Why this kernel has no socket of PROTOCOL; 0: it has. */
int
lack_of(int family, int type, int protocol)
{
	Descriptor descriptor(socket(family, type, protocol));

	return descriptor.get() < 0 ? errno : 0;
}

Result
listen_and_inspect(Words options)
{
	options.insert(options.begin(), "listen");
	options.insert(options.end(), { "bindchain", "inspect", "--json" });
	return run(tool("bindchain", options));
}

Json
first_socket(const Result &result)
{
	EXPECT_EQ(result.status, 0) << result;
	return Json::parse(result.output).at("sockets").at(0);
}

/* ---- Multipath TCP ---- */

/* The connection's protocol is that of the SYN: net/mptcp/protocol.c. */
bool
is_multipath(int port, int protocol)
{
	Descriptor client(socket(AF_INET, SOCK_STREAM, protocol));
	struct sockaddr_in address = {};
	char info[512];
	socklen_t size = sizeof info;

	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons(static_cast<uint16_t>(port));
	EXPECT_EQ(connect(client.get(), reinterpret_cast<sockaddr *>(&address), sizeof address), 0)
	    << strerror(errno);
	if (getsockopt(client.get(), multipath_level, multipath_info, info, &size) == 0)
		return true;
	EXPECT_EQ(errno, EOPNOTSUPP);
	return false;
}

TEST(Multipath, IsSpokenWithClientsThatAskForIt)
{
	int error = lack_of(AF_INET, SOCK_STREAM, multipath);
	if (error)
		SKIP_TEST_EVEN_IN_CI(std::string("no Multipath TCP: ") + strerror(error));
	for (const char *setting : { "mptcp", "prefer-mptcp" }) {
		Process server(tool("bindchain", { "listen",
		    std::string("--tcp=127.0.0.1:0,") + setting, "--report=fd:1", "tail", "-f",
		    "/dev/null" }));
		std::string line = server.read_line();
		int port = std::stoi(line.substr(line.find("127.0.0.1:") + 10));

		EXPECT_TRUE(is_multipath(port, multipath)) << line;
		EXPECT_FALSE(is_multipath(port, IPPROTO_TCP)) << "a client without it";
	}
	Process server(tool("bindchain", { "listen", "--tcp=127.0.0.1:0", "--report=fd:1", "tail",
	    "-f", "/dev/null" }));
	std::string line = server.read_line();
	EXPECT_FALSE(is_multipath(std::stoi(line.substr(line.find("127.0.0.1:") + 10)), multipath));
}

TEST(Multipath, IsReadBack)
{
	int error = lack_of(AF_INET, SOCK_STREAM, multipath);
	if (error)
		SKIP_TEST_EVEN_IN_CI(std::string("no Multipath TCP: ") + strerror(error));
	for (const auto &[setting, is_on] : { std::pair("mptcp", true), { "mptcp=no", false },
	         { "prefer-mptcp", true }, { "backlog=3", false } }) {
		Json socket = first_socket(listen_and_inspect({ std::string("--tcp=127.0.0.1:0,")
		    + setting }));
		EXPECT_EQ(socket.at("options").at("mptcp"), is_on) << setting;
	}
	Json limited = first_socket(listen_and_inspect({ "--tcp=127.0.0.1:0,mptcp,backlog=3,"
	    "least-backlog=3,fixed-port,keepalive,share,receive-buffer=65536" }));
	EXPECT_EQ(limited.at("queue_limit"), 3);
	EXPECT_EQ(limited.at("options").at("keepalive"), true);
}

/* A listening socket of PROTOCOL on any port of 127.0.0.1. */
Descriptor
listen_by(int protocol)
{
	Descriptor listener(socket(AF_INET, SOCK_STREAM, protocol));
	struct sockaddr_in address = {};

	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	EXPECT_EQ(bind(listener.get(), reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
	EXPECT_EQ(listen(listener.get(), 5), 0);
	return listener;
}

Command
accept_hop_limit(int listener)
{
	Command command = tool("bindchain", { "accept", "--fd=5", "--set=hop-limit=9", "/bin/sh" });

	command.descriptors[5] = listener;
	return command;
}

/* net/mptcp/sockopt.c: fewer options than TCP has, and connections come too late for that. */
TEST(Multipath, AnOptionThatItsConnectionsLackEndsTheServer)
{
	int error = lack_of(AF_INET, SOCK_STREAM, multipath), value = 9;
	if (error)
		SKIP_TEST_EVEN_IN_CI(std::string("no Multipath TCP: ") + strerror(error));
	Descriptor listener = listen_by(multipath), like(socket(AF_INET, SOCK_STREAM, multipath));
	if (setsockopt(like.get(), IPPROTO_IP, IP_TTL, &value, sizeof value) == 0)
		SKIP_TEST_EVEN_IN_CI("this kernel's Multipath TCP has the option");

	Result result = run(accept_hop_limit(listener.get()));
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain accept: fatal: setsockopt IP_TTL TCP 127.0.0.1:"
	    + std::to_string(port_of(listener.get())) + ": " + strerror(EOPNOTSUPP));
}

/* The listener was opened before; its connections can be TCP, which has the option. */
TEST(Multipath, ThatIsDisabledSinceDoesNotEndTheServer)
{
	std::string why_not;
	int error = lack_of(AF_INET, SOCK_STREAM, multipath);
	if (error)
		SKIP_TEST_EVEN_IN_CI(std::string("no Multipath TCP: ") + strerror(error));
	auto network = NetworkNamespace::enter(&why_not);
	if (!network)
		SKIP_TEST_WITHOUT_NAMESPACE(why_not);
	Descriptor listener = listen_by(multipath);
	NetworkNamespace::set("net.mptcp.enabled", "0");

	Command command = accept_hop_limit(listener.get());
	command.argv.insert(command.argv.begin() + 1, { "explain", "--json" });
	EXPECT_EQ(Json::parse(run(command).output).at("works"), true);
}

/* Documentation/networking/mptcp-sysctl.rst: of the network namespace. */
TEST(Multipath, ThatIsDisabledFailsOrIsTcpWhereItIsPreferred)
{
	std::string why_not;
	int error = lack_of(AF_INET, SOCK_STREAM, multipath);
	if (error)
		SKIP_TEST_EVEN_IN_CI(std::string("no Multipath TCP: ") + strerror(error));
	auto network = NetworkNamespace::enter(&why_not);
	if (!network)
		SKIP_TEST_WITHOUT_NAMESPACE(why_not);
	NetworkNamespace::set("net.mptcp.enabled", "0");

	Result result = run(tool("bindchain", { "listen", "--tcp=127.0.0.1:0,mptcp", "true" }));
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: socket TCP 127.0.0.1:0: "
	    "Protocol not available");
	EXPECT_EQ(result.error_line(1), "bindchain listen: info: net.mptcp.enabled is 0: 1 enables"
	    " Multipath TCP");

	result = listen_and_inspect({ "--tcp=127.0.0.1:0,prefer-mptcp" });
	EXPECT_EQ(first_socket(result).at("options").at("mptcp"), false);
	EXPECT_EQ(result.error_line(0), "bindchain listen: warning: mptcp: not supported by this"
	    " kernel, ignored: TCP");

	result = run(tool("bindchain", { "explain", "--json", "listen", "--tcp=127.0.0.1:0,mptcp",
	    "true" }));
	EXPECT_EQ(Json::parse(result.output).at("sockets").at(0).at("obstacles"),
	    Json({ "socket fails with ENOPROTOOPT: net.mptcp.enabled is 0" }));
}

/* net/mptcp/sockopt.c: fewer options than TCP has, and which ones depends on the version. */
TEST(Multipath, AnOptionThatItLacksIsForeseenAndExplained)
{
	int error = lack_of(AF_INET, SOCK_STREAM, multipath);
	if (error)
		SKIP_TEST_EVEN_IN_CI(std::string("no Multipath TCP: ") + strerror(error));
	const std::string socket = "--tcp=127.0.0.1:0,mptcp,hop-limit=5";

	Result result = run(tool("bindchain", { "listen", socket, "true" }));
	if (result.status == 0)
		SKIP_TEST_EVEN_IN_CI("this kernel has IP_TTL for Multipath TCP");
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(1), "bindchain listen: info: this kernel does not support the"
	    " option for Multipath TCP: omit one of both");
	result = run(tool("bindchain", { "explain", "--json", "listen", socket, "true" }));
	EXPECT_EQ(Json::parse(result.output).at("sockets").at(0).at("warnings"),
	    Json({ "hop-limit: not supported for Multipath TCP by Linux up to 6.18" }));
}

/* ---- a locked socket ---- */

/* errno of attaching a filter that accepts everything; 0: it is attached. */
int
attach_filter(int descriptor)
{
	struct sock_filter accept_all = BPF_STMT(BPF_RET | BPF_K, 0xffffffff);
	struct sock_fprog filter = { 1, &accept_all };

	return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0
	    ? 0 : errno;
}

/* socket(7), SO_LOCK_FILTER: for root too. */
TEST(LockedSocket, TakesNoFilterAndIsNotUnlocked)
{
	for (bool is_locked : { false, true }) {
		std::unique_ptr<bindchain_request, decltype(&bindchain_request_free)> request(
		    bindchain_request_new(BINDCHAIN_TCP), bindchain_request_free);
		int off = 0;

		ASSERT_EQ(bindchain_resolve(request.get(), "127.0.0.1", "0", 0, nullptr), 0);
		ASSERT_EQ(bindchain_set_option(request.get(), BINDCHAIN_LOCKED, BINDCHAIN_REQUIRED,
		    is_locked, nullptr), 0);
		Descriptor listener(bindchain_open(request.get(), nullptr));
		ASSERT_GE(listener.get(), 0);
		int error = attach_filter(listener.get());
		if (!is_locked && error == EPERM && geteuid() != 0)
			SKIP_TEST("this kernel lets only root attach filters");
		EXPECT_EQ(error, is_locked ? EPERM : 0);
		EXPECT_EQ(setsockopt(listener.get(), SOL_SOCKET, SO_LOCK_FILTER, &off, sizeof off) == 0,
		    !is_locked);
		Descriptor client = connect_to("127.0.0.1", port_of(listener.get()));
		Descriptor connection(accept(listener.get(), nullptr, nullptr));
		EXPECT_EQ(attach_filter(connection.get()), is_locked ? EPERM : 0);
	}
}

/* ---- sockets of one command ---- */

/* What explain says is what happens. */
TEST(SocketsOfOneCommand, ConflictByTypeOrByPortAsForeseen)
{
	const std::vector<std::vector<std::string>> pairs = {
		{ "--unix=@bindchain-one", "--unix-seqpacket=@bindchain-one" },
		{ "--unix=@bindchain-one", "--unix=@bindchain-one" },
		{ "--vsock=any:50010", "--vsock-seqpacket=any:50010" },
		{ "--vsock=any:50010", "--vsock=any:50011" },
		{ "--vsock=any:any", "--vsock=any:any" },
	};

	for (const auto &pair : pairs) {
		if (pair[0].find("vsock") != std::string::npos
		    && (lack_of(AF_VSOCK, SOCK_STREAM, 0) || lack_of(AF_VSOCK, SOCK_SEQPACKET, 0)))
			continue;
		Result started = run(tool("bindchain", { "listen", pair[0], pair[1], "true" }));
		Result explained = run(tool("bindchain", { "explain", "listen", pair[0], pair[1],
		    "true" }));
		EXPECT_EQ(explained.status == 0, started.status == 0) << pair[0] << started << explained;
	}
}

/* ---- vsock ---- */

/* Some kernels, and sandboxes, have no AF_VSOCK. */
#define SKIP_WITHOUT_VSOCK(type) \
	if (int vsock_error = lack_of(AF_VSOCK, type, 0)) \
	SKIP_TEST_EVEN_IN_CI(std::string("no vsock: ") + strerror(vsock_error))

/* Of the report's line for a socket on any CID. */
unsigned
port_in(const std::string &line)
{
	return static_cast<unsigned>(std::stoul(line.substr(line.find("any:") + 4)));
}

struct sockaddr_vm
local_address(unsigned port)
{
	struct sockaddr_vm address = {};

	address.svm_family = AF_VSOCK;
	address.svm_cid = VMADDR_CID_LOCAL;
	address.svm_port = port;
	return address;
}

/* The module vsock_loopback is loaded: net/vmw_vsock/af_vsock.c, vsock_find_cid. */
bool
has_loopback()
{
	Descriptor descriptor(socket(AF_VSOCK, SOCK_STREAM, 0));
	struct sockaddr_vm address = local_address(VMADDR_PORT_ANY);

	return bind(descriptor.get(), reinterpret_cast<sockaddr *>(&address), sizeof address) == 0;
}

TEST(Vsock, IsReadBackWithThePortThatTheKernelChose)
{
	SKIP_WITHOUT_VSOCK(SOCK_STREAM);
	Json socket = first_socket(listen_and_inspect({ "--vsock=any:any,backlog=7" }));

	EXPECT_EQ(socket.at("family"), "vsock");
	EXPECT_EQ(socket.at("type"), "stream");
	EXPECT_EQ(socket.at("address"), "any");
	EXPECT_GE(socket.at("port"), 1024) << "VMADDR_PORT_ANY: vsock(7)";
	EXPECT_EQ(socket.at("listening"), true);

	Result result = run(tool("bindchain", { "listen", "--vsock=any:any", "--report=fd:1",
	    "true" }));
	EXPECT_EQ(result.output.rfind("fd=3 name=unknown address=any:", 0), 0u) << result;
}

TEST(Vsock, PortIsForOneSocket)
{
	SKIP_WITHOUT_VSOCK(SOCK_STREAM);
	Process server(tool("bindchain", { "listen", "--vsock=any:any", "--report=fd:1", "tail", "-f",
	    "/dev/null" }));
	std::string line = server.read_line();
	std::string address = "any:" + std::to_string(port_in(line));
	Result result = run(tool("bindchain", { "listen", "--vsock=" + address, "true" }));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: bind vsock " + address
	    + ": Address already in use");
}

TEST(Vsock, AddressIsSetInTheLibrary)
{
	SKIP_WITHOUT_VSOCK(SOCK_STREAM);
	std::unique_ptr<bindchain_request, decltype(&bindchain_request_free)> request(
	    bindchain_request_new(BINDCHAIN_VSOCK_STREAM), bindchain_request_free);
	struct bindchain_failure failure = {};
	struct sockaddr_vm address = local_address(VMADDR_PORT_ANY), bound = {};
	socklen_t length = sizeof bound;
	address.svm_cid = VMADDR_CID_ANY;

	ASSERT_EQ(bindchain_set_address(request.get(), reinterpret_cast<sockaddr *>(&address),
	    sizeof address, &failure), 0) << failure.operation;
	EXPECT_EQ(bindchain_set_address(request.get(), reinterpret_cast<sockaddr *>(&address),
	    sizeof address - 1, nullptr), -1) << "of exactly its length";
	ASSERT_EQ(bindchain_set_address(request.get(), reinterpret_cast<sockaddr *>(&address),
	    sizeof address, &failure), 0);
	Descriptor opened(bindchain_open(request.get(), &failure));
	ASSERT_GE(opened.get(), 0) << strerror(failure.error);
	ASSERT_EQ(getsockname(opened.get(), reinterpret_cast<sockaddr *>(&bound), &length), 0);
	EXPECT_EQ(bound.svm_cid, VMADDR_CID_ANY);
	EXPECT_EQ(bindchain_is_socket(opened.get(), BINDCHAIN_VSOCK_STREAM, 1), 1);
	EXPECT_EQ(bindchain_is_socket(opened.get(), BINDCHAIN_VSOCK_SEQPACKET, 1), 0);
	EXPECT_EQ(bindchain_is_socket(opened.get(), BINDCHAIN_TCP, 1), 0);
}

/* 0x7fffffff is no CID of a guest that is here. */
TEST(Vsock, CidMustBeOneOfTheMachine)
{
	SKIP_WITHOUT_VSOCK(SOCK_STREAM);
	Result result = run(tool("bindchain", { "listen", "--vsock=2147483647:any", "true" }));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: bind vsock 2147483647:any: "
	    + error_text(EADDRNOTAVAIL));
	EXPECT_NE(result.error_line(1).find("this machine does not have the CID"),
	    std::string::npos) << result;
}

TEST(Vsock, ClientOfTheSameMachineConnects)
{
	SKIP_WITHOUT_VSOCK(SOCK_STREAM);
	if (!has_loopback())
		SKIP_TEST_EVEN_IN_CI("the kernel module vsock_loopback is not loaded");
	for (int type : { SOCK_STREAM, SOCK_SEQPACKET }) {
		Process server(tool("bindchain", { "listen", std::string(type == SOCK_STREAM
		    ? "--vsock" : "--vsock-seqpacket") + "=any:any", "--report=fd:1", "tail", "-f",
		    "/dev/null" }));
		std::string line = server.read_line();
		Descriptor client(socket(AF_VSOCK, type, 0));
		struct sockaddr_vm address = local_address(port_in(line));
		EXPECT_EQ(connect(client.get(), reinterpret_cast<sockaddr *>(&address),
		    sizeof address), 0) << strerror(errno);
	}
}

/* ---- the setting inherit ---- */

/* What a listener prints that starts after one of FIRST, whose socket it inherits. */
Result
inherit_from(const std::string &first, const std::string &second)
{
	return run(tool("bindchain", { "listen", first, "bindchain", "listen", second,
	    "--report=fd:1", "true" }));
}

TEST(InheritedNetlink, IsTakenByItsProtocolAndGroups)
{
	Result result = inherit_from("--netlink=route:0x11", "--netlink=route:17,inherit");
	EXPECT_EQ(result.output, "fd=3 name=unknown address=route:17 inherited=yes\n") << result;
	EXPECT_EQ(result.error, "");

	result = inherit_from("--netlink=route:1", "--netlink=route:17,inherit");
	EXPECT_EQ(result.output, "fd=4 name=unknown address=route:17 inherited=no\n") << result;
	result = inherit_from("--netlink=generic", "--netlink=route,inherit");
	EXPECT_EQ(result.output, "fd=4 name=unknown address=route:0 inherited=no\n") << result;
}

TEST(InheritedNetlink, IsTakenByItsNameIfTheProtocolIsTheSame)
{
	Result result = inherit_from("--netlink=route:1,name=n", "--netlink=route:0x11,name=n,inherit");
	EXPECT_EQ(result.output, "fd=3 name=n address=route:1 inherited=yes\n") << result;
	EXPECT_EQ(result.error, "bindchain listen: warning: inherited descriptor 3 \"n\": address:"
	    " route:0x11 requested, route:1 inherited\n");

	result = inherit_from("--netlink=generic,name=n", "--netlink=route:1,name=n,inherit");
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error, "bindchain listen: fatal: inherited descriptor 3 \"n\" is netlink"
	    " generic:0, not netlink route:1\n");
}

TEST(InheritedTcp, IsNotSaidToLackMultipathTwice)
{
	Result result = inherit_from("--tcp=127.0.0.1:0,name=a",
	    "--tcp=127.0.0.1:0,name=a,prefer-mptcp,inherit");
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, "bindchain listen: warning: inherited descriptor 3 \"a\": mptcp: on"
	    " requested, off inherited\n");
}

TEST(InheritedVsock, IsTakenByItsAddressOrByItsNameWithAnyPort)
{
	SKIP_WITHOUT_VSOCK(SOCK_STREAM);
	Result result = inherit_from("--vsock=any:any,name=v", "--vsock=any:any,name=v,inherit");
	unsigned port = port_in(result.output);
	EXPECT_EQ(result.output, "fd=3 name=v address=any:" + std::to_string(port)
	    + " backlog=unknown inherited=yes\n") << result;
	EXPECT_EQ(result.error, "");

	const std::string address = "--vsock=any:" + std::to_string(port);
	result = inherit_from(address, address + ",inherit");
	EXPECT_EQ(result.output, "fd=3 name=unknown address=any:" + std::to_string(port)
	    + " backlog=unknown inherited=yes\n") << result;
	EXPECT_EQ(result.error, "");
}

} // namespace
