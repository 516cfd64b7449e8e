// SPDX-License-Identifier: ISC
// Linux: the search for the processes that have a socket, and its time limit.
#include "core.h"

#include <algorithm>
#include <cerrno>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "network.h"

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

	backend_visit_owners(sockets.sorted, 2, nullptr, note, &found, &sight);
	EXPECT_EQ(found.descriptors,
	    std::vector<int>(sockets.descriptors, sockets.descriptors + 2));
}

TEST(LinuxOwners, AreSoughtUntilThereAreEnough)
{
	Sockets sockets;
	backend_sight sight;
	Found found;

	found.enough = 1;
	backend_visit_owners(sockets.sorted, 2, nullptr, note, &found, &sight);
	EXPECT_EQ(found.descriptors.size(), 1U);
}

/* The clock is read at every process: more than one is needed for the search to
 * see that its time is over, and ours is not the first. */
TEST(LinuxOwners, AreNotSoughtWhenTheTimeIsOver)
{
	const timespec past = { 0, 1 };
	Sockets sockets;
	backend_sight sight;
	Found found;

	backend_visit_owners(sockets.sorted, 2, &past, note, &found, &sight);
	EXPECT_FALSE(sight.complete);
	EXPECT_EQ(sight.error, ETIMEDOUT);
	EXPECT_STREQ(sight.hidden, "the search was broken off at its time limit");
}

TEST(LinuxHolders, ThatTheTimeIsOverIsSaid)
{
	const timespec past = { 0, 1 };
	Descriptor listening = listen_on("127.0.0.1");
	bindchain_request request = {};
	backend_holders holders;

	request.kind = BINDCHAIN_TCP;
	request.address = literal("127.0.0.1", static_cast<unsigned>(port_of(listening.get())));
	backend_find_holders(&request, &past, [](void *, const backend_holder *) {}, nullptr,
	    &holders);
	EXPECT_FALSE(holders.sockets.complete);
	EXPECT_EQ(holders.sockets.error, ETIMEDOUT);
}

} // namespace
