/* SPDX-License-Identifier: ISC */
/* The calls of the C library that all systems have: recorded, and answered as a test says. */
#include "calls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/types.h>
#include <sys/event.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "foreign.h"

#define ANSWERS_MAX 16
#define EVENTS_MAX 20
#define DESCRIPTORS_MAX 160
#define OPENED 3

static struct {
	char log[4096];
	size_t length;
	const char *failing;
	unsigned nth;
	struct {
		int level, name;
		unsigned char bytes[512];
		size_t size;
	} options[ANSWERS_MAX];
	size_t option_count;
	struct {
		const char *name;
		unsigned long value;
		bool is_long;
	} sysctls[ANSWERS_MAX];
	size_t sysctl_count;
	int descriptor_flags, file_flags;
	struct sockaddr_storage address;
	socklen_t address_length;
	struct stat found;
	const char *executable;
	bool is_set_id;
	struct calls_descriptor descriptors[DESCRIPTORS_MAX];
	size_t descriptor_count;
	int limit;
	struct kevent events[EVENTS_MAX];
	int event_count;
	bool is_interrupted;
	char peer[128]; /* what accept(2) says of it */
	size_t peer_length;
} calls;

/* Of the host. */
_Noreturn void abort(void);
void *realloc(void *, size_t);
void *malloc(size_t);

void
calls_trap(const char *name)
{
	(void)name; /* for the debugger: there is no other way to tell */
	abort();
}

/* ---- the test's side ---- */

void
foreign_reset(void)
{
	memset(&calls, 0, sizeof calls);
	foreign_set_found('p', 1, 0);
	for (int i = 0; i < OPENED; i++)
		foreign_open_descriptor(i, strlen("/dev/null"));
	calls.limit = 256;
	calls_reset_system();
}

const char *
foreign_calls(void)
{
	return calls.log;
}

void
foreign_fail(const char *call, unsigned nth)
{
	calls.failing = call;
	calls.nth = nth;
}

void
foreign_set_option(int level, int name, const void *bytes, size_t size)
{
	size_t i = calls.option_count++;

	if (i == ANSWERS_MAX || size > sizeof calls.options->bytes)
		calls_trap("too many answers");
	calls.options[i].level = level;
	calls.options[i].name = name;
	calls.options[i].size = size;
	memcpy(calls.options[i].bytes, bytes, size);
}

void
foreign_set_flags(int of_descriptor, int of_file)
{
	calls.descriptor_flags = of_descriptor;
	calls.file_flags = of_file;
}

static void
add_sysctl(const char *name, unsigned long value, bool is_long)
{
	size_t i = calls.sysctl_count++;

	if (i == ANSWERS_MAX)
		calls_trap("too many sysctls");
	calls.sysctls[i].name = name;
	calls.sysctls[i].value = value;
	calls.sysctls[i].is_long = is_long;
}

void
foreign_set_sysctl(const char *name, int value)
{
	add_sysctl(name, (unsigned long)value, false);
}

void
foreign_set_long_sysctl(const char *name, unsigned long value)
{
	add_sysctl(name, value, true);
}

void
foreign_set_found(char type, unsigned links, int age)
{
	/* Nothing else is to be looked at. */
	memset(&calls.found, 0xa5, sizeof calls.found);
	calls.found.st_mode = (mode_t)((type == 's' ? S_IFSOCK : S_IFIFO) | 0600);
	calls.found.st_uid = 0;
	calls.found.st_nlink = (nlink_t)links;
	clock_gettime(CLOCK_REALTIME, &calls.found.st_birthtimespec);
	calls.found.st_birthtimespec.tv_sec -= age;
}

void
foreign_set_executable(const char *path)
{
	calls.executable = path;
}

void
foreign_set_id(void)
{
	calls.is_set_id = true;
}

/* In their order. */
static void
add_descriptor(struct calls_descriptor added)
{
	size_t i = calls.descriptor_count++;

	if (i == DESCRIPTORS_MAX)
		calls_trap("too many descriptors");
	for (; i > 0 && calls.descriptors[i - 1].number > added.number; i--)
		calls.descriptors[i] = calls.descriptors[i - 1];
	calls.descriptors[i] = added;
}

