/* SPDX-License-Identifier: ISC */
/* The symbolic link to a path, which bindchain listen makes if that is requested. */
#include <cerrno>
#include <filesystem>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "network.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;
using testing::HasSubstr;

class PathLink : public testing::Test {
protected:
	TemporaryDirectory directory;
	std::string path = directory / "socket", link = directory / "link";

	Result listen(const std::string &option, const std::string &next = "true") const
	{
		return run(tool("bindchain", { "listen", option, next }));
	}

	Result listen_with_link(const std::string &next = "true") const
	{
		return listen("--unix=" + path + ",symlink=" + link, next);
	}

	std::string told() const
	{
		return "bindchain listen: fatal: symlink " + link + " Unix stream " + path + ": "
		    + error_text(EEXIST);
	}
};

TEST_F(PathLink, LeadsToThePath)
{
	for (const char *option : { "--unix=", "--unix-dgram=", "--fifo=" }) {
		Result result = listen(option + path + ",symlink=" + link);
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.error, "");
		EXPECT_EQ(fs::read_symlink(link), path);
		EXPECT_EQ(unlink(link.c_str()) | unlink(path.c_str()), 0);
	}
}

/* connect(2) follows it. */
TEST_F(PathLink, IsWhereAClientGetsThrough)
{
	Process server(tool("bindchain", { "listen", "--unix=" + path + ",symlink=" + link,
	    probe_path(), "--wait" }));
	Descriptor client;

	server.read_line();
	EXPECT_EQ(connect_path(link, &client), 0);
}

TEST_F(PathLink, OfAnEarlierStartIsKept)
{
	struct stat before = {}, after = {};

	ASSERT_EQ(symlink(path.c_str(), link.c_str()), 0);
	ASSERT_EQ(lstat(link.c_str(), &before), 0);
	EXPECT_EQ(listen_with_link().status, 0);
	ASSERT_EQ(lstat(link.c_str(), &after), 0);
	EXPECT_EQ(before.st_ino, after.st_ino);
	EXPECT_EQ(listen_with_link("/nonexistent/program").status, 127);
	EXPECT_EQ(fs::read_symlink(link), path) << "it was not made by the start that failed";
}

TEST_F(PathLink, ReplacesNothing)
{
	const auto others = { "file", "elsewhere", "longer", "directory" };

	for (const std::string other : others) {
		if (other == "file")
			directory.file("link", "content", 0600);
		else if (other == "directory")
			fs::create_directory(link);
		else
			fs::create_symlink(other == "longer" ? path + "2" : "/nonexistent", link);
		struct stat before = {}, after = {};
		ASSERT_EQ(lstat(link.c_str(), &before), 0);
		Result result = listen_with_link();
		EXPECT_EQ(result.status, 111) << result;
		EXPECT_EQ(result.error_line(0), told());
		EXPECT_EQ(result.error_line(1), "bindchain listen: info: what exists there is not a"
		                                " symbolic link to the path");
		ASSERT_EQ(lstat(link.c_str(), &after), 0);
		EXPECT_EQ(before.st_ino, after.st_ino);
		EXPECT_FALSE(fs::exists(path)) << "the socket is removed again";
		result = run(tool("bindchain", { "explain", "listen", "--unix=" + path + ",symlink="
		    + link, "true" }));
		EXPECT_NE(result.status, 0);
		EXPECT_THAT(result.output, HasSubstr("is not a symbolic link to"));
		fs::remove_all(link);
	}
}

TEST_F(PathLink, ToTheNameOfSomethingElseOfTheCommandIsForeseen)
{
	const std::string option = "--unix=" + path + ",symlink=";
	const std::vector<Words> commands = {
		{ option + link, "--unix=" + directory / "two,symlink=" + link },
		{ "--unix=" + link, option + link },
		{ "--unix=" + directory / "made/socket,directory-mode=700,symlink="
		  + directory / "made" },
	};

	for (const Words &sockets : commands)
		for (const char *command : { "listen", "explain" }) {
			Words words = sockets;
			words.insert(words.begin(), "listen");
			if (std::string(command) == "explain")
				words.insert(words.begin(), "explain");
			words.push_back("true");
			Result result = run(tool("bindchain", words));
			EXPECT_NE(result.status, 0) << result;
			EXPECT_THAT(result.output, HasSubstr(words[0] == "explain"
			    ? " is the path of something else of this command" : ""));
			EXPECT_TRUE(fs::is_empty(directory.path()));
		}
}

