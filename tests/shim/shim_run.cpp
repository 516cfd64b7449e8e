/* SPDX-License-Identifier: ISC */
/*
 * shim_run PROFILE [-s LINE]... COMMAND [ARGUMENT...]
 *
 * Runs a command in the world of a profile, each LINE being one of a script, and
 * prints the log behind its output.  Without arguments: the profiles there are.
 * Exits as the command did, or 125 where the run is worth nothing.
 */
#include <iostream>

#include "bench.h"
#include "profile.h"

namespace {

int
run_on_bench(const std::string &profile, const std::string &script, const std::string &name,
    const std::vector<std::string> &arguments)
{
	Bench bench(profile, script);
	Result result = bench.run(name, arguments);

	std::cout << result.output << std::flush;
	std::cerr << result.error;
	for (const LoggedCall &call : bench.log())
		std::cerr << "| " << call << '\n';
	for (const std::string &problem : bench.problems())
		std::cerr << "shim_run: " << problem << '\n';
	return bench.problems().empty() ? result.status : 125;
}

} // namespace

int
main(int argc, char **argv)
{
	std::vector<std::string> words(argv + 1, argv + argc);
	std::string script;
	size_t at = 1;

	if (words.empty())
		for (const std::string &name : profile_names())
			std::cout << name << '\n';
	for (; at + 1 < words.size() && words[at] == "-s"; at += 2)
		script += words[at + 1] + "\n";
	if (at >= words.size())
		return words.empty() ? 0 : 125;
	try {
		return run_on_bench(words[0], script, words[at],
		    { words.begin() + static_cast<long>(at) + 1, words.end() });
	} catch (const BadText &bad) {
		std::cerr << "shim_run: " << bad.what() << '\n';
		return 125;
	}
}
