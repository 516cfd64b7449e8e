// SPDX-License-Identifier: ISC
#include "request.h"

#include <sstream>

static_assert(BINDCHAIN_OPTIONS <= FOREIGN_OPTIONS_MAX, "more options than a request has room for");

bool
OnFreeBSD()
{
	return std::string("FreeBSD") == foreign_system();
}

Request::Request(const char *host, unsigned port)
{
	request_.host = host;
	request_.port = port;
	request_.backlog = 5;
	request_.mode = request_.user = request_.group = -1;
}

Request &
Request::Set(bindchain_option option, int value)
{
	request_.asked |= 1u << option;
	request_.values[option] = value;
	return *this;
}

Request &
Request::Backlog(int backlog)
{
	request_.backlog = backlog;
	return *this;
}

Request &
Request::Kind(bindchain_kind kind)
{
	request_.kind = kind;
	return *this;
}

Request &
Request::Access(int mode, int user, int group)
{
	request_.mode = mode;
	request_.user = user;
	request_.group = group;
	return *this;
}

Request &
Request::NonblockingCloseOnExec()
{
	request_.nonblocking = request_.close_on_exec = 1;
	return *this;
}

Request &
Request::Exclusive()
{
	request_.exclusive = 1;
	return *this;
}

int
Request::Open() const
{
	char words[4096];
	int descriptor = foreign_open(&request_, words, sizeof words);

	EXPECT_GE(descriptor, 0) << words;
	return descriptor;
}

std::string
Request::Fail() const
{
	char words[4096];
	unsigned before = foreign_kernel_open_descriptors();
	int descriptor = foreign_open(&request_, words, sizeof words);

	EXPECT_LT(descriptor, 0) << "it should have failed";
	EXPECT_EQ(before, foreign_kernel_open_descriptors());
	return words;
}

std::string
Request::Tell(void (*tell)(const foreign_request *, char *, size_t)) const
{
	char words[4096];

	tell(&request_, words, sizeof words);
	return words;
}

std::string
Request::Foresee() const
{
	return Tell(foreign_foresee);
}

std::string
Request::Overflow() const
{
	return Tell(foreign_overflow);
}

std::string
Request::Holders() const
{
	return Tell(foreign_holders);
}

void
ForeignKernel::SetUp()
{
	foreign_kernel_reset();
}

std::string
ForeignKernel::Log()
{
	return foreign_kernel_log();
}

std::vector<Value>
ForeignKernel::Values()
{
	std::vector<Value> values;
	std::string line;
	char words[8192];

	foreign_values(words, sizeof words);
	for (std::istringstream lines(words); std::getline(lines, line);) {
		const size_t equals = line.find('='), colon = line.find(": ", equals);
		values.push_back({ line.substr(0, equals),
		    line.substr(equals + 1, colon - equals - 1), line.substr(colon + 2) });
	}
	return values;
}

std::vector<std::string>
ForeignKernel::NamesAndCurrents()
{
	std::vector<std::string> words;

	for (const Value &value : Values())
		words.push_back(value.name + "=" + value.current);
	return words;
}

Value
ForeignKernel::ValueOf(const std::string &name)
{
	for (const Value &value : Values())
		if (value.name == name)
			return value;
	ADD_FAILURE() << "no value " << name;
	return {};
}

std::string
ForeignKernel::LaunchdSockets(const char *name)
{
	char words[256];

	foreign_launchd_sockets(name, words, sizeof words);
	return words;
}
