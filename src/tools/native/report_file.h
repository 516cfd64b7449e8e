/* SPDX-License-Identifier: ISC */
/*
 * A report to a path: a regular file, which is replaced atomically and keeps owner
 * and mode, or a FIFO with a reader.  Nothing else is written or replaced, and no
 * symbolic link is followed.
 *
 * The directory is opened once.  The new file is made in a private directory in it
 * (path_removal.h), and exchanged with the old one; if that turns out to be another
 * object, it is moved back.
 */
#ifndef BINDCHAIN_REPORT_FILE_H
#define BINDCHAIN_REPORT_FILE_H

#include <stddef.h>

#include "command.h"
#include "path_place.h"

struct report_file {
	struct path_place place;
	int fifo; /* close-on-exec; -1: it is none */
};

/* Checks PATH without opening it. */
void report_file_check(const struct invocation *, const char *path);

/*
 * Opens the directory of PATH, and the FIFO if it is one, above the handover's
 * targets.
 */
void report_file_open(const struct invocation *, struct report_file *, const char *path);

/* Writes the report, and closes the descriptors.  Returns 0, or -1 with errno and the old
 * file unchanged: EAGAIN of a FIFO without room. */
int report_file_write(struct report_file *, const char *bytes, size_t length);

/*
 * Restores the old content of each replaced file, and removes new ones: for a process
 * that executes no next program.
 */
void report_files_undo(void);

#endif
