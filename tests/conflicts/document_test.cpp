/* SPDX-License-Identifier: ISC */
/* docs/conflicts.md has the matrices that follow from the rules. */
#include <gtest/gtest.h>

#include "matrices.h"
#include "temporary_directory.h"

TEST(ConflictsDocument, HasTheMatricesOfTheRules)
{
	std::string document = read_whole_file(DOCUMENT);

	EXPECT_EQ(document, with_matrices(document))
	    << "conflict_matrices <docs/conflicts.md makes it anew";
}
