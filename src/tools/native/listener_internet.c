/* SPDX-License-Identifier: ISC */
#include "listener_internet.h"

#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#include "address.h"
#include "compat.h"
#include "failure.h"
#include "family.h"
#include "interfaces.h"
#include "names_file.h"
#include "number.h"
#include "request.h"

/* Is it an IPv6 address, with a zone perhaps, up to END? */
static bool
is_literal_ipv6(const char *text, const char *end)
{
	size_t length = strcspn(text, "%");
	char number[INET6_ADDRSTRLEN];
	struct address address;

	if (length > (size_t)(end - text))
		length = (size_t)(end - text);
	if (length >= sizeof number)
		return false;
	memcpy(number, text, length);
	number[length] = '\0';
	return address_from_literal(&address, number, 0) && address_family(&address) == AF_INET6;
}

/* TEXT has several colons, the last at COLON. */
static bool
wrong_colons(const char *text, const char *colon, struct listener_problem *problem)
{
	const char *scheme_end = strchr(text, ':');

	if (is_literal_ipv6(text, colon) || is_literal_ipv6(text, text + strlen(text)))
		return listener_wrong(problem, "IPv6 addresses need brackets: ", text);
	listener_wrong(problem, "not ADDRESS:PORT: ", text);
	if (strncmp(scheme_end, "://", 3) == 0
	    && strlcpy(problem->right, scheme_end + 3, sizeof problem->right)
	        >= sizeof problem->right)
		problem->right[0] = '\0';
	return false;
}

/* The host is before the last colon, in brackets if it is an IPv6 address. */
static bool
split_address(char *text, char **host, char **service, bool *bracketed,
    struct listener_problem *problem)
{
	char *colon;

	*bracketed = text[0] == '[';
	if (*bracketed) {
		char *bracket = strchr(text, ']');
		if (!bracket || bracket[1] != ':')
			return listener_wrong(problem, "not [ADDRESS]:PORT: ", text);
		*bracket = '\0';
		*host = text + 1;
		*service = bracket + 2;
		return true;
	}
	colon = strrchr(text, ':');
	if (!colon)
		return listener_wrong(problem, "not ADDRESS:PORT: ", text);
	if (colon != strchr(text, ':'))
		return wrong_colons(text, colon, problem);
	*colon = '\0';
	*host = text;
	*service = colon + 1;
	return true;
}

/* Not for port 0, for which FreeBSD and macOS would choose a port in use, and not for
 * unicast UDP, where another socket could take the traffic. */
static bool
reuses_by_default(const struct request *request)
{
	if (request->kind == BINDCHAIN_UDP)
		return address_is_multicast(&request->address);
	return address_port(&request->address) != 0;
}

static bool
finish_internet(struct listener *listener, struct listener_problem *problem)
{
	struct request *request = &listener->request;
	struct option_setting *reuse = &request->options[BINDCHAIN_REUSE_ADDRESS];
	bool is_ipv6 = address_family(&request->address) == AF_INET6;

	if (listener->dual && (!is_ipv6 || !address_is_wildcard(&request->address)))
		return listener_wrong(problem, "dual needs the address [::]", NULL);
	if (request->exclusive
	    && (request->options[BINDCHAIN_SHARE].value
	        || request->options[BINDCHAIN_BALANCE].value))
		return listener_wrong(problem, "exclusive excludes share and balance", NULL);
	if (request->exclusive && listener->inherit)
		return listener_wrong(problem, "exclusive excludes inherit: it is tested by binding",
		    NULL);
	request->options[BINDCHAIN_V6ONLY]
	    = (struct option_setting) { BINDCHAIN_REQUIRED, !listener->dual };
	if (reuse->want == BINDCHAIN_UNASKED && reuses_by_default(request))
		*reuse = (struct option_setting) { BINDCHAIN_REQUIRED, 1 };
	return true;
}

/* Is the last label of HOST a number, as inet_aton(3) reads one?  No top-level domain is
 * (RFC 1123, 2.1). */
static bool
ends_in_number(const char *host)
{
	size_t length = strlen(host), start;

	if (length > 0 && host[length - 1] == '.')
		length--;
	for (start = length; start > 0 && host[start - 1] != '.';)
		start--;
	if (start == length || host[start] < '0' || host[start] > '9')
		return false;
	if (host[start] == '0' && (host[start + 1] == 'x' || host[start + 1] == 'X'))
		return strspn(host + start + 2, "0123456789abcdefABCDEF") == length - start - 2;
	return strspn(host + start, "0123456789") == length - start;
}

/* A hosts file may have names with bytes beyond ASCII. */
static bool
has_bytes_of_names(const char *host)
{
	for (; *host; host++) {
		unsigned char byte = (unsigned char)*host;
		if (byte < 0x80 && !isalnum(byte) && !strchr("-._", byte))
			return false;
	}
	return true;
}

