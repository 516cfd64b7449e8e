/* SPDX-License-Identifier: ISC */
/*
 * Linux: waiting for connections and signals, and starting handlers.
 *
 * - EPOLLEXCLUSIVE (4.5) wakes one of the processes that wait for a listener; without a
 *   process in epoll_wait(2) the next one is woken: fs/eventpoll.c, ep_poll_callback.
 *   Such an entry cannot be modified, so at the limit only the signals are waited for.
 * - A blocked signal is kept for signalfd(2) even if it is ignored: kernel/signal.c,
 *   sig_ignored.
 * - A child of clone(2) with CLONE_VM and CLONE_VFORK runs on a stack of its own and in
 *   this memory while this process waits; vfork(2) of musl is fork(2) on some processors.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve_system.h"

const bool serve_system_tells_pid = true;

#define SIGNALS_INDEX UINT32_MAX

static int
add(const struct waiter *waiter, int descriptor, uint32_t events, uint32_t index)
{
	struct epoll_event event = { .events = events, .data.u32 = index };

	return epoll_ctl(waiter->descriptor, EPOLL_CTL_ADD, descriptor, &event);
}

static int
add_all(const struct waiter *waiter)
{
	if (add(waiter, waiter->signals, EPOLLIN, SIGNALS_INDEX) != 0)
		return -1;
	for (size_t i = 0; i < waiter->listener_count; i++)
		if (add(waiter, waiter->listeners[i], EPOLLIN | EPOLLEXCLUSIVE, (uint32_t)i) != 0)
			return -1;
	return 0;
}

int
waiter_open(struct waiter *waiter, const int *listeners, size_t count, const int *signals,
    const char **call)
{
	*waiter = (struct waiter) { .descriptor = -1, .listeners = listeners,
		.listener_count = count };
	sigemptyset(&waiter->set);
	for (; *signals; signals++)
		sigaddset(&waiter->set, *signals);
	*call = "signalfd";
	waiter->signals = signalfd(-1, &waiter->set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (waiter->signals < 0)
		return -1;
	*call = "epoll_create1";
	waiter->descriptor = epoll_create1(EPOLL_CLOEXEC);
	if (waiter->descriptor < 0)
		return -1;
	*call = "epoll_ctl";
	return add_all(waiter);
}

/* A change of the set: signalfd(2).  It fails only for what is no such descriptor. */
void
waiter_set_patient(struct waiter *waiter, bool patient)
{
	sigset_t set = waiter->set;

	if (waiter->is_patient == patient)
		return;
	if (patient)
		sigdelset(&set, SIGCHLD);
	waiter->is_patient = patient;
	signalfd(waiter->signals, &set, 0);
}

static int
read_signals(const struct waiter *waiter, struct readiness *ready)
{
	struct signalfd_siginfo signals[SERVE_EVENTS_MAX];
	ssize_t size = read(waiter->signals, signals, sizeof signals);

	if (size < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	ready->signal_count = (size_t)size / sizeof *signals;
	for (size_t i = 0; i < ready->signal_count; i++)
		ready->signals[i] = (int)signals[i].ssi_signo;
	return 0;
}

static int
wait_for_signals(const struct waiter *waiter, int milliseconds, struct readiness *ready)
{
	struct pollfd signals = { .fd = waiter->signals, .events = POLLIN };
	int count = poll(&signals, 1, milliseconds);

	if (count < 0)
		return errno == EINTR ? 0 : -1;
	return count > 0 ? read_signals(waiter, ready) : 0;
}

int
waiter_wait(struct waiter *waiter, bool accepting, int milliseconds, struct readiness *ready)
{
	struct epoll_event events[SERVE_EVENTS_MAX];
	bool is_signalled = false;
	int count;

	ready->signal_count = ready->listener_count = 0;
	if (!accepting)
		return wait_for_signals(waiter, milliseconds, ready);
	count = epoll_wait(waiter->descriptor, events, SERVE_EVENTS_MAX, milliseconds);
	if (count < 0)
		return errno == EINTR ? 0 : -1;
	for (int i = 0; i < count; i++)
		if (events[i].data.u32 == SIGNALS_INDEX)
			is_signalled = true;
		else
			ready->listeners[ready->listener_count++] = events[i].data.u32;
	return is_signalled ? read_signals(waiter, ready) : 0;
}

int
waiter_wait_for_room(struct waiter *waiter, int descriptor, int milliseconds,
    struct readiness *ready)
{
	struct pollfd polled[] = {
		{ .fd = waiter->signals, .events = POLLIN },
		{ .fd = descriptor, .events = POLLOUT },
	};
	int count = poll(polled, 2, milliseconds);

	ready->signal_count = ready->listener_count = 0;
	ready->has_room = count > 0 && polled[1].revents;
	if (count < 0)
		return errno == EINTR ? 0 : -1;
	return count > 0 && polled[0].revents ? read_signals(waiter, ready) : 0;
}

int
serve_system_accept(int listener, struct address *peer)
{
	peer->length = sizeof peer->storage;
	return accept4(listener, (struct sockaddr *)&peer->storage, &peer->length, SOCK_CLOEXEC);
}

bool
serve_system_peer(int connection, struct serve_peer *peer)
{
	struct ucred ids;
	socklen_t size = sizeof ids;

	if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &ids, &size) != 0)
		return false;
	*peer = (struct serve_peer) { true, true, ids.uid, ids.gid, ids.pid };
	return true;
}

struct start {
	const struct spawn *spawn;
	struct spawned *spawned;
};

static int
child(void *context)
{
	const struct start *start = context;

	return spawn_become(start->spawn, start->spawned);
}

pid_t
serve_system_start(const struct spawn *spawn, struct spawned *spawned)
{
	struct start start = { spawn, spawned };
	pid_t pid = clone(child, spawn->stack + SPAWN_STACK_SIZE,
	    CLONE_VM | CLONE_VFORK | SIGCHLD, &start);

	if (pid < 0)
		spawned->error = errno;
	return pid;
}
