/* SPDX-License-Identifier: ISC */
/*
 * Replies of NETLINK_SOCK_DIAG.  Input: "4", "6" or "u" for what is asked for; each
 * reply with its length in front, low byte first.
 */
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "address.h"
#include "kernel.h"
#include "observe.h"
#include "sock_diag.h"

struct answer {
	const struct diag_question *question;
	uint64_t sum; /* of all that was visited */
};

static void
add(struct answer *answer, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		answer->sum = (answer->sum ^ ((const uint8_t *)bytes)[i]) * 1099511628211u;
}

static void
add_all(struct answer *answer, const struct backend_socket *found)
{
	const long long values[] = { found->address.length, found->type, found->state,
		found->interface, (long long)found->identity, found->uid_known, found->uid,
		found->v6only.known, found->v6only.value, found->queue_length.value,
		found->queue_limit.value, found->drops.value, (long long)found->path_inode,
		(long long)found->path_device };

	add(answer, values, sizeof values);
	add(answer, &found->address.storage, found->address.length);
}

static void
visit(void *context, const struct backend_socket *found)
{
	struct answer *answer = context;
	struct text text;

	require(found->address.length <= sizeof found->address.storage);
	if (answer->question->family == AF_UNIX)
		require(address_family(&found->address) == AF_UNIX);
	else
		require(address_is_internet(&found->address));
	text_init(&text);
	text_add_address(&text, &found->address);
	require_printable(text.bytes, text.length);
	require(!found->queue_length.known || found->queue_length.value >= 0);
	require(!found->queue_limit.known || found->queue_limit.value >= 0);
	add_all(answer, found);
}

static uint64_t
ask(const struct diag_question *question, struct input input, uint8_t behind)
{
	struct answer answer = { question, 0 };

	kernel_answer_from(&input);
	kernel_fill_with(behind);
	diag_visit(question, visit, &answer);
	return answer.sum;
}

/* Twice: nothing may come from behind a reply. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	uint8_t what = input_byte(&input);
	const struct diag_question question = { .family = what == '4' ? AF_INET
	        : what == '6' ? AF_INET6 : AF_UNIX,
		.protocol = what == 'u' ? 0 : IPPROTO_TCP, .states = ~0u, .port = 80 };

	require(ask(&question, input, 0x5a) == ask(&question, input, 0xa5));
	input_end();
	return 0;
}
