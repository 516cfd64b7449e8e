/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>

#include "kernel.h"

/* The name of an accept filter stands at the start of its structure. */
enum { FILTER_NAME = 16, FILTER_ARGUMENT = 256 };

const struct world_option *
kernel_option(const struct world *world, int level, int number)
{
	for (uint32_t i = 0; i < world->option_count; i++)
		if (world->options[i].level == level && world->options[i].number == number)
			return &world->options[i];
	return NULL;
}

const struct world_option *
kernel_option_named(const struct world *world, const char *name)
{
	for (uint32_t i = 0; i < world->option_count; i++)
		if (!world->options[i].absent && strcmp(world->options[i].name, name) == 0)
			return &world->options[i];
	return NULL;
}

static int32_t *
value_of(const struct world *world, struct world_socket *socket,
    const struct world_option *option)
{
	if (option->sets[0])
		option = kernel_option_named(world, option->sets);
	return &socket->values[option - world->options];
}

struct kernel_sharing
kernel_sharing_of(const struct world *world, const struct world_socket *socket)
{
	struct kernel_sharing sharing = { 0 };

	for (uint32_t i = 0; i < world->option_count; i++) {
		const struct world_option *option = &world->options[i];
		if (!socket->values[i])
			continue;
		sharing.reuse_address |= option->reuse_address;
		sharing.share |= option->share;
		sharing.balance |= option->balance;
	}
	return sharing;
}

bool
kernel_binds_any(const struct world *world, const struct world_socket *socket)
{
	for (uint32_t i = 0; i < world->option_count; i++)
		if (world->options[i].bind_any && socket->values[i])
			return true;
	return false;
}

bool
kernel_v6only(const struct world *world, const struct world_socket *socket)
{
	for (uint32_t i = 0; i < world->option_count; i++)
		if (world->options[i].kind == OPTION_V6ONLY && socket->values[i])
			return true;
	return false;
}

/* ---- is there such an option on this socket ---- */

int
kernel_family_of(const struct world_socket *socket)
{
	return socket->family == AF_UNIX ? FAMILY_UNIX
	    : socket->family == AF_NETLINK ? FAMILY_NETLINK
	    : socket->family == AF_VSOCK ? FAMILY_VSOCK : FAMILY_INTERNET;
}

/* SOL_LOCAL of FreeBSD and xnu, sys/un.h; Linux gives Unix sockets no level. */
enum { LEVEL_LOCAL = 0 };

static int
internet_level_fits(const struct world *world, const struct world_socket *socket, int level)
{
	switch (level) {
	case IPPROTO_TCP:
		return socket->protocol == IPPROTO_TCP ? 0 : -EINVAL;
	case IPPROTO_IP:
		return socket->family == AF_INET || world->rules[RULE_INET_ON_INET6]
		    ? 0 : -world->rules[RULE_OTHER_FAMILY_LEVEL];
	case IPPROTO_IPV6:
		return socket->family == AF_INET6 ? 0
		    : -world->rules[RULE_OTHER_FAMILY_LEVEL];
	default:
		return -world->rules[RULE_OTHER_FAMILY_LEVEL];
	}
}

static int
level_fits(const struct world *world, const struct world_socket *socket, int level)
{
	if (level == SOL_SOCKET)
		return 0;
	switch (socket->family) {
	case AF_UNIX:
		return level == LEVEL_LOCAL && world->system != WORLD_LINUX ? 0
		    : -world->rules[RULE_UNIX_OTHER_LEVEL];
	case AF_VSOCK:
	case AF_NETLINK:
		/* af_vsock.c, vsock_connectible_setsockopt; af_netlink.c, netlink_setsockopt;
		 * nl_ctloutput */
		return -ENOPROTOOPT;
	default:
		return internet_level_fits(world, socket, level);
	}
}

/* What a socket says to a name that it does not know. */
static int
unknown_option(const struct world *world, const struct world_socket *socket, int level)
{
	bool is_local = socket->family == AF_UNIX && level == LEVEL_LOCAL;

	return -world->rules[is_local ? RULE_UNIX_OTHER_OPTION : RULE_UNKNOWN_OPTION];
}

static int
find_option(const struct world *world, const struct world_socket *socket, int level, int number,
    const struct world_option **option)
{
	int status = level_fits(world, socket, level);

	if (status != 0)
		return status;
	*option = kernel_option(world, level, number);
	if (!*option || (*option)->absent)
		return unknown_option(world, socket, level);
	if ((*option)->families & kernel_family_of(socket))
		return 0;
	/* Options of messages on a TCP socket: net/core/sock.c. */
	return level == SOL_SOCKET ? -EOPNOTSUPP : unknown_option(world, socket, level);
}

/* ---- setting ---- */

