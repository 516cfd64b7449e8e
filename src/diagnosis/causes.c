/* SPDX-License-Identifier: ISC */
/* The causes of a failure. */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address.h"
#include "backend.h"
#include "diagnosis.h"
#include "foreseen_path.h"
#include "holders.h"
#include "name_causes.h"
#include "nearest_address.h"
#include "number.h"
#include "observe.h"
#include "path_directory.h"
#include "path_place.h"
#include "request.h"
#include "sockopt.h"

/* ---- an address that cannot be bound ---- */

#define NEAREST 3

/* The IPv4 address that a mapped one is; any other as it is. */
static struct address
as_interfaces_have_it(const struct address *address)
{
	struct address ipv4;
	char host[ADDRESS_HOST_SIZE];
	const char *last;

	address_host(address, host);
	last = strrchr(host, ':');
	return address_is_mapped(address) && last && address_from_literal(&ipv4, last + 1, 0)
	    ? ipv4 : *address;
}

/* Returns whether no interface has it. */
static bool
tell_absent_address(const struct request *request, struct findings *findings)
{
	struct address wanted = as_interfaces_have_it(&request->address);
	struct local_address nearest[NEAREST];
	size_t count = local_nearest(&wanted, nearest, NEAREST);
	struct text line;

	if (count && nearest[0].same)
		return false;
	text_init(&line);
	text_printf(&line, count ? "no interface has this address; nearest addresses:"
	                         : "no interface has this address, nor any of its family");
	for (size_t i = 0; i < count; i++) {
		char host[ADDRESS_HOST_SIZE];
		address_host(&nearest[i].address, host);
		text_printf(&line, i ? ", %s (%s)" : " %s (%s)", host, nearest[i].interface);
	}
	findings_add_text(findings, FINDING_OBSTACLE, &line);
	return true;
}

/* Tried on an ephemeral port, because the privilege may be missing. */
static bool
bind_any_works(const struct request *request)
{
	struct request trial = *request;
	struct bindchain_failure failure;
	int descriptor;

	trial.options[BINDCHAIN_BIND_ANY] = (struct option_setting) { BINDCHAIN_REQUIRED, 1 };
	trial.backlog = BINDCHAIN_NO_LISTEN;
	trial.as_standard_input = false;
	trial.close_on_exec = true;
	address_set_port(&trial.address, 0);
	descriptor = request_open(&trial, &failure);
	if (descriptor >= 0)
		close(descriptor);
	return descriptor >= 0;
}

static void
offer_bind_any(const struct request *request, const struct diagnosis_words *words,
    struct findings *findings)
{
	struct backend_spelling spelling;
	struct text line;

	/* FreeBSD 13.1 binds a mapped address with it, but no client can connect. */
	if (request->options[BINDCHAIN_BIND_ANY].value || address_is_mapped(&request->address)
	    || !bind_any_works(request))
		return;
	sockopt_spell(request, BINDCHAIN_BIND_ANY, 1, &spelling);
	text_init(&line);
	text_printf(&line, "%s allows binding an address that no interface has",
	    spelling.calls[0].name_text);
	if (words->bind_any)
		text_printf(&line, ": %s", words->bind_any);
	findings_add_text(findings, FINDING_REMARK, &line);
}

/* BSDs return EADDRNOTAVAIL here, Linux EINVAL. */
static bool
is_zone_missing(const struct request *request)
{
	return address_family(&request->address) == AF_INET6
	    && address_is_link_local(&request->address) && address_zone(&request->address) == 0;
}

static void
tell_missing_zone(const struct request *request, struct findings *findings)
{
	char host[ADDRESS_HOST_SIZE];
	struct text line;

	address_host(&request->address, host);
	text_init(&line);
	text_printf(&line, "a link-local address needs its zone: %s%%INTERFACE; interfaces: ",
	    host);
	local_add_zones(&line, &request->address);
	findings_add_text(findings, FINDING_OBSTACLE, &line);
}

static bool
is_zone_unknown(const struct request *request)
{
	unsigned zone = address_zone(&request->address);
	char name[IF_NAMESIZE];

	return zone != 0 && !if_indextoname(zone, name);
}

static bool
is_mapped_on_ipv6_alone(const struct request *request)
{
	return address_is_mapped(&request->address) && request->options[BINDCHAIN_V6ONLY].value;
}

static void
tell_address(const struct request *request, struct findings *findings)
{
	char zone[NUMBER_TEXT_SIZE];

	if (is_zone_missing(request))
		tell_missing_zone(request, findings);
	else if (is_zone_unknown(request))
		name_causes_tell_zone(number_text(address_zone(&request->address), zone), findings);
	else if (is_mapped_on_ipv6_alone(request))
		findings_add(findings, FINDING_OBSTACLE,
		    "an IPv6-only socket cannot bind an IPv4-mapped address; omit ::ffff: to bind"
		    " the IPv4 address");
	else if (address_is_multicast(&request->address) && request->kind == BINDCHAIN_TCP)
		findings_add(findings, FINDING_OBSTACLE, "TCP cannot use a multicast address");
}

/* The errors for an invalid address; kernels differ. */
static bool
is_about_address(int error)
{
	return error == EINVAL || error == EADDRNOTAVAIL || error == ENODEV || error == ENXIO
	    || error == EAFNOSUPPORT;
}

static void
tell_bind(const struct request *request, int error, const struct diagnosis_words *words,
    struct findings *findings)
{
	if (is_about_address(error))
		tell_address(request, findings);
	if (error != EADDRNOTAVAIL || address_is_wildcard(&request->address)
	    || is_zone_missing(request) || is_zone_unknown(request)
	    || is_mapped_on_ipv6_alone(request))
		return;
	if (tell_absent_address(request, findings))
		offer_bind_any(request, words, findings);
}

