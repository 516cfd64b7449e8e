/* SPDX-License-Identifier: ISC */
/*
 * Linux: the sockets that listen, by NETLINK_SOCK_DIAG, no privilege needed.
 * Listed are those of the network namespace; Unix sockets too.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "observe.h"
#include "sock_diag.h"

void
backend_visit_listeners(backend_socket_visitor *visit, void *context, struct backend_sight *sight)
{
	static const struct diag_question questions[] = {
		{ .family = AF_INET, .protocol = IPPROTO_TCP, .states = 1u << TCP_LISTEN },
		{ .family = AF_INET6, .protocol = IPPROTO_TCP, .states = 1u << TCP_LISTEN },
		{ .family = AF_UNIX, .states = 1u << TCP_LISTEN },
	};

	*sight = (struct backend_sight) { .complete = true };
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		if (diag_visit(&questions[i], visit, context) == 0)
			continue;
		sight->complete = false;
		sight->error = errno;
		sight->hidden = diag_error_text(errno);
		sight->command = "ss -ltnx";
	}
}