/*
 * Resolvers read 010.0.0.1 as 8.0.0.1, 127.1 as 127.0.0.1 and 0 as all addresses, and some
 * ignore the text after a space: in the configuration of a service these are mistakes.
 */
static bool
check_host(const char *host, struct listener_problem *problem)
{
	struct address address;

	if (address_from_literal(&address, host, 0))
		return true;
	if (!ends_in_number(host) && has_bytes_of_names(host))
		return true;
	listener_wrong(problem, "not a host name or an IPv4 address (four decimal numbers): ",
	    host);
	if (strcmp(host, "*") == 0)
		strlcpy(problem->right, ":PORT", sizeof problem->right);
	return false;
}

/* A zone may be missing yet; its address is right or wrong. */
static bool
check_brackets(const char *host, struct listener_problem *problem)
{
	size_t length = strcspn(host, "%");
	struct address address;
	char number[INET6_ADDRSTRLEN];
	bool is_address = false;

	if (length < sizeof number && (!host[length] || host[length + 1])) {
		memcpy(number, host, length);
		number[length] = '\0';
		is_address = address_from_literal(&address, number, 0);
	}
	if (!is_address)
		return listener_wrong(problem, "not an IPv6 address: ", host);
	if (address_family(&address) != AF_INET6)
		return listener_wrong(problem, "brackets are for IPv6 addresses: ", host);
	return true;
}

/* getaddrinfo(3): EAI_NONAME is about the host or, on macOS, the service. */
static bool
is_about_service(const struct bindchain_failure *failure, const char *host)
{
	struct address address;

	if (failure->operation != BINDCHAIN_RESOLVE)
		return false;
	return failure->resolver == EAI_SERVICE
	    || (failure->resolver == EAI_NONAME && address_from_literal(&address, host, 0));
}

/* An unknown service is a mistake in the command line unless services(5) cannot be read. */
static bool
wrong_service(struct listener_problem *problem, enum bindchain_kind kind, const char *service)
{
	bool found;
	int error = names_file_search("/etc/services", service, &found);

	listener_wrong(problem, kind == BINDCHAIN_UDP
	        ? "not a port number (0 to 65535) or the name of a UDP service: "
	        : "not a port number (0 to 65535) or the name of a TCP service: ", service);
	if (error != 0) {
		problem->call = "getaddrinfo";
		problem->error = error;
	}
	return false;
}

static bool
resolve(struct listener *listener, const char *host, const char *service, bool bracketed,
    struct resolution *resolution, struct listener_problem *problem,
    struct bindchain_failure *failure)
{
	unsigned flags = (bracketed ? BINDCHAIN_NUMERIC_HOST : 0U)
	    | (listener->check_interfaces ? BINDCHAIN_INTERFACES : 0U);

	if (!(bracketed ? check_brackets : check_host)(host, problem))
		return false;
	if (request_resolve_first(&listener->request, host, service, flags, resolution, failure)
	    == 0)
		return true;
	if (!is_about_service(failure, host))
		return false;
	failure->operation = BINDCHAIN_NOTHING;
	return wrong_service(problem, listener->request.kind, service);
}

/* The sign before a zone that is waited for; NULL: there is none. */
static char *
find_missing_zone(const struct listener *listener, char *host)
{
	char *sign = strchr(host, '%');

	return listener->request.wait && sign && sign[1] && strlen(sign + 1) < IF_NAMESIZE
	    && !number_is_digits(sign + 1) && if_nametoindex(sign + 1) == 0 ? sign : NULL;
}

/* The zone may be missing: it is looked up when the socket is opened. */
static bool
resolve_in_brackets(struct listener *listener, char *host, const char *service,
    struct resolution *resolution, struct listener_problem *problem,
    struct bindchain_failure *failure)
{
	char *sign = find_missing_zone(listener, host);
	bool resolved;

	if (!sign)
		return resolve(listener, host, service, true, resolution, problem, failure);
	*sign = '\0';
	resolved = resolve(listener, host, service, true, resolution, problem, failure);
	*sign = '%';
	if (resolved && !address_is_link_local(&listener->request.address)) {
		resolution_free(resolution);
		return listener_wrong(problem, "only a link-local address has a zone: ", host);
	}
	listener->request.zone = sign + 1;
	return resolved;
}

/* Adds the listener that is read, whose defaults depend on the address. */
static bool
add_finished(struct listener_list *list, struct listener_problem *problem)
{
	struct listener listener = list->current;

	return finish_internet(&listener, problem) && listener_add(list, &listener, problem);
}

/* Those after the first get its port. */
static bool
read_host(struct listener_list *list, char *host, const char *service, bool bracketed,
    struct listener_problem *problem, struct bindchain_failure *failure)
{
	struct listener *listener = &list->current;
	struct resolution resolution;
	bool added;

