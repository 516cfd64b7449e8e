/* SPDX-License-Identifier: ISC */
/* What a request accepts and tells of itself. */
#include "objects.h"

#include <cerrno>
#include <climits>
#include <cstring>

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <gtest/gtest.h>

#include "expectations.h"

namespace {

struct Settings {
	bindchain_want want;
	int value;
};

Settings
settings(const Request &request, bindchain_option option)
{
	Settings now = { as<bindchain_want>(-1), -1 };

	EXPECT_EQ(bindchain_get_option(request.get(), option, &now.want, &now.value), 0);
	return now;
}

sockaddr_in
ipv4(const char *host, unsigned short port)
{
	sockaddr_in address = {};

	address.sin_family = AF_INET;
	address.sin_port = htons(port);
	EXPECT_EQ(inet_pton(AF_INET, host, &address.sin_addr), 1);
	return address;
}

int
set_address(const Request &request, const sockaddr_in &address, size_t length,
    bindchain_failure *failure = nullptr)
{
	sockaddr_storage storage = {};

	memcpy(&storage, &address, sizeof address);
	return bindchain_set_address(request.get(), reinterpret_cast<sockaddr *>(&storage),
	    static_cast<socklen_t>(length), failure);
}

TEST(NewRequest, HasTheDefaultsOfItsKind)
{
	for (int kind = BINDCHAIN_TCP; kind <= BINDCHAIN_VSOCK_SEQPACKET; kind++) {
		Request request(bindchain_request_new(as<bindchain_kind>(kind)));
		bool listens = kind == BINDCHAIN_TCP || kind == BINDCHAIN_UNIX_STREAM
		    || kind == BINDCHAIN_UNIX_SEQPACKET || kind == BINDCHAIN_VSOCK_STREAM
		    || kind == BINDCHAIN_VSOCK_SEQPACKET;
		mode_t mode = 0;
		uid_t user = 0;
		gid_t group = 0;
		ASSERT_NE(request, nullptr);
		EXPECT_EQ(bindchain_get_kind(request.get()), kind);
		EXPECT_EQ(bindchain_get_backlog(request.get()),
		    listens ? BINDCHAIN_BACKLOG_MAXIMUM : BINDCHAIN_NO_LISTEN) << kind;
		EXPECT_EQ(bindchain_get_least_backlog(request.get()), 0);
		EXPECT_EQ(bindchain_get_least_buffer(request.get()), 0);
		EXPECT_EQ(bindchain_get_flags(request.get()), 0);
		EXPECT_EQ(bindchain_get_path(request.get()), nullptr);
		EXPECT_EQ(bindchain_get_device(request.get()), nullptr);
		EXPECT_EQ(bindchain_made_path(request.get()), nullptr);
		EXPECT_EQ(bindchain_get_access(request.get(), &mode, &user, &group), 0);
		EXPECT_EQ(mode, mode_t(-1));
		EXPECT_EQ(user, uid_t(-1));
		EXPECT_EQ(group, gid_t(-1));
		for (int i = 0; bindchain_option_name(i); i++)
			EXPECT_EQ(settings(request, as<bindchain_option>(i)).want,
			    BINDCHAIN_UNASKED);
	}
}

TEST(NewRequest, IsOfAKindThatThereIs)
{
	for (int kind : { -1, BINDCHAIN_VSOCK_SEQPACKET + 1, INT_MAX, INT_MIN }) {
		errno = 0;
		EXPECT_EQ(bindchain_request_new(as<bindchain_kind>(kind)), nullptr) << kind;
		EXPECT_EQ(errno, EINVAL);
	}
}

TEST(RequestStrings, AreCopied)
{
	char path[] = "/nonexistent/socket", host[] = "127.0.0.1", service[] = "80";
	Request request(bindchain_request_new(BINDCHAIN_UNIX_STREAM)), tcp = internet();

	ASSERT_EQ(bindchain_set_path(request.get(), path, nullptr), 0);
	memset(path, 'x', sizeof path - 1);
	EXPECT_STREQ(bindchain_get_path(request.get()), "/nonexistent/socket");
	ASSERT_EQ(bindchain_resolve(tcp.get(), host, service, 0, nullptr), 0);
	memset(host, 'x', sizeof host - 1);
	sockaddr_in address = {};
	socklen_t length = sizeof address;
	ASSERT_EQ(bindchain_get_address(tcp.get(), reinterpret_cast<sockaddr *>(&address), &length),
	    0);
	EXPECT_EQ(address.sin_port, htons(80));
}

/* Those in a failure are the request's own. */
TEST(RequestStrings, AreCopiedIntoFailures)
{
	Request request(bindchain_request_new(BINDCHAIN_TCP));
	char service[] = "70000";
	struct bindchain_failure failure = {};

	EXPECT_EQ(bindchain_resolve(request.get(), "127.0.0.1", service, 0, &failure), -1);
	memset(service, 'x', sizeof service - 1);
	EXPECT_EQ(failure.operation, BINDCHAIN_RESOLVE);
	EXPECT_EQ(failure.resolver, EAI_SERVICE);
	EXPECT_STREQ(failure.subject, "70000");
}

TEST(RequestAddress, IsTakenAsItIs)
{
	Request request(bindchain_request_new(BINDCHAIN_UDP));
	sockaddr_in address = ipv4("192.0.2.1", 4711), copy = {};
	socklen_t length = sizeof copy;

	ASSERT_EQ(set_address(request, address, sizeof address), 0);
	ASSERT_EQ(bindchain_get_address(request.get(), reinterpret_cast<sockaddr *>(&copy), &length),
	    0);
	EXPECT_EQ(length, sizeof copy);
	EXPECT_EQ(copy.sin_port, address.sin_port);
	EXPECT_EQ(copy.sin_addr.s_addr, address.sin_addr.s_addr);
}

/* getsockname(2): the length is the address's own, and what is copied fits. */
TEST(RequestAddress, IsTruncatedToTheRoomOfTheCaller)
{
	Request request = internet();
	char room[8];
	socklen_t length = 4;

	memset(room, 'x', sizeof room);
	ASSERT_EQ(bindchain_get_address(request.get(), reinterpret_cast<sockaddr *>(room), &length), 0);
	EXPECT_EQ(length, sizeof(sockaddr_in));
	EXPECT_EQ(memcmp(room + 4, "xxxx", 4), 0);
}

TEST(RequestAddress, OfAnotherLengthOrFamilyIsRefused)
{
	const sockaddr_in good = ipv4("127.0.0.1", 0);

	for (size_t length : { size_t(0), sizeof good - 1, sizeof good + 1, sizeof(sockaddr_storage),
	         sizeof(sockaddr_storage) + 1, size_t(UINT_MAX) }) {
		Request request = internet();
		struct bindchain_failure failure = {};
		EXPECT_EQ(set_address(request, good, length, &failure), -1) << length;
		EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
		EXPECT_STREQ(failure.subject, "address");
		/* Not even the earlier address is left. */
		EXPECT_EQ(bindchain_open(request.get(), &failure), -1);
		EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
	}
	sockaddr_in other = good;
	other.sin_family = AF_UNIX;
	EXPECT_EQ(set_address(internet(), other, sizeof other), -1);
	EXPECT_EQ(set_address(local("/nonexistent/socket"), good, sizeof good), -1);
	EXPECT_EQ(bindchain_set_address(internet().get(), nullptr, sizeof good, nullptr), -1);
}

TEST(RequestOption, IsKeptAndReadBack)
{
	Request request = internet();

	ASSERT_EQ(bindchain_set_option(request.get(), BINDCHAIN_RECEIVE_BUFFER, BINDCHAIN_PREFERRED,
	    INT_MAX, nullptr), 0);
	EXPECT_EQ(settings(request, BINDCHAIN_RECEIVE_BUFFER).want, BINDCHAIN_PREFERRED);
	EXPECT_EQ(settings(request, BINDCHAIN_RECEIVE_BUFFER).value, INT_MAX);
	EXPECT_EQ(bindchain_get_option(request.get(), BINDCHAIN_RECEIVE_BUFFER, nullptr, nullptr), 0);
	ASSERT_EQ(bindchain_set_option(request.get(), BINDCHAIN_RECEIVE_BUFFER, BINDCHAIN_UNASKED,
	    0, nullptr), 0);
	EXPECT_EQ(settings(request, BINDCHAIN_RECEIVE_BUFFER).want, BINDCHAIN_UNASKED);
}

TEST(RequestOption, OutOfRangeIsRefusedAndStaysAsItWas)
{
	const struct {
		int option, want, value;
		const char *subject;
	} rows[] = {
		{ -1, BINDCHAIN_REQUIRED, 1, "option" },
		{ BINDCHAIN_LOCKED + 1, BINDCHAIN_REQUIRED, 1, "option" },
		{ INT_MAX, BINDCHAIN_REQUIRED, 1, "option" },
		{ BINDCHAIN_SHARE, 3, 1, "share" },
		{ BINDCHAIN_SHARE, -1, 1, "share" },
		{ BINDCHAIN_SHARE, BINDCHAIN_REQUIRED, 2, "share" },
		{ BINDCHAIN_SHARE, BINDCHAIN_PREFERRED, -1, "share" },
		{ BINDCHAIN_RECEIVE_BUFFER, BINDCHAIN_REQUIRED, -1, "receive-buffer" },
		{ BINDCHAIN_WAIT_FOR, BINDCHAIN_REQUIRED, BINDCHAIN_WAIT_FOR_DNS + 1, "wait-for" },
		{ BINDCHAIN_KEEPALIVE_IDLE, BINDCHAIN_REQUIRED, 0, "keepalive-idle" },
		{ BINDCHAIN_KEEPALIVE_IDLE, BINDCHAIN_PREFERRED, 32768, "keepalive-idle" },
		{ BINDCHAIN_KEEPALIVE_COUNT, BINDCHAIN_REQUIRED, 128, "keepalive-count" },
		{ BINDCHAIN_MAX_SEGMENT, BINDCHAIN_REQUIRED, 87, "max-segment" },
		{ BINDCHAIN_TRAFFIC_CLASS, BINDCHAIN_REQUIRED, 256, "traffic-class" },
		{ BINDCHAIN_TIMESTAMPS, BINDCHAIN_REQUIRED, BINDCHAIN_TIMESTAMPS_NANOSECONDS + 1,
		    "timestamps" },
		{ BINDCHAIN_FIB, BINDCHAIN_REQUIRED, 65536, "fib" },
		{ BINDCHAIN_DEVICE, BINDCHAIN_REQUIRED, 1, "device" },
		{ BINDCHAIN_CONGESTION, BINDCHAIN_REQUIRED, 1, "congestion" },
	};

	for (const auto &row : rows) {
		Request request = internet();
		struct bindchain_failure failure = {};
		EXPECT_EQ(bindchain_set_option(request.get(), as<bindchain_option>(row.option),
		    as<bindchain_want>(row.want), row.value, &failure), -1) << row.subject;
		EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
		EXPECT_EQ(failure.error, EINVAL);
		EXPECT_STREQ(failure.subject, row.subject);
		EXPECT_TRUE(!bindchain_option_name(row.option)
		    || settings(request, as<bindchain_option>(row.option)).want == BINDCHAIN_UNASKED);
		EXPECT_GE(bindchain_close(request.get(), bindchain_open(request.get(), nullptr),
		    nullptr), 0) << "it can be opened as before";
	}
}

TEST(RequestDevice, IsAnInterfaceByName)
{
	Request request = internet();
	const char *loopback = expectations().loopback;
	struct bindchain_failure failure = {};

	ASSERT_EQ(bindchain_set_device(request.get(), BINDCHAIN_REQUIRED, loopback, &failure), 0);
	EXPECT_STREQ(bindchain_get_device(request.get()), loopback);
	EXPECT_EQ(settings(request, BINDCHAIN_DEVICE).value,
	    static_cast<int>(if_nametoindex(loopback)));
	EXPECT_EQ(bindchain_set_device(request.get(), BINDCHAIN_REQUIRED, "bindchain77", &failure), -1);
	EXPECT_EQ(failure.operation, BINDCHAIN_FIND_INTERFACE);
	EXPECT_NE(failure.error, 0);
	EXPECT_STREQ(failure.subject, "bindchain77");
	EXPECT_EQ(bindchain_set_device(request.get(), BINDCHAIN_UNASKED, nullptr, &failure), 0);
	EXPECT_EQ(settings(request, BINDCHAIN_DEVICE).want, BINDCHAIN_UNASKED);
	EXPECT_EQ(bindchain_get_device(request.get()), nullptr);
	EXPECT_EQ(bindchain_set_device(request.get(), BINDCHAIN_REQUIRED, nullptr, &failure), -1);
	EXPECT_EQ(bindchain_set_device(request.get(), BINDCHAIN_UNASKED, loopback, &failure), -1);
	EXPECT_EQ(bindchain_set_device(request.get(), as<bindchain_want>(9), loopback,
	    &failure), -1);
	EXPECT_EQ(bindchain_get_device(request.get()), nullptr);
}

/* Without it the socket would receive on all interfaces. */
TEST(RequestDevice, StaysAsItWasIfAnotherIsRefused)
{
	Request request = internet();
	const char *loopback = expectations().loopback;
	struct bindchain_failure failure = {};

	ASSERT_EQ(bindchain_set_device(request.get(), BINDCHAIN_REQUIRED, loopback, &failure), 0);
	EXPECT_EQ(bindchain_set_device(request.get(), BINDCHAIN_PREFERRED, "bindchain77", &failure),
	    -1);
	EXPECT_EQ(bindchain_set_device(request.get(), as<bindchain_want>(9), loopback, &failure), -1);
	EXPECT_EQ(bindchain_set_device(request.get(), BINDCHAIN_REQUIRED, nullptr, &failure), -1);
	EXPECT_EQ(bindchain_set_device(request.get(), BINDCHAIN_UNASKED, loopback, &failure), -1);
	EXPECT_EQ(bindchain_set_option(request.get(), BINDCHAIN_DEVICE, BINDCHAIN_REQUIRED, 1,
	    &failure), -1);
	EXPECT_STREQ(bindchain_get_device(request.get()), loopback);
	EXPECT_EQ(settings(request, BINDCHAIN_DEVICE).want, BINDCHAIN_REQUIRED);
	EXPECT_EQ(settings(request, BINDCHAIN_DEVICE).value,
	    static_cast<int>(if_nametoindex(loopback)));
}

TEST(RequestDevice, IsForgottenIfTheOptionIsUnasked)
{
	Request request = internet();

	ASSERT_EQ(bindchain_set_device(request.get(), BINDCHAIN_REQUIRED, expectations().loopback,
	    nullptr), 0);
	EXPECT_EQ(bindchain_set_option(request.get(), BINDCHAIN_DEVICE, BINDCHAIN_UNASKED, 0,
	    nullptr), 0);
	EXPECT_EQ(bindchain_get_device(request.get()), nullptr);
	EXPECT_EQ(settings(request, BINDCHAIN_DEVICE).value, 0);
}

/* TCP_CA_NAME_MAX of Linux and FreeBSD is 16, with the null byte. */
TEST(RequestCongestion, IsANameOfUpTo15Bytes)
{
	Request request = internet();
	struct bindchain_failure failure = {};

	ASSERT_EQ(bindchain_set_congestion(request.get(), BINDCHAIN_PREFERRED, "abcdefghijklmno",
	    &failure), 0);
	for (const char *name : { "", "abcdefghijklmnop" }) {
		EXPECT_EQ(bindchain_set_congestion(request.get(), BINDCHAIN_REQUIRED, name, &failure), -1);
		EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
		EXPECT_STREQ(failure.subject, "congestion");
	}
	EXPECT_EQ(bindchain_set_congestion(request.get(), BINDCHAIN_REQUIRED, nullptr, &failure), -1);
	EXPECT_EQ(bindchain_set_congestion(request.get(), BINDCHAIN_UNASKED, "reno", &failure), -1);
	EXPECT_EQ(bindchain_set_congestion(request.get(), as<bindchain_want>(9), "reno", &failure), -1);
	EXPECT_EQ(bindchain_set_congestion(nullptr, BINDCHAIN_REQUIRED, "reno", &failure), -1);
	EXPECT_STREQ(bindchain_get_congestion(request.get()), "abcdefghijklmno") << "as before";
	EXPECT_EQ(settings(request, BINDCHAIN_CONGESTION).want, BINDCHAIN_PREFERRED);
	EXPECT_EQ(settings(request, BINDCHAIN_CONGESTION).value, 1);
	EXPECT_EQ(bindchain_set_option(request.get(), BINDCHAIN_CONGESTION, BINDCHAIN_UNASKED, 0,
	    nullptr), 0);
	EXPECT_EQ(bindchain_get_congestion(request.get()), nullptr);
	EXPECT_EQ(settings(request, BINDCHAIN_CONGESTION).value, 0);
	EXPECT_EQ(bindchain_get_congestion(nullptr), nullptr);
}

/* "an IPv6-only socket cannot bind an IPv4-mapped address" would be wrong. */
TEST(RequestOption, HasNoValueIfItIsUnasked)
{
	Request request = internet();

	ASSERT_EQ(bindchain_set_option(request.get(), BINDCHAIN_V6ONLY, BINDCHAIN_UNASKED, 1,
	    nullptr), 0);
	EXPECT_EQ(settings(request, BINDCHAIN_V6ONLY).value, 0);
}

TEST(RequestNumbers, OutOfRangeAreRefusedAndStayAsTheyWere)
{
	Request request = local("/nonexistent/socket");
	struct bindchain_failure failure = {};

	ASSERT_EQ(bindchain_set_backlog(request.get(), 17, 5, &failure), 0);
	EXPECT_EQ(bindchain_set_backlog(request.get(), -2, 0, &failure), -1);
	EXPECT_STREQ(failure.subject, "backlog");
	EXPECT_EQ(bindchain_set_backlog(request.get(), 1, -1, &failure), -1);
	EXPECT_STREQ(failure.subject, "least_backlog");
	EXPECT_EQ(bindchain_get_backlog(request.get()), 17);
	EXPECT_EQ(bindchain_get_least_backlog(request.get()), 5);

	ASSERT_EQ(bindchain_set_least_buffer(request.get(), 4096, &failure), 0);
	EXPECT_EQ(bindchain_set_least_buffer(request.get(), -1, &failure), -1);
	EXPECT_STREQ(failure.subject, "least_receive_buffer");
	EXPECT_EQ(bindchain_set_least_buffer(request.get(), -1, nullptr), -1);
	EXPECT_EQ(bindchain_get_least_buffer(request.get()), 4096);

	mode_t mode = 0;
	ASSERT_EQ(bindchain_set_mode(request.get(), 0640, &failure), 0);
	EXPECT_EQ(bindchain_set_mode(request.get(), 010000, &failure), -1);
	EXPECT_EQ(bindchain_get_access(request.get(), &mode, nullptr, nullptr), 0);
	EXPECT_EQ(mode, mode_t(0640));

	uid_t user = 0;
	gid_t group = 0;
	ASSERT_EQ(bindchain_set_owner(request.get(), 7, gid_t(-1), &failure), 0);
	EXPECT_EQ(bindchain_get_access(request.get(), nullptr, &user, &group), 0);
	EXPECT_EQ(user, uid_t(7));
	EXPECT_EQ(group, gid_t(-1));

	ASSERT_EQ(bindchain_set_flags(request.get(), 127, &failure), 0);
	EXPECT_EQ(bindchain_set_flags(request.get(), 128, &failure), -1);
	EXPECT_EQ(bindchain_set_flags(request.get(), UINT_MAX, &failure), -1);
	EXPECT_EQ(bindchain_get_flags(request.get()), 127);
	for (unsigned flag = 1; flag < 128; flag *= 2) {
		ASSERT_EQ(bindchain_set_flags(request.get(), flag, nullptr), 0);
		EXPECT_EQ(bindchain_get_flags(request.get()), static_cast<int>(flag));
	}
}

/* What the getter returns can be set again. */
TEST(RequestAccess, CanBeTakenBack)
{
	Request request = local("/nonexistent/socket");
	mode_t mode = 0;
	uid_t user = 0;
	gid_t group = 0;

	ASSERT_EQ(bindchain_set_mode(request.get(), 0640, nullptr), 0);
	ASSERT_EQ(bindchain_set_owner(request.get(), 7, 8, nullptr), 0);
	EXPECT_EQ(bindchain_set_mode(request.get(), mode_t(-1), nullptr), 0);
	EXPECT_EQ(bindchain_set_owner(request.get(), uid_t(-1), gid_t(-1), nullptr), 0);
	EXPECT_EQ(bindchain_get_access(request.get(), &mode, &user, &group), 0);
	EXPECT_EQ(mode, mode_t(-1));
	EXPECT_EQ(user, uid_t(-1));
	EXPECT_EQ(group, gid_t(-1));
}

TEST(RequestAccess, IsOfKindsWithAPath)
{
	for (bindchain_kind kind : { BINDCHAIN_TCP, BINDCHAIN_UDP, BINDCHAIN_NETLINK,
	         BINDCHAIN_NETLINK_RAW }) {
		Request request(bindchain_request_new(kind));
		struct bindchain_failure failure = {};
		mode_t mode = 0;
		EXPECT_EQ(bindchain_set_mode(request.get(), 0600, &failure), -1) << kind;
		EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
		EXPECT_STREQ(failure.subject, "kind");
		EXPECT_EQ(bindchain_set_owner(request.get(), 0, 0, &failure), -1) << kind;
		EXPECT_STREQ(failure.subject, "kind");
		EXPECT_EQ(bindchain_get_access(request.get(), &mode, nullptr, nullptr), 0);
		EXPECT_EQ(mode, mode_t(-1));
	}
}

TEST(RequestDirectory, HasAModeAndAnOwnerOrIsNotMade)
{
	Request request = local("/nonexistent/socket"), tcp = internet();
	struct bindchain_failure failure = {};
	mode_t mode = 0;
	uid_t user = 0;
	gid_t group = 0;

	ASSERT_EQ(bindchain_set_directory(request.get(), 0750, 7, gid_t(-1), &failure), 0);
	EXPECT_EQ(bindchain_set_directory(request.get(), 010000, 7, 8, &failure), -1);
	EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
	EXPECT_EQ(bindchain_get_directory(request.get(), &mode, &user, &group), 0);
	EXPECT_EQ(mode, mode_t(0750));
	EXPECT_EQ(user, uid_t(7));
	EXPECT_EQ(group, gid_t(-1));
	ASSERT_EQ(bindchain_set_directory(request.get(), mode_t(-1), 7, 8, &failure), 0);
	EXPECT_EQ(bindchain_get_directory(request.get(), &mode, &user, &group), 0);
	EXPECT_EQ(mode, mode_t(-1));
	EXPECT_EQ(user, uid_t(-1));
	EXPECT_EQ(bindchain_set_directory(tcp.get(), 0750, 0, 0, &failure), -1);
	EXPECT_STREQ(failure.subject, "kind");
	EXPECT_EQ(bindchain_set_directory(nullptr, 0750, 0, 0, &failure), -1);
	EXPECT_EQ(bindchain_get_directory(nullptr, &mode, &user, &group), -1);
}

TEST(RequestSymlink, IsCopiedAndCanBeTakenBack)
{
	Request request = local("/nonexistent/socket"), tcp = internet();
	struct bindchain_failure failure = {};
	char link[] = "/nonexistent/link";

	ASSERT_EQ(bindchain_set_symlink(request.get(), link, &failure), 0);
	link[1] = 'x';
	EXPECT_STREQ(bindchain_get_symlink(request.get()), "/nonexistent/link");
	EXPECT_EQ(bindchain_set_symlink(request.get(), "", &failure), -1);
	EXPECT_STREQ(failure.subject, "link");
	EXPECT_EQ(bindchain_set_symlink(tcp.get(), link, &failure), -1);
	EXPECT_STREQ(failure.subject, "kind");
	EXPECT_STREQ(bindchain_get_symlink(request.get()), "/nonexistent/link");
	ASSERT_EQ(bindchain_set_symlink(request.get(), nullptr, &failure), 0);
	EXPECT_EQ(bindchain_get_symlink(request.get()), nullptr);
	EXPECT_EQ(bindchain_set_symlink(nullptr, link, &failure), -1);
	EXPECT_EQ(bindchain_get_symlink(nullptr), nullptr);
}

/* sockaddr_vm of Linux; elsewhere there is none. */
TEST(RequestAddress, OfAnotherFamilyIsNotThatOfVsock)
{
	sockaddr_in address = ipv4("127.0.0.1", 5000);

	for (bindchain_kind kind : { BINDCHAIN_VSOCK_STREAM, BINDCHAIN_VSOCK_SEQPACKET }) {
		Request request(bindchain_request_new(kind));
		struct bindchain_failure failure = {};
		socklen_t length = sizeof address;
		EXPECT_EQ(bindchain_set_address(request.get(), reinterpret_cast<sockaddr *>(&address),
		    length, &failure), -1);
		EXPECT_TRUE(failure.operation == BINDCHAIN_INVALID
		    || failure.operation == BINDCHAIN_UNSUPPORTED) << failure.operation;
		EXPECT_EQ(bindchain_get_address(request.get(), reinterpret_cast<sockaddr *>(&address),
		    &length), -1);
		EXPECT_EQ(bindchain_resolve(request.get(), "127.0.0.1", "5000", 0, &failure), -1);
		EXPECT_EQ(bindchain_set_path(request.get(), "/nonexistent", &failure), -1);
	}
}

/* Each function without its object. */
TEST(Null, IsRefusedEverywhere)
{
	struct bindchain_failure failure = {};
	sockaddr_in address = ipv4("127.0.0.1", 0);
	sockaddr *generic = reinterpret_cast<sockaddr *>(&address);
	socklen_t length = sizeof address;
	const int statuses[] = {
		bindchain_resolve(nullptr, "127.0.0.1", "0", 0, &failure),
		bindchain_set_path(nullptr, "/nonexistent/socket", &failure),
		bindchain_set_address(nullptr, generic, length, &failure),
		bindchain_set_netlink(nullptr, "route", 0, &failure),
		bindchain_set_option(nullptr, BINDCHAIN_SHARE, BINDCHAIN_REQUIRED, 1, &failure),
		bindchain_set_device(nullptr, BINDCHAIN_REQUIRED, "lo", &failure),
		bindchain_set_backlog(nullptr, 1, 0, &failure),
		bindchain_set_least_buffer(nullptr, 1, &failure),
		bindchain_set_mode(nullptr, 0600, &failure),
		bindchain_set_owner(nullptr, 0, 0, &failure),
		bindchain_set_flags(nullptr, 0, &failure),
		bindchain_open(nullptr, &failure),
		bindchain_open(nullptr, nullptr),
		bindchain_close(nullptr, 0, &failure),
		bindchain_get_option(nullptr, BINDCHAIN_SHARE, nullptr, nullptr),
		bindchain_get_kind(nullptr),
		bindchain_get_backlog(nullptr),
		bindchain_get_least_backlog(nullptr),
		bindchain_get_least_buffer(nullptr),
		bindchain_get_flags(nullptr),
		bindchain_get_address(nullptr, generic, &length),
		bindchain_get_access(nullptr, nullptr, nullptr, nullptr),
		bindchain_outcome_address(nullptr, generic, &length),
	};

	for (int status : statuses)
		EXPECT_EQ(status, -1) << "number " << &status - statuses;
	EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
	EXPECT_STREQ(failure.subject, "request");
	EXPECT_EQ(bindchain_get_path(nullptr), nullptr);
	EXPECT_EQ(bindchain_get_device(nullptr), nullptr);
	EXPECT_EQ(bindchain_made_path(nullptr), nullptr);
	EXPECT_FALSE(bindchain_outcome_property(nullptr, BINDCHAIN_TYPE).known);
	EXPECT_FALSE(bindchain_outcome_option(nullptr, BINDCHAIN_SHARE).known);
	EXPECT_FALSE(bindchain_outcome_is_as_asked(nullptr, nullptr));
	bindchain_request_free(nullptr);
	bindchain_outcome_free(nullptr);
}

TEST(Null, IsRefusedForWhatARequestIsToHave)
{
	Request tcp = internet(), unix_stream = local("/nonexistent/socket");
	struct bindchain_failure failure = {};

	EXPECT_EQ(bindchain_resolve(tcp.get(), nullptr, "0", 0, &failure), -1);
	EXPECT_STREQ(failure.subject, "host");
	EXPECT_EQ(bindchain_resolve(tcp.get(), "127.0.0.1", nullptr, 0, &failure), -1);
	EXPECT_STREQ(failure.subject, "service");
	EXPECT_EQ(bindchain_set_path(unix_stream.get(), nullptr, &failure), -1);
	EXPECT_STREQ(failure.subject, "path");
	EXPECT_EQ(bindchain_get_path(unix_stream.get()), nullptr);
	EXPECT_EQ(bindchain_get_address(tcp.get(), nullptr, nullptr), -1);
	EXPECT_EQ(errno, EINVAL);
}

} // namespace
