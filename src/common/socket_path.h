/* SPDX-License-Identifier: ISC */
/*
 * Owning the path of a Unix socket: a live server's path is never taken, and
 * nothing but a socket that nobody has makes way.
 */
#ifndef BINDCHAIN_SOCKET_PATH_H
#define BINDCHAIN_SOCKET_PATH_H

#include "path_directory.h"
#include "path_link.h"
#include "path_place.h"

/*
 * Makes PLACE free for bind(2), which has said EADDRINUSE: removes a socket that
 * nobody has any more.  Returns 0 when bind(2) may try again, or -1 with errno:
 * EADDRINUSE and no CALL when the socket has an owner or is no socket at all, else
 * what CALL said.
 */
int socket_path_clear(const struct path_place *, const char **call);

/* A path that was made, to be removed should the rest fail. */
struct made_path {
	const char *path; /* borrowed; NULL: none was made */
	/* What was made for it, by its descriptor: of a socket its own inode, of
	 * others the path's. */
	bool is_socket;
	struct file_id id;
	struct timespec since; /* by path_clock(), before it was made */
	/* The object at a socket's path, once it is proven to be that of the socket.  Its owner
	 * may change later, and its inode number is not reused while the socket is open. */
	bool is_proven;
	struct file_id path_id;
	struct made_directory directory; /* that was made for it */
	struct made_link link;           /* to it, even if the path existed */
};

/* Notes what DESCRIPTOR is, for which the path was made.  Returns 0, or -1 with errno of
 * fstat(2). */
int made_path_note(struct made_path *, int descriptor);

/* Notes ENTRY, which was proven to be the path of the socket. */
void made_path_prove(struct made_path *, const struct path_entry *);

/*
 * Removes the path if it still is what was made.  A socket's has to be open still,
 * as DESCRIPTOR; where it is not (-1), its path is removed if nobody has it.  Returns
 * whether what is at PLACE was known as that.  CALL is the one that failed, with errno, or
 * NULL.
 */
bool made_path_remove(const struct made_path *, const struct path_place *, int descriptor,
    const char **call);

#endif
