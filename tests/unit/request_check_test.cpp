/* SPDX-License-Identifier: ISC */
/* What callers of the core may get wrong: each mistake is refused with EINVAL or as
 * not supported, nothing is read beyond a table, and no descriptor is touched. */
#include "core.h"
#include "child.h"

#include <atomic>
#include <cerrno>
#include <functional>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

/* No enumerator, as a program in C or one with a newer header may pass it. */
template <typename Enum>
void
store(Enum &field, int value)
{
	static_assert(sizeof field == sizeof value, "an enum of C is an int");
	memcpy(&field, &value, sizeof value);
}

/* A request that can be opened, on a port of the kernel's choice. */
struct request
internet(enum bindchain_kind kind = BINDCHAIN_TCP)
{
	struct request request;

	request_init(&request, kind);
	request.address = literal("127.0.0.1", 0);
	return request;
}

/* Paths below a directory that is not there: what is let through fails all the same. */
const char missing[] = "/nonexistent/bindchain/socket";

struct request
local(enum bindchain_kind kind = BINDCHAIN_UNIX_STREAM)
{
	struct request request;

	request_init(&request, kind);
	EXPECT_EQ(request_set_path(&request, missing, nullptr), 0);
	return request;
}

struct mistake {
	const char *subject; /* of the failure */
	std::function<struct request()> good;
	std::function<void(struct request &)> spoil;
};

#define SPOIL [](struct request & request)

struct request tcp() { return internet(); }
struct request udp() { return internet(BINDCHAIN_UDP); }
struct request unix_stream() { return local(); }
struct request fifo() { return local(BINDCHAIN_FIFO); }
struct request netlink() { return internet(BINDCHAIN_NETLINK); }

