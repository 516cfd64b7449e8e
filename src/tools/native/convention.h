/* SPDX-License-Identifier: ISC */
/* The conventions by which the native commands pass sockets: --as=HOW. */
#ifndef BINDCHAIN_CONVENTION_H
#define BINDCHAIN_CONVENTION_H

#include "command.h"

struct convention {
	unsigned variables;  /* an or of enum handover_convention */
	int descriptor;      /* of the first socket */
	bool takes_standard_input; /* --as=stdin */
};

/* Reads HOW (NULL: systemd) for COUNT sockets. */
struct convention convention_read(const struct invocation *, const char *how, int count);

/* Checks the last target against RLIMIT_NOFILE. */
void convention_check_limit(const struct invocation *);

/* Is it "max", or the number that systemd.socket(5) has for no limit, 4294967295? */
bool convention_is_maximum_backlog(const char *);

/* Reads a descriptor's number; or says that TEXT is none. */
int convention_read_descriptor(const struct invocation *, const char *text);
_Noreturn void convention_refuse_descriptor(const struct invocation *, const char *text);

#endif
