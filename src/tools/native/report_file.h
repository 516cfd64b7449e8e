/* SPDX-License-Identifier: ISC */
/*
 * A report to a path: a regular file, which is replaced as a whole and gets the
 * old one's owner and mode, or a FIFO that has a reader.  Nothing else is written
 * to or replaced, and no symbolic link is followed.
 *
 * The directory is opened once.  The new file is made in a directory of our own in
 * there (path_removal.h), and exchanged with the old one: should that turn out to be
 * something else, it is put back.
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

/* Looks at PATH and opens nothing.  Returns 0, or the exit status with the message
 * printed. */
int report_file_check(const struct invocation *, const char *path);

/*
 * Opens the directory of PATH, and the FIFO if it is one, above the handover's
 * targets.  Returns 0, or the exit status with the message printed.
 */
int report_file_open(const struct invocation *, struct report_file *, const char *path);

/* Writes the report, and closes what is open.  Returns 0, or -1 with errno and what
 * was there unchanged. */
int report_file_write(struct report_file *, const char *bytes, size_t length);

/*
 * Gives each file that was replaced its old content back, and removes those that
 * are new: for a process that no program takes over from.
 */
void report_files_undo(void);

#endif