const std::vector<struct mistake> mistakes = {
	{ "kind", tcp, SPOIL { store(request.kind, BINDCHAIN_VSOCK_SEQPACKET + 1); } },
	{ "kind", tcp, SPOIL { store(request.kind, -1); } },
	{ "kind", unix_stream, SPOIL { store(request.kind, INT_MAX); } },
	{ "kind", fifo, SPOIL { store(request.kind, INT_MIN); } },
	{ "backlog", tcp, SPOIL { request.backlog = -2; } },
	{ "backlog", udp, SPOIL { request.backlog = INT_MIN; } },
	{ "least_backlog", tcp, SPOIL { request.least_backlog = -1; } },
	{ "least_receive_buffer", udp, SPOIL { request.least_receive_buffer = INT_MIN; } },
	{ "least_receive_buffer", fifo, SPOIL { request.least_receive_buffer = 1; } },
	{ "least_receive_buffer", udp, SPOIL { request.kind = BINDCHAIN_VSOCK_STREAM;
	    request.least_receive_buffer = 1; } },
	{ "protocol", tcp, SPOIL { request.protocol = IPPROTO_UDP; } },
	{ "protocol", unix_stream, SPOIL { request.protocol = 1; } },
	{ "access.mode", unix_stream,
	    SPOIL { request.access = { true, false, false, 010000, 0, 0 }; } },
	{ "access.user", unix_stream,
	    SPOIL { request.access = { true, true, false, 0600, uid_t(-1), 0 }; } },
	{ "access.group", fifo,
	    SPOIL { request.access = { true, false, true, 0600, 0, gid_t(-1) }; } },
	{ "reuse-address", tcp,
	    SPOIL { store(request.options[BINDCHAIN_REUSE_ADDRESS].want, 3); } },
	{ "fast-open", tcp, SPOIL { store(request.options[BINDCHAIN_FAST_OPEN].want, -1); } },
	{ "v6only", tcp,
	    SPOIL { request.options[BINDCHAIN_V6ONLY] = { BINDCHAIN_REQUIRED, 2 }; } },
	{ "share", tcp,
	    SPOIL { request.options[BINDCHAIN_SHARE] = { BINDCHAIN_PREFERRED, -1 }; } },
	{ "wait-for", tcp, SPOIL {
	    request.options[BINDCHAIN_WAIT_FOR]
	        = { BINDCHAIN_REQUIRED, BINDCHAIN_WAIT_FOR_DNS + 1 }; } },
	{ "wait-for", tcp,
	    SPOIL { request.options[BINDCHAIN_WAIT_FOR] = { BINDCHAIN_REQUIRED, INT_MIN }; } },
	{ "receive-buffer", udp,
	    SPOIL { request.options[BINDCHAIN_RECEIVE_BUFFER] = { BINDCHAIN_REQUIRED, -1 }; } },
	{ "hop-limit", tcp,
	    SPOIL { request.options[BINDCHAIN_HOP_LIMIT] = { BINDCHAIN_REQUIRED, 0 }; } },
	{ "hop-limit", udp,
	    SPOIL { request.options[BINDCHAIN_HOP_LIMIT] = { BINDCHAIN_PREFERRED, 256 }; } },
	{ "timestamps", udp, SPOIL {
	    request.options[BINDCHAIN_TIMESTAMPS]
	        = { BINDCHAIN_REQUIRED, BINDCHAIN_TIMESTAMPS_NANOSECONDS + 1 }; } },
	{ "device", tcp,
	    SPOIL { request.options[BINDCHAIN_DEVICE] = { BINDCHAIN_REQUIRED, 1 }; } },
	{ "congestion", tcp,
	    SPOIL { request.options[BINDCHAIN_CONGESTION] = { BINDCHAIN_REQUIRED, 1 }; } },
	{ "congestion", tcp, SPOIL {
	    request.options[BINDCHAIN_CONGESTION] = { BINDCHAIN_REQUIRED, 1 };
	    request.congestion = "abcdefghijklmnop"; } },
	{ "address", tcp, SPOIL { request.address.length = 0; } },
	{ "address", tcp, SPOIL { request.address.length--; } },
	{ "address", tcp, SPOIL { request.address.length = socklen_t(-1); } },
	{ "address", tcp, SPOIL { request.address.storage.ss_family = AF_INET6; } },
	{ "address", udp, SPOIL { request.address = local().address; } },
	{ "path", tcp, SPOIL { request.path = missing; } },
	{ "path", netlink, SPOIL { request.path = missing; } },
	{ "address", unix_stream, SPOIL { request.address = internet().address; } },
	{ "address", unix_stream, SPOIL { request.address.length = 0; } },
	{ "address", unix_stream, SPOIL {
	    request.address.length = offsetof(struct sockaddr_un, sun_path); } },
	{ "address", unix_stream, SPOIL {
	    request.address.length = sizeof request.address.storage + 1; } },
	{ "path", unix_stream, SPOIL { request.path = nullptr; } },
	{ "path", unix_stream, SPOIL { request.path = "/nonexistent/another"; } },
	{ "path", unix_stream, SPOIL { request.path = ""; } },
	{ "path", fifo, SPOIL { request.path = nullptr; } },
};

TEST(BadRequest, IsNeverOpened)
{
	for (const struct mistake &mistake : mistakes) {
		struct request request = mistake.good();
		struct bindchain_failure failure = {};
		int before = open_descriptors();

		mistake.spoil(request);
		EXPECT_EQ(request_open(&request, &failure), -1) << mistake.subject;
		EXPECT_EQ(failure.operation, BINDCHAIN_INVALID) << mistake.subject;
		EXPECT_EQ(failure.error, EINVAL);
		EXPECT_STREQ(failure.subject, mistake.subject);
		EXPECT_NE(failure.reason, nullptr);
		EXPECT_EQ(request_open(&request, nullptr), -1) << mistake.subject;
		EXPECT_EQ(open_descriptors(), before) << mistake.subject;
	}
}

