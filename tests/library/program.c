/* SPDX-License-Identifier: ISC */
/*
 * A program that uses the library as a daemon or supervisor would, function by function,
 * so that tests can make every call and allocation below them fail.  It ends as the
 * commands do: 0, or 111 after one message that says what failed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bindchain.h"

extern char **environ;

static struct bindchain_request *request;
static int descriptor = -1;

static _Noreturn void
end_with(const char *text)
{
	fprintf(stderr, "library-program: fatal: %s\n", text);
	if (descriptor >= 0)
		bindchain_close(request, descriptor, NULL);
	bindchain_request_free(request);
	exit(111);
}

static _Noreturn void
fail(const struct bindchain_failure *failure)
{
	char text[512];

	bindchain_failure_text(failure, request, text, sizeof text);
	end_with(text);
}

/* Of a function that sets errno. */
static _Noreturn void
fail_with_errno(const char *what)
{
	char text[512];

	snprintf(text, sizeof text, "%s: %s", what, strerror(errno));
	end_with(text);
}

/* ---- requests: KIND ADDRESS ---- */

static void
make_request(char *argv[])
{
	static const struct {
		const char *name;
		enum bindchain_kind kind;
	} kinds[] = {
		{ "tcp", BINDCHAIN_TCP }, { "udp", BINDCHAIN_UDP },
		{ "unix", BINDCHAIN_UNIX_STREAM }, { "fifo", BINDCHAIN_FIFO },
		{ "plain", BINDCHAIN_TCP }, /* on no interface of its own */
	};
	struct bindchain_failure failure;
	size_t i = 0;

	while (strcmp(kinds[i].name, argv[0]) != 0)
		i++;
	request = bindchain_request_new(kinds[i].kind);
	if (!request)
		fail_with_errno("request");
	if (kinds[i].kind == BINDCHAIN_TCP || kinds[i].kind == BINDCHAIN_UDP) {
		if (bindchain_resolve(request, "127.0.0.1", argv[1], 0, &failure) != 0
		    || bindchain_set_option(request, BINDCHAIN_REUSE_ADDRESS, BINDCHAIN_PREFERRED,
		           1, &failure) != 0
		    || (strcmp(argv[0], "plain") != 0
		        && bindchain_set_device(request, BINDCHAIN_REQUIRED, "lo", &failure) != 0))
			fail(&failure);
	} else if (bindchain_set_path(request, argv[1], &failure) != 0
	    || bindchain_set_mode(request, 0600, &failure) != 0)
		fail(&failure);
}

static void
open_request(char *argv[])
{
	struct bindchain_failure failure;

	make_request(argv);
	if (bindchain_set_flags(request, BINDCHAIN_CLOSE_ON_EXEC, &failure) != 0)
		fail(&failure);
	descriptor = bindchain_open(request, &failure);
	if (descriptor < 0)
		fail(&failure);
}

/* ---- the commands ---- */

/* KIND ADDRESS NEXT...: executes NEXT with the socket in systemd's convention. */
static void
pass(char *argv[])
{
	static const char *const names[] = { "web" };
	struct bindchain_handover *handover;
	struct bindchain_failure failure;

	open_request(argv);
	handover = bindchain_handover_new(BINDCHAIN_HANDOVER_SYSTEMD, 3, 1, names, environ,
	    &failure);
	if (!handover || bindchain_handover_place(handover, &descriptor, &failure) != 0)
		fail(&failure);
	bindchain_execute(argv + 2, bindchain_handover_environment(handover), &failure);
	bindchain_handover_free(handover);
	fail(&failure);
}

/* KIND ADDRESS: reads the socket back, and closes it. */
static void
close_again(char *argv[])
{
	struct bindchain_outcome *outcome;
	struct bindchain_failure failure;

	open_request(argv);
	if (strcmp(argv[0], "fifo") != 0) {
		outcome = bindchain_outcome_new(descriptor);
		if (!outcome)
			fail_with_errno("fcntl or getsockopt");
		if (!bindchain_outcome_is_as_asked(outcome, request))
			end_with("another address");
		bindchain_outcome_free(outcome);
	}
	if (bindchain_close(request, descriptor, &failure) != 0)
		fail(&failure);
	descriptor = -1;
}

/* KIND ADDRESS: prints the calls and what they would run into. */
static void
foresee(char *argv[])
{
	struct bindchain_findings *findings;
	struct bindchain_failure failure;
	struct bindchain_plan *plan;

	make_request(argv);
	plan = bindchain_plan_new(request, &failure);
	if (!plan)
		fail(&failure);
	for (size_t i = 0; i < bindchain_plan_count(plan); i++)
		printf("%s\n", bindchain_plan_text(plan, i));
	bindchain_plan_free(plan);
	findings = bindchain_foresee(request, 0);
	if (!findings)
		fail_with_errno("foresee");
	for (size_t i = 0; i < bindchain_findings_count(findings); i++)
		printf("%s\n", bindchain_findings_text(findings, i));
	bindchain_findings_free(findings);
}

