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
#include "request.h"
#include "request_check.h"
#include "sockopt.h"

int
performance_about(struct performance *performance, const char *subject, int status)
{
	if (status < 0)
		performance->subject = subject;
	return status;
}

/* ---- steps ---- */

/* It fails if the descriptor was closed at start, which does not matter. */
static int
close_descriptor(struct performance *performance, const struct plan_step *step)
{
	(void)performance;
	close(step->is.descriptor);
	return 0;
}

static int
open_socket(struct performance *performance, const struct plan_step *step)
{
	return performance->descriptor = socket(step->is.socket.family, step->is.socket.type,
	           step->is.socket.protocol);
}

static int
set_close_on_exec(struct performance *performance, const struct plan_step *step)
{
	(void)step;
	return performance_about(performance, "FD_CLOEXEC",
	    fcntl(performance->descriptor, F_SETFD, FD_CLOEXEC));
}

static int
get_status_flags(struct performance *performance, const struct plan_step *step)
{
	(void)step;
	performance->flags = fcntl(performance->descriptor, F_GETFL);
	return performance_about(performance, "O_NONBLOCK", performance->flags);
}

static int
set_status_flags(struct performance *performance, const struct plan_step *step)
{
	int flags = (performance->flags & ~O_NONBLOCK) | step->is.flags;

	return performance_about(performance, "O_NONBLOCK",
	    fcntl(performance->descriptor, F_SETFL, flags));
}

static int
set_option_of(int descriptor, const struct backend_option *option)
{
	if (option->data)
		return setsockopt(descriptor, option->level, option->name, option->data,
		    option->size);
	return setsockopt(descriptor, option->level, option->name, &option->value,
	    sizeof option->value);
}

static int
set_option(struct performance *performance, const struct plan_step *step)
{
	const struct backend_option *option = &step->is.setsockopt.option;

	return performance_about(performance, option->name_text,
	    set_option_of(performance->descriptor, option));
}

static int
limit_rights(struct performance *performance, const struct plan_step *step)
{
	return step->is.setsockopt.option.limit(performance->descriptor);
}

static int
bind_to(int descriptor, const struct address *address)
{
	return bind(descriptor, (const struct sockaddr *)&address->storage, address->length);
}

int
performance_bind(struct performance *performance, const struct plan_step *step)
{
	const struct request *request = performance->request;
	const char *call = NULL;

	(void)step;
	if ((request_binds_by_name(request)
	            ? path_calls.bind_name(performance->descriptor, performance->place.directory,
	                &request->address, &call)
	            : bind_to(performance->descriptor, &request->address)) != 0)
		return performance_about(performance, call, -1);
	performance->made->path = request->path;
	return 0;
}

static int
start_listening(struct performance *performance, const struct plan_step *step)
{
	return listen(performance->descriptor, step->is.backlog);
}

/* ---- the temporary socket ---- */

/* A family that this kernel lacks, or this jail (EPROTONOSUPPORT, socreate of FreeBSD), has
 * no other sockets either. */
static int
open_probe(struct performance *performance, const struct plan_step *step)
{
	performance->probe = socket(step->is.socket.family, step->is.socket.type,
	    step->is.socket.protocol);
	if (performance->probe < 0 && (errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT))
		return 0;
	return performance_about(performance, "socket", performance->probe);
}

static int
set_option_of_probe(struct performance *performance, const struct plan_step *step)
{
	const struct backend_option *option = &step->is.setsockopt.option;

	return performance->probe < 0 ? 0 : performance_about(performance, option->name_text,
	           set_option_of(performance->probe, option));
}

/* Failures other than EADDRINUSE are left to the socket itself: its options may allow what
 * fails here. */
static int
bind_probe(struct performance *performance, const struct plan_step *step)
{
	struct address address;

	if (performance->probe < 0)
		return 0;
	exclusive_address(performance->request, step->is.of_ipv4, &address);
	return bind_to(performance->probe, &address) != 0 && errno == EADDRINUSE ? -1 : 0;
}

static int
close_probe(struct performance *performance, const struct plan_step *step)
{
	(void)step;
	if (performance->probe >= 0)
		close(performance->probe);
	performance->probe = -1;
	return 0;
}

