/* SPDX-License-Identifier: ISC */
/* Rows of src/adopt/calls.h that only Linux has. */
CALL(int, epoll_ctl, (int queue, int operation, int descriptor, struct epoll_event *event),
    (queue, operation, descriptor, event))
CALL(int, dup3, (int from, int to, int flags), (from, to, flags))
CALL(int, close_range, (unsigned first, unsigned last, int flags), (first, last, flags))
ACTION(closefrom, (int first), (first))
CALL(int, posix_spawn_file_actions_addclosefrom_np,
    (posix_spawn_file_actions_t * actions, int first), (actions, first))
CALL(long, syscall, (long number, long a, long b, long c, long d, long e, long f),
    (number, a, b, c, d, e, f))
CALL(int, fexecve, (int descriptor, char *const *arguments, char *const *environment),
    (descriptor, arguments, environment))
CALL(int, execveat,
    (int directory, const char *path, char *const *arguments, char *const *environment, int flags),
    (directory, path, arguments, environment, flags))
CALL(int, execvpe, (const char *name, char *const *arguments, char *const *environment),
    (name, arguments, environment))
