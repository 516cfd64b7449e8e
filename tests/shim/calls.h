/* SPDX-License-Identifier: ISC */
/*
 * The call table: one row for each interposed call.
 *
 * CALL(type, name, parameters, arguments) returns -1 and sets errno; its fake
 * and its real function return a negative errno instead.
 * FUNCTION(type, name, parameters, arguments) is any other; its fake and its
 * real function return what it returns.
 * SAME(type, alias, name, parameters, arguments) is another name for a call of
 * the table: the 64-bit names, and those of _FORTIFY_SOURCE for flags that are
 * not constant.
 * VARIADIC(name) are calls with optional arguments, exported by hand in
 * exports.c.
 *
 * A script may name every call here but aliases (`bind 1 fail EADDRINUSE`), and
 * every call here is logged.
 */
#ifndef CALL
#define CALL(type, name, parameters, arguments)
#endif
#ifndef FUNCTION
#define FUNCTION(type, name, parameters, arguments)
#endif
#ifndef SAME
#define SAME(type, alias, name, parameters, arguments)
#endif
#ifndef VARIADIC
#define VARIADIC(name, alias)
#endif

/* ---- sockets ---- */
CALL(int, socket, (int family, int type, int protocol), (family, type, protocol))
CALL(int, setsockopt,
    (int descriptor, int level, int name, const void *value, socklen_t size),
    (descriptor, level, name, value, size))
CALL(int, getsockopt, (int descriptor, int level, int name, void *value, socklen_t *size),
    (descriptor, level, name, value, size))
CALL(int, bind, (int descriptor, const struct sockaddr *address, socklen_t length),
    (descriptor, address, length))
CALL(int, listen, (int descriptor, int backlog), (descriptor, backlog))
CALL(int, getsockname, (int descriptor, struct sockaddr *address, socklen_t *length),
    (descriptor, address, length))

CALL(int, socketpair, (int family, int type, int protocol, int *pair),
    (family, type, protocol, pair))
CALL(int, connect, (int descriptor, const struct sockaddr *address, socklen_t length),
    (descriptor, address, length))
CALL(ssize_t, sendto,
    (int descriptor, const void *bytes, size_t size, int flags,
        const struct sockaddr *address, socklen_t length),
    (descriptor, bytes, size, flags, address, length))
CALL(ssize_t, recv, (int descriptor, void *bytes, size_t size, int flags),
    (descriptor, bytes, size, flags))

/* ---- descriptors ---- */
CALL(int, close, (int descriptor), (descriptor))
CALL(int, dup, (int descriptor), (descriptor))
CALL(int, dup2, (int from, int to), (from, to))
CALL(int, dup3, (int from, int to, int flags), (from, to, flags))
CALL(int, close_range, (unsigned first, unsigned last, int flags), (first, last, flags))
CALL(int, fstat, (int descriptor, struct stat *status), (descriptor, status))
SAME(int, fstat64, fstat, (int descriptor, struct stat *status), (descriptor, status))
CALL(int, fstatfs, (int descriptor, struct statfs *status), (descriptor, status))
CALL(int, fchmod, (int descriptor, mode_t mode), (descriptor, mode))
CALL(int, fchown, (int descriptor, uid_t user, gid_t group), (descriptor, user, group))
CALL(int, flock, (int descriptor, int operation), (descriptor, operation))
CALL(int, poll, (struct pollfd *asked, nfds_t count, int timeout), (asked, count, timeout))
CALL(ssize_t, read, (int descriptor, void *bytes, size_t size), (descriptor, bytes, size))
CALL(ssize_t, write, (int descriptor, const void *bytes, size_t size),
    (descriptor, bytes, size))

/* ---- names in the file system ---- */
CALL(int, stat, (const char *path, struct stat *status), (path, status))
SAME(int, stat64, stat, (const char *path, struct stat *status), (path, status))
CALL(int, lstat, (const char *path, struct stat *status), (path, status))
SAME(int, lstat64, lstat, (const char *path, struct stat *status), (path, status))
CALL(int, access, (const char *path, int mode), (path, mode))
CALL(int, unlink, (const char *path), (path))
CALL(ssize_t, readlink, (const char *path, char *bytes, size_t size), (path, bytes, size))
CALL(ssize_t, readlinkat, (int directory, const char *path, char *bytes, size_t size),
    (directory, path, bytes, size))
CALL(int, chmod, (const char *path, mode_t mode), (path, mode))
CALL(int, fstatat, (int directory, const char *name, struct stat *status, int flags),
    (directory, name, status, flags))
SAME(int, fstatat64, fstatat, (int directory, const char *name, struct stat *status, int flags),
    (directory, name, status, flags))
CALL(int, mkdirat, (int directory, const char *name, mode_t mode), (directory, name, mode))
CALL(int, symlinkat, (const char *target, int directory, const char *name),
    (target, directory, name))
CALL(int, mkfifo, (const char *path, mode_t mode), (path, mode))
CALL(int, mkfifoat, (int directory, const char *name, mode_t mode), (directory, name, mode))
CALL(int, fchmodat, (int directory, const char *name, mode_t mode, int flags),
    (directory, name, mode, flags))
