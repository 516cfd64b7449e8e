/* SPDX-License-Identifier: ISC */
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address.h"
#include "environment.h"
#include "json.h"
#include "made_paths.h"
#include "native.h"
#include "number.h"
#include "outcome_words.h"
#include "write_signals.h"

#define REPORT_SCHEMA_VERSION 1

/* ---- where to ---- */

/* The N of "fd:N", or -1. */
static int
report_descriptor(const char *to)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	long long number;

	if (strncmp(to, "fd:", 3) != 0 || number_read(to + 3, &rule, &number) != NUMBER_READ)
		return -1;
	return (int)number;
}

int
report_check(const struct invocation *invocation, const struct report *report)
{
	char digits[NUMBER_TEXT_SIZE];

	if (report->to && !*report->to)
		return native_fatal_usage(invocation, "the report's path is empty", NULL);
	if (report->to && strncmp(report->to, "fd:", 3) == 0
	    && (report_descriptor(report->to) < 0
	        || fcntl(report_descriptor(report->to), F_GETFD) < 0))
		return native_fatal_usage(invocation, "report to a descriptor that is not open: ",
		    report->to);
	if (report->notify >= 0 && fcntl(report->notify, F_GETFD) < 0)
		return native_fatal_usage(invocation, "notify a descriptor that is not open: ",
		    number_text(report->notify, digits));
	return 0;
}

static void
close_told(int descriptor)
{
	if (descriptor > STDERR_FILENO)
		close(descriptor);
}

/* mkstemp(3) gives the file to its owner alone; this is what open(2) would. */
static int
set_usual_mode(int descriptor)
{
	mode_t mask = umask(0);

	umask(mask);
	return fchmod(descriptor, 0666 & ~mask);
}

/* A reader finds the old file or the new one, and never a part. */
static int
write_file(const char *path, const char *bytes, size_t length)
{
	static const char suffix[] = ".XXXXXX";
	char temporary[PATH_MAX];
	struct made_path made;
	int descriptor, status = -1, error;

	if (strlen(path) + sizeof suffix > sizeof temporary) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(temporary, path, strlen(path) + 1);
	memcpy(temporary + strlen(path), suffix, sizeof suffix);
	descriptor = mkstemp(temporary);
	if (descriptor < 0)
		return -1;
	if (set_usual_mode(descriptor) == 0 && text_write_bytes(descriptor, bytes, length) == 0)
		status = rename(temporary, path);
	error = errno;
	if (status != 0)
		unlink(temporary);
	/* It goes again should the next program not start. */
	if (status == 0 && made_path_note(&made, path, descriptor) == 0)
		made_paths_remember(&made);
	close(descriptor);
	errno = error;
	return status;
}

static int
deliver(const struct invocation *invocation, const char *to, const char *bytes, size_t length)
{
	int descriptor = report_descriptor(to);

	if (descriptor < 0) {
		if (write_file(to, bytes, length) != 0)
			return native_fatal_call(invocation, "report to", to);
		return 0;
	}
	if (text_write_bytes(descriptor, bytes, length) != 0)
		return native_fatal_call(invocation, "report to", to);
	close_told(descriptor);
	return 0;
}

/* ---- what ---- */

/* One of the sockets that the handover has placed. */
struct placed {
	struct bindchain_outcome outcome;
	const struct bindchain_request *request;
	const char *name; /* may be NULL */
};

typedef void report_writer(void *context, const struct placed *);

static void
write_text(void *context, const struct placed *socket)
{
	const struct bindchain_outcome *outcome = &socket->outcome;
	FILE *stream = context;
	struct text line;

	text_init(&line);
	text_add(&line, "fd=");
	text_add_number(&line, outcome->descriptor);
	text_add(&line, " name=");
	text_add(&line, socket->name ? socket->name : "unknown");
	text_add(&line, " address=");
	text_add_address(&line, &outcome->address);
	if (outcome->listening.known && outcome->listening.value) {
		text_add(&line, " backlog=");
		if (outcome->queue_limit.known)
			text_add_number(&line, outcome->queue_limit.value);
		else
			text_add(&line, "unknown");
	}
	if (!bindchain_address_is_as_asked(outcome, socket->request)) {
		text_add(&line, " asked=");
		text_add_address(&line, &socket->request->address);
	}
	fwrite(line.bytes, 1, line.length, stream);
	putc('\n', stream);
}

