/* SPDX-License-Identifier: ISC */
/*
 * The options of native commands whose argument is one of some words, or several of them:
 * what messages and completions list.
 */
#ifndef BINDCHAIN_CHOICES_H
#define BINDCHAIN_CHOICES_H

#include <stdbool.h>
#include <stddef.h>

/* Text in the rows, not pointers, which would be relocated at every start. */
#define CHOICE_SIZE 16
#define CHOICES_MAX 6
struct choices {
	char option[16];   /* its long name */
	bool is_list;      /* of words with commas between */
	bool conventions;  /* the names in socket_conventions[] too */
	char words[CHOICES_MAX][CHOICE_SIZE]; /* upper case stands for what the user writes: "fd:N" */
};

/* The row of an option; NULL if there is none. */
const struct choices *choices_find(const char *option);

/* A word of the row, with those of conventions; NULL after the last. */
const char *choices_word(const struct choices *, size_t index);

#endif
