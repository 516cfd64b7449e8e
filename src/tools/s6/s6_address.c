/* SPDX-License-Identifier: ISC */
#include "s6_address.h"

#include <stdio.h>

#define GROUPS 8

/* The longest run of zeros: its length, and where it starts. */
static int
find_zeros(const unsigned groups[GROUPS], int *start)
{
	int longest = 0;

	for (int i = 0; i < GROUPS; i++) {
		int end = i;
		while (end < GROUPS && groups[end] == 0)
			end++;
		if (end - i > longest) {
			longest = end - i;
			*start = i;
		}
	}
	return longest;
}

static void
write_ipv6(const unsigned char *bytes, char *text)
{
	unsigned groups[GROUPS];
	int start = GROUPS, length;

	for (int i = 0; i < GROUPS; i++)
		groups[i] = (unsigned)bytes[2 * (size_t)i] << 8 | bytes[2 * (size_t)i + 1];
	length = find_zeros(groups, &start);
	if (length < 2)
		start = GROUPS;
	for (int i = 0; i < GROUPS; i++)
		if (i == start) {
			text += snprintf(text, 3, "::");
			i += length - 1;
		} else
			text += snprintf(text, 6, "%s%x", i && i != start + length ? ":" : "",
			    groups[i]);
}

const char *
s6_address(const struct address *address, char text[S6_ADDRESS_SIZE])
{
	unsigned char bytes[ADDRESS_BYTES_MAX] = { 0 };

	if (address_bytes(address, bytes) == ADDRESS_BYTES_MAX)
		write_ipv6(bytes, text);
	else
		snprintf(text, S6_ADDRESS_SIZE, "%d.%d.%d.%d", bytes[0], bytes[1], bytes[2],
		    bytes[3]);
	return text;
}
