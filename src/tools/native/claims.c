/* SPDX-License-Identifier: ISC */
#include "claims.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "address.h"
#include "backend.h"
#include "compat.h"
#include "failure.h"
#include "fatal.h"
#include "listen_fds.h"
#include "message.h"
#include "native.h"
#include "path_place.h"
#include "outcome_words.h"
#include "report_failure.h"
#include "socket_option.h"
#include "sockopt.h"

/* ---- messages ---- */

void
text_add_inherited(struct text *text, const struct inherited_socket *socket)
{
	text_printf(text, "inherited descriptor %d", socket->descriptor);
	if (socket->name)
		text_printf(text, " \"%s\"", socket->name);
}

static void
add_request(struct text *text, const struct request *request)
{
	char buffer[ADDRESS_TEXT_SIZE];

	text_printf(text, "%s %s", kind_text(request->kind), request_place(request, buffer));
}

/* Ends the line of an error in the command line, which was begun with message_begin(). */
static _Noreturn void
refuse(const struct invocation *invocation, struct text *text)
{
	message_keep(text);
	fatal_exit(invocation, NATIVE_EXIT_USAGE);
}

/* Begins with what is wrong with SOCKET. */
static void
begin_refusal(struct text *text, const struct invocation *invocation,
    const struct inherited_socket *socket)
{
	message_begin(text, invocation, native_personality.fatal);
	text_add_inherited(text, socket);
}

static _Noreturn void
refuse_twice(const struct invocation *invocation, const struct inherited_socket *socket, int index)
{
	struct text text;

	begin_refusal(&text, invocation, socket);
	text_printf(&text, " is for two listeners: ");
	add_request(&text, &invocation->requests[socket->listener]);
	text_printf(&text, " and ");
	add_request(&text, &invocation->requests[index]);
	refuse(invocation, &text);
}

static _Noreturn void
refuse_several(const struct invocation *invocation, const char *name, int count, int index)
{
	struct text text;

	message_begin(&text, invocation, native_personality.fatal);
	text_printf(&text, "%d inherited sockets have the name %s, but none is ", count, name);
	add_request(&text, &invocation->requests[index]);
	refuse(invocation, &text);
}

static _Noreturn void
refuse_kind(const struct invocation *invocation, const struct inherited_socket *socket,
    const struct request *request)
{
	char buffer[ADDRESS_TEXT_SIZE];
	struct text text;

	begin_refusal(&text, invocation, socket);
	if (!socket->is_socket) {
		text_printf(&text, " is not a socket, for ");
		add_request(&text, request);
		refuse(invocation, &text);
	}
	text_printf(&text, " is %s %s, not ", kind_text(outcome_kind(&socket->outcome)),
	    outcome_place(&socket->outcome, buffer));
	add_request(&text, request);
	refuse(invocation, &text);
}

static _Noreturn void
refuse_deaf(const struct invocation *invocation, const struct inherited_socket *socket,
    const struct request *request)
{
	struct text text;

	begin_refusal(&text, invocation, socket);
	text_printf(&text, " is not listening, for ");
	add_request(&text, request);
	refuse(invocation, &text);
}

/* ---- reading ---- */

/* Of a file that is not a socket. */
static void
read_fifo(struct inherited_socket *socket)
{
	int flags = fcntl(socket->descriptor, F_GETFL);
	struct stat status;

	socket->is_fifo = flags >= 0 && fstat(socket->descriptor, &status) == 0
	    && S_ISFIFO(status.st_mode);
	socket->outcome = (struct outcome) { .descriptor = socket->descriptor };
	socket->outcome.nonblocking = socket->is_fifo && flags & O_NONBLOCK;
	socket->read_only = socket->is_fifo && (flags & O_ACCMODE) == O_RDONLY;
}

static void
read_socket(const struct invocation *invocation, struct inherited_socket *socket, int descriptor,
    const char *name)
{
	struct outcome *outcome = &socket->outcome;

	socket->descriptor = descriptor;
	socket->name = name;
	socket->listener = -1;
	socket->is_socket = outcome_read(descriptor, outcome) == 0;
	if (!socket->is_socket && errno == ENOTSOCK) {
		read_fifo(socket);
		return;
	}
	/* An address that is unknown would be that of another socket. */
	if (!socket->is_socket
	    || (outcome->family == AF_UNSPEC && !address_read(&outcome->address, descriptor)))
		native_fatal_descriptor(invocation, "read back", descriptor);
	outcome->family = address_family(&outcome->address);
}

