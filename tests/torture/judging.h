/* SPDX-License-Identifier: ISC */
/* Which failures are tried, and what a command's messages say of them. */
#ifndef BINDCHAIN_TEST_JUDGING_H
#define BINDCHAIN_TEST_JUDGING_H

#include <string>
#include <vector>

#include "call_errors.h"
#include "command_lines.h"
#include "run.h"

/* Is every failure tried, for minutes? */
bool is_whole();
std::vector<int> errors_to_try(const CallErrors &, size_t index);
/* Of calls that are made very often, by searches, the first and the last stand for all. */
bool stands_for_others(const std::vector<MadeCall> &, size_t index);

/* EXIT STATUS of the manual pages. */
bool is_failure(Personality, int status);
/* "fatal" of "bindchain listen: fatal: ..."; "" where LINE is no message. */
std::string kind_of_message(const std::string &line);
bool is_fatal(const std::string &line);
/* The first one; "" where there is none. */
std::string fatal_line(const std::string &text);

bool writes_message(const MadeCall &);
/* A message cannot tell of itself; stdio(3) keeps no errno; and the C library turns what
 * fails within getpwnam(3) and the like into an answer of its own. */
bool error_is_lost(const MadeCall &, int error);
std::string described(const CallErrors &, const MadeCall &);

#endif
