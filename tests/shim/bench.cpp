/* SPDX-License-Identifier: ISC */
#include "bench.h"

#include <climits>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "profile.h"
#include "tools.h"

namespace {

/* Says every rule at the end: the profile must have. */
constexpr int unset_rule = INT_MIN;

void
check_complete(const world &made, const std::string &profile)
{
	for (int rule : made.rules)
		if (rule == unset_rule)
			throw BadText(profile + ".profile: a rule is missing");
}

const char *const system_names[] = { "linux", "freebsd", "darwin" };

} // namespace

std::string
LoggedCall::text() const
{
	std::string text = name;

	for (const std::string &argument : arguments)
		text += " " + argument;
	return result.empty() ? text : text + " = " + result;
}

std::ostream &
operator<<(std::ostream &stream, const LoggedCall &call)
{
	return stream << call.text();
}

std::string
shim_library()
{
	return SHIM_LIBRARY;
}

std::vector<uint32_t>
shim_systems()
{
	return { WORLD_LINUX, WORLD_FREEBSD, WORLD_DARWIN };
}

std::string
foreign_executable(uint32_t system)
{
	/* This build's, whichever BINDCHAIN_BIN_DIR has: static ones ignore us. */
	std::string path = system == WORLD_LINUX
	    ? std::string(OWN_TOOLS)
	    : std::string(FOREIGN_TOOLS) + "/" + system_names[system] + "/bindchain";

	return std::filesystem::canonical(path);
}

Bench::Bench(const std::string &profile, const std::string &script)
{
	/* In memory where there is such a place: it is written to at every call. */
	std::filesystem::path memory = "/dev/shm";
	std::filesystem::path place = access(memory.c_str(), W_OK) == 0
	    ? memory : std::filesystem::temp_directory_path();
	std::string path = place / "bindchain-shim-XXXXXX";

	file_ = mkostemp(path.data(), O_CLOEXEC);
	path_ = path;
	if (file_ < 0 || ftruncate(file_, sizeof(world)) != 0)
		throw std::runtime_error("no file for the world: " + path);
	void *mapped = mmap(nullptr, sizeof(world), PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
	if (mapped == MAP_FAILED)
		throw std::runtime_error("no memory for the world");
	world_ = static_cast<world *>(mapped);
	world_->magic = WORLD_MAGIC;
	for (int &rule : world_->rules)
		rule = unset_rule;
	try {
		read_profile(profile, *world_);
		check_complete(*world_, profile);
		read_script(script, *world_);
		set_target(executable());
	} catch (...) {
		munmap(world_, sizeof(world));
		close(file_);
		unlink(path_.c_str());
		throw;
	}
}

Bench::~Bench()
{
	munmap(world_, sizeof(world));
	close(file_);
	unlink(path_.c_str());
}

std::string
Bench::executable() const
{
	return executable_.empty() ? foreign_executable(world_->system) : executable_;
}

void
Bench::use_freebsd_13()
{
	executable_ = std::filesystem::canonical(std::string(FOREIGN_TOOLS) + "/freebsd13/bindchain");
	set_target(executable_);
}

void
Bench::set_target(const std::string &path)
{
	std::string real = std::filesystem::canonical(path);

	world_->target[real.copy(world_->target, sizeof world_->target - 1)] = '\0';
}

Command
Bench::command(const std::string &name, const std::vector<std::string> &arguments)
{
	Command command = tool(name, arguments);

	command.file = executable();
	command.set("LD_PRELOAD", shim_library());
	command.set(WORLD_VARIABLE, path_);
	/* A tool that fails lets its process take the memory along; the search for
	 * leaks would change its exit status.  Other tests look for leaks. */
	command.set("ASAN_OPTIONS", "detect_leaks=0");
	return command;
}

Result
Bench::run(const Command &command)
{
	/* The library writes to it as whoever the tool is. */
	if (command.user && fchown(file_, *command.user, static_cast<gid_t>(-1)) != 0)
		throw std::runtime_error("the world cannot be given to the user of the tool");
	return ::run(command);
}

Result
Bench::run(const std::string &name, const std::vector<std::string> &arguments)
{
	return run(command(name, arguments));
}

std::vector<LoggedCall>
Bench::log() const
{
	std::istringstream stream(
	    std::string(world_->log, std::min<size_t>(world_->log_length, sizeof world_->log)));
	std::vector<LoggedCall> calls;

	for (std::string line; std::getline(stream, line);) {
		LoggedCall call;
		size_t equals = line.rfind(" = ");
		std::istringstream words(line.substr(0, equals));
		if (equals != std::string::npos)
			call.result = line.substr(equals + 3);
		words >> call.process >> call.name;
		for (std::string word; words >> word;)
			call.arguments.push_back(word);
		calls.push_back(call);
	}
	return calls;
}

std::vector<LoggedCall>
Bench::calls() const
{
	std::vector<LoggedCall> calls;

	for (const LoggedCall &call : log())
		if (!call.result.empty())
			calls.push_back(call);
	return calls;
}

std::vector<std::string>
Bench::problems() const
{
	std::vector<std::string> problems;
	bool said_hello = false;

	for (const LoggedCall &call : log()) {
		said_hello = said_hello || call.name == "hello";
		if (call.name == "execve-returned")
			problems.push_back("an execve that was to succeed returned");
	}
	if (!said_hello)
		problems.push_back("no process said hello: the shim was not loaded");
	if (world_->problem_seen)
		problems.push_back(world_->problem);
	for (uint32_t i = 0; i < world_->fault_count; i++)
		if (world_->faults[i].fired != 1)
			problems.push_back("rule " + std::to_string(i + 1) + " fired "
			    + std::to_string(world_->faults[i].fired) + " times");
	return problems;
}

std::vector<std::string>
Bench::left() const
{
	std::vector<std::string> left;

	for (const LoggedCall &call : log())
		if (call.name == "left")
			left.push_back(call.arguments.at(0));
	return left;
}
