/* SPDX-License-Identifier: ISC */
/* From host and service to an address: which words are numbers, who is asked,
 * and which answer is taken. */
#include "core.h"
#include "fake_network.h"

#include <cerrno>
#include <vector>

#include <net/if.h>

#include <gtest/gtest.h>

namespace {

constexpr unsigned up = IFF_UP;
constexpr unsigned loopback = IFF_UP | IFF_LOOPBACK;

class Resolve : public testing::Test {
protected:
	struct request request;
	struct bindchain_failure failure;

	void SetUp() override
	{
		fake_network = {};
		fake_network.answer_status = EAI_AGAIN; /* unless a test gives answers */
		request_init(&request, BINDCHAIN_TCP);
		failure = {};
	}

	/* Lists of results are freed, on failure too. */
	void TearDown() override { EXPECT_EQ(fake_network.lists_held, 0); }

	std::string resolve(const char *host, const char *service, unsigned flags = 0)
	{
		failure = {};
		if (request_resolve(&request, host, service, flags, &failure) != 0)
			return "failed";
		return written(request.address);
	}

	/* Every result, "failed" alone after a failure. */
	std::vector<std::string> resolve_all(const char *host, const char *service,
	    unsigned flags = 0)
	{
		std::vector<std::string> all;
		struct resolution resolution;

		failure = {};
		if (request_resolve_first(&request, host, service, flags, &resolution, &failure)
		    != 0)
			return { "failed" };
		do
			all.push_back(written(request.address));
		while (request_resolve_next(&request, &resolution));
		resolution_free(&resolution);
		return all;
	}

	static void answer(const std::vector<const char *> &addresses, unsigned port)
	{
		fake_network.answer_status = 0;
		fake_network.answer_port = port;
		fake_network.answer_count = 0;
		for (const char *address : addresses)
			fake_network.answers[fake_network.answer_count++] = address;
	}

