/* SPDX-License-Identifier: ISC */
/* From HOST and SERVICE to an address. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#include "address.h"
#include "request.h"
#include "failure.h"
#include "interfaces.h"
#include "name_service.h"
#include "number.h"
#include "request_check.h"

/* Why an address cannot be used, or NULL. */
static const char *
missing_family(const struct interface_families *families, const struct address *address)
{
	bool is_ipv4 = address_family(address) == AF_INET || address_is_mapped(address);

	if (address_is_loopback(address)) {
		if (is_ipv4)
			return families->ipv4 || families->ipv4_loopback ? NULL
			    : "no interface that is up has an IPv4 address, loopback included";
		return families->ipv6 || families->ipv6_loopback ? NULL
		    : "no interface that is up has an IPv6 address, loopback included";
	}
	if (is_ipv4)
		return families->ipv4 ? NULL
		    : "no interface that is up has an IPv4 address other than loopback";
	return families->ipv6 ? NULL
	    : "no interface that is up has an IPv6 address other than loopback";
}

/* The port of a service that is a number; a failure if it is no port number. */
static int
read_port(const char *service, unsigned *port, struct bindchain_failure *failure)
{
	if (port_read(service, port))
		return 0;
	failure_set(failure, BINDCHAIN_RESOLVE, 0);
	failure->resolver = EAI_SERVICE;
	failure->subject = service;
	failure->reason = "not a port number, which is 0 to 65535";
	return -1;
}

/*
 * Some C libraries read " 80", "+80" and "" as numbers.  A service is digits,
 * or a name, and names begin with a letter or digit (RFC 6335, 5.1).
 */