/* ---- other calls ---- */

/* The buffer is smaller than required because of the request or of the system's limit. */
static void
tell_short_buffer(const struct request *request, const struct bindchain_failure *failure,
    struct findings *findings)
{
	const struct option_setting *wanted = &request->options[BINDCHAIN_RECEIVE_BUFFER];
	struct backend_limit limit;

	if (!failure->given.known)
		findings_add(findings, FINDING_OBSTACLE,
		    "this system does not report the size of a receive buffer");
	else if (wanted->want == BINDCHAIN_UNASKED)
		findings_add(findings, FINDING_OBSTACLE,
		    "no receive buffer is requested, and this is the default of the system");
	else if (wanted->value < failure->demanded)
		findings_add(findings, FINDING_OBSTACLE,
		    "the requested receive buffer is %d bytes", wanted->value);
	else if (backend_truncates_buffer(BINDCHAIN_RECEIVE_BUFFER, wanted->value, &limit))
		findings_add(findings, FINDING_OBSTACLE, "%s is %d", limit.name, limit.value.value);
}

/* The queue is shorter than required because of the system's limit or of the request. */
static void
tell_requirement(const struct request *request,
    const struct bindchain_failure *failure, struct findings *findings)
{
	struct backend_limit limit;

	if (strcmp(failure->subject, "receive buffer") == 0)
		tell_short_buffer(request, failure, findings);
	if (strcmp(failure->subject, "backlog") != 0)
		return;
	if (!failure->given.known)
		findings_add(findings, FINDING_OBSTACLE,
		    "this system does not report the queue limit of a socket");
	backend_backlog_limit(&limit);
	if (request->backlog < failure->demanded)
		findings_add(findings, FINDING_OBSTACLE,
		    "the requested backlog is %d", request->backlog);
	else if (limit.value.known && limit.value.value < failure->demanded)
		findings_add(findings, FINDING_OBSTACLE, "%s is %d", limit.name, limit.value.value);
}

static void
tell_listen(const struct request *request, int error,
    const struct diagnosis_words *words, struct findings *findings)
{
	if (error != EOPNOTSUPP
	    || (request->kind != BINDCHAIN_UDP && request->kind != BINDCHAIN_UNIX_DATAGRAM))
		return;
	if (words->no_listen)
		findings_add(findings, FINDING_OBSTACLE,
		    "a datagram socket cannot listen; %s omits listen(2)", words->no_listen);
	else
		findings_add(findings, FINDING_OBSTACLE, "a datagram socket cannot listen");
}

/* The directory of DIRECTORY, which could not be made. */
static void
tell_directory_above(const char *directory, struct findings *findings)
{
	char above[PATH_MAX];
	struct stat status;

	path_directory(directory, above);
	if (stat(above, &status) != 0 && errno == ENOENT)
		findings_add(findings, FINDING_OBSTACLE,
		    "no such directory: %s; only the last directory of a path is made", above);
}

static void
tell_directory(const struct request *request, const struct bindchain_failure *failure,
    struct findings *findings)
{
	char directory[PATH_MAX];
	int error = failure->error;

	if (!path_directory_name(request->path, directory))
		return;
	if (failure->subject)
		tell_directory_above(directory, findings);
	else if (error == ENOENT)
		findings_add(findings, FINDING_OBSTACLE, "no such directory: %s", directory);
	else if (error == ENOTDIR)
		findings_add(findings, FINDING_OBSTACLE, "not a directory: %s", directory);
}

/* A file keeps its owner unless the process has privilege: POSIX, chown(). */
static void
tell_owner(const struct request *request, const struct bindchain_failure *failure,
    struct findings *findings)
{
	bool directory = failure->operation == BINDCHAIN_OPEN_DIRECTORY;

	if (failure->error == EPERM)
		foresee_chown(directory ? &request->directory : &request->access,
		    failure->operation, findings);
}

/* Clients have the same limit, and connect(2) follows the link. */
static void
tell_long_path(const struct request *request, int error, struct findings *findings)
{
	const char *path = request->host;

	if (error == ENAMETOOLONG && path && strchr(path, '/')
	    && strlen(path_name(path)) + sizeof "/l" < address_path_max)
		findings_add(findings, FINDING_REMARK,
		    "a symbolic link to its directory gives the socket a shorter path, for clients too");
}

void
diagnose_failure(const struct request *request, const struct bindchain_failure *failure,
    const struct diagnosis_words *words, bool search, struct findings *findings)
{
	findings_init(findings);
	if (failure->error && failure->reason)
		findings_add(findings, FINDING_OBSTACLE, "%s", failure->reason);
	if (failure->operation == BINDCHAIN_OPEN_DIRECTORY)
		tell_directory(request, failure, findings);
	if (failure->operation == BINDCHAIN_OPEN_DIRECTORY || failure->operation == BINDCHAIN_CHOWN)
		tell_owner(request, failure, findings);
	if (failure->operation == BINDCHAIN_CLEAR_PATH && failure->error == EACCES && request->path)
		foresee_access(request, findings);
	if (failure->operation == BINDCHAIN_PATH)
		tell_long_path(request, failure->error, findings);
	if (failure->operation == BINDCHAIN_RESOLVE)
		name_causes_tell(request, failure, findings);
	if (failure->operation == BINDCHAIN_REQUIREMENT)
		tell_requirement(request, failure, findings);
	if (failure->operation == BINDCHAIN_LISTEN)
		tell_listen(request, failure->error, words, findings);
	if (failure->operation == BINDCHAIN_BIND && address_is_internet(&request->address))
		tell_bind(request, failure->error, words, findings);
	backend_tell_causes(request, failure, findings);
	if (search)
		holders_tell(request, failure, words, findings);
}
