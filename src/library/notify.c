/* SPDX-License-Identifier: ISC */
/* Telling the service manager: sd_notify(3). */
#include "notify.h"

#include <errno.h>

#include "bindchain.h"
#include "environment.h"
#include "receive.h"

/* A relative path is none: an address of VSOCK would be one. */
static bool
is_address(const char *socket_name)
{
	return (socket_name[0] == '/' || socket_name[0] == '@') && socket_name[1];
}

int
receive_notify(bool remove, const char *state)
{
	static const char variables[][LISTEN_VARIABLE_SIZE] = { "NOTIFY_SOCKET", "" };
	const char *socket_name = environment_get(variables[0]), *call;
	int result = state ? socket_name != NULL : -EINVAL;

	if (result > 0 && !is_address(socket_name))
		result = -EINVAL;
	if (result > 0 && notify_send(socket_name, state, &call) != 0)
		result = -errno;
	if (remove && receive_remove_variables(variables) != 0 && result >= 0)
		result = -errno;
	return result;
}

int
bindchain_notify(unsigned flags, const char *state)
{
	if (flags & ~(unsigned)BINDCHAIN_REMOVE_VARIABLES)
		return receive_as_errno(-EINVAL);
	return receive_as_errno(receive_notify(flags & BINDCHAIN_REMOVE_VARIABLES, state));
}
