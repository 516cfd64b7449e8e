/* SPDX-License-Identifier: ISC */
/* The descriptors that a server starts with. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "outcome.h"
#include "server.h"

enum server_listener_problem
server_listener_read(struct server_listener *listener, int descriptor)
{
	struct outcome outcome;

	listener->descriptor = descriptor;
	if (outcome_read_state(descriptor, &outcome) != 0)
		return errno == ENOTSOCK ? SERVER_LISTENER_NO_SOCKET : SERVER_LISTENER_CLOSED;
	if (!outcome.address.length && !address_read(&outcome.address, descriptor))
		return SERVER_LISTENER_CLOSED;
	listener->address = outcome.address;
	if (outcome.family != AF_UNIX && !address_is_internet(&outcome.address))
		return SERVER_LISTENER_OTHER_FAMILY;
	if (outcome.type != SOCK_STREAM && outcome.type != SOCK_SEQPACKET)
		return SERVER_LISTENER_OTHER_TYPE;
	if (outcome.listening.known && !outcome.listening.value)
		return SERVER_LISTENER_NOT_LISTENING;
	return SERVER_LISTENER_WELL;
}

static bool
set_option(int descriptor, const struct backend_option *option)
{
	const void *value = option->data ? option->data : &option->value;
	socklen_t size = option->data ? option->size : sizeof option->value;

	return setsockopt(descriptor, option->level, option->name, value, size) == 0;
}

const struct backend_option *
server_set_options(const struct server_listener *listener, int descriptor)
{
	for (size_t i = 0; i < listener->option_count; i++) {
		const struct backend_option *option = &listener->options[i];
		if (set_option(descriptor, option))
			i += option->or_next;
		else if (!option->or_next)
			return option;
	}
	return NULL;
}

int
server_fill_standard(void)
{
	for (int descriptor = 0; descriptor <= STDERR_FILENO; descriptor++) {
		int opened;
		if (fcntl(descriptor, F_GETFD) >= 0)
			continue;
		/* Lower ones are open: this one is the result, unless it was open too. */
		opened = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (opened < 0)
			return -1;
		if (opened > STDERR_FILENO)
			close(opened);
	}
	return 0;
}

bool
server_set_nonblocking(int descriptor)
{
	int flags = fcntl(descriptor, F_GETFL);

	return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}
