/* SPDX-License-Identifier: ISC */
/* Compiled for the other system: its types on one side, foreign.h's on the
 * other. */
#include <sys/types.h>

#include "foreign.h"

#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <string.h>

#include "address.h"
#include "diagnosis.h"
#include "foreseen_conflicts.h"
#include "kernel.h"
#include "observe.h"
#include "socket_option.h"
#include "words.h"

static int
value_of(const struct bindchain_fact *fact)
{
	return fact->known ? fact->value : FOREIGN_UNKNOWN;
}

/* ---- requests ---- */

static bool
is_netlink(int kind)
{
	return kind == BINDCHAIN_NETLINK || kind == BINDCHAIN_NETLINK_RAW;
}

static bool
is_internet(int kind)
{
	return kind == BINDCHAIN_TCP || kind == BINDCHAIN_UDP;
}

/* What the request is for.  Returns 0, or -1 with FAILURE. */
static int
set_place(struct bindchain_request *request, const struct foreign_request *asked,
    struct bindchain_failure *failure)
{
	if (is_internet(asked->kind)) {
		if (!address_from_literal(&request->address, asked->host, asked->port))
			kernel_trap("a host that is no number");
		return 0;
	}
	if (!is_netlink(asked->kind))
		return bindchain_set_path(request, asked->host, failure);
	request->host = asked->host;
	if (backend_lack(request->kind)
	    || backend_netlink(asked->host, asked->port, &request->address, &request->protocol))
		return 0;
	*failure = (struct bindchain_failure) { .operation = BINDCHAIN_UNSUPPORTED,
		.subject = asked->host, .reason = "no such protocol" };
	return -1;
}

static void
set_access(struct bindchain_access *access, const struct foreign_request *asked)
{
	access->has_mode = asked->mode >= 0;
	if (access->has_mode)
		access->mode = (mode_t)asked->mode;
	access->has_user = asked->user >= 0;
	access->user = (uid_t)asked->user;
	access->has_group = asked->group >= 0;
	access->group = (gid_t)asked->group;
}

int
foreign_make_request(struct bindchain_request *request, const struct foreign_request *asked,
    struct bindchain_failure *failure)
{
	bindchain_request_init(request, (enum bindchain_kind)asked->kind);
	if (request->backlog != BINDCHAIN_NO_LISTEN)
		request->backlog = asked->backlog;
	request->nonblocking = asked->nonblocking;
	request->close_on_exec = asked->close_on_exec;
	request->exclusive = asked->exclusive;
	set_access(&request->access, asked);
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++)
		if (asked->asked & 1u << i)
			request->options[i] = (struct bindchain_setting) { BINDCHAIN_REQUIRED,
				asked->values[i] };
	if (asked->asked & 1u << BINDCHAIN_DEVICE)
		request->device = "em0";
	return set_place(request, asked, failure);
}

static const char *
operation_name(enum bindchain_operation operation)
{
	switch (operation) {
	case BINDCHAIN_UNSUPPORTED: return "unsupported";
	case BINDCHAIN_PATH: return "path";
	case BINDCHAIN_SOCKET: return "socket";
	case BINDCHAIN_SETSOCKOPT: return "setsockopt";
	case BINDCHAIN_CLEAR_PATH: return "clear";
	case BINDCHAIN_FIND_PATH: return "find";
	case BINDCHAIN_EXCLUSIVE: return "exclusive";
	case BINDCHAIN_BIND: return "bind";
	case BINDCHAIN_LISTEN: return "listen";
	case BINDCHAIN_CHMOD: return "chmod";
	case BINDCHAIN_OPEN: return "open";
	default: kernel_trap("an operation that no test expects");
	}
}

/* No command line is at work here. */
static const struct diagnosis_words no_words = { NULL, NULL };

static void
tell_failure(struct words *words, const struct bindchain_request *request,
    const struct bindchain_failure *failure)
{
	struct findings findings;

	words_add(words, operation_name(failure->operation));
	words_add(words, " ");
	words_add(words, failure->subject ? failure->subject : "-");
	words_add(words, " ");
	words_add(words, failure->error ? kernel_error_name(failure->error) : failure->reason);
	if (failure->excess) {
		words_add(words, " by ");
		words_add_number(words, (long long)failure->excess);
	}
	diagnose_failure(request, failure, &no_words, true, &findings);
	words_add_findings(words, &findings, FINDING_OBSTACLE, FINDING_REMARK);
}

int
foreign_open(const struct foreign_request *asked, char *bytes, size_t size)
{
	struct bindchain_request request;
	struct bindchain_failure failure;
	struct words words;
	int descriptor = -1;

	words_begin(&words, bytes, size);
	if (foreign_make_request(&request, asked, &failure) == 0)
		descriptor = bindchain_open(&request, &failure);
	if (descriptor < 0)
		tell_failure(&words, &request, &failure);
	return descriptor;
}

void
foreign_foresee(const struct foreign_request *asked, char *bytes, size_t size)
{
	struct bindchain_request request;
	struct bindchain_failure failure;
	struct foreseen_conflicts conflicts;
	struct findings findings;
	struct words words;

	words_begin(&words, bytes, size);
	if (foreign_make_request(&request, asked, &failure) != 0)
		kernel_trap("a request that cannot be made");
	diagnose_request(&request, 0, &no_words, false, &conflicts, &findings);
	words_add_findings(&words, &findings, FINDING_OBSTACLE, FINDING_OBSTACLE);
	words_add(&words, "\n-");
	words_add_findings(&words, &findings, FINDING_WARNING, FINDING_WARNING);
}

/* ---- names ---- */