/* KIND ADDRESS, which is in use: says who has it. */
static void
diagnose(char *argv[])
{
	struct bindchain_failure failure;
	struct bindchain_findings *findings;
	char text[512];

	make_request(argv);
	descriptor = bindchain_open(request, &failure);
	if (descriptor >= 0)
		end_with("the address is free");
	bindchain_failure_text(&failure, request, text, sizeof text);
	fprintf(stderr, "library-program: fatal: %s\n", text);
	findings = bindchain_diagnose(request, &failure, 0);
	for (size_t i = 0; i < bindchain_findings_count(findings); i++)
		fprintf(stderr, "library-program: info: %s\n", bindchain_findings_text(findings, i));
	bindchain_findings_free(findings);
	bindchain_request_free(request);
	exit(111);
}

/* Prints the limits' names. */
static void
list_limits(char *argv[])
{
	struct bindchain_limits *limits = bindchain_limits_new();

	(void)argv;
	if (!limits)
		fail_with_errno("limits");
	for (size_t i = 0; i < bindchain_limits_count(limits); i++)
		printf("%s\n", bindchain_limits_name(limits, i));
	bindchain_limits_free(limits);
}

/* Ends unless the sockets inherited are those of the tests: "web" first, which listens. */
static void
check_inherited(const struct bindchain_inherited *inherited)
{
	if (bindchain_inherited_count(inherited) != 3
	    || bindchain_inherited_find(inherited, "web") != BINDCHAIN_LISTEN_FDS_START)
		end_with("other sockets were inherited");
	switch (bindchain_is_socket(BINDCHAIN_LISTEN_FDS_START, BINDCHAIN_TCP, 1)) {
	case -1:
		fail_with_errno("fstat, getsockopt or getsockname of a descriptor");
	case 0:
		end_with("descriptor 3 does not listen");
	}
}

/* NEXT...: takes the sockets of systemd's convention, tells that it is ready, and executes
 * NEXT, which inherits them without being told. */
static void
receive(char *argv[])
{
	const unsigned flags = BINDCHAIN_KEEP_OPEN_ON_EXEC;
	struct bindchain_failure failure;
	struct bindchain_inherited *inherited = bindchain_inherit(NULL, flags, &failure);
	char **names = NULL;

	if (!inherited)
		fail(&failure);
	check_inherited(inherited);
	bindchain_inherited_free(inherited);
	if (bindchain_listen_fds_with_names(flags | BINDCHAIN_REMOVE_VARIABLES, &names) < 0)
		fail_with_errno("fcntl of a descriptor");
	for (size_t i = 0; names && names[i]; i++)
		free(names[i]);
	free(names);
	if (bindchain_notify(BINDCHAIN_REMOVE_VARIABLES, "READY=1") < 0)
		fail_with_errno("socket or sendto of NOTIFY_SOCKET");
	bindchain_execute(argv, environ, &failure);
	fail(&failure);
}

/* Of a function that tells what SOCKET is. */
static int
answer(int socket, int told)
{
	int error = errno;

	if (told >= 0)
		return told;
	close(socket);
	errno = error;
	fail_with_errno("fstat, getsockopt or getsockname of a descriptor");
}

/* FROM: prints the sockets inherited by that convention, and what they are. */
static void
list_inherited(char *argv[])
{
	struct bindchain_failure failure;
	struct bindchain_inherited *inherited = bindchain_inherit(argv[0], 0, &failure);

	if (!inherited)
		fail(&failure);
	for (int i = 0; i < bindchain_inherited_count(inherited); i++) {
		int socket = bindchain_inherited_descriptor(inherited, i);
		const char *name = bindchain_inherited_name(inherited, i);
		printf("%d %s %d %d %d %d\n", socket, name ? name : "-",
		    answer(socket, bindchain_is_socket(socket, BINDCHAIN_TCP, 1)),
		    answer(socket, bindchain_is_socket_inet(socket, BINDCHAIN_ANY, 1,
		        BINDCHAIN_ANY, 8080)),
		    answer(socket, bindchain_is_socket_unix(socket, BINDCHAIN_ANY,
		        BINDCHAIN_ANY, NULL)),
		    answer(socket, bindchain_is_fifo(socket, NULL)));
	}
	bindchain_inherited_free(inherited);
}

/* Tells the service manager that this program is ready. */
static void
notify(char *argv[])
{
	(void)argv;
	if (bindchain_notify(0, "READY=1") < 0)
		fail_with_errno("notify");
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*run)(char *argv[]);
	} commands[] = {
		{ "pass", pass }, { "close", close_again }, { "foresee", foresee },
		{ "diagnose", diagnose }, { "limits", list_limits }, { "receive", receive },
		{ "inherited", list_inherited }, { "notify", notify },
	};

	for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
		if (strcmp(commands[i].name, argv[1]) == 0) {
			commands[i].run(argv + 2);
			if (fflush(stdout) != 0)
				fail_with_errno("write to standard output");
			bindchain_request_free(request);
			return 0;
		}
	end_with("unknown command");
}
