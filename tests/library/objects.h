/* SPDX-License-Identifier: ISC */
/* Objects of the library that free themselves. */
#ifndef BINDCHAIN_TEST_LIBRARY_OBJECTS_H
#define BINDCHAIN_TEST_LIBRARY_OBJECTS_H

#include <cstring>
#include <memory>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "bindchain.h"

struct Free {
	void operator()(bindchain_request *request) const { bindchain_request_free(request); }
	void operator()(bindchain_outcome *outcome) const { bindchain_outcome_free(outcome); }
	void operator()(bindchain_plan *plan) const { bindchain_plan_free(plan); }
	void operator()(bindchain_findings *found) const { bindchain_findings_free(found); }
	void operator()(bindchain_limits *limits) const { bindchain_limits_free(limits); }
	void operator()(bindchain_handover *made) const { bindchain_handover_free(made); }
};
using Request = std::unique_ptr<bindchain_request, Free>;
using Outcome = std::unique_ptr<bindchain_outcome, Free>;
using Plan = std::unique_ptr<bindchain_plan, Free>;
using FoundList = std::unique_ptr<bindchain_findings, Free>;
using Limits = std::unique_ptr<bindchain_limits, Free>;
using Handover = std::unique_ptr<bindchain_handover, Free>;

/* A value that may be no enumerator, as a program in C or with a later header passes it. */
template <typename Enum>
__attribute__((no_sanitize("enum"))) inline Enum
as(int value)
{
	Enum result;

	static_assert(sizeof result == sizeof value, "an enum of C is an int");
	memcpy(&result, &value, sizeof result);
	return result;
}

/* Of a port of the kernel's choice. */
inline Request
internet(bindchain_kind kind = BINDCHAIN_TCP)
{
	Request request(bindchain_request_new(kind));

	if (bindchain_resolve(request.get(), "127.0.0.1", "0", BINDCHAIN_NUMERIC_HOST, nullptr) != 0)
		return nullptr;
	return request;
}

/* Does the library know this enum bindchain_operation?  All of them, from 0 on. */
inline bool
is_operation(int operation)
{
	struct bindchain_failure failure = {};

	failure.operation = as<bindchain_operation>(operation);
	return bindchain_failure_text(&failure, nullptr, nullptr, 0) > 0;
}

/* For HOST and PORT, numbers. */
inline Request
internet(const std::string &host, unsigned port, bindchain_kind kind = BINDCHAIN_TCP)
{
	Request request(bindchain_request_new(kind));

	bindchain_resolve(request.get(), host.c_str(), std::to_string(port).c_str(),
	    BINDCHAIN_NUMERIC_HOST | BINDCHAIN_NUMERIC_SERVICE, nullptr);
	return request;
}

/* The port of a socket of IPv4. */
inline unsigned
port_of(int descriptor)
{
	struct sockaddr_in address = {};
	socklen_t length = sizeof address;

	getsockname(descriptor, reinterpret_cast<struct sockaddr *>(&address), &length);
	return ntohs(address.sin_port);
}

inline Request
local(const std::string &path, bindchain_kind kind = BINDCHAIN_UNIX_STREAM)
{
	Request request(bindchain_request_new(kind));

	if (bindchain_set_path(request.get(), path.c_str(), nullptr) != 0)
		return nullptr;
	return request;
}

#endif
