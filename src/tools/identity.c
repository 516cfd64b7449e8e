/* SPDX-License-Identifier: ISC */
#include "identity.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "accounts.h"
#include "message.h"
#include "number.h"
#include "own_process.h"

static bool
fail(struct identity_problem *problem, enum identity_obstacle obstacle, const char *subject)
{
	*problem = (struct identity_problem) { .obstacle = obstacle, .subject = subject };
	return false;
}

static bool
fail_lookup(struct identity_problem *problem, const char *subject, int error)
{
	*problem = (struct identity_problem) { .obstacle = IDENTITY_LOOKUP, .subject = subject,
		.error = error };
	return false;
}

/* The largest id leaves an id unchanged: setreuid(2). */
static bool
is_id(const char *text, long long *id)
{
	static const struct number_rule rule = { .base = 10, .maximum = UINT_MAX - 1LL };

	return number_read(text, &rule, id) == NUMBER_READ;
}

/* A name that consists of digits is a name first, as for chown(1). */
static bool
find_user(struct identity *identity, bool has_group, struct identity_problem *problem)
{
	int error = account_find_user(identity->account, &identity->user, &identity->group);
	long long number;

	identity->has_account = error == 0;
	if (error == 0)
		return true;
	if (error != ACCOUNT_UNKNOWN)
		return fail_lookup(problem, identity->account, error);
	if (!is_id(identity->account, &number))
		return fail(problem, IDENTITY_NO_USER, identity->account);
	if (!has_group)
		return fail(problem, IDENTITY_NEEDS_GROUP, identity->account);
	identity->user = (uid_t)number;
	return true;
}

static bool
find_group(const char *name, struct identity *identity, struct identity_problem *problem)
{
	int error = account_find_group(name, &identity->group);
	long long number;

	if (error == 0)
		return true;
	if (error != ACCOUNT_UNKNOWN)
		return fail_lookup(problem, name, error);
	if (!is_id(name, &number))
		return fail(problem, IDENTITY_NO_GROUP, name);
	identity->group = (gid_t)number;
	return true;
}

bool
identity_find(struct identity *identity, const char *account, const char *group,
    struct identity_problem *problem)
{
	identity->account = account;
	if (!find_user(identity, group != NULL, problem))
		return false;
	if (identity->supplementary && !identity->has_account)
		return fail(problem, IDENTITY_NO_ACCOUNT, account);
	return !group || find_group(group, identity, problem);
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
	_Generic(&getgrouplist, int (*)(const char *, int, int *, int *): (int)(group), \
	    default: (group))

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
has_its_groups(const struct identity *identity)
{
	struct groups own = { 0 }, wanted = { 0 };
	bool has = read_own_groups(&own)
	    && (!identity->supplementary || read_groups_of_account(identity, &wanted))
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
assume(const struct identity *identity)
{
	if (identity->supplementary) {
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

static bool
is_already(const struct identity *identity)
{
	return holds(identity) && has_its_groups(identity);
}

bool
identity_become(const struct identity *identity, struct identity_problem *problem)
{
	const char *call = is_already(identity) ? NULL : assume(identity);

	if (call) {
		*problem = (struct identity_problem) { .obstacle = IDENTITY_REFUSED,
			.subject = identity->account, .call = call, .error = errno };
		return false;
	}
	if (!holds(identity))
		return fail(problem, IDENTITY_UNCHANGED, identity->account);
	if (can_be_undone(identity))
		return fail(problem, IDENTITY_UNDOABLE, identity->account);
	return true;
}

const char *
identity_foresee(const struct identity *identity)
{
	const char *reason;

	if (is_already(identity))
		return NULL;
	reason = backend_ids_refused("setgroups", EPERM);
	return reason ? reason : backend_ids_refused("setuid", EPERM);
}

/* ---- messages ---- */

static void
inform_of_refusal(const struct invocation *invocation, const struct identity *identity,
    const struct identity_problem *problem)
{
	const char *reason = backend_ids_refused(problem->call, problem->error);

	message_inform(invocation, "%s: %s", problem->call, strerror(problem->error));
	if (reason)
		message_inform(invocation, "%s", reason);
	if (holds(identity))
		message_inform(invocation, "this process is that user already, but has other groups");
}

void
identity_inform(const struct invocation *invocation, const struct identity *identity,
    const struct identity_problem *problem)
{
	if (problem->obstacle == IDENTITY_NEEDS_GROUP)
		message_inform(invocation,
		    "a number that is no account's name needs a group: NUMBER:GROUP");
	if (problem->obstacle == IDENTITY_NO_ACCOUNT)
		message_inform(invocation,
		    "supplementary groups are those of an account, not of a number");
	if (problem->obstacle == IDENTITY_REFUSED)
		inform_of_refusal(invocation, identity, problem);
}
