/* SPDX-License-Identifier: ISC */
/*
 * Root's starts that make the directory of a path, where an unprivileged user owns the
 * directory above: before each system call of the start he puts something else in the place
 * of the directory, or of the private directory next to it.  Nothing of others changes.
 * And starts that are killed before each call, after which the next one succeeds.
 */
#include <algorithm>
#include <filesystem>
#include <functional>
#include <sstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "path_starts.h"
#include "private_root.h"
#include "tools.h"
#include "traced_path.h"

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/* What the attacker moves to a name of the start's, after he has moved away what is there. */
enum class Attack {
	NOTHING,
	OWN_DIRECTORY,    /* of his, mode 0777 */
	OTHERS_DIRECTORY, /* renames one of mode 0700 of root's there; an empty one he could
	                     remove himself */
	LINK,             /* to a directory of mode 0700 of root's that he cannot reach */
	LINK_TO_NOTHING,
	FILE
};
const Attack attacks[] = { Attack::NOTHING, Attack::OWN_DIRECTORY, Attack::OTHERS_DIRECTORY,
	Attack::LINK, Attack::LINK_TO_NOTHING, Attack::FILE };

void
need(bool done, const char *what)
{
	if (!done)
		throw std::runtime_error(what);
}

std::string
access_of(int descriptor)
{
	struct stat status = {};
	std::ostringstream text;

	need(fstat(descriptor, &status) == 0, "fstat");
	text << std::oct << (status.st_mode & 07777) << std::dec << " " << status.st_uid << ":"
	     << status.st_gid << (status.st_nlink == 0 ? " removed" : "");
	return text.str();
}

class AttackedDirectory : public InPrivateRoot {
protected:
	void set_up();
	Command start(const std::string &next) const
	{
		return tool("bindchain", { "listen", "--unix=" + directory + "/s,directory-mode=2755,"
		    "directory-owner=service,directory-group=other", next });
	}
	/* Before call MOMENT; returns false where the start makes no such call. */
	bool attacked(Attack, bool on_private, int moment);
	void attack(Attack, const std::string &name);
	void attack_private(Attack);
	void expect_no_harm() const;
	Words names() const;

	std::string above, directory, others, secret;
	Descriptor others_object, secret_object;
	int moved = 0;
};

void
AttackedDirectory::set_up()
{
	above = root + "/service";
	directory = above + "/run";
	others = above + "/others";
	secret = root + "/secret";
	for (const std::string &path : { above, secret })
		fs::remove_all(path);
	need(mkdir(above.c_str(), 0755) == 0 && mkdir(others.c_str(), 0700) == 0
	        && mkdir(secret.c_str(), 0700) == 0, "mkdir");
	for (const std::string &path : { others, secret })
		need(mkdir((path + "/kept").c_str(), 0700) == 0, "mkdir");
	need(chown(above.c_str(), service_user, service_user) == 0, "chown");
	others_object = Descriptor(open(others.c_str(), O_PATH | O_CLOEXEC));
	secret_object = Descriptor(open(secret.c_str(), O_PATH | O_CLOEXEC));
	moved = 0;
}

/* Each of it the owner of the directory above could do. */
void
AttackedDirectory::attack(Attack attack, const std::string &name)
{
	rename(name.c_str(), (above + "/away" + std::to_string(moved++)).c_str());
	switch (attack) {
	case Attack::NOTHING:
		break;
	case Attack::OWN_DIRECTORY:
		need(mkdir(name.c_str(), 0700) == 0 && chmod(name.c_str(), 0777) == 0
		        && chown(name.c_str(), service_user, service_user) == 0, "mkdir");
		break;
	case Attack::OTHERS_DIRECTORY:
		rename(others.c_str(), name.c_str());
		break;
	case Attack::LINK:
		need(symlink(secret.c_str(), name.c_str()) == 0, "symlink");
		break;
	case Attack::LINK_TO_NOTHING:
		need(symlink((secret + "/new").c_str(), name.c_str()) == 0, "symlink");
		break;
	case Attack::FILE:
		need(Descriptor(open(name.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0666)).get() >= 0,
		    "open");
		break;
	}
}

