/* SPDX-License-Identifier: ISC */
/* The functions and constants of a public header, read from its text. */
#ifndef TESTS_MANUAL_DECLARATIONS_H
#define TESTS_MANUAL_DECLARATIONS_H

#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

/* A function, with one space between two words and none after an asterisk. */
struct Declaration {
	std::string result;
	std::vector<std::string> arguments;
};

using Declarations = std::map<std::string, Declaration>;

/* One space between two words, one before the first of several asterisks. */
std::string plain_type(const std::string &);
/* Whether PAGE's declaration is HEADER's.  It may name what the header leaves unnamed. */
bool same_declaration(const Declaration &header, const Declaration &page);
std::ostream &operator<<(std::ostream &, const Declaration &);

struct Header {
	Declarations functions;
	std::set<std::string> constants; /* enumerators and macros */
	/* Where the header defines a macro for a function, "sd_notify" for
	 * "bindchain_sd_notify", functions has the former. */
	std::map<std::string, std::string> symbols;
};

Header read_header(const std::string &path);

#endif