void
foreign_open_descriptor(int descriptor, size_t length)
{
	add_descriptor((struct calls_descriptor) { descriptor, length, false });
}

void
foreign_open_later(int descriptor)
{
	add_descriptor((struct calls_descriptor) { descriptor, strlen("/var/log/later"), true });
}

void
foreign_limit_descriptors(int count)
{
	calls.limit = count;
}

void
foreign_add_event(int filter, int identity, int index)
{
	struct kevent *event = &calls.events[calls.event_count];

	if (calls.event_count++ == EVENTS_MAX)
		calls_trap("too many events");
	*event = (struct kevent) { .ident = (uintptr_t)identity, .filter = (short)filter };
	event->udata = (void *)(uintptr_t)index;
}

void
foreign_interrupt(void)
{
	calls.is_interrupted = true;
}

void
foreign_set_accepted(const void *address, size_t length)
{
	if (length > sizeof calls.peer)
		calls_trap("an address that does not fit");
	memcpy(calls.peer, address, length);
	calls.peer_length = length;
}

/* ---- for the calls of one system ---- */

bool
calls_fails(const char *call)
{
	if (!calls.nth || strcmp(calls.failing, call) != 0 || --calls.nth != 0)
		return false;
	errno = EIO;
	return true;
}

int
calls_fail(int error)
{
	errno = error;
	return -1;
}

int
calls_read_sysctl(const char *name, void *value, size_t *size)
{
	size_t i = 0, length;
	int number;

	while (i < calls.sysctl_count && strcmp(calls.sysctls[i].name, name) != 0)
		i++;
	if (i == calls.sysctl_count)
		return calls_fail(ENOENT);
	number = (int)calls.sysctls[i].value;
	length = calls.sysctls[i].is_long ? sizeof calls.sysctls[i].value : sizeof number;
	if (*size < length)
		return calls_fail(ENOMEM);
	*size = length;
	memcpy(value, calls.sysctls[i].is_long ? (void *)&calls.sysctls[i].value : &number, length);
	return 0;
}

const char *
calls_executable(void)
{
	return calls.executable;
}

const struct calls_descriptor *
calls_next_descriptor(const struct calls_descriptor *previous)
{
	const struct calls_descriptor *next = previous ? previous + 1 : calls.descriptors;
	const struct calls_descriptor *end = calls.descriptors + calls.descriptor_count;

	while (next < end && next->opens_later)
		next++;
	return next < end ? next : NULL;
}

void
calls_open_late_descriptors(void)
{
	for (size_t i = 0; i < calls.descriptor_count; i++)
		calls.descriptors[i].opens_later = false;
}

/* ---- the record ---- */

static void
say(const char *text)
{
	size_t length = strlen(text);

	if (calls.length + length >= sizeof calls.log)
		calls_trap("a record that does not fit");
	memcpy(calls.log + calls.length, text, length + 1);
	calls.length += length;
}

static const char digits[] = "0123456789abcdef";

static void
say_number(unsigned number)
{
	char text[] = " 00000000";
	size_t start = sizeof text - 1;

	do {
		text[--start] = digits[number % 16];
		number /= 16;
	} while (number);
	text[--start] = ' ';
	say(text + start);
}

static void
say_bytes(const void *bytes, size_t size)
{
	say(" ");
	for (size_t i = 0; i < size; i++) {
		unsigned char byte = ((const unsigned char *)bytes)[i];
		say((const char[]) { digits[byte / 16], digits[byte % 16], '\0' });
	}
}

int
calls_record(const char *name, size_t count, const int numbers[])
{
	say(name);
	for (size_t i = 0; i < count; i++)
		say_number((unsigned)numbers[i]);
	say("\n");
	return 0;
}

#define RECORD(name, ...)                                                          \
	calls_record(name, sizeof (int[]) { __VA_ARGS__ } / sizeof(int), (int[]) { __VA_ARGS__ })

/* ---- sockets ---- */

