/* SPDX-License-Identifier: ISC */
#include "hint_lines.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "diagnosis.h"
#include "environment.h"
#include "message.h"

/* For services that are restarted until the address is free. */
static bool
is_search_switched_off(void)
{
	const char *search = environment_get("BINDCHAIN_HOLDER_SEARCH");

	return search && strcmp(search, "off") == 0;
}

void
hint_lines_keep(const struct text *prefix, const struct invocation *invocation,
    const struct bindchain_failure *failure)
{
	bool search = !invocation->no_holder_search && !is_search_switched_off();
	struct findings findings;

	/* If standard error was closed at start, the search for causes may open another file
	 * as descriptor 2. */
	if (!invocation->request.host || fcntl(STDERR_FILENO, F_GETFD) < 0)
		return;
	diagnose_failure(&invocation->request, failure, &invocation->command->personality->words,
	    search, &findings);
	for (size_t i = 0; i < findings.count; i++) {
		struct text line = *prefix;
		text_add(&line, findings.list[i].text);
		message_keep(&line);
	}
}
