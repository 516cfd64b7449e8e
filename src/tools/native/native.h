/* SPDX-License-Identifier: ISC */
/* Messages and exit statuses of `bindchain` and its subcommands. */
#ifndef BINDCHAIN_NATIVE_H
#define BINDCHAIN_NATIVE_H

#include "command.h"
#include "text.h"

enum native_exit {
	NATIVE_EXIT_USAGE = 100, /* also: unsupported, requirement not met */
	NATIVE_EXIT_FAILURE = 111,
	NATIVE_EXIT_NOT_EXECUTABLE = 126,
	NATIVE_EXIT_NOT_FOUND = 127
};

/* "bindchain: fatal: --OPTION=WORD: not A, B or C; did you mean B?", with the words of the
 * option in choices.c. */
_Noreturn void native_fatal_choice(const struct invocation *, const char *option,
    const char *word);

/* Reads the options of a command that takes no operands. */
void native_read_options_alone(const struct invocation *, void *chosen);

/* Refuses WORD, which is no command, or no command that OPENS a socket. */
_Noreturn void native_unknown_command(const struct invocation *, const char *word, bool opens);

/* "bindchain: fatal: CALL SUBJECT: strerror"; exits with NATIVE_EXIT_FAILURE. */
_Noreturn void native_fatal_call(const struct invocation *, const char *call, const char *subject);

/* The same with "descriptor N" as its subject. */
_Noreturn void native_fatal_descriptor(const struct invocation *, const char *call,
    int descriptor);

/* The same of an allocation for the sockets of a command line. */
_Noreturn void native_fatal_memory(const struct invocation *);
/* calloc(3) for them; never NULL. */
void *native_allocate(const struct invocation *, size_t count, size_t size);
/* strdup(3) of TEXT; never NULL. */
const char *native_copy_text(const struct invocation *, struct text *);

/* Refuses set-user-ID use. */
_Noreturn void native_refuse_set_id(void);

#endif
