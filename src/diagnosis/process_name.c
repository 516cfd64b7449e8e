/* SPDX-License-Identifier: ISC */
#include "process_name.h"

#include <string.h>

static bool
is_plain(const char *name)
{
	return name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                         "0123456789._+:/@-")] == '\0';
}

void
process_name_add(struct text *text, const char *name)
{
	size_t length;

	if (is_plain(name)) {
		text_add(text, name);
		return;
	}
	text_add(text, "\"");
	while (name[length = strcspn(name, "\"")] != '\0') {
		text_add_visible_bytes(text, name, length);
		text_add(text, "\\\"");
		name += length + 1;
	}
	text_add_visible(text, name);
	text_add(text, "\"");
}
