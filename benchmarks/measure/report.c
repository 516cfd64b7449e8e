/* SPDX-License-Identifier: ISC */
/* The table, in Markdown. */
#include "measure.h"

static void
print_ratio(const struct measure *measure, const struct subject *subject, FILE *file)
{
	struct ratio ratio;

	if (!subject->floor) {
		fputs("| | |", file);
		return;
	}
	ratio = timing_ratio(measure, subject);
	fprintf(file, "| %.2f (%.2f to %.2f) |", ratio.all, ratio.least, ratio.greatest);
	if (subject->time > 0)
		fprintf(file, " %.2f%s |", subject->time,
		    ratio.all <= subject->time ? "" : " **missed**");
	else
		fputs(" |", file);
}

static void
print_counts(const struct subject *subject, FILE *file)
{
	const struct counts *counts = &subject->counts;

	if (!counts->calls)
		fprintf(file, " | | %ld | | | |\n", counts->faults);
	else
		fprintf(file, " %ld | %zu | %ld | %ld | %ld | %zu |\n", counts->instructions,
		    counts->calls, counts->faults, counts->resident, counts->code_pages,
		    counts->libraries);
}

static void
print_subject(const struct measure *measure, const struct subject *subject, FILE *file)
{
	double next = timing_quantile(measure, measure->next, 0.5);

	fprintf(file, "| %s | %.1f | %.1f to %.1f ", subject->name,
	    timing_added(measure, subject) / 1000,
	    (timing_quantile(measure, subject, 0.25) - next) / 1000,
	    (timing_quantile(measure, subject, 0.75) - next) / 1000);
	print_ratio(measure, subject, file);
	print_counts(subject, file);
}

static size_t
occurrences(const struct counts *counts, int number, size_t until)
{
	size_t count = 0;

	for (size_t i = 0; i < until; i++)
		count += counts->numbers[i] == number;
	return count;
}

/* The calls that the floor has not, or not as often. */
static void
print_calls_beyond(const struct subject *subject, FILE *file)
{
	const struct counts *counts = &subject->counts, *floor = &subject->floor->counts;
	bool any = false;

	fprintf(file, "- %s:", subject->name);
	for (size_t i = 0; i < counts->calls; i++) {
		char buffer[16];
		int number = counts->numbers[i];
		if (occurrences(counts, number, i + 1) <= occurrences(floor, number,
		        floor->calls))
			continue;
		fprintf(file, "%s %s", any ? "," : "", count_call_name(number, buffer));
		any = true;
	}
	fprintf(file, "%s\n", any ? "" : " none");
}

static void
print_calls(const struct measure *measure, FILE *file)
{
	fputs("\nSystem calls that the floor does not make:\n\n", file);
	for (size_t i = 0; i < measure->count; i++) {
		const struct subject *subject = &measure->subjects[i];
		if (subject->argv[0] && subject->floor && subject->counts.calls)
			print_calls_beyond(subject, file);
	}
}

void
report_write(const struct measure *measure, FILE *file)
{
	fprintf(file, "Medians of %zu interleaved rounds, caches %s; times in microseconds on"
	    " top of the next program alone (%.1f).\n\n", measure->rounds,
	    measure->cold ? "cold" : "warm",
	    timing_quantile(measure, measure->next, 0.5) / 1000);
	fputs("| what | added | middle half | ratio to its floor (of tenths) | reach"
	      " | user instructions | system calls | faults | resident kB | code pages"
	      " | libraries |\n"
	      "|---|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|\n", file);
	for (size_t i = 0; i < measure->count; i++)
		if (measure->subjects[i].argv[0])
			print_subject(measure, &measure->subjects[i], file);
	print_calls(measure, file);
	for (size_t i = 0; i < measure->count; i++)
		if (measure->subjects[i].missing)
			fprintf(file, "\nNot measured: %s (%s).\n", measure->subjects[i].name,
			    measure->subjects[i].missing);
}
