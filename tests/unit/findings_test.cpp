/* SPDX-License-Identifier: ISC */
/* The bounded array of what a diagnosis finds. */
#include "core.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace {

const char left_out[] = "further findings are left out";

class Findings : public testing::Test {
protected:
	Findings() { findings_init(&findings_); }
	std::string last() const { return findings_.list[findings_.count - 1].text; }
	finding_severity last_severity() const
	{
		return findings_.list[findings_.count - 1].severity;
	}
	/* Until one is left out; each with its number. */
	size_t fill(const std::string &words)
	{
		size_t added = 0;

		while (last_is_own())
			findings_add(&findings_, FINDING_WARNING, "%zu %s", added++, words.c_str());
		return added - 1;
	}

	struct findings findings_;

private:
	bool last_is_own() const { return findings_.count == 0 || last() != left_out; }
};

TEST_F(Findings, AreSentencesInTheOrderInWhichTheyWereAdded)
{
	struct text text;

	findings_add(&findings_, FINDING_WARNING, "%s: port %u", "a\nb", 80U);
	text_init(&text);
	text_printf(&text, "composed");
	findings_add_text(&findings_, FINDING_OBSTACLE, &text);
	ASSERT_EQ(findings_.count, 2U);
	EXPECT_STREQ(findings_.list[0].text, "a\\012b: port 80");
	EXPECT_EQ(findings_.list[0].severity, FINDING_WARNING);
	EXPECT_STREQ(findings_.list[1].text, "composed");
	EXPECT_EQ(findings_.list[1].severity, FINDING_OBSTACLE);
}

TEST_F(Findings, HaveEachExpectedFailureOnce)
{
	findings_foresee(&findings_, BINDCHAIN_BIND, EACCES);
	findings_foresee_holder(&findings_, BINDCHAIN_BIND, HOLDER_WILDCARD);
	findings_foresee(&findings_, BINDCHAIN_BIND, EACCES);
	findings_foresee(&findings_, BINDCHAIN_BIND, EADDRINUSE);
	ASSERT_EQ(findings_.failure_count, 3U);
	EXPECT_EQ(findings_.failures[0].operation, BINDCHAIN_BIND);
	EXPECT_EQ(findings_.failures[0].error, EACCES);
	EXPECT_EQ(findings_.failures[0].holder, HOLDER_UNKNOWN);
	EXPECT_EQ(findings_.failures[1].error, EADDRINUSE);
	EXPECT_EQ(findings_.failures[1].holder, HOLDER_WILDCARD);
	EXPECT_EQ(findings_.failures[2].holder, HOLDER_UNKNOWN);
	for (int error = 0; error < 1000; error++)
		findings_foresee(&findings_, BINDCHAIN_BIND, error);
	EXPECT_EQ(findings_.failure_count, static_cast<size_t>(EXPECTED_FAILURES_MAX));
}

TEST_F(Findings, ThatAreTooManyAreLeftOutAndThatIsSaid)
{
	EXPECT_EQ(fill("short"), FINDINGS_MAX - 1U);
	ASSERT_EQ(findings_.count, static_cast<size_t>(FINDINGS_MAX));
	for (size_t i = 0; i + 1 < findings_.count; i++)
		EXPECT_EQ(findings_.list[i].text, std::to_string(i) + " short");
	EXPECT_EQ(last(), left_out);
}

TEST_F(Findings, ThatAreTooLongAreLeftOutAndThatIsSaid)
{
	for (size_t length = 1150; length <= 1200; length++) {
		findings_init(&findings_);
		size_t added = fill(std::string(length, 'x'));
		ASSERT_EQ(findings_.count, added + 1);
		/* Each has a digit, a space and a null byte too; and the last must fit. */
		EXPECT_EQ(added, (FINDINGS_SIZE - sizeof left_out) / (length + 3)) << length;
		EXPECT_EQ(findings_.list[added - 1].text,
		    std::to_string(added - 1) + " " + std::string(length, 'x'));
	}
}

/* Whether a call is certain to fail is asked of the severities. */
TEST_F(Findings, ThatAreLeftOutHaveTheSeverityOfTheGravest)
{
	fill("short");
	EXPECT_EQ(last_severity(), FINDING_WARNING);
	findings_add(&findings_, FINDING_REMARK, "remark");
	EXPECT_EQ(last_severity(), FINDING_WARNING);
	findings_add(&findings_, FINDING_OBSTACLE, "obstacle");
	EXPECT_EQ(last_severity(), FINDING_OBSTACLE);
	findings_add(&findings_, FINDING_WARNING, "warning");
	EXPECT_EQ(last_severity(), FINDING_OBSTACLE);
	EXPECT_EQ(findings_.count, static_cast<size_t>(FINDINGS_MAX));
	EXPECT_EQ(last(), left_out);
}

/* A shorter one after it would look as if nothing was missing before it. */
TEST_F(Findings, NothingIsAddedOnceOneIsLeftOut)
{
	size_t added = fill(std::string(1200, 'x'));

	findings_add(&findings_, FINDING_WARNING, "short");
	EXPECT_EQ(findings_.count, added + 1);
	EXPECT_EQ(last(), left_out);
}

TEST_F(Findings, ATruncatedSentenceIsMarked)
{
	std::string words(TEXT_WORD_MAX, 'x');
	struct text text;

	text_init(&text);
	while (!text.cut)
		text_printf(&text, "%s", words.c_str());
	findings_add_text(&findings_, FINDING_OBSTACLE, &text);
	EXPECT_EQ(last(), words_of(text) + "...");
}

} // namespace
