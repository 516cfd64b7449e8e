/* SPDX-License-Identifier: ISC */
/* Every pair of two sockets on one port: the kernel has it as the rules say. */
#include <iostream>

#include "ask_pairs.h"
#include "observe.h"
#include "probe_listener.h"
#include "rules.h"

namespace {

class Conflicts : public OnLoopback {
protected:
	void SetUp() override
	{
		OnLoopback::SetUp();
		keep_order_of_datagrams();
	}
};

/* A hash may give all of a few connections to one socket, but not again and again. */
PairAnswer
answer_of_kernel(PairAsker &asker, const Pair &pair, const PairAnswer &ruled)
{
	PairAnswer answer = asker.ask(pair);

	for (int i = 0; i < 12 && differs_by_chance(answer, ruled); i++)
		answer = asker.ask(pair);
	return answer;
}

TEST_F(Conflicts, AreThoseOfTheRules)
{
	if (loopback() != "127.0.0.1")
		SKIP_TEST_EVEN_IN_CI("a jail's addresses stand in for those of the pairs");
	PairAsker asker(can_change_user());
	std::vector<Pair> pairs = asker.pairs();
	size_t wrong = 0;

	for (const Pair &pair : pairs) {
		PairAnswer ruled = answer_by(backend_conflict_rules, pair);
		PairAnswer answer = answer_of_kernel(asker, pair, ruled);
		if (agrees(answer, ruled))
			continue;
		ADD_FAILURE() << pair.text() << ": " << answer.outcome << answer.ipv4 << answer.ipv6
		              << ", but the rules say " << ruled.outcome << ruled.ipv4 << ruled.ipv6;
		wrong++;
	}
	std::cout << kernel_name() << ": " << pairs.size() - wrong << " of " << pairs.size()
	          << " pairs as the rules say\n";
	EXPECT_GE(pairs.size(), 1000U);
}

/* With SO_REUSEADDR on both, Linux tells only the second listen(2). */
TEST_F(Conflicts, OfTwoBoundSocketsAreToldByTheCallThatTheRulesName)
{
	const PairEnd end = { "127.0.0.1", "addr" };
	const Pair pair = { { true, false, "u0" }, end, end };
	conflict_side first = first_side(pair), second = first;

	bool both_bound = backend_conflict_rules.refuses(&first, &second, CONFLICT_BIND) == 0;
	first.listening = true;
	bool both_listen = backend_conflict_rules.refuses(&first, &second, CONFLICT_LISTEN) == 0;
	EXPECT_EQ(PairAsker::ask_in_turns(end), !both_bound ? 'b' : both_listen ? '.' : 'l');
}

} // namespace
