/* SPDX-License-Identifier: ISC */
/* Unix sockets' addresses, and what a request makes of a path. */
#include "core.h"

#include <cerrno>
#include <iterator>
#include <set>
#include <string>

#include <sys/un.h>

#include <gtest/gtest.h>

namespace {

/* The size that each system's sockaddr_un declares; a null byte must fit too. */
constexpr size_t longest = sizeof(sockaddr_un::sun_path) - 1;

std::string
path_of(const struct address &address)
{
	char path[ADDRESS_PATH_SIZE];

	return std::string(path, address_path(&address, path));
}

struct address
address_of(const std::string &bytes)
{
	struct address address;
	struct sockaddr_un local = {};

	local.sun_family = AF_UNIX;
	memcpy(local.sun_path, bytes.data(), bytes.size());
	address_set(&address, reinterpret_cast<struct sockaddr *>(&local),
	    static_cast<socklen_t>(offsetof(struct sockaddr_un, sun_path) + bytes.size()));
	return address;
}

std::string
shown(const struct address &address)
{
	struct text text;

	text_init(&text);
	text_add_address(&text, &address);
	return std::string(text.bytes, text.length);
}

TEST(UnixAddress, HoldsAPathAndItsNullByte)
{
	struct address address;
	struct sockaddr_un local;

	memset(&address, 0xa5, sizeof address);
	ASSERT_TRUE(address_from_path(&address, "/run/socket"));
	memcpy(&local, &address.storage, sizeof local);
	EXPECT_EQ(address_family(&address), AF_UNIX);
	EXPECT_STREQ(local.sun_path, "/run/socket");
	EXPECT_EQ(address.length, offsetof(struct sockaddr_un, sun_path) + sizeof "/run/socket");
	EXPECT_EQ(path_of(address), "/run/socket");
}

TEST(UnixAddress, LongestPathFitsAndOneMoreDoesNot)
{
	struct address address;
	std::string path(longest, 'p');

	EXPECT_EQ(address_path_max, longest);
	ASSERT_TRUE(address_from_path(&address, path.c_str()));
	EXPECT_EQ(path_of(address), path);
	EXPECT_FALSE(address_from_path(&address, (path + "p").c_str()));
	EXPECT_FALSE(address_from_path(&address, std::string(100000, 'p').c_str()));
	EXPECT_FALSE(address_from_path(&address, ""));
}

/* unix(7): an abstract name begins with a null byte and ends with its length. */
TEST(UnixAddress, AbstractNameHasNoNullByteAtItsEnd)
{
	struct address address;
	struct sockaddr_un local;

	ASSERT_TRUE(address_from_abstract_name(&address, "name"));
	memcpy(&local, &address.storage, sizeof local);
	EXPECT_EQ(local.sun_path[0], '\0');
	EXPECT_EQ(memcmp(local.sun_path + 1, "name", 4), 0);
	EXPECT_EQ(address.length, offsetof(struct sockaddr_un, sun_path) + 1 + 4);
	EXPECT_EQ(path_of(address), "@name");
	EXPECT_TRUE(address_from_abstract_name(&address, std::string(longest, 'n').c_str()));
	EXPECT_FALSE(address_from_abstract_name(&address, std::string(longest + 1, 'n').c_str()));
}

/* unix(7): null bytes in an abstract name have no special meaning. */
TEST(UnixAddress, NoTwoNamesLookAlike)
{
	using namespace std::string_literals;
	const std::string names[] = { "\0"s, "\0\0"s, "\0@"s, "\0a\0b"s, "\0a@b"s, "\0a"s, "\0a\0"s,
		"@"s, "@@"s, "@a@b"s, "@a"s, "./@a"s };
	std::set<std::string> paths, texts;

	for (const std::string &name : names) {
		paths.insert(path_of(address_of(name)));
		texts.insert(shown(address_of(name)));
	}
	/* "./@a" and "@a" are one file. */
	EXPECT_EQ(paths.size(), std::size(names) - 1);
	EXPECT_EQ(texts.size(), std::size(names) - 1);
	EXPECT_EQ(path_of(address_of("\0a\0b"s)), "@a\0b"s);
	EXPECT_EQ(shown(address_of("\0a\0b"s)), "@a\\000b");
	EXPECT_EQ(shown(address_of("@a"s)), "./@a");
}

/* getsockname(2) tells a path of the full size without a null byte. */
TEST(UnixAddress, PathWithoutANullByteIsReadWhole)
{
	struct address address;
	struct sockaddr_un local = {};

	local.sun_family = AF_UNIX;
	memset(local.sun_path, 'p', sizeof local.sun_path);
	address_set(&address, reinterpret_cast<struct sockaddr *>(&local), sizeof local);
	EXPECT_EQ(path_of(address), std::string(sizeof local.sun_path, 'p'));
}

TEST(UnixAddress, UnboundSocketHasNoPath)
{
	struct address address;
	struct sockaddr_un local = {};

	local.sun_family = AF_UNIX;
	address_set(&address, reinterpret_cast<struct sockaddr *>(&local),
	    offsetof(struct sockaddr_un, sun_path));
	EXPECT_EQ(path_of(address), "");
}

class RequestPath : public testing::Test {
protected:
	struct request request;
	struct bindchain_failure failure;

	void SetUp() override
	{
		request_init(&request, BINDCHAIN_UNIX_STREAM);
		failure = {};
	}
};

TEST_F(RequestPath, IsBorrowed)
{
	const char path[] = "/run/socket";

	ASSERT_EQ(request_set_path(&request, path, &failure), 0);
	EXPECT_EQ(request.path, path);
	EXPECT_EQ(path_of(request.address), path);
}

TEST_F(RequestPath, TooLongTellsByHowMuch)
{
	std::string path(longest + 3, 'p');

	ASSERT_EQ(request_set_path(&request, path.c_str(), &failure), -1);
	EXPECT_EQ(failure.operation, BINDCHAIN_PATH);
	EXPECT_EQ(failure.error, ENAMETOOLONG);
	EXPECT_EQ(failure.excess, 3u);
	EXPECT_STREQ(failure.subject, path.c_str());
}

TEST_F(RequestPath, EmptyIsNoPath)
{
	ASSERT_EQ(request_set_path(&request, "", &failure), -1);
	EXPECT_EQ(failure.operation, BINDCHAIN_PATH);
	EXPECT_EQ(failure.error, ENOENT);
}

TEST_F(RequestPath, AtSignIsAnAbstractNameWhereThereAreSome)
{
	int status = request_set_path(&request, "@name", &failure);

	if (!backend_has_abstract_names) {
		EXPECT_EQ(status, -1);
		EXPECT_EQ(failure.operation, BINDCHAIN_UNSUPPORTED);
		return;
	}
	ASSERT_EQ(status, 0);
	EXPECT_EQ(request.path, nullptr) << "nothing in the file system";
	EXPECT_EQ(path_of(request.address), "@name");
}

TEST_F(RequestPath, AtSignBehindADotIsAPath)
{
	ASSERT_EQ(request_set_path(&request, "./@name", &failure), 0);
	EXPECT_STREQ(request.path, "./@name");
}

/* It is opened, not bound: no address limits its length. */
TEST_F(RequestPath, OfAFifoMayBeLongAndBeginWithAnAtSign)
{
	std::string path = "@" + std::string(longest + 100, 'p');

	request.kind = BINDCHAIN_FIFO;
	ASSERT_EQ(request_set_path(&request, path.c_str(), &failure), 0);
	EXPECT_EQ(request.path, path.c_str());
}

} // namespace
