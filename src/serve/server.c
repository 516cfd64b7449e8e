/* SPDX-License-Identifier: ISC */
#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NANOSECONDS 1000000000ULL
/* How long a server that could not accept, or start a handler, waits before it tries again. */
#define PAUSE NANOSECONDS

static uint64_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

/* ---- the start ---- */

static bool
set_default(int signal)
{
	struct sigaction action = { .sa_handler = SIG_DFL };

	sigemptyset(&action.sa_mask);
	return sigaction(signal, &action, NULL) == 0;
}

/*
 * If SIGCHLD is ignored, the kernel reaps and no end is ever seen.  SIGPIPE and SIGXFSZ are
 * blocked, so that a handler needs no call to find them as they were: write(2) fails all the
 * same.  Signals reach the loop by the waiter; no function of ours handles one, which a
 * handler that shares our memory might run.  Returns false with errno and CALL if one fails.
 */
static bool
take_signals(struct server *server, const char **call)
{
	sigset_t blocked;

	*call = "sigaction";
	if (!set_default(SIGCHLD) || !set_default(SIGPIPE))
		return false;
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	sigaddset(&blocked, SIGPIPE);
	sigaddset(&blocked, SIGXFSZ);
	for (const struct server_signal *signal = server->front->signals; signal->number; signal++)
		sigaddset(&blocked, signal->number);
	*call = "sigprocmask";
	if (sigprocmask(SIG_BLOCK, &blocked, &server->handler_mask) != 0)
		return false;
	if (!server->front->keeps_mask)
		sigemptyset(&server->handler_mask);
	return true;
}

/* For waiter_open(): those of the front end and SIGCHLD, with 0 at the end. */
static void
list_signals(const struct server *server, int list[SERVE_EVENTS_MAX])
{
	size_t count = 0;

	list[count++] = SIGCHLD;
	for (const struct server_signal *signal = server->front->signals; signal->number; signal++)
		list[count++] = signal->number;
	list[count] = 0;
}

static int
allocate(struct server *server)
{
	unsigned limit = server->rules.limit;

	server->descriptors = calloc(server->listener_count, sizeof *server->descriptors);
	server->spawn.stack = malloc(SPAWN_STACK_SIZE);
	if (server->descriptors && server->spawn.stack && children_open(&server->children, limit)
	    && sources_open(&server->sources, limit, &server->rules))
		return 0;
	errno = ENOMEM;
	return -1;
}

int
server_begin(struct server *server, const char **call)
{
	int signals[SERVE_EVENTS_MAX];

	*call = "open /dev/null";
	if (server_fill_standard() != 0)
		return -1;
	*call = "allocate";
	if (allocate(server) != 0)
		return -1;
	*call = "fcntl";
	for (size_t i = 0; i < server->listener_count; i++) {
		server->descriptors[i] = server->listeners[i].descriptor;
		if (fcntl(server->descriptors[i], F_SETFD, FD_CLOEXEC) < 0)
			return -1;
	}
	if (!take_signals(server, call))
		return -1;
	server->spawn.mask = &server->handler_mask;
	server->spawn.environment = server->environment.entries;
	server->spawn.failed_status = server->front->failed_status;
	list_signals(server, signals);
	return waiter_open(&server->waiter, server->descriptors, server->listener_count, signals,
	    call);
}

/* Addresses that were cut to one prefix are not compared with those of another. */
bool
server_set_rules(struct server *server, const struct serve_rules *rules)
{
	struct serve_rules changed = *rules;

	if (!children_grow(&server->children, rules->limit)
	    || !sources_grow(&server->sources, rules->limit, rules))
		return false;
	changed.ipv4_prefix = server->rules.ipv4_prefix;
	changed.ipv6_prefix = server->rules.ipv6_prefix;
	server->rules = changed;
	return true;
}

/* ---- connections ---- */

static void
tell(struct server *server, struct server_event event)
{
	if (event.connection)
		event.source = &event.connection->source;
	server->front->tell(server, &event);
}

/* Tells an event at most once a second, with the number of those that it did not tell. */
static void
tell_once_a_second(struct server *server, struct server_repetition *repetition, uint64_t time,
    struct server_event event)
{
	if (repetition->told_at && time - repetition->told_at < NANOSECONDS) {
		repetition->untold++;
		return;
	}
	repetition->told_at = time;
	event.repeated = repetition->untold;
	repetition->untold = 0;
	tell(server, event);
}

