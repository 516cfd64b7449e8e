/* SPDX-License-Identifier: ISC */
/* Descriptors in the options of the native commands. */
#ifndef BINDCHAIN_DESCRIPTOR_OPTION_H
#define BINDCHAIN_DESCRIPTOR_OPTION_H

#include "command.h"

/* Reads NUMBER, a part of TEXT, which is the argument of OPTION; or refuses it. */
int descriptor_option_read(const struct invocation *, const char *option, const char *text,
    const char *number);
_Noreturn void descriptor_option_refuse(const struct invocation *, const char *option,
    const char *text);

/* Refuses a descriptor that is closed or cannot be written to. */
void descriptor_option_check_writable(const struct invocation *, const char *option,
    const char *text, int descriptor);

/* Refuses a descriptor beyond RLIMIT_NOFILE. */
void descriptor_option_check_limit(const struct invocation *, long long descriptor);

/* Refuses the descriptor NOTIFY of --notify-fd, which is CLASH; INSTEAD is free. */
_Noreturn void descriptor_option_refuse_notify(const struct invocation *, int notify,
    const char *clash, int instead);

#endif