/* A request of zeros, as static storage and calloc(3) give it. */
TEST(ZeroedRequest, IsNeverOpenedWithoutAnAddress)
{
	for (int kind = BINDCHAIN_TCP; kind <= BINDCHAIN_VSOCK_SEQPACKET; kind++) {
		struct request request = {};
		struct bindchain_failure failure = {};
		bool was_open = is_open(STDIN_FILENO);

		store(request.kind, kind);
		EXPECT_EQ(request_open(&request, &failure), -1) << kind;
		EXPECT_TRUE(failure.operation == BINDCHAIN_UNSUPPORTED
		    || failure.error == EINVAL) << kind;
		EXPECT_EQ(is_open(STDIN_FILENO), was_open) << kind;
	}
}

TEST(ZeroedRequest, LeavesStandardInputAlone)
{
	in_child([] {
		struct request request = {};
		struct bindchain_failure failure;
		struct stat before, after;

		close(STDIN_FILENO);
		ASSERT_EQ(open("/dev/null", O_RDONLY), STDIN_FILENO);
		ASSERT_EQ(fstat(STDIN_FILENO, &before), 0);
		ASSERT_EQ(request_resolve(&request, "127.0.0.1", "0", 0, &failure), 0);
		EXPECT_GT(request_open(&request, &failure), STDERR_FILENO);
		ASSERT_EQ(fstat(STDIN_FILENO, &after), 0);
		EXPECT_EQ(after.st_rdev, before.st_rdev);
	});
}

TEST(NullArgument, IsAnInvalidOne)
{
	struct request request = internet();
	struct bindchain_failure failure = {};
	struct outcome outcome = {};

	request_init(nullptr, BINDCHAIN_TCP);
	EXPECT_EQ(request_open(nullptr, &failure), -1);
	EXPECT_STREQ(failure.subject, "request");
	EXPECT_EQ(request_resolve(nullptr, "127.0.0.1", "0", 0, &failure), -1);
	EXPECT_STREQ(failure.subject, "request");
	EXPECT_EQ(request_resolve(&request, nullptr, "0", 0, &failure), -1);
	EXPECT_STREQ(failure.subject, "host");
	EXPECT_EQ(request_resolve(&request, "127.0.0.1", nullptr, 0, &failure), -1);
	EXPECT_STREQ(failure.subject, "service");
	EXPECT_EQ(request_resolve(nullptr, nullptr, nullptr, 0, nullptr), -1);
	EXPECT_EQ(request_set_path(nullptr, "/path", &failure), -1);
	EXPECT_STREQ(failure.subject, "request");
	request.kind = BINDCHAIN_UNIX_STREAM;
	EXPECT_EQ(request_set_path(&request, nullptr, &failure), -1);
	EXPECT_STREQ(failure.subject, "path");
	EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
	EXPECT_EQ(failure.error, EINVAL);
	EXPECT_EQ(request_set_path(nullptr, nullptr, nullptr), -1);
	EXPECT_FALSE(outcome_is_as_asked(nullptr, &request));
	EXPECT_FALSE(outcome_is_as_asked(&outcome, nullptr));
}

/* Failures of any kind are nobody's where nobody asks for them. */
TEST(NullFailure, IsAllowedEverywhere)
{
	struct request request = internet(), path = local();

	EXPECT_EQ(request_resolve(&request, "127.0.0.1", "65536", 0, nullptr), -1);
	EXPECT_EQ(request_set_path(&path, "", nullptr), -1);
	path = local();
	EXPECT_EQ(request_open(&path, nullptr), -1);
	request = internet();
	request.options[BINDCHAIN_PASS_CREDENTIALS] = { BINDCHAIN_REQUIRED, 1 };
	EXPECT_EQ(request_open(&request, nullptr), -1);
}

TEST(Outcome, OfWhatIsNoSocketIsAnErrorOfItsOwn)
{
	struct outcome outcome;
	int pipes[2];

	ASSERT_EQ(pipe(pipes), 0);
	for (int descriptor : { -1, INT_MIN, INT_MAX }) {
		errno = 0;
		EXPECT_EQ(outcome_read(descriptor, &outcome), -1);
		EXPECT_EQ(errno, EBADF) << descriptor;
	}
	EXPECT_EQ(outcome_read(pipes[0], &outcome), -1);
	EXPECT_EQ(errno, ENOTSOCK);
	EXPECT_EQ(outcome_read(pipes[0], nullptr), -1);
	EXPECT_EQ(errno, EINVAL);
	close(pipes[0]);
	close(pipes[1]);
}

