/* SPDX-License-Identifier: ISC */
/* bindchain listen OPTION… [--] NEXT…: several sockets in one command. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "adoption.h"
#include "claims.h"
#include "command.h"
#include "convention.h"
#include "descriptor_option.h"
#include "environment.h"
#include "error_section.h"
#include "failure.h"
#include "fatal.h"
#include "handover.h"
#include "listen_warnings.h"
#include "listener.h"
#include "listener_settings.h"
#include "message.h"
#include "native.h"
#include "on_demand.h"
#include "open_waiting.h"
#include "request.h"
#include "socket_option.h"
#include "plan.h"
#include "report.h"
#include "report_failure.h"

struct chosen {
	bool replace, no_holder_search, notify_systemd, adopt, on_demand;
	struct convention_options convention;
	const char *report, *report_format, *notify;
	const char *socket; /* not set: visit_option() reads sockets, in their order */
};

#define SOCKET(name, help) \
	OPTION(0, name, "ADDRESS", help, offsetof(struct chosen, socket), true)
#define TEXT(name, argument, help, field) \
	OPTION(0, name, argument, help, offsetof(struct chosen, field), true)

static const struct option_spec options[] = {
	SOCKET("tcp", "open a listening TCP socket"),
	SOCKET("udp", "open a UDP socket"),
	OPTION(0, "unix", "PATH", "open a listening Unix stream socket",
	    offsetof(struct chosen, socket), true),
	OPTION(0, "unix-dgram", "PATH", "open a Unix datagram socket",
	    offsetof(struct chosen, socket), true),
	OPTION(0, "unix-seqpacket", "PATH", "open a listening Unix seqpacket socket",
	    offsetof(struct chosen, socket), true),
	OPTION(0, "netlink", "PROTOCOL", "open a netlink socket",
	    offsetof(struct chosen, socket), true),
	OPTION(0, "vsock", "CID:PORT", "open a listening vsock stream socket",
	    offsetof(struct chosen, socket), true),
	OPTION(0, "vsock-seqpacket", "CID:PORT", "open a listening vsock seqpacket socket",
	    offsetof(struct chosen, socket), true),
	OPTION(0, "fifo", "PATH", "open a FIFO, created if missing, for reading",
	    offsetof(struct chosen, socket), true),
	CONVENTION_OPTIONS(struct chosen),
	OPTION(0, "adopt", "", "let NEXT take them when it binds, as bindchain adopt does",
	    offsetof(struct chosen, adopt), true),
	OPTION(0, "replace-fds", "", "close open descriptors where sockets go",
	    offsetof(struct chosen, replace), true),
	TEXT("report", "fd:N|PATH", "report the sockets when all are open", report),
	TEXT("report-format", "FORMAT", "text (the default) or json", report_format),
	TEXT("notify-fd", "N", "notify s6 on descriptor N when all are open", notify),
	OPTION(0, "notify-systemd", "", "notify systemd (NOTIFY_SOCKET) when all are open",
	    offsetof(struct chosen, notify_systemd), true),
	OPTION(0, "on-demand", "", "execute NEXT when the first connection or datagram arrives",
	    offsetof(struct chosen, on_demand), true),
	OPTION(0, "no-holder-search", "", "do not search for the holder of an address in use",
	    offsetof(struct chosen, no_holder_search), true),
};

/* The kinds of the first rows, which open sockets. */
static const enum bindchain_kind socket_kinds[] = { BINDCHAIN_TCP, BINDCHAIN_UDP,
	BINDCHAIN_UNIX_STREAM, BINDCHAIN_UNIX_DATAGRAM, BINDCHAIN_UNIX_SEQPACKET,
	BINDCHAIN_NETLINK, BINDCHAIN_VSOCK_STREAM, BINDCHAIN_VSOCK_SEQPACKET, BINDCHAIN_FIFO };
#define SOCKET_KINDS (sizeof socket_kinds / sizeof *socket_kinds)

const enum bindchain_kind *
listener_kind_of_option(const struct option_spec *spec)
{
	size_t row = (size_t)(spec - options);

	return row < SOCKET_KINDS ? &socket_kinds[row] : NULL;
}

/* A command line while it is read. */
struct job {
	struct invocation *invocation;
	struct chosen chosen;
	struct report report;
	struct listener_list listeners;
};

/* ---- reading the command line ---- */

/* A terminal wraps longer lines, and the mark would be misplaced. */
#define PLACE_COLUMNS 78

