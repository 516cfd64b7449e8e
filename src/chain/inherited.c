/* SPDX-License-Identifier: ISC */
#include "inherited.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "environment.h"
#include "listen_fds.h"
#include "number.h"
#include "own_process.h"
#include "request.h"

/* "N" or "N,ADDRESS". */
static void
read_process(const char *text, struct inherited_from *from)
{
	static const struct number_rule rule = { .base = 10, .minimum = 1, .maximum = INT_MAX };
	size_t length = strcspn(text, ",");
	char digits[NUMBER_TEXT_SIZE] = "";
	long long number;

	from->convention = INHERITED_BY_PROCESS;
	if (length < sizeof digits)
		memcpy(digits, text, length);
	if (number_read(digits, &rule, &number) == NUMBER_READ)
		from->pid = (pid_t)number;
	if (text[length])
		from->name = text + length + 1;
}

bool
inherited_from_read(const char *text, struct inherited_from *from)
{
	static const struct {
		const char *word;
		enum inherited_convention convention;
	} words[] = {
		{ "systemd", INHERITED_BY_SYSTEMD },
		{ "stdin", INHERITED_BY_STDIN },
		{ "upstart", INHERITED_BY_UPSTART },
	};
	static const char launchd[] = "launchd:";

	*from = (struct inherited_from) { .convention = INHERITED_BY_VARIABLES,
		.variables = socket_convention_find(text, strlen(text)) };
	if (from->variables)
		return true;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(text, words[i].word) == 0) {
			from->convention = words[i].convention;
			return true;
		}
	if (strncmp(text, "pid:", 4) == 0) {
		read_process(text + 4, from);
		return true;
	}
	from->convention = INHERITED_BY_LAUNCHD;
	from->name = text + sizeof launchd - 1;
	return strncmp(text, launchd, sizeof launchd - 1) == 0;
}

/* Room for COUNT sockets without names; false without memory, and with none. */
static bool
make_room(struct inherited *inherited, int count)
{
	inherited->descriptors = calloc((size_t)count, sizeof *inherited->descriptors);
	inherited->names = calloc((size_t)count, sizeof *inherited->names);
	if (inherited->descriptors && inherited->names) {
		inherited->count = count;
		return true;
	}
	inherited_free(inherited);
	return false;
}

static enum inherited_problem
take_one(struct inherited *inherited, int descriptor)
{
	if (!make_room(inherited, 1))
		return INHERITED_NO_MEMORY;
	inherited->descriptors[0] = descriptor;
	return INHERITED_WELL;
}

/* A list may have fewer names than there are sockets, or more. */
static enum inherited_problem
take_names(struct inherited *inherited, const char *names)
{
	char *name;

	if (!names)
		return INHERITED_WELL;
	inherited->name_list = strdup(names);
	if (!inherited->name_list) {
		inherited_free(inherited);
		return INHERITED_NO_MEMORY;
	}
	name = inherited->name_list;
	for (int i = 0; name && i < inherited->count; i++) {
		inherited->names[i] = name;
		name = strchr(name, ':');
		if (name)
			*name++ = '\0';
	}
	return INHERITED_WELL;
}

static enum inherited_problem
take_from_systemd(struct inherited *inherited, bool any_pid)
{
	struct listen_environment environment;

	listen_environment_read(&environment);
	inherited->variable = environment.fds;
	inherited->pid = environment.pid;
	inherited->is_for_us = environment.owner == LISTEN_OWNER_US;
	if (!environment.fds)
		return INHERITED_UNSET;
	if (!environment.well_formed || environment.count <= 0)
		return INHERITED_MALFORMED;
	if (!inherited->is_for_us && !any_pid)
		return INHERITED_BY_OTHER;
	/* Before memory is allocated: the count may be any number. */
	inherited->closed = listen_environment_first_closed(environment.count);
	if (inherited->closed >= 0)
		return INHERITED_CLOSED;
	if (!make_room(inherited, environment.count))
		return INHERITED_NO_MEMORY;
	for (int i = 0; i < inherited->count; i++)
		inherited->descriptors[i] = LISTEN_FDS_START + i;
	return take_names(inherited, environment.names);
}

static enum inherited_problem
take_from_upstart(struct inherited *inherited)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	long long descriptor;

	inherited->variable = environment_get("UPSTART_FDS");
	if (!inherited->variable)
		return INHERITED_UNSET;
	if (number_read(inherited->variable, &rule, &descriptor) != NUMBER_READ)
		return INHERITED_MALFORMED;
	return take_one(inherited, (int)descriptor);
}

/* The first of the descriptors that is not open, or -1. */
static int
first_closed(const struct socket_reading_result *result)
{
	for (int i = 0; i < result->count; i++)
		if (fcntl(result->descriptors[i], F_GETFD) < 0)
			return result->descriptors[i];
	return -1;
}

static enum inherited_problem
take_descriptors(struct inherited *inherited, const struct socket_reading_result *result)
{
	inherited->closed = first_closed(result);
	if (inherited->closed >= 0) {
		free(result->descriptors);
		return INHERITED_CLOSED;
	}
	inherited->descriptors = result->descriptors;
	inherited->names = calloc((size_t)result->count, sizeof *inherited->names);
	inherited->count = result->count;
	if (inherited->names)
		return INHERITED_WELL;
	inherited_free(inherited);
	return INHERITED_NO_MEMORY;
}

