/* SPDX-License-Identifier: ISC */
#include "accept_options.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "failure.h"
#include "fatal.h"
#include "message.h"
#include "native.h"
#include "number.h"
#include "outcome.h"
#include "report_failure.h"
#include "socket_option.h"
#include "sockopt.h"

/* ---- the command line ---- */

static size_t
name_length(const char *text)
{
	return strcspn(text, "=");
}

/* The value of ROW in TEXT: a number, or 1 of a name. */
static int
read_value(const struct invocation *invocation, const char *text, const struct option_row *row)
{
	const char *value = text + name_length(text) + 1;
	const struct number_rule rule = { .base = 10, .minimum = row->least,
		.maximum = option_greatest((enum bindchain_option)(row - option_table)) };
	long long number;
	int mask;

	if (row->value == OPTION_TEXT) {
		if (!value[0] || strlen(value) >= OPTION_TEXT_SIZE)
			fatal(invocation, "--set=%s: not a name of 1 to %d bytes", text,
			    OPTION_TEXT_SIZE - 1);
		return 1;
	}
	if (row->is_mask) {
		if (number_read_mask(value, &mask) != NUMBER_READ)
			fatal(invocation, "--set=%s: not a number from 0 to 0xffffffff", text);
		return mask;
	}
	if (number_read(value, &rule, &number) != NUMBER_READ)
		fatal(invocation, "--set=%s: not a number from %lld to %lld", text, rule.minimum,
		    rule.maximum);
	return (int)number;
}

/* OWN becomes the value if that is a text. */
static enum bindchain_option
find_option(const struct invocation *invocation, const char *text, int *value, const char **own)
{
	size_t length = name_length(text);

	for (enum bindchain_option option = 0; option < BINDCHAIN_OPTIONS; option++) {
		const struct option_row *row = &option_table[option];
		bool is_flag = row->value == OPTION_FLAG;
		if (strlen(row->name) != length || strncmp(row->name, text, length) != 0
		    || !row->of_connections)
			continue;
		if (is_flag && text[length])
			fatal(invocation, "--set=%s: %s takes no value", text, row->name);
		if (!is_flag && !text[length])
			fatal(invocation, "--set=%s: %s needs a value", text, row->name);
		*value = is_flag ? 1 : read_value(invocation, text, row);
		*own = text[length] ? text + length + 1 : NULL;
		return option;
	}
	fatal(invocation, "--set=%s: not an option of connections", text);
}

void
accept_options_add(const struct invocation *invocation, struct accept_options *options,
    const char *text)
{
	size_t length = name_length(text);
	const char *own;
	int i = 0, value;

	find_option(invocation, text, &value, &own);
	while (i < options->count && (name_length(options->texts[i]) != length
	           || strncmp(options->texts[i], text, length) != 0))
		i++;
	if (i < ACCEPT_OPTIONS_MAX)
		options->texts[i] = text;
	else
		fatal(invocation, "more than %d of --set", ACCEPT_OPTIONS_MAX);
	if (i == options->count)
		options->count++;
}

/* ---- calls ---- */

static enum bindchain_kind
kind_of(const struct server_listener *listener)
{
	return address_is_internet(&listener->address) ? BINDCHAIN_TCP : BINDCHAIN_UNIX_STREAM;
}

/* A request of a socket like the connections of LISTENER. */
static void
make_request(const struct server_listener *listener, struct request *like)
{
	struct bindchain_fact v6only;

	request_init(like, kind_of(listener));
	like->address = listener->address;
	like->host = ""; /* the address is known: report_failure() */
	like->backlog = BINDCHAIN_NO_LISTEN;
	if (address_family(&listener->address) != AF_INET6)
		return;
	v6only = outcome_read_number(listener->descriptor, IPPROTO_IPV6, IPV6_V6ONLY);
	if (v6only.known)
		like->options[BINDCHAIN_V6ONLY] = (struct option_setting) { BINDCHAIN_REQUIRED,
			v6only.value != 0 };
}

/* A mix of TCP and Unix sockets is usual: an option of one family is set there.  WHY becomes the
 * reason if the kernel accepts it in vain. */
static bool
add_option(const struct invocation *invocation, struct server_listener *listener,
    enum bindchain_option option, int value, const char *own, const char **why)
{
	struct backend_spelling spelling;
	struct request like;

	make_request(listener, &like);
	like.congestion = own;
	sockopt_spell(&like, option, value, &spelling);
	if (spelling.count > SERVER_OPTIONS_MAX - listener->option_count)
		fatal(invocation, "--set: more than %d calls of setsockopt(2) for a connection",
		    SERVER_OPTIONS_MAX);
	for (size_t i = 0; i < spelling.count; i++)
		listener->options[listener->option_count++] = spelling.calls[i];
	if (spelling.doubt)
		*why = spelling.doubt;
	return spelling.count > 0 || spelling.is_default;
}

