/* SPDX-License-Identifier: ISC */
/*
 * What is done is what was planned, and both are what the systems' documents
 * ask for: a table of requests, with the calls that each system needs; the plan
 * that `explain` prints; and the log of the calls that were made.
 */
#include <gtest/gtest.h>

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "situation.h"
#include "kernel.h"
#include "profile.h"
#include "temporary_directory.h"

namespace {

using Steps = std::vector<std::string>;
using Json = nlohmann::json;

struct Request {
	const char *name;
	std::vector<std::string> arguments; /* "PATH" is a path of the test's own */
	/* By enum world_system; NULL: this system has no such thing, and says so.
	 * "A else B": B stands in for A where that fails. */
	const char *plan[3];
};

#define TCP4 "socket AF_INET SOCK_STREAM IPPROTO_TCP; "
#define MPTCP4 "socket AF_INET SOCK_STREAM IPPROTO_MPTCP; "
#define TCP6 "socket AF_INET6 SOCK_STREAM IPPROTO_TCP; "
#define UDP4 "socket AF_INET SOCK_DGRAM IPPROTO_UDP; "
#define REUSE "setsockopt SOL_SOCKET SO_REUSEADDR 1; "
#define SHARE "setsockopt SOL_SOCKET SO_REUSEPORT 1; "
#define V6ONLY "setsockopt IPPROTO_IPV6 IPV6_V6ONLY 1; "
#define DUAL "setsockopt IPPROTO_IPV6 IPV6_V6ONLY 0; "
#define AT4 "bind 127.0.0.1 8080"
#define AT6 "bind ::1 8080"
#define UNIX "socket AF_UNIX SOCK_STREAM 0; "
#define ALL(plan) { plan, plan, plan }
/* In the directory DIR, with the path PATH, which is "s" in it. */
#define LINUX_DIR "open DIR O_CLOEXEC|O_DIRECTORY|O_PATH; "
#define BSD_DIR "open DIR O_CLOEXEC|O_DIRECTORY|O_SEARCH; "
#define CLOCK "clock_gettime; "
#define SAME "fstat DIR; stat DIR; "
#define LINUX_BOUND "fstat; openat .s.bindchain; openat s; " SAME
#define LINUX_BIND "bind PATH else unlinkat s; " LINUX_BOUND
#define FREEBSD_BOUND "fstat; "
#define FREEBSD_BIND "bind PATH else funlinkat s; " FREEBSD_BOUND
#define MACOS_BOUND "fstat; openat .s.bindchain; "
#define MACOS_BIND "bind PATH else unlinkat s; " MACOS_BOUND
/* While the umask is MASK. */
#define FREEBSD_MASKED(mask) \
	CLOCK "umask " mask "; bind PATH else funlinkat s; umask; " FREEBSD_BOUND
#define MACOS_MASKED(mask) \
	CLOCK "umask " mask "; bind PATH else unlinkat s; umask; " MACOS_BOUND
#define END "close DIR"
#define FOUND_END "close s; close DIR"
/* By a temporary socket. */
#define PROBE "probe socket AF_INET SOCK_STREAM 0; "
#define PROBED "probe " AT4 "; probe close; "

/*
 * Options: socket(7), ip(7), ipv6(7), tcp(7) of Linux; setsockopt(2), ip(4),
 * ip6(4), tcp(4), accept_filter(9) of FreeBSD; the headers of xnu.  The longest
 * queue is asked for by INT_MAX where the kernel cuts it, and by SHRT_MAX where
 * it would keep the lower half (xnu, so_qlimit).  Options at the kernel's default
 * are not set, IPV6_V6ONLY excepted, whose default is a setting.  Two UDP sockets
 * with SO_REUSEADDR take each other's datagrams on Linux, so `listen` sets it for
 * TCP alone.  A directory is opened to search alone, open(2).  A path never grants
 * more than was asked: by umask(2), or, on Linux alone, by the mode of the socket,
 * net/unix/af_unix.c; what that cannot give, or the umask takes, is set afterwards.
 * "OWN" is the tests' user.
 */
const Request requests[] = {
	{ "tcp-socket-listen", { "127.0.0.1", "8080" }, ALL(TCP4 REUSE AT4 "; listen 5") },
	{ "tcp-socket-listen", { "--no-reuse-address", "127.0.0.1", "8080" },
	    ALL(TCP4 AT4 "; listen 5") },
	{ "tcp-socket-listen", { "--backlog", "17", "127.0.0.1", "8080" },
	    ALL(TCP4 REUSE AT4 "; listen 17") },
	{ "tcp-socket-listen", { "--backlog", "0", "127.0.0.1", "8080" },
	    { TCP4 REUSE AT4 "; listen 0", TCP4 REUSE AT4 "; listen 0",
	        TCP4 REUSE AT4 "; listen 1" } },
	{ "tcp-socket-listen", { "--backlog", "-1", "127.0.0.1", "8080" },
	    { TCP4 REUSE AT4 "; listen 2147483647", TCP4 REUSE AT4 "; listen 2147483647",
	        TCP4 REUSE AT4 "; listen 32767" } },
	{ "tcp-socket-listen", { "--backlog", "40000", "127.0.0.1", "8080" },
	    { TCP4 REUSE AT4 "; listen 40000", TCP4 REUSE AT4 "; listen 40000",
	        TCP4 REUSE AT4 "; listen 32767" } },
	{ "tcp-socket-listen", { "::1", "8080" }, ALL(TCP6 REUSE V6ONLY AT6 "; listen 5") },
	{ "tcp-socket-listen", { "--combine4and6", "::", "8080" },
	    ALL(TCP6 REUSE DUAL "bind :: 8080; listen 5") },
	{ "tcp-socket-listen", { "--reuse-port", "127.0.0.1", "8080" },
	    ALL(TCP4 REUSE SHARE AT4 "; listen 5") },
	{ "tcp-socket-listen", { "--bind-to-any", "203.0.113.9", "8080" },
	    { TCP4 REUSE "setsockopt IPPROTO_IP IP_FREEBIND 1; bind 203.0.113.9 8080; listen 5",
	        TCP4 REUSE "setsockopt IPPROTO_IP IP_BINDANY 1; bind 203.0.113.9 8080; listen 5",
	        nullptr } },
	{ "tcp-socket-listen", { "--bind-to-any", "2001:db8:1::9", "8080" },
	    { TCP6 REUSE V6ONLY "setsockopt IPPROTO_IPV6 IPV6_FREEBIND 1;"
	                        " bind 2001:db8:1::9 8080; listen 5",
	        TCP6 REUSE V6ONLY "setsockopt IPPROTO_IPV6 IPV6_BINDANY 1;"
	                          " bind 2001:db8:1::9 8080; listen 5",
	        nullptr } },
	{ "udp-socket-listen", { "127.0.0.1", "8080" }, ALL(UDP4 REUSE AT4) },
	{ "s6-tcpserver-socketbinder", { "127.0.0.1", "8080" },
	    { "close 0; socket AF_INET SOCK_STREAM|SOCK_NONBLOCK IPPROTO_TCP; " REUSE AT4
	      "; listen 2147483647",
	        "close 0; socket AF_INET SOCK_STREAM|SOCK_NONBLOCK IPPROTO_TCP; " REUSE AT4
	        "; listen 2147483647",
	        "close 0; " TCP4 "fcntl F_GETFL; fcntl F_SETFL O_NONBLOCK; " REUSE AT4
	        "; listen 32767" } },
	{ "s6-tcpserver-socketbinder", { "-B", "-D", "-b", "7", "::1", "8080" },
	    ALL("close 0; " TCP6 V6ONLY AT6 "; listen 7") },
	{ "s6-tcpserver-socketbinder", { "-B", "-m", "-b", "0", "127.0.0.1", "8080" },
	    ALL("close 0; " UDP4 REUSE AT4) },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,balance" },
	    { TCP4 REUSE SHARE AT4 "; listen 2147483647",
	        TCP4 REUSE "setsockopt SOL_SOCKET SO_REUSEPORT_LB 1; " SHARE AT4
	                   "; listen 2147483647",
	        nullptr } },
	{ "bindchain", { "listen", "--tcp=[::]:8080,dual,balance" },
	    { TCP6 REUSE SHARE DUAL "bind :: 8080; listen 2147483647", nullptr, nullptr } },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,wait-for=data" },
	    { TCP4 REUSE "setsockopt IPPROTO_TCP TCP_DEFER_ACCEPT 15; " AT4
	                 "; listen 2147483647",
	        TCP4 REUSE AT4 "; listen 2147483647; setsockopt SOL_SOCKET SO_ACCEPTFILTER"
	                       " 256 bytes \"dataready\"",
	        nullptr } },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,keepalive,backlog=3" },
	    ALL(TCP4 REUSE "setsockopt SOL_SOCKET SO_KEEPALIVE 1; " AT4 "; listen 3") },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,fast-open=9" },
	    { TCP4 REUSE "setsockopt IPPROTO_TCP TCP_FASTOPEN 9; " AT4 "; listen 2147483647",
	        TCP4 REUSE AT4 "; listen 2147483647; setsockopt IPPROTO_TCP TCP_FASTOPEN 1",
	        TCP4 REUSE AT4 "; listen 32767; setsockopt IPPROTO_TCP TCP_FASTOPEN 1" } },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,mptcp" },
	    { MPTCP4 REUSE AT4 "; listen 2147483647", nullptr, nullptr } },
	{ "bindchain", { "listen", "--tcp=[::1]:8080,mptcp,nonblocking,backlog=3" },
	    { "socket AF_INET6 SOCK_STREAM|SOCK_NONBLOCK IPPROTO_MPTCP; " REUSE V6ONLY AT6
	      "; listen 3", nullptr, nullptr } },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,mptcp=no" },
	    { TCP4 REUSE AT4 "; listen 2147483647", TCP4 REUSE AT4 "; listen 2147483647",
	        TCP4 REUSE AT4 "; listen 32767" } },
	{ "bindchain", { "listen", "--udp=127.0.0.1:8080,receive-buffer=65536" },
	    { UDP4 "setsockopt SOL_SOCKET SO_RCVBUFFORCE 65536 else setsockopt SOL_SOCKET"
	           " SO_RCVBUF 65536; " AT4,
	        UDP4 "setsockopt SOL_SOCKET SO_RCVBUF 65536; " AT4,
	        UDP4 "setsockopt SOL_SOCKET SO_RCVBUF 65536; " AT4 } },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,exclusive" },
	    { TCP4 REUSE PROBE "probe " REUSE PROBED AT4 "; listen 2147483647",
	        TCP4 REUSE PROBE PROBED AT4 "; listen 2147483647",
	        TCP4 REUSE PROBE PROBED AT4 "; listen 32767" } },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,backlog=3,keepalive-interval=10,"
	                 "keepalive-count=5,nodelay,hop-limit=9,traffic-class=184" },
	    ALL(TCP4 REUSE "setsockopt IPPROTO_TCP TCP_KEEPINTVL 10; "
	        "setsockopt IPPROTO_TCP TCP_KEEPCNT 5; setsockopt IPPROTO_TCP TCP_NODELAY 1; "
	        "setsockopt IPPROTO_IP IP_TTL 9; setsockopt IPPROTO_IP IP_TOS 184; " AT4
	        "; listen 3") },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,backlog=3,keepalive-idle=60" },
	    { TCP4 REUSE "setsockopt IPPROTO_TCP TCP_KEEPIDLE 60; " AT4 "; listen 3",
	        TCP4 REUSE "setsockopt IPPROTO_TCP TCP_KEEPIDLE 60; " AT4 "; listen 3",
	        nullptr } },
	{ "bindchain", { "listen", "--udp=[::1]:8080,hop-limit=9,traffic-class=184,packet-info" },
	    ALL("socket AF_INET6 SOCK_DGRAM IPPROTO_UDP; " V6ONLY
	        "setsockopt IPPROTO_IPV6 IPV6_UNICAST_HOPS 9; "
	        "setsockopt IPPROTO_IPV6 IPV6_TCLASS 184; "
	        "setsockopt IPPROTO_IPV6 IPV6_RECVPKTINFO 1; " AT6) },
	/* Without the second, packets of IPv4 would have the default. */
	{ "bindchain", { "listen", "--tcp=[::]:8080,dual,backlog=3,hop-limit=9" },
	    { TCP6 REUSE DUAL "setsockopt IPPROTO_IPV6 IPV6_UNICAST_HOPS 9; "
	                      "setsockopt IPPROTO_IP IP_TTL 9; bind :: 8080; listen 3",
	        nullptr, nullptr } },
	{ "bindchain", { "listen", "--tcp=[::]:8080,dual,backlog=3,traffic-class=184" },
	    { TCP6 REUSE DUAL "setsockopt IPPROTO_IPV6 IPV6_TCLASS 184; "
	                      "setsockopt IPPROTO_IP IP_TOS 184; bind :: 8080; listen 3",
	        nullptr, nullptr } },
	/* Accepted connections do not inherit it on macOS: bsd/netinet/tcp_input.c. */
	{ "bindchain", { "listen", "--tcp=[::1]:8080,backlog=3,hop-limit=9" },
	    { TCP6 REUSE V6ONLY "setsockopt IPPROTO_IPV6 IPV6_UNICAST_HOPS 9; " AT6 "; listen 3",
	        TCP6 REUSE V6ONLY "setsockopt IPPROTO_IPV6 IPV6_UNICAST_HOPS 9; " AT6 "; listen 3",
	        nullptr } },
	{ "bindchain", { "listen", "--udp=127.0.0.1:8080,send-buffer=9000" },
	    { UDP4 "setsockopt SOL_SOCKET SO_SNDBUFFORCE 9000 else"
	           " setsockopt SOL_SOCKET SO_SNDBUF 9000; " AT4,
	        UDP4 "setsockopt SOL_SOCKET SO_SNDBUF 9000; " AT4,
	        UDP4 "setsockopt SOL_SOCKET SO_SNDBUF 9000; " AT4 } },
	{ "bindchain", { "listen", "--udp=127.0.0.1:8080,broadcast" },
	    ALL(UDP4 "setsockopt SOL_SOCKET SO_BROADCAST 1; " AT4) },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,backlog=3,user-timeout=5000,"
	                 "max-segment=1000" },
	    { TCP4 REUSE "setsockopt IPPROTO_TCP TCP_USER_TIMEOUT 5000; "
	                 "setsockopt IPPROTO_TCP TCP_MAXSEG 1000; " AT4 "; listen 3",
	        nullptr, nullptr } },
	{ "bindchain", { "listen", "--udp=203.0.113.9:8080,priority=0,mark=7,transparent" },
	    { UDP4 "setsockopt SOL_SOCKET SO_PRIORITY 0; setsockopt SOL_SOCKET SO_MARK 7; "
	           "setsockopt IPPROTO_IP IP_TRANSPARENT 1; bind 203.0.113.9 8080",
	        nullptr, nullptr } },
	{ "bindchain", { "listen", "--udp=[2001:db8:1::9]:8080,transparent" },
	    { "socket AF_INET6 SOCK_DGRAM IPPROTO_UDP; " V6ONLY
	      "setsockopt IPPROTO_IPV6 IPV6_TRANSPARENT 1; bind 2001:db8:1::9 8080",
	        nullptr, nullptr } },
	{ "bindchain", { "listen", "--udp=127.0.0.1:8080,packet-info,timestamps=us" },
	    { UDP4 "setsockopt IPPROTO_IP IP_PKTINFO 1; setsockopt SOL_SOCKET SO_TIMESTAMP 1; " AT4,
	        UDP4 "setsockopt IPPROTO_IP IP_RECVDSTADDR 1; setsockopt IPPROTO_IP IP_RECVIF 1; "
	             "setsockopt SOL_SOCKET SO_TIMESTAMP 1; " AT4,
	        UDP4 "setsockopt IPPROTO_IP IP_PKTINFO 1; setsockopt SOL_SOCKET SO_TIMESTAMP 1; "
	             AT4 } },
	{ "bindchain", { "listen", "--udp=127.0.0.1:8080,timestamps=ns" },
	    { UDP4 "setsockopt SOL_SOCKET SO_TIMESTAMPNS 1; " AT4,
	        UDP4 "setsockopt SOL_SOCKET SO_TIMESTAMP 1; setsockopt SOL_SOCKET SO_TS_CLOCK 2; "
	             AT4,
	        nullptr } },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,backlog=3,fib=0" },
	    { nullptr, TCP4 REUSE "setsockopt SOL_SOCKET SO_SETFIB 0; " AT4 "; listen 3",
	        nullptr } },
	{ "bindchain", { "listen", "--tcp=127.0.0.1:8080,fixed-port" },
	    { TCP4 REUSE AT4 "; listen 2147483647; getsockname",
	        TCP4 REUSE AT4 "; listen 2147483647; getsockname",
	        TCP4 REUSE AT4 "; listen 32767; getsockname" } },
	{ "bindchain", { "listen", "--unix=PATH,mode=660,backlog=7" },
	    { UNIX LINUX_DIR "fchmod 0660; " LINUX_BIND "chmod s 0660; listen 7; " FOUND_END,
	        UNIX BSD_DIR FREEBSD_MASKED("0117") SAME "listen 7; " END,
	        UNIX BSD_DIR MACOS_MASKED("0117") SAME "listen 7; " END } },
	{ "local-stream-socket-listen", { "--mode", "01700", "PATH" },
	    { UNIX LINUX_DIR "fchmod 0700; " LINUX_BIND "chmod s 01700; listen 5; " FOUND_END,
	        UNIX BSD_DIR FREEBSD_MASKED("0077") "openat s; " SAME
	        "fchmodat s 01700; listen 5; " FOUND_END,
	        UNIX BSD_DIR MACOS_MASKED("0077") "fstatat s; " SAME
	        "fchmodat s 01700; listen 5; " END } },
	{ "local-stream-socket-listen", { "--uid", "OWN", "--mode", "0640", "PATH" },
	    { UNIX LINUX_DIR "fchmod 0200; " LINUX_BIND
	      "fchownat s OWN -1; chmod s 0640; listen 5; " FOUND_END,
	        UNIX BSD_DIR FREEBSD_MASKED("0577") "openat s; " SAME
	        "fchownat s OWN -1; fchmodat s 0640; listen 5; " FOUND_END,
	        UNIX BSD_DIR MACOS_MASKED("0577") "fstatat s; " SAME
	        "fchownat s OWN -1; fchmodat s 0640; listen 5; " END } },
	{ "s6-ipcserver-socketbinder", { "-B", "-b", "3", "PATH" },
	    { "close 0; " UNIX LINUX_DIR "fchmod 0777; " LINUX_BIND
	      "chmod s 0777; listen 3; " FOUND_END,
	        "close 0; " UNIX BSD_DIR FREEBSD_MASKED("0000") SAME "listen 3; " END,
	        "close 0; " UNIX BSD_DIR MACOS_MASKED("0000") SAME "listen 3; " END } },
	{ "s6-ipcserver-socketbinder", { "-B", "-D", "-b", "3", "PATH" },
	    { "close 0; " UNIX LINUX_DIR "fchmod 0777; bind PATH; " LINUX_BOUND
	      "chmod s 0777; listen 3; " FOUND_END,
	        "close 0; " UNIX BSD_DIR CLOCK "umask 0000; bind PATH; umask; " FREEBSD_BOUND SAME
	        "listen 3; " END,
	        "close 0; " UNIX BSD_DIR CLOCK "umask 0000; bind PATH; umask; " MACOS_BOUND SAME
	        "listen 3; " END } },
	{ "bindchain", { "listen", "--unix-dgram=PATH,pass-credentials" },
	    { "socket AF_UNIX SOCK_DGRAM 0; setsockopt SOL_SOCKET SO_PASSCRED 1; " LINUX_DIR
	      LINUX_BIND FOUND_END,
	        "socket AF_UNIX SOCK_DGRAM 0; setsockopt SOL_LOCAL LOCAL_CREDS_PERSISTENT 1; "
	        BSD_DIR CLOCK FREEBSD_BIND SAME END,
	        nullptr } },
	{ "bindchain", { "listen", "--unix-dgram=PATH,pass-pidfd" },
	    { "socket AF_UNIX SOCK_DGRAM 0; setsockopt SOL_SOCKET SO_PASSPIDFD 1; " LINUX_DIR
	      LINUX_BIND FOUND_END,
	        nullptr, nullptr } },
	{ "bindchain", { "listen", "--unix-seqpacket=PATH" },
	    { "socket AF_UNIX SOCK_SEQPACKET 0; " LINUX_DIR LINUX_BIND "listen 2147483647; "
	      FOUND_END,
	        "socket AF_UNIX SOCK_SEQPACKET 0; " BSD_DIR CLOCK FREEBSD_BIND SAME
	        "listen 2147483647; " END,
	        nullptr } },
	{ "netlink-datagram-socket-listen", { "route", "5" },
	    { "socket AF_NETLINK SOCK_DGRAM 0; bind free 5",
	        "socket AF_NETLINK SOCK_DGRAM 0; bind own 5", nullptr } },
	{ "netlink-datagram-socket-listen",
	    { "--raw", "--receive-buffer-size", "9000", "generic", "0" },
	    { "socket AF_NETLINK SOCK_RAW 16; setsockopt SOL_SOCKET SO_RCVBUFFORCE 9000 else"
	      " setsockopt SOL_SOCKET SO_RCVBUF 9000; bind free 0",
	        "socket AF_NETLINK SOCK_RAW 16; setsockopt SOL_SOCKET SO_RCVBUF 9000; bind own 0",
	        nullptr } },
	{ "bindchain", { "listen", "--netlink=route:0x10" },
	    { "socket AF_NETLINK SOCK_DGRAM 0; bind free 16",
	        "socket AF_NETLINK SOCK_DGRAM 0; bind own 16", nullptr } },
	{ "bindchain", { "listen", "--netlink=generic,receive-buffer=9000" },
	    { "socket AF_NETLINK SOCK_DGRAM 16; setsockopt SOL_SOCKET SO_RCVBUFFORCE 9000 else"
	      " setsockopt SOL_SOCKET SO_RCVBUF 9000; bind free 0",
	        "socket AF_NETLINK SOCK_DGRAM 16; setsockopt SOL_SOCKET SO_RCVBUF 9000; bind own 0",
	        nullptr } },
	{ "bindchain", { "listen", "--vsock=any:5000" },
	    { "socket AF_VSOCK SOCK_STREAM 0; bind any 5000; listen 2147483647", nullptr, nullptr } },
	{ "bindchain", { "listen", "--vsock=3:any,backlog=7,nonblocking" },
	    { "socket AF_VSOCK SOCK_STREAM|SOCK_NONBLOCK 0; bind 3 any; listen 7", nullptr,
	        nullptr } },
	{ "bindchain", { "listen", "--vsock-seqpacket=:4294967294" },
	    { "socket AF_VSOCK SOCK_SEQPACKET 0; bind any 4294967294; listen 2147483647", nullptr,
	        nullptr } },
	{ "bindchain", { "listen", "--netlink=route,pass-credentials" },
	    { "socket AF_NETLINK SOCK_DGRAM 0; setsockopt SOL_SOCKET SO_PASSCRED 1; bind free 0",
	        nullptr, nullptr } },
};

