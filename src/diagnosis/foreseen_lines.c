/* SPDX-License-Identifier: ISC */
/* Foreseen conflicts in words. */
#include "address.h"
#include "foreseen_conflicts.h"
#include "user_name.h"

static void
add_process(struct text *line, const struct foreseen_conflict *conflict)
{
	char name[ACCOUNT_NAME_SIZE];

	text_printf(line, "%s (pid %lld", conflict->command[0] ? conflict->command : "a process",
	    (long long)conflict->pid);
	if (conflict->uid_known && account_name(conflict->uid, name))
		text_printf(line, ", user %s", name);
	else if (conflict->uid_known)
		text_printf(line, ", user %lld", (long long)conflict->uid);
	text_add(line, ")");
}

static void
add_owner(struct text *line, const struct foreseen_conflict *conflict)
{
	if (conflict->socket)
		text_printf(line, "socket %d of this command", conflict->socket);
	else if (conflict->has_process)
		add_process(line, conflict);
	else
		text_add(line, "a process that cannot be seen");
	if (!conflict->listening && conflict->first.is_stream)
		text_add(line, ", which does not listen");
}

static void
add_cause(struct text *line, const struct foreseen_conflict *conflict)
{
	if (conflict->is_connection)
		text_add(line, "connections of an earlier listener remain on ");
	text_add_address(line, &conflict->address);
	if (conflict->is_connection)
		return;
	text_add(line, " is in use by ");
	add_owner(line, conflict);
}

static void
tell_failure(const struct foreseen_conflict *conflict, const struct line_sink *sink)
{
	static const char *const calls[] = { [FORESEEN_EXCLUSIVE] = "the check for exclusive use",
		[FORESEEN_BIND] = "bind", [FORESEEN_LISTEN] = "listen" };
	struct text line;

	text_init(&line);
	text_printf(&line, "%s %s fail: ", calls[conflict->failure],
	    conflict->is_certain ? "will" : "may");
	add_cause(&line, conflict);
	line_sink_take(sink, &line);
	if (conflict->sharing && !conflict->is_connection)
		line_sink_printf(sink, "that socket %s", conflict->sharing);
}

/* ---- who gets it ---- */

/* What there is of it to say, by family: a set. */
enum { IPV4 = 1, IPV6 = 2 };

static unsigned
families_taken(const struct conflict_side *side)
{
	return (conflict_takes(side, AF_INET) ? IPV4 : 0)
	    | (conflict_takes(side, AF_INET6) ? IPV6 : 0);
}

/* Those of which RECEIVER gets what both could get. */
static unsigned
families_of(const struct foreseen_conflict *conflict, enum conflict_receiver receiver)
{
	return (conflict->ipv4 == receiver ? IPV4 : 0) | (conflict->ipv6 == receiver ? IPV6 : 0);
}

/* Those where all that SIDE can get is what both could get. */
static unsigned
families_covered(const struct conflict_side *side, const struct conflict_side *by)
{
	bool ipv4 = !conflict_is_wildcard(side, AF_INET) || conflict_is_wildcard(by, AF_INET);
	bool ipv6 = !conflict_is_wildcard(side, AF_INET6) || conflict_is_wildcard(by, AF_INET6);

	return (ipv4 ? IPV4 : 0) | (ipv6 ? IPV6 : 0);
}

static const char *
traffic(const struct foreseen_conflict *conflict, unsigned families)
{
	static const char *const words[2][4] = {
		{ "datagrams", "IPv4 datagrams", "IPv6 datagrams", "datagrams" },
		{ "connections", "IPv4 connections", "IPv6 connections", "connections" },
	};
	unsigned both = families_taken(&conflict->first) | families_taken(&conflict->second);

	return words[conflict->second.is_stream][families == both ? 0 : families];
}

static void
say(const struct foreseen_conflict *conflict, const struct line_sink *sink, const char *before,
    unsigned families, const char *after)
{
	struct text line;

	if (!families)
		return;
	text_init(&line);
	text_add(&line, before);
	text_add(&line, traffic(conflict, families));
	text_add(&line, after);
	text_add_address(&line, &conflict->address);
	text_add(&line, " of ");
	add_owner(&line, conflict);
	line_sink_take(sink, &line);
}

static void
tell_receivers(const struct foreseen_conflict *conflict, const struct line_sink *sink)
{
	unsigned lost = families_of(conflict, CONFLICT_FIRST)
	    & families_covered(&conflict->second, &conflict->first);

	say(conflict, sink, "will get no ", lost, ": they go to ");
	say(conflict, sink, "will take ", families_of(conflict, CONFLICT_SECOND), " from ");
	say(conflict, sink, "will share ", families_of(conflict, CONFLICT_BOTH), " with ");
}

void
foreseen_conflicts_tell(const struct foreseen_conflicts *found,
    const struct line_sink *obstacles, const struct line_sink *warnings)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct foreseen_conflict *conflict = &found->list[i];
		if (conflict->failure == FORESEEN_NONE)
			tell_receivers(conflict, warnings);
		else
			tell_failure(conflict, conflict->socket && conflict->is_certain ? obstacles
			                                                                : warnings);
	}
}
