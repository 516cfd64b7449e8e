/* SPDX-License-Identifier: ISC */
/* The objects of the library: what they hold besides what the core works on. */
#ifndef BINDCHAIN_OBJECTS_H
#define BINDCHAIN_OBJECTS_H

#include <stddef.h>

#include "outcome.h"
#include "request.h"
#include "socket_path.h"

/* A request that owns its strings. */
struct bindchain_request {
	struct request request;
	char *host, *service, *path, *device, *congestion,
	    *symlink; /* what REQUEST borrows */
	char *unknown_device; /* what the last failure of bindchain_set_device() borrows */
	struct made_path made; /* of the last socket that was opened */
	char *made_text;       /* what MADE borrows */
};

/* What the core works on; NULL if there is none. */
static inline const struct request *
object_request(const struct bindchain_request *object)
{
	return object ? &object->request : NULL;
}

struct bindchain_outcome {
	struct outcome outcome;
};

#endif