static void
read_sockets(const struct invocation *invocation, struct claims *claims)
{
	static const struct inherited_from from = { .convention = INHERITED_BY_SYSTEMD };
	struct bindchain_failure failure;
	struct inherited inherited;
	int count;

	if (handover_inherited(&count, &failure) != 0)
		report_failure(invocation, &failure);
	if (count == 0) {
		struct listen_environment environment;
		listen_environment_read(&environment);
		claims->is_for_other = environment.fds && environment.owner != LISTEN_OWNER_US;
		return;
	}
	if (inherited_take(&inherited, &from, false) != INHERITED_WELL)
		native_fatal_memory(invocation);
	claims->sockets = native_allocate(invocation, (size_t)count, sizeof *claims->sockets);
	claims->count = count;
	for (int i = 0; i < count; i++)
		read_socket(invocation, &claims->sockets[i], inherited.descriptors[i], inherited.names[i]);
}

/* ---- choosing ---- */

static bool
is_deaf(const struct inherited_socket *socket, const struct request *request)
{
	const struct bindchain_fact *listening = &socket->outcome.listening;

	return request->backlog != BINDCHAIN_NO_LISTEN && listening->known && !listening->value;
}

/* A netlink socket of another protocol is one of another kind. */
static bool
has_kind(const struct inherited_socket *socket, const struct request *request)
{
	const struct backend_netlink *netlink = &socket->outcome.netlink;

	if (request->kind == BINDCHAIN_FIFO)
		return socket->is_fifo;
	return socket->is_socket && outcome_kind(&socket->outcome) == request->kind
	    && address_family(&socket->outcome.address) == address_family(&request->address)
	    && (!netlink->known || netlink->protocol == request->protocol);
}

/* "unknown" is no name: sd_listen_fds_with_names(3). */
static bool
has_name(const struct inherited_socket *socket, const struct listener *listener)
{
	return listener->name && socket->name && strcmp(socket->name, "unknown") != 0
	    && strcmp(socket->name, listener->name) == 0;
}

/* The port of a netlink address is of no interest: the kernel chooses it. */
static bool
is_same_netlink(const struct inherited_socket *socket, const struct request *request)
{
	const struct backend_netlink *netlink = &socket->outcome.netlink;
	struct backend_netlink requested;

	backend_read_netlink(socket->descriptor, &request->address, &requested);
	return netlink->known && netlink->protocol == request->protocol
	    && netlink->groups == requested.groups;
}

