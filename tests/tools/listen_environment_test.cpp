/* SPDX-License-Identifier: ISC */
/*
 * The LISTEN_… variables: what a predecessor says of the descriptors from 3 on,
 * true or not, and what the next program is told.  The protocol is
 * sd_listen_fds(3)'s.
 */
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "network.h"
#include "probe_report.h"
#include "process_identity.h"
#include "skip.h"
#include "tools.h"

namespace {

const char nosh[] = "tcp-socket-listen";

enum class Owner { unset, us, another, malformed };

class ListenEnvironment : public testing::Test {
protected:
	/* A listener with COUNT sockets handed to it. */
	Command handed(int count, const std::string &fds, Owner owner)
	{
		Command command = tool(nosh, { "--systemd-compatibility", "127.0.0.1", "0" });
		for (int i = 0; i < count; i++) {
			inherited.push_back(listen_on("127.0.0.1"));
			command.descriptors[3 + i] = inherited.back().get();
		}
		command.set("LISTEN_FDS", fds);
		switch (owner) {
		case Owner::us:
			command.before_execution = set_listen_pid;
			break;
		case Owner::another:
			/* Process 1 is never the tool. */
			command.set("LISTEN_PID", "1");
			break;
		case Owner::malformed:
			command.set("LISTEN_PID", "x");
			break;
		case Owner::unset:
			break;
		}
		return command;
	}

	/* The socket that the tool made, among COUNT in all, is at DESCRIPTOR. */
	void expect_new_socket(const ProbeReport &report, int descriptor)
	{
		int port = report.descriptor(descriptor).at("port");
		for (const Descriptor &each : inherited)
			EXPECT_NE(port, port_of(each.get()));
		EXPECT_EQ(report.variable("LISTEN_FDS"), std::to_string(descriptor - 2));
		EXPECT_EQ(report.variable("LISTEN_PID"), std::to_string(report.pid()));
	}

