/* SPDX-License-Identifier: ISC */
/*
 * Mach-O files, Mach-O(5), thin or with a slice for each processor.  Nothing in them is
 * trusted: all is read by pread(2) with sizes of our own.
 */
#include "program.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <mach-o/fat.h>
#include <mach-o/loader.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "read_words.h"
#include "signature.h"

const char program_preload_variable[] = "DYLD_INSERT_LIBRARIES";

/* More are no program: there have been four processors. */
#define SLICES_MAX 8

struct slice {
	uint32_t machine, offset;
};

/* Every program is linked to libSystem. */
bool
program_is_of_this_libc(const char *interpreter)
{
	(void)interpreter;
	return true;
}

/* System Integrity Protection: dyld drops its variables for what is there. */
static bool
is_protected(const char *path)
{
	static const char places[][16] = { "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/",
		"/usr/libexec/", "/usr/lib/", "/System/" };

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (strncmp(path, places[i], strlen(places[i])) == 0)
			return true;
	return false;
}

/* Big-endian on disk: struct fat_header, then each struct fat_arch. */
static int
read_fat(int descriptor, uint32_t count, struct slice slices[SLICES_MAX])
{
	int found = 0;

	for (uint32_t i = 0; i < count && i < SLICES_MAX; i++) {
		uint32_t words[5]; /* cputype, cpusubtype, offset, size, align */
		if (!read_words(descriptor, words, sizeof words, 8 + i * sizeof words))
			return found;
		slices[found++] = (struct slice) { ntohl(words[0]), ntohl(words[2]) };
	}
	return found;
}

/* Their number; 0: this is no Mach-O file. */
static int
read_slices(int descriptor, struct slice slices[SLICES_MAX])
{
	uint32_t words[2]; /* magic, then cputype or a count of slices */

	if (!read_words(descriptor, words, sizeof words, 0))
		return 0;
	if (ntohl(words[0]) == FAT_MAGIC)
		return read_fat(descriptor, ntohl(words[1]), slices);
	slices[0] = (struct slice) { words[1], 0 };
	return words[0] == MH_MAGIC_64;
}

/* The slice that this library could be loaded into; NULL: there is none. */
static const struct slice *
find_common(const struct slice *slices, int count, const char *library)
{
	int descriptor = open(library, O_RDONLY | O_CLOEXEC), other_count = 0;
	struct slice others[SLICES_MAX];

	if (descriptor >= 0) {
		other_count = read_slices(descriptor, others);
		close(descriptor);
	}
	for (int i = 0; i < count; i++)
		for (int j = 0; j < other_count; j++)
			if (slices[i].machine == others[j].machine)
				return &slices[i];
	return NULL;
}

enum program_problem
program_judge_executable(int descriptor, const char *path, const char *library)
{
	char real[PATH_MAX];
	struct slice slices[SLICES_MAX];
	const struct slice *slice;
	int count;

	if (is_protected(realpath(path, real) ? real : path))
		return PROGRAM_PROTECTED;
	count = read_slices(descriptor, slices);
	if (count == 0)
		return PROGRAM_UNKNOWN;
	slice = find_common(slices, count, library);
	if (!slice)
		return PROGRAM_OTHER_MACHINE;
	return signature_protects(descriptor, slice->offset) ? PROGRAM_HARDENED : PROGRAM_FINE;
}
