/* SPDX-License-Identifier: ISC */
#include "socket_variables.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "environment.h"
#include "number.h"

/* ---- the table ---- */

const struct socket_convention socket_conventions[] = {
	/* nginx, src/core/nginx.c, ngx_add_inherited_sockets(): numbers, each with ";" after
	 * it, as ngx_exec_new_binary() writes them. */
	{ "nginx", { { "NGINX", "{fd};", "" } } },
	/* PHP, sapi/fpm/fpm/fpm_sockets.c, fpm_sockets_init_main(). */
	{ "php-fpm", { { "FPM_SOCKETS", "{address}={fd}", "," } } },
	/* Server::Starter, lib/Server/Starter.pm, server_ports(). */
	{ "server-starter", { { "SERVER_STARTER_PORT", "{address}={fd}", ";" } } },
	/* Mojolicious, lib/Mojo/IOLoop/Server.pm, listen(): a path after "unix:". */
	{ "mojolicious", { { "MOJO_REUSE", "{unix}{address}:{fd}", "," } } },
	/* unicorn, lib/unicorn/http_server.rb, inherit_listeners!(). */
	{ "unicorn", { { "UNICORN_FD", "{fd}", "," } } },
	/* gunicorn, gunicorn/arbiter.py, start(): GUNICORN_FD counts where GUNICORN_PID, the
	 * predecessor, is set; one that is not the parent has gone. */
	{ "gunicorn", { { "GUNICORN_FD", "{fd}", "," }, { "GUNICORN_PID", "{pid}", "" } } },
	/* Puma, lib/puma/binder.rb, create_inherited_fds(). */
	{ "puma", { { "PUMA_INHERIT_#", "{fd}:{url}", "" } } },
	/* Einhorn, README.md, "Direct bind"; EINHORN_FDS is that of versions before 0.5. */
	{ "einhorn",
	    { { "EINHORN_FD_#", "{fd}", "" }, { "EINHORN_FD_COUNT", "{count}", "" },
	        { "EINHORN_FDS", "{fd}", " " } } },
	{ .name = "" }
};

const struct socket_convention *
socket_convention_find(const char *name, size_t length)
{
	for (const struct socket_convention *row = socket_conventions; row->name[0]; row++)
		if (strlen(row->name) == length && strncmp(row->name, name, length) == 0)
			return row;
	return NULL;
}

int
socket_convention_variables(const struct socket_convention *convention,
    struct socket_variable variables[SOCKET_VARIABLES_MAX])
{
	int count = 0;

	for (; count < SOCKET_VARIABLES_MAX && convention->variables[count].name[0]; count++)
		variables[count] = (struct socket_variable) {
			.name = convention->variables[count].name,
			.format = convention->variables[count].format,
			.separator = convention->variables[count].separator };
	return count;
}

/* ---- formats ---- */

enum format_piece {
	PIECE_FD, PIECE_ADDRESS, PIECE_HOST, PIECE_PORT, PIECE_URL, PIECE_NAME, PIECE_INDEX,
	PIECE_UNIX, /* "unix:" before a path */
	PIECE_COUNT, PIECE_PID, /* these are not of a single socket */
	PIECE_CHARACTER,
	PIECE_END,
	PIECE_WRONG
};

/* The word in the braces at TEXT; REST is moved behind them. */
static enum format_piece
braced_piece(const char *text, const char **rest)
{
	static const char words[][8] = { "fd", "address", "host", "port", "url", "name", "index",
		"unix", "count", "pid" };
	size_t length = strcspn(text + 1, "{}");

	if (text[length + 1] != '}')
		return PIECE_WRONG;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strlen(words[i]) != length || strncmp(text + 1, words[i], length) != 0)
			continue;
		*rest = text + length + 2;
		return (enum format_piece)i;
	}
	return PIECE_WRONG;
}

