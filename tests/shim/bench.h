/* SPDX-License-Identifier: ISC */
/*
 * A tool on the bench: run under the shim, in the world of a profile and a
 * script, with the log read afterwards.
 */
#ifndef SHIM_BENCH_H
#define SHIM_BENCH_H

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "process.h"
#include "world.h"

/* One line of the log. */
struct LoggedCall {
	std::string process;                /* its number */
	std::string name;                   /* of the call; "hello", "goodbye" … */
	std::vector<std::string> arguments; /* in symbols */
	std::string result;                 /* a number or an error's name */

	/* "bind 3 127.0.0.1 80 = 0" */
	std::string text() const;
	bool failed() const { return !result.empty() && result[0] == 'E'; }
};
std::ostream &operator<<(std::ostream &, const LoggedCall &);

class Bench {
public:
	/* Throws BadText for a profile or script that is not right. */
	Bench(const std::string &profile, const std::string &script = "");
	~Bench();
	Bench(const Bench &) = delete;
	Bench &operator=(const Bench &) = delete;

	world &fake() { return *world_; }
	/* The executable with the backend of this profile's system. */
	std::string executable() const;
	/* From now on that of FreeBSD 13.0, whose headers have no O_PATH. */
	void use_freebsd_13();
	/* Fakes another executable instead. */
	void set_target(const std::string &path);
	/* That executable under the name of one of its commands. */
	Command command(const std::string &name, const std::vector<std::string> &arguments);
	Result run(const std::string &name, const std::vector<std::string> &arguments);
	Result run(const Command &);

	std::vector<LoggedCall> log() const;
	/* Those of the faked process that are calls, up to its end. */
	std::vector<LoggedCall> calls() const;
	/* What makes the run worthless: nobody said hello, a rule never fired, the
	 * shim gave up.  Empty: the run is sound. */
	std::vector<std::string> problems() const;
	/* Descriptors that were open at the end and not at the start. */
	std::vector<std::string> left() const;

private:
	int file_ = -1;
	std::string path_, executable_;
	world *world_ = nullptr;
};

/* Fails the test where a run was not sound. */
#define EXPECT_SOUND(bench) EXPECT_EQ((bench).problems(), std::vector<std::string>())

/* The systems whose backends are built here. */
std::vector<uint32_t> shim_systems();
/* The files that tests need. */
std::string shim_library();
std::string foreign_executable(uint32_t system);

#endif