static bool
may_be_service_name(const char *service)
{
	char c = service[0];

	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int
check_service(const char *service, bool *is_number, unsigned *port,
    struct bindchain_failure *failure)
{
	*is_number = number_is_digits(service);
	if (*is_number)
		return read_port(service, port, failure);
	if (may_be_service_name(service))
		return 0;
	failure_set(failure, BINDCHAIN_RESOLVE, 0);
	failure->resolver = EAI_SERVICE;
	failure->subject = service;
	failure->reason = "neither digits nor the name of a service";
	return -1;
}

/* Why the interfaces exclude an address, or NULL. */
static const char *
exclusion(const struct resolution *resolution, const struct addrinfo *result)
{
	struct address address;

	if (!resolution->checks_interfaces)
		return NULL;
	address_set(&address, result->ai_addr, result->ai_addrlen);
	return missing_family(&resolution->families, &address);
}

/* Takes the first of the results that the interfaces allow. */
static int
choose(struct request *request, const struct addrinfo *results, struct resolution *resolution,
    struct bindchain_failure *failure)
{
	const char *first_reason = NULL;

	if (resolution->checks_interfaces && interfaces_read(&resolution->families) != 0) {
		failure_set(failure, BINDCHAIN_CHECK_INTERFACES, errno);
		return -1;
	}
	for (const struct addrinfo *result = results; result; result = result->ai_next) {
		const char *reason = exclusion(resolution, result);
		if (!reason) {
			address_set(&request->address, result->ai_addr, result->ai_addrlen);
			resolution->rest = result->ai_next;
			return 0;
		}
		if (!first_reason)
			first_reason = reason;
	}
	failure_set(failure, BINDCHAIN_CHECK_INTERFACES, 0);
	failure->reason = first_reason;
	return -1;
}

/* Plain literals need neither the resolver nor its memory. */
static bool
resolve_literal(struct request *request, unsigned port, struct resolution *resolution,
    struct bindchain_failure *failure, int *status)
{
	struct addrinfo result = { 0 };
	struct address address;

	if (!address_from_literal(&address, request->host, port))
		return false;
	result.ai_addr = (struct sockaddr *)&address.storage;
	result.ai_addrlen = address.length;
	*status = choose(request, &result, resolution, failure);
	return true;
}

static int
socket_type(enum bindchain_kind kind)
{
	return kind == BINDCHAIN_UDP ? SOCK_DGRAM : SOCK_STREAM;
}

static int
look_up(const struct request *request, bool port_is_number, unsigned flags,
    struct addrinfo **results)
{
	struct addrinfo hints = { 0 };
	int status;

	hints.ai_family = AF_UNSPEC;
	hints.ai_socktype = socket_type(request->kind);
	/* Numbers first, without a name service. */
	if (port_is_number) {
		hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
		status = getaddrinfo(request->host, request->service, &hints, results);
		if (status == 0 || flags & BINDCHAIN_NUMERIC_HOST)
			return status;
	}
	hints.ai_flags = AI_PASSIVE;
	if (flags & BINDCHAIN_NUMERIC_HOST)
		hints.ai_flags |= AI_NUMERICHOST;
	if (port_is_number || flags & BINDCHAIN_NUMERIC_SERVICE)
		hints.ai_flags |= AI_NUMERICSERV;
	name_service_note_use();
	return getaddrinfo(request->host, request->service, &hints, results);
}

static int
resolve(struct request *request, unsigned flags, struct resolution *resolution,
    struct bindchain_failure *failure)
{
	bool port_is_number;
	unsigned port = 0;
	int status;

	if (check_service(request->service, &port_is_number, &port, failure) != 0)
		return -1;
	if (port_is_number && resolve_literal(request, port, resolution, failure, &status))
		return status;
	status = look_up(request, port_is_number, flags, &resolution->list);
	if (status != 0) {
		failure_set(failure, BINDCHAIN_RESOLVE, status == EAI_SYSTEM ? errno : 0);
		failure->resolver = status;
		return -1;
	}
	status = choose(request, resolution->list, resolution, failure);
	if (status != 0)
		resolution_free(resolution);
	return status;
}

static int
check_arguments(const struct request *request, const char *host, const char *service,
    unsigned flags, struct bindchain_failure *failure)
{
	const unsigned all
	    = BINDCHAIN_NUMERIC_HOST | BINDCHAIN_NUMERIC_SERVICE | BINDCHAIN_INTERFACES;

	if (!host)
		return argument_refuse(failure, "host", "must not be NULL");
	if (!service)
		return argument_refuse(failure, "service", "must not be NULL");
	if (flags & ~all)
		return argument_refuse(failure, "flags", "must be of enum bindchain_resolve_flags");
	if (request->kind != BINDCHAIN_TCP && request->kind != BINDCHAIN_UDP)
		return argument_refuse(failure, "kind", "must be TCP or UDP");
	return 0;
}

int
request_resolve_first(struct request *request, const char *host, const char *service,
    unsigned flags, struct resolution *resolution, struct bindchain_failure *failure)
{
	*resolution = (struct resolution) { .checks_interfaces = flags & BINDCHAIN_INTERFACES };
	if (request_forget_place(request, failure) != 0)
		return -1;
	if (check_arguments(request, host, service, flags, failure) != 0)
		return -1;
	request->host = host;
	request->service = service;
	if (resolve(request, flags, resolution, failure) == 0)
		return 0;
	request->address.length = 0;
	return -1;
}

/* Resolvers zero what an address does not use. */
static bool
is_repeated(const struct resolution *resolution, const struct addrinfo *result)
{
	for (const struct addrinfo *previous = resolution->list; previous != result;
	     previous = previous->ai_next)
		if (previous->ai_addrlen == result->ai_addrlen
		    && memcmp(previous->ai_addr, result->ai_addr, result->ai_addrlen) == 0)
			return true;
	return false;
}

bool
request_resolve_next(struct request *request, struct resolution *resolution)
{
	const struct addrinfo *result;

	while ((result = resolution->rest) != NULL) {
		resolution->rest = result->ai_next;
		if (is_repeated(resolution, result) || exclusion(resolution, result))
			continue;
		address_set(&request->address, result->ai_addr, result->ai_addrlen);
		return true;
	}
	return false;
}

void
resolution_free(struct resolution *resolution)
{
	if (resolution->list)
		freeaddrinfo(resolution->list);
	resolution->list = NULL;
	resolution->rest = NULL;
}

int
request_resolve(struct request *request, const char *host, const char *service,
    unsigned flags, struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;
	struct resolution resolution;

	if (request_resolve_first(request, host, service, flags, &resolution,
	    failure ? failure : &unwanted) != 0)
		return -1;
	resolution_free(&resolution);
	return 0;
}
