/* SPDX-License-Identifier: ISC */
/* Network namespaces of Linux, set up through rtnetlink(7): no other program is
 * needed. */
#include "network_namespace.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

[[noreturn]] void
fail(const std::string &what)
{
	throw std::system_error(errno, std::generic_category(), what);
}

/* A message of rtnetlink, put together piece by piece. */
class Message {
public:
	Message(uint16_t type, uint16_t flags)
	{
		nlmsghdr header = {};
		header.nlmsg_type = type;
		header.nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
		add(&header, sizeof header);
	}

	void add(const void *data, size_t size)
	{
		const char *start = static_cast<const char *>(data);
		bytes_.insert(bytes_.end(), start, start + size);
		bytes_.resize((bytes_.size() + NLMSG_ALIGNTO - 1) / NLMSG_ALIGNTO * NLMSG_ALIGNTO);
	}

	void attribute(uint16_t type, const void *data, size_t size)
	{
		rtattr header = {};
		header.rta_type = type;
		header.rta_len = static_cast<uint16_t>(sizeof header + size);
		add(&header, sizeof header);
		add(data, size);
	}

	void attribute(uint16_t type, const std::string &text)
	{
		attribute(type, text.c_str(), text.size() + 1);
	}

	size_t open(uint16_t type)
	{
		size_t start = bytes_.size();
		attribute(type, "", 0);
		return start;
	}

	void close(size_t start)
	{
		auto length = static_cast<uint16_t>(bytes_.size() - start);
		std::memcpy(bytes_.data() + start + offsetof(rtattr, rta_len), &length,
		    sizeof length);
	}

	/* Sends it and waits for the kernel's answer. */
	void send(const std::string &what)
	{
		auto length = static_cast<uint32_t>(bytes_.size());
		char answer[4096];
		nlmsgerr error;
		int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

		if (descriptor < 0)
			fail("socket AF_NETLINK");
		std::memcpy(bytes_.data() + offsetof(nlmsghdr, nlmsg_len), &length, sizeof length);
		ssize_t received = ::send(descriptor, bytes_.data(), bytes_.size(), 0) < 0 ? -1
		    : recv(descriptor, answer, sizeof answer, 0);
		int saved = errno;
		::close(descriptor);
		errno = saved;
		if (received < static_cast<ssize_t>(NLMSG_LENGTH(sizeof error)))
			fail(what);
		std::memcpy(&error, answer + NLMSG_HDRLEN, sizeof error);
		errno = -error.error;
		if (error.error != 0)
			fail(what);
	}

private:
	std::vector<char> bytes_;
};

int
index_of(const std::string &interface)
{
	unsigned index = if_nametoindex(interface.c_str());

	if (!index)
		fail("if_nametoindex " + interface);
	return static_cast<int>(index);
}

void
change_up(const std::string &interface, bool up)
{
	Message message(RTM_NEWLINK, 0);
	ifinfomsg link = {};

	link.ifi_index = index_of(interface);
	link.ifi_change = IFF_UP;
	link.ifi_flags = up ? IFF_UP : 0;
	message.add(&link, sizeof link);
	message.send("set " + interface + (up ? " up" : " down"));
}

void
change_address(uint16_t type, uint16_t flags, const std::string &interface,
    const std::string &address)
{
	Message message(type, flags);
	ifaddrmsg header = {};
	unsigned char bytes[sizeof(in6_addr)];
	size_t slash = address.find('/');
	std::string host = address.substr(0, slash);
	bool ipv6 = host.find(':') != std::string::npos;

	header.ifa_family = ipv6 ? AF_INET6 : AF_INET;
	/* No duplicate address detection: it would not be usable at once. */
	header.ifa_flags = ipv6 ? IFA_F_NODAD : 0;
	header.ifa_index = static_cast<uint32_t>(index_of(interface));
	if (slash == std::string::npos || inet_pton(header.ifa_family, host.c_str(), bytes) != 1)
		throw std::invalid_argument("not an address with a prefix: " + address);
	header.ifa_prefixlen = static_cast<unsigned char>(std::stoi(address.substr(slash + 1)));
	message.add(&header, sizeof header);
	message.attribute(IFA_LOCAL, bytes, ipv6 ? sizeof(in6_addr) : sizeof(in_addr));
	message.attribute(IFA_ADDRESS, bytes, ipv6 ? sizeof(in6_addr) : sizeof(in_addr));
	message.send(interface + " " + address);
}

bool
is_up(const std::string &interface)
{
	int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ifreq request = {};

	if (descriptor < 0)
		fail("socket");
	interface.copy(request.ifr_name, sizeof request.ifr_name - 1);
	int status = ioctl(descriptor, SIOCGIFFLAGS, &request);
	close(descriptor);
	if (status != 0)
		fail("SIOCGIFFLAGS " + interface);
	return request.ifr_flags & IFF_UP;
}

