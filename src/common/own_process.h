/* SPDX-License-Identifier: ISC */
/* What an operating system says of this process.  Each system implements all of it. */
#ifndef BINDCHAIN_OWN_PROCESS_H
#define BINDCHAIN_OWN_PROCESS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Whether this process was started set-user-ID or set-group-ID; file capabilities do
 * not count. */
bool backend_is_set_id(void);

/* Whether an executable can have a privilege without being set-user-ID. */
extern const bool backend_has_file_capabilities;

/* Whether this process may change a file's owner and group.  Linux: with CAP_CHOWN;
 * FreeBSD and macOS: as root. */
bool backend_may_chown(void);

/*
 * Why CALL, of "setgroups", "initgroups", "setgid" and "setuid", failed with ERROR in this
 * process; NULL if that is unknown.
 */
const char *backend_ids_refused(const char *call, int error);

/* The path of the running executable.  Returns false if that is unknown. */
bool backend_own_path(char path[PATH_MAX]);

/* fstat(2) of the running executable.  Returns false if that is unknown. */
bool backend_own_executable(struct stat *);

/*
 * The value of LISTEN_PIDFDID for this process.  Returns false if the system has no such
 * number.
 */
bool backend_process_identity(uint64_t *);

/* No descriptor above this one is open. */
int backend_highest_descriptor(void);

/*
 * The sockets of this launchd job under NAME: launch_activate_socket(3) of macOS.  The
 * caller frees the array and owns the descriptors.  Returns 0 or an error number: ESRCH
 * if this process is not a job of launchd, ENOENT if the job has no such name, ENOTSUP
 * if there is no launchd.
 */
int backend_launchd_sockets(const char *name, int **descriptors, size_t *count);

/*
 * Duplicates of the sockets of process PID that are for clients: those that listen, and
 * bound ones for datagrams without a peer, in the order of their numbers there.  They are
 * close-on-exec.  The caller frees the array, NULL if there are none, and owns the
 * descriptors.  Returns 0 or an error number: ESRCH if there is no such process, EPERM
 * or EACCES without the right to trace it, ETIMEDOUT if it lets this process wait, ENOSYS if
 * the kernel is too old, ENOTSUP if the system has no such call.  Linux: as a search of
 * observe.h, by a child process that is killed after a second without progress.
 */
int backend_process_sockets(pid_t pid, int **descriptors, size_t *count);

#endif
