/* SPDX-License-Identifier: ISC */
/*
 * Removing the name of one object, and of no other that replaces it meanwhile.
 *
 * FreeBSD has a call for that.  Elsewhere the name is moved into a private directory
 * next to it, ".NAME.bindchain", checked again there, and removed or moved back.
 * The directory is locked with flock(2), so that only one start at a time removes;
 * other users cannot open it and thus not hold the lock, and a killed process drops
 * it.  It is removed afterwards, or by the next start.  If another user has taken
 * that name, or locking fails, another name is used, and the second check alone
 * decides.
 */
#ifndef BINDCHAIN_PATH_REMOVAL_H
#define BINDCHAIN_PATH_REMOVAL_H

#include "path_place.h"

/*
 * Removes PLACE's name if it refers to ENTRY's object, and, with ABANDONED, only if
 * that is a stale socket.  Returns 0 if the name no longer refers to the object,
 * removed or not, or -1 with errno and the CALL that failed: EADDRINUSE and no CALL if
 * the socket is in use.
 */
int path_remove(const struct path_place *, const struct path_entry *, bool abandoned,
    const char **call);

/* Removes what a killed start left next to PLACE.  A FIFO may belong to USER already. */
void path_sweep(const struct path_place *, uid_t user);

/* The name of what is moved to the private directory, or made in it. */
#define PATH_PRIVATE_ENTRY ".bindchain"

/* The size of the private directory's name. */
#define PATH_PRIVATE_NAME_SIZE 256

/* The private directory. */
struct path_private {
	const struct path_place *place;
	int descriptor;
	char name[PATH_PRIVATE_NAME_SIZE];
};

/*
 * Makes and locks the private directory next to PLACE.  Returns 0, or -1 with errno and
 * CALL.  What a caller leaves in it is found there by the next start, unless that has
 * to use another name.
 */
int path_private_open(struct path_private *, const struct path_place *, const char **call);
/* Moves NAME from it to the place.  Returns 0, or -1 with errno: EEXIST if something is there. */
int path_private_put(const struct path_private *, const char *name);
/* Removes it, if it is empty.  Leaves errno alone. */
void path_private_close(struct path_private *);
void path_private_name(const char *name, char private_name[PATH_PRIVATE_NAME_SIZE]);

#endif
