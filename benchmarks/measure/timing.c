/* SPDX-License-Identifier: ISC */
/*
 * Times.  Every round runs every command once, in an order of its own, so that
 * what disturbs the machine for a while disturbs all alike.  In front of each goes
 * an untimed run: of the same command, so that the caches hold what is its own, as
 * for a supervisor that starts one service after another; or, cold, of the next
 * program alone.
 */
#include "measure.h"

#include <stdlib.h>
#include <string.h>

#define WARM_UP_ROUNDS 20
#define PARTS 10

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static double
quantile_of(const int64_t *sorted, size_t count, double quantile)
{
	double place = quantile * (double)(count - 1);
	size_t below = (size_t)place;
	size_t above = below + 1 < count ? below + 1 : below;

	return (double)sorted[below]
	    + (place - (double)below) * (double)(sorted[above] - sorted[below]);
}

/* A new order (Fisher and Yates); the same in every run of the driver. */
static void
shuffle(size_t *order, size_t count)
{
	static uint64_t state = 88172645463325252U; /* xorshift64, Marsaglia 2003 */

	for (size_t i = count; i > 1; i--) {
		size_t other, kept = order[i - 1];
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		other = state % i;
		order[i - 1] = order[other];
		order[other] = kept;
	}
}

static void
run_round(struct measure *measure, const size_t *order, size_t round)
{
	for (size_t i = 0; i < measure->count; i++) {
		struct subject *subject = &measure->subjects[order[i]];
		long faults;
		if (!subject->argv[0])
			continue;
		(void)spawn_timed(measure->cold ? measure->next : subject, &faults);
		subject->samples[round] = spawn_timed(subject, &faults);
	}
}

void
timing_run(struct measure *measure)
{
	size_t *order = allocate(measure->count, sizeof *order);

	for (size_t i = 0; i < measure->count; i++) {
		order[i] = i;
		measure->subjects[i].samples = allocate(measure->rounds, sizeof(int64_t));
	}
	/* What is measured while it warms up is measured again over it. */
	for (size_t round = 0; round < WARM_UP_ROUNDS; round++)
		run_round(measure, order, round);
	for (size_t round = 0; round < measure->rounds; round++) {
		shuffle(order, measure->count);
		run_round(measure, order, round);
	}
	for (size_t i = 0; i < measure->count; i++) {
		struct subject *subject = &measure->subjects[i];
		subject->sorted = allocate(measure->rounds, sizeof(int64_t));
		memcpy(subject->sorted, subject->samples, measure->rounds * sizeof(int64_t));
		qsort(subject->sorted, measure->rounds, sizeof(int64_t), compare);
	}
	free(order);
}

double
timing_quantile(const struct measure *measure, const struct subject *subject, double quantile)
{
	return quantile_of(subject->sorted, measure->rounds, quantile);
}

double
timing_added(const struct measure *measure, const struct subject *subject)
{
	return timing_quantile(measure, subject, 0.5)
	    - timing_quantile(measure, measure->next, 0.5);
}

/* The median of the samples of one part. */
static double
part_median(const struct measure *measure, const struct subject *subject, size_t part)
{
	size_t size = measure->rounds / PARTS;
	int64_t *samples = allocate(size, sizeof *samples);
	double median;

	memcpy(samples, subject->samples + part * size, size * sizeof *samples);
	qsort(samples, size, sizeof *samples, compare);
	median = quantile_of(samples, size, 0.5);
	free(samples);
	return median;
}

struct ratio
timing_ratio(const struct measure *measure, const struct subject *subject)
{
	struct ratio ratio = { .all = timing_added(measure, subject)
		    / timing_added(measure, subject->floor) };

	for (size_t part = 0; part < PARTS; part++) {
		double next = part_median(measure, measure->next, part);
		double one = (part_median(measure, subject, part) - next)
		    / (part_median(measure, subject->floor, part) - next);
		if (part == 0 || one < ratio.least)
			ratio.least = one;
		if (part == 0 || one > ratio.greatest)
			ratio.greatest = one;
	}
	return ratio;
}
