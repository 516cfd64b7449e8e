/* SPDX-License-Identifier: ISC */
/* What tests/overlay, the profiles of tests/shim and the backend take for
 * granted about Darwin. */
#include <sys/types.h>

/* As in src/darwin/sockopts.c. */
#define __APPLE_USE_RFC_3542 1

#include <errno.h>
#include <fcntl.h>
#include <launch.h>
#include <libproc.h>
#include <mach-o/dyld.h>
#include <mach-o/fat.h>
#include <mach-o/loader.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/event.h>
#include <sys/proc_info.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/ucred.h>
#include <sys/un.h>
#include <unistd.h>

#include "claim.h"
#include "claims.h"

/* As both are read: whole, and by the member. */
CLAIM_SIZE(struct socket_fdinfo, 792)
CLAIM_SIZE(struct proc_fdinfo, 8)
CLAIM_OFFSET(struct proc_fdinfo, proc_fd, 0)
CLAIM_OFFSET(struct proc_fdinfo, proc_fdtype, 4)

/* Addresses begin with their length, and their family is one byte wide. */
CLAIM_SIZE(struct sockaddr_in, 16)
CLAIM_SIZE(struct sockaddr_in6, 28)
CLAIM_SIZE(struct sockaddr_un, 106)
CLAIM_OFFSET(struct sockaddr_in, sin_len, 0)
CLAIM_OFFSET(struct sockaddr_in, sin_family, 1)
CLAIM_OFFSET(struct sockaddr_un, sun_path, 2)

/* Limits that the profiles have from these headers. */
CLAIM(SOMAXCONN, 128)
CLAIM(IPPORT_RESERVED - 1, 1023)
CLAIM(IPPORT_HIFIRSTAUTO, 49152)
CLAIM(IPPORT_HILASTAUTO, 65535)

CLAIM(SOL_SOCKET, 0xffff)
CLAIM(AF_INET6, 30)
CLAIM(EADDRINUSE, 48)
CLAIM(EADDRNOTAVAIL, 49)
CLAIM(IPV6_V6ONLY, 27)
CLAIM(IPPROTO_IP, 0)
CLAIM(TCP_FASTOPEN, 0x105)

/* kqueue(2), as src/bsd/serve.c and src/bsd/adopt use it. */
CLAIM(EVFILT_READ, -1)
CLAIM(EVFILT_SIGNAL, -6)
CLAIM(EVFILT_WRITE, -2)
CLAIM(EV_DELETE, 0x2)
CLAIM(IP_RECVDSTADDR, 7)
CLAIM(IP_RECVIF, 20)
CLAIM(SO_NOSIGPIPE, 0x1022)
CLAIM_SIZE(struct kevent64_s, 48)
CLAIM_OFFSET(struct kevent64_s, udata, 24)
CLAIM(EV_ADD, 0x1)
CLAIM(EV_ENABLE, 0x4)
CLAIM(EV_DISABLE, 0x8)
CLAIM_SIZE(struct kevent, 32)
CLAIM_OFFSET(struct kevent, filter, 8)
CLAIM_OFFSET(struct kevent, flags, 10)
CLAIM_OFFSET(struct kevent, fflags, 12)
CLAIM_OFFSET(struct kevent, data, 16)
CLAIM_OFFSET(struct kevent, udata, 24)
CLAIM(SIGCHLD, 20)
CLAIM(SIGTERM, 15)

/* unix(4): the ids of a peer. */
CLAIM(SOL_LOCAL, 0)
CLAIM(LOCAL_PEERCRED, 1)
CLAIM(XUCRED_VERSION, 0)
CLAIM_SIZE(struct xucred, 76)
CLAIM_OFFSET(struct xucred, cr_version, 0)
CLAIM_OFFSET(struct xucred, cr_uid, 4)
CLAIM_OFFSET(struct xucred, cr_ngroups, 8)
CLAIM_OFFSET(struct xucred, cr_groups, 12)
CLAIM(LOCAL_PEERPID, 2)
CLAIM(POSIX_SPAWN_SETSIGMASK, 0x8)

/* What src/darwin says is not there. */
#if defined(SOCK_CLOEXEC) || defined(SOCK_NONBLOCK) || defined(SO_ACCEPTFILTER) \
    || defined(SO_REUSEPORT_LB) || defined(IP_BINDANY) || defined(IPV6_BINDANY)
#error "this system has got what its backend says it lacks"
#endif

/* A declaration that differs from the header's does not compile. */
int issetugid(void);
int _NSGetExecutablePath(char *, uint32_t *);
int sysctlbyname(const char *, void *, size_t *, void *, size_t);
int proc_pidinfo(int, int, uint64_t, void *, int);
int proc_pidfdinfo(int, int, int, void *, int);
int launch_activate_socket(const char *, int **, size_t *);
