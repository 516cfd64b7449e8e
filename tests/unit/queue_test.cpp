/* SPDX-License-Identifier: ISC */
/* The table of listeners and its words, for a system that the test makes up. */
#include "core.h"

#include <cerrno>
#include <cstdlib>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
#include "queue_lines.h"
#include "queue_table.h"
}

namespace {

struct Owner {
	uint64_t identity;
	pid_t pid;
	const char *command;
	int descriptor;
};

struct {
	std::vector<backend_socket> sockets;
	std::vector<Owner> owners;
	int searches; /* how often the owners were asked for */
} made_up;

backend_socket
listener(uint64_t identity, const char *host, unsigned port, int length, int limit)
{
	backend_socket socket = {};

	socket.identity = identity;
	socket.address = literal(host, port);
	socket.type = SOCK_STREAM;
	socket.state = BACKEND_LISTENING;
	socket.queue_length = { true, length };
	socket.queue_limit = { true, limit };
	return socket;
}

class Table {
public:
	Table() { made_up = {}; }
	~Table() { queue_table_free(&table_); }

	queue_table *read()
	{
		EXPECT_EQ(queue_table_read(&table_), 0);
		return &table_;
	}

	const queue &queue_of(uint64_t identity) const
	{
		for (size_t i = 0; i < table_.count; i++)
			if (table_.queues[i].socket.identity == identity)
				return table_.queues[i];
		throw std::out_of_range("no such queue");
	}

private:
	queue_table table_ = {};
};

std::string
owner_text(const queue &queue)
{
	struct text text;

	text_init(&text);
	queue_add_owner(&text, &queue);
	return words_of(text);
}

TEST(QueueTable, TheHighWaterMarkIsOfAllReadings)
{
	Table table;

	made_up.sockets = { listener(1, "127.0.0.1", 80, 3, 10) };
	table.read();
	EXPECT_EQ(table.queue_of(1).high_water, 3);
	made_up.sockets[0].queue_length.value = 9;
	table.read();
	made_up.sockets[0].queue_length.value = 1;
	table.read();
	EXPECT_EQ(table.queue_of(1).high_water, 9);
	EXPECT_EQ(table.queue_of(1).socket.queue_length.value, 1);
}

TEST(QueueTable, ANumberThatIsGivenAgainIsAnotherSocket)
{
	Table table;

	made_up.sockets = { listener(1, "127.0.0.1", 80, 9, 10) };
	table.read();
	made_up.sockets = { listener(1, "127.0.0.1", 81, 2, 10) };
	table.read();
	EXPECT_EQ(table.queue_of(1).high_water, 2);
}

TEST(QueueTable, OwnersGoWithTheirSockets)
{
	Table table;

	made_up.sockets = { listener(30, "127.0.0.1", 80, 0, 1), listener(10, "127.0.0.1", 81, 0, 1),
		listener(20, "127.0.0.1", 82, 0, 1), listener(0, "127.0.0.1", 83, 0, 1) };
	made_up.owners = { { 30, 5, "worker", 3 }, { 10, 7, "other +9", 3 }, { 30, 4, "parent", 9 },
		{ 30, 4, "parent", 8 } };
	table.read();
	EXPECT_EQ(owner_text(table.queue_of(30)), "4 parent +1");
	EXPECT_EQ(table.queue_of(30).owner_count, 3U);
	EXPECT_EQ(owner_text(table.queue_of(10)), "7 \"other +9\"" /* untrusted */);
	EXPECT_EQ(owner_text(table.queue_of(20)), "-");
	EXPECT_EQ(owner_text(table.queue_of(0)), "-");
}

TEST(QueueTable, OwnersAreSoughtForOtherSocketsAndNowAndThen)
{
	Table table;

	made_up.sockets = { listener(1, "127.0.0.1", 80, 0, 1) };
	for (int i = 0; i < 10; i++)
		table.read();
	EXPECT_EQ(made_up.searches, 1);
	table.read();
	EXPECT_EQ(made_up.searches, 2);
	made_up.sockets.push_back(listener(2, "127.0.0.1", 81, 0, 1));
	table.read();
	EXPECT_EQ(made_up.searches, 3);
	made_up.sockets.pop_back();
	table.read();
	EXPECT_EQ(made_up.searches, 4);
}

TEST(QueueTable, TheLastTwoReadingsAreCompared)
{
	struct Seen {
		int came = 0, stayed = 0, went = 0;
	} seen;
	Table table;

	made_up.sockets = { listener(1, "127.0.0.1", 80, 0, 1), listener(2, "127.0.0.1", 81, 0, 1) };
	table.read();
	made_up.sockets = { listener(2, "127.0.0.1", 81, 0, 1), listener(3, "127.0.0.1", 82, 0, 1),
		listener(4, "127.0.0.1", 83, 0, 1) };
	queue_table_compare(table.read(), [](void *context, const queue *before, queue *now) {
		auto *counts = static_cast<Seen *>(context);
		++(!before ? counts->came : !now ? counts->went : counts->stayed);
	}, &seen);
	EXPECT_EQ(seen.came, 2);
	EXPECT_EQ(seen.stayed, 1);
	EXPECT_EQ(seen.went, 1);
}

/* ---- order ---- */

std::vector<uint64_t>
order(Table &table, bool fullest)
{
	queue_table *read = table.read();
	const queue **ordered = queue_order(read, fullest);
	std::vector<uint64_t> identities;

	for (size_t i = 0; i < read->count; i++)
		identities.push_back(ordered[i]->socket.identity);
	std::free(ordered);
	return identities;
}

TEST(QueueOrder, ByPortThenAddress)
{
	Table table;

	made_up.sockets = { listener(1, "::1", 80, 0, 1), listener(2, "127.0.0.1", 443, 9, 9),
		listener(3, "127.0.0.2", 80, 0, 1), listener(4, "127.0.0.1", 80, 0, 1) };
	EXPECT_EQ(order(table, false), (std::vector<uint64_t> { 4, 3, 1, 2 }));
}

TEST(QueueOrder, TheFullestFirstThenTheOnceFullest)
{
	Table table;

	made_up.sockets = { listener(1, "127.0.0.1", 1, 5, 100), listener(2, "127.0.0.1", 2, 5, 10),
		listener(3, "127.0.0.1", 3, 8, 10), listener(4, "127.0.0.1", 4, 0, 10) };
	table.read();
	made_up.sockets[2].queue_length.value = 0;
	EXPECT_EQ(order(table, true), (std::vector<uint64_t> { 2, 1, 3, 4 }));
}

/* ---- bar ---- */

queue_bar
bar(int length, int high_water, int limit, int width)
{
	queue made = {};

	made.socket = listener(1, "127.0.0.1", 1, length, limit);
	made.high_water = high_water;
	return queue_measure(&made, width);
}

TEST(QueueBar, IsTheShareOfTheLimit)
{
	EXPECT_EQ(bar(5, 5, 10, 20).now, 10);
	EXPECT_EQ(bar(5, 8, 10, 20).ever, 16);
	EXPECT_EQ(bar(0, 0, 10, 20).now, 0);
	EXPECT_EQ(bar(0, 0, 0, 20).now, 0);
}

TEST(QueueBar, IsFullWhereTheQueueIs)
{
	EXPECT_EQ(bar(10, 10, 10, 20).now, 20);
	EXPECT_EQ(bar(11, 11, 10, 20).now, 20); /* one more than the limit fits on Linux */
	EXPECT_EQ(bar(1, 1, 0, 20).now, 20);
}

TEST(QueueBar, ShowsTheLeastThatIsNotNothing)
{
	EXPECT_EQ(bar(1, 1, 4096, 10).now, 1);
	EXPECT_EQ(bar(1, 1, INT_MAX, 10).now, 1);
	EXPECT_EQ(bar(INT_MAX - 1, INT_MAX - 1, INT_MAX, 10).now, 9);
}

} // namespace

extern "C" void
backend_visit_listeners(backend_socket_visitor *visit, void *context, struct backend_sight *sight)
{
	*sight = {};
	sight->complete = true;
	for (const backend_socket &socket : made_up.sockets)
		visit(context, &socket);
}

extern "C" void
backend_visit_owners(const uint64_t *identities, size_t count, int,
    backend_owner_visitor *visit, void *context, struct backend_sight *sight)
{
	*sight = {};
	sight->complete = true;
	made_up.searches++;
	for (size_t i = 1; i < count; i++)
		EXPECT_LE(identities[i - 1], identities[i]);
	for (const Owner &owner : made_up.owners) {
		backend_process process = {};
		process.pid = owner.pid;
		snprintf(process.command, sizeof process.command, "%s", owner.command);
		process.descriptor = owner.descriptor;
		if (!visit(context, owner.identity, &process))
			return;
	}
}