/* The next piece, and REST is moved behind it; of PIECE_CHARACTER, C. */
static enum format_piece
next_piece(const char **rest, char *c)
{
	const char *text = *rest;

	*c = *text;
	if (!*text)
		return PIECE_END;
	if (*text == '{' && text[1] != '{')
		return braced_piece(text, rest);
	if (*text == '}' && text[1] != '}')
		return PIECE_WRONG;
	*rest += *text == '{' || *text == '}' ? 2 : 1;
	return PIECE_CHARACTER;
}

const char *
socket_format_error(const char *format)
{
	char c;

	for (;;)
		switch (next_piece(&format, &c)) {
		case PIECE_WRONG:
			return format;
		case PIECE_END:
			return NULL;
		default:
			break;
		}
}

bool
socket_format_tells_nothing(const char *format)
{
	enum format_piece piece;
	char c;

	do
		piece = next_piece(&format, &c);
	while (piece == PIECE_CHARACTER);
	return piece == PIECE_END;
}

/* Whether a format tells of single sockets. */
static bool
is_of_each(const char *format)
{
	char c;

	for (;;) {
		enum format_piece piece = next_piece(&format, &c);
		if (piece < PIECE_COUNT)
			return true;
		if (piece == PIECE_END)
			return false;
	}
}

/* The character after the piece WANTED of a format, or before it if BEFORE; '\0': none. */
static char
beside(const char *format, enum format_piece wanted, bool before)
{
	char c, previous = '\0';

	for (;;) {
		enum format_piece piece = next_piece(&format, &c);
		if (piece == wanted && before)
			return previous;
		if (piece == wanted)
			return next_piece(&format, &c) == PIECE_CHARACTER ? c : '\0';
		if (piece == PIECE_END)
			return '\0';
		previous = piece == PIECE_CHARACTER ? c : '\0';
	}
}

static bool
has_piece(const char *format, enum format_piece wanted)
{
	enum format_piece piece;
	char c;

	do
		piece = next_piece(&format, &c);
	while (piece != wanted && piece != PIECE_END);
	return piece == wanted;
}

static bool
tells_address(const char *format)
{
	return has_piece(format, PIECE_ADDRESS) || has_piece(format, PIECE_HOST)
	    || has_piece(format, PIECE_URL);
}

/* The port is written for internet addresses alone. */
bool
socket_variable_tells_address(const struct socket_variable *variable)
{
	return tells_address(variable->format) || has_piece(variable->format, PIECE_PORT);
}

const char *
socket_variable_part(const struct socket_variable *variable)
{
	return has_piece(variable->format, PIECE_HOST) ? "{host}"
	    : has_piece(variable->format, PIECE_PORT) ? "{port}" : NULL;
}

char
socket_variable_ambiguous(const struct socket_variable *variable, const struct address *address)
{
	char text[ADDRESS_TEXT_SIZE];
	char separator = variable->separator[0];

	if (!separator || !tells_address(variable->format))
		return '\0';
	return strchr(address_text(address, text), separator) ? separator : '\0';
}

/* ---- writing ---- */

static void
write_host(FILE *stream, const struct address *address)
{
	char text[ADDRESS_TEXT_SIZE], host[ADDRESS_HOST_SIZE];

	if (address_is_internet(address)) {
		address_host(address, host);
		fputs(host, stream);
	} else
		fputs(address_text(address, text), stream);
}

static void
write_address(FILE *stream, const struct address *address)
{
	char text[ADDRESS_TEXT_SIZE];

	fputs(address_text(address, text), stream);
}

static void
write_url(FILE *stream, const struct socket_facts *socket)
{
	const char *scheme = !address_is_internet(socket->address) ? "unix"
	    : socket->datagram ? "udp" : "tcp";

	fprintf(stream, "%s://", scheme);
	write_address(stream, socket->address);
}

