/* SPDX-License-Identifier: ISC */
/*
 * RTM_GETADDR of rtnetlink(7): IFA_F_PERMANENT is clear if an address has a lifetime,
 * net/ipv4/devinet.c, set_ifa_lifetime, and net/ipv6/addrconf.c.  An IPv4 address is in
 * IFA_LOCAL; that of a link between two hosts has the other end in IFA_ADDRESS.  The kernel
 * answers while the request is sent, so nothing is waited for.
 */
#include "address_lifetime.h"

#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netlink_attribute.h"

/* A first reply has at most NLMSG_GOODSIZE, 8 KiB. */
union answer {
	struct nlmsghdr header;
	unsigned char bytes[16384];
};

struct search {
	const struct address *address;
	unsigned interface; /* that has it; 0: not found */
};

static bool
ask(int descriptor, int family)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	const struct {
		struct nlmsghdr header;
		struct ifaddrmsg message;
	} query = { { .nlmsg_len = sizeof query, .nlmsg_type = RTM_GETADDR,
	              .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		{ .ifa_family = (uint8_t)family } };

	return sendto(descriptor, &query, sizeof query, 0, (const struct sockaddr *)&kernel,
	    sizeof kernel) >= 0;
}

static bool
is_address(const struct search *search, const unsigned char *bytes, size_t length)
{
	unsigned char wanted[ADDRESS_BYTES_MAX];
	size_t size = 0, wanted_size = address_bytes(search->address, wanted);
	const unsigned char *found = netlink_attribute(bytes, length, IFA_LOCAL, &size);

	if (!found)
		found = netlink_attribute(bytes, length, IFA_ADDRESS, &size);
	return found && size == wanted_size && memcmp(found, wanted, size) == 0;
}

static void
read_address(struct search *search, const unsigned char *bytes, size_t length)
{
	unsigned zone = address_zone(search->address);
	const unsigned char *flags;
	struct ifaddrmsg message;
	uint32_t value;
	size_t size = 0;

	if (length < sizeof message)
		return;
	memcpy(&message, bytes, sizeof message);
	bytes += sizeof message;
	length -= sizeof message;
	if (message.ifa_family != address_family(search->address)
	    || (zone && zone != message.ifa_index) || !is_address(search, bytes, length))
		return;
	value = message.ifa_flags;
	flags = netlink_attribute(bytes, length, IFA_FLAGS, &size); /* since 3.14 */
	if (flags && size == sizeof value)
		memcpy(&value, flags, sizeof value);
	if (!(value & IFA_F_PERMANENT))
		search->interface = message.ifa_index;
}

/* Returns whether others may follow. */
static bool
read_messages(struct search *search, const unsigned char *bytes, size_t size)
{
	struct nlmsghdr header;

	for (size_t step; size >= sizeof header; bytes += step, size -= step) {
		memcpy(&header, bytes, sizeof header);
		step = NLMSG_ALIGN(header.nlmsg_len);
		if (header.nlmsg_type != RTM_NEWADDR || header.nlmsg_len < sizeof header
		    || header.nlmsg_len > size)
			return false;
		read_address(search, bytes + sizeof header, header.nlmsg_len - sizeof header);
		if (step >= size)
			break;
	}
	return true;
}

bool
address_has_lifetime(const struct address *address, char interface[IF_NAMESIZE])
{
	int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct search search = { .address = address };
	union answer answer;
	ssize_t size = 0;

	if (descriptor < 0)
		return false;
	if (ask(descriptor, address_family(address)))
		do
			size = recv(descriptor, &answer, sizeof answer, MSG_DONTWAIT);
		while (size > 0 && read_messages(&search, answer.bytes, (size_t)size));
	close(descriptor);
	return search.interface && if_indextoname(search.interface, interface);
}
