/* SPDX-License-Identifier: ISC */
#include "convention.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "descriptor_option.h"
#include "fatal.h"
#include "listen_fds.h"
#include "message.h"
#include "native.h"
#include "nearest_word.h"
#include "number.h"
#include "options.h"
#include "outcome_words.h"
#include "socket_variables.h"

bool
convention_is_maximum_backlog(const char *text)
{
	return strcmp(text, "max") == 0 || strcmp(text, "4294967295") == 0;
}

void
convention_check_limit(const struct invocation *invocation)
{
	const struct handover *handover = &invocation->handover;
	long long last = (long long)handover->target + handover->count - 1;

	descriptor_option_check_limit(invocation, last);
}

/* ---- names ---- */

void
convention_refuse_source(const struct invocation *invocation, const char *word)
{
	native_fatal_choice(invocation, "from", word);
}

/* ---- --as ---- */

/* The convention of --as while it is read. */
struct reading {
	const struct invocation *invocation;
	const char *how;   /* the whole list */
	const char *place; /* the word that says where the sockets go, or NULL */
	int count;         /* of the sockets */
	struct convention convention;
	struct socket_variable *told;
};

/* The lowest descriptor from 3 on that begins COUNT closed ones. */
static int
first_free(int count)
{
	int first = LISTEN_FDS_START;

	for (int i = 0; i < count; i++)
		if (fcntl(first + i, F_GETFD) >= 0) {
			first += i + 1;
			i = -1;
		}
	return first;
}

/* Of the words that say where the sockets go there is one. */
static void
set_place(struct reading *reading, const char *word, int descriptor)
{
	if (reading->place)
		fatal(reading->invocation, "--as=%s: %s and %s cannot be combined: each has descriptors"
		    " of its own", reading->how, reading->place, word);
	reading->place = word;
	reading->convention.descriptor = descriptor;
}

static void
refuse_several(const struct reading *reading, const char *word)
{
	if (reading->count != 1)
		fatal(reading->invocation, "--as=%s passes one socket, not %d", word,
		    reading->count);
}

static bool
read_place(struct reading *reading, const char *word)
{
	struct convention *convention = &reading->convention;

	if (strcmp(word, "systemd") == 0) {
		set_place(reading, word, LISTEN_FDS_START);
		convention->variables |= HANDOVER_SYSTEMD;
	} else if (strcmp(word, "stdin") == 0) {
		refuse_several(reading, word);
		set_place(reading, word, STDIN_FILENO);
		convention->takes_standard_input = true;
	} else if (strcmp(word, "fd:free") == 0)
		set_place(reading, word, first_free(reading->count));
	else if (strncmp(word, "fd:", 3) == 0)
		set_place(reading, word, descriptor_option_read(reading->invocation, "as", word, word + 3));
	else
		return false;
	return true;
}

static void
add_variables(struct reading *reading, const struct socket_convention *row)
{
	struct convention *convention = &reading->convention;

	convention->told_count += socket_convention_variables(row,
	    reading->told + convention->told_count);
}

static void
read_word(struct reading *reading, const char *word)
{
	const struct socket_convention *row = socket_convention_find(word, strlen(word));

	if (read_place(reading, word))
		return;
	if (strcmp(word, "upstart") == 0) {
		refuse_several(reading, word);
		reading->convention.variables |= HANDOVER_UPSTART;
	} else if (row)
		add_variables(reading, row);
	else
		native_fatal_choice(reading->invocation, "as", word);
}

static void
refuse_repeated(const struct reading *reading, char *const *words, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(words[i], words[count]) == 0)
			fatal(reading->invocation, "--as=%s: %s appears twice", reading->how,
			    words[i]);
}

/* More than there are conventions: others appear twice, or are unknown. */
#define WORDS_MAX 32

static void
read_words(struct reading *reading)
{
	char *words[WORDS_MAX], *rest = strdup(reading->how);
	int count = 0;

	if (!rest)
		native_fatal_memory(reading->invocation);
	for (; rest && count < WORDS_MAX; count++) {
		words[count] = rest;
		rest = strchr(rest, ',');
		if (rest)
			*rest++ = '\0';
		refuse_repeated(reading, words, count);
		read_word(reading, words[count]);
	}
}

/* ---- --env ---- */

static void
check_format(const struct invocation *invocation, const char *option, const char *format)
{
	const char *wrong = socket_format_error(format);

	if (wrong)
		fatal(invocation, "--env=%s: unknown placeholder: %s; known are {fd}, {address},"
		    " {host}, {port}, {url}, {name}, {index}, {count} and {pid}, and {{ and }}"
		    " are literal braces", option, wrong);
	if (socket_format_tells_nothing(format))
		fatal(invocation, "--env=%s: the format has no placeholder, such as {fd}",
		    option);
}

