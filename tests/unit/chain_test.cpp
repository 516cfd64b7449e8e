/* SPDX-License-Identifier: ISC */
/* The search for the next program: POSIX's execvp, but without its shell. */
#include "core.h"
#include "child.h"
#include "skip.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;

/* Directories for a PATH of the test's own. */
class Chain : public testing::Test {
protected:
	fs::path root;

	void SetUp() override
	{
		std::string name = (fs::temp_directory_path() / "bindchain-chain-XXXXXX").string();
		ASSERT_NE(mkdtemp(name.data()), nullptr) << strerror(errno);
		root = name;
		for (const char *directory : { "first", "second", "third" })
			fs::create_directory(root / directory);
	}

	void TearDown() override { fs::remove_all(root); }

	void write(const std::string &name, const std::string &contents, mode_t mode) const
	{
		std::ofstream(root / name) << contents;
		ASSERT_EQ(chmod((root / name).c_str(), mode), 0);
	}

	/* A program that ends with STATUS. */
	void program(const std::string &name, int status) const
	{
		write(name, "#!/bin/sh\nexit " + std::to_string(status) + "\n", 0755);
	}

	std::string in(const std::string &name) const { return (root / name).string(); }

	std::string path() const { return in("first") + ":" + in("second") + ":" + in("third"); }
};

/* Executes WORDS, staying never.  Ends the process with 253 when it comes back. */
void
execute(std::vector<std::string> words)
{
	std::vector<char *> argv;
	struct bindchain_failure failure;

	for (std::string &word : words)
		argv.push_back(word.data());
	argv.push_back(nullptr);
	chain_execute(argv.data(), environment_all(), false, &failure);
	fprintf(stderr, "%s: %s\n", failure.subject, strerror(failure.error));
	_exit(253);
}

int
status_with_path(const char *path, const std::vector<std::string> &words)
{
	return exit_status_of([&] {
		if (path)
			setenv("PATH", path, 1);
		else
			unsetenv("PATH");
		execute(words);
	});
}

/* The errno with which the search for NAME ends. */
int
error_with_path(const std::string &path, std::string name)
{
	char *const argv[] = { name.data(), nullptr };
	struct bindchain_failure failure = {};
	const char *before = getenv("PATH");
	std::string saved = before ? before : "";

	setenv("PATH", path.c_str(), 1);
	EXPECT_EQ(chain_execute(argv, environment_all(), false, &failure), -1);
	setenv("PATH", saved.c_str(), 1);
	EXPECT_EQ(failure.operation, BINDCHAIN_EXEC);
	EXPECT_STREQ(failure.subject, name.c_str());
	return failure.error;
}

TEST_F(Chain, FirstOfThePathWins)
{
	program("second/prog", 2);
	program("third/prog", 3);
	EXPECT_EQ(status_with_path(path().c_str(), { "prog" }), 2);
}

TEST_F(Chain, ArgumentsArePassedAsTheyAre)
{
	write("first/prog", "#!/bin/sh\n[ \"$#\" = 3 ] && [ \"$1\" = 'a b' ] && [ -z \"$2\" ]"
	                    " && [ \"$3\" = -- ] && exit 9\n", 0755);
	EXPECT_EQ(status_with_path(path().c_str(), { "prog", "a b", "", "--" }), 9);
}

TEST_F(Chain, NotExecutableIsPassedOverWhenAnotherIsFound)
{
	write("first/prog", "#!/bin/sh\nexit 1\n", 0644);
	program("third/prog", 3);
	EXPECT_EQ(status_with_path(path().c_str(), { "prog" }), 3);
}

TEST_F(Chain, NotExecutableIsTheErrorWhenNoneIsFound)
{
	write("second/prog", "#!/bin/sh\nexit 1\n", 0644);
	EXPECT_EQ(error_with_path(path(), "prog"), EACCES);
}

TEST_F(Chain, NothingFoundIsNoSuchFile)
{
	EXPECT_EQ(error_with_path(path(), "prog"), ENOENT);
	EXPECT_EQ(error_with_path(in("nowhere"), "prog"), ENOENT);
}

TEST_F(Chain, DirectoryOfThatNameIsNoProgram)
{
	fs::create_directory(root / "first" / "prog");
	EXPECT_EQ(error_with_path(path(), "prog"), EACCES);
	program("second/prog", 2);
	EXPECT_EQ(status_with_path(path().c_str(), { "prog" }), 2);
}

