/* SPDX-License-Identifier: ISC */
/* What FreeBSD and Darwin tell a process about itself alike. */
#include <unistd.h>

#include "own_process.h"

const bool backend_has_file_capabilities = false;

bool
backend_is_set_id(void)
{
	return issetugid();
}

/* There is no LISTEN_PIDFDID without Linux's pidfd. */
bool
backend_process_identity(uint64_t *identity)
{
	(void)identity;
	return false;
}
