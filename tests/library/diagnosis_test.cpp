/* SPDX-License-Identifier: ISC */
/* What a diagnosis finds, before and after: the lines that the commands print. */
#include "objects.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <functional>
#include <sstream>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expectations.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Lines = std::vector<std::string>;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Lines
lines_of(const FoundList &findings)
{
	Lines lines;

	for (size_t i = 0; i < bindchain_findings_count(findings.get()); i++)
		lines.push_back(bindchain_findings_text(findings.get(), i));
	return lines;
}

/* Fails to open REQUEST, and returns the causes. */
Lines
causes_of(const Request &request, unsigned flags = 0)
{
	struct bindchain_failure failure = {};
	int descriptor = bindchain_open(request.get(), &failure);

	EXPECT_EQ(descriptor, -1);
	return lines_of(FoundList(bindchain_diagnose(request.get(), &failure, flags)));
}

/* The lines that a failing command prints after its first one. */
Lines
told_by(const std::string &setting)
{
	const std::string mark = "bindchain listen: info: ";
	Result result = run(tool("bindchain", { "listen", setting, "true" }));
	std::istringstream output(result.error);
	Lines lines;

	for (std::string line; std::getline(output, line);)
		if (line.rfind(mark, 0) == 0)
			lines.push_back(line.substr(mark.size()));
	return lines;
}

/* Of a process of its own, as another server is. */
class Listener {
public:
	Listener() : request_(internet("127.0.0.1", 0))
	{
		int descriptor = bindchain_open(request_.get(), nullptr), ends[2];

		EXPECT_GE(descriptor, 0);
		EXPECT_EQ(pipe(ends), 0);
		port_ = port_of(descriptor);
		holder_ = fork();
		if (holder_ == 0) {
			char byte;
			close(ends[1]);
			_exit(int(read(ends[0], &byte, 1)));
		}
		close(ends[0]);
		close(descriptor);
		ending_ = ends[1];
	}
	~Listener()
	{
		close(ending_);
		waitpid(holder_, nullptr, 0);
	}
	unsigned port() const { return port_; }
	pid_t holder() const { return holder_; }

private:
	Request request_;
	unsigned port_;
	pid_t holder_;
	int ending_;
};

TEST(LibraryDiagnosis, NamesTheHolderOfAPortAsTheCommandsDo)
{
	Listener listener;
	const std::string address = "127.0.0.1:" + std::to_string(listener.port());
	Lines causes = causes_of(internet("127.0.0.1", listener.port()));

	causes.push_back("see bindchain-errors(7), ADDRESS IN USE"); /* of the commands alone */
	EXPECT_EQ(causes, told_by("--tcp=" + address + ",reuse-address=no"));
	if (!expectations().holders_command) {
		EXPECT_THAT(causes, Contains(HasSubstr(address + " is in use: ")));
		EXPECT_THAT(causes, Contains(HasSubstr("pid " + std::to_string(listener.holder()))));
	}
}

TEST(LibraryDiagnosis, LooksForNoHolderWhereThatIsForbidden)
{
	Listener listener;

	EXPECT_THAT(causes_of(internet("127.0.0.1", listener.port()),
	    BINDCHAIN_NO_SEARCH), Not(Contains(HasSubstr("in use"))));
}

TEST(LibraryDiagnosis, NamesTheMissingDirectory)
{
	EXPECT_THAT(causes_of(local("/nonexistent/socket")),
	    Contains("no such directory: /nonexistent"));
}

TEST(LibraryDiagnosis, ExaminesAHostThatWasNotResolved)
{
	Request request(bindchain_request_new(BINDCHAIN_TCP));
	struct bindchain_failure failure;

	ASSERT_EQ(bindchain_resolve(request.get(), "127.0.0.1:80", "80", BINDCHAIN_NUMERIC_HOST,
	    &failure), -1);
	EXPECT_THAT(lines_of(FoundList(bindchain_diagnose(request.get(), &failure, 0))),
	    Not(IsEmpty()));
}

/* Words of options are those of commands: a program has its own. */
TEST(LibraryDiagnosis, SuggestsNoOptionOfACommand)
{
	Request udp = internet("127.0.0.1", 0, BINDCHAIN_UDP);
	Lines found;

	bindchain_set_backlog(udp.get(), 5, 0, nullptr);
	found = causes_of(udp);
	EXPECT_THAT(found, Contains("a datagram socket cannot listen"));
	for (const std::string &line : lines_of(FoundList(bindchain_foresee(
	         internet("203.0.113.1", 80).get(), 0)))) {
		EXPECT_THAT(line, Not(HasSubstr("--")));
		EXPECT_THAT(line, Not(HasSubstr("bind-any")));
	}
}

TEST(LibraryForesight, HasTheObstaclesAndWarningsOfExplain)
{
	Request request = internet("203.0.113.1", 8080);
	FoundList found(bindchain_foresee(request.get(), 0));
	Lines lines = lines_of(found);

	ASSERT_THAT(lines, Contains("no interface has the address"));
	for (size_t i = 0; i < lines.size(); i++)
		if (lines[i] == "no interface has the address") {
			EXPECT_EQ(bindchain_findings_severity(found.get(), i), BINDCHAIN_WARNING);
		}
}

