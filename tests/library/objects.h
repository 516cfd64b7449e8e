/* SPDX-License-Identifier: ISC */
/* Objects of the library that free themselves. */
#ifndef BINDCHAIN_TEST_LIBRARY_OBJECTS_H
#define BINDCHAIN_TEST_LIBRARY_OBJECTS_H

#include <cstring>
#include <memory>
#include <string>

#include "bindchain.h"

struct Free {
	void operator()(bindchain_request *request) const { bindchain_request_free(request); }
	void operator()(bindchain_outcome *outcome) const { bindchain_outcome_free(outcome); }
};
using Request = std::unique_ptr<bindchain_request, Free>;
using Outcome = std::unique_ptr<bindchain_outcome, Free>;

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

inline Request
local(const std::string &path, bindchain_kind kind = BINDCHAIN_UNIX_STREAM)
{
	Request request(bindchain_request_new(kind));

	if (bindchain_set_path(request.get(), path.c_str(), nullptr) != 0)
		return nullptr;
	return request;
}

#endif