/* ---- requirements ---- */

static int
require(struct performance *performance, const char *subject, int demanded, bool is_met)
{
	if (is_met)
		return 0;
	performance->subject = subject;
	performance->demanded = demanded;
	performance->reason = "not what is required";
	errno = 0;
	return -1;
}

static int
require_port(struct performance *performance, const struct plan_step *step)
{
	int asked = (int)address_port(&performance->request->address);
	struct bindchain_fact *given = &performance->given;
	struct address address;

	(void)step;
	*given = (struct bindchain_fact) { 0 };
	if (address_read(&address, performance->descriptor))
		*given = (struct bindchain_fact) { true, (int)address_port(&address) };
	/* 0 asks for any. */
	return require(performance, "port", asked,
	    given->known && (asked == 0 || given->value == asked));
}

static int
require_backlog(struct performance *performance, const struct plan_step *step)
{
	const int least = step->is.backlog;
	struct backend_queue queue;

	backend_read_queue(performance->descriptor, &queue);
	performance->given = queue.limit;
	return require(performance, "backlog", least,
	    queue.limit.known && queue.limit.value >= least);
}

static int
require_buffer(struct performance *performance, const struct plan_step *step)
{
	struct bindchain_fact *given = &performance->given;
	socklen_t size = sizeof given->value;

	*given = (struct bindchain_fact) { 0 };
	given->known = getsockopt(performance->descriptor, SOL_SOCKET, SO_RCVBUF, &given->value,
	        &size) == 0 && size == sizeof given->value;
	given->value = sockopt_as_requested(BINDCHAIN_RECEIVE_BUFFER, given->value);
	return require(performance, "receive buffer", step->is.bytes,
	    given->known && given->value >= step->is.bytes);
}

/* ---- the table ---- */

#define MADE_BY(function, failure) .make = (function), .operation = (failure)

