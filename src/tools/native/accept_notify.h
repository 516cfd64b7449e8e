/* SPDX-License-Identifier: ISC */
/* Whom `bindchain accept` tells its state: --notify-fd and --notify-systemd. */
#ifndef BINDCHAIN_ACCEPT_NOTIFY_H
#define BINDCHAIN_ACCEPT_NOTIFY_H

#include "command.h"
#include "server.h"
#include "serving.h"

struct accept_notify {
	const struct invocation *invocation;
	int descriptor; /* -1: none */
	char *socket; /* of systemd, or NULL */
};

/* --notify-systemd: copies NOTIFY_SOCKET, which handlers do not get. */
void accept_notify_take_socket(struct accept_notify *);

/* Sends STATE to the socket, if there is one; a failure is a warning. */
void accept_notify_send(const struct accept_notify *, const char *state);

/* sd_notify(3): a service of Type=notify-reload says when it began, and when it is done. */
void accept_notify_reloading(const struct accept_notify *);

/* Writes a newline to the descriptor and closes it, then sends READY=1; not if a signal ends the
 * server before there is room. */
void accept_notify_ready(const struct accept_notify *, struct server *);

/* For explain: NOTIFY_SOCKET is removed. */
void accept_notify_tell(struct serving *);

#endif
