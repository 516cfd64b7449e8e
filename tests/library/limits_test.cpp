/* SPDX-License-Identifier: ISC */
/* The system's limits, and what they make of a backlog: as the commands tell it. */
#include "objects.h"

#include <cerrno>
#include <climits>
#include <sstream>
#include <vector>

#include <unistd.h>

#include <gtest/gtest.h>

#include "expectations.h"
#include "tools.h"

namespace {

/* As bindchain-limits(1) prints them. */
std::string
printed(const Limits &limits)
{
	std::ostringstream text;

	for (size_t i = 0; i < bindchain_limits_count(limits.get()); i++) {
		const char *value = bindchain_limits_value(limits.get(), i);
		text << bindchain_limits_name(limits.get(), i) << " = "
		     << (value ? value : "unknown") << "\n    "
		     << bindchain_limits_meaning(limits.get(), i) << "\n";
	}
	return text.str();
}

TEST(LibraryLimits, AreThoseOfTheCommand)
{
	Result result = run(tool("bindchain", { "limits" }));

	EXPECT_EQ(printed(Limits(bindchain_limits_new())), result.output);
}

TEST(LibraryLimits, BeginWithTheLimitOfBacklogs)
{
	Limits limits(bindchain_limits_new());

	ASSERT_GT(bindchain_limits_count(limits.get()), 2u);
	EXPECT_STREQ(bindchain_limits_name(limits.get(), 0), expectations().backlog_limit);
	EXPECT_STREQ(bindchain_backlog_limit(nullptr), expectations().backlog_limit);
}

TEST(LibraryLimits, HaveNothingBeyondTheirEnd)
{
	Limits limits(bindchain_limits_new());

	for (size_t index : { bindchain_limits_count(limits.get()), size_t(SIZE_MAX) }) {
		EXPECT_EQ(bindchain_limits_name(limits.get(), index), nullptr);
		EXPECT_EQ(bindchain_limits_value(limits.get(), index), nullptr);
		EXPECT_EQ(bindchain_limits_meaning(limits.get(), index), nullptr);
	}
	EXPECT_EQ(bindchain_limits_count(nullptr), 0u);
	EXPECT_EQ(bindchain_limits_name(nullptr, 0), nullptr);
	EXPECT_EQ(bindchain_limits_value(nullptr, 0), nullptr);
	EXPECT_EQ(bindchain_limits_meaning(nullptr, 0), nullptr);
	bindchain_limits_free(nullptr);
}

/* ---- the backlog ---- */

int
known(struct bindchain_fact fact)
{
	EXPECT_TRUE(fact.known);
	return fact.value;
}

/* What is predicted is what the kernel then says of the socket, for any backlog. */
TEST(PredictedBacklog, IsWhatTheKernelStores)
{
	struct bindchain_fact limit = {};

	bindchain_backlog_limit(&limit);
	if (!limit.known)
		GTEST_SKIP() << "the limit cannot be read here";
	for (int backlog : { 0, 1, 7, limit.value - 1, limit.value, limit.value + 1, INT_MAX }) {
		Request request = internet("127.0.0.1", 0);
		ASSERT_EQ(bindchain_set_backlog(request.get(), backlog, 0, nullptr), 0);
		int descriptor = bindchain_open(request.get(), nullptr);
		ASSERT_GE(descriptor, 0);
		Outcome outcome(bindchain_outcome_new(descriptor));
		struct bindchain_fact stored
		    = bindchain_outcome_property(outcome.get(), BINDCHAIN_QUEUE_LIMIT);
		if (stored.known) {
			EXPECT_EQ(known(bindchain_predict_backlog(request.get(),
			              BINDCHAIN_PREDICTED_QUEUE_LIMIT)), stored.value) << backlog;
		}
		close(descriptor);
	}
}

TEST(PredictedBacklog, IsPassedToListenAsItIs)
{
	Request request = internet("127.0.0.1", 0);

	bindchain_set_backlog(request.get(), 7, 0, nullptr);
	EXPECT_EQ(known(bindchain_predict_backlog(request.get(), BINDCHAIN_PREDICTED_ARGUMENT)), 7);
}

TEST(PredictedBacklog, IsUnknownOfWhatDoesNotListen)
{
	Request udp = internet("127.0.0.1", 0, BINDCHAIN_UDP);
	Request tcp = internet("127.0.0.1", 0);

	for (int what = 0; what <= BINDCHAIN_PREDICTED_FILTERED; what++) {
		auto prediction = static_cast<bindchain_prediction>(what);
		EXPECT_FALSE(bindchain_predict_backlog(udp.get(), prediction).known);
		EXPECT_FALSE(bindchain_predict_backlog(nullptr, prediction).known);
	}
	for (int what : { -1, BINDCHAIN_PREDICTED_FILTERED + 1, INT_MAX, INT_MIN })
		EXPECT_FALSE(bindchain_predict_backlog(tcp.get(),
		    as<bindchain_prediction>(what)).known) << what;
}

} // namespace