const struct performance_rule performance_rules[PLAN_CALLS] = {
	[PLAN_CLOSE] = { .make = close_descriptor },
	[PLAN_SOCKET] = { MADE_BY(open_socket, BINDCHAIN_SOCKET) },
	[PLAN_SETFD] = { MADE_BY(set_close_on_exec, BINDCHAIN_FCNTL) },
	[PLAN_GETFL] = { MADE_BY(get_status_flags, BINDCHAIN_FCNTL) },
	[PLAN_SETFL] = { MADE_BY(set_status_flags, BINDCHAIN_FCNTL) },
	[PLAN_SETSOCKOPT] = { MADE_BY(set_option, BINDCHAIN_SETSOCKOPT) },
	[PLAN_PROBE_SOCKET] = { MADE_BY(open_probe, BINDCHAIN_EXCLUSIVE) },
	[PLAN_PROBE_SETSOCKOPT] = { MADE_BY(set_option_of_probe, BINDCHAIN_EXCLUSIVE) },
	[PLAN_PROBE_BIND] = { MADE_BY(bind_probe, BINDCHAIN_EXCLUSIVE) },
	[PLAN_PROBE_CLOSE] = { MADE_BY(close_probe, BINDCHAIN_EXCLUSIVE) },
	[PLAN_OPEN_DIRECTORY] = { MADE_BY(performance_open_directory, BINDCHAIN_OPEN_DIRECTORY),
	    .stand_in_error = ENOENT },
	[PLAN_SOCKET_MODE] = { MADE_BY(performance_set_socket_mode, BINDCHAIN_CHMOD) },
	[PLAN_CLOCK] = { .make = performance_read_clock },
	[PLAN_UMASK] = { .make = performance_set_umask },
	[PLAN_BIND] = { MADE_BY(performance_bind, BINDCHAIN_BIND), .stand_in_error = EADDRINUSE },
	[PLAN_CLEAR] = { MADE_BY(performance_clear, BINDCHAIN_CLEAR_PATH) },
	[PLAN_UMASK_BACK] = { .make = performance_set_umask_back },
	[PLAN_NOTE] = { MADE_BY(performance_note, BINDCHAIN_FIND_PATH) },
	[PLAN_SWEEP] = { .make = performance_sweep },
	[PLAN_FIND] = { MADE_BY(performance_find_bound, BINDCHAIN_FIND_PATH) },
	[PLAN_LOOK_AT_DIRECTORY] = { MADE_BY(performance_look_at_directory, BINDCHAIN_FIND_PATH) },
	[PLAN_SAME_DIRECTORY] = { MADE_BY(performance_compare_directory, BINDCHAIN_FIND_PATH) },
	[PLAN_CHOWN] = { MADE_BY(performance_chown, BINDCHAIN_CHOWN) },
	[PLAN_CHMOD] = { MADE_BY(performance_chmod, BINDCHAIN_CHMOD) },
	[PLAN_LISTEN] = { MADE_BY(start_listening, BINDCHAIN_LISTEN) },
	[PLAN_REQUIRE_BACKLOG] = { MADE_BY(require_backlog, BINDCHAIN_REQUIREMENT) },
	[PLAN_REQUIRE_PORT] = { MADE_BY(require_port, BINDCHAIN_REQUIREMENT) },
	[PLAN_CLOSE_OBJECT] = { .make = performance_close_object },
	[PLAN_CLOSE_DIRECTORY] = { .make = performance_close_directory },
	[PLAN_MKFIFO] = { MADE_BY(performance_make_fifo, BINDCHAIN_MKFIFO) },
	[PLAN_FIND_FIFO] = { MADE_BY(performance_find_fifo, BINDCHAIN_OPEN) },
	[PLAN_OPEN] = { MADE_BY(performance_open_fifo, BINDCHAIN_OPEN) },
	[PLAN_FCHOWN] = { MADE_BY(performance_fchown, BINDCHAIN_CHOWN) },
	[PLAN_FCHMOD] = { MADE_BY(performance_fchmod, BINDCHAIN_CHMOD) },
	[PLAN_REQUIRE_BUFFER] = { MADE_BY(require_buffer, BINDCHAIN_REQUIREMENT) },
	[PLAN_MAKE_DIRECTORY] = { MADE_BY(performance_make_directory, BINDCHAIN_OPEN_DIRECTORY) },
	[PLAN_SWEEP_DIRECTORY] = { .make = performance_sweep_directory },
	[PLAN_LIMIT_RIGHTS] = { MADE_BY(limit_rights, BINDCHAIN_LIMIT_RIGHTS) },
	[PLAN_LINK] = { MADE_BY(performance_link, BINDCHAIN_FIND_PATH) },
};

/* ---- all ---- */

static void
describe_failure(const struct performance *performance, const struct performance_rule *rule,
    int error, struct bindchain_failure *failure)
{
	failure_set(failure, rule->operation, error);
	failure->subject = performance->subject;
	failure->reason = performance->reason;
	if (rule->operation != BINDCHAIN_REQUIREMENT)
		return;
	failure->demanded = performance->demanded;
	failure->given = performance->given;
}

static void
undo(struct performance *performance)
{
	performance_undo_path(performance);
	performance->made->path = NULL;
	if (performance->probe >= 0)
		close(performance->probe);
	if (performance->descriptor >= 0)
		close(performance->descriptor);
	performance_leave_place(performance);
}

/* Whether the next step stands in for STEP, which has failed. */
static bool
has_stand_in(const struct plan_step *step, const struct performance_rule *rule)
{
	return step->or_next && (!rule->stand_in_error || errno == rule->stand_in_error);
}

int
perform(const struct plan *plan, struct made_path *made, struct bindchain_failure *failure)
{
	struct performance performance; /* initialised member by member: fewer instructions */

	performance.request = plan->request;
	performance.descriptor = performance.probe = -1;
	performance.has_place = false;
	performance.made = made;
	made->path = made->link.path = NULL;
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->steps[i];
		const struct performance_rule *rule = &performance_rules[step->call];
		performance.subject = performance.reason = NULL;
		if (rule->make(&performance, step) >= 0) {
			i += step->or_next;
			continue;
		}
		if (has_stand_in(step, rule))
			continue;
		describe_failure(&performance, rule, errno, failure);
		undo(&performance);
		return -1;
	}
	return performance.descriptor;
}

int
request_open(const struct request *request, struct bindchain_failure *failure)
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
