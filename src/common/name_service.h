/* SPDX-License-Identifier: ISC */
/*
 * Whether this process has looked up a host, service, user or group by name.  The
 * libraries of the name service may then have left descriptors and threads open,
 * which only execve(2) clears: the next program is then always executed.
 */
#ifndef BINDCHAIN_NAME_SERVICE_H
#define BINDCHAIN_NAME_SERVICE_H

#include <stdbool.h>

/* Both may be called by several threads at once. */
void name_service_note_use(void);
bool name_service_was_used(void);

#endif
