/* SPDX-License-Identifier: ISC */
#include "accept_log.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "json.h"
#include "message.h"
#include "native.h"

/* The schema's version, which each object carries. */
#define VERSION 1

static const char *
reason(const struct server_event *event)
{
	switch (event->excess) {
	case SERVER_EXCESS_TOTAL:
		return "limit";
	case SERVER_EXCESS_SOURCE:
		return "limit-per-source";
	default:
		return "rate";
	}
}

static const char *
peer_text(const struct server_event *event, char text[ADDRESS_TEXT_SIZE])
{
	address_text(&event->connection->peer, text);
	return text[0] ? text : "a Unix socket";
}

/* ---- lines ---- */

static bool
is_failure(const struct server_event *event)
{
	return event->kind == SERVER_NOT_STARTED || event->kind == SERVER_DELAYED
	    || event->kind == SERVER_NOT_ACCEPTED || event->kind == SERVER_OPTION_FAILED
	    || event->kind == SERVER_DEADLINE;
}

static void
add_end(struct text *line, const struct server_event *event)
{
	if (WIFSIGNALED(event->status))
		text_printf(line, "pid %d ended by signal %d", (int)event->pid,
		    WTERMSIG(event->status));
	else
		text_printf(line, "pid %d ended with status %d", (int)event->pid,
		    WEXITSTATUS(event->status));
}

static void
add_failure(struct text *line, const struct accept_log *log, const struct server_event *event)
{
	char peer[ADDRESS_TEXT_SIZE];

	switch (event->kind) {
	case SERVER_NOT_ACCEPTED:
		text_printf(line, "accept: %s", strerror(event->error));
		break;
	case SERVER_DEADLINE:
		text_printf(line, "handlers still run");
		break;
	case SERVER_OPTION_FAILED:
		text_printf(line, "setsockopt %s of %s: %s", event->option->name_text,
		    peer_text(event, peer), strerror(event->error));
		break;
	default:
		text_printf(line, "start %s for %s: %s", log->invocation->next[0],
		    peer_text(event, peer), strerror(event->error));
		break;
	}
	if (event->kind == SERVER_DELAYED)
		text_printf(line, "; trying again");
	if (event->repeated)
		text_printf(line, "; %u times more since", event->repeated);
}

static void
add_sentence(struct text *line, const struct server *server, const struct server_event *event)
{
	char peer[ADDRESS_TEXT_SIZE];

	switch (event->kind) {
	case SERVER_STARTED:
		text_printf(line, "pid %d started for %s", (int)event->pid, peer_text(event, peer));
		break;
	case SERVER_ENDED:
		add_end(line, event);
		break;
	case SERVER_REFUSED:
		text_printf(line, "refused %s: %s", peer_text(event, peer), reason(event));
		break;
	default:
		text_printf(line, event->actions & SERVER_RELOAD
		        ? "signal %d: reading the limits again"
		        : "signal %d: accepting no more connections", event->signal);
		break;
	}
	text_printf(line, ", %u of %u", server->children.count, server->rules.limit);
}

static void
write_text(const struct accept_log *log, const struct server *server,
    const struct server_event *event)
{
	struct text line;

	message_begin(&line, log->invocation,
	    is_failure(event) ? native_personality.warning : MESSAGE_INFO);
	if (is_failure(event))
		add_failure(&line, log, event);
	else
		add_sentence(&line, server, event);
	text_write_line(&line, STDERR_FILENO); /* SIGPIPE is blocked */
}

/* ---- JSON ---- */

static const char *
event_name(enum server_event_kind kind)
{
	static const char names[][16] = {
		[SERVER_STARTED] = "started",
		[SERVER_ENDED] = "ended",
		[SERVER_REFUSED] = "refused",
		[SERVER_NOT_STARTED] = "not-started",
		[SERVER_DELAYED] = "delayed",
		[SERVER_NOT_ACCEPTED] = "not-accepted",
		[SERVER_OPTION_FAILED] = "option-failed",
		[SERVER_SIGNALLED] = "signalled",
		[SERVER_DEADLINE] = "deadline",
	};

	return names[kind];
}

static void
write_end(struct json *json, int status)
{
	if (WIFSIGNALED(status))
		json_number(json, "signal", WTERMSIG(status));
	else
		json_number(json, "status", WEXITSTATUS(status));
}

static void
write_connection(struct json *json, const struct server_connection *connection)
{
	char text[ADDRESS_TEXT_SIZE];

	address_text(&connection->peer, text);
	json_text(json, "peer", text[0] ? text : NULL);
	json_text(json, "listener", address_text(&connection->listener->address, text));
	if (connection->ids.is_known)
		json_number(json, "user", connection->ids.user);
}

static void
write_json(struct accept_log *log, const struct server *server, const struct server_event *event)
{
	struct json json = { .stream = log->stream, .in_line = true };

	json_open(&json, NULL, '{');
	json_number(&json, "version", VERSION);
	json_text(&json, "event", event_name(event->kind));
	if (event->pid > 0)
		json_number(&json, "pid", event->pid);
	if (event->connection)
		write_connection(&json, event->connection);
	if (event->kind == SERVER_ENDED)
		write_end(&json, event->status);
	if (event->kind == SERVER_REFUSED)
		json_text(&json, "reason", reason(event));
	if (event->kind == SERVER_SIGNALLED)
		json_number(&json, "signal", event->signal);
	if (event->error)
		json_text(&json, "error", strerror(event->error));
	if (event->repeated)
		json_number(&json, "repeated", event->repeated);
	json_number(&json, "connections", server->children.count);
	json_number(&json, "limit", server->rules.limit);
	json_close(&json, '}');
}

bool
accept_log_open(struct accept_log *log)
{
	if (log->kind != ACCEPT_LOG_JSON)
		return true;
	log->stream = fdopen(STDERR_FILENO, "w");
	return log->stream && setvbuf(log->stream, log->buffer, _IOFBF, sizeof log->buffer) == 0;
}

void
accept_log_event(struct accept_log *log, const struct server *server,
    const struct server_event *event)
{
	if (log->kind == ACCEPT_LOG_JSON) {
		write_json(log, server, event);
		fflush(log->stream);
	} else if (log->kind != ACCEPT_LOG_FAILURES || is_failure(event))
		write_text(log, server, event);
}