/* He could turn it elsewhere. */
TEST_F(PathLink, OfAnotherUserIsRefused)
{
	if (geteuid() != 0)
		SKIP_TEST("needs root, to make a link of another user");
	ASSERT_EQ(symlink(path.c_str(), link.c_str()), 0);
	ASSERT_EQ(lchown(link.c_str(), 65534, 65534), 0);
	Result result = listen_with_link();
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), told());
	EXPECT_EQ(result.error_line(1),
	    "bindchain listen: info: the link belongs to another user");
	EXPECT_EQ(fs::read_symlink(link), path);
}

TEST_F(PathLink, IsGoneWhenTheNextProgramDoesNotStart)
{
	EXPECT_EQ(listen_with_link("/nonexistent/program").status, 127);
	EXPECT_TRUE(fs::is_empty(directory.path()));

	EXPECT_EQ(listen("--unix=" + directory / "d/s,directory-mode=700,symlink="
	    + directory / "d/link", "/nonexistent/program").status, 127);
	EXPECT_TRUE(fs::is_empty(directory.path()));
}

/* Of a FIFO that was there, the link alone. */
TEST_F(PathLink, ToAFifoThatExistsIsGoneToo)
{
	ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
	EXPECT_EQ(listen("--fifo=" + path + ",symlink=" + link, "/nonexistent/program").status, 127);
	EXPECT_TRUE(fs::exists(path));
	EXPECT_FALSE(fs::is_symlink(link));
}

TEST_F(PathLink, InAMissingDirectoryFailsAndLeavesNothing)
{
	Result result = listen("--unix=" + path + ",symlink=" + directory / "none/link");

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_THAT(result.error_line(0), HasSubstr(error_text(ENOENT)));
	EXPECT_TRUE(fs::is_empty(directory.path()));
}

TEST_F(PathLink, WithAWrongValueIsRefused)
{
	const struct {
		const char *option, *message;
	} rows[] = {
		{ "--unix=s,symlink=/tmp/l", "--unix: symlink needs an absolute path: s" },
		{ "--fifo=@s,symlink=/tmp/l", "--fifo: symlink needs an absolute path: @s" },
		{ "--unix=/tmp/s,symlink", "--unix: symlink: value missing" },
		{ "--unix=/tmp/s,symlink=", "--unix: symlink: value missing" },
		{ "--tcp=127.0.0.1:0,symlink=/tmp/l",
		    "--tcp: not a setting of this kind of socket: symlink" },
	};

	for (const auto &row : rows) {
		Result result = listen(row.option);
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.error_line(0), std::string("bindchain listen: fatal: ") + row.message);
	}
	EXPECT_EQ(listen("--unix=@name,symlink=/tmp/l").status, 100);
}

TEST_F(PathLink, IsExplained)
{
	Result result = run(tool("bindchain", { "explain", "listen", "--unix=" + directory
	    / "d/s,directory-mode=700,symlink=" + directory / "d/link", "true" }));

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_THAT(result.output, HasSubstr("    symlinkat(" + directory / "d/link" + "): "));
}

/* What the link of an abstract name is refused for is no reason to fail for that of a path. */
TEST_F(PathLink, OfAnAbstractNameTooIsExplained)
{
	Result result = run(tool("bindchain", { "explain", "listen", "--unix=@name,symlink=" + link,
	    "--unix=" + path + ",symlink=" + link, "true" }));

	EXPECT_EQ(result.status, 100) << result;
	EXPECT_THAT(result.output, HasSubstr("Handover\n"));
}

} // namespace
