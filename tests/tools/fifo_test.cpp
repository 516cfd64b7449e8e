/* SPDX-License-Identifier: ISC */
/* FIFOs of bindchain listen, besides sockets, and those that end with their last writer. */
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "network.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;
using testing::HasSubstr;

class ListenFifo : public testing::Test {
protected:
	TemporaryDirectory directory;
	std::string path = directory / "fifo";

	static Command listen(Words words, const Words &next)
	{
		words.insert(words.begin(), "listen");
		words.push_back("--");
		words.insert(words.end(), next.begin(), next.end());
		return tool("bindchain", words);
	}

	struct stat status() const
	{
		struct stat status = {};

		EXPECT_EQ(lstat(path.c_str(), &status), 0) << path;
		return status;
	}

	/* Writes to the FIFO, closes it, and reads descriptor 3 until its end. */
	Words write_and_read() const
	{
		return { "sh", "-c", "exec 4>" + path + " && echo hello >&4 && exec 4>&- && cat <&3" };
	}
};

TEST_F(ListenFifo, IsPassedInItsPlaceWithItsName)
{
	Result result = run(listen({ "--tcp=127.0.0.1:0", "--fifo=" + path + ",name=orders,mode=620" },
	    { "sh", "-c", "test -p /dev/fd/4 && test -p " + path + " && echo $LISTEN_FDS"
	                  " $LISTEN_FDNAMES" }));

	EXPECT_EQ(result.output, "2 unknown:orders\n") << result;
	EXPECT_TRUE(S_ISFIFO(status().st_mode));
	EXPECT_EQ(status().st_mode & 07777, 0620U);
}

/* read(2): end of file when no process has it open for writing.  Without read-only cat(1)
 * would wait for more on Linux and FreeBSD. */
TEST_F(ListenFifo, ThatIsReadOnlyEndsWithItsLastWriter)
{
	Result result = run(listen({ "--fifo=" + path + ",read-only" }, write_and_read()));
	EXPECT_EQ(result.output, "hello\n") << result;
	EXPECT_EQ(result.status, 0);

	Words words = write_and_read();
	words.insert(words.begin(), { "--read-only", path });
	result = run(tool("fifo-listen", words));
	EXPECT_EQ(result.output, "hello\n") << result;
	EXPECT_EQ(result.status, 0);
}

/* "octal flags" of descriptor 3, as the shell's child has it. */
TEST_F(ListenFifo, BlocksUnlessItIsToldNotTo)
{
	const struct {
		const char *settings, *blocking;
	} rows[] = { { "", "true" }, { ",read-only", "true" }, { ",nonblocking", "false" },
		{ ",read-only,nonblocking", "false" } };

	for (const auto &row : rows) {
		Result result = run(listen({ "--fifo=" + path + row.settings, "--report=fd:1",
		    "--report-format=json" }, { "true" }));
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_THAT(result.output, HasSubstr(std::string("\"blocking\": ") + row.blocking))
		    << row.settings;
	}
}

TEST_F(ListenFifo, IsReported)
{
	const Words both = { "--fifo=" + path + ",name=orders", "--tcp=127.0.0.1:0", "--report=fd:1" };
	Result result = run(listen(both, { "true" }));
	EXPECT_EQ(result.output.substr(0, result.output.find('\n')),
	    "fd=3 name=orders address=" + path + " inherited=no");
	EXPECT_THAT(result.output, HasSubstr("\nfd=4 name=unknown address=127.0.0.1:"));

	Words as_json = both;
	as_json.push_back("--report-format=json");
	result = run(listen(as_json, { "true" }));
	nlohmann::json sockets = nlohmann::json::parse(result.output).at("sockets");
	ASSERT_EQ(sockets.size(), 2u);
	EXPECT_EQ(sockets.at(0).at("family"), "fifo");
	EXPECT_EQ(sockets.at(0).at("address"), path);
	EXPECT_EQ(sockets.at(0).at("name"), "orders");
	for (const auto &[key, value] : sockets.at(1).items())
		EXPECT_TRUE(sockets.at(0).contains(key)) << key;
	for (const char *key : { "type", "port", "listening", "queue_limit", "asked" })
		EXPECT_EQ(sockets.at(0).at(key), nullptr) << key;
	for (const auto &[key, value] : sockets.at(0).at("options").items())
		EXPECT_EQ(value, nullptr) << key;
}

