/* SPDX-License-Identifier: ISC */
/*
 * The processes in /proc: proc(5).  It may be that of another PID namespace; /proc/self is this
 * process even then.
 */
#ifndef BINDCHAIN_LINUX_PROC_PROCESSES_H
#define BINDCHAIN_LINUX_PROC_PROCESSES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "observe.h"

/* A name in /proc that is a number.  MAXIMUM: that of a pid_t, of a descriptor, or of an inode of a
 * socket, which has 32 bits. */
bool proc_number_read(const char *text, long long maximum, long long *number);

#define PROC_PATH_SIZE 48 /* "/proc/" and a number, and "/fd" or "/comm" */

/* The path of process PID, and what is BEHIND it. */
void proc_path(char path[PROC_PATH_SIZE], pid_t pid, const char *behind);

/* The number in /proc of the process that calls this. */
pid_t proc_self(void);

/* The user of process PID; false: it has ended. */
bool proc_user(pid_t pid, uid_t *uid);

/* The command and the user of process PID, where they can be read. */
void proc_process_read(struct backend_process *, pid_t pid);

/* The inode of a link "socket:[INODE]" in /proc/PID/fd; false for what is no socket. */
bool proc_socket_read(int directory, const char *name, uint64_t *inode);

#endif
