/* SPDX-License-Identifier: ISC */
#include "accept_user.h"

#include <string.h>
#include <unistd.h>

#include "fatal.h"
#include "native.h"

static _Noreturn void
fail(const struct invocation *invocation, const struct identity *identity,
    const struct identity_problem *problem)
{
	static const char sentences[][64] = {
		[IDENTITY_NO_USER] = "no such user",
		[IDENTITY_NEEDS_GROUP] = "no such user",
		[IDENTITY_NO_ACCOUNT] = "no such user",
		[IDENTITY_NO_GROUP] = "no such group",
		[IDENTITY_UNCHANGED] = "the ids did not change",
		[IDENTITY_UNDOABLE] = "the change of ids could be undone; is a capability kept?",
	};
	bool is_usage = problem->obstacle <= IDENTITY_NO_GROUP;

	fatal_line(invocation, "--user: %s: %s", problem->subject,
	    problem->obstacle >= IDENTITY_LOOKUP ? strerror(problem->error)
	                                         : sentences[problem->obstacle]);
	identity_inform(invocation, identity, problem);
	fatal_exit(invocation, is_usage ? NATIVE_EXIT_USAGE : NATIVE_EXIT_FAILURE);
}

void
accept_user_find(const struct invocation *invocation, struct identity *identity, const char *user)
{
	struct identity_problem problem;
	const size_t size = strlen(user) + 1;
	char *copy = native_allocate(invocation, size, 1), *colon;

	memcpy(copy, user, size);
	colon = strchr(copy, ':');
	if (colon)
		*colon++ = '\0';
	if (!identity_find(identity, copy, colon, &problem))
		fail(invocation, identity, &problem);
}

void
accept_user_become(const struct invocation *invocation, const struct identity *identity)
{
	struct identity_problem problem;

	if (!identity_become(identity, &problem))
		fail(invocation, identity, &problem);
}

void
accept_user_tell(struct serving *serving, const struct identity *identity)
{
	const char *reason = identity ? identity_foresee(identity) : NULL;

	serving->user = identity ? identity->user : geteuid();
	serving->group = identity ? identity->group : getegid();
	if (!serving->problem)
		serving->problem = reason;
}
