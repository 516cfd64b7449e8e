/* SPDX-License-Identifier: ISC */
/* The lines of conflicts that are foreseen. */
#include "address.h"
#include "foreseen_conflicts.h"
#include "holders.h"
#include "observe.h"

static void
add_owner(struct text *line, const struct foreseen_conflict *conflict)
{
	if (conflict->socket)
		text_printf(line, "socket %d of this command", conflict->socket);
	else if (conflict->has_process)
		holders_add_process(line, &conflict->process,
		    conflict->creator_known ? &conflict->creator : NULL);
	else
		text_printf(line, "a process that is not visible");
	if (!conflict->listening && conflict->first.is_stream)
		text_printf(line, ", which does not listen");
}

static void
add_cause(struct text *line, const struct foreseen_conflict *conflict)
{
	if (conflict->is_connection)
		text_printf(line, "connections of a previous listener remain on ");
	text_add_address(line, &conflict->address);
	if (conflict->is_connection)
		return;
	text_printf(line, " is in use by ");
	add_owner(line, conflict);
}

/* Sockets that are there may be closed before the start. */
static enum finding_severity
severity_of(const struct foreseen_conflict *conflict)
{
	return conflict->socket && conflict->is_certain ? FINDING_OBSTACLE : FINDING_WARNING;
}

static bool
is_wildcard(const struct conflict_side *side)
{
	return conflict_is_wildcard(side, AF_INET) || conflict_is_wildcard(side, AF_INET6);
}

/* Of two sockets that conflict: is it because the wildcard of one includes the other? */
static enum address_holder
holder_of(const struct foreseen_conflict *conflict)
{
	const struct conflict_side *first = &conflict->first, *second = &conflict->second;

	if (conflict->is_connection)
		return HOLDER_CONNECTIONS;
	return is_wildcard(first) != is_wildcard(second)
	        || (is_wildcard(first) && first->address.family != second->address.family)
	    ? HOLDER_WILDCARD : HOLDER_UNKNOWN;
}

static void
tell_failure(const struct foreseen_conflict *conflict, struct findings *findings)
{
	static const char calls[][20] = { [FORESEEN_EXCLUSIVE] = "the exclusive check",
		[FORESEEN_BIND] = "bind", [FORESEEN_LISTEN] = "listen" };
	static const enum bindchain_operation operations[] = {
		[FORESEEN_EXCLUSIVE] = BINDCHAIN_EXCLUSIVE, [FORESEEN_BIND] = BINDCHAIN_BIND,
		[FORESEEN_LISTEN] = BINDCHAIN_LISTEN };
	struct text line;

	text_init(&line);
	text_printf(&line, conflict->is_certain ? "%s will fail: " : "%s may fail: ",
	    calls[conflict->failure]);
	add_cause(&line, conflict);
	findings_add_text(findings, severity_of(conflict), &line);
	findings_foresee_holder(findings, operations[conflict->failure], holder_of(conflict));
	if (conflict->sharing && !conflict->is_connection)
		findings_add(findings, severity_of(conflict), "that socket %s", conflict->sharing);
}

/* ---- the receiver ---- */

/* A set of families. */
enum { IPV4 = 1, IPV6 = 2 };

static unsigned
families_taken(const struct conflict_side *side)
{
	return (conflict_takes(side, AF_INET) ? IPV4 : 0)
	    | (conflict_takes(side, AF_INET6) ? IPV6 : 0);
}

/* The families whose contended traffic goes to RECEIVER. */
static unsigned
families_of(const struct foreseen_conflict *conflict, enum conflict_receiver receiver)
{
	return (conflict->ipv4 == receiver ? IPV4 : 0) | (conflict->ipv6 == receiver ? IPV6 : 0);
}

/* The families in which BY overlaps all that SIDE can receive. */
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
	static const char words[2][4][20] = {
		{ "datagrams", "IPv4 datagrams", "IPv6 datagrams", "datagrams" },
		{ "connections", "IPv4 connections", "IPv6 connections", "connections" },
	};
	unsigned both = families_taken(&conflict->first) | families_taken(&conflict->second);

	return words[conflict->second.is_stream][families == both ? 0 : families];
}

/* FORMAT has the traffic as its %s, and ends before the other socket. */
static void
tell_traffic(const struct foreseen_conflict *conflict, const char *format, unsigned families,
    struct findings *findings)
{
	struct text line;

	if (!families)
		return;
	text_init(&line);
	text_printf(&line, format, traffic(conflict, families));
	text_add_address(&line, &conflict->address);
	text_printf(&line, " of ");
	add_owner(&line, conflict);
	findings_add_text(findings, FINDING_WARNING, &line);
}

static void
tell_receivers(const struct foreseen_conflict *conflict, struct findings *findings)
{
	unsigned lost = families_of(conflict, CONFLICT_FIRST)
	    & families_covered(&conflict->second, &conflict->first);

	tell_traffic(conflict, "will get no %s: they go to ", lost, findings);
	tell_traffic(conflict, "will take %s from ", families_of(conflict, CONFLICT_SECOND),
	    findings);
	tell_traffic(conflict, "will share %s with ", families_of(conflict, CONFLICT_BOTH),
	    findings);
}

/* ---- what is not visible ---- */

static bool
any_unseen_process(const struct foreseen_conflicts *found)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct foreseen_conflict *conflict = &found->list[i];
		if (!conflict->socket && !conflict->is_connection && !conflict->has_process)
			return true;
	}
	return false;
}

/* What a kernel never shows is no warning for each start. */
static void
tell_unseen(const struct foreseen_conflicts *found, struct findings *findings)
{
	if (found->sockets.at_limit)
		findings_add(findings, FINDING_WARNING, "other sockets may conflict: %s",
		    found->sockets.hidden);
	if (any_unseen_process(found) && !found->owners.complete)
		holders_tell_unseen(&found->owners, FINDING_WARNING, findings);
}

void
foreseen_conflicts_tell(const struct foreseen_conflicts *found, struct findings *findings)
{
	for (size_t i = 0; i < found->count; i++)
		(found->list[i].failure == FORESEEN_NONE ? tell_receivers
		                                         : tell_failure)(&found->list[i], findings);
	tell_unseen(found, findings);
}
