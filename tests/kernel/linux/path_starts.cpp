/* SPDX-License-Identifier: ISC */
#include "path_starts.h"

#include <sys/socket.h>

#include "tools.h"

namespace {

using Words = std::vector<std::string>;

Words
operator+(const Words &one, const Words &other)
{
	Words sum = one;

	sum.insert(sum.end(), other.begin(), other.end());
	return sum;
}

const Words stream = { "local-stream-socket-listen" };
const Words seqpacket = { "local-seqpacket-socket-listen" };
const Words datagram = { "local-datagram-socket-listen" };
const Words fifo = { "fifo-listen" };
const Words ipc = { "s6-ipcserver-socketbinder" };
const Words native = { "bindchain", "listen" };

const Words mode = { "--mode", "0640" };
const Words user = { "--user", "service" };
const Words group = { "--group", "service" };
const char native_access[] = ",mode=640,owner=service,group=service";

const uid_t root = 0, service = service_user;

const std::vector<PathStart> all = {
	{ "Stream", stream + Words { "PATH" }, Object::STREAM, 3, 0755, root, root },
	{ "StreamMode", stream + mode + Words { "PATH" }, Object::STREAM, 3, 0640, root, root },
	{ "StreamUser", stream + user + mode + Words { "PATH" }, Object::STREAM, 3, 0640, service,
	    root },
	{ "StreamGroup", stream + group + Words { "PATH" }, Object::STREAM, 3, {}, root,
	    service },
	{ "StreamAccess", stream + mode + user + group + Words { "PATH" }, Object::STREAM, 3, 0640,
	    service, service },
	{ "StreamSticky", stream + Words { "--mode", "01640", "PATH" }, Object::STREAM, 3, 01640,
	    root, root },
	{ "Seqpacket", seqpacket + Words { "PATH" }, Object::SEQPACKET, 3, 0755, root, root },
	{ "SeqpacketAccess", seqpacket + mode + user + group + Words { "PATH" },
	    Object::SEQPACKET, 3, 0640, service, service },
	{ "Datagram", datagram + Words { "PATH" }, Object::DATAGRAM, 3, 0755, root, root },
	{ "DatagramAccess", datagram + mode + user + group + Words { "PATH" }, Object::DATAGRAM, 3,
	    0640, service, service },
	{ "Fifo", fifo + Words { "PATH" }, Object::FIFO, 3, {}, root, root },
	{ "FifoMode", fifo + mode + Words { "PATH" }, Object::FIFO, 3, 0640, root, root },
	{ "FifoUser", fifo + user + mode + Words { "PATH" }, Object::FIFO, 3, 0640, service, root },
	{ "FifoAccess", fifo + mode + user + group + Words { "PATH" }, Object::FIFO, 3, 0640,
	    service, service },
	{ "Ipc", ipc + Words { "PATH" }, Object::STREAM, 0, 0777, root, root },
	{ "IpcMode", ipc + Words { "-a", "0600", "PATH" }, Object::STREAM, 0, 0600, root, root },
	{ "IpcKeep", ipc + Words { "-D", "PATH" }, Object::STREAM, 0, 0777, root, root },
	{ "IpcDatagram", ipc + Words { "-m", "-b0", "PATH" }, Object::DATAGRAM, 0, 0777, root,
	    root },
	{ "Unix", native + Words { "--unix=PATH" }, Object::STREAM, 3, 0755, root, root },
	{ "UnixAccess", native + Words { std::string("--unix=PATH") + native_access },
	    Object::STREAM, 3, 0640, service, service },
	{ "UnixDatagramAccess", native + Words { std::string("--unix-dgram=PATH") + native_access },
	    Object::DATAGRAM, 3, 0640, service, service },
	{ "UnixSeqpacketAccess",
	    native + Words { std::string("--unix-seqpacket=PATH") + native_access },
	    Object::SEQPACKET, 3, 0640, service, service },
	{ "FifoReadOnly", fifo + Words { "--read-only", "PATH" }, Object::FIFO, 3, {}, root, root },
	{ "ListenFifoAccess", native + Words { std::string("--fifo=PATH,read-only") + native_access },
	    Object::FIFO, 3, 0640, service, service },
};

} // namespace

Command
PathStart::command(const std::string &path, const std::string &next) const
{
	Words arguments(words.begin() + 1, words.end());

	for (std::string &word : arguments) {
		size_t at = word.find("PATH");
		if (at != std::string::npos)
			word.replace(at, 4, path);
	}
	arguments.push_back(next);
	return tool(words[0], arguments);
}

int
PathStart::socket_type() const
{
	return object == Object::DATAGRAM ? SOCK_DGRAM
	    : object == Object::SEQPACKET ? SOCK_SEQPACKET : SOCK_STREAM;
}

int
PathStart::number() const
{
	for (size_t i = 0; i < all.size(); i++)
		if (all[i].name == std::string(name))
			return static_cast<int>(i);
	return 0;
}

bool
PathStart::changes_access() const
{
	return user != root || group != root || (mode && *mode != 0755 && *mode != 0777);
}

/* The manual pages, EXIT STATUS: nosh's have one for all, the others classes. */
std::string
PathStart::wrong_failure(int status) const
{
	bool right;

	if (words[0] == "bindchain" || words[0] == ipc[0])
		right = status == 100 || status == 111 || status == 126 || status == 127;
	else
		right = status == 1;
	return right ? "" : "exit status " + std::to_string(status);
}

std::ostream &
operator<<(std::ostream &output, const PathStart &start)
{
	return output << start.name;
}

const std::vector<PathStart> &
path_starts()
{
	return all;
}
