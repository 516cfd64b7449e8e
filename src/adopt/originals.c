/* SPDX-License-Identifier: ISC */
#include "originals.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adopt.h"
#include "number.h"
#include "text.h"

#define ORIGINALS_MAX 64
#define VARIABLE "BINDCHAIN_ADOPT"

static struct original originals[ORIGINALS_MAX];
static int original_count;
static atomic_int waiting;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
struct adopt_words adopt_words;

/* ---- messages ---- */

void
adopt_say(const char *format, ...)
{
	int saved = errno;
	struct text text;
	va_list arguments;

	text_init(&text);
	text_printf(&text, "bindchain-adopt: ");
	va_start(arguments, format);
	text_vprintf(&text, format, arguments);
	va_end(arguments);
	text_printf(&text, "\n");
	text_write_bytes(STDERR_FILENO, text.bytes, text.length);
	errno = saved;
}

/* ---- counting ---- */

bool
adopt_is_waiting(void)
{
	return atomic_load_explicit(&waiting, memory_order_relaxed) > 0;
}

bool
originals_exist(void)
{
	return original_count > 0;
}

bool
originals_were_taken(void)
{
	return atomic_load(&waiting) < original_count;
}

int
adopt_next_original(unsigned first)
{
	int next = -1;

	if (!adopt_is_waiting())
		return -1;
	for (int i = 0; i < original_count; i++) {
		int descriptor = originals[i].descriptor;
		if (!originals[i].taken && (unsigned)descriptor >= first
		    && (next < 0 || descriptor < next))
			next = descriptor;
	}
	return next;
}

void
originals_lock(void)
{
	pthread_mutex_lock(&lock);
}

void
originals_unlock(void)
{
	pthread_mutex_unlock(&lock);
}

/* ---- the variable ---- */

/* Writes those that wait over the old value, which was longer: the string may be anywhere,
 * and what points to it is the daemon's. */
static void
write_variable(void)
{
	char *value = getenv(VARIABLE), *words;
	char list[ORIGINALS_MAX * NUMBER_TEXT_SIZE] = "", number[NUMBER_TEXT_SIZE];
	size_t length = 0, old;

	if (!value)
		return;
	words = value + strcspn(value, ";");
	old = strlen(value);
	for (int i = 0; i < original_count; i++) {
		const char *digits = number_text(originals[i].descriptor, number);
		if (originals[i].taken)
			continue;
		if (length > 0)
			list[length++] = ',';
		memcpy(list + length, digits, strlen(digits) + 1);
		length += strlen(digits);
	}
	if (length == 0)
		*value = '\0';
	else if (length + strlen(words) <= old) {
		memmove(value + length, words, strlen(words) + 1);
		memcpy(value, list, length);
	}
}

void
originals_take(struct original *original)
{
	if (original->taken)
		return;
	original->taken = true;
	atomic_fetch_sub(&waiting, 1);
	fcntl(original->descriptor, F_SETFD, FD_CLOEXEC);
	write_variable();
}

void
adopt_make_room(int descriptor)
{
	for (int i = 0; adopt_is_waiting() && i < original_count; i++) {
		int moved;
		if (originals[i].descriptor != descriptor || originals[i].taken)
			continue;
		moved = fcntl(descriptor, F_DUPFD, descriptor + 1);
		if (moved < 0)
			continue;
		originals[i].descriptor = moved;
		write_variable();
	}
}

/* ---- matching ---- */

/* The protocol, or 0 where the system does not tell. */
static int
protocol_of(int descriptor)
{
	int protocol = 0;
#ifdef SO_PROTOCOL
	socklen_t length = sizeof protocol;

	if (getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &protocol, &length) != 0)
		protocol = 0;
#else
	(void)descriptor;
#endif
	return protocol;
}

static int
type_of(int descriptor)
{
	int type;
	socklen_t length = sizeof type;

	return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) == 0 ? type : -1;
}

static bool
is_same_address(const struct address *one, const struct address *other)
{
	char first[ADDRESS_PATH_SIZE], second[ADDRESS_PATH_SIZE];
	size_t length;

	if (address_family(one) != address_family(other))
		return false;
	if (address_is_internet(one))
		return address_port(one) == address_port(other) && address_answers(one, other);
	length = address_path(one, first);
	return length > 0 && length == address_path(other, second)
	    && memcmp(first, second, length) == 0;
}

