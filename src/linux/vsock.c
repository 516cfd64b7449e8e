/* SPDX-License-Identifier: ISC */
/* vsock(7).  A file of its own for libbindchain-adopt, too. */
#include <string.h>
#include <sys/socket.h>
#include <linux/vm_sockets.h> /* old ones need sys/socket.h before */

#include "address.h"
#include "backend.h"

bool
backend_vsock(unsigned cid, unsigned port, struct address *address)
{
	struct sockaddr_vm local = { .svm_family = AF_VSOCK, .svm_cid = cid, .svm_port = port };

	memset(&address->storage, 0, sizeof address->storage);
	memcpy(&address->storage, &local, sizeof local);
	address->length = sizeof local;
	return true;
}

bool
backend_read_vsock(const struct address *address, unsigned *cid, unsigned *port)
{
	struct sockaddr_vm local;

	if (address_family(address) != AF_VSOCK || address->length != sizeof local)
		return false;
	memcpy(&local, &address->storage, sizeof local);
	*cid = local.svm_cid;
	*port = local.svm_port;
	return true;
}
