/* SPDX-License-Identifier: ISC */
/* A program that links libbindchain as it is installed: opens a socket, and looks at it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bindchain.h>
#include <bindchain/sd-daemon.h>

/* A program's own functions may have names that the library has inside. */
int plan_make(void);
int perform(void);
size_t text_printf(void);

int
plan_make(void)
{
	abort();
}

int
perform(void)
{
	abort();
}

size_t
text_printf(void)
{
	abort();
}

static int
fail(const char *what)
{
	fprintf(stderr, "consumer: %s\n", what);
	return 1;
}

static int
is_listening(int descriptor)
{
	struct bindchain_outcome *outcome = bindchain_outcome_new(descriptor);
	struct bindchain_fact fact = bindchain_outcome_property(outcome, BINDCHAIN_LISTENING);

	bindchain_outcome_free(outcome);
	return fact.known && fact.value;
}

int
main(void)
{
	struct bindchain_request *request = bindchain_request_new(BINDCHAIN_TCP);
	struct bindchain_failure failure;
	int descriptor, closed;

	if (strcmp(bindchain_version(), BINDCHAIN_VERSION) != 0)
		return fail("the library has another version than the header");
	if (sd_listen_fds(0) != 0)
		return fail("this program has inherited sockets");
	if (bindchain_resolve(request, "127.0.0.1", "0", 0, &failure) != 0)
		return fail("the address is not set");
	descriptor = bindchain_open(request, &failure);
	if (descriptor < 0 || !is_listening(descriptor))
		return fail("there is no listening socket");
	closed = bindchain_close(request, descriptor, &failure);
	bindchain_request_free(request);
	return closed == 0 ? 0 : fail("the socket is not closed");
}