	static void interfaces(const std::vector<struct fake_interface> &list)
	{
		fake_network.interface_count = 0;
		for (const struct fake_interface &interface : list)
			fake_network.interfaces[fake_network.interface_count++] = interface;
	}
};

/* ---- numbers ---- */

TEST_F(Resolve, PlainNumbersAskNobodyAtAll)
{
	EXPECT_EQ(resolve("127.0.0.1", "80"), "127.0.0.1 80");
	EXPECT_EQ(resolve("0.0.0.0", "0"), "0.0.0.0 0");
	EXPECT_EQ(resolve("::", "65535"), ":: 65535");
	EXPECT_EQ(resolve("::0", "25"), ":: 25");
	EXPECT_EQ(resolve("::ffff:127.0.0.1", "1"), "::ffff:127.0.0.1 1");
	EXPECT_EQ(fake_network.questions, 0);
}

TEST_F(Resolve, OddNumbersAskNoNameService)
{
	/* inet_addr(3) has these forms, and getaddrinfo(3) takes them (POSIX). */
	for (const char *host : { "127.1", "127.0.1", "0x7f000001", "0177.0.0.1", "2130706433",
	         "0x7F.0.0.1" }) {
		EXPECT_EQ(resolve(host, "80"), "127.0.0.1 80") << host;
		EXPECT_EQ(resolve(host, "80", BINDCHAIN_NUMERIC_HOST | BINDCHAIN_NUMERIC_SERVICE),
		    "127.0.0.1 80") << host;
	}
	EXPECT_EQ(fake_network.name_questions, 0);
}

TEST_F(Resolve, ZoneIsHonoured)
{
	char name[IF_NAMESIZE];

	ASSERT_NE(if_indextoname(1, name), nullptr) << "no first interface";
	for (const std::string &zone : { std::string(name), std::string("1") }) {
		struct sockaddr_in6 ipv6;

		EXPECT_EQ(resolve(("fe80::1%" + zone).c_str(), "80"),
		    "fe80::1%" + std::string(name) + " 80");
		memcpy(&ipv6, &request.address.storage, sizeof ipv6);
		EXPECT_EQ(ipv6.sin6_scope_id, 1u);
		EXPECT_EQ(request.address.length, sizeof ipv6);
	}
	EXPECT_EQ(fake_network.name_questions, 0);
}

TEST_F(Resolve, NumericHostRefusesWhatIsNone)
{
	for (const char *host : { "localhost", "", "127.0.0.1junk", "1.2.3.4.5", "256.0.0.1",
	         " 127.0.0.1", "127.0.0.1 ", "[::1]", ":::", "1::2::3", "12345::", "::ffff:1.2.3",
	         "fe80::1%nosuchinterface", ":" }) {
		EXPECT_EQ(resolve(host, "80", BINDCHAIN_NUMERIC_HOST), "failed") << '"' << host << '"';
		EXPECT_EQ(failure.operation, BINDCHAIN_RESOLVE);
		EXPECT_NE(failure.resolver, 0);
		EXPECT_EQ(failure.error, 0);
	}
	EXPECT_EQ(fake_network.name_questions, 0);
}

TEST_F(Resolve, PortsOutOfRangeAreNamedWithoutAsking)
{
	for (const char *service : { "65536", "70000", "99999999999",
	         "18446744073709551696" /* 80 beyond 64 bits */ }) {
		EXPECT_EQ(resolve("127.0.0.1", service), "failed") << service;
		EXPECT_EQ(failure.operation, BINDCHAIN_RESOLVE);
		EXPECT_EQ(failure.resolver, EAI_SERVICE);
		EXPECT_STREQ(failure.subject, service);
		EXPECT_NE(failure.reason, nullptr);
	}
	EXPECT_EQ(fake_network.questions, 0);
}

TEST_F(Resolve, WhatIsNeitherDigitsNorANameIsNoService)
{
	for (const char *service : { "", "+80", " 80", "-1", "\n80", "\t80", ":80", "." }) {
		EXPECT_EQ(resolve("127.0.0.1", service), "failed") << '"' << service << '"';
		EXPECT_EQ(failure.resolver, EAI_SERVICE);
		EXPECT_STREQ(failure.subject, service);
	}
	EXPECT_EQ(fake_network.questions, 0);
}

TEST_F(Resolve, LeadingZerosAreDigits)
{
	EXPECT_EQ(resolve("127.0.0.1", "080"), "127.0.0.1 80");
	EXPECT_EQ(resolve("127.0.0.1", "0000000065535"), "127.0.0.1 65535");
}

/* "80x" may be the name of a service (RFC 6335): the resolver says that it is
 * not.  With numbers alone asked for, it is none. */
TEST_F(Resolve, DigitsAndLettersAreANameForTheResolver)
{
	fake_network.answer_status = EAI_SERVICE;
	EXPECT_EQ(resolve("127.0.0.1", "80x"), "failed");
	EXPECT_EQ(failure.resolver, EAI_SERVICE);
	EXPECT_EQ(fake_network.name_questions, 1);
	EXPECT_EQ(resolve("127.0.0.1", "80x", BINDCHAIN_NUMERIC_HOST | BINDCHAIN_NUMERIC_SERVICE),
	    "failed");
	EXPECT_NE(failure.resolver, 0);
	EXPECT_EQ(fake_network.name_questions, 1);
}

/* ---- names ---- */

TEST_F(Resolve, FirstResultIsTaken)
{
	answer({ "192.0.2.7", "2001:db8::7", "192.0.2.8" }, 80);
	EXPECT_EQ(resolve("name.example", "http"), "192.0.2.7 80");
	answer({ "2001:db8::7", "192.0.2.7" }, 80);
	EXPECT_EQ(resolve("name.example", "http"), "2001:db8::7 80");
	EXPECT_STREQ(request.host, "name.example");
	EXPECT_STREQ(request.service, "http");
}

/* ---- all results of a name ---- */

using Addresses = std::vector<std::string>;

TEST_F(Resolve, AllResultsAreInTheOrderOfTheResolver)
{
	answer({ "192.0.2.7", "2001:db8::7", "192.0.2.8" }, 80);
	EXPECT_EQ(resolve_all("name.example", "http"),
	    (Addresses { "192.0.2.7 80", "2001:db8::7 80", "192.0.2.8 80" }));
}

/* glibc gives 127.0.0.1 twice where a hosts file has localhost for both families. */
TEST_F(Resolve, EachOfAllResultsIsTakenOnce)
{
	answer({ "127.0.0.1", "::1", "127.0.0.1", "::1" }, 80);
	EXPECT_EQ(resolve_all("name.example", "http"),
	    (Addresses { "127.0.0.1 80", "::1 80" }));
}

TEST_F(Resolve, ANumberIsTheOnlyResult)
{
	EXPECT_EQ(resolve_all("192.0.2.7", "80"), Addresses { "192.0.2.7 80" });
	EXPECT_EQ(resolve_all("::1", "80"), Addresses { "::1 80" });
	EXPECT_EQ(fake_network.questions, 0);
}

TEST_F(Resolve, AllResultsAreOfFamiliesThatInterfacesHave)
{
	interfaces({ { loopback, "127.0.0.1" }, { loopback, "::1" }, { up, "2001:db8::1" } });
	answer({ "192.0.2.7", "2001:db8::7", "192.0.2.8", "2001:db8::8" }, 80);
	EXPECT_EQ(resolve_all("name.example", "http", BINDCHAIN_INTERFACES),
	    (Addresses { "2001:db8::7 80", "2001:db8::8 80" }));
	answer({ "192.0.2.7", "192.0.2.8" }, 80);
	EXPECT_EQ(resolve_all("name.example", "http", BINDCHAIN_INTERFACES),
	    Addresses { "failed" });
	EXPECT_EQ(failure.operation, BINDCHAIN_CHECK_INTERFACES);
}

TEST_F(Resolve, QuestionIsPassiveForAnyFamilyAndThisKind)
{
	answer({ "192.0.2.7" }, 80);
	resolve("name.example", "http");
	EXPECT_EQ(fake_network.hints.ai_family, AF_UNSPEC);
	EXPECT_EQ(fake_network.hints.ai_socktype, SOCK_STREAM);
	EXPECT_EQ(fake_network.hints.ai_flags, AI_PASSIVE);
	request.kind = BINDCHAIN_UDP;
	resolve("name.example", "domain");
	EXPECT_EQ(fake_network.hints.ai_socktype, SOCK_DGRAM);
}

/* Each C library means something else by AI_ADDRCONFIG. */
TEST_F(Resolve, InterfacesAreNeverTheResolversBusiness)
{
	interfaces({ { up, "192.0.2.1" } });
	answer({ "192.0.2.7" }, 80);
	EXPECT_EQ(resolve("name.example", "80", BINDCHAIN_INTERFACES), "192.0.2.7 80");
	EXPECT_EQ(fake_network.hints.ai_flags & AI_ADDRCONFIG, 0);
}

TEST_F(Resolve, FlagsSayWhatMustBeANumber)
{
	answer({ "192.0.2.7" }, 80);
	resolve("192.0.2.7", "http", BINDCHAIN_NUMERIC_HOST);
	EXPECT_EQ(fake_network.hints.ai_flags, AI_PASSIVE | AI_NUMERICHOST);
	resolve("name.example", "80");
	EXPECT_EQ(fake_network.hints.ai_flags, AI_PASSIVE | AI_NUMERICSERV);
}

TEST_F(Resolve, FailureOfTheResolverIsItsCode)
{
	fake_network.answer_status = EAI_NONAME;
	EXPECT_EQ(resolve("name.example", "80"), "failed");
	EXPECT_EQ(failure.operation, BINDCHAIN_RESOLVE);
	EXPECT_EQ(failure.resolver, EAI_NONAME);
	EXPECT_EQ(failure.error, 0);
}

TEST_F(Resolve, FailureOfTheSystemKeepsItsErrno)
{
	fake_network.answer_status = EAI_SYSTEM;
	fake_network.answer_errno = EMFILE;
	EXPECT_EQ(resolve("name.example", "80"), "failed");
	EXPECT_EQ(failure.resolver, EAI_SYSTEM);
	EXPECT_EQ(failure.error, EMFILE);
}

/* ---- interfaces ---- */

TEST_F(Resolve, ResultsOfAFamilyWithoutInterfaceArePassedOver)
{
	interfaces({ { loopback, "127.0.0.1" }, { loopback, "::1" }, { up, "192.0.2.1" } });
	answer({ "2001:db8::7", "2001:db8::8", "192.0.2.7", "192.0.2.8" }, 80);
	EXPECT_EQ(resolve("name.example", "http", BINDCHAIN_INTERFACES), "192.0.2.7 80");
	EXPECT_EQ(resolve("name.example", "http"), "2001:db8::7 80") << "only when asked";
}

struct Check {
	const char *host;
	bool only_loopback, only_ipv4, only_ipv6, both; /* is it usable there? */
	const char *missing;                            /* named in the reason */
};

/* Rows are requested addresses, columns what the interfaces carry. */
TEST_F(Resolve, AddressIsUsableWhereAnInterfaceCarriesItsFamily)
{
	const Check rows[] = {
		{ "0.0.0.0", false, true, false, true, "IPv4" },
		{ "::", false, false, true, true, "IPv6" },
		{ "192.0.2.1", false, true, false, true, "IPv4" },
		{ "2001:db8::1", false, false, true, true, "IPv6" },
		{ "::ffff:192.0.2.1", false, true, false, true, "IPv4" },
		/* A loopback address asks for a loopback interface. */
		{ "127.0.0.1", true, true, true, true, "IPv4" },
		{ "127.1", true, true, true, true, "IPv4" },
		{ "::1", true, true, true, true, "IPv6" },
		{ "::ffff:127.0.0.1", true, true, true, true, "IPv4" },
	};
	const std::vector<struct fake_interface> ground = { { loopback, "127.0.0.1" },
		{ loopback, "::1" } };
	const struct fake_interface ipv4 = { up, "192.0.2.1" }, ipv6 = { up, "2001:db8::1" };

	for (const Check &row : rows) {
		const struct {
			const char *what;
			std::vector<struct fake_interface> interfaces;
			bool usable;
		} columns[] = {
			{ "loopback", { ground[0], ground[1] }, row.only_loopback },
			{ "IPv4", { ground[0], ground[1], ipv4 }, row.only_ipv4 },
			{ "IPv6", { ground[0], ground[1], ipv6 }, row.only_ipv6 },
			{ "both", { ground[0], ground[1], ipv4, ipv6 }, row.both },
		};
		for (const auto &column : columns) {
			SCOPED_TRACE(std::string(row.host) + " with " + column.what);
			interfaces(column.interfaces);
			std::string result = resolve(row.host, "80", BINDCHAIN_INTERFACES);
			EXPECT_EQ(result != "failed", column.usable);
			if (column.usable)
				continue;
			EXPECT_EQ(failure.operation, BINDCHAIN_CHECK_INTERFACES);
			EXPECT_EQ(failure.error, 0);
			ASSERT_NE(failure.reason, nullptr);
			EXPECT_NE(strstr(failure.reason, row.missing), nullptr) << failure.reason;
			EXPECT_NE(strstr(failure.reason, "loopback"), nullptr) << failure.reason;
		}
	}
}

TEST_F(Resolve, LoopbackAddressNeedsALoopbackAddressThatIsUp)
{
	interfaces({ { IFF_LOOPBACK, "127.0.0.1" }, { loopback, "::1" } });
	EXPECT_EQ(resolve("127.0.0.1", "80", BINDCHAIN_INTERFACES), "failed");
	EXPECT_NE(strstr(failure.reason, "IPv4"), nullptr);
	EXPECT_EQ(resolve("::1", "80", BINDCHAIN_INTERFACES), "::1 80");
}

TEST_F(Resolve, WhenNoneIsLeftTheFirstResultsFamilyIsNamed)
{
	interfaces({ { loopback, "127.0.0.1" }, { loopback, "::1" } });
	answer({ "2001:db8::7", "192.0.2.7" }, 80);
	EXPECT_EQ(resolve("name.example", "80", BINDCHAIN_INTERFACES), "failed");
	EXPECT_EQ(failure.operation, BINDCHAIN_CHECK_INTERFACES);
	EXPECT_NE(strstr(failure.reason, "IPv6"), nullptr) << failure.reason;
}

TEST_F(Resolve, InterfacesThatCannotBeReadAreAFailure)
{
	fake_network.interfaces_error = ENOBUFS;
	EXPECT_EQ(resolve("127.0.0.1", "80", BINDCHAIN_INTERFACES), "failed");
	EXPECT_EQ(failure.operation, BINDCHAIN_CHECK_INTERFACES);
	EXPECT_EQ(failure.error, ENOBUFS);
}

} // namespace
