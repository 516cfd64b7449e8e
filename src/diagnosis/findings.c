/* SPDX-License-Identifier: ISC */
#include "findings.h"

#include <errno.h>
#include <string.h>

static const char left_out[] = "further findings are left out";

void
findings_init(struct findings *findings)
{
	findings->count = findings->length = 0;
	findings->is_full = false;
	findings->holder = HOLDER_UNKNOWN;
	findings->failure_count = 0;
}

/* The last place and the last bytes are those of LEFT_OUT. */
static bool
has_room(const struct findings *findings, size_t size)
{
	return findings->count < FINDINGS_MAX - 1
	    && size <= sizeof findings->bytes - sizeof left_out - findings->length;
}

static void
append(struct findings *findings, enum finding_severity severity, const char *bytes, size_t length,
    const char *end)
{
	char *text = findings->bytes + findings->length;
	size_t end_size = strlen(end) + 1;

	memcpy(text, bytes, length);
	memcpy(text + length, end, end_size);
	findings->length += length + end_size;
	findings->list[findings->count++] = (struct finding) { severity, text };
}

/* One line for all that are left out, as grave as the gravest of them. */
static void
leave_out(struct findings *findings, enum finding_severity severity)
{
	if (!findings->is_full)
		append(findings, severity, left_out, sizeof left_out - 1, "");
	else if (severity < findings->list[findings->count - 1].severity)
		findings->list[findings->count - 1].severity = severity;
	findings->is_full = true;
}

void
findings_add_text(struct findings *findings, enum finding_severity severity,
    const struct text *text)
{
	const char *end = text->cut ? "..." : "";

	if (findings->is_full || !has_room(findings, text->length + strlen(end) + 1))
		leave_out(findings, severity);
	else
		append(findings, severity, text->bytes, text->length, end);
}

void
findings_add(struct findings *findings, enum finding_severity severity, const char *format, ...)
{
	va_list arguments;
	struct text text;

	text_init(&text);
	va_start(arguments, format);
	text_vprintf(&text, format, arguments);
	va_end(arguments);
	findings_add_text(findings, severity, &text);
}

static void
foresee(struct findings *findings, const struct expected_failure *failure)
{
	for (size_t i = 0; i < findings->failure_count; i++)
		if (findings->failures[i].operation == failure->operation
		    && findings->failures[i].error == failure->error
		    && findings->failures[i].holder == failure->holder)
			return;
	if (findings->failure_count < EXPECTED_FAILURES_MAX)
		findings->failures[findings->failure_count++] = *failure;
}

void
findings_foresee(struct findings *findings, enum bindchain_operation operation, int error)
{
	foresee(findings, &(struct expected_failure) { operation, error, HOLDER_UNKNOWN });
}

void
findings_foresee_holder(struct findings *findings, enum bindchain_operation operation,
    enum address_holder holder)
{
	foresee(findings, &(struct expected_failure) { operation, EADDRINUSE, holder });
}
