/* SPDX-License-Identifier: ISC */
/* The headers of the core, which are C and say nothing of C++. */
#ifndef TESTS_UNIT_CORE_H
#define TESTS_UNIT_CORE_H

#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

extern "C" {
#include "address.h"
#include "backend.h"
#include "bindchain.h"
#include "chain.h"
#include "diagnosis.h"
#include "environment.h"
#include "failure.h"
#include "foreseen_conflicts.h"
#include "handover.h"
#include "interfaces.h"
#include "listen_fds.h"
#include "nearest_address.h"
#include "path_entry.h"
#include "name_service.h"
#include "number.h"
#include "performance.h"
#include "observe.h"
#include "outcome.h"
#include "own_process.h"
#include "request.h"
#include "socket_option.h"
#include "socket_variables.h"
#include "sockopt.h"
#include "perform.h"
#include "plan.h"
#include "text.h"
}

#include <string>
#include <vector>

/* Those of SEVERITY. */
inline std::vector<std::string>
lines_of(const struct findings &findings, enum finding_severity severity)
{
	std::vector<std::string> lines;

	for (size_t i = 0; i < findings.count; i++)
		if (findings.list[i].severity == severity)
			lines.push_back(findings.list[i].text);
	return lines;
}

/* All of them. */
inline std::vector<std::string>
lines_of(const struct findings &findings)
{
	std::vector<std::string> lines;

	for (size_t i = 0; i < findings.count; i++)
		lines.push_back(findings.list[i].text);
	return lines;
}

/* What has been built up in TEXT so far. */
inline std::string
words_of(const struct text &text)
{
	return std::string(text.bytes, text.length);
}

/* The address "HOST", a plain literal, with PORT. */
inline struct address
literal(const char *host, unsigned port)
{
	struct address address;

	memset(&address, 0, sizeof address);
	if (!address_from_literal(&address, host, port))
		address.length = 0;
	return address;
}

/* "HOST PORT", or the address of another family as "? 0". */
inline std::string
written(const struct address &address)
{
	char host[ADDRESS_HOST_SIZE];

	address_host(&address, host);
	return std::string(host) + " " + std::to_string(address_port(&address));
}

#endif
