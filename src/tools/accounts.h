/* SPDX-License-Identifier: ISC */
/* Users and groups by name, told apart from accounts that cannot be read. */
#ifndef BINDCHAIN_ACCOUNTS_H
#define BINDCHAIN_ACCOUNTS_H

#include <sys/types.h>

/* Both return 0, or an errno: ACCOUNT_UNKNOWN where there is no such account, and
 * otherwise why that cannot be known.  They may ask a name service. */
#define ACCOUNT_UNKNOWN (-1)
int account_find_user(const char *name, uid_t *user, gid_t *group);
int account_find_group(const char *name, gid_t *group);

#endif
