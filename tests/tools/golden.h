/* SPDX-License-Identifier: ISC */
/*
 * The golden tables, tests/conformance/cases/NAME.json: of their cases those that are no more
 * than a command line, with what bindchain does.  tests/conformance/README.md describes them.
 */
#ifndef BINDCHAIN_TEST_GOLDEN_H
#define BINDCHAIN_TEST_GOLDEN_H

#include <cctype>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "refusal.h"

/* A command line that is accepted. */
struct Acceptance {
	std::string name;
	std::string tool;
	std::vector<std::string> arguments; /* before the probe */
	nlohmann::json expected;            /* of the socket; fields as in probe.c */
	int descriptor;
};

std::ostream &operator<<(std::ostream &, const Acceptance &);

/* A command line, and the one that it executes. */
struct GoldenChain {
	std::string name;
	std::string tool;
	std::vector<std::string> arguments;
	std::vector<std::string> expected;
};

std::ostream &operator<<(std::ostream &, const GoldenChain &);

/* Of NAME.json, of these tools. */
std::vector<Refusal> golden_refusals(const char *name, const std::vector<std::string> &tools);
std::vector<Acceptance> golden_acceptances(const char *name,
    const std::vector<std::string> &tools);
std::vector<GoldenChain> golden_chains(const char *name);

/* For INSTANTIATE_TEST_SUITE_P with several tools. */
template <typename Row>
std::string
tool_and_name(const testing::TestParamInfo<Row> &info)
{
	std::string text;
	bool is_start = true;

	for (char c : info.param.tool) {
		if (c != '-')
			text += is_start ? static_cast<char>(std::toupper(c)) : c;
		is_start = c == '-';
	}
	return text + info.param.name;
}

#endif