TEST(BadArgument, OfResolveIsRefused)
{
	struct bindchain_failure failure = {};

	for (int kind : { -1, int(BINDCHAIN_UNIX_STREAM), int(BINDCHAIN_NETLINK),
	         int(BINDCHAIN_FIFO), BINDCHAIN_VSOCK_SEQPACKET + 1 }) {
		struct request request = internet();
		store(request.kind, kind);
		EXPECT_EQ(request_resolve(&request, "127.0.0.1", "0", 0, &failure), -1) << kind;
		EXPECT_STREQ(failure.subject, "kind");
		EXPECT_EQ(request.address.length, 0u);
	}
	for (unsigned flags : { 8u, 0x80000000u, UINT_MAX }) {
		struct request request = internet();
		EXPECT_EQ(request_resolve(&request, "127.0.0.1", "0", flags, &failure), -1);
		EXPECT_STREQ(failure.subject, "flags");
	}
}

TEST(BadArgument, OfSetPathIsRefused)
{
	struct bindchain_failure failure = {};

	for (int kind : { -1, int(BINDCHAIN_TCP), int(BINDCHAIN_UDP), int(BINDCHAIN_NETLINK),
	         BINDCHAIN_VSOCK_SEQPACKET + 1 }) {
		struct request request = internet();
		store(request.kind, kind);
		EXPECT_EQ(request_set_path(&request, missing, &failure), -1) << kind;
		EXPECT_STREQ(failure.subject, "kind");
		EXPECT_EQ(request.path, nullptr);
	}
}

/* ---- one request, filled several times ---- */

/* Every way to fill it, well or badly, after every other: the last one counts. */
TEST(RefilledRequest, KeepsNothingOfAnEarlierAddress)
{
	static const std::string too_long(200, 'p');
	static const std::vector<const char *> paths = { "/nonexistent/a", "@abstract",
		"/nonexistent/b", "", too_long.c_str(), "@", nullptr };

	for (const char *first : paths)
		for (const char *second : paths) {
			struct request again, fresh;
			int status;

			request_init(&again, BINDCHAIN_UNIX_STREAM);
			request_init(&fresh, BINDCHAIN_UNIX_STREAM);
			request_set_path(&again, first, nullptr);
			status = request_set_path(&again, second, nullptr);
			EXPECT_EQ(request_set_path(&fresh, second, nullptr), status);
			EXPECT_EQ(again.path, fresh.path);
			ASSERT_EQ(again.address.length, fresh.address.length);
			EXPECT_EQ(memcmp(&again.address.storage, &fresh.address.storage,
			    again.address.length), 0);
			EXPECT_TRUE(status == 0 || again.address.length == 0);
		}
}

TEST(RefilledRequest, KeepsNoAddressWhenResolvingFails)
{
	struct request request = internet();
	struct bindchain_failure failure = {};

	EXPECT_EQ(request_resolve(&request, "127.0.0.1", "junk!", BINDCHAIN_NUMERIC_SERVICE,
	    &failure), -1);
	EXPECT_EQ(request_open(&request, &failure), -1);
	EXPECT_STREQ(failure.subject, "address");
}

