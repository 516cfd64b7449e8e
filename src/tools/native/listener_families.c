/* SPDX-License-Identifier: ISC */
#include "listener_families.h"

#include <limits.h>
#include <string.h>

#include "address.h"
#include "backend.h"
#include "number.h"
#include "request.h"

/* As C writes numbers: 0x10 is the fifth group. */
static bool
read_groups(const char *text, unsigned *groups, struct listener_problem *problem)
{
	static const struct number_rule rule = { .base = 0, .maximum = UINT_MAX };
	long long mask;

	if (!*text)
		return listener_wrong(problem, "no groups after the colon", NULL);
	if (number_read(text, &rule, &mask) != NUMBER_READ)
		return listener_wrong(problem, "not a mask of groups (0 to 0xffffffff): ", text);
	*groups = (unsigned)mask;
	return true;
}

#define PROTOCOL_NAME_SIZE 32

bool
listener_read_netlink(struct request *request, const char *text,
    struct listener_problem *problem)
{
	size_t length = strcspn(text, ":");
	char protocol[PROTOCOL_NAME_SIZE] = "";
	unsigned groups = 0;

	if (length < sizeof protocol)
		memcpy(protocol, text, length);
	if (text[length] && !read_groups(text + length + 1, &groups, problem))
		return false;
	request->host = text;
	if (!backend_lack(request->kind)
	    && !backend_netlink(protocol, groups, &request->address, &request->protocol))
		return listener_wrong(problem, "not a netlink protocol: ", text);
	return true;
}

/* ---- vsock ---- */

static bool
read_unsigned(const char *text, unsigned *number)
{
	static const struct number_rule rule = { .base = 10, .maximum = UINT_MAX };
	long long large;

	if (number_read(text, &rule, &large) != NUMBER_READ)
		return false;
	*number = (unsigned)large;
	return true;
}

/* As in systemd.socket(5), none is any. */
static bool
read_cid(const char *text, size_t length, unsigned *cid)
{
	char name[16] = "";

	if (length < sizeof name)
		memcpy(name, text, length);
	if (length == 0) {
		*cid = VSOCK_ANY;
		return true;
	}
	return vsock_cid_find(name, cid) || read_unsigned(name, cid);
}

bool
listener_read_vsock(struct request *request, const char *text, struct listener_problem *problem)
{
	const char *colon = strchr(text, ':');
	unsigned cid, port = VSOCK_ANY;

	if (!colon)
		return listener_wrong(problem, "not CID:PORT: ", text);
	if (!read_cid(text, (size_t)(colon - text), &cid))
		return listener_wrong(problem, "not a CID (any, host, local, hypervisor or a number): ",
		    text);
	if (!colon[1])
		return listener_wrong(problem, "no port after the colon", NULL);
	if (strcmp(colon + 1, "any") != 0
	    && (!read_unsigned(colon + 1, &port) || port == VSOCK_ANY))
		return listener_wrong(problem, "not a vsock port (any, or 0 to 4294967294): ",
		    colon + 1);
	request->host = text;
	backend_vsock(cid, port, &request->address); /* where there is none, the plan fails */
	return true;
}
