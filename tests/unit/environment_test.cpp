// SPDX-License-Identifier: ISC
// The environment that the next program gets: what was there, in its order, with our
// changes; `environ` and the C library's functions have no part in it.
#include "core.h"
#include "child.h"

#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

extern char **environ;

namespace {

using Entries = std::vector<std::string>;

Entries
entries_of(char *const *list)
{
	Entries entries;

	for (; list && *list; list++)
		entries.emplace_back(*list);
	return entries;
}

Entries
next()
{
	return entries_of(environment_all());
}

std::string
value_of(const std::string &name)
{
	const char *value = environment_get(name.c_str());

	return value ? value : "(unset)";
}

/* Runs BODY in a process that was started with ENTRIES, which must stand at its end. */
void
started_with(Entries entries, const std::function<void()> &body)
{
	in_child([&] {
		std::vector<char *> list;
		for (std::string &entry : entries)
			list.push_back(entry.data());
		list.push_back(nullptr);
		environ = list.data();
		body();
		EXPECT_EQ(environ, list.data()) << "environ was replaced";
		EXPECT_EQ(entries_of(environ), entries) << "environ was written to";
	});
}

TEST(Environment, IsEnvironItselfUntilAChange)
{
	started_with({ "A=1" }, [] {
		EXPECT_EQ(environment_all(), environ);
		ASSERT_EQ(environment_remove("ABSENT"), 0);
		EXPECT_EQ(environment_all(), environ) << "nothing was changed";
		ASSERT_EQ(environment_set("A", "1"), 0);
		EXPECT_NE(environment_all(), environ);
	});
}

TEST(Environment, AVariableIsReplacedInItsPlace)
{
	started_with({ "A=1", "B=2", "C=3" }, [] {
		ASSERT_EQ(environment_set("B", "two"), 0);
		EXPECT_EQ(next(), (Entries { "A=1", "B=two", "C=3" }));
		ASSERT_EQ(environment_set("B", "22"), 0);
		EXPECT_EQ(next(), (Entries { "A=1", "B=22", "C=3" }));
	});
}

TEST(Environment, ANewVariableComesLast)
{
	started_with({ "A=1" }, [] {
		ASSERT_EQ(environment_set("B", "2"), 0);
		ASSERT_EQ(environment_set("C", "3"), 0);
		EXPECT_EQ(next(), (Entries { "A=1", "B=2", "C=3" }));
	});
}

TEST(Environment, TheOthersCloseUpBehindOneThatIsRemoved)
{
	started_with({ "A=1", "B=2", "C=3" }, [] {
		ASSERT_EQ(environment_remove("A"), 0);
		EXPECT_EQ(next(), (Entries { "B=2", "C=3" }));
		ASSERT_EQ(environment_remove("C"), 0);
		EXPECT_EQ(next(), (Entries { "B=2" }));
		ASSERT_EQ(environment_remove("B"), 0);
		EXPECT_EQ(next(), Entries());
	});
}

TEST(Environment, WhatWasRemovedCanBeSetAgain)
{
	started_with({ "A=1", "B=2" }, [] {
		ASSERT_EQ(environment_remove("A"), 0);
		EXPECT_EQ(value_of("A"), "(unset)");
		ASSERT_EQ(environment_set("A", "again"), 0);
		EXPECT_EQ(next(), (Entries { "B=2", "A=again" }));
	});
}

// Seen on FreeBSD 13.1 with setenv(3) and unsetenv(3) beside writes to environ.
TEST(Environment, ARemovalUndoesNoEarlierChange)
{
	started_with({ "LISTEN_PIDFDID=7", "LISTEN_FDS=9", "LISTEN_PID=1" }, [] {
		ASSERT_EQ(environment_set("LISTEN_FDS", "1"), 0);
		ASSERT_EQ(environment_remove("LISTEN_PIDFDID"), 0);
		ASSERT_EQ(environment_set("LISTEN_PID", "4711"), 0);
		ASSERT_EQ(environment_set("LONG", std::string(200, 'x').c_str()), 0);
		EXPECT_EQ(next(), (Entries { "LISTEN_FDS=1", "LISTEN_PID=4711",
		                      "LONG=" + std::string(200, 'x') }));
	});
}

// Readers disagree about which of two entries counts: getenv(3) takes the first, bash
// the last.
TEST(Environment, AVariableThatIsThereTwiceIsChangedAsOne)
{
	const Entries twice = { "LISTEN_FDS=2", "A=1", "LISTEN_FDS=3", "LISTEN_FDS=4", "B=2" };

	started_with(twice, [] {
		ASSERT_EQ(environment_set("LISTEN_FDS", "1"), 0);
		EXPECT_EQ(next(), (Entries { "LISTEN_FDS=1", "A=1", "B=2" }));
	});
	started_with(twice, [] {
		ASSERT_EQ(environment_remove("LISTEN_FDS"), 0);
		EXPECT_EQ(next(), (Entries { "A=1", "B=2" }));
	});
}

TEST(Environment, ANameThatBeginsAnotherIsAnotherVariable)
{
	started_with({ "LISTEN_FDSX=long", "LISTEN_FD=cut", "LISTEN_FDS=3=4", "NOTHING=",
	                 "no assignment", "" }, [] {
		EXPECT_EQ(value_of("LISTEN_FDSX"), "long");
		EXPECT_EQ(value_of("LISTEN_FD"), "cut");
		EXPECT_EQ(value_of("LISTEN_FDS"), "3=4");
		EXPECT_EQ(value_of("NOTHING"), "");
		EXPECT_EQ(value_of("LISTEN_F"), "(unset)");
		EXPECT_EQ(value_of("no assignment"), "(unset)");
		EXPECT_EQ(value_of(""), "(unset)");
		ASSERT_EQ(environment_set("LISTEN_FDS", "1"), 0);
		EXPECT_EQ(next(), (Entries { "LISTEN_FDSX=long", "LISTEN_FD=cut", "LISTEN_FDS=1",
		                      "NOTHING=", "no assignment", "" }));
	});
}

TEST(Environment, CanBeEmpty)
{
	started_with({}, [] {
		EXPECT_EQ(value_of("PATH"), "(unset)");
		ASSERT_EQ(environment_set("FIRST", "1"), 0);
		EXPECT_EQ(next(), Entries { "FIRST=1" });
	});
}

TEST(Environment, CanBeMissing)
{
	in_child([] {
		environ = nullptr;
		EXPECT_EQ(value_of("PATH"), "(unset)");
		ASSERT_EQ(environment_remove("PATH"), 0);
		EXPECT_EQ(environment_all(), nullptr);
		ASSERT_EQ(environment_set("FIRST", "1"), 0);
		EXPECT_EQ(next(), Entries { "FIRST=1" });
	});
}

TEST(Environment, AValueMayGrowAndShrink)
{
	started_with({ "BEFORE=1", "LONG=from outside", "AFTER=2" }, [] {
		for (size_t length : { 5000u, 40u, 5u, 41u, 42u, 43u, 6000u, 0u, 200u, 100u }) {
			const std::string value(length, 'x');
			ASSERT_EQ(environment_set("LONG", value.c_str()), 0);
			EXPECT_EQ(next(), (Entries { "BEFORE=1", "LONG=" + value, "AFTER=2" }));
		}
	});
}

TEST(Environment, AVariableCanBeSetToItsOwnValue)
{
	for (size_t length : { 10u, 5000u })
		started_with({}, [length] {
			const std::string value(length, 'x');
			ASSERT_EQ(environment_set("OWN", value.c_str()), 0);
			ASSERT_EQ(environment_set("OWN", environment_get("OWN")), 0);
			EXPECT_EQ(value_of("OWN"), value);
		});
}

TEST(Environment, NamesMayBeLong)
{
	const std::string name(300, 'N');

	started_with({ name + "=1", "A=1" }, [&] {
		ASSERT_EQ(environment_set(name.c_str(), "2"), 0);
		EXPECT_EQ(next(), (Entries { name + "=2", "A=1" }));
		ASSERT_EQ(environment_remove(name.c_str()), 0);
		EXPECT_EQ(next(), Entries { "A=1" });
	});
}

// The room that is there from the start holds 127; each size before and after it.
TEST(Environment, TheOrderStaysWhateverTheSize)
{
	for (int size : { 0, 1, 20, 124, 125, 126, 127, 128, 129, 1000, 5000 }) {
		SCOPED_TRACE(size);
		Entries entries;
		for (int i = 0; i < size; i++)
			entries.push_back("V" + std::to_string(i) + "=" + std::to_string(i));
		started_with(entries, [&] {
			Entries expected = entries;
			ASSERT_EQ(environment_set("LISTEN_FDS", "1"), 0);
			ASSERT_EQ(environment_set("LISTEN_PID", "4711"), 0);
			expected.emplace_back("LISTEN_FDS=1");
			expected.emplace_back("LISTEN_PID=4711");
			EXPECT_EQ(next(), expected);
			ASSERT_EQ(environment_set("V0", "changed"), 0);
			ASSERT_EQ(environment_remove("V1"), 0);
			if (size > 1)
				expected.erase(expected.begin() + 1);
			if (size > 0)
				expected[0] = "V0=changed";
			else
				expected.emplace_back("V0=changed");
			EXPECT_EQ(next(), expected);
		});
	}
}

TEST(Environment, ThereIsNoLimitToTheNumberOfChanges)
{
	started_with({ "A=1" }, [] {
		Entries expected = { "A=1" };
		for (int i = 0; i < 600; i++) {
			const std::string name = "MANY" + std::to_string(i);
			ASSERT_EQ(environment_set(name.c_str(), std::to_string(i).c_str()), 0);
			expected.push_back(name + "=" + std::to_string(i));
		}
		EXPECT_EQ(next(), expected);
	});
}

} // namespace
