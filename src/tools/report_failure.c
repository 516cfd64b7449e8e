/* SPDX-License-Identifier: ISC */
#include "report_failure.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "environment.h"
#include "error_section.h"
#include "exec_cause.h"
#include "failure.h"
#include "fatal.h"
#include "message.h"
#include "request.h"

/* For services that are restarted until the address is free. */
static bool
is_search_switched_off(void)
{
	const char *search = environment_get("BINDCHAIN_HOLDER_SEARCH");

	return search && strcmp(search, "off") == 0;
}

/* Keeps a line for each cause that is found; none without a request.  Returns what holds the
 * address. */
static enum address_holder
keep_causes(const struct text *prefix, const struct invocation *invocation,
    const struct bindchain_failure *failure)
{
	bool search = !invocation->no_holder_search && !is_search_switched_off();
	struct findings findings;

	/* If standard error was closed at start, the search for causes may open another file
	 * as descriptor 2. */
	if (!invocation->request.host || fcntl(STDERR_FILENO, F_GETFD) < 0)
		return HOLDER_UNKNOWN;
	diagnose_failure(&invocation->request, failure, &invocation->command->personality->words,
	    search, &findings);
	for (size_t i = 0; i < findings.count; i++) {
		struct text line = *prefix;
		text_add(&line, findings.list[i].text);
		message_keep(&line);
	}
	return findings.holder;
}

void
report_failure(const struct invocation *invocation, const struct bindchain_failure *failure)
{
	const struct personality *personality = invocation->command->personality;
	const struct request *request =
	    invocation->request.host ? &invocation->request : NULL;
	enum address_holder holder;
	struct text text, prefix;
	bool has_details;

	message_begin(&text, invocation, personality->fatal);
	has_details = personality->add_first_line(&text, invocation, failure);
	message_keep(&text);
	message_begin(&prefix, invocation, MESSAGE_INFO);
	text = prefix;
	if (!has_details && text_add_details(&text, failure, request))
		message_keep(&text);
	text = prefix;
	if (exec_cause_add(&text, invocation->next, failure))
		message_keep(&text);
	holder = keep_causes(&prefix, invocation, failure);
	error_section_keep(invocation, error_section_of(failure, request, holder));
	fatal_exit(invocation, personality->exit_status(failure));
}
