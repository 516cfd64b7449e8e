/* SPDX-License-Identifier: ISC */
/* FreeBSD: sys/sys/user.h.  What begins a record of KERN_PROC_FILEDESC; records
 * are as long as kf_structsize says. */
#ifndef OVERLAY_FREEBSD_SYS_USER_H
#define OVERLAY_FREEBSD_SYS_USER_H

struct kinfo_file {
	int kf_structsize;
	int kf_type;
	int kf_fd;
};

#endif
