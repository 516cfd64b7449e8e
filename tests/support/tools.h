/* SPDX-License-Identifier: ISC */
/*
 * The tools under test: those of this build, or, so that other builds can be
 * put to the same tests, those of the directory in BINDCHAIN_BIN_DIR.
 * BINDCHAIN_PROBE then names a probe built with the same C library.
 */
#ifndef BINDCHAIN_TEST_TOOLS_H
#define BINDCHAIN_TEST_TOOLS_H

#include <string>
#include <vector>

#include "process.h"

std::string tool_directory();
std::string tool_path(const std::string &name);
std::string probe_path();

/* The tool with these arguments, PATH holding the tools and the system's programs. */
Command tool(const std::string &name, const std::vector<std::string> &arguments);

/* strerror(3) and gai_strerror(3) in the tools' C library. */
std::string error_text(int error);
std::string resolver_text(int code);
/* The address that getaddrinfo(3) there gives first for a TCP server on HOST. */
std::string first_address(const std::string &host);

#endif
