/* SPDX-License-Identifier: ISC */
/* Opening and closing: a path that was made is removed, and no other. */
#include "objects.h"

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "child.h"
#include "skip.h"
#include "temporary_directory.h"

namespace {

bool
exists(const std::string &path)
{
	struct stat status;

	return lstat(path.c_str(), &status) == 0;
}

/* A stranger's listening socket at PATH. */
int
bind_other(const std::string &path)
{
	sockaddr_un address = {};
	int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);

	address.sun_family = AF_UNIX;
	path.copy(address.sun_path, sizeof address.sun_path - 1);
	EXPECT_EQ(bind(descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address), 0)
	    << strerror(errno);
	EXPECT_EQ(listen(descriptor, 1), 0);
	return descriptor;
}

TEST(Close, RemovesThePathThatWasMade)
{
	TemporaryDirectory directory;

	for (bindchain_kind kind : { BINDCHAIN_UNIX_STREAM, BINDCHAIN_UNIX_DATAGRAM, BINDCHAIN_FIFO }) {
		std::string path = directory / "made";
		Request request = local(path, kind);
		struct bindchain_failure failure = {};
		int descriptor = bindchain_open(request.get(), &failure);
		ASSERT_GE(descriptor, 0) << strerror(failure.error);
		EXPECT_TRUE(exists(path));
		EXPECT_EQ(bindchain_made_path(request.get()), path);
		EXPECT_EQ(bindchain_close(request.get(), descriptor, &failure), 0)
		    << failure.operation << strerror(failure.error);
		EXPECT_FALSE(exists(path)) << kind;
		EXPECT_FALSE(is_open(descriptor));
		EXPECT_EQ(bindchain_made_path(request.get()), nullptr);
	}
}

TEST(Close, OfASocketWithoutAPathClosesIt)
{
	Request request = internet();
	int descriptor = bindchain_open(request.get(), nullptr);

	ASSERT_GE(descriptor, 0);
	EXPECT_EQ(bindchain_close(request.get(), descriptor, nullptr), 0);
	EXPECT_FALSE(is_open(descriptor));
}

TEST(Close, LeavesAFifoThatWasThere)
{
	TemporaryDirectory directory;
	std::string path = directory / "fifo";
	Request request = local(path, BINDCHAIN_FIFO);

	ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
	int descriptor = bindchain_open(request.get(), nullptr);
	ASSERT_GE(descriptor, 0);
	EXPECT_EQ(bindchain_made_path(request.get()), nullptr);
	EXPECT_EQ(bindchain_close(request.get(), descriptor, nullptr), 0);
	EXPECT_TRUE(exists(path));
}

TEST(Close, LeavesWhatHasReplacedThePath)
{
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	struct bindchain_failure failure = {};

	Request request = local(path);
	int descriptor = bindchain_open(request.get(), nullptr);
	ASSERT_GE(descriptor, 0);
	ASSERT_EQ(unlink(path.c_str()), 0);
	int other = bind_other(path);
	EXPECT_EQ(bindchain_close(request.get(), descriptor, &failure), 0);
	EXPECT_TRUE(exists(path)) << "another process listens there";
	close(other);
	unlink(path.c_str());

	descriptor = bindchain_open(request.get(), nullptr);
	ASSERT_GE(descriptor, 0);
	ASSERT_EQ(unlink(path.c_str()), 0);
	directory.file("socket", "a file now", 0600);
	EXPECT_EQ(bindchain_close(request.get(), descriptor, &failure), 0);
	EXPECT_TRUE(exists(path));
}

TEST(Close, IsSatisfiedIfThePathIsGone)
{
	TemporaryDirectory directory;
	std::string below = directory / "below";
	Request request = local(below + "/socket");
	struct bindchain_failure failure = {};

	ASSERT_EQ(mkdir(below.c_str(), 0700), 0);
	for (int gone = 0; gone < 2; gone++) {
		int descriptor = bindchain_open(request.get(), nullptr);
		ASSERT_GE(descriptor, 0);
		ASSERT_EQ(unlink((below + "/socket").c_str()), 0);
		ASSERT_TRUE(!gone || rmdir(below.c_str()) == 0);
		EXPECT_EQ(bindchain_close(request.get(), descriptor, &failure), 0)
		    << strerror(failure.error);
	}
}

TEST(Close, TakesADuplicate)
{
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	Request request = local(path);
	int descriptor = bindchain_open(request.get(), nullptr), duplicate = dup(descriptor);

	ASSERT_GE(duplicate, 0);
	close(descriptor);
	EXPECT_EQ(bindchain_close(request.get(), duplicate, nullptr), 0);
	EXPECT_FALSE(exists(path));
}