CALL(int, fchownat, (int directory, const char *name, uid_t user, gid_t group, int flags),
    (directory, name, user, group, flags))
CALL(int, renameat, (int from_directory, const char *from, int to_directory, const char *to),
    (from_directory, from, to_directory, to))
CALL(int, linkat,
    (int from_directory, const char *from, int to_directory, const char *to, int flags),
    (from_directory, from, to_directory, to, flags))
CALL(int, unlinkat, (int directory, const char *name, int flags), (directory, name, flags))
FUNCTION(mode_t, umask, (mode_t mode), (mode))
FUNCTION(DIR *, opendir, (const char *path), (path))
FUNCTION(char *, realpath, (const char *path, char *resolved), (path, resolved))

/* ---- the process ---- */
CALL(int, execve, (const char *path, char *const argv[], char *const environment[]),
    (path, argv, environment))
CALL(int, setuid, (uid_t user), (user))
CALL(int, setgid, (gid_t group), (group))
CALL(int, setgroups, (size_t count, const gid_t *groups), (count, groups))
CALL(int, initgroups, (const char *user, gid_t group), (user, group))
CALL(int, setresuid, (uid_t real, uid_t effective, uid_t saved), (real, effective, saved))
CALL(int, setresgid, (gid_t real, gid_t effective, gid_t saved), (real, effective, saved))
CALL(int, seteuid, (uid_t user), (user))
CALL(int, setegid, (gid_t group), (group))
FUNCTION(uid_t, getuid, (void), ())
FUNCTION(uid_t, geteuid, (void), ())
CALL(int, uname, (struct utsname *name), (name))
CALL(int, getrlimit, (int resource, struct rlimit *limit), (resource, limit))
SAME(int, getrlimit64, getrlimit, (int resource, struct rlimit *limit),
    (resource, limit))

/* ---- resolver and interfaces: whole functions, since what the C library does
 * inside them cannot be seen ---- */
FUNCTION(int, getaddrinfo,
    (const char *host, const char *service, const struct addrinfo *hints,
        struct addrinfo **results),
    (host, service, hints, results))
CALL(int, getifaddrs, (struct ifaddrs **list), (list))
FUNCTION(char *, if_indextoname, (unsigned index, char *name), (index, name))

FUNCTION(unsigned, if_nametoindex, (const char *name), (name))

/* ---- accounts: both return the errno ---- */
FUNCTION(int, getpwnam_r,
    (const char *name, struct passwd *user, char *buffer, size_t size, struct passwd **result),
    (name, user, buffer, size, result))
FUNCTION(int, getgrnam_r,
    (const char *name, struct group *group, char *buffer, size_t size, struct group **result),
    (name, group, buffer, size, result))

/* ---- names that only BSD kernels have ---- */
CALL(int, bindat,
    (int directory, int descriptor, const struct sockaddr *address, socklen_t length),
    (directory, descriptor, address, length))
CALL(int, connectat,
    (int directory, int descriptor, const struct sockaddr *address, socklen_t length),
    (directory, descriptor, address, length))
CALL(int, funlinkat, (int directory, const char *name, int object, int flags),
    (directory, name, object, flags))
CALL(int, renameatx_np,
    (int from_directory, const char *from, int to_directory, const char *to, unsigned flags),
    (from_directory, from, to_directory, to, flags))
CALL(int, sysctlbyname,
    (const char *name, void *old_value, size_t *old_size, const void *new_value,
        size_t new_size),
    (name, old_value, old_size, new_value, new_size))
CALL(int, sysctl,
    (const int *name, unsigned count, void *old_value, size_t *old_size,
        const void *new_value, size_t new_size),
    (name, count, old_value, old_size, new_value, new_size))
/* 0 is their failure: libproc.c. */
FUNCTION(int, proc_pidfdinfo,
    (int process, int descriptor, int flavor, void *buffer, int size),
    (process, descriptor, flavor, buffer, size))
FUNCTION(int, proc_pidinfo,
    (int process, int flavor, uint64_t argument, void *buffer, int size),
    (process, flavor, argument, buffer, size))
/* A failure is the size that is needed: dyld(3). */
FUNCTION(int, _NSGetExecutablePath, (char *path, uint32_t *size), (path, size))
/* It returns the errno: launch(3). */
FUNCTION(int, launch_activate_socket, (const char *name, int **descriptors, size_t *count),
    (name, descriptors, count))
CALL(int, modfind, (const char *name), (name))
CALL(int, cap_rights_limit, (int descriptor, const struct cap_rights *rights),
    (descriptor, rights))
CALL(int, __cap_rights_get, (int version, int descriptor, struct cap_rights *rights),
    (version, descriptor, rights))
CALL(int, cap_ioctls_limit, (int descriptor, const unsigned long *commands, size_t count),
    (descriptor, commands, count))
FUNCTION(int, issetugid, (void), ())

/* ---- optional arguments ---- */
VARIADIC(fcntl, fcntl64)
VARIADIC(open, open64)
VARIADIC(openat, openat64)
VARIADIC(ioctl, ioctl)
VARIADIC(syscall, syscall)

#undef CALL
#undef FUNCTION
#undef SAME
#undef VARIADIC
