/* SPDX-License-Identifier: ISC */
#include "kernel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "foreign.h"
#include "text.h"

#define SOCKETS_MAX 32
#define FIRST_DESCRIPTOR 3
#define SYSCTLS_MAX 32
#define MODULES_MAX 4

static struct {
	struct kernel_socket sockets[SOCKETS_MAX];
	struct sockaddr_storage addresses[SOCKETS_MAX];
	struct kernel_sysctl sysctls[SYSCTLS_MAX];
	size_t sysctl_count;
	const char *modules[MODULES_MAX];
	size_t module_count;
	uid_t user;
	char log[8192];
	size_t log_length;
} kernel;

/* Of the host. */
_Noreturn void abort(void);

/* ---- for the tests ---- */

void
foreign_kernel_reset(void)
{
	memset(&kernel, 0, sizeof kernel);
	memcpy(kernel.sysctls, kernel_sysctls, kernel_sysctl_count * sizeof *kernel.sysctls);
	kernel.sysctl_count = kernel_sysctl_count;
}

static struct kernel_sysctl *
find_sysctl(const char *name)
{
	for (size_t i = 0; i < kernel.sysctl_count; i++)
		if (strcmp(kernel.sysctls[i].name, name) == 0)
			return &kernel.sysctls[i];
	return NULL;
}

void
foreign_kernel_set(const char *name, int value)
{
	struct kernel_sysctl *sysctl = find_sysctl(name);

	if (!sysctl)
		kernel_trap("a sysctl that this kernel has not got");
	sysctl->value = value;
}

void
foreign_kernel_forget(const char *name)
{
	struct kernel_sysctl *sysctl = find_sysctl(name);

	if (!sysctl)
		kernel_trap("a sysctl that this kernel has not got");
	*sysctl = kernel.sysctls[--kernel.sysctl_count];
}

void
foreign_kernel_user(unsigned user)
{
	kernel.user = user;
}

void
foreign_kernel_load_module(const char *name)
{
	if (kernel.module_count == MODULES_MAX)
		kernel_trap("too many modules");
	kernel.modules[kernel.module_count++] = name;
}

void
foreign_kernel_fill_queue(int descriptor, int complete, int incomplete)
{
	struct kernel_socket *socket = kernel_find_socket(descriptor);

	if (!socket || !socket->is_listening)
		kernel_trap("a queue that is none");
	socket->complete = complete;
	socket->incomplete = incomplete;
}

const char *
foreign_kernel_log(void)
{
	return kernel.log;
}

unsigned
foreign_kernel_open_descriptors(void)
{
	unsigned count = 0;

	for (size_t i = 0; i < SOCKETS_MAX; i++)
		count += kernel.sockets[i].is_open;
	return count;
}

/* ---- for this kernel's own part ---- */

void
kernel_trap(const char *what)
{
	(void)what; /* for the debugger: the host has no other way to be told */
	abort();
}

void
kernel_say(const char *words)
{
	size_t length = strlen(words);

	if (kernel.log_length + length + 1 > sizeof kernel.log)
		kernel_trap("a log that does not fit");
	memcpy(kernel.log + kernel.log_length, words, length + 1);
	kernel.log_length += length;
}

void
kernel_say_number(long long number)
{
	char digits[NUMBER_TEXT_SIZE];

	kernel_say(number_text(number, digits));
}

bool
kernel_is_root(void)
{
	return kernel.user == 0;
}

bool
kernel_has_module(const char *name)
{
	for (size_t i = 0; i < kernel.module_count; i++)
		if (strcmp(kernel.modules[i], name) == 0)
			return true;
	return false;
}

bool
kernel_sysctl_value(const char *name, int *value)
{
	const struct kernel_sysctl *sysctl = find_sysctl(name);

	if (sysctl)
		*value = sysctl->value;
	return sysctl;
}

struct kernel_socket *
kernel_find_socket(int descriptor)
{
	int index = descriptor - FIRST_DESCRIPTOR;

	if (index >= 0 && index < SOCKETS_MAX && kernel.sockets[index].is_open)
		return &kernel.sockets[index];
	errno = EBADF;
	return NULL;
}

static size_t
find_option(int level, int name)
{
	size_t i = 0;

	while (i < kernel_option_count
	    && (kernel_options[i].level != level || kernel_options[i].name != name))
		i++;
	return i;
}

bool
kernel_flag(const struct kernel_socket *socket, int level, int name)
{
	return socket->flags >> find_option(level, name) & 1;
}

/* ---- sockets ---- */

static int
fail(int error)
{
	errno = error;
	return -1;
}

