/* SPDX-License-Identifier: ISC */
#include "command_lines.h"

#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "path_starts.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;
using Prepare = std::function<void(Scene &, Command &)>;

Prepare
operator+(const Prepare &one, const Prepare &other)
{
	return [one, other](Scene &scene, Command &command) {
		one(scene, command);
		other(scene, command);
	};
}

/* Three sockets in systemd's convention, for this process. */
void
inherit(Scene &scene, Command &command)
{
	command.descriptors[3] = scene.hold(listen_on("127.0.0.1"));
	command.descriptors[4] = scene.hold(bind_to("127.0.0.1", 0, true));
	command.descriptors[5] = scene.hold(bind_path(scene.directory + "/inherited",
	    SOCK_STREAM, 5));
	command.set("LISTEN_FDS", "3");
	command.set("LISTEN_FDNAMES", "web:log:control");
	command.before_execution = set_listen_pid;
}

/* One, for adapt --backlog. */
void
inherit_listening(Scene &scene, Command &command)
{
	command.descriptors[3] = scene.hold(listen_on("127.0.0.1"));
	command.set("LISTEN_FDS", "1");
	command.before_execution = set_listen_pid;
}

/* The same with a name. */
void
inherit_named(Scene &scene, Command &command)
{
	inherit_listening(scene, command);
	command.set("LISTEN_FDNAMES", "web");
}

/* The same with a client, so that on demand is at once. */
void
inherit_readable(Scene &scene, Command &command)
{
	inherit_listening(scene, command);
	scene.hold(connect_to("127.0.0.1", port_of(command.descriptors[3])));
}

/* The port that the command lines write out. */
const int port = 4711;

void
port_in_use(Scene &scene, Command &)
{
	scene.hold(listen_on("127.0.0.1", port));
}

void
dead_path(Scene &scene, Command &)
{
	bind_path(scene.path(), SOCK_STREAM);
}

void
live_path(Scene &scene, Command &)
{
	scene.hold(bind_path(scene.path(), SOCK_STREAM, 5));
}

void
fifo_there(Scene &scene, Command &)
{
	if (mkfifo(scene.path().c_str(), 0600) != 0)
		throw std::system_error(errno, std::generic_category(), "mkfifo");
}

void
old_report(Scene &scene, Command &)
{
	Descriptor(open((scene.directory + "/report").c_str(), O_CREAT | O_WRONLY, 0644));
}

/* Descriptor 9 is written to. */
void
pipe_at_9(Scene &scene, Command &command)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		throw std::system_error(errno, std::generic_category(), "pipe2");
	scene.hold(Descriptor(ends[0]));
	command.descriptors[9] = scene.hold(Descriptor(ends[1]));
}

void
notify_socket(Scene &scene, Command &command)
{
	std::string path = scene.directory + "/notify";

	scene.hold(bind_path(path, SOCK_DGRAM));
	command.set("NOTIFY_SOCKET", path);
}

void
by_nobody(Scene &, Command &command)
{
	command.user = service_user;
}

/* bindchain COMMAND. */
Words
native(const char *command, const Words &words)
{
	Words all = { "bindchain", command };

	all.insert(all.end(), words.begin(), words.end());
	return all;
}

void
add_path_starts(std::vector<CommandLine> &lines)
{
	for (const PathStart &start : path_starts()) {
		Words words = start.words;
		Personality personality = words[0] == "bindchain" ? Personality::NATIVE
		    : words[0].rfind("s6-", 0) == 0 ? Personality::S6 : Personality::NOSH;

		words.push_back("NEXT");
		lines.push_back({ start.name, personality, words, {} });
		if (start.is_socket())
			lines.push_back({ start.name + std::string("Dead"), personality, words,
			    dead_path });
		else if (start.object == Object::FIFO)
			lines.push_back({ start.name + std::string("There"), personality, words,
			    fifo_there });
		if (start.is_socket() && !start.changes_access())
			lines.push_back({ start.name + std::string("Live"), personality, words,
			    live_path });
	}
}

