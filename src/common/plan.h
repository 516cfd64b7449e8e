/* SPDX-License-Identifier: ISC */
/*
 * A plan: the ordered calls, with their values, that fulfil a request on this
 * kernel.  It is data, so that what explains it and what performs it read the
 * same list.
 */
#ifndef BINDCHAIN_PLAN_H
#define BINDCHAIN_PLAN_H

#include <stddef.h>

#include "backend.h"
#include "bindchain.h"

enum plan_call {
	PLAN_CLOSE,      /* close(descriptor): frees the number for the socket */
	PLAN_SOCKET,     /* socket(family, type, protocol) */
	PLAN_SETFD,      /* fcntl(F_SETFD, FD_CLOEXEC), where socket(2) cannot */
	PLAN_SETFL,      /* fcntl(F_SETFL, … | O_NONBLOCK), likewise */
	PLAN_SETSOCKOPT, /* setsockopt(level, name, value) */
	PLAN_BIND,       /* bind(the request's address) */
	PLAN_LISTEN      /* listen(backlog) */
};

struct plan_step {
	enum plan_call call;
	union {
		int descriptor; /* PLAN_CLOSE */
		struct {
			int family, type, protocol;
		} socket; /* PLAN_SOCKET */
		struct {
			enum bindchain_option asked;
			struct backend_option option;
		} setsockopt;   /* PLAN_SETSOCKOPT */
		int backlog;    /* PLAN_LISTEN */
	} is;
};

/* close, socket, fcntl twice, bind, listen, and every option */
#define PLAN_STEPS_MAX (6 + BACKEND_CALLS_MAX * BINDCHAIN_OPTIONS)

struct plan {
	const struct bindchain_request *request;
	size_t count;
	struct plan_step steps[PLAN_STEPS_MAX];
	/* Preferred options that this system lacks; a set of 1u << option. */
	unsigned passed_over;
};

/*
 * Makes the plan for REQUEST, which must have its address and outlive the plan.
 * Returns 0, or -1 with FAILURE (BINDCHAIN_UNSUPPORTED) when a required option
 * does not exist here: that is known before any socket is opened.
 */
int plan_make(struct plan *, const struct bindchain_request *, struct bindchain_failure *);

#endif
