/* SPDX-License-Identifier: ISC */
/* A listener of the tools' making that accepts nothing. */
#ifndef BINDCHAIN_TEST_LISTENER_H
#define BINDCHAIN_TEST_LISTENER_H

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "process.h"

class Listener {
public:
	/* Returns when the next program runs, and so the socket listens. */
	Listener(const std::string &name, const std::vector<std::string> &arguments);

	pid_t pid() const { return process_.pid(); }

private:
	Process process_;
};

/* What `bindchain explain` says of it, of which there is one socket. */
nlohmann::json explained(const std::string &name, const std::vector<std::string> &arguments);

#endif
