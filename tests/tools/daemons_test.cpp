/* SPDX-License-Identifier: ISC */
/* Real daemons at the end of the chain, one for each convention. */
#include <csignal>
#include <cstdlib>
#include <sstream>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "network.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

/* Empty where it is not installed. */
std::string
installed(const std::string &program)
{
	const char *path = getenv("PATH");
	std::istringstream directories(std::string(path ? path : "") + ":/usr/sbin:/usr/local/sbin");

	for (std::string directory; std::getline(directories, directory, ':');)
		if (access((directory + "/" + program).c_str(), X_OK) == 0)
			return directory + "/" + program;
	return "";
}

/* A connection to a listener that is there before its daemon is ready waits in
 * its queue: nothing is retried. */
std::string
request(int port)
{
	static const char get[] = "GET / HTTP/1.0\r\n\r\n";
	Descriptor client = connect_to("127.0.0.1", port);
	if (write(client.get(), get, sizeof get - 1) < 0)
		throw std::runtime_error("write");
	return read_all(client.get());
}

/* The port of a report on standard output. */
int
reported_port(Process &process)
{
	std::string line = process.read_line();
	const std::string before = "address=" + loopback() + ":";
	size_t begin = line.find(before);
	if (begin == std::string::npos)
		throw std::runtime_error("no address in " + line);
	return std::stoi(line.substr(begin + before.size()));
}

Command
serve(const char *as, const Words &daemon)
{
	Words words = { "listen", "--tcp=" + loopback() + ":0", "--report=fd:1",
		std::string("--as=") + as };
	words.insert(words.end(), daemon.begin(), daemon.end());
	return tool("bindchain", words);
}

TEST(Daemons, GunicornTakesLISTEN_FDS)
{
	std::string gunicorn = installed("gunicorn");
	if (gunicorn.empty())
		SKIP_TEST("gunicorn is not installed");
	TemporaryDirectory directory;
	directory.file("app.py", "def app(environ, start):\n"
	    "    start('200 OK', [])\n    return [b'served']\n", 0644);
	Command command = serve("systemd", { gunicorn, "--chdir", directory.path(),
	    "--worker-tmp-dir", directory.path(), "app:app" });
	Process server(command);

	EXPECT_NE(request(reported_port(server)).find("served"), std::string::npos);
	server.kill(SIGTERM);
}

TEST(Daemons, HaproxyTakesAChosenDescriptor)
{
	std::string haproxy = installed("haproxy");
	if (haproxy.empty())
		SKIP_TEST("haproxy is not installed");
	TemporaryDirectory directory;
	std::string configuration = directory.file("haproxy.cfg",
	    "defaults\n  mode http\n  timeout client 5s\nfrontend test\n  bind fd@7\n"
	    "  http-request return status 200 content-type text/plain string served\n", 0644);
	Process server(serve("fd:7", { haproxy, "-q", "-db", "-f", configuration }));

	EXPECT_NE(request(reported_port(server)).find("served"), std::string::npos);
	server.kill(SIGTERM);
}

TEST(Daemons, IpcserverdTakesStandardInput)
{
	std::string ipcserverd = installed("s6-ipcserverd");
	if (ipcserverd.empty())
		SKIP_TEST("s6-ipcserverd is not installed");
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	Process server(tool("s6-ipcserver-socketbinder", { path, ipcserverd, "-1", "echo",
	    "served" }));
	/* Its readiness. */
	EXPECT_EQ(server.read_line(), "");

	Descriptor client(socket(AF_UNIX, SOCK_STREAM, 0));
	struct sockaddr_un address = {};
	address.sun_family = AF_UNIX;
	path.copy(address.sun_path, sizeof address.sun_path - 1);
	ASSERT_EQ(connect(client.get(), reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
	EXPECT_EQ(read_all(client.get()), "served\n");
	server.kill(SIGTERM);
}

TEST(Daemons, UwsgiTakesUPSTART_FDS)
{
	std::string uwsgi = installed("uwsgi-core");
	if (uwsgi.empty())
		SKIP_TEST("uwsgi is not installed");
	TemporaryDirectory directory;
	std::string log = directory / "log";
	Process server(serve("upstart", { uwsgi, "--protocol", "http", "--logto", log }));
	int port = reported_port(server);

	/* Without a language it closes each request unanswered; that it took the
	 * socket it says, and the request's end shows that it has said so. */
	EXPECT_EQ(request(port), "");
	EXPECT_NE(read_whole_file(log).find("attached to INET address " + loopback() + ":"
	    + std::to_string(port) + " fd 3"), std::string::npos);
	server.kill(SIGKILL);
}

} // namespace
