/* SPDX-License-Identifier: ISC */
/*
 * What is really there: system calls made directly, and the few functions that
 * are none.  Calls return a negative errno and leave errno alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "next.h"
#include "shim.h"

long
real_syscall(long number, const long a[6])
{
	static long (*next)(long, ...);
	int saved = errno;
	long result;

	if (!next)
		find_next("syscall", &next);
	result = next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (result == -1)
		result = -errno;
	errno = saved;
	return result;
}

#define RAW(number, ...) real_syscall((number), (const long[6]) { __VA_ARGS__ })
#define POINTER(pointer) ((long)(intptr_t)(pointer))

int
real_socket(int family, int type, int protocol)
{
	return (int)RAW(SYS_socket, family, type, protocol);
}

int
real_setsockopt(int descriptor, int level, int name, const void *value, socklen_t size)
{
	return (int)RAW(SYS_setsockopt, descriptor, level, name, POINTER(value), size);
}

int
real_getsockopt(int descriptor, int level, int name, void *value, socklen_t *size)
{
	return (int)RAW(SYS_getsockopt, descriptor, level, name, POINTER(value), POINTER(size));
}

int
real_bind(int descriptor, const struct sockaddr *address, socklen_t length)
{
	return (int)RAW(SYS_bind, descriptor, POINTER(address), length);
}

int
real_listen(int descriptor, int backlog)
{
	return (int)RAW(SYS_listen, descriptor, backlog);
}

int
real_getsockname(int descriptor, struct sockaddr *address, socklen_t *length)
{
	return (int)RAW(SYS_getsockname, descriptor, POINTER(address), POINTER(length));
}

int
real_connect(int descriptor, const struct sockaddr *address, socklen_t length)
{
	return (int)RAW(SYS_connect, descriptor, POINTER(address), length);
}

ssize_t
real_sendto(int descriptor, const void *bytes, size_t size, int flags,
    const struct sockaddr *address, socklen_t length)
{
	return RAW(SYS_sendto, descriptor, POINTER(bytes), (long)size, flags, POINTER(address),
	    length);
}

ssize_t
real_recv(int descriptor, void *bytes, size_t size, int flags)
{
	return RAW(SYS_recvfrom, descriptor, POINTER(bytes), (long)size, flags);
}

int
real_fchmod(int descriptor, mode_t mode)
{
	return (int)RAW(SYS_fchmod, descriptor, (long)mode);
}

int
real_fchown(int descriptor, uid_t user, gid_t group)
{
	return (int)RAW(SYS_fchown, descriptor, (long)user, (long)group);
}

int
real_flock(int descriptor, int operation)
{
	return (int)RAW(SYS_flock, descriptor, operation);
}

/* Newer processors have no poll. */
int
real_poll(struct pollfd *asked, nfds_t count, int timeout)
{
	struct timespec time = { timeout / 1000, timeout % 1000 * 1000000L };

	return (int)RAW(SYS_ppoll, POINTER(asked), (long)count,
	    POINTER(timeout < 0 ? NULL : &time), POINTER(NULL), 0);
}

int
real_close(int descriptor)
{
	return (int)RAW(SYS_close, descriptor);
}

int
real_dup(int descriptor)
{
	return (int)RAW(SYS_dup, descriptor);
}

/* Newer processors have no dup2, and dup3 refuses what dup2 answers. */
int
real_dup2(int from, int to)
{
	if (from == to)
		return real_fcntl(from, F_GETFD, 0) < 0 ? -EBADF : to;
	return real_dup3(from, to, 0);
}

int
real_dup3(int from, int to, int flags)
{
	return (int)RAW(SYS_dup3, from, to, flags);
}

int
real_close_range(unsigned first, unsigned last, int flags)
{
	return (int)RAW(SYS_close_range, (long)first, (long)last, flags);
}

int
real_fcntl(int descriptor, int command, long argument)
{
	return (int)RAW(SYS_fcntl, descriptor, command, argument);
}

