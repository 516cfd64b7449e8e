/* SPDX-License-Identifier: ISC */
/* Running a command as a supervisor does it: vfork(2), execve(2), wait4(2). */
#include "measure.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DESCRIPTORS 1024

/* The environment of all that is measured: PATH and no more. */
static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
static char *const environment[] = { path, NULL };
static int null;

/* Keeps this process and its children on one processor and in front of what else
 * runs there, where it may. */
static void
pin(void)
{
	const struct sched_param first = { .sched_priority = 1 };
	cpu_set_t allowed, one;

	(void)sched_setscheduler(0, SCHED_FIFO, &first);
	if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
		return;
	CPU_ZERO(&one);
	/* The last one: the first has most of the interrupts. */
	for (size_t cpu = CPU_SETSIZE; cpu-- > 0;)
		if (CPU_ISSET(cpu, &allowed)) {
			CPU_SET(cpu, &one);
			break;
		}
	(void)sched_setaffinity(0, sizeof one, &one);
}

/* The first socket that a command opens shall be 3, whatever was left open here;
 * close-on-exec, since 3 may be a file of ours. */
static void
keep_descriptors(void)
{
	for (int descriptor = 3; descriptor < DESCRIPTORS; descriptor++)
		(void)fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

void
spawn_prepare(void)
{
	keep_descriptors();
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (null < 0)
		die("/dev/null: %s", strerror(errno));
	pin();
}

static int64_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Connects as soon as somebody listens. */
static void
connect_to(const struct subject *subject)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int connection, status;

	address.sin_port = htons((uint16_t)subject->port);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	do {
		connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		status = connect(connection, (const struct sockaddr *)&address, sizeof address);
		if (status != 0 && errno != ECONNREFUSED)
			die("%s: connect to port %u: %s", subject->name, subject->port,
			    strerror(errno));
		close(connection);
		if (status != 0)
			sched_yield();
	} while (status != 0);
}

void
spawn_execute(const struct subject *subject)
{
	dup2(null, STDERR_FILENO);
	execve(subject->argv[0], subject->argv, environment);
	_exit(127);
}

static pid_t
start_command(const struct subject *subject)
{
	pid_t child = vfork();

	if (child == 0)
		spawn_execute(subject);
	if (child < 0)
		die("vfork: %s", strerror(errno));
	return child;
}

int64_t
spawn_timed(const struct subject *subject, long *faults)
{
	struct rusage usage;
	const int64_t start = now();
	int64_t end;
	int status;
	pid_t child = start_command(subject);

	if (subject->connects)
		connect_to(subject);
	if (wait4(child, &status, 0, &usage) != child)
		die("wait4: %s", strerror(errno));
	end = now();
	if (status != 0)
		die("%s: ended with status 0x%x", subject->name, (unsigned)status);
	*faults = usage.ru_minflt;
	return end - start;
}