	std::vector<Descriptor> inherited;
};

/* ---- whose it is ---- */

TEST_F(ListenEnvironment, OfOursIsCountedOn)
{
	ProbeReport report = probe_behind(handed(2, "2", Owner::us));

	expect_new_socket(report, 5);
	for (size_t i = 0; i < 2; i++)
		EXPECT_EQ(report.descriptor(3 + static_cast<int>(i)).at("port"),
		    port_of(inherited[i].get()));
}

/* sd_listen_fds(3) reads numbers as C writes them. */
TEST_F(ListenEnvironment, MayBeWrittenInAnotherBase)
{
	expect_new_socket(probe_behind(handed(2, "0x2", Owner::us)), 5);
}

TEST_F(ListenEnvironment, OfOursThatClaimsNothingBeginsAt3)
{
	expect_new_socket(probe_behind(handed(1, "0", Owner::us)), 3);
}

TEST_F(ListenEnvironment, OfOursWithoutACountBeginsAt3)
{
	Command command = handed(0, "", Owner::us);
	expect_new_socket(probe_behind(command.unset("LISTEN_FDS")), 3);
}

TEST_F(ListenEnvironment, OfAnotherProcessIsNotCounted)
{
	expect_new_socket(probe_behind(handed(2, "2", Owner::another)), 3);
}

TEST_F(ListenEnvironment, WithAMalformedPidIsNotCounted)
{
	expect_new_socket(probe_behind(handed(2, "2", Owner::malformed)), 3);
}

TEST_F(ListenEnvironment, WithoutAPidIsNotCounted)
{
	expect_new_socket(probe_behind(handed(2, "2", Owner::unset)), 3);
}

TEST_F(ListenEnvironment, OfAnotherProcessMayBeMalformed)
{
	expect_new_socket(probe_behind(handed(0, "nonsense", Owner::another)), 3);
}

TEST_F(ListenEnvironment, StaysAsItIsWithoutSystemdCompatibility)
{
	Command command = handed(2, "2", Owner::another);
	command.argv = { command.argv[0], "127.0.0.1", "0" };
	command.set("LISTEN_FDNAMES", "a:b").set("LISTEN_PIDFDID", "7");
	ProbeReport report = probe_behind(command);

	EXPECT_EQ(report.environment(), command.environment);
	EXPECT_NE(report.descriptor(3).at("port"), port_of(inherited[0].get()));
	EXPECT_EQ(report.descriptor(4).at("port"), port_of(inherited[1].get()));
}

/* nosh's manual gives 3; its code, as we do, what is true. */
TEST_F(ListenEnvironment, CountsForUpstartToo)
{
	Command command = handed(2, "2", Owner::us);
	command.argv.insert(command.argv.begin() + 1, "--upstart-compatibility");
	ProbeReport report = probe_behind(command);

	EXPECT_EQ(report.variable("UPSTART_FDS"), "5");
	EXPECT_EQ(report.variable("UPSTART_EVENTS"), "socket");
}

/* ---- that lies or is malformed ---- */

struct Lie {
	const char *name;
	const char *fds;
	int first_closed; /* descriptor that is claimed and not open, or -1: malformed */
};

std::ostream &
operator<<(std::ostream &stream, const Lie &row)
{
	return stream << row.name;
}

class ListenFdsThatLies : public ListenEnvironment, public testing::WithParamInterface<Lie> {};

TEST_P(ListenFdsThatLies, IsAnErrorThatSaysHow)
{
	const Lie &lie = GetParam();
	Command command = handed(1, lie.fds, Owner::us);
	command.argv.push_back(probe_path());
	Result result = run(command);

	EXPECT_EQ(result.status, 1);
	EXPECT_EQ(result.output, "");
	EXPECT_EQ(result.error_line(0).rfind(std::string(nosh) + ": FATAL: LISTEN_FDS: ", 0), 0u)
	    << result;
	EXPECT_EQ(result.error_line(1), std::string(nosh) + ": info: LISTEN_FDS=" + lie.fds
	    + (lie.first_closed < 0 ? std::string(": not a number of descriptors")
	        : ": descriptor " + std::to_string(lie.first_closed) + " is not open"));
}

INSTANTIATE_TEST_SUITE_P(Nosh, ListenFdsThatLies, testing::Values(
    Lie { "OneTooMany", "2", 4 }, Lie { "ManyTooMany", "1000", 4 },
    Lie { "AsManyAsCanBe", "2147483644", 4 }, Lie { "MoreThanCanBe", "2147483645", -1 },
    Lie { "Overflowing", "18446744073709551617", -1 }, Lie { "Negative", "-1", -1 },
    Lie { "Empty", "", -1 }, Lie { "Letters", "two", -1 }, Lie { "Junk", "1x", -1 },
    Lie { "Space", " 1", -1 }, Lie { "NoOctal", "09", -1 }),
    [](const testing::TestParamInfo<Lie> &lie) { return std::string(lie.param.name); });

TEST(ListenFds, ThatLiesIsFoundBeforeASocketIsOpened)
{
	Command command = tool(nosh, { "--systemd-compatibility", "192.0.2.1", "0", "true" });
	command.set("LISTEN_FDS", "1");
	command.before_execution = set_listen_pid;
	Result result = run(command);

	EXPECT_EQ(result.error_line(0), std::string(nosh) + ": FATAL: LISTEN_FDS: "
	    + error_text(EBADF));
}

/* ---- one wording ---- */

/* All commands that take inherited sockets, with an open socket as 3 and a file as 4. */
class EachCommand : public testing::TestWithParam<std::vector<std::string>> {
protected:
	Command command(const char *fds, Owner owner)
	{
		Command command = tool("bindchain", GetParam());
		command.descriptors[3] = listener.get();
		command.descriptors[4] = file.get();
		if (fds)
			command.set("LISTEN_FDS", fds);
		if (owner == Owner::us)
			command.before_execution = set_listen_pid;
		if (owner == Owner::another)
			command.set("LISTEN_PID", "1");
		return command;
	}

	void expect(const char *fds, Owner owner, const std::string &sentence,
	    const std::string &section)
	{
		const std::string prefix = "bindchain " + GetParam()[0] + ": ";
		Result result = run(command(fds, owner));

		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.error_line(0), prefix + "fatal: " + sentence);
		EXPECT_EQ(result.error_line(result.error_lines() - 1),
		    prefix + "info: see bindchain-errors(7), " + section);
	}

	bool is(const char *name) const { return GetParam()[0] == name; }

	Descriptor listener = listen_on("127.0.0.1"), file { open("/dev/null", O_RDONLY) };
};