/* Prints the argument, with a mark below LENGTH bytes of it from START, or where they are
 * missing. */
static void
show_place(const struct job *job, const struct option_spec *spec, const char *argument,
    size_t start, size_t length)
{
	struct text line, mark;
	char *before = strndup(argument, start);

	text_init(&line);
	text_init(&mark);
	text_printf(&line, "--%s=%s", spec->long_name, argument);
	text_printf(&mark, "--%s=%s", spec->long_name, before ? before : "");
	free(before);
	if (line.length > PLACE_COLUMNS)
		return;
	memset(mark.bytes, ' ', mark.length);
	text_add(&mark, "^");
	for (size_t i = 1; i < length; i++)
		text_add(&mark, "~");
	message_inform(job->invocation, "--%s=%s", spec->long_name, argument);
	message_inform(job->invocation, "%s", text_string(&mark));
}

static void
complain(const struct job *job, const struct option_spec *spec,
    const struct listener_problem *problem)
{
	struct text text;

	message_begin(&text, job->invocation, native_personality.fatal);
	text_printf(&text, "--%s: ", spec->long_name);
	if (problem->in_value)
		text_printf(&text, "%s: ", problem->setting);
	text_printf(&text, "%s%s", problem->text, problem->word ? problem->word : "");
	if (problem->right[0])
		text_printf(&text, "; did you mean %s?", problem->right);
	message_keep(&text);
}

/* The length of the setting at SETTING, up to its comma. */
static size_t
setting_length(const char *setting)
{
	size_t length = 0;

	while (setting[length] && setting[length] != ',')
		length += setting[length] == '\\' && setting[length + 1] ? 2 : 1;
	return length;
}

/* TEXT is the argument, split up to the error. */
static _Noreturn void
reject(const struct job *job, const struct option_spec *spec, const char *argument,
    const char *text, const struct listener_problem *problem)
{
	if (problem->call) {
		errno = problem->error;
		native_fatal_call(job->invocation, problem->call, problem->word);
	}
	complain(job, spec, problem);
	if (problem->setting) {
		size_t start = (size_t)(problem->setting - text);
		show_place(job, spec, argument, start, setting_length(argument + start));
	}
	if (problem->may_come)
		error_section_keep(job->invocation, ERROR_NO_SUCH_INTERFACE);
	fatal_exit(job->invocation, NATIVE_EXIT_USAGE);
}

static void
add_listeners(struct job *job, const struct option_spec *spec, const char *argument)
{
	struct listener_problem problem = { 0 };
	struct bindchain_failure failure;
	struct listener_list *list = &job->listeners;
	char *text = strdup(argument);

	if (!text)
		native_fatal_memory(job->invocation);
	if (listener_read(list, *listener_kind_of_option(spec), text, &problem, &failure))
		return;
	if (failure.operation == BINDCHAIN_NOTHING)
		reject(job, spec, argument, text, &problem);
	job->invocation->request = list->current.request;
	report_failure(job->invocation, &failure);
}

static void
visit_option(void *context, const struct option_spec *spec, const char *argument)
{
	struct job *job = context;

	if (listener_kind_of_option(spec))
		add_listeners(job, spec, argument);
	else
		options_set(&job->chosen, spec, argument);
}

static void
read_report(struct job *job)
{
	const struct chosen *chosen = &job->chosen;
	const char *format = chosen->report_format;
	struct report *report = &job->report;

	*report = (struct report) { .to = chosen->report, .notify = -1,
		.systemd = chosen->notify_systemd };
	report->json = format && strcmp(format, "json") == 0;
	if (format && !report->json && strcmp(format, "text") != 0)
		native_fatal_choice(job->invocation, "report-format", format);
	if (chosen->notify)
		report->notify = descriptor_option_read(job->invocation, "notify-fd", chosen->notify,
		    chosen->notify);
	report_check(job->invocation, report);
}

/* ---- the handover ---- */

/* Inherited sockets that stay have no place but that of LISTEN_FDS. */
static void
refuse_kept(const struct job *job)
{
	const struct claims *claims = job->invocation->claims;
	struct text text;
	int i = 0;

	if (!claims || !claims->taken || !claims->kept_names)
		return;
	while (claims->sockets[i].listener >= 0)
		i++;
	message_begin(&text, job->invocation, native_personality.fatal);
	text_add_inherited(&text, &claims->sockets[i]);
	text_printf(&text, " is for no listener; it can stay with --as=systemd only");
	message_keep(&text);
	fatal_exit(job->invocation, NATIVE_EXIT_USAGE);
}

