/* SPDX-License-Identifier: ISC */
/* strlcpy(3) and strlcat(3), for builds whose C library has neither and that
 * have no libbsd. */
#include "compat.h"

size_t
strlcpy(char *destination, const char *source, size_t size)
{
	size_t length = strlen(source);

	if (size) {
		size_t fits = length < size ? length : size - 1;
		memcpy(destination, source, fits);
		destination[fits] = '\0';
	}
	return length;
}

size_t
strlcat(char *destination, const char *source, size_t size)
{
	size_t used = strnlen(destination, size);

	return used + strlcpy(destination + used, source, size - used);
}
