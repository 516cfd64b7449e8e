/* SPDX-License-Identifier: ISC */
/*
 * The part of the interface to an operating system for paths: the object at a name in a
 * directory, by descriptors if the system has them.  src/linux, src/freebsd and
 * src/darwin each implement all of it (paths.c); src/bsd has the common part of the
 * latter two.
 */
#ifndef BINDCHAIN_PATH_ENTRY_H
#define BINDCHAIN_PATH_ENTRY_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

/*
 * The flags of open(2) for a directory of openat(2) and the like: for search only if the
 * system has that, so that w and x permission suffice.
 */
extern const int path_directory_flags;

/* The object at a name when it was looked up. */
struct path_entry {
	int directory;
	const char *name;
	/* A descriptor of the object, which does not open it for reading or writing and
	 * prevents the reuse of its inode number; -1: this system has none. */
	int object;
	struct stat status;
};

/*
 * Looks up ENTRY's name in its directory without following a link.  Returns 0, or -1
 * with errno of path_calls.find.
 */
int path_entry_find(struct path_entry *);

/*
 * Whether the Unix socket DESCRIPTOR, bound not before SINCE, is bound to ENTRY, which is
 * at PATH.
 *
 * Linux: the kernel reports it (SIOCUNIXFILE, else NETLINK_SOCK_DIAG).  If it does not,
 * and on the other systems, whose kernels have no such call: the entry is a socket of this
 * user with one link, has an owner, and is not older than SINCE.  Returns 1, 0 if it is
 * not, or -1 with errno and CALL if that cannot be determined.
 */
int path_entry_is_bound(const struct path_entry *, const char *path, int descriptor,
    const struct timespec *since, const char **call);

/* The current time, on the clock of file timestamps. */
void path_clock(struct timespec *);

/* Both change the object if there is a descriptor of it.  Return 0, or -1 with errno. */
int path_entry_chown(const struct path_entry *, uid_t, gid_t);
int path_entry_chmod(const struct path_entry *, mode_t);

/*
 * Whether a process has the socket at ENTRY open, without connecting to it or changing
 * it.  PATH is that of the entry, for systems without descriptors; NULL: it is too long
 * for an address.  Returns 0 if a process has it, ECONNREFUSED if none has, which cannot
 * change, or the errno of a failed call, whose name is stored in CALL.
 */
int path_entry_ask_owner(const struct path_entry *, const char *path, const char **call);

/* Creates a FIFO at PATH, whose directory is open as DIRECTORY.  Returns 0, or -1 with
 * errno. */
int path_make_fifo(int directory, const char *path, mode_t);

/*
 * Opens the FIFO at ENTRY with FLAGS of open(2), and no object that has replaced it.
 * Returns the descriptor, or -1 with errno.
 */
int path_entry_open_fifo(const struct path_entry *, int flags);

/*
 * Removes ENTRY's name if it still refers to that object, by one call: funlinkat(2) of
 * FreeBSD.  Returns 0, or -1 with errno: EDEADLK or ENOENT if it does not, ENOTSUP if the
 * system has no such call.
 */
int path_entry_unlink(const struct path_entry *);

/*
 * Renames without replacing.  Returns 0, or -1 with errno: EEXIST if the new name exists,
 * ENOTSUP if the system has no such call.
 */
int path_rename_exclusive(int from_directory, const char *from, int to_directory,
    const char *to);

/*
 * Exchanges two names.  Returns 0, or -1 with errno: ENOENT if one of them does not exist,
 * ENOTSUP if the system or the file system cannot exchange names.
 */
int path_exchange(int from_directory, const char *from, int to_directory, const char *to);

/* Whether bind(2) creates the path with the mode that fchmod(2) gave to the socket, less
 * the umask; on other systems the umask alone determines the mode. */
extern const bool path_mode_is_of_socket;

struct address;

/* The calls of this system, for the plan. */
extern const struct path_calls {
	const char *directory_flags; /* "O_PATH|O_DIRECTORY|O_CLOEXEC" */
	const char *find;   /* "openat" */
	bool find_opens;    /* a descriptor of the object */
	const char *make_fifo;
	const char *prove;  /* how the object is proven to be ours: half a sentence */
	bool tells_bound;   /* the kernel reports the object to which a socket is bound */
	const char *chown;
	const char *chmod;
	const char *unlink; /* removes a socket that no process has open */
	bool unlink_is_exact; /* removes by object, without a private directory */
	/* Binds a socket to the NAME in an open directory, however long the path is; then
	 * getsockname(2) and peers see the name.  Returns 0, or -1 with errno and, if that is not
	 * of bind(2), the CALL.  NULL: this system has no such call. */
	int (*bind_name)(int descriptor, int directory, const struct address *name,
	    const char **call);
	const char *bind; /* what it is */
	/* The path of a bound socket.  False if the kernel does not tell it to this process; NULL:
	 * it never does. */
	bool (*bound_path)(int descriptor, char path[PATH_MAX]);
} path_calls;

#endif
