/* SPDX-License-Identifier: ISC */
/* One parser, three dialects.  What nosh's and s6's tools take and refuse was
 * observed on the tools themselves; the manual pages' COMPATIBILITY sections
 * have it. */
#include "core.h"
#include "commands.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

struct chosen {
	bool quick, other;
	const char *backlog, *file;
};

const struct option_spec rows[] = {
	{ 'q', "quick", "", "", offsetof(struct chosen, quick), true, 0 },
	{ 'Q', "no-quick", "", "", offsetof(struct chosen, quick), false, 0 },
	{ 'o', "other", "", "", offsetof(struct chosen, other), true, 0 },
	{ 'b', "backlog", "NUMBER", "", offsetof(struct chosen, backlog), true, 0 },
	{ 0, "file", "PATH", "", offsetof(struct chosen, file), true, 0 },
};

/* A command line and what became of it. */
struct Parsed {
	std::vector<std::string> words;
	std::vector<char *> argv;
	struct chosen chosen = {};
	struct options_result result = {};

	Parsed(const struct dialect &dialect, std::vector<std::string> command_line)
	    : words(std::move(command_line))
	{
		struct personality personality = {};
		struct command command = {};

		for (std::string &word : words)
			argv.push_back(word.data());
		argv.push_back(nullptr);
		personality.dialect = &dialect;
		command.personality = &personality;
		command.options = rows;
		command.option_count = sizeof rows / sizeof *rows;
		options_parse(&command, argv.data(), &chosen, &result);
	}

	std::vector<std::string> operands() const
	{
		std::vector<std::string> left;
		for (char **operand = result.operands; *operand; operand++)
			left.push_back(*operand);
		return left;
	}

	std::string backlog() const { return chosen.backlog ? chosen.backlog : "(unset)"; }
	std::string word() const { return result.word ? result.word : "(none)"; }
};

using Words = std::vector<std::string>;

/* ---- what all three share ---- */

class EveryDialect : public testing::TestWithParam<const struct dialect *> {};

INSTANTIATE_TEST_SUITE_P(All, EveryDialect,
    testing::Values(&nosh_dialect, &s6_dialect, &native_dialect),
    [](const testing::TestParamInfo<const struct dialect *> &dialect) {
	    return dialect.param == &nosh_dialect ? "Nosh"
	        : dialect.param == &s6_dialect    ? "S6"
	                                       : "Native";
    });

TEST_P(EveryDialect, NoWordsAreFine)
{
	Parsed parsed(*GetParam(), {});

	EXPECT_EQ(parsed.result.problem, OPTIONS_FINE);
	EXPECT_EQ(parsed.operands(), Words());
}

TEST_P(EveryDialect, ShortFlagsCluster)
{
	Parsed parsed(*GetParam(), { "-qo", "host" });

	EXPECT_EQ(parsed.result.problem, OPTIONS_FINE);
	EXPECT_TRUE(parsed.chosen.quick);
	EXPECT_TRUE(parsed.chosen.other);
	EXPECT_EQ(parsed.operands(), Words({ "host" }));
}

TEST_P(EveryDialect, ShortArgumentIsTheRestOfTheWordOrTheNext)
{
	EXPECT_EQ(Parsed(*GetParam(), { "-b5", "host" }).backlog(), "5");
	EXPECT_EQ(Parsed(*GetParam(), { "-b", "5", "host" }).backlog(), "5");
	EXPECT_EQ(Parsed(*GetParam(), { "-b=5", "host" }).backlog(), "=5");
	EXPECT_EQ(Parsed(*GetParam(), { "-b-1", "host" }).backlog(), "-1");
	EXPECT_EQ(Parsed(*GetParam(), { "-b", "-1", "host" }).backlog(), "-1");
	EXPECT_EQ(Parsed(*GetParam(), { "-b", "-q", "host" }).backlog(), "-q");
	EXPECT_EQ(Parsed(*GetParam(), { "-b", "", "host" }).backlog(), "");
}

TEST_P(EveryDialect, ClusterMayEndInAnArgument)
{
	Parsed attached(*GetParam(), { "-qb7", "host" });
	Parsed separate(*GetParam(), { "-qb", "7", "host" });

	EXPECT_TRUE(attached.chosen.quick);
	EXPECT_EQ(attached.backlog(), "7");
	EXPECT_TRUE(separate.chosen.quick);
	EXPECT_EQ(separate.backlog(), "7");
	EXPECT_EQ(separate.operands(), Words({ "host" }));
}

