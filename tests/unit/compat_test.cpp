/* SPDX-License-Identifier: ISC */
/* BSD functions as this project uses them.  The same test runs on what CMake
 * chose (the C library's or libbsd's) and on src/compat's own. */
#include <cstring>

extern "C" {
#include "compat.h"
}

#include <string>

#include <gtest/gtest.h>

namespace {

/* A buffer with a guard behind it. */
struct Buffer {
	char bytes[8];
	char guard[8];

	explicit Buffer(const char *contents = "")
	{
		memset(this, '#', sizeof *this);
		memcpy(bytes, contents, strlen(contents) + 1);
	}

	bool intact() const { return memcmp(guard, "########", 8) == 0; }
};

TEST(Strlcpy, CopiesWhatFitsAndTellsTheWholeLength)
{
	const struct {
		const char *source, *result;
		size_t length;
	} rows[] = {
		{ "", "", 0 }, { "abc", "abc", 3 }, { "abcdefg", "abcdefg", 7 },
		{ "abcdefgh", "abcdefg", 8 }, { "abcdefghijkl", "abcdefg", 12 },
	};

	for (const auto &row : rows) {
		Buffer buffer;
		EXPECT_EQ(strlcpy(buffer.bytes, row.source, sizeof buffer.bytes), row.length);
		EXPECT_STREQ(buffer.bytes, row.result);
		EXPECT_TRUE(buffer.intact());
	}
}

TEST(Strlcpy, NoRoomAtAllIsLeftAlone)
{
	Buffer buffer;

	EXPECT_EQ(strlcpy(buffer.bytes + 1, "abc", 0), 3u);
	EXPECT_EQ(buffer.bytes[1], '#');
	EXPECT_EQ(strlcpy(buffer.bytes + 1, "abc", 1), 3u);
	EXPECT_EQ(buffer.bytes[1], '\0');
	EXPECT_EQ(buffer.bytes[2], '#');
}

TEST(Strlcat, AppendsWhatFitsAndTellsTheWholeLength)
{
	const struct {
		const char *before, *source, *result;
		size_t length;
	} rows[] = {
		{ "", "", "", 0 }, { "abc", "", "abc", 3 }, { "", "abc", "abc", 3 },
		{ "abc", "def", "abcdef", 6 }, { "abc", "defg", "abcdefg", 7 },
		{ "abc", "defgh", "abcdefg", 8 }, { "abcdefg", "hij", "abcdefg", 10 },
	};

	for (const auto &row : rows) {
		Buffer buffer(row.before);
		EXPECT_EQ(strlcat(buffer.bytes, row.source, sizeof buffer.bytes), row.length);
		EXPECT_STREQ(buffer.bytes, row.result);
		EXPECT_TRUE(buffer.intact());
	}
}

/* OpenBSD's manual page: without a null byte in SIZE bytes, SIZE counts as its
 * length, and nothing is written. */
TEST(Strlcat, DestinationWithoutAnEndIsLeftAlone)
{
	Buffer buffer;

	memset(buffer.bytes, 'x', sizeof buffer.bytes);
	EXPECT_EQ(strlcat(buffer.bytes, "abc", sizeof buffer.bytes), sizeof buffer.bytes + 3);
	EXPECT_EQ(memcmp(buffer.bytes, "xxxxxxxx", 8), 0);
	EXPECT_TRUE(buffer.intact());
}

} // namespace