/* Of two values of a variable one would be lost. */
static void
refuse_second(const struct reading *reading, const char *option, const char *name)
{
	for (int i = 0; i < reading->convention.told_count; i++)
		if (strcmp(reading->told[i].name, name) == 0)
			fatal(reading->invocation, "--env=%s: %s is set twice", option, name);
}

/* OPTION is NAME, whose value is "fd=address;…", or NAME=FORMAT. */
static void
add_variable(struct reading *reading, const char *option, const char *separator)
{
	struct socket_variable *variable = &reading->told[reading->convention.told_count];
	const char *equals = strchr(option, '=');
	size_t length = strcspn(option, "=");
	char *name = native_allocate(reading->invocation, length + 1, 1);
	const char *refusal;

	memcpy(name, option, length);
	refusal = handover_refuse_variable(name);
	if (refusal)
		fatal(reading->invocation, "--env=%s: %s", option, refusal);
	refuse_second(reading, option, name);
	*variable = equals ? (struct socket_variable) { name, equals + 1,
	    separator ? separator : ",", true }
	                   : (struct socket_variable) { name, "{fd}={address}", ";", true };
	check_format(reading->invocation, option, variable->format);
	reading->convention.told_count++;
}

static void
read_variables(struct reading *reading, const struct convention_options *options)
{
	bool has_format = false;

	if (options->variables[CONVENTION_VARIABLES_MAX])
		fatal(reading->invocation, "--env: more than %d of them", CONVENTION_VARIABLES_MAX);
	for (int i = 0; options->variables[i]; i++) {
		add_variable(reading, options->variables[i], options->separator);
		has_format = has_format || strchr(options->variables[i], '=');
	}
	if (options->separator && !has_format)
		fatal(reading->invocation, "--env-separator needs --env=NAME=FORMAT");
}

/* More than there are conventions. */
#define TOLD_MAX ((size_t)24)

struct convention
convention_read(const struct invocation *invocation, const struct convention_options *options,
    int count)
{
	struct reading reading = { .invocation = invocation, .count = count,
		.how = options->as ? options->as : "systemd",
		.convention = { .descriptor = LISTEN_FDS_START } };

	reading.told = native_allocate(invocation, TOLD_MAX * SOCKET_VARIABLES_MAX
	        + CONVENTION_VARIABLES_MAX, sizeof *reading.told);
	reading.convention.told = reading.told;
	read_words(&reading);
	read_variables(&reading, options);
	if (options->no_listen_pid && !(reading.convention.variables & HANDOVER_SYSTEMD))
		fatal(invocation, "--no-listen-pid is for --as=systemd, not --as=%s", reading.how);
	return reading.convention;
}

/* Formats are for addresses of TCP, UDP and paths.  Family 0: the plan fails. */
static bool
has_words_for(const struct socket_variable *variable, const struct address *address)
{
	int family = address_family(address);

	return !family || address_is_internet(address) || family == AF_UNIX
	    || !socket_variable_tells_address(variable);
}

void
convention_check_address(const struct invocation *invocation,
    const struct convention *convention, const struct address *address)
{
	char text[ADDRESS_TEXT_SIZE];

	for (int i = 0; i < convention->told_count; i++)
		if (!has_words_for(&convention->told[i], address))
			fatal(invocation, "%s: cannot represent the address of a %s socket",
			    convention->told[i].name, family_text(address_family(address)));
	for (int i = 0; i < convention->told_count; i++) {
		const char *part = socket_variable_part(&convention->told[i]);
		if (part && address_family(address) == AF_UNIX)
			fatal(invocation, "%s: %s is a part of an internet address, and %s is a path;"
			    " use {address}", convention->told[i].name, part, address_text(address, text));
	}
	for (int i = 0; i < convention->told_count; i++) {
		const char separator[]
		    = { socket_variable_ambiguous(&convention->told[i], address), '\0' };
		if (separator[0])
			fatal(invocation, "%s: cannot represent a path with \"%s\": %s",
			    convention->told[i].name, separator, address_text(address, text));
	}
}

void
convention_check_path(const struct invocation *invocation, const struct convention *convention,
    const struct request *request)
{
	if (!request_binds_by_name(request))
		return;
	for (int i = 0; i < convention->told_count; i++)
		if (socket_variable_tells_address(&convention->told[i]))
			fatal(invocation, "%s: cannot represent a path of more than %d bytes",
			    convention->told[i].name, (int)address_path_max);
}

/* ---- --words ---- */

/* The descriptor of the socket called NAME, of LENGTH characters, or with this index; -1:
 * there is none. */
