/* SPDX-License-Identifier: ISC */
/* Darwin: xnu, bsd/sys/event.h. */
#ifndef OVERLAY_DARWIN_SYS_EVENT_H
#define OVERLAY_DARWIN_SYS_EVENT_H

#include <stdint.h>
#include <time.h>

#define EVFILT_READ (-1)
#define EVFILT_WRITE (-2)

#define EV_ADD 0x0001
#define EV_DELETE 0x0002
#define EV_ENABLE 0x0004
#define EV_DISABLE 0x0008

struct kevent {
	uintptr_t ident;
	short filter;
	unsigned short flags;
	unsigned fflags;
	intptr_t data;
	void *udata;
};

struct kevent64_s {
	uint64_t ident;
	int16_t filter;
	uint16_t flags;
	uint32_t fflags;
	int64_t data;
	uint64_t udata;
	uint64_t ext[2];
};

int kqueue(void);
int kevent(int queue, const struct kevent *changes, int change_count, struct kevent *events,
    int event_count, const struct timespec *timeout);
int kevent64(int queue, const struct kevent64_s *changes, int change_count,
    struct kevent64_s *events, int event_count, unsigned flags, const struct timespec *timeout);

#endif
