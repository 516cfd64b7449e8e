/* SPDX-License-Identifier: ISC */
/* The directory of a path, which bindchain listen makes if that is requested. */
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>

#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;
using testing::HasSubstr;

const uid_t nobody = 65534;

class MadeDirectory : public testing::Test {
protected:
	TemporaryDirectory above;
	std::string directory = above / "app";
	std::string path = directory + "/socket";

	static Command listen(Words words, const std::string &next = "true")
	{
		words.insert(words.begin(), "listen");
		words.push_back(next);
		return tool("bindchain", words);
	}

	/* "750 0:0" */
	std::string access() const
	{
		struct stat status = {};
		char text[64];

		if (stat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
			return "";
		snprintf(text, sizeof text, "%o %u:%u", status.st_mode & 07777U,
		    static_cast<unsigned>(status.st_uid), static_cast<unsigned>(status.st_gid));
		return text;
	}

	/* The same, with this user and group. */
	static std::string own(const char *mode)
	{
		return std::string(mode) + " " + std::to_string(geteuid()) + ":"
		    + std::to_string(getegid());
	}

	Words names() const
	{
		Words list;

		for (const auto &entry : std::filesystem::recursive_directory_iterator(above.path()))
			list.push_back(entry.path().string().substr(above.path().size() + 1));
		std::sort(list.begin(), list.end());
		return list;
	}
};

/* Whatever the umask is. */
TEST_F(MadeDirectory, HasTheModeThatIsRequested)
{
	for (const char *mode : { "750", "755", "2770", "1777", "700" }) {
		Command command = listen({ "--unix=" + path + ",directory-mode=" + mode });
		command.before_execution = [](Command &) { umask(077); };
		Result result = run(command);
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.error, "");
		EXPECT_EQ(access(), own(mode));
		EXPECT_EQ(names(), (Words { "app", "app/socket" }));
		std::filesystem::remove_all(directory);
	}
}

/* The mode is that of DirectoryMode= of systemd.socket(5) by default. */
TEST_F(MadeDirectory, BelongsToWhomIsRequested)
{
	if (geteuid() != 0)
		SKIP_TEST("needs root, to change owners");
	const std::string user = std::to_string(nobody);

	for (const char *option : { "--unix=", "--unix-dgram=" }) {
		Result result = run(listen({ option + path + ",directory-owner=" + user }));
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(access(), "755 " + user + ":" + std::to_string(getegid()));
		std::filesystem::remove_all(directory);
		result = run(listen({ option + path + ",directory-group=" + user
		    + ",directory-mode=2750" }));
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(access(), "2750 " + std::to_string(geteuid()) + ":" + user);
		std::filesystem::remove_all(directory);
	}
}

TEST_F(MadeDirectory, IsMadeWithoutPrivilege)
{
	const uid_t user = geteuid() == 0 ? nobody : geteuid();
	const std::string number = std::to_string(user);

	ASSERT_EQ(chown(above.path().c_str(), user, static_cast<gid_t>(-1)), 0);
	Command command = listen({ "--unix=" + path + ",directory-mode=711,directory-owner="
	    + number });
	if (geteuid() == 0)
		command.user = user;
	Result result = run(command);
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_THAT(access(), testing::StartsWith("711 " + number + ":"));
}

TEST_F(MadeDirectory, ThatExistsIsLeftAsItIsWithAWarning)
{
	ASSERT_EQ(mkdir(directory.c_str(), 0700), 0);
	Result result = run(listen({ "--unix=" + path + ",directory-mode=700" }));
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, "");

	result = run(listen({ "--unix=" + path + ",directory-mode=750,directory-owner=4711,"
	                                         "directory-group=4712" }));
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, "bindchain listen: warning: directory " + directory
	    + " exists and is left as it is: mode 0700, not 0750; user "
	    + std::to_string(geteuid()) + ", not 4711; group " + std::to_string(getegid())
	    + ", not 4712\n");
	EXPECT_EQ(access(), own("700"));
}

