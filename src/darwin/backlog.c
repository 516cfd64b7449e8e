/* SPDX-License-Identifier: ISC */
/*
 * Darwin: the backlog and the queue.
 *
 * - The limit is kern.ipc.somaxconn, 128 unless changed, and unchecked: any int
 *   can be written to it: xnu, bsd/kern/uipc_socket.c.
 * - A backlog of 0 or less means the limit, so the smallest queue there is, 1,
 *   is passed for 0: solisten, same file.
 * - The limit is kept in a short: above 32767 it would turn negative, and the
 *   socket drop every connection: bsd/sys/socketvar.h.  So no more is passed.
 * - The queue is full at its limit, half-open connections included:
 *   bsd/kern/uipc_socket2.c, sonewconn_internal.  (kern.ipc.soqlimitcompat 0
 *   brings back 3/2 of it, kern.ipc.soqlencomp 1 leaves half-open ones out.)
 * - No socket option tells the queue; proc_pidfdinfo() does, of one's own
 *   process without privilege.  Its length counts half-open connections, whose
 *   number stands beside it: bsd/kern/socket_info.c, fill_common_sockinfo.
 */
#include <sys/types.h>

#include <libproc.h>
#include <limits.h>
#include <sys/proc_info.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backend.h"
#include "sysctl.h"

void
backend_backlog_limit(struct backend_limit *limit)
{
	*limit = sysctl_number("kern.ipc.somaxconn");
}

static int
listen_argument(int requested)
{
	if (requested <= 0)
		return 1;
	return requested < SHRT_MAX ? requested : SHRT_MAX;
}

void
backend_judge_backlog(int requested, const struct bindchain_fact *limit,
    struct backend_backlog *becomes)
{
	int passed = listen_argument(requested), queue_limit;

	*becomes = (struct backend_backlog) { .passed = passed };
	if (!limit->known)
		return;
	queue_limit = passed < limit->value ? passed : limit->value;
	becomes->queue_limit = (struct bindchain_fact) { true, queue_limit };
	/* An administrator may have set 0 or less: nobody gets in. */
	becomes->admitted = (struct bindchain_fact) { true, queue_limit > 0 ? queue_limit : 0 };
}

void
backend_read_queue(int descriptor, struct backend_queue *queue)
{
	struct socket_fdinfo info = { 0 };

	*queue = (struct backend_queue) { 0 };
	if (proc_pidfdinfo(getpid(), descriptor, PROC_PIDFDSOCKETINFO, &info, sizeof info)
	        != sizeof info
	    || !(info.psi.soi_options & SO_ACCEPTCONN))
		return;
	queue->limit = (struct bindchain_fact) { true, info.psi.soi_qlimit };
	queue->length = (struct bindchain_fact) { true,
		info.psi.soi_qlen - info.psi.soi_incqlen };
	queue->incomplete = (struct bindchain_fact) { true, info.psi.soi_incqlen };
}
