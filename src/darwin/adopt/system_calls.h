/* SPDX-License-Identifier: ISC */
/* Rows of src/adopt/calls.h that only macOS has. */
CALL(int, kevent,
    (int queue, const struct kevent *changes, int change_count, struct kevent *events,
        int event_count, const struct timespec *timeout),
    (queue, changes, change_count, events, event_count, timeout))
CALL(int, kevent64,
    (int queue, const struct kevent64_s *changes, int change_count, struct kevent64_s *events,
        int event_count, unsigned flags, const struct timespec *timeout),
    (queue, changes, change_count, events, event_count, flags, timeout))
