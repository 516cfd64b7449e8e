/* SPDX-License-Identifier: ISC */
/* The limits of `bindchain accept`, from its options and from a file of the same words. */
#ifndef BINDCHAIN_ACCEPT_RULES_H
#define BINDCHAIN_ACCEPT_RULES_H

#include "serve_rules.h"
#include "text.h"

/*
 * Sets the limit called NAME, one of the options "limit", "limit-per-source" and "rate", to
 * VALUE.  Returns false if there is no such limit or VALUE is wrong, and adds the PROBLEM.
 */
bool accept_rule_set(struct serve_rules *, const char *name, const char *value,
    struct text *problem);

/*
 * Sets those of FILE: NAME=VALUE in each line; empty lines and those that begin with # are
 * comments.  Does not wait for what is no regular file.  Unless all is well, adds the PROBLEM
 * and changes nothing.
 */
enum accept_rules_result {
	ACCEPT_RULES_READ,
	ACCEPT_RULES_WRONG,     /* a line, or the kind of file */
	ACCEPT_RULES_UNREADABLE /* a call failed */
};
enum accept_rules_result accept_rules_read(struct serve_rules *, const char *file,
    struct text *problem);

#endif
