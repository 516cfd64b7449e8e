/* SPDX-License-Identifier: ISC */
#include "contested_path.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attacker.h"
#include "path_starts.h"
#include "temporary_directory.h"

namespace {

[[noreturn]] void
fail(const std::string &what)
{
	throw std::system_error(errno, std::generic_category(), what);
}

void
make_directory(const std::string &path, mode_t mode, uid_t user)
{
	if (mkdir(path.c_str(), 0700) != 0 || chown(path.c_str(), user, user) != 0
	    || chmod(path.c_str(), mode) != 0)
		fail("mkdir " + path);
}

std::string
numbers(const struct stat &status)
{
	std::ostringstream text;

	text << "mode " << std::oct << status.st_mode << std::dec << " owner " << status.st_uid
	     << ":" << status.st_gid;
	return text.str();
}

void
add_names(const std::string &directory, std::map<std::string, ino_t> &names)
{
	for (const auto &entry : std::filesystem::directory_iterator(directory)) {
		struct stat status;
		if (lstat(entry.path().c_str(), &status) != 0)
			fail("lstat " + entry.path().string());
		names[entry.path()] = status.st_ino;
		if (S_ISDIR(status.st_mode))
			add_names(entry.path(), names);
	}
}

} // namespace

std::ostream &
operator<<(std::ostream &stream, Before before)
{
	static const char *const names[] = { "nothing", "a dead socket", "a live socket", "a FIFO" };

	return stream << names[static_cast<int>(before)];
}

std::ostream &
operator<<(std::ostream &stream, Attack attack)
{
	static const char *const names[attack_count] = { "nothing", "link to a secret",
		"link to a letter", "link to a server", "link to a directory", "link to nothing",
		"hard link", "server of others", "file of others", "FIFO of others", "own file",
		"own FIFO", "own server", "own dead socket", "links for other names",
		"directories for other names", "parent", "parent: link",
		"parent: link to an empty one" };

	return stream << names[static_cast<int>(attack)];
}

/* Something of somebody's who has nothing to do with the start. */
struct Victim {
	std::string name;
	std::string home;       /* its path; the attacker may rename what is in his directory */
	bool stays;             /* there: it is not in a directory of his */
	Descriptor object;      /* O_PATH */
	struct stat status = {};
	std::string content;
	Descriptor server;      /* its own socket */
	int type = 0;

	Victim(const std::string &path, bool in_his_directory)
		: name(path), home(path), stays(!in_his_directory),
		  object(open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC))
	{
		if (object.get() < 0 || fstat(object.get(), &status) != 0)
			fail("open " + path);
	}

	/* Where it is, whatever its name is. */
	std::string place() const { return "/proc/self/fd/" + std::to_string(object.get()); }
	std::string harm();
	std::string server_harm();
};

std::string
Victim::harm()
{
	struct stat now, there;

	if (fstat(object.get(), &now) != 0)
		fail("fstat " + name);
	if (now.st_nlink == 0)
		return name + " was removed";
	if (now.st_mode != status.st_mode || now.st_uid != status.st_uid
	    || now.st_gid != status.st_gid)
		return name + " had " + numbers(status) + " and has " + numbers(now);
	if (stays && (lstat(home.c_str(), &there) != 0 || there.st_ino != status.st_ino))
		return name + " is not at its place";
	if (S_ISREG(now.st_mode) && read_whole_file(place()) != content)
		return name + " has other content: " + read_whole_file(place());
	return server.get() >= 0 ? server_harm() : "";
}

/* Nobody has connected, and who does is heard. */
std::string
Victim::server_harm()
{
	const bool is_datagram = type == SOCK_DGRAM;
	Descriptor client;
	char byte;

	if (is_datagram ? recv(server.get(), &byte, 1, MSG_DONTWAIT) >= 0
	        : Descriptor(accept(server.get(), nullptr, nullptr)).get() >= 0)
		return name + " was connected to";
	if (errno != EAGAIN)
		return name + " does not serve: " + std::strerror(errno);
	int error = connect_path(place(), &client, type);
	if (error != 0)
		return name + " cannot be reached: " + std::strerror(error);
	if (is_datagram ? send(client.get(), "", 1, 0) != 1
	                || recv(server.get(), &byte, 1, MSG_DONTWAIT) != 1
	        : Descriptor(accept(server.get(), nullptr, nullptr)).get() < 0)
		return name + " does not answer: " + std::strerror(errno);
	return "";
}

ContestedPath::ContestedPath(const std::string &root)
	: root_(root), parent_(root + "/service/run"), path_(parent_ + "/s"),
	  attacker_(new Attacker(root))
{
}

