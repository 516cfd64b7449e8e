// SPDX-License-Identifier: ISC
#include "foreign_request.h"

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
	request_.mode = request_.user = -1;
}

Request &
Request::Set(bindchain_option option, int value)
{
	request_.asked[option] = 1;
	request_.values[option] = value;
	return *this;
}

Request &
Request::Kind(bindchain_kind kind)
{
	request_.kind = kind;
	return *this;
}

Request &
Request::Access(int mode, int user)
{
	request_.mode = mode;
	request_.user = user;
	return *this;
}

Request &
Request::NonblockingCloseOnExec()
{
	request_.nonblocking = request_.close_on_exec = 1;
	return *this;
}

Request &
Request::NoListen()
{
	request_.backlog = BINDCHAIN_NO_LISTEN;
	return *this;
}

std::string
Request::Calls() const
{
	EXPECT_STREQ("", foreign_open(&request_));
	std::string calls = foreign_calls();
	for (size_t at; (at = calls.find('\n')) != std::string::npos;)
		calls.replace(at, 1, at + 1 == calls.size() ? "" : "; ");
	return calls;
}

std::string
Request::Fail() const
{
	return foreign_open(&request_);
}

Request
Udp(const char *host)
{
	return Request(host).Kind(BINDCHAIN_UDP);
}

Request
Local(bindchain_kind kind)
{
	return Request("/run/s").Kind(kind);
}

std::ostream &
operator<<(std::ostream &stream, const Numbers &row)
{
	return stream << row.name;
}

void
Foreign::SetOption(int level, int name, int value)
{
	foreign_set_option(level, name, &value, sizeof value);
}
