/* SPDX-License-Identifier: ISC */
/* The part of JSON Schema that our schemas use; another word in one is an
 * error, so that none is without effect. */
#ifndef BINDCHAIN_TEST_JSON_SCHEMA_H
#define BINDCHAIN_TEST_JSON_SCHEMA_H

#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

class JsonSchema {
public:
	/* Throws where FILE is no JSON. */
	explicit JsonSchema(const std::string &file);

	/* What is wrong with INSTANCE, each with the place; nothing when it is as
	 * described. */
	std::vector<std::string> complaints(const nlohmann::json &instance) const;

	/* The names of all members that it describes. */
	std::set<std::string> members() const;

private:
	nlohmann::json schema_;
};

#endif
