/* SPDX-License-Identifier: ISC */
#include "perform.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "failure.h"

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
set_nonblocking(int descriptor)
{
	int flags = fcntl(descriptor, F_GETFL);

	return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

static int
take_step(const struct plan *plan, const struct plan_step *step, int *descriptor)
{
	const struct bindchain_address *address = &plan->request->address;

	switch (step->call) {
	case PLAN_CLOSE:
		close(step->is.descriptor); /* it may have been closed at start */
		return 0;
	case PLAN_SOCKET:
		*descriptor = socket(step->is.socket.family, step->is.socket.type,
		    step->is.socket.protocol);
		return *descriptor;
	case PLAN_SETFD:
		return fcntl(*descriptor, F_SETFD, FD_CLOEXEC);
	case PLAN_SETFL:
		return set_nonblocking(*descriptor);
	case PLAN_SETSOCKOPT:
		return set_option(*descriptor, &step->is.setsockopt.option);
	case PLAN_BIND:
		return bind(*descriptor, (const struct sockaddr *)&address->storage,
		    address->length);
	case PLAN_LISTEN:
		return listen(*descriptor, step->is.backlog);
	}
	errno = EINVAL;
	return -1;
}

static void
describe_failure(const struct plan_step *step, int error, struct bindchain_failure *failure)
{
	static const enum bindchain_operation operations[] = {
		[PLAN_CLOSE] = BINDCHAIN_NOTHING,
		[PLAN_SOCKET] = BINDCHAIN_SOCKET,
		[PLAN_SETFD] = BINDCHAIN_FCNTL,
		[PLAN_SETFL] = BINDCHAIN_FCNTL,
		[PLAN_SETSOCKOPT] = BINDCHAIN_SETSOCKOPT,
		[PLAN_BIND] = BINDCHAIN_BIND,
		[PLAN_LISTEN] = BINDCHAIN_LISTEN,
	};

	failure_set(failure, operations[step->call], error);
	if (step->call == PLAN_SETSOCKOPT)
		failure->subject = step->is.setsockopt.option.name_text;
	else if (step->call == PLAN_SETFD)
		failure->subject = "FD_CLOEXEC";
	else if (step->call == PLAN_SETFL)
		failure->subject = "O_NONBLOCK";
}

int
perform(const struct plan *plan, struct bindchain_failure *failure)
{
	int descriptor = -1;

	for (size_t i = 0; i < plan->count; i++) {
		if (take_step(plan, &plan->steps[i], &descriptor) >= 0)
			continue;
		describe_failure(&plan->steps[i], errno, failure);
		if (descriptor >= 0)
			close(descriptor);
		return -1;
	}
	return descriptor;
}

int
bindchain_open(const struct bindchain_request *request, struct bindchain_failure *failure)
{
	struct plan plan;

	if (plan_make(&plan, request, failure) != 0)
		return -1;
	return perform(&plan, failure);
}
