/* SPDX-License-Identifier: ISC */
/*
 * Pairs of sockets on one port, and what a kernel answered when it was asked for
 * them: whether the second can be bound and listen, and who then gets traffic.
 */
#ifndef TESTS_CONFLICTS_PAIRS_H
#define TESTS_CONFLICTS_PAIRS_H

#include <iosfwd>
#include <map>
#include <string>
#include <tuple>
#include <vector>

/* "0.0.0.0", "127.0.0.1", "127.0.0.2", "::1"; "::only" and "::dual", the wildcard of
 * IPv6 alone and of both; "mapped", which is ::ffff:127.0.0.1. */
extern const std::vector<std::string> pair_addresses;

/* Of one end. */
struct PairEnd {
	std::string address;
	std::string options; /* "none", or some of "addr", "port" and "lb" joined by "+" */

	bool has(const std::string &option) const;
	const char *host() const; /* as inet_pton(3) reads it */
	bool is_ipv4() const;
	bool is_v6only() const;
};

/* What both are. */
struct PairContext {
	bool is_stream;
	bool first_listens;
	/* "u0": both are user 65534's; "u1": the first is root's and the second 65534's;
	 * "u2": the first is 65534's and the second 65533's. */
	std::string users;

	unsigned first_user() const;
	unsigned second_user() const;
	std::string text() const; /* "tcp/bound/u0" */
};

struct Pair {
	PairContext context;
	PairEnd first, second;

	std::string text() const;
};

struct PairAnswer {
	/* '.': both are there; 'b', 'l': bind(2) or listen(2) of the second says
	 * EADDRINUSE; '?': something else happened. */
	char outcome = '?';
	/* Who got connections or datagrams to 127.0.0.1 and to ::1: '1', '2', 'm' both,
	 * '-' nobody; '.' was not asked. */
	char ipv4 = '.', ipv6 = '.';
};

/* The answers of one kernel. */
class PairAnswers {
public:
	/* Reads a file of this directory, as write() makes it.  Throws. */
	static PairAnswers read(const std::string &path);
	void write(std::ostream &) const;

	std::string kernel;               /* "FreeBSD 13.1-RELEASE-p7" */
	std::vector<std::string> options; /* of each end, in their order */

	std::vector<Pair> pairs() const; /* all that have an answer */
	const PairAnswer &answer(const Pair &) const;
	void set(const Pair &, const PairAnswer &);

private:
	using Key = std::tuple<std::string, std::string, std::string>;
	/* By the two addresses and the context: a cell for each pair of options. */
	std::map<Key, std::vector<PairAnswer>> cells_;

	size_t cell_of(const Pair &) const;
	void read_line(const std::string &line);
	std::vector<PairContext> contexts() const;
};

#endif
