/* SPDX-License-Identifier: ISC */
#include "adopt.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "matching.h"
#include "messages.h"
#include "originals.h"
#include "variable.h"

/* ---- taking ---- */

/* Of the longest, a name of an interface or of a congestion control. */
#define OPTION_SIZE 64

static int
read_option(int descriptor, const struct carried_option *option, void *value, socklen_t *length)
{
	int name = option->read_as ? option->read_as : option->name;

	return getsockopt(descriptor, option->level, name, value, length);
}

static bool
has_value(int descriptor, const struct carried_option *option, const char *wanted,
    socklen_t wanted_length)
{
	char value[OPTION_SIZE];
	socklen_t length = sizeof value;

	return read_option(descriptor, option, value, &length) == 0 && length == wanted_length
	    && memcmp(value, wanted, length) == 0;
}

/*
 * Sets an option on TO that the daemon has set on FROM: one that differs from FRESH, a
 * socket on which nobody has set any.
 */
static void
carry_option(int fresh, int from, int to, const struct carried_option *option)
{
	char wanted[OPTION_SIZE];
	socklen_t length = sizeof wanted;
	int number;

	if (read_option(from, option, wanted, &length) != 0
	    || has_value(fresh, option, wanted, length) || has_value(to, option, wanted, length))
		return;
	if (option->multiple > 1 && length == sizeof number) {
		memcpy(&number, wanted, sizeof number);
		number /= option->multiple;
		memcpy(wanted, &number, sizeof number);
	}
	if (real_setsockopt(to, option->level, option->name, wanted, length) != 0
	    && adopt_words.verbose)
		adopt_say("option %d of level %d cannot be set on the inherited socket",
		    option->name, option->level);
}

/* Of each row of carried_options: has the daemon set it, on whatever socket? */
#define CARRIED_MAX 96
static atomic_bool was_set[CARRIED_MAX];

static void
note_option(int level, int name)
{
	for (int i = 0; i < CARRIED_MAX && carried_options[i].level >= 0; i++)
		if (carried_options[i].level == level && carried_options[i].name == name)
			atomic_store(&was_set[i], true);
}

/* Usually none: then the kernel is not asked. */
static void
carry_options(int from, const struct original *original)
{
	int fresh = -1;

	for (int i = 0; i < CARRIED_MAX && carried_options[i].level >= 0; i++) {
		if (!atomic_load(&was_set[i]))
			continue;
		if (fresh < 0)
			fresh = socket(address_family(&original->address), original->type,
			    original->protocol);
		if (fresh >= 0)
			carry_option(fresh, from, original->descriptor, &carried_options[i]);
	}
	if (fresh >= 0)
		real_close(fresh);
}

/* Puts the inherited socket in the place of DESCRIPTOR, with its flag and registrations. */
static int
replace(const struct original *original, int descriptor)
{
	int flags = fcntl(descriptor, F_GETFD), status;

	watches_take_out(descriptor);
	status = real_dup2(original->descriptor, descriptor) < 0 ? -1 : 0;
	if (status == 0)
		fcntl(descriptor, F_SETFD, flags);
	watches_register_again(descriptor);
	return status;
}

/* In the place of the daemon's DESCRIPTOR and of all duplicates of it. */
static int
take(struct original *original, int descriptor)
{
	int duplicates[DUPLICATES_MAX], status_flags = fcntl(descriptor, F_GETFL), count;
	uintptr_t identity = socket_identity(descriptor);

	if (status_flags < 0)
		return -1;
	count = duplicates_find(descriptor, duplicates);
	carry_options(descriptor, original);
	if (replace(original, descriptor) != 0)
		return -1;
	fcntl(descriptor, F_SETFL, status_flags);
	for (int i = 0; i < count; i++)
		replace(original, duplicates[i]);
	originals_take(original, identity);
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

static bool
is_dual_stack(int descriptor)
{
	int only;
	socklen_t length = sizeof only;

	return getsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &only, &length) == 0 && !only;
}

/* Its IPv4 clients would go to a socket that nobody accepts on, or to none. */
static void
say_one_family(int descriptor, const struct address *asked, const struct original *original)
{
	char text[ADDRESS_TEXT_SIZE];

	if (address_family(asked) == AF_INET6 && address_is_wildcard(asked)
	    && address_is_wildcard(&original->address) && is_dual_stack(descriptor)
	    && !is_dual_stack(original->descriptor))
		adopt_say("bind %s: the inherited socket is IPv6-only, and the daemon's would serve"
		    " IPv4 too", address_text(asked, text));
}

