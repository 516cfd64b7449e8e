/* SPDX-License-Identifier: ISC */
/* Processes with more descriptors than can be looked at within the limit of a search. */
#ifndef BINDCHAIN_TEST_CROWD_H
#define BINDCHAIN_TEST_CROWD_H

#include <csignal>

#include "other_process.h"

/* Duplicates DESCRIPTOR until there are COUNT or no more to be had; returns how many. */
int duplicate_descriptor(int descriptor, int count);

/* A process with as many as it may have, and children that have them too. */
class Crowd {
public:
	Crowd();
	~Crowd() { kill(-leader_.pid(), SIGKILL); }
	Crowd(const Crowd &) = delete;
	Crowd &operator=(const Crowd &) = delete;
	/* Are there hundreds of thousands? */
	bool is_large() const;

private:
	OtherProcess leader_;
};

#endif
