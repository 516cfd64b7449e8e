/* SPDX-License-Identifier: ISC */
/*
 * probe: the program at the end of a chain.  It reports, as one line of JSON,
 * what it was started with: pid, arguments, environment, the signals that are
 * ignored or blocked, and every open descriptor with the state of the socket
 * behind it.
 *
 *   probe [--output FILE] [--accept COUNT] [--wait] [--] [ARGUMENT...]
 *   probe --strerror NUMBER | --gai-strerror NUMBER | --first-address HOST
 *
 * The report goes to standard output, or to FILE, which is opened when all has
 * been looked at, for tests that start with descriptors closed.  With --accept
 * it then takes COUNT connections in all from the listening sockets, answers
 * each with "descriptor N\n", and exits; with --wait it stays until it is
 * killed.
 *
 * Bytes outside of printable ASCII are written as \u00XX, one for each byte.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#if __has_include(<libproc.h>)
#include <libproc.h>
#endif

extern char **environ;

/* Descriptors above are not looked for. */
#define DESCRIPTORS 4096

struct found {
	int descriptor;
	int descriptor_flags, status_flags;
	struct stat status;
	bool is_socket;
	int type;
	struct sockaddr_storage address;
	socklen_t length;
};

struct settings {
	const char *output;
	long accept;
	bool wait;
	int first_argument;
};

static struct found found[DESCRIPTORS];
static size_t found_count;

static void
die(const char *what)
{
	fprintf(stderr, "probe: %s: %s\n", what, strerror(errno));
	exit(99);
}

static void
look(void)
{
	for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++) {
		struct found *this = &found[found_count];
		socklen_t size = sizeof this->type;
		this->descriptor_flags = fcntl(descriptor, F_GETFD);
		if (this->descriptor_flags < 0)
			continue;
		this->descriptor = descriptor;
		this->status_flags = fcntl(descriptor, F_GETFL);
		fstat(descriptor, &this->status);
		this->is_socket = getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &this->type,
		    &size) == 0;
		this->length = sizeof this->address;
		if (this->is_socket && getsockname(descriptor,
		        (struct sockaddr *)&this->address, &this->length) != 0)
			this->length = 0;
		found_count++;
	}
}

/* ---- JSON ---- */

static void
put_text(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < ' ' || c > '~')
			fprintf(out, "\\u%04x", c);
		else
			putc(c, out);
	}
	putc('"', out);
}

static void
put_list(FILE *out, const char *name, char *const *texts)
{
	fprintf(out, ", \"%s\": [", name);
	for (char *const *text = texts; *text; text++) {
		fputs(text == texts ? "" : ", ", out);
		put_text(out, *text);
	}
	putc(']', out);
}

/* 0 or 1, or null where it cannot be read.  What is on is the option's bit on BSD
 * kernels. */
static void
put_flag(FILE *out, const char *name, int descriptor, int level, int option)
{
	int value;
	socklen_t size = sizeof value;

	if (getsockopt(descriptor, level, option, &value, &size) == 0)
		fprintf(out, ", \"%s\": %d", name, value != 0);
	else
		fprintf(out, ", \"%s\": null", name);
}

/* The queue of a listener: FreeBSD, getsockopt(2); macOS, <sys/proc_info.h>;
 * Linux, where it is in TCP_INFO, tcp(7). */
static bool
read_queue(int descriptor, unsigned *limit, unsigned *length)
{
#if defined(SO_LISTENQLIMIT)
	socklen_t size = sizeof *limit;

	return getsockopt(descriptor, SOL_SOCKET, SO_LISTENQLIMIT, limit, &size) == 0
	    && getsockopt(descriptor, SOL_SOCKET, SO_LISTENQLEN, length, &size) == 0;
#elif __has_include(<libproc.h>)
	struct socket_fdinfo info;

	if (proc_pidfdinfo(getpid(), descriptor, PROC_PIDFDSOCKETINFO, &info, sizeof info)
	    != sizeof info)
		return false;
	*limit = (unsigned)info.psi.soi_qlimit;
	*length = (unsigned)info.psi.soi_qlen;
	return true;
#else
	struct tcp_info info;
	socklen_t size = sizeof info;

	if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return false;
	*limit = info.tcpi_sacked;
	*length = info.tcpi_unacked;
	return true;
#endif
}