std::vector<CommandLine>
nosh_lines()
{
	const Personality nosh = Personality::NOSH, own = Personality::SETUIDGID;
	const std::string in_use = std::to_string(port);

	return {
		{ "Tcp", nosh, { "tcp-socket-listen", "127.0.0.1", "0", "NEXT" }, {} },
		{ "TcpEverything", nosh, { "tcp-socket-listen", "--reuse-port", "--bind-to-any",
		    "--backlog", "7", "--systemd-compatibility", "--upstart-compatibility",
		    "127.0.0.1", "0", "NEXT" }, inherit },
		{ "TcpCombined", nosh, { "tcp-socket-listen", "--combine4and6", "::", "0", "NEXT" },
		    {} },
		{ "TcpInterfaces", nosh, { "tcp-socket-listen", "--check-interfaces", "127.0.0.1",
		    "0", "NEXT" }, {} },
		{ "TcpNames", nosh, { "tcp-socket-listen", "localhost", "http", "NEXT" }, {} },
		{ "TcpInUse", nosh, { "tcp-socket-listen", "127.0.0.1", in_use, "NEXT" },
		    port_in_use },
		{ "TcpAbsent", nosh, { "tcp-socket-listen", "192.0.2.1", "0", "NEXT" }, {} },
		{ "TcpLowPort", nosh, { "tcp-socket-listen", "127.0.0.1", "80", "NEXT" }, by_nobody },
		{ "Udp", nosh, { "udp-socket-listen", "127.0.0.1", "0", "NEXT" }, {} },
		{ "Netlink", nosh, { "netlink-datagram-socket-listen", "--receive-buffer-size", "4096",
		    "--pass-credentials", "route", "1", "NEXT" }, {} },
		{ "Fdmove", nosh, { "fdmove", "4", "9", "NEXT" }, pipe_at_9 },
		{ "FdmoveCopy", nosh, { "fdmove", "-c", "4", "9", "NEXT" }, pipe_at_9 },
		{ "Setuidgid", own, { "setuidgid", "service", "NEXT" }, {} },
		{ "SetuidgidGroups", own, { "setuidgid", "-s", "-g", "other", "service", "NEXT" },
		    {} },
	};
}

std::vector<CommandLine>
s6_lines()
{
	const Personality s6 = Personality::S6;
	const std::string in_use = std::to_string(port);

	return {
		{ "S6Tcp", s6, { "s6-tcpserver-socketbinder", "127.0.0.1", "0", "NEXT" }, {} },
		{ "S6Options", s6, { "s6-tcpserver-socketbinder", "-D", "-B", "-b7", "::", "0",
		    "NEXT" }, {} },
		{ "S6Datagram", s6, { "s6-tcpserver-socketbinder", "-m", "-b0", "127.0.0.1", "0",
		    "NEXT" }, {} },
		{ "S6InUse", s6, { "s6-tcpserver-socketbinder", "127.0.0.1", in_use, "NEXT" },
		    port_in_use },
	};
}

