/* SPDX-License-Identifier: ISC */
/* What tests/overlay, the profiles of tests/shim and the backend take for
 * granted about FreeBSD. */
#include <sys/capsicum.h>
#include <sys/param.h>

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/event.h>
#include <sys/module.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/ucred.h>
#include <sys/un.h>
#include <sys/user.h>
#include <unistd.h>

#if __has_include(<netlink/netlink.h>)
#include <netlink/netlink.h>
#endif

#include "claim.h"
#include "claims.h"

/* accept_filter(9) */
CLAIM_SIZE(struct accept_filter_arg, 256)
CLAIM_OFFSET(struct accept_filter_arg, af_name, 0)
CLAIM_OFFSET(struct accept_filter_arg, af_arg, 16)

/* What begins the record, and of a socket its handle. */
CLAIM_OFFSET(struct kinfo_file, kf_structsize, 0)
CLAIM_OFFSET(struct kinfo_file, kf_type, 4)
CLAIM_OFFSET(struct kinfo_file, kf_fd, 8)
CLAIM_OFFSET(struct kinfo_file, kf_un.kf_sock.kf_sock_pcb, 304)
CLAIM(KF_TYPE_SOCKET, 2)

/* Addresses begin with their length, and their family is one byte wide. */
CLAIM_SIZE(struct sockaddr_in, 16)
CLAIM_SIZE(struct sockaddr_in6, 28)
CLAIM_SIZE(struct sockaddr_un, 106)
CLAIM_OFFSET(struct sockaddr_in, sin_len, 0)
CLAIM_OFFSET(struct sockaddr_in, sin_family, 1)
CLAIM_OFFSET(struct sockaddr_un, sun_path, 2)

#ifdef NETLINK_ROUTE /* since 13.2 */
CLAIM(NETLINK_ROUTE, 0)
CLAIM(NETLINK_GENERIC, 16)
CLAIM_SIZE(struct sockaddr_nl, 12)
CLAIM_OFFSET(struct sockaddr_nl, nl_len, 0)
CLAIM_OFFSET(struct sockaddr_nl, nl_family, 1)
CLAIM_OFFSET(struct sockaddr_nl, nl_pid, 4)
CLAIM_OFFSET(struct sockaddr_nl, nl_groups, 8)
#endif

/* Limits that the profiles have from these headers. */
CLAIM(SOMAXCONN, 128)
CLAIM(IPPORT_RESERVED - 1, 1023)
CLAIM(IPPORT_EPHEMERALFIRST, 10000)
CLAIM(IPPORT_EPHEMERALLAST, 65535)

/* One flag is two kernels' two numbers. */
CLAIM(SOL_SOCKET, 0xffff)
CLAIM(SOCK_NONBLOCK, 0x20000000)
CLAIM(SOCK_CLOEXEC, 0x10000000)
CLAIM(AF_INET6, 28)
#ifdef AF_NETLINK /* since 13.2 */
CLAIM(AF_NETLINK, 38)
#endif
CLAIM(EADDRINUSE, 48)
CLAIM(EADDRNOTAVAIL, 49)
CLAIM(ECAPMODE, 94)
CLAIM(ENOTCAPABLE, 93)
/* IPV6_V6ONLY, IPPROTO_IP and TCP_FASTOPEN as the traps have them. */
CLAIM(IPV6_V6ONLY, 27)
CLAIM(IPPROTO_IP, 0)
CLAIM(IPPROTO_IPV4, 4)
CLAIM(TCP_FASTOPEN, 1025)

/* kqueue(2), as src/bsd/serve.c and src/bsd/adopt use it. */
CLAIM(EVFILT_READ, -1)
CLAIM(EVFILT_SIGNAL, -6)
CLAIM(EVFILT_WRITE, -2)
CLAIM(EV_DELETE, 0x2)
CLAIM(IP_DONTFRAG, 67)
CLAIM(EV_ADD, 0x1)
CLAIM(EV_ENABLE, 0x4)
CLAIM(EV_DISABLE, 0x8)
CLAIM_SIZE(struct kevent, 64)
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
CLAIM_SIZE(struct xucred, 88)
CLAIM_OFFSET(struct xucred, cr_version, 0)
CLAIM_OFFSET(struct xucred, cr_uid, 4)
CLAIM_OFFSET(struct xucred, cr_ngroups, 8)
CLAIM_OFFSET(struct xucred, cr_groups, 12)
CLAIM_OFFSET(struct xucred, cr_pid, 80)

/* A declaration that differs from the header's does not compile. */
int issetugid(void);
int bindat(int, int, const struct sockaddr *, socklen_t);
int modfind(const char *);
int cap_rights_limit(int, const cap_rights_t *);
int __cap_rights_get(int, int, cap_rights_t *);
int cap_ioctls_limit(int, const unsigned long *, size_t);
bool cap_rights_contains(const cap_rights_t *, const cap_rights_t *);
int sysctlbyname(const char *, void *, size_t *, const void *, size_t);
int sysctl(const int *, unsigned, void *, size_t *, const void *, size_t);
int accept4(int, struct sockaddr *restrict, socklen_t *restrict, int);
