/* SPDX-License-Identifier: ISC */
/* A shell whose completions are read: in a terminal, except fish, which prints them. */
#ifndef TESTS_COMPLETIONS_SHELL_H
#define TESTS_COMPLETIONS_SHELL_H

#include <string>
#include <vector>

#include <sys/types.h>

#include "temporary_directory.h"

enum class Kind { bash, bash_with_package, zsh, fish };

std::string name_of(Kind);
/* Why no completions can be tested, or those of this shell; empty: they can. */
std::string missing();
std::string missing(Kind);

/* What a shell completes at the end of a line. */
struct Completed {
	std::string line;               /* afterwards; of fish: unchanged */
	std::vector<std::string> words; /* what it offers, whole words without spaces */
};

class Shell {
public:
	/* TOOLS is the directory of the commands on PATH; the default is the build's. */
	explicit Shell(Kind, const std::string &tools = "");
	~Shell();
	Shell(const Shell &) = delete;
	Shell &operator=(const Shell &) = delete;

	Completed complete(const std::string &line);
	/* Where it runs: it has the file "nextprog", "own file,1", "it's $x" and "sub/in". */
	const std::string &directory() const { return directory_.path(); }

private:
	std::vector<std::string> read_result();
	std::string read_line();
	void read_some();
	void wait_for_prompt();
	void start(const std::vector<std::string> &arguments);
	void type(const std::string &keys) const;
	Completed ask_fish(const std::string &line) const;
	std::vector<std::string> environment() const;

	Kind kind_;
	std::string tools_;
	TemporaryDirectory directory_, home_;
	int terminal_ = -1, results_ = -1;
	pid_t pid_ = -1;
	std::string read_; /* of the results */
	std::string seen_; /* of the terminal */
};

#endif
