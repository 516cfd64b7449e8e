/* SPDX-License-Identifier: ISC */
#include "name_service.h"

static bool used;

void
name_service_note_use(void)
{
	used = true;
}

bool
name_service_was_used(void)
{
	return used;
}
