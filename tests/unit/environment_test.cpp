// SPDX-License-Identifier: ISC
// environment_get() and environment_set() do what getenv(3) and setenv(3) do, whatever
// their room holds.
#include "core.h"

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

extern char **environ;

namespace {

int
count_of(const std::string &name)
{
	int count = 0;

	for (char **entry = environ; *entry; entry++)
		count += std::string(*entry).rfind(name + "=", 0) == 0;
	return count;
}

// The process has one environment: each test leaves it as it was.
class Environment : public testing::Test {
protected:
	char **before = environ;

	void TearDown() override { environ = before; }
};

TEST_F(Environment, AVariableIsAddedAndTheOthersStay)
{
	setenv("OTHER", "stays", 1);
	ASSERT_EQ(environment_set("ADDED", "1"), 0);
	EXPECT_STREQ(getenv("ADDED"), "1");
	EXPECT_STREQ(getenv("OTHER"), "stays");
}

TEST_F(Environment, AVariableIsReplacedNotRepeated)
{
	setenv("TWICE", "from outside", 1);
	ASSERT_EQ(environment_set("TWICE", "1"), 0);
	ASSERT_EQ(environment_set("TWICE", "22"), 0);
	EXPECT_STREQ(getenv("TWICE"), "22");
	EXPECT_EQ(count_of("TWICE"), 1);
}

TEST_F(Environment, ANameThatBeginsAnotherIsAnotherVariable)
{
	ASSERT_EQ(environment_set("LISTEN_FDSX", "long"), 0);
	ASSERT_EQ(environment_set("LISTEN_FDS", "short"), 0);
	EXPECT_STREQ(getenv("LISTEN_FDSX"), "long");
	EXPECT_STREQ(getenv("LISTEN_FDS"), "short");
}

TEST_F(Environment, WhatIsThereIsFoundByItsWholeName)
{
	setenv("LISTEN_FDSX", "long", 1);
	setenv("LISTEN_FD", "cut", 1);
	setenv("LISTEN_FDS", "3=4", 1);
	setenv("NOTHING", "", 1);
	unsetenv("NOWHERE");
	for (const char *name : { "LISTEN_FDS", "LISTEN_FDSX", "LISTEN_FD", "NOTHING", "PATH" })
		EXPECT_EQ(environment_get(name), getenv(name)) << name;
	EXPECT_EQ(environment_get("NOWHERE"), nullptr);
	EXPECT_EQ(environment_get("LISTEN_F"), nullptr);
	EXPECT_EQ(environment_get(""), nullptr);
}

TEST_F(Environment, NothingIsFoundInNone)
{
	environ = nullptr;
	EXPECT_EQ(environment_get("PATH"), nullptr);
	char *none[] = { nullptr };
	environ = none;
	EXPECT_EQ(environment_get("PATH"), nullptr);
}

TEST_F(Environment, ALongValueIsWhole)
{
	const std::string value(5000, 'x');

	ASSERT_EQ(environment_set("LONG", "short first"), 0);
	ASSERT_EQ(environment_set("LONG", value.c_str()), 0);
	EXPECT_EQ(getenv("LONG"), value);
	EXPECT_EQ(count_of("LONG"), 1);
	ASSERT_EQ(environment_set("LONG", "short again"), 0);
	EXPECT_STREQ(getenv("LONG"), "short again");
	EXPECT_EQ(count_of("LONG"), 1);
}

TEST_F(Environment, ThereIsNoLimitToTheNumberOfVariables)
{
	for (int i = 0; i < 300; i++)
		ASSERT_EQ(environment_set(("MANY" + std::to_string(i)).c_str(),
		              std::to_string(i).c_str()), 0);
	for (int i = 0; i < 300; i++)
		EXPECT_STREQ(getenv(("MANY" + std::to_string(i)).c_str()),
		    std::to_string(i).c_str());
}

TEST_F(Environment, ItStartsFromNone)
{
	environ = nullptr;
	ASSERT_EQ(environment_set("FIRST", "1"), 0);
	EXPECT_STREQ(environ[0], "FIRST=1");
	EXPECT_EQ(environ[1], nullptr);
}

TEST_F(Environment, WhatWasUnsetCanBeSetAgain)
{
	ASSERT_EQ(environment_set("AGAIN", "1"), 0);
	ASSERT_EQ(unsetenv("AGAIN"), 0);
	EXPECT_EQ(getenv("AGAIN"), nullptr);
	ASSERT_EQ(environment_set("AGAIN", "2"), 0);
	EXPECT_STREQ(getenv("AGAIN"), "2");
	EXPECT_EQ(count_of("AGAIN"), 1);
}

} // namespace
