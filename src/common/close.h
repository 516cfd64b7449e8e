/* SPDX-License-Identifier: ISC */
#ifndef BINDCHAIN_CLOSE_H
#define BINDCHAIN_CLOSE_H

/* Closes DESCRIPTOR unless it is -1, for cleanup after a failure: leaves errno alone. */
void close_keeping_errno(int descriptor);

#endif
