/* SPDX-License-Identifier: ISC */
/*
 * The part of the first seam that is about paths: what stands at a name of a
 * directory, by descriptors where the system has them.  Each of src/linux,
 * src/freebsd and src/darwin implements all of it (paths.c); src/bsd has what
 * two of them share.
 */
#ifndef BINDCHAIN_PATH_ENTRY_H
#define BINDCHAIN_PATH_ENTRY_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

/*
 * How a directory is opened for the calls that end in "at": as a place to search
 * alone where the system can, so that w and x on it are enough.
 */
extern const int path_directory_flags;

/* What stood at a name when it was looked up. */
struct path_entry {
	int directory;
	const char *name;
	/* A descriptor of the object itself, which opens nothing of it and keeps its
	 * inode number from being used again; -1: this system has none. */
	int object;
	struct stat status;
};

/*
 * Looks up ENTRY's name in its directory, following no link.  Returns 0, or -1
 * with errno of path_calls.find.
 */
int path_entry_find(struct path_entry *);

/*
 * Is ENTRY, which is at PATH, what the Unix socket DESCRIPTOR, open and bound no earlier than
 * SINCE, is bound to?
 *
 * Linux: the kernel says so of the socket (SIOCUNIXFILE, else NETLINK_SOCK_DIAG);
 * where it does not, and on the others, whose kernels tell nothing: the entry is
 * a socket of ours with one name and an owner, and no older than that.  Returns 1,
 * 0 when it is not, or -1 with errno and CALL when it cannot be known.
 */
int path_entry_is_bound(const struct path_entry *, const char *path, int descriptor,
    const struct timespec *since, const char **call);

/* Now, as the times of files have it. */
void path_clock(struct timespec *);

/* Both change the object, where there is a descriptor of it.  Return 0, or -1
 * with errno. */
int path_entry_chown(const struct path_entry *, uid_t, gid_t);
int path_entry_chmod(const struct path_entry *, mode_t);

/*
 * Has the socket at ENTRY an owner?  Neither takes part in connections of the
 * owner's nor changes it.  PATH is the entry's, for systems without descriptors;
 * NULL: it is too long for an address.  Returns 0 when it has one, ECONNREFUSED
 * when nobody has it, which stays so, or what a call said, whose name is left in
 * CALL.
 */
int path_entry_ask_owner(const struct path_entry *, const char *path, const char **call);

/* Makes a FIFO at PATH, whose directory is open as DIRECTORY.  Returns 0, or -1 with
 * errno. */
int path_make_fifo(int directory, const char *path, mode_t);

/*
 * Opens the FIFO at ENTRY with FLAGS of open(2), and nothing else that may have
 * been put there meanwhile.  Returns the descriptor, or -1 with errno.
 */
int path_entry_open_fifo(const struct path_entry *, int flags);

/*
 * Removes ENTRY's name if it still is that object's: one call, funlinkat(2) of
 * FreeBSD.  Returns 0, or -1 with errno: EDEADLK or ENOENT when it is not, ENOTSUP
 * where the system has no such call.
 */
int path_entry_unlink(const struct path_entry *);

/*
 * Renames and replaces nothing.  Returns 0, or -1 with errno: EEXIST when the new
 * name is taken, ENOTSUP where the system has no such call.
 */
int path_rename_exclusive(int from_directory, const char *from, int to_directory,
    const char *to);

/*
 * Exchanges two names.  Returns 0, or -1 with errno: ENOENT when one of them is not
 * there, ENOTSUP where the system or the file system cannot.
 */
int path_exchange(int from_directory, const char *from, int to_directory, const char *to);

/* Does a path have, from birth, the mode that fchmod(2) gave to the socket before
 * bind(2), less the umask?  Elsewhere umask(2) alone bears on it. */
extern const bool path_mode_is_of_socket;

/* The calls by which it is done here, as the plan tells them. */
extern const struct path_calls {
	const char *directory_flags; /* "O_PATH|O_DIRECTORY|O_CLOEXEC" */
	const char *find;   /* "openat" */
	const char *make_fifo;
	const char *prove;  /* how it is known to be ours: half a sentence */
	bool tells_bound;   /* the kernel tells what a socket is bound to */
	const char *chown;
	const char *chmod;
	const char *unlink; /* what takes away a socket that nobody has */
	bool unlink_is_exact; /* without a directory beside it to do it in */
} path_calls;

#endif
