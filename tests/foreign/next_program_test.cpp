// SPDX-License-Identifier: ISC
// What is handed over, and how the next program is sought, by the other system's
// errors.
#include "child.h"
#include "request.h"

namespace {

using testing::ElementsAre;

// The environment is the process's: each test has a process of its own.
class Handover : public ForeignKernel {
protected:
	// "TARGET", or what failed.
	static std::string HandOver(int descriptor, bool systemd = true, bool upstart = false)
	{
		char words[256];
		int target = foreign_hand_over(descriptor, systemd, upstart, words, sizeof words);

		return target < 0 ? words : std::to_string(target);
	}

	// What the next program gets, in its order.
	static std::vector<std::string> NextEnvironment()
	{
		std::vector<std::string> entries;
		char words[64];

		foreign_chain("/next", words, sizeof words);
		for (int i = 0; foreign_kernel_next_variable(i); i++)
			entries.emplace_back(foreign_kernel_next_variable(i));
		return entries;
	}

	// The process, whose number is 4711, was given sockets.
	static void Inherit(const char *count, const char *pid = "4711")
	{
		foreign_kernel_give_variable("LISTEN_FDS", count);
		foreign_kernel_give_variable("LISTEN_PID", pid);
	}
};

TEST_F(Handover, ASocketGoesTo3)
{
	in_child([] {
		foreign_kernel_open(3, "/var/log/messages");
		EXPECT_EQ("3", HandOver(Request("127.0.0.1").Open()));
		EXPECT_THAT(NextEnvironment(), ElementsAre("LISTEN_FDS=1", "LISTEN_PID=4711"));
		EXPECT_EQ(1u, foreign_kernel_open_descriptors());
		EXPECT_EQ(0, foreign_option(3, BINDCHAIN_SHARE)); // it is a socket
	});
}

TEST_F(Handover, ASocketGoesBehindThoseThatWereInherited)
{
	in_child([] {
		Inherit("2");
		foreign_kernel_give_variable("LISTEN_FDNAMES", "a:b");
		Request("127.0.0.1", 1).Open();
		Request("127.0.0.1", 2).Open();
		EXPECT_EQ("5", HandOver(Request("127.0.0.1", 3).Open(), true, true));
		EXPECT_THAT(NextEnvironment(), ElementsAre("LISTEN_FDS=3", "LISTEN_PID=4711",
		    "LISTEN_FDNAMES=a:b:unknown", "UPSTART_EVENTS=socket", "UPSTART_FDS=5"));
	});
}

// There is no such number here, so it says nothing.
TEST_F(Handover, APidfdsNumberNarrowsNothing)
{
	in_child([] {
		Inherit("1");
		foreign_kernel_give_variable("LISTEN_PIDFDID", "12345");
		Request("127.0.0.1", 1).Open();
		EXPECT_EQ("4", HandOver(Request("127.0.0.1", 2).Open()));
		EXPECT_THAT(NextEnvironment(), ElementsAre("LISTEN_FDS=2", "LISTEN_PID=4711"));
	});
}

// FreeBSD 13.1, seen: unsetenv(3) brought back what setenv(3) had not made.
TEST_F(Handover, ARemovedVariableBringsNoOldValueBack)
{
	in_child([] {
		foreign_kernel_give_variable("LISTEN_PIDFDID", "7");
		Inherit("9", "1");
		foreign_kernel_give_variable("OTHER", "stays");
		EXPECT_EQ("3", HandOver(Request("127.0.0.1").Open()));
		EXPECT_THAT(NextEnvironment(),
		    ElementsAre("LISTEN_FDS=1", "LISTEN_PID=4711", "OTHER=stays"));
	});
}

TEST_F(Handover, WithoutAChangeTheEnvironmentIsPassedAsItIs)
{
	in_child([] {
		Inherit("9", "1");
		EXPECT_EQ("3", HandOver(Request("127.0.0.1").Open(), false));
		NextEnvironment();
		EXPECT_TRUE(foreign_kernel_variables_stand());
	});
}

TEST_F(Handover, AnInheritedDescriptorThatIsNotOpenIsAnError)
{
	in_child([] {
		Inherit("2");
		EXPECT_EQ("inherited 4 EBADF", HandOver(Request("127.0.0.1").Open()));
	});
}

TEST_F(Handover, ADescriptorThatCannotBePlacedStaysOpen)
{
	in_child([] {
		foreign_kernel_open(3, "/var/log/messages");
		const int descriptor = Request("127.0.0.1").Open();
		foreign_kernel_fail("dup2", 1, "EMFILE");
		EXPECT_EQ("place 3 EMFILE", HandOver(descriptor));
		EXPECT_EQ(2u, foreign_kernel_open_descriptors());
	});
}

// The list is made, and then put into the environment.
TEST_F(Handover, NamesThatDoNotFitAreAnError)
{
	for (unsigned which : { 1u, 2u })
		in_child([which] {
			Inherit("1");
			foreign_kernel_give_variable("LISTEN_FDNAMES",
			    "a-name-that-is-longer-than-the-room-which-is-there");
			Request("127.0.0.1", 1).Open();
			const int descriptor = Request("127.0.0.1", 2).Open();
			foreign_kernel_fail("malloc", which, "ENOMEM");
			EXPECT_EQ("environment LISTEN_FDNAMES ENOMEM", HandOver(descriptor));
		});
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
		foreign_kernel_give_variable("PATH", "/one:/two");
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
