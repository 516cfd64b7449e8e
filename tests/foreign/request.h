// SPDX-License-Identifier: ISC
// Requests for the other system's backend, and what became of them.
#ifndef FOREIGN_REQUEST_H
#define FOREIGN_REQUEST_H

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
	Request &Backlog(int backlog);
	Request &Kind(bindchain_kind kind);
	Request &Access(int mode, int user = -1, int group = -1);
	Request &NonblockingCloseOnExec();
	Request &Exclusive();

	// The descriptor; a failure of the test if there is none.
	int Open() const;
	// What is said about the failure; a failure of the test if it succeeds.
	std::string Fail() const;
	// Obstacles, "-", and warnings.
	std::string Foresee() const;
	std::string Overflow() const;
	std::string Holders() const;

private:
	std::string Tell(void (*tell)(const foreign_request *, char *, size_t)) const;

	foreign_request request_ {};
};

// A line of foreign_values().
struct Value {
	std::string name, current, meaning;
};

class ForeignKernel : public testing::Test {
protected:
	void SetUp() override;
	// The calls so far, but for reading back.
	static std::string Log();
	static std::vector<Value> Values();
	// "NAME=CURRENT" of each, in order.
	static std::vector<std::string> NamesAndCurrents();
	// The one of that name; a failure of the test if there is none.
	static Value ValueOf(const std::string &name);
	static std::string LaunchdSockets(const char *name);
};

#endif
