/* SPDX-License-Identifier: ISC */
/* The unprivileged user whose directory a contested path is in: a process of his. */
#ifndef BINDCHAIN_TEST_ATTACKER_H
#define BINDCHAIN_TEST_ATTACKER_H

#include <string>

#include <sys/types.h>

#include "contested_path.h"

class Attacker {
public:
	/* ROOT is the contested path's. */
	explicit Attacker(const std::string &root);
	~Attacker();
	Attacker(const Attacker &) = delete;
	Attacker &operator=(const Attacker &) = delete;

	/* Does it, or takes the last one back; his live sockets are of TYPE. */
	void act(Attack, int type, bool back);
	/* Goes on doing one thing after another, in an order that SEED gives, until rest(). */
	void roam(int type, unsigned seed);
	void rest();

private:
	void order(const void *, size_t);

	pid_t pid_;
	Descriptor orders_;
};

#endif
