/* SPDX-License-Identifier: ISC */
/*
 * netinet/cc/cc.c, cc_list_available: a table with a line for each, which begins with its name,
 * after the line that begins with CCmod; older kernels have names with commas between them.
 * mod_cc(4): each is a kernel module, such as cc_cubic.
 */
#include "congestion.h"

#include <string.h>

#include "sysctl.h"

static const char setting[] = "net.inet.tcp.cc.available";

/* Adds the names of TABLE, which is split. */
static void
add_names(struct text *text, char *table)
{
	const char *between = "";

	for (char *line = table; *line;) {
		size_t length = strcspn(line, "\n,");
		char *next = line + length + (line[length] != '\0');
		line[length] = '\0';
		line += strspn(line, " ");
		line[strcspn(line, " \t")] = '\0';
		if (*line && strcmp(line, "CCmod") != 0) {
			text_printf(text, "%s%s", between, line);
			between = " ";
		}
		line = next;
	}
}

void
congestion_tell(struct findings *findings)
{
	char table[1024];
	struct text text;

	if (!sysctl_text(setting, table, sizeof table))
		return;
	text_init(&text);
	text_add(&text, "available congestion control: ");
	add_names(&text, table);
	text_printf(&text, " (%s); others are kernel modules: mod_cc(4)", setting);
	findings_add_text(findings, FINDING_OBSTACLE, &text);
}
