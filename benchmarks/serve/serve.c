/* SPDX-License-Identifier: ISC */
/*
 * Measures servers: serve ROUNDS CONNECTIONS CLIENTS NAME=COMMAND...
 *
 * Each COMMAND, words separated by spaces, serves the listening TCP socket that is its
 * descriptors 0 and 3.  In each round every one is started anew, in turn, and CLIENTS
 * processes open CONNECTIONS connections in all, each after the end of the one before.
 * Prints the medians: connections a second, processor time of server and handlers for a
 * connection, minor faults of the server alone, and the latency of the 99th percentile.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 1000
#define SUBJECTS_MAX 16
#define WORDS_MAX 32

enum figure { PER_SECOND, PROCESSOR, FAULTS, LATENCY, FIGURES };

struct subject {
	char *name, *words[WORDS_MAX + 1];
	double figures[FIGURES][ROUNDS_MAX];
};

static double
seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int
open_listener(struct sockaddr_in *address)
{
	socklen_t size = sizeof *address;
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	*address = (struct sockaddr_in) { .sin_family = AF_INET };
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (listener < 0 || bind(listener, (struct sockaddr *)address, size) != 0
	    || listen(listener, 1024) != 0
	    || getsockname(listener, (struct sockaddr *)address, &size) != 0)
		err(111, "listener");
	return listener;
}

static pid_t
start(struct subject *subject, int listener)
{
	pid_t pid = fork();

	if (pid < 0)
		err(111, "fork");
	if (pid > 0)
		return pid;
	dup2(listener, 0);
	if (listener == 3 || dup2(listener, 3) == 3) {
		if (listener != 3)
			close(listener);
		execv(subject->words[0], subject->words);
	}
	err(127, "%s", subject->words[0]);
}

/* One connection, to the end of what its handler writes. */
static double
connect_once(const struct sockaddr_in *address)
{
	double before = seconds();
	int connection = socket(AF_INET, SOCK_STREAM, 0);
	char byte;

	if (connection < 0
	    || connect(connection, (const struct sockaddr *)address, sizeof *address) != 0)
		err(111, "connect");
	while (read(connection, &byte, 1) > 0)
		;
	close(connection);
	return seconds() - before;
}

/* The latencies go to LATENCIES, which is shared. */
static void
run_clients(const struct sockaddr_in *address, int clients, int each, double *latencies)
{
	for (int i = 0; i < clients; i++) {
		pid_t pid = fork();
		if (pid < 0)
			err(111, "fork");
		if (pid > 0)
			continue;
		for (int j = 0; j < each; j++)
			latencies[i * each + j] = connect_once(address);
		_exit(0);
	}
	for (int i = 0; i < clients; i++)
		wait(NULL);
}

/* The tenth field of /proc/PID/stat: of the process, without its children. */
static double
minor_faults(pid_t pid)
{
	char name[64], text[1024] = "";
	const char *field;
	FILE *file;

	snprintf(name, sizeof name, "/proc/%d/stat", (int)pid);
	file = fopen(name, "r");
	if (!file || !fgets(text, sizeof text, file))
		err(111, "%s", name);
	fclose(file);
	field = strrchr(text, ')');
	for (int i = 0; field && i < 8; i++)
		field = strchr(field + 1, ' ');
	return field ? strtod(field, NULL) : 0;
}

static int
compare(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;

	return a < b ? -1 : a > b;
}

static double
processor_time(const struct rusage *usage)
{
	return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec)
	    + (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

static void
measure(struct subject *subject, int round, int clients, int connections, double *latencies)
{
	struct sockaddr_in address;
	int listener = open_listener(&address), each = connections / clients;
	pid_t server = start(subject, listener);
	struct rusage usage;
	double begin, faults;

	close(listener);
	for (int i = 0; i < 20; i++) /* what only a start costs */
		connect_once(&address);
	faults = minor_faults(server);
	begin = seconds();
	run_clients(&address, clients, each, latencies);
	subject->figures[PER_SECOND][round] = each * clients / (seconds() - begin);
	subject->figures[FAULTS][round] = (minor_faults(server) - faults) / (each * clients);
	kill(server, SIGKILL);
	if (wait4(server, NULL, 0, &usage) != server)
		err(111, "wait4");
	subject->figures[PROCESSOR][round] = 1e6 * processor_time(&usage) / (each * clients + 20);
	qsort(latencies, (size_t)(each * clients), sizeof *latencies, compare);
	subject->figures[LATENCY][round] = 1e6 * latencies[(size_t)(each * clients) * 99 / 100];
}

static void
print(struct subject *subject, int rounds)
{
	printf("| %s |", subject->name);
	for (int i = 0; i < FIGURES; i++) {
		qsort(subject->figures[i], (size_t)rounds, sizeof(double), compare);
		printf(i == FAULTS ? " %.2f |" : " %.0f |", subject->figures[i][rounds / 2]);
	}
	printf("\n");
}

static void
read_subject(struct subject *subject, char *text)
{
	char *words = strchr(text, '='), *word;
	int count = 0;

	if (!words)
		errx(100, "not NAME=COMMAND: %s", text);
	*words++ = '\0';
	subject->name = text;
	for (word = strtok(words, " "); word && count < WORDS_MAX; word = strtok(NULL, " "))
		subject->words[count++] = word;
}

int
main(int argc, char **argv)
{
	static struct subject subjects[SUBJECTS_MAX];
	int rounds = argc > 4 ? atoi(argv[1]) : 0, connections, clients, count = argc - 4;
	double *latencies;

	if (rounds < 1 || rounds > ROUNDS_MAX || count > SUBJECTS_MAX)
		errx(100, "usage: serve ROUNDS CONNECTIONS CLIENTS NAME=COMMAND...");
	connections = atoi(argv[2]);
	clients = atoi(argv[3]);
	if (clients < 1 || connections < clients)
		errx(100, "at least one connection for each client");
	latencies = mmap(NULL, (size_t)connections * sizeof *latencies, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (latencies == MAP_FAILED)
		err(111, "mmap");
	for (int i = 0; i < count; i++)
		read_subject(&subjects[i], argv[4 + i]);
	for (int round = 0; round < rounds; round++)
		for (int i = 0; i < count; i++)
			measure(&subjects[i], round, clients, connections, latencies);
	for (int i = 0; i < count; i++)
		print(&subjects[i], rounds);
	return 0;
}