TEST_P(EachCommand, SaysWhatIsWrongWithListenFds)
{
	const std::string malformed = ": not a number of descriptors", wrong = "LISTEN_FDS WRONG";

	for (const char *fds : { "x", "", "-1", "1x", "2147483645" })
		expect(fds, Owner::us, std::string("LISTEN_FDS=") + fds + malformed, wrong);
	expect("3", Owner::us, "LISTEN_FDS=3: descriptor 5 is not open", wrong);
	expect("2147483644", Owner::us, "LISTEN_FDS=2147483644: descriptor 5 is not open", wrong);
	if (is("listen")) /* which opens its own, and passes files on */
		return;
	expect(nullptr, Owner::unset, "no inherited sockets: LISTEN_FDS is not set", wrong);
	expect("0", Owner::us, "no inherited sockets: LISTEN_FDS is 0", wrong);
	expect("2", Owner::us, "descriptor 4 is not a socket", wrong);
}

TEST_P(EachCommand, SaysWhoseListenFdsIs)
{
	const std::string remedy = is("accept") ? "" : "; --any-pid ignores LISTEN_PID";
	const std::string differs = "LISTEN_PID DIFFERS";

	if (is("listen"))
		return;
	expect("1", Owner::another, "LISTEN_FDS is for another process (LISTEN_PID=1)" + remedy,
	    differs);
	expect("1", Owner::unset, "LISTEN_FDS is for no process: LISTEN_PID is not set" + remedy,
	    differs);
}

INSTANTIATE_TEST_SUITE_P(Native, EachCommand,
    testing::Values(std::vector<std::string> { "adapt", "true" },
        std::vector<std::string> { "adopt", "true" }, std::vector<std::string> { "accept", "true" },
        std::vector<std::string> { "listen", "--tcp=127.0.0.1:0", "true" },
        std::vector<std::string> { "listen", "--tcp=127.0.0.1:0,inherit", "true" }),
    [](const testing::TestParamInfo<std::vector<std::string>> &tested) {
	    return tested.param[0] + (tested.param.back() == tested.param[1] ? ""
	        : tested.param[1].find("inherit") == std::string::npos ? "Opens" : "Inherits");
    });

/* ---- names ---- */

struct Names {
	const char *name;
	Owner owner;
	int inherited;
	std::optional<std::string> before, after;
};

std::ostream &
operator<<(std::ostream &stream, const Names &row)
{
	return stream << row.name;
}

class ListenFdnames : public ListenEnvironment, public testing::WithParamInterface<Names> {};

TEST_P(ListenFdnames, FollowTheirRule)
{
	const Names &names = GetParam();
	Command command = handed(names.inherited, std::to_string(names.inherited), names.owner);
	if (names.before)
		command.set("LISTEN_FDNAMES", *names.before);
	ProbeReport report = probe_behind(command);

	EXPECT_EQ(report.variable("LISTEN_FDNAMES"), names.after);
}

const std::optional<std::string> none;

INSTANTIATE_TEST_SUITE_P(Nosh, ListenFdnames, testing::Values(
    Names { "AreNotInvented", Owner::us, 1, none, none },
    Names { "OfASocketToComeStand", Owner::unset, 0, "web", "web" },
    Names { "OfSocketsToComeAreNeverShortened", Owner::unset, 0, "web:api", "web:api" },
    Names { "OfOursStand", Owner::us, 1, "web:api", "web:api" },
    Names { "OfOursAreLengthenedForOurSocket", Owner::us, 1, "web", "web:unknown" },
    Names { "OfOursAreLengthenedForAllSockets", Owner::us, 3, "web",
        "web:unknown:unknown:unknown" },
    Names { "OfOursAreNeverShortened", Owner::us, 1, "a:b:c:d", "a:b:c:d" },
    Names { "ThatAreEmptyCountAsOne", Owner::us, 1, "", ":unknown" },
    Names { "WithEmptyOnesKeepTheirPlaces", Owner::us, 2, ":b:", ":b:" },
    Names { "OfAnotherProcessAreDropped", Owner::another, 1, "theirs", none },
    Names { "WithAMalformedPidAreDropped", Owner::malformed, 1, "theirs", none }),
    [](const testing::TestParamInfo<Names> &names) { return std::string(names.param.name); });

