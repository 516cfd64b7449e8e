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

} // namespace
