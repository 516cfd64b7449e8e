/* SPDX-License-Identifier: ISC */
#ifndef BINDCHAIN_TEST_PRIVILEGE_H
#define BINDCHAIN_TEST_PRIVILEGE_H

#include <string>

/* Gives FILE the capability to bind privileged ports, for whoever executes it. */
bool give_bind_capability(const std::string &file, std::string *why_not);

#endif
