/* SPDX-License-Identifier: ISC */
#include "outcome.h"
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "bounded_write.h"
#include "claims.h"
#include "descriptor_option.h"
#include "environment.h"
#include "failure.h"
#include "fatal.h"
#include "json.h"
#include "message.h"
#include "native.h"
#include "notify.h"
#include "number.h"
#include "outcome_words.h"
#include "request.h"
#include "write_signals.h"

#define REPORT_SCHEMA_VERSION 1

/* ---- the destination ---- */

/* The descriptor of TO, or -1: "fd:N", or its path in /dev or /proc, since the file may be
 * a terminal, a pipe or a log, which is not to be replaced. */
static int
report_descriptor(const char *to)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	static const struct {
		char prefix[16], number[2];
	} names[] = {
		{ "fd:", "" }, { "/dev/fd/", "" }, { "/proc/self/fd/", "" },
		{ "/dev/stdin", "0" }, { "/dev/stdout", "1" }, { "/dev/stderr", "2" },
	};
	long long number;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t length = strlen(names[i].prefix);
		const char *digits = names[i].number[0] ? names[i].number : to + length;
		if (strncmp(to, names[i].prefix, length) == 0
		    && (!names[i].number[0] || !to[length]))
			return number_read(digits, &rule, &number) == NUMBER_READ ? (int)number : -1;
	}
	return -1;
}

static bool
is_descriptor(const char *to)
{
	return strncmp(to, "fd:", 3) == 0 || report_descriptor(to) >= 0;
}

/* Is DESCRIPTOR one of a socket, of this command or of previous ones? */
static bool
is_for_socket(const struct invocation *invocation, int descriptor)
{
	const struct handover *handover = &invocation->handover;
	int first = handover->target - handover->inherited;

	return claims_moves(invocation->claims, descriptor)
	    || (descriptor >= first
	        && descriptor - first < handover->inherited + handover->count);
}

/* The lowest descriptor that is free in this process. */
static int
free_descriptor(const struct invocation *invocation, int report, int notify)
{
	int descriptor = STDERR_FILENO + 1;

	while (is_for_socket(invocation, descriptor) || descriptor == report
	       || descriptor == notify || fcntl(descriptor, F_GETFD) >= 0)
		descriptor++;
	return descriptor;
}

/* What else the descriptor of --notify-fd is used for, or NULL. */
static const char *
find_notify_clash(const struct invocation *invocation, const struct report *report, int to)
{
	if (report->notify < 0)
		return NULL;
	if (is_for_socket(invocation, report->notify))
		return "the descriptor of a socket";
	return to > STDERR_FILENO && to == report->notify
	    ? "that of --report, which closes it" : NULL;
}

static void
check_clashes(const struct invocation *invocation, const struct report *report)
{
	int to = report->to ? report_descriptor(report->to) : -1;
	const char *clash = find_notify_clash(invocation, report, to);

	if (to >= 0 && is_for_socket(invocation, to))
		fatal(invocation, "--report=%s is the descriptor of a socket; use --report=fd:%d",
		    report->to, free_descriptor(invocation, to, report->notify));
	if (clash)
		descriptor_option_refuse_notify(invocation, report->notify, clash,
		    free_descriptor(invocation, to, report->notify));
}

void
report_check(const struct invocation *invocation, const struct report *report)
{
	char digits[NUMBER_TEXT_SIZE];

	check_clashes(invocation, report);
	if (report->to && !*report->to)
		fatal(invocation, "--report: the path is empty");
	if (report->to && is_descriptor(report->to)) {
		if (report_descriptor(report->to) < 0)
			descriptor_option_refuse(invocation, "report", report->to);
		descriptor_option_check_writable(invocation, "report", report->to,
		    report_descriptor(report->to));
	}
	if (report->notify >= 0)
		descriptor_option_check_writable(invocation, "notify-fd",
		    number_text(report->notify, digits), report->notify);
	if (report->to && !is_descriptor(report->to))
		report_file_check(invocation, report->to);
}

void
report_open(const struct invocation *invocation, struct report *report)
{
	if (report->to && !is_descriptor(report->to))
		report_file_open(invocation, &report->file, report->to);
}