void
accept_options_read(const struct invocation *invocation, struct accept_options *options,
    struct server *server)
{
	for (int i = 0; i < options->count; i++) {
		const char *own, *text = options->texts[i], *why = NULL;
		bool is_set = false;
		int value;
		enum bindchain_option option = find_option(invocation, text, &value, &own);
		for (size_t j = 0; j < server->listener_count; j++)
			if (add_option(invocation, &server->listeners[j], option, value, own, &why))
				is_set = true;
		if (!is_set && server->listener_count > 0)
			fatal(invocation, "--set=%s: not supported on these sockets", text);
		if (why)
			options->doubts[options->doubt_count++]
			    = (struct accept_doubt) { option_table[option].name, why };
	}
}

/* ---- the trial ---- */

/* Multipath TCP has fewer options than TCP; 0 is the usual protocol. */
static int
protocol_of(int descriptor)
{
#ifdef SO_PROTOCOL
	struct bindchain_fact protocol = outcome_read_number(descriptor, SOL_SOCKET, SO_PROTOCOL);

	return protocol.known ? protocol.value : 0;
#else
	(void)descriptor;
	return 0;
#endif
}

static int
open_like(const struct server_listener *listener, const struct request *like)
{
	const struct option_setting *v6only = &like->options[BINDCHAIN_V6ONLY];
	struct bindchain_fact type
	    = outcome_read_number(listener->descriptor, SOL_SOCKET, SO_TYPE);
	int descriptor = socket(address_family(&listener->address),
	    type.known ? type.value : SOCK_STREAM, protocol_of(listener->descriptor));

	if (descriptor >= 0 && v6only->want != BINDCHAIN_UNASKED)
		setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &v6only->value,
		    sizeof v6only->value);
	return descriptor;
}

/* Security policies deny socket(2) to servers that inherit their sockets; and a protocol can be
 * disabled since. */
static bool
may_not_open(int error)
{
	return error == EACCES || error == EPERM || error == EAFNOSUPPORT || error == ENOPROTOOPT;
}

/* Returns false with what fails, and LIKE, a request of such a socket, to report it with. */
static bool
try_listener(const struct server_listener *listener, struct request *like,
    struct bindchain_failure *failure)
{
	const struct backend_option *failed;
	int descriptor;

	if (listener->option_count == 0)
		return true;
	make_request(listener, like);
	descriptor = open_like(listener, like);
	if (descriptor < 0) {
		failure_set(failure, BINDCHAIN_SOCKET, errno);
		return may_not_open(failure->error);
	}
	failed = server_set_options(listener, descriptor);
	if (failed) {
		failure_set(failure, BINDCHAIN_SETSOCKOPT, errno);
		failure->subject = failed->name_text;
	}
	close(descriptor);
	return !failed;
}

void
accept_options_try(struct invocation *invocation, const struct server *server)
{
	struct bindchain_failure failure;

	for (size_t i = 0; i < server->listener_count; i++)
		if (!try_listener(&server->listeners[i], &invocation->request, &failure))
			report_failure(invocation, &failure);
	invocation->request.host = NULL;
}

/* ---- options without effect ---- */

void
accept_options_warn(const struct invocation *invocation, const struct accept_options *given)
{
	for (int i = 0; i < given->doubt_count; i++)
		message_warn(invocation, "--set=%s: %s", given->doubts[i].name,
		    given->doubts[i].why);
}

/* ---- for explain ---- */

/* With the effective user of the server, whose privileges decide. */
static bool
foresee(const struct invocation *invocation, const struct server_listener *listener,
    const struct identity *user, struct request *like, struct bindchain_failure *failure)
{
	const uid_t own = geteuid();
	bool work;

	if (!user || seteuid(user->user) != 0)
		return try_listener(listener, like, failure);
	work = try_listener(listener, like, failure);
	if (seteuid(own) != 0)
		native_fatal_call(invocation, "seteuid", "after a trial of options");
	return work;
}

static void
tell_failures(const struct invocation *invocation, struct serving *serving,
    const struct identity *user)
{
	const struct server *server = serving->server;
	struct bindchain_failure failure;
	struct request like;
	struct text problem;

	for (size_t i = 0; i < server->listener_count; i++) {
		if (serving->problems[i]
		    || foresee(invocation, &server->listeners[i], user, &like, &failure))
			continue;
		text_init(&problem);
		text_add_failure(&problem, &failure, &like);
		serving->problems[i] = native_copy_text(invocation, &problem);
	}
}

static void
tell_doubts(const struct invocation *invocation, const struct accept_options *given,
    struct serving *serving)
{
	struct text text;

	serving->warnings
	    = native_allocate(invocation, ACCEPT_OPTIONS_MAX, sizeof *serving->warnings);
	for (int i = 0; i < given->doubt_count; i++) {
		text_init(&text);
		text_printf(&text, "%s: %s", given->doubts[i].name, given->doubts[i].why);
		serving->warnings[serving->warning_count++]
		    = native_copy_text(invocation, &text);
	}
}

void
accept_options_tell(const struct invocation *invocation, const struct accept_options *given,
    struct serving *serving, const struct identity *user)
{
	tell_failures(invocation, serving, user);
	tell_doubts(invocation, given, serving);
}
