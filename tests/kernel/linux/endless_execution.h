/* SPDX-License-Identifier: ISC */
/*
 * A process that executes a program for ever, as any user can make one: it has a close-on-exec
 * file of a FUSE file system of its own, which does not answer when execve(2) closes it.
 * On kernels of 2026 readlink(2) of its descriptors in /proc waits for that.
 */
#ifndef BINDCHAIN_TEST_ENDLESS_EXECUTION_H
#define BINDCHAIN_TEST_ENDLESS_EXECUTION_H

#include <memory>
#include <string>

#include "other_process.h"
#include "temporary_directory.h"

class EndlessExecution {
public:
	/* Returns when it executes, with SOCKET if there is one.  Throws where this user cannot
	 * mount FUSE. */
	explicit EndlessExecution(const Descriptor &socket = Descriptor());
	pid_t pid() const { return server_->told(); }
	/* Whether this kernel lets a reader of its descriptors wait. */
	bool blocks() const;

private:
	TemporaryDirectory directory_;
	std::string file_;
	std::unique_ptr<OtherProcess> server_;
};

#endif
