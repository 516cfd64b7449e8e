/* SPDX-License-Identifier: ISC */
#include "kernel.h"
#include "own_process.h"

#include "failure.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The declaration of what stands in for NAME, and of the real one. */
#define WRAP(type, name, ...) \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

static bool is_on;
static struct input nothing, *answers = &nothing;

static void begin_memory(void);
static void free_memory(void);
static void begin_files(void);
static void begin_output(void);

void
kernel_begin(void)
{
	answers = &nothing;
	begin_files();
	begin_output();
	begin_memory();
	is_on = true;
}

void
kernel_end(void)
{
	is_on = false;
	free_memory();
}

void
kernel_answer_from(struct input *input)
{
	answers = input;
}

static int
fail(int error)
{
	errno = error;
	return -1;
}

/* ---- memory ---- */

/* What a command allocates it keeps until its process ends: here, until the run does. */
#define BLOCKS 4096
static void *blocks[BLOCKS];
static size_t block_count;
static bool memory_is_kept;

static void
begin_memory(void)
{
	block_count = 0;
	memory_is_kept = false;
}

void
kernel_keep_memory(void)
{
	memory_is_kept = true;
}

static void
free_memory(void)
{
	while (block_count)
		free(blocks[--block_count]);
}

static void *
note_block(void *block)
{
	if (is_on && block && !memory_is_kept) {
		require(block_count < BLOCKS);
		blocks[block_count++] = block;
	}
	return block;
}

static void
forget_block(const void *block)
{
	for (size_t i = block_count; is_on && block && i > 0; i--)
		if (blocks[i - 1] == block) {
			blocks[i - 1] = blocks[--block_count];
			return;
		}
}

WRAP(void *, malloc, size_t size)
{
	return note_block(__real_malloc(size));
}

WRAP(void *, calloc, size_t count, size_t size)
{
	return note_block(__real_calloc(count, size));
}

WRAP(void *, realloc, void *block, size_t size)
{
	forget_block(block);
	return note_block(__real_realloc(block, size));
}

WRAP(char *, strdup, const char *text)
{
	return note_block(__real_strdup(text));
}

WRAP(char *, strndup, const char *text, size_t length)
{
	return note_block(__real_strndup(text, length));
}

WRAP(void, free, void *block)
{
	forget_block(block);
	__real_free(block);
}

/* ---- files, directories, links ---- */

#define FILES 8
#define FIRST_FILE 1000000

struct file {
	bool is_open;
	const uint8_t *start, *at, *end;
	struct dirent entry;
};
static struct file files[FILES];

static void
begin_files(void)
{
	for (size_t i = 0; i < FILES; i++)
		files[i].is_open = false;
}

/* The next answer up to its null byte.  False where there is none. */
static bool
next_answer(const uint8_t **start, const uint8_t **end)
{
	*start = answers->at;
	*end = answers->left ? memchr(*start, 0, answers->left) : NULL;
	if (!answers->left)
		return false;
	if (!*end)
		*end = *start + answers->left;
	answers->left -= (size_t)(*end - *start);
	answers->at = *end;
	input_byte(answers);
	return true;
}

static struct file *
open_file(void)
{
	struct file *file = files;

	while (file->is_open)
		require(++file < files + FILES);
	if (!next_answer(&file->at, &file->end)) {
		errno = ENOENT;
		return NULL;
	}
	file->start = file->at;
	file->is_open = true;
	return file;
}

static struct file *
file_of(int descriptor)
{
	return is_on && descriptor >= FIRST_FILE && descriptor < FIRST_FILE + FILES
	    ? &files[descriptor - FIRST_FILE] : NULL;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);

int
__wrap_open(const char *path, int flags, ...)
{
	struct file *file;
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
	va_end(list);
	if (!is_on)
		return __real_open(path, flags, mode);
	file = open_file();
	return file ? FIRST_FILE + (int)(file - files) : -1;
}

static size_t
take_bytes(struct file *file, void *buffer, size_t size)
{
	size_t left = (size_t)(file->end - file->at);

	if (size > left)
		size = left;
	memcpy(buffer, file->at, size);
	file->at += size;
	return size;
}

WRAP(ssize_t, read, int descriptor, void *buffer, size_t size)
{
	struct file *file = file_of(descriptor);

	if (!file)
		return is_on ? fail(EBADF) : __real_read(descriptor, buffer, size);
	require(file->is_open);
	return (ssize_t)take_bytes(file, buffer, size);
}

static int
close_file(struct file *file)
{
	require(file->is_open);
	file->is_open = false;
	return 0;
}

WRAP(int, close, int descriptor)
{
	struct file *file = file_of(descriptor);

	if (file)
		return close_file(file);
	return is_on ? fail(EBADF) : __real_close(descriptor);
}