/* The path of an earlier address is not the one to remove when the open fails. */
TEST(RefilledRequest, RemovesNoFileOfAnEarlierPath)
{
	char directory[] = "/tmp/bindchain-XXXXXX";
	struct request request;
	struct bindchain_failure failure;
	std::string path;
	int taken;

	if (!backend_has_abstract_names)
		GTEST_SKIP() << "no abstract names here";
	ASSERT_NE(mkdtemp(directory), nullptr);
	path = std::string(directory) + "/kept";
	close(open(path.c_str(), O_CREAT | O_WRONLY, 0600));
	request_init(&request, BINDCHAIN_UNIX_STREAM);
	ASSERT_EQ(request_set_path(&request, (std::string("@") + directory).c_str(), &failure),
	    0);
	taken = request_open(&request, &failure);
	ASSERT_GE(taken, 0);
	ASSERT_EQ(request_set_path(&request, path.c_str(), &failure), 0);
	ASSERT_EQ(request_set_path(&request, (std::string("@") + directory).c_str(), &failure),
	    0);
	EXPECT_EQ(request_open(&request, &failure), -1);
	EXPECT_EQ(failure.operation, BINDCHAIN_BIND);
	EXPECT_EQ(failure.error, EADDRINUSE);
	EXPECT_EQ(access(path.c_str(), F_OK), 0) << "removed";
	close(taken);
	unlink(path.c_str());
	rmdir(directory);
}

/* ---- beside other threads ---- */

/* Makes files of mode 0666 under a umask of 022, until the other thread is done and
 * there are enough of them.  Returns how many got another mode than 0644. */
int
files_of_wrong_mode(const std::string &directory, const std::atomic<bool> &done)
{
	constexpr int enough = 1000;
	std::string path = directory + "/file";
	int wrong = 0;

	for (int made = 0; made < enough || !done; made++) {
		int file = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY, 0666);
		struct stat status = {};
		fstat(file, &status);
		wrong += file < 0 || (status.st_mode & 07777) != 0644;
		close(file);
		unlink(path.c_str());
	}
	return wrong;
}

/* Opens sockets at PATH, each with MODE, and closes them.  Returns how many failed or
 * got another mode. */
int
sockets_of_wrong_mode(const std::string &path, mode_t mode)
{
	int wrong = 0;

	for (int i = 0; i < 500; i++) {
		struct request request;
		struct stat status = {};
		int descriptor;

		request_init(&request, BINDCHAIN_UNIX_STREAM);
		request_set_path(&request, path.c_str(), nullptr);
		request.access.has_mode = true;
		request.access.mode = mode;
		descriptor = request_open(&request, nullptr);
		stat(path.c_str(), &status);
		wrong += descriptor < 0 || (status.st_mode & 07777) != mode;
		close(descriptor);
		unlink(path.c_str());
	}
	return wrong;
}

TEST(Threads, GiveTheirFilesTheModeOfTheUmaskWhileOthersOpenSockets)
{
	if (!path_mode_is_of_socket)
		GTEST_SKIP() << "umask(2) alone gives a path its mode here: bindchain.h says so";
	in_child([] {
		char directory[] = "/tmp/bindchain-XXXXXX";
		std::atomic<bool> done { false };
		int wrong_files = -1;

		umask(022);
		ASSERT_NE(mkdtemp(directory), nullptr);
		std::thread other([&] { wrong_files = files_of_wrong_mode(directory, done); });
		EXPECT_EQ(sockets_of_wrong_mode(std::string(directory) + "/s", 0666), 0);
		EXPECT_EQ(sockets_of_wrong_mode(std::string(directory) + "/s", 0600), 0);
		done = true;
		other.join();
		EXPECT_EQ(wrong_files, 0);
		rmdir(directory);
	});
}

/* One request that nobody changes may be opened by several. */
TEST(Threads, OpenOneRequestAtOnce)
{
	const struct request request = internet();
	std::atomic<int> failed { 0 };
	std::vector<std::thread> threads;

	for (int i = 0; i < 4; i++)
		threads.emplace_back([&] {
			for (int opened = 0; opened < 100; opened++) {
				struct bindchain_failure failure;
				struct outcome outcome;
				int descriptor = request_open(&request, &failure);
				failed += outcome_read(descriptor, &outcome) != 0
				    || !outcome_is_as_asked(&outcome, &request);
				close(descriptor);
			}
		});
	for (std::thread &thread : threads)
		thread.join();
	EXPECT_EQ(failed, 0);
}

} // namespace
