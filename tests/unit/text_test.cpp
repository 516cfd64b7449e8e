/* SPDX-License-Identifier: ISC */
/* One line stays one line, whatever is in it, and is one write. */
#include "core.h"

#include <cerrno>
#include <climits>
#include <cstdint>

#include <unistd.h>

#include <gtest/gtest.h>

namespace {

std::string
visible(const char *words)
{
	struct text text;

	text_init(&text);
	text_add_visible(&text, words);
	return words_of(text);
}

std::string
number(long long value)
{
	struct text text;

	text_init(&text);
	text_add_number(&text, value);
	return words_of(text);
}

/* What a reader gets of one write: a datagram is as long as its write. */
std::string
first_write(struct text *text)
{
	char bytes[2 * sizeof text->bytes];
	const int room = 4 * sizeof bytes;
	ssize_t length;
	int pair[2];

	EXPECT_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	/* FreeBSD 13 and macOS take datagrams of 2048 bytes until then. */
	EXPECT_EQ(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room), 0);
	EXPECT_EQ(setsockopt(pair[1], SOL_SOCKET, SO_RCVBUF, &room, sizeof room), 0);
	EXPECT_EQ(text_write_line(text, pair[0]), 0);
	length = recv(pair[1], bytes, sizeof bytes, MSG_DONTWAIT);
	EXPECT_GE(length, 0);
	EXPECT_EQ(recv(pair[1], bytes + length, 1, MSG_DONTWAIT), -1) << "a second write";
	close(pair[0]);
	close(pair[1]);
	return std::string(bytes, static_cast<size_t>(length));
}

TEST(Text, HostileBytesBecomeVisible)
{
	EXPECT_EQ(visible("plain words, 100% ~"), "plain words, 100% ~");
	EXPECT_EQ(visible("two\nlines"), "two\\012lines");
	EXPECT_EQ(visible("\r\t\a\b"), "\\015\\011\\007\\010");
	EXPECT_EQ(visible("\033[31mred"), "\\033[31mred");
	EXPECT_EQ(visible("back\\slash"), "back\\\\slash");
	EXPECT_EQ(visible("\x7f"), "\\177");
	EXPECT_EQ(visible("\x80\xff"), "\\200\\377");
	EXPECT_EQ(visible("\xc3\xa9"), "\\303\\251"); /* UTF-8 is bytes in the C locale */
	EXPECT_EQ(visible("\0011"), "\\0011");        /* no digit can be misread */
	EXPECT_EQ(visible(""), "");
	for (int c = 1; c < 256; c++) {
		char expected[8];
		snprintf(expected, sizeof expected, c >= ' ' && c <= '~' ? "%c" : "\\%03o", c);
		if (c != '\\') {
			EXPECT_EQ(visible(std::string(1, static_cast<char>(c)).c_str()), expected);
		}
	}
}

TEST(Text, NumbersReachBothEnds)
{
	EXPECT_EQ(number(0), "0");
	EXPECT_EQ(number(-1), "-1");
	EXPECT_EQ(number(LLONG_MAX), "9223372036854775807");
	EXPECT_EQ(number(LLONG_MIN), "-9223372036854775808");
}

TEST(Text, SentenceShowsNumbersAndWords)
{
	struct text text;

	text_init(&text);
	text_printf(&text, "%s: %d of %u, %lld to %llu, %zu bytes, 100%%", "a\nb", -1, UINT_MAX,
	    LLONG_MIN, ULLONG_MAX, SIZE_MAX);
	EXPECT_EQ(words_of(text), "a\\012b: -1 of 4294967295, -9223372036854775808 to "
	    "18446744073709551615, " + std::to_string(SIZE_MAX) + " bytes, 100%");
}

TEST(Text, SentenceIsCutLikeAnyOther)
{
	std::string long_words(TEXT_WORD_MAX, 'x');
	struct text text;

	text_init(&text);
	for (int i = 0; i < 4; i++)
		text_printf(&text, "%s %s ", long_words.c_str(), "end");
	EXPECT_TRUE(text.cut);
	EXPECT_EQ(words_of(text).find("%"), std::string::npos);
}