std::string
replaced(std::string text, const std::string &word, const std::string &by)
{
	size_t at = text.find(word);

	return at == std::string::npos ? text : text.replace(at, word.size(), by);
}

/* In an argument, a place of the test's own instead of PATH, and its user instead of
 * OWN. */
std::string
placed(const std::string &argument, const std::string &path)
{
	return replaced(replaced(argument, "OWN", std::to_string(getuid())), "PATH", path);
}

/* Flags in the order of the alphabet; O_RDONLY is none. */
std::string
sorted_flags(const std::string &flags)
{
	std::istringstream words(flags);
	std::set<std::string> sorted;
	std::string text;

	for (std::string flag; std::getline(words, flag, '|');)
		if (flag != "O_RDONLY")
			sorted.insert(flag);
	for (const std::string &flag : sorted)
		text += (text.empty() ? "" : "|") + flag;
	return text;
}

Steps
split(const std::string &plan)
{
	Steps steps;

	for (size_t at = 0; at < plan.size();) {
		size_t end = plan.find("; ", at);
		steps.push_back(plan.substr(at, end - at));
		at = end == std::string::npos ? plan.size() : end + 2;
	}
	return steps;
}

/* The same in a plan. */
Steps
placed_steps(const char *plan, const std::string &path)
{
	std::string text = replaced(plan, "OWN", std::to_string(getuid()));

	return split(replaced(text, "bind PATH", "bind " + path)); /* not in O_PATH */
}

