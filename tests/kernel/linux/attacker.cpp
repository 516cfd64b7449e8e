/* SPDX-License-Identifier: ISC */
#include "attacker.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <random>
#include <set>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "path_starts.h"

namespace {

struct Order {
	enum { ACT, TAKE_BACK, ROAM, REST } what;
	Attack attack;
	int type;
	unsigned seed;
};

/* He himself.  Everything is relative to the directory that holds the path's. */
class Himself {
public:
	explicit Himself(const std::string &root) : root_(root) {}

	void act(const Order &);
	/* One thing more, and the end of it. */
	void move(int type, std::mt19937 &random);

private:
	void take_back();
	void place(Attack, int type);
	void place_own(Attack, int type);
	void replace_name(Attack, int type);
	void replace_parent(Attack);
	void replace_others(Attack);
	void exchange();
	bool of_parent(Attack attack) const { return attack >= Attack::PARENT; }
	std::string in_root(const char *name) const { return root_ + "/" + name; }
	static void need(bool done, const char *what);

	std::string root_;
	std::string moved_; /* what the last attack moved away */
	Descriptor server_;
};

void
Himself::need(bool done, const char *what)
{
	if (!done)
		throw std::system_error(errno, std::generic_category(), what);
}

void
Himself::place_own(Attack attack, int type)
{
	if (attack == Attack::OWN_FILE)
		need(Descriptor(open("run/s", O_CREAT | O_EXCL | O_RDWR, 0600)).get() >= 0,
		    "open run/s");
	else if (attack == Attack::OWN_FIFO)
		need(mkfifo("run/s", 0666) == 0, "mkfifo run/s");
	else
		server_ = bind_path("run/s", type,
		    attack == Attack::OWN_SERVER && type != SOCK_DGRAM ? 8 : -1);
	if (attack == Attack::OWN_DEAD_SOCKET)
		server_ = Descriptor();
}

void
Himself::place(Attack attack, int type)
{
	static const struct {
		Attack attack;
		const char *target, *name;
	} links[] = {
		{ Attack::LINK_TO_SECRET, "root/secret", "run/s" },
		{ Attack::LINK_TO_LETTER, "root/letter", "run/s" },
		{ Attack::LINK_TO_SERVER, "root/server", "run/s" },
		{ Attack::LINK_TO_DIRECTORY, "root", "run/s" },
		{ Attack::LINK_TO_NOTHING, "empty/new", "run/s" },
		{ Attack::PARENT_LINK, "root", "run" },
		{ Attack::PARENT_LINK_TO_EMPTY, "empty", "run" },
	};

	for (const auto &row : links)
		if (row.attack == attack)
			need(symlink(in_root(row.target).c_str(), row.name) == 0, "symlink");
	if (attack == Attack::HARD_LINK)
		need(link(in_root("root/open").c_str(), "run/s") == 0, "link");
	else if (attack == Attack::OTHERS_SERVER)
		need(rename("run/server", "run/s") == 0, "rename run/server");
	else if (attack == Attack::OTHERS_FILE)
		need(rename("run/file", "run/s") == 0, "rename run/file");
	else if (attack == Attack::OTHERS_FIFO)
		need(rename("run/fifo", "run/s") == 0, "rename run/fifo");
	else if (attack == Attack::PARENT)
		need(mkdir("run", 0755) == 0, "mkdir run");
	else if (attack >= Attack::OWN_FILE && attack <= Attack::OWN_DEAD_SOCKET)
		place_own(attack, type);
}

/* What is in the directory for a moment only. */
void
Himself::replace_others(Attack attack)
{
	static const std::set<std::string> known = { "s", "server", "file", "fifo" };
	std::vector<std::string> others;

	for (const auto &entry : std::filesystem::directory_iterator("run"))
		if (!known.count(entry.path().filename()))
			others.push_back(entry.path());
	for (const std::string &other : others) {
		need(rename(other.c_str(), (other + ".away").c_str()) == 0, "rename other");
		if (attack == Attack::OTHER_NAMES)
			need(symlink(in_root("root").c_str(), other.c_str()) == 0, "symlink");
		else
			need(mkdir(other.c_str(), 0777) == 0, "mkdir other");
	}
}

void
Himself::take_back()
{
	const std::string placed = moved_ + ".placed", away = moved_ + ".away";

	if (rename(moved_.c_str(), placed.c_str()) != 0)
		need(errno == ENOENT, "rename placed");
	if (rename(away.c_str(), moved_.c_str()) != 0)
		need(errno == ENOENT, "rename away");
}

void
Himself::act(const Order &order)
{
	need(chdir(in_root("service").c_str()) == 0, "chdir service");
	if (order.what == Order::TAKE_BACK) {
		take_back();
		return;
	}
	server_ = Descriptor();
	if (order.attack == Attack::OTHER_NAMES || order.attack == Attack::OTHER_DIRECTORIES) {
		replace_others(order.attack);
		return;
	}
	moved_ = of_parent(order.attack) ? "run" : "run/s";
	const std::string away = moved_ + ".away";
	if (rename(moved_.c_str(), away.c_str()) != 0)
		need(errno == ENOENT, "rename");
	place(order.attack, order.type);
}

void
Himself::replace_name(Attack attack, int type)
{
	unlink("run/s");
	try {
		place(attack, type);
	} catch (const std::system_error &) {
		return; /* the start was there first */
	}
}

void
Himself::replace_parent(Attack attack)
{
	need(rename("run", "run.away") == 0, "rename run");
	place(attack, SOCK_STREAM);
	sched_yield();
	need(unlink("run") == 0, "unlink run");
	need(rename("run.away", "run") == 0, "rename run.away");
}

/* What is at the path, and the live socket beside it, there and back. */
void
Himself::exchange()
{
	auto swap = [] { return syscall(SYS_renameat2, AT_FDCWD, "run/s", AT_FDCWD, "run/server",
	    RENAME_EXCHANGE) == 0; };

	if (!swap())
		return;
	sched_yield();
	while (!swap())
		/* Nothing is there: then the socket is where it belongs, or comes back. */
		if (rename("run/s", "run/server") == 0)
			break;
}

void
Himself::move(int type, std::mt19937 &random)
{
	static const Attack attacks[] = { Attack::NOTHING, Attack::LINK_TO_SECRET,
		Attack::LINK_TO_LETTER, Attack::LINK_TO_SERVER, Attack::HARD_LINK, Attack::OWN_FILE,
		Attack::OWN_FIFO, Attack::OWN_SERVER, Attack::OWN_DEAD_SOCKET, Attack::PARENT_LINK,
		Attack::PARENT_LINK_TO_EMPTY, Attack::OTHERS_SERVER };
	Attack attack = attacks[random() % (sizeof attacks / sizeof *attacks)];

	need(chdir(in_root("service").c_str()) == 0, "chdir service");
	if (attack == Attack::OTHERS_SERVER)
		exchange();
	else if (of_parent(attack))
		replace_parent(attack);
	else
		replace_name(attack, type);
	for (unsigned turns = random() % 8; turns > 0; turns--)
		sched_yield();
}

void
obey(Himself &himself, const Order &order, int orders)
{
	std::mt19937 random(order.seed);
	char rest;

	if (order.what != Order::ROAM) {
		himself.act(order);
		return;
	}
	while (recv(orders, &rest, 1, MSG_DONTWAIT | MSG_PEEK) < 0)
		himself.move(order.type, random);
}

[[noreturn]] void
serve(Himself himself, int orders)
{
	Order order;

	try {
		while (read(orders, &order, sizeof order) == sizeof order) {
			if (order.what != Order::REST)
				obey(himself, order, orders);
			if (order.what != Order::ROAM && write(orders, "", 1) != 1)
				break;
		}
	} catch (const std::exception &problem) {
		std::fprintf(stderr, "the attacker: %s\n", problem.what());
		_exit(1);
	}
	_exit(0);
}

} // namespace

