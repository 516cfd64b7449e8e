/* SPDX-License-Identifier: ISC */
/* Looks up users and groups by name. */
#ifndef BINDCHAIN_ACCOUNTS_H
#define BINDCHAIN_ACCOUNTS_H

#include <sys/types.h>

/* Both return 0, ACCOUNT_UNKNOWN if there is no such account, or the errno of a lookup that
 * failed.  They may use a name service. */
#define ACCOUNT_UNKNOWN (-1)
int account_find_user(const char *name, uid_t *user, gid_t *group);
int account_find_group(const char *name, gid_t *group);

#endif