/* The sources of connections are told apart only where a rule or the front end asks. */
static bool
find_source(struct server *server, struct server_connection *connection)
{
	connection->ids.is_known = false;
	if (address_family(&connection->listener->address) != AF_UNIX) {
		source_of_address(&connection->source, &connection->peer, &server->rules);
		return true;
	}
	memset(&connection->source, 0, sizeof connection->source);
	if (!server->front->wants_ids)
		return true;
	if (!serve_system_peer(connection->descriptor, &connection->ids)) {
		if (!server->front->needs_ids)
			return true;
		tell(server, (struct server_event) { .kind = SERVER_PEER_UNKNOWN,
		    .connection = connection, .error = errno });
		return false;
	}
	source_of_user(&connection->source, connection->ids.user);
	return true;
}

static bool
refuse(struct server *server, const struct server_connection *connection,
    enum server_excess excess)
{
	tell(server, (struct server_event) { .kind = SERVER_REFUSED, .connection = connection,
	    .source_count = connection->source_count, .excess = excess });
	return false;
}

static bool
admit(struct server *server, const struct server_connection *connection, uint32_t source,
    uint64_t time)
{
	const struct serve_rules *rules = &server->rules;

	if (server->children.count >= rules->limit)
		return refuse(server, connection, SERVER_EXCESS_TOTAL);
	if (connection->source.kind == SOURCE_UNKNOWN)
		return true;
	if (rules->limit_per_source && connection->source_count >= rules->limit_per_source)
		return refuse(server, connection, SERVER_EXCESS_SOURCE);
	if (!sources_admit(&server->sources, source, rules, time))
		return refuse(server, connection, SERVER_EXCESS_RATE);
	return true;
}

static bool
set_options(struct server *server, const struct server_connection *connection)
{
	const struct backend_option *failed
	    = server_set_options(connection->listener, connection->descriptor);

	if (failed)
		tell(server, (struct server_event) { .kind = SERVER_OPTION_FAILED,
		    .connection = connection, .option = failed, .error = errno });
	return !failed;
}

/* Errors that pass when another process ends. */
static bool
is_delayed(const struct server *server, int error)
{
	if (!server->front->delays_starts || (error != EAGAIN && error != ENOMEM))
		return false;
	return !server->is_draining || server->children.count > 0;
}

static void
fail_to_start(struct server *server, struct server_connection *connection, pid_t pid, int error)
{
	struct server_event event = { .kind = SERVER_NOT_STARTED, .connection = connection,
		.pid = pid, .error = error };
	uint64_t time;

	if (!is_delayed(server, error)) {
		tell(server, event);
		return;
	}
	time = now();
	server->delayed = connection;
	server->delayed_error = error;
	server->paused_until = time + PAUSE;
	event.kind = SERVER_DELAYED;
	tell_once_a_second(server, &server->starts_delayed, time, event);
}

/* Returns whether a process runs that counts. */
static bool
start(struct server *server, struct server_connection *connection, uint32_t source)
{
	struct server_event event = { .kind = SERVER_STARTED, .connection = connection };
	struct spawned spawned;
	bool counts;

	server->spawn.connection = connection->descriptor;
	spawn_handler(&server->spawn, &spawned);
	counts = spawned.pid > 0 && (spawned.error == 0 || server->front->counts_failed);
	if (counts) {
		children_add(&server->children, spawned.pid, source);
		event.pid = spawned.pid;
		event.error = spawned.error;
		event.source_count = ++sources_get(&server->sources, source)->count;
		tell(server, event);
	} else if (spawned.pid > 0)
		waitpid(spawned.pid, NULL, 0);
	if (spawned.error != 0)
		fail_to_start(server, connection, spawned.pid, spawned.error);
	return counts;
}

static void
serve(struct server *server, struct server_connection *connection)
{
	uint64_t time = server->rules.rate ? now() : 0;
	bool counts = false;
	uint32_t source;

	if (!find_source(server, connection))
		return;
	source = sources_find(&server->sources, &connection->source, time);
	connection->source_count = sources_get(&server->sources, source)->count;
	if (admit(server, connection, source, time) && set_options(server, connection)) {
		connection_environment_begin(&server->environment);
		if (server->front->describe(server, connection))
			counts = start(server, connection, source);
	}
	if (!counts)
		sources_release(&server->sources, source, time);
}

