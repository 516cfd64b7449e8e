/* SPDX-License-Identifier: ISC */
/*
 * The names that the tools call: to the fake where this process is faked, to
 * the real thing where it is not.  In C they have names of their own, and the C
 * library's in the object file: its headers declare some with types that only
 * they can write (transparent unions, redirected 64-bit names).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>

#include "shim.h"

#define EXPORT(type, name, parameters)                                       \
	__attribute__((visibility("default"))) type export_##name parameters \
	    __asm__(#name);                                              \
	type export_##name parameters

static long
finish(long result)
{
	if (result >= 0)
		return result;
	errno = (int)-result;
	return -1;
}

#define CALL(type, name, parameters, arguments)                                     \
	EXPORT(type, name, parameters)                                              \
	{                                                                           \
		return (type)finish(session() ? fake_##name arguments               \
		                              : real_##name arguments);             \
	}
#define FUNCTION(type, name, parameters, arguments)                                 \
	EXPORT(type, name, parameters)                                              \
	{                                                                           \
		return session() ? fake_##name arguments : real_##name arguments;   \
	}
#define SAME(type, alias, name, parameters, arguments)                              \
	EXPORT(type, alias, parameters)                                             \
	{                                                                           \
		return export_##name arguments;                                     \
	}
#include "calls.h"

/* ---- optional arguments ---- */

static int
do_fcntl(int descriptor, int command, long argument)
{
	return (int)finish(session() ? fake_fcntl(descriptor, command, argument)
	                             : real_fcntl(descriptor, command, argument));
}

static int
do_open(const char *path, int flags, mode_t mode)
{
	return (int)finish(session() ? fake_open(path, flags, mode)
	                             : real_openat(AT_FDCWD, path, flags, mode));
}

static int
do_openat(int directory, const char *path, int flags, mode_t mode)
{
	return (int)finish(session() ? fake_openat(directory, path, flags, mode)
	                             : real_openat(directory, path, flags, mode));
}

/* The argument behind LAST, which every command and flag may be followed by in
 * a register, whether or not the caller passed one. */
#define OPTIONAL(type, variable, last)          \
	type variable;                          \
	va_list optional;                       \
	va_start(optional, last);               \
	variable = va_arg(optional, type);      \
	va_end(optional)

#define EXPORT_FCNTL(name)                                              \
	EXPORT(int, name, (int descriptor, int command, ...))           \
	{                                                               \
		OPTIONAL(long, argument, command);                      \
		return do_fcntl(descriptor, command, argument);         \
	}
EXPORT_FCNTL(fcntl)
EXPORT_FCNTL(fcntl64)

#define EXPORT_OPEN(name)                                               \
	EXPORT(int, name, (const char *path, int flags, ...))           \
	{                                                               \
		OPTIONAL(mode_t, mode, flags);                          \
		return do_open(path, flags, mode);                      \
	}
EXPORT_OPEN(open)
EXPORT_OPEN(open64)

#define EXPORT_OPENAT(name)                                             \
	EXPORT(int, name, (int directory, const char *path, int flags, ...)) \
	{                                                               \
		OPTIONAL(mode_t, mode, flags);                          \
		return do_openat(directory, path, flags, mode);         \
	}
EXPORT_OPENAT(openat)
EXPORT_OPENAT(openat64)

EXPORT(int, ioctl, (int descriptor, unsigned long command, ...))
{
	OPTIONAL(long, argument, command);
	return (int)finish(session() ? fake_ioctl(descriptor, command, argument)
	                             : real_ioctl(descriptor, command, argument));
}

EXPORT(long, syscall, (long number, ...))
{
	long arguments[6];
	va_list optional;

	va_start(optional, number);
	for (int i = 0; i < 6; i++)
		arguments[i] = va_arg(optional, long);
	va_end(optional);
	return finish(session() ? fake_syscall(number, arguments)
	                        : real_syscall(number, arguments));
}

/* ---- _FORTIFY_SOURCE: flags that are not constant, buffers of known size ---- */

EXPORT(int, __open_2, (const char *path, int flags))
{
	return do_open(path, flags, 0);
}

EXPORT(int, __open64_2, (const char *path, int flags))
{
	return do_open(path, flags, 0);
}

EXPORT(int, __openat_2, (int directory, const char *path, int flags))
{
	return do_openat(directory, path, flags, 0);
}

EXPORT(int, __openat64_2, (int directory, const char *path, int flags))
{
	return do_openat(directory, path, flags, 0);
}

EXPORT(ssize_t, __read_chk, (int descriptor, void *bytes, size_t size, size_t room))
{
	return export_read(descriptor, bytes, size < room ? size : room);
}

EXPORT(int, __poll_chk, (struct pollfd *asked, nfds_t count, int timeout, size_t room))
{
	(void)room;
	return export_poll(asked, count, timeout);
}

EXPORT(ssize_t, __recv_chk, (int descriptor, void *bytes, size_t size, size_t room, int flags))
{
	return export_recv(descriptor, bytes, size < room ? size : room, flags);
}

EXPORT(ssize_t, __readlink_chk, (const char *path, char *bytes, size_t size, size_t room))
{
	return export_readlink(path, bytes, size < room ? size : room);
}

EXPORT(ssize_t, __readlinkat_chk,
    (int directory, const char *path, char *bytes, size_t size, size_t room))
{
	return export_readlinkat(directory, path, bytes, size < room ? size : room);
}

EXPORT(char *, __realpath_chk, (const char *path, char *resolved, size_t room))
{
	(void)room;
	return export_realpath(path, resolved);
}
