/* SPDX-License-Identifier: ISC */
#include "sysctl_rows.h"

#include "sysctl.h"
#include "text.h"

void
sysctl_row_add(struct backend_values *values, const struct sysctl_row *row)
{
	struct backend_limit current = { 0 };
	const char *reading, *meaning = row->meaning;
	char digits[NUMBER_TEXT_SIZE];

	if (row->fixed) {
		backend_values_add(values, row->name, row->fixed, meaning);
		return;
	}
	current = sysctl_number(row->name);
	reading = current.value.value ? row->when_nonzero : row->when_zero;
	if (current.value.known && reading)
		meaning = reading;
	backend_values_add(values, row->name,
	    current.value.known ? number_text(current.value.value, digits) : NULL, meaning);
}

void
sysctl_rows_add(struct backend_values *values, const struct sysctl_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sysctl_row_add(values, &rows[i]);
}

/* netstat(1) reads them from a structure whose layout changes with each release. */
size_t
backend_read_counters(struct backend_counter counters[BACKEND_COUNTERS_MAX])
{
	(void)counters;
	return 0;
}
