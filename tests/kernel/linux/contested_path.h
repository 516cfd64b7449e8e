/* SPDX-License-Identifier: ISC */
/*
 * A path in a directory of an unprivileged user's, what others have there and
 * elsewhere, and that user, who puts something else in the path's place.
 */
#ifndef BINDCHAIN_TEST_CONTESTED_PATH_H
#define BINDCHAIN_TEST_CONTESTED_PATH_H

#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <sys/types.h>

#include "network.h"

/* What is at the path when a start begins. */
enum class Before { NOTHING, DEAD_SOCKET, LIVE_SOCKET, FIFO };

std::ostream &operator<<(std::ostream &, Before);

/* What the attacker does with the name, after he has moved away what is there. */
enum class Attack {
	NOTHING,
	LINK_TO_SECRET,       /* a symbolic link to a file of mode 0600 of root's */
	LINK_TO_LETTER,       /* to one of mode 0644 of another user's */
	LINK_TO_SERVER,       /* to a live socket of root's */
	LINK_TO_DIRECTORY,
	LINK_TO_NOTHING,      /* to a name that is not there, in a directory of root's */
	HARD_LINK,            /* to a file of mode 0666 of root's */
	OTHERS_SERVER,        /* renames a live socket of root's there */
	OTHERS_FILE,          /* a file of mode 0600 of root's */
	OTHERS_FIFO,          /* a FIFO of another user's */
	OWN_FILE,
	OWN_FIFO,
	OWN_SERVER,           /* a live socket of his */
	OWN_DEAD_SOCKET,
	OTHER_NAMES,          /* whatever else the start has put there: links to root's */
	OTHER_DIRECTORIES,    /* the same, empty directories of his */
	PARENT,               /* another directory in place of the path's */
	PARENT_LINK,          /* a link to one of root's with a live socket of that name */
	PARENT_LINK_TO_EMPTY, /* to one of root's with nothing in it */
};
const int attack_count = static_cast<int>(Attack::PARENT_LINK_TO_EMPTY) + 1;

std::ostream &operator<<(std::ostream &, Attack);

class Attacker;
struct Victim;

class ContestedPath {
public:
	/* In ROOT, an empty directory that every user may enter.  Throws. */
	explicit ContestedPath(const std::string &root);
	~ContestedPath();
	ContestedPath(const ContestedPath &) = delete;
	ContestedPath &operator=(const ContestedPath &) = delete;

	const std::string &path() const { return path_; }
	/* Makes everything anew; live sockets are of TYPE, SOCK_.... */
	void set_up(Before, int type);
	/* The attacker does it, and takes it back. */
	void attack(Attack);
	void undo();
	/* He does one thing after another; a start meets what it meets. */
	void attack_at_random(unsigned seed);
	void end_attacks();

	/* What has become of those who have nothing to do with a start; "" when nothing. */
	std::string harm();
	/* What a start that failed has left behind; "" when nothing.  What the attacker
	 * has moved away he has to remove himself. */
	std::string leftovers() const;
	/* The names in the path's directory. */
	std::vector<std::string> names() const;

private:
	using Names = std::map<std::string, ino_t>;

	void add_victims(int type);
	void add_file(const std::string &name, const char *content, mode_t mode, uid_t user);
	void add_server(const std::string &name, int type);
	void put_before(Before, int type);
	Names all_names() const;

	std::string root_, parent_, path_;
	std::unique_ptr<Attacker> attacker_;
	std::vector<std::unique_ptr<Victim>> victims_;
	Names allowed_, moved_;
	int type_ = SOCK_STREAM;
};

#endif