int
socket(int family, int type, int protocol)
{
	struct kernel_socket new = { .is_open = true, .family = family, .receive_buffer = 65536 };

	(void)protocol;
	kernel_say("socket\n");
	new.type = kernel_socket_type(&new, type);
	if (new.type < 0)
		return fail(EINVAL);
	for (int i = 0; i < SOCKETS_MAX; i++)
		if (!kernel.sockets[i].is_open) {
			kernel.sockets[i] = new;
			memset(&kernel.addresses[i], 0, sizeof kernel.addresses[i]);
			return i + FIRST_DESCRIPTOR;
		}
	return fail(EMFILE);
}

int
close(int descriptor)
{
	struct kernel_socket *socket = kernel_find_socket(descriptor);

	if (!socket)
		return -1;
	kernel_say("close\n");
	socket->is_open = false;
	return 0;
}

int
fcntl(int descriptor, int command, ...)
{
	struct kernel_socket *socket = kernel_find_socket(descriptor);
	va_list arguments;
	int argument;

	if (!socket)
		return -1;
	if (command == F_GETFD)
		return socket->is_close_on_exec ? FD_CLOEXEC : 0;
	if (command == F_GETFL)
		return O_RDWR | (socket->is_nonblocking ? O_NONBLOCK : 0);
	va_start(arguments, command);
	argument = va_arg(arguments, int);
	va_end(arguments);
	if (command == F_SETFD) {
		kernel_say("fcntl F_SETFD\n");
		socket->is_close_on_exec = argument & FD_CLOEXEC;
	} else if (command == F_SETFL) {
		kernel_say("fcntl F_SETFL\n");
		socket->is_nonblocking = argument & O_NONBLOCK;
	} else
		kernel_trap("a command of fcntl");
	return 0;
}

static void
say_option(int level, int name, const void *data, socklen_t size)
{
	size_t i = find_option(level, name);
	int value;

	kernel_say("setsockopt ");
	kernel_say(i < kernel_option_count ? kernel_options[i].words : "unknown");
	kernel_say(" ");
	if (size == sizeof value) {
		memcpy(&value, data, sizeof value);
		kernel_say_number(value);
	} else
		kernel_say(data); /* begins with a name */
	kernel_say("\n");
}

/* ip_ctloutput, ip6_ctloutput: each family has its own level. */
static bool
is_other_family(const struct kernel_socket *socket, int level)
{
	return socket->family == AF_INET6 ? level == IPPROTO_IP : level == IPPROTO_IPV6;
}

static int
set_flag(struct kernel_socket *socket, int level, int name, const void *data, socklen_t size)
{
	size_t i = find_option(level, name);
	int value;

	if (i == kernel_option_count)
		return ENOPROTOOPT;
	if (size < sizeof value || (kernel_options[i].exact && size != sizeof value))
		return EINVAL;
	memcpy(&value, data, sizeof value);
	socket->flags = value ? socket->flags | 1u << i : socket->flags & ~(1u << i);
	return 0;
}

int
setsockopt(int descriptor, int level, int name, const void *data, socklen_t size)
{
	struct kernel_socket *socket = kernel_find_socket(descriptor);
	bool done = false;
	int error;

	if (!socket)
		return -1;
	say_option(level, name, data, size);
	if (is_other_family(socket, level))
		return fail(EINVAL);
	error = kernel_set_special(socket, level, name, data, size, &done);
	if (!error && !done)
		error = set_flag(socket, level, name, data, size);
	return error ? fail(error) : 0;
}

/* What is there of the number, in as many bytes as there is room for. */
static int
give(int value, void *data, socklen_t *size)
{
	if (*size > sizeof value)
		*size = sizeof value;
	memcpy(data, &value, *size);
	return 0;
}

int
getsockopt(int descriptor, int level, int name, void *data, socklen_t *size)
{
	struct kernel_socket *socket = kernel_find_socket(descriptor);
	size_t i = find_option(level, name);
	bool done = false;
	int error;

	if (!socket)
		return -1;
	if (is_other_family(socket, level))
		return fail(EINVAL);
	if (level == SOL_SOCKET && name == SO_TYPE)
		return give(socket->type, data, size);
	if (level == SOL_SOCKET && name == SO_ACCEPTCONN)
		return give(socket->is_listening ? SO_ACCEPTCONN : 0, data, size);
	if (level == SOL_SOCKET && name == SO_RCVBUF)
		return give(socket->receive_buffer, data, size);
	error = kernel_get_special(socket, level, name, data, size, &done);
	if (error || done)
		return error ? fail(error) : 0;
	if (i == kernel_option_count)
		return fail(ENOPROTOOPT);
	return give(socket->flags >> i & 1 ? kernel_options[i].reads : 0, data, size);
}

