/* SPDX-License-Identifier: ISC */
/*
 * What the fuzz targets share: how an input is taken apart, and what is required of an
 * output.  A target is a file with LLVMFuzzerTestOneInput(), for clang's libFuzzer; its inputs
 * are text as far as that goes, so that seeds can be written by hand.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- input ---- */

struct input {
	const uint8_t *at;
	size_t left;
};

/* Begins a run: what the run before it took is free again. */
struct input input_begin(const uint8_t *data, size_t size);
/* Ends it. */
void input_end(void);

/* The next byte; 0 where there is none. */
uint8_t input_byte(struct input *);
/* As an option that is on or off: off for '0', which seeds write, too. */
bool input_flag(struct input *);

/*
 * The next bytes up to END or a null byte, which is passed over, as a string of at most
 * MAXIMUM bytes.  It may be written to; AddressSanitizer sees what is read behind it.
 */
char *input_text(struct input *, char end, size_t maximum);
/* The next words, a line each, as an argument vector.  A byte 2 is a newline in a word. */
#define INPUT_WORDS_MAX 24
struct words {
	char *argv[INPUT_WORDS_MAX + 1];
	size_t count;
};
void input_words(struct input *, struct words *);

/* ---- output ---- */

/* Ends the process, so that libFuzzer keeps the input. */
#define require(condition) \
	((condition) ? (void)0 : require_failed(#condition, __FILE__, __LINE__))
void require_failed(const char *condition, const char *file, int line)
    __attribute__((noreturn));

/* Printable ASCII and nothing else. */
void require_printable(const char *bytes, size_t length);
/* The same, in lines, each ended. */
void require_lines(const char *bytes, size_t length);

#ifdef __cplusplus
}
#endif

#endif
