/* SPDX-License-Identifier: ISC */
/* setuidgid [-s] [-g GROUP] ACCOUNT NEXT…, as nosh has it. */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "accounts.h"
#include "command.h"
#include "nosh.h"

/* After the account is found, failures have daemontools' status of a temporary one. */
#define SETUIDGID_EXIT_FAILURE 111

struct settings {
	bool supplementary;
	const char *primary_group;
};

static const struct option_spec options[] = {
	OPTION('s', "supplementary", "", "set the account's supplementary groups too",
	    offsetof(struct settings, supplementary), true),
	OPTION('g', "primary-group", "GROUP", "use this primary group instead of the account's",
	    offsetof(struct settings, primary_group), true),
};

struct identity {
	const char *account;
	uid_t user;
	gid_t group;
};

static int
fatal(const struct invocation *invocation, const char *subject, const char *problem)
{
	nosh_fatal(invocation, subject, problem);
	return SETUIDGID_EXIT_FAILURE;
}

/* Returns 0, or the exit status. */
static int
look_up(const struct invocation *invocation, const struct settings *settings,
    struct identity *identity)
{
	int error = account_find_user(identity->account, &identity->user, &identity->group);

	if (error != 0)
		return fatal(invocation, identity->account,
		    error == ACCOUNT_UNKNOWN ? "No such user." : strerror(error));
	if (!settings->primary_group)
		return 0;
	error = account_find_group(settings->primary_group, &identity->group);
	if (error != 0)
		return fatal(invocation, settings->primary_group,
		    error == ACCOUNT_UNKNOWN ? "No such group." : strerror(error));
	return 0;
}

/* initgroups(3) takes a gid_t on Linux and FreeBSD, and an int on macOS. */
#define INITGROUPS_ID(group) \
	_Generic(&initgroups, int (*)(const char *, int): (int)(group), default: (group))

/* Groups first and the user last: each call needs the privilege that the next drops. */
static const char *
assume(const struct identity *identity, bool supplementary)
{
	if (supplementary) {
		if (initgroups(identity->account, INITGROUPS_ID(identity->group)) != 0)
			return "initgroups";
	} else if (setgroups(1, &identity->group) != 0)
		return "setgroups";
	if (setgid(identity->group) != 0)
		return "setgid";
	if (setuid(identity->user) != 0)
		return "setuid";
	return NULL;
}

static bool
holds(const struct identity *identity)
{
	return getuid() == identity->user && geteuid() == identity->user
	    && getgid() == identity->group && getegid() == identity->group;
}

/* A remaining capability or saved id would let the next program regain the privilege. */
static bool
can_be_undone(const struct identity *identity)
{
	if (identity->user == 0)
		return false;
	return setuid(0) == 0 || seteuid(0) == 0
	    || (identity->group != 0 && (setgid(0) == 0 || setegid(0) == 0));
}

static int
become(const struct invocation *invocation, const struct identity *identity, bool supplementary)
{
	const char *call = assume(identity, supplementary);

	if (call) {
		int error = errno;
		nosh_fatal(invocation, identity->account, strerror(error));
		nosh_info(invocation, "%s: %s", call, strerror(error));
		return SETUIDGID_EXIT_FAILURE;
	}
	if (!holds(identity))
		return fatal(invocation, identity->account, "The ids did not change.");
	if (can_be_undone(identity))
		return fatal(invocation, identity->account,
		    "The change of ids could be undone; is a capability kept?");
	return COMMAND_CHAIN;
}

static int
run(struct invocation *invocation)
{
	static const char *const missing[] = { "Missing account name." };
	struct settings settings = { 0 };
	struct options_result parsed;
	struct identity identity;
	int status;

	options_parse(invocation->command, invocation->argv, &settings, &parsed);
	if (parsed.problem != OPTIONS_FINE)
		return nosh_personality.bad_option(invocation, &parsed);
	status = nosh_take_operands(invocation, parsed.operands, 1, missing);
	if (status != 0)
		return status;
	identity.account = parsed.operands[0];
	status = look_up(invocation, &settings, &identity);
	return status != 0 ? status : become(invocation, &identity, settings.supplementary);
}

const struct command setuidgid_command = {
	.name = COMMAND_NAME("setuidgid"),
	.synopsis = "[-s] [-g GROUP] ACCOUNT NEXT...",
	.summary = "Become the user ACCOUNT, with its groups, and execute NEXT.",
	.personality = &nosh_personality,
	.dialect = &nosh_dialect,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.run = run,
};
