/* SPDX-License-Identifier: ISC */
/* Another process, that has sockets of its own until it is told to end. */
#ifndef BINDCHAIN_TEST_OTHER_PROCESS_H
#define BINDCHAIN_TEST_OTHER_PROCESS_H

#include <functional>
#include <string>

#include <sys/types.h>

#include "network.h"

class OtherProcess {
public:
	/*
	 * Forks; the child goes by NAME, calls OPEN, and keeps what that left open.
	 * Returns when it is done.  Throws where OPEN throws.
	 */
	OtherProcess(const std::string &name, const std::function<int()> &open);
	~OtherProcess();
	OtherProcess(const OtherProcess &) = delete;
	OtherProcess &operator=(const OtherProcess &) = delete;

	pid_t pid() const { return pid_; }
	/* What OPEN returned. */
	int told() const { return told_; }
	/* Kills it and waits: its sockets are closed then. */
	void end();

private:
	pid_t pid_;
	int told_ = -1;
	Descriptor going_; /* the child lives while this is open */
};

#endif
