/* SPDX-License-Identifier: ISC */
/* What else FreeBSD has and Linux lacks. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/user.h>
#include <unistd.h>

int
issetugid(void)
{
	return getenv("FAKE_SETUGID") != NULL;
}

int
bindat(int directory, int descriptor, const struct sockaddr *address, socklen_t length)
{
	(void)directory;
	return bind(descriptor, address, length);
}

/* The kernel shortens a record to what it has, kern/kern_descrip.c, pack_kinfo(); this is whole. */
static struct kinfo_file
record_of(int descriptor, const struct stat *status)
{
	return (struct kinfo_file) { .kf_structsize = sizeof(struct kinfo_file),
		.kf_type = S_ISSOCK(status->st_mode) ? KF_TYPE_SOCKET : 1, .kf_fd = descriptor,
		.kf_un.kf_sock.kf_sock_pcb = status->st_ino };
}

static int
tell_path(char *path, size_t *size)
{
	ssize_t length = readlink("/proc/self/exe", path, *size - 1);

	if (length < 0)
		return -1;
	path[length] = '\0';
	*size = (size_t)length + 1;
	return 0;
}

/* KERN_PROC_PATHNAME and KERN_PROC_FILEDESC. */
int
sysctl(const int *name, unsigned count, void *old_value, size_t *old_size, const void *new_value,
    size_t new_size)
{
	struct kinfo_file *records = old_value;
	size_t room = records ? *old_size / sizeof *records : 0, found = 0;
	struct stat status;

	(void)new_value;
	(void)new_size;
	if (count == 4 && name[2] == KERN_PROC_PATHNAME && name[3] == -1)
		return tell_path(old_value, old_size);
	if (count != 4 || name[2] != KERN_PROC_FILEDESC || name[3] != getpid()) {
		errno = ENOENT;
		return -1;
	}
	for (int descriptor = 0; descriptor < 4096; descriptor++) {
		if (fstat(descriptor, &status) != 0)
			continue;
		if (found < room)
			records[found] = record_of(descriptor, &status);
		found += !records || found < room;
	}
	*old_size = found * sizeof *records;
	return 0;
}
