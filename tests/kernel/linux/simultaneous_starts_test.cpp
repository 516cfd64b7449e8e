/* SPDX-License-Identifier: ISC */
/*
 * Many starts on one path at once, killed at random: one of them owns it at a time, and
 * strangers can neither stop nor delay that.
 */
#include <cerrno>
#include <filesystem>
#include <memory>
#include <random>

#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "other_process.h"
#include "path_starts.h"
#include "private_root.h"
#include "skip.h"
#include "tools.h"
#include "traced_path.h"

namespace {

/* Of the kinds of sockets and commands, those that take over a dead path. */
std::vector<PathStart>
taking_over()
{
	std::vector<PathStart> list;

	for (const PathStart &start : path_starts())
		if (start.is_socket() && start.name != std::string("IpcKeep"))
			list.push_back(start);
	return list;
}

Descriptor
lock(const std::string &directory)
{
	Descriptor locked(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));

	if (locked.get() < 0 || flock(locked.get(), LOCK_EX | LOCK_NB) != 0)
		throw std::system_error(errno, std::generic_category(), "flock " + directory);
	return locked;
}

/* A user who may read the directory, and holds its lock until it ends. */
OtherProcess
stranger_with_lock(const std::string &directory)
{
	return OtherProcess("stranger", [directory] {
		if (setgid(other_user) != 0 || setuid(other_user) != 0)
			throw std::runtime_error("cannot become another user");
		return lock(directory).release();
	});
}

class InDirectory : public InPrivateRoot {
protected:
	void SetUp() override
	{
		InPrivateRoot::SetUp();
		if (root.empty())
			return;
		directory = root + "/run";
		path = directory + "/s";
		std::filesystem::remove_all(directory);
		std::filesystem::create_directory(directory);
		copy_tools();
	}

	/* Where every user can execute them. */
	void copy_tools() const
	{
		if (!std::filesystem::create_directory(root + "/bin"))
			return;
		std::filesystem::copy_file(tool_path("bindchain"), root + "/bin/bindchain");
		std::filesystem::copy_file(PATH_OWNER, root + "/bin/path_owner");
		for (const PathStart &start : path_starts())
			if (access((root + "/bin/" + start.words[0]).c_str(), F_OK) != 0)
				std::filesystem::create_symlink("bindchain",
				    root + "/bin/" + start.words[0]);
	}

	/* The start, with the owner as its next program. */
	Command start(const PathStart &start) const
	{
		Command command = start.command(path, owner());
		command.file = command.argv[0] = root + "/bin/" + start.words[0];
		command.argv.insert(command.argv.end(),
		    { "own", std::to_string(start.descriptor), path });
		return command;
	}

	std::vector<std::string> names() const
	{
		std::vector<std::string> list;
		for (const auto &entry : std::filesystem::directory_iterator(directory))
			list.push_back(entry.path().filename());
		return list;
	}

	std::string owner() const { return root + "/bin/path_owner"; }

	std::string directory, path;
};

/* Who else is there, and whose the directory is. */
struct Surroundings {
	const char *name;
	mode_t mode;
	uid_t user; /* who owns the directory, and starts */
	bool stranger_locks, caller_locks;
};

std::ostream &
operator<<(std::ostream &stream, const Surroundings &row)
{
	return stream << row.name;
}

class Simultaneous : public InDirectory, public testing::WithParamInterface<Surroundings> {
protected:
	/* For each of five surroundings. */
	static constexpr int rounds = 10;
	static constexpr size_t starts_at_once = 20;

	void SetUp() override
	{
		InDirectory::SetUp();
		if (root.empty())
			return;
		ASSERT_EQ(chown(directory.c_str(), GetParam().user, GetParam().user), 0);
		ASSERT_EQ(chmod(directory.c_str(), GetParam().mode), 0);
		if (GetParam().stranger_locks)
			stranger.reset(new OtherProcess(stranger_with_lock(directory)));
		if (GetParam().caller_locks)
			held = lock(directory);
	}

	Command random_start()
	{
		Command command = start(kinds[random() % kinds.size()]);
		command.user = GetParam().user;
		if (held.get() >= 0)
			command.descriptors[9] = held.get();
		return command;
	}
	void start_at_once();
	void kill_some();
	/* Ends the owner, if there is one, and returns how many there were. */
	int end_owners();
	bool owns(Process &);
	void end(Process &);
	void next_start_succeeds();

	std::mt19937 random { 1 };
	const std::vector<PathStart> kinds = taking_over();
	std::unique_ptr<OtherProcess> stranger;
	Descriptor held;
	std::vector<std::unique_ptr<Process>> started;
	std::vector<bool> killed;
};

/* They all wait for the end of one pipe. */
void
Simultaneous::start_at_once()
{
	int ends[2];

	started.clear();
	killed.assign(starts_at_once, false);
	ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
	for (size_t i = 0; i < starts_at_once; i++) {
		Command command = random_start();
		command.file = owner();
		command.argv.insert(command.argv.begin(), { owner(), "await", "8" });
		command.descriptors[8] = ends[0];
		started.emplace_back(new Process(command));
	}
	close(ends[0]);
	close(ends[1]);
}

