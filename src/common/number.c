/* SPDX-License-Identifier: ISC */
#include "number.h"

#include <limits.h>

/* Not <ctype.h>, which depends on the locale and reads tables of the C library. */
static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

/* Removes the prefix and returns its base. */
static int
base_of_prefix(const char **text)
{
	const char *t = *text;

	if (t[0] != '0' || t[1] == '\0')
		return 10;
	if (t[1] == 'x' || t[1] == 'X') {
		*text = t + 2;
		return 16;
	}
	*text = t + 1;
	return 8;
}

enum number_result
number_read(const char *text, const struct number_rule *rule, long long *number)
{
	unsigned long long value = 0;
	bool negative = false, overflow = false;
	int base;

	if (rule->sign_allowed && (*text == '-' || *text == '+'))
		negative = *text++ == '-';
	base = rule->base ? rule->base : base_of_prefix(&text);
	if (!*text)
		return NUMBER_MALFORMED;
	for (; *text; text++) {
		int digit = digit_value(*text);
		if (digit >= base)
			return NUMBER_MALFORMED;
		if (value > ((unsigned long long)LLONG_MAX - (unsigned)digit) / (unsigned)base)
			overflow = true;
		else
			value = value * (unsigned)base + (unsigned)digit;
	}
	if (overflow)
		return NUMBER_OUT_OF_RANGE;
	*number = negative ? -(long long)value : (long long)value;
	if (*number < rule->minimum || *number > rule->maximum)
		return NUMBER_OUT_OF_RANGE;
	return NUMBER_READ;
}

enum number_result
number_read_mask(const char *text, int *mask)
{
	static const struct number_rule any = { .base = 0, .sign_allowed = true,
		.minimum = LLONG_MIN, .maximum = LLONG_MAX };
	long long number;
	enum number_result result = number_read(text, &any, &number);

	if (result != NUMBER_READ)
		return result;
	if (number < 0 || number > UINT_MAX || text[0] == '-' || text[0] == '+')
		return NUMBER_OUT_OF_RANGE;
	*mask = (int)(unsigned)number;
	return NUMBER_READ;
}

bool
number_is_digits(const char *text)
{
	const char *t = text;

	while (*t >= '0' && *t <= '9')
		t++;
	return t > text && !*t;
}
