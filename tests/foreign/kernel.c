/* SPDX-License-Identifier: ISC */
/* What the tests tell the kernel, and what it tells them. */
#include "kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "foreign.h"
#include "text.h"

#define SYSCTLS_MAX 32
#define MODULES_MAX 4

static struct {
	struct kernel_sysctl sysctls[SYSCTLS_MAX];
	size_t sysctl_count;
	const char *modules[MODULES_MAX];
	size_t module_count;
	uid_t user;
	struct {
		const char *call;
		unsigned nth;
		int error;
	} failure;
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
	kernel_files_reset();
	kernel_paths_reset();
	kernel_network_reset();
	kernel_process_reset();
	kernel_system_reset();
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
foreign_kernel_add(const char *name, int value)
{
	if (kernel.sysctl_count == SYSCTLS_MAX)
		kernel_trap("too many sysctls");
	kernel.sysctls[kernel.sysctl_count++] = (struct kernel_sysctl) { name, value };
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

const char *
foreign_kernel_log(void)
{
	return kernel.log;
}

/* ---- errors ---- */

#define ERROR(name) { name, #name }
static const struct {
	int number;
	const char *name;
} errors[] = {
	ERROR(EPERM), ERROR(ENOENT), ERROR(ESRCH), ERROR(ENOEXEC), ERROR(EBADF), ERROR(ENOMEM),
	ERROR(EACCES), ERROR(EEXIST), ERROR(ENOTDIR), ERROR(EINVAL), ERROR(EMFILE),
	ERROR(EAGAIN), ERROR(EALREADY), ERROR(ENOTSOCK), ERROR(EPROTOTYPE), ERROR(ENOPROTOOPT),
	ERROR(EPROTONOSUPPORT), ERROR(ENOTSUP), ERROR(EOPNOTSUPP), ERROR(EAFNOSUPPORT),
	ERROR(EADDRINUSE), ERROR(EADDRNOTAVAIL), ERROR(ECONNREFUSED), ERROR(ELOOP),
	ERROR(ENAMETOOLONG), ERROR(ESTALE), ERROR(ENXIO), ERROR(ENODEV), ERROR(ETIMEDOUT),
	ERROR(E2BIG), ERROR(ETXTBSY), ERROR(ENOBUFS), ERROR(EFTYPE), ERROR(EMLINK),
};

const char *
kernel_error_name(int error)
{
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (errors[i].number == error)
			return errors[i].name;
	kernel_trap("an error without a name");
}

void
foreign_kernel_fail(const char *call, unsigned nth, const char *error)
{
	size_t i = 0;

	while (i < sizeof errors / sizeof *errors && strcmp(errors[i].name, error) != 0)
		i++;
	if (i == sizeof errors / sizeof *errors)
		kernel_trap("an error that has no number here");
	kernel.failure.call = call;
	kernel.failure.nth = nth;
	kernel.failure.error = errors[i].number;
}

bool
kernel_fails(const char *call)
{
	if (!kernel.failure.nth || strcmp(kernel.failure.call, call) != 0
	    || --kernel.failure.nth != 0)
		return false;
	errno = kernel.failure.error;
	return true;
}

int
kernel_fail(int error)
{
	errno = error;
	return -1;
}

/* ---- for the rest of the kernel ---- */

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

/* As chmod(1) takes it. */
void
kernel_say_mode(mode_t mode)
{
	char digits[] = "0000";

	for (size_t i = sizeof digits - 1; i > 0; i--, mode >>= 3)
		digits[i - 1] = (char)('0' + (mode & 7));
	kernel_say(digits);
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

int
kernel_read_sysctl(const char *name, void *old, size_t *old_size)
{
	const struct kernel_sysctl *sysctl = find_sysctl(name);
	bool is_long = kernel_long_sysctl && strcmp(name, kernel_long_sysctl) == 0;
	unsigned long wide;
	size_t size;

	if (!sysctl)
		return kernel_fail(ENOENT);
	wide = (unsigned long)sysctl->value;
	size = is_long ? sizeof wide : sizeof sysctl->value;
	if (*old_size < size)
		return kernel_fail(ENOMEM);
	*old_size = size;
	memcpy(old, is_long ? (const void *)&wide : &sysctl->value, size);
	return 0;
}

/* ---- its C library ---- */

uid_t
geteuid(void)
{
	return kernel.user;
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
	return kernel_fails("malloc") ? NULL : realloc(NULL, size);
}
