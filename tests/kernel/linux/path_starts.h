/* SPDX-License-Identifier: ISC */
/* The command lines that make a path, and what each promises of it. */
#ifndef BINDCHAIN_TEST_PATH_STARTS_H
#define BINDCHAIN_TEST_PATH_STARTS_H

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <sys/types.h>

#include "process.h"

/* The user and the group that the command lines name; both have this number. */
const uid_t service_user = 65534;
/* Another user, who has nothing to do with it. */
const uid_t other_user = 1;

enum class Object { STREAM, SEQPACKET, DATAGRAM, FIFO };

struct PathStart {
	const char *name;
	std::vector<std::string> words; /* "PATH" in a word stands for the path */
	Object object;
	int descriptor;             /* that the next program has it as */
	std::optional<mode_t> mode; /* with the umask 022 */
	uid_t user, group;          /* who it then belongs to */

	/* The command, with the executable of NEXT after it. */
	Command command(const std::string &path, const std::string &next) const;
	bool is_socket() const { return object <= Object::DATAGRAM; }
	/* SOCK_..., STREAM's for what is no socket. */
	int socket_type() const;
	bool changes_access() const;
	/* Its place in path_starts(). */
	int number() const;
	/* What is wrong with STATUS as that of a start that failed; empty: nothing. */
	std::string wrong_failure(int status) const;
};

std::ostream &operator<<(std::ostream &, const PathStart &);

const std::vector<PathStart> &path_starts();

#endif
