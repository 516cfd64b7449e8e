/* SPDX-License-Identifier: ISC */
/* libsystemd's functions: sd_listen_fds(3), sd_is_fifo(3), sd_notify(3), sd_booted(3). */
#include <bindchain/sd-daemon.h>

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "address.h"
#include "backend.h"
#include "environment.h"
#include "receive.h"
#include "socket_check.h"

/* ---- receiving ---- */

int
bindchain_sd_listen_fds_with_names(int unset_environment, char ***names)
{
	return receive_listen_fds(unset_environment ? BINDCHAIN_REMOVE_VARIABLES : 0, names);
}

int
bindchain_sd_listen_fds(int unset_environment)
{
	return bindchain_sd_listen_fds_with_names(unset_environment, NULL);
}

/* ---- what a descriptor is ---- */

int
bindchain_sd_is_fifo(int fd, const char *path)
{
	return file_check(fd, S_IFIFO, path);
}

int
bindchain_sd_is_special(int fd, const char *path)
{
	int result = file_check(fd, S_IFREG, path);

	return result == 0 ? file_check(fd, S_IFCHR, path) : result;
}

int
bindchain_sd_is_socket(int fd, int family, int type, int listening)
{
	struct address bound;
	int result;

	if (fd >= 0 && family < 0)
		return -EINVAL;
	if (family <= 0)
		return socket_check(fd, type, listening);
	result = socket_check_address(fd, type, listening, &bound);
	return result <= 0 ? result : address_family(&bound) == family;
}

int
bindchain_sd_is_socket_inet(int fd, int family, int type, int listening, uint16_t port)
{
	struct address bound;
	int result;

	if (fd >= 0 && family != 0 && family != AF_INET && family != AF_INET6)
		return -EINVAL;
	result = socket_check_address(fd, type, listening, &bound);
	if (result <= 0)
		return result;
	return address_is_internet(&bound) && (!family || family == address_family(&bound))
	    && (!port || port == address_port(&bound));
}

static bool
same_ipv6(const struct address *bound, const struct address *wanted)
{
	struct sockaddr_in6 is, asked;

	memcpy(&is, &bound->storage, sizeof is);
	memcpy(&asked, &wanted->storage, sizeof asked);
	return (!asked.sin6_flowinfo || asked.sin6_flowinfo == is.sin6_flowinfo)
	    && (!asked.sin6_scope_id || asked.sin6_scope_id == is.sin6_scope_id);
}

/* Of the same family. */
static bool
same_internet(const struct address *bound, const struct address *wanted)
{
	unsigned char is[ADDRESS_BYTES_MAX], asked[ADDRESS_BYTES_MAX];
	size_t length = address_bytes(bound, is);

	address_bytes(wanted, asked);
	return (!address_port(wanted) || address_port(wanted) == address_port(bound))
	    && memcmp(is, asked, length) == 0
	    && (address_family(wanted) != AF_INET6 || same_ipv6(bound, wanted));
}

int
bindchain_sd_is_socket_sockaddr(int fd, int type, const struct sockaddr *addr, unsigned addr_len,
    int listening)
{
	struct address bound, wanted;
	size_t least;
	int result;

	if (fd < 0 || !addr)
		return fd < 0 ? -EBADF : -EINVAL;
	if (addr_len < offsetof(struct sockaddr, sa_data))
		return -ENOBUFS;
	address_set(&wanted, addr, addr_len);
	if (!address_is_internet(&wanted))
		return -EPFNOSUPPORT;
	result = socket_check_address(fd, type, listening, &bound);
	if (result <= 0 || address_family(&bound) != address_family(&wanted))
		return result < 0 ? result : 0;
	least = address_family(&wanted) == AF_INET ? sizeof(struct sockaddr_in)
	                                           : sizeof(struct sockaddr_in6);
	return addr_len < least ? -EINVAL : same_internet(&bound, &wanted);
}

/* As libsystemd, also reads and compares the byte after LENGTH, the null byte of a PATH that is
 * given whole. */
static bool
same_path(const struct address *bound, const char *path, size_t length)
{
	const size_t start = offsetof(struct sockaddr_un, sun_path);
	const char *is = (const char *)&bound->storage + start;

	return strnlen(is, sizeof bound->storage - start) >= length
	    && memcmp(is, path, length + 1) == 0;
}

static bool
same_name(const struct address *bound, const char *name, size_t length)
{
	const size_t start = offsetof(struct sockaddr_un, sun_path);
	const char *is = (const char *)&bound->storage + start;

	/* Null bytes are the address of an unbound socket on FreeBSD and macOS. */
	if (!backend_has_abstract_names)
		return length == 0 && !is[0];
	return bound->length == start + length && memcmp(is, name, length) == 0;
}

int
bindchain_sd_is_socket_unix(int fd, int type, int listening, const char *path, size_t length)
{
	struct address bound;
	int result = socket_check_address(fd, type, listening, &bound);

	if (result <= 0)
		return result;
	if (address_family(&bound) != AF_UNIX)
		return 0;
	if (!path)
		return 1;
	if (length == 0)
		length = strlen(path);
	return path[0] ? same_path(&bound, path, length) : same_name(&bound, path, length);
}

/* ---- the service manager ---- */

int
bindchain_sd_notify(int unset_environment, const char *state)
{
	return receive_notify(unset_environment, state);
}

int
bindchain_sd_notifyf(int unset_environment, const char *format, ...)
{
	va_list arguments;
	char *state;
	int length, result;

	if (!format)
		return bindchain_sd_notify(unset_environment, NULL);
	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	state = length >= 0 ? malloc((size_t)length + 1) : NULL;
	if (!state)
		return -ENOMEM;
	va_start(arguments, format);
	vsnprintf(state, (size_t)length + 1, format, arguments);
	va_end(arguments);
	result = bindchain_sd_notify(unset_environment, state);
	free(state);
	return result;
}

int
bindchain_sd_booted(void)
{
	struct stat status;

	if (lstat("/run/systemd/system/", &status) == 0)
		return 1;
	return errno == ENOENT ? 0 : -errno;
}

/* 1 with USEC, 0, or a negative errno. */
static int
read_watchdog(const char *time, const char *process, uint64_t *usec)
{
	long long number;
	pid_t pid;
	int failed = receive_read_number(time, 0, LLONG_MAX, &number);

	if (failed || number == 0)
		return failed ? failed : -EINVAL;
	if (process) {
		failed = receive_read_pid(process, &pid);
		if (failed || pid != getpid())
			return failed;
	}
	if (usec)
		*usec = (uint64_t)number;
	return 1;
}

int
bindchain_sd_watchdog_enabled(int unset_environment, uint64_t *usec)
{
	static const char variables[][LISTEN_VARIABLE_SIZE] = { "WATCHDOG_USEC", "WATCHDOG_PID",
		"" };
	const char *time = environment_get(variables[0]);
	int result = time ? read_watchdog(time, environment_get(variables[1]), usec) : 0;

	if (unset_environment && receive_remove_variables(variables) != 0 && result >= 0)
		result = -errno;
	return result;
}
