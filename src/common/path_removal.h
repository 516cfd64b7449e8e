/* SPDX-License-Identifier: ISC */
/*
 * Removing a name of the one object that was meant, and of nothing that is put
 * there meanwhile.
 *
 * FreeBSD has a call for that.  Elsewhere the name is moved into a directory of
 * our own beside it, ".NAME.bindchain", where nobody else can get at it, is looked
 * at again, and is removed there or put back.  That directory is locked with
 * flock(2), so that of our own starts one at a time removes; strangers cannot open
 * it and so cannot hold the lock, and whoever dies drops it.  It is gone
 * afterwards, or when the next start has come by.  Where a stranger has the name,
 * or the lock cannot be had, another name is taken, and the second look alone
 * decides.
 */
#ifndef BINDCHAIN_PATH_REMOVAL_H
#define BINDCHAIN_PATH_REMOVAL_H

#include "path_place.h"

/*
 * Removes PLACE's name if it is ENTRY's object, and, with ABANDONED, only if that
 * is a socket that nobody has.  Returns 0 when that name leads to the object no
 * more, removed or not, or -1 with errno and CALL that failed: EADDRINUSE and no
 * CALL when somebody has the socket.
 */
int path_remove(const struct path_place *, const struct path_entry *, bool abandoned,
    const char **call);

/* Removes what a start that was killed left beside PLACE.  A FIFO may be of USER by now. */
void path_sweep(const struct path_place *, uid_t user);

/* The name of the directory beside NAME. */
#define PATH_PRIVATE_NAME_SIZE 256

/* That directory. */
struct path_private {
	const struct path_place *place;
	int descriptor;
	char name[PATH_PRIVATE_NAME_SIZE];
};

/*
 * Makes and locks the directory beside PLACE.  Returns 0, or -1 with errno and CALL.
 * Whoever leaves something in it finds that there the next time, mostly.
 */
int path_private_open(struct path_private *, const struct path_place *, const char **call);
/* Removes it, if it is empty.  Leaves errno alone. */
void path_private_close(struct path_private *);
void path_private_name(const char *name, char private_name[PATH_PRIVATE_NAME_SIZE]);

#endif
