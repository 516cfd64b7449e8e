/* SPDX-License-Identifier: ISC */
/* What a diagnosis finds, as an object. */
#include "diagnosis.h"

#include <errno.h>
#include <stdlib.h>

#include "failure.h"
#include "failure_text.h"
#include "foreseen_conflicts.h"
#include "objects.h"
#include "plan.h"
#include "request_check.h"

struct bindchain_findings {
	struct findings found;
};

/* A diagnosis names no options of command lines. */
static const struct diagnosis_words no_words;

static struct bindchain_findings *
refuse(void)
{
	errno = EINVAL;
	return NULL;
}

/* Has REQUEST what such a failure is about?  A program may pass any two. */
static bool
can_be_examined(const struct request *request, const struct bindchain_failure *failure)
{
	struct bindchain_failure incomplete;

	switch (failure->operation) {
	case BINDCHAIN_RESOLVE:
	case BINDCHAIN_CHECK_INTERFACES:
		return request->host && request->service;
	case BINDCHAIN_OPEN_DIRECTORY:
	case BINDCHAIN_CLEAR_PATH:
	case BINDCHAIN_FIND_PATH:
	case BINDCHAIN_CHOWN:
	case BINDCHAIN_CHMOD:
	case BINDCHAIN_MKFIFO:
	case BINDCHAIN_OPEN:
		return request->path;
	default:
		return request_check(request, &incomplete) == 0
		    && (failure->operation != BINDCHAIN_REQUIREMENT || failure->subject);
	}
}

struct bindchain_findings *
bindchain_diagnose(const struct bindchain_request *object,
    const struct bindchain_failure *failure, unsigned flags)
{
	const struct request *request = object_request(object);
	struct bindchain_findings *findings;

	if (!request || !failure_is_known(failure) || flags > BINDCHAIN_NO_SEARCH)
		return refuse();
	findings = malloc(sizeof *findings);
	if (!findings)
		return NULL;
	findings_init(&findings->found);
	if (can_be_examined(request, failure))
		diagnose_failure(request, failure, &no_words, !(flags & BINDCHAIN_NO_SEARCH),
		    &findings->found);
	return findings;
}

/* A required option that this system lacks. */
static void
foresee_plan(const struct request *request, struct plan *plan, struct findings *findings)
{
	struct bindchain_failure failure;
	struct text text;

	if (plan_make(plan, request, &failure) == 0)
		return;
	text_init(&text);
	failure_add_text(&text, &failure, request);
	findings_add_text(findings, FINDING_OBSTACLE, &text);
}

/* What a prediction needs: too much for the stack of a thread. */
struct prediction {
	struct plan plan;
	struct foreseen_conflicts conflicts;
};

struct bindchain_findings *
bindchain_foresee(const struct bindchain_request *object, unsigned flags)
{
	const struct request *request = object_request(object);
	struct bindchain_failure failure;
	struct bindchain_findings *findings;
	struct prediction *prediction;

	if (flags > BINDCHAIN_NO_SEARCH || request_check(request, &failure) != 0)
		return refuse();
	findings = malloc(sizeof *findings);
	prediction = malloc(sizeof *prediction);
	if (findings && prediction) {
		diagnose_request(request, 0, &no_words, !(flags & BINDCHAIN_NO_SEARCH),
		    &prediction->conflicts, &findings->found);
		foresee_plan(request, &prediction->plan, &findings->found);
	} else {
		free(findings);
		findings = NULL;
	}
	free(prediction);
	return findings;
}

void
bindchain_findings_free(struct bindchain_findings *findings)
{
	free(findings);
}

size_t
bindchain_findings_count(const struct bindchain_findings *findings)
{
	return findings ? findings->found.count : 0;
}

const char *
bindchain_findings_text(const struct bindchain_findings *findings, size_t index)
{
	return index < bindchain_findings_count(findings) ? findings->found.list[index].text : NULL;
}

int
bindchain_findings_severity(const struct bindchain_findings *findings, size_t index)
{
	static const int severities[] = {
		[FINDING_OBSTACLE] = BINDCHAIN_OBSTACLE,
		[FINDING_WARNING] = BINDCHAIN_WARNING,
		[FINDING_REMARK] = BINDCHAIN_REMARK,
	};

	if (index < bindchain_findings_count(findings))
		return severities[findings->found.list[index].severity];
	errno = EINVAL;
	return -1;
}