TEST_P(EveryDialect, LastOfAPairWins)
{
	EXPECT_FALSE(Parsed(*GetParam(), { "-q", "-Q" }).chosen.quick);
	EXPECT_TRUE(Parsed(*GetParam(), { "-Q", "-q" }).chosen.quick);
	EXPECT_FALSE(Parsed(*GetParam(), { "-qQ" }).chosen.quick);
	EXPECT_FALSE(Parsed(*GetParam(), { "-q", "--no-quick" }).chosen.quick);
	EXPECT_EQ(Parsed(*GetParam(), { "-b1", "-b2" }).backlog(), "2");
}

TEST_P(EveryDialect, OptionsStopAtTheFirstOperand)
{
	Parsed parsed(*GetParam(), { "-q", "host", "-o", "--bogus" });

	EXPECT_EQ(parsed.result.problem, OPTIONS_FINE);
	EXPECT_FALSE(parsed.chosen.other);
	EXPECT_EQ(parsed.operands(), Words({ "host", "-o", "--bogus" }));
}

TEST_P(EveryDialect, TwoDashesEndOptionsAndAreGone)
{
	Parsed parsed(*GetParam(), { "-q", "--", "-o", "--" });

	EXPECT_EQ(parsed.result.problem, OPTIONS_FINE);
	EXPECT_TRUE(parsed.chosen.quick);
	EXPECT_FALSE(parsed.chosen.other);
	EXPECT_EQ(parsed.operands(), Words({ "-o", "--" }));
}

TEST_P(EveryDialect, EmptyWordIsAnOperand)
{
	EXPECT_EQ(Parsed(*GetParam(), { "", "-q" }).operands(), Words({ "", "-q" }));
}

TEST_P(EveryDialect, UnknownLongNamesTheWord)
{
	Parsed parsed(*GetParam(), { "-q", "--bogus", "host" });

	EXPECT_EQ(parsed.result.problem, OPTIONS_UNKNOWN_LONG);
	EXPECT_EQ(parsed.word(), "--bogus");
}

TEST_P(EveryDialect, LongNamesAreNeitherAbbreviatedNorLengthened)
{
	for (const char *word : { "--back", "--backlo", "--backlogs", "--quic", "--q", "--QUICK",
	         "---quick", "--no" }) {
		Parsed parsed(*GetParam(), { word, "5", "host" });
		EXPECT_EQ(parsed.result.problem, OPTIONS_UNKNOWN_LONG) << word;
		EXPECT_EQ(parsed.word(), word);
	}
}

TEST_P(EveryDialect, UnknownShortNamesLetterAndWord)
{
	Parsed parsed(*GetParam(), { "-qzo", "host" });

	EXPECT_EQ(parsed.result.problem, OPTIONS_UNKNOWN_SHORT);
	EXPECT_EQ(parsed.result.letter, 'z');
	EXPECT_EQ(parsed.word(), "-qzo");
	EXPECT_FALSE(parsed.chosen.other);
}

TEST_P(EveryDialect, DashInsideAClusterIsUnknown)
{
	Parsed parsed(*GetParam(), { "-q-", "host" });

	EXPECT_EQ(parsed.result.problem, OPTIONS_UNKNOWN_SHORT);
	EXPECT_EQ(parsed.result.letter, '-');
}

TEST_P(EveryDialect, FlagWithAnArgumentIsRefused)
{
	Parsed parsed(*GetParam(), { "--quick=yes", "host" });

	EXPECT_TRUE(parsed.result.problem == OPTIONS_UNKNOWN_LONG
	    || parsed.result.problem == OPTIONS_UNKNOWN_LONG_WITH_ARGUMENT);
	EXPECT_EQ(parsed.word(), "--quick=yes");
	EXPECT_FALSE(parsed.chosen.quick);
}

/* A row without a short name has 0 there, which no letter may match. */
TEST_P(EveryDialect, RowsWithoutAShortNameHaveNone)
{
	EXPECT_EQ(Parsed(*GetParam(), { "-f", "x" }).result.problem, OPTIONS_UNKNOWN_SHORT);
}

/* ---- nosh ---- */

