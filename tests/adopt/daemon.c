/* SPDX-License-Identifier: ISC */
/*
 * A daemon in small, which knows nothing of inherited sockets: each argument is a step, and
 * each answer a line.  `socket=TYPE` and later steps are about the newest socket.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <wordexp.h>

#include "queue.h"

static int descriptor = -1, duplicate = -1, family;

static void
answer(const char *step, int status)
{
	printf("%s: %s\n", step, status < 0 ? strerror(errno) : "ok");
}

static void
open_socket(const char *kind)
{
	int type = strchr(kind, 'd') ? SOCK_DGRAM : SOCK_STREAM;

	family = strchr(kind, 'u') ? AF_UNIX : strchr(kind, '6') ? AF_INET6 : AF_INET;
	if (strchr(kind, 'n'))
		type |= SOCK_NONBLOCK;
	if (strchr(kind, 'c'))
		type |= SOCK_CLOEXEC;
	descriptor = socket(family, type, 0);
}

/* HOST/PORT, with "!" before it by syscall(2); a path, or "@" and an abstract name. */
static int
bind_to(char *text)
{
	struct sockaddr_storage storage = { .ss_family = (sa_family_t)family };
	struct sockaddr_in *ipv4 = (struct sockaddr_in *)&storage;
	struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)&storage;
	struct sockaddr_un *unix_address = (struct sockaddr_un *)&storage;
	char *slash = strchr(text, '/');
	bool raw;
	socklen_t length = family == AF_INET ? sizeof *ipv4 : sizeof *ipv6;

	if (family == AF_UNIX) {
		strncpy(unix_address->sun_path, text, sizeof unix_address->sun_path - 1);
		if (text[0] == '@')
			unix_address->sun_path[0] = '\0';
		length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(text));
		return bind(descriptor, (struct sockaddr *)&storage, length);
	}
	raw = text[0] == '!';
	text += raw;
	*slash = '\0';
	ipv4->sin_port = htons((in_port_t)atoi(slash + 1));
	inet_pton(family, text, family == AF_INET ? (void *)&ipv4->sin_addr
	                                          : (void *)&ipv6->sin6_addr);
	if (raw)
		return (int)syscall(SYS_bind, descriptor, &storage, length);
	return bind(descriptor, (struct sockaddr *)&storage, length);
}

static void
tell_name(void)
{
	struct sockaddr_in address;
	socklen_t length = sizeof address;

	getsockname(descriptor, (struct sockaddr *)&address, &length);
	printf("port: %d\n", ntohs(address.sin_port));
}

static void
tell_flags(void)
{
	printf("flags: %s%s\n", fcntl(descriptor, F_GETFD) & FD_CLOEXEC ? "c" : "",
	    fcntl(descriptor, F_GETFL) & O_NONBLOCK ? "n" : "");
}

static void
tell_option(int level, int name, const char *called)
{
	int value = -1;
	socklen_t length = sizeof value;

	getsockopt(descriptor, level, name, &value, &length);
	printf("%s: %d\n", called, value);
}

/* LEVEL:NAME or LEVEL:NAME:VALUE, in numbers. */
static void
use_option(const char *step, const char *text)
{
	char *end;
	int level = (int)strtol(text, &end, 10), name = (int)strtol(end + 1, &end, 10), value;

	if (*end != ':') {
		tell_option(level, name, step);
		return;
	}
	value = atoi(end + 1);
	answer("set", setsockopt(descriptor, level, name, &value, sizeof value));
}

static int
set_option(int level, int name)
{
	int on = 1;

	return setsockopt(descriptor, level, name, &on, sizeof on);
}

/* Once a client is there. */
static void
wait_for_event(void)
{
	int value = -1, count = queue_wait(&value);

	printf("event: %d %d\n", count, value);
}

static void
accept_one(void)
{
	int connection = accept(descriptor, NULL, NULL);

	answer("accept", connection);
	if (connection >= 0 && write(connection, "served", 6) == 6)
		close(connection);
}

