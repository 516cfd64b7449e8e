/* SPDX-License-Identifier: ISC */
/*
 * Linux: the processes and options of sockets that hold an address.
 *
 * - The kernel does not list the options of a socket.  A process that may trace the
 *   owner can ask the socket: pidfd_getfd(2).
 */
#include "holder_owners.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat.h"
#include "owners.h"

struct identification {
	struct backend_holders *holders;
	bool are_internet;
	size_t count; /* the first holders, whose process is known */
};

/* ---- options ---- */

static void
read_flag(int descriptor, int name, struct bindchain_fact *flag)
{
	socklen_t size = sizeof flag->value;

	flag->known = getsockopt(descriptor, SOL_SOCKET, name, &flag->value, &size) == 0;
}

static void
read_options(struct backend_holder *holder, int descriptor)
{
	read_flag(descriptor, SO_REUSEADDR, &holder->reuse_address);
	read_flag(descriptor, SO_REUSEPORT, &holder->share);
}

/* Asked of the socket itself; the descriptor may refer to another one by now. */
static void
borrow_to_read_options(struct backend_holder *holder)
{
	int borrowed = owner_borrow_socket(&holder->process);
	struct stat status;

	if (borrowed < 0)
		return;
	if (fstat(borrowed, &status) == 0 && status.st_ino == holder->socket.identity)
		read_options(holder, borrowed);
	close(borrowed);
}

/* ---- processes ---- */

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
		if (known->are_internet)
			read_options(holder, process.descriptor);
		known->count++;
	}
}

/* Moves holder I before those whose process is still unknown. */
static void
identify(struct identification *known, size_t i, const struct backend_process *process)
{
	struct backend_holder *place = &known->holders->list[known->count];
	struct backend_holder holder = known->holders->list[i];

	memmove(place + 1, place, (i - known->count) * sizeof *place);
	holder.has_process = true;
	holder.process = *process;
	if (known->are_internet)
		borrow_to_read_options(&holder);
	*place = holder;
	known->count++;
}

/* The first process that has a socket is enough, and all may be found early. */
static bool
note_owner(void *context, uint64_t identity, const struct backend_process *process)
{
	struct identification *known = context;
	const struct backend_holders *holders = known->holders;
	bool going = false;

	for (size_t i = known->count; i < holders->count; i++)
		if (holders->list[i].socket.identity == identity)
			identify(known, i, process);
	for (size_t i = known->count; i < holders->count; i++)
		going = going || holders->list[i].socket.identity;
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
		backend_visit_owners(identities, count, limit, note_owner, known,
		    &known->holders->owners);
}

void
holders_identify(struct backend_holders *holders, bool are_internet, int limit)
{
	struct identification known = { .holders = holders, .are_internet = are_internet };

	identify_own(&known);
	find_owners(&known, limit);
}
