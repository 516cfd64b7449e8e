/* SPDX-License-Identifier: ISC */
#ifndef BINDCHAIN_READ_WORDS_H
#define BINDCHAIN_READ_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

/* Reads SIZE bytes at OFFSET of a file, in the byte order that it has; false: it is shorter. */
static inline bool
read_words(int descriptor, uint32_t *words, size_t size, uint64_t offset)
{
	return pread(descriptor, words, size, (off_t)offset) == (ssize_t)size;
}

#endif