/* By a message to itself. */
static int
pass_to_itself(void)
{
	char byte = 0, control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec vector = { &byte, 1 };
	struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof control };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int pair[2] = { -1, -1 }, received = -1;

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof descriptor);
	memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && sendmsg(pair[0], &message, 0) == 1
	    && recvmsg(pair[1], &message, 0) == 1)
		memcpy(&received, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof received);
	close(pair[0]);
	close(pair[1]);
	return received;
}

/* The number of the duplicate for that of the socket. */
static void
swap_duplicate(void)
{
	int other = descriptor;

	descriptor = duplicate;
	duplicate = other;
}

/* As a helper with privileges does: this process has the socket, and another binds it. */
static void
bind_in_child(char *text)
{
	pid_t child = fork();

	if (child == 0) {
		answer("bind", bind_to(text));
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

static void
close_all(void)
{
	for (int i = 3; i < 1024; i++)
		close(i);
}

/* Whether it is the C library's, another's, or the adopting library's alone. */
static void
find_function(const char *name, void *function)
{
	void *found = dlsym(RTLD_DEFAULT, name);

	memcpy(function, &found, sizeof found);
}

static void
close_from(int first)
{
	void (*function)(int);

	find_function("closefrom", &function);
	function(first);
}

static int
close_from_by_range(unsigned first)
{
	int (*function)(unsigned, unsigned, int);

	find_function("close_range", &function);
	return function(first, ~0U, 0);
}

static void
go_on_in_child(void)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0)
		return;
	waitpid(child, &status, 0);
	exit(WEXITSTATUS(status));
}

/* As daemon(3), and once the process before has been waited for. */
static void
go_on_in_background(void)
{
	pid_t before = getpid();

	if (fork() > 0)
		_exit(0);
	while (kill(before, 0) == 0)
		sched_yield();
}

static void
mark_all(void)
{
	for (int i = 3; i < 1024; i++)
		fcntl(i, F_SETFD, FD_CLOEXEC);
}

static void do_steps(char **steps);

static void *
do_in_thread(void *steps)
{
	do_steps(steps);
	exit(0);
}

static void
go_on_in_thread(char **steps)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, do_in_thread, steps) == 0)
		pthread_join(thread, NULL);
}

/* ---- programs ---- */

extern char **environ;

static const char own_program[] = "/proc/self/exe";

/* Three steps that follow. */
static void
execute_list(const char *how, char **steps)
{
	if (strcmp(how, "execl") == 0)
		execl(own_program, how, steps[1], steps[2], steps[3], (char *)NULL);
	else if (strcmp(how, "execle") == 0)
		execle(own_program, how, steps[1], steps[2], steps[3], (char *)NULL, environ);
	else if (strcmp(how, "execlp") == 0)
		execlp(own_program, how, steps[1], steps[2], steps[3], (char *)NULL);
}

static void
execute(const char *how, char **steps)
{
	if (strcmp(how, "execve") == 0)
		execve(own_program, steps, environ);
	else if (strcmp(how, "clean") == 0)
		execve(own_program, steps, (char *[]) { NULL });
	else if (strcmp(how, "execve-missing") == 0)
		execve("/missing/program", steps, environ);
	else if (strcmp(how, "execvpe") == 0)
		execvpe(own_program, steps, environ);
	else if (strcmp(how, "fexecve") == 0)
		fexecve(open(own_program, O_RDONLY | O_CLOEXEC), steps, environ);
	else if (strcmp(how, "execveat") == 0)
		syscall(SYS_execveat, AT_FDCWD, own_program, steps, environ, 0);
	else if (strcmp(how, "syscall") == 0)
		syscall(SYS_execve, own_program, steps, environ);
	else
		execute_list(how, steps);
	answer(how, -1);
}