/* The supervisor opened the FIFO: what is at the path now decides nothing else. */
bool
claims_has_path(const struct inherited_socket *socket, const char *path)
{
	struct stat opened, named;

	return fstat(socket->descriptor, &opened) == 0 && stat(path, &named) == 0
	    && opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/* Another directory has such a name, too. */
static bool
is_bound_there(const struct inherited_socket *socket, const char *path)
{
	const struct timespec since = { 0 };
	struct path_place directory;
	struct path_entry entry;
	const char *call;
	bool is_bound;

	if (path_place_open(&directory, path) != 0)
		return false;
	is_bound = path_place_find(&directory, &entry) == 0
	    && path_entry_is_bound(&entry, NULL, socket->descriptor, &since, &call) == 1;
	path_entry_close(&entry);
	path_place_close(&directory);
	return is_bound;
}

static bool
is_same(const struct inherited_socket *socket, const struct request *request)
{
	if (request->kind == BINDCHAIN_FIFO)
		return claims_has_path(socket, request->path);
	if (request_binds_by_name(request) && !is_bound_there(socket, request->path))
		return false;
	return request->kind == BINDCHAIN_NETLINK
	    ? is_same_netlink(socket, request)
	    : address_is_same(&socket->outcome.address, &request->address);
}

bool
claims_has_address(const struct inherited_socket *socket, const struct request *request)
{
	bool has_port = address_is_internet(&request->address) || kind_is_vsock(request->kind);

	return is_same(socket, request)
	    || (has_port && address_answers(&socket->outcome.address, &request->address));
}

/* Port 0 is any port where the name is the same. */
static bool
has_address(const struct inherited_socket *socket, const struct request *request, bool named)
{
	if (!has_kind(socket, request) || is_deaf(socket, request))
		return false;
	return (named ? claims_has_address : is_same)(socket, request);
}

/* How well a socket fits. */
enum fit {
	FIT_NAME_AND_ADDRESS,
	FIT_NAME,
	FIT_ADDRESS
};

static bool
fits(const struct inherited_socket *socket, const struct listener *listener,
    const struct request *request, enum fit fit)
{
	if (fit == FIT_NAME)
		return has_name(socket, listener);
	return (fit == FIT_ADDRESS || has_name(socket, listener))
	    && has_address(socket, request, fit == FIT_NAME_AND_ADDRESS);
}

/* Those that fit and are free; FIRST is the first of them, and TAKEN one that is not free, or
 * NULL. */
static int
count_fitting(const struct claims *claims, int index, const struct request *request, enum fit fit,
    struct inherited_socket **first, const struct inherited_socket **taken)
{
	int count = 0;

	*first = NULL;
	*taken = NULL;
	for (int i = claims->count - 1; i >= 0; i--) {
		struct inherited_socket *socket = &claims->sockets[i];
		if (!fits(socket, &claims->listeners[index], request, fit))
			continue;
		if (socket->listener >= 0) {
			*taken = socket;
			continue;
		}
		*first = socket;
		count++;
	}
	return count;
}

/* A name that several sockets have says nothing without an address: they are of one unit of
 * systemd, or of both families of ":PORT".  Listeners of `count` share their address: those
 * without a socket open one. */
static void
choose(const struct invocation *invocation, struct claims *claims, int index, enum fit fit)
{
	const struct listener *listener = &claims->listeners[index];
	const struct inherited_socket *taken;
	struct inherited_socket *first;
	int count;

	if (!listener->inherit || claims_find(claims, index))
		return;
	count = count_fitting(claims, index, &invocation->requests[index], fit, &first, &taken);
	if (count == 0 && taken && fit != FIT_NAME && !listener->count)
		refuse_twice(invocation, taken, index);
	if (count > 1 && fit == FIT_NAME)
		refuse_several(invocation, listener->name, count, index);
	if (count == 0)
		return;
	first->listener = index;
	claims->taken++;
}

/* ---- checking ---- */

static void
check_least(const struct invocation *invocation, const struct inherited_socket *socket,
    const char *setting, int least, const char *what, const struct bindchain_fact *found)
{
	char number[NUMBER_TEXT_SIZE];
	struct text text;

	if (least <= 0 || (found->known && found->value >= least))
		return;
	begin_refusal(&text, invocation, socket);
	text_printf(&text, ": %s is %d, but its %s is %s", setting, least, what,
	    fact_text(found, number));
	refuse(invocation, &text);
}

static void
check_requirements(const struct invocation *invocation, const struct inherited_socket *socket,
    const struct request *request)
{
	unsigned port = address_port(&socket->outcome.address);
	struct bindchain_fact buffer = socket->outcome.options[BINDCHAIN_RECEIVE_BUFFER];
	struct text text;

	check_least(invocation, socket, "least-backlog", request->least_backlog, "queue limit",
	    &socket->outcome.queue_limit);
	buffer.value = sockopt_as_requested(BINDCHAIN_RECEIVE_BUFFER, buffer.value);
	check_least(invocation, socket, "least-receive-buffer", request->least_receive_buffer,
	    "receive buffer", &buffer);
	if (request->fixed_port && address_port(&request->address) != 0
	    && address_port(&request->address) != port) {
		begin_refusal(&text, invocation, socket);
		text_printf(&text, ": fixed-port is %u, but its port is %u",
		    address_port(&request->address), port);
		refuse(invocation, &text);
	}
}

static void
check(const struct invocation *invocation, const struct inherited_socket *socket)
{
	const struct request *request = &invocation->requests[socket->listener];

	if (!has_kind(socket, request))
		refuse_kind(invocation, socket, request);
	if (is_deaf(socket, request))
		refuse_deaf(invocation, socket, request);
	check_requirements(invocation, socket, request);
}

static void
list_kept_names(const struct invocation *invocation, struct claims *claims)
{
	static const char unknown[] = "unknown";
	size_t size = 1;
	bool is_first = true;

	for (int i = 0; i < claims->count; i++)
		size += (claims->sockets[i].name ? strlen(claims->sockets[i].name) : 0) + sizeof unknown;
	if (claims->taken == claims->count)
		return;
	claims->kept_names = native_allocate(invocation, size, 1);
	for (int i = 0; i < claims->count; i++) {
		const struct inherited_socket *socket = &claims->sockets[i];
		if (socket->listener >= 0)
			continue;
		if (!is_first) /* whose name may be empty */
			strlcat(claims->kept_names, ":", size);
		is_first = false;
		strlcat(claims->kept_names, socket->name ? socket->name : unknown, size);
	}
}

struct claims *
claims_make(const struct invocation *invocation, const struct listener *listeners, int count)
{
	struct claims *claims;
	bool any = false;

	for (int i = 0; i < count; i++)
		any = any || listeners[i].inherit;
	if (!any)
		return NULL;
	claims = native_allocate(invocation, 1, sizeof *claims);
	claims->listeners = listeners;
	read_sockets(invocation, claims);
	for (enum fit fit = FIT_NAME_AND_ADDRESS; fit <= FIT_ADDRESS; fit++)
		for (int i = 0; i < count; i++)
			choose(invocation, claims, i, fit);
	for (int i = 0; i < claims->count; i++)
		if (claims->sockets[i].listener >= 0)
			check(invocation, &claims->sockets[i]);
	list_kept_names(invocation, claims);
	return claims;
}

/* ---- questions ---- */

const struct inherited_socket *
claims_find(const struct claims *claims, int index)
{
	for (int i = 0; claims && i < claims->count; i++)
		if (claims->sockets[i].listener == index)
			return &claims->sockets[i];
	return NULL;
}

bool
claims_wants(const struct claims *claims, int index)
{
	return claims && claims->listeners[index].inherit;
}

bool
claims_moves(const struct claims *claims, int descriptor)
{
	for (int i = 0; claims && claims->taken && i < claims->count; i++)
		if (claims->sockets[i].descriptor == descriptor)
			return true;
	return false;
}

/* ---- moving ---- */

/* The place of a socket in the whole handover, where those that stay are the first. */
static int
place_of(const struct handover *handover, const struct inherited_socket *socket, int *kept)
{
	return socket->listener < 0 ? (*kept)++ : handover->inherited + socket->listener;
}

static void
lift(const struct invocation *invocation, const struct handover *whole,
    struct inherited_socket *socket)
{
	int descriptor = handover_lift(whole, socket->descriptor);

	if (descriptor < 0)
		native_fatal_descriptor(invocation, "duplicate", socket->descriptor);
	socket->descriptor = descriptor;
}

static void
place(const struct invocation *invocation, const struct handover *whole,
    struct inherited_socket *socket, int index)
{
	struct bindchain_failure failure;

	if (handover_place(whole, index, socket->descriptor, &failure) != 0)
		report_failure(invocation, &failure);
	socket->descriptor = whole->target + index;
}

void
claims_move(const struct invocation *invocation, struct claims *claims)
{
	struct handover whole = invocation->handover;
	int kept = 0;

	if (!claims || claims->taken == 0)
		return;
	whole.target -= whole.inherited;
	whole.count += whole.inherited;
	for (int i = 0; i < claims->count; i++) {
		struct inherited_socket *socket = &claims->sockets[i];
		int index = place_of(&invocation->handover, socket, &kept);
		if (socket->descriptor != whole.target + index)
			lift(invocation, &whole, socket);
	}
	kept = 0;
	for (int i = 0; i < claims->count; i++)
		if (claims->sockets[i].listener < 0)
			place(invocation, &whole, &claims->sockets[i], kept++);
}
