/* SPDX-License-Identifier: ISC */
/* An address that is not the one asked for, in words, on a kernel that the test
 * makes up. */
#include "core.h"

#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "stub_backend.h"

extern "C" {
#include "outcome_words.h"
}

namespace {

using Json = nlohmann::json;

constexpr char rule[] = "addresses stand in for others here";

class Difference : public testing::Test {
protected:
	Difference()
	{
		stub_kernel_reset();
		request_init(&request, BINDCHAIN_TCP);
		request.address = literal("127.0.0.1", 80);
		outcome.address = literal("192.0.2.20", 80);
		outcome.family = AF_INET;
	}

	std::string words() const
	{
		struct text text;

		text_init(&text);
		text_add_difference(&text, &outcome, &request);
		return words_of(text);
	}

	Json member() const
	{
		char *bytes = nullptr;
		size_t length = 0;
		struct json json = {};

		json.stream = open_memstream(&bytes, &length);
		json_open(&json, nullptr, '{');
		json_asked(&json, &outcome, &request);
		json_close(&json, '}');
		fclose(json.stream);
		Json member = Json::parse(std::string(bytes, length));
		free(bytes);
		return member.at("asked");
	}

	struct request request = {};
	struct outcome outcome = {};
};

TEST_F(Difference, IsToldWithTheSystemsReason)
{
	stub_kernel.address_rule = rule;
	EXPECT_FALSE(outcome_is_as_asked(&outcome, &request));
	EXPECT_EQ(words(), "127.0.0.1:80 requested, 192.0.2.20:80 bound: "
	    + std::string(rule));
	EXPECT_EQ(member(), Json({ { "address", "127.0.0.1" }, { "port", 80 },
	    { "reason", rule } }));
}

TEST_F(Difference, IsToldWithoutAReasonWhereThereIsNone)
{
	EXPECT_EQ(words(), "127.0.0.1:80 requested, 192.0.2.20:80 bound");
	EXPECT_EQ(member(), Json({ { "address", "127.0.0.1" }, { "port", 80 },
	    { "reason", nullptr } }));
}

TEST_F(Difference, OfThePortAloneIsOneToo)
{
	outcome.address = literal("127.0.0.1", 81);
	EXPECT_EQ(words(), "127.0.0.1:80 requested, 127.0.0.1:81 bound");
	EXPECT_EQ(member().at("port"), 80);
}

TEST_F(Difference, IsNoneWhereTheAddressIsAsAskedAndThePortWasLeftOpen)
{
	stub_kernel.address_rule = rule;
	request.address = literal("192.0.2.20", 0);
	EXPECT_TRUE(outcome_is_as_asked(&outcome, &request));
	EXPECT_TRUE(member().is_null());
}

} // namespace
