/* SPDX-License-Identifier: ISC */
/* A failure in one line, for any program's log. */
#include "objects.h"

#include <cerrno>
#include <climits>
#include <cstring>
#include <vector>

#include <netdb.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

std::string
text_of(const struct bindchain_failure &failure, const Request &request = nullptr)
{
	char buffer[4096];
	size_t length = bindchain_failure_text(&failure, request.get(), buffer, sizeof buffer);

	EXPECT_EQ(length, strlen(buffer));
	EXPECT_EQ(strchr(buffer, '\n'), nullptr) << buffer;
	return buffer;
}

struct bindchain_failure
failure_of(int operation, int error = 0, const char *subject = nullptr,
    const char *reason = nullptr)
{
	struct bindchain_failure failure = {};

	failure.operation = as<bindchain_operation>(operation);
	failure.error = error;
	failure.descriptor = -1;
	failure.subject = subject;
	failure.reason = reason;
	return failure;
}

/* A listener that the kernel chose a port for. */
class Taken {
public:
	Taken()
	{
		Request request = internet("127.0.0.1", 0);
		descriptor_ = bindchain_open(request.get(), nullptr);
		EXPECT_GE(descriptor_, 0);
	}
	~Taken() { close(descriptor_); }
	unsigned port() const { return port_of(descriptor_); }

private:
	int descriptor_;
};

TEST(FailureText, NamesCallAddressAndErrno)
{
	Taken taken;
	Request request = internet("127.0.0.1", taken.port());
	struct bindchain_failure failure;

	ASSERT_EQ(bindchain_open(request.get(), &failure), -1);
	EXPECT_EQ(text_of(failure, request), "bind TCP 127.0.0.1:" + std::to_string(taken.port())
	        + ": " + strerror(EADDRINUSE));
	EXPECT_EQ(text_of(failure), std::string("bind: ") + strerror(EADDRINUSE));
}

TEST(FailureText, IsASentenceForEveryKindOfFailure)
{
	const struct {
		struct bindchain_failure failure;
		std::string text;
	} rows[] = {
		{ failure_of(BINDCHAIN_NOTHING), "no failure" },
		{ failure_of(BINDCHAIN_SOCKET, EMFILE), std::string("socket: ") + strerror(EMFILE) },
		{ failure_of(BINDCHAIN_SETSOCKOPT, EPERM, "IP_FREEBIND"),
		    std::string("setsockopt IP_FREEBIND: ") + strerror(EPERM) },
		{ failure_of(BINDCHAIN_EXEC, ENOENT, "nginx"),
		    std::string("exec nginx: ") + strerror(ENOENT) },
		{ failure_of(BINDCHAIN_PATH, ENOENT, ""),
		    std::string("path \"\": ") + strerror(ENOENT) },
		{ failure_of(BINDCHAIN_ALLOCATE, ENOMEM),
		    std::string("allocate: ") + strerror(ENOMEM) },
		{ failure_of(BINDCHAIN_INVALID, EINVAL, "backlog", "must be 0 or more"),
		    "backlog: must be 0 or more" },
		{ failure_of(BINDCHAIN_INHERITED, 0, "x", "not a number of descriptors"),
		    "LISTEN_FDS=x: not a number of descriptors" },
	};

	for (const auto &row : rows)
		EXPECT_EQ(text_of(row.failure), row.text);
}

TEST(FailureText, SaysWhatIsNotSupportedWhyAndWhatToDo)
{
	struct bindchain_failure failure = failure_of(BINDCHAIN_UNSUPPORTED, 0, "wait-for",
	    "it has no accept filters");
	std::string text;

	failure.hint = "use poll(2)";
	text = text_of(failure);
	EXPECT_EQ(text.rfind("wait-for is not supported on ", 0), 0u) << text;
	EXPECT_NE(text.find(": it has no accept filters; use poll(2)"), std::string::npos) << text;
}

TEST(FailureText, NamesHostAndServiceThatCannotBeResolved)
{
	Request request(bindchain_request_new(BINDCHAIN_TCP));
	struct bindchain_failure failure;

	ASSERT_EQ(bindchain_resolve(request.get(), "127.0.0.1x", "80", BINDCHAIN_NUMERIC_HOST,
	    &failure), -1);
	ASSERT_EQ(failure.operation, BINDCHAIN_RESOLVE);
	EXPECT_EQ(text_of(failure, request), std::string("127.0.0.1x 80: ")
	        + gai_strerror(EAI_NONAME));
	EXPECT_EQ(text_of(failure), "getaddrinfo: " + std::string(gai_strerror(EAI_NONAME)));
}

TEST(FailureText, IsTruncatedAsBySnprintf)
{
	struct bindchain_failure failure = failure_of(BINDCHAIN_INVALID, EINVAL, "a", "bc");
	const std::string whole = "a: bc";

	for (size_t size = 0; size <= whole.size() + 2; size++) {
		char buffer[16], expected[16];
		memset(buffer, 'x', sizeof buffer);
		memset(expected, 'x', sizeof expected);
		snprintf(expected, size, "%s", whole.c_str());
		EXPECT_EQ(bindchain_failure_text(&failure, nullptr, buffer, size), whole.size());
		EXPECT_EQ(memcmp(buffer, expected, sizeof buffer), 0) << size;
	}
	EXPECT_EQ(bindchain_failure_text(&failure, nullptr, nullptr, 0), whole.size());
	EXPECT_EQ(bindchain_failure_text(&failure, nullptr, nullptr, 100), whole.size());
}

TEST(FailureText, EscapesWhatOthersWrote)
{
	EXPECT_EQ(text_of(failure_of(BINDCHAIN_EXEC, ENOENT, "a\nb\033")),
	    std::string("exec a\\012b\\033: ") + strerror(ENOENT));
}

TEST(FailureText, OfNoFailureIsEmptyAndAnError)
{
	for (int operation : { -1, 1000, INT_MAX, INT_MIN }) {
		struct bindchain_failure failure = failure_of(operation, EACCES);
		char buffer[] = "before";
		errno = 0;
		EXPECT_EQ(bindchain_failure_text(&failure, nullptr, buffer, sizeof buffer), 0u);
		EXPECT_EQ(errno, EINVAL) << operation;
		EXPECT_STREQ(buffer, "");
	}
	EXPECT_EQ(bindchain_failure_text(nullptr, nullptr, nullptr, 0), 0u);
}

TEST(FailureText, KnowsEveryOperation)
{
	for (int operation = BINDCHAIN_NOTHING; operation <= BINDCHAIN_LIMIT_RIGHTS; operation++)
		EXPECT_TRUE(is_operation(operation)) << operation;
}

/* What a program may make up, with a request of any kind. */
TEST(FailureText, NeedsNeitherSubjectNorAddress)
{
	for (int operation = BINDCHAIN_NOTHING; is_operation(operation); operation++)
		for (int kind = BINDCHAIN_TCP; kind <= BINDCHAIN_VSOCK_SEQPACKET; kind++)
			for (int error : { 0, EACCES, ENAMETOOLONG, INT_MAX }) {
				Request request(bindchain_request_new(static_cast<bindchain_kind>(kind)));
				EXPECT_NE(text_of(failure_of(operation, error), request), "");
				EXPECT_NE(text_of(failure_of(operation, error, nullptr, "why"), request),
				    "");
			}
}

} // namespace