TEST(LibraryForesight, FindsAPortThatIsInUse)
{
	Listener listener;
	const std::string address = "127.0.0.1:" + std::to_string(listener.port());
	Lines lines;

	if (expectations().listeners_command)
		GTEST_SKIP() << "listeners cannot be listed here";
	lines = lines_of(FoundList(bindchain_foresee(
	    internet("127.0.0.1", listener.port()).get(), 0)));
	EXPECT_THAT(lines, Contains(HasSubstr("bind will fail: " + address + " is in use by ")));
	EXPECT_THAT(lines_of(FoundList(bindchain_foresee(
	    internet("127.0.0.1", listener.port()).get(), BINDCHAIN_NO_SEARCH))),
	    Not(Contains(HasSubstr("in use"))));
}

TEST(LibraryForesight, FindsWhatIsNotSupported)
{
	Request request = internet("127.0.0.1", 0);
	FoundList found;
	size_t last;

	bindchain_set_option(request.get(), BINDCHAIN_PASS_CREDENTIALS, BINDCHAIN_REQUIRED, 1,
	    nullptr);
	found.reset(bindchain_foresee(request.get(), 0));
	ASSERT_GT(bindchain_findings_count(found.get()), 0u);
	last = bindchain_findings_count(found.get()) - 1;
	EXPECT_THAT(bindchain_findings_text(found.get(), last),
	    HasSubstr("pass-credentials is not supported on "));
	EXPECT_EQ(bindchain_findings_severity(found.get(), last), BINDCHAIN_OBSTACLE);
}

TEST(LibraryForesight, OpensAndLeavesNothing)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket";

	FoundList found(bindchain_foresee(local(path).get(), 0));
	EXPECT_NE(found, nullptr);
	EXPECT_NE(access(path.c_str(), F_OK), 0);
}

/* Made up, of every operation and errno, for requests of another kind or without an
 * address. */
TEST(LibraryDiagnosis, NeedsNoFailureThatFitsTheRequest)
{
	std::vector<Request> requests;

	for (int kind = BINDCHAIN_TCP; kind <= BINDCHAIN_VSOCK_SEQPACKET; kind++)
		requests.emplace_back(bindchain_request_new(static_cast<bindchain_kind>(kind)));
	requests.push_back(internet("127.0.0.1", 1));
	requests.push_back(internet("fe80::1", 1, BINDCHAIN_UDP));
	requests.push_back(local("/nonexistent/socket"));
	requests.push_back(local("/nonexistent/fifo", BINDCHAIN_FIFO));
	for (const Request &request : requests)
		for (int operation = BINDCHAIN_NOTHING; is_operation(operation); operation++)
			for (int error : { 0, EACCES, EADDRINUSE, EADDRNOTAVAIL, EINVAL, ENOENT }) {
				struct bindchain_failure failure = {};
				failure.operation = static_cast<bindchain_operation>(operation);
				failure.error = error;
				FoundList found(bindchain_diagnose(request.get(), &failure, 0));
				EXPECT_NE(found, nullptr) << operation << " " << error;
			}
}

TEST(LibraryDiagnosis, RefusesWhatIsInvalid)
{
	Request request = internet("127.0.0.1", 0);
	Request incomplete(bindchain_request_new(BINDCHAIN_TCP));
	struct bindchain_failure failure = {}, strange = {};

	strange.operation = as<bindchain_operation>(1000);
	for (const auto &refused : std::vector<std::function<bindchain_findings *()>> {
	         [&] { return bindchain_diagnose(nullptr, &failure, 0); },
	         [&] { return bindchain_diagnose(request.get(), nullptr, 0); },
	         [&] { return bindchain_diagnose(request.get(), &strange, 0); },
	         [&] { return bindchain_diagnose(request.get(), &failure, 2); },
	         [&] { return bindchain_diagnose(request.get(), &failure, UINT_MAX); },
	         [&] { return bindchain_foresee(nullptr, 0); },
	         [&] { return bindchain_foresee(incomplete.get(), 0); },
	         [&] { return bindchain_foresee(request.get(), 2); } }) {
		errno = 0;
		EXPECT_EQ(refused(), nullptr);
		EXPECT_EQ(errno, EINVAL);
	}
}

TEST(LibraryFindings, HaveNothingBeyondTheirEnd)
{
	FoundList found(bindchain_foresee(internet("203.0.113.1", 8080).get(), 0));
	size_t count = bindchain_findings_count(found.get());

	ASSERT_GT(count, 0u);
	EXPECT_NE(bindchain_findings_text(found.get(), count - 1), nullptr);
	for (size_t index : { count, size_t(SIZE_MAX) }) {
		EXPECT_EQ(bindchain_findings_text(found.get(), index), nullptr);
		errno = 0;
		EXPECT_EQ(bindchain_findings_severity(found.get(), index), -1);
		EXPECT_EQ(errno, EINVAL);
	}
	EXPECT_EQ(bindchain_findings_count(nullptr), 0u);
	EXPECT_EQ(bindchain_findings_text(nullptr, 0), nullptr);
	EXPECT_EQ(bindchain_findings_severity(nullptr, 0), -1);
	bindchain_findings_free(nullptr);
}

} // namespace
