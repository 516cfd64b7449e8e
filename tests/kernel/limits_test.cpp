/* SPDX-License-Identifier: ISC */
/* bindchain limits against the system's own word for each setting. */
#include <sstream>
#include <vector>

#include <nlohmann/json.hpp>

#include "expectations.h"
#include "probe_listener.h"
#include "setting.h"
#include "tools.h"

using nlohmann::json;

namespace {

class Limits : public OnLoopback {
protected:
	static json report()
	{
		Result result = run(tool("bindchain", { "limits", "--json" }));

		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.error, "");
		return json::parse(result.output);
	}
};

TEST_F(Limits, TheReportNamesItsSchema)
{
	json all = report();

	EXPECT_EQ(all.at("schema"), "bindchain-limits");
	EXPECT_EQ(all.at("schema_version"), 1);
	EXPECT_EQ(all.at("system"), expectations().system);
}

/* observe.h, backend_read_values: in this order. */
TEST_F(Limits, ASettingIsWhatTheKernelSays)
{
	const std::vector<ExpectedValue> &expected = expectations().values;
	const json values = report().at("values");

	ASSERT_EQ(values.size(), expected.size()) << values;
	for (size_t i = 0; i < expected.size(); i++) {
		EXPECT_EQ(values.at(i).at("name"), expected[i].name);
		if (expected[i].is_number) {
			EXPECT_EQ(values.at(i).at("value"),
			    std::to_string(read_setting(expected[i].name))) << expected[i].name;
		}
	}
}

TEST_F(Limits, TheTextSaysWhatTheJsonSays)
{
	json all = report();
	std::istringstream text(run(tool("bindchain", { "limits" })).output);
	std::string line;

	for (const json &value : all.at("values")) {
		std::getline(text, line);
		EXPECT_EQ(line, value.at("name").get<std::string>() + " = "
		    + value.at("value").get<std::string>());
		std::getline(text, line);
		EXPECT_EQ(line, "    " + value.at("meaning").get<std::string>());
	}
}

TEST_F(Limits, FamiliesAreThereOnLoopback)
{
	json families = report().at("families");

	EXPECT_EQ(families.at("ipv4_loopback"), true);
	EXPECT_EQ(families.at("ipv6_loopback"), has_ipv6() && bound_address("::1") == "::1");
}

TEST_F(Limits, WrongUseIsRefused)
{
	EXPECT_EQ(run(tool("bindchain", { "limits", "--all" })).status, 100);
	EXPECT_EQ(run(tool("bindchain", { "limits", "somaxconn" })).error,
	    "bindchain limits: fatal: unexpected argument: somaxconn\n");
}

} // namespace