/* Its limits and options have been seen to, and its variables are set. */
static void
start_delayed(struct server *server)
{
	struct server_connection *connection = server->delayed;
	uint64_t time;
	uint32_t source;

	if (!connection || server->paused_until || server->is_ending)
		return;
	server->delayed = NULL;
	time = server->rules.rate ? now() : 0;
	source = sources_find(&server->sources, &connection->source, time);
	connection->source_count = sources_get(&server->sources, source)->count;
	if (!start(server, connection, source))
		sources_release(&server->sources, source, time);
	if (!server->delayed)
		close(connection->descriptor);
}

static void
abandon_delayed(struct server *server)
{
	if (!server->delayed)
		return;
	tell(server, (struct server_event) { .kind = SERVER_NOT_STARTED,
	    .connection = server->delayed, .pid = -1, .error = server->delayed_error });
	close(server->delayed->descriptor);
	server->delayed = NULL;
}

/* ---- accepting ---- */

/* Errors of one connection, which accept(2) then no longer has: the next one may be well.
 * Linux passes network errors of the connection on: accept(2). */
static bool
concerns_connection(int error)
{
	return error == ECONNABORTED || error == EPROTO || error == ENETDOWN
	    || error == ENOPROTOOPT || error == EHOSTDOWN || error == EHOSTUNREACH
	    || error == ENETUNREACH || error == EOPNOTSUPP || error == ETIMEDOUT;
}

/* Any other error may last: EMFILE, ENFILE, ENOBUFS, ENOMEM until descriptors or memory are
 * free.  The connections wait in the accept queue. */
static void
fail_to_accept(struct server *server, int error)
{
	uint64_t time = now();

	if (error == EINTR || error == EAGAIN || error == EWOULDBLOCK)
		return;
	if (!concerns_connection(error))
		server->paused_until = time + PAUSE;
	tell_once_a_second(server, &server->not_accepted, time,
	    (struct server_event) { .kind = SERVER_NOT_ACCEPTED, .error = error });
}

static void reap(struct server *);

/* The ends of handlers are looked for with the next connection, if that comes soon. */
#define PATIENCE 10 /* milliseconds */

static bool
may_be_patient(const struct server *server)
{
	return !server->tells_ends && !server->is_draining && !server->paused_until
	    && server->children.count < server->rules.limit;
}

static void
accept_one(struct server *server, const struct server_listener *listener)
{
	/* Static: a page that is not touched again by each new stack frame, and kept while
	 * its start is delayed. */
	static struct server_connection connection;

	connection.listener = listener;
	connection.descriptor = serve_system_accept(listener->descriptor, &connection.peer);
	if (connection.descriptor < 0) {
		fail_to_accept(server, errno);
		return;
	}
	/* So that it is judged by the handlers that still run. */
	if (server->waiter.is_patient)
		reap(server);
	serve(server, &connection);
	if (!server->delayed)
		close(connection.descriptor);
	waiter_set_patient(&server->waiter, may_be_patient(server));
}

/* ---- signals ---- */

static void
reap(struct server *server)
{
	struct server_event event = { .kind = SERVER_ENDED };
	uint32_t number;
	pid_t pid;

	while ((pid = waitpid(-1, &event.status, WNOHANG)) > 0) {
		struct source_key source;
		if (!children_remove(&server->children, pid, &number))
			continue; /* a child from before this program */
		source = sources_get(&server->sources, number)->key;
		event.pid = pid;
		event.source = &source;
		event.source_count = --sources_get(&server->sources, number)->count;
		sources_release(&server->sources, number, server->rules.rate ? now() : 0);
		server->paused_until = 0; /* its process and descriptors are free */
		tell(server, event);
	}
}

static const int terminate[] = { SIGTERM, SIGCONT, 0 };

static void
begin_drain(struct server *server)
{
	if (server->is_draining)
		server->is_ending = true; /* asked twice */
	server->is_draining = true;
	if (server->delayed)
		server->paused_until = 0;
	if (server->drain_seconds)
		server->deadline = now() + server->drain_seconds * NANOSECONDS;
}

