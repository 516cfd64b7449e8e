/* SPDX-License-Identifier: ISC */
#include "path_access.h"

#include <string.h>

#include "accounts.h"
#include "fatal.h"
#include "message.h"
#include "nosh.h"
#include "number.h"
#include "request.h"

/* chown(2): (uid_t)-1 leaves the owner unchanged. */
#define ID_MAX 4294967294LL

static long long
read_id(const struct invocation *invocation, const char *text)
{
	/* Signed, as in nosh, for -1. */
	static const struct number_rule rule = { .sign_allowed = true, .minimum = -1,
		.maximum = ID_MAX };

	return nosh_read_number(invocation, text, &rule,
	    "not an id, which is -1 to 4294967294");
}

/* 660 without the 0 is 01224. */
static void
warn_of_decimal(const struct invocation *invocation, const char *mode)
{
	size_t length = strlen(mode);

	if (length >= 3 && mode[0] != '0' && strspn(mode, "01234567") == length)
		message_warn(invocation,
		    "%s: taken as a decimal number; an octal mode begins with 0", mode);
}

static void
read_mode(struct invocation *invocation, const char *text)
{
	static const struct number_rule rule = { .sign_allowed = true, .maximum = 07777 };
	struct permissions *access = &invocation->request.access;
	long long mode = nosh_read_number(invocation, text, &rule,
	    "not a mode, which is 0 to 07777");

	warn_of_decimal(invocation, text);
	access->has_mode = true;
	access->mode = (mode_t)mode;
}

static void
read_user(struct invocation *invocation, const struct path_access *chosen)
{
	struct permissions *access = &invocation->request.access;
	gid_t own_group;
	int error;

	if (chosen->uid) {
		long long number = read_id(invocation, chosen->uid);
		access->has_user = number >= 0;
		access->user = (uid_t)number;
		return;
	}
	if (!chosen->user)
		return;
	error = account_find_user(chosen->user, &access->user, &own_group);
	if (error != 0)
		fatal(invocation, "%s: %s", chosen->user,
		    error == ACCOUNT_UNKNOWN ? "No such user" : strerror(error));
	access->has_user = true;
}

static void
read_group(struct invocation *invocation, const struct path_access *chosen)
{
	struct permissions *access = &invocation->request.access;
	int error;

	if (chosen->gid) {
		long long number = read_id(invocation, chosen->gid);
		access->has_group = number >= 0;
		access->group = (gid_t)number;
		return;
	}
	if (!chosen->group)
		return;
	error = account_find_group(chosen->group, &access->group);
	if (error != 0)
		fatal(invocation, "%s: %s", chosen->group,
		    error == ACCOUNT_UNKNOWN ? "No such group" : strerror(error));
	access->has_group = true;
}

void
path_access_read(struct invocation *invocation, const struct path_access *chosen)
{
	read_user(invocation, chosen);
	read_group(invocation, chosen);
	if (chosen->mode)
		read_mode(invocation, chosen->mode);
	command_complete_access(&invocation->request);
}
