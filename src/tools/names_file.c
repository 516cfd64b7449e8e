/* SPDX-License-Identifier: ISC */
#include "names_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

struct search {
	const char *name;
	size_t matched; /* bytes of NAME, in this line */
	bool differs;   /* this line */
	bool found;
};

/* A line may continue in the next SIZE bytes. */
static void
search_bytes(struct search *search, const char *bytes, size_t size)
{
	for (const char *c = bytes; c < bytes + size; c++) {
		if (*c == '\n') {
			search->matched = 0;
			search->differs = false;
		} else if (!search->differs) {
			const char next = search->name[search->matched++];
			search->found = search->found || (!next && *c == ':');
			search->differs = !next || *c != next;
		}
	}
}

int
names_file_search(const char *file, const char *name, bool *found)
{
	int descriptor = open(file, O_RDONLY | O_CLOEXEC), error = 0;
	struct search search = { .name = name };
	char bytes[4096];
	ssize_t size;

	*found = false;
	if (descriptor < 0)
		return errno == ENOENT ? 0 : errno;
	while ((size = read(descriptor, bytes, sizeof bytes)) > 0)
		search_bytes(&search, bytes, (size_t)size);
	if (size < 0)
		error = errno;
	close(descriptor);
	*found = search.found;
	return error;
}
