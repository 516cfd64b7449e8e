/* SPDX-License-Identifier: ISC */
#include "report_failure.h"

#include "failure.h"
#include "fatal.h"
#include "hint_lines.h"
#include "message.h"

void
report_failure(const struct invocation *invocation, const struct bindchain_failure *failure)
{
	const struct personality *personality = invocation->command->personality;
	const struct bindchain_request *request =
	    invocation->request.host ? &invocation->request : NULL;
	struct text text, prefix;
	bool has_details;

	message_begin(&text, invocation, personality->fatal);
	has_details = personality->add_first_line(&text, invocation, failure);
	message_keep(&text);
	message_begin(&prefix, invocation, MESSAGE_INFO);
	text = prefix;
	if (!has_details && text_add_details(&text, failure, request))
		message_keep(&text);
	hint_lines_keep(&prefix, invocation, failure);
	fatal_exit(invocation, personality->exit_status(failure));
}
