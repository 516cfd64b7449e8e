/* SPDX-License-Identifier: ISC */
/* explain foretells of every pair of sockets what real kernels did. */
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bench.h"
#include "pairs.h"

namespace {

using Json = nlohmann::json;

/* "--tcp=[::]:8000,dual,share"; empty where bindchain has no words for it. */
std::string
listener(const PairEnd &end, int port_number, bool balances)
{
	std::string host = end.is_ipv4() ? end.host() : std::string("[") + end.host() + "]";
	std::string text = "--tcp=" + host + ":" + std::to_string(port_number);

	if (end.address == "mapped" || (end.has("lb") && (!balances || !end.has("port")))
	    || (end.has("lb") && end.address == "::dual"))
		return "";
	return text + (end.address == "::dual" ? ",dual" : "")
	    + (end.has("addr") ? "" : ",reuse-address=no")
	    + (end.has("lb") ? ",balance" : end.has("port") ? ",share" : "");
}

Json
explained(const std::string &profile, const std::vector<std::string> &listeners)
{
	Bench bench(profile);
	std::vector<std::string> words = { "explain", "--json", "listen", "--no-holder-search" };

	words.insert(words.end(), listeners.begin(), listeners.end());
	words.insert(words.end(), { "--", "/bin/true" });
	Result result = bench.run("bindchain", words);
	EXPECT_SOUND(bench);
	return Json::parse(result.output).at("sockets");
}

/* What explain says of traffic, if BOTH could get it, against what was recorded: '1', '2'
 * or 'm', or by chance one of these where the kernel spreads it. */
bool
is_as_recorded(const Json &receiver, char recorded, bool both, bool may_be_chance)
{
	if (!both || receiver.is_null())
		return receiver.is_null() && !both;
	if (recorded == 'm')
		return receiver == "both";
	return receiver == (recorded == '1' ? "other" : "this")
	    || (receiver == "both" && may_be_chance);
}

bool
takes_ipv4(const PairEnd &end)
{
	return end.is_ipv4() || end.address == "::dual";
}

bool
takes_ipv6(const PairEnd &end)
{
	return !end.is_ipv4();
}

/* Hosts are what both could get. */
bool
meet(const PairEnd &first, const PairEnd &second, bool (*takes)(const PairEnd &))
{
	bool wildcard = first.host() == std::string("::") || first.host() == std::string("0.0.0.0")
	    || second.host() == std::string("::") || second.host() == std::string("0.0.0.0");

	return takes(first) && takes(second)
	    && (wildcard || first.host() == std::string(second.host()));
}

void
expect_as_recorded(const Pair &pair, const PairAnswer &recorded, const Json &socket,
    bool may_be_chance)
{
	bool ipv4 = meet(pair.first, pair.second, takes_ipv4);
	bool ipv6 = meet(pair.first, pair.second, takes_ipv6);
	bool is_in_the_way = recorded.outcome == 'b';
	const Json &conflicts = socket.at("conflicts");

	if (!is_in_the_way && !ipv4 && !ipv6) {
		EXPECT_EQ(conflicts, Json::array()) << pair.text();
		return;
	}
	ASSERT_EQ(conflicts.size(), 1U) << pair.text() << socket;
	EXPECT_EQ(conflicts[0].at("certain"), is_in_the_way) << pair.text();
	EXPECT_EQ(conflicts[0].at("fails"), is_in_the_way ? Json("bind") : Json()) << pair.text();
	EXPECT_EQ(socket.at("obstacles").empty(), !is_in_the_way) << pair.text();
	if (is_in_the_way)
		return;
	EXPECT_TRUE(is_as_recorded(conflicts[0].at("ipv4"), recorded.ipv4, ipv4, may_be_chance))
	    << pair.text() << conflicts;
	EXPECT_TRUE(is_as_recorded(conflicts[0].at("ipv6"), recorded.ipv6, ipv6, may_be_chance))
	    << pair.text() << conflicts;
}

/* Both of a pair have a port of their own, so that one run explains many.  What is sent to
 * 127.0.0.2 was not asked for. */
size_t
explain_all(const std::string &profile, const std::string &file, bool balances)
{
	/* FreeBSD, which balances by an option of its own, has a hash without a key. */
	PairAnswers recorded = PairAnswers::read(RECORDED "/" + file);
	std::vector<std::string> listeners;
	std::vector<Pair> asked;
	size_t count = 0;

	auto flush = [&] {
		Json sockets = explained(profile, listeners);
		for (size_t i = 0; i < asked.size(); i++)
			expect_as_recorded(asked[i], recorded.answer(asked[i]), sockets.at(2 * i + 1),
			    !balances);
		count += asked.size();
		listeners.clear();
		asked.clear();
	};
	for (const Pair &pair : recorded.pairs()) {
		int number = 8000 + static_cast<int>(asked.size());
		std::string first = listener(pair.first, number, balances);
		std::string second = listener(pair.second, number, balances);
		if (pair.context.text() != "tcp/listening/u0" || first.empty() || second.empty()
		    || pair.first.address == "127.0.0.2" || pair.second.address == "127.0.0.2"
		    || (pair.first.options != pair.second.options && pair.first.options != "none"
		        && pair.second.options != "none"))
			continue;
		listeners.insert(listeners.end(), { first, second });
		asked.push_back(pair);
		if (asked.size() == 30)
			flush();
	}
	flush();
	return count;
}

/* Of five addresses with the same options on both sides or none on one. */
TEST(ExplainedPairs, AreThoseThatLinuxAnsweredFor)
{
	EXPECT_EQ(explain_all("linux-6", "linux-6.18.txt", false), 250U);
}

TEST(ExplainedPairs, AreThoseThatFreeBsdAnsweredFor)
{
	EXPECT_EQ(explain_all("freebsd-13", "freebsd-13.1.txt", true), 362U);
}

} // namespace