/* The sockets go to DESCRIPTOR and up; LISTEN_FDS, of which all are taken, is removed. */
static int
plan_elsewhere(const struct job *job, int descriptor, unsigned variables,
    const struct handover_sockets *sockets, struct bindchain_failure *failure)
{
	const struct claims *claims = job->invocation->claims;
	unsigned former = claims && claims->taken ? HANDOVER_SYSTEMD : 0;

	refuse_kept(job);
	if (former || variables)
		return handover_instead(&job->invocation->handover, descriptor, former, variables,
		    sockets, failure);
	handover_to_descriptor(&job->invocation->handover, descriptor, sockets);
	return 0;
}

static int
plan_after_inherited(const struct job *job, unsigned variables,
    const struct handover_sockets *sockets, struct bindchain_failure *failure)
{
	const struct claims *claims = job->invocation->claims;
	struct handover *handover = &job->invocation->handover;

	if (!claims || !claims->taken)
		return handover_to_listen_fds(handover, variables, environment_all(), sockets, failure);
	return handover_after(handover, variables, claims->count - claims->taken,
	    claims->kept_names, sockets, failure);
}

static void
plan_environment(struct job *job, const struct convention *as,
    const struct handover_sockets *sockets)
{
	struct bindchain_failure failure;
	int status = as->variables & HANDOVER_SYSTEMD
	    ? plan_after_inherited(job, as->variables, sockets, &failure)
	    : plan_elsewhere(job, as->descriptor, as->variables, sockets, &failure);

	if (status != 0)
		report_failure(job->invocation, &failure);
}

/* The next program always gets a list, even if no socket has a name. */
static const char **
list_names(const struct job *job)
{
	const char **names
	    = native_allocate(job->invocation, (size_t)job->listeners.count, sizeof *names);

	for (int i = 0; i < job->listeners.count; i++)
		names[i] = job->listeners.all[i].name;
	return names;
}

/* The library that adopts compares addresses of these families. */
static void
check_adoptable(const struct job *job)
{
	for (int i = 0; i < job->listeners.count; i++) {
		const struct request *request = &job->invocation->requests[i];
		if (request_binds_by_name(request))
			fatal(job->invocation, "--adopt: a daemon cannot bind a path of more than %d bytes",
			    (int)address_path_max);
		if (!address_is_internet(&request->address)
		    && address_family(&request->address) != AF_UNIX)
			fatal(job->invocation, "--adopt is for TCP, UDP and Unix sockets, not for %s",
			    kind_text(request->kind));
	}
}

/* Returns the path of the first FIFO, or NULL. */
static const char *
find_fifo(const struct job *job)
{
	for (int i = 0; i < job->listeners.count; i++)
		if (job->invocation->requests[i].kind == BINDCHAIN_FIFO)
			return job->invocation->requests[i].path;
	return NULL;
}

/* A daemon that is to bind addresses finds no variables. */
static void
plan_adoption(struct job *job)
{
	struct invocation *invocation = job->invocation;
	const struct convention_options *chosen = &job->chosen.convention;
	const struct handover_sockets sockets = { job->listeners.count, list_names(job) };
	struct adoption adoption = { 0 };
	struct bindchain_failure failure;
	int first;

	if (chosen->as || chosen->variables[0] || chosen->words || chosen->no_listen_pid)
		fatal(invocation, "--adopt cannot be combined with --as, --env, --words or"
		    " --no-listen-pid");
	if (find_fifo(job))
		fatal(invocation, "--adopt cannot be combined with --fifo, which is not bound");
	check_adoptable(job);
	adoption_check(invocation, &adoption);
	adoption_prepare(invocation, &adoption);
	first = adoption_descriptor(invocation, job->listeners.count);
	if (plan_elsewhere(job, first, 0, &sockets, &failure) != 0)
		report_failure(invocation, &failure);
	adoption_plan(invocation, &adoption, first, job->listeners.count);
}