/* ---- addresses ---- */

static socklen_t
exact_length(int family)
{
	return family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

/* 127.0.0.1, ::1 and the wildcards; 192.0.2.10 is an interface's. */
static bool
is_local(const struct sockaddr *address)
{
	struct sockaddr_in6 ipv6;
	struct sockaddr_in ipv4;
	in_addr_t host;

	if (address->sa_family == AF_INET6) {
		memcpy(&ipv6, address, sizeof ipv6);
		return (IN6_IS_ADDR_UNSPECIFIED(&ipv6.sin6_addr)
		           || IN6_IS_ADDR_LOOPBACK(&ipv6.sin6_addr))
		    && !ipv6.sin6_flowinfo && !ipv6.sin6_scope_id;
	}
	memcpy(&ipv4, address, sizeof ipv4);
	host = ntohl(ipv4.sin_addr.s_addr);
	return host == INADDR_ANY || host == INADDR_LOOPBACK || host == 0xc000020a;
}

static unsigned
port_of(const struct sockaddr *address)
{
	struct sockaddr_in begins_like;

	memcpy(&begins_like, address, sizeof begins_like);
	return ntohs(begins_like.sin_port);
}

static bool
binds_any(const struct kernel_socket *socket)
{
	for (size_t i = 0; i < kernel_option_count; i++)
		if (strstr(kernel_options[i].words, "BINDANY") && socket->flags >> i & 1)
			return true;
	return false;
}

int
bind(int descriptor, const struct sockaddr *address, socklen_t length)
{
	struct kernel_socket *socket = kernel_find_socket(descriptor);

	if (!socket)
		return -1;
	kernel_say("bind\n");
	if (length != exact_length(socket->family) || socket->is_bound)
		return fail(EINVAL);
	if (!is_local(address) && !binds_any(socket))
		return fail(EADDRNOTAVAIL);
	if (!kernel_is_root() && kernel_is_guarded(address, port_of(address)))
		return fail(EACCES);
	memcpy(&kernel.addresses[descriptor - FIRST_DESCRIPTOR], address, length);
	socket->is_bound = true;
	return 0;
}

int
getsockname(int descriptor, struct sockaddr *address, socklen_t *length)
{
	struct kernel_socket *socket = kernel_find_socket(descriptor);
	socklen_t whole;

	if (!socket)
		return -1;
	whole = exact_length(socket->family);
	memcpy(address, &kernel.addresses[descriptor - FIRST_DESCRIPTOR],
	    whole < *length ? whole : *length);
	*length = whole;
	return 0;
}

int
listen(int descriptor, int backlog)
{
	struct kernel_socket *socket = kernel_find_socket(descriptor);

	if (!socket)
		return -1;
	kernel_say("listen ");
	kernel_say_number(backlog);
	kernel_say("\n");
	if (socket->type != SOCK_STREAM)
		return fail(EOPNOTSUPP);
	socket->is_listening = true;
	socket->queue_limit = kernel_queue_limit(backlog);
	return 0;
}

/* Those that the tests use. */
static const struct {
	const char *text;
	unsigned char bytes[16];
} literals[] = {
	{ "0.0.0.0", { 0, 0, 0, 0 } }, { "127.0.0.1", { 127, 0, 0, 1 } },
	{ "192.0.2.10", { 192, 0, 2, 10 } }, { "203.0.113.1", { 203, 0, 113, 1 } },
	{ "::", { 0 } }, { "::1", { [15] = 1 } },
	{ "2001:db8::1", { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } },
};

int
inet_pton(int family, const char *restrict text, void *restrict address)
{
	for (size_t i = 0; i < sizeof literals / sizeof *literals; i++)
		if (strcmp(literals[i].text, text) == 0
		    && !strchr(text, ':') == (family == AF_INET)) {
			memcpy(address, literals[i].bytes, family == AF_INET ? 4 : 16);
			return 1;
		}
	return 0;
}

/* ---- settings and identity ---- */

int
kernel_read_sysctl(const char *name, void *old, size_t *old_size)
{
	int value;

	if (!kernel_sysctl_value(name, &value))
		return fail(ENOENT);
	if (*old_size < sizeof value)
		return fail(ENOMEM);
	*old_size = sizeof value;
	memcpy(old, &value, sizeof value);
	return 0;
}

uid_t
geteuid(void)
{
	return kernel.user;
}

pid_t
getpid(void)
{
	return 4711;
}

static int error_number;

int *
__error(void)
{
	return &error_number;
}