/* Both of "A else B", or B only where A was tried and something came after it. */
Steps
with_stand_ins(const Steps &plan, const Steps *done)
{
	static const std::string mark = " else ";
	Steps steps;

	for (const std::string &step : plan) {
		size_t end = step.find(mark);
		steps.push_back(step.substr(0, end));
		if (end == std::string::npos)
			continue;
		std::string stand_in = step.substr(end + mark.size());
		bool stood_in = done && done->size() > steps.size()
		    && done->at(steps.size()) == stand_in;
		if (!done || stood_in)
			steps.push_back(stand_in);
	}
	return steps;
}

std::string
joined(const std::vector<std::string> &words)
{
	std::string text;

	for (const std::string &word : words)
		text += (text.empty() ? "" : " ") + word;
	return text;
}

/* ---- the log ---- */

std::string
octal(const std::string &decimal)
{
	std::ostringstream text;

	text << '0' << std::setw(3) << std::setfill('0') << std::oct << std::stoi(decimal);
	return text.str();
}

std::string
unquoted(const std::string &word)
{
	return word.size() > 1 && word.front() == '"' ? word.substr(1, word.size() - 2) : word;
}

/* A step about the path: its place by its name in the directory. */
std::string
path_step_text(const LoggedCall &call)
{
	const std::vector<std::string> &words = call.arguments;

	if (call.name == "open")
		return "open DIR " + sorted_flags(words.at(1));
	if (call.name == "umask" || call.name == "fchmod")
		return call.name + " " + octal(words.back());
	if (call.name == "chmod" || call.name == "fchmodat")
		return call.name + " s " + octal(words.back());
	if (call.name == "fchownat")
		return "fchownat s " + words.at(2) + " " + words.at(3);
	if (call.name == "close" || call.name == "stat" || call.name == "fstat")
		return call.name + " DIR";
	return call.name + " " + unquoted(words.at(1));
}