static void
plan_handover(struct job *job)
{
	struct invocation *invocation = job->invocation;
	const struct convention_options *chosen = &job->chosen.convention;
	struct convention as = convention_read(invocation, chosen, job->listeners.count);
	const struct handover_sockets sockets = { job->listeners.count, list_names(job) };

	if (as.told_count > 0 && find_fifo(job))
		fatal(invocation, "%s is for sockets, and %s is a FIFO", as.told[0].name,
		    find_fifo(job));
	for (int i = 0; i < job->listeners.count; i++) {
		convention_check_address(invocation, &as, &invocation->requests[i].address);
		convention_check_path(invocation, &as, &invocation->requests[i]);
	}
	plan_environment(job, &as, &sockets);
	convention_complete(invocation, &as, chosen);
	if (as.takes_standard_input)
		invocation->requests[0].as_standard_input = true;
}

/* --as=stdin replaces standard input without --replace-fds; inherited sockets that are taken
 * make room. */
static void
check_targets(const struct job *job)
{
	const struct invocation *invocation = job->invocation;
	const struct handover *handover = &invocation->handover;

	if (job->chosen.replace || invocation->requests[0].as_standard_input)
		return;
	for (int target = handover->target; target < handover->target + handover->count; target++)
		if (!claims_moves(invocation->claims, target) && fcntl(target, F_GETFD) >= 0)
			fatal(invocation, "descriptor %d is already open; --replace-fds closes it",
			    target);
}

static void
note_left_out(struct job *job)
{
	const struct listener_list *list = &job->listeners;
	struct missing_family *left_out = NULL;

	for (int i = 0; i < list->count; i++) {
		if (!list->all[i].left_out.family)
			continue;
		if (!left_out)
			left_out = native_allocate(job->invocation, (size_t)list->count,
			    sizeof *left_out);
		left_out[i] = list->all[i].left_out;
	}
	job->invocation->left_out = left_out;
}

static void
set_requests(struct job *job)
{
	struct invocation *invocation = job->invocation;
	struct request *requests
	    = native_allocate(invocation, (size_t)job->listeners.count, sizeof *requests);
	bool *follows = native_allocate(invocation, (size_t)job->listeners.count, sizeof *follows);

	invocation->requests = requests;
	invocation->follows = follows;
	note_left_out(job);
	for (int i = 0; i < job->listeners.count; i++) {
		requests[i] = job->listeners.all[i].request;
		follows[i] = job->listeners.all[i].follows && address_port(&requests[i].address) == 0;
	}
	invocation->request_count = job->listeners.count;
}

static void
read_command_line(struct job *job)
{
	struct invocation *invocation = job->invocation;
	struct options_result parsed;

	options_visit(invocation->command, invocation->argv, visit_option, job, &parsed);
	command_check_options(invocation, &parsed);
	if (job->listeners.count == 0)
		fatal(invocation, "no socket; open one with --tcp=ADDRESS, for example");
	if (!parsed.operands[0])
		fatal(invocation, "no next program");
	invocation->next = parsed.operands;
	invocation->no_holder_search = job->chosen.no_holder_search;
	invocation->on_demand = job->chosen.on_demand;
}

/* The end of the sockets that get the port of FIRST. */
static int
row_end(const struct job *job, int first)
{
	int end = first + 1;

	while (end < job->listeners.count && job->invocation->follows[end])
		end++;
	return end;
}

/* The inherited socket of the first listener before END that takes one, or NULL. */
static const struct inherited_socket *
find_inherited(const struct job *job, int first, int end)
{
	const struct inherited_socket *taken = NULL;

	for (int i = first; i < end && !taken; i++)
		taken = claims_find(job->invocation->claims, i);
	return taken;
}

/* All sockets of ":0" get the port of the one that is inherited. */
static void
follow_inherited(struct job *job, int first, int end)
{
	struct invocation *invocation = job->invocation;
	const struct inherited_socket *taken = find_inherited(job, first, end);

	for (int i = first; taken && i < end; i++) {
		invocation->follows[i] = false;
		if (!claims_find(invocation->claims, i))
			address_set_port(&invocation->requests[i].address,
			    address_port(&taken->outcome.address));
	}
}

static void
claim_inherited(struct job *job)
{
	struct invocation *invocation = job->invocation;

	invocation->claims = claims_make(invocation, job->listeners.all, job->listeners.count);
	for (int i = 0, end; invocation->claims && i < job->listeners.count; i = end) {
		end = row_end(job, i);
		if (end > i + 1)
			follow_inherited(job, i, end);
	}
}

static void
prepare_job(struct job *job)
{
	read_command_line(job);
	set_requests(job);
	claim_inherited(job);
	(job->chosen.adopt ? plan_adoption : plan_handover)(job);
	convention_check_limit(job->invocation);
	read_report(job);
	check_targets(job);
}