TEST(NoshDialect, LongArgumentIsTheNextWord)
{
	Parsed parsed(nosh_dialect, { "--backlog", "5", "host" });

	EXPECT_EQ(parsed.result.problem, OPTIONS_FINE);
	EXPECT_EQ(parsed.backlog(), "5");
	EXPECT_EQ(parsed.operands(), Words({ "host" }));
}

TEST(NoshDialect, LongArgumentMayLookLikeAnOption)
{
	EXPECT_EQ(Parsed(nosh_dialect, { "--backlog", "--", "host" }).backlog(), "--");
	EXPECT_EQ(Parsed(nosh_dialect, { "--backlog", "--quick", "host" }).backlog(), "--quick");
}

TEST(NoshDialect, AttachedLongArgumentIsUnknown)
{
	Parsed parsed(nosh_dialect, { "--backlog=5", "host" });

	EXPECT_EQ(parsed.result.problem, OPTIONS_UNKNOWN_LONG);
	EXPECT_EQ(parsed.word(), "--backlog=5");
	EXPECT_EQ(parsed.backlog(), "(unset)");
}

TEST(NoshDialect, MissingArgumentNamesTheOption)
{
	for (const char *word : { "--backlog", "-b", "-qb" }) {
		Parsed parsed(nosh_dialect, { word });
		ASSERT_EQ(parsed.result.problem, OPTIONS_ARGUMENT_MISSING) << word;
		EXPECT_STREQ(parsed.result.spec->long_name, "backlog");
	}
}

TEST(NoshDialect, ShortArgumentMayBeTwoDashes)
{
	Parsed parsed(nosh_dialect, { "-b", "--", "host" });

	EXPECT_EQ(parsed.backlog(), "--");
	EXPECT_EQ(parsed.operands(), Words({ "host" }));
}

TEST(NoshDialect, LoneDashInFrontIsSwallowed)
{
	Parsed parsed(nosh_dialect, { "-", "host", "-" });

	EXPECT_EQ(parsed.result.problem, OPTIONS_FINE);
	EXPECT_EQ(parsed.operands(), Words({ "host", "-" }));
}

TEST(NoshDialect, HelpComesInThreeForms)
{
	EXPECT_EQ(Parsed(nosh_dialect, { "-q", "--help" }).result.problem, OPTIONS_HELP);
	EXPECT_EQ(Parsed(nosh_dialect, { "-?" }).result.problem, OPTIONS_HELP);
	EXPECT_EQ(Parsed(nosh_dialect, { "-q?" }).result.problem, OPTIONS_HELP);
	EXPECT_EQ(Parsed(nosh_dialect, { "--usage" }).result.problem, OPTIONS_USAGE);
	EXPECT_EQ(Parsed(nosh_dialect, { "--", "--help" }).result.problem, OPTIONS_FINE);
}

/* ---- s6 ---- */

TEST(S6Dialect, LongArgumentIsAttached)
{
	EXPECT_EQ(Parsed(s6_dialect, { "--backlog=5", "ip" }).backlog(), "5");
	EXPECT_EQ(Parsed(s6_dialect, { "--backlog=", "ip" }).backlog(), "");
	EXPECT_EQ(Parsed(s6_dialect, { "--backlog==5", "ip" }).backlog(), "=5");
}

TEST(S6Dialect, SeparateLongArgumentIsAnUnknownBoolean)
{
	Parsed parsed(s6_dialect, { "--backlog", "5", "ip" });

	EXPECT_EQ(parsed.result.problem, OPTIONS_UNKNOWN_LONG);
	EXPECT_EQ(parsed.word(), "--backlog");
}

TEST(S6Dialect, UnknownWithAnArgumentIsToldApart)
{
	Parsed unknown(s6_dialect, { "--bogus=1" }), nameless(s6_dialect, { "--=1" });

	EXPECT_EQ(unknown.result.problem, OPTIONS_UNKNOWN_LONG_WITH_ARGUMENT);
	EXPECT_EQ(unknown.word(), "--bogus=1");
	EXPECT_EQ(nameless.result.problem, OPTIONS_NAMELESS);
}

TEST(S6Dialect, ShortBeforeTwoDashesGetsNoValue)
{
	Parsed parsed(s6_dialect, { "-b", "--", "ip", "port" });

	EXPECT_EQ(parsed.result.problem, OPTIONS_FINE);
	EXPECT_EQ(parsed.backlog(), "(unset)");
	EXPECT_EQ(parsed.operands(), Words({ "ip", "port" }));
}

