/* SPDX-License-Identifier: ISC */
#include "situation.h"

#include <set>

#include <gtest/gtest.h>

#include "bench.h"
#include "profile.h"

namespace {

using Json = nlohmann::json;

class PreparedBench : public Bench {
public:
	PreparedBench(const std::string &profile, const std::string &lines, const std::string &script)
	    : Bench(profile)
	{
		read_profile_text(lines, "lines of the test", fake());
		read_script(script, fake());
	}
};

Result
run_sound(Bench &bench, const Words &words)
{
	Result result = bench.run("bindchain", words);

	EXPECT_SOUND(bench);
	return result;
}

Words
joined(Words words, const Words &more)
{
	words.insert(words.end(), more.begin(), more.end());
	return words;
}

/* Of those that open a socket, not of those that look. */
std::string
first_failure(const Bench &bench)
{
	static const std::set<std::string> opening = { "socket", "setsockopt", "bind", "listen",
		"fchmodat" };

	for (const LoggedCall &call : bench.calls())
		if (call.failed() && opening.count(call.name))
			return call.name + " " + call.result;
	return "no call";
}

} // namespace

Situation::Situation(std::string profile, std::string lines, std::string script)
    : profile_(std::move(profile)), lines_(std::move(lines)), script_(std::move(script))
{
}

Json
Situation::explain_command(const Words &command, int status) const
{
	PreparedBench bench(profile_, lines_, script_);
	Result result = run_sound(bench,
	    joined(joined({ "explain", "--json" }, command), { "/bin/true" }));

	EXPECT_TRUE(status < 0 || result.status == status) << result;
	return Json::parse(result.output).at("sockets").at(0);
}

Json
Situation::explain(const std::string &socket, int status) const
{
	return explain_command({ "listen", socket }, status);
}

Words
Situation::foresee(const std::string &socket) const
{
	Json explained = explain(socket);
	Words lines = explained.at("obstacles");

	for (const std::string &warning : Words(explained.at("warnings")))
		lines.push_back("warning: " + warning);
	return lines;
}

Words
Situation::fail(const std::string &socket) const
{
	static const std::string info = "bindchain listen: info: ";
	PreparedBench bench(profile_, lines_, script_);
	Result result = run_sound(bench, { "listen", socket, "/bin/true" });
	Words lines = { first_failure(bench) };

	EXPECT_NE(result.status, 0) << socket << result;
	EXPECT_EQ(bench.left(), Words());
	for (size_t i = 1; i < result.error_lines(); i++) {
		std::string line = result.error_line(i);
		if (line.rfind(info + "see bindchain-errors(7), ", 0) != 0)
			lines.push_back(line.rfind(info, 0) == 0 ? line.substr(info.size()) : line);
	}
	return lines;
}

Words
Situation::options(const std::string &socket) const
{
	PreparedBench bench(profile_, lines_, script_);
	Result result = run_sound(bench, { "listen", socket, "/bin/true" });
	Words options;

	EXPECT_EQ(result.status, 0) << result;
	for (LoggedCall call : bench.calls()) {
		if (call.name != "setsockopt")
			continue;
		call.arguments.erase(call.arguments.begin(), call.arguments.begin() + 2);
		call.name = call.arguments.front();
		call.arguments.erase(call.arguments.begin());
		call.result.clear();
		options.push_back(call.text());
	}
	return options;
}

Json
Situation::inspect(const std::string &socket) const
{
	PreparedBench bench(profile_, lines_, script_);
	Result result = run_sound(bench,
	    { "listen", socket, bench.executable(), "inspect", "--json" });

	EXPECT_EQ(result.status, 0) << socket << result;
	return Json::parse(result.output).at("sockets").at(0);
}

std::vector<Value>
Situation::limits() const
{
	PreparedBench bench(profile_, lines_, script_);
	Result result = run_sound(bench, { "limits", "--json" });
	std::vector<Value> values;

	EXPECT_EQ(result.status, 0) << result;
	const Json report = Json::parse(result.output);
	for (const Json &row : report.at("values"))
		values.push_back({ row.at("name"), row.at("value").is_null() ? "unknown"
		        : row.at("value").get<std::string>(), row.at("meaning") });
	return values;
}

Value
Situation::limit(const std::string &name) const
{
	for (const Value &value : limits())
		if (value.name == name)
			return value;
	ADD_FAILURE() << "no value " << name;
	return {};
}

std::string
sysctl_line(const std::string &name, long number)
{
	return "sysctl " + name + " " + std::to_string(number) + " -- what the test is about\n";
}

std::string
release(int version)
{
	return sysctl_line("kern.osreldate", version);
}

std::string
without_sysctl(const std::string &name)
{
	return "hide " + name + " ENOENT -- what the test is about\n";
}
