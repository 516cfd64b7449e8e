/* SPDX-License-Identifier: ISC */
/*
 * GoogleTest's main, in a process namespace of its own: a search for the holder of a
 * socket goes through all processes, and here there are few, the same ones each time.
 */
#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static bool
enter_own_namespaces()
{
	return geteuid() == 0 && unshare(CLONE_NEWPID | CLONE_NEWNS) == 0
	    && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

/* The first process of the namespace; with it all others end. */
static int
run_tests()
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (mount("proc", "/proc", "proc", 0, nullptr) != 0) {
		std::perror("mount /proc");
		return EXIT_FAILURE;
	}
	return RUN_ALL_TESTS();
}

int
main(int argc, char **argv)
{
	int status;

	testing::InitGoogleTest(&argc, argv);
	/* Each test says why it cannot run. */
	if (!enter_own_namespaces())
		return RUN_ALL_TESTS();
	pid_t pid = fork();
	if (pid == 0)
		std::exit(run_tests()); /* which also removes the private root */
	bool ended = pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status);
	/* LeakSanitizer would start a thread at exit(3), which this process cannot do any more:
	 * pid_namespaces(7). */
	_exit(ended ? WEXITSTATUS(status) : EXIT_FAILURE);
}
