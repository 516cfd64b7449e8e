/* SPDX-License-Identifier: ISC */
/*
 * A listener on the command line of `bindchain listen`:
 * ADDRESS[,SETTING[=VALUE]]...  A comma or backslash in a word is preceded by a
 * backslash.
 */
#ifndef BINDCHAIN_LISTENER_H
#define BINDCHAIN_LISTENER_H

#include <stdbool.h>
#include <string.h>

#include "family.h"
#include "request.h"
#include "nearest_word.h"
#include "options.h"

struct listener {
	struct request request;
	const char *name;      /* in LISTEN_FDNAMES; NULL: none */
	bool check_interfaces;
	bool dual;             /* one socket for IPv4 and IPv6 */
	bool prefer_both;      /* leave out a family that is missing */
	bool all;              /* a socket for every address of the name */
	int count;             /* of the sockets on each address; 0: one */
	bool inherit;          /* take the inherited socket of its name or address, if any */
	bool has_backlog;      /* the backlog was requested: it is not the default */
	/* A later one of the sockets of one address on the command line: with port 0 it gets the
	 * port of the previous listener. */
	bool follows;
	/* Of the first socket of an argument. */
	struct missing_family left_out;
};

/* An error in a word of the command line. */
struct listener_problem {
	const char *text;    /* static, or the range */
	char range[64];      /* "not 1 to 255: ", "not off, us or ns: " */
	const char *word;    /* the part at fault, or NULL */
	char right[NEAREST_WORD_MAX + 1]; /* the right word that it resembles, or empty */
	const char *setting; /* the setting at fault, in the text; NULL: the address is */
	bool may_come;       /* no error with `wait` */
	bool in_value;       /* the error is in its value: the message names the setting too */
	const char *call;    /* that failed for the word, with ERROR; NULL: the word is wrong */
	int error;
};

/* The listeners of a command line, in its order. */
struct listener_list {
	struct listener *all; /* allocated */
	int count;
	struct listener current; /* while it is read, and after a failure the one that failed */
};

/*
 * Reads TEXT and adds the listeners that it makes to LIST: one; for ":PORT" one for each
 * family; for a name with `all` one for each of its addresses; with `count` so many of each.
 * Returns false with PROBLEM if TEXT is malformed or memory is exhausted, or with FAILURE (its
 * operation set) if a name does not resolve or both families are missing.  TEXT is split in
 * place, and must outlive the listeners.
 */
bool listener_read(struct listener_list *, enum bindchain_kind, char *text,
    struct listener_problem *, struct bindchain_failure *);

/* The kind of listener that SPEC, an option of `bindchain listen`, opens; NULL: none. */
const enum bindchain_kind *listener_kind_of_option(const struct option_spec *);

/* ---- for its parts ---- */

/* Fills PROBLEM with the TEXT, and the WORD at fault or NULL.  Returns false. */
static inline bool
listener_wrong(struct listener_problem *problem, const char *text, const char *word)
{
	memset(problem, 0, sizeof *problem);
	problem->text = text;
	problem->word = word;
	return false;
}

/* Adds copies of the listener, as many as it asks for; the family that is left out is told
 * once.  Returns false with PROBLEM if memory is exhausted. */
bool listener_add(struct listener_list *, const struct listener *, struct listener_problem *);

#endif