/* Does a route lead to the IPv6 address HOST on this host?  In /proc/net/ipv6_route
 * the destination is 32 hexadecimal digits, and 80 is the prefix of one address. */
bool
has_local_route(const std::string &host)
{
	std::ifstream file("/proc/thread-self/net/ipv6_route");
	std::string line, wanted;
	unsigned char bytes[sizeof(in6_addr)];
	char digits[3];

	inet_pton(AF_INET6, host.c_str(), bytes);
	for (unsigned char byte : bytes) {
		snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(byte));
		wanted += digits;
	}
	wanted += " 80 ";
	while (std::getline(file, line))
		if (line.compare(0, wanted.size(), wanted) == 0)
			return true;
	return false;
}

/*
 * Without duplicate address detection too, the kernel finishes an IPv6 address
 * on an interface that is up behind our back (net/ipv6/addrconf.c,
 * addrconf_dad_work): until then nothing leads to it.
 */
void
wait_until_reachable(const std::string &host)
{
	auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);

	while (!has_local_route(host)) {
		if (std::chrono::steady_clock::now() > deadline)
			throw std::runtime_error("no route to " + host);
		std::this_thread::yield();
	}
}

bool
write_file(const char *path, const std::string &text)
{
	std::ofstream stream(path);

	stream << text << std::flush;
	return stream.good();
}

/* A user namespace, in which we are root. */
bool
become_root(std::string *why_not)
{
	uid_t user = geteuid();
	gid_t group = getegid();

	if (unshare(CLONE_NEWUSER) != 0) {
		*why_not = std::string("not root, and unshare CLONE_NEWUSER: ")
		    + std::strerror(errno);
		return false;
	}
	if (write_file("/proc/self/setgroups", "deny")
	    && write_file("/proc/self/uid_map", "0 " + std::to_string(user) + " 1")
	    && write_file("/proc/self/gid_map", "0 " + std::to_string(group) + " 1"))
		return true;
	*why_not = "cannot map the user into a namespace";
	return false;
}

} // namespace

bool
NetworkNamespace::exist()
{
	return true;
}

std::unique_ptr<NetworkNamespace>
NetworkNamespace::enter(std::string *why_not)
{
	int before = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	if (before < 0) {
		*why_not = std::string("/proc/self/ns/net: ") + std::strerror(errno);
		return nullptr;
	}
	if ((geteuid() == 0 || become_root(why_not)) && unshare(CLONE_NEWNET) == 0)
		return std::unique_ptr<NetworkNamespace>(new NetworkNamespace(before));
	if (why_not->empty())
		*why_not = std::string("unshare CLONE_NEWNET: ") + std::strerror(errno);
	close(before);
	return nullptr;
}

NetworkNamespace::~NetworkNamespace()
{
	/* EPERM when we left a user namespace behind: then this one stays. */
	(void)setns(before_, CLONE_NEWNET);
	close(before_);
}

void
NetworkNamespace::set_up(const std::string &interface)
{
	change_up(interface, true);
}

void
NetworkNamespace::set_down(const std::string &interface)
{
	change_up(interface, false);
}

void
NetworkNamespace::add_interface(const std::string &name)
{
	Message message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	const ifinfomsg link = {};
	const std::string peer_name = name + "-peer";

	message.add(&link, sizeof link);
	message.attribute(IFLA_IFNAME, name);
	size_t information = message.open(IFLA_LINKINFO);
	message.attribute(IFLA_INFO_KIND, std::string("veth"));
	size_t data = message.open(IFLA_INFO_DATA);
	size_t peer = message.open(VETH_INFO_PEER);
	message.add(&link, sizeof link);
	message.attribute(IFLA_IFNAME, peer_name);
	message.close(peer);
	message.close(data);
	message.close(information);
	message.send("add " + name);
	set_up(peer_name);
}

void
NetworkNamespace::add_address(const std::string &interface, const std::string &address)
{
	std::string host = address.substr(0, address.find('/'));

	change_address(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, interface, address);
	if (host.find(':') != std::string::npos && is_up(interface))
		wait_until_reachable(host);
}

void
NetworkNamespace::remove_address(const std::string &interface, const std::string &address)
{
	change_address(RTM_DELADDR, 0, interface, address);
}

void
NetworkNamespace::set(const std::string &name, const std::string &value)
{
	std::string path = "/proc/sys/";

	for (char c : name)
		path.push_back(c == '.' ? '/' : c);
	if (!write_file(path.c_str(), value))
		throw std::runtime_error("cannot write " + path);
}
