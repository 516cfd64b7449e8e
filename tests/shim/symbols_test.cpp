/* SPDX-License-Identifier: ISC */
/*
 * A preloaded library sees only what it interposes.  So every function that a
 * tool has from outside is in the call table, or known to be harmless.
 */
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "bench.h"
#include "skip.h"
#include "tools.h"

namespace {

using Names = std::set<std::string>;

const Names interposed = {
#define CALL(type, name, parameters, arguments) #name,
#define FUNCTION(type, name, parameters, arguments) #name,
#define SAME(type, alias, name, parameters, arguments) #alias,
#define VARIADIC(name, alias) #name, #alias,
#include "calls.h"
	"__open_2", "__open64_2", "__openat_2", "__openat64_2", "__read_chk", "__recv_chk",
	"__readlink_chk", "__readlinkat_chk", "__realpath_chk", "__poll_chk"
};

struct Harmless {
	Names names;
	std::vector<std::string> without_reason;
};

Harmless
read_harmless()
{
	std::ifstream stream(HARMLESS);
	Harmless harmless;

	for (std::string line; std::getline(stream, line);) {
		std::istringstream words(line);
		std::string name, mark, reason;
		if (!(words >> name) || name[0] == '#')
			continue;
		harmless.names.insert(name);
		if (!(words >> mark >> reason) || mark != "--")
			harmless.without_reason.push_back(name);
	}
	return harmless;
}

/* "__printf_chk" is printf under _FORTIFY_SOURCE, "__isoc23_strtol" strtol of C23. */
std::string
plain_name(const std::string &name)
{
	static const std::string chk = "_chk", c23 = "__isoc23_";
	bool is_checked = name.rfind("__", 0) == 0 && name.size() > chk.size() + 2
	    && name.compare(name.size() - chk.size(), chk.size(), chk) == 0;

	if (interposed.count(name))
		return name;
	if (is_checked)
		return name.substr(2, name.size() - 2 - chk.size());
	return name.rfind(c23, 0) == 0 ? name.substr(c23.size()) : name;
}

/* From a line of nm: "                 U bind@GLIBC_2.2.5". */
Names
undefined_symbols(const std::string &file)
{
	Result result = run(Command({ "/usr/bin/nm", "-D", "--undefined-only", file }));
	std::istringstream stream(result.output);
	Names names;

	EXPECT_EQ(result.status, 0) << result;
	for (std::string kind, name; stream >> kind >> name;)
		names.insert(name.substr(0, name.find('@')));
	return names;
}

/* What neither the table nor the list has. */
Names
unseen(const Names &used, const Names &known, const Names &harmless)
{
	Names left;

	for (const std::string &name : used) {
		std::string plain = plain_name(name);
		if (!known.count(plain) && !harmless.count(plain))
			left.insert(name);
	}
	return left;
}

bool
is_sanitized(const Names &used)
{
	for (const std::string &name : used)
		if (name.rfind("__lsan_", 0) == 0 || name.rfind("__asan_", 0) == 0
		    || name.rfind("__ubsan_", 0) == 0)
			return true;
	return false;
}

TEST(ShimSymbols, EveryFunctionOfTheToolsIsFakedOrHarmless)
{
	Harmless harmless = read_harmless();

	if (is_sanitized(undefined_symbols(foreign_executable(WORLD_LINUX))))
		SKIP_TEST_EVEN_IN_CI("the sanitizer's runtime uses functions of its own");
	for (uint32_t system : shim_systems())
		EXPECT_EQ(unseen(undefined_symbols(foreign_executable(system)), interposed,
		              harmless.names), Names()) << "system " << system;
}

/*
 * FreeBSD's setenv(3) and unsetenv(3) rebuild the environment from a table of their own
 * and bring back what was replaced without them (seen on 13.1); getenv(3) does not know
 * what the next program will get.
 */
TEST(ShimSymbols, NoToolUsesTheCLibrarysEnvironment)
{
	const Names forbidden = { "setenv", "unsetenv", "putenv", "clearenv", "getenv",
		"secure_getenv" };

	if (is_sanitized(undefined_symbols(foreign_executable(WORLD_LINUX))))
		SKIP_TEST_EVEN_IN_CI("the sanitizer's runtime uses functions of its own");
	for (uint32_t system : shim_systems()) {
		const Names used = undefined_symbols(foreign_executable(system));
		EXPECT_TRUE(used.count("execve")) << "nothing is seen of system " << system;
		for (const std::string &name : forbidden)
			EXPECT_FALSE(used.count(name)) << name << " of system " << system;
	}
}

TEST(ShimSymbols, AFunctionInNeitherListIsNoticed)
{
	EXPECT_EQ(unseen({ "bind", "malloc", "sendmmsg" }, interposed, { "malloc" }),
	    Names({ "sendmmsg" }));
}

TEST(ShimSymbols, EveryHarmlessFunctionHasAReasonAndIsNotFaked)
{
	Harmless harmless = read_harmless();

	EXPECT_EQ(harmless.without_reason, std::vector<std::string>());
	EXPECT_FALSE(harmless.names.empty());
	for (const std::string &name : harmless.names)
		EXPECT_EQ(interposed.count(name), 0U) << name;
}

/* Else a rule could be written for a call that the library does not replace. */
TEST(ShimSymbols, TheLibraryExportsTheTableAndNothingElse)
{
	Result result = run(Command({ "/usr/bin/nm", "-D", "--defined-only", shim_library() }));
	std::istringstream stream(result.output);
	Names exported;

	ASSERT_EQ(result.status, 0) << result;
	for (std::string address, kind, name; stream >> address >> kind >> name;)
		exported.insert(name.substr(0, name.find('@')));
	EXPECT_EQ(exported, interposed);
}

} // namespace
