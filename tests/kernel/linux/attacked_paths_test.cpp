/* SPDX-License-Identifier: ISC */
/*
 * Root's starts in a directory of an unprivileged user's, who puts something else in
 * the path's place at any moment: before each system call that the start makes once it
 * has named the path.  (Between two calls a process sees nothing of the file system, so
 * that the moment before a call stands for all since the one before it.)  Nothing that
 * is others' changes, and the start succeeds on its own path or fails.
 */
#include <memory>

#include <sys/syscall.h>
#include <unistd.h>

#include "contested_path.h"
#include "path_starts.h"
#include "private_root.h"
#include "traced_path.h"

namespace {

/* One start, and what happens in it.  Its next program is not there. */
struct Trial {
	const PathStart *start;
	Before before;
	Attack attack;
	bool briefly; /* taken back before the next call */
	int moment;   /* the attack comes before this call, counted from 0 */
};

std::ostream &
operator<<(std::ostream &stream, const Trial &trial)
{
	return stream << trial.start->name << ", " << trial.before << " there, attack "
	              << trial.attack << (trial.briefly ? " during" : " before") << " call "
	              << trial.moment;
}

class AttackedPath : public InPrivateRoot, public testing::WithParamInterface<PathStart> {
protected:
	void SetUp() override
	{
		InPrivateRoot::SetUp();
		if (!root.empty())
			contested.reset(new ContestedPath(root));
	}

	/* Before the calls in turn, until something is wrong. */
	void at_every_moment(Before, Attack, bool briefly = false);
	void with_each_attack();
	void in_races();

private:
	/* Returns false where the start makes no such call. */
	bool happens(const Trial &);
	void watch(const Trial &, Tracee &);
	bool is_moment(const Tracee &) const;
	void attack_at(const Trial &, const Tracee &);
	void check_success(const Trial &, const Tracee &);
	void check_failure(const Trial &, const Tracee &);
	void complain(const std::string &);

