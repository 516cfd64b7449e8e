/* SPDX-License-Identifier: ISC */
/* A manual page of section 3, read from its mdoc(7). */
#ifndef TESTS_MANUAL_LIBRARY_PAGE_H
#define TESTS_MANUAL_LIBRARY_PAGE_H

#include <map>
#include <string>
#include <vector>

#include "declarations.h"

/* A command line of EXAMPLES that runs the page's program, and what it prints. */
struct ExampleRun {
	std::string command;
	std::string printed;
	bool linux_only; /* the text before says "On Linux" */
};

struct LibraryPage {
	std::string name; /* of the file, without ".3" */
	std::vector<std::string> names; /* of the NAME section */
	std::map<std::string, std::string> sections; /* without their headings */
	std::vector<std::string> order; /* of the sections */
	Declarations synopsis;
	std::vector<std::string> references; /* "bindchain_open 3" */
	std::string program;
	std::vector<ExampleRun> runs;

	std::string section(const std::string &heading) const;
	/* Whether the page documents FUNCTION outside its SYNOPSIS. */
	bool describes(const std::string &function) const;
};

/* All pages of section 3, by name. */
std::map<std::string, LibraryPage> read_library_pages(const std::string &directory);

#endif
