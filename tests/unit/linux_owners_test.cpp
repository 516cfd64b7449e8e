// SPDX-License-Identifier: ISC
// Linux: the search for the processes that have a socket, and its time limit.
#include "core.h"

#include <algorithm>
#include <csignal>
#include <ctime>
#include <functional>
#include <vector>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "network.h"

extern "C" {
#include "../../src/linux/search_limit.h"
}

namespace {

uint64_t
identity_of(int descriptor)
{
	struct stat status;

	return fstat(descriptor, &status) == 0 ? status.st_ino : 0;
}

struct Sockets {
	int descriptors[2];
	uint64_t sorted[2];

	Sockets()
	{
		EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, descriptors), 0);
		sorted[0] = identity_of(descriptors[0]);
		sorted[1] = identity_of(descriptors[1]);
		std::sort(sorted, sorted + 2);
	}
	~Sockets()
	{
		close(descriptors[0]);
		close(descriptors[1]);
	}
};

/* A child that does its part and waits until it is killed. */
class OtherProcess {
public:
	explicit OtherProcess(const std::function<void()> &part = [] {})
	{
		int ready[2];
		char byte;

		EXPECT_EQ(pipe(ready), 0);
		pid_ = fork();
		if (pid_ == 0) {
			part();
			close(ready[0]);
			close(ready[1]);
			for (;;)
				pause();
		}
		close(ready[1]);
		EXPECT_EQ(read(ready[0], &byte, 1), 0);
		close(ready[0]);
	}
	~OtherProcess()
	{
		kill(pid_, SIGKILL);
		waitpid(pid_, nullptr, 0);
	}
	OtherProcess(const OtherProcess &) = delete;
	OtherProcess &operator=(const OtherProcess &) = delete;
	pid_t pid() const { return pid_; }

private:
	pid_t pid_;
};

struct Found {
	std::vector<int> descriptors;
	size_t enough = SIZE_MAX;
};

bool
note(void *context, uint64_t identity, const backend_process *process)
{
	auto *found = static_cast<Found *>(context);

	EXPECT_EQ(process->pid, getpid());
	EXPECT_EQ(identity, identity_of(process->descriptor));
	found->descriptors.push_back(process->descriptor);
	return found->descriptors.size() < found->enough;
}

TEST(LinuxOwners, AreFoundWithTheirDescriptors)
{
	Sockets sockets;
	backend_sight sight;
	Found found;

	backend_visit_owners(sockets.sorted, 2, 100, note, &found, &sight);
	EXPECT_EQ(found.descriptors,
	    std::vector<int>(sockets.descriptors, sockets.descriptors + 2));
}

TEST(LinuxOwners, AreSoughtUntilThereAreEnough)
{
	Sockets sockets;
	backend_sight sight;
	Found found;

	found.enough = 1;
	backend_visit_owners(sockets.sorted, 2, 100, note, &found, &sight);
	EXPECT_EQ(found.descriptors.size(), 1U);
}

/* This process is not held to the limit: a chain may have made the socket itself. */
TEST(LinuxOwners, OfThisProcessAreFoundWithoutAnyTime)
{
	Sockets sockets;
	backend_sight sight;
	Found found;

	backend_visit_owners(sockets.sorted, 2, 0, note, &found, &sight);
	EXPECT_EQ(found.descriptors,
	    std::vector<int>(sockets.descriptors, sockets.descriptors + 2));
}

/* The clock is read at every process: the first other one ends the search. */
TEST(LinuxOwners, OfOtherProcessesAreNotSoughtWithoutTime)
{
	const uint64_t nobodys = UINT64_MAX;
	backend_sight sight;
	Found found;
	OtherProcess other;

	backend_visit_owners(&nobodys, 1, 0, note, &found, &sight);
	EXPECT_FALSE(sight.complete);
	EXPECT_EQ(sight.error, 0);
	EXPECT_STREQ(sight.hidden, "the search ended at its time limit");
}

