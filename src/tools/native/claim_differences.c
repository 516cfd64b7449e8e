/* SPDX-License-Identifier: ISC */
/* What a listener requested and its inherited socket does not have. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "address.h"
#include "backend.h"
#include "claims.h"
#include "failure.h"
#include "number.h"
#include "outcome_words.h"
#include "path_link.h"
#include "socket_option.h"
#include "sockopt.h"

/* The comparison of one socket. */
struct comparison {
	const struct listener *listener;
	const struct inherited_socket *socket;
	const struct request *request;
	void (*add)(void *context, const struct text *);
	void *context;
};

static void
add_difference(const struct comparison *comparison, const char *setting, const char *requested,
    const char *inherited)
{
	struct text text;

	text_init(&text);
	text_add_inherited(&text, comparison->socket);
	text_printf(&text, ": %s: %s requested, %s inherited", setting, requested, inherited);
	comparison->add(comparison->context, &text);
}

/* FreeBSD does not report the protocol and groups of netlink. */
static bool
is_known(const struct outcome *outcome)
{
	return outcome_kind(outcome) != BINDCHAIN_NETLINK || outcome->netlink.known;
}

static void
compare_address(const struct comparison *comparison)
{
	const struct outcome *outcome = &comparison->socket->outcome;
	char requested[ADDRESS_TEXT_SIZE], inherited[ADDRESS_TEXT_SIZE];

	if (comparison->request->kind == BINDCHAIN_FIFO) {
		if (!claims_has_path(comparison->socket, comparison->request->path))
			add_difference(comparison, "path", comparison->request->path, "another");
		return;
	}
	if (is_known(outcome) && !claims_has_address(comparison->socket, comparison->request))
		add_difference(comparison, "address", request_place(comparison->request, requested),
		    outcome_place(outcome, inherited));
}

/* The default, the largest of the system, requires nothing. */
static void
compare_backlog(const struct comparison *comparison)
{
	const struct bindchain_fact *limit = &comparison->socket->outcome.queue_limit;
	char requested[NUMBER_TEXT_SIZE], inherited[NUMBER_TEXT_SIZE];
	struct backend_backlog becomes;
	struct backend_limit system;

	if (!comparison->listener->has_backlog)
		return;
	backend_backlog_limit(&system);
	backend_judge_backlog(comparison->request->backlog, &system.value, &becomes);
	if (becomes.queue_limit.known && limit->known
	    && limit->value != becomes.queue_limit.value)
		add_difference(comparison, "backlog",
		    number_text(becomes.queue_limit.value, requested), fact_text(limit, inherited));
}

/* Where a FIFO is opened for reading and writing, that is visible. */
static void
compare_ends(const struct comparison *comparison)
{
	bool wanted = comparison->request->read_only || (backend_fifo_flags & O_ACCMODE) == O_RDONLY;

	if (comparison->request->kind == BINDCHAIN_FIFO && wanted != comparison->socket->read_only)
		add_difference(comparison, "read-only", wanted ? "yes" : "no", wanted ? "no" : "yes");
}

static void
compare_blocking(const struct comparison *comparison)
{
	static const char words[][4] = { "no", "yes" };

	if (comparison->socket->outcome.nonblocking != comparison->request->nonblocking)
		add_difference(comparison, "nonblocking", words[comparison->request->nonblocking],
		    words[comparison->socket->outcome.nonblocking]);
}

/* Those that only matter when a socket is bound, and that listeners set without being asked. */
static bool
is_compared(const struct request *request, int option)
{
	const struct option_setting *setting = &request->options[option];

	if (option == BINDCHAIN_REUSE_ADDRESS && setting->value)
		return false;
	if (option == BINDCHAIN_V6ONLY && address_family(&request->address) != AF_INET6)
		return false;
	return setting->want != BINDCHAIN_UNASKED;
}

/* A value of another kind has no text. */
static bool
has_text(const struct request *request, const struct outcome *outcome, int option)
{
	return option_table[option].value != OPTION_TEXT || !request->congestion
	    || strcmp(request->congestion, outcome->congestion) == 0;
}

