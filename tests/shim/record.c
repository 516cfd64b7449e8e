/* SPDX-License-Identifier: ISC */
/*
 * The log: one line for each call, "PID call arguments = result", in symbols.
 * It is in shared memory, because a descriptor of the log's own would be seen
 * by what is tested, and lost to what closes descriptors.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <linux/vm_sockets.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "names.h"
#include "shim.h"

const char *const call_names[CALLS] = {
#define CALL(type, name, parameters, arguments) #name,
#define FUNCTION(type, name, parameters, arguments) #name,
#define VARIADIC(name, alias) #name,
#include "calls.h"
};

static void
add(struct record *record, const char *text, size_t length)
{
	size_t room = sizeof record->text - 1 - record->length;

	if (length > room)
		length = room;
	memcpy(record->text + record->length, text, length);
	record->length += length;
	record->text[record->length] = '\0';
}

static void
add_text(struct record *record, const char *text)
{
	add(record, text, strlen(text));
}

static void
add_number(struct record *record, long long number)
{
	char digits[24];
	size_t start = sizeof digits;
	unsigned long long rest = number < 0 ? 0ULL - (unsigned long long)number
	                                     : (unsigned long long)number;

	do {
		digits[--start] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (number < 0)
		digits[--start] = '-';
	add(record, digits + start, sizeof digits - start);
}

void
record_problem(struct world *world, const char *problem)
{
	if (!__atomic_exchange_n(&world->problem_seen, 1, __ATOMIC_SEQ_CST))
		strncpy(world->problem, problem, sizeof world->problem - 1);
}

static void
append(struct world *world, const struct record *record)
{
	uint32_t length = (uint32_t)record->length;
	uint32_t start = __atomic_fetch_add(&world->log_length, length, __ATOMIC_SEQ_CST);

	if (start + length > sizeof world->log)
		record_problem(world, "the log is full");
	else
		memcpy(world->log + start, record->text, length);
}

/* A rule strikes at the nth call, counted over all processes of the chain. */
static void
look_for_fault(struct record *record)
{
	struct world *world = record->world;
	uint32_t nth = __atomic_add_fetch(&world->calls[record->call], 1, __ATOMIC_SEQ_CST);

	for (uint32_t i = 0; i < world->fault_count; i++) {
		struct world_fault *fault = &world->faults[i];
		if (fault->call != record->call || fault->nth != nth)
			continue;
		fault->fired++;
		record->struck = true;
		record->error = fault->error;
	}
}

void
record_begin(struct record *record, enum call_id call)
{
	*record = (struct record) { .world = session(), .call = call };
	look_for_fault(record);
	add_number(record, getpid());
	add_text(record, " ");
	add_text(record, call_names[call]);
}

void
record_word(struct record *record, const char *word)
{
	add_text(record, " ");
	add_text(record, word);
}

void
record_number(struct record *record, long long number)
{
	add_text(record, " ");
	add_number(record, number);
}

void
record_text(struct record *record, const char *text)
{
	static const char hex[] = "0123456789abcdef";

	add_text(record, " \"");
	for (; text && *text; text++) {
		unsigned char byte = (unsigned char)*text;
		char escape[] = { '\\', 'x', hex[byte >> 4], hex[byte & 15] };
		bool is_plain = byte > ' ' && byte < 0x7f && byte != '"' && byte != '\\';
		if (is_plain)
			add(record, text, 1);
		else
			add(record, escape, sizeof escape);
	}
	add_text(record, "\"");
}

/* A path; an abstract name begins with its null byte, here "@". */
static void
record_path(struct record *record, const struct sockaddr *address, socklen_t length)
{
	struct sockaddr_un path;
	size_t start = offsetof(struct sockaddr_un, sun_path);
	char text[sizeof path.sun_path + 1] = { 0 };

	if (length > sizeof path)
		length = sizeof path;
	if (length > start)
		memcpy(text, (const char *)address + start, length - start);
	if (length > start && !text[0])
		text[0] = '@';
	record_text(record, text);
}