static bool
is_listening(int descriptor)
{
	int listening = 0;
	socklen_t size = sizeof listening;

	return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0
	    && listening != 0;
}

static void
put_queue(FILE *out, int descriptor)
{
	unsigned limit, length;

	if (is_listening(descriptor) && read_queue(descriptor, &limit, &length))
		fprintf(out, ", \"queue_limit\": %u, \"queue_length\": %u", limit, length);
	else
		fputs(", \"queue_limit\": null, \"queue_length\": null", out);
}

static void
put_internet(FILE *out, const struct found *this)
{
	char text[INET6_ADDRSTRLEN] = "";
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
	int fd = this->descriptor;

	if (this->address.ss_family == AF_INET) {
		memcpy(&ipv4, &this->address, sizeof ipv4);
		inet_ntop(AF_INET, &ipv4.sin_addr, text, sizeof text);
		fprintf(out, ", \"family\": \"inet\", \"address\": \"%s\", \"port\": %u", text,
		    ntohs(ipv4.sin_port));
#if defined(IP_FREEBIND)
		put_flag(out, "bind_any", fd, IPPROTO_IP, IP_FREEBIND);
#elif defined(IP_BINDANY)
		put_flag(out, "bind_any", fd, IPPROTO_IP, IP_BINDANY);
#endif
	} else {
		memcpy(&ipv6, &this->address, sizeof ipv6);
		inet_ntop(AF_INET6, &ipv6.sin6_addr, text, sizeof text);
		fprintf(out, ", \"family\": \"inet6\", \"address\": \"%s\", \"port\": %u"
		    ", \"zone\": %u", text, ntohs(ipv6.sin6_port), (unsigned)ipv6.sin6_scope_id);
		put_flag(out, "v6only", fd, IPPROTO_IPV6, IPV6_V6ONLY);
#if defined(IPV6_FREEBIND)
		put_flag(out, "bind_any", fd, IPPROTO_IPV6, IPV6_FREEBIND);
#elif defined(IPV6_BINDANY)
		put_flag(out, "bind_any", fd, IPPROTO_IPV6, IPV6_BINDANY);
#endif
	}
	put_queue(out, fd);
}

/* A path, or "@name". */
static void
put_unix(FILE *out, const struct found *this)
{
	char text[sizeof this->address + 1] = "";
	size_t start = offsetof(struct sockaddr_un, sun_path);
	size_t length = this->length > start ? this->length - start : 0;

	memcpy(text, (const char *)&this->address + start, length);
	if (length && !text[0])
		text[0] = '@';
	fputs(", \"family\": \"unix\", \"address\": ", out);
	put_text(out, text);
}

static void
put_socket(FILE *out, const struct found *this)
{
	int fd = this->descriptor;

	fprintf(out, ", \"type\": \"%s\"", this->type == SOCK_STREAM ? "stream"
	    : this->type == SOCK_DGRAM ? "dgram"
	    : this->type == SOCK_SEQPACKET ? "seqpacket" : "other");
	put_flag(out, "listening", fd, SOL_SOCKET, SO_ACCEPTCONN);
	put_flag(out, "reuse_address", fd, SOL_SOCKET, SO_REUSEADDR);
	put_flag(out, "reuse_port", fd, SOL_SOCKET, SO_REUSEPORT);
	put_flag(out, "keep_alive", fd, SOL_SOCKET, SO_KEEPALIVE);
	put_flag(out, "error", fd, SOL_SOCKET, SO_ERROR);
	if (this->address.ss_family == AF_INET || this->address.ss_family == AF_INET6)
		put_internet(out, this);
	else if (this->address.ss_family == AF_UNIX)
		put_unix(out, this);
	else
		fputs(", \"family\": \"other\"", out);
}

static void
put_descriptor(FILE *out, const struct found *this)
{
	fprintf(out, "{\"descriptor\": %d, \"socket\": %s, \"device\": %llu, \"inode\": %llu"
	    ", \"nonblocking\": %s, \"close_on_exec\": %s",
	    this->descriptor, this->is_socket ? "true" : "false",
	    (unsigned long long)this->status.st_dev, (unsigned long long)this->status.st_ino,
	    this->status_flags & O_NONBLOCK ? "true" : "false",
	    this->descriptor_flags & FD_CLOEXEC ? "true" : "false");
	if (this->is_socket)
		put_socket(out, this);
	putc('}', out);
}