static void
compare_option(const struct comparison *comparison, int option)
{
	const struct option_setting *setting = &comparison->request->options[option];
	const struct outcome *outcome = &comparison->socket->outcome;
	struct bindchain_fact fact = outcome->options[option];
	char requested[OPTION_VALUE_SIZE], inherited[OPTION_VALUE_SIZE];
	const struct backend_sockopt *row = &backend_sockopts[option];
	struct backend_spelling spelling;

	if (!is_compared(comparison->request, option))
		return;
	sockopt_spell(comparison->request, (enum bindchain_option)option, setting->value, &spelling);
	if (!spelling.count && !spelling.is_default)
		return; /* not supported: another message says so */
	if (fact.known && row->multiplied > 1)
		fact.value /= row->multiplied;
	if (!fact.known ? spelling.is_default
	    : fact.value == setting->value && has_text(comparison->request, outcome, option))
		return;
	add_difference(comparison, option_table[option].name,
	    socket_option_text((enum bindchain_option)option, setting->value,
	        comparison->request->congestion, requested),
	    fact.known ? socket_option_text((enum bindchain_option)option, fact.value,
	                     outcome->congestion, inherited)
	               : "unknown");
}

static void
compare_numbered(const struct comparison *comparison)
{
	for (int i = 0; i < comparison->request->numbered_count; i++) {
		const struct numbered_option *option = &comparison->request->numbered[i];
		char setting[sizeof "option " + sizeof option->text];
		char requested[NUMBER_TEXT_SIZE], inherited[NUMBER_TEXT_SIZE];
		struct bindchain_fact fact = outcome_read_number(comparison->socket->descriptor,
		    option->level, option->name);
		if (fact.known && fact.value == option->value)
			continue;
		snprintf(setting, sizeof setting, "option %s", option->text);
		add_difference(comparison, setting, number_text(option->value, requested),
		    fact_text(&fact, inherited));
	}
}

static void
compare_numbers(const struct comparison *comparison, const char *setting, bool is_requested,
    unsigned requested, unsigned found)
{
	char first[NUMBER_TEXT_SIZE], second[NUMBER_TEXT_SIZE];

	if (is_requested && requested != found)
		add_difference(comparison, setting, number_text(requested, first),
		    number_text(found, second));
}

/* The path is only looked at: whoever can write to its directory may have changed it, and
 * what is found there decides nothing. */
static void
compare_access(const struct comparison *comparison)
{
	const struct permissions *access = &comparison->request->access;
	const char *path = comparison->request->path;
	char requested[8], found[8];
	struct stat status;

	if (!path || !(access->has_mode || access->has_user || access->has_group)
	    || lstat(path, &status) != 0
	    || !(S_ISSOCK(status.st_mode) || S_ISFIFO(status.st_mode)))
		return;
	snprintf(requested, sizeof requested, "%04o", (unsigned)access->mode & 07777);
	snprintf(found, sizeof found, "%04o", (unsigned)status.st_mode & 07777);
	if (access->has_mode && strcmp(requested, found) != 0)
		add_difference(comparison, "mode", requested, found);
	compare_numbers(comparison, "owner", access->has_user, access->user, status.st_uid);
	compare_numbers(comparison, "group", access->has_group, access->group, status.st_gid);
}

static void
compare_link(const struct comparison *comparison)
{
	const struct request *request = comparison->request;

	if (request->symlink && request->path
	    && !path_link_leads_to(AT_FDCWD, request->symlink, request->path))
		add_difference(comparison, "symlink", request->symlink, "none");
}

void
claims_compare(const struct listener *listener, const struct inherited_socket *socket,
    const struct request *request, void (*add)(void *context, const struct text *), void *context)
{
	const struct comparison comparison = { listener, socket, request, add, context };

	compare_address(&comparison);
	compare_backlog(&comparison);
	compare_blocking(&comparison);
	compare_ends(&comparison);
	for (int option = 0; option < BINDCHAIN_OPTIONS; option++)
		compare_option(&comparison, option);
	compare_numbered(&comparison);
	compare_access(&comparison);
	compare_link(&comparison);
}
