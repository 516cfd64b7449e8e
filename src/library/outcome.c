/* SPDX-License-Identifier: ISC */
/* Outcomes as objects. */
#include <errno.h>
#include <stdlib.h>

#include "address.h"
#include "objects.h"

struct bindchain_outcome *
bindchain_outcome_new(int descriptor)
{
	struct bindchain_outcome *object = malloc(sizeof *object);
	int error;

	if (!object || outcome_read(descriptor, &object->outcome) == 0)
		return object;
	error = errno;
	free(object);
	errno = error;
	return NULL;
}

void
bindchain_outcome_free(struct bindchain_outcome *object)
{
	free(object);
}

static struct bindchain_fact
known(int value)
{
	return (struct bindchain_fact) { true, value };
}

static const struct bindchain_fact unknown;

struct bindchain_fact
bindchain_outcome_property(const struct bindchain_outcome *object,
    enum bindchain_property property)
{
	const struct outcome *outcome;

	if (!object)
		return unknown;
	outcome = &object->outcome;
	switch (property) {
	case BINDCHAIN_FAMILY:
		return outcome->address.length ? known(outcome->family) : unknown;
	case BINDCHAIN_TYPE:
		return known(outcome->type);
	case BINDCHAIN_LISTENING:
		return outcome->listening;
	case BINDCHAIN_QUEUE_LIMIT:
		return outcome->queue_limit;
	case BINDCHAIN_QUEUE_LENGTH:
		return outcome->queue_length;
	case BINDCHAIN_QUEUE_INCOMPLETE:
		return outcome->queue_incomplete;
	case BINDCHAIN_IS_NONBLOCKING:
		return known(outcome->nonblocking);
	case BINDCHAIN_IS_CLOSE_ON_EXEC:
		return known(outcome->close_on_exec);
	}
	return unknown;
}

struct bindchain_fact
bindchain_outcome_option(const struct bindchain_outcome *object, enum bindchain_option option)
{
	if (!object || (unsigned)option >= BINDCHAIN_OPTIONS)
		return unknown;
	return object->outcome.options[option];
}

const char *
bindchain_outcome_congestion(const struct bindchain_outcome *object)
{
	return object && object->outcome.options[BINDCHAIN_CONGESTION].known
	    ? object->outcome.congestion : NULL;
}

int
bindchain_outcome_address(const struct bindchain_outcome *object, struct sockaddr *address,
    socklen_t *length)
{
	if (object)
		return address_copy_out(&object->outcome.address, address, length);
	errno = EINVAL;
	return -1;
}

bool
bindchain_outcome_is_as_asked(const struct bindchain_outcome *object,
    const struct bindchain_request *request)
{
	return object && request && outcome_is_as_asked(&object->outcome, &request->request);
}
