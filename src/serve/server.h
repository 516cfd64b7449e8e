/* SPDX-License-Identifier: ISC */
/*
 * A server: accepts connections on inherited listening sockets, and starts a handler for
 * each.  One event loop; after the start nothing is allocated.  A front end says which
 * signals it obeys, what handlers find in their environment, and what the log says.
 */
#ifndef BINDCHAIN_SERVER_H
#define BINDCHAIN_SERVER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "backend.h"
#include "children.h"
#include "connection_environment.h"
#include "handler_start.h"
#include "serve_rules.h"
#include "serve_system.h"
#include "sources.h"

/* Of setsockopt(2), for each connection of a listener. */
#define SERVER_OPTIONS_MAX 24

struct server_listener {
	int descriptor;
	struct address address;
	struct backend_option options[SERVER_OPTIONS_MAX];
	size_t option_count;
};

enum server_listener_problem {
	SERVER_LISTENER_WELL,
	SERVER_LISTENER_CLOSED,       /* or its address is unknown: errno says more */
	SERVER_LISTENER_NO_SOCKET,
	SERVER_LISTENER_OTHER_FAMILY, /* neither internet nor Unix */
	SERVER_LISTENER_OTHER_TYPE,   /* no connections: a datagram socket */
	SERVER_LISTENER_NOT_LISTENING
};

/* Reads the socket's address, and checks that it can accept connections. */
enum server_listener_problem server_listener_read(struct server_listener *, int descriptor);

/* For everybody who has the socket.  Returns false with errno if it fails. */
bool server_set_nonblocking(int descriptor);

/* Sets the options of LISTENER's connections on DESCRIPTOR.  Returns NULL, or the one that
 * failed, with errno. */
const struct backend_option *server_set_options(const struct server_listener *, int descriptor);

/* Opens /dev/null, close-on-exec, as those of 0, 1 and 2 that are closed, so that no
 * connection becomes one of them.  Returns 0, or -1 with errno. */
int server_fill_standard(void);

struct server_connection {
	int descriptor;
	const struct server_listener *listener;
	struct address peer;
	struct serve_peer ids; /* of a Unix socket's peer, if they are wanted */
	struct source_key source;
	unsigned source_count; /* open connections of its source, without this one */
};

/* What a signal makes the server do; an or of these. */
enum server_action {
	SERVER_END = 1,       /* end at once; handlers stay */
	SERVER_TERMINATE = 2, /* send SIGTERM and SIGCONT to each handler */
	SERVER_KILL = 4,      /* send SIGKILL to each handler */
	SERVER_DRAIN = 8,     /* accept no more, and end after the last handler */
	SERVER_RELOAD = 16    /* have the front end read its limits again */
};

struct server_signal {
	int number; /* 0 ends the list */
	unsigned actions;
};

enum server_event_kind {
	SERVER_STARTED,      /* a handler: connection, pid */
	SERVER_ENDED,        /* a handler: pid, status */
	SERVER_REFUSED,      /* connection: a limit or the rate, which is set in excess */
	SERVER_NOT_STARTED,  /* connection, error, pid or -1: there is no process, or it
	                        could not execute the handler */
	SERVER_DELAYED,      /* connection, error: it is started later; at most once a second */
	SERVER_NOT_ACCEPTED, /* error; at most once a second */
	SERVER_PEER_UNKNOWN, /* connection, error: it is closed */
	SERVER_OPTION_FAILED, /* connection, option, error: it is closed */
	SERVER_SIGNALLED,    /* signal, before its action */
	SERVER_DEADLINE      /* handlers still run when a server that drains ends; they get
	                        SIGTERM and SIGCONT */
};

enum server_excess { SERVER_EXCESS_TOTAL, SERVER_EXCESS_SOURCE, SERVER_EXCESS_RATE };

struct server_event {
	enum server_event_kind kind;
	const struct server_connection *connection;
	const struct source_key *source; /* of the connection, of a handler's too */
	unsigned source_count; /* its open connections, now */
	pid_t pid;
	int status; /* of waitpid(2) */
	int error;
	int signal;
	unsigned actions; /* of the signal: enum server_action */
	enum server_excess excess;
	const struct backend_option *option;
	unsigned repeated; /* like events since the last one that was told */
};

struct server;

/* What differs between commands. */
struct server_front {
	const struct server_signal *signals;
	bool keeps_mask; /* handlers get the signal mask of the start, else an empty one */
	bool wants_ids;  /* of the peers of Unix sockets */
	bool needs_ids;  /* a connection without them is closed */
	/* A handler that could not be executed counts until its process is reaped. */
	bool counts_failed;
	/* A connection without a process or memory for its handler is kept, and the handler
	 * started later; meanwhile none is accepted. */
	bool delays_starts;
	int failed_status; /* of that process */
	/* Prepares the connection and its variables.  Returns false to close it. */
	bool (*describe)(struct server *, const struct server_connection *);
	void (*tell)(struct server *, const struct server_event *);
	void (*reload)(struct server *); /* SERVER_RELOAD */
};

/* Events of one kind, of which one is told in a second. */
struct server_repetition {
	uint64_t told_at; /* of the monotonic clock; 0: never */
	unsigned untold;
};

struct server {
	/* Set before server_begin(). */
	const struct server_front *front;
	void *context; /* the front end's */
	struct serve_rules rules;
	struct server_listener *listeners;
	size_t listener_count;
	struct spawn spawn; /* argv, and how the connection is passed */
	struct connection_environment environment;
	unsigned drain_seconds; /* 0: for ever */
	bool tells_ends; /* the front end logs SERVER_ENDED, at once */

	struct children children;
	struct sources sources;
	struct waiter waiter;
	int *descriptors; /* of the listeners */
	sigset_t handler_mask;
	bool is_ending, is_draining;
	uint64_t paused_until, deadline;    /* of the monotonic clock; 0: not */
	struct server_repetition not_accepted, starts_delayed;
	struct server_connection *delayed; /* whose handler is started later, or NULL */
	int delayed_error;
};

/*
 * Takes signals, allocates, and makes the listeners close-on-exec.  Returns 0, or -1 with
 * errno and CALL, the one that failed.
 */
int server_begin(struct server *, const char **call);

/*
 * Changes the limits and the rate of a server that runs; those who exceed them already are
 * left.  Returns false if out of memory, and nothing has changed.
 */
bool server_set_rules(struct server *, const struct serve_rules *);

/*
 * Before it serves: waits until DESCRIPTOR can be written to, and obeys signals meanwhile.
 * SECONDS is a limit, 0: none.  Returns 1, 0 if a signal ends the server, or -1 with errno:
 * EAGAIN at the limit.
 */
int server_wait_for_room(struct server *, int descriptor, unsigned seconds);

/* Serves until a signal ends it.  Returns 0, or -1 with errno if waiting fails. */
int server_run(struct server *);

#endif
