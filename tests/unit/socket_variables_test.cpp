/* SPDX-License-Identifier: ISC */
/* Variables of sockets in formats that no program of the table has. */
#include "core.h"
#include "child.h"

#include <cstdlib>

#include <gtest/gtest.h>

extern char **environ;

namespace {

/* After the value of a variable in the environment is the next variable. */
TEST(SocketVariable, OfOneSocketIsReadToItsEndAlone)
{
	in_child([] {
		const struct socket_convention convention = { "one", { { "ONE_FD", "{fd}", "" } } };
		struct socket_reading_result result = {};
		char entries[] = "ONE_FD=4\0" "5", *list[] = { entries, nullptr };
		environ = list;
		EXPECT_EQ(socket_convention_read(&convention, &result), SOCKET_READING_WELL);
		ASSERT_EQ(result.count, 1);
		EXPECT_EQ(result.descriptors[0], 4);
		free(result.descriptors);
	});
}

} // namespace