ContestedPath::~ContestedPath() = default;

void
ContestedPath::add_file(const std::string &name, const char *content, mode_t mode, uid_t user)
{
	const std::string path = root_ + "/" + name;
	Descriptor file(open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));

	if (file.get() < 0 || write(file.get(), content, std::strlen(content)) < 0
	    || fchown(file.get(), user, user) != 0 || fchmod(file.get(), mode) != 0)
		fail("open " + path);
	victims_.emplace_back(new Victim(path, name.rfind("service/", 0) == 0));
	victims_.back()->content = content;
}

void
ContestedPath::add_server(const std::string &name, int type)
{
	const std::string path = root_ + "/" + name;
	Descriptor server = bind_path(path, type, type == SOCK_DGRAM ? -1 : 8);

	fcntl(server.get(), F_SETFL, O_NONBLOCK);
	victims_.emplace_back(new Victim(path, name.rfind("service/", 0) == 0));
	victims_.back()->server = std::move(server);
	victims_.back()->type = type;
}

void
ContestedPath::add_victims(int type)
{
	make_directory(root_ + "/root", 0755, 0);
	make_directory(root_ + "/empty", 0755, 0);
	make_directory(root_ + "/service", 0755, service_user);
	make_directory(parent_, 0755, service_user);
	add_file("root/secret", "a secret\n", 0600, 0);
	add_file("root/letter", "a letter\n", 0644, other_user);
	add_file("root/open", "open to all\n", 0666, 0);
	add_server("root/server", type);
	add_server("root/s", type);
	add_server("service/run/server", type);
	add_file("service/run/file", "a file\n", 0600, 0);
	const std::string fifo = parent_ + "/fifo";
	if (mkfifo(fifo.c_str(), 0600) != 0 || chown(fifo.c_str(), other_user, other_user) != 0)
		fail("mkfifo " + fifo);
	victims_.emplace_back(new Victim(fifo, true));
}

void
ContestedPath::put_before(Before before, int type)
{
	switch (before) {
	case Before::NOTHING:
		return;
	case Before::DEAD_SOCKET:
		bind_path(path_, type);
		return;
	case Before::LIVE_SOCKET:
		add_server("service/run/s", type);
		return;
	case Before::FIFO:
		if (mkfifo(path_.c_str(), 0600) != 0)
			fail("mkfifo " + path_);
		return;
	}
}

void
ContestedPath::set_up(Before before, int type)
{
	victims_.clear();
	for (const char *directory : { "/root", "/empty", "/service" })
		std::filesystem::remove_all(root_ + directory);
	type_ = type;
	add_victims(type);
	put_before(before, type);
	allowed_ = all_names();
	moved_.clear();
}

ContestedPath::Names
ContestedPath::all_names() const
{
	Names names;

	for (const char *directory : { "/root", "/empty", "/service" })
		add_names(root_ + directory, names);
	return names;
}

void
ContestedPath::attack(Attack attack)
{
	Names before = all_names();

	attacker_->act(attack, type_, false);
	/* What he has made, and what is elsewhere now. */
	for (const auto &[name, inode] : all_names()) {
		auto found = before.find(name);
		if (found == before.end() || found->second != inode)
			moved_[name] = inode;
	}
}

void
ContestedPath::undo()
{
	attacker_->act(Attack::NOTHING, type_, true);
	moved_.clear();
	for (const auto &[name, inode] : all_names())
		if (name.find(".placed") != std::string::npos)
			moved_[name] = inode;
}

void
ContestedPath::attack_at_random(unsigned seed)
{
	attacker_->roam(type_, seed);
}

void
ContestedPath::end_attacks()
{
	attacker_->rest();
}

std::string
ContestedPath::harm()
{
	std::string all;

	for (const auto &victim : victims_) {
		std::string harm = victim->harm();
		if (!harm.empty())
			all += harm + "\n";
	}
	return all;
}

static bool
has(const std::map<std::string, ino_t> &names, ino_t inode)
{
	for (const auto &[name, its_inode] : names)
		if (its_inode == inode)
			return true;
	return false;
}

std::string
ContestedPath::leftovers() const
{
	std::string all;

	for (const auto &[name, inode] : all_names())
		if (!has(allowed_, inode) && !has(moved_, inode))
			all += name + "\n";
	return all;
}

std::vector<std::string>
ContestedPath::names() const
{
	std::vector<std::string> names;

	for (const auto &entry : std::filesystem::directory_iterator(parent_))
		names.push_back(entry.path().filename());
	return names;
}
