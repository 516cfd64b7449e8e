/* SPDX-License-Identifier: ISC */
#include "hint_lines.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "environment.h"
#include "hints.h"
#include "holders.h"
#include "message.h"

static void
keep_line(void *context, const struct text *line)
{
	struct text whole = *(const struct text *)context;

	text_add_text(&whole, line);
	message_keep(&whole);
}

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
	struct text copy = *prefix;
	const struct line_sink sink = { keep_line, &copy };

	/* If standard error was closed at start, the search for causes may open another file
	 * as descriptor 2. */
	if (!invocation->request.host || fcntl(STDERR_FILENO, F_GETFD) < 0)
		return;
	hints_give(&invocation->request, failure, &invocation->command->personality->words,
	    &sink);
	if (!invocation->no_holder_search && !is_search_switched_off())
		holders_explain(&invocation->request, failure, &sink);
}
