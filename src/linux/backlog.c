/* SPDX-License-Identifier: ISC */
/*
 * Linux: the backlog and the queue.
 *
 * - The argument of listen(2) is compared as unsigned with net.core.somaxconn
 *   and cut to it, without an error: net/socket.c, __sys_listen_socket.  The
 *   limit belongs to the network namespace, is 4096 since 5.4 and was 128
 *   before, and may be hidden: then it is unknown.
 * - The queue is full when it is longer than the limit, so limit + 1
 *   connections fit, one even with 0: include/net/sock.h, sk_acceptq_is_full.
 * - In state LISTEN, TCP_INFO has the limit in tcpi_sacked and the length in
 *   tcpi_unacked: net/ipv4/tcp.c, tcp_get_info.
 */
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backend.h"

/* A file of /proc/sys that holds one decimal number. */
static bool
read_number_file(const char *path, int *number)
{
	char bytes[16];
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;
	long long value = 0;
	ssize_t i = 0;

	if (descriptor < 0)
		return false;
	length = read(descriptor, bytes, sizeof bytes);
	close(descriptor);
	for (; i < length && bytes[i] >= '0' && bytes[i] <= '9'; i++)
		value = value * 10 + (bytes[i] - '0');
	if (i == 0 || i != length - 1 || bytes[i] != '\n' || value > INT_MAX)
		return false;
	*number = (int)value;
	return true;
}

void
backend_backlog_limit(struct backend_limit *limit)
{
	limit->name = "net.core.somaxconn";
	limit->value.known = read_number_file("/proc/sys/net/core/somaxconn",
	    &limit->value.value);
}

void
backend_backlog(int requested, const struct bindchain_fact *limit,
    struct backend_backlog *becomes)
{
	*becomes = (struct backend_backlog) { .passed = requested };
	if (!limit->known)
		return;
	becomes->queue_limit.known = true;
	becomes->queue_limit.value = requested < limit->value ? requested : limit->value;
	becomes->admitted.known = becomes->queue_limit.value < INT_MAX;
	if (becomes->admitted.known)
		becomes->admitted.value = becomes->queue_limit.value + 1;
}

static struct bindchain_fact
fact_of(uint32_t value)
{
	return (struct bindchain_fact) { .known = value <= INT_MAX, .value = (int)value };
}

void
backend_queue(int descriptor, struct bindchain_fact *limit, struct bindchain_fact *length)
{
	struct tcp_info info = { 0 };
	socklen_t size = sizeof info;

	*limit = *length = (struct bindchain_fact) { 0 };
	if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return;
	/* Emulators give less than was asked for: believe only what is there. */
	if (size < offsetof(struct tcp_info, tcpi_lost) || info.tcpi_state != TCP_LISTEN)
		return;
	*limit = fact_of(info.tcpi_sacked);
	*length = fact_of(info.tcpi_unacked);
}