#define RESOLVER_ERROR(name) { name, #name }
static const char *
resolver_error_name(int error)
{
	static const struct {
		int number;
		const char *name;
	} errors[] = {
		RESOLVER_ERROR(EAI_NONAME), RESOLVER_ERROR(EAI_SERVICE),
		RESOLVER_ERROR(EAI_MEMORY), RESOLVER_ERROR(EAI_SYSTEM),
	};

	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (errors[i].number == error)
			return errors[i].name;
	kernel_trap("a resolver's error without a name");
}

void
foreign_resolve(const char *host, const char *service, unsigned flags, char *bytes, size_t size)
{
	char address[ADDRESS_HOST_SIZE];
	struct bindchain_request request;
	struct bindchain_failure failure;
	struct findings findings;
	struct words words;

	words_begin(&words, bytes, size);
	bindchain_request_init(&request, BINDCHAIN_TCP);
	if (bindchain_resolve(&request, host, service, flags, &failure) == 0) {
		address_host(&request.address, address);
		words_add(&words, address);
		words_add(&words, " ");
		words_add_number(&words, address_port(&request.address));
		return;
	}
	words_add(&words, failure.resolver ? resolver_error_name(failure.resolver)
	    : failure.error ? kernel_error_name(failure.error) : failure.reason);
	diagnose_failure(&request, &failure, &no_words, false, &findings);
	words_add_findings(&words, &findings, FINDING_OBSTACLE, FINDING_REMARK);
}

/* ---- the queue ---- */

void
foreign_backlog(int requested, int limit, int becomes[4])
{
	struct bindchain_fact known = { limit != FOREIGN_UNKNOWN, limit };
	struct backend_backlog backlog;

	backend_judge_backlog(requested, &known, &backlog);
	becomes[0] = backlog.passed;
	becomes[1] = value_of(&backlog.queue_limit);
	becomes[2] = value_of(&backlog.admitted);
	becomes[3] = value_of(&backlog.filtered);
}

int
foreign_backlog_limit(char *name, size_t size)
{
	struct backend_limit limit;
	struct words words;

	words_begin(&words, name, size);
	backend_backlog_limit(&limit);
	words_add(&words, limit.name);
	return value_of(&limit.value);
}

static const char *
effect_name(enum backend_overflow_effect effect)
{
	switch (effect) {
	case BACKEND_OVERFLOW_UNKNOWN: return "unknown";
	case BACKEND_OVERFLOW_NONE: return "none";
	case BACKEND_OVERFLOW_DROPPED: return "dropped";
	case BACKEND_OVERFLOW_MISLED: return "misled";
	case BACKEND_OVERFLOW_RESET: return "reset";
	case BACKEND_OVERFLOW_REFUSED: return "refused";
	default: kernel_trap("an effect that these systems have not got");
	}
}

static void
add_limit(struct words *words, const struct backend_limit *limit)
{
	words_add(words, "\n");
	words_add(words, limit->name);
	words_add(words, "=");
	if (limit->value.known)
		words_add_number(words, limit->value.value);
	else
		words_add(words, "unknown");
}

void
foreign_overflow(const struct foreign_request *asked, char *bytes, size_t size)
{
	struct backend_backlog becomes;
	struct backend_overflow overflow;
	struct bindchain_request request;
	struct bindchain_failure failure;
	struct backend_limit limit;
	struct words words;

	words_begin(&words, bytes, size);
	if (foreign_make_request(&request, asked, &failure) != 0)
		kernel_trap("a request that cannot be made");
	backend_backlog_limit(&limit);
	backend_judge_backlog(request.backlog, &limit.value, &becomes);
	backend_judge_overflow(&request, &becomes, &overflow);
	words_add(&words, effect_name(overflow.begins));
	words_add(&words, " ");
	words_add(&words, effect_name(overflow.finishes));
	for (size_t i = 0; i < overflow.decider_count; i++)
		add_limit(&words, &overflow.deciders[i]);
	if (!overflow.half_open)
		return;
	words_add(&words, !overflow.half_open_apart.known ? "\nperhaps apart"
	    : overflow.half_open_apart.value ? "\napart" : "\nin the queue");
	if (overflow.half_open_limit.name)
		add_limit(&words, &overflow.half_open_limit);
	if (overflow.cookies.name)
		add_limit(&words, &overflow.cookies);
	words_add(&words, overflow.doubt ? "\nin doubt" : "");
}

void
foreign_queue(int descriptor, int facts[3])
{
	struct backend_queue queue;

	backend_read_queue(descriptor, &queue);
	facts[0] = value_of(&queue.limit);
	facts[1] = value_of(&queue.length);
	facts[2] = value_of(&queue.incomplete);
}

static void
read_outcome(int descriptor, struct bindchain_outcome *outcome)
{
	if (bindchain_outcome_read(descriptor, outcome) != 0)
		kernel_trap("a descriptor that is no socket");
}

int
foreign_option(int descriptor, int option)
{
	struct bindchain_outcome outcome;

	read_outcome(descriptor, &outcome);
	return value_of(&outcome.options[option]);
}

int
foreign_waits_for(int descriptor)
{
	struct bindchain_fact waits;

	backend_waits_for(descriptor, &waits);
	return value_of(&waits);
}

int
foreign_has_netlink(const char *protocol)
{
	struct bindchain_address address;
	int number;

	return backend_netlink(protocol, 0, &address, &number);
}

int
foreign_flags(int descriptor)
{
	struct bindchain_outcome outcome;

	read_outcome(descriptor, &outcome);
	return (outcome.nonblocking ? 1 : 0) | (outcome.close_on_exec ? 2 : 0);
}

const char *
foreign_system(void)
{
	return backend_system;
}
