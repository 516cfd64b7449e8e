/* SPDX-License-Identifier: ISC */
#include "sources.h"

#include <stdlib.h>
#include <string.h>

/* Sources without connections whose rates are remembered. */
#define REMEMBERED 16384U
/* So many are looked at for one to forget. */
#define STEPS 64
#define NANOSECONDS 1000000000ULL
#define IPV4_LENGTH 4U

/* A mapped address, as a dual-stack socket has it of an IPv4 client, is the IPv4 address. */
static size_t
read_bytes(const struct address *address, unsigned char bytes[ADDRESS_BYTES_MAX])
{
	size_t length = address_bytes(address, bytes), prefix;

	if (!address_is_mapped(address))
		return length;
	prefix = length - IPV4_LENGTH;
	memcpy(bytes, bytes + prefix, IPV4_LENGTH);
	memset(bytes + IPV4_LENGTH, 0, prefix);
	return IPV4_LENGTH;
}

void
source_of_address(struct source_key *key, const struct address *address,
    const struct serve_rules *rules)
{
	size_t length;
	unsigned prefix;

	memset(key, 0, sizeof *key);
	length = read_bytes(address, key->bytes);
	if (length == 0)
		return;
	key->kind = length == IPV4_LENGTH ? SOURCE_IPV4 : SOURCE_IPV6;
	prefix = length == IPV4_LENGTH ? rules->ipv4_prefix : rules->ipv6_prefix;
	for (unsigned i = 0; i < length; i++)
		if (8 * i >= prefix)
			key->bytes[i] = 0;
		else if (8 * i + 8 > prefix)
			key->bytes[i] &= (unsigned char)(0xff00U >> (prefix - 8 * i));
}

void
source_of_user(struct source_key *key, uid_t user)
{
	memset(key, 0, sizeof *key);
	key->kind = SOURCE_USER;
	memcpy(key->bytes, &user, sizeof user);
}

uid_t
source_user(const struct source_key *key)
{
	uid_t user;

	memcpy(&user, key->bytes, sizeof user);
	return user;
}

/* FNV-1a, begun differently in each process: a client chooses its addresses. */
static uint32_t *
list_of(const struct sources *sources, const struct source_key *key)
{
	uint32_t hash = sources->seed ^ key->kind;

	for (size_t i = 0; i < sizeof key->bytes; i++)
		hash = (hash ^ key->bytes[i]) * 16777619U;
	return &sources->heads[(hash ^ hash >> 15) & sources->mask];
}

/* One more, for a connection that a limit refuses. */
static uint32_t
room_for(unsigned limit, const struct serve_rules *rules)
{
	return limit + 1 + (rules->rate ? REMEMBERED : 0);
}

bool
sources_open(struct sources *sources, unsigned limit, const struct serve_rules *rules)
{
	size_t lists = 1;

	memset(sources, 0, sizeof *sources);
	sources->room = room_for(limit, rules);
	while (lists < sources->room)
		lists *= 2;
	sources->mask = (uint32_t)(lists - 1);
	sources->heads = calloc(lists, sizeof *sources->heads);
	sources->list = calloc(sources->room, sizeof *sources->list);
	if (sources->heads && sources->list) {
		/* Where the kernel put them is unknown to others. */
		sources->seed = 2166136261U ^ (uint32_t)((uintptr_t)sources->list >> 12);
		return true;
	}
	sources_close(sources);
	return false;
}

void
sources_close(struct sources *sources)
{
	free(sources->heads);
	free(sources->list);
	sources->heads = NULL;
	sources->list = NULL;
}

static void
link_source(struct sources *sources, uint32_t number)
{
	struct source *source = sources_get(sources, number);
	uint32_t *head = list_of(sources, &source->key);

	source->next = *head;
	*head = number;
}

bool
sources_grow(struct sources *sources, unsigned limit, const struct serve_rules *rules)
{
	struct sources larger;

	if (room_for(limit, rules) <= sources->room)
		return true;
	if (!sources_open(&larger, limit, rules))
		return false;
	memcpy(larger.list, sources->list, sources->used * sizeof *larger.list);
	larger.used = sources->used;
	larger.unused = sources->unused;
	for (size_t i = 0; i <= sources->mask; i++)
		for (uint32_t number = sources->heads[i]; number;
		     number = sources_get(sources, number)->next)
			link_source(&larger, number);
	sources_close(sources);
	*sources = larger;
	return true;
}

struct source *
sources_get(const struct sources *sources, uint32_t number)
{
	return &sources->list[number - 1];
}

static void
forget(struct sources *sources, uint32_t number)
{
	struct source *source = sources_get(sources, number);
	uint32_t *link = list_of(sources, &source->key);

	while (*link != number)
		link = &sources_get(sources, *link)->next;
	*link = source->next;
	memset(source, 0, sizeof *source);
	source->next = sources->unused;
	sources->unused = number;
}

/* One without connections, best one whose rate has long been kept.  At least one exists:
 * there is room for more than the limit. */
static void
forget_one(struct sources *sources, uint64_t now)
{
	uint32_t chosen = 0;

	for (uint32_t step = 0; step < STEPS || !chosen; step++) {
		const struct source *source = &sources->list[sources->hand];
		sources->hand = (sources->hand + 1) % sources->room;
		if (source->count > 0)
			continue;
		chosen = (uint32_t)(source - sources->list) + 1;
		if (source->due <= now)
			break;
	}
	forget(sources, chosen);
}

uint32_t
sources_find(struct sources *sources, const struct source_key *key, uint64_t now)
{
	uint32_t number;

	for (number = *list_of(sources, key); number; number = sources_get(sources, number)->next)
		if (memcmp(&sources_get(sources, number)->key, key, sizeof *key) == 0)
			return number;
	if (!sources->unused && sources->used == sources->room)
		forget_one(sources, now);
	number = sources->unused;
	if (number)
		sources->unused = sources_get(sources, number)->next;
	else
		number = ++sources->used;
	*sources_get(sources, number) = (struct source) { .key = *key };
	link_source(sources, number);
	return number;
}

bool
sources_admit(struct sources *sources, uint32_t number, const struct serve_rules *rules,
    uint64_t now)
{
	struct source *source = sources_get(sources, number);
	uint64_t period = rules->period * NANOSECONDS, interval;

	if (!rules->rate)
		return true;
	interval = period / rules->rate;
	if (source->due < now)
		source->due = now;
	if (source->due - now > period - interval)
		return false;
	source->due += interval;
	return true;
}

void
sources_release(struct sources *sources, uint32_t number, uint64_t now)
{
	const struct source *source = sources_get(sources, number);

	if (source->count == 0 && source->due <= now)
		forget(sources, number);
}
