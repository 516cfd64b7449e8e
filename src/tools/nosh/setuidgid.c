/* SPDX-License-Identifier: ISC */
/* setuidgid [-s] [-g GROUP] ACCOUNT NEXT…, as nosh has it, and USER:GROUP. */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "accounts.h"
#include "command.h"
#include "fatal.h"
#include "message.h"
#include "nosh.h"
#include "number.h"
#include "own_process.h"

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
	const char *account; /* as in the command line, without a group */
	bool has_account;    /* it is a name that was found, not a number */
	uid_t user;
	gid_t group;
};

/* HINT may be NULL. */
static _Noreturn void
give_up(const struct invocation *invocation, const char *subject, const char *problem,
    const char *hint)
{
	fatal_line(invocation, "%s: %s", subject, problem);
	if (hint)
		message_inform(invocation, "%s", hint);
	fatal_exit(invocation, SETUIDGID_EXIT_FAILURE);
}

/* The largest id leaves an id unchanged: setreuid(2). */
static bool
is_id(const char *text, long long *id)
{
	static const struct number_rule rule = { .base = 10, .maximum = UINT_MAX - 1LL };

	return number_read(text, &rule, id) == NUMBER_READ;
}

/* A name that consists of digits is a name first, as for chown(1). */
static void
find_user(const struct invocation *invocation, struct identity *identity, bool has_group)
{
	int error = account_find_user(identity->account, &identity->user, &identity->group);
	long long number;

	identity->has_account = error == 0;
	if (error == 0)
		return;
	if (error != ACCOUNT_UNKNOWN)
		give_up(invocation, identity->account, strerror(error), NULL);
	if (!is_id(identity->account, &number))
		give_up(invocation, identity->account, "No such user.", NULL);
	if (!has_group)
		give_up(invocation, identity->account, "No such user.",
		    "a number that is no account's name needs a group: NUMBER:GROUP");
	identity->user = (uid_t)number;
}

static void
find_group(const struct invocation *invocation, const char *name, struct identity *identity)
{
	int error = account_find_group(name, &identity->group);
	long long number;

	if (error == 0)
		return;
	if (error != ACCOUNT_UNKNOWN)
		give_up(invocation, name, strerror(error), NULL);
	if (!is_id(name, &number))
		give_up(invocation, name, "No such group.", NULL);
	identity->group = (gid_t)number;
}

/* OPERAND is USER or USER:GROUP, and is split. */
static void
look_up(const struct invocation *invocation, const struct chosen *chosen, char *operand,
    struct identity *identity)
{
	const char *group = chosen->primary_group;
	char *colon = strchr(operand, ':');

	if (colon && group)
		fatal(invocation, "The group is given twice.");
	if (colon) {
		*colon = '\0';
		group = colon + 1;
	}
	identity->account = operand;
	find_user(invocation, identity, group);
	if (chosen->supplementary && !identity->has_account)
		give_up(invocation, operand, "No such user.",
		    "supplementary groups are those of an account, not of a number");
	if (group)
		find_group(invocation, group, identity);
}

static bool
holds(const struct identity *identity)
{
	return getuid() == identity->user && geteuid() == identity->user
	    && getgid() == identity->group && getegid() == identity->group;
}

/* ---- groups that this process has already ---- */

struct groups {
	int count;
	gid_t *list; /* or NULL */
};

/* Those of this process; returns false if they cannot be read. */
static bool
read_own_groups(struct groups *groups)
{
	groups->count = getgroups(0, NULL);
	groups->list = groups->count < 0 ? NULL
	    : malloc(((size_t)groups->count + 1) * sizeof *groups->list);
	if (groups->list)
		groups->count = getgroups(groups->count, groups->list);
	return groups->list && groups->count >= 0;
}

#define GROUPS_MAX 65536 /* NGROUPS_MAX of Linux; the others have fewer */

/* getgrouplist(3) takes gid_t on Linux and FreeBSD, and int on macOS. */
#define GROUPLIST_ID(group) \
	_Generic(&getgrouplist, int (*)(const char *, int, int *, int *): (int)(group), default: (group))

static int
list_groups(const char *account, gid_t group, void *list, int *count)
{
	return getgrouplist(account, GROUPLIST_ID(group), list, count);
}

static bool
read_groups_of_account(const struct identity *identity, struct groups *groups)
{
	void *list = malloc(GROUPS_MAX * sizeof *groups->list);

	groups->list = list;
	groups->count = GROUPS_MAX;
	return list
	    && list_groups(identity->account, identity->group, list, &groups->count) >= 0;
}

/* Some systems list the primary group too. */
static bool
are_within(const struct groups *some, const struct groups *all, gid_t primary)
{
	for (int i = 0; i < some->count; i++) {
		bool found = some->list[i] == primary;
		for (int k = 0; k < all->count && !found; k++)
			found = some->list[i] == all->list[k];
		if (!found)
			return false;
	}
	return true;
}

static bool
has_its_groups(const struct identity *identity, bool supplementary)
{
	struct groups own = { 0 }, wanted = { 0 };
	bool has = read_own_groups(&own)
	    && (!supplementary || read_groups_of_account(identity, &wanted))
	    && are_within(&own, &wanted, identity->group)
	    && are_within(&wanted, &own, identity->group);

	free(own.list);
	free(wanted.list);
	return has;
}

/* ---- the change ---- */

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

/* A remaining capability or saved id would let the next program regain the privilege. */
static bool
can_be_undone(const struct identity *identity)
{
	if (identity->user == 0)
		return false;
	return setuid(0) == 0 || seteuid(0) == 0
	    || (identity->group != 0 && (setgid(0) == 0 || setegid(0) == 0));
}

static _Noreturn void
refuse(const struct invocation *invocation, const struct identity *identity, const char *call,
    int error)
{
	const char *reason = backend_ids_refused(call, error);

	fatal_line(invocation, "%s: %s", identity->account, strerror(error));
	message_inform(invocation, "%s: %s", call, strerror(error));
	if (reason)
		message_inform(invocation, "%s", reason);
	if (holds(identity))
		message_inform(invocation, "this process is that user already, but has other groups");
	fatal_exit(invocation, SETUIDGID_EXIT_FAILURE);
}

/* Whoever is that user already needs no privilege, if no group is lost. */
static void
become(const struct invocation *invocation, const struct identity *identity, bool supplementary)
{
	bool is_already = holds(identity) && has_its_groups(identity, supplementary);
	const char *call = is_already ? NULL : assume(identity, supplementary);

	if (call)
		refuse(invocation, identity, call, errno);
	if (!holds(identity))
		give_up(invocation, identity->account, "The ids did not change.", NULL);
	if (can_be_undone(identity))
		give_up(invocation, identity->account,
		    "The change of ids could be undone; is a capability kept?", NULL);
}

static void
run(struct invocation *invocation)
{
	static const char *const missing[] = { "Missing account name." };
	struct chosen chosen = { 0 };
	char **operands = command_read_options(invocation, &chosen);
	struct identity identity;

	nosh_take_operands(invocation, operands, 1, missing);
	look_up(invocation, &chosen, operands[0], &identity);
	become(invocation, &identity, chosen.supplementary);
}

const struct command setuidgid_command = {
	.name = COMMAND_NAME("setuidgid"),
	.synopsis = "[-s] [-g GROUP] ACCOUNT NEXT...",
	.summary = "Become the user ACCOUNT, or USER:GROUP, and execute NEXT.",
	.personality = &nosh_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.run = run,
};
