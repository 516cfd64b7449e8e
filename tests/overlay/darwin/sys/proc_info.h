/* SPDX-License-Identifier: ISC */
/* Darwin: xnu, bsd/sys/proc_info.h.  Of its structures only the members that
 * bear on listening, and a handle, under their own names. */
#ifndef OVERLAY_DARWIN_SYS_PROC_INFO_H
#define OVERLAY_DARWIN_SYS_PROC_INFO_H

#include <stdint.h>
#include <sys/socket.h>

#define PROC_PIDLISTFDS 1
#define PROC_PIDFDSOCKETINFO 3
#define PROX_FDTYPE_SOCKET 2

struct proc_fdinfo {
	int32_t proc_fd;
	uint32_t proc_fdtype;
};

struct socket_info {
	uint64_t soi_so;
	int soi_type;
	int soi_protocol;
	int soi_family;
	/* SO_ACCEPTCONN is a bit of them there; Linux's number is no bit, but no
	 * other option is reported here. */
	short soi_options;
	short soi_qlen;
	short soi_incqlen;
	short soi_qlimit;
};

struct socket_fdinfo {
	struct socket_info psi;
};

#endif
