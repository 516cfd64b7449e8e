/* SPDX-License-Identifier: ISC */
#include "taking.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "backend.h"
#include "convention.h"
#include "environment.h"
#include "error_section.h"
#include "fatal.h"
#include "failure.h"
#include "handover.h"
#include "listen_fds.h"
#include "message.h"
#include "native.h"
#include "outcome.h"
#include "socket_variables.h"

void
taking_add_problem(struct text *text, const struct inherited *inherited,
    enum inherited_problem problem)
{
	struct listen_environment environment;
	struct bindchain_failure failure;

	listen_environment_read(&environment);
	if (problem == INHERITED_BY_OTHER && inherited->pid)
		text_printf(text, "LISTEN_FDS is for another process (LISTEN_PID=%s)",
		    inherited->pid);
	else if (problem == INHERITED_BY_OTHER)
		text_printf(text, "LISTEN_FDS is for no process: LISTEN_PID is not set");
	else if (listen_environment_check(&environment, &failure) != 0)
		text_add_failure(text, &failure, NULL);
	else
		text_printf(text, "no inherited sockets: LISTEN_FDS is %s",
		    inherited->variable ? inherited->variable : "not set");
}

enum error_section
taking_section(enum inherited_problem problem)
{
	switch (problem) {
	case INHERITED_WELL:
		return ERROR_SECTION_NONE;
	case INHERITED_BY_OTHER:
		return ERROR_LISTEN_PID_DIFFERS;
	default:
		return ERROR_LISTEN_FDS_WRONG;
	}
}

/* What DESCRIPTOR would have to be; NULL if ERROR has another cause. */
static const char *
find_lack(int descriptor, int error)
{
	struct stat status;

	if (error == EBADF && fcntl(descriptor, F_GETFD) < 0)
		return "open";
	return error == ENOTSOCK && fstat(descriptor, &status) == 0 && !S_ISSOCK(status.st_mode)
	    ? "a socket" : NULL;
}

bool
taking_add_descriptor(struct text *text, int descriptor, int error)
{
	const char *lack = find_lack(descriptor, error);
	char buffer[ERROR_TEXT_SIZE];

	if (lack)
		text_printf(text, "descriptor %d is not %s", descriptor, lack);
	else
		text_printf(text, "read back descriptor %d: %s", descriptor,
		    error_text(error, buffer));
	return lack != NULL;
}

static _Noreturn void
refuse_systemd(const struct invocation *invocation, const struct inherited *inherited,
    enum inherited_problem problem)
{
	struct text text;

	message_begin(&text, invocation, native_personality.fatal);
	taking_add_problem(&text, inherited, problem);
	if (problem == INHERITED_BY_OTHER)
		text_printf(&text, "; --any-pid ignores LISTEN_PID");
	message_keep(&text);
	error_section_keep(invocation, taking_section(problem));
	fatal_exit(invocation, NATIVE_EXIT_USAGE);
}

/* Of socket conventions with variables of their own. */
static _Noreturn void
refuse_closed(const struct invocation *invocation, const char *name,
    const struct inherited *inherited, int descriptor)
{
	fatal(invocation, "%s=%s: descriptor %d is not open", name, inherited->variable,
	    descriptor);
}

static _Noreturn void
refuse_upstart(const struct invocation *invocation, const struct inherited *inherited)
{
	if (!inherited->variable)
		fatal(invocation, "no inherited sockets: UPSTART_FDS is not set");
	fatal(invocation, "UPSTART_FDS=%s: not a descriptor (0 to %d)", inherited->variable, INT_MAX);
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
		refuse_closed(invocation, name, inherited, inherited->closed);
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
	if (error == ETIMEDOUT)
		message_inform(invocation, "it executes a program and does not finish, such as at a"
		    " file system that does not answer");
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

/* DESCRIPTOR is no socket, with errno. */
static _Noreturn void
refuse_descriptor(const struct invocation *invocation, const char *from,
    const struct inherited *sockets, int descriptor)
{
	int error = errno;
	const char *lack = find_lack(descriptor, error);
	struct text text;

	if (lack && error == EBADF && strcmp(from, "upstart") == 0)
		refuse_closed(invocation, "UPSTART_FDS", sockets, descriptor);
	message_begin(&text, invocation, native_personality.fatal);
	if (lack && strcmp(from, "stdin") == 0)
		text_printf(&text, "standard input is not %s", lack);
	else
		taking_add_descriptor(&text, descriptor, error);
	message_keep(&text);
	if (lack && strcmp(from, "systemd") == 0)
		error_section_keep(invocation, taking_section(INHERITED_CLOSED));
	fatal_exit(invocation, lack ? NATIVE_EXIT_USAGE : NATIVE_EXIT_FAILURE);
}

struct inherited
taking_inherited(const struct invocation *invocation, const char *from, bool any_pid)
{
	const char *convention = from ? from : "systemd";
	struct inherited sockets = take(invocation, convention, any_pid);
	struct outcome outcome;

	for (int i = 0; i < sockets.count; i++)
		if (outcome_read_state(sockets.descriptors[i], &outcome) != 0)
			refuse_descriptor(invocation, convention, &sockets, sockets.descriptors[i]);
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
