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
 *   tcpi_unacked: net/ipv4/tcp.c, tcp_get_info.  Of a Unix socket only
 *   NETLINK_SOCK_DIAG tells: sock_diag(7).
 */
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "observe.h"
#include "sysctl.h"
#include "sock_diag.h"

void
backend_backlog_limit(struct backend_limit *limit)
{
	*limit = sysctl_number("net.core.somaxconn");
}

void
backend_judge_backlog(int requested, const struct bindchain_fact *limit,
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

/* A Unix listener in the answer of NETLINK_SOCK_DIAG. */
struct wanted {
	uint64_t identity;
	struct backend_queue *queue;
};

static void
take_wanted(void *context, const struct backend_socket *socket)
{
	const struct wanted *wanted = context;

	if (socket->identity != wanted->identity || socket->state != BACKEND_LISTENING)
		return;
	wanted->queue->limit = socket->queue_limit;
	wanted->queue->length = socket->queue_length;
}

static void
unix_queue(int descriptor, struct backend_queue *queue)
{
	struct diag_question question = { .family = AF_UNIX, .states = 1u << TCP_LISTEN };
	struct wanted wanted = { 0, queue };
	struct stat status;

	if (fstat(descriptor, &status) != 0)
		return;
	wanted.identity = status.st_ino;
	question.inode = (uint32_t)status.st_ino;
	/* Where the kernel does not answer, the facts stay unknown. */
	diag_visit(&question, take_wanted, &wanted);
}

static bool
is_unix(int descriptor)
{
	int domain = 0;
	socklen_t size = sizeof domain;

	return getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0
	    && domain == AF_UNIX;
}

void
backend_read_queue(int descriptor, struct backend_queue *queue)
{
	struct tcp_info info = { 0 };
	socklen_t size = sizeof info;

	*queue = (struct backend_queue) { 0 };
	if (is_unix(descriptor)) {
		unix_queue(descriptor, queue);
		return;
	}
	if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return;
	/* Emulators give less than was asked for: believe only what is there. */
	if (size < offsetof(struct tcp_info, tcpi_lost) || info.tcpi_state != TCP_LISTEN)
		return;
	queue->limit = fact_of(info.tcpi_sacked);
	queue->length = fact_of(info.tcpi_unacked);
}
