/* SPDX-License-Identifier: ISC */
/*
 * The kernel's lists of sockets, which are not read: their layout is private, or
 * another in each release, and to read them would be to guess.  The system's own
 * commands come with the kernel that they read.
 */
#ifndef BINDCHAIN_BSD_LISTINGS_H
#define BINDCHAIN_BSD_LISTINGS_H

struct bsd_listings {
	const char *hidden;         /* why they are not read */
	const char *listeners;      /* the command that lists listeners and their queues */
	const char *internet_users; /* the one that lists sockets and their processes */
	const char *unix_users;     /* the same of Unix sockets */
};

/* Of each system: its listings.c. */
extern const struct bsd_listings bsd_listings;

#endif
