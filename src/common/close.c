/* SPDX-License-Identifier: ISC */
#include "close.h"

#include <errno.h>
#include <unistd.h>

void
close_keeping_errno(int descriptor)
{
	int error = errno;

	if (descriptor >= 0)
		close(descriptor);
	errno = error;
}
