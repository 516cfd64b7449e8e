/* SPDX-License-Identifier: ISC */
/* Rows of src/adopt/calls.h that only FreeBSD has. */
CALL(int, kevent,
    (int queue, const struct kevent *changes, int change_count, struct kevent *events,
        int event_count, const struct timespec *timeout),
    (queue, changes, change_count, events, event_count, timeout))
CALL(int, dup3, (int from, int to, int flags), (from, to, flags))
CALL(int, close_range, (unsigned first, unsigned last, int flags), (first, last, flags))
ACTION(closefrom, (int first), (first))
CALL(int, posix_spawn_file_actions_addclosefrom_np,
    (posix_spawn_file_actions_t * actions, int first), (actions, first))
CALL(int, bindat,
    (int directory, int descriptor, const struct sockaddr *address, socklen_t length),
    (directory, descriptor, address, length))
CALL(int, fexecve, (int descriptor, char *const *arguments, char *const *environment),
    (descriptor, arguments, environment))
