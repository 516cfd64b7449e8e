/* SPDX-License-Identifier: ISC */
/*
 * What is read of /proc.  Input: "s" for the settings, "c" for the counters, "o" for who
 * has a socket, "n" for a number; then each file, directory and link up to its null byte.
 */
#include <string.h>

#include "kernel.h"
#include "observe.h"
#include "owners.h"
#include "sysctl.h"

static void
read_values(void)
{
	struct backend_values values;

	backend_read_values(&values);
	require(values.count > 0);
	for (size_t i = 0; i < values.count; i++) {
		const struct backend_value *value = &values.list[i];
		require(value->name && value->meaning && *value->meaning);
		if (value->current)
			require(!strchr(value->current, '\t'));
	}
}

static void
read_counters(void)
{
	struct backend_counter counters[BACKEND_COUNTERS_MAX];
	size_t count = backend_read_counters(counters);

	require(count <= BACKEND_COUNTERS_MAX);
	for (size_t i = 0; i < count; i++)
		require(counters[i].name[0] && counters[i].meaning[0]);
}

static bool
visit_owner(void *context, uint64_t identity, const struct backend_process *process)
{
	size_t *count = context;

	require(identity == 7 || identity == 4026531840);
	require(process->pid >= 0 && process->descriptor >= 0);
	require(memchr(process->command, '\0', sizeof process->command));
	return ++*count < 4;
}

static void
find_owners(void)
{
	static const uint64_t identities[] = { 7, 4026531840 };
	struct backend_sight sight;
	size_t count = 0;

	backend_visit_owners(identities, 2, 100, visit_owner, &count, &sight);
	require(sight.complete || sight.hidden);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	uint8_t what = input_byte(&input);

	kernel_answer_from(&input);
	if (what == 's')
		read_values();
	else if (what == 'c')
		read_counters();
	else if (what == 'o')
		find_owners();
	else
		sysctl_number("net.core.somaxconn");
	input_end();
	return 0;
}
