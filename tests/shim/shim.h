/* SPDX-License-Identifier: ISC */
/*
 * What the shim's own files share.  Three layers for each call, each with the
 * name of the call behind a prefix:
 *
 *     real_bind    the kernel's or the C library's (real.c)
 *     fake_bind    logs, lets a fault strike, asks the fake kernel (fake_*.c)
 *     bind         exported; chooses between the two (exports.c)
 *
 * Nothing here uses streams or calls a function of the call table.
 */
#ifndef SHIM_SHIM_H
#define SHIM_SHIM_H

#include <dirent.h>
#include <grp.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <poll.h>
#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/types.h>
#include <sys/utsname.h>

#include "kernel.h"
#include "world.h"

struct cap_rights; /* of FreeBSD, in tests/overlay */

/* ---- the call table ---- */
enum call_id {
#define CALL(type, name, parameters, arguments) CALL_##name,
#define FUNCTION(type, name, parameters, arguments) CALL_##name,
#define VARIADIC(name, alias) CALL_##name,
#include "calls.h"
	CALLS
};

extern const char *const call_names[CALLS];

#define CALL(type, name, parameters, arguments) \
	type real_##name parameters;            \
	type fake_##name parameters;
#define FUNCTION(type, name, parameters, arguments) \
	type real_##name parameters;                \
	type fake_##name parameters;
#include "calls.h"

int real_fcntl(int descriptor, int command, long argument);
int fake_fcntl(int descriptor, int command, long argument);
int real_openat(int directory, const char *path, int flags, mode_t mode);
int fake_openat(int directory, const char *path, int flags, mode_t mode);
int fake_open(const char *path, int flags, mode_t mode);
int real_fchdir(int directory);
int real_ioctl(int descriptor, unsigned long command, long argument);
int fake_ioctl(int descriptor, unsigned long command, long argument);
long real_syscall(long number, const long arguments[6]);
long fake_syscall(long number, const long arguments[6]);

/* ---- session.c: is this process faked, and in which world ---- */
/* NULL: pass everything through. */
struct world *session(void);
/* Until session_return(): what the host's name services do within a call is not seen. */
struct world *session_leave(void);
void session_return(struct world *);

/* ---- record.c: one line of the log for each call ---- */
struct record {
	struct world *world;
	enum call_id call;
	bool struck; /* a fault strikes: the call must not be carried out */
	int error;   /* the fault's */
	size_t length;
	char text[1024];
};

/* Begins the line of CALL. */
void record_begin(struct record *, enum call_id);
void record_word(struct record *, const char *word);
void record_text(struct record *, const char *text); /* quoted */
void record_number(struct record *, long long number);
void record_address(struct record *, const struct sockaddr *, socklen_t length);
/* "AF_INET", or digits. */
struct record_name {
	long value;
	const char *name;
};
void record_named(struct record *, const struct record_name *names, long value);
/* An or of flags by their names, what BASE_MASK covers first: a type and its
 * flags, "SOCK_STREAM|SOCK_CLOEXEC". */
void record_flags(struct record *, const struct record_name *names, long base_mask, long value);
/* Ends the line with a result, or a negative errno, and returns it. */
long record_end(struct record *, long result);
/* Ends it with a word of the call's own. */
void record_end_word(struct record *, const char *word);
/* A line that is no call: "PID hello …". */
void record_note(struct world *, const char *note, long long number, const char *text);
/* The shim cannot go on truthfully: the run fails. */
void record_problem(struct world *, const char *problem);

/* What a socket's type is without its flags. */
enum { TYPE_MASK = 15 };

/* ---- descriptors.c: which fake socket a descriptor is ---- */
struct world_socket *descriptor_socket(struct world *, int descriptor);
/* A real socket to stand for SOCKET, with the flags of TYPE: a negative errno, or
 * the descriptor. */
int descriptor_stand_in(struct world_socket *, int type);
/* One was closed that stood for SOCKET: was it the last? */
void descriptor_closed(struct world *, struct world_socket *);
bool descriptor_is_open(int descriptor);
/* What is the host's user's in STATUS is the profile's user's. */
void descriptor_fake_owner(const struct world *, struct stat *);
enum { DESCRIPTORS = 256 }; /* chains that are tested have no higher ones */
/* Keeps in mind what is open; later, the first that is new, or -1. */
void descriptor_note_open(void);
int descriptor_first_new(int from);

/* ---- files.c: /proc/sys and its like ---- */
/* A descriptor with the content, a negative errno, or FILE_IS_REAL. */
#define FILE_IS_REAL (-100000)
int file_open(struct world *, const char *path, int flags);
/* A negative errno where the file is not to be seen, else 0. */
int file_hidden(const struct world *, const char *path);
/* Why these permissions cannot be given to it: a negative errno, or 0. */
int file_refuses_mode(const struct world *, const struct stat *, mode_t);

#endif
