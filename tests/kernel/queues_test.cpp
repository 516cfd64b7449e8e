/* SPDX-License-Identifier: ISC */
/* bindchain queues where the kernel's list can be read, and where it names what does. */
#include <gmock/gmock.h>

#include "expectations.h"
#include "network.h"
#include "probe_listener.h"
#include "tools.h"

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

class Queues : public OnLoopback {};

TEST_F(Queues, ShowAListenerOrNameTheCommandThatDoes)
{
	const char *command = expectations().listeners_command;
	Descriptor listening = listen_on("127.0.0.1");
	const std::string port = std::to_string(port_of(listening.get()));
	Result result = run(tool("bindchain", { "queues" }));

	if (!command) {
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_THAT(result.output, HasSubstr(loopback() + ":" + port + " "));
		return;
	}
	EXPECT_EQ(result.status, 100);
	EXPECT_THAT(result.output, IsEmpty());
	EXPECT_THAT(result.error, EndsWith(std::string("; try: ") + command + "\n"));
	EXPECT_THAT(output_of(command), HasSubstr(loopback() + "." + port)); /* netstat(1) */
}

TEST_F(Queues, AreWatchedWhereTheyAreListed)
{
	const char *command = expectations().listeners_command;
	Process watch(tool("bindchain", { "queues", "--watch" }));

	if (!command) {
		Descriptor listening = listen_on("127.0.0.1");
		const std::string at = loopback() + ":" + std::to_string(port_of(listening.get()));
		std::string line;
		do
			line = watch.read_line();
		while (line.find(at + " ") == std::string::npos);
		EXPECT_THAT(line, HasSubstr(at + " length 0"));
		return;
	}
	Result result = watch.finish();
	EXPECT_EQ(result.status, 100);
	EXPECT_THAT(result.error, EndsWith(std::string("; try: ") + command + "\n"));
}

struct Wrong {
	std::vector<std::string> arguments;
	const char *message;
};

TEST(QueuesUse, WrongUseIsRefused)
{
	static const Wrong wrongs[] = {
		{ { "80" }, "unexpected argument: 80" },
		{ { "--json", "--watch" }, "--json and --watch exclude each other" },
		{ { "--interval=1" }, "--interval needs --watch" },
		{ { "-w", "-i", "0" }, "not an interval (0.1 to 3600 seconds): 0" },
		{ { "-w", "-i", "0.0" }, "not an interval (0.1 to 3600 seconds): 0.0" },
		{ { "-w", "-i", "3600.1" }, "not an interval (0.1 to 3600 seconds): 3600.1" },
		{ { "-w", "-i", "1.25" }, "not an interval (0.1 to 3600 seconds): 1.25" },
		{ { "-w", "-i", "1." }, "not an interval (0.1 to 3600 seconds): 1." },
		{ { "-w", "-i", "-1" }, "not an interval (0.1 to 3600 seconds): -1" },
		{ { "-w", "-i", "1s" }, "not an interval (0.1 to 3600 seconds): 1s" },
		{ { "-w", "-i", "" }, "not an interval (0.1 to 3600 seconds): " },
	};

	for (const Wrong &wrong : wrongs) {
		std::vector<std::string> arguments = { "queues" };
		arguments.insert(arguments.end(), wrong.arguments.begin(), wrong.arguments.end());
		Result result = run(tool("bindchain", arguments));
		EXPECT_EQ(result.status, 100);
		EXPECT_EQ(result.error, std::string("bindchain queues: fatal: ") + wrong.message
		        + "\n");
	}
}

} // namespace
