/* SPDX-License-Identifier: ISC */
/*
 * What only the kernel can tell, asked of it without the tools under test.
 * Each system's directory implements it.
 */
#ifndef TESTS_KERNEL_OBSERVE_H
#define TESTS_KERNEL_OBSERVE_H

#include <optional>
#include <string>

#include "bindchain.h"
#include "network.h"

enum class Attempt {
	completed,   /* connected, and waiting in the listener's queue */
	turned_away, /* the kernel has counted it as dropped for want of room */
	refused      /* it was answered with a reset */
};

/*
 * Tries to connect to a listener on HOST and PORT in whose queue QUEUED
 * connections are, and waits until the kernel has decided.  CLIENT holds the
 * connection, or what became of it.  Throws when it does not decide in time.
 */
Attempt try_to_connect(const std::string &host, int port, int queued, Descriptor *client);

/* The connections in the queue of the listener on PORT; -1: there is none. */
int queue_length(int port);

/* Where getsockopt(2) has an option for a socket of FAMILY.  Nothing: it has none,
 * or one that needs more than the kernel as it is started. */
struct OptionPlace {
	int level, name;
};
std::optional<OptionPlace> place_of(enum bindchain_option, int family);
/* Of the options that every system has in the same place. */
std::optional<OptionPlace> common_place_of(enum bindchain_option, int family);

/* From now on datagrams that this process sends on loopback arrive in their order. */
void keep_order_of_datagrams();

/* The interface that a socket is bound to, or nothing. */
std::string device_of(int descriptor);
/* The name of its congestion control; "" where sockets have none of their own. */
std::string congestion_of(int descriptor);

#endif
