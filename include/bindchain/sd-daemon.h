/* SPDX-License-Identifier: ISC */
/*
 * libsystemd's functions for socket activation and readiness, on every system: a program
 * written for <systemd/sd-daemon.h> includes this header in its place and links libbindchain.
 *
 * The names of libsystemd are macros for functions of libbindchain, so that a process may
 * load both libraries.  Arguments and results are those of libsystemd 252 (sd_listen_fds(3),
 * sd_is_fifo(3), sd_notify(3)): a negative errno is an error.  bindchain_sd_listen_fds(3)
 * lists what differs: LISTEN_PIDFDID is honoured; backslashes in names are kept; there are
 * neither sd_is_mq() nor sd_pid_notify() and its relatives.
 *
 * Threads and signals: functions that read or remove variables are for a time when no other
 * thread changes the environment.  The bindchain_sd_is_...() functions change nothing and
 * are async-signal-safe; the others are not.
 */
#ifndef BINDCHAIN_SD_DAEMON_H
#define BINDCHAIN_SD_DAEMON_H

#include <inttypes.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <bindchain.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BINDCHAIN_FORMAT(at, first) __attribute__((format(printf, at, first)))
#else
#define BINDCHAIN_FORMAT(at, first)
#endif

/* Levels of messages on standard error, before each line: sd-daemon(3). */
#define SD_EMERG "<0>"
#define SD_ALERT "<1>"
#define SD_CRIT "<2>"
#define SD_ERR "<3>"
#define SD_WARNING "<4>"
#define SD_NOTICE "<5>"
#define SD_INFO "<6>"
#define SD_DEBUG "<7>"

/* The first descriptor of LISTEN_FDS. */
#define SD_LISTEN_FDS_START BINDCHAIN_LISTEN_FDS_START

#define sd_listen_fds bindchain_sd_listen_fds
#define sd_listen_fds_with_names bindchain_sd_listen_fds_with_names
#define sd_is_fifo bindchain_sd_is_fifo
#define sd_is_special bindchain_sd_is_special
#define sd_is_socket bindchain_sd_is_socket
#define sd_is_socket_inet bindchain_sd_is_socket_inet
#define sd_is_socket_sockaddr bindchain_sd_is_socket_sockaddr
#define sd_is_socket_unix bindchain_sd_is_socket_unix
#define sd_notify bindchain_sd_notify
#define sd_notifyf bindchain_sd_notifyf
#define sd_booted bindchain_sd_booted
#define sd_watchdog_enabled bindchain_sd_watchdog_enabled

/*
 * The number of inherited descriptors, from 3 on, each of which gets FD_CLOEXEC; 0 if there
 * are none for this process.  Removes the variables unless UNSET_ENVIRONMENT is 0, on failure
 * too.  -EINVAL or -ERANGE if LISTEN_PID or LISTEN_FDS is malformed, -EBADF if one is not
 * open.  Since 1.0.
 */
BINDCHAIN_API int bindchain_sd_listen_fds(int unset_environment);

/* The same; sets NAMES, unless it is NULL, to a list of their names that ends with NULL, which
 * the caller frees with each name: free(3).  -EINVAL if LISTEN_FDNAMES has another number of
 * names; -ENOMEM.  Since 1.0. */
BINDCHAIN_API int bindchain_sd_listen_fds_with_names(int unset_environment, char ***names);

/* 1 if FD is a FIFO, and the one at PATH unless that is NULL; else 0; -EBADF, or that of
 * fstat(2) or stat(2).  Since 1.0. */
BINDCHAIN_API int bindchain_sd_is_fifo(int fd, const char *path);

/* The same for a regular file or a character device.  Since 1.0. */
BINDCHAIN_API int bindchain_sd_is_special(int fd, const char *path);

/*
 * 1 if FD is a socket of FAMILY (AF_..., 0: any) and TYPE (SOCK_..., 0: any) that listens
 * (LISTENING > 0), or does not (0; negative: either); else 0; -EBADF, -EINVAL, or that of
 * fstat(2), getsockopt(2) or getsockname(2).  Since 1.0.
 */
BINDCHAIN_API int bindchain_sd_is_socket(int fd, int family, int type, int listening);

/* The same, of IPv4 or IPv6, bound to PORT (0: any).  Since 1.0. */
BINDCHAIN_API int bindchain_sd_is_socket_inet(int fd, int family, int type, int listening,
    uint16_t port);

/*
 * The same, bound to ADDR, of which port 0, and IPv6's flow information 0 and zone 0, match
 * any.  -ENOBUFS if ADDR_LEN has no family, -EPFNOSUPPORT if that is neither IPv4 nor IPv6.
 * Since 1.0.
 */
BINDCHAIN_API int bindchain_sd_is_socket_sockaddr(int fd, int type, const struct sockaddr *addr,
    unsigned addr_len, int listening);

/*
 * The same, a Unix socket bound to PATH (NULL: any) of LENGTH bytes, or, if that is 0, up to
 * its null byte.  A PATH that begins with a null byte is an abstract name, of LENGTH bytes
 * with that one; it matches nothing where the system has no such names.  Since 1.0.
 */
BINDCHAIN_API int bindchain_sd_is_socket_unix(int fd, int type, int listening, const char *path,
    size_t length);

/* Sends STATE to the service manager.  1; 0 if NOTIFY_SOCKET is not set; -EINVAL, -ENAMETOOLONG,
 * or that of socket(2) or sendto(2).  Removes the variable unless UNSET_ENVIRONMENT is 0, on
 * failure too.  Since 1.0. */
BINDCHAIN_API int bindchain_sd_notify(int unset_environment, const char *state);

/* The same, with STATE as printf(3) makes it; -ENOMEM, and then the variable is left alone.
 * Since 1.0. */
BINDCHAIN_API int bindchain_sd_notifyf(int unset_environment, const char *format, ...)
    BINDCHAIN_FORMAT(2, 3);

/* 1 if systemd is the service manager of this system, else 0, as on FreeBSD and macOS; or the
 * negative errno of lstat(2).  Since 1.0. */
BINDCHAIN_API int bindchain_sd_booted(void);

/*
 * 1 if the service manager expects "WATCHDOG=1" within USEC microseconds, to which it is set
 * unless it is NULL; 0 if WATCHDOG_USEC is not set, or WATCHDOG_PID is another process;
 * -EINVAL or -ERANGE if one is malformed.  Removes both unless UNSET_ENVIRONMENT is 0, on
 * failure too.  Since 1.0.
 */
BINDCHAIN_API int bindchain_sd_watchdog_enabled(int unset_environment, uint64_t *usec);

#ifdef __cplusplus
}
#endif

#endif
