/* SPDX-License-Identifier: ISC */
/* The advice about a conflicting socket is true: compared with Linux's answers for the
 * pair with the options that it names. */
#include "core.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "rules.h"

extern "C" {
#include "sharing.h"
}

namespace {

const char reuse[] = "allows another socket with SO_REUSEADDR, which this request does not set";
const char share[] = "can be shared with SO_REUSEPORT, which this request does not set";
const char without[] = "cannot be shared: it lacks SO_REUSEPORT, which both sockets need";
const char neither[] = "cannot be shared: neither socket has SO_REUSEPORT, which both need";
const char users[] = "cannot be shared: SO_REUSEPORT works only among sockets of one user";
const char unseen_share[] = "can be shared only if it has SO_REUSEPORT, which is not visible and"
                            " which this request does not set";
const char unseen_reuse[] = "allows another socket with SO_REUSEADDR if it has that option, which"
                            " is not visible and which this request does not set";

std::string
text_of(const Pair &pair, bool is_seen)
{
	conflict_side coming = second_side(pair);
	backend_holder holder = {};
	backend_socket &socket = holder.socket;
	const char *text;

	socket.address = literal(pair.first.host(), 80);
	socket.type = pair.context.is_stream ? SOCK_STREAM : SOCK_DGRAM;
	socket.state = pair.context.first_listens ? BACKEND_LISTENING : BACKEND_BOUND;
	socket.v6only = { true, pair.first.is_v6only() };
	socket.uid_known = true;
	socket.uid = pair.context.first_user();
	holder.reuse_address = { is_seen, is_seen && pair.first.has("addr") };
	holder.share = { is_seen, is_seen && pair.first.has("port") };
	coming.listening = false;
	text = sharing_text(&holder, &coming);
	return text ? text : "";
}

PairEnd
with(const PairEnd &end, const char *option)
{
	bool addr = end.has("addr") || option == std::string("addr");
	bool port = end.has("port") || option == std::string("port");

	return { end.address, addr && port ? "addr+port" : addr ? "addr" : port ? "port" : "none" };
}

class Sharing : public testing::Test {
protected:
	bool is_fine(const Pair &pair) const { return answers_.answer(pair).outcome == '.'; }
	bool helps_here(Pair pair, const char *option) const
	{
		pair.second = with(pair.second, option);
		return is_fine(pair);
	}
	bool helps_in_both(Pair pair, const char *option) const
	{
		pair.first = with(pair.first, option);
		return helps_here(pair, option);
	}
	bool is_true(const Pair &, const std::string &text) const;
	std::vector<Pair> refused() const;

	PairAnswers answers_ = PairAnswers::read(RECORDED "/linux-6.18.txt");
};

bool
Sharing::is_true(const Pair &pair, const std::string &text) const
{
	Pair of_one_user = pair;

	of_one_user.context.users = "u0";
	if (text == reuse)
		return helps_here(pair, "addr");
	if (text == share)
		return helps_here(pair, "port");
	if (text == without || text == neither)
		return !helps_here(pair, "addr") && !helps_here(pair, "port")
		    && helps_in_both(pair, "port") && pair.second.has("port") == (text == without);
	if (text == users)
		return !helps_here(pair, "addr") && !helps_in_both(pair, "port")
		    && helps_in_both(of_one_user, "port");
	if (text == unseen_share)
		return !pair.second.has("port") && helps_in_both(pair, "port");
	return text == unseen_reuse && !pair.second.has("addr") && helps_in_both(pair, "addr");
}

std::vector<Pair>
Sharing::refused() const
{
	std::vector<Pair> pairs = answers_.pairs();

	pairs.erase(std::remove_if(pairs.begin(), pairs.end(),
	    [this](const Pair &pair) { return is_fine(pair); }), pairs.end());
	return pairs;
}

TEST_F(Sharing, TheAdviceIsTrue)
{
	EXPECT_EQ(refused().size(), 2233U + 957U);
	for (const Pair &pair : refused())
		EXPECT_TRUE(is_true(pair, text_of(pair, true))) << pair.text() << ": "
		                                                << text_of(pair, true);
}

TEST_F(Sharing, TheAdviceIsTrueWhateverOptionsAreNotVisible)
{
	for (const Pair &pair : refused()) {
		std::string text = text_of(pair, false);
		EXPECT_TRUE(text.empty() || text == users || is_true(pair, text)) << pair.text()
		                                                                  << ": " << text;
		/* Whatever options it may have. */
		if (text == users) {
			EXPECT_FALSE(helps_in_both(pair, "port")) << pair.text();
		}
	}
}

} // namespace
