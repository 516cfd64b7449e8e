/* SPDX-License-Identifier: ISC */
/*
 * A library for LD_PRELOAD: counts the allocations of a program, those within the C
 * library too, and lets one of them fail.  What strdup(3), open_memstream(3) and the
 * like allocate comes from malloc(3), which glibc calls by its public name (its manual,
 * "Replacing malloc").
 */
#define _GNU_SOURCE
#include "allocations.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static struct allocations *shared;

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv(ALLOCATIONS_VARIABLE);
	int descriptor = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *mapped;

	if (descriptor < 0)
		return;
	mapped = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
	close(descriptor);
	if (mapped != MAP_FAILED)
		shared = mapped;
}

static int
fails(void)
{
	if (!shared || ++shared->made != shared->failing)
		return 0;
	errno = ENOMEM;
	return 1;
}

__attribute__((visibility("default"))) void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

__attribute__((visibility("default"))) void *
calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

__attribute__((visibility("default"))) void *
realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}
