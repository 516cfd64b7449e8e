/* SPDX-License-Identifier: ISC */
/* A command line of every command, or several, and what each needs around it. */
#ifndef BINDCHAIN_TEST_COMMAND_LINES_H
#define BINDCHAIN_TEST_COMMAND_LINES_H

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "network.h"
#include "process.h"

/* What is there when a command starts: a directory, and sockets. */
struct Scene {
	std::string directory;
	std::vector<Descriptor> held; /* until the command has ended */

	std::string path() const { return directory + "/s"; }
	/* Keeps it, and returns its number. */
	int hold(Descriptor);
};

enum class Personality { NOSH, S6, NATIVE, SETUIDGID };

struct CommandLine {
	std::string name;
	Personality personality;
	/* The tool, or the path of a program, first; "PATH" in a word stands for the scene's path,
	 * "DIRECTORY" for its directory, and NEXT for the executable of the next program. */
	std::vector<std::string> words;
	/* Puts into the scene what the command needs, and changes the command. */
	std::function<void(Scene &, Command &)> prepare;

	Command command(Scene &) const;
};

std::ostream &operator<<(std::ostream &, const CommandLine &);

const std::vector<CommandLine> &command_lines();

#endif