bool
is_about_path(const LoggedCall &call)
{
	static const std::set<std::string> names = { "open", "openat", "stat", "fstatat", "umask",
		"fchmod", "chmod", "fchmodat", "fchownat" };

	return names.count(call.name) > 0;
}

/* The line without the descriptor and without quotes; the flags that a descriptor
 * has anyway are no part of a plan. */
std::string
step_text(const LoggedCall &call)
{
	std::vector<std::string> words = call.arguments;

	if (call.name != "socket" && call.name != "close")
		words.erase(words.begin());
	if (call.name == "bind")
		words[0] = unquoted(words[0]);
	if (call.name == "getsockname")
		return call.name;
	std::string text = call.name + " " + joined(words);
	size_t has_anyway = text.find("O_RDWR|");
	return has_anyway == std::string::npos ? text : text.erase(has_anyway, 7);
}

bool
is_act(const LoggedCall &call)
{
	static const std::set<std::string> names = { "socket", "setsockopt", "bind", "listen",
		"close", "fstat", "getsockname" };

	if (call.name == "fcntl")
		return call.arguments.at(1) == "F_GETFL"
		    || call.arguments.at(1).rfind("F_SET", 0) == 0;
	return names.count(call.name) > 0 || is_about_path(call);
}

bool
ends_opening(const LoggedCall &call)
{
	return call.name == "execve" || call.name == "dup2" || call.name == "write";
}

