/* SPDX-License-Identifier: ISC */
/* The descriptors of this process are in proc(5), and a socket's inode is its own. */
#include "adopt.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "number.h"

/* Where proc(5) is not mounted: what is opened before the daemon binds has low numbers. */
#define NUMBERS_SEARCHED 1024

/* What getdents64(2) writes; the C libraries declare it under different names. */
struct entry {
	uint64_t inode;
	int64_t offset;
	unsigned short size;
	unsigned char type;
	char name[];
};

/* Of each socket another one: net/socket.c, sock_alloc(). */
uintptr_t
socket_identity(int descriptor)
{
	struct stat status;

	return fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode)
	    ? (uintptr_t)status.st_ino : 0;
}

struct search {
	uintptr_t identity;
	int descriptor, count;
	int *found;
};

static void
consider(struct search *search, int descriptor)
{
	if (descriptor != search->descriptor && search->count < DUPLICATES_MAX
	    && socket_identity(descriptor) == search->identity)
		search->found[search->count++] = descriptor;
}

static void
search_entries(struct search *search, const char *entries, size_t size)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	long long number;
	unsigned short step;

	for (size_t at = 0; at < size; at += step) {
		memcpy(&step, entries + at + offsetof(struct entry, size), sizeof step);
		if (number_read(entries + at + offsetof(struct entry, name), &rule, &number)
		    == NUMBER_READ)
			consider(search, (int)number);
	}
}

static void
search_directory(struct search *search, int directory)
{
	char entries[2048];
	long size;

	while ((size = real_syscall(SYS_getdents64, directory, (long)entries,
	            (long)sizeof entries, 0, 0, 0)) > 0)
		search_entries(search, entries, (size_t)size);
}

/* Async-signal-safe, as bind(2) is: without opendir(3). */
int
duplicates_find(int descriptor, int found[DUPLICATES_MAX])
{
	struct search search = { socket_identity(descriptor), descriptor, 0, found };
	int directory = open("/proc/thread-self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (search.identity == 0)
		search.count = 0;
	else if (directory >= 0)
		search_directory(&search, directory);
	else
		for (int number = 0; number < NUMBERS_SEARCHED; number++)
			consider(&search, number);
	if (directory >= 0)
		real_close(directory);
	return search.count;
}