/* Each at a time of its own within what a few starts take. */
void
Simultaneous::kill_some()
{
	for (size_t i = 0; i < starts_at_once; i++) {
		if (random() % 2)
			continue;
		const timespec pause = { 0, static_cast<long>(random() % 1000000) };
		nanosleep(&pause, nullptr);
		started[i]->kill(SIGKILL);
		killed[i] = true;
	}
}

/* Does it own the path?  Else it has found it in use. */
bool
Simultaneous::owns(Process &process)
{
	try {
		EXPECT_EQ(process.read_line(), "owner");
		return true;
	} catch (const std::runtime_error &) {
		Result result = process.finish();
		EXPECT_FALSE(result.timed_out || result.signal) << result;
		EXPECT_THAT(result.error_line(0), testing::EndsWith(error_text(EADDRINUSE)))
		    << result;
		return false;
	}
}

int
Simultaneous::end_owners()
{
	std::vector<Process *> owners;

	for (size_t i = 0; i < starts_at_once; i++)
		if (killed[i])
			started[i]->finish();
		else if (owns(*started[i]))
			owners.push_back(started[i].get());
	for (Process *process : owners)
		end(*process);
	return static_cast<int>(owners.size());
}

/* An owner has kept the path to its end. */
void
Simultaneous::end(Process &process)
{
	process.kill(SIGTERM);
	Result result = process.finish();
	EXPECT_EQ(result.output, "owner\nkept\n") << result;
}

/* Then there is its path, and nothing else. */
void
Simultaneous::next_start_succeeds()
{
	Process process(random_start());

	EXPECT_EQ(process.read_line(), "owner");
	end(process);
	EXPECT_THAT(names(), testing::ElementsAre("s"));
}

/* One start, of each kind. */
class Start : public InDirectory, public testing::WithParamInterface<PathStart> {
protected:
	/* Until the next program is executed; returns the locks that were asked for. */
	std::vector<std::string> locks_of(Tracee &, int failing_with = 0) const;
};

bool
asks_for_lock(const Tracee &tracee)
{
	switch (tracee.call()) {
	case SYS_flock:
		return true;
	case SYS_fcntl:
		return tracee.argument(1) == F_SETLK || tracee.argument(1) == F_SETLKW
		    || tracee.argument(1) == F_OFD_SETLK || tracee.argument(1) == F_OFD_SETLKW;
	default:
		return false;
	}
}

std::vector<std::string>
Start::locks_of(Tracee &tracee, int failing_with) const
{
	std::vector<std::string> locks;
	Tracee::Stop stop;

	while ((stop = tracee.next_entry()) == Tracee::Stop::ENTRY)
		if (asks_for_lock(tracee)) {
			locks.push_back(tracee.call() == SYS_flock ? "flock" : "fcntl");
			if (failing_with)
				tracee.fail_call(failing_with);
		}
	EXPECT_EQ(stop, Tracee::Stop::EXECUTED) << tracee.error();
	return locks;
}

const Surroundings surroundings[] = {
	{ "Alone", 0755, 0, false, false },
	{ "StrangersLock", 0755, 0, true, false },
	{ "CallersLock", 0755, 0, false, true },
	{ "WithoutReading", 0300, service_user, false, false },
	{ "StickyAndStrangersLock", 01777, service_user, true, false },
};

} // namespace

TEST_P(Simultaneous, StartsHaveOneOwner)
{
	for (int round = 0; round < rounds && !HasFailure(); round++) {
		bool kills = round % 2;

		/* Every other time the path is unused; else the last owner left it. */
		if (round % 4 < 2)
			unlink(path.c_str());
		start_at_once();
		if (kills)
			kill_some();
		int owners = end_owners();
		EXPECT_LE(owners, 1);
		EXPECT_TRUE(kills || owners == 1) << owners;
		next_start_succeeds();
	}
}

INSTANTIATE_TEST_SUITE_P(In, Simultaneous, testing::ValuesIn(surroundings),
    [](const testing::TestParamInfo<Surroundings> &row) { return std::string(row.param.name); });

TEST_P(Start, OnAnUnusedPathAsksForNoLock)
{
	Tracee tracee(start(GetParam()));

	EXPECT_THAT(locks_of(tracee), testing::ElementsAre());
	EXPECT_THAT(names(), testing::ElementsAre("s"));
}

/* NFS and FUSE: flock(2), fcntl(2). */
TEST_P(Start, OnADeadPathNeedsNoLockThatTheFileSystemLacks)
{
	if (!Tracee::fails_calls())
		SKIP_TEST_EVEN_IN_CI("calls cannot be made to fail on this processor");
	for (int error : { ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL, EBADF }) {
		bind_path(path, GetParam().socket_type());
		Tracee tracee(start(GetParam()));
		locks_of(tracee, error);
		tracee.kill();
		EXPECT_THAT(names(), testing::ElementsAre("s"));
		unlink(path.c_str());
	}
}

TEST_P(Start, OnADeadPathEndsWhileAStrangerHoldsTheDirectory)
{
	OtherProcess stranger = stranger_with_lock(directory);

	bind_path(path, GetParam().socket_type());
	Process process(start(GetParam()));
	EXPECT_EQ(process.read_line(), "owner");
	EXPECT_THROW(lock(directory), std::system_error) << "it is still held";
}

INSTANTIATE_TEST_SUITE_P(Of, Start, testing::ValuesIn(taking_over()),
    [](const testing::TestParamInfo<PathStart> &row) { return std::string(row.param.name); });