/*
 * The steps that were taken to open one socket.  A second socket that comes and
 * goes meanwhile is a probe.  Of the calls that find out whose the path is, only the first
 * is a step.
 */
class Performance {
public:
	explicit Performance(const std::vector<LoggedCall> &calls)
	{
		for (const LoggedCall &call : calls) {
			if (ends_opening(call) || reads_back(call))
				break;
			if (is_act(call))
				take(call);
		}
	}

	const Steps &steps() const { return steps_; }
	const std::string &failure() const { return failure_; }

private:
	/* What is reported of the socket begins with its flags. */
	bool reads_back(const LoggedCall &call) const
	{
		return is_bound_ && call.name == "fcntl" && call.arguments.at(1) == "F_GETFL";
	}

	void take(const LoggedCall &call)
	{
		/* What comes after a failure undoes. */
		if (!failure_.empty() && call.name != "bind")
			return;
		bool closes = call.name == "close", looks = call.name == "fstat";
		if (is_about_path(call)
		    || ((closes || looks) && call.arguments.at(0) == directory_))
			take_path_step(call);
		else if (closes && call.arguments.at(0) == object_)
			steps_.push_back("close s");
		else if (looks)
			take_note(call);
		else
			take_socket_step(call);
	}

	/* The umask is set back after bind(2). */
	void take_path_step(const LoggedCall &call)
	{
		bool is_umask = call.name == "umask";

		if (call.name == "open")
			directory_ = call.result;
		if (descriptor_.empty())
			return;
		if (call.name == "openat" && path_step_text(call) == "openat s")
			object_ = call.result;
		steps_.push_back(is_umask && is_bound_ ? "umask" : path_step_text(call));
		if (call.name == "chmod" || call.name == "fchmodat")
			failure_ = call.failed() ? call.result : "";
	}

	void take_note(const LoggedCall &call)
	{
		if (call.arguments.at(0) != descriptor_ || is_noted_)
			return;
		is_noted_ = true;
		steps_.push_back("fstat");
	}

	void take_socket_step(const LoggedCall &call)
	{
		bool is_other = call.name == "socket" ? !descriptor_.empty()
		    : !probe_.empty() && call.arguments.at(0) == probe_;
		if (is_other) {
			take_probe(call);
			return;
		}
		if (call.name == "close" && !descriptor_.empty())
			return; /* undone */
		if (call.name == "socket")
			descriptor_ = call.result;
		else if (call.name != "close") {
			EXPECT_EQ(call.arguments.at(0), descriptor_) << call;
		}
		steps_.push_back(step_text(call));
		is_bound_ = is_bound_ || call.name == "bind";
		failure_ = call.failed() ? call.result : "";
	}

	/* One of another family finds out whose the path is. */
	void take_probe(const LoggedCall &call)
	{
		if (call.name == "socket") {
			probe_ = call.result;
			is_step_ = call.arguments.at(0).rfind("AF_INET", 0) == 0;
		}
		if (is_step_)
			steps_.push_back("probe " + (call.name == "close" ? call.name : step_text(call)));
		if (call.name == "close")
			probe_.clear();
	}

	Steps steps_;
	std::string descriptor_, probe_, directory_, object_, failure_;
	bool is_bound_ = false, is_noted_ = false, is_step_ = false;
};

/* ---- the plan ---- */

std::string
argument_text(const Json &argument)
{
	std::string text = argument.at("name").is_string()
	    ? argument.at("name").get<std::string>()
	    : std::to_string(argument.at("value").get<long long>());

	if (argument.at("argument") == "flags")
		return sorted_flags(text);
	return argument.at("argument") == "size" ? text + " bytes" : text;
}

/* The first argument of "openat(/tmp/x/s, ...)", as the log's steps have it: its name in
 * the directory, or DIR. */
std::string
place_text(const Json &call, const std::string &path)
{
	std::string text = call.at("text"), directory = path.substr(0, path.rfind('/'));
	size_t start = text.find('(') + 1;
	std::string place = text.substr(start, text.find_first_of(",)", start) - start);

	if (place.rfind(directory, 0) != 0)
		return "";
	return place == directory ? " DIR" : " " + place.substr(directory.size() + 1);
}

