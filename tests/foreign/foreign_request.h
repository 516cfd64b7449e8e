// SPDX-License-Identifier: ISC
// Requests for the other system's backend, and the calls that they become.
#ifndef FOREIGN_REQUEST_H
#define FOREIGN_REQUEST_H

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "bindchain.h"
#include "foreign.h"

// Which of the two systems this is.
bool OnFreeBSD();

class Request {
public:
	// Of TCP, unless another kind is said.
	explicit Request(const char *host, unsigned port = 8080);
	Request &Set(bindchain_option option, int value = 1);
	Request &Kind(bindchain_kind kind);
	Request &Access(int mode, int user);
	Request &NonblockingCloseOnExec();
	Request &NoListen();

	// Its calls, "; " between them: see foreign_calls().  A failure of the test if they fail.
	std::string Calls() const;
	// Why it fails.
	std::string Fail() const;

private:
	foreign_request request_ {};
};

Request Udp(const char *host);

// The path /run/s.
Request Local(bindchain_kind kind = BINDCHAIN_UNIX_STREAM);

// A request, and the calls of it in hexadecimal numbers from the system's headers.
struct Numbers {
	const char *name;
	Request request;
	std::string calls;
};
std::ostream &operator<<(std::ostream &, const Numbers &);

// Each begins anew.
class Foreign : public testing::Test {
protected:
	void SetUp() override { foreign_reset(); }
	static void SetOption(int level, int name, int value);
};

#endif
