/* SPDX-License-Identifier: ISC */
#include "refusal.h"

#include <cerrno>
#include <map>

#include <netdb.h>

#include "expectations.h"
#include "network.h"
#include "skip.h"
#include "tools.h"

std::ostream &
operator<<(std::ostream &stream, const Refusal &row)
{
	return stream << row.tool << " " << row.name;
}

std::string
refusal_name(const testing::TestParamInfo<Refusal> &info)
{
	return info.param.name;
}

bool
needs_ipv6(const std::vector<std::string> &arguments)
{
	for (const std::string &argument : arguments)
		if (argument.find("::") != std::string::npos)
			return true;
	return false;
}

namespace {

std::string
library_text(const std::string &word)
{
	static const std::map<std::string, int> errors = { { "EACCES", EACCES },
		{ "EADDRINUSE", EADDRINUSE }, { "EADDRNOTAVAIL", EADDRNOTAVAIL }, { "EBADF", EBADF },
		{ "EINVAL", EINVAL }, { "ENOENT", ENOENT }, { "ENOEXEC", ENOEXEC },
		{ "EOPNOTSUPP", EOPNOTSUPP }, { "mapped", expectations().mapped_on_v6only } };
	static const std::map<std::string, int> resolver = { { "EAI_NONAME", EAI_NONAME },
		{ "EAI_SERVICE", EAI_SERVICE } };

	return errors.count(word) ? error_text(errors.at(word)) : resolver_text(resolver.at(word));
}

std::string
expected_line(const Refusal &row)
{
	std::string line = row.tool + ": " + row.message;
	size_t end, start = line.find('{');

	if (start != std::string::npos && (end = line.find('}', start)) != std::string::npos)
		line.replace(start, end + 1 - start, library_text(line.substr(start + 1,
		    end - start - 1)));
	return line;
}

} // namespace

void
expect_refusal(const Refusal &row)
{
	if (needs_ipv6(row.arguments) && !has_ipv6())
		SKIP_TEST("this system has no IPv6");
	Result result = run(tool(row.tool, row.arguments));
	std::string line = result.error_line(0), expected = expected_line(row);

	EXPECT_EQ(result.status, row.status) << result;
	EXPECT_EQ(row.line == Line::whole ? line : line.substr(0, expected.size()), expected);
	EXPECT_GE(result.error_lines(), row.info == Info::certain ? 2u : 1u) << result;
	for (size_t i = 1; i < result.error_lines(); i++)
		EXPECT_EQ(result.error_line(i).rfind(row.tool + ": info: ", 0), 0u)
		    << result;
	EXPECT_EQ(result.output, "");
}
