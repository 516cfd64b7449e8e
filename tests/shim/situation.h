/* SPDX-License-Identifier: ISC */
/* A system in a certain state, and what `bindchain` does and says there. */
#ifndef SHIM_SITUATION_H
#define SHIM_SITUATION_H

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

using Words = std::vector<std::string>;

/* A row of `bindchain limits`. */
struct Value {
	std::string name, current, meaning;
};

class Situation {
public:
	/* LINES are a profile's and replace those of PROFILE, SCRIPT is one of profile.h. */
	explicit Situation(std::string profile, std::string lines = "", std::string script = "");

	/* The first socket of `explain --json COMMAND`, which exits with STATUS unless that is
	 * negative. */
	nlohmann::json explain_command(const Words &command, int status = -1) const;
	/* The same of `listen SOCKET`. */
	nlohmann::json explain(const std::string &socket, int status = -1) const;
	/* Its obstacles, then its warnings, which begin with "warning: ". */
	Words foresee(const std::string &socket) const;
	/* The call of `listen SOCKET` that failed and its error, "bind EACCES", then the lines
	 * after the first that tell causes.  A failure of the test if it succeeds. */
	Words fail(const std::string &socket) const;
	/* The setsockopt(2) calls of `listen SOCKET`, without the descriptor.  A failure of
	 * the test if it does not succeed. */
	Words options(const std::string &socket) const;
	/* The only socket of `inspect --json` after `listen SOCKET`. */
	nlohmann::json inspect(const std::string &socket) const;
	std::vector<Value> limits() const;
	/* The one of that name. */
	Value limit(const std::string &name) const;

private:
	std::string profile_, lines_, script_;
};

/* "sysctl NAME NUMBER", as a line of a test's own. */
std::string sysctl_line(const std::string &name, long number);
/* kern.osreldate of a FreeBSD: the Porter's Handbook, 18. */
std::string release(int version);
/* A sysctl that is not there. */
std::string without_sysctl(const std::string &name);

#endif
