/* SPDX-License-Identifier: ISC */
/* How a failure is told.  Texts of errno and of the resolver are the C
 * library's: they are asked of it, not written down. */
#include "core.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace {

struct request
request_for(const char *host, unsigned port, enum bindchain_kind kind = BINDCHAIN_TCP)
{
	struct request request;

	request_init(&request, kind);
	request.address = literal(host, port);
	return request;
}

std::string
details(const struct bindchain_failure &failure, const struct request *request)
{
	struct text text;

	text_init(&text);
	return text_add_details(&text, &failure, request) ? words_of(text) : "(nothing)";
}

std::string
cause(const struct bindchain_failure &failure)
{
	char buffer[ERROR_TEXT_SIZE];

	return failure_cause(&failure, buffer);
}

struct bindchain_failure
failure_of(enum bindchain_operation operation, int error)
{
	struct bindchain_failure failure;

	memset(&failure, 0xa5, sizeof failure);
	failure_set(&failure, operation, error);
	return failure;
}

TEST(Failure, StartsEmpty)
{
	struct bindchain_failure failure = failure_of(BINDCHAIN_BIND, EACCES);

	EXPECT_EQ(failure.operation, BINDCHAIN_BIND);
	EXPECT_EQ(failure.error, EACCES);
	EXPECT_EQ(failure.resolver, 0);
	EXPECT_EQ(failure.descriptor, -1);
	EXPECT_EQ(failure.subject, nullptr);
	EXPECT_EQ(failure.reason, nullptr);
	EXPECT_EQ(failure.hint, nullptr);
}

TEST(Failure, CauseIsErrnoThenResolverThenReason)
{
	struct bindchain_failure failure = failure_of(BINDCHAIN_RESOLVE, EMFILE);

	failure.resolver = EAI_SYSTEM;
	failure.reason = "a reason";
	EXPECT_EQ(cause(failure), strerror(EMFILE));
	failure.error = 0;
	failure.resolver = EAI_NONAME;
	EXPECT_EQ(cause(failure), gai_strerror(EAI_NONAME));
	failure.resolver = 0;
	EXPECT_EQ(cause(failure), "a reason");
}

TEST(Failure, CallsNameCallAddressAndErrno)
{
	const struct {
		enum bindchain_operation operation;
		const char *call;
	} rows[] = {
		{ BINDCHAIN_SOCKET, "socket" },
		{ BINDCHAIN_BIND, "bind" },
		{ BINDCHAIN_LISTEN, "listen" },
	};
	struct request ipv4 = request_for("192.0.2.1", 80);
	struct request ipv6 = request_for("2001:db8::1", 53, BINDCHAIN_UDP);

	for (const auto &row : rows) {
		struct bindchain_failure failure = failure_of(row.operation, EADDRINUSE);
		EXPECT_EQ(details(failure, &ipv4), std::string(row.call) + " TCP 192.0.2.1:80: "
		        + strerror(EADDRINUSE));
		EXPECT_EQ(details(failure, &ipv6), std::string(row.call)
		        + " UDP [2001:db8::1]:53: " + strerror(EADDRINUSE));
	}
}

TEST(Failure, OfTheDirectoryNamesTheCallThatMakesIt)
{
	struct request request = request_for("127.0.0.1", 80, BINDCHAIN_UNIX_STREAM);
	struct bindchain_failure failure = failure_of(BINDCHAIN_OPEN_DIRECTORY, EACCES);

	request.path = "/run/a/s";
	EXPECT_EQ(details(failure, &request), std::string("open directory Unix stream /run/a/s: ")
	        + strerror(EACCES));
	failure.subject = "mkdirat";
	EXPECT_EQ(details(failure, &request),
	    std::string("mkdirat directory Unix stream /run/a/s: ") + strerror(EACCES));
}

TEST(Failure, OfTheLinkNamesIt)
{
	struct request request = request_for("127.0.0.1", 80, BINDCHAIN_UNIX_STREAM);
	struct bindchain_failure failure = failure_of(BINDCHAIN_FIND_PATH, EEXIST);

	request.path = "/run/a/s";
	request.symlink = failure.subject = "/run/s";
	EXPECT_EQ(details(failure, &request), std::string("symlink /run/s Unix stream /run/a/s: ")
	        + strerror(EEXIST));
}

TEST(Failure, OptionIsNamedAsTheKernelSpellsIt)
{
	struct request request = request_for("::", 80);
	struct bindchain_failure failure = failure_of(BINDCHAIN_SETSOCKOPT, EPERM);

	failure.subject = "IPV6_BINDANY";
	EXPECT_EQ(details(failure, &request), std::string("setsockopt IPV6_BINDANY TCP [::]:80: ")
	        + strerror(EPERM));
}

TEST(Failure, PlacementNamesTheDescriptor)
{
	struct bindchain_failure failure = failure_of(BINDCHAIN_PLACE, EBADF);

	failure.descriptor = 1024;
	EXPECT_EQ(details(failure, nullptr), std::string("dup2 to descriptor 1024: ")
	        + strerror(EBADF));
}

TEST(Failure, EnvironmentNamesTheVariable)
{
	struct bindchain_failure failure = failure_of(BINDCHAIN_ENVIRONMENT, ENOMEM);

	failure.subject = "LISTEN_FDS";
	EXPECT_EQ(details(failure, nullptr), std::string("set variable LISTEN_FDS: ")
	        + strerror(ENOMEM));
}

TEST(Failure, InheritedNamesWhatIsWrong)
{
	struct bindchain_failure malformed = failure_of(BINDCHAIN_INHERITED, 0);
	struct bindchain_failure lying = failure_of(BINDCHAIN_INHERITED, EBADF);

	malformed.subject = "one\ntwo";
	malformed.reason = "not a number of descriptors";
	lying.descriptor = 4;
	EXPECT_EQ(details(malformed, nullptr),
	    "LISTEN_FDS=one\\012two: not a number of descriptors");
	EXPECT_EQ(details(lying, nullptr), "LISTEN_FDS: descriptor 4 is not open");
	lying.subject = "2";
	EXPECT_EQ(details(lying, nullptr), "LISTEN_FDS=2: descriptor 4 is not open");
}

TEST(Failure, ResolverAloneHasNothingToAdd)
{
	struct bindchain_failure failure = failure_of(BINDCHAIN_RESOLVE, 0);

	failure.resolver = EAI_NONAME;
	EXPECT_EQ(details(failure, nullptr), "(nothing)");
	failure.subject = "80\nx";
	failure.reason = "not a port";
	EXPECT_EQ(details(failure, nullptr), "80\\012x: not a port");
}

TEST(Failure, ExecHasNothingToAdd)
{
	struct bindchain_failure failure = failure_of(BINDCHAIN_EXEC, ENOENT);

	failure.subject = "prog";
	EXPECT_EQ(details(failure, nullptr), "(nothing)");
}

TEST(Failure, UnsupportedAddsTheAlternative)
{
	struct bindchain_failure failure = failure_of(BINDCHAIN_UNSUPPORTED, 0);

	failure.subject = "bind-any";
	failure.reason = "this kernel has no such option";
	EXPECT_EQ(cause(failure), "this kernel has no such option");
	EXPECT_EQ(details(failure, nullptr), "(nothing)");
	failure.hint = "add the address to a loopback interface";
	EXPECT_EQ(details(failure, nullptr), "add the address to a loopback interface");
}

} // namespace
