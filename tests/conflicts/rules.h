/* SPDX-License-Identifier: ISC */
/* The rules of all three systems, which run anywhere, and pairs as they want them. */
#ifndef TESTS_CONFLICTS_RULES_H
#define TESTS_CONFLICTS_RULES_H

#include <string>

#include "pairs.h"

extern "C" {
#include "conflict.h"

extern const struct conflict_rules conflict_rules_linux, conflict_rules_freebsd,
    conflict_rules_darwin;
}

/* Of a literal. */
conflict_address conflict_address_of(const std::string &host);

/* The first as it was when the second came; the second as it is to be. */
conflict_side first_side(const Pair &);
conflict_side second_side(const Pair &);

/* What the rules say of a pair, as it would have been recorded. */
PairAnswer answer_by(const conflict_rules &, const Pair &);

/* Is the recorded answer what the rules say? */
bool agrees(const PairAnswer &recorded, const PairAnswer &ruled);
/* Does it differ only where the rules spread traffic, of which one got all the few? */
bool differs_by_chance(const PairAnswer &recorded, const PairAnswer &ruled);

#endif
