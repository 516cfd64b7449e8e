/* SPDX-License-Identifier: ISC */
#include "taking.h"

#include <errno.h>
#include <string.h>

#include "backend.h"
#include "convention.h"
#include "environment.h"
#include "error_section.h"
#include "fatal.h"
#include "handover.h"
#include "message.h"
#include "native.h"
#include "outcome.h"
#include "socket_variables.h"

static _Noreturn void
fail_on_descriptor(const struct invocation *invocation, int descriptor)
{
	fatal_line(invocation, "read back descriptor %d: %s", descriptor, strerror(errno));
	fatal_exit(invocation, NATIVE_EXIT_FAILURE);
}

static _Noreturn void
refuse_systemd(const struct invocation *invocation, const struct inherited *inherited,
    enum inherited_problem problem)
{
	const char *value = inherited->variable ? inherited->variable : "not set";

	if (problem == INHERITED_BY_OTHER)
		fatal_line(invocation, "LISTEN_FDS is for another process"
		    " (LISTEN_PID=%s); --any-pid ignores LISTEN_PID", inherited->pid ? inherited->pid : "");
	else if (problem == INHERITED_CLOSED)
		fatal_line(invocation, "LISTEN_FDS=%s: not all descriptors are open", value);
	else
		fatal_line(invocation, "no inherited sockets: LISTEN_FDS is %s", value);
	error_section_keep(invocation, problem == INHERITED_BY_OTHER ? ERROR_LISTEN_PID_DIFFERS
	                                                             : ERROR_LISTEN_FDS_WRONG);
	fatal_exit(invocation, NATIVE_EXIT_USAGE);
}

static _Noreturn void
refuse_upstart(const struct invocation *invocation, const struct inherited *inherited)
{
	if (!inherited->variable)
		fatal(invocation, "no inherited socket: UPSTART_FDS is not set");
	convention_refuse_descriptor(invocation, inherited->variable);
}

static _Noreturn void
refuse_launchd(const struct invocation *invocation, const char *name,
    enum inherited_problem problem)
{
	if (problem == INHERITED_NO_LAUNCHD)
		fatal(invocation, "launchd is not supported on %s", backend_system);
	if (problem == INHERITED_UNACTIVATED)
		native_fatal_call(invocation, "launch_activate_socket", name);
	fatal(invocation, "launchd has no sockets named %s", name);
}

static _Noreturn void
refuse_variables(const struct invocation *invocation, const struct inherited *inherited,
    enum inherited_problem problem)
{
	const char *name = inherited->variable_name, *value = inherited->variable;

	if (problem == INHERITED_UNSET)
		fatal(invocation, "no inherited sockets: %s is not set", name);
	if (problem == INHERITED_CLOSED)
		fatal(invocation, "%s=%s: descriptor %d is not open", name, value,
		    inherited->closed);
	if (problem == INHERITED_TWICE)
		fatal(invocation, "%s=%s: a descriptor appears twice", name, value);
	if (problem == INHERITED_CONTRADICTORY)
		fatal(invocation, "%s=%s: does not agree with the other variables", name, value);
	fatal(invocation, "%s=%s: malformed", name, value);
}

/* What pidfd_getfd(2) asks for: ptrace(2), "Ptrace access mode checking". */
static _Noreturn void
refuse_process(const struct invocation *invocation, const struct inherited_from *from,
    enum inherited_problem problem)
{
	int pid = (int)from->pid, error = errno;

	if (problem == INHERITED_OWN_PROCESS && pid)
		fatal(invocation, "process %d is this one", pid);
	if (problem == INHERITED_OWN_PROCESS)
		fatal(invocation, "--from=pid:N: N is a process ID, 1 to 2147483647");
	if (problem == INHERITED_NAMELESS && from->name)
		fatal(invocation, "process %d has no listening or datagram socket at %s", pid, from->name);
	if (problem == INHERITED_NAMELESS)
		fatal(invocation, "process %d has no listening or datagram socket", pid);
	if (error == ENOTSUP)
		fatal(invocation, "sockets of another process are not supported on %s: it has no"
		    " call like pidfd_getfd(2); pass them on from the process itself",
		    backend_system);
	fatal_line(invocation, "take sockets of process %d: %s", pid, strerror(error));
	if (error == ENOSYS)
		message_inform(invocation, "pidfd_getfd(2) is in Linux since 5.6");
	if (error == EPERM || error == EACCES)
		message_inform(invocation, "this requires CAP_SYS_PTRACE, or the same user and"
		    " kernel.yama.ptrace_scope=0");
	fatal_exit(invocation, NATIVE_EXIT_FAILURE);
}

static struct inherited
take(const struct invocation *invocation, const char *word, bool any_pid)
{
	struct inherited sockets;
	struct inherited_from from;
	enum inherited_problem problem;

	if (!inherited_from_read(word, &from))
		convention_refuse_source(invocation, word);
	problem = inherited_take(&sockets, &from, any_pid);
	if (problem == INHERITED_WELL)
		return sockets;
	if (problem == INHERITED_NO_MEMORY)
		native_fatal_memory(invocation);
	if (from.convention == INHERITED_BY_SYSTEMD)
		refuse_systemd(invocation, &sockets, problem);
	if (from.convention == INHERITED_BY_UPSTART)
		refuse_upstart(invocation, &sockets);
	if (from.convention == INHERITED_BY_PROCESS)
		refuse_process(invocation, &from, problem);
	if (from.convention == INHERITED_BY_VARIABLES)
		refuse_variables(invocation, &sockets, problem);
	refuse_launchd(invocation, from.name, problem);
}

static void
check_sockets(const struct invocation *invocation, const struct inherited *sockets)
{
	struct outcome outcome;

	for (int i = 0; i < sockets->count; i++)
		if (outcome_read_state(sockets->descriptors[i], &outcome) != 0)
			fail_on_descriptor(invocation, sockets->descriptors[i]);
}

struct inherited
taking_inherited(const struct invocation *invocation, const char *from, bool any_pid)
{
	struct inherited sockets = take(invocation, from ? from : "systemd", any_pid);

	check_sockets(invocation, &sockets);
	return sockets;
}

unsigned
taking_convention(const char *from)
{
	if (!from || strcmp(from, "systemd") == 0)
		return HANDOVER_SYSTEMD;
	return strcmp(from, "upstart") == 0 ? HANDOVER_UPSTART : 0;
}

void
taking_remove_variables(const struct invocation *invocation, const char *from)
{
	const struct socket_convention *former
	    = from ? socket_convention_find(from, strlen(from)) : NULL;

	if (former && socket_convention_remove(former, environment_remove) != 0)
		native_fatal_call(invocation, "remove variables of", from);
}
