/* SPDX-License-Identifier: ISC */
/* The system's numbers, and the sysctls and files that show them. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "kernel.h"

static struct world_limit *
find_limit(struct world *world, const char *name, size_t length)
{
	for (uint32_t i = 0; i < world->limit_count; i++)
		if (strlen(world->limits[i].name) == length
		    && memcmp(world->limits[i].name, name, length) == 0)
			return &world->limits[i];
	return NULL;
}

int64_t
kernel_limit(const struct world *world, const char *name)
{
	const struct world_limit *limit
	    = find_limit((struct world *)(uintptr_t)world, name, strlen(name));

	return limit ? limit->value : 0;
}

bool
kernel_set_limit(struct world *world, const char *name, int64_t value)
{
	struct world_limit *limit = find_limit(world, name, strlen(name));

	if (limit)
		limit->value = value;
	return limit != NULL;
}

const struct world_view *
kernel_view(const struct world *world, const char *name, bool is_file)
{
	for (uint32_t i = 0; i < world->view_count; i++)
		if (world->views[i].is_file == is_file && strcmp(world->views[i].name, name) == 0)
			return &world->views[i];
	return NULL;
}

static size_t
add_number(int64_t value, char *text, size_t size)
{
	char digits[24];
	size_t count = 0, length = 0;
	uint64_t rest = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;

	do {
		digits[count++] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (value < 0)
		digits[count++] = '-';
	while (count && length + 1 < size)
		text[length++] = digits[--count];
	return length;
}

size_t
kernel_view_text(const struct world *world, const struct world_view *view, char *text, size_t size)
{
	size_t length = 0;

	for (const char *c = view->text; *c && length + 1 < size; c++) {
		const char *end = *c == '{' ? strchr(c, '}') : NULL;
		const struct world_limit *limit = end
		    ? find_limit((struct world *)(uintptr_t)world, c + 1, (size_t)(end - c - 1))
		    : NULL;
		if (!limit) {
			text[length++] = *c;
			continue;
		}
		length += add_number(limit->value, text + length, size - length);
		c = end;
	}
	text[length] = '\0';
	return length;
}

/* Numbers are four bytes on every system that has this call, unless said otherwise. */
static bool
number_of(const char *text, int32_t *number)
{
	int64_t value = 0;
	bool negative = text[0] == '-';

	for (text += negative; *text; text++) {
		if (*text < '0' || *text > '9' || value > UINT_MAX)
			return false;
		value = value * 10 + (*text - '0');
	}
	*number = (int32_t)(negative ? -value : value);
	return true;
}

static int
read_view(const struct world *world, const struct world_view *view, void *value, size_t *size)
{
	char text[WORLD_TEXT];
	int32_t number;
	unsigned long wide;
	const void *content = text;
	size_t length = kernel_view_text(world, view, text, sizeof text) + 1, room = *size;

	if (number_of(text, &number)) {
		wide = (unsigned long)number;
		content = view->is_long ? (const void *)&wide : &number;
		length = view->is_long ? sizeof wide : sizeof number;
	}
	*size = length;
	if (!value)
		return 0;
	memcpy(value, content, room < length ? room : length);
	return room < length ? -ENOMEM : 0;
}

int
kernel_sysctl(const struct world *world, const char *name, void *value, size_t *size)
{
	const struct world_view *view = kernel_view(world, name, false);

	if (!view)
		return -ENOENT;
	return view->error ? -view->error : read_view(world, view, value, size);
}
