/* SPDX-License-Identifier: ISC */
/* What this system will make of the backlog of a request. */
#ifndef BINDCHAIN_BACKLOG_PREDICTION_H
#define BINDCHAIN_BACKLOG_PREDICTION_H

#include "observe.h"

struct backlog_prediction {
	struct backend_limit limit;     /* of the system */
	struct backend_backlog becomes; /* admitted is unknown where it is in doubt */
	struct backend_overflow overflow;
};

/* For a REQUEST that listens.  Reads sysctls, opens no socket. */
void backlog_predict(const struct request *, struct backlog_prediction *);

#endif
