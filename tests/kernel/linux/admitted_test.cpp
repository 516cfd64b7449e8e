/* SPDX-License-Identifier: ISC */
/*
 * What an administrator can change about a full queue, which backlog_test.cpp is about:
 * the settings are read when explain is asked.
 */
#include <nlohmann/json.hpp>

#include "probe_listener.h"

namespace {

class Admitted : public InNamespace {};

} // namespace

/* What happens to a handshake under way is the administrator's choice. */
TEST_F(Admitted, TheSettingsThatDecideAreReadWhenAsked)
{
	const std::vector<std::string> arguments = { "127.0.0.1", "8000" };

	NetworkNamespace::set("net.ipv4.tcp_abort_on_overflow", "0");
	nlohmann::json said = explained("tcp-socket-listen", arguments).at("backlog");
	EXPECT_EQ(said.at("overflow").at("new_client"), "dropped");
	EXPECT_EQ(said.at("overflow").at("client_in_handshake"), "ignored");
	EXPECT_EQ(said.at("overflow").at("decided_by").at(0).at("value"), 0);

	NetworkNamespace::set("net.ipv4.tcp_abort_on_overflow", "1");
	NetworkNamespace::set("net.ipv4.tcp_max_syn_backlog", "77");
	said = explained("tcp-socket-listen", arguments).at("backlog");
	EXPECT_EQ(said.at("overflow").at("new_client"), "dropped");
	EXPECT_EQ(said.at("overflow").at("client_in_handshake"), "reset");
	EXPECT_EQ(said.at("half_open").at("separate"), true);
	EXPECT_EQ(said.at("half_open").at("limit").at("name"), "net.ipv4.tcp_max_syn_backlog");
	EXPECT_EQ(said.at("half_open").at("limit").at("value"), 77);
	EXPECT_EQ(said.at("half_open").at("cookies").at("value"), 1);
}

/* Kernels differ then: include/net/inet_connection_sock.h,
 * inet_csk_reqsk_queue_is_full, before and after early 2025. */
TEST_F(Admitted, WithoutCookiesABacklogOfNothingIsInDoubt)
{
	NetworkNamespace::set("net.ipv4.tcp_syncookies", "0");
	nlohmann::json said = explained("tcp-socket-listen",
	    { "--backlog", "0", "127.0.0.1", "8000" }).at("backlog");
	EXPECT_TRUE(said.at("connections_admitted").is_null());
	EXPECT_TRUE(said.at("doubt").is_string());

	said = explained("tcp-socket-listen", { "--backlog", "1", "127.0.0.1", "8000" })
	    .at("backlog");
	EXPECT_EQ(said.at("connections_admitted"), 2);
	EXPECT_TRUE(said.at("doubt").is_null());
	ProbeListener listener("tcp-socket-listen", { "--backlog", "1", "127.0.0.1", "8000" });
	std::vector<Descriptor> clients;
	fill_queue("127.0.0.1", 8000, &clients);
	EXPECT_EQ(clients.size(), 3U); /* and the one that was turned away */
}
