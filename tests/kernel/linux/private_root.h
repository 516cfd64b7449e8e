/* SPDX-License-Identifier: ISC */
/* A file system of a test's own, that nothing else on the machine sees. */
#ifndef BINDCHAIN_TEST_PRIVATE_ROOT_H
#define BINDCHAIN_TEST_PRIVATE_ROOT_H

#include <string>

#include <gtest/gtest.h>

/*
 * Puts this process into a mount namespace, once, with an empty tmpfs that every user
 * may enter, and with accounts of its own: root, "other" (1) and "service" (65534),
 * groups of the same names.  Returns where the tmpfs is, or "" with the reason.
 */
std::string enter_private_root(std::string *why_not);

/* A test in such a file system, skipped where it cannot be made. */
class InPrivateRoot : public testing::Test {
protected:
	void SetUp() override;

	std::string root; /* empty: skipped */
};

#endif
