/* SPDX-License-Identifier: ISC */
#include "bindchain.h"

const char *
bindchain_version(void)
{
	return BINDCHAIN_VERSION;
}