/* The C library may have no such function. */
static void
add_closefrom(posix_spawn_file_actions_t *actions, int first)
{
	int (*function)(posix_spawn_file_actions_t *, int);

	find_function("posix_spawn_file_actions_addclosefrom_np", &function);
	if (function(actions, first) != 0)
		for (int i = first; i < 1024; i++)
			posix_spawn_file_actions_addclose(actions, i);
}

static void
add_actions(const char *how, posix_spawn_file_actions_t *actions)
{
	posix_spawn_file_actions_init(actions);
	if (strncmp(how, "spawnclosefrom=", 15) == 0)
		add_closefrom(actions, 3);
	else if (strncmp(how, "spawnclose=", 11) == 0)
		for (int i = 3; i < 1024; i++)
			posix_spawn_file_actions_addclose(actions, i);
	else if (strncmp(how, "spawndup2=", 10) == 0)
		for (int i = 1020; i < 1024; i++)
			posix_spawn_file_actions_adddup2(actions, STDIN_FILENO, i);
}

/* Which no child uses. */
static void
add_dup2(int to)
{
	posix_spawn_file_actions_t actions;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, to);
	posix_spawn_file_actions_destroy(&actions);
}

/* The steps that follow are the child's. */
static void
spawn(const char *path, char **steps)
{
	posix_spawn_file_actions_t actions;
	pid_t child;
	int status;

	add_actions(*steps, &actions);
	status = posix_spawnp(&child, path, &actions, NULL, steps, environ);

	if (status == 0)
		waitpid(child, &status, 0);
	exit(status != 0);
}

static void *
spawn_in_vain(void *path)
{
	char *words[] = { path, NULL };
	pid_t child;

	for (int i = 0; i < 500; i++)
		if (posix_spawn(&child, path, NULL, NULL, words, environ) == 0)
			waitpid(child, NULL, 0);
	return NULL;
}

/* Two threads at once, again and again. */
static void
spawn_in_threads(char *path)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, spawn_in_vain, path) != 0)
			exit(1);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
}

/* What a child sees of the sockets, in its exit status. */
static int
spawn_counting(char *path, char *count, char *const *environment)
{
	char *words[] = { path, count, NULL };
	pid_t child;
	int status = 1;

	if (posix_spawn(&child, path, NULL, NULL, words, environment) == 0)
		waitpid(child, &status, 0);
	return status != 0;
}

static atomic_int wrong_without, wrong_with;
static char without_sockets[] = "count=0", with_sockets[] = "count=1";

static void *
spawn_without(void *path)
{
	char *nothing[] = { NULL };

	for (int i = 0; i < 300; i++)
		wrong_without += spawn_counting(path, without_sockets, nothing);
	return NULL;
}

/* One thread with a variable, and one without. */
static void
spawn_differently(char *path)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, spawn_without, path) != 0)
		exit(1);
	for (int i = 0; i < 300; i++)
		wrong_with += spawn_counting(path, with_sockets, environ);
	pthread_join(thread, NULL);
	printf("wrong: %d %d\n", wrong_without, wrong_with);
}

/* The child waits in open(2), and with it the thread. */
static void *
spawn_reading(void *path)
{
	char *words[] = { with_sockets, NULL };
	posix_spawn_file_actions_t actions;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 3, path, O_RDONLY, 0);
	if (posix_spawn(&child, own_program, &actions, NULL, words, environ) == 0)
		waitpid(child, NULL, 0);
	return NULL;
}

/* A program is executed, in vain, while another waits to start. */
static void
execute_beside_fifo(char *path)
{
	char *words[] = { with_sockets, NULL };
	const struct timespec moment = { 0, 100000000 };
	pthread_t thread;
	time_t start;

	if (mkfifo(path, S_IRUSR | S_IWUSR) != 0
	    || pthread_create(&thread, NULL, spawn_reading, path) != 0)
		exit(1);
	nanosleep(&moment, NULL);
	start = time(NULL);
	for (int i = 0; i < 3; i++)
		execve("/missing/program", words, environ);
	printf("fifo: %s\n", time(NULL) - start < 25 ? "ok" : "too late");
	close(open(path, O_WRONLY));
	pthread_join(thread, NULL);
}

