/* SPDX-License-Identifier: ISC */
/* Plans as text: the calls that explain prints, which are those that are made. */
#include "objects.h"

#include <cerrno>
#include <functional>
#include <sstream>
#include <vector>

#include <gtest/gtest.h>

#include "expectations.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Lines = std::vector<std::string>;

Lines
texts_of(const Plan &plan)
{
	Lines lines;

	for (size_t i = 0; i < bindchain_plan_count(plan.get()); i++)
		lines.push_back(bindchain_plan_text(plan.get(), i));
	return lines;
}

Lines
planned(const Request &request)
{
	struct bindchain_failure failure = {};
	Plan plan(bindchain_plan_new(request.get(), &failure));

	EXPECT_NE(plan, nullptr) << failure.operation << " " << failure.error;
	return texts_of(plan);
}

/* The calls in explain's output, between a heading and an empty line. */
Lines
explained(const std::vector<std::string> &command)
{
	std::vector<std::string> arguments = { "explain" };
	Lines lines;
	bool inside = false;

	arguments.insert(arguments.end(), command.begin(), command.end());
	Result result = run(tool("bindchain", arguments));
	std::istringstream output(result.output);
	for (std::string line; std::getline(output, line);) {
		if (line == "System calls, in order")
			inside = true;
		else if (line.empty())
			inside = false;
		else if (inside)
			lines.push_back(line.substr(4));
	}
	EXPECT_FALSE(lines.empty()) << result;
	return lines;
}

TEST(LibraryPlan, HasTheCallsThatExplainPrints)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket";
	const std::string fifo = directory / "fifo";
	Request tcp = internet("127.0.0.1", 8080);
	Request ipv6 = internet("::1", 0);
	Request udp = internet("127.0.0.1", 8053, BINDCHAIN_UDP);
	Request stream = local(path), pipe = local(fifo, BINDCHAIN_FIFO);

	bindchain_set_option(ipv6.get(), BINDCHAIN_V6ONLY, BINDCHAIN_REQUIRED, 1, nullptr);
	bindchain_set_backlog(ipv6.get(), 5, 3, nullptr);
	bindchain_set_flags(udp.get(), BINDCHAIN_BE_EXCLUSIVE, nullptr);
	bindchain_set_least_buffer(udp.get(), 4096, nullptr);
	bindchain_set_mode(stream.get(), 0640, nullptr);
	EXPECT_EQ(planned(tcp), explained({ "listen", "--tcp=127.0.0.1:8080,reuse-address=no",
	    "true" }));
	EXPECT_EQ(planned(ipv6), explained({ "listen",
	    "--tcp=[::1]:0,reuse-address=no,backlog=5,least-backlog=3", "true" }));
	EXPECT_EQ(planned(udp), explained({ "listen", "--udp=127.0.0.1:8053,exclusive,"
	    "least-receive-buffer=4096", "true" }));
	EXPECT_EQ(planned(stream), explained({ "listen", "--unix=" + path + ",mode=0640", "true" }));
	EXPECT_EQ(planned(pipe), explained({ "fifo-listen", fifo, "true" }));
}

/* listen(2) and bind(2) of a plain TCP socket: what there is to do on every system. */
TEST(LibraryPlan, OfATcpSocketEndsWithBindAndListen)
{
	Lines lines = planned(internet("127.0.0.1", 8080));

	ASSERT_GE(lines.size(), 3u);
	EXPECT_EQ(lines[0].rfind("socket(AF_INET=2, SOCK_STREAM", 0), 0u) << lines[0];
	EXPECT_EQ(lines[lines.size() - 2], "bind(127.0.0.1:8080)");
	EXPECT_EQ(lines.back().rfind("listen(", 0), 0u) << lines.back();
}

TEST(LibraryPlan, StaysAsItIsWhenTheRequestChanges)
{
	Request request = internet("127.0.0.1", 8080);
	Plan plan(bindchain_plan_new(request.get(), nullptr));
	Lines before = texts_of(plan);

	ASSERT_EQ(bindchain_resolve(request.get(), "127.0.0.2", "9090", 0, nullptr), 0);
	EXPECT_EQ(texts_of(plan), before);
	EXPECT_NE(planned(request), before);
	request.reset();
	EXPECT_EQ(texts_of(plan), before);
}