static void
say_elsewhere(void)
{
	static atomic_bool said;

	if (adopt_is_waiting() && !adopt_words.check && !originals_were_taken()
	    && !atomic_exchange(&said, true))
		adopt_say("no inherited socket has been taken, and the daemon listens elsewhere");
}

static int
bind_other(int descriptor, const struct sockaddr *address, socklen_t length,
    const struct address *asked)
{
	/* Port 0 and no path are for clients, for which there is never a socket. */
	bool of_client = address_is_internet(asked) ? address_port(asked) == 0
	                                            : length <= sizeof(sa_family_t);

	if (adopt_words.strict && !of_client) {
		tell("refused: no inherited socket has this address", asked, NULL);
		errno = EADDRNOTAVAIL;
		return -1;
	}
	if (adopt_words.verbose)
		tell("no inherited socket has this address", asked, NULL);
	if (!of_client && originals_are_datagrams())
		say_elsewhere();
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
	struct original *original = originals_match(descriptor, asked, !adopt_words.check);

	if (adopt_words.check) {
		tell(original ? "takes" : "no inherited socket has this address", asked, original);
		return bind_nowhere(descriptor, address->sa_family);
	}
	if (!original)
		return bind_other(descriptor, address, length, asked);
	if (adopt_words.verbose)
		tell(original->taken ? "shares" : "takes", asked, original);
	say_one_family(descriptor, asked, original);
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

	originals_begin();
	if (!originals_exist() || !can_be_adopted(address, length))
		return real_bind(descriptor, address, length);
	address_set(&asked, address, length);
	return bind_or_take(descriptor, address, length, &asked);
}

/* ---- afterwards ---- */

/* Of a socket that this process shares with another of the daemon's, which has bound it. */
static void
take_as_another_did(int descriptor)
{
	struct original *original = originals_replaced(descriptor);

	if (!original)
		return;
	if (adopt_words.verbose)
		adopt_say("listen: descriptor %d, which another process has bound, takes"
		    " descriptor %d", descriptor, original->descriptor);
	take(original, descriptor);
}

/* listen(2) would choose a port, at all addresses. */
static bool
is_unbound(int descriptor)
{
	struct address own;

	return address_read(&own, descriptor) && address_is_internet(&own)
	    && address_port(&own) == 0;
}

int
adopt_listen(int descriptor, int backlog)
{
	if (adopt_is_waiting())
		take_as_another_did(descriptor);
	if (adopt_words.strict && is_unbound(descriptor)) {
		adopt_say("listen: refused: descriptor %d is not bound", descriptor);
		errno = EADDRNOTAVAIL;
		return -1;
	}
	if (adopt_is_waiting() && !originals_were_taken() && !originals_of(descriptor))
		say_elsewhere();
	if (adopt_words.verbose && originals_of(descriptor))
		adopt_say("listen: descriptor %d, backlog %d", descriptor, backlog);
	return real_listen(descriptor, backlog);
}

/* The daemon takes its socket for one that it has just bound, or not even that. */
int
adopt_setsockopt(int descriptor, int level, int name, const void *value, socklen_t size)
{
	int status = real_setsockopt(descriptor, level, name, value, size), error = errno;

	if (adopt_is_waiting() && status == 0)
		note_option(level, name);
	if (status == 0 || error != EINVAL || !originals_exist())
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
	if (adopt_keeps(descriptor)) {
		adopt_keep(descriptor);
		return 0;
	}
	if (adopt_is_waiting())
		watches_forget((unsigned)descriptor, (unsigned)descriptor);
	return real_close(descriptor);
}

void
adopt_give_way(int from, int to)
{
	if (from == to || fcntl(from, F_GETFD) < 0)
		return;
	adopt_make_room(to);
	watches_forget((unsigned)to, (unsigned)to);
}

int
adopt_dup2(int from, int to)
{
	if (adopt_is_waiting() || adopt_keeps(to))
		adopt_give_way(from, to);
	return real_dup2(from, to);
}

static bool
is_socket(int directory, const char *path)
{
	struct stat status;

	return path && fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW) == 0
	    && S_ISSOCK(status.st_mode);
}

static bool
keeps_path(int directory, const char *path)
{
	if (originals_exist() && adopt_words.check && is_socket(directory, path))
		return true;
	if (!originals_exist() || !originals_have_file(directory, path))
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
