/* SPDX-License-Identifier: ISC */
#include "values.h"

#include "sysctl.h"
#include "text.h"

void
values_add_sysctl(struct backend_values *values, const struct sysctl_row *row)
{
	struct backend_limit current = { 0 };
	const char *reading, *meaning = row->meaning;
	char digits[NUMBER_TEXT_SIZE];

	if (row->fixed) {
		values_add(values, row->name, row->fixed, meaning);
		return;
	}
	current = sysctl_number(row->name);
	reading = current.value.value ? row->when_nonzero : row->when_zero;
	if (current.value.known && reading)
		meaning = reading;
	values_add(values, row->name,
	    current.value.known ? number_text(current.value.value, digits) : NULL, meaning);
}

void
values_add_sysctls(struct backend_values *values, const struct sysctl_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		values_add_sysctl(values, &rows[i]);
}

/* netstat(1) reads them from a structure whose layout changes with each release. */
size_t
backend_read_counters(struct backend_counter counters[BACKEND_COUNTERS_MAX])
{
	(void)counters;
	return 0;
}