TEST(LibraryPlan, OfWhatIsNotSupportedFails)
{
	Request request = internet("127.0.0.1", 8080);
	struct bindchain_failure failure = {};

	bindchain_set_option(request.get(), BINDCHAIN_PASS_CREDENTIALS, BINDCHAIN_REQUIRED, 1,
	    nullptr);
	EXPECT_EQ(bindchain_plan_new(request.get(), &failure), nullptr);
	EXPECT_EQ(failure.operation, BINDCHAIN_UNSUPPORTED);
	EXPECT_STREQ(failure.subject, bindchain_option_name(BINDCHAIN_PASS_CREDENTIALS));
}

TEST(LibraryPlan, OfAnIncompleteRequestFails)
{
	Request request(bindchain_request_new(BINDCHAIN_TCP));
	struct bindchain_failure failure = {};

	EXPECT_EQ(bindchain_plan_new(request.get(), &failure), nullptr);
	EXPECT_EQ(failure.operation, BINDCHAIN_INVALID);
	EXPECT_EQ(failure.error, EINVAL);
	EXPECT_STREQ(failure.subject, "address");
	EXPECT_EQ(bindchain_plan_new(request.get(), nullptr), nullptr);
	EXPECT_EQ(bindchain_plan_new(nullptr, &failure), nullptr);
	EXPECT_STREQ(failure.subject, "request");
	EXPECT_EQ(bindchain_plan_new(nullptr, nullptr), nullptr);
}

/* A plan, or the reason why there is none here; and what would happen. */
TEST(LibraryPlan, OfEveryKindIsMadeOrNotSupported)
{
	TemporaryDirectory directory;
	std::vector<Request> requests;

	for (auto kind : { BINDCHAIN_TCP, BINDCHAIN_UDP })
		for (const char *host : { "127.0.0.1", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1" })
			requests.push_back(internet(host, 0, kind));
	for (auto kind : { BINDCHAIN_UNIX_STREAM, BINDCHAIN_UNIX_DATAGRAM,
	         BINDCHAIN_UNIX_SEQPACKET, BINDCHAIN_FIFO })
		requests.push_back(local(directory / "path", kind));
	for (auto kind : { BINDCHAIN_NETLINK, BINDCHAIN_NETLINK_RAW }) {
		requests.emplace_back(bindchain_request_new(kind));
		bindchain_set_netlink(requests.back().get(), "route", 1, nullptr);
	}
	for (const Request &request : requests) {
		struct bindchain_failure failure = {};
		Plan plan(bindchain_plan_new(request.get(), &failure));
		bool is_valid = plan || failure.operation == BINDCHAIN_UNSUPPORTED;
		EXPECT_TRUE(is_valid || bindchain_get_kind(request.get()) >= BINDCHAIN_NETLINK)
		    << bindchain_get_kind(request.get()) << " " << failure.operation;
		EXPECT_EQ(bindchain_plan_count(plan.get()) > 0, plan != nullptr);
		EXPECT_EQ(FoundList(bindchain_foresee(request.get(), 0)) != nullptr, is_valid);
	}
}

TEST(LibraryPlan, HasNothingBeyondItsEnd)
{
	Plan plan(bindchain_plan_new(internet("127.0.0.1", 0).get(), nullptr));
	size_t count = bindchain_plan_count(plan.get());

	EXPECT_NE(bindchain_plan_text(plan.get(), count - 1), nullptr);
	EXPECT_EQ(bindchain_plan_text(plan.get(), count), nullptr);
	EXPECT_EQ(bindchain_plan_text(plan.get(), SIZE_MAX), nullptr);
	EXPECT_EQ(bindchain_plan_count(nullptr), 0u);
	EXPECT_EQ(bindchain_plan_text(nullptr, 0), nullptr);
	bindchain_plan_free(nullptr);
}

TEST(LibraryPlan, IsOneLineForEachCallWhateverThePathHas)
{
	TemporaryDirectory directory;
	Request request = local(directory / "a\nb\033[31m");
	size_t escaped = 0;

	for (const std::string &line : planned(request)) {
		EXPECT_EQ(line.find_first_of("\n\033"), std::string::npos) << line;
		escaped += line.find("a\\012b\\033[31m") != std::string::npos;
	}
	EXPECT_GT(escaped, 0u);
}

} // namespace
