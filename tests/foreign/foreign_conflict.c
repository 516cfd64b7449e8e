/* SPDX-License-Identifier: ISC */
/* The backend's rules of conflicts, asked about two sockets. */
#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include "conflict.h"
#include "kernel.h"
#include "words.h"

static struct conflict_address
make_address(const char *host)
{
	struct conflict_address address = { .family = strchr(host, ':') ? AF_INET6 : AF_INET };

	if (inet_pton(address.family, host, address.bytes) != 1)
		kernel_trap("an address that no test has");
	return address;
}

static struct conflict_side
make_side(const struct foreign_side *asked)
{
	return (struct conflict_side) { .is_stream = asked->is_stream,
		.listening = asked->listening, .v6only = asked->v6only,
		.reuse_address = asked->reuse_address, .share = asked->share,
		.balance = asked->balance, .user = (uid_t)asked->user,
		.address = make_address(asked->host) };
}

static const char *
receiver(const struct conflict_side *first, const struct conflict_side *second,
    const char *destination)
{
	static const char *const words[] = { [CONFLICT_NOBODY] = "-", [CONFLICT_FIRST] = "1",
		[CONFLICT_SECOND] = "2", [CONFLICT_BOTH] = "m", [CONFLICT_EACH] = "each" };
	struct conflict_address to = make_address(destination);

	return words[backend_conflict_rules.receiver(first, second, &to)];
}

void
foreign_conflict(const struct foreign_side *first, const struct foreign_side *second, char *bytes,
    size_t size)
{
	struct conflict_side there = make_side(first), coming = make_side(second);
	struct conflict_verdict verdict;
	struct words words;

	words_begin(&words, bytes, size);
	conflict_judge(&backend_conflict_rules, &there, &coming, &verdict);
	if (verdict.error) {
		words_add(&words, verdict.call == CONFLICT_BIND ? "bind " : "listen ");
		words_add(&words, kernel_error_name(verdict.error));
		return;
	}
	words_add(&words, "ok ");
	words_add(&words, receiver(&there, &coming, "127.0.0.1"));
	words_add(&words, receiver(&there, &coming, "::1"));
}
