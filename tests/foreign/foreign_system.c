/* SPDX-License-Identifier: ISC */
/* What the backend tells of the system, and of this process. */
#include <sys/types.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel.h"
#include "observe.h"
#include "own_process.h"
#include "words.h"

/* ---- values ---- */

void
foreign_values(char *bytes, size_t size)
{
	struct backend_values values;
	struct words words;

	words_begin(&words, bytes, size);
	backend_read_values(&values);
	for (size_t i = 0; i < values.count; i++) {
		const struct backend_value *value = &values.list[i];
		words_add(&words, value->name);
		words_add(&words, "=");
		words_add(&words, value->current ? value->current : "unknown");
		words_add(&words, ": ");
		words_add(&words, value->meaning);
		words_add(&words, "\n");
	}
}

unsigned
foreign_counters(void)
{
	struct backend_counter counters[BACKEND_COUNTERS_MAX];

	return (unsigned)backend_read_counters(counters);
}

/* ---- sockets of others ---- */

static void
tell_sight(struct words *words, int visits, const struct backend_sight *sight)
{
	words_add_number(words, visits);
	words_add(words, "\n");
	words_add(words, sight->complete ? "complete" : sight->hidden);
	if (sight->error)
		words_add(words, kernel_error_name(sight->error));
	words_add(words, "\n");
	words_add(words, sight->command ? sight->command : "");
}

static void
count_socket(void *context, const struct backend_socket *socket)
{
	(void)socket;
	++*(int *)context;
}

void
foreign_listeners(char *bytes, size_t size)
{
	struct backend_sight sight;
	struct words words;
	int visits = 0;

	words_begin(&words, bytes, size);
	backend_visit_listeners(count_socket, &visits, &sight);
	tell_sight(&words, visits, &sight);
}

static bool
count_owner(void *context, uint64_t identity, const struct backend_process *process)
{
	(void)identity;
	(void)process;
	++*(int *)context;
	return true;
}

void
foreign_owners(char *bytes, size_t size)
{
	static const uint64_t identities[] = { 1, 2 };
	struct backend_sight sight;
	struct words words;
	int visits = 0;

	words_begin(&words, bytes, size);
	backend_visit_owners(identities, 2, 100, count_owner, &visits, &sight);
	tell_sight(&words, visits, &sight);
}

void
foreign_holders(const struct foreign_request *asked, char *bytes, size_t size)
{
	struct bindchain_request request;
	struct bindchain_failure failure;
	struct backend_holders holders;
	struct words words;

	words_begin(&words, bytes, size);
	if (foreign_make_request(&request, asked, &failure) != 0)
		kernel_trap("a request that cannot be made");
	backend_find_holders(&request, 100, &holders);
	if (holders.in_the_way)
		kernel_trap("holders that are not listed");
	tell_sight(&words, (int)holders.count, &holders.sockets);
}

/* ---- the headers ---- */

int
foreign_has_o_path(void)
{
#ifdef O_PATH
	return 1;
#else
	return 0;
#endif
}

/* ---- this process ---- */

int
foreign_is_set_id(void)
{
	return backend_is_set_id();
}

unsigned
foreign_own_executable(void)
{
	struct stat executable;

	return backend_own_executable(&executable) ? (unsigned)executable.st_ino : 0;
}

int
foreign_has_process_identity(void)
{
	uint64_t identity;

	return backend_process_identity(&identity);
}

int
foreign_highest_descriptor(void)
{
	return backend_highest_descriptor();
}

void
foreign_launchd_sockets(const char *name, char *bytes, size_t size)
{
	int *descriptors = NULL, error;
	struct words words;
	size_t count = 0;

	words_begin(&words, bytes, size);
	error = backend_launchd_sockets(name, &descriptors, &count);
	if (error) {
		words_add(&words, kernel_error_name(error));
		return;
	}
	for (size_t i = 0; i < count; i++) {
		words_add(&words, i ? " " : "");
		words_add_number(&words, descriptors[i]);
	}
	free(descriptors);
}