Attacker::Attacker(const std::string &root)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		throw std::system_error(errno, std::generic_category(), "socketpair");
	pid_ = fork();
	if (pid_ < 0)
		throw std::system_error(errno, std::generic_category(), "fork");
	if (pid_ == 0) {
		close(ends[0]);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (setgroups(0, nullptr) != 0
		    || setresgid(service_user, service_user, service_user) != 0
		    || setresuid(service_user, service_user, service_user) != 0)
			_exit(1);
		serve(Himself(root), ends[1]);
	}
	close(ends[1]);
	orders_ = Descriptor(ends[0]);
}

Attacker::~Attacker()
{
	orders_ = Descriptor();
	waitpid(pid_, nullptr, 0);
}

void
Attacker::order(const void *order, size_t size)
{
	if (send(orders_.get(), order, size, MSG_NOSIGNAL) != static_cast<ssize_t>(size))
		throw std::runtime_error("the attacker is gone");
}

static void
await(int orders)
{
	char done;

	if (read(orders, &done, 1) != 1)
		throw std::runtime_error("the attacker is gone");
}

void
Attacker::act(Attack attack, int type, bool back)
{
	const Order what = { back ? Order::TAKE_BACK : Order::ACT, attack, type, 0 };

	order(&what, sizeof what);
	await(orders_.get());
}

void
Attacker::roam(int type, unsigned seed)
{
	const Order what = { Order::ROAM, Attack::NOTHING, type, seed };

	order(&what, sizeof what);
}

void
Attacker::rest()
{
	const Order what = { Order::REST, Attack::NOTHING, 0, 0 };

	order(&what, sizeof what);
	await(orders_.get());
}