int
socket(int family, int type, int protocol)
{
	RECORD("socket", family, type, protocol);
	return OPENED;
}

int
setsockopt(int descriptor, int level, int name, const void *bytes, socklen_t size)
{
	int value;

	(void)descriptor;
	if (size == sizeof value) {
		memcpy(&value, bytes, sizeof value);
		return RECORD("setsockopt", level, name, value);
	}
	say("setsockopt");
	say_number((unsigned)level);
	say_number((unsigned)name);
	say_number(size);
	say(" ");
	say(bytes); /* begins with a name */
	say("\n");
	return 0;
}

int
getsockopt(int descriptor, int level, int name, void *bytes, socklen_t *size)
{
	(void)descriptor;
	for (size_t i = 0; i < calls.option_count; i++) {
		if (calls.options[i].level != level || calls.options[i].name != name)
			continue;
		if (*size > calls.options[i].size)
			*size = (socklen_t)calls.options[i].size;
		memcpy(bytes, calls.options[i].bytes, *size);
		return 0;
	}
	return calls_fail(ENOPROTOOPT);
}

int
bind(int descriptor, const struct sockaddr *address, socklen_t length)
{
	(void)descriptor;
	say("bind");
	say_bytes(address, length);
	say("\n");
	memcpy(&calls.address, address, length);
	calls.address_length = length;
	return 0;
}

int
getsockname(int descriptor, struct sockaddr *address, socklen_t *length)
{
	(void)descriptor;
	memcpy(address, &calls.address, calls.address_length);
	*length = calls.address_length;
	return 0;
}

int
listen(int descriptor, int backlog)
{
	(void)descriptor;
	return RECORD("listen", backlog);
}

/* Asks for the owner of a path: a listening socket has it. */
int
connect(int descriptor, const struct sockaddr *address, socklen_t length)
{
	(void)descriptor;
	say("connect");
	say_bytes(address, length);
	say("\n");
	return calls_fail(EPROTOTYPE);
}

int
calls_accept(struct sockaddr *address, socklen_t *length)
{
	if (calls_fails("accept"))
		return -1;
	if (*length < calls.peer_length)
		calls_trap("no room for an address");
	memcpy(address, calls.peer, calls.peer_length);
	*length = (socklen_t)calls.peer_length;
	return OPENED;
}

/* ---- events ---- */

int
kqueue(void)
{
	calls_record("kqueue", 0, NULL);
	return calls_fails("kqueue") ? -1 : OPENED;
}

/* kern_kevent: no more than there is room for; the others stay. */
static int
take_events(struct kevent *events, int room)
{
	int count = calls.event_count < room ? calls.event_count : room;

	memcpy(events, calls.events, (size_t)count * sizeof *events);
	calls.event_count -= count;
	memmove(calls.events, calls.events + count,
	    (size_t)calls.event_count * sizeof *events);
	return count;
}

int
kevent(int queue, const struct kevent *changes, int change_count, struct kevent *events,
    int event_count, const struct timespec *timeout)
{
	(void)queue;
	if (calls_fails("kevent"))
		return -1;
	for (int i = 0; i < change_count; i++)
		RECORD("kevent", (int)changes[i].ident, changes[i].filter, changes[i].flags,
		    (int)changes[i].fflags, (int)changes[i].data, (int)(intptr_t)changes[i].udata);
	if (event_count == 0)
		return 0;
	if (timeout)
		RECORD("wait", (int)timeout->tv_sec, (int)timeout->tv_nsec);
	else
		calls_record("wait", 0, NULL);
	if (calls.is_interrupted)
		return calls_fail(EINTR);
	return take_events(events, event_count);
}

/* ---- descriptors ---- */

int
close(int descriptor)
{
	(void)descriptor;
	return calls_record("close", 0, NULL);
}

int
fcntl(int descriptor, int command, ...)
{
	__builtin_va_list arguments;
	int argument;

	(void)descriptor;
	if (command == F_GETFD)
		return calls.descriptor_flags;
	if (command == F_GETFL)
		return calls.file_flags;
	__builtin_va_start(arguments, command);
	argument = __builtin_va_arg(arguments, int);
	__builtin_va_end(arguments);
	RECORD("fcntl", command, argument);
	return calls_fails("fcntl") ? -1 : 0;
}