static enum inherited_problem
take_from_variables(struct inherited *inherited, const struct socket_convention *convention)
{
	static const enum inherited_problem problems[] = {
		[SOCKET_READING_UNSET] = INHERITED_UNSET,
		[SOCKET_READING_MALFORMED] = INHERITED_MALFORMED,
		[SOCKET_READING_TWICE] = INHERITED_TWICE,
		[SOCKET_READING_CONTRADICTORY] = INHERITED_CONTRADICTORY,
		[SOCKET_READING_NO_MEMORY] = INHERITED_NO_MEMORY,
	};
	struct socket_reading_result result;
	enum socket_reading reading = socket_convention_read(convention, &result);

	inherited->variable = result.value;
	memcpy(inherited->variable_name, result.variable, sizeof result.variable);
	return reading == SOCKET_READING_WELL ? take_descriptors(inherited, &result)
	                                      : problems[reading];
}

static enum inherited_problem
take_from_launchd(struct inherited *inherited, const char *name)
{
	size_t count;
	int error = backend_launchd_sockets(name, &inherited->descriptors, &count);

	if (error) {
		inherited->descriptors = NULL;
		errno = error;
		return error == ENOTSUP ? INHERITED_NO_LAUNCHD : INHERITED_UNACTIVATED;
	}
	inherited->count = (int)count;
	if (count > 0)
		inherited->names = calloc(count, sizeof *inherited->names);
	if (inherited->names)
		return INHERITED_WELL;
	inherited_close(inherited);
	inherited_free(inherited);
	return count > 0 ? INHERITED_NO_MEMORY : INHERITED_NAMELESS;
}

/* Reads HOST:PORT or [HOST]:PORT in any spelling of the host, a number. */
static bool
read_internet(struct address *address, const char *text)
{
	const unsigned numeric = BINDCHAIN_NUMERIC_HOST | BINDCHAIN_NUMERIC_SERVICE;
	const char *colon = strrchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : 0;
	bool bracketed = length > 2 && text[0] == '[' && text[length - 1] == ']';
	struct bindchain_failure failure;
	char host[ADDRESS_HOST_SIZE];
	struct request request;

	if (length == 0 || length >= sizeof host)
		return false;
	memcpy(host, text + bracketed, length);
	host[length - (bracketed ? 2 : 0)] = '\0';
	request_init(&request, BINDCHAIN_TCP);
	if (request_resolve(&request, host, colon + 1, numeric, &failure) != 0)
		return false;
	*address = request.address;
	return bracketed == (address_family(address) == AF_INET6);
}

/* What is no Internet address is a path, or an abstract name after "@". */
static bool
read_address(struct address *address, const char *text)
{
	struct bindchain_failure failure;
	struct request request;

	if (read_internet(address, text))
		return true;
	request_init(&request, BINDCHAIN_UNIX_STREAM);
	if (request_set_path(&request, text, &failure) != 0)
		return false;
	*address = request.address;
	return true;
}

/* Keeps the sockets with the address NAME, and closes the others. */
static void
keep_named(struct inherited *inherited, const char *name)
{
	struct address address, named;
	bool is_address = read_address(&named, name);
	int kept = 0;

	for (int i = 0; i < inherited->count; i++) {
		int descriptor = inherited->descriptors[i];
		if (is_address && address_read(&address, descriptor)
		    && address_is_same(&address, &named))
			inherited->descriptors[kept++] = descriptor;
		else
			close(descriptor);
	}
	inherited->count = kept;
}

static enum inherited_problem
take_from_process(struct inherited *inherited, const struct inherited_from *from)
{
	size_t count = 0;
	int error = from->pid && from->pid != getpid()
	    ? backend_process_sockets(from->pid, &inherited->descriptors, &count) : 0;

	if (!from->pid || from->pid == getpid())
		return INHERITED_OWN_PROCESS;
	if (error) {
		inherited->descriptors = NULL;
		errno = error;
		return error == ENOMEM ? INHERITED_NO_MEMORY : INHERITED_UNTAKEN;
	}
	inherited->count = (int)count;
	if (from->name)
		keep_named(inherited, from->name);
	if (inherited->count > 0)
		inherited->names = calloc(count, sizeof *inherited->names);
	if (inherited->names)
		return INHERITED_WELL;
	error = inherited->count;
	inherited_close(inherited);
	inherited_free(inherited);
	return error > 0 ? INHERITED_NO_MEMORY : INHERITED_NAMELESS;
}

enum inherited_problem
inherited_take(struct inherited *inherited, const struct inherited_from *from, bool any_pid)
{
	*inherited = (struct inherited) { .is_for_us = true, .closed = -1 };
	switch (from->convention) {
	case INHERITED_BY_SYSTEMD:
		return take_from_systemd(inherited, any_pid);
	case INHERITED_BY_UPSTART:
		return take_from_upstart(inherited);
	case INHERITED_BY_LAUNCHD:
		return take_from_launchd(inherited, from->name);
	case INHERITED_BY_VARIABLES:
		return take_from_variables(inherited, from->variables);
	case INHERITED_BY_PROCESS:
		return take_from_process(inherited, from);
	default:
		return take_one(inherited, STDIN_FILENO);
	}
}

void
inherited_close(const struct inherited *inherited)
{
	for (int i = 0; i < inherited->count; i++)
		close(inherited->descriptors[i]);
}

void
inherited_free(struct inherited *inherited)
{
	free(inherited->descriptors);
	free((void *)inherited->names);
	free(inherited->name_list);
	inherited->descriptors = NULL;
	inherited->names = NULL;
	inherited->name_list = NULL;
	inherited->count = 0;
}
