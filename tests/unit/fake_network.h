/* SPDX-License-Identifier: ISC */
/*
 * A resolver and interfaces of the test's own.  Questions that are numbers
 * alone go to the C library's getaddrinfo(3); every other one would have gone
 * to a name service, is counted, and is answered from here.
 */
#ifndef TESTS_UNIT_FAKE_NETWORK_H
#define TESTS_UNIT_FAKE_NETWORK_H

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fake_interface {
	unsigned flags;      /* IFF_… */
	const char *address; /* a plain literal; NULL: ifa_addr is NULL; "": a
	                        family of neither internet protocol */
};

#define FAKE_INTERFACES_MAX 8
#define FAKE_ANSWERS_MAX 4

struct fake_network {
	size_t interface_count;
	struct fake_interface interfaces[FAKE_INTERFACES_MAX];
	char names[FAKE_INTERFACES_MAX][16]; /* empty: "fake0" */
	int interfaces_error; /* errno of getifaddrs(3), or 0 */
	int lists_held;       /* not freed yet, of both kinds */

	size_t answer_count;
	const char *answers[FAKE_ANSWERS_MAX]; /* plain literals */
	unsigned answer_port;
	int answer_status; /* what getaddrinfo(3) returns instead, or 0 */
	int answer_errno;  /* with EAI_SYSTEM */

	int questions;      /* to getaddrinfo(3) */
	int name_questions; /* those that are not numbers alone */
	struct addrinfo hints; /* of the last one */
};

extern struct fake_network fake_network;

#ifdef __cplusplus
}
#endif

#endif