static ssize_t
read_stream(void *file, char *buffer, size_t size)
{
	return (ssize_t)take_bytes(file, buffer, size);
}

static int
close_stream(void *file)
{
	return close_file(file);
}

WRAP(FILE *, fopen, const char *path, const char *mode)
{
	static const cookie_io_functions_t functions = { .read = read_stream,
		.close = close_stream };
	struct file *file;

	if (!is_on || mode[0] == 'w') /* libFuzzer's, of an input that fails */
		return __real_fopen(path, mode);
	file = open_file();
	return file ? fopencookie(file, mode, functions) : NULL;
}

WRAP(DIR *, opendir, const char *path)
{
	return is_on ? (DIR *)open_file() : __real_opendir(path);
}

/* Names between slashes. */
static struct dirent *
read_entry(struct file *file)
{
	size_t length = 0;

	while (file->at < file->end && *file->at == '/')
		file->at++;
	if (file->at == file->end)
		return NULL;
	for (; file->at < file->end && *file->at != '/'; file->at++)
		if (length < sizeof file->entry.d_name - 1)
			file->entry.d_name[length++] = (char)*file->at;
	file->entry.d_name[length] = '\0';
	return &file->entry;
}

WRAP(struct dirent *, readdir, DIR *directory)
{
	return is_on ? read_entry((struct file *)directory) : __real_readdir(directory);
}

WRAP(void, rewinddir, DIR *directory)
{
	struct file *file = (struct file *)directory;

	if (is_on)
		file->at = file->start;
	else
		__real_rewinddir(directory);
}

/* getdents64(2), as many entries as fit; SIZE has room for one at least. */
static long
read_directory(struct file *file, unsigned char *bytes, size_t size)
{
	const size_t head = 19, longest = sizeof file->entry.d_name; /* before the name */
	size_t used = 0;
	const struct dirent *entry;

	require(file && file->is_open);
	while (size - used >= head + longest + 8 && (entry = read_entry(file)) != NULL) {
		size_t name = strlen(entry->d_name) + 1;
		uint16_t length = (uint16_t)((head + name + 7) / 8 * 8);
		memset(bytes + used, 0, length);
		memcpy(bytes + used + 16, &length, sizeof length);
		memcpy(bytes + used + head, entry->d_name, name);
		used += length;
	}
	return (long)used;
}

/* In a run alone, and for that call alone, whose arguments are known: AddressSanitizer
 * sees it when more are read than were passed. */
long __wrap_syscall(long number, ...);

long
__wrap_syscall(long number, ...)
{
	va_list list;
	struct file *file;
	unsigned char *bytes;
	size_t size;

	require(is_on);
	if (number != SYS_getdents64)
		return fail(ENOSYS);
	va_start(list, number);
	file = file_of(va_arg(list, int));
	bytes = va_arg(list, unsigned char *);
	size = va_arg(list, size_t);
	va_end(list);
	return read_directory(file, bytes, size);
}

WRAP(int, dirfd, DIR *directory)
{
	return is_on ? FIRST_FILE + (int)((struct file *)directory - files)
	             : __real_dirfd(directory);
}

WRAP(int, closedir, DIR *directory)
{
	return is_on ? close_file((struct file *)directory) : __real_closedir(directory);
}

/* Of /proc/self. */
WRAP(ssize_t, readlink, const char *path, char *buffer, size_t size)
{
	return is_on ? fail(ENOENT) : __real_readlink(path, buffer, size);
}

/* No child process: the search is made in this one. */
WRAP(int, pipe2, int ends[2], int flags)
{
	return is_on ? fail(EMFILE) : __real_pipe2(ends, flags);
}

WRAP(ssize_t, readlinkat, int directory, const char *path, char *buffer, size_t size)
{
	struct file link;

	if (!is_on)
		return __real_readlinkat(directory, path, buffer, size);
	if (!next_answer(&link.at, &link.end))
		return fail(ENOENT);
	return (ssize_t)take_bytes(&link, buffer, size);
}

static int
fill_status(struct stat *status)
{
	uint8_t answer = input_byte(answers);

	memset(status, 0, sizeof *status);
	status->st_mode = answer & 2 ? S_IFREG | 0755 : S_IFDIR | 0755;
	status->st_uid = answer;
	status->st_ino = answer;
	return answer & 1 ? 0 : fail(ENOENT);
}

WRAP(int, stat, const char *path, struct stat *status)
{
	return is_on ? fill_status(status) : __real_stat(path, status);
}

WRAP(int, lstat, const char *path, struct stat *status)
{
	return is_on ? fill_status(status) : __real_lstat(path, status);
}

WRAP(int, access, const char *path, int mode)
{
	return !is_on ? __real_access(path, mode) : input_flag(answers) ? 0 : fail(EACCES);
}