static void
close_notified(int descriptor)
{
	if (descriptor > STDERR_FILENO)
		close(descriptor);
}

static void
deliver(const struct invocation *invocation, struct report *report, const char *bytes,
    size_t length)
{
	int descriptor = report_descriptor(report->to);
	int status = descriptor >= 0 ? bounded_write(descriptor, bytes, length)
	                             : report_file_write(&report->file, bytes, length);

	if (status != 0 && descriptor < 0 && report->file.fifo < 0)
		native_fatal_call(invocation, "report to", report->to);
	if (status != 0) {
		fatal_line(invocation, "report to %s: %s", report->to, bounded_write_error());
		fatal_exit(invocation, NATIVE_EXIT_FAILURE);
	}
	if (descriptor >= 0)
		close_notified(descriptor);
}

/* ---- the contents ---- */

/* A socket that the handover has placed. */
struct placed {
	struct outcome outcome;
	const struct request *request;
	const char *name; /* may be NULL */
	const struct missing_family *left_out; /* may be NULL */
	bool inherited;   /* not opened by this command */
};

typedef void report_writer(void *context, const struct placed *);

static bool
is_fifo(const struct placed *socket)
{
	return socket->request->kind == BINDCHAIN_FIFO;
}

/* A space would end the value for the reader: it is escaped too. */
static void
add_value(struct text *line, const char *key, const char *value)
{
	text_printf(line, " %s=", key);
	for (size_t length; *value; value += length + (value[length] != '\0')) {
		length = strcspn(value, " ");
		text_add_visible_bytes(line, value, length);
		if (value[length])
			text_add(line, "\\040");
	}
}

static void
write_text(void *context, const struct placed *socket)
{
	const struct outcome *outcome = &socket->outcome;
	char address[ADDRESS_TEXT_SIZE], number[NUMBER_TEXT_SIZE];
	FILE *stream = context;
	struct text line;

	text_init(&line);
	text_printf(&line, "fd=%d", outcome->descriptor);
	add_value(&line, "name", socket->name ? socket->name : "unknown");
	add_value(&line, "address", is_fifo(socket) ? request_place(socket->request, address)
	                                            : outcome_place(outcome, address));
	if (outcome->listening.known && outcome->listening.value)
		text_printf(&line, " backlog=%s", fact_text(&outcome->queue_limit, number));
	text_printf(&line, " inherited=%s", socket->inherited ? "yes" : "no");
	if (!is_fifo(socket) && !outcome_is_as_asked(outcome, socket->request))
		add_value(&line, "asked", address_text(&socket->request->address, address));
	text_add_numbered(&line, socket->request, outcome->descriptor);
	if (socket->left_out) {
		text_printf(&line, " left-out=%s (", family_text(socket->left_out->family));
		text_add_failure(&line, &socket->left_out->reason, NULL);
		text_printf(&line, ")");
	}
	fwrite(line.bytes, 1, line.length, stream);
	putc('\n', stream);
}

static void
write_json(void *context, const struct placed *socket)
{
	struct json *json = context;

	json_open(json, NULL, '{');
	if (is_fifo(socket)) {
		json_fifo(json, &socket->outcome, socket->name, socket->request->path);
		json_text(json, "asked", NULL);
	} else {
		json_outcome(json, &socket->outcome, socket->name);
		json_asked(json, &socket->outcome, socket->request);
	}
	json_left_out(json, socket->left_out);
	json_numbered(json, socket->request, socket->outcome.descriptor);
	json_boolean(json, "inherited", socket->inherited);
	json_close(json, '}');
}

static int
read_fifo(int descriptor, struct outcome *outcome)
{
	int descriptor_flags = fcntl(descriptor, F_GETFD);
	int status_flags = fcntl(descriptor, F_GETFL);

	if (descriptor_flags < 0 || status_flags < 0)
		return -1;
	*outcome = (struct outcome) { .descriptor = descriptor,
		.close_on_exec = descriptor_flags & FD_CLOEXEC,
		.nonblocking = status_flags & O_NONBLOCK };
	return 0;
}

