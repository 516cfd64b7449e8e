/* SPDX-License-Identifier: ISC */
/*
 * What explain prints is what the command then does: its calls, held against the
 * system calls that the kernel sees.  They are seen by ptrace(2) of Linux; that of macOS
 * tells of no calls, and that of FreeBSD would be a tracer of its own.
 */
#include <algorithm>
#include <memory>
#include <sstream>

#include <sys/stat.h>
#include <unistd.h>

#include "network.h"
#include "network_namespace.h"
#include "probe_listener.h"
#include "skip.h"
#include "system_calls.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

/* Those of the explained calls that the trace shows. */
std::vector<SystemCall>
explained_calls(const nlohmann::json &socket)
{
	static const Words traced = { "close", "socket", "setsockopt", "bind", "listen" };
	std::vector<SystemCall> calls;

	for (const nlohmann::json &call : socket.at("calls")) {
		SystemCall explained = { call.at("call"), {} };
		for (const nlohmann::json &argument : call.at("arguments"))
			explained.arguments.push_back(argument.at("value"));
		bool is_known = std::find(traced.begin(), traced.end(), explained.name)
		    != traced.end();
		bool of_directory = explained.name == "close" && explained.arguments.empty();
		if (is_known && !of_directory)
			calls.push_back(explained);
	}
	return calls;
}

struct Case {
	const char *name;
	Words words; /* tool and arguments, without the next program */
};

std::ostream &
operator<<(std::ostream &stream, const Case &row)
{
	return stream << row.name;
}

class Plan : public testing::TestWithParam<Case> {};

const Case cases[] = {
	{ "Plain", { "tcp-socket-listen", "127.0.0.1", "0" } },
	{ "Everything", { "tcp-socket-listen", "--reuse-port", "--bind-to-any", "--backlog", "77",
	    "--systemd-compatibility", "127.0.0.1", "0" } },
	{ "Nothing", { "tcp-socket-listen", "--no-reuse-address", "127.0.0.1", "0" } },
	{ "Combined", { "tcp-socket-listen", "--combine4and6", "::", "0" } },
	{ "IPv6", { "tcp-socket-listen", "::1", "0" } },
	{ "Datagrams", { "udp-socket-listen", "127.0.0.1", "0" } },
	{ "StandardInput", { "s6-tcpserver-socketbinder", "127.0.0.1", "0" } },
	{ "NotListening", { "s6-tcpserver-socketbinder", "-b", "0", "-B", "-D", "127.0.0.1", "0" } },
	{ "DatagramsOnStandardInput",
	    { "s6-tcpserver-socketbinder", "-m", "-b", "0", "127.0.0.1", "0" } },
	{ "Settings", { "bindchain", "listen", "--tcp=[::]:0,dual,keepalive-idle=60,nodelay,"
	    "user-timeout=5000,max-segment=1000,hop-limit=9,traffic-class=184" } },
	{ "DatagramSettings", { "bindchain", "listen", "--udp=127.0.0.1:0,broadcast,packet-info,"
	    "timestamps=ns,traffic-class=184,priority=3" } },
	{ "AbstractName", { "bindchain", "listen", "--unix=@bindchain-test-plan,backlog=9" } },
};

} // namespace

TEST_P(Plan, IsPerformed)
{
	const Words &words = GetParam().words;
	Words arguments(words.begin() + 1, words.end());
	Words performed = arguments;

	if (words.end() != std::find_if(words.begin(), words.end(), [](const std::string &word) {
		    return word.find("::") != std::string::npos; }) && !has_ipv6())
		SKIP_TEST("this system has no IPv6");
	performed.push_back("/bin/true");
	SystemCalls seen = trace_system_calls(tool(words[0], performed));
	if (!seen.why_not.empty())
		SKIP_TEST(seen.why_not);
	EXPECT_EQ(seen.status, 0) << seen.error;
	EXPECT_EQ(seen.calls, explained_calls(explained(words[0], arguments)));
}

INSTANTIATE_TEST_SUITE_P(Commands, Plan, testing::ValuesIn(cases),
    [](const testing::TestParamInfo<Case> &row) { return std::string(row.param.name); });

/* ---- every call, of every kind of request ---- */

namespace {

struct ExplainedCall {
	std::string name, performed;
};

/* Of the explained calls from STEP on, whether the calls from SEEN on are all and only
 * theirs, up to the end of the plan. */
class Comparison {
public:
	Comparison(const nlohmann::json &socket, std::vector<AnyCall> seen) : seen_(std::move(seen))
	{
		for (const nlohmann::json &call : socket.at("calls"))
			explained_.push_back({ call.at("call"), call.at("performed") });
	}

