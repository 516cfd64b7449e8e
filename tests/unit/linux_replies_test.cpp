/* SPDX-License-Identifier: ISC */
/* Replies that no kernel gives, or that a kernel gives only to an attacker's victim: these
 * definitions of recv(2), sendto(2), readdir(3), readlinkat(2) and pipe2(2) come before the C
 * library's. */
#include "core.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <chrono>
#include <csignal>

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "child.h"
#include "skip.h"

extern "C" {
#include "../../src/linux/address_lifetime.h"
#include "../../src/linux/sock_diag.h"
}

namespace {

std::vector<unsigned char> reply;
const char *entry_name; /* of the next entry of a directory; NULL: the real ones */
/* In other processes than this one, the first link of each directory is only read after so many
 * milliseconds. */
int first_link_waits;
/* Links of these processes are not read at all, as while they execute a program. */
std::vector<pid_t> blocked;
int lowest_blocked; /* descriptor */
const pid_t this_process = getpid();
int pipe_error; /* of pipe2(2); 0: none */

} // namespace

namespace {

/* DIRECTORY is /proc/PID/fd. */
bool
is_of_blocked(int directory)
{
	const std::string link = "/proc/self/fd/" + std::to_string(directory);
	char target[64] = "";

	if (blocked.empty() || readlink(link.c_str(), target, sizeof target - 1) < 0)
		return false;
	return std::any_of(blocked.begin(), blocked.end(), [&](pid_t pid) {
		return target == "/proc/" + std::to_string(pid) + "/fd";
	});
}

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

extern "C" ssize_t
readlinkat(int directory, const char *name, char *target, size_t size)
{
	using function = ssize_t(int, const char *, char *, size_t);

	if (getpid() != this_process && atoi(name) >= lowest_blocked && is_of_blocked(directory))
		pause();
	if (first_link_waits && getpid() != this_process && strcmp(name, "0") == 0)
		usleep(static_cast<useconds_t>(first_link_waits) * 1000);
	return reinterpret_cast<function *>(dlsym(RTLD_NEXT, "readlinkat"))(directory, name, target,
	    size);
}

extern "C" int
pipe2(int ends[2], int flags)
{
	using function = int(int[2], int);

	errno = pipe_error;
	return pipe_error ? -1
	                  : reinterpret_cast<function *>(dlsym(RTLD_NEXT, "pipe2"))(ends, flags);
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

/* A process that has the only descriptor of a socket, and ends with this one. */
class Holder {
public:
	/* USER is 0 for that of this process, and DESCRIPTOR 0 for any. */
	explicit Holder(uid_t user = 0, int descriptor = 0)
	{
		int pair[2], ready[2];
		char byte;
		struct stat status;

		EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
		EXPECT_EQ(fstat(pair[1], &status), 0);
		identity_ = status.st_ino;
		EXPECT_EQ(pipe(ready), 0);
		pid_ = fork();
		if (pid_ == 0) {
			if (user && setuid(user) != 0)
				_exit(1);
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (descriptor && dup2(pair[1], descriptor) == descriptor)
				close(pair[1]);
			close(ready[0]);
			close(ready[1]);
			for (;;)
				pause();
		}
		close(pair[0]);
		close(pair[1]);
		close(ready[1]);
		EXPECT_EQ(read(ready[0], &byte, 1), 0);
		close(ready[0]);
	}
	~Holder()
	{
		kill(pid_, SIGKILL);
		waitpid(pid_, nullptr, 0);
	}
	Holder(const Holder &) = delete;
	Holder &operator=(const Holder &) = delete;
	pid_t pid() const { return pid_; }
	const uint64_t &identity() const { return identity_; }

private:
	pid_t pid_;
	uint64_t identity_;
};

struct Search {
	struct backend_sight sight = {};
	std::vector<pid_t> found;
	double seconds;

	explicit Search(const Holder &holder)
	{
		using namespace std::chrono;
		auto begin = steady_clock::now();

		backend_visit_owners(&holder.identity(), 1, 10000,
		    [](void *context, uint64_t, const struct backend_process *process) {
			    static_cast<Search *>(context)->found.push_back(process->pid);
			    return false;
		    },
		    this, &sight);
		seconds = duration<double>(steady_clock::now() - begin).count();
	}
};

volatile sig_atomic_t children_ended;

/* With a handler of SIGCHLD. */
class OwnersInAChild : public testing::Test {
protected:
	void SetUp() override
	{
		children_ended = 0;
		signal(SIGCHLD, [](int) { children_ended = children_ended + 1; });
	}
	void TearDown() override
	{
		first_link_waits = pipe_error = lowest_blocked = 0;
		blocked.clear();
		EXPECT_EQ(children_ended, 0);
		signal(SIGCHLD, SIG_DFL);
	}
	static bool has_children()
	{
		return waitpid(-1, nullptr, WNOHANG | __WALL) >= 0 || errno != ECHILD;
	}
};

TEST_F(OwnersInAChild, AreFoundAndNoChildIsLeft)
{
	{
		Holder holder;
		Search search(holder);
		EXPECT_EQ(search.found, (std::vector<pid_t> { holder.pid() }));
		EXPECT_EQ(children_ended, 0);
		signal(SIGCHLD, SIG_IGN); /* of the holder */
	}
	EXPECT_FALSE(has_children());
}

/* Where the system has none or refuses it. */
TEST_F(OwnersInAChild, AreFoundInThisProcessIfThereCanBeNone)
{
	Holder holder;

	for (int error : { ENOSYS, EPERM, EACCES, EINVAL }) {
		pipe_error = error;
		Search search(holder);
		EXPECT_EQ(search.found, (std::vector<pid_t> { holder.pid() })) << error;
	}
	signal(SIGCHLD, SIG_IGN);
}

/* This process would have no bound of time. */
TEST_F(OwnersInAChild, AreNotSoughtIfItCannotBeStartedNow)
{
	Holder holder;

	for (int error : { EMFILE, ENFILE, EAGAIN, ENOMEM }) {
		pipe_error = error;
		Search search(holder);
		EXPECT_EQ(search.found, std::vector<pid_t>()) << error;
		EXPECT_FALSE(search.sight.complete);
		EXPECT_EQ(search.sight.error, error);
		EXPECT_STREQ(search.sight.hidden,
		    "the process that searches them could not be started");
		EXPECT_EQ(search.sight.waited_count, 0U);
		EXPECT_GT(search.sight.left_out, 0U);
	}
	signal(SIGCHLD, SIG_IGN);
}

using Crowd = std::vector<std::unique_ptr<Holder>>;

/* In the order of their numbers, unless these start again. */
Crowd
crowd_of(size_t count, uid_t user = 0)
{
	Crowd crowd;

	for (size_t i = 0; i < count; i++)
		crowd.push_back(std::make_unique<Holder>(user));
	return crowd;
}

/* Those of the first COUNT before the last one, where the numbers have not started again. */
std::vector<pid_t>
block(const Crowd &crowd, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (crowd[i]->pid() < crowd.back()->pid())
			blocked.push_back(crowd[i]->pid());
	return blocked;
}

std::vector<pid_t>
waited_for(const struct backend_sight &sight)
{
	return { sight.waited, sight.waited + sight.waited_count };
}

/* As on a machine without such processes. */
TEST_F(OwnersInAChild, AreFoundAfterAProcessThatBlocks)
{
	Crowd crowd = crowd_of(3);
	block(crowd, 1);
	Search search(*crowd.back());

	EXPECT_EQ(search.found, (std::vector<pid_t> { crowd.back()->pid() }));
	signal(SIGCHLD, SIG_IGN);
}

/* All is seen but for that. */
TEST_F(OwnersInAChild, OfAProcessThatBlocksAreMissing)
{
	Crowd crowd = crowd_of(3);
	blocked = { crowd.back()->pid() };
	Search search(*crowd.back());

	EXPECT_EQ(search.found, std::vector<pid_t>());
	EXPECT_GE(search.seconds, 0.9);
	EXPECT_FALSE(search.sight.complete);
	EXPECT_FALSE(search.sight.at_limit);
	/* An ordinary user does not see those of others either, if there are any. */
	if (geteuid() == 0 || search.sight.error == 0) {
		EXPECT_STREQ(search.sight.hidden, "not every process could be inspected");
	}
	EXPECT_EQ(waited_for(search.sight), blocked);
	EXPECT_GE(search.sight.left_out, 1U);
	signal(SIGCHLD, SIG_IGN);
}

/* As `queues` searches, which wants every owner. */
TEST_F(OwnersInAChild, BeforeAProcessThatBlocksAreReportedOnce)
{
	Crowd crowd = crowd_of(3);
	std::vector<uint64_t> identities = { crowd[0]->identity(), crowd[2]->identity() };
	std::vector<pid_t> found, expected = { crowd[0]->pid(), crowd[2]->pid() };
	struct backend_sight sight;

	blocked = { crowd[1]->pid() };
	std::sort(identities.begin(), identities.end());
	std::sort(expected.begin(), expected.end());
	backend_visit_owners(identities.data(), identities.size(), 10000,
	    [](void *context, uint64_t, const struct backend_process *process) {
		    static_cast<std::vector<pid_t> *>(context)->push_back(process->pid);
		    return true;
	    },
	    &found, &sight);
	EXPECT_EQ(found, expected);
	EXPECT_EQ(waited_for(sight), blocked);
	signal(SIGCHLD, SIG_IGN);
}

TEST_F(OwnersInAChild, OfAProcessThatBlocksAreNotTriedInBothPasses)
{
	Holder first(0, 300), second(0, 301);

	blocked = { first.pid() };
	Search search(first);
	EXPECT_EQ(search.found, std::vector<pid_t>());
	EXPECT_EQ(waited_for(search.sight), blocked);
	signal(SIGCHLD, SIG_IGN);
}

/* Low descriptors are all read first. */
TEST_F(OwnersInAChild, AreFoundByTheSecondPassAfterAProcessThatBlocksThere)
{
	Holder first(0, 300), second(0, 301);
	if (first.pid() > second.pid())
		GTEST_SKIP() << "the numbers of processes have started again";
	blocked = { first.pid() };
	lowest_blocked = 256;
	Search search(second), of_first(first);

	EXPECT_EQ(search.found, (std::vector<pid_t> { second.pid() }));
	EXPECT_EQ(of_first.found, std::vector<pid_t>());
	EXPECT_EQ(waited_for(of_first.sight), blocked);
	EXPECT_FALSE(of_first.sight.at_limit);
	signal(SIGCHLD, SIG_IGN);
}

/* Five seconds, in which a busy machine waits for fewer.  Those of root are not passed over. */
TEST_F(OwnersInAChild, AreNotWaitedForWithoutAnEnd)
{
	if (geteuid() != 0)
		SKIP_TEST("needs root, whose processes are all waited for");
	Crowd crowd = crowd_of(12);
	size_t count = block(crowd, 11).size();
	Search search(*crowd.back());

	if (count < 11)
		GTEST_SKIP() << "the numbers of processes have started again";
	EXPECT_EQ(search.found, std::vector<pid_t>());
	EXPECT_TRUE(search.sight.at_limit);
	EXPECT_STREQ(search.sight.hidden, "the search ended at its time limit");
	EXPECT_GE(search.sight.waited_count, 1U);
	EXPECT_LE(search.sight.waited_count, 5U);
	EXPECT_EQ(waited_for(search.sight), std::vector<pid_t>(blocked.begin(),
	    blocked.begin() + static_cast<long>(search.sight.waited_count)));
	EXPECT_GE(search.sight.left_out, 12U);
	signal(SIGCHLD, SIG_IGN);
}

/* The others of that user are passed over, after two of them. */
TEST_F(OwnersInAChild, AreNotHiddenByManyProcessesOfAnotherUser)
{
	if (geteuid() != 0)
		SKIP_TEST("needs root, to be another user");
	Crowd crowd = crowd_of(9, nobody), own = crowd_of(1);
	size_t count = 0;
	for (auto &process : crowd) {
		blocked.push_back(process->pid());
		count += process->pid() < own[0]->pid();
	}
	Search search(*own[0]);

	if (count < 9)
		GTEST_SKIP() << "the numbers of processes have started again";
	EXPECT_EQ(search.found, std::vector<pid_t> { own[0]->pid() });
	Search of_user(*crowd.back());
	EXPECT_EQ(of_user.found, std::vector<pid_t>());
	EXPECT_FALSE(of_user.sight.at_limit);
	EXPECT_EQ(waited_for(of_user.sight), std::vector<pid_t>(blocked.begin(),
	    blocked.begin() + 2));
	EXPECT_GE(of_user.sight.left_out, 9U);
	signal(SIGCHLD, SIG_IGN);
}

/* Many processes, each of which answers in time: 8.4 seconds for all of them. */
TEST_F(OwnersInAChild, AreNotWaitedForAgainAndAgain)
{
	std::vector<std::unique_ptr<Holder>> crowd;
	for (int i = 0; i < 12; i++)
		crowd.push_back(std::make_unique<Holder>());
	first_link_waits = 700;
	Search search(*crowd.back());

	EXPECT_EQ(search.found, std::vector<pid_t>());
	EXPECT_STREQ(search.sight.hidden, "the search ended at its time limit");
	EXPECT_EQ(search.sight.waited_count, 0U); /* it is only the last of many */
	signal(SIGCHLD, SIG_IGN);
}

} // namespace