static void
write_json(void *context, const struct placed *socket)
{
	struct json *json = context;

	json_open(json, NULL, '{');
	json_outcome(json, &socket->outcome, socket->name);
	json_asked(json, &socket->outcome, socket->request);
	json_close(json, '}');
}

/* Reads every socket back and hands it to WRITE.  Returns 0, or -1 with errno. */
static int
visit_placed(const struct invocation *invocation, report_writer *write, void *context)
{
	const struct handover *handover = &invocation->handover;

	for (int i = 0; i < handover->count; i++) {
		struct placed socket = { .request = &invocation->requests[i],
			.name = handover->names ? handover->names[i] : NULL };
		if (bindchain_outcome_read(handover->target + i, &socket.outcome) != 0)
			return -1;
		write(context, &socket);
	}
	return 0;
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
	return fclose(stream) == 0 ? status : -1;
}

static int
send_report(const struct invocation *invocation, const struct report *report)
{
	char *bytes = NULL;
	size_t length;
	int status;

	if (compose(invocation, report, &bytes, &length) != 0)
		status = native_fatal_call(invocation, "compose the report to", report->to);
	else
		status = deliver(invocation, report->to, bytes, length);
	free(bytes);
	return status;
}

static void
write_address(void *context, const struct placed *socket)
{
	FILE *stream = context;
	struct text text;

	text_init(&text);
	text_add_number(&text, socket->outcome.descriptor);
	text_add(&text, "=");
	text_add_address(&text, &socket->outcome.address);
	if (ftell(stream) > 0)
		putc(';', stream);
	fwrite(text.bytes, 1, text.length, stream);
}

char *
report_addresses(const struct invocation *invocation)
{
	char *list = NULL;
	size_t length;
	FILE *stream = open_memstream(&list, &length);
	int status;

	if (!stream)
		return NULL;
	status = visit_placed(invocation, write_address, stream);
	if (fclose(stream) == 0 && status == 0)
		return list;
	free(list);
	return NULL;
}

/* ---- notifications ---- */

/* s6's protocol: a newline, then end of file. */
static int
notify_s6(const struct invocation *invocation, int descriptor)
{
	char digits[NUMBER_TEXT_SIZE];

	if (text_write_bytes(descriptor, "\n", 1) != 0)
		return native_fatal_call(invocation, "notify descriptor",
		    number_text(descriptor, digits));
	close_told(descriptor);
	return 0;
}

/* sd_notify(3): a datagram to a path, or to an abstract name written "@name". */
static int
notify_systemd(const struct invocation *invocation)
{
	static const char ready[] = "READY=1";
	const char *socket_name = environment_get("NOTIFY_SOCKET");
	struct bindchain_address address;
	struct text nobody;
	bool fits;
	int descriptor;
	ssize_t sent;

	if (!socket_name) {
		text_init(&nobody);
		text_add(&nobody, "nobody to notify: no NOTIFY_SOCKET");
		native_warning(invocation, &nobody);
		return 0;
	}
	fits = socket_name[0] == '@' ? address_from_abstract_name(&address, socket_name + 1)
	                             : address_from_path(&address, socket_name);
	if (!fits)
		return native_fatal_usage(invocation, "NOTIFY_SOCKET is not a socket's path: ",
		    socket_name);
	descriptor = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (descriptor < 0)
		return native_fatal_call(invocation, "socket for", "NOTIFY_SOCKET");
	sent = sendto(descriptor, ready, sizeof ready - 1, 0,
	    (const struct sockaddr *)&address.storage, address.length);
	if (sent < 0) {
		int status = native_fatal_call(invocation, "sendto", socket_name);
		close(descriptor);
		return status;
	}
	close(descriptor);
	return 0;
}

int
report_make(const struct invocation *invocation, const struct report *report)
{
	int status;

	write_signals_ignore();
	status = report->to ? send_report(invocation, report) : 0;
	if (status == 0 && report->notify >= 0)
		status = notify_s6(invocation, report->notify);
	if (status == 0 && report->systemd)
		status = notify_systemd(invocation);
	return status;
}
