/* SPDX-License-Identifier: ISC */
/* The system calls that a program makes to open a socket, as they are made. */
#ifndef BINDCHAIN_TEST_SYSTEM_CALLS_H
#define BINDCHAIN_TEST_SYSTEM_CALLS_H

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "process.h"

struct SystemCall {
	std::string name;            /* "setsockopt" */
	std::vector<long> arguments; /* but for a socket's descriptor and pointers */
};

std::ostream &operator<<(std::ostream &, const SystemCall &);
bool operator==(const SystemCall &, const SystemCall &);

/* Any call, by the name of the C library's function. */
struct AnyCall {
	std::string name; /* "openat"; "system call 310" of one that is of no interest */
	bool failed;
};

std::ostream &operator<<(std::ostream &, const AnyCall &);

struct SystemCalls {
	/* socket, setsockopt with the int it sets, bind, listen, and close(0). */
	std::vector<SystemCall> calls;
	std::vector<AnyCall> all;
	std::string why_not; /* set where processes cannot be traced */
	int status = -1;     /* exit status */
	std::string error;   /* standard error */
};

/*
 * Runs COMMAND under ptrace(2) until it executes the next program or exits.
 * BEFORE is called when a call has been entered, and has not yet acted; AT_ANY
 * the same for every call there is.
 */
SystemCalls trace_system_calls(const Command &,
    const std::function<void(const SystemCall &)> &before = {},
    const std::function<void()> &at_any = {});

#endif
