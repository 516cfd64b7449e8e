/* SPDX-License-Identifier: ISC */
#include "matching.h"

#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adopt.h"
#include "original_table.h"
#include "sockets.h"
#include "variable.h"

/* ---- files of Unix sockets ---- */

void
original_find_file(struct original *original)
{
	char path[PATH_MAX + ADDRESS_PATH_SIZE], own[ADDRESS_PATH_SIZE];
	struct stat status;

	if (address_family(&original->address) != AF_UNIX)
		return;
	address_path(&original->address, own);
	if (own[0] == '@' || !own[0])
		return;
	snprintf(path, sizeof path, "%s%s%s", own[0] == '/' ? "" : adopt_words.directory,
	    own[0] == '/' || !adopt_words.directory[0] ? "" : "/", own);
	original->has_file = true;
	if (stat(path, &status) == 0) {
		original->device = status.st_dev;
		original->inode = status.st_ino;
	}
}

static const char *
last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The kernel is asked only about files of that name: a sandbox may refuse the question. */
static bool
has_its_name(const struct original *original, const char *path)
{
	char own[ADDRESS_PATH_SIZE];

	address_path(&original->address, own);
	return strcmp(last_component(own), last_component(path)) == 0;
}

static bool
is_file_of(const struct original *original, int directory, const char *path)
{
	struct stat status;

	return original->has_file && has_its_name(original, path)
	    && fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW) == 0
	    && S_ISSOCK(status.st_mode) && status.st_dev == original->device
	    && status.st_ino == original->inode;
}

bool
originals_have_file(int directory, const char *path)
{
	for (int i = 0; i < original_count; i++)
		if (path && is_file_of(&originals[i], directory, path))
			return true;
	return false;
}

/* ---- addresses ---- */

/* BY_PORT: whatever the host. */
static bool
addresses_match(const struct original *original, const struct address *asked, bool by_port)
{
	char path[ADDRESS_PATH_SIZE];

	if (address_family(asked) == AF_UNIX) {
		address_path(asked, path);
		return original->has_file ? is_file_of(original, AT_FDCWD, path)
		                          : address_is_same(&original->address, asked);
	}
	/* Port 0 asks for any port, not for ours. */
	if (address_family(asked) != address_family(&original->address)
	    || address_port(asked) == 0
	    || address_port(asked) != address_port(&original->address))
		return false;
	return by_port || address_is_same(&original->address, asked);
}

/*
 * A second socket for datagrams is one that is then connected to a client, while the first serves
 * the others; but a daemon that reads its configuration again closes the first, and binds anew.
 */
static bool
can_be_shared(const struct original *original)
{
	int found[DUPLICATES_MAX];

	return original->type != SOCK_DGRAM || original->taker != getpid()
	    || (!socket_is_connected(original->descriptor)
	        && duplicates_find(original->descriptor, found) == 0);
}

static struct original *
find_match(int descriptor, const struct address *asked, bool by_port, bool claims)
{
	int type = socket_type(descriptor), protocol = socket_protocol(descriptor);
	struct original *taken = NULL;

	for (int i = 0; i < original_count; i++) {
		struct original *original = &originals[i];
		if (original->type != type || original->protocol != protocol
		    || !addresses_match(original, asked, by_port) || !original_is_there(original))
			continue;
		if (original_is_free(original, claims))
			return original;
		if (!taken && can_be_shared(original))
			taken = original;
	}
	return taken;
}

/* Before the kernel is asked anything: clients bind often, to any port. */
static bool
is_address_of_any(const struct address *asked)
{
	for (int i = 0; i < original_count; i++)
		if (addresses_match(&originals[i], asked, adopt_words.by_port))
			return true;
	return false;
}

struct original *
originals_match(int descriptor, const struct address *asked, bool claims)
{
	struct original *original;

	/* The daemon's is otherwise none that it wants to bind. */
	if (!is_address_of_any(asked) || socket_is_connected(descriptor)
	    || socket_is_bound(descriptor))
		return NULL;
	original = find_match(descriptor, asked, false, claims);
	return original || !adopt_words.by_port ? original
	                                        : find_match(descriptor, asked, true, claims);
}

struct original *
originals_replaced(int descriptor)
{
	uintptr_t identity;

	if (!originals_are_shared() || socket_is_connected(descriptor)
	    || socket_is_bound(descriptor))
		return NULL;
	identity = socket_identity(descriptor);
	for (int i = 0; identity && i < original_count; i++)
		if (original_has_replaced(&originals[i], identity)
		    && originals[i].type == socket_type(descriptor)
		    && original_is_there(&originals[i]))
			return &originals[i];
	return NULL;
}

const struct original *
originals_of(int descriptor)
{
	struct address address;
	int type;

	if (original_count == 0 || socket_is_connected(descriptor)
	    || !address_read(&address, descriptor))
		return NULL;
	type = socket_type(descriptor);
	for (int i = 0; i < original_count; i++)
		if (originals[i].type == type && address_is_same(&originals[i].address, &address))
			return &originals[i];
	return NULL;
}
