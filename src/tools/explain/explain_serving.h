/* SPDX-License-Identifier: ISC */
/* The explanation of a command that accepts connections, for its two writers. */
#ifndef BINDCHAIN_EXPLAIN_SERVING_H
#define BINDCHAIN_EXPLAIN_SERVING_H

#include "json.h"
#include "serving.h"

/* All but the next program.  Both return whether the command can succeed. */
bool explain_serving_as_text(const struct serving *);
bool explain_serving_as_json(struct json *, const struct serving *);

#endif
