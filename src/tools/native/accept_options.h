/* SPDX-License-Identifier: ISC */
/* The socket options that `bindchain accept` sets on connections: --set. */
#ifndef BINDCHAIN_ACCEPT_OPTIONS_H
#define BINDCHAIN_ACCEPT_OPTIONS_H

#include "command.h"
#include "identity.h"
#include "server.h"
#include "serving.h"

/* More than there are options of connections. */
#define ACCEPT_OPTIONS_MAX 24

/* An option that a listener's connections get in vain. */
struct accept_doubt {
	const char *name, *why;
};

struct accept_options {
	int count, doubt_count;
	const char *texts[ACCEPT_OPTIONS_MAX]; /* NAME or NAME=VALUE */
	struct accept_doubt doubts[ACCEPT_OPTIONS_MAX]; /* at most one for each */
};

/* Adds TEXT, which replaces an earlier one of the same name; or refuses it. */
void accept_options_add(const struct invocation *, struct accept_options *, const char *text);

/* Makes them calls of the listeners whose family has them; refuses what no listener has.  Fills
 * the doubts. */
void accept_options_read(const struct invocation *, struct accept_options *, struct server *);

/*
 * Sets the options of each listener on a new socket of the same kind, which is then closed, since
 * connections come too late for an error.  Reports what fails.
 */
void accept_options_try(struct invocation *, const struct server *);

/* Warns of the doubts. */
void accept_options_warn(const struct invocation *, const struct accept_options *);

/* For explain: the problems of the same trial, with the effective user USER (NULL: the present
 * one), and the doubts as warnings. */
void accept_options_tell(const struct invocation *, const struct accept_options *,
    struct serving *, const struct identity *user);

#endif
