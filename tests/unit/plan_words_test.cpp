/* SPDX-License-Identifier: ISC */
/* The words of a plan's steps. */
#include "core.h"

/* In C a structure and a function may share a name. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
extern "C" {
#include "plan_words.h"
}
#pragma GCC diagnostic pop

#include <gtest/gtest.h>

namespace {

TEST(PlanWords, EveryStepHasThem)
{
	struct request request;
	struct bindchain_failure failure;
	struct plan plan = {};

	request_init(&request, BINDCHAIN_UNIX_STREAM);
	ASSERT_EQ(request_set_path(&request, "/run/socket", &failure), 0);
	plan.request = &request;
	request.symlink = "/run/link";
	for (int call = 0; call < PLAN_CALLS; call++) {
		struct plan_words words;
		struct text text;
		plan.steps[0].call = static_cast<enum plan_call>(call);
		if (call == PLAN_MAKE_DIRECTORY)
			plan.steps[0].is.directory = &request.directory;
		plan_words(&words, &plan, &plan.steps[0]);
		ASSERT_NE(words.call, nullptr) << call;
		text_init(&text);
		text_add_step(&text, &plan, &plan.steps[0]);
		EXPECT_EQ(std::string(text.bytes, text.length).rfind(words.call + std::string("("), 0),
		    0u) << call;
	}
}

} // namespace
