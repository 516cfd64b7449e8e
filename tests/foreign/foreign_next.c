/* SPDX-License-Identifier: ISC */
/* What the next program gets, and how it is found. */
#include <sys/types.h>

#include "chain.h"
#include "handover.h"
#include "kernel.h"
#include "words.h"

static const char *
operation_name(enum bindchain_operation operation)
{
	switch (operation) {
	case BINDCHAIN_INHERITED: return "inherited ";
	case BINDCHAIN_PLACE: return "place ";
	case BINDCHAIN_ENVIRONMENT: return "environment ";
	default: kernel_trap("an operation that no test expects");
	}
}

int
foreign_hand_over(int descriptor, int systemd, int upstart, char *bytes, size_t size)
{
	static const struct handover_sockets nameless = { .count = 1 };
	unsigned conventions = (systemd ? HANDOVER_SYSTEMD : 0) | (upstart ? HANDOVER_UPSTART : 0);
	struct bindchain_failure failure;
	struct handover handover;
	struct words words;

	words_begin(&words, bytes, size);
	if (handover_to_listen_fds(&handover, conventions, &nameless, &failure) == 0
	    && handover_perform(&handover, descriptor, &failure) == 0)
		return handover.target;
	words_add(&words, operation_name(failure.operation));
	if (failure.descriptor >= 0)
		words_add_number(&words, failure.descriptor);
	else
		words_add(&words, failure.subject);
	words_add(&words, " ");
	words_add(&words, failure.error ? kernel_error_name(failure.error) : failure.reason);
	return -1;
}

void
foreign_chain(const char *program, char *bytes, size_t size)
{
	char name[128], *arguments[] = { name, NULL };
	struct bindchain_failure failure;
	struct words words, copy;

	words_begin(&words, bytes, size);
	words_begin(&copy, name, sizeof name);
	words_add(&copy, program);
	if (chain_execute(arguments, false, &failure) == 0)
		kernel_trap("a chain that stays although it may not");
	words_add(&words, kernel_error_name(failure.error));
}