void
AttackedDirectory::attack_private(Attack kind)
{
	Words found;

	for (const auto &entry : fs::directory_iterator(above))
		if (entry.path().filename().string().front() == '.')
			found.push_back(entry.path());
	if (found.empty())
		found.push_back(above + "/.run.bindchain");
	for (const std::string &name : found)
		attack(kind, name);
}

/* In the directory of root's that only root can reach nothing is made, either. */
void
AttackedDirectory::expect_no_harm() const
{
	EXPECT_EQ(access_of(others_object.get()), "700 0:0");
	EXPECT_EQ(access_of(secret_object.get()), "700 0:0");
	EXPECT_FALSE(fs::exists(secret + "/new"));
}

bool
AttackedDirectory::attacked(Attack kind, bool on_private, int moment)
{
	int calls = -1;

	set_up();
	Tracee tracee(start("/nonexistent/program"), calls_without_names);
	while (tracee.next_entry() != Tracee::Stop::ENDED) {
		if (calls < 0 && !names_path(tracee, root))
			continue;
		if (++calls != moment)
			continue;
		if (on_private)
			attack_private(kind);
		else
			attack(kind, directory);
	}
	EXPECT_FALSE(tracee.hung());
	EXPECT_EQ(tracee.signal(), 0);
	EXPECT_NE(tracee.status(), 0);
	EXPECT_NE(tracee.error(), "");
	expect_no_harm();
	return calls >= moment;
}

Words
AttackedDirectory::names() const
{
	Words list;

	for (const auto &entry : fs::recursive_directory_iterator(above))
		list.push_back(entry.path().string().substr(above.size() + 1));
	std::sort(list.begin(), list.end());
	return list;
}

TEST_F(AttackedDirectory, ReplacedAtAnyMomentHarmsNobody)
{
	const int step = moment_step(2);

	for (bool on_private : { false, true })
		for (Attack kind : attacks)
			for (int moment = static_cast<int>(kind) % step;; moment += step) {
				SCOPED_TRACE("attack " + std::to_string(static_cast<int>(kind))
				    + (on_private ? " on the private directory" : "") + " before call "
				    + std::to_string(moment));
				if (!attacked(kind, on_private, moment) || HasFailure())
					break;
			}
}

TEST_F(AttackedDirectory, LeftAloneIsComplete)
{
	set_up();
	Result result = run(start("/bin/true"));
	ASSERT_EQ(result.status, 0) << result;
	EXPECT_EQ(access_of(Descriptor(open(directory.c_str(), O_PATH | O_CLOEXEC)).get()),
	    "2755 65534:1");
	EXPECT_EQ(names(), (Words { "others", "others/kept", "run", "run/s" }));
}

/* The directory is complete from the moment that it has its name: otherwise the next start
 * would leave it as it is. */
TEST_F(AttackedDirectory, OfAKilledStartIsCompleteOrMadeByTheNext)
{
	for (int moment = 0;; moment++) {
		bool named = false, killed = false;
		int calls = 0;
		set_up();
		Tracee tracee(start("/nonexistent/program"), calls_without_names);
		while (!killed && tracee.next_entry() != Tracee::Stop::ENDED) {
			named = named || names_path(tracee, root);
			killed = named && calls++ == moment;
		}
		if (!killed)
			break;
		tracee.kill();
		SCOPED_TRACE("killed before call " + std::to_string(moment) + ", "
		    + testing::PrintToString(names()) + " there");
		if (fs::exists(directory)) {
			EXPECT_EQ(access_of(Descriptor(open(directory.c_str(), O_PATH | O_CLOEXEC)).get()),
			    "2755 65534:1");
		}
		Result result = run(start("/bin/true"));
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.error, "");
		EXPECT_EQ(names(), (Words { "others", "others/kept", "run", "run/s" }));
		if (HasFailure())
			break;
	}
}

} // namespace