TEST(Close, RefusesADescriptorOfSomethingElse)
{
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	Request request = local(path);
	struct bindchain_failure failure = {};
	int descriptor = bindchain_open(request.get(), nullptr);
	int other = open("/dev/null", O_RDONLY);

	ASSERT_GE(descriptor, 0);
	EXPECT_EQ(bindchain_close(request.get(), other, &failure), -1);
	EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
	EXPECT_STREQ(failure.subject, "descriptor");
	EXPECT_TRUE(is_open(other));
	EXPECT_TRUE(exists(path));
	close(other);
	for (int closed : { -1, INT_MAX, other }) {
		EXPECT_EQ(bindchain_close(request.get(), closed, &failure), -1);
		EXPECT_EQ(failure.operation, BINDCHAIN_CLEAR_PATH);
		EXPECT_EQ(failure.error, EBADF);
		EXPECT_EQ(bindchain_close(internet().get(), closed, &failure), -1);
		EXPECT_EQ(failure.operation, BINDCHAIN_CLOSE);
		EXPECT_EQ(failure.error, EBADF);
	}
	EXPECT_EQ(bindchain_close(request.get(), descriptor, nullptr), 0);
	EXPECT_FALSE(exists(path));
}

/* Its name is the request's own, so that setting another changes nothing. */
TEST(Close, RemovesThePathThatTheRequestHadWhenItWasOpened)
{
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	Request request = local(path);
	int descriptor = bindchain_open(request.get(), nullptr);

	ASSERT_GE(descriptor, 0);
	ASSERT_EQ(bindchain_set_path(request.get(), (directory / "other").c_str(), nullptr), 0);
	EXPECT_EQ(bindchain_made_path(request.get()), path);
	EXPECT_EQ(bindchain_close(request.get(), descriptor, nullptr), 0);
	EXPECT_FALSE(exists(path));
}

/* As a daemon does that opens its socket first: daemon(3). */
TEST(Close, RemovesARelativePathFromAnotherWorkingDirectory)
{
	TemporaryDirectory directory;

	for (bindchain_kind kind : { BINDCHAIN_UNIX_STREAM, BINDCHAIN_UNIX_DATAGRAM, BINDCHAIN_FIFO })
		for (const char *path : { "socket", "./socket", "./below/../socket" })
			in_child([&] {
				Request request = local(path, kind);
				ASSERT_EQ(chdir(directory.path().c_str()), 0);
				ASSERT_TRUE(mkdir("below", 0700) == 0 || errno == EEXIST);
				int descriptor = bindchain_open(request.get(), nullptr);
				ASSERT_GE(descriptor, 0);
				EXPECT_TRUE(exists(directory / "socket"));
				EXPECT_EQ(bindchain_made_path(request.get())[0], '/');
				ASSERT_EQ(chdir("/"), 0);
				EXPECT_EQ(bindchain_close(request.get(), descriptor, nullptr), 0);
				EXPECT_FALSE(exists(directory / "socket")) << path;
			});
}

/* Nothing is denied to root, who becomes another user. */
TEST(Close, SaysWhyThePathStaysAndCanBeCalledAgain)
{
	TemporaryDirectory directory;
	std::string below = directory / "below";
	const uid_t other = geteuid() == 0 ? nobody : geteuid();

	if (geteuid() == 0 && !can_change_user())
		SKIP_TEST_EVEN_IN_CI("only one user here");
	ASSERT_EQ(chmod(directory.path().c_str(), 0755), 0);
	ASSERT_EQ(mkdir(below.c_str(), 0700), 0);
	ASSERT_EQ(chown(below.c_str(), other, gid_t(-1)), 0);
	in_child([&] {
		Request request = local(below + "/socket");
		struct bindchain_failure failure = {};
		ASSERT_TRUE(other == geteuid() || setuid(other) == 0);
		int descriptor = bindchain_open(request.get(), &failure);
		ASSERT_GE(descriptor, 0) << strerror(failure.error);
		ASSERT_EQ(chmod(below.c_str(), 0500), 0);
		EXPECT_EQ(bindchain_close(request.get(), descriptor, &failure), -1);
		EXPECT_EQ(failure.operation, BINDCHAIN_CLEAR_PATH);
		EXPECT_EQ(failure.error, EACCES);
		EXPECT_NE(failure.subject, nullptr);
		ASSERT_EQ(chmod(below.c_str(), 0700), 0);
		EXPECT_EQ(bindchain_close(request.get(), descriptor, &failure), 0);
		EXPECT_FALSE(exists(below + "/socket"));
		EXPECT_FALSE(is_open(descriptor));
	});
}

TEST(Open, MakesTheDirectoryAndTheLinkThatCloseLeaves)
{
	TemporaryDirectory directory;
	const std::string path = directory / "made/socket", link = directory / "link";
	Request request = local(path.c_str());
	struct stat status = {};

	ASSERT_EQ(bindchain_set_directory(request.get(), 0710, uid_t(-1), gid_t(-1), nullptr), 0);
	ASSERT_EQ(bindchain_set_symlink(request.get(), link.c_str(), nullptr), 0);
	for (int i = 0; i < 2; i++) {
		struct bindchain_failure failure = {};
		int descriptor = bindchain_open(request.get(), &failure);
		ASSERT_GE(descriptor, 0) << failure.operation << " " << strerror(failure.error);
		EXPECT_EQ(stat(link.c_str(), &status), 0);
		EXPECT_TRUE(S_ISSOCK(status.st_mode));
		ASSERT_EQ(stat((directory / "made").c_str(), &status), 0);
		EXPECT_EQ(status.st_mode & 07777, 0710u);
		EXPECT_EQ(bindchain_close(request.get(), descriptor, nullptr), 0);
		EXPECT_NE(access(path.c_str(), F_OK), 0);
		EXPECT_EQ(lstat(link.c_str(), &status), 0);
	}
}

