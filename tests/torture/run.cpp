/* SPDX-License-Identifier: ISC */
#include "run.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "allocations.h"
#include "private_root.h"
#include "temporary_directory.h"
#include "tracee.h"

namespace {

/* The dynamic loader's code: its calls are not the command's. */
struct Range {
	unsigned long long start = 0, end = 0;
};

Range
loader_of(pid_t pid)
{
	std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
	Range range;

	for (std::string line; std::getline(maps, line);) {
		if (line.find("/ld-") == std::string::npos || line.find(" r-xp ") == std::string::npos)
			continue;
		std::istringstream(line) >> std::hex >> range.start;
		std::istringstream(line.substr(line.find('-') + 1)) >> std::hex >> range.end;
	}
	return range;
}

/* "socket" of "socket:[4711]", and paths as they are. */
std::string
kind_of(const std::string &object)
{
	size_t bracket = object.find(":[");

	return bracket == std::string::npos ? object : object.substr(0, bracket);
}

std::vector<std::string>
descriptors_of(pid_t pid)
{
	std::map<int, std::string> found;
	std::vector<std::string> list;

	for (const auto &entry : std::filesystem::directory_iterator(
	         "/proc/" + std::to_string(pid) + "/fd"))
		found[std::stoi(entry.path().filename())]
		    = kind_of(std::filesystem::read_symlink(entry.path()));
	for (const auto &[number, kind] : found)
		list.push_back(std::to_string(number) + " " + kind);
	return list;
}

/* Ports and process numbers differ. */
std::string
without_numbers(std::string text)
{
	for (char &c : text)
		if (c >= '0' && c <= '9')
			c = '0';
	text.erase(std::unique(text.begin(), text.end(), [](char one, char other) {
		return one == '0' && other == '0'; }), text.end());
	return text;
}

std::vector<std::string>
environment_of(pid_t pid)
{
	std::string all = read_whole_file("/proc/" + std::to_string(pid) + "/environ");
	std::vector<std::string> list;

	for (size_t at = 0; at < all.size(); at += std::strlen(&all[at]) + 1)
		list.push_back(without_numbers(&all[at]));
	return list;
}

std::vector<std::string>
names_in(const std::string &directory)
{
	std::vector<std::string> list;

	for (const auto &entry : std::filesystem::directory_iterator(directory)) {
		std::ostringstream text;
		struct stat status = {};
		lstat(entry.path().c_str(), &status);
		text << entry.path().filename().string() << std::oct << " " << status.st_mode
		     << std::dec << " " << status.st_uid << ":" << status.st_gid
		     << (S_ISREG(status.st_mode) && status.st_size == 0 ? " empty" : "");
		list.push_back(text.str());
	}
	std::sort(list.begin(), list.end());
	return list;
}

MadeCall
made_call(const Tracee &tracee)
{
	MadeCall call = { tracee.call(), {}, tracee.text(tracee.argument(0)), {} };
	std::error_code error;

	for (int i = 0; i < 6; i++)
		call.arguments[i] = tracee.argument(i);
	if (call.subject.empty())
		call.subject = tracee.text(tracee.argument(1));
	call.objects = { call.subject, std::filesystem::read_symlink("/proc/"
	    + std::to_string(tracee.pid()) + "/fd/" + std::to_string(call.arguments[0]), error) };
	call.objects.erase(std::remove_if(call.objects.begin(), call.objects.end(),
	    [](const std::string &object) { return object[0] != '/'; }), call.objects.end());
	return call;
}

/* INDEX and ERROR as those of run_failing(). */
void
watch(Tracee &tracee, size_t index, int error, Outcome &outcome)
{
	const Range loader = loader_of(tracee.pid());
	Tracee::Stop stop;

	do {
		stop = tracee.next_entry();
		if (stop != Tracee::Stop::ENTRY)
			break;
		if (tracee.instruction() >= loader.start && tracee.instruction() < loader.end)
			continue;
		if (error && outcome.calls.size() == index) {
			tracee.fail_call(error);
			outcome.removal_failed = tracee.call() == SYS_unlinkat;
		}
		outcome.calls.push_back(made_call(tracee));
	} while (!error || outcome.calls.size() < index + 3);
	if (stop == Tracee::Stop::ENTRY)
		stop = tracee.last();
	outcome.executed = stop == Tracee::Stop::EXECUTED;
	if (outcome.executed) {
		outcome.descriptors = descriptors_of(tracee.pid());
		outcome.environment = environment_of(tracee.pid());
	}
}

/* A server that makes more calls has begun to spin. */
const size_t calls_max = 2000;

/* Of handlers nothing is seen. */
void
watch_server(Tracee &tracee, unsigned long long number, size_t count, int error,
    Outcome &outcome)
{
	const Range loader = loader_of(tracee.pid());
	size_t seen = 0;

	while (outcome.calls.size() < calls_max && tracee.next_entry() == Tracee::Stop::ENTRY) {
		if (tracee.instruction() >= loader.start && tracee.instruction() < loader.end)
			continue;
		if (tracee.call() == number && ++seen == count)
			tracee.fail_call(error);
		outcome.calls.push_back(made_call(tracee));
		if (tracee.call() == SYS_exit_group)
			outcome.descriptors = descriptors_of(tracee.pid());
	}
}

using Watch = std::function<void(Tracee &, Outcome &)>;

Outcome
run_in_scene(const CommandLine &line, const Watch &watch_it,
    const std::function<void(Command &)> &change)
{
	std::string why_not;
	Scene scene = { enter_private_root(&why_not) + "/torture", {} };
	Outcome outcome;

	std::filesystem::remove_all(scene.directory);
	std::filesystem::create_directory(scene.directory);
	Command command = line.command(scene);
	if (change)
		change(command);
	outcome.names_before = names_in(scene.directory);
	Tracee tracee(command);
	watch_it(tracee, outcome);
	outcome.names = names_in(scene.directory);
	outcome.hung = tracee.hung();
	outcome.status = tracee.status();
	outcome.signal = tracee.signal();
	outcome.output = tracee.output();
	outcome.error = tracee.error();
	return outcome;
}

Outcome
run_in_scene_without_memory(const CommandLine &line, const Watch &watch_it, long index,
    long *count)
{
	std::string why_not;
	const std::string path = enter_private_root(&why_not) + "/allocations";
	Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
	allocations now = { index, 0 };

	if (pwrite(file.get(), &now, sizeof now, 0) != sizeof now)
		throw std::runtime_error("cannot write " + path);
	Outcome outcome = run_in_scene(line, watch_it, [&path](Command &command) {
		command.set("LD_PRELOAD", ALLOCATIONS_LIBRARY);
		command.set(ALLOCATIONS_VARIABLE, path);
	});
	if (pread(file.get(), &now, sizeof now, 0) != sizeof now)
		throw std::runtime_error("cannot read " + path);
	*count = now.made;
	return outcome;
}

} // namespace

Outcome
run_failing(const CommandLine &line, size_t index, int error)
{
	return run_in_scene(line, [=](Tracee &tracee, Outcome &outcome) {
		watch(tracee, index, error, outcome); }, {});
}

Outcome
run_server_failing(const CommandLine &line, unsigned long long number, size_t count, int error)
{
	return run_in_scene(line, [=](Tracee &tracee, Outcome &outcome) {
		watch_server(tracee, number, count, error, outcome); }, {});
}

Outcome
run_without_memory(const CommandLine &line, long index, long *count)
{
	return run_in_scene_without_memory(line, [](Tracee &tracee, Outcome &outcome) {
		watch(tracee, 0, 0, outcome); }, index, count);
}

Outcome
run_server_without_memory(const CommandLine &line, long index, long *count)
{
	return run_in_scene_without_memory(line, [](Tracee &tracee, Outcome &outcome) {
		watch_server(tracee, 0, 0, 0, outcome); }, index, count);
}
