/* SPDX-License-Identifier: ISC */
/* What the probe at the end of a chain found. */
#ifndef BINDCHAIN_TEST_PROBE_REPORT_H
#define BINDCHAIN_TEST_PROBE_REPORT_H

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include <nlohmann/json.hpp>

#include "process.h"

class ProbeReport {
public:
	/* Throws where TEXT is not the probe's JSON. */
	explicit ProbeReport(const std::string &text);

	pid_t pid() const;
	std::vector<std::string> argv() const;
	/* The variable's value; throws where it is set more than once. */
	std::optional<std::string> variable(const std::string &name) const;
	/* All "NAME=value", in order. */
	std::vector<std::string> environment() const;
	/* The open descriptors, in order; and those of them that are sockets. */
	std::vector<int> descriptors() const;
	std::vector<int> sockets() const;
	/* The object of an open descriptor; fields as in probe.c. */
	const nlohmann::json &descriptor(int number) const;
	const nlohmann::json &json() const { return json_; }

private:
	nlohmann::json json_;
};

/* Runs COMMAND with the probe and its arguments appended, and returns its report.
 * Throws where the command fails or says anything on standard error. */
ProbeReport probe_behind(Command, const std::vector<std::string> &probe_arguments = {});

#endif
