/* SPDX-License-Identifier: ISC */
/* The JSON writer, read by a parser that is not ours. */
#include "child.h"
#include "commands.h"

#include <unistd.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using Document = nlohmann::json;

/* The document that BODY writes: parsing throws, and so fails, on any flaw. */
Document
document(const std::function<void(struct json *)> &body)
{
	std::string text = written_to(STDOUT_FILENO, [&] {
		struct json writer = {};
		body(&writer);
	});

	EXPECT_FALSE(text.empty());
	EXPECT_EQ(text.back(), '\n');
	return Document::parse(text);
}

std::string
through_json(const std::string &text)
{
	Document parsed = document([&](struct json *writer) {
		json_open(writer, nullptr, '{');
		json_text(writer, "text", text.c_str());
		json_close(writer, '}');
	});

	return parsed["text"].get<std::string>();
}

TEST(Json, NullBytesAreEscaped)
{
	const char bytes[] = "@a\0b";
	Document parsed = document([&](struct json *writer) {
		json_open(writer, nullptr, '[');
		json_bytes(writer, nullptr, bytes, sizeof bytes - 1);
		json_bytes(writer, nullptr, bytes, 0);
		json_close(writer, ']');
	});

	EXPECT_EQ(parsed[0], std::string(bytes, sizeof bytes - 1));
	EXPECT_EQ(parsed[1], nullptr);
}

TEST(Json, EmptyObjectsAndArraysComeBack)
{
	EXPECT_EQ(document([](struct json *j) {
		json_open(j, nullptr, '{');
		json_close(j, '}');
	}), Document::object());
	EXPECT_EQ(document([](struct json *j) {
		json_open(j, nullptr, '[');
		json_close(j, ']');
	}), Document::array());
}

TEST(Json, NestedValuesComeBackInTheirOrder)
{
	Document parsed = document([](struct json *j) {
		json_open(j, nullptr, '{');
		json_number(j, "a", 1);
		json_open(j, "empty", '[');
		json_close(j, ']');
		json_open(j, "list", '[');
		json_number(j, nullptr, LLONG_MIN);
		json_open(j, nullptr, '{');
		json_boolean(j, "yes", true);
		json_boolean(j, "no", false);
		json_close(j, '}');
		json_number(j, nullptr, LLONG_MAX);
		json_close(j, ']');
		json_text(j, "nothing", nullptr);
		json_close(j, '}');
	});

	EXPECT_EQ(parsed, Document({ { "a", 1 }, { "empty", Document::array() },
	    { "list", { LLONG_MIN, { { "yes", true }, { "no", false } }, LLONG_MAX } },
	    { "nothing", nullptr } }));
}

TEST(Json, FactsThatAreUnknownAreNull)
{
	struct bindchain_fact unknown = { false, 7 }, seven = { true, 7 }, zero = { true, 0 };
	Document parsed = document([&](struct json *j) {
		json_open(j, nullptr, '[');
		json_fact(j, nullptr, &unknown);
		json_fact(j, nullptr, &seven);
		json_fact_boolean(j, nullptr, &unknown);
		json_fact_boolean(j, nullptr, &seven);
		json_fact_boolean(j, nullptr, &zero);
		json_close(j, ']');
	});

	EXPECT_EQ(parsed, Document({ nullptr, 7, nullptr, true, false }));
}

TEST(Json, EveryAsciiByteComesBack)
{
	std::string all;

	for (char c = 1; c < 127; c++)
		all += c;
	all += '\x7f';
	EXPECT_EQ(through_json(all), all);
	EXPECT_EQ(through_json(""), "");
}

TEST(Json, ValidUtf8ComesBack)
{
	/* Ends of each length: RFC 3629, section 4. */
	for (const char *text : { "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
	         "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
	         "\xe2\x80\xa8", "Gr\xc3\xbc\xc3\x9f" "e" })
		EXPECT_EQ(through_json(text), text);
}

TEST(Json, WhatIsNotUtf8BecomesTheReplacementCharacter)
{
	const std::string bad = "\xef\xbf\xbd"; /* U+FFFD */
	const struct {
		const char *text;
		std::string becomes;
	} rows[] = {
		{ "\x80", bad }, { "\xff", bad }, { "a\xfe" "b", "a" + bad + "b" },
		{ "\xc3", bad }, { "\xc3(", bad + "(" }, { "\xe2\x82", bad + bad },
		{ "\xc0\xaf", bad + bad },              /* overlong "/" */
		{ "\xe0\x80\xaf", bad + bad + bad },    /* overlong "/" */
		{ "\xf0\x80\x80\xaf", bad + bad + bad + bad },
		{ "\xed\xa0\x80", bad + bad + bad },    /* a surrogate */
		{ "\xf4\x90\x80\x80", bad + bad + bad + bad }, /* beyond U+10FFFF */
		{ "\xf8\x88\x80\x80\x80", bad + bad + bad + bad + bad },
		{ "\xe2\"", bad + "\"" },               /* no byte behind is swallowed */
	};

	for (const auto &row : rows)
		EXPECT_EQ(through_json(row.text), row.becomes) << testing::PrintToString(row.text);
}

