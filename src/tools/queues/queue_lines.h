/* SPDX-License-Identifier: ISC */
/* A listening socket and its queue as text, for the table and the screen. */
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
/* "1234 nginx", and " +3" for three further processes; "-" if unknown. */
void queue_add_owner(struct text *, const struct queue *);

/* The length of the longest address, at most WIDEST. */
size_t queue_address_width(const struct queue_table *, size_t widest);

/*
 * The queues of TABLE, sorted, in memory that the caller frees: TCP by port and address,
 * then Unix sockets by name; with FULLEST by the fullest queue now, then by the fullest
 * so far.  NULL if out of memory.
 */
const struct queue **queue_order(const struct queue_table *, bool fullest);

/* Are there sockets without a visible owner? */
bool queue_owners_missing(const struct queue_table *);

/* The bar of a queue, of WIDTH characters: its length now, and its greatest so far.  At
 * least one character unless it is 0. */
struct queue_bar {
	int now, ever;
};
struct queue_bar queue_measure(const struct queue *, int width);

#endif
