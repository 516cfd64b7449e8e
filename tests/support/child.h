/* SPDX-License-Identifier: ISC */
/* For what changes the process it runs in: its descriptors, its environment. */
#ifndef TESTS_SUPPORT_CHILD_H
#define TESTS_SUPPORT_CHILD_H

#include <functional>
#include <string>

#include <sys/types.h>

/*
 * Runs BODY in a child of its own and waits for it.  Expectations that fail in
 * it are printed there, and fail the test here.
 */
void in_child(const std::function<void()> &body);

/* The same, for a BODY that ends in exec: returns the status of the program, or
 * fails the test when BODY returns or a signal ends the child. */
int exit_status_of(const std::function<void()> &body);

/* What BODY writes to DESCRIPTOR, standard output or error. */
std::string written_to(int descriptor, const std::function<void()> &body);

bool is_open(int descriptor);

/* How many descriptors below 256 are open. */
int open_descriptors();

/* Closes what the test was started with beyond standard error. */
void close_from_three();

/* Can this process become another user?  Where it is root in a user namespace
 * of its own alone, it cannot. */
bool can_change_user();
constexpr uid_t nobody = 65534;

#endif