/* A CID or a port: "any", or a number. */
static void
record_vsock(struct record *record, uint32_t number)
{
	if (number == VMADDR_CID_ANY)
		record_word(record, "any");
	else
		record_number(record, number);
}

/* "127.0.0.1 80", "::1 80", "fe80::1%2 80"; an odd length behind it.  Of netlink
 * whether the port is the process's own or chosen by the kernel, and the groups. */
void
record_address(struct record *record, const struct sockaddr *address, socklen_t length)
{
	char host[INET6_ADDRSTRLEN] = "?";
	struct sockaddr_in inet;
	struct sockaddr_in6 inet6;
	struct sockaddr_nl netlink;
	struct sockaddr_vm vsock;

	if (address && address->sa_family == AF_UNIX) {
		record_path(record, address, length);
		return;
	}
	if (address && address->sa_family == AF_NETLINK && length >= sizeof netlink) {
		memcpy(&netlink, address, sizeof netlink);
		record_word(record, netlink.nl_pid == (uint32_t)getpid() ? "own"
		    : netlink.nl_pid ? "other" : "free");
		record_number(record, netlink.nl_groups);
		return;
	}
	if (address && address->sa_family == AF_VSOCK && length >= sizeof vsock) {
		memcpy(&vsock, address, sizeof vsock);
		record_vsock(record, vsock.svm_cid);
		record_vsock(record, vsock.svm_port);
		return;
	}
	add_text(record, " ");
	if (address && address->sa_family == AF_INET && length >= sizeof inet) {
		memcpy(&inet, address, sizeof inet);
		add_text(record, inet_ntop(AF_INET, &inet.sin_addr, host, sizeof host));
		record_number(record, ntohs(inet.sin_port));
	} else if (address && address->sa_family == AF_INET6 && length >= sizeof inet6) {
		memcpy(&inet6, address, sizeof inet6);
		add_text(record, inet_ntop(AF_INET6, &inet6.sin6_addr, host, sizeof host));
		if (inet6.sin6_scope_id) {
			add_text(record, "%");
			add_number(record, inet6.sin6_scope_id);
		}
		record_number(record, ntohs(inet6.sin6_port));
	} else
		add_text(record, "?");
	if (address && ((address->sa_family == AF_INET && length != sizeof inet)
	        || (address->sa_family == AF_INET6 && length != sizeof inet6)))
		record_number(record, length);
}

static const char *
name_of(const struct record_name *names, long value)
{
	for (; names->name; names++)
		if (names->value == value)
			return names->name;
	return NULL;
}

void
record_named(struct record *record, const struct record_name *names, long value)
{
	const char *name = name_of(names, value);

	if (name)
		record_word(record, name);
	else
		record_number(record, value);
}

void
record_flags(struct record *record, const struct record_name *names, long base_mask, long value)
{
	long rest = value & ~base_mask;

	record_named(record, names, value & base_mask);
	for (; names->name; names++) {
		if (!(names->value & ~base_mask) || (rest & names->value) != names->value)
			continue;
		add_text(record, "|");
		add_text(record, names->name);
		rest &= ~names->value;
	}
	if (rest) {
		add_text(record, "|");
		add_number(record, rest);
	}
}

void
record_end_word(struct record *record, const char *word)
{
	add_text(record, " = ");
	add_text(record, word);
	/* A line that was cut is one line all the same. */
	if (record->length == sizeof record->text - 1)
		record->length--;
	add_text(record, "\n");
	append(record->world, record);
}

long
record_end(struct record *record, long result)
{
	struct record number = { .length = 0 };
	const char *error = result < 0 ? names_of(names_errors, (int)-result) : NULL;

	if (!error)
		add_number(&number, result);
	record_end_word(record, error ? error : number.text);
	return result;
}

void
record_note(struct world *world, const char *note, long long number, const char *text)
{
	struct record record = { .world = world };

	add_number(&record, getpid());
	add_text(&record, " ");
	add_text(&record, note);
	record_number(&record, number);
	record_text(&record, text);
	add_text(&record, "\n");
	append(world, &record);
}
