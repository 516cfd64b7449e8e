/* SPDX-License-Identifier: ISC */
/* A plan as lines of text, which are composed at once: the request may change later. */
#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "objects.h"
#include "plan_words.h"
#include "request_check.h"

struct bindchain_plan {
	size_t count;
	char *texts[PLAN_STEPS_MAX];
};

/* Returns false if there is no memory. */
static bool
add_text(struct bindchain_plan *texts, const struct plan *plan, const struct plan_step *step)
{
	struct text text;
	char *copy;

	text_init(&text);
	text_add_step(&text, plan, step);
	copy = strdup(text_string(&text));
	texts->texts[texts->count] = copy;
	texts->count += copy != NULL;
	return copy;
}

static struct bindchain_plan *
make_texts(const struct plan *plan)
{
	struct bindchain_plan *texts = calloc(1, sizeof *texts);

	for (size_t i = 0; texts && i < plan->count; i++) {
		if (add_text(texts, plan, &plan->steps[i]))
			continue;
		bindchain_plan_free(texts);
		texts = NULL;
	}
	return texts;
}

struct bindchain_plan *
bindchain_plan_new(const struct bindchain_request *object, struct bindchain_failure *failure)
{
	const struct request *request = object_request(object);
	struct bindchain_failure unwanted;
	struct bindchain_plan *texts;
	struct plan plan;

	if (!failure)
		failure = &unwanted;
	if (request_check(request, failure) != 0 || plan_make(&plan, request, failure) != 0)
		return NULL;
	texts = make_texts(&plan);
	if (!texts)
		failure_set(failure, BINDCHAIN_ALLOCATE, ENOMEM);
	return texts;
}

void
bindchain_plan_free(struct bindchain_plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; i < plan->count; i++)
		free(plan->texts[i]);
	free(plan);
}

size_t
bindchain_plan_count(const struct bindchain_plan *plan)
{
	return plan ? plan->count : 0;
}

const char *
bindchain_plan_text(const struct bindchain_plan *plan, size_t index)
{
	return plan && index < plan->count ? plan->texts[index] : NULL;
}
