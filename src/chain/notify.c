/* SPDX-License-Identifier: ISC */
#include "notify.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "address.h"
#include "backend.h"
#include "close.h"

static int
read_address(struct address *address, const char *socket_name)
{
	bool is_abstract = socket_name[0] == '@';

	if (is_abstract && backend_has_abstract_names
	    && address_from_abstract_name(address, socket_name + 1))
		return 0;
	if (!is_abstract && address_from_path(address, socket_name))
		return 0;
	errno = is_abstract || !socket_name[0] ? EINVAL : ENAMETOOLONG;
	return -1;
}

/* macOS cannot make a socket close-on-exec from the start; this one is closed at once. */
static int
open_socket(void)
{
	return socket(AF_UNIX, SOCK_DGRAM | backend_birth_flags(BACKEND_CLOSE_ON_EXEC), 0);
}

int
notify_send(const char *socket_name, const char *state, const char **call)
{
	struct address address;
	ssize_t sent;
	int descriptor;

	*call = NULL;
	if (read_address(&address, socket_name) != 0)
		return -1;
	*call = "socket";
	descriptor = open_socket();
	if (descriptor < 0)
		return -1;
	*call = "sendto";
	sent = sendto(descriptor, state, strlen(state), 0,
	    (const struct sockaddr *)&address.storage, address.length);
	close_keeping_errno(descriptor);
	return sent < 0 ? -1 : 0;
}