/* The same file, of a path that is written differently. */
static bool
is_same_file(int directory, const char *one, const char *other)
{
	struct stat first, second;

	return fstatat(directory, one, &first, AT_SYMLINK_NOFOLLOW) == 0
	    && fstatat(AT_FDCWD, other, &second, AT_SYMLINK_NOFOLLOW) == 0
	    && S_ISSOCK(first.st_mode) && first.st_dev == second.st_dev
	    && first.st_ino == second.st_ino;
}

static bool
is_path_of(const struct original *original, int directory, const char *path)
{
	char own[ADDRESS_PATH_SIZE];

	if (address_family(&original->address) != AF_UNIX)
		return false;
	address_path(&original->address, own);
	return strcmp(own, path) == 0
	    || (own[0] != '@' && path[0] != '@' && is_same_file(directory, path, own));
}

static bool
addresses_match(const struct original *original, const struct address *asked)
{
	char path[ADDRESS_PATH_SIZE];

	if (address_family(asked) == AF_UNIX) {
		address_path(asked, path);
		return is_path_of(original, AT_FDCWD, path);
	}
	/* Port 0 asks for any port, not for ours. */
	if (address_family(asked) != address_family(&original->address)
	    || address_port(asked) == 0
	    || address_port(asked) != address_port(&original->address))
		return false;
	return adopt_words.by_port || is_same_address(&original->address, asked);
}

struct original *
originals_match(int descriptor, const struct address *asked)
{
	int type = type_of(descriptor), protocol = protocol_of(descriptor);
	struct original *shared = NULL;

	for (int i = 0; i < original_count; i++) {
		struct original *original = &originals[i];
		if (original->type != type || original->protocol != protocol
		    || !addresses_match(original, asked))
			continue;
		if (!original->taken)
			return original;
		/* A daemon that closes all it has may have closed this one, too. */
		if (!shared && originals_of(original->descriptor) == original)
			shared = original;
	}
	return shared;
}

const struct original *
originals_of(int descriptor)
{
	struct address address;
	int type;

	if (original_count == 0 || !address_read(&address, descriptor))
		return NULL;
	type = type_of(descriptor);
	for (int i = 0; i < original_count; i++)
		if (originals[i].type == type && is_same_address(&originals[i].address, &address))
			return &originals[i];
	return NULL;
}

const struct original *
originals_of_path(int directory, const char *path)
{
	for (int i = 0; i < original_count; i++)
		if (path && is_path_of(&originals[i], directory, path))
			return &originals[i];
	return NULL;
}

/* ---- the start ---- */

static bool
add_original(const char *digits)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	struct original *original = &originals[original_count];
	long long descriptor;

	if (original_count == ORIGINALS_MAX || number_read(digits, &rule, &descriptor) != NUMBER_READ)
		return false;
	*original = (struct original) { .descriptor = (int)descriptor,
		.type = type_of((int)descriptor), .protocol = protocol_of((int)descriptor) };
	if (original->type < 0 || !address_read(&original->address, original->descriptor))
		return false;
	original_count++;
	return true;
}

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

/* Held while a child is made, so that it does not find the lock of a thread that it has not. */
static void
hold_over_fork(void)
{
	pthread_atfork(originals_lock, originals_unlock, originals_unlock);
}

__attribute__((constructor)) static void
read_variable(void)
{
	const char *value = getenv(VARIABLE);
	char copy[ORIGINALS_MAX * NUMBER_TEXT_SIZE], *words = NULL;

	if (!value || !*value || adopt_is_privileged())
		return;
	if (strlen(value) < sizeof copy) {
		memcpy(copy, value, strlen(value) + 1);
		words = read_parts(copy, ',', ';', add_original);
	}
	if (words && *words)
		words = read_parts(words, ';', ';', read_word);
	if (!words) {
		original_count = 0;
		adopt_say("nothing is adopted: %s=%s is malformed, or has a descriptor that is no"
		    " bound socket", VARIABLE, value);
		return;
	}
	hold_over_fork();
	atomic_store(&waiting, original_count);
}
