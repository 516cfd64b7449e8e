/* SPDX-License-Identifier: ISC */
/* The conventions by which the native commands pass sockets: --as, --env and --words. */
#ifndef BINDCHAIN_CONVENTION_H
#define BINDCHAIN_CONVENTION_H

#include "command.h"

/* The options, as they were given. */
#define CONVENTION_VARIABLES_MAX 16 /* of --env */
struct convention_options {
	const char *as, *separator;
	const char *variables[CONVENTION_VARIABLES_MAX + 1]; /* the last: too many */
	bool words, no_listen_pid;
};

/* Their rows in a table of options; TYPE has them as its member convention. */
#define CONVENTION_OPTIONS(type) \
	OPTION(0, "as", "HOW", "pass them as systemd (the default), stdin, fd:N, ...", \
	    offsetof(type, convention.as), true), \
	OPTION_REPEATED("env", "NAME=FORMAT", \
	    "set this variable to {fd}, {address}, ... of the sockets", \
	    offsetof(type, convention.variables), CONVENTION_VARIABLES_MAX + 1), \
	OPTION(0, "env-separator", "TEXT", \
	    "between the sockets in these variables (default: a comma)", \
	    offsetof(type, convention.separator), true), \
	OPTION(0, "words", "", "replace {NAME} in NEXT's arguments by the socket's descriptor", \
	    offsetof(type, convention.words), true), \
	OPTION(0, "no-listen-pid", "", "leave LISTEN_PID unset, for a program that forks first", \
	    offsetof(type, convention.no_listen_pid), true)

struct convention {
	unsigned variables;  /* an or of enum handover_convention */
	int descriptor;      /* of the first socket */
	bool takes_standard_input; /* --as=stdin */
	const struct socket_variable *told; /* allocated */
	int told_count;
};

/* Reads the options for COUNT sockets. */
struct convention convention_read(const struct invocation *, const struct convention_options *,
    int count);

/* Refuses an address that a variable of the convention could not tell. */
void convention_check_address(const struct invocation *, const struct convention *,
    const struct address *);

/* The same of a path of which the kernel tells the last component only. */
void convention_check_path(const struct invocation *, const struct convention *,
    const struct request *);

/* What follows from the options once the handover is planned: the words of NEXT. */
void convention_complete(struct invocation *, const struct convention *,
    const struct convention_options *);

/* Sets the variables that tell of the sockets, which are open and in their places. */
void convention_tell(const struct invocation *);

/* Refuses WORD, which is no convention of --from. */
_Noreturn void convention_refuse_source(const struct invocation *, const char *word);

/* Checks the last target against RLIMIT_NOFILE. */
void convention_check_limit(const struct invocation *);

/* Is it "max", or the number that systemd.socket(5) has for no limit, 4294967295? */
bool convention_is_maximum_backlog(const char *);

/* Prints the names of the conventions, after the options of --help. */
void convention_print_names(void);

#endif
