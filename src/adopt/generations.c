/* SPDX-License-Identifier: ISC */
#include "generations.h"

#include <errno.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

static pid_t owner;

/* More forks in a row are no way to the background. */
#define GENERATIONS_MAX 8
static pid_t generations[GENERATIONS_MAX];
static int generation;

void
generations_begin(void)
{
	owner = getpid();
	if (generation < GENERATIONS_MAX)
		generations[generation] = owner;
}

void
generations_add(void)
{
	if (generation < GENERATIONS_MAX)
		generation++;
	generations_begin();
}

int
generation_number(void)
{
	return generation;
}

bool
generation_is_own(void)
{
	return getpid() == owner;
}

static bool
has_ended(pid_t process)
{
	return kill(process, 0) != 0 && errno == ESRCH;
}

bool
generation_is_continued(int number)
{
	if (generation >= GENERATIONS_MAX || !generation_is_own())
		return false;
	for (int i = number; i < generation; i++)
		if (!has_ended(generations[i]))
			return false;
	return number == generation || getppid() != 0;
}
