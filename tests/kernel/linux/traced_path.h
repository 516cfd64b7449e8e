/* SPDX-License-Identifier: ISC */
/* What a traced start does with its path. */
#ifndef BINDCHAIN_TEST_TRACED_PATH_H
#define BINDCHAIN_TEST_TRACED_PATH_H

#include <string>

#include "path_starts.h"
#include "tracee.h"

/* 0 where nothing is. */
ino_t inode_of(const std::string &path);
/* How far apart the moments are at which a start is stopped: one, where
 * BINDCHAIN_EVERY_MOMENT is set, which takes minutes, else BOUNDED. */
int moment_step(int bounded);
/* Does the call that is about to be made name something under ROOT? */
bool names_path(const Tracee &, const std::string &root);
/* Calls that neither look at a name nor change one: what can be seen before the next
 * other call is what could be seen before these. */
extern const std::vector<unsigned> calls_without_names;
/* Makes the call that is about to be made, if it could make what the path is to be, and
 * returns whether it has. */
bool gives_birth(Tracee &, Object);
/* Is what the next program is given what is at the path?  SIOCUNIXFILE: Linux 4.12. */
bool is_given(const PathStart &, const std::string &path, const Tracee &);
/* What is wrong with what the next program is given, and with the access that the object
 * at the path grants; "" when nothing. */
std::string wrong_handover(const PathStart &, const std::string &path, const Tracee &);
std::string wrong_access(const PathStart &, const std::string &path);

#endif
