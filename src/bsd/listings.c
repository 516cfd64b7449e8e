/* SPDX-License-Identifier: ISC */
#include "listings.h"
#include "observe.h"
#include "request.h"

void
backend_visit_listeners(backend_socket_visitor *visit, void *context,
    struct backend_sight *sight)
{
	(void)visit;
	(void)context;
	*sight = (struct backend_sight) { .hidden = bsd_listings.hidden,
		.command = bsd_listings.listeners };
}

/* Sockets are known by nothing here, since none is listed. */
void
backend_visit_owners(const uint64_t *identities, size_t count, int limit,
    backend_owner_visitor *visit, void *context, struct backend_sight *sight)
{
	(void)identities;
	(void)count;
	(void)limit;
	(void)visit;
	(void)context;
	*sight = (struct backend_sight) { .hidden = bsd_listings.hidden,
		.command = bsd_listings.internet_users };
}

void
backend_find_holders(const struct request *request, int limit,
    struct backend_holders *holders)
{
	(void)limit;
	*holders = (struct backend_holders) { .sockets = { .hidden = bsd_listings.hidden,
		.command = request->path ? bsd_listings.unix_users
		                         : bsd_listings.internet_users } };
}
