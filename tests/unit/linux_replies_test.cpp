/* SPDX-License-Identifier: ISC */
/* Replies that no kernel gives, and that end nothing: these definitions of recv(2),
 * sendto(2) and readdir(3) come before the C library's. */
#include "core.h"

#include <cerrno>
#include <cstdio>
#include <vector>

#include <dirent.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

extern "C" {
#include "../../src/linux/address_lifetime.h"
#include "../../src/linux/sock_diag.h"
}

namespace {

std::vector<unsigned char> reply;
const char *entry_name; /* of the next entry of a directory; NULL: the real ones */

} // namespace

extern "C" ssize_t
sendto(int, const void *, size_t size, int, const struct sockaddr *, socklen_t)
{
	return static_cast<ssize_t>(size);
}

extern "C" ssize_t
recv(int, void *buffer, size_t size, int)
{
	size_t length = std::min(size, reply.size());

	memcpy(buffer, reply.data(), length);
	reply.clear();
	return static_cast<ssize_t>(length);
}

extern "C" struct dirent *
readdir(DIR *directory)
{
	static struct dirent entry;
	using function = struct dirent *(DIR *);

	if (!entry_name)
		return reinterpret_cast<function *>(dlsym(RTLD_NEXT, "readdir"))(directory);
	if (!*entry_name)
		return nullptr;
	snprintf(entry.d_name, sizeof entry.d_name, "%s", entry_name);
	entry_name = "";
	return &entry;
}

namespace {

/* The errno of a search that is answered with an error message of this number. */
int
error_of(int number)
{
	const struct diag_question question = { AF_INET, IPPROTO_TCP, ~0u, 0, 0, nullptr };
	struct nlmsghdr header = {};

	header.nlmsg_len = NLMSG_LENGTH(sizeof number);
	header.nlmsg_type = NLMSG_ERROR;
	reply.assign(header.nlmsg_len, 0);
	memcpy(reply.data(), &header, sizeof header);
	memcpy(reply.data() + NLMSG_HDRLEN, &number, sizeof number);
	errno = 0;
	return diag_visit(&question, [](void *, const struct backend_socket *) {}, nullptr) == 0
	    ? 0 : errno;
}

TEST(SockDiagError, IsAnErrnoOrTheMessageIsBad)
{
	EXPECT_EQ(error_of(-ENOENT), ENOENT);
	EXPECT_EQ(error_of(-4095), 4095);
	EXPECT_EQ(error_of(0), 0);
	for (int number : { INT_MIN, -4096, 1, INT_MAX })
		EXPECT_EQ(error_of(number), EBADMSG) << number;
}

/* RTM_NEWADDR of 192.0.2.1 on interface 1 with a lifetime, as rtnetlink(7) has it, LENGTH and
 * the attribute's length being as they are given; the first SIZE bytes of it. */
bool
has_lifetime(size_t size, size_t length, size_t attribute_length)
{
	struct {
		struct nlmsghdr header;
		struct ifaddrmsg message;
		struct rtattr attribute;
		unsigned char address[4];
	} whole = {};
	struct address address;
	char interface[IF_NAMESIZE];

	whole.header.nlmsg_len = static_cast<uint32_t>(length);
	whole.header.nlmsg_type = RTM_NEWADDR;
	whole.message.ifa_family = AF_INET;
	whole.message.ifa_index = 1;
	whole.attribute.rta_type = IFA_LOCAL;
	whole.attribute.rta_len = static_cast<unsigned short>(attribute_length);
	memcpy(whole.address, "\xc0\0\2\1", 4);
	reply.assign(reinterpret_cast<unsigned char *>(&whole),
	    reinterpret_cast<unsigned char *>(&whole) + size);
	EXPECT_TRUE(address_from_literal(&address, "192.0.2.1", 80));
	return address_has_lifetime(&address, interface);
}

/* A header of 16 bytes, a message of 8, an attribute of 8. */
TEST(AddressLifetime, IsReadFromWholeMessagesAlone)
{
	char name[IF_NAMESIZE];

	EXPECT_EQ(has_lifetime(32, 32, 8), if_indextoname(1, name) != nullptr);
	for (size_t size = 0; size < 32; size++)
		EXPECT_FALSE(has_lifetime(size, 32, 8)) << size;
	for (size_t length : { 0u, 1u, 15u, 16u, 23u, 24u, 31u, 33u })
		EXPECT_FALSE(has_lifetime(32, length, 8)) << length;
	for (size_t length : { 0u, 3u, 4u, 7u, 9u, 65535u })
		EXPECT_FALSE(has_lifetime(32, 32, length)) << length;
}

TEST(Owners, EntryThatIsNoPidIsPassedOver)
{
	for (const char *name : { "4294967295", "2147483648", "-1", "1x" }) {
		const uint64_t identity = 1;
		struct backend_sight sight;
		entry_name = name;
		backend_visit_owners(&identity, 1, 100,
		    [](void *, uint64_t, const struct backend_process *) { return false; },
		    nullptr, &sight);
		entry_name = nullptr;
		/* As where /proc has no processes. */
		EXPECT_FALSE(sight.complete) << name;
		EXPECT_EQ(sight.error, ENOENT) << name;
	}
}

} // namespace
