/* SPDX-License-Identifier: ISC */
/* Pairs of sockets as the kernel at hand has them, asked without the tools. */
#ifndef TESTS_KERNEL_ASK_PAIRS_H
#define TESTS_KERNEL_ASK_PAIRS_H

#include <vector>

#include "pairs.h"

class PairAsker {
public:
	/* Are sockets made for other users too? */
	explicit PairAsker(bool changes_user) : changes_user_(changes_user) {}

	/* All that can be asked here: the addresses that can be bound, the options that
	 * there are, and the users that this process can be. */
	std::vector<Pair> pairs() const;
	/* The options of each end. */
	static std::vector<std::string> options();
	/* On a port that nobody has. */
	PairAnswer ask(const Pair &);
	/* Of two TCP sockets there, both are bound, then the first listens, then the
	 * second: '.', or what fails of the second's. */
	static char ask_in_turns(const PairEnd &);

private:
	bool changes_user_;
	int port_ = 2000;

	int unused_port();
};

/* "Linux 6.18.1", from uname(3). */
std::string kernel_name();

#endif
