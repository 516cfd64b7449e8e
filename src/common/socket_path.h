/* SPDX-License-Identifier: ISC */
/*
 * Owning the path of a Unix socket: a live server's path is never taken, and
 * nothing but a socket is ever removed.
 *
 * From the look at the path to listen(2) the parent directory is locked with
 * flock(2), so that of two starts at once one owns the path and the other finds
 * it alive.  A lock on the directory leaves no file behind, and a process that
 * dies drops it.
 */
#ifndef BINDCHAIN_SOCKET_PATH_H
#define BINDCHAIN_SOCKET_PATH_H

#include <stdbool.h>
#include <sys/types.h>

/* A path that was made, to be removed should the rest fail. */
struct socket_path {
	const char *path; /* borrowed; NULL: none was made */
	dev_t device;
	ino_t inode;
};

/*
 * Opens and locks the directory that PATH is in.  Returns the descriptor
 * (close-on-exec), which holds the lock until it is closed, or -1 with errno.
 */
int socket_path_lock(const char *path);

/*
 * Makes PATH free for bind(2): removes a socket that nobody has any more.  To
 * be called under the lock.  Returns 0, or -1 with errno: EADDRINUSE when the
 * socket has an owner or is no socket at all; what connect(2) said when it
 * cannot be known.
 */
int socket_path_clear(const char *path);

/* Notes what stands at PATH now.  Returns 0, or -1 with errno. */
int socket_path_note(struct socket_path *, const char *path);

/* The same of what this process has made just now: what cannot be noted is removed. */
int socket_path_note_made(struct socket_path *, const char *path);

/*
 * Removes the path if it is still the one noted, under a lock of its own unless
 * LOCKED.
 */
void socket_path_remove(const struct socket_path *, bool locked);

#endif