TEST(Text, LineIsOneWrite)
{
	struct text text;

	text_init(&text);
	text_add(&text, "a line of ");
	text_add_number(&text, 4);
	text_add(&text, " parts");
	EXPECT_EQ(first_write(&text), "a line of 4 parts\n");
}

TEST(Text, FullLineIsNotCut)
{
	struct text text;
	/* The mark of a cut and the newline always have their place. */
	std::string longest(sizeof text.bytes - 4, 'x');

	text_init(&text);
	text_add(&text, longest.c_str());
	EXPECT_FALSE(text.cut);
	EXPECT_EQ(first_write(&text), longest + "\n");
}

TEST(Text, LongerLineShowsThatItIsCut)
{
	struct {
		struct text text;
		unsigned char guard[16];
	} held;
	std::string long_words(100000, 'x');
	std::string line;

	memset(&held, 0x5a, sizeof held);
	text_init(&held.text);
	for (size_t i = 0; i <= sizeof held.text.bytes / TEXT_WORD_MAX; i++)
		text_add_visible(&held.text, long_words.c_str());
	text_add(&held.text, "never seen");
	EXPECT_TRUE(held.text.cut);
	line = first_write(&held.text);
	EXPECT_LE(line.size(), sizeof held.text.bytes);
	EXPECT_EQ(line.substr(line.size() - 4), "...\n");
	EXPECT_EQ(line.find("never"), std::string::npos);
	for (unsigned char byte : held.guard)
		EXPECT_EQ(byte, 0x5a);
}

TEST(Text, CutLeavesNoHalfOfAnEscape)
{
	/* An escape has four bytes; less and less room is left for it. */
	for (size_t room = 8; room < 12; room++) {
		struct text text;
		std::string ahead(sizeof text.bytes - 4 - room, 'x'), words;

		text_init(&text);
		text_add(&text, ahead.c_str());
		text_add_visible(&text, "\n\n\n\n");
		EXPECT_TRUE(text.cut);
		words = words_of(text).substr(ahead.size());
		EXPECT_EQ(words, "\\012\\012");
	}
}

TEST(Text, LongWordIsCutAndLeavesRoomForOthers)
{
	struct text text;
	std::string escapes(5000, '\n'), words;

	text_init(&text);
	text_add_visible(&text, escapes.c_str());
	text_add(&text, ": and why");
	EXPECT_FALSE(text.cut);
	words = words_of(text);
	EXPECT_EQ(words.size(), TEXT_WORD_MAX + strlen("...: and why"));
	EXPECT_EQ(words.substr(words.size() - 16), "\\012...: and why");
}

TEST(Text, WordAsLongAsCanBeIsNotCut)
{
	struct text text;
	std::string longest(TEXT_WORD_MAX, 'x');

	text_init(&text);
	text_add_visible(&text, longest.c_str());
	EXPECT_EQ(words_of(text), longest);
	text_init(&text);
	text_add_visible(&text, (longest + "x").c_str());
	EXPECT_EQ(words_of(text), longest + "...");
}

TEST(Text, FailedWriteSaysSo)
{
	struct text text;

	text_init(&text);
	text_add(&text, "lost");
	errno = 0;
	EXPECT_EQ(text_write_line(&text, -1), -1);
	EXPECT_EQ(errno, EBADF);
}

/* Of every error, and of numbers that are none. */
TEST(ErrorText, IsThatOfStrerror)
{
	char buffer[ERROR_TEXT_SIZE];

	for (int error = 0; error < 200; error++)
		EXPECT_STREQ(error_text(error, buffer), strerror(error)) << error;
	for (int error : { -1, 99999, INT_MAX, INT_MIN })
		EXPECT_STREQ(error_text(error, buffer), strerror(error)) << error;
}

} // namespace