static int
named_descriptor(const struct handover *handover, const char *name, size_t length)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	char number[NUMBER_TEXT_SIZE] = "";
	long long index;

	for (int i = 0; handover->names && i < handover->count; i++)
		if (handover->names[i] && strlen(handover->names[i]) == length
		    && strncmp(handover->names[i], name, length) == 0)
			return handover->target + i;
	if (length < sizeof number)
		memcpy(number, name, length);
	if (number_read(number, &rule, &index) != NUMBER_READ || index >= handover->count)
		return -1;
	return handover->target + (int)index;
}

static _Noreturn void
refuse_word(const struct invocation *invocation, const char *argument, const char *name,
    size_t length)
{
	const struct handover *handover = &invocation->handover;
	struct nearest_word nearest;
	struct text text;

	nearest_word_begin(&nearest, name, length);
	for (int i = 0; handover->names && i < handover->count; i++)
		if (handover->names[i])
			nearest_word_offer(&nearest, handover->names[i]);
	message_begin(&text, invocation, native_personality.fatal);
	text_printf(&text, "--words: %s: no socket has this name", argument);
	if (nearest.right)
		text_printf(&text, "; did you mean {%s}?", nearest.right);
	message_keep(&text);
	message_inform(invocation, "use a name or an index (0 to %d); {{ and }} are literal braces",
	    handover->count - 1);
	fatal_exit(invocation, NATIVE_EXIT_USAGE);
}

/* The word in the braces at TEXT goes to STREAM as a descriptor.  Returns what follows. */
static const char *
write_descriptor(const struct invocation *invocation, FILE *stream, const char *argument,
    const char *text)
{
	size_t length = strcspn(text + 1, "{}");
	int descriptor = text[0] == '{' && text[length + 1] == '}'
	    ? named_descriptor(&invocation->handover, text + 1, length) : -1;

	if (descriptor < 0)
		refuse_word(invocation, argument, text + 1, length);
	fprintf(stream, "%d", descriptor);
	return text + length + 2;
}

static char *
replace_words(const struct invocation *invocation, const char *argument)
{
	const char *text = argument;
	char *replaced = NULL;
	size_t size;
	FILE *stream = open_memstream(&replaced, &size);

	if (!stream)
		native_fatal_memory(invocation);
	while (*text) {
		bool brace = *text == '{' || *text == '}';
		if (brace && text[1] != *text)
			text = write_descriptor(invocation, stream, argument, text);
		else {
			putc(*text, stream);
			text += brace ? 2 : 1;
		}
	}
	if (fclose(stream) != 0 || !replaced)
		native_fatal_memory(invocation);
	return replaced;
}

void
convention_complete(struct invocation *invocation, const struct convention *convention,
    const struct convention_options *options)
{
	size_t count = 0;
	char **next;

	invocation->handover.told = convention->told;
	invocation->handover.told_count = convention->told_count;
	if (options->no_listen_pid)
		handover_without_pid(&invocation->handover);
	if (!options->words)
		return;
	while (invocation->next[count])
		count++;
	next = native_allocate(invocation, count + 1, sizeof *next);
	for (size_t i = 0; i < count; i++)
		next[i] = replace_words(invocation, invocation->next[i]);
	invocation->next = next;
}

/* ---- variables of the open sockets ---- */

/* Reads what variables tell of socket INDEX. */
static void
read_facts(const struct invocation *invocation, int index, struct address *address,
    struct socket_facts *facts)
{
	const struct handover *handover = &invocation->handover;
	int descriptor = handover->target + index, type;
	socklen_t length = sizeof type;

	if (!address_read(address, descriptor)
	    || getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) != 0)
		native_fatal_descriptor(invocation, "read back", descriptor);
	*facts = (struct socket_facts) { .descriptor = descriptor, .index = index,
		.count = handover->count, .datagram = type == SOCK_DGRAM, .address = address,
		.name = handover->names ? handover->names[index] : NULL };
}

void
convention_tell(const struct invocation *invocation)
{
	const struct handover *handover = &invocation->handover;
	struct socket_facts *facts;
	struct address *addresses;

	if (handover->told_count == 0)
		return;
	facts = native_allocate(invocation, (size_t)handover->count, sizeof *facts);
	addresses = native_allocate(invocation, (size_t)handover->count, sizeof *addresses);
	for (int i = 0; i < handover->count; i++)
		read_facts(invocation, i, &addresses[i], &facts[i]);
	for (int i = 0; i < handover->told_count; i++)
		if (socket_variable_set(&handover->told[i], facts, handover->count) != 0)
			native_fatal_call(invocation, "set variable", handover->told[i].name);
	free(addresses);
	free(facts);
}

void
convention_print_names(void)
{
	puts("\nConventions, bindchain-handover(7): systemd, stdin, upstart and");
	for (const struct socket_convention *row = socket_conventions; row->name[0]; row++)
		printf("%s%s", row == socket_conventions ? "" : ", ", row->name);
	puts("");
}