std::vector<CommandLine>
listen_lines()
{
	const Personality own = Personality::NATIVE;
	const std::string any_port = "--tcp=127.0.0.1:0";
	const std::string our_port = "--tcp=127.0.0.1:" + std::to_string(port);

	return {
		{ "Listen", own, native("listen", { any_port, "NEXT" }), {} },
		{ "ListenSettings", own, native("listen", { any_port + ",name=web,backlog=7,share,"
		    "bind-any,wait-for=data,keepalive,fast-open=5,receive-buffer=4096,nonblocking,"
		    "send-buffer=4096,hop-limit=9,congestion=reno,locked,option=1:18:7",
		    "--udp=127.0.0.1:0,device=lo,packet-info,timestamps=ns", "--unix=PATH",
		    "--env=SOCKETS", "NEXT" }), {} },
		{ "ListenMultipath", own, native("listen", { any_port + ",mptcp,keepalive", "NEXT" }), {} },
		{ "ListenNetlink", own, native("listen", { "--netlink=route:1,receive-buffer=4096",
		    "--netlink=route", "NEXT" }), {} },
		{ "ListenVsock", own, native("listen", { "--vsock=any:any,backlog=7",
		    "--vsock-seqpacket=any:any", "NEXT" }), {} },
		{ "ListenBoth", own, native("listen", { "--tcp=:0", "NEXT" }), {} },
		{ "ListenCount", own, native("listen", { our_port + ",all,balance,count=2", "NEXT" }),
		    {} },
		{ "ListenDual", own, native("listen", { "--tcp=[::]:0,dual", "NEXT" }), {} },
		{ "ListenExclusive", own, native("listen", { our_port + ",exclusive", "NEXT" }), {} },
		{ "ListenRequired", own, native("listen", { our_port + ",fixed-port,least-backlog=5,"
		    "least-receive-buffer=1",
		    "NEXT" }), {} },
		{ "ListenInUse", own, native("listen", { our_port, "NEXT" }), port_in_use },
		{ "ListenStdin", own, native("listen", { "--as=stdin", any_port, "NEXT" }), {} },
		{ "ListenUpstart", own, native("listen", { "--as=upstart", any_port, "NEXT" }), {} },
		{ "ListenNumber", own, native("listen", { "--as=fd:7", any_port, "--udp=127.0.0.1:0",
		    "NEXT" }), {} },
		{ "ListenReplacing", own, native("listen", { "--as=fd:9", "--replace-fds", any_port,
		    "NEXT" }), pipe_at_9 },
		{ "ListenInherit", own, native("listen", { "--unix=DIRECTORY/inherited,inherit,mode=600",
		    any_port + ",name=web,inherit", any_port + ",inherit", "NEXT" }), inherit },
		{ "ListenInheritNumber", own, native("listen", { "--as=fd:7",
		    any_port, any_port + ",name=web,inherit", "NEXT" }),
		    inherit_named },
		{ "ListenReport", own, native("listen", { any_port, "--report=fd:9",
		    "--report-format=json", "NEXT" }), pipe_at_9 },
		{ "ListenReportFile", own, native("listen", { any_port, "--unix=PATH",
		    "--report=DIRECTORY/report", "NEXT" }), old_report },
		{ "ListenDirectory", own, native("listen", { "--unix=DIRECTORY/made/s,"
		    "directory-mode=750,directory-owner=service", "NEXT" }), {} },
		{ "ListenDirectoryThere", own, native("listen", { "--unix=PATH,directory-mode=750",
		    "NEXT" }), {} },
		{ "ListenFifo", own, native("listen", { "--fifo=PATH,read-only,mode=640", any_port,
		    "--report=fd:9", "NEXT" }), pipe_at_9 },
		{ "ListenLongPath", own, native("listen", { "--unix=DIRECTORY/"
		    + std::string(100, 'd') + "/s,directory-mode=750,mode=600", "NEXT" }), {} },
		{ "ListenSymlink", own, native("listen", { "--unix=PATH,symlink=DIRECTORY/link",
		    "NEXT" }), {} },
		{ "ListenNotify", own, native("listen", { any_port, "--unix=PATH", "--notify-fd=9",
		    "--notify-systemd", "NEXT" }), Prepare(pipe_at_9) + notify_socket },
		{ "ListenWait", own, native("listen", { our_port + ",wait=60", "NEXT" }), {} },
		{ "ListenOnDemand", own, native("listen", { any_port, "--unix=PATH", "--on-demand",
		    "NEXT" }), inherit_readable },
	};
}

