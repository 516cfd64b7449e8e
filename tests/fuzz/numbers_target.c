/* SPDX-License-Identifier: ISC */
/*
 * Numbers, beside strtoll(3).  Input: the base as a letter, "a" for none, "b" for 1 and so
 * on; "+" where a sign is allowed; the least and the greatest number, of which a comma
 * ends each; the text.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "fuzz.h"
#include "number.h"

/* What strtoll(3) takes and number_read() must not: spaces, any sign, "0x" in front of
 * the digits of base 16, and "0b" since C23. */
static bool
has_form(const char *text, const struct number_rule *rule)
{
	if (rule->sign_allowed && (*text == '-' || *text == '+'))
		text++;
	if (!isxdigit((unsigned char)*text))
		return false;
	if (text[0] != '0')
		return true;
	if (text[1] == 'x' || text[1] == 'X')
		return rule->base == 0;
	return (text[1] != 'b' && text[1] != 'B') || rule->base > 11;
}

static enum number_result
expected(const char *text, const struct number_rule *rule, long long *number)
{
	char *end;

	if (!has_form(text, rule))
		return NUMBER_MALFORMED;
	errno = 0;
	*number = strtoll(text, &end, rule->base);
	if (*end)
		return NUMBER_MALFORMED;
	/* No rule goes down to LLONG_MIN. */
	if (errno == ERANGE || *number == LLONG_MIN || *number < rule->minimum
	    || *number > rule->maximum)
		return NUMBER_OUT_OF_RANGE;
	return NUMBER_READ;
}

/* Written and read again. */
static void
check_text(long long number)
{
	static const struct number_rule rule = { .base = 10, .sign_allowed = true,
		.minimum = LLONG_MIN, .maximum = LLONG_MAX };
	char buffer[NUMBER_TEXT_SIZE];
	const char *text = number_text(number, buffer);
	long long again;
	char *end;

	require(strtoll(text, &end, 10) == number && !*end);
	if (number != LLONG_MIN)
		require(number_read(text, &rule, &again) == NUMBER_READ && again == number);
}

static void
check_port(const char *text)
{
	unsigned port = UINT_MAX;
	bool read = port_read(text, &port);
	size_t digits = strspn(text, "0123456789");

	require(number_is_digits(text) == (digits > 0 && !text[digits]));
	require(read == (number_is_digits(text) && strtoull(text, NULL, 10) <= 65535));
	if (read)
		require(port == strtoull(text, NULL, 10));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	struct number_rule rule = { .base = (input_byte(&input) - 'a') & 15 };
	long long number = 0, reference = 0;
	enum number_result result;
	const char *text;

	if (rule.base)
		rule.base++;
	rule.sign_allowed = input_byte(&input) == '+';
	rule.minimum = strtoll(input_text(&input, ',', 24), NULL, 10);
	rule.maximum = strtoll(input_text(&input, ',', 24), NULL, 10);
	text = input_text(&input, 0, 256);
	result = number_read(text, &rule, &number);
	require(result == expected(text, &rule, &reference));
	if (result == NUMBER_READ)
		require(number == reference);
	check_text(rule.minimum);
	check_text(rule.maximum);
	check_port(text);
	input_end();
	return 0;
}
