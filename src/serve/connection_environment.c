/* SPDX-License-Identifier: ISC */
#include "connection_environment.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "compat.h"
#include "environment.h"
#include "text.h"

static bool
is_among(const struct connection_environment *environment, size_t count, const char *entry)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(entry, environment->variables[i].text,
		        environment->variables[i].prefix) == 0)
			return true;
	return false;
}

bool
connection_environment_open(struct connection_environment *environment,
    char *const *inherited, const char (*names)[CONNECTION_NAME_SIZE])
{
	size_t count = 0;

	memset(environment, 0, sizeof *environment);
	for (; names[count][0]; count++) {
		char *text = environment->variables[count].text;
		strlcpy(text, names[count], CONNECTION_VARIABLE_SIZE);
		environment->variables[count].prefix
		    = strlcat(text, "=", CONNECTION_VARIABLE_SIZE);
	}
	environment->entries = calloc(environment_count(inherited) + count + 1,
	    sizeof *environment->entries);
	if (!environment->entries)
		return false;
	for (; inherited && *inherited; inherited++)
		if (!is_among(environment, count, *inherited))
			environment->entries[environment->fixed++] = *inherited;
	connection_environment_begin(environment);
	return true;
}

void
connection_environment_close(struct connection_environment *environment)
{
	free(environment->entries);
	environment->entries = NULL;
}

void
connection_environment_begin(struct connection_environment *environment)
{
	for (size_t i = 0; i < CONNECTION_VARIABLES_MAX; i++)
		environment->variables[i].is_set = false;
	environment->count = environment->fixed;
	environment->entries[environment->count] = NULL;
}

void
connection_environment_set(struct connection_environment *environment, size_t index,
    const char *value)
{
	char *text = environment->variables[index].text;
	size_t prefix = environment->variables[index].prefix;

	strlcpy(text + prefix, value, CONNECTION_VARIABLE_SIZE - prefix);
	environment->variables[index].is_set = true;
	environment->entries[environment->count++] = text;
	environment->entries[environment->count] = NULL;
}

void
connection_environment_set_number(struct connection_environment *environment, size_t index,
    long long value)
{
	char text[NUMBER_TEXT_SIZE];

	connection_environment_set(environment, index, number_text(value, text));
}

void
connection_environment_set_address(struct connection_environment *environment, size_t index,
    const struct address *address)
{
	unsigned char bytes[ADDRESS_BYTES_MAX];
	char text[INET6_ADDRSTRLEN];
	int family = address_bytes(address, bytes) == ADDRESS_BYTES_MAX ? AF_INET6 : AF_INET;

	if (!inet_ntop(family, bytes, text, sizeof text))
		return;
	connection_environment_set(environment, index, text);
	connection_environment_set_number(environment, index + 1, address_port(address));
}

void
connection_environment_set_path(struct connection_environment *environment, size_t index,
    const struct address *address)
{
	char path[ADDRESS_PATH_SIZE];

	if (address_file_path(address, path))
		connection_environment_set(environment, index, path);
}

void
connection_environment_set_peer(struct connection_environment *environment, size_t index,
    const struct serve_peer *peer)
{
	if (!peer->is_known)
		return;
	if (peer->has_pid)
		connection_environment_set_number(environment, index, peer->pid);
	connection_environment_set_number(environment, index + 1, peer->user);
	connection_environment_set_number(environment, index + 2, peer->group);
}

const char *
connection_environment_value(const struct connection_environment *environment, size_t index)
{
	return environment->variables[index].is_set
	    ? environment->variables[index].text + environment->variables[index].prefix : NULL;
}
