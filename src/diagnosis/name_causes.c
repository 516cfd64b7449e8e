/* SPDX-License-Identifier: ISC */
#include "name_causes.h"

#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#include "address.h"
#include "nearest_address.h"
#include "number.h"
#include "request.h"

/* Only digits and dots: no host name. */
static bool
looks_like_ipv4(const char *host)
{
	return strspn(host, "0123456789.") == strlen(host) && strchr(host, '.');
}

static bool
looks_like_ipv6(const char *host)
{
	size_t length = strspn(host, "0123456789abcdefABCDEF:.");

	return strchr(host, ':') && (!host[length] || host[length] == '%');
}

/* "localhost:80", "127.0.0.1:80": one colon, then digits. */
static bool
looks_like_host_and_port(const char *host)
{
	const char *colon = strchr(host, ':');

	return colon && colon > host && !strchr(colon + 1, ':') && number_is_digits(colon + 1);
}

void
name_causes_tell_zone(const char *zone, struct findings *findings)
{
	static const struct address any = { .length = 0 };
	struct text line;

	text_init(&line);
	text_printf(&line, "%s is not an interface; interfaces with a link-local address: ", zone);
	local_add_zones(&line, &any);
	findings_add_text(findings, FINDING_OBSTACLE, &line);
}

/* Is HOST an address and a zone, which it may not have? */
static bool
has_needless_zone(const char *host, const char *zone)
{
	size_t length = (size_t)(zone - host);
	struct address address;
	char number[INET6_ADDRSTRLEN];

	if (length >= sizeof number)
		return false;
	memcpy(number, host, length);
	number[length] = '\0';
	return address_from_literal(&address, number, 0) && !address_is_link_local(&address);
}

/* What no name or address has in it, or NULL. */
static const char *
blank_in(const char *host)
{
	static const char names[][20] = { "space", "tab", "line break", "line break" };
	static const char blanks[] = " \t\n\r";
	const char *blank = strchr(blanks, host[strcspn(host, blanks)]);

	return *blank ? names[blank - blanks] : NULL;
}

static void
tell_host(const char *host, struct findings *findings)
{
	const char *zone = strchr(host, '%'), *blank = blank_in(host);

	if (!*host)
		findings_add(findings, FINDING_OBSTACLE,
		    "the host is empty; use 0.0.0.0 or :: to bind all addresses");
	else if (host[0] == '[')
		findings_add(findings, FINDING_OBSTACLE, "omit the brackets around the address");
	else if (blank)
		findings_add(findings, FINDING_OBSTACLE, "the host contains a %s: %s", blank, host);
	else if (looks_like_host_and_port(host))
		findings_add(findings, FINDING_OBSTACLE,
		    "the host contains a port number after a colon: %s", host);
	else if (looks_like_ipv4(host))
		findings_add(findings, FINDING_OBSTACLE,
		    "invalid IPv4 address %s: expected four numbers from 0 to 255, separated by"
		    " dots", host);
	else if (looks_like_ipv6(host) && zone && if_nametoindex(zone + 1) == 0)
		name_causes_tell_zone(zone + 1, findings);
	else if (looks_like_ipv6(host) && zone && has_needless_zone(host, zone))
		findings_add(findings, FINDING_OBSTACLE,
		    "only link-local addresses have a zone; omit %s", zone);
	else if (looks_like_ipv6(host))
		findings_add(findings, FINDING_OBSTACLE,
		    "invalid IPv6 address %s: expected eight groups of hexadecimal digits,"
		    " separated by colons, or fewer groups and one ::", host);
}

static void
tell_service(const char *service, struct findings *findings)
{
	if (service[0] >= '0' && service[0] <= '9' && !number_is_digits(service))
		findings_add(findings, FINDING_OBSTACLE,
		    "invalid port number %s: expected only digits", service);
}

void
name_causes_tell(const struct request *request,
    const struct bindchain_failure *failure, struct findings *findings)
{
	struct address address;

	if (failure->resolver == EAI_SERVICE)
		tell_service(request->service, findings);
	else if (!address_from_literal(&address, request->host, 0))
		tell_host(request->host, findings);
}
