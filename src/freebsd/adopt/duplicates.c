/* SPDX-License-Identifier: ISC */
/*
 * The kernel lists the descriptors of this process, each socket with the address of its
 * protocol's part: kern/kern_descrip.c, kern/sys_socket.c, soo_fill_kinfo().  No malloc(3):
 * bind(2) is async-signal-safe.
 */
#include <sys/types.h>

#include "adopt.h"

#include <stddef.h>
#include <sys/mman.h>
#include <sys/sysctl.h>
#include <sys/user.h>
#include <unistd.h>

struct list {
	char *records;
	size_t room, size;
};

/* Records that may come while the list is read. */
#define ROOM_TO_GROW (8 * sizeof(struct kinfo_file))

static void
open_list(struct list *list)
{
	int name[] = { CTL_KERN, KERN_PROC, KERN_PROC_FILEDESC, getpid() };
	const unsigned length = sizeof name / sizeof *name;

	*list = (struct list) { MAP_FAILED, 0, 0 };
	if (sysctl(name, length, NULL, &list->room, NULL, 0) != 0)
		return;
	list->room += ROOM_TO_GROW;
	list->records = mmap(NULL, list->room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1,
	    0);
	list->size = list->room;
	if (list->records == MAP_FAILED
	    || sysctl(name, length, list->records, &list->size, NULL, 0) != 0)
		list->size = 0;
}

static void
close_list(const struct list *list)
{
	if (list->records != MAP_FAILED)
		munmap(list->records, list->room);
}

#define SOCKET_END (offsetof(struct kinfo_file, kf_un.kf_sock.kf_sock_pcb) + sizeof(uint64_t))

/* Of the record at AT: 0 if it is none of a socket. */
static uintptr_t
identity_at(const struct list *list, size_t at)
{
	const struct kinfo_file *file = (const void *)(list->records + at);

	return file->kf_fd >= 0 && file->kf_type == KF_TYPE_SOCKET
	        && (size_t)file->kf_structsize >= SOCKET_END
	    ? (uintptr_t)file->kf_un.kf_sock.kf_sock_pcb : 0;
}

static int
descriptor_at(const struct list *list, size_t at)
{
	return ((const struct kinfo_file *)(const void *)(list->records + at))->kf_fd;
}

/* Records of varying length, each of which begins with its size. */
static bool
is_record(const struct list *list, size_t at, size_t *next)
{
	size_t rest = list->size - at, step;

	if (rest < offsetof(struct kinfo_file, kf_fd) + sizeof(int))
		return false;
	step = (size_t)((const struct kinfo_file *)(const void *)(list->records + at))->kf_structsize;
	*next = at + step;
	return step >= offsetof(struct kinfo_file, kf_fd) + sizeof(int) && step <= rest;
}

static uintptr_t
find_identity(const struct list *list, int descriptor)
{
	for (size_t at = 0, next; is_record(list, at, &next); at = next)
		if (descriptor_at(list, at) == descriptor)
			return identity_at(list, at);
	return 0;
}

uintptr_t
socket_identity(int descriptor)
{
	struct list list;
	uintptr_t identity;

	open_list(&list);
	identity = find_identity(&list, descriptor);
	close_list(&list);
	return identity;
}

int
duplicates_find(int descriptor, int found[DUPLICATES_MAX])
{
	struct list list;
	uintptr_t identity;
	int count = 0;

	open_list(&list);
	identity = find_identity(&list, descriptor);
	for (size_t at = 0, next; identity && is_record(&list, at, &next); at = next)
		if (count < DUPLICATES_MAX && identity_at(&list, at) == identity
		    && descriptor_at(&list, at) != descriptor)
			found[count++] = descriptor_at(&list, at);
	close_list(&list);
	return count;
}
