/* SPDX-License-Identifier: ISC */
/*
 * Starts that are killed before each of their system calls in turn, once they have named
 * the path: what they leave behind is what the next start clears away.
 */
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>

#include <sys/stat.h>

#include <gmock/gmock.h>

#include "contested_path.h"
#include "path_starts.h"
#include "private_root.h"
#include "temporary_directory.h"
#include "tools.h"
#include "traced_path.h"

namespace {

/* Kills it before a call: MOMENT 0 is the first that names a path below ROOT.  Returns
 * false where the start makes no such call. */
bool
kill_at(Tracee &tracee, const std::string &root, int moment)
{
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

	return kill_at(tracee, root, moment);
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

/* ---- reports ---- */

namespace {

const char old_report[] = "an older report\n";
const char new_report[] = "fd=3 name=unknown address=127.0.0.1:[0-9]+ backlog=[0-9]+"
                          " inherited=no\n";

class KilledReport : public InPrivateRoot, public testing::WithParamInterface<bool> {
protected:
	void set_up()
	{
		std::filesystem::remove_all(directory());
		std::filesystem::create_directory(directory());
		if (GetParam())
			std::ofstream(path()) << old_report;
	}
	std::string directory() const { return root + "/reports"; }
	std::string path() const { return directory() + "/report"; }
	Command start(const char *next) const
	{
		return tool("bindchain", { "listen", "--tcp=127.0.0.1:0", "--report=" + path(),
		    next });
	}
	/* Returns false where the start makes no such call. */
	bool is_killed(int moment) const;
	std::vector<std::string> names() const
	{
		std::vector<std::string> list;
		for (const auto &entry : std::filesystem::directory_iterator(directory()))
			list.push_back(entry.path().filename());
		return list;
	}
};

bool
KilledReport::is_killed(int moment) const
{
	/* So that it also restores the old report. */
	Tracee tracee(start("/nonexistent/program"));

	return kill_at(tracee, root, moment);
}

} // namespace

TEST_P(KilledReport, IsTheOldOrTheNewOne)
{
	const int step = moment_step(2);
	std::set<std::string> seen;

	for (int moment = 0; set_up(), is_killed(moment); moment += step) {
		SCOPED_TRACE("killed before call " + std::to_string(moment));
		const bool is_there = std::filesystem::exists(path());
		const std::string content = is_there ? read_whole_file(path()) : "";
		const bool is_old = content == old_report;
		if (is_there && !is_old) {
			EXPECT_THAT(content, testing::MatchesRegex(new_report));
		}
		EXPECT_TRUE(is_there || !GetParam());
		seen.insert(!is_there ? "none" : is_old ? "old" : "new");
		Result next = run(start("/bin/true"));
		EXPECT_EQ(next.status, 0) << next;
		EXPECT_THAT(names(), testing::ElementsAre("report"));
		EXPECT_THAT(read_whole_file(path()), testing::MatchesRegex(new_report));
	}
	EXPECT_THAT(seen, testing::UnorderedElementsAre(GetParam() ? "old" : "none", "new"));
}

INSTANTIATE_TEST_SUITE_P(OverAnOldOneAndNone, KilledReport, testing::Bool());

INSTANTIATE_TEST_SUITE_P(Commands, KilledStart, testing::ValuesIn(starts()),
    [](const testing::TestParamInfo<PathStart> &row) { return std::string(row.param.name); });
