/* SPDX-License-Identifier: ISC */
/* What the kernel reports of a socket, property by property. */
#include "objects.h"

#include <cerrno>
#include <climits>

#include <netinet/in.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

int
value(const Outcome &outcome, bindchain_property property)
{
	struct bindchain_fact fact = bindchain_outcome_property(outcome.get(), property);

	EXPECT_TRUE(fact.known) << property;
	return fact.value;
}

TEST(Outcome, TellsTheSocketAsItIs)
{
	Request request = internet();

	ASSERT_EQ(bindchain_set_backlog(request.get(), 7, 0, nullptr), 0);
	ASSERT_EQ(bindchain_set_option(request.get(), BINDCHAIN_KEEPALIVE, BINDCHAIN_REQUIRED, 1,
	    nullptr), 0);
	ASSERT_EQ(bindchain_set_flags(request.get(), BINDCHAIN_NONBLOCKING, nullptr), 0);
	int descriptor = bindchain_open(request.get(), nullptr);
	Outcome outcome(bindchain_outcome_new(descriptor));
	ASSERT_NE(outcome, nullptr);
	EXPECT_EQ(value(outcome, BINDCHAIN_FAMILY), AF_INET);
	EXPECT_EQ(value(outcome, BINDCHAIN_TYPE), SOCK_STREAM);
	EXPECT_EQ(value(outcome, BINDCHAIN_LISTENING), 1);
	EXPECT_EQ(value(outcome, BINDCHAIN_IS_NONBLOCKING), 1);
	EXPECT_EQ(value(outcome, BINDCHAIN_IS_CLOSE_ON_EXEC), 0);
	EXPECT_EQ(value(outcome, BINDCHAIN_QUEUE_LIMIT), 7);
	EXPECT_EQ(value(outcome, BINDCHAIN_QUEUE_LENGTH), 0);
	EXPECT_EQ(bindchain_outcome_option(outcome.get(), BINDCHAIN_KEEPALIVE).value, 1);
	EXPECT_TRUE(bindchain_outcome_is_as_asked(outcome.get(), request.get()));
	sockaddr_in address = {};
	socklen_t length = sizeof address;
	ASSERT_EQ(bindchain_outcome_address(outcome.get(), reinterpret_cast<sockaddr *>(&address),
	    &length), 0);
	EXPECT_NE(address.sin_port, 0);
	bindchain_close(request.get(), descriptor, nullptr);
}

TEST(Outcome, OfAnotherAddressIsNotAsAsked)
{
	Request request = internet(), other(bindchain_request_new(BINDCHAIN_TCP));
	int descriptor = bindchain_open(request.get(), nullptr);
	Outcome outcome(bindchain_outcome_new(descriptor));

	ASSERT_EQ(bindchain_resolve(other.get(), "127.0.0.2", "0", BINDCHAIN_NUMERIC_HOST, nullptr), 0);
	EXPECT_FALSE(bindchain_outcome_is_as_asked(outcome.get(), other.get()));
	EXPECT_FALSE(bindchain_outcome_is_as_asked(outcome.get(), nullptr));
	bindchain_close(request.get(), descriptor, nullptr);
}

TEST(Outcome, OfNoSocketIsAnError)
{
	int pipes[2];

	ASSERT_EQ(pipe(pipes), 0);
	errno = 0;
	EXPECT_EQ(bindchain_outcome_new(pipes[0]), nullptr);
	EXPECT_EQ(errno, ENOTSOCK);
	close(pipes[0]);
	close(pipes[1]);
	for (int descriptor : { -1, pipes[0], INT_MAX, INT_MIN }) {
		errno = 0;
		EXPECT_EQ(bindchain_outcome_new(descriptor), nullptr);
		EXPECT_EQ(errno, EBADF);
	}
}

TEST(Outcome, KnowsNothingOfWhatThereIsNot)
{
	Request request = internet();
	int descriptor = bindchain_open(request.get(), nullptr);
	Outcome outcome(bindchain_outcome_new(descriptor));

	for (int number : { -1, BINDCHAIN_IS_CLOSE_ON_EXEC + 1, INT_MAX })
		EXPECT_FALSE(bindchain_outcome_property(outcome.get(),
		    as<bindchain_property>(number)).known) << number;
	for (int number : { -1, BINDCHAIN_LOCKED + 1, INT_MAX })
		EXPECT_FALSE(bindchain_outcome_option(outcome.get(),
		    as<bindchain_option>(number)).known) << number;
	EXPECT_EQ(bindchain_outcome_address(outcome.get(), nullptr, nullptr), -1);
	bindchain_close(request.get(), descriptor, nullptr);
}

} // namespace
