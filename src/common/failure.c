/* SPDX-License-Identifier: ISC */
#include "failure.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>

#include "address.h"
#include "backend.h"
#include "compat.h"
#include "request.h"
#include "socket_option.h"

void
failure_set(struct bindchain_failure *failure, enum bindchain_operation operation, int error)
{
	memset(failure, 0, sizeof *failure);
	failure->operation = operation;
	failure->error = error;
	failure->descriptor = -1;
}

bool
failure_is_refusal(const struct bindchain_failure *failure)
{
	return (failure->error == EACCES || failure->error == EPERM)
	    && (failure->operation == BINDCHAIN_SOCKET || failure->operation == BINDCHAIN_BIND
	        || failure->operation == BINDCHAIN_LISTEN);
}

const char *
failure_cause(const struct bindchain_failure *failure, char buffer[ERROR_TEXT_SIZE])
{
	if (failure->error)
		return error_text(failure->error, buffer);
	if (failure->resolver)
		return gai_strerror(failure->resolver);
	return failure->reason ? failure->reason : "unknown cause";
}

/* The calls, in the words of their manual pages. */
#define OPERATION_SIZE 20
#define TEXT(text) FIXED_TEXT(OPERATION_SIZE, text)
static const char operation_texts[][OPERATION_SIZE] = {
	[BINDCHAIN_NOTHING] = TEXT("nothing"),
	[BINDCHAIN_RESOLVE] = TEXT("getaddrinfo"),
	[BINDCHAIN_CHECK_INTERFACES] = TEXT("getifaddrs"),
	[BINDCHAIN_PATH] = TEXT("path"),
	[BINDCHAIN_UNSUPPORTED] = TEXT("not supported"),
	[BINDCHAIN_SOCKET] = TEXT("socket"),
	[BINDCHAIN_FCNTL] = TEXT("fcntl"),
	[BINDCHAIN_SETSOCKOPT] = TEXT("setsockopt"),
	[BINDCHAIN_OPEN_DIRECTORY] = TEXT("open directory"),
	[BINDCHAIN_CLEAR_PATH] = TEXT("bind"),
	[BINDCHAIN_FIND_PATH] = TEXT("bind"),
	[BINDCHAIN_EXCLUSIVE] = TEXT("exclusive"),
	[BINDCHAIN_BIND] = TEXT("bind"),
	[BINDCHAIN_CHOWN] = TEXT("chown"),
	[BINDCHAIN_CHMOD] = TEXT("chmod"),
	[BINDCHAIN_LISTEN] = TEXT("listen"),
	[BINDCHAIN_REQUIREMENT] = TEXT("require"),
	[BINDCHAIN_MKFIFO] = TEXT("mkfifo"),
	[BINDCHAIN_OPEN] = TEXT("open"),
	[BINDCHAIN_INHERITED] = TEXT("LISTEN_FDS"),
	[BINDCHAIN_PLACE] = TEXT("dup2 to"),
	[BINDCHAIN_ENVIRONMENT] = TEXT("set variable"),
	[BINDCHAIN_EXEC] = TEXT("exec"),
	[BINDCHAIN_WRITE] = TEXT("write to"),
	[BINDCHAIN_INVALID] = TEXT("request"),
	[BINDCHAIN_ALLOCATE] = TEXT("allocate"),
	[BINDCHAIN_FIND_INTERFACE] = TEXT("if_nametoindex"),
	[BINDCHAIN_CLOSE] = TEXT("close"),
	[BINDCHAIN_RECEIVE] = TEXT("receive"),
	[BINDCHAIN_LIMIT_RIGHTS] = TEXT("cap_rights_limit"),
};

bool
failure_is_known(const struct bindchain_failure *failure)
{
	return failure && (size_t)failure->operation
	    < sizeof operation_texts / sizeof *operation_texts;
}

const char *
request_place(const struct request *request, char text[ADDRESS_TEXT_SIZE])
{
	/* Distinguishes a file from an abstract name, as address_path() does. */
	if (request->path && request->path[0] == '@' && backend_has_abstract_names) {
		strlcpy(text, "./", ADDRESS_TEXT_SIZE);
		strlcat(text, request->path, ADDRESS_TEXT_SIZE);
		return text;
	}
	if (request->path)
		return request->path;
	if (request->kind == BINDCHAIN_NETLINK || request->kind == BINDCHAIN_NETLINK_RAW)
		return request->host;
	if (kind_is_vsock(request->kind) && !request->address.length && request->host)
		return request->host; /* where there is no vsock */
	return address_text(&request->address, text);
}

