// SPDX-License-Identifier: ISC
// What is handed over, and how the next program is sought, by the other system's
// errors.
#include "request.h"

namespace {

class Handover : public ForeignKernel {
protected:
	// "TARGET", or what failed.
	static std::string HandOver(int descriptor, bool systemd = true, bool upstart = false)
	{
		char words[256];
		int target = foreign_hand_over(descriptor, systemd, upstart, words, sizeof words);

		return target < 0 ? words : std::to_string(target);
	}

	static std::string Variable(const char *name)
	{
		const char *value = foreign_kernel_getenv(name);

		return value ? value : "unset";
	}

	// The process, whose number is 4711, was given sockets.
	static void Inherit(const char *count)
	{
		foreign_kernel_setenv("LISTEN_FDS", count);
		foreign_kernel_setenv("LISTEN_PID", "4711");
	}
};

TEST_F(Handover, ASocketGoesTo3)
{
	foreign_kernel_open(3, "/var/log/messages");
	EXPECT_EQ("3", HandOver(Request("127.0.0.1").Open()));
	EXPECT_EQ("1", Variable("LISTEN_FDS"));
	EXPECT_EQ("4711", Variable("LISTEN_PID"));
	EXPECT_EQ("unset", Variable("LISTEN_FDNAMES"));
	EXPECT_EQ(1u, foreign_kernel_open_descriptors());
	EXPECT_EQ(0, foreign_option(3, BINDCHAIN_SHARE)); // it is a socket
}

TEST_F(Handover, ASocketGoesBehindThoseThatWereInherited)
{
	Inherit("2");
	foreign_kernel_setenv("LISTEN_FDNAMES", "a:b");
	Request("127.0.0.1", 1).Open();
	Request("127.0.0.1", 2).Open();
	EXPECT_EQ("5", HandOver(Request("127.0.0.1", 3).Open(), true, true));
	EXPECT_EQ("3", Variable("LISTEN_FDS"));
	EXPECT_EQ("a:b:unknown", Variable("LISTEN_FDNAMES"));
	EXPECT_EQ("socket", Variable("UPSTART_EVENTS"));
	EXPECT_EQ("5", Variable("UPSTART_FDS"));
}

// There is no such number here, so it says nothing.
TEST_F(Handover, APidfdsNumberNarrowsNothing)
{
	Inherit("1");
	foreign_kernel_setenv("LISTEN_PIDFDID", "12345");
	Request("127.0.0.1", 1).Open();
	EXPECT_EQ("4", HandOver(Request("127.0.0.1", 2).Open()));
	EXPECT_EQ("unset", Variable("LISTEN_PIDFDID"));
}

TEST_F(Handover, AnInheritedDescriptorThatIsNotOpenIsAnError)
{
	Inherit("2");
	EXPECT_EQ("inherited 4 EBADF", HandOver(Request("127.0.0.1").Open()));
}

TEST_F(Handover, ADescriptorThatCannotBePlacedIsClosed)
{
	foreign_kernel_open(3, "/var/log/messages");
	const int descriptor = Request("127.0.0.1").Open();
	foreign_kernel_fail("dup2", 1, "EMFILE");
	EXPECT_EQ("place 3 EMFILE", HandOver(descriptor));
	EXPECT_EQ(1u, foreign_kernel_open_descriptors());
}

TEST_F(Handover, NamesThatDoNotFitAreAnError)
{
	Inherit("1");
	foreign_kernel_setenv("LISTEN_FDNAMES", "a");
	Request("127.0.0.1", 1).Open();
	const int descriptor = Request("127.0.0.1", 2).Open();
	foreign_kernel_fail("malloc", 1, "ENOMEM");
	EXPECT_EQ("environment LISTEN_FDNAMES ENOMEM", HandOver(descriptor));
}

// ---- the search ----

std::string
Chain(const char *program)
{
	char words[64];

	foreign_chain(program, words, sizeof words);
	return words;
}

class Search : public ForeignKernel {
protected:
	void SetUp() override
	{
		ForeignKernel::SetUp();
		foreign_kernel_setenv("PATH", "/one:/two");
		foreign_kernel_make_file("/one/program", 0755);
		foreign_kernel_make_file("/two/program", 0755);
	}
};

class SearchGoesOn : public Search, public testing::WithParamInterface<const char *> { };

// exec of POSIX, and what kernels say of mounts that are gone.
TEST_P(SearchGoesOn, AfterAnErrorThatIsOfThatPlace)
{
	foreign_kernel_fail("execve", 1, GetParam());
	EXPECT_EQ("ENOEXEC", Chain("program"));
	EXPECT_EQ("execve /one/program\nexecve /two/program\n", Log());
}

INSTANTIATE_TEST_SUITE_P(Each, SearchGoesOn,
    testing::Values("ENOENT", "ENOTDIR", "EACCES", "ENAMETOOLONG", "ELOOP", "ENODEV",
        "ETIMEDOUT", "ESTALE"));

class SearchEnds : public Search, public testing::WithParamInterface<const char *> { };

TEST_P(SearchEnds, AtAnErrorThatIsOfTheProgram)
{
	foreign_kernel_fail("execve", 1, GetParam());
	EXPECT_EQ(GetParam(), Chain("program"));
	EXPECT_EQ("execve /one/program\n", Log());
}

INSTANTIATE_TEST_SUITE_P(Each, SearchEnds,
    testing::Values("ENOEXEC", "ENOMEM", "E2BIG", "ETXTBSY"));

TEST_F(Search, WhatNobodyMayExecuteIsToldRatherThanThatNothingIsThere)
{
	foreign_kernel_make_file("/one/data", 0644);
	EXPECT_EQ("EACCES", Chain("data"));
	EXPECT_EQ("ENOENT", Chain("nothing"));
}

using SearchWithoutPath = ForeignKernel;

// confstr(3)
TEST_F(SearchWithoutPath, GoesThroughTheSystemsOwn)
{
	EXPECT_EQ("ENOENT", Chain("program"));
	EXPECT_EQ("execve /usr/bin/program\nexecve /bin/program\nexecve /usr/sbin/program\n"
	          "execve /sbin/program\n", Log());
}

} // namespace