static void
prepare(struct invocation *invocation)
{
	struct job job = { .invocation = invocation };

	prepare_job(&job);
}

/* ---- opening ---- */

/* The attempts of ":0" to find a port that is free on all addresses. */
#define PORT_TRIES 64

static _Noreturn void
fail(struct job *job, int index, const struct bindchain_failure *failure)
{
	job->invocation->request = job->invocation->requests[index];
	report_failure(job->invocation, failure);
}

static int
open_socket(struct invocation *invocation, int index, struct bindchain_failure *failure)
{
	const struct request *request = &invocation->requests[index];

	listen_warn_of_directory(invocation, request);
	return request->wait ? open_waiting(invocation, index, failure)
	                     : command_open(request, failure);
}

static int
open_and_place(struct job *job, int index, struct bindchain_failure *failure)
{
	struct invocation *invocation = job->invocation;
	const struct inherited_socket *taken = claims_find(invocation->claims, index);
	int descriptor = taken ? taken->descriptor : open_socket(invocation, index, failure);

	if (descriptor < 0)
		return -1;
	return handover_place(&invocation->handover, index, descriptor, failure);
}

/* Gives socket INDEX the port of the previous one. */
static int
follow_port(struct job *job, int index, struct bindchain_failure *failure)
{
	struct address address;

	if (!address_read(&address, job->invocation->handover.target + index - 1)) {
		failure_set(failure, BINDCHAIN_BIND, errno);
		failure->subject = "getsockname";
		return -1;
	}
	address_set_port(&job->invocation->requests[index].address, address_port(&address));
	return 0;
}

/* Opens the sockets from FIRST to before END.  Returns END, or the one that failed. */
static int
open_row(struct job *job, int first, int end, struct bindchain_failure *failure)
{
	for (int i = first; i < end; i++)
		if ((i > first && follow_port(job, i, failure) != 0)
		    || open_and_place(job, i, failure) != 0)
			return i;
	return end;
}

/* The port that the kernel chose for the first socket may be in use on the address of another:
 * then it chooses another one. */
static void
open_on_one_port(struct job *job, int first, int end)
{
	struct bindchain_failure failure;

	for (int tries = 1;; tries++) {
		int reached = open_row(job, first, end, &failure);
		if (reached == end)
			return;
		if (reached == first || failure.error != EADDRINUSE || tries == PORT_TRIES)
			fail(job, reached, &failure);
		for (int i = first; i < reached; i++)
			close(job->invocation->handover.target + i);
	}
}

static void
open_all(struct job *job)
{
	struct bindchain_failure failure;
	struct plan plan;

	/* Unsupported options are refused before any socket is opened. */
	for (int i = 0; i < job->listeners.count; i++)
		if (plan_make(&plan, &job->invocation->requests[i], &failure) != 0)
			fail(job, i, &failure);
	claims_move(job->invocation, job->invocation->claims);
	for (int i = 0, end; i < job->listeners.count; i = end) {
		end = row_end(job, i);
		open_on_one_port(job, i, end);
	}
	listen_warn_of_sockets(job->invocation, &job->listeners,
	    job->chosen.report || job->chosen.convention.variables[0]);
}

static void
set_environment(struct job *job)
{
	struct bindchain_failure failure;

	if (handover_set_environment(&job->invocation->handover, &failure) != 0)
		fail(job, 0, &failure);
	handover_free(&job->invocation->handover);
}

static void
run(struct invocation *invocation)
{
	struct job job = { .invocation = invocation };

	prepare_job(&job);
	if (invocation->on_demand)
		on_demand_check_next(invocation);
	listen_warn_of_settings(invocation, &job.listeners);
	report_open(invocation, &job.report);
	open_all(&job);
	set_environment(&job);
	convention_tell(invocation);
	report_make(invocation, &job.report);
	if (invocation->on_demand)
		on_demand_wait(invocation);
}

static void
print_more_help(void)
{
	convention_print_names();
	listener_print_settings();
}

const struct command listen_command = {
	.name = COMMAND_NAME("listen"),
	.synopsis = "OPTION... [--] NEXT...",
	.summary = "Open several sockets and pass them to NEXT.",
	.personality = &native_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.print_more_help = print_more_help,
	.internal = true,
	.prepare = prepare,
	.run = run,
};
