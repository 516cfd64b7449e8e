/* SPDX-License-Identifier: ISC */
/* Names of users for messages. */
#ifndef BINDCHAIN_USER_NAME_H
#define BINDCHAIN_USER_NAME_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Finds the name of USER in /etc/passwd.  Not by getpwuid(3), which may ask a
 * server for it and take its time.  False when it is not there, or longer than
 * any name is.
 */
#define USER_NAME_SIZE 64
bool user_name(uid_t user, char name[USER_NAME_SIZE]);

#endif
