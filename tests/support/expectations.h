/* SPDX-License-Identifier: ISC */
/*
 * What each system's kernel is expected to do.  The tables come from the
 * kernels' documentation and sources, and, for FreeBSD, from what its own
 * network stack was seen to do; CMake picks the one to hold the tools against.
 */
#ifndef BINDCHAIN_TEST_EXPECTATIONS_H
#define BINDCHAIN_TEST_EXPECTATIONS_H

#include <string>
#include <vector>

/* A backlog under a limit: what the kernel stores and how many connections it
 * completes before the queue is full. */
struct ExpectedQueue {
	const char *backlog; /* as on the command line of tcp-socket-listen */
	int limit;           /* of the system */
	int queue_limit;
	long long completed;
};

/* What `bindchain limits` reports; a number is what sysctl(8) says of that name. */
struct ExpectedValue {
	const char *name;
	bool is_number;
};

struct Expectations {
	const char *system; /* its name */
	std::vector<ExpectedValue> values;
	std::vector<ExpectedQueue> queues;
	bool reserved_port_can_be_bound; /* while it is bound, both with SO_REUSEADDR */
	bool datagram_sockets_share; /* an address, by SO_REUSEADDR */
	bool sharing_balances;       /* over sockets of --reuse-port */
	bool root_shares_with_all;   /* with other users too */

	/* Addresses. */
	bool has_bind_any, bind_any_needs_privilege;
	bool specific_ipv6_is_v6only; /* whatever was asked */
	bool wildcard_may_be_low;     /* without privilege */
	bool has_seqpacket, has_abstract_names; /* of Unix sockets */
	int exhausted_ipv4, exhausted_ipv6;     /* errno of bind(2) to port 0 */
	int mapped_on_v6only; /* errno of bind(2) of an IPv4-mapped address */
	int multicast_on_tcp; /* of bind(2) of ff02::1 */
	const char *bind_any_name;    /* IPv4's socket option; NULL: there is none */
	const char *low_port_setting; /* NULL: none can change which ports are low */

	/* Commands that show what the tools cannot; NULL: they do. */
	const char *listeners_command, *holders_command, *path_holders_command;

	const char *loopback;     /* the interface's name */
	bool binds_to_interfaces; /* whatever the address */
	const char *newreno;      /* the name of RFC 5681's congestion control */

	/* What is read back. */
	const char *backlog_limit; /* the setting */
	int queue_limit_of_0;      /* for a backlog of 0 */
	int receive_buffer_factor; /* of what was asked for */
	const char *surplus_client;    /* of a full TCP queue, in explain's words */
	const char *surplus_unix_client;
	int surplus_unix_error;        /* errno of its connect(2), which does not wait */
	bool listeners_are_told_apart; /* from old connections, by who looks for both */
	bool waits_for_data;           /* as the system is started, without a module */
};

/* Of the system that is built for. */
const Expectations &expectations();
/* Of "linux", "freebsd" or "darwin". */
const Expectations &expectations_of(const std::string &system);

/* May this process bind addresses that no interface has? */
bool may_bind_any();

#endif
