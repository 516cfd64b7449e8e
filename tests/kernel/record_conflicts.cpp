/* SPDX-License-Identifier: ISC */
/*
 * Asks the kernel for every pair of tests/conflicts, and prints the answers as they are
 * kept there.  As root it asks for those of several users, and where there can be
 * one, in a network namespace.  Elsewhere lo0 needs 127.0.0.2 as an alias.
 */
#include <cstdio>
#include <iostream>

#include "ask_pairs.h"
#include "network_namespace.h"
#include "observe.h"
#include "probe_listener.h"

int
main()
{
	std::string why_not;
	std::unique_ptr<NetworkNamespace> network = NetworkNamespace::enter(&why_not);
	PairAsker asker(can_change_user());
	PairAnswers answers;

	if (network)
		network->set_up("lo");
	keep_order_of_datagrams();
	answers.kernel = kernel_name();
	answers.options = PairAsker::options();
	for (const Pair &pair : asker.pairs())
		answers.set(pair, asker.ask(pair));
	/* REUSE-IgnoreStart */
	std::cout << "# SPDX-License-Identifier: ISC\n"
	/* REUSE-IgnoreEnd */
	             "# What this kernel answered; record_conflicts of tests/kernel prints it.\n";
	answers.write(std::cout);
	return std::cout.flush() ? 0 : 1;
}
