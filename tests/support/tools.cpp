/* SPDX-License-Identifier: ISC */
#include "tools.h"

#include <cstdlib>
#include <stdexcept>

static std::string
from_environment(const char *name, const char *otherwise)
{
	const char *value = std::getenv(name);

	return value && *value ? value : otherwise;
}

std::string
tool_directory()
{
	return from_environment("BINDCHAIN_BIN_DIR", BUILT_TOOLS);
}

std::string
tool_path(const std::string &name)
{
	return tool_directory() + "/" + name;
}

std::string
probe_path()
{
	return from_environment("BINDCHAIN_PROBE", BUILT_PROBE);
}

Command
tool(const std::string &name, const std::vector<std::string> &arguments)
{
	Command command({ tool_path(name) });

	command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
	command.set("PATH", tool_directory() + ":/usr/bin:/bin");
	/* What a command keeps, it keeps for the next program, and an exec clears it:
	 * whoever runs these tests sanitized says here that this is no leak. */
	if (const char *options = getenv("ASAN_OPTIONS"))
		command.set("ASAN_OPTIONS", options);
	return command;
}

/* The probe knows the texts of the C library that it and the tools have in
 * common, which need not be the one of this program. */
static std::string
ask_probe(const std::string &question, const std::string &about)
{
	Result result = run(Command({ probe_path(), question, about }));

	if (result.status != 0 || result.output.empty())
		throw std::runtime_error("the probe does not answer: " + result.error);
	return result.output;
}

std::string
error_text(int error)
{
	return ask_probe("--strerror", std::to_string(error));
}

std::string
resolver_text(int code)
{
	return ask_probe("--gai-strerror", std::to_string(code));
}

std::string
first_address(const std::string &host)
{
	return ask_probe("--first-address", host);
}
