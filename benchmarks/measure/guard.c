/* SPDX-License-Identifier: ISC */
/* The guard: counts against limits. */
#include "measure.h"

#include <errno.h>
#include <string.h>

struct held {
	const char *what;
	const struct limit *limit;
	long is, floor;
};

long
guard_size(const struct subject *subject)
{
	struct stat status;

	if (stat(subject->argv[0], &status) != 0)
		die("%s: %s", subject->argv[0], strerror(errno));
	return (long)status.st_size;
}

static bool
holds(const struct subject *subject, const struct held *held)
{
	long most = held->limit->value + (held->limit->beyond_floor ? held->floor : 0);

	if (!held->limit->given)
		return true;
	printf("%-7s %s: %ld %s, at most %ld%s\n", held->is <= most ? "ok" : "TOO MUCH",
	    subject->name, held->is, held->what, most,
	    held->limit->beyond_floor ? " (by the floor)" : "");
	return held->is <= most;
}

static void
print_calls(const struct subject *subject)
{
	char buffer[16];

	printf("        its system calls:");
	for (size_t i = 0; i < subject->counts.calls; i++)
		printf(" %s", count_call_name(subject->counts.numbers[i], buffer));
	printf("\n        its libraries:");
	for (size_t i = 0; i < subject->counts.libraries; i++)
		printf(" %s", subject->counts.library[i]);
	printf("\n");
}

static bool
check(const struct subject *subject)
{
	static const struct subject none = { 0 };
	const struct subject *floor = subject->floor ? subject->floor : &none;
	const struct counts *is = &subject->counts, *least = &floor->counts;
	const struct held held[] = {
		{ "user instructions", &subject->instructions, is->instructions,
		    least->instructions },
		{ "system calls", &subject->calls, (long)is->calls, (long)least->calls },
		{ "minor faults", &subject->faults, is->faults, least->faults },
		{ "libraries", &subject->libraries, (long)is->libraries,
		    (long)least->libraries },
		{ "bytes", &subject->size, guard_size(subject), 0 },
	};
	bool all = true;

	for (size_t i = 0; i < sizeof held / sizeof *held; i++)
		all = holds(subject, &held[i]) && all;
	if (!all)
		print_calls(subject);
	return all;
}

bool
guard_check(const struct measure *measure)
{
	bool all = true, any = false;

	for (size_t i = 0; i < measure->count; i++) {
		const struct subject *subject = &measure->subjects[i];
		if (!subject->argv[0] || !subject->instructions.given)
			continue;
		any = true;
		all = check(subject) && all;
	}
	if (!any)
		die("no subject with limits can be run here");
	return all;
}
