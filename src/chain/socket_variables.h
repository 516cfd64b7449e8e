/* SPDX-License-Identifier: ISC */
/*
 * Variables that tell a program of its sockets in other words than LISTEN_FDS: a name and
 * a format each.  A convention of other programs is a row of them, by which the variables
 * are both written and read.
 *
 * A format is text with these in braces: fd, address ("127.0.0.1:80" or a path), host,
 * port, url ("tcp://127.0.0.1:80", "unix:///run/web"), name, index (from 0 on), count and
 * pid; "{{" and "}}" are braces.  One without any word of a single socket is written once.
 */
#ifndef BINDCHAIN_SOCKET_VARIABLES_H
#define BINDCHAIN_SOCKET_VARIABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "address.h"

/* A socket as formats tell of it. */
struct socket_facts {
	int descriptor, index, count;
	const char *name; /* may be NULL: "unknown" */
	bool datagram;
	const struct address *address;
};

struct socket_variable {
	const char *name;      /* "#" in it stands for the index: a variable for each socket */
	const char *format;
	const char *separator; /* between two sockets */
	bool own_name;         /* "#" in NAME is itself */
};

/* Of the longest convention. */
#define SOCKET_VARIABLES_MAX 3

/* Text in the rows, not pointers, which would be relocated at every start. */
struct socket_convention {
	char name[16];
	struct {
		char name[20], format[24], separator[2];
	} variables[SOCKET_VARIABLES_MAX];
};

/* All of them; one without a name ends the table. */
extern const struct socket_convention socket_conventions[];

/* The convention of that name, of LENGTH characters, or NULL. */
const struct socket_convention *socket_convention_find(const char *name, size_t length);

/* Fills in the variables of a convention, and returns how many it has. */
int socket_convention_variables(const struct socket_convention *,
    struct socket_variable[SOCKET_VARIABLES_MAX]);

/* The place of a format's first error; NULL if it has none. */
const char *socket_format_error(const char *format);

/* Has the format no word in braces? */
bool socket_format_tells_nothing(const char *format);

/* Whether its format has a part of the address, which must be of TCP, UDP or a path. */
bool socket_variable_tells_address(const struct socket_variable *);

/* The first word of its format that is a part of an internet address, "{host}" or "{port}", or
 * NULL. */
const char *socket_variable_part(const struct socket_variable *);

/* What of an address the value cannot tell: the character that would end it for the reader
 * of VARIABLE; '\0' if it can. */
char socket_variable_ambiguous(const struct socket_variable *, const struct address *);

/*
 * The values: of one variable, or of those whose name has an index, the one of SOCKETS[0].
 * Allocated; NULL with errno ENOMEM.
 */
char *socket_variable_value(const struct socket_variable *, const struct socket_facts *sockets,
    int count);

/*
 * Sets the variable, or one for each socket, in this process's environment.  Returns 0, or
 * -1 with errno ENOMEM.
 */
int socket_variable_set(const struct socket_variable *, const struct socket_facts *sockets,
    int count);

/* Removes the variables of a convention by calls of REMOVE: environment_remove(), or
 * unsetenv(3) in a process that is not ours.  Returns 0, or -1 with errno of that. */
int socket_convention_remove(const struct socket_convention *, int (*remove)(const char *name));

enum socket_reading {
	SOCKET_READING_WELL,
	SOCKET_READING_UNSET,
	SOCKET_READING_MALFORMED,
	SOCKET_READING_TWICE, /* a descriptor appears twice */
	/* One variable has a number or descriptors that another does not have, or an index after a
	 * gap. */
	SOCKET_READING_CONTRADICTORY,
	SOCKET_READING_NO_MEMORY
};

/* Of the longest name in the table, with an index. */
#define SOCKET_VARIABLE_NAME_SIZE 32

/* What a convention's variables say: descriptors, in their order. */
struct socket_reading_result {
	int count;
	int *descriptors;  /* allocated */
	char variable[SOCKET_VARIABLE_NAME_SIZE]; /* that was read, or is missing */
	const char *value; /* its value, or NULL */
};

/* Reads the environment; without SOCKET_READING_WELL nothing is allocated. */
enum socket_reading socket_convention_read(const struct socket_convention *,
    struct socket_reading_result *);

#endif
