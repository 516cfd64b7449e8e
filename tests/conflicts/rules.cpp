/* SPDX-License-Identifier: ISC */
#include "rules.h"

#include <stdexcept>

#include <arpa/inet.h>

conflict_address
conflict_address_of(const std::string &host)
{
	conflict_address address = {};

	address.family = host.find(':') == std::string::npos ? AF_INET : AF_INET6;
	if (inet_pton(address.family, host.c_str(), address.bytes) != 1)
		throw std::invalid_argument(host);
	return address;
}

namespace {

conflict_side
side_of(const Pair &pair, const PairEnd &end, unsigned user)
{
	conflict_side side = {};

	side.is_stream = pair.context.is_stream;
	side.v6only = end.is_v6only();
	side.reuse_address = end.has("addr");
	side.share = end.has("port");
	side.balance = end.has("lb");
	side.user = user;
	side.address = conflict_address_of(end.host());
	return side;
}

char
letter(conflict_receiver receiver)
{
	switch (receiver) {
	case CONFLICT_FIRST:
		return '1';
	case CONFLICT_SECOND:
		return '2';
	case CONFLICT_BOTH:
		return 'm';
	default:
		return '-';
	}
}

bool
agrees_in_family(char recorded, char ruled)
{
	return recorded == '.' || recorded == ruled;
}

bool
is_share(char recorded, char ruled)
{
	return agrees_in_family(recorded, ruled) || (ruled == 'm' && recorded != '-');
}

} // namespace

conflict_side
first_side(const Pair &pair)
{
	conflict_side side = side_of(pair, pair.first, pair.context.first_user());

	side.listening = pair.context.first_listens;
	return side;
}

conflict_side
second_side(const Pair &pair)
{
	conflict_side side = side_of(pair, pair.second, pair.context.second_user());

	side.listening = side.is_stream;
	return side;
}

PairAnswer
answer_by(const conflict_rules &rules, const Pair &pair)
{
	conflict_side first = first_side(pair), second = second_side(pair);
	conflict_address ipv4 = conflict_address_of("127.0.0.1"), ipv6 = conflict_address_of("::1");
	conflict_verdict verdict;
	PairAnswer answer;

	conflict_judge(&rules, &first, &second, &verdict);
	answer.outcome = !verdict.error ? '.' : verdict.call == CONFLICT_BIND ? 'b' : 'l';
	if (verdict.error)
		return answer;
	answer.ipv4 = letter(rules.receiver(&first, &second, &ipv4));
	answer.ipv6 = letter(rules.receiver(&first, &second, &ipv6));
	return answer;
}

bool
agrees(const PairAnswer &recorded, const PairAnswer &ruled)
{
	return recorded.outcome == ruled.outcome && agrees_in_family(recorded.ipv4, ruled.ipv4)
	    && agrees_in_family(recorded.ipv6, ruled.ipv6);
}

bool
differs_by_chance(const PairAnswer &recorded, const PairAnswer &ruled)
{
	return !agrees(recorded, ruled) && recorded.outcome == ruled.outcome
	    && is_share(recorded.ipv4, ruled.ipv4) && is_share(recorded.ipv6, ruled.ipv6);
}