static int
run_counting(bool is_vfork, char *path, char *count)
{
	char *words[] = { path, count, NULL };
	pid_t child = is_vfork ? vfork() : fork();
	int status = 1;

	if (child == 0) {
		execve(path, words, environ);
		_exit(1);
	}
	waitpid(child, &status, 0);
	return status != 0;
}

static atomic_bool is_over;

static void *
spawn_until_it_is_over(void *path)
{
	do {
		wrong_without += spawn_counting(path, without_sockets, environ);
		wrong_without += run_counting(true, path, without_sockets);
		wrong_without += run_counting(false, path, without_sockets);
	} while (!is_over);
	return NULL;
}

/* A word is at most 128 KiB long: execve(2), MAX_ARG_STRLEN. */
static void
execute_itself_in_vain(char *path)
{
	static char word[1 << 18];
	char *words[] = { word, NULL };
	pthread_t thread;

	memset(word, 'x', sizeof word - 1);
	if (pthread_create(&thread, NULL, spawn_until_it_is_over, path) != 0)
		exit(1);
	for (int i = 0; i < 2000; i++)
		execve(own_program, words, environ);
	answer("execve", -1);
	is_over = true;
	pthread_join(thread, NULL);
	printf("wrong: %d\n", wrong_without);
}

/* As in a handler of SIGSEGV, on an alternate stack. */
#define STACK_SIZE (1 << 16)
static char stack[STACK_SIZE];
static volatile size_t stack_above;

static void
execute_in_handler(int signal)
{
	char *words[] = { (char[]) { "program" }, NULL };

	(void)signal;
	stack_above = (size_t)(stack + STACK_SIZE - (char *)words);
	execve("/missing/program", words, environ);
}

/* How much of the stack a handler needs that executes a program. */
static void
tell_stack(void)
{
	const stack_t alternate = { .ss_sp = stack, .ss_size = STACK_SIZE };
	struct sigaction action = { .sa_handler = execute_in_handler, .sa_flags = SA_ONSTACK };
	size_t untouched = 0;

	execute_in_handler(0); /* the dynamic linker finds the functions */
	sigaltstack(&alternate, NULL);
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	while (untouched < STACK_SIZE && !stack[untouched])
		untouched++;
	printf("stack: %zu\n", STACK_SIZE - untouched - stack_above);
}

static int
read_command(const char *command)
{
	FILE *stream = popen(command, "r");
	char line[256];

	if (!stream)
		return -1;
	while (fgets(line, sizeof line, stream))
		printf("%s", line);
	return pclose(stream);
}

/* By a shell that the C library executes itself. */
static void
expand_words(const char *text)
{
	wordexp_t words;

	if (wordexp(text, &words, 0) != 0)
		exit(1);
	for (size_t i = 0; i < words.we_wordc; i++)
		printf("%s%s", words.we_wordv[i], i + 1 < words.we_wordc ? " " : "\n");
	wordfree(&words);
}

/* As a program that has kept the environment of its start, and closes all in the child. */
static void
run_in_vfork(const char *path, char **steps)
{
	char value[4096], *copy[] = { value, NULL };
	const char *old = getenv("OLD_VARIABLE");
	pid_t child;
	int status = 1;

	snprintf(value, sizeof value, "BINDCHAIN_ADOPT=%s", old ? old : "");
	child = vfork();
	if (child == 0) {
		for (int i = 3; i < 1024; i++)
			if (strncmp(*steps, "vforkdup2=", 10) == 0)
				dup2(STDIN_FILENO, i);
			else
				close(i);
		execve(path, steps, old ? copy : environ);
		_exit(1);
	}
	waitpid(child, &status, 0);
	exit(status != 0);
}