static void
write_piece(FILE *stream, enum format_piece piece, const struct socket_facts *socket)
{
	switch (piece) {
	case PIECE_FD:
		fprintf(stream, "%d", socket->descriptor);
		break;
	case PIECE_ADDRESS:
		write_address(stream, socket->address);
		break;
	case PIECE_HOST:
		write_host(stream, socket->address);
		break;
	case PIECE_PORT:
		fprintf(stream, "%u", address_port(socket->address));
		break;
	case PIECE_URL:
		write_url(stream, socket);
		break;
	case PIECE_NAME:
		fputs(socket->name ? socket->name : "unknown", stream);
		break;
	case PIECE_INDEX:
		fprintf(stream, "%d", socket->index);
		break;
	case PIECE_UNIX:
		fputs(address_is_internet(socket->address) ? "" : "unix:", stream);
		break;
	case PIECE_COUNT:
		fprintf(stream, "%d", socket->count);
		break;
	default:
		fprintf(stream, "%ld", (long)getpid());
		break;
	}
}

static void
write_socket(FILE *stream, const char *format, const struct socket_facts *socket)
{
	enum format_piece piece;
	char c;

	while ((piece = next_piece(&format, &c)) < PIECE_END)
		if (piece == PIECE_CHARACTER)
			putc(c, stream);
		else
			write_piece(stream, piece, socket);
}

char *
socket_variable_value(const struct socket_variable *variable, const struct socket_facts *sockets,
    int count)
{
	int written = is_of_each(variable->format) ? count : 1;
	char *value = NULL;
	size_t length;
	FILE *stream = open_memstream(&value, &length);
	bool failed;

	if (!stream)
		return NULL;
	for (int i = 0; i < written; i++) {
		fputs(i > 0 ? variable->separator : "", stream);
		write_socket(stream, variable->format, &sockets[i]);
	}
	failed = ferror(stream);
	failed = fclose(stream) != 0 || failed;
	if (!failed && value)
		return value;
	free(value);
	errno = ENOMEM;
	return NULL;
}

/* The variable's name for socket INDEX. */
static void
name_variable(const char *pattern, int index, char *name, size_t size)
{
	const char *mark = strchr(pattern, '#');

	if (mark)
		snprintf(name, size, "%.*s%d%s", (int)(mark - pattern), pattern, index, mark + 1);
	else
		snprintf(name, size, "%s", pattern);
}

static int
set_value(const char *name, const struct socket_variable *variable,
    const struct socket_facts *sockets, int count)
{
	char *value = socket_variable_value(variable, sockets, count);
	int status = value ? environment_set(name, value) : -1;

	free(value);
	return status;
}

int
socket_variable_set(const struct socket_variable *variable, const struct socket_facts *sockets,
    int count)
{
	char name[SOCKET_VARIABLE_NAME_SIZE];

	if (variable->own_name || !strchr(variable->name, '#'))
		return set_value(variable->name, variable, sockets, count);
	for (int i = 0; i < count; i++) {
		name_variable(variable->name, i, name, sizeof name);
		if (set_value(name, variable, &sockets[i], 1) != 0)
			return -1;
	}
	return 0;
}

/* Removes the variable, or all of an index from 0 on. */
static int
remove_variable(const char *pattern, int (*remove_one)(const char *))
{
	bool indexed = strchr(pattern, '#');
	char name[SOCKET_VARIABLE_NAME_SIZE];
	int index = 0;

	do {
		name_variable(pattern, index++, name, sizeof name);
		if (!environment_get(name))
			return 0;
		if (remove_one(name) != 0)
			return -1;
	} while (indexed);
	return 0;
}

int
socket_convention_remove(const struct socket_convention *convention,
    int (*remove_one)(const char *))
{
	struct socket_variable variables[SOCKET_VARIABLES_MAX];
	int count = socket_convention_variables(convention, variables);

	for (int i = 0; i < count; i++)
		if (remove_variable(variables[i].name, remove_one) != 0)
			return -1;
	return 0;
}

/* ---- reading ---- */

/* The part of an entry, *LENGTH bytes at TEXT, in the place of the format's descriptor; NULL
 * if the characters beside it are not there. */
