/* SPDX-License-Identifier: ISC */
/*
 * Another system's backend, and a kernel that it may take for its own, in one
 * object: what both sides know of each other.  Only int, unsigned and strings
 * pass, since nothing else is surely the same there; numbers that both know are
 * those of bindchain.h's enumerations.
 *
 * Where WORDS are asked for, a result with several parts has each on a line of
 * its own.
 */
#ifndef FOREIGN_H
#define FOREIGN_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the kernel (kernel.c, kernel_SYSTEM.c) ---- */

/* As it is after installation, used by root; the log is empty. */
void foreign_kernel_reset(void);
/* A sysctl; a known one changes. */
void foreign_kernel_set(const char *sysctl, int value);
/* A sysctl of four bytes that this kernel has now. */
void foreign_kernel_add(const char *sysctl, int value);
void foreign_kernel_forget(const char *sysctl);
void foreign_kernel_user(unsigned user);
void foreign_kernel_load_module(const char *name);
/* The NTH call of that name from now on fails, with an error by its name. */
void foreign_kernel_fail(const char *call, unsigned nth, const char *error);
/* The calls so far, each a line of names. */
const char *foreign_kernel_log(void);

/* ---- its descriptors (kernel_files.c) ---- */

/* The process has PATH open there. */
void foreign_kernel_open(int descriptor, const char *path);
void foreign_kernel_close(int descriptor);
/* It opens it between being told how long the list of descriptors is and reading
 * that. */
void foreign_kernel_open_later(int descriptor, const char *path);
/* The soft limit; 256 unless changed. */
void foreign_kernel_limit_descriptors(unsigned count);
/* A list that does not fit is cut, as always on Darwin and once on FreeBSD, where
 * it is an error now. */
void foreign_kernel_cut_lists(void);
/* FreeBSD: the last record says that it has this size. */
void foreign_kernel_garble_lists(int record_size);
/* Standard input, output and error are not counted. */
unsigned foreign_kernel_open_descriptors(void);
/* What waits in a listening socket's queue: complete, and half-open or held. */
void foreign_kernel_fill_queue(int descriptor, int complete, int incomplete);
/* FreeBSD: somebody gave the socket an accept filter, of whatever name. */
void foreign_kernel_set_filter(int descriptor, const char *name);

/*
 * FreeBSD: the process is in a jail that has these ADDRESSES, with spaces between, the
 * first of each family first; "inherit": its host's; "vnet": those of a network stack of
 * its own.  Root there may bind reserved ports or not.
 */
void foreign_kernel_jail(const char *addresses, int binds_reserved);

/* ---- its files (kernel_paths.c) ---- */

/* The umask, 022 at first, counts. */
void foreign_kernel_make_file(const char *path, unsigned permissions);
/* The permissions, or -1 where there is no such file. */
int foreign_kernel_mode(const char *path);
/* 0 where there is no such file. */
unsigned foreign_kernel_inode(const char *path);
unsigned foreign_kernel_umask(void);
/* All files were made so long ago. */
void foreign_kernel_make_older(int seconds);
/* All files have one name more. */
void foreign_kernel_link(void);
void foreign_kernel_give(const char *path, unsigned user);

/* ---- its network (kernel_network.c) ---- */

/* There is lo0 with 127.0.0.1, ::1 and fe80::1, and an interface that has 192.0.2.10,
 * 2001:db8::10 and fe80::10, which goes down. */
void foreign_kernel_interface_down(void);

/* ---- the process (kernel_process.c) ---- */

/* The file that runs, as the system tells its path; it need not be there.  On
 * FreeBSD NULL where it is not known, and "" where there is none. */
void foreign_kernel_execute(const char *path);
/* Was it started set-user-ID? */
void foreign_kernel_set_id(int is_set_id);
/* One more variable that it was started with. */
void foreign_kernel_give_variable(const char *name, const char *value);
/* Entry INDEX of what the last execve(2) was given, or NULL at the end. */
const char *foreign_kernel_next_variable(int index);
/* Was it given what the process was started with, itself? */
int foreign_kernel_variables_stand(void);
/* Darwin: it is a job of launchd's, which has COUNT sockets for NAME. */
void foreign_kernel_launchd(const char *name, unsigned count);

