/* SPDX-License-Identifier: ISC */
/* Socket addresses: parsing, comparing, formatting. */
#ifndef BINDCHAIN_ADDRESS_H
#define BINDCHAIN_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "text.h"

struct address {
	struct sockaddr_storage storage;
	socklen_t length; /* exactly the size of the family's structure: BSD kernels require it */
};

#define PORT_MAX 65535

/*
 * Makes an address of HOST when that is a plain literal (inet_pton(3): four
 * decimal numbers, or IPv6 without a zone).  False for everything else, odd
 * but valid forms included.
 */
bool address_from_literal(struct address *, const char *host, unsigned port);

/* Makes the address of a Unix socket.  False when PATH is empty or too long. */
bool address_from_path(struct address *, const char *path);
/* The same with an abstract name, which is not terminated. */
bool address_from_abstract_name(struct address *, const char *name);
/* The longest path that an address holds, without its null byte. */
extern const size_t address_path_max;

/* Copies what getaddrinfo(3) or getsockname(2) gave. */
void address_set(struct address *, const struct sockaddr *, socklen_t);

/*
 * Copies an address to COPY, of LENGTH bytes, and sets LENGTH to its size, as
 * getsockname(2) does: a longer one is truncated.  Returns 0, or -1 with errno: EINVAL
 * where an argument is NULL, EDESTADDRREQ if there is no address.
 */
int address_copy_out(const struct address *, struct sockaddr *copy, socklen_t *length);

/* Fills in what a socket is bound to: getsockname(2).  False with errno. */
bool address_read(struct address *, int descriptor);

/* Reads a port: digits, 0 to PORT_MAX. */
bool port_read(const char *, unsigned *port);

int address_family(const struct address *);
bool address_is_internet(const struct address *); /* IPv4 or IPv6 */
unsigned address_port(const struct address *);
void address_set_port(struct address *, unsigned port);
/* The host's bytes, as on the wire.  Returns how many: 4, 16, or 0. */
#define ADDRESS_BYTES_MAX 16
size_t address_bytes(const struct address *, unsigned char[ADDRESS_BYTES_MAX]);
bool address_is_loopback(const struct address *);
bool address_is_mapped(const struct address *);   /* ::ffff:0:0/96 */
bool address_is_wildcard(const struct address *);
bool address_is_link_local(const struct address *); /* fe80::/10, 169.254/16 */
bool address_is_multicast(const struct address *);  /* ff00::/8, 224.0.0.0/4 */

/* The index of a link-local IPv6 address's interface; 0: none. */
unsigned address_zone(const struct address *);
void address_set_zone(struct address *, unsigned zone);

/*
 * Report whether the bound address GIVEN fulfils the request ASKED.  Port 0, a missing
 * zone and the port "any" of vsock match any; an IPv4-mapped address equals the IPv4 one.
 * True for other families, and where GIVEN is unknown.
 */
bool address_answers(const struct address *given,
    const struct address *asked);

/*
 * Report whether both have the same family and port and the same host, as address_answers()
 * compares it, or CID, or the same path or abstract name, byte by byte.  False for unnamed
 * sockets and other families.
 */
bool address_is_same(const struct address *, const struct address *);

/* The CIDs of vsock(7) that have names: "any", "hypervisor", "local", "host". */
bool vsock_cid_find(const char *name, unsigned *cid);
/* The name of CID, or its number. */
const char *vsock_cid_text(unsigned cid, char number[NUMBER_TEXT_SIZE]);
/* The CID or port that stands for any: VMADDR_CID_ANY, VMADDR_PORT_ANY. */
#define VSOCK_ANY 0xffffffffU

/* The host alone, "127.0.0.1" or "fe80::1%eth0"; "?" for another family. */
#define ADDRESS_HOST_SIZE 80
void address_host(const struct address *, char host[ADDRESS_HOST_SIZE]);

/*
 * A Unix socket's path as request_set_path() takes it: "@name" when abstract, "./@name"
 * when a file's name begins so, empty when unbound.  Returns its length: an abstract name
 * may hold null bytes.
 */
#define ADDRESS_PATH_SIZE (sizeof(struct sockaddr_storage) + 3)
size_t address_path(const struct address *, char path[ADDRESS_PATH_SIZE]);

/* The path of a Unix socket in the file system, as it is.  False without one: the socket is
 * unnamed, or has an abstract name. */
bool address_file_path(const struct address *, char path[ADDRESS_PATH_SIZE]);

/*
 * "127.0.0.1:80", "[::1]:80", or a path as it is, to be escaped where it is shown; an
 * abstract name up to its first null byte; "netlink"; "any:5000" of vsock.
 */
#define ADDRESS_TEXT_SIZE (ADDRESS_PATH_SIZE + ADDRESS_HOST_SIZE)
const char *address_text(const struct address *, char text[ADDRESS_TEXT_SIZE]);

/* The same, escaped. */
void text_add_address(struct text *, const struct address *);

#endif