	/* The calls of the C library before, and of the handover after, are none of the plan's. */
	bool holds()
	{
		for (size_t first = 0; first < seen_.size(); first++)
			if (is_next(0, first) && matches(0, first))
				return true;
		return false;
	}

	std::string text() const
	{
		std::ostringstream text;

		text << "explained:";
		for (const ExplainedCall &call : explained_)
			text << " " << call.name << "[" << call.performed << "]";
		text << "\nseen:";
		for (const AnyCall &call : seen_)
			text << " " << call;
		return text.str();
	}

private:
	bool is_next(size_t step, size_t seen) const
	{
		return seen < seen_.size() && seen_[seen].name == explained_[step].name;
	}

	bool matches(size_t step, size_t seen) const
	{
		if (step == explained_.size())
			return opens_nothing_more(seen);
		const std::string &performed = explained_[step].performed;
		if (performed == "if_needed" && !is_next(step, seen))
			return matches(step + 1, seen);
		if (performed == "after_failure")
			return seen_[seen - 1].failed ? matches_several(step, seen)
			                              : matches(step + 1, seen);
		if (performed == "with_others" && is_next(step, seen))
			return matches_several(step, seen);
		if (performed == "with_others")
			return is_requirement(step) && matches_several(step, seen);
		return is_next(step, seen) && matches(step + 1, seen + 1);
	}

	/* It names no call. */
	bool is_requirement(size_t step) const
	{
		return explained_[step].name.rfind("require ", 0) == 0;
	}

	/* The named call is among them. */
	bool matches_several(size_t step, size_t seen) const
	{
		bool is_named = is_requirement(step);

		for (; seen < seen_.size(); seen++) {
			is_named = is_named || is_next(step, seen);
			if (is_named && matches(step + 1, seen + 1))
				return true;
		}
		return false;
	}

	bool opens_nothing_more(size_t seen) const
	{
		static const Words opening = { "socket", "setsockopt", "bind", "listen", "fchmod",
			"chmod", "fchown", "fchownat", "umask", "mkfifoat", "unlinkat", "openat" };

		return std::none_of(seen_.begin() + static_cast<ptrdiff_t>(seen), seen_.end(),
		    [](const AnyCall &call) {
			    return std::find(opening.begin(), opening.end(), call.name) != opening.end();
		    });
	}

	std::vector<ExplainedCall> explained_;
	std::vector<AnyCall> seen_;
};

/* Who we are is asked on the way, which changes nothing. */
std::vector<AnyCall>
without_user(std::vector<AnyCall> calls)
{
	calls.erase(std::remove_if(calls.begin(), calls.end(),
	                [](const AnyCall &call) { return call.name == "geteuid"; }), calls.end());
	return calls;
}

/* Each with what is at the path before. */
enum class Before { NOTHING, STALE_SOCKET, FIFO };
struct EveryCase {
	const char *name;
	Words words; /* "PATH" is one of the test's own, "OWN" its user */
	Before before = Before::NOTHING;
};

std::ostream &
operator<<(std::ostream &stream, const EveryCase &row)
{
	return stream << row.name;
}

class EveryCall : public testing::TestWithParam<EveryCase> {};

const EveryCase every_case[] = {
	{ "TCP", { "tcp-socket-listen", "127.0.0.1", "0" } },
	{ "UDP", { "udp-socket-listen", "127.0.0.1", "0" } },
	{ "StandardInput", { "s6-tcpserver-socketbinder", "127.0.0.1", "0" } },
	{ "Exclusive", { "bindchain", "listen", "--tcp=127.0.0.1:PORT,exclusive" } },
	{ "ExclusiveDatagrams", { "bindchain", "listen", "--udp=127.0.0.1:PORT,exclusive" } },
	{ "Balanced", { "bindchain", "listen", "--tcp=127.0.0.1:0,balance" } },
	{ "Count", { "bindchain", "listen", "--tcp=127.0.0.1:PORT,balance,count=3" } },
	{ "Required",
	    { "bindchain", "listen", "--tcp=127.0.0.1:PORT,fixed-port,least-backlog=3" } },
	{ "Buffer", { "bindchain", "listen", "--udp=127.0.0.1:0,receive-buffer=65536,"
	                                       "least-receive-buffer=65536" } },
	{ "Path", { "bindchain", "listen", "--unix=PATH" } },
	{ "PathOverStale", { "bindchain", "listen", "--unix=PATH" }, Before::STALE_SOCKET },
	{ "Mode", { "bindchain", "listen", "--unix=PATH,mode=660" } },
	{ "ModeOverStale", { "local-stream-socket-listen", "--mode", "0640", "PATH" },
	    Before::STALE_SOCKET },
	{ "Owner", { "local-stream-socket-listen", "--uid", "OWN", "--mode", "0640", "PATH" } },
	{ "PathKept", { "s6-ipcserver-socketbinder", "-D", "PATH" } },
	{ "PathDatagrams", { "bindchain", "listen", "--unix-dgram=PATH" } },
	{ "PathSequence", { "bindchain", "listen", "--unix-seqpacket=PATH" } },
	{ "Fifo", { "fifo-listen", "PATH" } },
	{ "FifoThatIsThere", { "fifo-listen", "PATH" }, Before::FIFO },
	{ "FifoMode", { "fifo-listen", "--mode", "0620", "PATH" } },
	{ "FifoOwner", { "fifo-listen", "--uid", "OWN", "--mode", "0620", "PATH" } },
};

void
prepare(Before before, const std::string &path)
{
	if (before == Before::STALE_SOCKET)
		bind_path(path, SOCK_STREAM);
	if (before == Before::FIFO) {
		ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
	}
}

Words
placed(Words words, const std::string &path)
{
	const std::string port = std::to_string(port_of(bind_to("127.0.0.1", 0, true).get()));
	const std::pair<std::string, std::string> places[] = { { "PATH", path },
		{ "PORT", port }, { "OWN", std::to_string(geteuid()) } };

	for (std::string &word : words)
		for (const auto &[name, text] : places) {
			size_t at = word.find(name);
			if (at != std::string::npos)
				word.replace(at, name.size(), text);
		}
	return words;
}

} // namespace

