/* SPDX-License-Identifier: ISC */
/* A network of the test's own, if there can be one, and listeners of the real
 * tools in it. */
#ifndef TESTS_KERNEL_PROBE_LISTENER_H
#define TESTS_KERNEL_PROBE_LISTENER_H

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "child.h"
#include "network.h"
#include "network_namespace.h"
#include "probe_report.h"
#include "process.h"

/* Tests on 127.0.0.1 and ::1: in a namespace that has nothing else, or on the
 * machine's own, where there is none to be had.  Then NETWORK is null. */
class OnLoopback : public testing::Test {
protected:
	void SetUp() override;

	std::unique_ptr<NetworkNamespace> network;
	std::string why_none;
};

/* Tests that want interfaces, settings or certain ports for themselves. */
class InNamespace : public OnLoopback {
protected:
	void SetUp() override;
};

/* A tool with the probe behind it, which has reported and goes on. */
class ProbeListener {
public:
	ProbeListener(const std::string &tool_name, const std::vector<std::string> &arguments,
	    const std::vector<std::string> &probe_arguments = { "--wait" },
	    std::optional<uid_t> user = std::nullopt);

	const ProbeReport &report() const { return *report_; }
	/* The probe's view of its only socket. */
	const nlohmann::json &socket() const;
	int port() const { return socket().at("port").get<int>(); }
	Process &process() { return process_; }

private:
	Process process_;
	std::optional<ProbeReport> report_;
};

/* The same tool where it is expected to fail. */
Result run_tool(const std::string &tool_name, const std::vector<std::string> &arguments,
    std::optional<uid_t> user = std::nullopt);

/* What is behind "TOOL: info: " in the lines that follow the two which say that it
 * failed with ERROR. */
std::vector<std::string> hints_of(const std::string &tool_name,
    const std::vector<std::string> &arguments, int error,
    std::optional<uid_t> user = std::nullopt);

/* What `bindchain explain` says of its socket, of which there is one. */
nlohmann::json explained(const std::string &tool_name,
    const std::vector<std::string> &arguments);

/* Connects, and returns what the probe answers: "descriptor 3\n". */
std::string answer_from(const std::string &host, int port);

/* Connects until the kernel turns one away, which is the last of CLIENTS; all others
 * wait in the queue. */
void fill_queue(const std::string &host, int port, std::vector<Descriptor> *clients);

/* Whether a connection is refused: nobody listens there. */
bool is_refused(const std::string &host, int port);

#endif