	std::unique_ptr<ContestedPath> contested;
	/* Of the trial that runs: */
	int calls = 0;            /* since the path was named */
	bool has_spoken = false;
	bool born = false;        /* it has made something there */
	bool born_before = false; /* the attack came then */
	bool has_executed = false;
	bool is_hidden = false; /* for the time of one call, from a start that removes it */
	unsigned long long call = 0; /* that the attack came before */
	std::string problem;
};

void
AttackedPath::complain(const std::string &what)
{
	if (!what.empty())
		problem += what + "\n";
}

/* At the execution of the next program: what it is given is at the path, or was there,
 * and has been taken away since by who owns the directory. */
void
AttackedPath::check_success(const Trial &trial, const Tracee &tracee)
{
	complain(contested->harm());
	if (is_given(*trial.start, contested->path(), tracee)) {
		complain(wrong_handover(*trial.start, contested->path(), tracee));
		complain(wrong_access(*trial.start, contested->path()));
	} else if (!born_before) {
		complain("success on another path");
	}
}

void
AttackedPath::check_failure(const Trial &trial, const Tracee &tracee)
{
	std::string leftovers = contested->leftovers();

	complain(contested->harm());
	if (tracee.hung())
		complain("it did not end");
	else if (tracee.signal() != 0)
		complain("killed by signal " + std::to_string(tracee.signal()));
	else
		complain(trial.start->wrong_failure(tracee.status()));
	if (tracee.error().empty())
		complain("no message");
	/* Who hides what is to be removed has to remove it himself. */
	if (!leftovers.empty() && !is_hidden)
		complain("left behind: " + leftovers);
}

void
AttackedPath::attack_at(const Trial &trial, const Tracee &tracee)
{
	if (calls == trial.moment) {
		call = tracee.call();
		born_before = born;
		is_hidden = trial.briefly && has_executed;
		contested->attack(trial.attack);
	} else if (calls == trial.moment + 1 && trial.briefly) {
		contested->undo();
	}
	calls++;
}

/* With the first message it has failed and removed what it made: what it then finds out
 * about the cause, in /proc of every process, sees of our names but what it names. */
bool
AttackedPath::is_moment(const Tracee &tracee) const
{
	return (calls > 0 && !has_spoken) || names_path(tracee, root);
}

void
AttackedPath::watch(const Trial &trial, Tracee &tracee)
{
	while (tracee.next_entry() != Tracee::Stop::ENDED) {
		if (tracee.call() == SYS_write)
			has_spoken = has_spoken || tracee.argument(0) == STDERR_FILENO;
		else if (is_moment(tracee))
			attack_at(trial, tracee);
		if (tracee.call() == SYS_execve) {
			check_success(trial, tracee);
			has_executed = true;
		}
		if (gives_birth(tracee, trial.start->object))
			born = true;
	}
}

bool
AttackedPath::happens(const Trial &trial)
{
	calls = 0;
	has_spoken = has_executed = is_hidden = false;
	problem.clear();
	contested->set_up(trial.before, trial.start->socket_type());
	/* A FIFO that is there is taken on. */
	born = trial.before == Before::FIFO && trial.start->object == Object::FIFO;
	born_before = false;
	Tracee tracee(trial.start->command(contested->path(), "/nonexistent/program"),
	    calls_without_names);
	watch(trial, tracee);
	check_failure(trial, tracee);
	if (!problem.empty())
		problem += tracee.error();
	return calls > trial.moment;
}

void
AttackedPath::at_every_moment(Before before, Attack attack, bool briefly)
{
	const int step = moment_step(8);
	Trial trial = { &GetParam(), before, attack, briefly,
		(static_cast<int>(attack) + GetParam().number()) % step };

	while (happens(trial) && problem.empty())
		trial.moment += step;
	EXPECT_EQ(problem, "") << trial << " (system call " << call << ")";
}

void
AttackedPath::with_each_attack()
{
	for (int i = 0; i < attack_count; i++)
		at_every_moment(Before::NOTHING, static_cast<Attack>(i));
}

void
AttackedPath::in_races()
{
	const int starts = 20;

	contested->set_up(Before::NOTHING, GetParam().socket_type());
	contested->attack_at_random(static_cast<unsigned>(GetParam().name[0]));
	for (int i = 0; i < starts; i++) {
		Result result = run(GetParam().command(contested->path(),
		    i % 2 ? "/bin/true" : "/nonexistent/program"));
		EXPECT_FALSE(result.timed_out || result.signal) << result;
	}
	contested->end_attacks();
	EXPECT_EQ(contested->harm(), "");
}

/* What is there already, and the starts of which each gets further with it than others. */
class AttackedSocket : public AttackedPath {};
class AttackedFile : public AttackedPath {};

/* Of those that differ in what they lead to, one each. */
const Attack main_attacks[] = { Attack::NOTHING, Attack::LINK_TO_SECRET, Attack::LINK_TO_SERVER,
	Attack::HARD_LINK, Attack::OTHERS_SERVER, Attack::OTHERS_FIFO, Attack::OWN_SERVER,
	Attack::OWN_DEAD_SOCKET, Attack::OTHER_NAMES, Attack::PARENT, Attack::PARENT_LINK };

std::vector<PathStart>
starts(bool (*among)(const PathStart &))
{
	std::vector<PathStart> list;

	for (const PathStart &start : path_starts())
		if (among(start))
			list.push_back(start);
	return list;
}

std::string
name_of(const testing::TestParamInfo<PathStart> &row)
{
	return row.param.name;
}

} // namespace

TEST_P(AttackedPath, ReplacedAtAnyMomentHarmsNobody)
{
	with_each_attack();
}

/* While one call runs, and no longer: what is looked at before and after is the same. */
TEST_P(AttackedPath, ReplacedForTheTimeOfOneCallHarmsNobody)
{
	for (Attack attack : { Attack::LINK_TO_SECRET, Attack::OTHERS_SERVER, Attack::OWN_SERVER,
	         Attack::OWN_DEAD_SOCKET, Attack::PARENT, Attack::PARENT_LINK })
		at_every_moment(Before::NOTHING, attack, true);
}

TEST_P(AttackedPath, InRacesHarmsNobody)
{
	in_races();
}

INSTANTIATE_TEST_SUITE_P(Commands, AttackedPath, testing::ValuesIn(path_starts()), name_of);

TEST_P(AttackedSocket, DeadAndReplacedAtAnyMomentHarmsNobody)
{
	for (Attack attack : main_attacks)
		at_every_moment(Before::DEAD_SOCKET, attack);
}

INSTANTIATE_TEST_SUITE_P(Commands, AttackedSocket, testing::ValuesIn(starts(
    [](const PathStart &start) { return start.is_socket()
            && (!start.changes_access() || start.name == std::string("StreamAccess")); })),
    name_of);

TEST_P(AttackedFile, ReplacedAtAnyMomentHarmsNobody)
{
	for (Attack attack : main_attacks)
		at_every_moment(Before::FIFO, attack);
}

TEST_P(AttackedFile, LiveAndReplacedAtAnyMomentHarmsNobody)
{
	for (Attack attack : main_attacks)
		at_every_moment(Before::LIVE_SOCKET, attack);
}

INSTANTIATE_TEST_SUITE_P(Commands, AttackedFile, testing::ValuesIn(starts(
    [](const PathStart &start) { return !start.is_socket() || !start.changes_access(); })),
    name_of);