static int
set_v6only(struct world_socket *socket, int32_t *value, int32_t wanted, socklen_t size,
    bool exact)
{
	if (socket->bound || size < sizeof wanted || (exact && size != sizeof wanted))
		return -EINVAL;
	*value = wanted != 0;
	return 0;
}

/* A time becomes the retransmissions it covers: 1, 3, 7, 15, … seconds. */
static int32_t
whole_periods(int32_t seconds)
{
	int32_t covered = seconds > 0;

	while (covered < seconds && covered < 1 << 16)
		covered = covered * 2 + 1;
	return covered;
}

static bool
has_filter(const struct world *world, const char name[FILTER_NAME])
{
	for (uint32_t i = 0; i < world->filter_count; i++)
		if (strncmp(world->filters[i], name, FILTER_NAME) == 0)
			return true;
	return false;
}

/* The module is looked for first, so that its lack shows before listen(2) too. */
static int
set_filter(const struct world *world, struct world_socket *socket, const void *value,
    socklen_t size)
{
	char name[FILTER_NAME];

	if (size < FILTER_ARGUMENT)
		return -EINVAL;
	memcpy(name, value, sizeof name);
	name[sizeof name - 1] = '\0';
	if (!has_filter(world, name))
		return -ENOENT;
	if (!socket->listening || socket->filter[0])
		return -EINVAL;
	memcpy(socket->filter, name, sizeof name);
	return 0;
}

static int
set_fast_open(const struct world *world, struct world_socket *socket,
    const struct world_option *option, int32_t *value, int32_t wanted)
{
	bool server = kernel_limit(world, "fast-open-server") != 0;
	bool client = kernel_limit(world, "fast-open-client") != 0;

	switch (option->kind) {
	case OPTION_FAST_OPEN_LINUX:
		if (wanted < 0)
			return -EINVAL;
		*value = wanted;
		return 0;
	case OPTION_FAST_OPEN_FREEBSD:
		if ((!server && !client) || (socket->listening && wanted && !server))
			return -EPERM;
		*value = wanted != 0;
		return 0;
	default:
		if (!socket->listening || (wanted != 0 && wanted != 1))
			return -EINVAL;
		if (!server)
			return -ENOTSUP;
		*value = wanted;
		return 0;
	}
}

/* The name without its null byte, as setsockopt(2) takes it; the index is kept. */
static int
set_device(const struct world *world, int32_t *kept, const char *name, socklen_t size)
{
	size_t length = strnlen(name, size);

	for (uint32_t i = 0; i < world->interface_count; i++) {
		const struct world_interface *interface = &world->interfaces[i];
		if (strlen(interface->name) != length || memcmp(interface->name, name, length) != 0)
			continue;
		*kept = (int32_t)interface->index;
		return 0;
	}
	*kept = 0;
	return length ? -ENODEV : 0;
}

/* The congestion control that the system lists: as a value, its place in the list, which
 * begins with the default.  Each has a word of a file, a line of a table or a part of a list. */
static bool
find_congestion(const struct world *world, int32_t place, char name[16])
{
	bool is_file = world->system == WORLD_LINUX;
	const struct world_view *view = kernel_view(world, is_file
	    ? "/proc/sys/net/ipv4/tcp_available_congestion_control"
	    : "net.inet.tcp.cc.available", is_file);
	char list[WORLD_TEXT] = "", *rest = list, *part;

	if (view)
		kernel_view_text(world, view, list, sizeof list);
	while ((part = strtok_r(rest, is_file ? " \n" : "\n,", &rest))) {
		part += strspn(part, " ");
		part[strcspn(part, " ")] = '\0';
		if (strcmp(part, "CCmod") == 0 || place-- > 0)
			continue;
		memset(name, 0, 16);
		memcpy(name, part, strnlen(part, 15));
		return true;
	}
	return false;
}

static int
set_congestion(const struct world *world, int32_t *kept, const char *name, socklen_t size)
{
	char found[16];

	for (int32_t place = 0; find_congestion(world, place, found); place++)
		if (strlen(found) == strnlen(name, size)
		    && memcmp(found, name, strlen(found)) == 0) {
			*kept = place;
			return 0;
		}
	return -world->rules[RULE_NO_CONGESTION];
}

static int
set_interface(const struct world *world, int32_t *kept, int32_t index)
{
	if (index && !kernel_has_zone(world, (uint32_t)index))
		return world->system == WORLD_DARWIN ? -ENXIO : -ENODEV;
	*kept = index;
	return 0;
}

