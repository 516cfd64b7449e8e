/* SPDX-License-Identifier: ISC */
/*
 * A kernel and a C library that answer from the input, so that a run makes no system
 * call.  They stand in by the linker's --wrap, between input_begin() and input_end().
 */
#ifndef TESTS_FUZZ_KERNEL_H
#define TESTS_FUZZ_KERNEL_H

#include "fuzz.h"

#ifdef __cplusplus
extern "C" {
#endif

void kernel_begin(void);
void kernel_end(void);

/*
 * From where the answers come: the contents of a file, what a link leads to, the names
 * in a directory, with slashes between them, each up to a null byte; a reply of netlink,
 * with its length in front, low byte first; a byte where there are few answers.  Where
 * nothing is left a call fails.
 */
void kernel_answer_from(struct input *);

/* What is allocated from here on stays, for what remembers it from run to run. */
void kernel_keep_memory(void);

/* What is in a buffer behind a reply of netlink. */
void kernel_fill_with(uint8_t);

/* This process, and its highest open descriptor. */
#define KERNEL_PID 4711
#define KERNEL_HIGHEST_DESCRIPTOR 9

/*
 * Messages, which are written to standard error, are required to be one printable line
 * each.  What went to standard output is kept.
 */
const char *kernel_output(size_t *length);
void kernel_forget_output(void);

#ifdef __cplusplus
}
#endif

#endif
