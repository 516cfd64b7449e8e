/* SPDX-License-Identifier: ISC */
/* Every row of the option table, set by the library and read back twice: by
 * bindchain inspect, and by a getsockopt(2) that owes nothing to either. */
#include <cerrno>
#include <cstring>
#include <memory>

#include <net/if.h>
#include <sys/socket.h>

#include <nlohmann/json.hpp>

#include "bindchain.h"
#include "probe_listener.h"
#include "expectations.h"
#include "observe.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

/* What is asked, what inspect says of it, and what the kernel holds. */
struct Value {
	int asked;
	nlohmann::json told;
	int lowest, highest; /* of the kernel's own value */
};

/* Where an option applies, and the name that inspect gives it. */
struct Row {
	enum bindchain_option option;
	const char *name;
	std::vector<const char *> hosts; /* empty: a Unix socket */
	std::vector<Value> values;
};

const std::vector<Value> off_and_on = { { 0, false, 0, 0 }, { 1, true, 1, 1 } };

const std::vector<Row> &
rows()
{
	static const std::vector<const char *> both = { "127.0.0.1", "::1" };
	static const std::vector<Row> table = {
		{ BINDCHAIN_REUSE_ADDRESS, "reuse-address", both, off_and_on },
		{ BINDCHAIN_SHARE, "share", both, off_and_on },
		{ BINDCHAIN_BALANCE, "balance", both, off_and_on },
		{ BINDCHAIN_V6ONLY, "v6only", { "::" }, off_and_on },
		{ BINDCHAIN_BIND_ANY, "bind-any", both, off_and_on },
		/* Linux doubles it for its own needs: socket(7). */
		{ BINDCHAIN_RECEIVE_BUFFER, "receive-buffer", both,
		    { { 65536, nullptr, 65536, 2 * 65536 } } },
		/* Seconds, rounded up to when the SYN-ACK is sent again: tcp(7). */
		{ BINDCHAIN_WAIT_FOR, "wait-for", both,
		    { { BINDCHAIN_WAIT_FOR_NOTHING, "nothing", 0, 0 },
		        { BINDCHAIN_WAIT_FOR_DATA, "data", 1, 600 } } },
		{ BINDCHAIN_KEEPALIVE, "keepalive", both, off_and_on },
		{ BINDCHAIN_FAST_OPEN, "fast-open", both,
		    { { 0, nullptr, 0, 0 }, { 16, nullptr, 16, 16 } } },
		{ BINDCHAIN_PASS_CREDENTIALS, "pass-credentials", {}, off_and_on },
		{ BINDCHAIN_PASS_SECURITY, "pass-security", {}, off_and_on },
	};

	return table;
}

using Request = std::unique_ptr<bindchain_request, decltype(&bindchain_request_free)>;

class Options : public OnLoopback {
protected:
	static Descriptor open(const Row &row, const char *host, const std::string &path,
	    const Value &value)
	{
		Request request(bindchain_request_new(host ? BINDCHAIN_TCP : BINDCHAIN_UNIX_STREAM),
		    bindchain_request_free);
		struct bindchain_failure failure = {};
		int descriptor = -1;

		if ((host ? bindchain_resolve(request.get(), host, "0", BINDCHAIN_NUMERIC_HOST,
		                &failure)
		          : bindchain_set_path(request.get(), path.c_str(), &failure)) == 0
		    && bindchain_set_option(request.get(), row.option, BINDCHAIN_REQUIRED,
		           value.asked, &failure) == 0)
			descriptor = bindchain_open(request.get(), &failure);
		EXPECT_GE(descriptor, 0) << row.name << ": " << strerror(failure.error);
		return Descriptor(descriptor);
	}

	/* What inspect says of the socket, handed to it as descriptor 3. */
	static nlohmann::json inspected(const Descriptor &socket)
	{
		Command command = tool("bindchain", { "inspect", "--json" });
		command.descriptors[3] = socket.get();
		Result result = run(command);
		EXPECT_EQ(result.status, 0) << result;
		const nlohmann::json report = nlohmann::json::parse(result.output);
		for (const auto &each : report.at("sockets"))
			if (each.at("descriptor") == 3)
				return each;
		ADD_FAILURE() << "no descriptor 3 in " << result.output;
		return {};
	}

