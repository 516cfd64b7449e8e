/* SPDX-License-Identifier: ISC */
/*
 * A listener of `bindchain listen` up to its plan.  Input: its option in the first line,
 * "tcp" and the like; the address and its settings up to a null byte; what names are
 * found as.
 */
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "fatal.h"
#include "kernel.h"
#include "listener.h"
#include "leaving.h"
#include "native.h"
#include "plan.h"
#include "request.h"
#include "sockopt.h"

static enum bindchain_kind
kind_of(const char *option)
{
	static const struct {
		const char *name;
		enum bindchain_kind kind;
	} kinds[] = {
		{ "tcp", BINDCHAIN_TCP }, { "udp", BINDCHAIN_UDP },
		{ "unix", BINDCHAIN_UNIX_STREAM }, { "unix-dgram", BINDCHAIN_UNIX_DATAGRAM },
		{ "unix-seqpacket", BINDCHAIN_UNIX_SEQPACKET }, { "netlink", BINDCHAIN_NETLINK },
		{ "vsock", BINDCHAIN_VSOCK_STREAM }, { "vsock-seqpacket", BINDCHAIN_VSOCK_SEQPACKET },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(option, kinds[i].name) == 0)
			return kinds[i].kind;
	return BINDCHAIN_TCP;
}

static void
refuse(void *context)
{
	static const struct invocation invocation = { .command = &listen_command };
	const struct listener_problem *problem = context;

	fatal(&invocation, "%s%s", problem->text, problem->word ? problem->word : "");
}

/* The words that the native command has for it. */
static void
check_words(struct listener_problem *problem, const struct request *request,
    const struct bindchain_failure *failure)
{
	struct text text;

	if (failure->operation == BINDCHAIN_NOTHING) {
		require(problem->text);
		require(leaving_status(refuse, problem) == NATIVE_EXIT_USAGE);
		return;
	}
	text_init(&text);
	text_add_details(&text, failure, request);
	require_printable(text.bytes, text.length);
}

static void
check_plan(const struct request *request)
{
	struct bindchain_failure failure;
	struct plan plan;

	if (plan_make(&plan, request, &failure) != 0) {
		require(failure.operation == BINDCHAIN_UNSUPPORTED && failure.reason);
		return;
	}
	require(plan.count > 0 && plan.count <= PLAN_STEPS_MAX);
	for (size_t i = 0; i < plan.count; i++)
		if (plan.steps[i].call == PLAN_SETSOCKOPT)
			require(plan.steps[i].is.setsockopt.option.name_text[0]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	enum bindchain_kind kind = kind_of(input_text(&input, '\n', 16));
	struct listener_problem problem = { 0 };
	struct bindchain_failure failure;
	struct listener_list list = { 0 };
	char *text = input_text(&input, 0, 1024);

	kernel_answer_from(&input);
	if (!listener_read(&list, kind, text, &problem, &failure))
		check_words(&problem, &list.current.request, &failure);
	for (int i = 0; i < list.count; i++)
		check_plan(&list.all[i].request);
	free(list.all);
	input_end();
	return 0;
}
