/* SPDX-License-Identifier: ISC */
/*
 * The floor: FLOOR_SOCKETS listening TCP sockets on 127.0.0.1, port 0, then the
 * next program; the system calls that the request needs and nothing else.  Every
 * argument but the next program (FLOOR_NEXT, its place in argv) is a constant,
 * and no result is looked at: whoever checks anything is slower.
 *
 * FLOOR_STDIN      one socket, non-blocking, as standard input with the longest
 *                  queue: what s6-tcpserver-socketbinder is asked for
 * FLOOR_SYSTEMD    LISTEN_FDS and LISTEN_PID are added to the environment
 * FLOOR_RAW        without a C library
 */
#include <limits.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

#ifdef FLOOR_RAW
#include "raw.h"
#define close raw_close
#define socket raw_socket
#define setsockopt raw_setsockopt
#define bind raw_bind
#define listen raw_listen
#define getpid raw_getpid
#define execve raw_execve
#else
#include <unistd.h>
#endif

#ifdef FLOOR_STDIN
#define TYPE (SOCK_STREAM | SOCK_NONBLOCK)
#define BACKLOG INT_MAX
#else
#define TYPE SOCK_STREAM
#define BACKLOG 5
#endif

static void
open_listener(void)
{
	static const unsigned char loopback[] = { 127, 0, 0, 1 };
	struct sockaddr_in address = { .sin_family = AF_INET };
	int on = 1, descriptor;

	__builtin_memcpy(&address.sin_addr, loopback, sizeof loopback); /* no call */
#ifdef FLOOR_STDIN
	close(0);
#endif
	descriptor = socket(AF_INET, TYPE, IPPROTO_TCP);
	setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	bind(descriptor, (const struct sockaddr *)&address, sizeof address);
	listen(descriptor, BACKLOG);
}

#ifdef FLOOR_SYSTEMD
#define VARIABLES_MAX 64

/* Writes NAME and NUMBER so that they end at END; returns where they begin. */
static char *
write_variable(char *end, const char *name, size_t length, int number)
{
	*--end = '\0';
	for (; number; number /= 10)
		*--end = (char)('0' + number % 10);
	while (length)
		*--end = name[--length];
	return end;
}

#define WRITE_VARIABLE(buffer, name, number) \
	write_variable((buffer) + sizeof(buffer), name, sizeof(name) - 1, number)

static void
add_variables(char **from, char *to[VARIABLES_MAX])
{
	static char fds[32], pid[32];
	size_t count = 0;

	to[count++] = WRITE_VARIABLE(fds, "LISTEN_FDS=", FLOOR_SOCKETS);
	to[count++] = WRITE_VARIABLE(pid, "LISTEN_PID=", getpid());
	while (*from && count < VARIABLES_MAX - 1)
		to[count++] = *from++;
	to[count] = NULL;
}
#endif

static void
run(char **argv, char **environment)
{
	for (int i = 0; i < FLOOR_SOCKETS; i++)
		open_listener();
#ifdef FLOOR_SYSTEMD
	char *longer[VARIABLES_MAX];
	add_variables(environment, longer);
	environment = longer;
#endif
	execve(argv[FLOOR_NEXT], argv + FLOOR_NEXT, environment);
}

#ifdef FLOOR_RAW
void raw_main(long *stack);

/* The stack at the entry: argc, argv, NULL, environment, NULL. */
__attribute__((noreturn)) void
raw_main(long *stack)
{
	char **argv = (char **)(stack + 1);

	run(argv, argv + stack[0] + 1);
	for (;;)
		raw_exit(1);
}
#else
int
main(int argc, char **argv, char **environment)
{
	(void)argc;
	run(argv, environment);
	return 1;
}
#endif
