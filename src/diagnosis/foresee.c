/* SPDX-License-Identifier: ISC */
/* Failures and surprises that can be known before a request is tried. */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "backend.h"
#include "diagnosis.h"
#include "foreseen_conflicts.h"
#include "foreseen_path.h"
#include "nearest_address.h"
#include "observe.h"
#include "plan.h"
#include "request.h"
#include "socket_option.h"
#include "sockopt.h"

/* Errors of every kernel, whatever its settings. */
static void
foresee_refusals(const struct request *request, struct findings *findings)
{
	const struct address *address = &request->address;

	if ((request->kind == BINDCHAIN_UDP || request->kind == BINDCHAIN_UNIX_DATAGRAM)
	    && request->backlog != BINDCHAIN_NO_LISTEN)
		findings_add(findings, FINDING_OBSTACLE, "a datagram socket cannot listen");
	if (address_family(address) != AF_INET6)
		return;
	if (request->kind == BINDCHAIN_TCP && address_is_multicast(address))
		findings_add(findings, FINDING_OBSTACLE, "TCP cannot use a multicast address");
	if (address_is_link_local(address) && address_zone(address) == 0 && !request->zone)
		findings_add(findings, FINDING_OBSTACLE,
		    "a link-local address needs its zone: ADDRESS%%INTERFACE");
	if (address_is_mapped(address) && request->options[BINDCHAIN_V6ONLY].value)
		findings_add(findings, FINDING_OBSTACLE,
		    "an IPv6-only socket cannot bind an IPv4-mapped address");
}

/* Only a warning: a local route may cover it, or it may be added before the start. */
static void
tell_missing_address(const struct diagnosis_words *words, struct findings *findings)
{
	if (words->bind_any && words->wait)
		findings_add(findings, FINDING_WARNING,
		    "no interface has the address, and neither %s nor %s is set", words->bind_any,
		    words->wait);
	else if (words->bind_any)
		findings_add(findings, FINDING_WARNING,
		    "no interface has the address, and %s is not set", words->bind_any);
	else
		findings_add(findings, FINDING_WARNING, "no interface has the address");
	findings_foresee(findings, BINDCHAIN_BIND, EADDRNOTAVAIL);
}

/* An address of an interface, which may come later and go again. */
static bool
is_fixed(const struct address *address)
{
	return !address_is_wildcard(address) && !address_is_multicast(address)
	    && !address_is_loopback(address) && !address_is_mapped(address);
}

static void
foresee_address(const struct request *request, const struct diagnosis_words *words,
    struct findings *findings)
{
	struct local_address nearest;

	if (request->options[BINDCHAIN_BIND_ANY].value || request->wait
	    || !is_fixed(&request->address))
		return;
	if (local_nearest(&request->address, &nearest, 1) == 0 || !nearest.same)
		tell_missing_address(words, findings);
	else if (!nearest.is_up)
		findings_add(findings, FINDING_WARNING,
		    "interface %s has the address, but is down", nearest.interface);
}

static void
tell_missing_interface(const char *name, struct findings *findings)
{
	findings_add(findings, FINDING_WARNING, "interface %s does not exist", name);
	findings_foresee(findings, BINDCHAIN_FIND_INTERFACE, ENXIO);
}

static void
foresee_missing_interface(const struct request *request, struct findings *findings)
{
	if (request->device
	    && request->options[BINDCHAIN_DEVICE].value == BINDCHAIN_MISSING_INTERFACE)
		tell_missing_interface(request->device, findings);
	if (request->zone)
		tell_missing_interface(request->zone, findings);
}

bool
diagnose_truncated_backlog(const struct request *request, struct backend_limit *limit)
{
	struct backend_backlog becomes;

	if (request->backlog == BINDCHAIN_NO_LISTEN
	    || request->backlog == BINDCHAIN_BACKLOG_MAXIMUM)
		return false;
	backend_backlog_limit(limit);
	backend_judge_backlog(request->backlog, &limit->value, &becomes);
	/* Darwin stores at most SHRT_MAX, whatever its sysctl says. */
	if (becomes.queue_limit.known && becomes.queue_limit.value < limit->value.value)
		limit->name = "the largest queue limit of this system";
	limit->value = becomes.queue_limit;
	return limit->value.known && limit->value.value < request->backlog;
}

static void
foresee_truncated_backlog(const struct request *request, struct findings *findings)
{
	struct backend_limit limit;

	if (diagnose_truncated_backlog(request, &limit))
		findings_add(findings, FINDING_WARNING, TRUNCATED_BACKLOG, request->backlog,
		    limit.name, limit.value.value);
}