WRAP(int, faccessat, int directory, const char *path, int mode, int flags)
{
	return !is_on ? __real_faccessat(directory, path, mode, flags)
	              : input_flag(answers) ? 0 : fail(EACCES);
}

WRAP(mode_t, umask, mode_t mask)
{
	return is_on ? 022 : __real_umask(mask);
}

/* ---- descriptors and processes ---- */

WRAP(pid_t, getpid, void)
{
	return is_on ? KERNEL_PID : __real_getpid();
}

WRAP(int, poll, struct pollfd *asked, nfds_t count, int timeout)
{
	int found = 0;

	if (!is_on)
		return __real_poll(asked, count, timeout);
	for (nfds_t i = 0; i < count; i++) {
		asked[i].revents = asked[i].fd > KERNEL_HIGHEST_DESCRIPTOR ? POLLNVAL : 0;
		found += asked[i].revents != 0;
	}
	return found;
}

/* The product asks for no more than whether a descriptor is open. */
int __wrap_fcntl(int descriptor, int command, ...);

int
__wrap_fcntl(int descriptor, int command, ...)
{
	require(is_on && (command == F_GETFD || command == F_SETFD));
	return descriptor > KERNEL_HIGHEST_DESCRIPTOR ? fail(EBADF) : 0;
}

WRAP(bool, backend_process_identity, uint64_t *identity)
{
	if (!is_on)
		return __real_backend_process_identity(identity);
	*identity = KERNEL_PID;
	return true;
}

WRAP(int, backend_highest_descriptor, void)
{
	return is_on ? KERNEL_HIGHEST_DESCRIPTOR : __real_backend_highest_descriptor();
}

/* ---- sockets ---- */

WRAP(int, socket, int family, int type, int protocol)
{
	if (!is_on)
		return __real_socket(family, type, protocol);
	require(family == AF_NETLINK);
	files[0].is_open = true;
	return FIRST_FILE;
}

/* Of a family that may be missing; nothing else is opened in a run. */
WRAP(int, request_open, const struct request *request, struct bindchain_failure *failure)
{
	static const int errors[] = { 0, EAFNOSUPPORT, EPROTONOSUPPORT, EADDRNOTAVAIL, EACCES };
	uint8_t answer = input_byte(answers);
	int error = errors[(answer & 7) % (sizeof errors / sizeof *errors)];

	require(is_on && request->backlog == BINDCHAIN_NO_LISTEN);
	if (error == 0)
		return KERNEL_HIGHEST_DESCRIPTOR;
	failure_set(failure, answer & 8 ? BINDCHAIN_BIND : BINDCHAIN_SOCKET, error);
	return -1;
}

/* None that is open is a socket. */
WRAP(int, getsockname, int descriptor, struct sockaddr *name, socklen_t *size)
{
	return is_on ? fail(ENOTSOCK) : __real_getsockname(descriptor, name, size);
}

WRAP(ssize_t, sendto, int descriptor, const void *bytes, size_t size, int flags,
    const struct sockaddr *to, socklen_t length)
{
	return is_on ? (ssize_t)size : __real_sendto(descriptor, bytes, size, flags, to, length);
}

static uint8_t behind_reply;

void
kernel_fill_with(uint8_t byte)
{
	behind_reply = byte;
}

/* A datagram: what does not fit is lost. */
WRAP(ssize_t, recv, int descriptor, void *buffer, size_t size, int flags)
{
	size_t length;

	if (!is_on)
		return __real_recv(descriptor, buffer, size, flags);
	if (answers->left < 2)
		return fail(ENOBUFS);
	length = input_byte(answers);
	length |= (size_t)input_byte(answers) << 8;
	if (length > answers->left)
		length = answers->left;
	memset(buffer, behind_reply, size);
	if (size > length)
		size = length;
	memcpy(buffer, answers->at, size);
	answers->at += length;
	answers->left -= length;
	return (ssize_t)size;
}

/* ---- names and interfaces ---- */

WRAP(unsigned, if_nametoindex, const char *name)
{
	if (!is_on)
		return __real_if_nametoindex(name);
	return strcmp(name, "lo") == 0 ? 1 : strcmp(name, "eth0") == 0 ? 2 : 0;
}

/* An interface may be called almost anything: dev_valid_name() in net/core/dev.c. */
WRAP(char *, if_indextoname, unsigned index, char *name)
{
	if (!is_on)
		return __real_if_indextoname(index, name);
	if (index % 4 == 0)
		return NULL;
	return strcpy(name, index % 4 == 1 ? "lo" : index % 4 == 2 ? "eth0" : "\033[31m\377%\\");
}

