/* SPDX-License-Identifier: ISC */
/* The one reader of numbers: what each base takes, and what none does. */
#include "core.h"

#include <gtest/gtest.h>

namespace {

struct Case {
	const char *text;
	int base;
	bool sign;
	enum number_result result;
	long long value; /* where it is read */
};

std::ostream &
operator<<(std::ostream &out, const Case &c)
{
	return out << '"' << c.text << "\" in base " << c.base << (c.sign ? ", signed" : "");
}

class Number : public testing::TestWithParam<Case> {};

TEST_P(Number, IsReadAsItsRuleSays)
{
	const Case &c = GetParam();
	struct number_rule rule = { c.base, c.sign, LLONG_MIN, LLONG_MAX };
	long long number = 4711;

	ASSERT_EQ(number_read(c.text, &rule, &number), c.result);
	if (c.result == NUMBER_READ) {
		EXPECT_EQ(number, c.value);
	}
}

constexpr auto read_ = NUMBER_READ;
constexpr auto malformed = NUMBER_MALFORMED;
constexpr auto out_of_range = NUMBER_OUT_OF_RANGE;

INSTANTIATE_TEST_SUITE_P(Decimal, Number, testing::Values(
    Case{ "0", 10, false, read_, 0 }, Case{ "5", 10, false, read_, 5 },
    Case{ "010", 10, false, read_, 10 }, Case{ "08", 10, false, read_, 8 },
    Case{ "000000000000000000000000000000080", 10, false, read_, 80 },
    Case{ "9223372036854775807", 10, false, read_, LLONG_MAX },
    Case{ "9223372036854775808", 10, false, out_of_range, 0 },
    Case{ "18446744073709551616", 10, false, out_of_range, 0 },
    Case{ "99999999999999999999999999999999", 10, false, out_of_range, 0 },
    Case{ "99999999999999999999999999999999x", 10, false, malformed, 0 },
    Case{ "", 10, false, malformed, 0 }, Case{ " 5", 10, false, malformed, 0 },
    Case{ "5 ", 10, false, malformed, 0 }, Case{ "5\n", 10, false, malformed, 0 },
    Case{ "\t5", 10, false, malformed, 0 }, Case{ "5x", 10, false, malformed, 0 },
    Case{ "x", 10, false, malformed, 0 }, Case{ "a", 10, false, malformed, 0 },
    Case{ "0x5", 10, false, malformed, 0 }, Case{ "1e3", 10, false, malformed, 0 },
    Case{ "1.5", 10, false, malformed, 0 }, Case{ "1,000", 10, false, malformed, 0 },
    Case{ "\xd9\xa3", 10, false, malformed, 0 })); /* ARABIC-INDIC DIGIT THREE */

INSTANTIATE_TEST_SUITE_P(Signs, Number, testing::Values(
    Case{ "+5", 10, false, malformed, 0 }, Case{ "-5", 10, false, malformed, 0 },
    Case{ "-0", 10, false, malformed, 0 }, Case{ "+5", 10, true, read_, 5 },
    Case{ "-5", 10, true, read_, -5 }, Case{ "-0", 10, true, read_, 0 },
    Case{ "-0x10", 0, true, read_, -16 }, Case{ "+010", 0, true, read_, 8 },
    Case{ "-", 10, true, malformed, 0 }, Case{ "+", 10, true, malformed, 0 },
    Case{ "--5", 10, true, malformed, 0 }, Case{ "+-5", 10, true, malformed, 0 },
    Case{ "- 5", 10, true, malformed, 0 }, Case{ "5-", 10, true, malformed, 0 },
    Case{ "0x-5", 0, true, malformed, 0 },
    Case{ "-9223372036854775807", 10, true, read_, -LLONG_MAX },
    Case{ "-99999999999999999999", 10, true, out_of_range, 0 }));

INSTANTIATE_TEST_SUITE_P(ByPrefix, Number, testing::Values(
    Case{ "0", 0, false, read_, 0 }, Case{ "10", 0, false, read_, 10 },
    Case{ "010", 0, false, read_, 8 }, Case{ "00", 0, false, read_, 0 },
    Case{ "0x10", 0, false, read_, 16 }, Case{ "0XfF", 0, false, read_, 255 },
    Case{ "08", 0, false, malformed, 0 }, Case{ "0x", 0, false, malformed, 0 },
    Case{ "0xg", 0, false, malformed, 0 }, Case{ "0b1", 0, false, malformed, 0 },
    Case{ "x10", 0, false, malformed, 0 }, Case{ "0x0x1", 0, false, malformed, 0 },
    Case{ "0x7fffffffffffffff", 0, false, read_, LLONG_MAX },
    Case{ "0x8000000000000000", 0, false, out_of_range, 0 }));

INSTANTIATE_TEST_SUITE_P(OtherBases, Number, testing::Values(
    Case{ "0777", 8, false, read_, 0777 }, Case{ "777", 8, false, read_, 0777 },
    Case{ "8", 8, false, malformed, 0 }, Case{ "101", 2, false, read_, 5 },
    Case{ "102", 2, false, malformed, 0 }, Case{ "fF", 16, false, read_, 255 },
    Case{ "g", 16, false, malformed, 0 }, Case{ "0x1", 16, false, malformed, 0 }));

TEST(NumberRange, EndsBelongToIt)
{
	struct number_rule rule = { 10, true, -2, 65535 };
	long long number;

	EXPECT_EQ(number_read("-2", &rule, &number), NUMBER_READ);
	EXPECT_EQ(number_read("-3", &rule, &number), NUMBER_OUT_OF_RANGE);
	EXPECT_EQ(number_read("65535", &rule, &number), NUMBER_READ);
	EXPECT_EQ(number_read("65536", &rule, &number), NUMBER_OUT_OF_RANGE);
}

/* Out of range is only what would be a number: junk is named as junk. */
TEST(NumberRange, JunkIsMalformedAndNotOutOfRange)
{
	struct number_rule rule = { 10, false, 0, 9 };
	long long number;

	EXPECT_EQ(number_read("10x", &rule, &number), NUMBER_MALFORMED);
	EXPECT_EQ(number_read("10", &rule, &number), NUMBER_OUT_OF_RANGE);
}

TEST(NumberMask, HasAll32BitsInEitherBaseAndNoSign)
{
	int mask;

	for (const auto &[text, bits] : { std::pair("0", 0), { "16", 16 }, { "0x10", 16 },
	         { "2147483648", INT_MIN }, { "4294967295", -1 }, { "0xffffffff", -1 } }) {
		ASSERT_EQ(number_read_mask(text, &mask), NUMBER_READ) << text;
		EXPECT_EQ(mask, bits) << text;
	}
	for (const char *beyond : { "4294967296", "0x100000000", "99999999999999999999", "-1", "-0",
	         "+1" })
		EXPECT_EQ(number_read_mask(beyond, &mask), NUMBER_OUT_OF_RANGE) << beyond;
	for (const char *junk : { "", "red", "0x", "0xg", "1 ", "-" })
		EXPECT_EQ(number_read_mask(junk, &mask), NUMBER_MALFORMED) << junk;
}

TEST(NumberIsDigits, TakesDigitsAndAtLeastOne)
{
	EXPECT_TRUE(number_is_digits("0"));
	EXPECT_TRUE(number_is_digits("0123456789012345678901234567890"));
	for (const char *no : { "", "+1", "-1", " 1", "1 ", "1x", "x", "0x1", "1\n" })
		EXPECT_FALSE(number_is_digits(no)) << '"' << no << '"';
}

/* The reader of `--port` and the like: compatibility decided digits, whole. */
TEST(Port, IsDigitsUpTo65535)
{
	const struct {
		const char *text;
		unsigned port;
	} good[] = { { "0", 0 }, { "80", 80 }, { "080", 80 }, { "65535", 65535 } };
	unsigned port;

	for (const auto &row : good) {
		ASSERT_TRUE(port_read(row.text, &port)) << row.text;
		EXPECT_EQ(port, row.port);
	}
	for (const char *bad : { "65536", "70000", "-1", "", "+80", " 80", "80 ", "80x",
	         "99999999999", "0x50", "http", "18446744073709551616" })
		EXPECT_FALSE(port_read(bad, &port)) << '"' << bad << '"';
}

} // namespace
