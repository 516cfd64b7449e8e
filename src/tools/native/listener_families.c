/* SPDX-License-Identifier: ISC */
#include "listener_families.h"

#include <limits.h>
#include <string.h>

#include "backend.h"
#include "number.h"
#include "request.h"

static bool
wrong(struct listener_problem *problem, const char *text, const char *word)
{
	*problem = (struct listener_problem) { .text = text, .word = word };
	return false;
}

/* As C writes numbers: 0x10 is the fifth group. */
static bool
read_groups(const char *text, unsigned *groups, struct listener_problem *problem)
{
	static const struct number_rule rule = { .base = 0, .maximum = UINT_MAX };
	long long mask;

	if (number_read(text, &rule, &mask) != NUMBER_READ)
		return wrong(problem, "not a mask of groups (0 to 0xffffffff): ", text);
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
		return wrong(problem, "not a netlink protocol: ", text);
	return true;
}
