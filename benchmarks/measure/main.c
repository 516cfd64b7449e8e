/* SPDX-License-Identifier: ISC */
/*
 * measure [-c] [-D NAME=VALUE]… [-n ROUNDS] [-t TABLE] [-p PLOT] SPECIFICATION
 * measure -g [-a ADDRESSES] [-D NAME=VALUE]… SPECIFICATION
 *
 * The first measures and counts, with colder caches under -c (timing.c).  The second,
 * the guard, only counts, and exits 1 when a limit is exceeded; ADDRESSES is a file
 * for the address of every instruction.
 */
#include "measure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS_DEFAULT 1000
#define ROUNDS_LEAST 100

void
die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("measure: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(2);
}

void *
allocate(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (!memory)
		die("calloc: %s", strerror(errno));
	return memory;
}

static void
usage(void)
{
	die("usage: measure [-c] [-g] [-a ADDRESSES] [-D NAME=VALUE]... [-n ROUNDS] [-t TABLE]"
	    " [-p PLOT] SPECIFICATION");
}

static size_t
read_rounds(const char *text)
{
	char *end;
	unsigned long rounds = strtoul(text, &end, 10);

	if (*end || rounds < ROUNDS_LEAST)
		die("-n %s: a number of rounds from %d on", text, ROUNDS_LEAST);
	return rounds;
}

static FILE *
open_to_write(const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file)
		die("%s: %s", path, strerror(errno));
	return file;
}

static void
write_file(const struct measure *measure, const char *path,
    void (*write)(const struct measure *, FILE *))
{
	FILE *file = open_to_write(path);

	write(measure, file);
	if (fflush(file) != 0 || ferror(file) || fclose(file) != 0)
		die("%s: %s", path, strerror(errno));
}

static void
count_all(struct measure *measure)
{
	for (size_t i = 0; i < measure->count; i++)
		count_subject(measure, &measure->subjects[i]);
}

int
main(int argc, char **argv)
{
	struct measure measure = { .rounds = ROUNDS_DEFAULT };
	const char *table = NULL, *plot = NULL;
	bool guard = false;
	int option;

	while ((option = getopt(argc, argv, "a:cD:gn:p:t:")) != -1)
		switch (option) {
		case 'a': measure.addresses = open_to_write(optarg); break;
		case 'c': measure.cold = true; break;
		case 'D': spec_define(optarg); break;
		case 'g': guard = true; break;
		case 'n': measure.rounds = read_rounds(optarg); break;
		case 'p': plot = optarg; break;
		case 't': table = optarg; break;
		default: usage();
		}
	if (optind + 1 != argc)
		usage();
	spawn_prepare();
	spec_read(&measure, argv[optind]);
	count_all(&measure);
	if (guard)
		return guard_check(&measure) ? 0 : 1;
	timing_run(&measure);
	report_write(&measure, stdout);
	if (table)
		write_file(&measure, table, report_write);
	if (plot)
		write_file(&measure, plot, plot_write);
	return 0;
}
