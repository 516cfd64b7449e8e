/* SPDX-License-Identifier: ISC */
#include "open_waiting.h"

#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "address.h"
#include "failure.h"
#include "native.h"
#include "sockopt.h"
#include "watch.h"

enum { MILLISECONDS = 1000, NANOSECONDS = 1000000 }; /* of a second; of a millisecond */

struct waiting {
	struct invocation *invocation;
	struct request *request;
	bool follows;     /* its port was chosen by the kernel, and is not waited for */
	int watch;        /* its descriptor */
	int64_t deadline; /* in milliseconds */
};

static int64_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * MILLISECONDS + time.tv_nsec / NANOSECONDS;
}

/* ---- an attempt ---- */

static unsigned
find_interface(const char *name, struct bindchain_failure *failure)
{
	unsigned index = if_nametoindex(name);

	if (index == 0) {
		failure_set(failure, BINDCHAIN_FIND_INTERFACE, errno);
		failure->subject = name;
	}
	return index;
}

static bool
uses_device(const struct request *request)
{
	struct backend_spelling spelling;

	if (!request->device)
		return false;
	sockopt_spell(request, BINDCHAIN_DEVICE, 1, &spelling);
	return spelling.count > 0;
}

/* Another interface may have the name since the last attempt. */
static bool
find_interfaces(struct request *request, struct bindchain_failure *failure)
{
	unsigned index;

	if (uses_device(request)) {
		index = find_interface(request->device, failure);
		if (index == 0)
			return false;
		request->options[BINDCHAIN_DEVICE].value = (int)index;
	}
	if (request->zone) {
		index = find_interface(request->zone, failure);
		if (index == 0)
			return false;
		address_set_zone(&request->address, index);
	}
	return true;
}

static int
attempt(struct request *request, struct bindchain_failure *failure)
{
	return find_interfaces(request, failure) ? command_open(request, failure) : -1;
}

/* ENODEV on Linux, ENXIO on the others. */
static bool
is_missing_interface(int error)
{
	return error == ENODEV || error == ENXIO;
}

static bool
may_succeed_later(const struct waiting *waiting, const struct bindchain_failure *failure)
{
	if (waiting->follows && failure->error == EADDRINUSE)
		return false;
	switch (failure->operation) {
	case BINDCHAIN_FIND_INTERFACE:
	case BINDCHAIN_SETSOCKOPT: /* the interface has gone again */
		return is_missing_interface(failure->error);
	case BINDCHAIN_BIND:
		return failure->error == EADDRNOTAVAIL || failure->error == EADDRINUSE
		    || is_missing_interface(failure->error);
	case BINDCHAIN_EXCLUSIVE:
	case BINDCHAIN_LISTEN:
		return failure->error == EADDRINUSE;
	default:
		return false;
	}
}

/* ---- waiting ---- */

static _Noreturn void
fail(const struct waiting *waiting, const char *call)
{
	native_fatal_call(waiting->invocation, call, backend_watch_source);
}

/* Reads all messages; returns whether there was an event.  Without room for a message
 * (ENOBUFS), the lost one may have been an event. */
static bool
read_events(const struct waiting *waiting)
{
	unsigned char message[512]; /* their beginnings suffice */
	bool any = false;

	for (;;) {
		ssize_t size = recv(waiting->watch, message, sizeof message, MSG_DONTWAIT);
		if (size > 0)
			any = backend_watch_is_event(message, (size_t)size) || any;
		else if (size == 0 || errno == EAGAIN || errno == EWOULDBLOCK)
			return any;
		else if (errno == ENOBUFS)
			any = true;
		else if (errno != EINTR)
			fail(waiting, "recv from");
	}
}

/* Returns at an event, or at the time UNTIL. */
static void
wait_for_event(const struct waiting *waiting, int64_t until)
{
	struct pollfd polled = { .fd = waiting->watch, .events = POLLIN };

	for (int64_t left = until - now(); left > 0; left = until - now()) {
		int ready = poll(&polled, 1, left > INT_MAX ? INT_MAX : (int)left);
		if (ready > 0 && read_events(waiting))
			return;
		if (ready < 0 && errno != EINTR)
			fail(waiting, "poll");
	}
}

/* When the next attempt is due without an event. */
static int64_t
next_attempt(const struct waiting *waiting, const struct bindchain_failure *failure)
{
	int64_t next = now() + OPEN_WAITING_INTERVAL;

	if (failure->error != EADDRINUSE && !backend_watch_misses(waiting->request, failure))
		return waiting->deadline;
	return next < waiting->deadline ? next : waiting->deadline;
}

static int
attempt_until_deadline(const struct waiting *waiting, struct bindchain_failure *failure)
{
	for (;;) {
		int descriptor = attempt(waiting->request, failure);
		if (descriptor >= 0 || !may_succeed_later(waiting, failure))
			return descriptor;
		if (now() >= waiting->deadline) {
			waiting->invocation->waited = waiting->request->wait;
			return -1;
		}
		wait_for_event(waiting, next_attempt(waiting, failure));
	}
}

/* Above the standard descriptors, of which the plan may close and open one. */
static int
open_watch(const struct waiting *waiting)
{
	const char *call;
	int descriptor = backend_watch_open(&call), lifted;

	if (descriptor < 0)
		fail(waiting, call);
	lifted = handover_lift(&waiting->invocation->handover, descriptor);
	if (lifted < 0)
		fail(waiting, "fcntl");
	return lifted;
}

int
open_waiting(struct invocation *invocation, int index, struct bindchain_failure *failure)
{
	struct waiting waiting = { .invocation = invocation,
		.request = &invocation->requests[index], .follows = invocation->follows[index] };
	int descriptor;

	waiting.deadline = now() + (int64_t)waiting.request->wait * MILLISECONDS;
	/* Before the first attempt, so that no event is missed. */
	waiting.watch = open_watch(&waiting);
	descriptor = attempt_until_deadline(&waiting, failure);
	close(waiting.watch);
	return descriptor;
}
