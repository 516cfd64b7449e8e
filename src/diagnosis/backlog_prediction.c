/* SPDX-License-Identifier: ISC */
#include "backlog_prediction.h"

void
backlog_predict(const struct request *request, struct backlog_prediction *prediction)
{
	struct backend_backlog *becomes = &prediction->becomes;
	struct backend_overflow *overflow = &prediction->overflow;

	*prediction = (struct backlog_prediction) { 0 };
	backend_backlog_limit(&prediction->limit);
	backend_judge_backlog(request->backlog, &prediction->limit.value, becomes);
	backend_judge_overflow(request, becomes, overflow);
	if (overflow->doubt || overflow->begins == BACKEND_OVERFLOW_NONE)
		becomes->admitted.known = false;
	if (overflow->begins == BACKEND_OVERFLOW_NONE)
		becomes->queue_limit.known = false;
}