/* "127.0.0.1:8080", "[::1]:8080", a path; of netlink only the protocol is told. */
std::string
address_text(const Json &socket)
{
	std::string address = socket.at("address");

	if (socket.at("kind").get<std::string>().rfind("netlink", 0) == 0)
		return "";
	if (socket.at("path").is_string())
		return address;
	size_t colon = address.rfind(':');
	std::string host = address.substr(0, colon);

	if (host.front() == '[')
		host = host.substr(1, host.size() - 2);
	return host + " " + address.substr(colon + 1);
}

bool
says(const Json &call, const char *words)
{
	return call.at("text").get<std::string>().find(words) != std::string::npos;
}

Steps
planned_steps(const Json &socket)
{
	std::string address = address_text(socket);
	Steps steps;

	for (const Json &call : socket.at("calls")) {
		std::string text = call.at("call");
		if (socket.at("path").is_string())
			text += place_text(call, socket.at("path"));
		for (const Json &argument : call.at("arguments"))
			text += " " + argument_text(argument);
		if (call.at("call") == "bind")
			text = address.empty() ? "bind" : "bind " + address;
		steps.push_back((says(call, "temporary socket") ? "probe " : "") + text);
	}
	return steps;
}

Json
explain(const std::string &profile, const Request &request, const std::string &path)
{
	Bench bench(profile);
	std::vector<std::string> arguments = { "explain", "--json" };

	if (std::string(request.name) != "bindchain")
		arguments.push_back(request.name);
	for (const std::string &argument : request.arguments)
		arguments.push_back(placed(argument, path));
	arguments.push_back("true");
	Result result = bench.run("bindchain", arguments);
	EXPECT_SOUND(bench);
	return Json::parse(result.output).at("sockets").at(0);
}

/* ---- the tests ---- */

/* A filter's name is the plan's, but `explain` counts its bytes only; nor does it
 * tell a netlink address. */
Steps
without_content(Steps steps)
{
	for (std::string &step : steps)
		step = step.substr(0, std::min({ step.find(" \""), step.find(" own "),
		    step.find(" free ") }));
	return steps;
}

/* The log has no clock. */
Steps
without_clock(Steps steps)
{
	steps.erase(std::remove(steps.begin(), steps.end(), "clock_gettime"), steps.end());
	return steps;
}

void
expect_refusal(const std::string &profile, const Request &request, const Performance &done)
{
	EXPECT_EQ(done.steps(), Steps()) << "nothing is opened for what is not there";
	EXPECT_FALSE(explain(profile, request, "/nonexistent/s").at("unsupported").is_null());
}

/* Of FreeBSD, what not every release, or not every jail, has. */
bool
is_lacking(const struct world &world, const Request &request)
{
	bool is_netlink = std::string(request.name).rfind("netlink", 0) == 0
	    || joined(request.arguments).find("--netlink") != std::string::npos;
	bool balances = joined(request.arguments).find("balance") != std::string::npos;

	if (world.system != WORLD_FREEBSD)
		return false;
	return (is_netlink && !world.netlink_count) || (balances && kernel_limit(&world, "jailed")
	    && !world.rules[RULE_JAILED_BALANCE]);
}

/* Returns whether the socket was opened. */
bool
check(const std::string &profile, const Request &request)
{
	TemporaryDirectory directory;
	std::string path = directory / "s";
	Bench bench(profile);
	std::vector<std::string> arguments;
	const char *expected = request.plan[bench.fake().system];

	SCOPED_TRACE(profile + ": " + request.name + " " + joined(request.arguments));
	kernel_set_limit(&bench.fake(), "fast-open-server", 1);
	for (const std::string &argument : request.arguments)
		arguments.push_back(placed(argument, path));
	arguments.push_back("true");
	Command command = bench.command(request.name, arguments);
	command.before_execution = [](Command &) { umask(022); };
	Result result = bench.run(command);
	Performance done(bench.calls());
	EXPECT_SOUND(bench);
	if (!expected || is_lacking(bench.fake(), request)) {
		expect_refusal(profile, request, done);
		return false;
	}
	Steps plan = placed_steps(expected, path);
	EXPECT_EQ(planned_steps(explain(profile, request, path)),
	    without_content(with_stand_ins(plan, nullptr)));
	plan = with_stand_ins(without_clock(plan), &done.steps());
	/* Where a call fails, the plan was followed up to there. */
	EXPECT_EQ(result.status == 0, done.failure().empty()) << result;
	if (!done.failure().empty())
		plan.resize(std::min(plan.size(), done.steps().size()));
	EXPECT_EQ(done.steps(), plan);
	return done.failure().empty();
}

/* ---- a protocol that is preferred ---- */

/* The protocols that socket(2) was asked for, with the error where it failed. */
Steps
protocols_of(const Bench &bench)
{
	Steps protocols;

	for (const LoggedCall &call : bench.calls())
		if (call.name == "socket" && call.arguments.at(0) == "AF_INET")
			protocols.push_back(call.arguments.at(2) + (call.failed() ? " " + call.result : ""));
	return protocols;
}

/* net/ipv4/af_inet.c and net/mptcp/protocol.c: EPROTONOSUPPORT where it is not built,
 * ENOPROTOOPT where net.mptcp.enabled is 0. */
TEST(PreferredMultipathTcp, IsTcpWithAWarningWhereThereIsNone)
{
	const struct {
		const char *profile;
		int enabled;
		Steps protocols;
		const char *warning; /* NULL: none */
	} rows[] = {
		{ "linux-6", 1, { "IPPROTO_MPTCP" }, nullptr },
		{ "linux-6", 0, { "IPPROTO_MPTCP ENOPROTOOPT", "IPPROTO_TCP" },
		    "mptcp: not supported by this kernel, ignored: TCP" },
		{ "linux-bare", 1, { "IPPROTO_MPTCP EPROTONOSUPPORT", "IPPROTO_TCP" },
		    "mptcp: not supported by this kernel, ignored: TCP" },
		{ "freebsd-14", 1, { "IPPROTO_TCP" },
		    "mptcp: not supported, ignored: FreeBSD has no Multipath TCP" },
		{ "macos-15", 1, { "IPPROTO_TCP" },
		    "mptcp: not supported, ignored: macOS has Multipath TCP for clients only" },
	};

	for (const auto &row : rows) {
		Bench bench(row.profile);
		SCOPED_TRACE(row.profile);
		kernel_set_limit(&bench.fake(), "mptcp", row.enabled);
		Result result = bench.run("bindchain",
		    { "listen", "--tcp=127.0.0.1:8080,prefer-mptcp", "true" });
		EXPECT_SOUND(bench);
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(protocols_of(bench), row.protocols);
		EXPECT_EQ(result.error, row.warning
		        ? std::string("bindchain listen: warning: ") + row.warning + "\n" : "");
	}
}

