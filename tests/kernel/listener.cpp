/* SPDX-License-Identifier: ISC */
#include "listener.h"

#include <stdexcept>

#include "tools.h"

/* Says that it runs, and then nothing until it is killed. */
static const std::vector<std::string> next_program = { "/bin/sh", "-c",
	"echo ready; exec sleep 1000" };

static std::vector<std::string>
with_next_program(std::vector<std::string> arguments)
{
	arguments.insert(arguments.end(), next_program.begin(), next_program.end());
	return arguments;
}

Listener::Listener(const std::string &name, const std::vector<std::string> &arguments)
    : process_(tool(name, with_next_program(arguments)))
{
	process_.read_line();
}

nlohmann::json
explained(const std::string &name, const std::vector<std::string> &arguments)
{
	std::vector<std::string> words = { "explain", "--json", name };

	for (const std::string &word : with_next_program(arguments))
		words.push_back(word);
	Result result = run(tool("bindchain", words));
	if (result.status != 0)
		throw std::runtime_error("explain fails: " + result.error);
	return nlohmann::json::parse(result.output).at("sockets").at(0);
}
