/* SPDX-License-Identifier: ISC */
/* Which files a process executes, one after the other. */
#ifndef BINDCHAIN_TEST_EXECUTIONS_H
#define BINDCHAIN_TEST_EXECUTIONS_H

#include <optional>
#include <string>
#include <vector>

#include "process.h"

struct Executions {
	std::vector<std::string> files; /* the first one included; links resolved */
	std::string why_not;            /* set where processes cannot be traced */
	int status = -1;                /* exit status */
};

/* Runs COMMAND under ptrace(2), its output thrown away. */
Executions trace_executions(Command);

#endif