std::vector<CommandLine>
other_native_lines()
{
	const Personality own = Personality::NATIVE;
	const std::string our_port = "--tcp=127.0.0.1:" + std::to_string(port);

	return {
		{ "Adapt", own, native("adapt", { "--as=upstart", "NEXT" }), inherit },
		{ "AdaptNumber", own, native("adapt", { "--as=fd:7", "--backlog=9", "NEXT" }),
		    inherit_listening },
		{ "Inspect", own, native("inspect", {}), inherit },
		{ "InspectJson", own, native("inspect", { "--json" }), inherit },
		{ "Limits", own, native("limits", {}), {} },
		{ "LimitsJson", own, native("limits", { "--json" }), {} },
		{ "Queues", own, native("queues", {}), inherit },
		{ "QueuesJson", own, native("queues", { "--json" }), inherit },
		{ "Explain", own, native("explain", { "tcp-socket-listen", "127.0.0.1", "4711",
		    "NEXT" }), {} },
		{ "ExplainJson", own, native("explain", { "--json", "bindchain", "listen",
		    our_port + ",exclusive", "--unix=PATH,mode=600,owner=service", "NEXT" }), {} },
		{ "ExplainInUse", own, native("explain", { "bindchain", "listen", our_port, "NEXT" }),
		    port_in_use },
		{ "ExplainFifo", own, native("explain", { "fifo-listen", "--user", "service", "PATH",
		    "NEXT" }), {} },
		{ "ExplainIpc", own, native("explain", { "s6-ipcserver-socketbinder", "PATH",
		    "NEXT" }), dead_path },
		{ "Version", own, { "bindchain", "--version" }, {} },
		{ "Help", own, { "bindchain", "--help" }, {} },
	};
}

/* A program that uses the library: tests/library/program.c. */
std::vector<CommandLine>
library_lines()
{
	const Personality own = Personality::NATIVE;
	const std::string name = LIBRARY_PROGRAM, in_use = std::to_string(port);

	return {
		{ "LibraryPass", own, { name, "pass", "tcp", "0", "NEXT" }, {} },
		{ "LibraryPassPath", own, { name, "pass", "unix", "PATH", "NEXT" }, {} },
		{ "LibraryClose", own, { name, "close", "udp", "0" }, {} },
		{ "LibraryClosePath", own, { name, "close", "unix", "PATH" }, {} },
		{ "LibraryCloseFifo", own, { name, "close", "fifo", "PATH" }, {} },
		{ "LibraryForesee", own, { name, "foresee", "tcp", in_use }, port_in_use },
		{ "LibraryForeseePath", own, { name, "foresee", "unix", "PATH" }, dead_path },
		{ "LibraryDiagnose", own, { name, "diagnose", "tcp", in_use }, port_in_use },
		{ "LibraryLimits", own, { name, "limits" }, {} },
		{ "LibraryReceive", own, { name, "receive", "NEXT" },
		    Prepare(inherit) + notify_socket },
	};
}

std::vector<CommandLine>
all_lines()
{
	std::vector<CommandLine> lines;

	for (const auto &some : { nosh_lines(), s6_lines(), listen_lines(), other_native_lines(),
	         library_lines() })
		lines.insert(lines.end(), some.begin(), some.end());
	add_path_starts(lines);
	return lines;
}

void
replace(std::string &word, const std::string &name, const std::string &by)
{
	size_t at = word.find(name);

	if (at != std::string::npos)
		word.replace(at, name.size(), by);
}

} // namespace

int
Scene::hold(Descriptor descriptor)
{
	held.push_back(std::move(descriptor));
	return held.back().get();
}

Command
CommandLine::command(Scene &scene) const
{
	Words arguments(words.begin() + 1, words.end());

	for (std::string &word : arguments) {
		replace(word, "PATH", scene.path());
		replace(word, "DIRECTORY", scene.directory);
		replace(word, "NEXT", "/bin/true");
	}
	Command command = tool(words[0], arguments);
	if (words[0][0] == '/')
		command.file = command.argv[0] = words[0];
	if (prepare)
		prepare(scene, command);
	return command;
}

std::ostream &
operator<<(std::ostream &stream, const CommandLine &line)
{
	return stream << line.name;
}

const std::vector<CommandLine> &
command_lines()
{
	static const std::vector<CommandLine> lines = all_lines();

	return lines;
}