static void
obey(struct server *server, const struct server_signal *signal)
{
	static const int kill_now[] = { SIGKILL, 0 };

	tell(server, (struct server_event) { .kind = SERVER_SIGNALLED,
	    .signal = signal->number, .actions = signal->actions });
	if (signal->actions & SERVER_RELOAD)
		server->front->reload(server);
	if (signal->actions & SERVER_TERMINATE)
		children_signal(&server->children, terminate);
	if (signal->actions & SERVER_KILL)
		children_signal(&server->children, kill_now);
	if (signal->actions & SERVER_DRAIN)
		begin_drain(server);
	if (signal->actions & SERVER_END)
		server->is_ending = true;
}

static void
take_signal(struct server *server, int number)
{
	if (number == SIGCHLD)
		reap(server);
	for (const struct server_signal *signal = server->front->signals; signal->number; signal++)
		if (signal->number == number)
			obey(server, signal);
}

/* ---- the loop ---- */

static bool
may_accept(const struct server *server)
{
	if (server->is_draining || server->is_ending || server->paused_until || server->delayed)
		return false;
	return server->children.count < server->rules.limit
	    || server->rules.at_limit == SERVE_AT_LIMIT_CLOSE;
}

/* Rounded up; -1: no limit. */
static int
milliseconds_until(uint64_t until)
{
	uint64_t time, left;

	if (!until)
		return -1;
	time = now();
	left = until > time ? (until - time + 999999) / 1000000 : 0;
	return left > 1000000 ? 1000000 : (int)left;
}

/* Until the pause or the time to end is over. */
static int
milliseconds_left(struct server *server)
{
	uint64_t until = server->paused_until;

	if (server->deadline && (!until || server->deadline < until))
		until = server->deadline;
	return milliseconds_until(until);
}

static void
look_at_clock(struct server *server)
{
	uint64_t time;

	if (!server->paused_until && !server->deadline)
		return;
	time = now();
	if (server->paused_until && time >= server->paused_until)
		server->paused_until = 0;
	if (server->deadline && time >= server->deadline)
		server->is_ending = true;
}

/* No connection came: from now on each end of a handler is reported, and those before now. */
static void
be_impatient(struct server *server)
{
	if (!server->waiter.is_patient)
		return;
	waiter_set_patient(&server->waiter, false);
	reap(server);
}

static void
take_signals_of(struct server *server, const struct readiness *ready)
{
	for (size_t i = 0; i < ready->signal_count; i++)
		take_signal(server, ready->signals[i]);
}

static void
take_events(struct server *server, const struct readiness *ready)
{
	look_at_clock(server);
	if (!ready->listener_count)
		be_impatient(server);
	take_signals_of(server, ready);
	start_delayed(server);
	/* Before every connection: several may be ready. */
	for (size_t i = 0; i < ready->listener_count; i++)
		if (may_accept(server))
			accept_one(server, &server->listeners[ready->listeners[i]]);
}

static bool
is_done(const struct server *server)
{
	if (server->is_ending)
		return true;
	return server->is_draining && server->children.count == 0 && !server->delayed;
}

int
server_wait_for_room(struct server *server, int descriptor, unsigned seconds)
{
	uint64_t until = seconds ? now() + seconds * NANOSECONDS : 0;
	struct readiness ready = { .has_room = false };

	while (!ready.has_room && !is_done(server)) {
		int milliseconds = milliseconds_until(until);
		if (waiter_wait_for_room(&server->waiter, descriptor, milliseconds, &ready) != 0)
			return -1;
		take_signals_of(server, &ready);
		if (milliseconds == 0 && !ready.has_room && !is_done(server)) {
			errno = EAGAIN;
			return -1;
		}
	}
	return ready.has_room;
}

int
server_run(struct server *server)
{
	struct readiness ready;

	while (!is_done(server)) {
		int milliseconds = server->waiter.is_patient ? PATIENCE
		                                             : milliseconds_left(server);
		if (waiter_wait(&server->waiter, may_accept(server), milliseconds, &ready) != 0)
			return -1;
		take_events(server, &ready);
	}
	abandon_delayed(server);
	if (server->children.count > 0 && server->is_draining) {
		tell(server, (struct server_event) { .kind = SERVER_DEADLINE });
		children_signal(&server->children, terminate);
	}
	return 0;
}