	if (bracketed
	        ? !resolve_in_brackets(listener, host, service, &resolution, problem, failure)
	        : !resolve(listener, host, service, false, &resolution, problem, failure))
		return false;
	added = add_finished(list, problem);
	listener->follows = true;
	while (added && listener->all && request_resolve_next(&listener->request, &resolution))
		added = add_finished(list, problem);
	resolution_free(&resolution);
	return added;
}

/* Reads the interfaces, if they decide which families are missing. */
static bool
read_families(const struct listener *listener, struct interface_families *families,
    struct bindchain_failure *failure)
{
	if (!listener->prefer_both || interfaces_read(families) == 0)
		return true;
	failure_set(failure, BINDCHAIN_CHECK_INTERFACES, errno);
	return false;
}

/*
 * Adds the listener of one family, on its wildcard HOST.  Returns false with PROBLEM or FAILURE,
 * or with MISSING if only the family is missing.
 */
static bool
read_family(struct listener_list *list, const char *host, const char *service,
    const struct interface_families *families, struct missing_family *missing,
    struct listener_problem *problem, struct bindchain_failure *failure)
{
	struct listener *listener = &list->current;
	bool bracketed = host[0] == ':';
	struct resolution resolution;

	missing->family = 0;
	if (!resolve(listener, host, service, bracketed, &resolution, problem, failure)) {
		if (failure->operation != BINDCHAIN_CHECK_INTERFACES || failure->error)
			return false;
		*missing = (struct missing_family) { bracketed ? AF_INET6 : AF_INET, *failure };
		return false;
	}
	resolution_free(&resolution);
	if (listener->prefer_both && family_is_missing(&listener->request, families, missing)) {
		*failure = missing->reason;
		return false;
	}
	return add_finished(list, problem);
}

/* IPv4 first; a port in use fails in either family. */
static bool
read_both_families(struct listener_list *list, const char *service,
    struct listener_problem *problem, struct bindchain_failure *failure)
{
	struct listener *listener = &list->current;
	struct bindchain_failure other = { .operation = BINDCHAIN_NOTHING };
	struct missing_family missing;
	struct interface_families families;
	struct listener first;
	int start = list->count;

	if (listener->all)
		return listener_wrong(problem, "all needs a name before the port", NULL);
	if (!read_families(listener, &families, failure))
		return false;
	listener->follows = read_family(list, "0.0.0.0", service, &families, &missing, problem,
	    failure);
	if (!listener->follows && !missing.family)
		return false;
	first = *listener;
	if (!first.follows)
		listener->left_out = missing;
	if (read_family(list, "::", service, &families, &missing, problem, &other))
		return true;
	*listener = first;
	if (missing.family && first.follows)
		list->all[start].left_out = missing;
	else if (!missing.family)
		*failure = other;
	return missing.family && first.follows;
}

/* One socket for both families: without IPv6 one for IPv4. */
static bool
read_preferred_dual(struct listener_list *list, const char *host, const char *service,
    struct listener_problem *problem, struct bindchain_failure *failure)
{
	struct listener *listener = &list->current;
	struct missing_family missing;
	struct interface_families families;

	if (!read_families(listener, &families, failure))
		return false;
	if (read_family(list, host, service, &families, &missing, problem, failure))
		return true;
	if (!missing.family)
		return false;
	listener->dual = false;
	listener->left_out = missing;
	failure->operation = BINDCHAIN_NOTHING;
	return read_family(list, "0.0.0.0", service, &families, &missing, problem, failure);
}

/* Preferred, it may be ignored: then only the first socket could be opened. */
static bool
is_balanced(const struct request *request)
{
	const struct option_setting *balance = &request->options[BINDCHAIN_BALANCE];

	return balance->want == BINDCHAIN_REQUIRED && balance->value;
}

bool
listener_read_internet(struct listener_list *list, char *address, struct listener_problem *problem,
    struct bindchain_failure *failure)
{
	const struct listener *listener = &list->current;
	char *host = NULL, *service = NULL;
	bool bracketed;

	if (!split_address(address, &host, &service, &bracketed, problem))
		return false;
	if (!*service)
		return listener_wrong(problem, "no port after the colon", NULL);
	if (listener->count && !is_balanced(&listener->request))
		return listener_wrong(problem, "count needs balance, which lets sockets share an address",
		    NULL);
	if (listener->prefer_both && listener->check_interfaces)
		return listener_wrong(problem, "prefer-both excludes check-interfaces", NULL);
	if (!*host && !bracketed)
		return read_both_families(list, service, problem, failure);
	if (!listener->prefer_both)
		return read_host(list, host, service, bracketed, problem, failure);
	if (listener->dual && strcmp(host, "::") == 0)
		return read_preferred_dual(list, host, service, problem, failure);
	return listener_wrong(problem, "prefer-both needs the address :PORT, or [::]:PORT with dual",
	    NULL);
}
