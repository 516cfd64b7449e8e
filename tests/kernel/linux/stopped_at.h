/* SPDX-License-Identifier: ISC */
/* A race with its outcome decided: something happens just before a certain call
 * of another process. */
#ifndef BINDCHAIN_TEST_STOPPED_AT_H
#define BINDCHAIN_TEST_STOPPED_AT_H

#include <functional>
#include <string>

#include "process.h"

/*
 * Runs COMMAND under ptrace(2) and calls HAPPEN once, before the kernel sees its
 * first opening of PATH, or, where PATH is empty, its first netlink socket.
 * Returns its exit status and standard error; why_not is set where processes
 * cannot be traced.  Throws where that call never comes.
 */
struct Stopped {
	Result result;
	std::string why_not;
};
Stopped run_stopped_at(const std::string &path, const Command &,
    const std::function<void()> &happen);

#endif
