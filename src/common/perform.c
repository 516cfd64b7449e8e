/* SPDX-License-Identifier: ISC */
#include "perform.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "address.h"
#include "backend.h"
#include "exclusive.h"
#include "failure.h"
#include "performance.h"
#include "request_check.h"

static int
set_option(int descriptor, const struct backend_option *option)
{
	if (option->data)
		return setsockopt(descriptor, option->level, option->name, option->data,
		    option->size);
	return setsockopt(descriptor, option->level, option->name, &option->value,
	    sizeof option->value);
}

static int
set_status_flags(int descriptor, int wanted)
{
	int flags = fcntl(descriptor, F_GETFL);

	return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, (flags & ~O_NONBLOCK) | wanted);
}

static int
bind_address(struct performance *performance)
{
	const struct bindchain_request *request = performance->request;

	if (request->path)
		return performance_bind_path(performance);
	return bind(performance->descriptor, (const struct sockaddr *)&request->address.storage,
	    request->address.length);
}

/* Both return 0, or -1 with performance->given. */
static int
require_port(struct performance *performance)
{
	unsigned asked = address_port(&performance->request->address);
	struct bindchain_address address;

	performance->given = (struct bindchain_fact) { 0 };
	if (!address_read(&address, performance->descriptor))
		return -1;
	performance->given = (struct bindchain_fact) { true, (int)address_port(&address) };
	/* 0 asks for any. */
	return asked == 0 || address_port(&address) == asked ? 0 : -1;
}

static int
require_backlog(struct performance *performance, int least)
{
	struct backend_queue queue;

	backend_read_queue(performance->descriptor, &queue);
	performance->given = queue.limit;
	return performance->given.known && performance->given.value >= least ? 0 : -1;
}

static int
take_step(struct performance *performance, const struct plan_step *step)
{
	int descriptor = performance->descriptor;

	switch (step->call) {
	case PLAN_CLOSE:
		close(step->is.descriptor); /* fails if it was closed at start: no matter */
		return 0;
	case PLAN_SOCKET:
		return performance->descriptor = socket(step->is.socket.family,
		           step->is.socket.type, step->is.socket.protocol);
	case PLAN_SETFD:
		return fcntl(descriptor, F_SETFD, FD_CLOEXEC);
	case PLAN_SETFL:
		return set_status_flags(descriptor, step->is.flags);
	case PLAN_SETSOCKOPT:
		return set_option(descriptor, &step->is.setsockopt.option);
	case PLAN_PROBE:
		return exclusive_probe(performance->request);
	case PLAN_BIND:
		return bind_address(performance);
	case PLAN_LISTEN:
		return listen(descriptor, step->is.backlog);
	case PLAN_REQUIRE_BACKLOG:
		return require_backlog(performance, step->is.backlog);
	case PLAN_REQUIRE_PORT:
		return require_port(performance);
	default:
		return performance_take_path_step(performance, step);
	}
}

static void
describe_requirement(const struct performance *performance, const struct plan_step *step,
    struct bindchain_failure *failure)
{
	bool about_port = step->call == PLAN_REQUIRE_PORT;

	failure_set(failure, BINDCHAIN_REQUIREMENT, 0);
	failure->subject = about_port ? "port" : "backlog";
	failure->reason = "not what is required";
	failure->demanded = about_port ? (int)address_port(&performance->request->address)
	                               : step->is.backlog;
	failure->given = performance->given;
}

static enum bindchain_operation
operation_of(enum plan_call call)
{
	static const enum bindchain_operation operations[] = {
		[PLAN_SOCKET] = BINDCHAIN_SOCKET,
		[PLAN_SETFD] = BINDCHAIN_FCNTL,
		[PLAN_SETFL] = BINDCHAIN_FCNTL,
		[PLAN_SETSOCKOPT] = BINDCHAIN_SETSOCKOPT,
		[PLAN_PROBE] = BINDCHAIN_EXCLUSIVE,
		[PLAN_OPEN_DIRECTORY] = BINDCHAIN_OPEN_DIRECTORY,
		[PLAN_SOCKET_MODE] = BINDCHAIN_CHMOD,
		[PLAN_BIND] = BINDCHAIN_BIND,
		[PLAN_CLEAR] = BINDCHAIN_CLEAR_PATH,
		[PLAN_FIND] = BINDCHAIN_FIND_PATH,
		[PLAN_SAME_DIRECTORY] = BINDCHAIN_FIND_PATH,
		[PLAN_CHOWN] = BINDCHAIN_CHOWN,
		[PLAN_FCHOWN] = BINDCHAIN_CHOWN,
		[PLAN_CHMOD] = BINDCHAIN_CHMOD,
		[PLAN_FCHMOD] = BINDCHAIN_CHMOD,
		[PLAN_LISTEN] = BINDCHAIN_LISTEN,
		[PLAN_MKFIFO] = BINDCHAIN_MKFIFO,
		[PLAN_FIND_FIFO] = BINDCHAIN_OPEN,
		[PLAN_OPEN] = BINDCHAIN_OPEN,
	};

	return operations[call];
}

static void
describe_failure(const struct performance *performance, const struct plan_step *step, int error,
    struct bindchain_failure *failure)
{
	if (step->call == PLAN_REQUIRE_BACKLOG || step->call == PLAN_REQUIRE_PORT) {
		describe_requirement(performance, step, failure);
		return;
	}
	failure_set(failure, operation_of(step->call), error);
	if (step->call == PLAN_SETSOCKOPT)
		failure->subject = step->is.setsockopt.option.name_text;
	else if (step->call == PLAN_SETFD)
		failure->subject = "FD_CLOEXEC";
	else if (step->call == PLAN_SETFL)
		failure->subject = "O_NONBLOCK";
	else if (step->call == PLAN_CLEAR || step->call == PLAN_FIND
	    || step->call == PLAN_SAME_DIRECTORY)
		failure->subject = performance->call;
	if (performance->has_place)
		failure->reason = performance->reason;
}

static void
undo(struct performance *performance)
{
	performance_undo_path(performance);
	performance->made->path = NULL;
	if (performance->descriptor >= 0)
		close(performance->descriptor);
	performance_leave_place(performance);
}

/* Is the next step only for the failure of this one? */
static bool
has_stand_in(const struct plan_step *step)
{
	return step->or_next
	    || (step->call == PLAN_SETSOCKOPT && step->is.setsockopt.option.or_next);
}

static bool
may_stand_in(const struct plan_step *step)
{
	return has_stand_in(step) && (step->call != PLAN_BIND || errno == EADDRINUSE);
}

int
perform(const struct plan *plan, struct made_path *made, struct bindchain_failure *failure)
{
	struct performance performance; /* initialised member by member: fewer instructions */

	performance.request = plan->request;
	performance.descriptor = -1;
	performance.has_place = false;
	performance.made = made;
	made->path = NULL;
	for (size_t i = 0; i < plan->count; i++) {
		bool done = take_step(&performance, &plan->steps[i]) >= 0;
		if (done && has_stand_in(&plan->steps[i]))
			i++;
		if (done || may_stand_in(&plan->steps[i]))
			continue;
		describe_failure(&performance, &plan->steps[i], errno, failure);
		undo(&performance);
		return -1;
	}
	return performance.descriptor;
}

int
bindchain_open(const struct bindchain_request *request, struct bindchain_failure *failure)
{
	struct made_path made;
	struct bindchain_failure unwanted;
	struct plan plan;

	if (!failure)
		failure = &unwanted;
	if (request_check(request, failure) != 0 || plan_make(&plan, request, failure) != 0)
		return -1;
	return perform(&plan, &made, failure);
}
