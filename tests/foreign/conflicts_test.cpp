// SPDX-License-Identifier: ISC
// The rules with their system's own headers, against what its kernel answered.
#include "pairs.h"
#include "request.h"

namespace {

foreign_side
side(const Pair &pair, const PairEnd &end, unsigned user, bool listens)
{
	return { pair.context.is_stream, listens, end.is_v6only(), end.has("addr"),
		end.has("port"), end.has("lb"), user, end.host() };
}

std::string
ruled(const Pair &pair)
{
	foreign_side first = side(pair, pair.first, pair.context.first_user(),
	    pair.context.first_listens);
	foreign_side second = side(pair, pair.second, pair.context.second_user(),
	    pair.context.is_stream);
	char words[64];

	foreign_conflict(&first, &second, words, sizeof words);
	return words;
}

bool
agrees(const PairAnswer &recorded, const std::string &ruled)
{
	if (recorded.outcome != '.')
		return recorded.outcome == 'b' && ruled == "bind EADDRINUSE";
	if (recorded.ipv4 == '.')
		return ruled.substr(0, 3) == "ok ";
	return ruled == std::string("ok ") + recorded.ipv4 + recorded.ipv6;
}

} // namespace

TEST(RecordedConflicts, AreThoseOfTheRules)
{
	PairAnswers answers = PairAnswers::read(RECORDED "/freebsd-13.1.txt");
	size_t agreed = 0;

	for (const Pair &pair : answers.pairs()) {
		EXPECT_TRUE(agrees(answers.answer(pair), ruled(pair))) << pair.text() << ": "
		                                                       << ruled(pair);
		agreed += agrees(answers.answer(pair), ruled(pair));
	}
	EXPECT_EQ(agreed, 21609U);
}
