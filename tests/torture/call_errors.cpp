/* SPDX-License-Identifier: ISC */
/*
 * From section ERRORS of the pages of section 2 in Linux man-pages 6.03.  What those of
 * bind, connect, setsockopt and socket leave to the protocols is added from ip(7) and
 * socket(7).  The system call brk returns the end of the data segment, never an error
 * (brk(2), C library/kernel differences).
 */
#include "call_errors.h"

#include <cerrno>

#include <sys/syscall.h>

static const CallErrors rows[] = {
	{ SYS_accept4, "accept4", { "accept" },
	    { EAGAIN, EBADF, ECONNABORTED, EFAULT, EINTR, EINVAL, EMFILE, ENFILE, ENOBUFS,
	      ENOMEM, ENOTSOCK, EOPNOTSUPP, EPERM, EPROTO } },
#ifdef SYS_access
	{ SYS_access, "access", { "access" },
	    { EACCES, EBADF, EFAULT, EINVAL, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM,
	      ENOTDIR, EPERM, EROFS, ETXTBSY } },
#endif
	{ SYS_bind, "bind", { "bind" },
	    { EACCES, EADDRINUSE, EBADF, EINVAL, ENOTSOCK, EADDRNOTAVAIL, EFAULT, ELOOP,
	      ENAMETOOLONG, ENOENT, ENOMEM, ENOTDIR, EROFS, ENOBUFS } },
	{ SYS_capget, "capget", {},
	    { EFAULT, EINVAL, EPERM, ESRCH } },
	{ SYS_chdir, "chdir", { "chdir" },
	    { EACCES, EFAULT, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM, ENOTDIR, EBADF } },
#ifdef SYS_chmod
	{ SYS_chmod, "chmod", { "chmod" },
	    { EACCES, EBADF, EFAULT, EINVAL, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM,
	      ENOTDIR, ENOTSUP, EPERM, EROFS } },
#endif
#ifdef SYS_chown
	{ SYS_chown, "chown", { "chown" },
	    { EACCES, EBADF, EFAULT, EINVAL, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM,
	      ENOTDIR, EPERM, EROFS } },
#endif
	{ SYS_clock_gettime, "clock_gettime", {},
	    { EACCES, EFAULT, EINVAL, ENODEV, ENOTSUP, EPERM } },
	{ SYS_clone, "clone", { "clone", "start" },
	    { EAGAIN, EINVAL, ENOMEM, ENOSPC, EPERM, EUSERS } },
	{ SYS_close, "close", { "close" },
	    { EBADF, EINTR, EIO, ENOSPC } },
	{ SYS_connect, "connect", { "connect" },
	    { EACCES, EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EAGAIN, EALREADY, EBADF,
	      ECONNREFUSED, EFAULT, EINPROGRESS, EINTR, EISCONN, ENETUNREACH, ENOTSOCK,
	      EPROTOTYPE, ETIMEDOUT, EPERM } },
	{ SYS_dup, "dup", { "dup" },
	    { EBADF, EBUSY, EINTR, EINVAL, EMFILE } },
#ifdef SYS_dup2
	{ SYS_dup2, "dup2", { "dup2" },
	    { EBADF, EBUSY, EINTR, EINVAL, EMFILE } },
#endif
	{ SYS_dup3, "dup3", { "dup3", "dup2" },
	    { EBADF, EBUSY, EINTR, EINVAL, EMFILE } },
	{ SYS_epoll_create1, "epoll_create1", { "epoll_create1" },
	    { EINVAL, EMFILE, ENFILE, ENOMEM } },
	{ SYS_epoll_ctl, "epoll_ctl", { "epoll_ctl" },
	    { EBADF, EEXIST, EINVAL, ELOOP, ENOENT, ENOMEM, ENOSPC, EPERM } },
	{ SYS_epoll_pwait, "epoll_pwait", { "wait" },
	    { EBADF, EFAULT, EINTR, EINVAL } },
#ifdef SYS_epoll_wait
	{ SYS_epoll_wait, "epoll_wait", { "wait" },
	    { EBADF, EFAULT, EINTR, EINVAL } },
#endif
	{ SYS_execve, "execve", { "exec" },
	    { E2BIG, EACCES, EAGAIN, EFAULT, EINVAL, EIO, EISDIR, ELIBBAD, ELOOP, ENOEXEC,
	      EMFILE, ENAMETOOLONG, ENFILE, ENOENT, ENOMEM, ENOTDIR, EPERM, ETXTBSY } },
	{ SYS_faccessat, "faccessat", { "access" },
	    { EACCES, EBADF, EFAULT, EINVAL, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM,
	      ENOTDIR, EPERM, EROFS, ETXTBSY } },
	{ SYS_faccessat2, "faccessat2", { "access" },
	    { EACCES, EBADF, EFAULT, EINVAL, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM,
	      ENOTDIR, EPERM, EROFS, ETXTBSY } },
	{ SYS_fchmod, "fchmod", { "fchmod", "chmod" },
	    { EACCES, EBADF, EFAULT, EINVAL, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM,
	      ENOTDIR, ENOTSUP, EPERM, EROFS } },
	{ SYS_fchmodat, "fchmodat", { "fchmodat", "chmod" },
	    { EACCES, EBADF, EFAULT, EINVAL, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM,
	      ENOTDIR, ENOTSUP, EPERM, EROFS } },
	{ SYS_fchown, "fchown", { "fchown", "chown" },
	    { EACCES, EBADF, EFAULT, EINVAL, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM,
	      ENOTDIR, EPERM, EROFS } },
	{ SYS_fchownat, "fchownat", { "fchownat", "chown" },
	    { EACCES, EBADF, EFAULT, EINVAL, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM,
	      ENOTDIR, EPERM, EROFS } },
	/* Of F_DUPFD, F_GETFD, F_GETFL, F_SETFD and F_SETFL. */
	{ SYS_fcntl, "fcntl", { "fcntl" },
	    { EBADF, EINVAL, EMFILE, EPERM } },
	{ SYS_flock, "flock", { "flock", "lock" },
	    { EBADF, EINTR, EINVAL, ENOLCK } },
#ifdef SYS_fstat
	{ SYS_fstat, "fstat", { "stat", "bind" }, /* the bound path is looked at */
	    { EACCES, EBADF, EFAULT, EINVAL, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM, ENOTDIR,
	      EOVERFLOW } },
#endif
	{ SYS_ftruncate, "ftruncate", { "ftruncate", "truncate" },
	    { EACCES, EFAULT, EFBIG, EINTR, EINVAL, EIO, EISDIR, ELOOP, ENAMETOOLONG, ENOENT,
	      ENOTDIR, EPERM, EROFS, ETXTBSY, EBADF } },
	{ SYS_getdents64, "getdents64", { "getdents", "readdir" },
	    { EBADF, EFAULT, EINVAL, ENOENT, ENOTDIR } },
	{ SYS_getpeername, "getpeername", { "getpeername" },
	    { EBADF, EFAULT, EINVAL, ENOBUFS, ENOTCONN, ENOTSOCK } },
	{ SYS_getrandom, "getrandom", { "getrandom" },
	    { EAGAIN, EFAULT, EINTR, EINVAL, ENOSYS } },
	{ SYS_getsockname, "getsockname", { "getsockname", "bind" /* to any port */ },
	    { EBADF, EFAULT, EINVAL, ENOBUFS, ENOTSOCK } },
	{ SYS_getsockopt, "getsockopt", { "getsockopt" },
	    { EBADF, EFAULT, EINVAL, ENOPROTOOPT, ENOTSOCK } },
	{ SYS_getgroups, "getgroups", { "getgroups" },
	    { EFAULT, EINVAL, ENOMEM, EPERM } },
	{ SYS_ioctl, "ioctl", { "ioctl", "if_nametoindex" },
	    { EBADF, EFAULT, EINVAL, ENOTTY } },
	{ SYS_kill, "kill", {},
	    { EINVAL, EPERM, ESRCH } },
#ifdef SYS_lchown
	{ SYS_lchown, "lchown", { "lchown", "chown" },
	    { EACCES, EBADF, EFAULT, EINVAL, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM,
	      ENOTDIR, EPERM, EROFS } },
#endif
#ifdef SYS_link
	{ SYS_link, "link", { "link" },
	    { EACCES, EDQUOT, EEXIST, EFAULT, EIO, ELOOP, EMLINK, ENAMETOOLONG, ENOENT,
	      ENOMEM, ENOSPC, ENOTDIR, EPERM, EROFS, EXDEV, EBADF, EINVAL } },
#endif
	{ SYS_linkat, "linkat", { "linkat", "link" },
	    { EACCES, EDQUOT, EEXIST, EFAULT, EIO, ELOOP, EMLINK, ENAMETOOLONG, ENOENT,
	      ENOMEM, ENOSPC, ENOTDIR, EPERM, EROFS, EXDEV, EBADF, EINVAL } },
	{ SYS_listen, "listen", { "listen" },
	    { EADDRINUSE, EBADF, ENOTSOCK, EOPNOTSUPP } },
	{ SYS_lseek, "lseek", { "lseek" },
	    { EBADF, EINVAL, ENXIO, EOVERFLOW, ESPIPE } },
#ifdef SYS_lstat
	{ SYS_lstat, "lstat", { "lstat", "stat" },
	    { EACCES, EBADF, EFAULT, EINVAL, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM, ENOTDIR,
	      EOVERFLOW } },
#endif
#ifdef SYS_mkdir
	{ SYS_mkdir, "mkdir", { "mkdir" },
	    { EACCES, EDQUOT, EEXIST, EFAULT, EINVAL, ELOOP, EMLINK, ENAMETOOLONG, ENOENT,
	      ENOMEM, ENOSPC, ENOTDIR, EPERM, EROFS } },
#endif
	{ SYS_mkdirat, "mkdirat", { "mkdir" },
	    { EACCES, EDQUOT, EEXIST, EFAULT, EINVAL, ELOOP, EMLINK, ENAMETOOLONG, ENOENT,
	      ENOMEM, ENOSPC, ENOTDIR, EPERM, EROFS, EBADF } },
#ifdef SYS_mknod
	{ SYS_mknod, "mknod", { "mknod", "mkfifo" },
	    { EACCES, EBADF, EDQUOT, EEXIST, EFAULT, EINVAL, ELOOP, ENAMETOOLONG, ENOENT,
	      ENOMEM, ENOSPC, ENOTDIR, EPERM, EROFS } },
#endif
	{ SYS_mknodat, "mknodat", { "mknodat", "mknod", "mkfifo" },
	    { EACCES, EBADF, EDQUOT, EEXIST, EFAULT, EINVAL, ELOOP, ENAMETOOLONG, ENOENT,
	      ENOMEM, ENOSPC, ENOTDIR, EPERM, EROFS } },
	{ SYS_mmap, "mmap", { "mmap" },
	    { EACCES, EAGAIN, EBADF, EEXIST, EINVAL, ENFILE, ENODEV, ENOMEM, EOVERFLOW,
	      EPERM, ETXTBSY } },
	{ SYS_mprotect, "mprotect", { "mprotect" },
	    { EACCES, EINVAL, ENOMEM, EFAULT } },
	{ SYS_mremap, "mremap", { "mremap" },
	    { EAGAIN, EFAULT, EINVAL, ENOMEM } },
	{ SYS_munmap, "munmap", { "munmap" },
	    { EACCES, EAGAIN, EBADF, EEXIST, EINVAL, ENFILE, ENODEV, ENOMEM, EOVERFLOW,
	      EPERM, ETXTBSY } },
#ifdef SYS_newfstatat
	{ SYS_newfstatat, "newfstatat", { "stat", "bind" },
	    { EACCES, EBADF, EFAULT, EINVAL, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM, ENOTDIR,
	      EOVERFLOW } },
#endif
#ifdef SYS_open
	{ SYS_open, "open", { "open" },
	    { EACCES, EBADF, EBUSY, EDQUOT, EEXIST, EFAULT, EFBIG, EOVERFLOW, EINTR, EINVAL,
	      EISDIR, ELOOP, EMFILE, ENAMETOOLONG, ENFILE, ENODEV, ENXIO, ENOENT, ENOMEM,
	      ENOSPC, ENOTDIR, EOPNOTSUPP, EPERM, EROFS, ETXTBSY } },
#endif
	{ SYS_openat, "openat", { "open" },
	    { EACCES, EBADF, EBUSY, EDQUOT, EEXIST, EFAULT, EFBIG, EOVERFLOW, EINTR, EINVAL,
	      EISDIR, ELOOP, EMFILE, ENAMETOOLONG, ENFILE, ENODEV, ENXIO, ENOENT, ENOMEM,
	      ENOSPC, ENOTDIR, EOPNOTSUPP, EPERM, EROFS, ETXTBSY } },
	{ SYS_pipe2, "pipe2", {},
	    { EFAULT, EINVAL, EMFILE, ENFILE, ENOPKG } },
	{ SYS_pidfd_getfd, "pidfd_getfd", {},
	    { EBADF, EINVAL, EMFILE, ENFILE, ENODEV, EPERM, ESRCH } },
	{ SYS_pidfd_open, "pidfd_open", {},
	    { EINVAL, EMFILE, ENFILE, ENODEV, ENOMEM, ESRCH } },
#ifdef SYS_poll
	{ SYS_poll, "poll", { "poll" },
	    { EFAULT, EINTR, EINVAL, ENOMEM } },
#endif
	{ SYS_ppoll, "ppoll", { "poll" },
	    { EFAULT, EINTR, EINVAL, ENOMEM } },
	{ SYS_prctl, "prctl", { "prctl" },
	    { EACCES, EBADF, EBUSY, EFAULT, EINVAL, ENODEV, ENXIO, EOPNOTSUPP, EPERM, ERANGE } },
	{ SYS_pread64, "pread64", { "pread", "read" },
	    { EAGAIN, EBADF, EFAULT, EINTR, EINVAL, EIO, EISDIR } },
	{ SYS_prlimit64, "prlimit64", { "getrlimit" },
	    { EFAULT, EINVAL, EPERM, ESRCH } },
	{ SYS_read, "read", { "read" },
	    { EAGAIN, EBADF, EFAULT, EINTR, EINVAL, EIO, EISDIR } },
#ifdef SYS_readlink
	{ SYS_readlink, "readlink", { "readlink" },
	    { EACCES, EBADF, EFAULT, EINVAL, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM,
	      ENOTDIR } },
#endif
	{ SYS_readlinkat, "readlinkat", { "readlink" },
	    { EACCES, EBADF, EFAULT, EINVAL, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM,
	      ENOTDIR } },
	{ SYS_recvfrom, "recvfrom", { "recv" },
	    { EAGAIN, EBADF, ECONNREFUSED, EFAULT, EINTR, EINVAL, ENOMEM, ENOTCONN, ENOTSOCK } },
	{ SYS_recvmsg, "recvmsg", { "recvmsg", "recv" },
	    { EAGAIN, EBADF, ECONNREFUSED, EFAULT, EINTR, EINVAL, ENOMEM, ENOTCONN, ENOTSOCK } },
#ifdef SYS_rename
	{ SYS_rename, "rename", { "rename" },
	    { EACCES, EBUSY, EDQUOT, EFAULT, EINVAL, EISDIR, ELOOP, EMLINK, ENAMETOOLONG,
	      ENOENT, ENOMEM, ENOSPC, ENOTDIR, ENOTEMPTY, EPERM, EROFS, EXDEV, EBADF, EEXIST } },
#endif
	{ SYS_renameat, "renameat", { "renameat", "rename" },
	    { EACCES, EBUSY, EDQUOT, EFAULT, EINVAL, EISDIR, ELOOP, EMLINK, ENAMETOOLONG,
	      ENOENT, ENOMEM, ENOSPC, ENOTDIR, ENOTEMPTY, EPERM, EROFS, EXDEV, EBADF, EEXIST } },
	{ SYS_renameat2, "renameat2", { "renameat2", "rename" },
	    { EACCES, EBUSY, EDQUOT, EFAULT, EINVAL, EISDIR, ELOOP, EMLINK, ENAMETOOLONG,
	      ENOENT, ENOMEM, ENOSPC, ENOTDIR, ENOTEMPTY, EPERM, EROFS, EXDEV, EBADF, EEXIST } },
	{ SYS_rt_sigaction, "rt_sigaction", { "sigaction" },
	    { EFAULT, EINVAL } },
	{ SYS_rt_sigprocmask, "rt_sigprocmask", { "sigprocmask" },
	    { EFAULT, EINVAL } },
	{ SYS_sendmsg, "sendmsg", { "sendmsg", "send" },
	    { EACCES, EAGAIN, EALREADY, EBADF, ECONNRESET, EDESTADDRREQ, EFAULT, EINTR,
	      EINVAL, EISCONN, EMSGSIZE, ENOBUFS, ENOMEM, ENOTCONN, ENOTSOCK, EOPNOTSUPP,
	      EPIPE } },
	{ SYS_sendto, "sendto", { "sendto", "send" },
	    { EACCES, EAGAIN, EALREADY, EBADF, ECONNRESET, EDESTADDRREQ, EFAULT, EINTR,
	      EINVAL, EISCONN, EMSGSIZE, ENOBUFS, ENOMEM, ENOTCONN, ENOTSOCK, EOPNOTSUPP,
	      EPIPE } },
	{ SYS_setgid, "setgid", { "setgid" },
	    { EINVAL, EPERM } },
	{ SYS_setgroups, "setgroups", { "setgroups", "initgroups" },
	    { EFAULT, EINVAL, ENOMEM, EPERM } },
	{ SYS_setresgid, "setresgid", { "setegid" },
	    { EAGAIN, EINVAL, EPERM } },
	{ SYS_setresuid, "setresuid", { "seteuid" },
	    { EAGAIN, EINVAL, EPERM } },
	{ SYS_setsockopt, "setsockopt", { "setsockopt" },
	    { EBADF, EFAULT, EINVAL, ENOPROTOOPT, ENOTSOCK, ENOBUFS, ENOMEM, EPERM } },
	{ SYS_setuid, "setuid", { "setuid" },
	    { EAGAIN, EINVAL, EPERM } },
	{ SYS_signalfd4, "signalfd4", { "signalfd" },
	    { EBADF, EINVAL, EMFILE, ENFILE, ENODEV, ENOMEM } },
	{ SYS_socket, "socket", { "socket" },
	    { EACCES, EAFNOSUPPORT, EINVAL, EMFILE, ENFILE, ENOBUFS, EPROTONOSUPPORT, ENOMEM } },
	{ SYS_socketpair, "socketpair", { "socketpair" },
	    { EAFNOSUPPORT, EFAULT, EMFILE, ENFILE, EOPNOTSUPP, EPROTONOSUPPORT } },
#ifdef SYS_stat
	{ SYS_stat, "stat", { "stat" },
	    { EACCES, EBADF, EFAULT, EINVAL, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM, ENOTDIR,
	      EOVERFLOW } },
#endif
	{ SYS_statfs, "statfs", { "statfs" },
	    { EACCES, EBADF, EFAULT, EINTR, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM, ENOSYS,
	      ENOTDIR, EOVERFLOW } },
	{ SYS_symlinkat, "symlinkat", { "symlinkat", "symlink" },
	    { EACCES, EBADF, EDQUOT, EEXIST, EFAULT, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM,
	      ENOSPC, ENOTDIR, EPERM, EROFS } },
	{ SYS_uname, "uname", { "uname" },
	    { EFAULT } },
#ifdef SYS_unlink
	{ SYS_unlink, "unlink", { "unlink" },
	    { EACCES, EBUSY, EFAULT, EIO, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM,
	      ENOTDIR, EPERM, EROFS, EBADF, EINVAL } },
#endif
	{ SYS_unlinkat, "unlinkat", { "unlink" },
	    { EACCES, EBUSY, EFAULT, EIO, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM,
	      ENOTDIR, EPERM, EROFS, EBADF, EINVAL } },
	{ SYS_wait4, "wait4", { "wait" },
	    { ECHILD, EINTR, EINVAL } },
	{ SYS_write, "write", { "write" },
	    { EAGAIN, EBADF, EDESTADDRREQ, EDQUOT, EFAULT, EFBIG, EINTR, EINVAL, EIO, ENOSPC,
	      EPERM, EPIPE } },
	{ SYS_writev, "writev", { "write" },
	    { EAGAIN, EBADF, EDESTADDRREQ, EDQUOT, EFAULT, EFBIG, EINTR, EINVAL, EIO, ENOSPC,
	      EPERM, EPIPE } },
	/* These always succeed, do not return, or are the C library's own. */
	{ SYS_brk, "brk", {}, {} },
	{ SYS_futex, "futex", {}, {} },
	{ SYS_exit_group, "exit_group", {}, {} },
	{ SYS_getegid, "getegid", {}, {} },
	{ SYS_geteuid, "geteuid", {}, {} },
	{ SYS_getgid, "getgid", {}, {} },
	{ SYS_getpid, "getpid", {}, {} },
	{ SYS_getppid, "getppid", {}, {} },
	{ SYS_gettid, "gettid", {}, {} },
	{ SYS_getuid, "getuid", {}, {} },
	{ SYS_umask, "umask", {}, {} },
};

const CallErrors *
errors_of_call(unsigned long long number)
{
	for (const CallErrors &row : rows)
		if (row.number == number)
			return &row;
	return nullptr;
}
