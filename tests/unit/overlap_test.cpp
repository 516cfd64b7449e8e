/* SPDX-License-Identifier: ISC */
/* Which addresses cover one another: RFC 3493, 5.3 for IPv4 on IPv6 sockets. */
#include "core.h"

#include <gtest/gtest.h>

namespace {

struct Pair {
	const char *one;
	bool one_is_v6only;
	const char *other;
	bool other_is_v6only;
	bool overlap;
};

TEST(Addresses, OverlapWhereBothCoverAnAddress)
{
	static const Pair pairs[] = {
		{ "127.0.0.1", false, "127.0.0.1", false, true },
		{ "127.0.0.1", false, "127.0.0.2", false, false },
		{ "0.0.0.0", false, "127.0.0.1", false, true },
		{ "0.0.0.0", false, "0.0.0.0", false, true },
		{ "::1", true, "::1", true, true },
		{ "::1", true, "::2", true, false },
		{ "::", true, "::1", true, true },
		{ "::", false, "::1", true, true },
		{ "::", true, "::", true, true },
		{ "::", true, "127.0.0.1", false, false },
		{ "::", false, "127.0.0.1", false, true },
		{ "::", true, "0.0.0.0", false, false },
		{ "::", false, "0.0.0.0", false, true },
		{ "::1", false, "127.0.0.1", false, false },
		{ "::1", false, "0.0.0.0", false, false },
		/* An IPv4 address in the clothes of an IPv6 one. */
		{ "::ffff:127.0.0.1", false, "127.0.0.1", false, true },
		{ "::ffff:127.0.0.1", false, "127.0.0.2", false, false },
		{ "::ffff:127.0.0.1", false, "0.0.0.0", false, true },
		{ "::ffff:0.0.0.0", false, "127.0.0.1", false, true },
		{ "::ffff:127.0.0.1", false, "::", false, true },
		{ "::ffff:127.0.0.1", false, "::", true, false },
		{ "::ffff:127.0.0.1", false, "::1", true, false },
	};

	for (const Pair &pair : pairs) {
		bindchain_address one = literal(pair.one, 1), other = literal(pair.other, 1);
		EXPECT_EQ(address_overlaps(&one, pair.one_is_v6only, &other,
		              pair.other_is_v6only), pair.overlap)
		    << pair.one << " " << pair.other;
		EXPECT_EQ(address_overlaps(&other, pair.other_is_v6only, &one,
		              pair.one_is_v6only), pair.overlap)
		    << pair.other << " " << pair.one;
	}
}

} // namespace
