/* SPDX-License-Identifier: ISC */
/*
 * A program that was compiled with this version's header, run with a later library:
 *     canary VERSION OPTIONS
 * which has that version and so many options.  The library writes nothing beyond the
 * structures of the caller.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bindchain.h>

#define GUARD 256

/* What the library may write to, between bytes that it may not. */
struct guarded {
	unsigned char before[GUARD];
	union {
		struct bindchain_failure failure;
		struct sockaddr_in address;
		enum bindchain_option option;
		struct bindchain_fact fact;
		char text[20];
	} is;
	unsigned char after[GUARD];
};

static void
stop(const char *what, int number)
{
	fprintf(stderr, "canary: %s (%d)\n", what, number);
	exit(1);
}

static void
guard(struct guarded *guarded)
{
	memset(guarded, 0xa5, sizeof *guarded);
}

/* SIZE: of what was between the guards. */
static void
look(const struct guarded *guarded, size_t size, const char *after)
{
	const unsigned char *bytes = (const unsigned char *)guarded;

	for (size_t i = 0; i < sizeof *guarded; i++)
		if (bytes[i] != 0xa5 && (i < GUARD || i >= GUARD + size))
			stop(after, (int)i);
}

/* Every way to fail fills a failure, and only that. */
static void
fail(struct bindchain_request *request, int option)
{
	struct guarded guarded;
	struct bindchain_failure *failure = &guarded.is.failure;

	guard(&guarded);
	/* Every int is a mark of 32 bits. */
	if (option != BINDCHAIN_MARK && (bindchain_set_option(request,
	        (enum bindchain_option)option, BINDCHAIN_REQUIRED, -2, failure) == 0
	    || failure->operation != BINDCHAIN_INVALID || !failure->subject))
		stop("a value of -2 is valid", option);
	look(&guarded, sizeof *failure, "bindchain_set_option writes too much");
	guard(&guarded);
	if (bindchain_set_path(request, "", failure) == 0)
		stop("an empty path is valid", option);
	look(&guarded, sizeof *failure, "bindchain_set_path writes too much");
	guard(&guarded);
	if (bindchain_open(request, failure) >= 0 || failure->descriptor != -1)
		stop("a socket without an address is open", option);
	look(&guarded, sizeof *failure, "bindchain_open writes too much");
}

static void
check_address(const struct bindchain_request *request, const struct bindchain_outcome *outcome)
{
	struct guarded guarded;
	socklen_t length = sizeof guarded.is.address;

	guard(&guarded);
	if (bindchain_get_address(request, (struct sockaddr *)&guarded.is.address, &length) != 0
	    || length != sizeof guarded.is.address)
		stop("there is no address", (int)length);
	look(&guarded, length, "bindchain_get_address writes too much");
	guard(&guarded);
	if (bindchain_outcome_address(outcome, (struct sockaddr *)&guarded.is.address, &length) != 0)
		stop("the socket has no address", (int)length);
	look(&guarded, length, "bindchain_outcome_address writes too much");
}

/* Texts are truncated to the buffer. */
static void
check_text(const struct bindchain_request *request)
{
	struct guarded guarded;
	struct bindchain_failure failure;

	if (bindchain_handover_new(~0u, 3, 1, NULL, NULL, &failure))
		stop("unknown flags are valid", (int)failure.operation);
	for (size_t size = 0; size <= sizeof guarded.is.text; size++) {
		guard(&guarded);
		if (bindchain_failure_text(&failure, request, guarded.is.text, size)
		    <= sizeof guarded.is.text)
			stop("the text fits", (int)size);
		look(&guarded, size, "bindchain_failure_text writes too much");
	}
}

/* Functions that fill a failure or a fact, beside those of options. */
static void
check_others(struct bindchain_request *request)
{
	struct guarded guarded;

	guard(&guarded);
	if (bindchain_plan_new(NULL, &guarded.is.failure))
		stop("NULL has a plan", 0);
	look(&guarded, sizeof guarded.is.failure, "bindchain_plan_new writes too much");
	guard(&guarded);
	if (bindchain_handover_new(~0u, 3, 1, NULL, NULL, &guarded.is.failure))
		stop("unknown flags are valid", 1);
	look(&guarded, sizeof guarded.is.failure, "bindchain_handover_new writes too much");
	guard(&guarded);
	if (bindchain_execute(NULL, NULL, &guarded.is.failure) != -1)
		stop("nothing is executed", 0);
	look(&guarded, sizeof guarded.is.failure, "bindchain_execute writes too much");
	guard(&guarded);
	if (!bindchain_backlog_limit(&guarded.is.fact))
		stop("no limit", 0);
	look(&guarded, sizeof guarded.is.fact, "bindchain_backlog_limit writes too much");
	check_text(request);
}

/* OPTION, whatever it is, as a program would that lists all options. */
static void
open_with(int option)
{
	struct bindchain_request *request = bindchain_request_new(BINDCHAIN_TCP);
	struct bindchain_outcome *outcome;
	struct bindchain_failure failure;
	struct guarded found;
	int descriptor;

	fail(request, option);
	guard(&found);
	if (bindchain_option_find(bindchain_option_name((enum bindchain_option)option),
	        &found.is.option) != 0 || (int)found.is.option != option)
		stop("an option is not found by its name", option);
	look(&found, sizeof found.is.option, "bindchain_option_find writes too much");
	/* The least of a segment's size is 88. */
	if (option != BINDCHAIN_DEVICE && option != BINDCHAIN_CONGESTION
	    && bindchain_set_option(request, (enum bindchain_option)option, BINDCHAIN_PREFERRED,
	           option == BINDCHAIN_MAX_SEGMENT ? 88 : 1, &failure) != 0)
		stop("an option cannot be set", option);
	if (bindchain_resolve(request, "127.0.0.1", "0", 0, &failure) != 0
	    || (descriptor = bindchain_open(request, &failure)) < 0)
		stop("no socket", option);
	outcome = bindchain_outcome_new(descriptor);
	check_address(request, outcome);
	check_others(request);
	if (strncmp(bindchain_option_name((enum bindchain_option)option), "later-", 6) == 0
	    && atoi(bindchain_option_name((enum bindchain_option)option) + 6) % 2 == 0
	    && bindchain_outcome_option(outcome, (enum bindchain_option)option).value != 1)
		stop("an option of the later library is not set", option);
	bindchain_outcome_free(outcome);
	if (bindchain_close(request, descriptor, &failure) != 0)
		stop("the socket is not closed", option);
	bindchain_request_free(request);
}

int
main(int argc, char **argv)
{
	int options = 0;

	if (argc != 3 || strcmp(bindchain_version(), argv[1]) != 0)
		stop("the library has another version", argc);
	while (bindchain_option_name((enum bindchain_option)options))
		open_with(options++);
	if (options != atoi(argv[2]))
		stop("other options than expected", options);
	return 0;
}
