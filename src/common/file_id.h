/* SPDX-License-Identifier: ISC */
/* What distinguishes an object of a file system from all others that exist at that time. */
#ifndef BINDCHAIN_FILE_ID_H
#define BINDCHAIN_FILE_ID_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

struct file_id {
	dev_t device;
	ino_t inode;
};

static inline struct file_id
file_id_of(const struct stat *status)
{
	struct file_id id = { status->st_dev, status->st_ino };

	return id;
}

/* Whether STATUS is of that object. */
static inline bool
file_id_is(const struct file_id *id, const struct stat *status)
{
	return status->st_dev == id->device && status->st_ino == id->inode;
}

#endif
