/* SPDX-License-Identifier: ISC */
/* FreeBSD: sys/sys/capsicum.h, sys/sys/_types.h; the functions of lib/libc are here, since they
 * are no system calls. */
#ifndef OVERLAY_FREEBSD_SYS_CAPSICUM_H
#define OVERLAY_FREEBSD_SYS_CAPSICUM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CAP_READ 0x200000000000001ULL
#define CAP_WRITE 0x200000000000002ULL
#define CAP_FCNTL 0x200000000008000ULL
#define CAP_FSTAT 0x200000000080000ULL
#define CAP_ACCEPT 0x200000020000000ULL
#define CAP_CONNECT 0x200000080000000ULL
#define CAP_GETPEERNAME 0x200000100000000ULL
#define CAP_GETSOCKNAME 0x200000200000000ULL
#define CAP_GETSOCKOPT 0x200000400000000ULL
#define CAP_LISTEN 0x200000800000000ULL
#define CAP_SETSOCKOPT 0x200002000000000ULL
#define CAP_SHUTDOWN 0x200004000000000ULL
#define CAP_EVENT 0x400000000000020ULL
#define CAP_IOCTL 0x400000000000080ULL

struct cap_rights {
	uint64_t cr_rights[2];
};
typedef struct cap_rights cap_rights_t;

/* The bit from 57 on is that of the word. */
static inline cap_rights_t *
overlay_rights_add(cap_rights_t *rights, ...)
{
	va_list list;

	va_start(list, rights);
	for (uint64_t right; (right = va_arg(list, uint64_t));)
		rights->cr_rights[right >> 57 & 2 ? 1 : 0] |= right;
	va_end(list);
	return rights;
}

static inline cap_rights_t *
overlay_rights_clear(cap_rights_t *rights)
{
	*rights = (cap_rights_t) { { UINT64_C(1) << 57, UINT64_C(2) << 57 } };
	return rights;
}

static inline bool
cap_rights_contains(const cap_rights_t *big, const cap_rights_t *little)
{
	return !(little->cr_rights[0] & ~big->cr_rights[0])
	    && !(little->cr_rights[1] & ~big->cr_rights[1]);
}

#define cap_rights_init(rights, ...) \
	overlay_rights_add(overlay_rights_clear(rights), __VA_ARGS__, UINT64_C(0))
#define cap_rights_set(rights, ...) overlay_rights_add((rights), __VA_ARGS__, UINT64_C(0))
#define cap_rights_get(descriptor, rights) __cap_rights_get(0, (descriptor), (rights))

int cap_rights_limit(int descriptor, const cap_rights_t *rights);
int __cap_rights_get(int version, int descriptor, cap_rights_t *rights);
int cap_ioctls_limit(int descriptor, const unsigned long *commands, size_t count);

#endif
