/* SPDX-License-Identifier: ISC */
#include "sharing.h"

#include <unistd.h>

#include "address.h"

void
conflict_side_of_socket(struct conflict_side *side, const struct backend_socket *socket)
{
	*side = (struct conflict_side) { .is_stream = socket->type == SOCK_STREAM,
		.listening = socket->state == BACKEND_LISTENING,
		.v6only = socket->v6only.known && socket->v6only.value,
		.interface = socket->interface,
		.user = socket->uid_known ? socket->uid : geteuid(),
		.address = conflict_address_of(&socket->address) };
}

enum { NONE, REUSE, SHARE }; /* a set of options */

static void
add_options(struct conflict_side *side, unsigned options)
{
	side->reuse_address = side->reuse_address || (options & REUSE);
	side->share = side->share || (options & SHARE);
}

/* Could both be, if they had these options too? */
static bool
fits(const struct conflict_side *there, unsigned options_there, const struct conflict_side *coming,
    unsigned options_here)
{
	struct conflict_side first = *there, second = *coming;

	add_options(&first, options_there);
	add_options(&second, options_here);
	return backend_conflict_rules.refuses(&first, &second, CONFLICT_BIND) == 0;
}

static const char *
connection_text(const struct conflict_side *coming)
{
	if (!coming->is_stream)
		return NULL;
	if (coming->reuse_address)
		return "at least one connection lacks SO_REUSEADDR, which it inherits from its"
		       " listener and which both sides need";
	return "SO_REUSEADDR, not set by this request, allows binding while connections remain"
	       " whose listener had it";
}

static const char *
text_of_seen(const struct conflict_side *there, const struct conflict_side *coming)
{
	if (fits(there, NONE, coming, REUSE))
		return "allows another socket with SO_REUSEADDR, which this request does not set";
	if (fits(there, NONE, coming, SHARE))
		return "can be shared with SO_REUSEPORT, which this request does not set";
	if (!fits(there, SHARE, coming, SHARE))
		return NULL;
	return coming->share ? "cannot be shared: it lacks SO_REUSEPORT, which both sockets need"
	    : "cannot be shared: neither socket has SO_REUSEPORT, which both need";
}

static const char *
text_of_unseen(const struct conflict_side *there, const struct conflict_side *coming)
{
	if (!coming->share && fits(there, SHARE, coming, SHARE))
		return "can be shared only if it has SO_REUSEPORT, which is not visible and which"
		       " this request does not set";
	if (!coming->reuse_address && fits(there, REUSE, coming, REUSE))
		return "allows another socket with SO_REUSEADDR if it has that option, which is not"
		       " visible and which this request does not set";
	return NULL;
}

static bool
is_kept_by_user(const struct conflict_side *there, const struct conflict_side *coming)
{
	struct conflict_side own = *there;

	own.user = coming->user;
	return !fits(there, SHARE, coming, SHARE) && fits(&own, SHARE, coming, SHARE);
}

const char *
sharing_text(const struct backend_holder *holder, const struct conflict_side *coming)
{
	bool is_seen = holder->reuse_address.known && holder->share.known;
	struct conflict_side there;
	const char *text;

	if (holder->socket.state == BACKEND_CONNECTED || holder->socket.state == BACKEND_TIME_WAIT)
		return connection_text(coming);
	conflict_side_of_socket(&there, &holder->socket);
	there.reuse_address = holder->reuse_address.value != 0;
	there.share = holder->share.value != 0;
	text = (is_seen ? text_of_seen : text_of_unseen)(&there, coming);
	if (!text && is_kept_by_user(&there, coming))
		return "cannot be shared: SO_REUSEPORT works only among sockets of one user";
	return text;
}
