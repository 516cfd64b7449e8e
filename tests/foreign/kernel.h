/* SPDX-License-Identifier: ISC */
/*
 * The fake kernel and its C library, compiled for the other system:
 * kernel_SYSTEM.c has what is that system's own, the rest what all have, from
 * their documents and sources and never from our backend.
 */
#ifndef FOREIGN_KERNEL_H
#define FOREIGN_KERNEL_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define KERNEL_OPTIONS_MAX 16
#define KERNEL_DESCRIPTORS 512

/* What a descriptor is of. */
struct kernel_file {
	bool is_open, opens_later, is_nonblocking, is_close_on_exec;
	const char *path; /* NULL: it is a socket, which has the rest */
	unsigned inode;   /* of an object that is only looked at (O_PATH) */
	unsigned bound_inode; /* of the path that it is bound to */
	bool is_bound, is_listening;
	int family, type, protocol;
	struct sockaddr_storage address;
	socklen_t length;
	int queue_limit, complete, incomplete;
	int receive_buffer;
	int values[KERNEL_OPTIONS_MAX]; /* by the table of options */
	char filter[16];
};

/* An option that can be set and read back. */
struct kernel_option {
	int level, name;
	const char *words; /* "SOL_SOCKET SO_REUSEADDR" */
	int reads;         /* as what it reads back when it is on; 0: as it was set */
	bool exact;        /* its argument must be exactly an int */
	bool is_local;     /* a Unix socket's; IPPROTO_IP has the same number */
};
#define KERNEL_OPTION(option_level, option_name)                                   \
	.level = option_level, .name = option_name, .words = #option_level " " #option_name

/* ---- of the system (kernel_SYSTEM.c) ---- */

extern const struct kernel_option kernel_options[];
extern const size_t kernel_option_count;
/* The option of SOL_SOCKET that balances; 0: there is none beside SO_REUSEPORT. */
extern const int kernel_balance_option;
struct kernel_sysctl {
	const char *name;
	int value;
};
extern const struct kernel_sysctl kernel_sysctls[];
extern const size_t kernel_sysctl_count;
/* The one that is an unsigned long; NULL: none is. */
extern const char *const kernel_long_sysctl;
/* The first network interface beside lo0. */
extern const char kernel_interface[];
/* bind(2) of an address in a zone that is no interface's. */
extern const int kernel_unknown_zone_error;
/* socket(2)'s type without what is a flag in it; sets the flags.  -1: EINVAL. */
int kernel_socket_type(struct kernel_file *, int type);
/* May there be such a socket?  Returns 0 or an error. */
int kernel_check_socket(int family, int type, int protocol);
/* May this option be set now?  Returns 0 or an error; *done: it was, there. */
int kernel_set_special(struct kernel_file *, int level, int name, const void *, socklen_t,
    bool *done);
/* The same for reading. */
int kernel_get_special(const struct kernel_file *, int level, int name, void *, socklen_t *,
    bool *done);
/* bind(2) of a family that not all have.  Returns 0 or an error. */
int kernel_bind_special(struct kernel_file *, const struct sockaddr *, socklen_t);
/* What listen(2) stores. */
int kernel_queue_limit(int backlog);
/* Is this port, of this address, denied to the user? */
bool kernel_is_guarded(const struct sockaddr *, unsigned port);
/* bind(2) of a wildcard or of loopback in a jail: the address that it takes instead. */
void kernel_replace_address(const struct kernel_file *, struct sockaddr_storage *);
/* chmod(2) of what is no directory: may it have this mode?  Returns 0 or an error. */
int kernel_check_mode(mode_t);
/* The largest receive buffer. */
int kernel_largest_buffer(void);
void kernel_system_reset(void);

/* ---- of all: kernel.c ---- */

/* A call that no test expects: ends the process. */
_Noreturn void kernel_trap(const char *what);
/* Appends to the log's line. */
void kernel_say(const char *words);
void kernel_say_number(long long);
void kernel_say_mode(mode_t);
/* Is CALL to fail now?  Then errno is set. */
bool kernel_fails(const char *call);
/* Returns -1, with errno. */
int kernel_fail(int error);
const char *kernel_error_name(int error);
bool kernel_sysctl_value(const char *name, int *value);
/* What sysctlbyname(3) does. */
int kernel_read_sysctl(const char *name, void *old, size_t *old_size);
bool kernel_is_root(void);
bool kernel_has_module(const char *name);

/* ---- kernel_files.c ---- */

void kernel_files_reset(void);
/* The open file, or NULL with errno EBADF. */
struct kernel_file *kernel_file_at(int descriptor);
/* The same of a socket; ENOTSOCK. */
struct kernel_file *kernel_socket_at(int descriptor);
/* Opens it at the lowest number.  Returns that, or -1 with errno. */
int kernel_open_file(const struct kernel_file *);
/* Those that open later have been. */
void kernel_open_late_files(void);

/* ---- kernel_paths.c ---- */

struct kernel_node {
	char path[128];
	mode_t mode;
	unsigned inode;
	uid_t owner;
};
void kernel_paths_reset(void);
/* NULL with errno. */
struct kernel_node *kernel_node_at(const char *path);
/* Of NAME in the directory, or of the descriptor itself where NAME is empty. */
struct kernel_node *kernel_node_in(int directory, const char *name);
/* The whole path of NAME there.  NULL with errno. */
const char *kernel_path_in(int directory, const char *name);
/* With what the umask leaves of MODE's permissions. */
struct kernel_node *kernel_make_node(const char *path, mode_t mode);

/* ---- kernel_sockets.c ---- */

/* What connect(2) of a datagram socket to NODE says; NULL: there is no such path. */
int kernel_connect(int descriptor, const struct kernel_node *node);

/* ---- kernel_network.c ---- */

void kernel_network_reset(void);
/* No addresses but those in a string with spaces between. */
void kernel_set_addresses(const char *);
/* The first address of FAMILY, and how many there are.  False: none. */
bool kernel_first_address(int family, struct sockaddr_storage *, size_t *count);
bool kernel_is_wildcard(const struct sockaddr *);
bool kernel_is_loopback(const struct sockaddr *);
/* Does an interface have this address?  A wildcard counts. */
bool kernel_has_address(const struct sockaddr *);
bool kernel_has_interface(unsigned index);

/* ---- kernel_process.c ---- */

void kernel_process_reset(void);
/* The path of what is executed, "" or NULL: see foreign_kernel_execute(). */
const char *kernel_executable(void);

#endif