/* Of the signals that have a name in POSIX, none above 31. */
static void
put_signals(FILE *out, const char *name, bool (*is)(int))
{
	const char *between = "";

	fprintf(out, ", \"%s\": [", name);
	for (int number = 1; number < 32; number++)
		if (is(number)) {
			fprintf(out, "%s%d", between, number);
			between = ", ";
		}
	putc(']', out);
}

static bool
is_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static bool
is_blocked(int number)
{
	sigset_t blocked;

	return sigprocmask(SIG_SETMASK, NULL, &blocked) == 0 && sigismember(&blocked, number);
}

static void
report(const struct settings *settings, char **argv)
{
	FILE *out = settings->output ? fopen(settings->output, "w") : stdout;

	if (!out)
		die(settings->output);
	fprintf(out, "{\"pid\": %ld", (long)getpid());
	put_list(out, "argv", argv);
	put_list(out, "environment", environ);
	put_signals(out, "ignored_signals", is_ignored);
	put_signals(out, "blocked_signals", is_blocked);
	fputs(", \"descriptors\": [", out);
	for (size_t i = 0; i < found_count; i++) {
		fputs(i ? ", " : "", out);
		put_descriptor(out, &found[i]);
	}
	fputs("]}\n", out);
	if (fflush(out) != 0)
		die("write");
	if (settings->output)
		fclose(out);
}

/* ---- serving ---- */

static size_t
listeners(struct pollfd *polled, size_t room)
{
	size_t count = 0;

	for (size_t i = 0; i < found_count && count < room; i++) {
		if (is_listening(found[i].descriptor))
			polled[count++] = (struct pollfd) { .fd = found[i].descriptor,
				.events = POLLIN };
	}
	return count;
}

static void
answer(int listener)
{
	int connection = accept(listener, NULL, NULL);

	if (connection < 0)
		die("accept");
	dprintf(connection, "descriptor %d\n", listener);
	close(connection);
}

static void
serve(long connections)
{
	struct pollfd polled[64];
	size_t count = listeners(polled, sizeof polled / sizeof *polled);

	while (connections > 0) {
		if (poll(polled, (nfds_t)count, -1) < 0)
			die("poll");
		for (size_t i = 0; i < count && connections > 0; i++)
			if (polled[i].revents) {
				answer(polled[i].fd);
				connections--;
			}
	}
}

static void
read_arguments(struct settings *settings, int argc, char **argv)
{
	int i = 1;

	for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
		if (strcmp(argv[i], "--") == 0)
			break;
		if (strcmp(argv[i], "--output") == 0 && i + 1 < argc)
			settings->output = argv[++i];
		else if (strcmp(argv[i], "--accept") == 0 && i + 1 < argc)
			settings->accept = strtol(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--wait") == 0)
			settings->wait = true;
	}
}

/* What the C library at hand says. */
static int
answer_question(const char *question, const char *about)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
	struct addrinfo *results;
	char host[NI_MAXHOST];

	if (strcmp(question, "--strerror") == 0)
		return fputs(strerror(atoi(about)), stdout) < 0;
	if (strcmp(question, "--gai-strerror") == 0)
		return fputs(gai_strerror(atoi(about)), stdout) < 0;
	if (getaddrinfo(about, "0", &hints, &results) != 0
	    || getnameinfo(results->ai_addr, results->ai_addrlen, host, sizeof host, NULL, 0,
	           NI_NUMERICHOST) != 0)
		return 1;
	return fputs(host, stdout) < 0;
}

static bool
is_question(const char *word)
{
	return strcmp(word, "--strerror") == 0 || strcmp(word, "--gai-strerror") == 0
	    || strcmp(word, "--first-address") == 0;
}

int
main(int argc, char **argv)
{
	struct settings settings = { 0 };

	if (argc == 3 && is_question(argv[1]))
		return answer_question(argv[1], argv[2]);
	look();
	read_arguments(&settings, argc, argv);
	report(&settings, argv);
	serve(settings.accept);
	while (settings.wait)
		pause();
	return 0;
}
