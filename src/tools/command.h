/* SPDX-License-Identifier: ISC */
/*
 * Commands, among which main() chooses.  A command turns its arguments and the
 * environment into those of the next program; main() executes that.  A command without a
 * next program, or one that fails, does not return: fatal.h and print_end() have its ways out.
 */
#ifndef BINDCHAIN_COMMAND_H
#define BINDCHAIN_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "request.h"
#include "diagnosis.h"
#include "family.h"
#include "handover.h"
#include "options.h"

struct serving;
struct claims;

struct invocation {
	const struct command *command;
	char **argv;         /* arguments, without the name */
	/* The request of the command line, once prepared. */
	struct request request; /* its host is NULL until it is known */
	/* For several sockets: all of them, and `request` is the current one. */
	struct request *requests;
	int request_count; /* 0: `request` alone */
	/* Which of them get the port of the previous one; NULL: none. */
	bool *follows;
	/* For each of them, the family that its argument has no socket of; NULL: none is missing. */
	struct missing_family *left_out;
	/* The inherited sockets among which some take their places; NULL: none was asked for. */
	struct claims *claims;
	struct handover handover;
	char **next; /* the next program's argv */
	bool no_holder_search; /* do not search for the holder of an address in use */
	int waited;            /* the seconds that opening the socket was waited for, in vain */
	bool on_demand;        /* NEXT starts with the first traffic */
	bool is_explained;     /* explain reads it, whose exit statuses apply */
	/* Of a prepared command that accepts connections instead of opening sockets. */
	const struct serving *serving;
};

/* The command lines, messages and exit statuses of a project's tools. */
struct personality {
	/* The kinds of its messages: "PROG: FATAL: ...". */
	char fatal[8], warning[8];
	/* Of an error in the command line. */
	unsigned char usage_status;
	const struct dialect *dialect;
	/* Keeps the lines about a wrong option. */
	void (*refuse_option)(const struct invocation *, const struct options_result *);
	/* Adds what failed to the first line of a failure.  Returns whether it has all
	 * details; otherwise they follow as a line. */
	bool (*add_first_line)(struct text *, const struct invocation *,
	    const struct bindchain_failure *);
	int (*exit_status)(const struct bindchain_failure *);
	struct diagnosis_words words; /* its options that a diagnosis suggests */
	bool names_sections; /* its failures end with the section of bindchain-errors(7) */
};

/* Of the longest name, and its null byte. */
#define COMMAND_NAME_SIZE 32
#define COMMAND_NAME(text) FIXED_TEXT(COMMAND_NAME_SIZE, text)

struct command {
	/* Not a pointer: every start compares them all, on the same page. */
	char name[COMMAND_NAME_SIZE];
	const char *synopsis; /* after the name in usage lines */
	const char *summary;  /* one sentence */
	const struct personality *personality;
	const struct option_spec *options;
	unsigned char option_count;
	bool internal; /* known only as `bindchain NAME` */
	bool writes_chain; /* run() only writes the command line that is executed */
	enum bindchain_kind kind; /* of the socket it opens, where that is fixed */
	void (*print_more_help)(void); /* after the options, in --help; may be NULL */
	/*
	 * Commands that open a socket: reads the command line into request,
	 * handover and next, and opens nothing.  Those that accept connections and can be
	 * explained: into serving and next.
	 */
	void (*prepare)(struct invocation *);
	/* Does the command's work; command_pass_socket() does that of commands that open
	 * one.  Returns to have `next` executed. */
	void (*run)(struct invocation *);
};

/*
 * Opens the socket of REQUEST, and remembers the path that it creates.  Returns the
 * descriptor, or -1 with FAILURE and everything undone.
 */
int command_open(const struct request *, struct bindchain_failure *);

/* As request_set_path(), but a path that begins with "@" is a file, as in nosh and s6. */
int command_set_path(struct request *, const char *path, struct bindchain_failure *);

/* Requests the mode that the umask leaves for a path whose owner changes, unless a mode was
 * requested. */
void command_complete_access(struct request *);

/* Prepares, opens the socket, and passes it to the next program. */
void command_pass_socket(struct invocation *);

/* Reads the options into CHOSEN, and returns the operands. */
char **command_read_options(const struct invocation *, void *chosen);

/* Returns if the options are right. */
void command_check_options(const struct invocation *, const struct options_result *);

/* The sockets that a prepared command opens. */
int command_request_count(const struct invocation *);
const struct request *command_request(const struct invocation *, int index);
/* The family that is left out beside socket INDEX, or NULL. */
const struct missing_family *command_left_out(const struct invocation *, int index);

/* The command with the name in ARGV, or NULL: then the program cannot run in this
 * process. */
const struct command *command_named(char *const argv[]);

/* Chooses the command for ARGV, and its part of ARGV.  NAMED is the result of
 * command_named(); if it is NULL, ARGV is one of `bindchain`. */
void command_choose(struct invocation *, char **argv, const struct command *named);

/* Adds the name that its messages begin with: "fdmove", "bindchain listen". */
void command_add_name(struct text *, const struct command *);

/* The command of that name, or NULL. */
const struct command *command_find(const char *name);
/* All of them; NULL at the end. */
extern const struct command *const command_table[];

extern const struct personality nosh_personality, s6_personality, s6_server_personality,
    native_personality;
extern const struct dialect nosh_dialect, s6_dialect, native_dialect;

extern const struct command bindchain_command, listen_command, adapt_command, adopt_command,
    explain_command, inspect_command, accept_command, limits_command, queues_command,
    tcp_socket_listen_command,
    udp_socket_listen_command, local_stream_socket_listen_command,
    local_seqpacket_socket_listen_command, local_datagram_socket_listen_command,
    netlink_datagram_socket_listen_command, fifo_listen_command, fdmove_command,
    setuidgid_command, s6_tcpserver_socketbinder_command, s6_ipcserver_socketbinder_command,
    tcp_socket_accept_command, local_stream_socket_accept_command,
    local_seqpacket_socket_accept_command, s6_tcpserverd_command, s6_ipcserverd_command,
    s6_tcpserver_command, s6_ipcserver_command;

#endif
