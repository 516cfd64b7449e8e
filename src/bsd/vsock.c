/* SPDX-License-Identifier: ISC */
/* FreeBSD has no vsock; macOS has it in a header that its SDK alone has, sys/vsock.h.  A file of
 * its own for libbindchain-adopt, too. */
#include "backend.h"

bool
backend_vsock(unsigned cid, unsigned port, struct address *address)
{
	(void)cid;
	(void)port;
	(void)address;
	return false;
}

bool
backend_read_vsock(const struct address *address, unsigned *cid, unsigned *port)
{
	(void)address;
	(void)cid;
	(void)port;
	return false;
}
