/* SPDX-License-Identifier: ISC */
/*
 * The fake kernel: what the calls do to a world.  It knows no descriptors and
 * makes no call itself, so that tests can ask it in their own process.  Every
 * function that can fail returns a negative errno.
 */
#ifndef SHIM_KERNEL_H
#define SHIM_KERNEL_H

#include "world.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- socket.c ---- */
/* A new socket of the world's user. */
int kernel_socket(struct world *, int family, int type, int protocol, struct world_socket **);
/* What stands in the way of a socket of this family; 0: nothing. */
int kernel_refuses_family(const struct world *, int family);
struct world_socket *kernel_find(struct world *, uint64_t inode);
/* The last descriptor is gone. */
void kernel_close(struct world_socket *);
/* Not of a Unix socket: its address is where the host has it. */
int kernel_getsockname(const struct world_socket *, struct sockaddr *, socklen_t *length);

/* ---- options.c ---- */
/* NULL: nobody knows such an option; one that is `absent` is but a name. */
const struct world_option *kernel_option(const struct world *, int level, int number);
/* NULL: this kernel has no such option. */
const struct world_option *kernel_option_named(const struct world *, const char *name);
int kernel_setsockopt(struct world *, struct world_socket *, int level, int number,
    const void *value, socklen_t size);
int kernel_getsockopt(const struct world *, const struct world_socket *, int level, int number,
    void *value, socklen_t *size);
/* Of enum world_family. */
int kernel_family_of(const struct world_socket *);
/* The options that matter to bind(2), as they are now. */
struct kernel_sharing {
	bool reuse_address, share, balance;
};
struct kernel_sharing kernel_sharing_of(const struct world *, const struct world_socket *);
bool kernel_binds_any(const struct world *, const struct world_socket *);
bool kernel_v6only(const struct world *, const struct world_socket *);

/* ---- bind.c ---- */
int kernel_bind(struct world *, struct world_socket *, const struct sockaddr *, socklen_t length);

/* ---- unix.c: the path is made, found taken or not found by whoever asks the
 * host; here is what holds whatever its file system says ---- */
int kernel_unix_protocol(const struct world *, int type, int protocol);
int kernel_unix_bind(const struct world *, struct world_socket *, socklen_t length);
/* The host could not make the path. */
void kernel_unix_unbind(struct world_socket *);
/* Does getsockname(2) tell of an address that a socket has not got? */
bool kernel_unix_has_noname(const struct world *);
int kernel_unix_noname(struct sockaddr *, socklen_t *length);
/* May a message have so many bytes? */
int kernel_check_message(const struct world *, const struct world_socket *, size_t size);
/* May it listen? */
int kernel_unix_check_listen(const struct world_socket *);

/* ---- vsock.c ---- */
int kernel_vsock_protocol(const struct world *, int type, int protocol);
int kernel_vsock_bind(const struct world *, struct world_socket *, const struct sockaddr *,
    socklen_t);
int kernel_vsock_getsockname(const struct world_socket *, struct sockaddr *, socklen_t *);

/* ---- netlink.c ---- */
int kernel_netlink_protocol(const struct world *, int type, int protocol);
int kernel_netlink_bind(const struct world *, struct world_socket *, const struct sockaddr *,
    socklen_t length);
int kernel_netlink_getsockname(const struct world_socket *, struct sockaddr *,
    socklen_t *length);

/* ---- conflict.c ---- */
/* What a socket is to be bound to. */
struct kernel_claim {
	struct world_address address;
	uint16_t port;
	bool takes_inet, takes_inet6;
	struct kernel_sharing sharing;
};
/* 0, or what bind(2) would fail with; and what listen(2) of a bound socket would. */
int kernel_conflict(const struct world *, const struct world_socket *, const struct kernel_claim *);
int kernel_listen_conflict(const struct world *, const struct world_socket *);

/* ---- address.c ---- */
bool kernel_is_wildcard(const struct world_address *);
/* 127.0.0.1 or ::1, and no other of their nets. */
bool kernel_is_loopback(const struct world_address *);
bool kernel_is_mapped(const struct world_address *);
bool kernel_is_multicast(const struct world_address *);
bool kernel_is_link_local(const struct world_address *);
bool kernel_same_address(const struct world_address *, const struct world_address *);
/* The IPv4 address inside a mapped one. */
struct world_address kernel_unmapped(const struct world_address *);
/* Does an interface have it? */
bool kernel_is_local(const struct world *, const struct world_address *);
bool kernel_has_family(const struct world *, int family);
bool kernel_has_zone(const struct world *, uint32_t zone);

/* ---- queue.c ---- */
int kernel_listen(const struct world *, struct world_socket *, int backlog);

/* ---- limits.c ---- */
int64_t kernel_limit(const struct world *, const char *name);
bool kernel_set_limit(struct world *, const char *name, int64_t value);
const struct world_view *kernel_view(const struct world *, const char *name, bool is_file);
/* Writes the content of a view, "{backlog}" replaced; returns its length. */
size_t kernel_view_text(const struct world *, const struct world_view *, char *text, size_t size);
/* Reading alone: no tool sets one. */
int kernel_sysctl(const struct world *, const char *name, void *value, size_t *size);

/* Whoever is not root may do nothing that needs privilege. */
static inline bool
kernel_is_privileged(const struct world *world)
{
	return world->uid == 0;
}

#ifdef __cplusplus
}
#endif

#endif
