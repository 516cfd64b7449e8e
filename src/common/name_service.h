/* SPDX-License-Identifier: ISC */
/*
 * Whether this process has asked a name service for a host, service, user or
 * group by name.  Its libraries may then have left descriptors and threads
 * behind that only a real exec clears, so chaining no longer stays in the
 * process.
 */
#ifndef BINDCHAIN_NAME_SERVICE_H
#define BINDCHAIN_NAME_SERVICE_H

#include <stdbool.h>

/* Both may be called by several threads at once. */
void name_service_note_use(void);
bool name_service_was_used(void);

#endif
