/* SPDX-License-Identifier: ISC */
/*
 * libbindchain-adopt: loaded into a daemon, whose bind(2) of an address that an inherited
 * socket has takes that socket instead.  It reads one variable, BINDCHAIN_ADOPT, which
 * `bindchain adopt` sets:
 *
 *     FD[,FD...][;WORD...]    WORD: exact, port, strict, verbose, check or in=DIRECTORY,
 *                             the last, in which relative paths were bound
 *
 * The descriptors are bound sockets, called originals: they stay open until the last is
 * taken, whatever the daemon closes, and pass execve(2), after which the library is loaded
 * again.  The variable always lists those that have not been taken.
 */
#ifndef BINDCHAIN_ADOPT_H
#define BINDCHAIN_ADOPT_H

#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "program.h"

struct epoll_event;
struct kevent;
struct kevent64_s;
struct stat;
struct timespec;

/* The real calls, and the ones in their place; each system has some more of its own. */
#define CALL(type, name, parameters, arguments) \
	type real_##name parameters; \
	type adopt_##name parameters;
#define ACTION(name, parameters, arguments) CALL(void, name, parameters, arguments)
#include "calls.h"
#include "system_calls.h"
#undef CALL
#undef ACTION

/* Is there an original that has not been taken?  A plain load: no wrapper does more when
 * there is none. */
bool adopt_is_waiting(void);

/* Is DESCRIPTOR an original that stays open if this process closes it? */
bool adopt_keeps(int descriptor);

/* The lowest such descriptor from FIRST to LAST; -1: none. */
int adopt_next_original(unsigned first, unsigned last);

/* Keeps an original open that the daemon closes: for this program, not for others. */
void adopt_keep(int descriptor);

/* Moves an original from DESCRIPTOR, which the daemon is about to use. */
void adopt_make_room(int descriptor);

/* Before a dup2(2) of FROM to TO: makes room there, and forgets what was registered. */
void adopt_give_way(int from, int to);

/*
 * What was registered for DESCRIPTOR at a queue of events before it was bound: it does not
 * pass to another socket that takes the descriptor's place.  src/linux and src/bsd.
 * watches_take_out() is called before that, and forgets what the kernel has forgotten;
 * watches_forget() when descriptors are closed.
 */
void watches_take_out(int descriptor);
void watches_register_again(int descriptor);
void watches_forget(unsigned first, unsigned last);

/* On systems with kqueue(2): notes what a change asks for. */
void watches_note(int queue, const struct kevent *change);

/*
 * What all descriptors of one open socket have in common, in all processes, and no other
 * socket has while that one is open; 0: unknown.
 */
uintptr_t socket_identity(int descriptor);

/* Of one socket: more stay what they were. */
#define DUPLICATES_MAX 64

/*
 * The other descriptors of this process for the open socket of DESCRIPTOR, however they were
 * made: by dup(2), fcntl(2), or received with SCM_RIGHTS.  Returns their number.
 */
int duplicates_find(int descriptor, int found[DUPLICATES_MAX]);

/* close_range(2), also where the C library has no such function. */
int close_numbers(unsigned first, unsigned last, int flags);

/* Options of sockets that the daemon may have set before bind(2), which are set again; the
 * last has no level.  On Linux the kernel answers with MULTIPLE of a value. */
struct carried_option {
	int level, name, multiple; /* 0: the value is no number */
	int read_as;               /* another name for getsockopt(2), unless 0 */
};
extern const struct carried_option carried_options[];

/* Options that a bound socket refuses with EINVAL and an unbound one does not. */
struct refused_option {
	int level, name;
};
extern const struct refused_option refused_options[];

/* stat(2) of the program that this process executes; false: it is unknown. */
bool adopt_own_executable(struct stat *);

/* The variable of the dynamic linker for libraries to load first. */
extern const char adopt_preload_variable[];

/* The environment as it is now; libraries have it differently on each system. */
char **adopt_environment(void);

/* Whether the kernel executes this process with privileges of its file: then nothing is
 * adopted. */
bool adopt_is_privileged(void);

#endif
