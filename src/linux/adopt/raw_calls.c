/* SPDX-License-Identifier: ISC */
/* Calls by syscall(2), as of programs that are older than the C library's function. */
#include "adopt.h"

#include <sys/syscall.h>

/* include/uapi/asm-generic/unistd.h; newer than some C libraries' headers. */
#ifndef SYS_close_range
#define SYS_close_range (SYS_pidfd_open + 2)
#endif

/* glibc has it from 2.34 on, musl not. */
int
close_numbers(unsigned first, unsigned last, int flags)
{
	return (int)real_syscall(SYS_close_range, (long)first, (long)last, flags, 0, 0, 0);
}

/* NOLINTBEGIN(performance-no-int-to-ptr): so syscall(2) has them */
long
adopt_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	switch (number) {
#ifdef SYS_bind
	case SYS_bind:
		return adopt_bind((int)a, (const struct sockaddr *)b, (socklen_t)c);
	case SYS_listen:
		return adopt_listen((int)a, (int)b);
	case SYS_setsockopt:
		return adopt_setsockopt((int)a, (int)b, (int)c, (const void *)d, (socklen_t)e);
#endif
#ifdef SYS_dup2
	case SYS_dup2:
		return adopt_dup2((int)a, (int)b);
#endif
#ifdef SYS_unlink
	case SYS_unlink:
		return adopt_unlink((const char *)a);
#endif
	case SYS_close_range:
		return adopt_close_range((unsigned)a, (unsigned)b, (int)c);
	case SYS_close:
		return adopt_close((int)a);
	case SYS_dup3:
		return adopt_dup3((int)a, (int)b, (int)c);
	case SYS_unlinkat:
		return adopt_unlinkat((int)a, (const char *)b, (int)c);
	case SYS_epoll_ctl:
		return adopt_epoll_ctl((int)a, (int)b, (int)c, (struct epoll_event *)d);
	case SYS_execve:
		return adopt_execve((const char *)a, (char *const *)b, (char *const *)c);
	case SYS_execveat:
		return adopt_execveat((int)a, (const char *)b, (char *const *)c, (char *const *)d, (int)e);
	default:
		return real_syscall(number, a, b, c, d, e, f);
	}
}
/* NOLINTEND(performance-no-int-to-ptr) */
