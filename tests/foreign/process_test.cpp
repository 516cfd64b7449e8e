// SPDX-License-Identifier: ISC
// What a backend knows of its own process: the same promises on each system, over
// that system's own calls and records.
#include "request.h"

namespace {

class Process : public ForeignKernel {
protected:
	// The call that lists descriptors.
	static const char *Listing() { return OnFreeBSD() ? "sysctl" : "proc_pidinfo"; }

	static void OpenLater(int first, int count)
	{
		for (int i = 0; i < count; i++)
			foreign_kernel_open_later(first + i, "/var/log/later");
	}
};

TEST_F(Process, IsSetIdWhenTheKernelSaysSo)
{
	EXPECT_EQ(0, foreign_is_set_id());
	foreign_kernel_set_id(1);
	EXPECT_EQ(1, foreign_is_set_id());
}

// LISTEN_PIDFDID is of Linux's pidfd.
TEST_F(Process, HasNoIdentityBesideItsNumber)
{
	EXPECT_EQ(0, foreign_has_process_identity());
}

// ---- the executable ----

TEST_F(Process, KnowsItsExecutable)
{
	foreign_kernel_make_file("/usr/local/bin/other", 0755);
	foreign_kernel_make_file("/usr/local/bin/bindchain", 0755);
	foreign_kernel_execute("/usr/local/bin/bindchain");
	EXPECT_NE(0u, foreign_own_executable());
	EXPECT_EQ(foreign_kernel_inode("/usr/local/bin/bindchain"), foreign_own_executable());
}

TEST_F(Process, DoesNotKnowAnExecutableThatIsGone)
{
	foreign_kernel_execute("/usr/local/bin/bindchain");
	EXPECT_EQ(0u, foreign_own_executable());
}

TEST_F(Process, DoesNotKnowAnExecutableThatCannotBeLookedAt)
{
	foreign_kernel_make_file("/usr/local/bin/bindchain", 0755);
	foreign_kernel_execute("/usr/local/bin/bindchain");
	foreign_kernel_fail("stat", 1, "EACCES");
	EXPECT_EQ(0u, foreign_own_executable());
}

// PATH_MAX is 1024: FreeBSD says ENOMEM, dyld(3) what it would need.
TEST_F(Process, DoesNotKnowAnExecutableWhosePathIsTooLong)
{
	const std::string path = "/" + std::string(1023, 'x');

	foreign_kernel_execute(path.c_str());
	EXPECT_EQ(0u, foreign_own_executable());
}

// ---- descriptors ----

TEST_F(Process, FindsTheHighestDescriptorThatIsOpen)
{
	EXPECT_EQ(2, foreign_highest_descriptor());
	EXPECT_EQ(3, Request("127.0.0.1").Open());
	EXPECT_EQ(3, foreign_highest_descriptor());
	foreign_kernel_open(40, "/a/path/of/some/length/that/is/no/multiple/of/eight");
	foreign_kernel_open(17, "");
	EXPECT_EQ(40, foreign_highest_descriptor());
}

// It was lowered since.
TEST_F(Process, FindsADescriptorBeyondTheLimit)
{
	foreign_kernel_limit_descriptors(16);
	foreign_kernel_open(300, "/var/log/messages");
	EXPECT_EQ(300, foreign_highest_descriptor());
}

TEST_F(Process, FindsADescriptorThatWasOpenedWhileItAsked)
{
	OpenLater(30, 3);
	EXPECT_EQ(32, foreign_highest_descriptor());
}

// Then no descriptor is above the limit, as far as can be known.
TEST_F(Process, GoesByTheLimitWhenTheListCannotBeRead)
{
	for (unsigned nth : { 1u, 2u }) {
		foreign_kernel_fail(Listing(), nth, "EPERM");
		EXPECT_EQ(255, foreign_highest_descriptor()) << nth;
	}
	foreign_kernel_fail("malloc", 1, "ENOMEM");
	EXPECT_EQ(255, foreign_highest_descriptor());
	EXPECT_EQ(2, foreign_highest_descriptor());
}

TEST_F(Process, GoesByTheLimitWhenTheListHasGrownTooMuch)
{
	OpenLater(30, 100);
	EXPECT_EQ(255, foreign_highest_descriptor());
	EXPECT_EQ(129, foreign_highest_descriptor()); // now it is known
}

TEST_F(Process, DoesNotBelieveAListThatWasCut)
{
	foreign_kernel_cut_lists();
	OpenLater(30, 100);
	EXPECT_EQ(255, foreign_highest_descriptor());
}

// Of what is cut, that which is seen counts all the same.
TEST_F(Process, BelievesWhatACutListHasBeyondTheLimit)
{
	foreign_kernel_cut_lists();
	foreign_kernel_limit_descriptors(4);
	foreign_kernel_open(20, "/var/log/messages");
	OpenLater(30, 100);
	EXPECT_GE(foreign_highest_descriptor(), 20);
}

// ---- launchd ----

TEST_F(Process, HasSocketsOfLaunchdOnDarwinAlone)
{
	EXPECT_EQ(OnFreeBSD() ? "ENOTSUP" : "ESRCH", LaunchdSockets("Listeners"));
}

} // namespace
