/* SPDX-License-Identifier: ISC */
/* One run of a command line with one of its system calls, or allocations, failing. */
#ifndef BINDCHAIN_TEST_TORTURE_RUN_H
#define BINDCHAIN_TEST_TORTURE_RUN_H

#include <string>
#include <vector>

#include "command_lines.h"

/* A system call of the command's own, as it is about to be made. */
struct MadeCall {
	unsigned long long number, arguments[6];
	std::string subject; /* the text that its first or second argument points to */
	std::vector<std::string> objects; /* paths of what it is about */
};

/* What a command did, as far as others see it. */
struct Outcome {
	bool executed = false; /* the next program, which has not run yet */
	bool hung = false;
	int status = -1, signal = 0;
	std::string output, error;
	std::vector<std::string> descriptors; /* "3 socket"; of a server when it exits */
	std::vector<std::string> environment; /* without what differs from run to run */
	/* In the scene's directory, after it, with mode, owner, and whether it is empty. */
	std::vector<std::string> names;
	std::vector<std::string> names_before;
	bool removal_failed = false; /* the call that failed was unlinkat(2) */
	std::vector<MadeCall> calls; /* up to two after that which fails; of a server all */
};

/* Nothing fails where ERROR is 0; else the call with this index, from 0. */
Outcome run_failing(const CommandLine &, size_t index, int error);
/*
 * The same of a server, up to its end.  When signals come differs from run to run, and so does
 * the order of its calls: that call fails which is the COUNT-th, from 1, with this NUMBER; 0: none.
 */
Outcome run_server_failing(const CommandLine &, unsigned long long number, size_t count,
    int error);
/* The allocation with this index, from 1, fails; 0: none.  COUNT is how many there were. */
Outcome run_without_memory(const CommandLine &, long index, long *count);
/* The same of a server; allocations of its handlers are among them. */
Outcome run_server_without_memory(const CommandLine &, long index, long *count);

#endif
