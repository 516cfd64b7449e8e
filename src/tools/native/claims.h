/* SPDX-License-Identifier: ISC */
/*
 * The setting `inherit` of a listener: it takes a socket that this process has inherited
 * under LISTEN_FDS, if there is one for it.
 *
 * That is the one with its name and address, or else the only one with its name, or else one
 * of its kind and address.  A socket that no listener takes stays in front of the others.
 */
#ifndef BINDCHAIN_CLAIMS_H
#define BINDCHAIN_CLAIMS_H

#include "command.h"
#include "inherited.h"
#include "listener.h"
#include "outcome.h"

struct inherited_socket {
	int descriptor;
	const char *name; /* in LISTEN_FDNAMES, or NULL */
	bool is_socket;   /* and not another kind of file, without OUTCOME */
	bool is_fifo;     /* of the OUTCOME there are the flags */
	bool read_only;   /* of a FIFO: it is not open for writing too */
	struct outcome outcome;
	int listener;     /* the index of the one that takes it, or -1 */
};

struct claims {
	int count;                       /* of the inherited sockets */
	struct inherited_socket *sockets; /* in their order */
	int taken;                       /* how many of them listeners take */
	char *kept_names;                /* of the others, as LISTEN_FDNAMES; NULL: all are taken */
	bool is_for_other;               /* LISTEN_FDS is for another process */
	const struct listener *listeners;
};

/*
 * Reads the inherited sockets, chooses those that LISTENERS take, and compares their kinds:
 * opens and moves nothing.  Returns NULL if no listener has the setting; does not return if
 * there is an error.
 */
struct claims *claims_make(const struct invocation *, const struct listener *listeners,
    int count);

/* The socket that listener INDEX takes; NULL: it opens its own.  CLAIMS may be NULL. */
const struct inherited_socket *claims_find(const struct claims *, int index);

/* Has listener INDEX the setting?  CLAIMS may be NULL. */
bool claims_wants(const struct claims *, int index);

/* Is DESCRIPTOR an inherited socket that moves, or has its place already?  CLAIMS may be
 * NULL. */
bool claims_moves(const struct claims *, int descriptor);

/*
 * Moves the inherited sockets out of the way of the handover, and places those that no
 * listener takes, so that placing one closes no other.  Before any socket is opened.
 */
void claims_move(const struct invocation *, struct claims *);

/* Is the address of the socket the requested one, where port 0 is any port?  That of a netlink
 * socket is its protocol and groups: no where the kernel does not report them. */
bool claims_has_address(const struct inherited_socket *, const struct request *);

/* Is the path that of the FIFO? */
bool claims_has_path(const struct inherited_socket *, const char *path);

/* Calls ADD with a sentence for each setting of REQUEST that its inherited socket does not
 * have. */
void claims_compare(const struct listener *, const struct inherited_socket *,
    const struct request *, void (*add)(void *context, const struct text *), void *context);

/* Adds `inherited descriptor 3 "web"`. */
void text_add_inherited(struct text *, const struct inherited_socket *);

#endif