/* ---- options that depend on the release, or are no socket options ---- */

/* The calls of these names, with all arguments but the descriptor. */
Steps
calls_of(const Bench &bench, const std::set<std::string> &names)
{
	Steps calls;

	for (const LoggedCall &call : bench.calls()) {
		if (names.count(call.name) == 0)
			continue;
		calls.push_back(call.name + " " + joined({ call.arguments.begin() + 1,
		    call.arguments.end() }));
	}
	return calls;
}

/* netinet/tcp_subr.c, tcp_newtcpcb: accepted connections have that of the listener in 15. */
TEST(CongestionControl, IsSetWhereConnectionsInheritIt)
{
	const Steps set = { "setsockopt IPPROTO_TCP TCP_CONGESTION 5 bytes \"cubic\"" };
	const struct {
		const char *profile;
		Steps calls;
		const char *line;
	} rows[] = {
		{ "linux-6", set, nullptr },
		{ "freebsd-15", set, nullptr },
		{ "freebsd-14", set,
		    "warning: congestion: accepted connections inherit it since FreeBSD 15" },
		{ "freebsd-13", {},
		    "fatal: congestion: accepted connections do not inherit it before FreeBSD 15" },
		{ "macos-15", {},
		    "fatal: congestion: macOS has no congestion control of single sockets" },
	};

	for (const auto &row : rows) {
		Bench bench(row.profile);
		SCOPED_TRACE(row.profile);
		Result result = bench.run("bindchain", { "listen",
		    "--tcp=127.0.0.1:0,congestion=cubic", "true" });
		EXPECT_SOUND(bench);
		EXPECT_EQ(calls_of(bench, { "setsockopt" }), row.calls) << result;
		EXPECT_EQ(result.error_lines() ? result.error_line(0) : "",
		    row.line ? std::string("bindchain listen: ") + row.line : "");
	}
}

/* rights(4), in the order of their names; cap_ioctls_limit(2). */
TEST(LockedSocket, HasTheRightsOfAServerWhenItIsComplete)
{
	const std::string commands = "cap_ioctls_limit FIONREAD FIONBIO FIOCLEX FIONCLEX";
	const struct {
		const char *profile, *socket;
		Steps calls;
	} rows[] = {
		{ "linux-6", "--tcp=127.0.0.1:8080,backlog=3,locked", { "listen 3" } },
		{ "freebsd-14", "--tcp=127.0.0.1:8080,backlog=3,locked", { "listen 3",
		    "cap_rights_limit CAP_ACCEPT CAP_EVENT CAP_FCNTL CAP_FSTAT CAP_GETPEERNAME"
		    " CAP_GETSOCKNAME CAP_GETSOCKOPT CAP_IOCTL CAP_LISTEN CAP_READ CAP_SETSOCKOPT"
		    " CAP_SHUTDOWN CAP_WRITE", commands } },
		{ "freebsd-14", "--udp=127.0.0.1:8080,locked", {
		    "cap_rights_limit CAP_CONNECT CAP_EVENT CAP_FCNTL CAP_FSTAT CAP_GETPEERNAME"
		    " CAP_GETSOCKNAME CAP_GETSOCKOPT CAP_IOCTL CAP_READ CAP_SETSOCKOPT CAP_SHUTDOWN"
		    " CAP_WRITE", commands } },
		{ "freebsd-14", "--tcp=127.0.0.1:8080,backlog=3,locked=no", { "listen 3" } },
	};

	for (const auto &row : rows) {
		Bench bench(row.profile);
		SCOPED_TRACE(row.socket);
		EXPECT_EQ(bench.run("bindchain", { "listen", row.socket, "true" }).error, "");
		EXPECT_SOUND(bench);
		EXPECT_EQ(calls_of(bench, { "listen", "cap_rights_limit", "cap_ioctls_limit" }),
		    row.calls);
	}
}

TEST(LockedSocket, IsReadBackAndRefusedOnMacOs)
{
	for (const char *profile : { "linux-6", "freebsd-14" })
		for (const auto &[setting, locked] : { std::pair(",locked", true), std::pair("", false) })
			EXPECT_EQ(Situation(profile).inspect(std::string("--tcp=127.0.0.1:8080") + setting)
			              .at("options").at("locked"), locked) << profile;
	Bench bench("macos-15");
	Result result = bench.run("bindchain", { "listen", "--tcp=127.0.0.1:8080,locked", "true" });
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: locked: macOS has no rights of"
	                                " descriptors and no socket filters");
}

/* ---- FIFOs, which are no sockets ---- */

#define SWEEP "; openat .s.bindchain"
#define FIFO_OF(dir, made, find, open) dir made find " s; " SAME "open s " open "; fstat"
#define LINUX_FIFO(made) FIFO_OF(LINUX_DIR, "mkfifoat s " made, SWEEP "; openat", "O_NOCTTY|O_RDWR")
#define FREEBSD_FIFO(made) FIFO_OF(BSD_DIR, "mkfifoat s " made, "; openat", "O_NOCTTY|O_RDWR")
#define MACOS_FIFO(made) \
	FIFO_OF(BSD_DIR, "mkfifo s " made, SWEEP "; fstatat", "O_NOCTTY|O_NONBLOCK")
#define LINUX_READ_ONLY(made) \
	FIFO_OF(LINUX_DIR, "mkfifoat s " made, SWEEP "; openat", "O_NOCTTY|O_NONBLOCK")
#define FREEBSD_READ_ONLY(made) \
	FIFO_OF(BSD_DIR, "mkfifoat s " made, "; openat", "O_NOCTTY|O_NONBLOCK")
#define BLOCKING "; fcntl F_GETFL; fcntl F_SETFL"

/*
 * mkfifo(2), open(2): for both, so that it survives its writers, where the system has
 * a meaning for that: fifo(7) of Linux; fs/fifofs/fifo_vnops.c of FreeBSD.  Elsewhere
 * only O_NONBLOCK keeps open(2) from waiting for one.  "OWN" is the tests' group.
 */
