/* SPDX-License-Identifier: ISC */
/*
 * A process that makes whoever looks into it wait.  All searches on this machine see it: no
 * other test runs meanwhile.
 */
#include <cerrno>
#include <memory>
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

using testing::AnyOf;
using testing::HasSubstr;

namespace {

using EndlessSearch = InNamespace;

/* Before 2026 no kernel lets the search wait. */
TEST_F(EndlessSearch, IsEndedByItsTimeLimit)
{
	std::unique_ptr<EndlessExecution> endless;

	try {
		endless = std::make_unique<EndlessExecution>();
	} catch (const std::exception &problem) {
		SKIP_TEST_EVEN_IN_CI(std::string("no FUSE: ") + problem.what());
	}
	OtherProcess holder("holder", [] { return port_of(listen_on("127.0.0.1").release()); });
	const std::string port = std::to_string(holder.told());
	const std::string found = "is in use: holder (pid " + std::to_string(holder.pid());
	const std::string waited = "cannot identify the process: the search ended at its time limit,"
	                           " waiting for process " + std::to_string(endless->pid());
	for (const char *name : { "tcp-socket-listen", "s6-tcpserver-socketbinder" }) {
		Result result = run(tool(name, { "127.0.0.1", port, "true" }));
		EXPECT_NE(result.status, 0) << result;
		EXPECT_THAT(result.error, HasSubstr(error_text(EADDRINUSE)));
		EXPECT_THAT(result.error, AnyOf(HasSubstr(found), HasSubstr(waited)));
	}
	EXPECT_EQ(run(tool("bindchain", { "queues" })).status, 0);
}

} // namespace
