/* SPDX-License-Identifier: ISC */
/*
 * Whether this process is faked: only where the environment names a world and
 * this is the executable that the world is for.  The kernel's answer decides,
 * which holds under links, shells and emulators.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shim.h"

static struct world *current; /* this process is faked */
static struct world *mapped;

struct world *
session(void)
{
	return current;
}

struct world *
session_leave(void)
{
	struct world *world = current;

	current = NULL;
	return world;
}

void
session_return(struct world *world)
{
	current = world;
}

static struct world *
map_world(const char *path)
{
	int descriptor = real_openat(AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
	struct world *world;

	if (descriptor < 0)
		return NULL;
	world = mmap(NULL, sizeof *world, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
	real_close(descriptor);
	return world == MAP_FAILED || world->magic != WORLD_MAGIC ? NULL : world;
}

static void
read_own_path(char path[4096])
{
	ssize_t length = real_readlink("/proc/self/exe", path, 4095);

	path[length < 0 ? 0 : length] = '\0';
}

__attribute__((constructor)) static void
session_begin(void)
{
	const char *path = getenv(WORLD_VARIABLE);
	char own[4096];

	mapped = path ? map_world(path) : NULL;
	if (!mapped)
		return;
	read_own_path(own);
	if (strcmp(own, mapped->target) != 0) {
		record_note(mapped, "passing", getpid(), own);
		return;
	}
	record_note(mapped, "hello", getpid(), own);
	descriptor_note_open();
	current = mapped;
}

/* What is open now and was not at the start is named. */
__attribute__((destructor)) static void
session_end(void)
{
	struct world *world = current;

	if (!world)
		return;
	current = NULL;
	for (int left = descriptor_first_new(0); left >= 0; left = descriptor_first_new(left + 1))
		record_note(world, "left", left, "");
	record_note(world, "goodbye", getpid(), "");
}
