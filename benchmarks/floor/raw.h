/* SPDX-License-Identifier: ISC */
/*
 * The system without a C library: a program's entry and the few calls that
 * floor.c and next.c make.  System V psABI of x86-64 (A.2.1), and syscall(2) for
 * the registers of both processors.
 */
#ifndef FLOOR_RAW_H
#define FLOOR_RAW_H

#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)

__asm__(".text\n"
        ".globl _start\n"
        "_start:\n"
        "	xor %ebp, %ebp\n"
        "	mov %rsp, %rdi\n"
        "	and $-16, %rsp\n"
        "	call raw_main\n");

static inline long
raw_call(long number, long a, long b, long c, long d, long e)
{
	register long fourth __asm__("r10") = d;
	register long fifth __asm__("r8") = e;
	long result;

	__asm__ volatile("syscall"
	                 : "=a"(result)
	                 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth)
	                 : "rcx", "r11", "memory");
	return result;
}

#elif defined(__aarch64__)

__asm__(".text\n"
        ".globl _start\n"
        "_start:\n"
        "	mov x29, xzr\n"
        "	mov x30, xzr\n"
        "	mov x0, sp\n"
        "	bl raw_main\n");

static inline long
raw_call(long number, long a, long b, long c, long d, long e)
{
	register long eighth __asm__("x8") = number;
	register long first __asm__("x0") = a;
	register long second __asm__("x1") = b;
	register long third __asm__("x2") = c;
	register long fourth __asm__("x3") = d;
	register long fifth __asm__("x4") = e;

	__asm__ volatile("svc 0"
	                 : "+r"(first)
	                 : "r"(eighth), "r"(second), "r"(third), "r"(fourth), "r"(fifth)
	                 : "memory");
	return first;
}

#else
#error "raw.h knows the system calls of x86-64 and aarch64 only"
#endif

static inline int
raw_close(int descriptor)
{
	return (int)raw_call(SYS_close, descriptor, 0, 0, 0, 0);
}

static inline int
raw_socket(int family, int type, int protocol)
{
	return (int)raw_call(SYS_socket, family, type, protocol, 0, 0);
}

static inline int
raw_setsockopt(int descriptor, int level, int name, const void *value, socklen_t size)
{
	return (int)raw_call(SYS_setsockopt, descriptor, level, name, (long)value, (long)size);
}

static inline int
raw_bind(int descriptor, const struct sockaddr *address, socklen_t length)
{
	return (int)raw_call(SYS_bind, descriptor, (long)address, (long)length, 0, 0);
}

static inline int
raw_listen(int descriptor, int backlog)
{
	return (int)raw_call(SYS_listen, descriptor, backlog, 0, 0, 0);
}

static inline int
raw_getpid(void)
{
	return (int)raw_call(SYS_getpid, 0, 0, 0, 0, 0);
}

static inline int
raw_execve(const char *path, char *const argv[], char *const environment[])
{
	return (int)raw_call(SYS_execve, (long)path, (long)argv, (long)environment, 0, 0);
}

static inline int
raw_exit(int status)
{
	return (int)raw_call(SYS_exit_group, status, 0, 0, 0, 0);
}

#endif