TEST(Open, WithALinkNeedsAnAbsolutePathThatIsAnother)
{
	struct bindchain_failure failure = {};
	Request relative = local("socket"), same = local("/nonexistent/socket");

	ASSERT_EQ(bindchain_set_symlink(relative.get(), "/nonexistent/link", nullptr), 0);
	EXPECT_EQ(bindchain_open(relative.get(), &failure), -1);
	EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
	EXPECT_STREQ(failure.subject, "path");
	ASSERT_EQ(bindchain_set_symlink(same.get(), "/nonexistent/socket", nullptr), 0);
	EXPECT_EQ(bindchain_open(same.get(), &failure), -1);
	EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
	EXPECT_STREQ(failure.subject, "symlink");
}

/* fifo(7): end of file follows the last writer, since the reader is none. */
TEST(Open, OfAReadOnlyFifoMeetsItsEnd)
{
	TemporaryDirectory directory;
	const std::string path = directory / "fifo";
	Request request(bindchain_request_new(BINDCHAIN_FIFO));
	char byte;

	ASSERT_EQ(bindchain_set_path(request.get(), path.c_str(), nullptr), 0);
	ASSERT_EQ(bindchain_set_flags(request.get(), BINDCHAIN_READ_ONLY, nullptr), 0);
	int descriptor = bindchain_open(request.get(), nullptr);
	ASSERT_GE(descriptor, 0);
	EXPECT_EQ(fcntl(descriptor, F_GETFL) & O_ACCMODE, O_RDONLY);
	EXPECT_EQ(read(descriptor, &byte, 1), 0);
	EXPECT_EQ(bindchain_close(request.get(), descriptor, nullptr), 0);
}

TEST(Open, OfARequestWithoutAddressIsRefused)
{
	for (int kind = BINDCHAIN_TCP; kind <= BINDCHAIN_VSOCK_SEQPACKET; kind++) {
		Request request(bindchain_request_new(as<bindchain_kind>(kind)));
		struct bindchain_failure failure = {};
		EXPECT_EQ(bindchain_open(request.get(), &failure), -1) << kind;
		EXPECT_TRUE(failure.operation == BINDCHAIN_INVALID
		    || failure.operation == BINDCHAIN_UNSUPPORTED) << kind;
	}
}

/* What the umask leaves is not known without changing it. */
TEST(Open, WithAnOwnerNeedsAMode)
{
	for (bool of_user : { false, true }) {
		TemporaryDirectory directory;
		Request request = local(directory / "socket");
		struct bindchain_failure failure = {};
		ASSERT_EQ(bindchain_set_owner(request.get(), of_user ? geteuid() : uid_t(-1),
		    of_user ? gid_t(-1) : getegid(), nullptr), 0);
		EXPECT_EQ(bindchain_open(request.get(), &failure), -1);
		EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
		EXPECT_STREQ(failure.subject, "owner");
		EXPECT_EQ(bindchain_plan_new(request.get(), &failure), nullptr);
		EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
		EXPECT_EQ(bindchain_foresee(request.get(), 0), nullptr);
		EXPECT_FALSE(exists(directory / "socket"));
	}
}

/* A failed start leaves neither path nor descriptor, and the earlier socket's path known. */
TEST(Open, ThatFailsLeavesTheEarlierSocket)
{
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	Request request = local(path);
	struct bindchain_failure failure = {};
	int descriptor = bindchain_open(request.get(), nullptr);
	int before = open_descriptors();

	ASSERT_GE(descriptor, 0);
	EXPECT_EQ(bindchain_open(request.get(), &failure), -1);
	EXPECT_EQ(failure.error, EADDRINUSE);
	EXPECT_EQ(open_descriptors(), before);
	EXPECT_EQ(bindchain_close(request.get(), descriptor, nullptr), 0);
	EXPECT_FALSE(exists(path));
}

TEST(Open, SetsTheFlags)
{
	Request request = internet();

	ASSERT_EQ(bindchain_set_flags(request.get(), BINDCHAIN_NONBLOCKING | BINDCHAIN_CLOSE_ON_EXEC,
	    nullptr), 0);
	int descriptor = bindchain_open(request.get(), nullptr);
	ASSERT_GE(descriptor, 0);
	EXPECT_EQ(fcntl(descriptor, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	EXPECT_EQ(fcntl(descriptor, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	bindchain_close(request.get(), descriptor, nullptr);
}

} // namespace
