/* SPDX-License-Identifier: ISC */
/* The fake kernels answer for every pair of sockets as the real ones did. */
#include <cstring>

#include <gtest/gtest.h>

#include "fake.h"
#include "pairs.h"

namespace {

constexpr uint16_t port = 8080;

class Asked {
public:
	explicit Asked(const std::string &profile) : fake_(profile)
	{
		/* As when the pairs were asked for. */
		world_interface &loopback = fake_.kernel().interfaces[0];
		loopback.addresses[loopback.address_count++] = { AF_INET, 0, { 127, 0, 0, 2 } };
	}
	PairAnswer ask(const Pair &);

private:
	world_socket *make(const PairContext &, const PairEnd &);
	char receiver(const char *host, const world_socket *first, const world_socket *second);

	Fake fake_;
};

world_socket *
Asked::make(const PairContext &context, const PairEnd &end)
{
	int family = end.is_ipv4() ? AF_INET : AF_INET6;
	world_socket *socket = context.is_stream ? fake_.tcp(family) : fake_.udp(family);

	if (end.has("addr"))
		fake_.set(socket, "SO_REUSEADDR", 1);
	if (end.has("port"))
		fake_.set(socket, "SO_REUSEPORT", 1);
	if (end.has("lb"))
		fake_.set(socket, "SO_REUSEPORT_LB", 1);
	if (family == AF_INET6)
		fake_.set(socket, "IPV6_V6ONLY", end.is_v6only());
	return socket;
}

char
Asked::receiver(const char *host, const world_socket *first, const world_socket *second)
{
	char receiver = '\0';

	for (int i = 0; i < 6; i++) {
		const world_socket *winner = fake_.connect(host, port);
		char next = winner == first ? '1' : winner == second ? '2' : '-';
		receiver = !receiver || receiver == next ? next : 'm';
	}
	return receiver;
}

PairAnswer
Asked::ask(const Pair &pair)
{
	world &kernel = fake_.kernel();
	world_socket *first, *second;
	PairAnswer answer;

	kernel.socket_count = 0;
	memset(kernel.sockets, 0, 2 * sizeof *kernel.sockets);
	fake_.become(pair.context.first_user());
	first = make(pair.context, pair.first);
	EXPECT_EQ(fake_.bind(first, pair.first.host(), port), 0);
	if (pair.context.first_listens) {
		EXPECT_EQ(fake_.listen(first, 16), 0);
	}
	fake_.become(pair.context.second_user());
	second = make(pair.context, pair.second);
	answer.outcome = fake_.bind(second, pair.second.host(), port) != 0 ? 'b' : '.';
	if (answer.outcome == '.' && pair.context.is_stream && fake_.listen(second, 16) != 0)
		answer.outcome = 'l';
	if (answer.outcome != '.' || !pair.context.is_stream)
		return answer;
	answer.ipv4 = receiver("127.0.0.1", first, second);
	answer.ipv6 = receiver("::1", first, second);
	return answer;
}

/* Datagrams are not sent here, and by chance one socket may have got all of a few. */
bool
agree(char recorded, char answered)
{
	return recorded == '.' || answered == '.' || recorded == answered
	    || (answered == 'm' && recorded != '-');
}

void
replay(const std::string &profile, const std::string &file, size_t count)
{
	PairAnswers recorded = PairAnswers::read(RECORDED "/" + file);
	Asked asked(profile);
	size_t agreed = 0;

	for (const Pair &pair : recorded.pairs()) {
		PairAnswer kernel = recorded.answer(pair), fake = asked.ask(pair);
		bool same = kernel.outcome == fake.outcome && agree(kernel.ipv4, fake.ipv4)
		    && agree(kernel.ipv6, fake.ipv6);
		EXPECT_TRUE(same) << pair.text() << ": " << fake.outcome << fake.ipv4 << fake.ipv6;
		agreed += same;
	}
	EXPECT_EQ(agreed, count);
}

TEST(FakeKernels, AnswerForPairsAsLinux)
{
	replay("linux-6", "linux-6.18.txt", 7056);
}

TEST(FakeKernels, AnswerForPairsAsFreeBsd)
{
	replay("freebsd-13", "freebsd-13.1.txt", 21609);
}

} // namespace
