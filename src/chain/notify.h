/* SPDX-License-Identifier: ISC */
/* The protocol of sd_notify(3). */
#ifndef BINDCHAIN_NOTIFY_H
#define BINDCHAIN_NOTIFY_H

/*
 * Sends STATE as a datagram to SOCKET_NAME, the value of NOTIFY_SOCKET: a path, or "@name",
 * an abstract name.  Returns 0, or -1 with errno, and CALL, the one that failed: NULL if
 * SOCKET_NAME cannot be an address (ENAMETOOLONG or EINVAL).
 */
int notify_send(const char *socket_name, const char *state, const char **call);

#endif
