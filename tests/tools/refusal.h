/* SPDX-License-Identifier: ISC */
/* A command line that a personality refuses, and how: a row of the golden
 * tables. */
#ifndef BINDCHAIN_TEST_REFUSAL_H
#define BINDCHAIN_TEST_REFUSAL_H

#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

enum class Line { whole, beginning };
/* Further lines are ours and begin with "PROG: info: ". */
enum class Info { possible, certain };

struct Refusal {
	std::string name;
	std::string tool;
	std::vector<std::string> arguments;
	int status;
	/* The first line of standard error after "PROG: ".  {ENOENT}, {EAI_NONAME} and their
	 * like stand for the C library's text; {mapped} for that of bind(2) when an IPv6-only
	 * socket gets an IPv4 address. */
	std::string message;
	Line line = Line::whole;
	Info info = Info::possible;
};

std::ostream &operator<<(std::ostream &, const Refusal &);

/* For INSTANTIATE_TEST_SUITE_P. */
std::string refusal_name(const testing::TestParamInfo<Refusal> &);

/* Has an argument an IPv6 address in it? */
bool needs_ipv6(const std::vector<std::string> &arguments);

/* Runs it; skips the test where the row needs an IPv6 that is not there. */
void expect_refusal(const Refusal &);

#endif
