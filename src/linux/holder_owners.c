/* SPDX-License-Identifier: ISC */
/*
 * Linux: the processes and options of sockets that hold an address.
 *
 * - The user of a socket is its creator's.  A set-user-ID program that inherits one has
 *   another user, and may be the first of its processes.
 */
#include "holder_owners.h"

#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "compat.h"
#include "owners.h"

struct identification {
	struct backend_holders *holders;
	bool are_internet;
	size_t own;   /* the first holders, of this process */
	size_t count; /* the first holders, whose process is known */
};

static void
take_options(struct backend_holder *holder, const struct owner_options *options)
{
	holder->reuse_address = options->reuse_address;
	holder->share = options->share;
}

/* Sockets of this process were found before all others. */
static void
identify_own(struct identification *known)
{
	struct backend_process process = { .pid = getpid(), .uid_known = true, .uid = geteuid() };
	struct backend_holder *holder = known->holders->list;
	char name[16]; /* prctl(2) has this size */

	if (prctl(PR_GET_NAME, name) == 0)
		strlcpy(process.command, name, sizeof process.command);
	for (; known->count < known->holders->count && holder->has_process; holder++) {
		process.descriptor = holder->process.descriptor;
		holder->process = process;
		if (known->are_internet) {
			struct owner_options options = { 0 };
			owner_options_read(process.descriptor, &options);
			take_options(holder, &options);
		}
		known->count++;
	}
	known->own = known->count;
}

/* Moves holder I before those whose process is still unknown, and returns its place. */
static struct backend_holder *
move_forward(struct identification *known, size_t i)
{
	struct backend_holder *place = &known->holders->list[known->count];
	struct backend_holder holder = known->holders->list[i];

	memmove(place + 1, place, (i - known->count) * sizeof *place);
	*place = holder;
	place->has_process = true;
	known->count++;
	return place;
}

static bool
is_of_creator(const struct backend_socket *socket, const struct backend_process *process)
{
	return !socket->uid_known || !process->uid_known || socket->uid == process->uid;
}

/* Whether no other process can be a better answer. */
static bool
is_settled(const struct backend_holder *holder)
{
	return !holder->socket.identity
	    || (holder->has_process && is_of_creator(&holder->socket, &holder->process));
}

/* Keeps the first process of the socket's creator, or else the first one. */
static void
identify(struct identification *known, size_t i, const struct backend_process *process,
    const struct owner_options *options)
{
	struct backend_holder *holder = &known->holders->list[i];

	if (is_settled(holder)
	    || (holder->has_process && !is_of_creator(&holder->socket, process)))
		return;
	if (!holder->has_process)
		holder = move_forward(known, i);
	holder->process = *process;
	take_options(holder, options);
}

/* All may be found early. */
static bool
note_owner(void *context, uint64_t identity, const struct backend_process *process,
    const struct owner_options *options)
{
	struct identification *known = context;
	const struct backend_holders *holders = known->holders;
	bool going = false;

	for (size_t i = known->own; i < holders->count; i++)
		if (holders->list[i].socket.identity == identity)
			identify(known, i, process, options);
	for (size_t i = known->own; i < holders->count; i++)
		going = going || !is_settled(&holders->list[i]);
	return going;
}

static void
find_owners(struct identification *known, int limit)
{
	uint64_t identities[BACKEND_HOLDERS_MAX];
	size_t count = 0;

	for (size_t i = known->count; i < known->holders->count; i++) {
		size_t at = count;
		uint64_t identity = known->holders->list[i].socket.identity;
		if (!identity)
			continue;
		for (; at > 0 && identities[at - 1] > identity; at--)
			identities[at] = identities[at - 1];
		identities[at] = identity;
		count++;
	}
	if (count)
		owners_visit(identities, count, limit, known->are_internet, note_owner, known,
		    &known->holders->owners);
}

void
holders_identify(struct backend_holders *holders, bool are_internet, int limit)
{
	struct identification known = { .holders = holders, .are_internet = are_internet };

	identify_own(&known);
	find_owners(&known, limit);
}
