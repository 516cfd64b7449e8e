/* SPDX-License-Identifier: ISC */
#include "perform.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address.h"
#include "backend.h"
#include "exclusive.h"
#include "failure.h"

/* What has been done so far, for the steps to come and for undoing it. */
struct performance {
	const struct bindchain_request *request;
	int descriptor; /* the socket, or -1 */
	int lock;       /* the locked directory, or -1 */
	bool umask_changed;
	mode_t umask;   /* to be restored */
	struct socket_path *made;
	struct bindchain_fact given; /* by the kernel, where a requirement is not met */
};

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
change_umask(struct performance *performance, mode_t mode)
{
	performance->umask = umask(mode);
	performance->umask_changed = true;
	return 0;
}

/* Leaves errno alone. */
static void
restore_umask(struct performance *performance)
{
	int error;

	if (!performance->umask_changed)
		return;
	error = errno;
	umask(performance->umask);
	errno = error;
	performance->umask_changed = false;
}

static int
bind_address(struct performance *performance)
{
	const struct bindchain_request *request = performance->request;
	int status = bind(performance->descriptor,
	    (const struct sockaddr *)&request->address.storage, request->address.length);

	restore_umask(performance);
	if (status != 0 || !request->path)
		return status;
	return socket_path_note_made(performance->made, request->path);
}

static int
make_fifo(struct performance *performance, mode_t mode)
{
	const char *path = performance->request->path;

	if (mkfifo(path, mode) != 0)
		return errno == EEXIST ? 0 : -1;
	return socket_path_note_made(performance->made, path);
}

static int
open_fifo(const char *path, int flags)
{
	int error, descriptor = open(path, flags);
	struct stat opened;

	if (descriptor < 0)
		return -1;
	if (fstat(descriptor, &opened) == 0 && S_ISFIFO(opened.st_mode))
		return descriptor;
	error = S_ISFIFO(opened.st_mode) ? errno : EEXIST;
	close(descriptor);
	errno = error;
	return -1;
}

/* Both return 0, or -1 with performance->given. */
static int
require_port(struct performance *performance)
{
	struct bindchain_address address;

	performance->given = (struct bindchain_fact) { 0 };
	if (!address_read(&address, performance->descriptor))
		return -1;
	performance->given = (struct bindchain_fact) { true, (int)address_port(&address) };
	return address_port(&address) == address_port(&performance->request->address) ? 0 : -1;
}

static int
require_backlog(struct performance *performance, int least)
{
	struct backend_queue queue;

	backend_queue(performance->descriptor, &queue);
	performance->given = queue.limit;
	return performance->given.known && performance->given.value >= least ? 0 : -1;
}

static int
take_path_step(struct performance *performance, const struct plan_step *step)
{
	const char *path = performance->request->path;

	switch (step->call) {
	case PLAN_LOCK:
		return performance->lock = socket_path_lock(path);
	case PLAN_CLEAR:
		return socket_path_clear(path);
	case PLAN_UMASK:
		return change_umask(performance, step->is.mode);
	case PLAN_CHOWN:
		return lchown(path, step->is.chown.user, step->is.chown.group);
	case PLAN_CHMOD:
		return chmod(path, step->is.mode);
	case PLAN_UNLOCK:
		close(performance->lock);
		performance->lock = -1;
		return 0;
	case PLAN_MKFIFO:
		return make_fifo(performance, step->is.mode);
	case PLAN_OPEN:
		return performance->descriptor = open_fifo(path, step->is.flags);
	case PLAN_FCHOWN:
		return fchown(performance->descriptor, step->is.chown.user,
		    step->is.chown.group);
	case PLAN_FCHMOD:
		return fchmod(performance->descriptor, step->is.mode);
	default:
		errno = EINVAL;
		return -1;
	}
}

static int
take_step(struct performance *performance, const struct plan_step *step)
{
	int descriptor = performance->descriptor;

	switch (step->call) {
	case PLAN_CLOSE:
		close(step->is.descriptor); /* it may have been closed at start */
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
		return take_path_step(performance, step);
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

static void
describe_failure(const struct performance *performance, const struct plan_step *step, int error,
    struct bindchain_failure *failure)
{
	static const enum bindchain_operation operations[] = {
		[PLAN_SOCKET] = BINDCHAIN_SOCKET,
		[PLAN_SETFD] = BINDCHAIN_FCNTL,
		[PLAN_SETFL] = BINDCHAIN_FCNTL,
		[PLAN_SETSOCKOPT] = BINDCHAIN_SETSOCKOPT,
		[PLAN_PROBE] = BINDCHAIN_EXCLUSIVE,
		[PLAN_LOCK] = BINDCHAIN_LOCK_DIRECTORY,
		[PLAN_CLEAR] = BINDCHAIN_CLEAR_PATH,
		[PLAN_BIND] = BINDCHAIN_BIND,
		[PLAN_CHOWN] = BINDCHAIN_CHOWN,
		[PLAN_FCHOWN] = BINDCHAIN_CHOWN,
		[PLAN_CHMOD] = BINDCHAIN_CHMOD,
		[PLAN_FCHMOD] = BINDCHAIN_CHMOD,
		[PLAN_LISTEN] = BINDCHAIN_LISTEN,
		[PLAN_MKFIFO] = BINDCHAIN_MKFIFO,
		[PLAN_OPEN] = BINDCHAIN_OPEN,
	};

	if (step->call == PLAN_REQUIRE_BACKLOG || step->call == PLAN_REQUIRE_PORT) {
		describe_requirement(performance, step, failure);
		return;
	}
	failure_set(failure, operations[step->call], error);
	if (step->call == PLAN_SETSOCKOPT)
		failure->subject = step->is.setsockopt.option.name_text;
	else if (step->call == PLAN_SETFD)
		failure->subject = "FD_CLOEXEC";
	else if (step->call == PLAN_SETFL)
		failure->subject = "O_NONBLOCK";
}

static void
undo(struct performance *performance)
{
	restore_umask(performance);
	if (performance->descriptor >= 0)
		close(performance->descriptor);
	socket_path_remove(performance->made, performance->lock >= 0);
	performance->made->path = NULL;
	if (performance->lock >= 0)
		close(performance->lock);
}

/* Is the next step there only in case this one fails? */
static bool
has_stand_in(const struct plan_step *step)
{
	return step->call == PLAN_SETSOCKOPT && step->is.setsockopt.option.or_next;
}

int
perform(const struct plan *plan, struct socket_path *made, struct bindchain_failure *failure)
{
	struct performance performance = { .request = plan->request, .descriptor = -1,
		.lock = -1, .made = made };

	made->path = NULL;
	for (size_t i = 0; i < plan->count; i++) {
		bool done = take_step(&performance, &plan->steps[i]) >= 0;
		if (done && has_stand_in(&plan->steps[i]))
			i++;
		if (done || has_stand_in(&plan->steps[i]))
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
	struct socket_path made;
	struct plan plan;

	if (plan_make(&plan, request, failure) != 0)
		return -1;
	return perform(&plan, &made, failure);
}
