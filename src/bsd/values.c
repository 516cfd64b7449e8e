/* SPDX-License-Identifier: ISC */
#include "values.h"

#include "sysctl.h"
#include "text.h"

void
values_add_setting(struct backend_values *values, const struct setting *setting)
{
	struct backend_limit current = { 0 };
	const char *reading, *meaning = setting->meaning;
	char digits[NUMBER_TEXT_SIZE];

	if (setting->fixed) {
		values_add(values, setting->name, setting->fixed, meaning);
		return;
	}
	current = setting_number(setting->name);
	reading = current.value.value ? setting->when_nonzero : setting->when_zero;
	if (current.value.known && reading)
		meaning = reading;
	values_add(values, setting->name,
	    current.value.known ? number_text(current.value.value, digits) : NULL, meaning);
}

void
values_add_settings(struct backend_values *values, const struct setting *settings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		values_add_setting(values, &settings[i]);
}

/* netstat(1) reads them from a structure whose layout changes with each release. */
size_t
backend_read_counters(struct backend_counter counters[BACKEND_COUNTERS_MAX])
{
	(void)counters;
	return 0;
}