const Request fifos[] = {
	{ "fifo-listen", { "PATH" },
	    { LINUX_FIFO("0600") "; " FOUND_END, FREEBSD_FIFO("0600") "; " FOUND_END,
	        MACOS_FIFO("0600") BLOCKING "; " END } },
	{ "fifo-listen", { "--read-only", "PATH" },
	    { LINUX_READ_ONLY("0600") BLOCKING "; " FOUND_END,
	        FREEBSD_READ_ONLY("0600") BLOCKING "; " FOUND_END,
	        MACOS_FIFO("0600") BLOCKING "; " END } },
	{ "bindchain", { "listen", "--fifo=PATH,read-only,nonblocking,mode=620" },
	    { LINUX_READ_ONLY("0620") "; fchmod 0620; " FOUND_END,
	        FREEBSD_READ_ONLY("0620") "; fchmod 0620; " FOUND_END,
	        MACOS_FIFO("0620") "; fchmod 0620; " END } },
	{ "fifo-listen", { "--mode", "0060", "PATH" },
	    { LINUX_FIFO("0660") "; fchmod 0060; " FOUND_END,
	        FREEBSD_FIFO("0660") "; fchmod 0060; " FOUND_END,
	        MACOS_FIFO("0660") "; fchmod 0060" BLOCKING "; " END } },
	{ "fifo-listen", { "--gid", "OWN", "--mode", "0620", "PATH" },
	    { LINUX_FIFO("0600") "; fchown -1 OWN; fchmod 0620; " FOUND_END,
	        FREEBSD_FIFO("0600") "; fchown -1 OWN; fchmod 0620; " FOUND_END,
	        MACOS_FIFO("0600") "; fchown -1 OWN; fchmod 0620" BLOCKING "; " END } },
};

std::string
with_own_group(const std::string &text)
{
	return replaced(text, "OWN", std::to_string(getegid()));
}

/* The FIFO itself is opened by its descriptor, or as what was looked at. */
bool
opens_fifo(const LoggedCall &call)
{
	const std::string &flags = call.name == "open" ? call.arguments.at(1)
	    : call.name == "openat" ? call.arguments.at(2) : call.name;

	return flags.find("O_NOCTTY") != std::string::npos;
}

std::string
fifo_flags(const LoggedCall &call)
{
	std::string flags = call.arguments.at(call.name == "open" ? 1 : 2);

	return sorted_flags(replaced(replaced(flags, "|O_NOFOLLOW", ""), "|O_EMPTY_PATH", ""));
}

/* The steps that were taken to open a FIFO. */
class FifoPerformance {
public:
	explicit FifoPerformance(const std::vector<LoggedCall> &calls)
	{
		for (const LoggedCall &call : calls) {
			if (ends_opening(call))
				break;
			std::string text = step_of(call);
			/* Where only its name can be opened, this looks at it as well. */
			if (!text.empty() && (text != "fstat" || steps_.back() != "fstat"))
				steps_.push_back(text);
		}
	}

	const Steps &steps() const { return steps_; }

private:
	/* "" if it is none. */
	std::string step_of(const LoggedCall &call)
	{
		const std::vector<std::string> &words = call.arguments;

		if (call.name == "mkfifo" || call.name == "mkfifoat")
			return call.name + " s " + octal(words.back());
		if (call.name == "fchown")
			return "fchown " + words.at(1) + " " + words.at(2);
		if (call.name == "fcntl") /* F_GETFD: is the target open? */
			return words.at(1) == "F_GETFD" ? "" : "fcntl " + words.at(1);
		if (call.name == "close" || call.name == "fstat")
			return of_descriptor(call.name, words.at(0));
		return step_of_opening(call);
	}

	std::string step_of_opening(const LoggedCall &call)
	{
		std::string text = opens_fifo(call) ? "open s " + fifo_flags(call)
		    : is_about_path(call) ? path_step_text(call) : "";

		if (opens_fifo(call))
			descriptor_ = call.result;
		else if (call.name == "open")
			directory_ = call.result;
		else if (text == "openat s")
			object_ = call.result;
		return text;
	}

	std::string of_descriptor(const std::string &name, const std::string &number) const
	{
		if (number == directory_)
			return name + " DIR";
		if (number == descriptor_)
			return name;
		return number == object_ && name == "close" ? "close s" : "";
	}

	Steps steps_;
	std::string directory_, object_, descriptor_;
};

Steps
planned_fifo_steps(const Json &socket)
{
	Steps steps = planned_steps(socket);

	for (std::string &step : steps)
		step = step.substr(0, step.find(" O_NONBLOCK"));
	return steps;
}

void
check_fifo(const std::string &profile, const Request &request)
{
	TemporaryDirectory directory;
	std::string path = directory / "s";
	Bench bench(profile);
	Request own = request;
	Steps plan = split(with_own_group(request.plan[bench.fake().system]));

	SCOPED_TRACE(profile + ": " + joined(request.arguments));
	for (std::string &argument : own.arguments)
		argument = placed(with_own_group(argument), path);
	EXPECT_EQ(planned_fifo_steps(explain(profile, own, path)), plan);
	own.arguments.push_back("true");
	Result result = bench.run(own.name, own.arguments);
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_SOUND(bench);
	EXPECT_EQ(FifoPerformance(bench.calls()).steps(), plan);
}

class EveryProfile : public testing::TestWithParam<std::string> {};

TEST_P(EveryProfile, TheLogIsThePlanAndThePlanIsTheDocuments)
{
	int opened = 0;

	for (const Request &request : requests)
		opened += check(GetParam(), request);
	EXPECT_GT(opened, 0);
}

TEST_P(EveryProfile, TheLogOfAFifoIsThePlanToo)
{
	for (const Request &request : fifos)
		check_fifo(GetParam(), request);
}

INSTANTIATE_TEST_SUITE_P(Shim, EveryProfile, testing::ValuesIn(profile_names()),
    [](const auto &profile) {
	    std::string name = profile.param;
	    for (char &c : name)
		    c = c == '-' || c == '.' ? '_' : c;
	    return name;
    });

/* On a complete system nothing of the table fails. */
TEST(EveryRequest, WorksForRootOnACompleteSystem)
{
	for (const char *profile : { "linux-6", "freebsd-14", "macos-15" })
		for (const Request &request : requests) {
			Bench bench(profile);
			bool is_offered = request.plan[bench.fake().system] != nullptr;
			EXPECT_EQ(check(profile, request), is_offered)
			    << profile << ": " << joined(request.arguments);
		}
}

} // namespace