/* The C library's structures are the kernel's on 64-bit systems only: ask it. */
int
real_fstat(int descriptor, struct stat *status)
{
	static int (*next)(int, struct stat *);
	int saved = errno, result;

	if (!next)
		find_next("fstat", &next);
	result = next(descriptor, status) == 0 ? 0 : -errno;
	errno = saved;
	return result;
}

int
real_stat(const char *path, struct stat *status)
{
	static int (*next)(const char *, struct stat *);
	int saved = errno, result;

	if (!next)
		find_next("stat", &next);
	result = next(path, status) == 0 ? 0 : -errno;
	errno = saved;
	return result;
}

int
real_lstat(const char *path, struct stat *status)
{
	static int (*next)(const char *, struct stat *);
	int saved = errno, result;

	if (!next)
		find_next("lstat", &next);
	result = next(path, status) == 0 ? 0 : -errno;
	errno = saved;
	return result;
}

int
real_fstatfs(int descriptor, struct statfs *status)
{
	return (int)RAW(SYS_fstatfs, descriptor, POINTER(status));
}

ssize_t
real_read(int descriptor, void *bytes, size_t size)
{
	return RAW(SYS_read, descriptor, POINTER(bytes), (long)size);
}

ssize_t
real_write(int descriptor, const void *bytes, size_t size)
{
	return RAW(SYS_write, descriptor, POINTER(bytes), (long)size);
}

int
real_openat(int directory, const char *path, int flags, mode_t mode)
{
	return (int)RAW(SYS_openat, directory, POINTER(path), flags, (long)mode);
}

int
real_access(const char *path, int mode)
{
	return (int)RAW(SYS_faccessat, AT_FDCWD, POINTER(path), mode);
}

int
real_unlink(const char *path)
{
	return (int)RAW(SYS_unlinkat, AT_FDCWD, POINTER(path), 0);
}

ssize_t
real_readlink(const char *path, char *bytes, size_t size)
{
	return RAW(SYS_readlinkat, AT_FDCWD, POINTER(path), POINTER(bytes), (long)size);
}

ssize_t
real_readlinkat(int directory, const char *path, char *bytes, size_t size)
{
	return RAW(SYS_readlinkat, directory, POINTER(path), POINTER(bytes), (long)size);
}

int
real_fstatat(int directory, const char *name, struct stat *status, int flags)
{
	static int (*next)(int, const char *, struct stat *, int);
	int saved = errno, result;

	if (!next)
		find_next("fstatat", &next);
	result = next(directory, name, status, flags) == 0 ? 0 : -errno;
	errno = saved;
	return result;
}

int
real_mkdirat(int directory, const char *name, mode_t mode)
{
	return (int)RAW(SYS_mkdirat, directory, POINTER(name), (long)mode);
}

int
real_symlinkat(const char *target, int directory, const char *name)
{
	return (int)RAW(SYS_symlinkat, POINTER(target), directory, POINTER(name));
}

int
real_mkfifo(const char *path, mode_t mode)
{
	return real_mkfifoat(AT_FDCWD, path, mode);
}

int
real_mkfifoat(int directory, const char *name, mode_t mode)
{
	return (int)RAW(SYS_mknodat, directory, POINTER(name), S_IFIFO | (long)mode);
}

/* The system call has no flags; the C library knows how to do without. */
int
real_fchmodat(int directory, const char *name, mode_t mode, int flags)
{
	static int (*next)(int, const char *, mode_t, int);
	int saved = errno, result;

	if (!next)
		find_next("fchmodat", &next);
	result = next(directory, name, mode, flags) == 0 ? 0 : -errno;
	errno = saved;
	return result;
}

int
real_fchownat(int directory, const char *name, uid_t user, gid_t group, int flags)
{
	return (int)RAW(SYS_fchownat, directory, POINTER(name), (long)user, (long)group, flags);
}

int
real_renameat(int from_directory, const char *from, int to_directory, const char *to)
{
	return (int)RAW(SYS_renameat2, from_directory, POINTER(from), to_directory, POINTER(to), 0);
}

