/* SPDX-License-Identifier: ISC */
#include "probe_report.h"

#include <sstream>
#include <stdexcept>

#include "tools.h"

/* The probe writes each byte as a code point of its own. */
static std::string
bytes_of(const std::string &utf8)
{
	std::string bytes;

	for (size_t i = 0; i < utf8.size(); i++) {
		auto c = static_cast<unsigned char>(utf8[i]);
		if (c >= 0xc2)
			c = static_cast<unsigned char>(c << 6 | (utf8.at(++i) & 0x3f));
		bytes.push_back(static_cast<char>(c));
	}
	return bytes;
}

static std::vector<std::string>
strings(const nlohmann::json &list)
{
	std::vector<std::string> texts;

	for (const nlohmann::json &text : list)
		texts.push_back(bytes_of(text.get<std::string>()));
	return texts;
}

ProbeReport::ProbeReport(const std::string &text)
{
	try {
		json_ = nlohmann::json::parse(text);
	} catch (const nlohmann::json::exception &problem) {
		throw std::runtime_error(std::string("not a report of the probe: ")
		    + problem.what() + ": " + text);
	}
}

pid_t
ProbeReport::pid() const
{
	return json_.at("pid").get<pid_t>();
}

std::vector<std::string>
ProbeReport::argv() const
{
	return strings(json_.at("argv"));
}

std::vector<std::string>
ProbeReport::environment() const
{
	return strings(json_.at("environment"));
}

std::optional<std::string>
ProbeReport::variable(const std::string &name) const
{
	std::optional<std::string> value;

	for (const std::string &entry : environment()) {
		if (entry.rfind(name + "=", 0) != 0)
			continue;
		if (value)
			throw std::runtime_error(name + " is in the environment twice");
		value = entry.substr(name.size() + 1);
	}
	return value;
}

std::vector<int>
ProbeReport::descriptors() const
{
	std::vector<int> numbers;

	for (const nlohmann::json &each : json_.at("descriptors"))
		numbers.push_back(each.at("descriptor").get<int>());
	return numbers;
}

std::vector<int>
ProbeReport::sockets() const
{
	std::vector<int> numbers;

	for (const nlohmann::json &each : json_.at("descriptors"))
		if (each.at("socket").get<bool>())
			numbers.push_back(each.at("descriptor").get<int>());
	return numbers;
}

const nlohmann::json &
ProbeReport::descriptor(int number) const
{
	for (const nlohmann::json &each : json_.at("descriptors"))
		if (each.at("descriptor") == number)
			return each;
	throw std::runtime_error("descriptor " + std::to_string(number) + " is not open");
}

ProbeReport
probe_behind(Command command, const std::vector<std::string> &probe_arguments)
{
	std::ostringstream problem;

	command.argv.push_back(probe_path());
	command.argv.insert(command.argv.end(), probe_arguments.begin(), probe_arguments.end());
	Result result = run(command);
	if (result.status == 0 && result.error.empty())
		return ProbeReport(result.output);
	problem << "no chain to the probe: " << result;
	throw std::runtime_error(problem.str());
}
