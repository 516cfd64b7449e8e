/* SPDX-License-Identifier: ISC */
/*
 * Starts that are killed before each of their system calls in turn, once they have named
 * the path: what they leave behind is what the next start clears away.
 */
#include <memory>

#include <sys/stat.h>

#include <gmock/gmock.h>

#include "contested_path.h"
#include "path_starts.h"
#include "private_root.h"
#include "traced_path.h"

namespace {

class KilledStart : public InPrivateRoot, public testing::WithParamInterface<PathStart> {
protected:
	void SetUp() override
	{
		InPrivateRoot::SetUp();
		if (!root.empty())
			contested.reset(new ContestedPath(root));
	}

	/* Before each call in turn, until something is wrong. */
	void at_every_moment(Before);

private:
	Command start(const char *next) const
	{
		return GetParam().command(contested->path(), next);
	}
	/* Returns false where the start makes no such call. */
	bool is_killed(int moment) const;
	/* What the next start did not do as it would have, had there been none before. */
	std::string wrong_successor() const;

	std::unique_ptr<ContestedPath> contested;
};

bool
KilledStart::is_killed(int moment) const
{
	/* So that it also removes what it has made. */
	Tracee tracee(start("/nonexistent/program"), calls_without_names);
	bool named = false;

	while (tracee.next_entry() == Tracee::Stop::ENTRY) {
		named = named || names_path(tracee, root);
		if (named && moment-- == 0) {
			tracee.kill();
			return true;
		}
	}
	return false;
}

std::string
KilledStart::wrong_successor() const
{
	Tracee tracee(start("/bin/true"));

	if (tracee.last() == Tracee::Stop::ENDED)
		return "it failed: " + tracee.error();
	std::string wrong = wrong_handover(GetParam(), contested->path(), tracee);
	return wrong.empty() ? wrong_access(GetParam(), contested->path()) : wrong;
}

void
KilledStart::at_every_moment(Before before)
{
	const int step = moment_step(4);

	for (int moment = GetParam().number() % step;; moment += step) {
		contested->set_up(before, GetParam().socket_type());
		std::vector<std::string> expected = contested->names();
		if (!is_killed(moment))
			break;
		SCOPED_TRACE("killed before call " + std::to_string(moment) + ", "
		    + testing::PrintToString(contested->names()) + " there");
		EXPECT_EQ(wrong_successor(), "");
		if (before == Before::NOTHING)
			expected.push_back("s");
		EXPECT_THAT(contested->names(), testing::UnorderedElementsAreArray(expected));
		EXPECT_EQ(contested->harm(), "");
		if (HasFailure())
			break;
	}
}

std::vector<PathStart>
starts()
{
	std::vector<PathStart> list;

	/* With -D nothing is cleared away: s6 fails when there is anything at the path. */
	for (const PathStart &start : path_starts())
		if (start.name != std::string("IpcKeep"))
			list.push_back(start);
	return list;
}

} // namespace

TEST_P(KilledStart, LeavesWhatTheNextOneClears)
{
	at_every_moment(Before::NOTHING);
}

TEST_P(KilledStart, LeavesWhatTheNextOneClearsWhereSomethingWas)
{
	at_every_moment(GetParam().object == Object::FIFO ? Before::FIFO
	                                               : Before::DEAD_SOCKET);
}

INSTANTIATE_TEST_SUITE_P(Commands, KilledStart, testing::ValuesIn(starts()),
    [](const testing::TestParamInfo<PathStart> &row) { return std::string(row.param.name); });