TEST(S6Dialect, ShortAsTheLastWordGetsNoValue)
{
	Parsed parsed(s6_dialect, { "-b" });

	EXPECT_EQ(parsed.result.problem, OPTIONS_FINE);
	EXPECT_EQ(parsed.backlog(), "(unset)");
}

TEST(S6Dialect, LoneDashIsAnOperand)
{
	EXPECT_EQ(Parsed(s6_dialect, { "-", "-q" }).operands(), Words({ "-", "-q" }));
}

TEST(S6Dialect, HasNoHelp)
{
	EXPECT_EQ(Parsed(s6_dialect, { "--help" }).result.problem, OPTIONS_UNKNOWN_LONG);
	EXPECT_EQ(Parsed(s6_dialect, { "--usage" }).result.problem, OPTIONS_UNKNOWN_LONG);
	EXPECT_EQ(Parsed(s6_dialect, { "-?" }).result.problem, OPTIONS_UNKNOWN_SHORT);
}

/* ---- bindchain's own ---- */

TEST(NativeDialect, LongArgumentIsAttached)
{
	EXPECT_EQ(Parsed(native_dialect, { "--backlog=5" }).backlog(), "5");
}

TEST(NativeDialect, LongOptionWithoutItsArgumentSaysSo)
{
	Parsed parsed(native_dialect, { "--backlog", "5" });

	ASSERT_EQ(parsed.result.problem, OPTIONS_ARGUMENT_MISSING);
	EXPECT_STREQ(parsed.result.spec->long_name, "backlog");
	EXPECT_EQ(parsed.word(), "--backlog");
}

TEST(NativeDialect, ShortOptionWithoutItsArgumentSaysSo)
{
	EXPECT_EQ(Parsed(native_dialect, { "-b" }).result.problem, OPTIONS_ARGUMENT_MISSING);
	EXPECT_EQ(Parsed(native_dialect, { "-b", "--" }).backlog(), "--");
}

TEST(NativeDialect, LoneDashIsAnOperand)
{
	EXPECT_EQ(Parsed(native_dialect, { "-", "x" }).operands(), Words({ "-", "x" }));
}

TEST(NativeDialect, HelpComesInTwoFormsAndUsageInOne)
{
	EXPECT_EQ(Parsed(native_dialect, { "--help" }).result.problem, OPTIONS_HELP);
	EXPECT_EQ(Parsed(native_dialect, { "-?" }).result.problem, OPTIONS_HELP);
	EXPECT_EQ(Parsed(native_dialect, { "--usage" }).result.problem, OPTIONS_USAGE);
}

/* ---- the tables ---- */

/* Two rows of one name: the second could never be reached. */
TEST(Tables, NamesAreUniqueWithinEachCommand)
{
	for (const struct command *const *c = command_table; *c; c++)
		for (size_t i = 0; i < (*c)->option_count; i++) {
			for (size_t j = i + 1; j < (*c)->option_count; j++) {
				const struct option_spec &a = (*c)->options[i], &b = (*c)->options[j];
				EXPECT_FALSE(a.short_name && a.short_name == b.short_name)
				    << (*c)->name << " -" << a.short_name;
				EXPECT_FALSE(a.long_name[0]
				    && strcmp(a.long_name, b.long_name) == 0)
				    << (*c)->name << " --" << a.long_name;
			}
		}
}

/* C lets a text fill its array and lose its end. */
TEST(Tables, EveryTextEndsInItsArray)
{
	for (const struct command *const *c = command_table; *c; c++)
		for (size_t i = 0; i < (*c)->option_count; i++) {
			const struct option_spec &row = (*c)->options[i];
			EXPECT_TRUE(memchr(row.long_name, 0, sizeof row.long_name)) << (*c)->name;
			EXPECT_TRUE(memchr(row.argument, 0, sizeof row.argument)) << (*c)->name;
			EXPECT_TRUE(memchr(row.help, 0, sizeof row.help)) << (*c)->name;
		}
}

TEST(Tables, EveryCommandIsFoundByItsNameAndNoOther)
{
	for (const struct command *const *c = command_table; *c; c++)
		EXPECT_EQ(command_find((*c)->name), *c);
	EXPECT_EQ(command_find("tcp-socket-liste"), nullptr);
	EXPECT_EQ(command_find("tcp-socket-listens"), nullptr);
	EXPECT_EQ(command_find(""), nullptr);
}

} // namespace