int
real_linkat(int from_directory, const char *from, int to_directory, const char *to, int flags)
{
	return (int)RAW(SYS_linkat, from_directory, POINTER(from), to_directory, POINTER(to),
	    flags);
}

int
real_unlinkat(int directory, const char *name, int flags)
{
	return (int)RAW(SYS_unlinkat, directory, POINTER(name), flags);
}

int
real_ioctl(int descriptor, unsigned long command, long argument)
{
	return (int)RAW(SYS_ioctl, descriptor, (long)command, argument);
}

int
real_socketpair(int family, int type, int protocol, int *pair)
{
	return (int)RAW(SYS_socketpair, family, type, protocol, POINTER(pair));
}

int
real_chmod(const char *path, mode_t mode)
{
	return (int)RAW(SYS_fchmodat, AT_FDCWD, POINTER(path), (long)mode);
}

mode_t
real_umask(mode_t mode)
{
	return (mode_t)RAW(SYS_umask, (long)mode);
}

int
real_execve(const char *path, char *const argv[], char *const environment[])
{
	return (int)RAW(SYS_execve, POINTER(path), POINTER(argv), POINTER(environment));
}

int
real_setuid(uid_t user)
{
	return (int)RAW(SYS_setuid, (long)user);
}

int
real_setgid(gid_t group)
{
	return (int)RAW(SYS_setgid, (long)group);
}

int
real_setgroups(size_t count, const gid_t *groups)
{
	return (int)RAW(SYS_setgroups, (long)count, POINTER(groups));
}

int
real_initgroups(const char *user, gid_t group)
{
	static int (*next)(const char *, gid_t);
	int saved = errno, result;

	if (!next)
		find_next("initgroups", &next);
	result = next(user, group) == 0 ? 0 : -errno;
	errno = saved;
	return result;
}

int
real_setresuid(uid_t real, uid_t effective, uid_t saved)
{
	return (int)RAW(SYS_setresuid, (long)real, (long)effective, (long)saved);
}

int
real_setresgid(gid_t real, gid_t effective, gid_t saved)
{
	return (int)RAW(SYS_setresgid, (long)real, (long)effective, (long)saved);
}

int
real_seteuid(uid_t user)
{
	return real_setresuid((uid_t)-1, user, (uid_t)-1);
}

int
real_setegid(gid_t group)
{
	return real_setresgid((gid_t)-1, group, (gid_t)-1);
}

uid_t
real_getuid(void)
{
	return (uid_t)RAW(SYS_getuid, 0);
}

uid_t
real_geteuid(void)
{
	return (uid_t)RAW(SYS_geteuid, 0);
}

int
real_uname(struct utsname *name)
{
	return (int)RAW(SYS_uname, POINTER(name));
}

int
real_getrlimit(int resource, struct rlimit *limit)
{
	return (int)RAW(SYS_prlimit64, 0, resource, 0, POINTER(limit));
}

/* ---- functions of the C library ---- */

DIR *
real_opendir(const char *path)
{
	static DIR *(*next)(const char *);

	if (!next)
		find_next("opendir", &next);
	return next(path);
}

char *
real_realpath(const char *path, char *resolved)
{
	static char *(*next)(const char *, char *);

	if (!next)
		find_next("realpath", &next);
	return next(path, resolved);
}

int
real_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
    struct addrinfo **results)
{
	static int (*next)(const char *, const char *, const struct addrinfo *,
	    struct addrinfo **);

	if (!next)
		find_next("getaddrinfo", &next);
	return next(host, service, hints, results);
}

int
real_getifaddrs(struct ifaddrs **list)
{
	static int (*next)(struct ifaddrs **);
	int saved = errno, result;

	if (!next)
		find_next("getifaddrs", &next);
	result = next(list) == 0 ? 0 : -errno;
	errno = saved;
	return result;
}

