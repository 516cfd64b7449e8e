/* SPDX-License-Identifier: ISC */
#include "adopt.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include "originals.h"

/* ---- taking ---- */

/* Options that the daemon has set are set on the socket that it gets instead. */
static void
carry_option(int from, int to, const struct carried_option *option)
{
	int wanted, present;
	socklen_t length = sizeof wanted;

	if (getsockopt(from, option->level, option->name, &wanted, &length) != 0
	    || length != sizeof wanted
	    || getsockopt(to, option->level, option->name, &present, &length) != 0
	    || wanted == present)
		return;
	wanted /= option->multiple;
	if (real_setsockopt(to, option->level, option->name, &wanted, sizeof wanted) != 0
	    && adopt_words.verbose)
		adopt_say("option %d of level %d cannot be set to %d on the inherited socket",
		    option->name, option->level, wanted);
}

/* Puts the inherited socket in the place of the daemon's DESCRIPTOR. */
static int
take(struct original *original, int descriptor)
{
	int flags = fcntl(descriptor, F_GETFD), status_flags = fcntl(descriptor, F_GETFL);

	if (flags < 0 || status_flags < 0)
		return -1;
	for (const struct carried_option *option = carried_options; option->level >= 0; option++)
		carry_option(descriptor, original->descriptor, option);
	if (real_dup2(original->descriptor, descriptor) < 0)
		return -1;
	fcntl(descriptor, F_SETFD, flags);
	fcntl(descriptor, F_SETFL, status_flags);
	watches_register_again(descriptor);
	originals_take(original);
	return 0;
}

static void
tell(const char *what, const struct address *asked, const struct original *original)
{
	char wanted[ADDRESS_TEXT_SIZE], found[ADDRESS_TEXT_SIZE];

	address_text(asked, wanted);
	if (original)
		adopt_say("bind %s: %s descriptor %d, %s", wanted, what, original->descriptor,
		    address_text(&original->address, found));
	else
		adopt_say("bind %s: %s", wanted, what);
}

static int
bind_other(int descriptor, const struct sockaddr *address, socklen_t length,
    const struct address *asked)
{
	/* Port 0 is for clients, for which there is never a socket. */
	bool of_client = address_is_internet(asked) && address_port(asked) == 0;

	if (adopt_words.strict && !of_client) {
		tell("refused: no inherited socket has this address", asked, NULL);
		errno = EADDRNOTAVAIL;
		return -1;
	}
	if (adopt_words.verbose)
		tell("no inherited socket has this address", asked, NULL);
	return real_bind(descriptor, address, length);
}

/* A dry run gives the daemon an address that nobody knows, so that it goes on. */
static int
bind_nowhere(int descriptor, int family)
{
	union {
		struct sockaddr any;
		struct sockaddr_in ipv4;
		struct sockaddr_in6 ipv6;
	} address = { .any.sa_family = (sa_family_t)family };
	socklen_t length = family == AF_INET ? sizeof address.ipv4
	    : family == AF_INET6             ? sizeof address.ipv6 : sizeof(sa_family_t);

	if (family == AF_INET)
		address.ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else if (family == AF_INET6)
		address.ipv6.sin6_addr = in6addr_loopback;
	real_bind(descriptor, &address.any, length);
	return 0;
}

static int
bind_or_take(int descriptor, const struct sockaddr *address, socklen_t length,
    const struct address *asked)
{
	struct original *original = originals_match(descriptor, asked);

	if (adopt_words.check) {
		tell(original ? "takes" : "no inherited socket has this address", asked, original);
		return bind_nowhere(descriptor, address->sa_family);
	}
	if (!original)
		return bind_other(descriptor, address, length, asked);
	if (adopt_words.verbose)
		tell(original->taken ? "shares" : "takes", asked, original);
	return take(original, descriptor);
}

static bool
can_be_adopted(const struct sockaddr *address, socklen_t length)
{
	return address && length >= sizeof(sa_family_t) && length <= sizeof(struct sockaddr_storage)
	    && (address->sa_family == AF_INET || address->sa_family == AF_INET6
	        || address->sa_family == AF_UNIX);
}

int
adopt_bind(int descriptor, const struct sockaddr *address, socklen_t length)
{
	struct address asked;
	int status;

	if (!originals_exist() || !can_be_adopted(address, length))
		return real_bind(descriptor, address, length);
	address_set(&asked, address, length);
	originals_lock();
	status = bind_or_take(descriptor, address, length, &asked);
	originals_unlock();
	return status;
}

/* ---- afterwards ---- */

int
adopt_listen(int descriptor, int backlog)
{
	static bool told;

	if (adopt_is_waiting() && !adopt_words.check && !originals_were_taken() && !told
	    && !originals_of(descriptor)) {
		told = true;
		adopt_say("no inherited socket has been taken, and the daemon listens elsewhere");
	}
	if (adopt_words.verbose && originals_of(descriptor))
		adopt_say("listen: descriptor %d, backlog %d", descriptor, backlog);
	return real_listen(descriptor, backlog);
}

/* The daemon takes its socket for one that it has just bound, or not even that. */
int
adopt_setsockopt(int descriptor, int level, int name, const void *value, socklen_t size)
{
	int status = real_setsockopt(descriptor, level, name, value, size), error = errno;

	if (status == 0 || !originals_exist())
		return status;
	for (const struct refused_option *option = refused_options; option->level >= 0; option++)
		if (option->level == level && option->name == name && originals_of(descriptor)) {
			if (adopt_words.verbose)
				adopt_say("descriptor %d: option %d of level %d stays as it is on"
				    " the inherited socket", descriptor, name, level);
			return 0;
		}
	errno = error;
	return status;
}

/* ---- what would close or remove an original ---- */

int
adopt_close(int descriptor)
{
	if (adopt_next_original((unsigned)descriptor) == descriptor && descriptor >= 0)
		return 0;
	return real_close(descriptor);
}

int
adopt_dup2(int from, int to)
{
	adopt_make_room(to);
	return real_dup2(from, to);
}

static bool
keeps_path(int directory, const char *path)
{
	if (!originals_exist() || !originals_of_path(directory, path))
		return false;
	if (adopt_words.verbose)
		adopt_say("%s is not removed: it is the inherited socket's", path);
	return true;
}

int
adopt_unlink(const char *path)
{
	return keeps_path(AT_FDCWD, path) ? 0 : real_unlink(path);
}

int
adopt_unlinkat(int directory, const char *path, int flags)
{
	return keeps_path(directory, path) ? 0 : real_unlinkat(directory, path, flags);
}

int
adopt_remove(const char *path)
{
	return keeps_path(AT_FDCWD, path) ? 0 : real_remove(path);
}
