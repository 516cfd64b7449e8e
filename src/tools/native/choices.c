/* SPDX-License-Identifier: ISC */
#include "choices.h"

#include <string.h>

#include "socket_variables.h"
#include "text.h"

#define WORD(text) FIXED_TEXT(CHOICE_SIZE, text)
#define CHOICES(name, ...) \
	.option = FIXED_TEXT(sizeof choice_table->option, name), .words = { __VA_ARGS__ }

static const struct choices choice_table[] = {
	{ CHOICES("as", WORD("systemd"), WORD("stdin"), WORD("upstart"), WORD("fd:N"),
	    WORD("fd:free")), .is_list = true, .conventions = true },
	{ CHOICES("from", WORD("systemd"), WORD("stdin"), WORD("upstart"), WORD("launchd:NAME"),
	    WORD("pid:N")), .conventions = true },
	{ CHOICES("match", WORD("exact"), WORD("port")) },
	{ CHOICES("report-format", WORD("text"), WORD("json")) },
	{ CHOICES("at-limit", WORD("queue"), WORD("close")) },
	{ CHOICES("handover", WORD("stdin"), WORD("fd:N"), WORD("systemd")) },
	{ CHOICES("log", WORD("failures"), WORD("lines"), WORD("json")) },
};

const struct choices *
choices_find(const char *option)
{
	for (size_t i = 0; i < sizeof choice_table / sizeof *choice_table; i++)
		if (strcmp(choice_table[i].option, option) == 0)
			return &choice_table[i];
	return NULL;
}

const char *
choices_word(const struct choices *choices, size_t index)
{
	const struct socket_convention *row = socket_conventions;

	for (size_t i = 0; i < CHOICES_MAX; i++)
		if (choices->words[i][0] && index-- == 0)
			return choices->words[i];
	while (choices->conventions && row->name[0] && index > 0) {
		row++;
		index--;
	}
	return choices->conventions && row->name[0] ? row->name : NULL;
}