TEST(ListenFdnamesOfAChain, AreThoseThatItsCallerPreset)
{
	for (const char *names : { "a:b", "a:b:c" }) {
		Command command = tool(nosh, { "--systemd-compatibility", "127.0.0.1", "0", nosh,
		    "--systemd-compatibility", "127.0.0.1", "0" });
		command.set("LISTEN_FDNAMES", names);
		EXPECT_EQ(probe_behind(command).variable("LISTEN_FDNAMES"), names);
	}
}

/* Seconds of the processor that the tools use in a chain of COUNT listeners. */
double
seconds_of_chain(int count, const char *names)
{
	std::vector<std::string> arguments;
	struct rusage before, after;
	const auto seconds = [](const struct rusage &usage) {
		return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
		    + static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
	};

	for (int i = 0; i < count; i++)
		arguments.insert(arguments.end(),
		    { nosh, "--systemd-compatibility", "127.0.0.1", "0" });
	arguments.erase(arguments.begin());
	arguments.push_back("true");
	Command command = tool(nosh, arguments);
	if (names)
		command.set("LISTEN_FDNAMES", names);
	getrusage(RUSAGE_CHILDREN, &before);
	Result result = run(command);
	getrusage(RUSAGE_CHILDREN, &after);
	EXPECT_EQ(result.status, 0) << result;
	return seconds(after) - seconds(before);
}

/* With the square of their number, 600 names took thirty times as long as none. */
TEST(ListenFdnamesOfAChain, CostLittle)
{
	const double without = seconds_of_chain(600, nullptr), with = seconds_of_chain(600, "a");

	EXPECT_LT(with, 8 * without);
}

/* ---- LISTEN_PID ---- */

/* It is ours to sd_listen_fds(3), but not to readers of decimal digits. */
TEST_F(ListenEnvironment, OfOursIsRewrittenInPlainDecimal)
{
	for (const char *format : { "0x%x", "0%o", "+%d", " %d" }) {
		SCOPED_TRACE(format);
		inherited.clear();
		Command command = handed(1, "1", Owner::us);
		command.before_execution = [format](Command &child) {
			char written[32];
			snprintf(written, sizeof written, format, getpid());
			child.set("LISTEN_PID", written);
		};
		expect_new_socket(probe_behind(command), 4);
	}
}

/* ---- LISTEN_PIDFDID ---- */

class ListenPidfdid : public ListenEnvironment {
protected:
	void SetUp() override
	{
		if (!process_identity())
			SKIP_TEST_EVEN_IN_CI("this kernel's processes have no number of that kind");
	}
};

TEST_F(ListenPidfdid, OfOursIsBelievedAndRemoved)
{
	Command command = handed(1, "1", Owner::us);
	command.set("LISTEN_FDNAMES", "web:api");
	command.before_execution = [](Command &child) {
		set_listen_pid(child);
		child.set("LISTEN_PIDFDID", std::to_string(process_identity().value_or(0)));
	};
	ProbeReport report = probe_behind(command);

	expect_new_socket(report, 4);
	EXPECT_EQ(report.variable("LISTEN_PIDFDID"), none);
	EXPECT_EQ(report.variable("LISTEN_FDNAMES"), "web:api");
}

TEST_F(ListenPidfdid, ThatDoesNotMatchIsAnotherProcess)
{
	for (const char *identity : { "1", "x", "" }) {
		Command command = handed(1, "1", Owner::us);
		command.set("LISTEN_FDNAMES", "theirs").set("LISTEN_PIDFDID", identity);
		ProbeReport report = probe_behind(command);

		expect_new_socket(report, 3);
		EXPECT_EQ(report.variable("LISTEN_PIDFDID"), none);
		EXPECT_EQ(report.variable("LISTEN_FDNAMES"), none);
	}
}

TEST_F(ListenEnvironment, PidfdidOfAnotherProcessIsRemoved)
{
	Command command = handed(1, "1", Owner::another);
	command.set("LISTEN_PIDFDID", "7");
	ProbeReport report = probe_behind(command);

	expect_new_socket(report, 3);
	EXPECT_EQ(report.variable("LISTEN_PIDFDID"), none);
}

} // namespace