static const char *
descriptor_part(const char *format, const char *text, size_t *length)
{
	char before = beside(format, PIECE_FD, true), after = beside(format, PIECE_FD, false);
	const char *start = text + *length, *end;

	/* An address in front may have the character, too: it is the last one. */
	while (before && start > text && start[-1] != before)
		start--;
	if (before && start == text)
		return NULL;
	if (!before)
		start = text;
	*length -= (size_t)(start - text);
	if (!after)
		return start;
	end = memchr(start, after, *length);
	*length = end ? (size_t)(end - start) : 0;
	return end ? start : NULL;
}

/* The descriptor that an entry of LENGTH bytes at TEXT names; -1 if there is none. */
static int
read_descriptor(const struct socket_variable *variable, const char *text, size_t length)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	const char *part = descriptor_part(variable->format, text, &length);
	char digits[16];
	long long number;

	if (!part || length >= sizeof digits)
		return -1;
	memcpy(digits, part, length);
	digits[length] = '\0';
	return number_read(digits, &rule, &number) == NUMBER_READ ? (int)number : -1;
}

static enum socket_reading
add_descriptor(struct socket_reading_result *result, int descriptor)
{
	int *more;

	if (descriptor < 0)
		return SOCKET_READING_MALFORMED;
	for (int i = 0; i < result->count; i++)
		if (result->descriptors[i] == descriptor)
			return SOCKET_READING_TWICE;
	more = realloc(result->descriptors, ((size_t)result->count + 1) * sizeof *more);
	if (!more)
		return SOCKET_READING_NO_MEMORY;
	more[result->count++] = descriptor;
	result->descriptors = more;
	return SOCKET_READING_WELL;
}

/* What ends an entry is the separator or, where there is none, part of the entry; without
 * either it is the only one. */
static enum socket_reading
read_list(const struct socket_variable *variable, struct socket_reading_result *result)
{
	char separator = variable->separator[0], after = beside(variable->format, PIECE_FD, false);
	char last = separator ? separator : after;
	const char *text = result->value;
	enum socket_reading status = SOCKET_READING_WELL;

	do {
		const char *end = last ? strchr(text, last) : NULL;
		size_t length = end ? (size_t)(end - text) + !separator : strlen(text);
		status = add_descriptor(result, read_descriptor(variable, text, length));
		text = end ? end + 1 : "";
	} while (status == SOCKET_READING_WELL && *text);
	return status;
}

/* Is the first word of ENTRY a name that PATTERN has with an index of COUNT or more, or with
 * one that is not written as name_variable() writes it?  Sets its length. */
static bool
is_stray(const char *entry, const char *pattern, int count, size_t *length)
{
	const char *mark = strchr(pattern, '#');
	size_t before = (size_t)(mark - pattern), digits, after = strlen(mark + 1);
	char own[SOCKET_VARIABLE_NAME_SIZE];

	if (strncmp(entry, pattern, before) != 0)
		return false;
	digits = strspn(entry + before, "0123456789");
	*length = before + digits + after;
	if (digits == 0 || strncmp(entry + before + digits, mark + 1, after) != 0
	    || entry[*length] != '=')
		return false;
	for (int index = 0; index < count; index++) {
		name_variable(pattern, index, own, sizeof own);
		if (strlen(own) == *length && strncmp(entry, own, *length) == 0)
			return false;
	}
	return true;
}

/* Indexes begin with 0 and have no gap: what is beyond one would be lost. */
static enum socket_reading
find_stray(const struct socket_variable *variable, int count,
    struct socket_reading_result *result)
{
	size_t length;

	for (char *const *entry = environment_all(); entry && *entry; entry++)
		if (is_stray(*entry, variable->name, count, &length)) {
			snprintf(result->variable, sizeof result->variable, "%.*s", (int)length, *entry);
			result->value = *entry + length + 1;
			return SOCKET_READING_CONTRADICTORY;
		}
	return count > 0 ? SOCKET_READING_WELL : SOCKET_READING_UNSET;
}

