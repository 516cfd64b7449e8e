/* SPDX-License-Identifier: ISC */
/* LISTEN_*, well and ill formed: sd_listen_fds(3) is what other readers go by. */
#include "core.h"
#include "child.h"

#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

void
set(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

class ListenEnvironment : public testing::Test {
protected:
	void SetUp() override { clear(); }
	void TearDown() override { clear(); }

	static void clear()
	{
		for (const char *name : { "LISTEN_FDS", "LISTEN_PID", "LISTEN_PIDFDID",
		         "LISTEN_FDNAMES" })
			unsetenv(name);
	}

	static struct listen_environment read()
	{
		struct listen_environment environment;
		listen_environment_read(&environment);
		return environment;
	}
};

TEST_F(ListenEnvironment, EmptyClaimsNothing)
{
	struct listen_environment environment = read();

	EXPECT_EQ(environment.fds, nullptr);
	EXPECT_EQ(environment.pid, nullptr);
	EXPECT_EQ(environment.names, nullptr);
	EXPECT_EQ(environment.owner, LISTEN_OWNER_UNSET);
	EXPECT_TRUE(environment.well_formed);
	EXPECT_EQ(environment.count, 0);
}

TEST_F(ListenEnvironment, CountIsReadAsSystemdReadsIt)
{
	const struct {
		const char *text;
		bool well_formed;
		int count;
	} rows[] = {
		{ "0", true, 0 }, { "1", true, 1 }, { "0x10", true, 16 }, { "010", true, 8 },
		{ "2147483644", true, INT_MAX - 3 }, /* the last is descriptor INT_MAX */
		{ "2147483645", false, 0 }, { "99999999999", false, 0 }, { "-1", false, 0 },
		{ "", false, 0 }, { " 1", false, 0 }, { "1 ", false, 0 }, { "1x", false, 0 },
		{ "one", false, 0 },
	};

	for (const auto &row : rows) {
		set("LISTEN_FDS", row.text);
		struct listen_environment environment = read();
		EXPECT_EQ(environment.well_formed, row.well_formed) << '"' << row.text << '"';
		EXPECT_EQ(environment.count, row.count) << '"' << row.text << '"';
	}
}

TEST_F(ListenEnvironment, BelongsToTheProcessThatListenPidNames)
{
	std::string own = std::to_string(getpid()), other = std::to_string(getppid());

	set("LISTEN_PID", own.c_str());
	EXPECT_EQ(read().owner, LISTEN_OWNER_US);
	EXPECT_TRUE(read().pid_is_decimal);
	for (const std::string &pid : { "+" + own, " " + own, "\t " + own }) {
		set("LISTEN_PID", pid.c_str());
		EXPECT_EQ(read().owner, LISTEN_OWNER_US) << '"' << pid << '"';
		EXPECT_FALSE(read().pid_is_decimal) << '"' << pid << '"';
	}
	for (const std::string &pid : { other, std::string("1x"), std::string(""),
	         std::string("-1"), std::string("0"), std::string("99999999999"), own + " ",
	         "-" + own, "+ " + own, "++" + own }) {
		set("LISTEN_PID", pid.c_str());
		EXPECT_EQ(read().owner, LISTEN_OWNER_OTHER) << '"' << pid << '"';
	}
}

/* LISTEN_PIDFDID narrows it where the system knows such a number. */
TEST_F(ListenEnvironment, IdentityOfAnotherProcessMakesItAnothers)
{
	uint64_t identity = 0;
	bool known = backend_process_identity(&identity);

	set("LISTEN_PID", std::to_string(getpid()).c_str());
	set("LISTEN_PIDFDID", std::to_string(identity).c_str());
	EXPECT_EQ(read().owner, LISTEN_OWNER_US);
	for (const std::string &wrong : { std::to_string(identity + 1), std::string("x"),
	         std::string("") }) {
		set("LISTEN_PIDFDID", wrong.c_str());
		EXPECT_EQ(read().owner, known ? LISTEN_OWNER_OTHER : LISTEN_OWNER_US) << wrong;
	}
}

TEST_F(ListenEnvironment, IdentityAloneMakesNoOwner)
{
	set("LISTEN_PIDFDID", "1");
	EXPECT_EQ(read().owner, LISTEN_OWNER_UNSET);
}

TEST(ListenDescriptors, FirstThatIsNotOpenIsNamed)
{
	in_child([] {
		close_from_three();
		EXPECT_EQ(listen_environment_first_closed(0), -1);
		EXPECT_EQ(listen_environment_first_closed(1), 3);
		ASSERT_EQ(dup(0), 3);
		ASSERT_EQ(dup(0), 4);
		EXPECT_EQ(listen_environment_first_closed(2), -1);
		EXPECT_EQ(listen_environment_first_closed(INT_MAX - 3), 5);
		close(3);
		EXPECT_EQ(listen_environment_first_closed(2), 3);
	});
}

/* They are asked about in lots. */
TEST(ListenDescriptors, FirstOfManyThatIsNotOpenIsNamed)
{
	in_child([] {
		close_from_three();
		for (int i = 0; i < 100; i++)
			ASSERT_EQ(dup(0), 3 + i);
		EXPECT_EQ(listen_environment_first_closed(100), -1);
		EXPECT_EQ(listen_environment_first_closed(101), 103);
		for (int closed : { 102, 67, 66, 35, 34, 3 }) {
			close(closed);
			EXPECT_EQ(listen_environment_first_closed(100), closed);
		}
	});
}

std::string
name_at(const char *names, int index)
{
	int length = -1;
	const char *start = listen_names_next(&names, &length);

	while (start && index-- > 0)
		start = listen_names_next(&names, &length);
	return start ? std::string(start, static_cast<size_t>(length)) : "(none)";
}

TEST(ListenNames, EmptyOnesCount)
{
	EXPECT_EQ(listen_names_count(""), 1);
	EXPECT_EQ(listen_names_count("a"), 1);
	EXPECT_EQ(listen_names_count("a:b"), 2);
	EXPECT_EQ(listen_names_count(":"), 2);
	EXPECT_EQ(listen_names_count("a::b:"), 4);
}

TEST(ListenNames, AreFoundByPosition)
{
	EXPECT_EQ(name_at("http:https:", 0), "http");
	EXPECT_EQ(name_at("http:https:", 1), "https");
	EXPECT_EQ(name_at("http:https:", 2), "");
	EXPECT_EQ(name_at("http:https:", 3), "(none)");
	EXPECT_EQ(name_at("", 0), "");
	EXPECT_EQ(name_at("", 1), "(none)");
	EXPECT_EQ(name_at(nullptr, 0), "(none)");
}

} // namespace