/* The subject of some failures is the call itself. */
static bool
is_subject_call(const struct bindchain_failure *failure)
{
	return failure->subject && (failure->operation == BINDCHAIN_BIND
	    || failure->operation == BINDCHAIN_CLEAR_PATH
	    || failure->operation == BINDCHAIN_FIND_PATH
	    || failure->operation == BINDCHAIN_OPEN_DIRECTORY);
}

/* The subject is the link to the path. */
static bool
is_about_link(const struct bindchain_failure *failure, const struct request *request)
{
	return failure->subject && request && failure->subject == request->symlink;
}

static void
add_call(struct text *text, const struct bindchain_failure *failure,
    const struct request *request)
{
	char place[ADDRESS_TEXT_SIZE], cause[ERROR_TEXT_SIZE];

	if (is_about_link(failure, request))
		text_printf(text, "symlink ");
	if (!is_subject_call(failure))
		text_printf(text, "%s%s", operation_texts[failure->operation],
		    failure->subject ? " " : "");
	text_printf(text, "%s", failure->subject ? failure->subject : "");
	if (is_subject_call(failure) && failure->operation == BINDCHAIN_OPEN_DIRECTORY)
		text_printf(text, " directory");
	if (failure->descriptor >= 0)
		text_printf(text, " descriptor %d", failure->descriptor);
	if (request)
		text_printf(text, " %s %s", kind_text(request->kind), request_place(request, place));
	text_printf(text, ": %s", failure_cause(failure, cause));
}

/* "require backlog of TCP 127.0.0.1:80: at least 1024, but it is 128". */
static void
add_requirement(struct text *text, const struct bindchain_failure *failure,
    const struct request *request)
{
	const char *least = strcmp(failure->subject, "port") == 0 ? "" : "at least ";
	char place[ADDRESS_TEXT_SIZE], number[NUMBER_TEXT_SIZE];

	text_printf(text, "require %s", failure->subject);
	if (request)
		text_printf(text, " of %s %s", kind_text(request->kind),
		    request_place(request, place));
	text_printf(text, ": %s%d, but it is %s", least, failure->demanded,
	    failure->given.known ? number_text(failure->given.value, number) : "unknown");
}

static void
add_inherited(struct text *text, const struct bindchain_failure *failure)
{
	char cause[ERROR_TEXT_SIZE];

	text_printf(text, "LISTEN_FDS");
	if (failure->subject)
		text_printf(text, "=%s", failure->subject);
	if (failure->descriptor < 0)
		text_printf(text, ": %s", failure_cause(failure, cause));
	else
		text_printf(text, ": descriptor %d is not open", failure->descriptor);
}

/* The whole path, or the last component where that alone is in the address, or an abstract name
 * after its @. */
static void
add_excess(struct text *text, const struct bindchain_failure *failure)
{
	bool is_whole = strlen(failure->subject) == address_path_max + failure->excess;
	const char *what = is_whole ? "a Unix socket's path"
	    : failure->subject[0] == '@' ? "an abstract name"
	                                 : "the last component of a Unix socket's path";

	text_printf(text, "%s: %zu byte%s longer than %s can be (%zu)",
	    failure->subject, failure->excess, failure->excess == 1 ? "" : "s", what,
	    address_path_max);
}

bool
text_add_details(struct text *text, const struct bindchain_failure *failure,
    const struct request *request)
{
	switch (failure->operation) {
	case BINDCHAIN_RESOLVE:
		if (!failure->reason)
			return false;
		text_printf(text, "%s: %s", failure->subject, failure->reason);
		return true;
	case BINDCHAIN_CHECK_INTERFACES:
		if (!failure->error)
			return false;
		add_call(text, failure, NULL);
		return true;
	case BINDCHAIN_UNSUPPORTED:
		if (!failure->hint)
			return false;
		text_printf(text, "%s", failure->hint);
		return true;
	case BINDCHAIN_PATH:
		if (failure->error != ENAMETOOLONG)
			return false;
		add_excess(text, failure);
		return true;
	case BINDCHAIN_INHERITED:
		add_inherited(text, failure);
		return true;
	case BINDCHAIN_REQUIREMENT:
		add_requirement(text, failure, request);
		return true;
	case BINDCHAIN_EXEC:
		return false;
	default:
		add_call(text, failure, request);
		return true;
	}
}

bool
text_add_failure(struct text *text, const struct bindchain_failure *failure,
    const struct request *request)
{
	char cause[ERROR_TEXT_SIZE];

	if (failure->operation != BINDCHAIN_UNSUPPORTED
	    && text_add_details(text, failure, request))
		return true;
	if (failure->operation == BINDCHAIN_RESOLVE && request)
		text_printf(text, "%s %s: ", request->host, request->service);
	else if (failure->subject)
		text_printf(text, "%s: ", failure->subject);
	text_printf(text, "%s", failure_cause(failure, cause));
	return false;
}
