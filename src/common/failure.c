/* SPDX-License-Identifier: ISC */
#include "failure.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>

#include "address.h"
#include "socket_option.h"

void
failure_set(struct bindchain_failure *failure, enum bindchain_operation operation, int error)
{
	memset(failure, 0, sizeof *failure);
	failure->operation = operation;
	failure->error = error;
	failure->descriptor = -1;
}

void
text_add_cause(struct text *text, const struct bindchain_failure *failure)
{
	if (failure->error)
		text_add(text, strerror(failure->error));
	else if (failure->resolver)
		text_add(text, gai_strerror(failure->resolver));
	else if (failure->reason)
		text_add(text, failure->reason);
	else
		text_add(text, "unknown cause");
}

/* The call, in the words of its manual page. */
static const char *
operation_text(enum bindchain_operation operation)
{
#define TEXT(text) FIXED_TEXT(sizeof *texts, text)
	static const char texts[][16] = {
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
	};

	return texts[operation];
}

void
text_add_place(struct text *text, const struct bindchain_request *request)
{
	if (request->path)
		text_add_visible(text, request->path);
	else if (request->kind == BINDCHAIN_NETLINK || request->kind == BINDCHAIN_NETLINK_RAW)
		text_add_visible(text, request->host);
	else
		text_add_address(text, &request->address);
}

static void
add_call(struct text *text, const struct bindchain_failure *failure,
    const struct bindchain_request *request)
{
	bool is_call = failure->operation == BINDCHAIN_CLEAR_PATH
	    || failure->operation == BINDCHAIN_FIND_PATH;

	if (!is_call || !failure->subject)
		text_add(text, operation_text(failure->operation));
	if (failure->subject) {
		text_add(text, is_call ? "" : " ");
		text_add_visible(text, failure->subject);
	}
	if (failure->descriptor >= 0) {
		text_add(text, " descriptor ");
		text_add_number(text, failure->descriptor);
	}
	if (request) {
		text_add(text, " ");
		text_add(text, kind_text(request->kind));
		text_add(text, " ");
		text_add_place(text, request);
	}
	text_add(text, ": ");
	text_add_cause(text, failure);
}

static void
add_path(struct text *text, const struct bindchain_failure *failure)
{
	text_add_visible(text, failure->subject);
	text_add(text, ": longer by ");
	text_add_number(text, (long long)failure->excess);
	text_add(text, " than the ");
	text_add_number(text, (long long)address_path_max);
	text_add(text, " bytes that a Unix socket's path can have here");
}

/* "require backlog TCP 127.0.0.1:80: at least 1024, but it is 128". */
static void
add_requirement(struct text *text, const struct bindchain_failure *failure,
    const struct bindchain_request *request)
{
	text_add(text, "require ");
	text_add(text, failure->subject);
	if (request) {
		text_add(text, " of ");
		text_add(text, kind_text(request->kind));
		text_add(text, " ");
		text_add_place(text, request);
	}
	text_add(text, strcmp(failure->subject, "backlog") == 0 ? ": at least " : ": ");
	text_add_number(text, failure->demanded);
	text_add(text, ", but it is ");
	if (failure->given.known)
		text_add_number(text, failure->given.value);
	else
		text_add(text, "unknown");
}

static void
add_inherited(struct text *text, const struct bindchain_failure *failure)
{
	if (failure->descriptor < 0) {
		text_add(text, "LISTEN_FDS is \"");
		text_add_visible(text, failure->subject);
		text_add(text, "\"");
		return;
	}
	text_add(text, "LISTEN_FDS claims descriptor ");
	text_add_number(text, failure->descriptor);
	text_add(text, ", which is not open");
}

bool
text_add_details(struct text *text, const struct bindchain_failure *failure,
    const struct bindchain_request *request)
{
	switch (failure->operation) {
	case BINDCHAIN_RESOLVE:
		if (!failure->reason)
			return false;
		text_add_visible(text, failure->subject);
		text_add(text, ": ");
		text_add(text, failure->reason);
		return true;
	case BINDCHAIN_CHECK_INTERFACES:
		if (!failure->error)
			return false;
		add_call(text, failure, NULL);
		return true;
	case BINDCHAIN_UNSUPPORTED:
		if (!failure->hint)
			return false;
		text_add(text, failure->hint);
		return true;
	case BINDCHAIN_PATH:
		if (failure->error != ENAMETOOLONG)
			return false;
		add_path(text, failure);
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
