/* SPDX-License-Identifier: ISC */
/* A listening socket and its queue in words: what the text and the screen share. */
#ifndef BINDCHAIN_QUEUE_LINES_H
#define BINDCHAIN_QUEUE_LINES_H

#include "queue_table.h"
#include "text.h"

/* Spaces, until the line is LENGTH long. */
void text_pad(struct text *, size_t length);
/* NUMBER, or "-" when unknown, so that it ends at LENGTH. */
void text_add_fact_right(struct text *, const struct bindchain_fact *, size_t length);

/* "0.0.0.0:80", "[::]:80 +IPv4", "/run/socket". */
void queue_add_address(struct text *, const struct queue *);
/* "1234 nginx", and " +3" where further processes have it; "-" when unseen. */
void queue_add_owner(struct text *, const struct queue *);

/* How long the longest address is, WIDEST at most. */
size_t queue_address_width(const struct queue_table *, size_t widest);

/*
 * The queues of TABLE in an order for readers, in memory that the caller frees:
 * TCP by port and address, then Unix sockets by name; with FULLEST those first
 * that have the fullest queue, then those that had.  NULL when memory runs out.
 */
const struct queue **queue_order(const struct queue_table *, bool fullest);

/* Are there sockets without an owner in sight? */
bool queue_owners_missing(const struct queue_table *);

/* What WIDTH characters of a bar show of a queue: how much of it is full now,
 * and how much ever was.  Whatever is not empty shows. */
struct queue_bar {
	int now, ever;
};
struct queue_bar queue_measure(const struct queue *, int width);

#endif