TEST_F(ListenFifo, CanBeStandardInput)
{
	Result result = run(listen({ "--as=stdin", "--fifo=" + path + ",read-only" },
	    { "sh", "-c", "exec 4>" + path + " && echo hello >&4 && exec 4>&- && cat" }));

	EXPECT_EQ(result.output, "hello\n") << result;
}

TEST_F(ListenFifo, IsRemovedIfItWasMadeAndTheStartFails)
{
	Result result = run(listen({ "--fifo=" + directory / "d/fifo,directory-mode=700" },
	    { "/nonexistent/program" }));
	EXPECT_EQ(result.status, 127) << result;
	EXPECT_TRUE(std::filesystem::is_empty(directory.path()));

	ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
	result = run(listen({ "--fifo=" + path }, { "/nonexistent/program" }));
	EXPECT_EQ(result.status, 127) << result;
	EXPECT_TRUE(S_ISFIFO(status().st_mode));
}

TEST_F(ListenFifo, TakesTheSettingsOfPathsAlone)
{
	const struct {
		const char *option, *message;
	} rows[] = {
		{ "--fifo=f,backlog=5", "--fifo: backlog: a FIFO has no backlog" },
		{ "--fifo=f,least-backlog=5", "--fifo: least-backlog: a FIFO has no backlog" },
		{ "--fifo=f,keepalive", "--fifo: not a setting of this kind of socket: keepalive" },
		{ "--fifo=f,prefer-balance",
		    "--fifo: not a setting of this kind of socket: prefer-balance" },
		{ "--fifo=f,dual", "--fifo: not a setting of this kind of socket: dual" },
		{ "--fifo=f,kepalive", "--fifo: unknown setting: kepalive" },
		{ "--unix=s,read-only", "--unix: not a setting of this kind of socket: read-only" },
		{ "--tcp=127.0.0.1:0,read-only",
		    "--tcp: not a setting of this kind of socket: read-only" },
		{ "--fifo=", "--fifo: the path is empty" },
	};

	for (const auto &row : rows) {
		Result result = run(listen({ row.option }, { "true" }));
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.error_line(0), std::string("bindchain listen: fatal: ") + row.message);
	}
}

TEST_F(ListenFifo, HasNoPlaceInVariablesThatTellAddresses)
{
	const struct {
		const char *option;
		std::string message;
	} rows[] = {
		{ "--as=nginx", "NGINX is for sockets, and " + path + " is a FIFO" },
		{ "--env=SOCKETS", "SOCKETS is for sockets, and " + path + " is a FIFO" },
		{ "--adopt", "--adopt cannot be combined with --fifo, which is not bound" },
	};

	for (const auto &row : rows) {
		Result result = run(listen({ "--tcp=127.0.0.1:0", "--fifo=" + path, row.option },
		    { "true" }));
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: " + row.message);
	}
	EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST_F(ListenFifo, IsExplained)
{
	Result result = run(tool("bindchain", { "explain", "listen", "--fifo=" + path + ",read-only",
	    "true" }));

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_THAT(result.output, HasSubstr("\nFIFO " + path + "\n"));
	EXPECT_THAT(result.output, HasSubstr("O_RDONLY|O_NONBLOCK|O_NOCTTY"));
	EXPECT_THAT(result.output, HasSubstr("none: a FIFO is not a socket"));
}

TEST_F(ListenFifo, ThatIsAnotherFileIsRefused)
{
	directory.file("fifo", "content", 0600);
	Result result = run(listen({ "--fifo=" + path }, { "true" }));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: open FIFO " + path + ": "
	    + error_text(EEXIST));
	EXPECT_EQ(read_whole_file(path), "content");
}

/* The first line of nosh's tool, fifo-listen.cpp, has no path. */
TEST_F(ListenFifo, ThatIsAnotherFileIsNamedAfterTheLineOfNosh)
{
	directory.file("fifo", "content", 0600);
	Result result = run(tool("fifo-listen", { path, "true" }));

	EXPECT_EQ(result.status, 1) << result;
	EXPECT_EQ(result.error_line(0), "fifo-listen: FATAL: " + error_text(EEXIST));
	EXPECT_EQ(result.error_line(1), "fifo-listen: info: open FIFO " + path + ": "
	    + error_text(EEXIST));
}

} // namespace