	static int kernels(const Row &row, const Descriptor &socket, const OptionPlace &place)
	{
		int value = -1;
		socklen_t size = sizeof value;

		EXPECT_EQ(getsockopt(socket.get(), place.level, place.name, &value, &size), 0)
		    << row.name << ": " << strerror(errno);
		return value;
	}

	static void round_trip(const Row &row, const char *host, const std::string &path,
	    const Value &value)
	{
		SCOPED_TRACE(std::string(row.name) + "=" + std::to_string(value.asked) + " on "
		    + (host ? host : "a path"));
		int family = !host ? AF_UNIX : strchr(host, ':') ? AF_INET6 : AF_INET;
		std::optional<OptionPlace> place = place_of(row.option, family);
		if (!place || (row.option == BINDCHAIN_BIND_ANY && !may_bind_any()))
			return;
		Descriptor socket = open(row, host, path, value);
		int kernels_value = kernels(row, socket, *place);
		nlohmann::json told = inspected(socket).at("options").at(row.name);

		/* What is on has any other value than 0 on BSD kernels. */
		int compared = value.told.is_boolean() ? kernels_value != 0 : kernels_value;
		EXPECT_GE(compared, value.lowest);
		EXPECT_LE(compared, value.highest);
		/* A number is told as the kernel has it. */
		EXPECT_EQ(told, value.told.is_null() ? nlohmann::json(kernels_value) : value.told);
	}
};

TEST_F(Options, AreReadBackAsTheyWereSet)
{
	TemporaryDirectory directory;

	for (const Row &row : rows())
		for (const Value &value : row.values) {
			for (const char *host : row.hosts)
				round_trip(row, host, "", value);
			if (row.hosts.empty())
				round_trip(row, nullptr, directory / "socket", value);
		}
}

/* An interface is told by its name, in the kernel too: socket(7). */
TEST_F(Options, DeviceIsReadBackByName)
{
	if (!expectations().binds_to_interfaces)
		SKIP_TEST_EVEN_IN_CI("this kernel binds no socket to an interface");
	struct bindchain_failure failure = {};
	Request request(bindchain_request_new(BINDCHAIN_TCP), bindchain_request_free);

	ASSERT_EQ(bindchain_resolve(request.get(), "127.0.0.1", "0", BINDCHAIN_NUMERIC_HOST,
	    &failure), 0);
	ASSERT_EQ(bindchain_set_device(request.get(), BINDCHAIN_REQUIRED, expectations().loopback,
	    &failure), 0);
	Descriptor socket(bindchain_open(request.get(), &failure));
	ASSERT_GE(socket.get(), 0) << failure.subject << ": " << strerror(failure.error);
	EXPECT_EQ(device_of(socket.get()), expectations().loopback);
	EXPECT_EQ(inspected(socket).at("options").at("device"), expectations().loopback);
}

/* A row that is added to the table must be added here. */
TEST(OptionRows, AreAllHere)
{
	for (int option = 0; bindchain_option_name(option); option++) {
		bool here = option == BINDCHAIN_DEVICE;
		for (const Row &row : rows())
			here = here || row.option == option;
		EXPECT_TRUE(here) << bindchain_option_name(option);
	}
}

TEST_F(Options, OfATcpSocketListenerAreTheOnesAskedFor)
{
	std::vector<std::string> options = { "--no-reuse-address", "--reuse-port" };
	if (may_bind_any())
		options.push_back("--bind-to-any");
	options.insert(options.end(), { "127.0.0.1", "0" });
	ProbeListener plain("tcp-socket-listen", { "127.0.0.1", "0" });
	ProbeListener every("tcp-socket-listen", options);

	EXPECT_EQ(plain.socket().at("reuse_address"), 1);
	EXPECT_EQ(plain.socket().at("reuse_port"), 0);
	EXPECT_EQ(plain.socket().value("bind_any", 0), 0);
	EXPECT_EQ(every.socket().at("reuse_address"), 0);
	EXPECT_EQ(every.socket().at("reuse_port"), 1);
	EXPECT_EQ(every.socket().value("bind_any", 0), may_bind_any());
	/* And nothing else was touched. */
	EXPECT_EQ(every.socket().at("keep_alive"), 0);
}

} // namespace