static struct sockaddr_in ipv4 = { .sin_family = AF_INET };
static struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6, .sin6_scope_id = 2 };
static struct addrinfo results[2] = {
	{ .ai_family = AF_INET, .ai_addr = (struct sockaddr *)&ipv4, .ai_addrlen = sizeof ipv4 },
	{ .ai_family = AF_INET6, .ai_addr = (struct sockaddr *)&ipv6, .ai_addrlen = sizeof ipv6 },
};

static void
fill_bytes(void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((uint8_t *)bytes)[i] = input_byte(answers);
}

WRAP(int, getaddrinfo, const char *host, const char *service, const struct addrinfo *hints,
    struct addrinfo **found)
{
	static const int errors[] = { EAI_NONAME, EAI_SERVICE, EAI_AGAIN, EAI_FAIL, EAI_SYSTEM,
		EAI_FAMILY, EAI_MEMORY, 12345 };
	uint8_t answer;

	if (!is_on)
		return __real_getaddrinfo(host, service, hints, found);
	answer = input_byte(answers);
	if (!(answer & 1)) {
		errno = ENOMEM;
		return errors[answer / 2 % (sizeof errors / sizeof *errors)];
	}
	fill_bytes(&ipv4.sin_addr, sizeof ipv4.sin_addr);
	fill_bytes(&ipv6.sin6_addr, sizeof ipv6.sin6_addr);
	results[0].ai_next = answer & 2 ? &results[1] : NULL;
	*found = &results[answer >> 2 & 1];
	return 0;
}

WRAP(void, freeaddrinfo, struct addrinfo *list)
{
	if (!is_on)
		__real_freeaddrinfo(list);
}

WRAP(int, getifaddrs, struct ifaddrs **list)
{
	static char loopback[] = "lo", strange[] = "e\001\200";
	static struct ifaddrs interfaces[] = {
		{ .ifa_name = loopback, .ifa_flags = IFF_UP | IFF_LOOPBACK },
		{ .ifa_name = loopback, .ifa_flags = IFF_UP | IFF_LOOPBACK,
		    .ifa_addr = (struct sockaddr *)&ipv4 },
		{ .ifa_name = strange, .ifa_flags = IFF_UP, .ifa_addr = (struct sockaddr *)&ipv6 },
	};
	uint8_t answer;

	if (!is_on)
		return __real_getifaddrs(list);
	answer = input_byte(answers);
	for (size_t i = 0; i + 1 < sizeof interfaces / sizeof *interfaces; i++)
		interfaces[i].ifa_next = &interfaces[i + 1];
	*list = &interfaces[answer % (sizeof interfaces / sizeof *interfaces)];
	return answer & 0x80 ? fail(ENOBUFS) : 0;
}

WRAP(void, freeifaddrs, struct ifaddrs *list)
{
	if (!is_on)
		__real_freeifaddrs(list);
}

/* Accounts are there that begin with r; else none, or an error. */
static int
find_account(const char *name, bool *found)
{
	*found = name[0] == 'r';
	return !*found && input_flag(answers) ? EIO : 0;
}

WRAP(int, getpwnam_r, const char *name, struct passwd *user, char *buffer, size_t size,
    struct passwd **result)
{
	bool found;
	int error;

	if (!is_on)
		return __real_getpwnam_r(name, user, buffer, size, result);
	*user = (struct passwd) { .pw_uid = 1000, .pw_gid = 1000 };
	error = find_account(name, &found);
	*result = found ? user : NULL;
	return error;
}

WRAP(int, getgrnam_r, const char *name, struct group *group, char *buffer, size_t size,
    struct group **result)
{
	bool found;
	int error;

	if (!is_on)
		return __real_getgrnam_r(name, group, buffer, size, result);
	*group = (struct group) { .gr_gid = 1000 };
	error = find_account(name, &found);
	*result = found ? group : NULL;
	return error;
}

/* ---- output ---- */

static char output[1 << 18];
static size_t output_length;

static ssize_t
keep_output(void *context, const char *bytes, size_t size)
{
	(void)context;
	require(size <= sizeof output - output_length);
	memcpy(output + output_length, bytes, size);
	output_length += size;
	return (ssize_t)size;
}

static void
begin_output(void)
{
	static const cookie_io_functions_t functions = { .write = keep_output };
	static FILE *stream;

	if (!stream)
		stdout = stream = fopencookie(NULL, "w", functions);
	require(stream);
	kernel_forget_output();
}

const char *
kernel_output(size_t *length)
{
	fflush(stdout);
	*length = output_length;
	return output;
}

void
kernel_forget_output(void)
{
	fflush(stdout);
	output_length = 0;
}

WRAP(ssize_t, write, int descriptor, const void *bytes, size_t size)
{
	if (!is_on)
		return __real_write(descriptor, bytes, size);
	require(descriptor == STDERR_FILENO);
	require(size > 0 && ((const char *)bytes)[size - 1] == '\n');
	require_printable(bytes, size - 1);
	return (ssize_t)size;
}