/* An obstacle although the limit may be raised before the start. */
static void
foresee_requirement(const struct request *request, struct findings *findings)
{
	struct backend_backlog becomes;
	struct backend_limit limit;

	if (request->least_backlog <= 0 || request->backlog == BINDCHAIN_NO_LISTEN)
		return;
	backend_backlog_limit(&limit);
	backend_judge_backlog(request->backlog, &limit.value, &becomes);
	if (!becomes.queue_limit.known || becomes.queue_limit.value >= request->least_backlog)
		return;
	findings_add(findings, FINDING_OBSTACLE,
	    "a backlog of at least %d is required, but it will be %d", request->least_backlog,
	    becomes.queue_limit.value);
	findings_foresee(findings, BINDCHAIN_REQUIREMENT, 0);
}

/* Linux raises less than SOCK_MIN_RCVBUF to that: include/net/sock.h. */
#define BUFFER_RAISED_BELOW 4096

/* Returns what becomes of the requested buffer, which is the receive or the send buffer. */
static int
foresee_truncation(const struct request *request, enum bindchain_option option,
    struct findings *findings)
{
	const struct option_setting *wanted = &request->options[option];
	struct backend_limit limit;

	if (wanted->want == BINDCHAIN_UNASKED
	    || !backend_truncates_buffer(option, wanted->value, &limit))
		return wanted->value;
	findings_add(findings, FINDING_WARNING, "the %s buffer of %d bytes will be truncated to"
	    " %s (%d)", option == BINDCHAIN_SEND_BUFFER ? "send" : "receive", wanted->value,
	    limit.name, limit.value.value);
	return limit.value.value;
}

/* The default is that of a new socket, which is opened and closed; -1: unknown. */
static int
default_receive_buffer(const struct request *request)
{
	struct bindchain_failure failure;
	struct plan plan;
	int descriptor = -1, value = -1;
	socklen_t size = sizeof value;

	if (plan_make(&plan, request, &failure) != 0)
		return -1;
	for (size_t i = 0; i < plan.count && descriptor < 0; i++)
		if (plan.steps[i].call == PLAN_SOCKET)
			descriptor = socket(plan.steps[i].is.socket.family,
			    plan.steps[i].is.socket.type, plan.steps[i].is.socket.protocol);
	if (descriptor < 0)
		return -1;
	if (getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &value, &size) != 0)
		value = -1;
	close(descriptor);
	return value < 0 ? -1 : sockopt_as_requested(BINDCHAIN_RECEIVE_BUFFER, value);
}

static void
foresee_buffers(const struct request *request, struct findings *findings)
{
	bool is_asked = request->options[BINDCHAIN_RECEIVE_BUFFER].want != BINDCHAIN_UNASKED;
	int least = request->least_receive_buffer;
	int becomes = foresee_truncation(request, BINDCHAIN_RECEIVE_BUFFER, findings);

	foresee_truncation(request, BINDCHAIN_SEND_BUFFER, findings);
	if (!is_asked && least > 0)
		becomes = default_receive_buffer(request);
	if (becomes < 0 || least <= becomes || (is_asked && least <= BUFFER_RAISED_BELOW))
		return;
	findings_add(findings, FINDING_OBSTACLE,
	    "a receive buffer of at least %d bytes is required, but it will be %d", least, becomes);
	findings_foresee(findings, BINDCHAIN_REQUIREMENT, 0);
}

/* Options that are set but may have no effect. */
static void
foresee_doubts(const struct request *request, struct findings *findings)
{
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++) {
		const struct option_setting *setting = &request->options[i];
		struct backend_spelling spelling;
		if (setting->want == BINDCHAIN_UNASKED)
			continue;
		sockopt_spell(request, (enum bindchain_option)i, setting->value, &spelling);
		if (spelling.doubt)
			findings_add(findings, FINDING_WARNING,
			    "%s: %s", option_table[i].name, spelling.doubt);
	}
}

void
diagnose_request(const struct request *requests, int index,
    const struct diagnosis_words *words, bool search, struct foreseen_conflicts *conflicts,
    struct findings *findings)
{
	const struct request *request = &requests[index];

	findings_init(findings);
	foresee_refusals(request, findings);
	foresee_requirement(request, findings);
	foresee_path(requests, index, findings);
	foresee_truncated_backlog(request, findings);
	foresee_buffers(request, findings);
	foresee_doubts(request, findings);
	if (address_is_internet(&request->address)) {
		foresee_address(request, words, findings);
		foresee_missing_interface(request, findings);
		backend_tell_ephemeral_port(request, FINDING_WARNING, findings);
	}
	backend_foresee(request, findings);
	foresee_conflicts(requests, index, search, conflicts);
	foreseen_conflicts_tell(conflicts, findings);
}
