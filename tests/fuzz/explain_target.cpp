/* SPDX-License-Identifier: ISC */
/*
 * Command lines up to what explain says of them: text in printable lines, and JSON as a
 * strict parser wants it.  Input: the command and its arguments, a line each, up to a
 * null byte; what there is to be found, such as files and names.
 */
#include "kernel.h"

extern "C" {
#include "command.h"
#include "explanation.h"
#include "leaving.h"
}

#include "json_texts.h"

namespace {

void
check_text(const struct invocation *invocation)
{
	size_t length;

	kernel_forget_output();
	explain_as_text(invocation);
	const char *bytes = kernel_output(&length);
	require_lines(bytes, length);
}

void
check_json(const struct invocation *invocation)
{
	size_t length;

	kernel_forget_output();
	explain_as_json(invocation);
	const char *bytes = kernel_output(&length);
	auto texts = JsonTexts::of(bytes, length);
	/* The schema and the system stand before it. */
	require(texts.size() > 2 && texts[2] == invocation->command->name);
}

void
prepare(void *context)
{
	auto *invocation = static_cast<struct invocation *>(context);
	invocation->command->prepare(invocation);
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	const uint8_t *end = static_cast<const uint8_t *>(std::memchr(data, 0, size));
	struct input line = { data, end ? static_cast<size_t>(end - data) : size };
	const struct command *command = command_find(input_text(&line, '\n', 64));
	struct words words;

	input_words(&line, &words);
	input.at += end ? end - data + 1 : static_cast<ptrdiff_t>(size);
	input.left -= end ? static_cast<size_t>(end - data + 1) : size;
	kernel_answer_from(&input);
	if (command && command->prepare) {
		struct invocation invocation = {};
		invocation.command = command;
		invocation.argv = words.argv;
		/* More sockets are explained as these are, and do not fit in the output. */
		if (leaving_status(prepare, &invocation) == LEAVING_NOT
		    && invocation.request_count <= 32) {
			check_text(&invocation);
			check_json(&invocation);
		}
	}
	input_end();
	return 0;
}
