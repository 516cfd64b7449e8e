/* SPDX-License-Identifier: ISC */
/*
 * vis(3) as far as this project uses it, for builds without libbsd: octal
 * escapes for what is not printable ASCII, backslash doubled.
 */
#include "compat.h"

static int
is_visible(unsigned char c, int flags)
{
	if (c == '\t')
		return !(flags & VIS_TAB);
	if (c == '\n')
		return !(flags & VIS_NL);
	return c >= ' ' && c <= '~';
}

char *
vis(char *destination, int c, int flags, int next)
{
	unsigned char byte = (unsigned char)c;

	(void)next;
	if (is_visible(byte, flags)) {
		if (byte == '\\')
			*destination++ = '\\';
		*destination++ = (char)byte;
	} else {
		*destination++ = '\\';
		*destination++ = (char)('0' + (byte >> 6));
		*destination++ = (char)('0' + (byte >> 3 & 7));
		*destination++ = (char)('0' + (byte & 7));
	}
	*destination = '\0';
	return destination;
}
