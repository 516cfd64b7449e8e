/* SPDX-License-Identifier: ISC */
/* bindchain adopt OPTION… DAEMON…: inherited sockets for a daemon that binds its own. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "adoption.h"
#include "command.h"
#include "fatal.h"
#include "native.h"
#include "report_failure.h"
#include "taking.h"

struct chosen {
	struct adoption adoption;
	bool any_pid;
	const char *from;
};

static const struct option_spec options[] = {
	OPTION(0, "from", "HOW", "take them from systemd (the default), stdin, launchd:NAME, ...",
	    offsetof(struct chosen, from), true),
	OPTION(0, "any-pid", "", "take LISTEN_FDS even if LISTEN_PID is another process",
	    offsetof(struct chosen, any_pid), true),
	OPTION(0, "match", "HOW", "match exact addresses (the default), or by port alone",
	    offsetof(struct chosen, adoption.match), true),
	OPTION(0, "strict", "", "let the daemon bind no other address",
	    offsetof(struct chosen, adoption.strict), true),
	OPTION(0, "verbose", "", "print each address that the daemon binds",
	    offsetof(struct chosen, adoption.verbose), true),
	OPTION(0, "check", "", "print what the daemon binds and would take, and bind nothing",
	    offsetof(struct chosen, adoption.check), true),
};

/* The daemon finds them at NUMBER: open in the next program, and the old number free. */
static void
move(const struct invocation *invocation, int descriptor, int number)
{
	if (dup2(descriptor, number) < 0)
		native_fatal_descriptor(invocation, "duplicate", descriptor);
	close(descriptor);
	/* The lowest free one: if it were closed the daemon would open another file there. */
	if (descriptor <= STDERR_FILENO && open("/dev/null", O_RDWR) < 0)
		native_fatal_call(invocation, "open", "/dev/null");
}

/* A connection, or a socket that nobody has bound, is none for a daemon to bind. */
static void
check_socket(const struct invocation *invocation, int descriptor)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof peer;
	struct address own;

	if (getpeername(descriptor, (struct sockaddr *)&peer, &size) == 0)
		fatal(invocation, "descriptor %d is connected", descriptor);
	if (address_read(&own, descriptor) && !address_port(&own)
	    && (address_is_internet(&own) || own.length <= sizeof(sa_family_t)))
		fatal(invocation, "descriptor %d is not bound", descriptor);
}

static void
place(const struct invocation *invocation, const struct inherited *sockets, int first)
{
	for (int i = 0; i < sockets->count; i++)
		move(invocation, sockets->descriptors[i], first + i);
}

/* The variables of FROM go, and those of the library come. */
static void
change_environment(struct invocation *invocation, const struct chosen *chosen, int first,
    int count)
{
	const struct handover_sockets sockets = { count, NULL };
	struct handover *handover = &invocation->handover;
	struct bindchain_failure failure;

	if (handover_instead(handover, first, taking_convention(chosen->from), 0, &sockets,
	        &failure) != 0)
		report_failure(invocation, &failure);
	adoption_plan(invocation, &chosen->adoption, first, count);
	if (handover_set_environment(handover, &failure) != 0)
		report_failure(invocation, &failure);
	taking_remove_variables(invocation, chosen->from);
}

static void
run(struct invocation *invocation)
{
	struct chosen chosen = { 0 };
	struct inherited sockets;
	int first;

	invocation->next = command_read_options(invocation, &chosen);
	if (!invocation->next[0])
		fatal(invocation, "no daemon");
	adoption_check(invocation, &chosen.adoption);
	sockets = taking_inherited(invocation, chosen.from, chosen.any_pid);
	adoption_prepare(invocation, &chosen.adoption);
	for (int i = 0; i < sockets.count; i++)
		check_socket(invocation, sockets.descriptors[i]);
	first = adoption_descriptor(invocation, sockets.count);
	place(invocation, &sockets, first);
	change_environment(invocation, &chosen, first, sockets.count);
}

const struct command adopt_command = {
	.name = COMMAND_NAME("adopt"),
	.synopsis = "[OPTION...] [--] DAEMON...",
	.summary = "Let a daemon that binds its own sockets take inherited ones.",
	.personality = &native_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.internal = true,
	.run = run,
};
