/* SPDX-License-Identifier: ISC */
/* Addresses that no interface has: not yet, or any more.  From the blocks for
 * documentation, RFC 5737 and RFC 3849. */
#include <cerrno>

#include "expectations.h"
#include "probe_listener.h"
#include "skip.h"
#include "tools.h"

namespace {

const char nosh[] = "tcp-socket-listen";

struct Place {
	const char *host, *prefix_length;
};
constexpr Place places[] = { { "192.0.2.77", "/24" }, { "2001:db8::77", "/64" } };

class BindAny : public InNamespace {
protected:
	void SetUp() override
	{
		InNamespace::SetUp();
		if (!network)
			return;
		network->add_interface("test0");
		network->set_up("test0");
		network->add_address("test0", "192.0.2.1/24");
		network->add_address("test0", "2001:db8::1/64");
	}

	static std::string with_prefix(const Place &place)
	{
		return std::string(place.host) + place.prefix_length;
	}
};

TEST_F(BindAny, AddressOfNobodyIsRefusedWithoutTheOption)
{
	for (const Place &place : places) {
		Result result = run_tool(nosh, { place.host, "0" });
		EXPECT_EQ(result.status, 1) << result;
		EXPECT_EQ(result.error_line(0), std::string(nosh) + ": FATAL: "
		        + error_text(EADDRNOTAVAIL));
		EXPECT_NE(result.error_line(1).find("bind TCP"), std::string::npos) << result;
		EXPECT_NE(result.error_line(1).find(place.host), std::string::npos) << result;
	}
}

TEST_F(BindAny, AddressThatComesLaterIsServed)
{
	for (const Place &place : places) {
		ProbeListener listener(nosh, { "--bind-to-any", place.host, "0" }, { "--accept", "1" });
		EXPECT_EQ(listener.socket().at("bind_any"), 1);
		EXPECT_EQ(listener.socket().at("address"), place.host);
		network->add_address("test0", with_prefix(place));
		EXPECT_EQ(answer_from(place.host, listener.port()), "descriptor 3\n");
		EXPECT_EQ(listener.process().finish().status, 0);
		network->remove_address("test0", with_prefix(place));
	}
}

TEST_F(BindAny, AddressThatWentAndCameBackIsServedWithoutTheOptionToo)
{
	const Place &place = places[0];

	network->add_address("test0", with_prefix(place));
	ProbeListener listener(nosh, { place.host, "0" }, { "--accept", "1" });
	EXPECT_EQ(listener.socket().at("bind_any"), 0);
	network->remove_address("test0", with_prefix(place));
	network->add_address("test0", with_prefix(place));
	EXPECT_EQ(answer_from(place.host, listener.port()), "descriptor 3\n");
}

/* ip(7) asks for none. */
TEST_F(BindAny, NeedsPrivilegeOnlyWhereTheSystemSaysSo)
{
	if (!can_change_user())
		SKIP_TEST("needs root, to become a user without privilege");
	for (const Place &place : places) {
		Result result = run_tool(nosh, { "--bind-to-any", place.host, "0" }, nobody);
		EXPECT_EQ(result.status != 0, expectations().bind_any_needs_privilege) << result;
	}
}

} // namespace