/* The descriptors that are bound sockets. */
static int
count_sockets(void)
{
	struct sockaddr_storage address;
	int count = 0;

	for (int i = 3; i < 2048; i++) {
		socklen_t length = sizeof address;
		count += getsockname(i, (struct sockaddr *)&address, &length) == 0;
	}
	return count;
}

/* FROM:TO */
static void
rename_to(char *names)
{
	char *colon = strchr(names, ':');

	*colon = '\0';
	answer("rename", rename(names, colon + 1));
}

static void
do_others(char **steps)
{
	const char *step = *steps;
	char *value = strchr(*steps, '=');

	if (strncmp(step, "system=", 7) == 0)
		answer("system", system(value + 1));
	else if (strncmp(step, "popen=", 6) == 0)
		answer("popen", read_command(value + 1));
	else if (strncmp(step, "words=", 6) == 0)
		expand_words(value + 1);
	else if (strncmp(step, "spawnboth=", 10) == 0)
		spawn_differently(value + 1);
	else if (strncmp(step, "execfifo=", 9) == 0)
		execute_beside_fifo(value + 1);
	else if (strncmp(step, "execinvain=", 11) == 0)
		execute_itself_in_vain(value + 1);
	else if (strncmp(step, "count=", 6) == 0)
		exit(count_sockets() != atoi(value + 1));
	else if (strncmp(step, "rename=", 7) == 0)
		rename_to(value + 1);
	else if (strcmp(step, "stack") == 0)
		tell_stack();
	else if (strcmp(step, "sockets") == 0)
		printf("sockets: %d\n", count_sockets());
	else
		printf("unknown: %s\n", step);
}

static void
do_programs(char **steps)
{
	char *step = *steps, *value = strchr(step, '=');

	if (strncmp(step, "exec=", 5) == 0)
		execute(value + 1, steps);
	else if (strncmp(step, "spawn=", 6) == 0 || strncmp(step, "spawnclose", 10) == 0
	         || strncmp(step, "spawndup2=", 10) == 0)
		spawn(value + 1, steps);
	else if (strncmp(step, "vfork=", 6) == 0 || strncmp(step, "vforkdup2=", 10) == 0)
		run_in_vfork(value + 1, steps);
	else if (strncmp(step, "spawntwice=", 11) == 0)
		spawn_in_threads(value + 1);
	else if (strncmp(step, "adddup2=", 8) == 0)
		add_dup2(atoi(value + 1));
	else if (strncmp(step, "marked=", 7) == 0)
		printf("marked: %d\n", fcntl(atoi(value + 1), F_GETFD) == FD_CLOEXEC);
	else
		do_others(steps);
}

/* Without the directory, which is the last. */
static void
tell_variable(void)
{
	const char *value = getenv("BINDCHAIN_ADOPT"), *end = strstr(value, ";in=");

	printf("variable: %.*s\n", (int)(end ? (size_t)(end - value) : strlen(value)), value);
}

/* The libraries to load first, without the directory of one. */
static void
tell_preload(void)
{
	const char *list = getenv("LD_PRELOAD"), *slash = strrchr(list, '/');

	printf("preload: %s\n", slash ? slash + 1 : list);
}

static void
change_directory(const char *path)
{
	if (chdir(path) != 0)
		answer("chdir", -1);
}

