/* SPDX-License-Identifier: ISC */
/* The sections of bindchain-errors(7), which the messages of frequent failures name. */
#ifndef BINDCHAIN_ERROR_SECTION_H
#define BINDCHAIN_ERROR_SECTION_H

#include "command.h"
#include "findings.h"

enum error_section {
	ERROR_SECTION_NONE,
	ERROR_ADDRESS_IN_USE,
	ERROR_WILDCARD_IN_USE,
	ERROR_CONNECTIONS_REMAIN,
	ERROR_ADDRESS_NOT_AVAILABLE,
	ERROR_ADDRESS_FAMILY_MISSING,
	ERROR_NO_SUCH_INTERFACE,
	ERROR_NAME_NOT_RESOLVED,
	ERROR_PERMISSION_DENIED,
	ERROR_OPTION_NOT_PERMITTED,
	ERROR_PATH_EXISTS,
	ERROR_PATH_TOO_LONG,
	ERROR_PATH_NOT_ACCESSIBLE,
	ERROR_REQUIREMENT_NOT_MET,
	ERROR_TOO_MANY_OPEN_FILES,
	ERROR_LISTEN_FDS_WRONG,
	ERROR_LISTEN_PID_DIFFERS,
	ERROR_CANNOT_ADOPT,
	ERROR_PROGRAM_NOT_FOUND,
	ERROR_NOT_SUPPORTED,
	ERROR_SECTIONS
};

/* That of a failure; REQUEST is NULL if the failure concerns no socket.  The holder is that of
 * an address in use. */
enum error_section error_section_of(const struct bindchain_failure *, const struct request *,
    enum address_holder);

/* As in the page; "" for ERROR_SECTION_NONE. */
const char *error_section_name(enum error_section);

/* Keeps the last line of a failure, "see bindchain-errors(7), SECTION", unless there is no
 * section or the personality is another project's. */
void error_section_keep(const struct invocation *, enum error_section);

#endif