/* As everywhere, the path's directory may be a link. */
TEST_F(MadeDirectory, ThatIsALinkIsUsed)
{
	ASSERT_EQ(mkdir((above / "other").c_str(), 0700), 0);
	ASSERT_EQ(symlink("other", directory.c_str()), 0);
	Result result = run(listen({ "--unix=" + path + ",directory-mode=700" }));
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(names(), (Words { "app", "other", "other/socket" }));
	ASSERT_EQ(unlink((above / "other/socket").c_str()), 0);
	ASSERT_EQ(rmdir((above / "other").c_str()), 0);

	result = run(listen({ "--unix=" + path + ",directory-mode=700" }));
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(names(), Words { "app" }) << "nothing is made where a link leads";
}

TEST_F(MadeDirectory, ServesAllPathsInIt)
{
	Result result = run(listen({ "--unix=" + path + ",directory-mode=750",
	    "--unix-dgram=" + directory + "//other,directory-mode=700" }));

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_THAT(result.error, HasSubstr("mode 0750, not 0700")) << "it exists by then";
	EXPECT_EQ(access(), own("750"));
	EXPECT_EQ(names(), (Words { "app", "app/other", "app/socket" }));
}

TEST_F(MadeDirectory, WithAndWithoutSlashes)
{
	for (const char *written : { "app//socket", "./app/socket", "app/./socket" }) {
		Command command = listen({ std::string("--unix=") + written + ",directory-mode=700" });
		command.directory = above.path();
		Result result = run(command);
		bool has_dot = std::string(written) == "app/./socket"; /* the last directory is "." */
		EXPECT_EQ(result.status, has_dot ? 111 : 0) << written << result;
		std::filesystem::remove_all(directory);
	}
}

/* ---- failures ---- */

TEST_F(MadeDirectory, IsGoneWhenTheNextProgramDoesNotStart)
{
	Result result = run(listen({ "--unix=" + path + ",directory-mode=750",
	    "--unix=" + directory + "/two" }, "/nonexistent/program"));

	EXPECT_EQ(result.status, 127) << result;
	EXPECT_EQ(names(), Words {});
}

TEST_F(MadeDirectory, IsGoneWhenAnotherSocketFails)
{
	Result result = run(listen({ "--unix=" + path + ",directory-mode=750",
	    "--unix=" + (above / "missing/socket") }));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(names(), Words {});
}

TEST_F(MadeDirectory, StaysWhenSomethingElseIsInIt)
{
	Result result = run(listen({ "--unix=" + path + ",directory-mode=750", "--",
	    "bindchain", "listen", "--unix=" + directory + "/other", "sh", "-c",
	    "touch " + directory + "/file" }));

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(names(), (Words { "app", "app/file", "app/other", "app/socket" }));
}

TEST_F(MadeDirectory, ThatExistsStaysWhenTheNextProgramDoesNotStart)
{
	ASSERT_EQ(mkdir(directory.c_str(), 0750), 0);
	Result result = run(listen({ "--unix=" + path + ",directory-mode=750" },
	    "/nonexistent/program"));

	EXPECT_EQ(result.status, 127) << result;
	EXPECT_EQ(names(), Words { "app" });
}

TEST_F(MadeDirectory, IsTheLastOneOnly)
{
	Result result = run(listen({ "--unix=" + directory + "/deep/socket,directory-mode=750" }));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: open directory Unix stream "
	    + directory + "/deep/socket: " + error_text(ENOENT));
	EXPECT_EQ(result.error_line(1), "bindchain listen: info: no such directory: " + directory
	    + "; only the last directory of a path is made");
	EXPECT_EQ(names(), Words {});
}

TEST_F(MadeDirectory, OfAnAbstractNameIsRefused)
{
	for (const char *setting : { "directory-mode=700", "directory-owner=0" }) {
		Result result = run(listen({ std::string("--unix=@name,") + setting }));
		EXPECT_EQ(result.status, 100) << result;
	}
}