/* Variables with an index: up to the first that is not set. */
static enum socket_reading
read_indexed(const struct socket_variable *variable, struct socket_reading_result *result)
{
	enum socket_reading status = SOCKET_READING_WELL;
	char next[SOCKET_VARIABLE_NAME_SIZE];
	const char *value;

	for (int index = 0; status == SOCKET_READING_WELL; index++) {
		name_variable(variable->name, index, next, sizeof next);
		value = environment_get(next);
		if (!value)
			return find_stray(variable, index, result);
		memcpy(result->variable, next, sizeof next);
		result->value = value;
		status = add_descriptor(result, read_descriptor(variable, value, strlen(value)));
	}
	return status;
}

static enum socket_reading
read_variable(const struct socket_variable *variable, struct socket_reading_result *result)
{
	name_variable(variable->name, 0, result->variable, sizeof result->variable);
	result->value = environment_get(result->variable);
	if (strchr(variable->name, '#'))
		return read_indexed(variable, result);
	return result->value ? read_list(variable, result) : SOCKET_READING_UNSET;
}

/* Has the variable the number of sockets alone? */
static bool
is_count(const struct socket_variable *variable)
{
	return strcmp(variable->format, "{count}") == 0;
}

/* A count that is set is right. */
static enum socket_reading
compare_count(const struct socket_variable *variable, struct socket_reading_result *result)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	const char *value = environment_get(variable->name);
	long long number;

	if (!value || (number_read(value, &rule, &number) == NUMBER_READ && number == result->count))
		return SOCKET_READING_WELL;
	snprintf(result->variable, sizeof result->variable, "%s", variable->name);
	result->value = value;
	return SOCKET_READING_CONTRADICTORY;
}

static bool
has_descriptors(const struct socket_reading_result *result,
    const struct socket_reading_result *other)
{
	return result->count == other->count
	    && memcmp(result->descriptors, other->descriptors,
	        (size_t)result->count * sizeof *result->descriptors) == 0;
}

/* Another variable with the descriptors, if it is set, has the same. */
static enum socket_reading
compare_descriptors(const struct socket_variable *variable, struct socket_reading_result *result)
{
	struct socket_reading_result other = { 0 };
	enum socket_reading status = read_variable(variable, &other);

	if (status == SOCKET_READING_WELL && !has_descriptors(result, &other))
		status = SOCKET_READING_CONTRADICTORY;
	free(other.descriptors);
	if (status == SOCKET_READING_WELL || status == SOCKET_READING_UNSET)
		return SOCKET_READING_WELL;
	memcpy(result->variable, other.variable, sizeof result->variable);
	result->value = other.value;
	return status;
}

/* Compares RESULT, which is that of variable number READ, or empty, with the others. */
static enum socket_reading
compare_others(const struct socket_variable *variables, int count, int read,
    struct socket_reading_result *result)
{
	enum socket_reading status = SOCKET_READING_WELL;

	for (int i = 0; i < count && status == SOCKET_READING_WELL; i++)
		if (is_count(&variables[i]))
			status = compare_count(&variables[i], result);
		else if (i != read && read >= 0 && is_of_each(variables[i].format))
			status = compare_descriptors(&variables[i], result);
	return status;
}

enum socket_reading
socket_convention_read(const struct socket_convention *convention,
    struct socket_reading_result *result)
{
	struct socket_variable variables[SOCKET_VARIABLES_MAX];
	int count = socket_convention_variables(convention, variables);
	enum socket_reading status = SOCKET_READING_UNSET, others;
	int read = count;

	*result = (struct socket_reading_result) { 0 };
	/* From the last on, so that a missing one is called by the first's name. */
	while (--read >= 0 && status == SOCKET_READING_UNSET)
		if (is_of_each(variables[read].format))
			status = read_variable(&variables[read], result);
	if (status == SOCKET_READING_WELL || status == SOCKET_READING_UNSET) {
		others = compare_others(variables, count,
		    status == SOCKET_READING_WELL ? read + 1 : -1, result);
		status = others == SOCKET_READING_WELL ? status : others;
	}
	if (status != SOCKET_READING_WELL) {
		free(result->descriptors);
		result->descriptors = NULL;
	}
	return status;
}