/* Their owner as each of two children finds it: the sockets stay with them alone. */
struct Order {
	std::vector<pid_t> processes;
};

bool
note_process(void *context, uint64_t, const backend_process *process)
{
	auto *order = static_cast<Order *>(context);

	if (process->pid == getpid())
		return true;
	order->processes.push_back(process->pid);
	return order->processes.size() < 2;
}

/* The one that comes first in /proc has the socket at a high number. */
TEST(LinuxOwners, HighDescriptorsAreLookedAtAfterTheLowOnesOfAll)
{
	Sockets sockets;
	OtherProcess large([&] {
		EXPECT_EQ(dup2(sockets.descriptors[0], 999), 999);
		close(sockets.descriptors[0]);
		close(sockets.descriptors[1]);
	});
	OtherProcess small([&] { close(sockets.descriptors[0]); });
	backend_sight sight;
	Order order;

	backend_visit_owners(sockets.sorted, 2, 60000, note_process, &order, &sight);
	EXPECT_EQ(order.processes, (std::vector<pid_t> { small.pid(), large.pid() }));
}

TEST(SearchLimit, IsOverWhenItsProcessorTimeIsUsed)
{
	search_limit limit;

	search_limit_start(&limit, 1);
	while (!search_limit_is_over(&limit))
		continue;
	search_limit_start(&limit, 0);
	EXPECT_TRUE(search_limit_is_over(&limit));
}

/* Where other processes have the processor, this one does not use it. */
TEST(SearchLimit, LeavesOutTheTimeThatThisProcessWaits)
{
	const timespec wait = { 0, 60000000 };
	search_limit limit;

	search_limit_start(&limit, 50);
	EXPECT_EQ(nanosleep(&wait, nullptr), 0);
	EXPECT_FALSE(search_limit_is_over(&limit));
}

struct request
request_of(const char *host, int port)
{
	struct request request = {};

	request.kind = BINDCHAIN_TCP;
	request.backlog = 1;
	request.address = literal(host, static_cast<unsigned>(port));
	return request;
}

TEST(LinuxHolders, OfThisProcessAreFoundWithoutAnyTime)
{
	Descriptor one = listen_on("127.0.0.1");
	Descriptor two(dup(one.get()));
	struct request request = request_of("0.0.0.0", port_of(one.get()));
	backend_holders holders;

	backend_find_holders(&request, 0, &holders);
	ASSERT_EQ(holders.count, 1U);
	EXPECT_EQ(holders.in_the_way, 1U);
	EXPECT_TRUE(holders.list[0].has_process);
	EXPECT_EQ(holders.list[0].process.pid, getpid());
	EXPECT_EQ(holders.list[0].process.descriptor, std::min(one.get(), two.get()));
}

TEST(LinuxHolders, ThatTheTimeIsOverIsSaidAndIsNoError)
{
	Descriptor listening = listen_on("127.0.0.1");
	struct request request = request_of("127.0.0.1", port_of(listening.get()));
	backend_holders holders;

	backend_find_holders(&request, 0, &holders);
	EXPECT_FALSE(holders.sockets.complete);
	EXPECT_EQ(holders.sockets.error, 0);
	EXPECT_STREQ(holders.sockets.hidden, "the search ended at its time limit");
}

/* bind(2) in one network namespace is not in the way of another. */
TEST(LinuxHolders, ThisProcessesSocketOfAnotherNetworkNamespaceIsNone)
{
	Descriptor listening = listen_on("127.0.0.1");
	struct request request = request_of("127.0.0.1", port_of(listening.get()));

	EXPECT_EXIT({
		backend_holders holders;
			if (unshare(CLONE_NEWNET) != 0)
			_exit(77);
		backend_find_holders(&request, 0, &holders);
		_exit(holders.count == 0 ? 77 : 1);
	}, testing::ExitedWithCode(77), "");
}

} // namespace
