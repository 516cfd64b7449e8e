/* SPDX-License-Identifier: ISC */
/*
 * A process that makes whoever looks into it wait.  All searches on this machine see it: no
 * other test runs meanwhile.
 */
#include <cerrno>
#include <memory>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "endless_execution.h"
#include "probe_listener.h"
#include "network.h"
#include "other_process.h"
#include "process.h"
#include "skip.h"
#include "tools.h"

using testing::HasSubstr;

namespace {

/* Without the breaks and indentations of lines. */
std::string
in_one_line(const std::string &text)
{
	std::istringstream words(text);
	std::string line, word;

	while (words >> word)
		line += word + " ";
	return line;
}

/* Before 2026 no kernel lets anybody wait for such a process. */
class EndlessSearch : public InNamespace {
protected:
	/* Returns whether it is there. */
	bool start(const Descriptor &socket = Descriptor())
	{
		try {
			endless_ = std::make_unique<EndlessExecution>(socket);
		} catch (const std::exception &problem) {
			why_not_ = std::string("no FUSE: ") + problem.what();
		}
		return endless_ != nullptr;
	}
	std::string pid() const { return std::to_string(endless_->pid()); }
	bool blocks() const { return endless_->blocks(); }

	std::string why_not_;

private:
	std::unique_ptr<EndlessExecution> endless_;
};

TEST_F(EndlessSearch, GoesOnAfterTheProcessThatBlocksIt)
{
	if (!start())
		SKIP_TEST_EVEN_IN_CI(why_not_);
	OtherProcess holder("holder", [] { return port_of(listen_on("127.0.0.1").release()); });
	const std::string port = std::to_string(holder.told());
	for (const char *name : { "tcp-socket-listen", "s6-tcpserver-socketbinder" }) {
		Result result = run(tool(name, { "127.0.0.1", port, "true" }));
		EXPECT_NE(result.status, 0) << result;
		EXPECT_THAT(result.error, HasSubstr(error_text(EADDRINUSE)));
		EXPECT_THAT(result.error,
		    HasSubstr("is in use: holder (pid " + std::to_string(holder.pid())));
	}
	EXPECT_EQ(run(tool("bindchain", { "queues" })).status, 0);
}

/* By a start that fails, and by `explain` before it. */
TEST_F(EndlessSearch, NamesAHolderThatBlocksIt)
{
	Descriptor listener = listen_on("127.0.0.1");
	const std::string port = std::to_string(port_of(listener.get()));
	if (!start(listener))
		SKIP_TEST_EVEN_IN_CI(why_not_);
	listener = Descriptor();
	const auto is_told = HasSubstr(blocks()
	        ? "cannot identify the process: not every process could be inspected; blocked by"
	          " process " + pid()
	        : "(pid " + pid() + ",");
	EXPECT_THAT(run(tool("tcp-socket-listen", { "127.0.0.1", port, "true" })).error, is_told);
	EXPECT_THAT(in_one_line(run(tool("bindchain", { "explain", "tcp-socket-listen", "127.0.0.1",
	    port, "true" })).output), is_told);
	EXPECT_THAT(run(tool("bindchain", { "explain", "--json", "tcp-socket-listen", "127.0.0.1",
	    port, "true" })).output, is_told);
}

/* Where the process blocks, and where it only has no such socket any more. */
TEST_F(EndlessSearch, ForTheSocketsOfThatProcessEndsToo)
{
	if (!start())
		SKIP_TEST_EVEN_IN_CI(why_not_);
	Result result = run(tool("bindchain", { "adapt", "--from=pid:" + pid(), "true" }));
	if (!blocks()) {
		EXPECT_EQ(result.status, 100);
		EXPECT_THAT(result.error, HasSubstr("has no listening or datagram socket"));
		return;
	}
	EXPECT_EQ(result.status, 111);
	EXPECT_EQ(result.error_line(0), "bindchain adapt: fatal: take sockets of process " + pid()
	    + ": " + error_text(ETIMEDOUT));
	EXPECT_EQ(result.error_line(1), "bindchain adapt: info: it executes a program and does not"
	    " finish, such as at a file system that does not answer");
}

} // namespace
