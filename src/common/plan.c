/* SPDX-License-Identifier: ISC */
#include "plan.h"

#include <netinet/in.h>

#include "address.h"
#include "failure.h"
#include "option.h"

static struct plan_step *
add_step(struct plan *plan, enum plan_call call)
{
	struct plan_step *step = &plan->steps[plan->count++];

	step->call = call;
	return step;
}

static void
plan_socket(struct plan *plan)
{
	const struct bindchain_request *request = plan->request;
	bool is_udp = request->kind == BINDCHAIN_UDP;
	unsigned birth = (request->nonblocking ? BACKEND_NONBLOCKING : 0)
	    | (request->close_on_exec ? BACKEND_CLOSE_ON_EXEC : 0);
	int flags = backend_birth_flags(birth);
	struct plan_step *step;

	if (request->descriptor == 0)
		add_step(plan, PLAN_CLOSE)->is.descriptor = 0;
	step = add_step(plan, PLAN_SOCKET);
	step->is.socket.family = address_family(&request->address);
	step->is.socket.type = (is_udp ? SOCK_DGRAM : SOCK_STREAM) | flags;
	step->is.socket.protocol = is_udp ? IPPROTO_UDP : IPPROTO_TCP;
	if (request->close_on_exec && !flags)
		add_step(plan, PLAN_SETFD);
	if (request->nonblocking && !flags)
		add_step(plan, PLAN_SETFL);
}

static int
unsupported(enum bindchain_option asked, const struct backend_spelling *spelling,
    struct bindchain_failure *failure)
{
	failure_set(failure, BINDCHAIN_UNSUPPORTED, 0);
	failure->subject = option_table[asked].name;
	failure->reason = spelling->reason;
	failure->hint = spelling->alternative;
	return -1;
}

static int
plan_option(struct plan *plan, enum bindchain_option asked, enum backend_moment moment,
    struct bindchain_failure *failure)
{
	const struct bindchain_setting *setting = &plan->request->options[asked];
	struct backend_spelling spelling;

	if (setting->want == BINDCHAIN_UNASKED)
		return 0;
	backend_spell(plan->request, asked, setting->value, &spelling);
	if (spelling.is_default)
		return 0;
	if (!spelling.count && setting->want == BINDCHAIN_REQUIRED)
		return unsupported(asked, &spelling, failure);
	if (!spelling.count)
		plan->passed_over |= 1u << asked;
	for (size_t i = 0; i < spelling.count; i++) {
		struct plan_step *step;
		if (spelling.calls[i].moment != moment)
			continue;
		step = add_step(plan, PLAN_SETSOCKOPT);
		step->is.setsockopt.asked = asked;
		step->is.setsockopt.option = spelling.calls[i];
	}
	return 0;
}

static int
plan_options(struct plan *plan, enum backend_moment moment, struct bindchain_failure *failure)
{
	for (int asked = 0; asked < BINDCHAIN_OPTIONS; asked++)
		if (plan_option(plan, (enum bindchain_option)asked, moment, failure) != 0)
			return -1;
	return 0;
}

/* What listen(2) gets; the limit plays no part in it. */
static int
listen_argument(int backlog)
{
	static const struct bindchain_fact unknown = { 0 };
	struct backend_backlog becomes;

	backend_backlog(backlog, &unknown, &becomes);
	return becomes.passed;
}

int
plan_make(struct plan *plan, const struct bindchain_request *request,
    struct bindchain_failure *failure)
{
	plan->request = request;
	plan->count = 0;
	plan->passed_over = 0;
	plan_socket(plan);
	if (plan_options(plan, BACKEND_BEFORE_BIND, failure) != 0)
		return -1;
	add_step(plan, PLAN_BIND);
	if (request->backlog == BINDCHAIN_NO_LISTEN)
		return 0;
	add_step(plan, PLAN_LISTEN)->is.backlog = listen_argument(request->backlog);
	return plan_options(plan, BACKEND_AFTER_LISTEN, failure);
}
