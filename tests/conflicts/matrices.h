/* SPDX-License-Identifier: ISC */
/* The matrices of docs/conflicts.md, made from the rules. */
#ifndef TESTS_CONFLICTS_MATRICES_H
#define TESTS_CONFLICTS_MATRICES_H

#include <string>

/* DOCUMENT with what stands between "<!-- matrix SYSTEM -->" and "<!-- end -->" made
 * anew.  Throws where a mark is missing. */
std::string with_matrices(const std::string &document);

#endif
