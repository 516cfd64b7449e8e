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
#include "fatal.h"
#include "message.h"
#include "nosh.h"

/* After the account is found, failures have daemontools' status of a temporary one. */
#define SETUIDGID_EXIT_FAILURE 111

struct chosen {
	bool supplementary;
	const char *primary_group;
};

static const struct option_spec options[] = {
	OPTION('s', "supplementary", "", "set the account's supplementary groups too",
	    offsetof(struct chosen, supplementary), true),
	OPTION('g', "primary-group", "GROUP", "use this primary group instead of the account's",
	    offsetof(struct chosen, primary_group), true),
};

struct identity {
	const char *account;
	uid_t user;
	gid_t group;
};

static _Noreturn void
give_up(const struct invocation *invocation, const char *subject, const char *problem)
{
	fatal_line(invocation, "%s: %s", subject, problem);
	fatal_exit(invocation, SETUIDGID_EXIT_FAILURE);
}

static void
look_up(const struct invocation *invocation, const struct chosen *chosen,
    struct identity *identity)
{
	int error = account_find_user(identity->account, &identity->user, &identity->group);

	if (error != 0)
		give_up(invocation, identity->account,
		    error == ACCOUNT_UNKNOWN ? "No such user." : strerror(error));
	if (!chosen->primary_group)
		return;
	error = account_find_group(chosen->primary_group, &identity->group);
	if (error != 0)
		give_up(invocation, chosen->primary_group,
		    error == ACCOUNT_UNKNOWN ? "No such group." : strerror(error));
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

static void
become(const struct invocation *invocation, const struct identity *identity, bool supplementary)
{
	const char *call = assume(identity, supplementary);

	if (call) {
		int error = errno;
		fatal_line(invocation, "%s: %s", identity->account, strerror(error));
		message_inform(invocation, "%s: %s", call, strerror(error));
		fatal_exit(invocation, SETUIDGID_EXIT_FAILURE);
	}
	if (!holds(identity))
		give_up(invocation, identity->account, "The ids did not change.");
	if (can_be_undone(identity))
		give_up(invocation, identity->account,
		    "The change of ids could be undone; is a capability kept?");
}

static void
run(struct invocation *invocation)
{
	static const char *const missing[] = { "Missing account name." };
	struct chosen chosen = { 0 };
	char **operands = command_read_options(invocation, &chosen);
	struct identity identity;

	nosh_take_operands(invocation, operands, 1, missing);
	identity.account = operands[0];
	look_up(invocation, &chosen, &identity);
	become(invocation, &identity, chosen.supplementary);
}

const struct command setuidgid_command = {
	.name = COMMAND_NAME("setuidgid"),
	.synopsis = "[-s] [-g GROUP] ACCOUNT NEXT...",
	.summary = "Become the user ACCOUNT, with its groups, and execute NEXT.",
	.personality = &nosh_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.run = run,
};
