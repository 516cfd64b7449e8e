/* SPDX-License-Identifier: ISC */
/* The library's names of kinds and options. */
#include <errno.h>
#include <string.h>

#include "request.h"
#include "socket_option.h"

static bool
is_option(int option)
{
	return option >= 0 && option < BINDCHAIN_OPTIONS;
}

const char *
bindchain_kind_name(int kind)
{
	return kind >= 0 && kind < BINDCHAIN_KINDS ? kind_text((enum bindchain_kind)kind) : NULL;
}

const char *
bindchain_option_name(int option)
{
	return is_option(option) ? option_table[option].name : NULL;
}

const char *
bindchain_option_meaning(int option)
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
