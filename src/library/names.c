/* SPDX-License-Identifier: ISC */
/* The library's names of kinds and options. */
#include <errno.h>
#include <string.h>

#include "bindchain.h"
#include "socket_option.h"

static bool
is_kind(enum bindchain_kind kind)
{
	return (unsigned)kind <= BINDCHAIN_FIFO;
}

static bool
is_option(enum bindchain_option option)
{
	return (unsigned)option < BINDCHAIN_OPTIONS;
}

const char *
bindchain_kind_name(enum bindchain_kind kind)
{
	return is_kind(kind) ? kind_text(kind) : NULL;
}

const char *
bindchain_option_name(enum bindchain_option option)
{
	return is_option(option) ? option_table[option].name : NULL;
}

const char *
bindchain_option_meaning(enum bindchain_option option)
{
	return is_option(option) ? option_table[option].meaning : NULL;
}

int
bindchain_option_find(const char *name, enum bindchain_option *option)
{
	for (int i = 0; name && option && i < BINDCHAIN_OPTIONS; i++)
		if (strcmp(option_table[i].name, name) == 0) {
			*option = (enum bindchain_option)i;
			return 0;
		}
	errno = EINVAL;
	return -1;
}
