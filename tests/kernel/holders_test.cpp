/* SPDX-License-Identifier: ISC */
/*
 * An address in use: who has it is told where the kernel lets that be known, and
 * elsewhere which command of the system knows.
 */
#include <cerrno>

#include <gmock/gmock.h>

#include "expectations.h"
#include "probe_listener.h"
#include "temporary_directory.h"
#include "tools.h"

using testing::EndsWith;
using testing::HasSubstr;

namespace {

const char tcp_tool[] = "tcp-socket-listen";
const char unix_tool[] = "local-stream-socket-listen";

class Holders : public OnLoopback {
protected:
	static void expect_in_use(const Result &result)
	{
		EXPECT_NE(result.status, 0) << result;
		EXPECT_THAT(result.error, HasSubstr(error_text(EADDRINUSE)));
	}

	/* ADDRESS as the tools write it and as COMMAND does, unless that is NULL. */
	static void expect_told(const Result &result, const std::string &address,
	    const char *command)
	{
		expect_in_use(result);
		if (!command) {
			EXPECT_THAT(result.error, HasSubstr(": info: " + address + " is in use: "));
			return;
		}
		EXPECT_THAT(result.error, HasSubstr(": info: cannot determine the holder: "));
		EXPECT_THAT(result.error, EndsWith(std::string(": info: try: ") + command + "\n"));
		EXPECT_THAT(output_of(command), HasSubstr(address));
	}

	static Command listener(const std::string &port, std::vector<std::string> options = {},
	    const std::string &name = tcp_tool)
	{
		options.insert(options.end(), { "127.0.0.1", port, probe_path() });
		return tool(name, options);
	}
};

TEST_F(Holders, OfAnAddressAreToldOrTheCommandThatTells)
{
	ProbeListener holder(tcp_tool, { "127.0.0.1", "0" });
	const std::string port = std::to_string(holder.port());

	expect_told(run(listener(port)), loopback() + ":" + port, expectations().holders_command);
}

TEST_F(Holders, OfAPathAreToldOrTheCommandThatTells)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket";
	ProbeListener holder(unix_tool, { path });

	expect_told(run_tool(unix_tool, { path }), path, expectations().path_holders_command);
}

TEST_F(Holders, AFileThatIsNoSocketHasNone)
{
	TemporaryDirectory directory;
	Result result = run_tool(unix_tool, { directory.file("file", "", 0600) });

	expect_in_use(result);
	EXPECT_THAT(result.error,
	    EndsWith("/file is not a socket, and only sockets are removed\n"));
}

TEST_F(Holders, AreNotSoughtWhereThatIsSwitchedOff)
{
	ProbeListener holder(tcp_tool, { "127.0.0.1", "0" });
	const std::string port = std::to_string(holder.port());
	Command by_environment = listener(port);

	by_environment.set("BINDCHAIN_HOLDER_SEARCH", "off");
	for (const char *name : { tcp_tool, "s6-tcpserver-socketbinder" }) {
		Result result = run(listener(port, { "--no-holder-search" }, name));
		expect_in_use(result);
		EXPECT_EQ(result.error_lines(), 2U) << result;
	}
	EXPECT_EQ(run(by_environment).error_lines(), 2U);
	by_environment.set("BINDCHAIN_HOLDER_SEARCH", "on");
	EXPECT_GT(run(by_environment).error_lines(), 2U);
}

} // namespace
