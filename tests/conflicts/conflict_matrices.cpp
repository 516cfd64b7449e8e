/* SPDX-License-Identifier: ISC */
/* Prints docs/conflicts.md, given on standard input, with its matrices made anew. */
#include <iostream>
#include <iterator>

#include "matrices.h"

int
main()
{
	std::string document { std::istreambuf_iterator<char>(std::cin), {} };

	std::cout << with_matrices(document);
	return std::cout.flush() ? 0 : 1;
}
