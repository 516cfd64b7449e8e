/* SPDX-License-Identifier: ISC */
#include "proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

bool
proc_file_read(const char *path, char *text, size_t size)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t n = -1;

	if (descriptor < 0)
		return false;
	while (length < size - 1) {
		n = read(descriptor, text + length, size - 1 - length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		length += (size_t)n;
	}
	close(descriptor);
	if (n < 0)
		return false;
	if (length && text[length - 1] == '\n')
		length--;
	text[length] = '\0';
	return true;
}
