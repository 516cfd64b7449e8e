/* SPDX-License-Identifier: ISC */
#include "variable.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adopt.h"
#include "messages.h"
#include "number.h"
#include "original_table.h"
#include "preload.h"

#define VARIABLE "BINDCHAIN_ADOPT"

/* What follows the list of descriptors, with its separator. */
static char variable_words[PATH_MAX + 64];

struct adopt_words adopt_words;

/* ---- reading ---- */

static bool
read_word(const char *word)
{
	if (strcmp(word, "port") == 0)
		adopt_words.by_port = true;
	else if (strcmp(word, "strict") == 0)
		adopt_words.strict = true;
	else if (strcmp(word, "verbose") == 0)
		adopt_words.verbose = true;
	else if (strcmp(word, "check") == 0)
		adopt_words.check = true;
	else if (strncmp(word, "in=", 3) == 0)
		snprintf(adopt_words.directory, sizeof adopt_words.directory, "%s", word + 3);
	else
		return strcmp(word, "exact") == 0;
	return true;
}

/* Calls READ for each part of the COPY that ends with one of STOPS; returns what follows the
 * list, or NULL. */
static char *
read_parts(char *copy, char separator, char end, bool (*read)(const char *))
{
	for (;;) {
		size_t length = strcspn(copy, (char[]) { separator, end, '\0' });
		char stop = copy[length];
		copy[length] = '\0';
		if (!read(copy))
			return NULL;
		copy += length + (stop != '\0');
		if (stop != separator)
			return copy;
	}
}

bool
variable_read(bool (*add)(const char *digits))
{
	const char *value = getenv(VARIABLE);
	char copy[ADOPT_SOCKETS_MAX * NUMBER_TEXT_SIZE + PATH_MAX], *words = NULL;

	if (!value || !*value || adopt_is_privileged())
		return false;
	if (strlen(value) < sizeof copy) {
		memcpy(copy, value, strlen(value) + 1);
		words = read_parts(copy, ',', ';', add);
	}
	if (words && *words)
		words = read_parts(words, ';', ';', read_word);
	if (!words) {
		adopt_say("nothing is adopted: %s=%s is malformed, or has a descriptor that is no"
		    " bound socket", VARIABLE, value);
		return false;
	}
	snprintf(variable_words, sizeof variable_words, "%s", value + strcspn(value, ";"));
	return true;
}

/* ---- writing ---- */

/* Of a list of all. */
static size_t
list_size(void)
{
	return (size_t)original_count * NUMBER_TEXT_SIZE + 1;
}

/* The numbers of a SET of originals. */
static size_t
list_descriptors(char *list, uint64_t set)
{
	char number[NUMBER_TEXT_SIZE];
	size_t length = 0;

	for (int i = 0; i < original_count; i++) {
		const char *digits = number_text(originals[i].descriptor, number);
		if (!(set & original_bit(i)))
			continue;
		if (length > 0)
			list[length++] = ',';
		memcpy(list + length, digits, strlen(digits) + 1);
		length += strlen(digits);
	}
	return length;
}

/* Those that programs get which are executed without execve(2) being seen. */
static uint64_t
passing_set(void)
{
	bool were_taken = originals_were_taken();
	uint64_t set = 0;

	for (int i = 0; i < original_count; i++)
		if (!originals[i].taken && !(were_taken && originals[i].closed))
			set |= original_bit(i);
	return set;
}

/* What the variable has; none in a child of fork(2), which may have got it half written.  Not
 * every processor has atomic sets. */
static atomic_bool written[ADOPT_SOCKETS_MAX];

static void
note_written(uint64_t set)
{
	for (int i = 0; i < original_count; i++)
		atomic_store(&written[i], (set & original_bit(i)) != 0);
}

static bool
is_written(uint64_t set)
{
	for (int i = 0; i < original_count; i++)
		if (atomic_load(&written[i]) != ((set & original_bit(i)) != 0))
			return false;
	return true;
}

/* Writes those that wait over the old value, which was longer: the string may be anywhere,
 * and what points to it is the daemon's. */
static void
write_value(char *value)
{
	char list[list_size()];
	char *words = value + strcspn(value, ";");
	uint64_t set = passing_set();
	size_t length = list_descriptors(list, set), old = strlen(value);

	note_written(set);
	if (length == 0) {
		*value = '\0';
		preload_drop();
	} else if (length + strlen(words) <= old) {
		memmove(value + length, words, strlen(words) + 1);
		memcpy(value, list, length);
	}
}

/* One writes, also for those who come meanwhile: another thread, or a signal's handler. */
static atomic_int variable_changes;

void
variable_write(void)
{
	char *value = getenv(VARIABLE);
	int done;

	if (!value || atomic_fetch_add(&variable_changes, 1) > 0)
		return;
	do {
		done = atomic_load(&variable_changes);
		write_value(value);
	} while (!atomic_compare_exchange_strong(&variable_changes, &done, 0));
}

void
variable_begin(void)
{
	note_written(passing_set());
}

void
variable_update(void)
{
	if (!is_written(passing_set()))
		variable_write();
}

void
variable_forget_others(void)
{
	atomic_store(&variable_changes, 0);
	note_written(0);
}

/* ---- for a program that is executed ---- */

size_t
variable_value_size(void)
{
	return list_size() + strlen(variable_words);
}

void
variable_make_value(char *value, uint64_t set)
{
	size_t length = list_descriptors(value, set);

	memcpy(value + length, variable_words, strlen(variable_words) + 1);
	if (length == 0)
		*value = '\0';
}
