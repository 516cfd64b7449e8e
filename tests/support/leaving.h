/* SPDX-License-Identifier: ISC */
/*
 * Commands in a process of the test's own.  Their way out, leave(), is here in place of the
 * one in main.c: it returns to the test instead of ending the process.
 */
#ifndef TESTS_SUPPORT_LEAVING_H
#define TESTS_SUPPORT_LEAVING_H

/* The command returned: it has a next program. */
#define LEAVING_NOT (-1)

/* Calls BODY with CONTEXT.  Returns the status with which it left, or LEAVING_NOT. */
int leaving_status(void (*body)(void *context), void *context);

#endif