int
open(const char *path, int flags, ...)
{
	(void)path;
	RECORD("open", flags);
	return OPENED + 1;
}

/* What a start that was killed may have left begins with a dot. */
int
openat(int directory, const char *name, int flags, ...)
{
	(void)directory;
	if (name[0] == '.')
		return calls_fail(ENOENT);
	RECORD("openat", flags);
	return OPENED + 2;
}

int
getdtablesize(void)
{
	return calls.limit;
}

/* ---- addresses as text: those that the tests use ---- */

static const struct {
	int family;
	const char *text;
	unsigned char bytes[16];
} literals[] = {
	{ AF_INET, "127.0.0.1", { 127, 0, 0, 1 } }, { AF_INET6, "::1", { [15] = 1 } },
	{ AF_INET6, "::", { 0 } },
};
#define LITERALS (sizeof literals / sizeof *literals)

static size_t
size_of_host(int family)
{
	return family == AF_INET ? 4 : 16;
}

int
inet_pton(int family, const char *restrict text, void *restrict bytes)
{
	for (size_t i = 0; i < LITERALS; i++)
		if (literals[i].family == family && strcmp(literals[i].text, text) == 0) {
			memcpy(bytes, literals[i].bytes, size_of_host(family));
			return 1;
		}
	return 0;
}

const char *
inet_ntop(int family, const void *restrict bytes, char *restrict text, socklen_t size)
{
	for (size_t i = 0; i < LITERALS; i++)
		if (literals[i].family == family && strlen(literals[i].text) < size
		    && memcmp(literals[i].bytes, bytes, size_of_host(family)) == 0)
			return memcpy(text, literals[i].text, strlen(literals[i].text) + 1);
	calls_trap("an address that no test has");
}

/* ---- paths ---- */

static int
look(struct stat *status)
{
	if (calls_fails("stat"))
		return -1;
	*status = calls.found;
	return 0;
}

int
stat(const char *restrict path, struct stat *restrict status)
{
	(void)path;
	return look(status);
}

/* soo_stat: a socket has no inode that its path has. */
int
fstat(int descriptor, struct stat *status)
{
	if (descriptor != OPENED)
		return look(status);
	*status = (struct stat) { .st_mode = S_IFSOCK | 0666, .st_ino = OPENED };
	return 0;
}

int
fstatat(int directory, const char *name, struct stat *status, int flags)
{
	(void)directory;
	(void)name;
	RECORD("fstatat", flags);
	return look(status);
}

mode_t
umask(mode_t mask)
{
	RECORD("umask", mask);
	return 022;
}

int
mkfifo(const char *path, mode_t mode)
{
	(void)path;
	return RECORD("mkfifo", mode);
}

int
mkfifoat(int directory, const char *name, mode_t mode)
{
	(void)directory;
	(void)name;
	return RECORD("mkfifoat", mode);
}

int
fchownat(int directory, const char *name, uid_t user, gid_t group, int flags)
{
	(void)directory;
	(void)name;
	return RECORD("fchownat", (int)user, (int)group, flags);
}

int
fchmodat(int directory, const char *name, mode_t mode, int flags)
{
	(void)directory;
	(void)name;
	return RECORD("fchmodat", mode, flags);
}

/* ---- the process ---- */

uid_t
geteuid(void)
{
	return 0;
}

pid_t
getpid(void)
{
	return 4711;
}

int
issetugid(void)
{
	return calls.is_set_id;
}

int
clock_gettime(clockid_t clock, struct timespec *now)
{
	if (clock != CLOCK_REALTIME)
		calls_trap("a clock");
	*now = (struct timespec) { .tv_sec = 1000 };
	return 0;
}

static int error_number;

int *
__error(void)
{
	return &error_number;
}

/* The host's own memory, under another name, so that it can be refused. */
void *
malloc(size_t size)
{
	return calls_fails("malloc") ? NULL : realloc(NULL, size);
}