TEST_F(MadeDirectory, WithAWrongValueIsRefused)
{
	const struct {
		const char *setting, *message;
	} rows[] = {
		{ "directory-mode=888", "directory-mode: not an octal number: 888" },
		{ "directory-mode", "directory-mode: value missing" },
		{ "directory-mode=0x1ff", "directory-mode: not an octal number: 0x1ff" },
		{ "directory-mode=-1", "directory-mode: not 0 to 07777: -1" },
		{ "directory-mode=10000", "directory-mode: not 0 to 07777: 10000" },
		{ "directory-owner=no-such-user", "directory-owner: no such user: no-such-user" },
		{ "directory-group=no-such-group", "directory-group: no such group: no-such-group" },
	};

	for (const auto &row : rows) {
		Result result = run(listen({ "--unix=" + path + "," + row.setting }));
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.error_line(0),
		    std::string("bindchain listen: fatal: --unix: ") + row.message);
	}
}

/* ---- what a killed start left ---- */

/* A private directory, with a complete directory that has not got its name, or without. */
TEST_F(MadeDirectory, IsMadeOverWhatAKilledStartLeft)
{
	const std::string left = above / ".app.bindchain";

	for (bool is_there : { false, true })
		for (const char *inner : { "", "/.bindchain" }) {
			ASSERT_TRUE(std::filesystem::create_directories(left + inner));
			ASSERT_EQ(chmod(left.c_str(), 0700), 0);
			if (is_there) {
				ASSERT_EQ(mkdir(directory.c_str(), 0750), 0);
			}
			Result result = run(listen({ "--unix=" + path + ",directory-mode=750" }));
			EXPECT_EQ(result.status, 0) << result;
			EXPECT_EQ(names(), (Words { "app", "app/socket" })) << inner;
			std::filesystem::remove_all(directory);
		}
}

/* ---- simultaneous starts ---- */

TEST_F(MadeDirectory, IsMadeOnceByManyStartsAtOnce)
{
	const size_t starts = 40;
	std::vector<std::unique_ptr<Process>> processes;

	for (size_t i = 0; i < starts; i++)
		processes.push_back(std::make_unique<Process>(listen({ "--unix=" + directory + "/"
		    + std::to_string(i) + ",directory-mode=750" })));
	for (auto &process : processes) {
		Result result = process->finish();
		EXPECT_EQ(result.status, 0) << result;
	}
	EXPECT_EQ(names().size(), starts + 1);
	EXPECT_EQ(access(), own("750"));
}

/* ---- explain ---- */

TEST_F(MadeDirectory, IsExplained)
{
	const Words words = { "explain", "listen", "--unix=" + path + ",directory-mode=750",
		"--unix=" + directory + "/two", "true" };
	Result result = run(tool("bindchain", words));

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_THAT(result.output, HasSubstr("    mkdirat(" + directory + ", 0750): "));
	EXPECT_EQ(names(), Words {});
	ASSERT_EQ(mkdir(directory.c_str(), 0700), 0);
	result = run(tool("bindchain", words));
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_THAT(result.output, HasSubstr("exists and is left as it is: mode 0700, not 0750"));
}

TEST_F(MadeDirectory, ThatCannotBeMadeIsForeseen)
{
	Result result = run(tool("bindchain", { "explain", "listen",
	    "--unix=" + directory + "/deep/socket,directory-mode=750", "true" }));

	EXPECT_NE(result.status, 0) << result;
	EXPECT_THAT(result.output, HasSubstr("no such directory: " + directory));
	ASSERT_EQ(symlink("nowhere", directory.c_str()), 0);
	result = run(tool("bindchain", { "explain", "listen", "--unix=" + path
	    + ",directory-mode=750", "true" }));
	EXPECT_NE(result.status, 0) << result;
	EXPECT_THAT(result.output, HasSubstr("the symbolic link " + directory
	    + " leads to no directory"));
}

/* Root needs no permission. */
TEST_F(MadeDirectory, WhoseModeLetsItsOwnerMakeNothingIsForeseen)
{
	const std::string option = "--unix=" + path + ",directory-mode=500";
	Result explained = run(tool("bindchain", { "explain", "listen", option, "true" }));
	Result started = run(listen({ option }));

	EXPECT_EQ(started.status == 0, geteuid() == 0) << started;
	EXPECT_EQ(explained.status == 0, started.status == 0) << explained;
}

} // namespace
