/* SPDX-License-Identifier: ISC */
/*
 * Another system's core and backend, compiled with its headers into one object: what both
 * sides know of each other.  Only int, unsigned, bytes and strings pass, since nothing else
 * is surely the same there; numbers that both know are those of bindchain.h's enumerations.
 *
 * There is no kernel behind it: every call is recorded in numbers, and answered as the test
 * says, else with success.  How kernels behave is in tests/shim.
 */
#ifndef FOREIGN_H
#define FOREIGN_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FOREIGN_UNKNOWN (-2147483647 - 1)

/* ---- calls and their answers (calls.c, answers_SYSTEM.c) ---- */

/* Root's process 4711, at second 1000; nothing is recorded or answered yet. */
void foreign_reset(void);
/* The calls that changed or opened something: "NAME NUMBER...", a line each, in hexadecimal.
 * An address is its bytes.  No descriptor is among them. */
const char *foreign_calls(void);
/* The NTH call of that name from now on fails; its errno is none that is looked for. */
void foreign_fail(const char *call, unsigned nth);

/* What getsockopt(2) reads; ENOPROTOOPT for all others. */
void foreign_set_option(int level, int name, const void *bytes, size_t size);
/* What fcntl(2) reads: F_GETFD, F_GETFL. */
void foreign_set_flags(int of_descriptor, int of_file);
/* A sysctl that is an int; those that are not set are not there. */
void foreign_set_sysctl(const char *name, int value);
/* The same of an unsigned long. */
void foreign_set_long_sysctl(const char *name, unsigned long value);

/* What is found wherever a path leads: an object of its TYPE, 's' for a socket or 'p' for a
 * FIFO, of so many names, made so many seconds ago.  A FIFO with one name, made now, else. */
void foreign_set_found(char type, unsigned links, int age);

/* FreeBSD: the accept filter of a listening socket. */
void foreign_set_filter(const char *name);
/* Darwin: what proc_pidfdinfo() says of a socket. */
void foreign_set_queue(int listens, int limit, int length, int incomplete);

/* The executable's path, which need not be there; NULL: not known; "": none. */
void foreign_set_executable(const char *path);
void foreign_set_id(void);
/* The process has this descriptor open, for a path of LENGTH bytes.  0 to 2 are open. */
void foreign_open_descriptor(int descriptor, size_t length);
/* It opens it between being told how long the list of descriptors is and reading it. */
void foreign_open_later(int descriptor);
/* The soft limit; 256 unless changed. */
void foreign_limit_descriptors(int count);
/* FreeBSD: a list that does not fit is truncated, as once and as always on Darwin, where it
 * is an error now. */
void foreign_truncate_lists(void);
/* FreeBSD: the last record says that it has this size. */
void foreign_garble_lists(int record_size);

/* ---- the backend and the core (foreign.c) ---- */

#define FOREIGN_OPTIONS_MAX 64

struct foreign_request {
	int kind;         /* enum bindchain_kind */
	const char *host; /* an address that is a number; a path; netlink's protocol */
	unsigned port;    /* or netlink's groups */
	int backlog;
	int nonblocking, close_on_exec;
	int mode, user; /* of the path; -1: not asked for */
	unsigned char asked[FOREIGN_OPTIONS_MAX]; /* by enum bindchain_option */
	int values[FOREIGN_OPTIONS_MAX];
};

/* request_open().  Returns "", or why it failed: a reason, or the operation's number. */
const char *foreign_open(const struct foreign_request *);
/* An option of outcome_read() of what was opened last, 3. */
int foreign_option(int option);
/* Its flags: 1 when it does not block, 2 when it is close-on-exec. */
int foreign_flags(void);
/* Host and port of its address: "::1 8080". */
const char *foreign_address(void);
/* backend_read_queue(): limit, length, and those that are incomplete. */
void foreign_queue(int facts[3]);
/* backend_waits_for(): an enum bindchain_wait_for. */
int foreign_waits_for(void);
/* backend_watch_open(): is it open? */
int foreign_watches(void);
/* backend_watch_is_event() of a message. */
int foreign_is_event(const unsigned char *message, size_t size);
/* An int, and an unsigned long, that a sysctl says. */
int foreign_sysctl(const char *name);
long long foreign_long_sysctl(const char *name);
/* backend_system. */
const char *foreign_system(void);
/* Have the headers O_PATH, and what came with it?  FreeBSD's since 13.1. */
int foreign_has_o_path(void);

/* ---- serving ---- */

/* What kevent(2) reports: its filter, descriptor or signal, and the listener's index. */
void foreign_add_event(int filter, int identity, int index);
/* A signal ends each wait. */
void foreign_interrupt(void);
/* What accept(2) says of the peer. */
void foreign_set_accepted(const void *address, size_t length);
/* FreeBSD: vfork(2) returns to the child first. */
void foreign_run_child(void);

/* waiter_open() for SIGCHLD, SIGTERM and listeners 40 and up.  Returns "", or the call that
 * failed. */
const char *foreign_wait_open(int listeners);
/* waiter_wait().  Returns "signal N; listener INDEX; " as often as there are such, or "-1". */
const char *foreign_wait(int accepting, int milliseconds);
/* waiter_wait_for_room() of descriptor 50, as foreign_wait(), with "room; " if there is some. */
const char *foreign_wait_for_room(int milliseconds);
/* serve_system_accept().  Returns the address with its port, or "". */
const char *foreign_accept(void);
/* serve_system_peer(): user, group and process, -1: unknown.  Returns whether it is known. */
int foreign_peer(int ids[3]);
/* serve_system_start(); the handler gets its connection as stdin, or as DESCRIPTOR unless that
 * is negative.  Returns the process, or -1 with the error. */
int foreign_start(int descriptor, int *error);
int foreign_tells_pid(void);

/* ---- the process ---- */

/* backend_is_set_id() */
int foreign_is_set_id(void);
/* backend_own_executable(): is it known? */
int foreign_knows_executable(void);
/* backend_process_identity(): is there such a number? */
int foreign_has_process_identity(void);
int foreign_highest_descriptor(void);
/* backend_launchd_sockets(): how many there are for "Listeners", or -1. */
int foreign_launchd_sockets(void);

#ifdef __cplusplus
}
#endif

#endif
