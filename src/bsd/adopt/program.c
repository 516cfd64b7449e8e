/* SPDX-License-Identifier: ISC */
#include "program.h"

/* Files have no capabilities. */
bool
program_has_capabilities(int descriptor)
{
	(void)descriptor;
	return false;
}