TEST_F(Chain, FileInThePathIsNoDirectory)
{
	write("file", "", 0644);
	program("second/prog", 2);
	EXPECT_EQ(status_with_path((in("file") + ":" + in("second")).c_str(), { "prog" }), 2);
}

/* A shell would have run it: execvp(3) hands such a file to one. */
TEST_F(Chain, FileWithoutInterpreterLineIsNotHandedToAShell)
{
	write("first/prog", "exit 0\n", 0755);
	program("second/prog", 2);
	EXPECT_EQ(error_with_path(path(), "prog"), ENOEXEC);
	EXPECT_EQ(error_with_path(path(), in("first/prog")), ENOEXEC);
}

TEST_F(Chain, EmptyElementIsTheCurrentDirectory)
{
	program("third/prog", 3);
	for (const std::string &form : { ":" + in("first"), in("first") + "::" + in("second"),
	         in("first") + ":", std::string() }) {
		int status = exit_status_of([&] {
			ASSERT_EQ(chdir(in("third").c_str()), 0);
			setenv("PATH", form.c_str(), 1);
			execute({ "prog" });
		});
		EXPECT_EQ(status, 3) << '"' << form << '"';
	}
}

TEST_F(Chain, UnsetPathIsTheSystemsDefault)
{
	EXPECT_EQ(status_with_path(nullptr, { "sh", "-c", "exit 5" }), 5);
}

TEST_F(Chain, NameWithASlashIsNotSearched)
{
	program("first/prog", 1);
	program("third/prog", 3);
	EXPECT_EQ(status_with_path(path().c_str(), { in("third/prog") }), 3);
	EXPECT_EQ(error_with_path(in("third"), "./prog"), ENOENT);
}

TEST_F(Chain, EmptyNameIsNoSuchFile)
{
	EXPECT_EQ(error_with_path(path(), ""), ENOENT);
}

TEST_F(Chain, NamesBeyondPathMaxOverflowNothing)
{
	std::string long_name(PATH_MAX, 'n'), long_directory = "/" + std::string(PATH_MAX, 'd');

	int error = error_with_path(path(), long_name);
	EXPECT_TRUE(error == ENOENT || error == ENAMETOOLONG) << strerror(error);
	program("second/prog", 2);
	EXPECT_EQ(status_with_path((long_directory + ":" + in("second")).c_str(), { "prog" }), 2);
	/* The longest that fits, null byte and all, is tried by the kernel. */
	error = error_with_path("/", std::string(PATH_MAX - 3, 'n'));
	EXPECT_TRUE(error == ENOENT || error == ENAMETOOLONG) << strerror(error);
}

/* ---- staying in the process ---- */

class ChainStays : public Chain {
protected:
	/* 0 where it stays. */
	static int stay(std::string name, const std::string &path)
	{
		char *const argv[] = { name.data(), nullptr };
		struct bindchain_failure failure = {};

		setenv("PATH", path.c_str(), 1);
		return chain_execute(argv, environment_all(), true, &failure);
	}

	void SetUp() override
	{
		struct stat own;

		Chain::SetUp();
		if (!backend_own_executable(&own))
			SKIP_TEST("the system does not say which executable runs");
	}

	fs::path own_executable() const
	{
		return fs::absolute(testing::internal::GetArgvs()[0]);
	}
};

TEST_F(ChainStays, WhenTheSearchArrivesAtThisExecutable)
{
	fs::create_symlink(own_executable(), root / "second" / "prog");
	in_child([&] {
		EXPECT_EQ(stay("prog", path()), 0);
		EXPECT_EQ(stay(in("second/prog"), path()), 0);
	});
}

TEST_F(ChainStays, NotWhenAnotherComesFirst)
{
	program("first/prog", 1);
	fs::create_symlink(own_executable(), root / "second" / "prog");
	EXPECT_EQ(exit_status_of([&] { stay("prog", path()); }), 1);
}

/* A copy has the same bytes, and is another program all the same. */
TEST_F(ChainStays, NotForACopy)
{
	write("first/prog", "#!/bin/sh\nexit 1\n", 0755);
	EXPECT_EQ(exit_status_of([&] { stay(in("first/prog"), path()); }), 1);
}

TEST(ChainName, IsTheLastComponent)
{
	EXPECT_STREQ(chain_basename("/usr/bin/prog"), "prog");
	EXPECT_STREQ(chain_basename("prog"), "prog");
	EXPECT_STREQ(chain_basename("./prog"), "prog");
	EXPECT_STREQ(chain_basename("dir/"), "");
	EXPECT_STREQ(chain_basename(""), "");
}

} // namespace