/* A terminal that shows the document must not be driven by what is in it. */
TEST(Json, ControlCharactersAreWrittenAsEscapes)
{
	std::string text = written_to(STDOUT_FILENO, [] {
		struct json writer = {};
		json_open(&writer, nullptr, '[');
		json_text(&writer, nullptr, "\033[2J\n\x7f");
		json_close(&writer, ']');
	});

	EXPECT_EQ(text.find('\033'), std::string::npos);
	EXPECT_EQ(text.find('\x7f'), std::string::npos);
	EXPECT_NE(text.find("\\u001b"), std::string::npos);
}

/* In UTF-8: ECMA-48, and terminals that decode it act on them. */
TEST(Json, ControlCharactersBehindAsciiAreWrittenAsEscapes)
{
	std::string text = written_to(STDOUT_FILENO, [] {
		struct json writer = {};
		json_open(&writer, nullptr, '[');
		json_text(&writer, nullptr, "\xc2\x9b[2J\xc2\x80\xc2\x9f\xc2\xa0");
		json_close(&writer, ']');
	});

	EXPECT_NE(text.find("\"\\u009b[2J\\u0080\\u009f\xc2\xa0\""), std::string::npos) << text;
}

/* TEXT as it is written, between the quotes. */
std::string
written(const char *text)
{
	std::string line = written_to(STDOUT_FILENO, [&] {
		struct json writer = {};
		json_text(&writer, nullptr, text);
	});

	return line.size() < 2 ? line : line.substr(1, line.size() - 2);
}

/* General categories Cf, Zl and Zp of Unicode 17.0, DerivedGeneralCategory.txt: they are not
 * seen, or change the order or the lines of others. */
TEST(Json, FormatCharactersAndSeparatorsAreWrittenAsEscapes)
{
	const std::pair<const char *, const char *> rows[] = {
		{ "\u00ad", "\\u00ad" },         /* soft hyphen */
		{ "\u0600\u0605", "\\u0600\\u0605" },
		{ "\u061c", "\\u061c" },         /* Arabic letter mark */
		{ "\u06dd\u070f", "\\u06dd\\u070f" },
		{ "\u0890\u0891\u08e2", "\\u0890\\u0891\\u08e2" },
		{ "\u180e", "\\u180e" },
		{ "\u200b\u200f", "\\u200b\\u200f" }, /* zero width, direction marks */
		{ "\u2028\u2029", "\\u2028\\u2029" }, /* line and paragraph separator */
		{ "\u202a\u202e", "\\u202a\\u202e" }, /* embeddings and overrides */
		{ "\u2060\u2064", "\\u2060\\u2064" },
		{ "\u2066\u206f", "\\u2066\\u206f" }, /* isolates */
		{ "\ufeff", "\\ufeff" },         /* byte order mark */
		{ "\ufff9\ufffb", "\\ufff9\\ufffb" },
		{ "\U000110bd\U000110cd", "\\ud804\\udcbd\\ud804\\udccd" },
		{ "\U00013430\U0001343f", "\\ud80d\\udc30\\ud80d\\udc3f" },
		{ "\U0001bca0\U0001bca3", "\\ud82f\\udca0\\ud82f\\udca3" },
		{ "\U0001d173\U0001d17a", "\\ud834\\udd73\\ud834\\udd7a" },
		{ "\U000e0001\U000e0041", "\\udb40\\udc01\\udb40\\udc41" }, /* tags */
		{ "\U000e0020\U000e007f", "\\udb40\\udc20\\udb40\\udc7f" },
	};

	for (const auto &row : rows) {
		EXPECT_EQ(written(row.first), row.second);
		EXPECT_EQ(through_json(row.first), row.first);
	}
}

/* The neighbours of those. */
TEST(Json, OtherCharactersAreWrittenAsTheyAre)
{
	for (const char *text : { "\u00ac\u00ae", "\u0606", "\u061b\u061d", "\u06dc\u06de",
	         "\u070e\u0710", "\u088f\u0892", "\u08e1\u08e3", "\u180d\u180f",
	         "\u200a\u2010", "\u2027\u202f", "\u205f\u2065\u2070", "\ufefe\uff00",
	         "\ufff8\ufffc", "\U000110bc\U000110be", "\U000110cc\U000110ce",
	         "\U0001342f\U00013440", "\U0001bc9f\U0001bca4", "\U0001d172\U0001d17b",
	         "\U000e0000\U000e0080", "\U0001f600", "\U0010ffff" })
		EXPECT_EQ(written(text), text);
}

} // namespace
