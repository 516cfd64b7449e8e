/* SPDX-License-Identifier: ISC */
/* Paths: what FreeBSD and Darwin share. */
#ifndef BINDCHAIN_BSD_PATHS_H
#define BINDCHAIN_BSD_PATHS_H

#include <fcntl.h>

/* path_directory_flags, in words. */
#ifdef O_SEARCH
#define BSD_DIRECTORY_FLAGS "O_SEARCH|O_DIRECTORY|O_CLOEXEC"
#else
#define BSD_DIRECTORY_FLAGS "O_RDONLY|O_DIRECTORY|O_CLOEXEC"
#endif

/* What connecting a datagram socket to a path said, as path_entry_ask_owner() has
 * it. */
int bsd_owner_answer(int error);

#endif
