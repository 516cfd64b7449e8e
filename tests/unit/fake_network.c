/* SPDX-License-Identifier: ISC */
#include "fake_network.h"

#include <dlfcn.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"

struct fake_network fake_network;

typedef int getaddrinfo_function(const char *, const char *, const struct addrinfo *,
    struct addrinfo **);
typedef void freeaddrinfo_function(struct addrinfo *);

/* The C library's definition.  POSIX lets dlsym(3) return functions. */
static void
find_real(const char *name, void *function, size_t size)
{
	void *symbol = dlsym(RTLD_NEXT, name);

	if (!symbol)
		abort();
	memcpy(function, &symbol, size);
}

static void *
allocate(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory)
		abort();
	return memory;
}

/* One allocation holds the result and its address, and marks it as ours. */
struct answer {
	struct addrinfo result;
	struct address address;
};

static const char ours[] = "fake";

static struct addrinfo *
make_answer(const char *host, struct addrinfo *next)
{
	struct answer *answer = allocate(sizeof *answer);

	if (!address_from_literal(&answer->address, host, fake_network.answer_port))
		abort();
	answer->result.ai_family = address_family(&answer->address);
	answer->result.ai_addr = (struct sockaddr *)&answer->address.storage;
	answer->result.ai_addrlen = answer->address.length;
	answer->result.ai_canonname = (char *)(size_t)ours;
	answer->result.ai_next = next;
	return &answer->result;
}

static int
answer(struct addrinfo **results)
{
	if (fake_network.answer_status) {
		errno = fake_network.answer_errno;
		return fake_network.answer_status;
	}
	*results = NULL;
	for (size_t i = fake_network.answer_count; i > 0; i--)
		*results = make_answer(fake_network.answers[i - 1], *results);
	fake_network.lists_held++;
	return 0;
}

int
getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
    struct addrinfo **results)
{
	const int numbers = AI_NUMERICHOST | AI_NUMERICSERV;
	getaddrinfo_function *real;
	int status;

	fake_network.questions++;
	fake_network.hints = *hints;
	if ((hints->ai_flags & numbers) != numbers) {
		fake_network.name_questions++;
		return answer(results);
	}
	find_real("getaddrinfo", &real, sizeof real);
	status = real(host, service, hints, results);
	if (status == 0)
		fake_network.lists_held++;
	return status;
}

void
freeaddrinfo(struct addrinfo *results)
{
	freeaddrinfo_function *real;

	fake_network.lists_held--;
	if (results->ai_canonname != ours) {
		find_real("freeaddrinfo", &real, sizeof real);
		real(results);
		return;
	}
	while (results) {
		struct addrinfo *next = results->ai_next;
		free(results);
		results = next;
	}
}

/* Likewise an interface and its address. */
struct entry {
	struct ifaddrs interface;
	struct address address;
};

static struct ifaddrs *
make_interface(const struct fake_interface *from, char *own_name, struct ifaddrs *next)
{
	static char name[] = "fake0";
	struct entry *entry = allocate(sizeof *entry);

	entry->interface.ifa_name = own_name[0] ? own_name : name;
	entry->interface.ifa_flags = from->flags;
	entry->interface.ifa_next = next;
	if (!from->address)
		return &entry->interface;
	entry->interface.ifa_addr = (struct sockaddr *)&entry->address.storage;
	entry->address.storage.ss_family = AF_UNIX; /* neither IPv4 nor IPv6 */
	if (*from->address && !address_from_literal(&entry->address, from->address, 0))
		abort();
	return &entry->interface;
}

int
getifaddrs(struct ifaddrs **list)
{
	if (fake_network.interfaces_error) {
		errno = fake_network.interfaces_error;
		return -1;
	}
	*list = NULL;
	for (size_t i = fake_network.interface_count; i > 0; i--)
		*list = make_interface(&fake_network.interfaces[i - 1],
		    fake_network.names[i - 1], *list);
	fake_network.lists_held++;
	return 0;
}

void
freeifaddrs(struct ifaddrs *list)
{
	fake_network.lists_held--;
	while (list) {
		struct ifaddrs *next = list->ifa_next;
		free(list);
		list = next;
	}
}
