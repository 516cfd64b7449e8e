/* SPDX-License-Identifier: ISC */
/* A failure as one line. */
#include "failure_text.h"

#include <errno.h>
#include <string.h>

#include "backend.h"
#include "failure.h"
#include "objects.h"

/* That of the library is there wherever a sentence needs it, but a path may be empty; a
 * failure of a caller's own may lack it. */
static const char *
subject_of(const struct bindchain_failure *failure)
{
	if (failure->subject && failure->subject[0])
		return failure->subject;
	if (failure->operation == BINDCHAIN_RESOLVE)
		return "getaddrinfo";
	return failure->subject ? "path \"\"" : "?";
}

static void
add_unsupported(struct text *text, const struct bindchain_failure *failure)
{
	text_printf(text, "%s is not supported on %s", subject_of(failure), backend_system);
	if (failure->reason)
		text_printf(text, ": %s", failure->reason);
	if (failure->hint)
		text_printf(text, "; %s", failure->hint);
}

/* Sentences that take the subject for granted. */
static bool
needs_subject(const struct bindchain_failure *failure)
{
	return failure->operation == BINDCHAIN_RESOLVE || failure->operation == BINDCHAIN_PATH
	    || failure->operation == BINDCHAIN_REQUIREMENT
	    || failure->operation == BINDCHAIN_INHERITED;
}

/* Has it what the sentence tells of it? */
static bool
has_place(const struct request *request, const struct bindchain_failure *failure)
{
	if (failure->operation == BINDCHAIN_RESOLVE)
		return request->host && request->service;
	if (request->kind == BINDCHAIN_NETLINK || request->kind == BINDCHAIN_NETLINK_RAW)
		return request->host;
	return request->path || request->address.length > 0;
}

static void
add_invalid(struct text *text, const struct bindchain_failure *failure)
{
	char cause[ERROR_TEXT_SIZE];

	text_printf(text, "%s: %s", subject_of(failure),
	    failure->reason ? failure->reason : failure_cause(failure, cause));
}

void
failure_add_text(struct text *text, const struct bindchain_failure *failure,
    const struct request *request)
{
	struct bindchain_failure shown = *failure;

	if (request && !has_place(request, failure))
		request = NULL;
	if (needs_subject(failure))
		shown.subject = subject_of(failure);
	switch (failure->operation) {
	case BINDCHAIN_NOTHING:
		text_printf(text, "no failure");
		break;
	case BINDCHAIN_UNSUPPORTED:
		add_unsupported(text, failure);
		break;
	case BINDCHAIN_EXEC:
		text_printf(text, "exec ");
		text_add_failure(text, failure, NULL);
		break;
	case BINDCHAIN_INVALID:
		add_invalid(text, failure);
		break;
	default:
		text_add_failure(text, &shown, request);
		break;
	}
}

/* As snprintf(3) does. */
static size_t
copy_text(struct text *text, char *buffer, size_t size)
{
	const char *string = text_string(text);
	size_t length = text->length, copied = length < size ? length : size - 1;

	if (size > 0) {
		memcpy(buffer, string, copied);
		buffer[copied] = '\0';
	}
	return length;
}

size_t
bindchain_failure_text(const struct bindchain_failure *failure,
    const struct bindchain_request *object, char *buffer, size_t size)
{
	struct text text;

	text_init(&text);
	if (!buffer)
		size = 0;
	if (failure_is_known(failure))
		failure_add_text(&text, failure, object_request(object));
	else
		errno = EINVAL;
	return copy_text(&text, buffer, size);
}