/* ---- requests (foreign.c) ---- */

#define FOREIGN_OPTIONS_MAX 16
#define FOREIGN_UNKNOWN (-2147483647 - 1)

struct foreign_request {
	int kind;         /* enum bindchain_kind */
	const char *host; /* an address that is a number; a path; netlink's protocol */
	unsigned port;    /* or netlink's groups */
	int backlog;
	int nonblocking, close_on_exec, exclusive;
	int mode, user, group; /* of the path; -1: not asked for */
	unsigned asked; /* set of 1u << enum bindchain_option */
	int values[FOREIGN_OPTIONS_MAX];
};

/*
 * bindchain_open().  Returns the descriptor, or -1 and in WORDS the operation,
 * its subject, the error's name or the reason, and on lines of their own what is
 * explained.
 */
int foreign_open(const struct foreign_request *, char *words, size_t size);

/* What is foreseen: obstacles, then "-", then warnings; a line each. */
void foreign_foresee(const struct foreign_request *, char *words, size_t size);

/* bindchain_resolve() of TCP: address and port, as "::1 80", or the resolver's or
 * another error's name, or the reason.  FLAGS: enum bindchain_resolve_flags. */
void foreign_resolve(const char *host, const char *service, unsigned flags, char *words,
    size_t size);

/* backend_judge_backlog(): passed, queue limit, admitted, filtered. */
void foreign_backlog(int requested, int limit, int becomes[4]);
/* backend_backlog_limit(): its value; its name into NAME. */
int foreign_backlog_limit(char *name, size_t size);
/* backend_judge_overflow(): what becomes of one that begins and of one that finishes;
 * the settings that decide it, each as NAME=VALUE; whether half-open connections
 * are apart or in the queue, their limit, and cookies; "in doubt". */
void foreign_overflow(const struct foreign_request *, char *words, size_t size);
/* backend_read_queue(): limit, length, and those that are incomplete. */
void foreign_queue(int descriptor, int facts[3]);
/* An option of bindchain_outcome_read(). */
int foreign_option(int descriptor, int option);
/* backend_waits_for(): an enum bindchain_wait_for. */
int foreign_waits_for(int descriptor);
/* backend_netlink(): is there such a protocol? */
int foreign_has_netlink(const char *protocol);
/* Its flags: 1 when it does not block, 2 when it is close-on-exec. */
int foreign_flags(int descriptor);
/* backend_system. */
const char *foreign_system(void);

/* ---- the system and its processes (foreign_system.c) ---- */

/* backend_read_values(): NAME=CURRENT: MEANING, a line each. */
void foreign_values(char *words, size_t size);
/* backend_read_counters(): how many there are. */
unsigned foreign_counters(void);
/* What is seen of the sockets of others: the number of visits, "complete" or what
 * is hidden, and the system's own command. */
void foreign_listeners(char *words, size_t size);
void foreign_owners(char *words, size_t size);
void foreign_holders(const struct foreign_request *, char *words, size_t size);

/* ---- the headers ---- */

/* Have they O_PATH, and what came with it?  FreeBSD's since 13.1. */
int foreign_has_o_path(void);

/* ---- the process ---- */

/* backend_is_set_id() */
int foreign_is_set_id(void);
/* backend_own_executable(): the inode, or 0 where it cannot be known. */
unsigned foreign_own_executable(void);
/* backend_process_identity(): is there such a number? */
int foreign_has_process_identity(void);
int foreign_highest_descriptor(void);
/* backend_launchd_sockets(): the descriptors, or the error's name. */
void foreign_launchd_sockets(const char *name, char *words, size_t size);

/* ---- the next program (foreign_next.c) ---- */

/* handover_to_listen_fds(), then handover_perform() of DESCRIPTOR: the one that it
 * went to, or -1 and in WORDS the operation, descriptor and error. */
int foreign_hand_over(int descriptor, int systemd, int upstart, char *words, size_t size);
/* chain_execute(): the error's name. */
void foreign_chain(const char *program, char *words, size_t size);

#ifdef __cplusplus
}
#endif

#endif
