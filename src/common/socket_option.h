/* SPDX-License-Identifier: ISC */
/* The table of socket options: one row an option, shared by all that speaks of
 * them. */
#ifndef BINDCHAIN_SOCKET_OPTION_H
#define BINDCHAIN_SOCKET_OPTION_H

#include "request.h"

enum option_value {
	OPTION_FLAG,     /* 0 or 1 */
	OPTION_NUMBER,   /* the row's least to its greatest */
	OPTION_WORD,     /* the index of one of the row's words */
	OPTION_INTERFACE, /* the index of an interface, whose name is the request's device */
	OPTION_TEXT       /* 1, and the text is the request's congestion */
};

/* A text with its null byte: TCP_CA_NAME_MAX of Linux and FreeBSD. */
#define OPTION_TEXT_SIZE 16

/* Which sockets an option is refused for on every system: kernels accept many without
 * effect, and some in some versions only. */
enum option_sockets {
	OPTION_OF_ANY, /* each system's table says which */
	OPTION_OF_PORTS,
	OPTION_OF_TCP,
	OPTION_OF_UDP
};

struct option_row {
	char name[20];    /* "reuse-address", in reports and on command lines */
	char meaning[72]; /* half a sentence */
	enum option_value value;
	enum option_sockets sockets;
	bool is_detail; /* text has it only if it differs from that of a new socket */
	bool of_connections; /* it can be set on accepted connections too */
	bool is_mask; /* of OPTION_NUMBER: 32 bits, any int; in texts hexadecimal */
	int least, greatest; /* of OPTION_NUMBER; a greatest of 0 is INT_MAX */
	char words[6][8]; /* of OPTION_WORD, "" at the end */
};

/* "TCP", "Unix stream", …: a kind in messages and reports. */
const char *kind_text(enum bindchain_kind);

extern const struct option_row option_table[BINDCHAIN_OPTIONS];

/* The greatest value of an option: 1 of a flag. */
int option_greatest(enum bindchain_option);

/* An option's value where it is no number: "on", "off", "data". */
const char *option_value_word(enum bindchain_option, int value);

#endif
