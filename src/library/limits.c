/* SPDX-License-Identifier: ISC */
/* The system's limits for listening sockets, and what they make of a backlog. */
#include <errno.h>
#include <stdlib.h>

#include "backlog_prediction.h"
#include "family_values.h"
#include "objects.h"
#include "observe.h"

struct bindchain_limits {
	struct backend_values values;
};

struct bindchain_limits *
bindchain_limits_new(void)
{
	struct bindchain_limits *limits = malloc(sizeof *limits);

	if (!limits)
		return NULL;
	backend_read_values(&limits->values);
	family_values_add(&limits->values);
	return limits;
}

void
bindchain_limits_free(struct bindchain_limits *limits)
{
	free(limits);
}

size_t
bindchain_limits_count(const struct bindchain_limits *limits)
{
	return limits ? limits->values.count : 0;
}

static const struct backend_value *
value_at(const struct bindchain_limits *limits, size_t index)
{
	static const struct backend_value none;

	return index < bindchain_limits_count(limits) ? &limits->values.list[index] : &none;
}

const char *
bindchain_limits_name(const struct bindchain_limits *limits, size_t index)
{
	return value_at(limits, index)->name;
}

const char *
bindchain_limits_value(const struct bindchain_limits *limits, size_t index)
{
	return value_at(limits, index)->current;
}

const char *
bindchain_limits_meaning(const struct bindchain_limits *limits, size_t index)
{
	return value_at(limits, index)->meaning;
}

/* ---- the backlog ---- */

struct bindchain_fact
bindchain_predict_backlog(const struct bindchain_request *object,
    enum bindchain_prediction what)
{
	const struct request *request = object_request(object);
	struct backlog_prediction prediction;

	if (!request || request->backlog == BINDCHAIN_NO_LISTEN)
		return (struct bindchain_fact) { 0 };
	backlog_predict(request, &prediction);
	switch (what) {
	case BINDCHAIN_PREDICTED_ARGUMENT:
		return (struct bindchain_fact) { true, prediction.becomes.passed };
	case BINDCHAIN_PREDICTED_QUEUE_LIMIT:
		return prediction.becomes.queue_limit;
	case BINDCHAIN_PREDICTED_ADMITTED:
		return prediction.becomes.admitted;
	case BINDCHAIN_PREDICTED_FILTERED:
		return prediction.becomes.filtered;
	}
	return (struct bindchain_fact) { 0 };
}

const char *
bindchain_backlog_limit(struct bindchain_fact *value)
{
	struct backend_limit limit;

	backend_backlog_limit(&limit);
	if (value)
		*value = limit.value;
	return limit.name;
}