static int
read_placed(int descriptor, struct placed *socket)
{
	if (is_fifo(socket))
		return read_fifo(descriptor, &socket->outcome);
	if (outcome_read(descriptor, &socket->outcome) != 0
	    || !address_read(&socket->outcome.address, descriptor))
		return -1;
	if (request_binds_by_name(socket->request))
		socket->outcome.path = socket->request->path;
	return 0;
}

/* Reads every socket back and calls WRITE.  Returns 0, or -1 with errno. */
static int
visit_placed(const struct invocation *invocation, report_writer *write, void *context)
{
	const struct handover *handover = &invocation->handover;

	for (int i = 0; i < handover->count; i++) {
		struct placed socket = { .request = &invocation->requests[i],
			.left_out = command_left_out(invocation, i),
			.name = handover->names ? handover->names[i] : NULL,
			.inherited = claims_find(invocation->claims, i) };
		if (read_placed(handover->target + i, &socket) != 0)
			return -1;
		write(context, &socket);
	}
	return 0;
}

/* A stream of open_memstream(3) fails only if out of memory, whatever errno is by then;
 * glibc's fclose(3) succeeds then, with BYTES NULL (seen on 2.36).
 * Returns 0, with errno unchanged, or -1. */
static int
close_memory(FILE *stream, char *const *bytes)
{
	int error = errno;
	bool failed = ferror(stream);

	failed = fclose(stream) != 0 || failed || !*bytes;
	errno = failed ? ENOMEM : error;
	return failed ? -1 : 0;
}

static int
compose_json(FILE *stream, const struct invocation *invocation)
{
	struct json json = { .stream = stream };
	int status;

	json_open(&json, NULL, '{');
	json_text(&json, "schema", "bindchain-report");
	json_number(&json, "schema_version", REPORT_SCHEMA_VERSION);
	json_number(&json, "pid", getpid());
	json_open(&json, "sockets", '[');
	status = visit_placed(invocation, write_json, &json);
	json_close(&json, ']');
	json_close(&json, '}');
	return status;
}

static int
compose(const struct invocation *invocation, const struct report *report, char **bytes,
    size_t *length)
{
	FILE *stream = open_memstream(bytes, length);
	int status;

	if (!stream)
		return -1;
	status = report->json ? compose_json(stream, invocation)
	                      : visit_placed(invocation, write_text, stream);
	return close_memory(stream, bytes) == 0 ? status : -1;
}

static void
send_report(const struct invocation *invocation, struct report *report)
{
	char *bytes = NULL;
	size_t length;

	if (compose(invocation, report, &bytes, &length) != 0)
		native_fatal_call(invocation, "compose the report to", report->to);
	deliver(invocation, report, bytes, length);
	free(bytes);
}

/* ---- notifications ---- */

/* s6's protocol: a newline, then end of file. */
static void
notify_s6(const struct invocation *invocation, int descriptor)
{
	if (bounded_write(descriptor, "\n", 1) != 0)
		bounded_write_fatal_notify(invocation, descriptor);
	close_notified(descriptor);
}

/* sd_notify(3). */
static void
notify_systemd(const struct invocation *invocation)
{
	const char *socket_name = environment_get("NOTIFY_SOCKET"), *call;

	if (!socket_name) {
		message_warn(invocation, "systemd is not notified: NOTIFY_SOCKET is not set");
		return;
	}
	if (notify_send(socket_name, "READY=1", &call) == 0)
		return;
	if (call && strcmp(call, "socket") == 0)
		native_fatal_call(invocation, "socket for", "NOTIFY_SOCKET");
	if (call)
		native_fatal_call(invocation, call, socket_name);
	fatal(invocation, "NOTIFY_SOCKET=%s: not the path of a socket", socket_name);
}

void
report_make(const struct invocation *invocation, struct report *report)
{
	write_signals_ignore();
	if (report->to)
		send_report(invocation, report);
	if (report->notify >= 0)
		notify_s6(invocation, report->notify);
	if (report->systemd)
		notify_systemd(invocation);
}
