/* SPDX-License-Identifier: ISC */
/* FreeBSD: sys/sys/user.h.  Of a record of KERN_PROC_FILEDESC what begins it, and a socket's
 * handle; records are as long as kf_structsize says. */
#ifndef OVERLAY_FREEBSD_SYS_USER_H
#define OVERLAY_FREEBSD_SYS_USER_H

#include <stdint.h>

#define KF_TYPE_SOCKET 2

struct kinfo_file {
	int kf_structsize;
	int kf_type;
	int kf_fd;
	union {
		struct {
			uint64_t kf_sock_pcb;
		} kf_sock;
	} kf_un;
};

#endif
