/* SPDX-License-Identifier: ISC */
/*
 * Skipping a test for want of something.  On a developer's machine that is a
 * skip with its reason; where the environment variable CI is set everything is
 * supposed to be there, and it is a failure.
 */
#ifndef BINDCHAIN_TEST_SKIP_H
#define BINDCHAIN_TEST_SKIP_H

#include <gtest/gtest.h>

bool skipping_is_failing();

/* Leaves the test (or SetUp). */
#define SKIP_TEST(reason)                                                       \
	do {                                                                    \
		if (skipping_is_failing())                                      \
			FAIL() << "not to be skipped in CI: " << (reason);      \
		GTEST_SKIP() << (reason);                                       \
	} while (false)

/* The same, for what cannot be had everywhere even in CI. */
#define SKIP_TEST_EVEN_IN_CI(reason) GTEST_SKIP() << (reason)

#endif
