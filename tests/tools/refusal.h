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
	const char *name;
	const char *tool;
	std::vector<std::string> arguments;
	int status;
	/* The first line of standard error behind "PROG: ", and what the C library
	 * says at its end. */
	const char *message;
	int error = 0;
	int resolver = 0;
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