char *
real_if_indextoname(unsigned index, char *name)
{
	static char *(*next)(unsigned, char *);

	if (!next)
		find_next("if_indextoname", &next);
	return next(index, name);
}

unsigned
real_if_nametoindex(const char *name)
{
	static unsigned (*next)(const char *);

	if (!next)
		find_next("if_nametoindex", &next);
	return next(name);
}

/* ---- what this kernel does not have ---- */

int
real_fchdir(int directory)
{
	return (int)RAW(SYS_fchdir, directory);
}

int
real_bindat(int directory, int descriptor, const struct sockaddr *address, socklen_t length)
{
	(void)directory;
	(void)descriptor;
	(void)address;
	(void)length;
	return -ENOSYS;
}

int
real_connectat(int directory, int descriptor, const struct sockaddr *address, socklen_t length)
{
	(void)directory;
	(void)descriptor;
	(void)address;
	(void)length;
	return -ENOSYS;
}

int
real_funlinkat(int directory, const char *name, int object, int flags)
{
	(void)directory;
	(void)name;
	(void)object;
	(void)flags;
	return -ENOSYS;
}

int
real_renameatx_np(int from_directory, const char *from, int to_directory, const char *to,
    unsigned flags)
{
	(void)from_directory;
	(void)from;
	(void)to_directory;
	(void)to;
	(void)flags;
	return -ENOSYS;
}

int
real_sysctlbyname(const char *name, void *old_value, size_t *old_size, const void *new_value,
    size_t new_size)
{
	(void)name;
	(void)old_value;
	(void)old_size;
	(void)new_value;
	(void)new_size;
	return -ENOSYS;
}

int
real_sysctl(const int *name, unsigned count, void *old_value, size_t *old_size,
    const void *new_value, size_t new_size)
{
	(void)count;
	return real_sysctlbyname((const char *)name, old_value, old_size, new_value, new_size);
}

int
real_proc_pidfdinfo(int process, int descriptor, int flavor, void *buffer, int size)
{
	(void)process;
	(void)descriptor;
	(void)flavor;
	(void)buffer;
	(void)size;
	errno = ENOSYS;
	return 0;
}

int
real_proc_pidinfo(int process, int flavor, uint64_t argument, void *buffer, int size)
{
	(void)argument;
	return real_proc_pidfdinfo(process, -1, flavor, buffer, size);
}

int
real__NSGetExecutablePath(char *path, uint32_t *size)
{
	return real_proc_pidfdinfo(0, -1, 0, path, (int)*size) == 0 ? -1 : 0;
}

int
real_launch_activate_socket(const char *name, int **descriptors, size_t *count)
{
	(void)name;
	(void)descriptors;
	(void)count;
	return ESRCH;
}

int
real_modfind(const char *name)
{
	(void)name;
	return -ENOSYS;
}

int
real_cap_rights_limit(int descriptor, const struct cap_rights *rights)
{
	(void)descriptor;
	(void)rights;
	return -ENOSYS;
}

int
real___cap_rights_get(int version, int descriptor, struct cap_rights *rights)
{
	(void)version;
	(void)descriptor;
	(void)rights;
	return -ENOSYS;
}

int
real_cap_ioctls_limit(int descriptor, const unsigned long *commands, size_t count)
{
	(void)descriptor;
	(void)commands;
	(void)count;
	return -ENOSYS;
}

int
real_issetugid(void)
{
	return 0;
}

int
real_getpwnam_r(const char *name, struct passwd *user, char *buffer, size_t size,
    struct passwd **result)
{
	static int (*next)(const char *, struct passwd *, char *, size_t, struct passwd **);

	if (!next)
		find_next("getpwnam_r", &next);
	return next(name, user, buffer, size, result);
}

int
real_getgrnam_r(const char *name, struct group *group, char *buffer, size_t size,
    struct group **result)
{
	static int (*next)(const char *, struct group *, char *, size_t, struct group **);

	if (!next)
		find_next("getgrnam_r", &next);
	return next(name, group, buffer, size, result);
}