TEST_P(EveryCall, IsExplained)
{
	std::string why_not;
	/* Where no client of another program gets the port that was free a moment ago. */
	std::unique_ptr<NetworkNamespace> network = NetworkNamespace::enter(&why_not);
	if (network)
		network->set_up("lo");
	TemporaryDirectory directory;
	const std::string path = directory / "s";
	Words words = placed(GetParam().words, path);
	Words arguments(words.begin() + 1, words.end());
	Words performed = arguments;

	prepare(GetParam().before, path);
	nlohmann::json socket = explained(words[0], arguments);
	performed.push_back("/bin/true");
	SystemCalls seen = trace_system_calls(tool(words[0], performed));
	if (!seen.why_not.empty())
		SKIP_TEST(seen.why_not);
	EXPECT_EQ(seen.status, 0) << seen.error;
	Comparison comparison(socket, without_user(seen.all));
	EXPECT_TRUE(comparison.holds()) << comparison.text();
}

INSTANTIATE_TEST_SUITE_P(Requests, EveryCall, testing::ValuesIn(every_case),
    [](const testing::TestParamInfo<EveryCase> &row) { return std::string(row.param.name); });

/* It tells, and does nothing: no socket of an address is opened, no path made. */
TEST(Explain, OpensNothing)
{
	TemporaryDirectory directory;

	for (const Words &words : { Words { "tcp-socket-listen", "127.0.0.1", "0" },
	         Words { "local-stream-socket-listen", directory / "socket" },
	         Words { "fifo-listen", directory / "fifo" } }) {
		Words arguments = { "explain" };
		arguments.insert(arguments.end(), words.begin(), words.end());
		arguments.push_back("/bin/true");
		SystemCalls seen = trace_system_calls(tool("bindchain", arguments));
		if (!seen.why_not.empty())
			SKIP_TEST(seen.why_not);
		EXPECT_EQ(seen.status, 0) << seen.error;
		EXPECT_EQ(seen.calls, std::vector<SystemCall>()) << words[0];
	}
	EXPECT_NE(access((directory / "socket").c_str(), F_OK), 0);
	EXPECT_NE(access((directory / "fifo").c_str(), F_OK), 0);
}

/* Whoever is on the port is in a list that the kernel gives to any socket of netlink. */
TEST(Explain, LooksForSocketsInTheKernelsListAlone)
{
	SystemCalls seen = trace_system_calls(tool("bindchain", { "explain", "tcp-socket-listen",
	    "127.0.0.1", "8080", "/bin/true" }));

	if (!seen.why_not.empty())
		SKIP_TEST(seen.why_not);
	EXPECT_EQ(seen.status, 0) << seen.error;
	EXPECT_FALSE(seen.calls.empty());
	for (const SystemCall &call : seen.calls)
		EXPECT_TRUE(call.name == "socket" && call.arguments.at(0) == AF_NETLINK) << call;
}