static void
do_flow(char **steps)
{
	char *step = *steps;

	if (strcmp(step, "fork") == 0)
		go_on_in_child();
	else if (strcmp(step, "background") == 0)
		go_on_in_background();
	else if (strcmp(step, "markall") == 0)
		mark_all();
	else if (strcmp(step, "thread") == 0)
		go_on_in_thread(steps + 1);
	else if (strcmp(step, "exec") == 0)
		execv("/proc/self/exe", steps);
	else if (strncmp(step, "execvp=", 7) == 0)
		execvp(step + 7, steps);
	else if (strcmp(step, "variable") == 0)
		tell_variable();
	else if (strcmp(step, "preload") == 0)
		tell_preload();
	else if (strcmp(step, "nopreload") == 0)
		unsetenv("LD_PRELOAD");
	else if (strncmp(step, "childbind=", 10) == 0)
		bind_in_child(step + 10);
	else if (strcmp(step, "dup") == 0)
		duplicate = dup(descriptor);
	else if (strcmp(step, "dupfd") == 0)
		duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 20);
	else if (strcmp(step, "pass") == 0)
		duplicate = pass_to_itself();
	else if (strcmp(step, "duplicate") == 0)
		swap_duplicate();
	else
		do_programs(steps);
}

static void
do_closing(char **steps)
{
	char *step = *steps;

	if (strncmp(step, "option=", 7) == 0)
		use_option("option", step + 7);
	else if (strcmp(step, "close") == 0)
		answer("close", close(descriptor));
	else if (strncmp(step, "dup2=", 5) == 0)
		answer("dup2", dup2(STDIN_FILENO, atoi(step + 5)));
	else if (strcmp(step, "closeall") == 0)
		close_all();
	else if (strcmp(step, "closefrom") == 0)
		close_from(3);
	else if (strcmp(step, "close_range") == 0)
		answer("close_range", close_from_by_range(3));
	else if (strcmp(step, "rawclose") == 0)
		answer("rawclose", (int)syscall(SYS_close_range, 3L, (long)~0U, 0L));
	else if (strncmp(step, "rawclose=", 9) == 0)
		answer("rawclose", (int)syscall(SYS_close_range, 3L, atol(step + 9), 0L));
	else
		do_flow(steps);
}

static void
do_step(char **steps)
{
	char *step = *steps, *value = strchr(step, '=');

	if (strncmp(step, "socket=", 7) == 0)
		open_socket(value + 1);
	else if (strncmp(step, "bind=", 5) == 0)
		answer("bind", bind_to(value + 1));
	else if (strncmp(step, "chdir=", 6) == 0)
		change_directory(value + 1);
	else if (strncmp(step, "unlink=", 7) == 0)
		answer("unlink", unlink(value + 1));
	else if (strncmp(step, "remove=", 7) == 0)
		answer("remove", remove(value + 1));
	else if (strcmp(step, "listen") == 0)
		answer("listen", listen(descriptor, 16));
	else if (strcmp(step, "port") == 0)
		tell_name();
	else if (strcmp(step, "flags") == 0)
		tell_flags();
	else if (strcmp(step, "listening") == 0)
		tell_option(SOL_SOCKET, SO_ACCEPTCONN, "listening");
	else if (strcmp(step, "keepalive") == 0)
		answer("keepalive", set_option(SOL_SOCKET, SO_KEEPALIVE));
	else if (strcmp(step, "keepalive?") == 0)
		tell_option(SOL_SOCKET, SO_KEEPALIVE, "keepalive");
	else if (strcmp(step, "v6only") == 0)
		answer("v6only", set_option(IPPROTO_IPV6, IPV6_V6ONLY));
	else if (strcmp(step, "epoll") == 0)
		answer("epoll", queue_watch(descriptor, 4711));
	else if (strcmp(step, "event") == 0)
		wait_for_event();
	else if (strcmp(step, "accept") == 0)
		accept_one();
	else if (strcmp(step, "watch") == 0)
		answer("watch", queue_watch(descriptor, 1));
	else if (strcmp(step, "input") == 0)
		answer("input", queue_watch(STDIN_FILENO, 0));
	else
		do_closing(steps);
}

static void
do_steps(char **steps)
{
	for (; *steps; steps++)
		do_step(steps);
}

int
main(int argc, char **argv)
{
	(void)argc;
	setvbuf(stdout, NULL, _IONBF, 0);
	do_steps(argv + 1);
	return 0;
}