static int
set_number(const struct world *world, struct world_socket *socket,
    const struct world_option *option, int32_t wanted, socklen_t size)
{
	int32_t *value = value_of(world, socket, option);

	switch (option->kind) {
	case OPTION_FLAG:
		*value = wanted != 0;
		return 0;
	case OPTION_NUMBER:
		if (option->largest && wanted > option->largest)
			return -ENOBUFS;
		if (option->cut && wanted > option->cut)
			wanted = option->cut;
		*value = wanted * option->reads;
		return 0;
	case OPTION_INTERFACE:
		return set_interface(world, value, wanted);
	case OPTION_DEFERRAL:
		*value = whole_periods(wanted);
		return 0;
	case OPTION_V6ONLY:
		return set_v6only(socket, value, wanted, size, option->exact);
	case OPTION_FAST_OPEN_LINUX:
	case OPTION_FAST_OPEN_FREEBSD:
	case OPTION_FAST_OPEN_DARWIN:
		return set_fast_open(world, socket, option, value, wanted);
	default:
		return -ENOPROTOOPT; /* what can only be read */
	}
}

int
kernel_setsockopt(struct world *world, struct world_socket *socket, int level, int number,
    const void *value, socklen_t size)
{
	const struct world_option *option = NULL;
	int32_t wanted;
	int status = find_option(world, socket, level, number, &option);

	if (status != 0)
		return status;
	if (option->kind == OPTION_ACCEPT_FILTER)
		return socket->protocol == IPPROTO_TCP ? set_filter(world, socket, value, size)
		                                       : -EINVAL;
	if (option->kind == OPTION_FILTER)
		return 0;
	if (option->kind == OPTION_DEVICE)
		return set_device(world, value_of(world, socket, option), value, size);
	if (option->kind == OPTION_CONGESTION)
		return socket->protocol == IPPROTO_TCP
		    ? set_congestion(world, value_of(world, socket, option), value, size) : -EINVAL;
	if (size < sizeof wanted || (option->exact && size != sizeof wanted))
		return -EINVAL;
	if (option->forbidden || (option->privileged && !kernel_is_privileged(world)))
		return -EPERM;
	memcpy(&wanted, value, sizeof wanted);
	return set_number(world, socket, option, wanted, size);
}

/* ---- reading back ---- */

static int32_t
state_of(const struct world_socket *socket, const struct world_option *option, int32_t value)
{
	switch (option->kind) {
	case OPTION_TYPE:
		return socket->type;
	case OPTION_DOMAIN:
		return socket->family;
	case OPTION_PROTOCOL:
		return socket->multipath ? IPPROTO_MPTCP : socket->protocol;
	case OPTION_ACCEPTING:
		return socket->listening ? option->reads : 0;
	case OPTION_QUEUE_LIMIT:
		return socket->limit;
	case OPTION_QUEUE_LENGTH:
	case OPTION_QUEUE_WAITING:
		return 0; /* nobody connects */
	case OPTION_FLAG:
	case OPTION_V6ONLY:
	case OPTION_FAST_OPEN_FREEBSD:
		return value ? option->reads : 0;
	default:
		return value;
	}
}

static int
hand_out(const void *content, size_t length, void *value, socklen_t *size)
{
	if (*size > length)
		*size = (socklen_t)length;
	memcpy(value, content, *size);
	return 0;
}

static int
get_tcp_info(const struct world_socket *socket, void *value, socklen_t *size)
{
	struct tcp_info info = { .tcpi_state = TCP_CLOSE };

	if (socket->listening) {
		info.tcpi_state = TCP_LISTEN;
		info.tcpi_sacked = (uint32_t)socket->limit;
	}
	return hand_out(&info, sizeof info, value, size);
}

static int
get_filter(const struct world_socket *socket, void *value, socklen_t *size)
{
	char argument[FILTER_ARGUMENT] = { 0 };

	if (!socket->filter[0])
		return -EINVAL;
	memcpy(argument, socket->filter, sizeof socket->filter);
	return hand_out(argument, sizeof argument, value, size);
}

/* With the null bytes after it: tcp(7), tcp(4). */
static int
get_congestion(const struct world *world, int32_t place, void *value, socklen_t *size)
{
	char name[16] = { 0 };

	find_congestion(world, place, name);
	return hand_out(name, sizeof name, value, size);
}

int
kernel_getsockopt(const struct world *world, const struct world_socket *socket, int level,
    int number, void *value, socklen_t *size)
{
	const struct world_option *option = NULL;
	int status = find_option(world, socket, level, number, &option);
	int32_t state;

	if (status != 0)
		return status;
	if (option->kind == OPTION_TCP_INFO)
		return get_tcp_info(socket, value, size);
	if (option->kind == OPTION_ACCEPT_FILTER)
		return get_filter(socket, value, size);
	if (option->kind == OPTION_CONGESTION)
		return get_congestion(world, socket->values[option - world->options], value, size);
	state = state_of(socket, option, socket->values[option - world->options]);
	return hand_out(&state, sizeof state, value, size);
}
