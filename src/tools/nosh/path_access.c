/* SPDX-License-Identifier: ISC */
#include "path_access.h"

#include <string.h>

#include "accounts.h"
#include "nosh.h"
#include "number.h"

/* chown(2): (uid_t)-1 leaves the owner unchanged. */
#define ID_MAX 4294967294LL

static int
read_number(const struct invocation *invocation, const char *text, long long maximum,
    long long *number)
{
	/* Signed, as in nosh, for -1. */
	const struct number_rule rule = { .sign_allowed = true, .minimum = -1,
		.maximum = maximum };

	switch (number_read(text, &rule, number)) {
	case NUMBER_MALFORMED:
		return nosh_fatal(invocation, text, "not a number");
	case NUMBER_OUT_OF_RANGE:
		return nosh_fatal(invocation, text, maximum == ID_MAX
		    ? "not an id, which is -1 to 4294967294"
		    : "not a mode, which is 0 to 07777");
	case NUMBER_READ:
		break;
	}
	return 0;
}

/* 660 without the 0 is 01224. */
static void
warn_of_decimal(const struct invocation *invocation, const char *mode)
{
	size_t length = strlen(mode);

	if (length >= 3 && mode[0] != '0' && strspn(mode, "01234567") == length)
		nosh_warning(invocation, mode,
		    "taken as a decimal number; an octal mode begins with 0");
}

static int
read_mode(struct invocation *invocation, const char *text)
{
	struct bindchain_access *access = &invocation->request.access;
	long long mode;
	int status = read_number(invocation, text, 07777, &mode);

	if (status != 0)
		return status;
	if (mode < 0)
		return nosh_fatal(invocation, text, "not a mode, which is 0 to 07777");
	warn_of_decimal(invocation, text);
	access->has_mode = true;
	access->mode = (mode_t)mode;
	return 0;
}

static int
read_user(struct invocation *invocation, const struct path_access *settings)
{
	struct bindchain_access *access = &invocation->request.access;
	gid_t own_group;
	long long number;
	int error;

	if (settings->uid) {
		int status = read_number(invocation, settings->uid, ID_MAX, &number);
		access->has_user = status == 0 && number >= 0;
		access->user = (uid_t)number;
		return status;
	}
	if (!settings->user)
		return 0;
	error = account_find_user(settings->user, &access->user, &own_group);
	if (error != 0)
		return nosh_fatal(invocation, settings->user,
		    error == ACCOUNT_UNKNOWN ? "No such user" : strerror(error));
	access->has_user = true;
	return 0;
}

static int
read_group(struct invocation *invocation, const struct path_access *settings)
{
	struct bindchain_access *access = &invocation->request.access;
	long long number;
	int error;

	if (settings->gid) {
		int status = read_number(invocation, settings->gid, ID_MAX, &number);
		access->has_group = status == 0 && number >= 0;
		access->group = (gid_t)number;
		return status;
	}
	if (!settings->group)
		return 0;
	error = account_find_group(settings->group, &access->group);
	if (error != 0)
		return nosh_fatal(invocation, settings->group,
		    error == ACCOUNT_UNKNOWN ? "No such group" : strerror(error));
	access->has_group = true;
	return 0;
}

int
path_access_read(struct invocation *invocation, const struct path_access *settings)
{
	int status = read_user(invocation, settings);

	if (status == 0)
		status = read_group(invocation, settings);
	if (status == 0 && settings->mode)
		status = read_mode(invocation, settings->mode);
	command_complete_access(&invocation->request);
	return status;
}
