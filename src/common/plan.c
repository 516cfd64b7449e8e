/* SPDX-License-Identifier: ISC */
#include "plan.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include "address.h"
#include "exclusive.h"
#include "failure.h"
#include "path_entry.h"
#include "request.h"
#include "socket_option.h"
#include "sockopt.h"

_Static_assert(BINDCHAIN_OPTIONS <= 64, "a set has room for every option");

static struct plan_step *
add_step(struct plan *plan, enum plan_call call)
{
	struct plan_step *step = &plan->steps[plan->count++];

	step->call = call;
	step->or_next = false;
	return step;
}

static void
add_mode_step(struct plan *plan, enum plan_call call, mode_t mode)
{
	add_step(plan, call)->is.mode = mode;
}

static void
add_setfl_step(struct plan *plan, int flags)
{
	add_step(plan, PLAN_GETFL);
	add_step(plan, PLAN_SETFL)->is.flags = flags;
}

static const struct {
	int type, protocol;
} kinds[] = {
	[BINDCHAIN_TCP] = { SOCK_STREAM, IPPROTO_TCP },
	[BINDCHAIN_UDP] = { SOCK_DGRAM, IPPROTO_UDP },
	[BINDCHAIN_UNIX_STREAM] = { SOCK_STREAM, 0 },
	[BINDCHAIN_UNIX_DATAGRAM] = { SOCK_DGRAM, 0 },
	[BINDCHAIN_UNIX_SEQPACKET] = { SOCK_SEQPACKET, 0 },
	[BINDCHAIN_NETLINK] = { SOCK_DGRAM, 0 },
	[BINDCHAIN_NETLINK_RAW] = { SOCK_RAW, 0 },
	[BINDCHAIN_VSOCK_STREAM] = { SOCK_STREAM, 0 },
	[BINDCHAIN_VSOCK_SEQPACKET] = { SOCK_SEQPACKET, 0 },
};

static struct plan_step *
add_socket_step(struct plan *plan, enum plan_call call, int family, int type, int protocol)
{
	struct plan_step *step = add_step(plan, call);

	step->is.socket.family = family;
	step->is.socket.type = type;
	step->is.socket.protocol = protocol;
	return step;
}

/* Adds the step of each option that is a protocol of its own.  Returns whether it replaces the
 * usual one, which otherwise stands in for it. */
static bool
plan_other_protocol(struct plan *plan, int type)
{
	const struct request *request = plan->request;
	const struct option_setting *setting = &request->options[BINDCHAIN_MPTCP];
	struct backend_spelling spelling;

	if (setting->want == BINDCHAIN_UNASKED || !setting->value)
		return false;
	sockopt_spell(request, BINDCHAIN_MPTCP, setting->value, &spelling);
	if (!spelling.count)
		return false; /* plan_option() refuses it, or passes it over */
	add_socket_step(plan, PLAN_SOCKET, address_family(&request->address), type,
	    spelling.calls[0].value)->or_next = setting->want == BINDCHAIN_PREFERRED;
	return setting->want == BINDCHAIN_REQUIRED;
}

static void
plan_socket(struct plan *plan)
{
	const struct request *request = plan->request;
	unsigned birth = (request->nonblocking ? BACKEND_NONBLOCKING : 0)
	    | (request->close_on_exec ? BACKEND_CLOSE_ON_EXEC : 0);
	int flags = backend_birth_flags(birth);

	if (request->as_standard_input)
		add_step(plan, PLAN_CLOSE)->is.descriptor = 0;
	if (!plan_other_protocol(plan, kinds[request->kind].type | flags))
		add_socket_step(plan, PLAN_SOCKET, address_family(&request->address),
		    kinds[request->kind].type | flags,
		    request->protocol ? request->protocol : kinds[request->kind].protocol);
	if (request->close_on_exec && !flags)
		add_step(plan, PLAN_SETFD);
	if (request->nonblocking && !flags)
		add_setfl_step(plan, O_NONBLOCK);
}

static int
unsupported(enum bindchain_option asked, const struct backend_spelling *spelling,
    struct bindchain_failure *failure)
{
	failure_set(failure, BINDCHAIN_UNSUPPORTED, 0);
	failure->subject = option_table[asked].name;
	failure->reason = spelling->reason;
	failure->hint = spelling->alternative;
	return -1;
}

/* An option of listening sockets has no effect without listen(2). */
static void
spell_option(const struct request *request, enum bindchain_option asked,
    struct backend_spelling *spelling)
{
	bool listens = request->backlog != BINDCHAIN_NO_LISTEN;

	sockopt_spell(request, asked, request->options[asked].value, spelling);
	for (size_t i = 0; i < spelling->count && !listens; i++)
		if (spelling->calls[i].moment == BACKEND_AFTER_LISTEN)
			*spelling = (struct backend_spelling) {
				.reason = "only a listening socket can have it",
				.is_default = spelling->is_default };
}

static int
plan_option(struct plan *plan, enum bindchain_option asked, enum backend_moment moment,
    struct bindchain_failure *failure)
{
	const struct option_setting *setting = &plan->request->options[asked];
	struct backend_spelling spelling;

	if (setting->want == BINDCHAIN_UNASKED)
		return 0;
	spell_option(plan->request, asked, &spelling);
	if (spelling.is_default)
		return 0;
	if (!spelling.count && setting->want == BINDCHAIN_REQUIRED)
		return unsupported(asked, &spelling, failure);
	if (!spelling.count)
		plan->passed_over |= PLAN_OPTION(asked);
	for (size_t i = 0; i < spelling.count; i++) {
		struct plan_step *step;
		plan->has_late_options |= spelling.calls[i].moment == BACKEND_AFTER_LISTEN
		    || spelling.calls[i].moment == BACKEND_AT_END;
		if (spelling.calls[i].moment != moment)
			continue;
		step = add_step(plan,
		    moment == BACKEND_AT_END ? PLAN_LIMIT_RIGHTS : PLAN_SETSOCKOPT);
		step->is.setsockopt.asked = asked;
		step->is.setsockopt.option = spelling.calls[i];
		step->or_next = spelling.calls[i].or_next;
	}
	return 0;
}

/*
 * Two exclusive datagram sockets that are opened at the same time do not find each other
 * before both are bound.  Without SO_REUSEADDR bind(2) fails for one of them.  TCP needs
 * the option, because of old connections, and fails at listen(2).
 */
static bool
reuses_after_bind(const struct request *request)
{
	return request->exclusive && request->kind == BINDCHAIN_UDP;
}

static int
plan_options(struct plan *plan, enum backend_moment moment, struct bindchain_failure *failure)
{
	const struct request *request = plan->request;

	for (int asked = 0; asked < BINDCHAIN_OPTIONS; asked++) {
		if (request->options[asked].want == BINDCHAIN_UNASKED
		    || (asked == BINDCHAIN_REUSE_ADDRESS && reuses_after_bind(request)))
			continue;
		if (plan_option(plan, (enum bindchain_option)asked, moment, failure) != 0)
			return -1;
	}
	return 0;
}

static void
plan_numbered_options(struct plan *plan)
{
	const struct request *request = plan->request;

	for (int i = 0; i < request->numbered_count; i++) {
		const struct numbered_option *numbered = &request->numbered[i];
		add_step(plan, PLAN_SETSOCKOPT)->is.setsockopt.option = (struct backend_option) {
			.level = numbered->level, .name = numbered->name, .value = numbered->value,
			.name_text = numbered->text };
	}
}

static void
add_probe_option(struct plan *plan, struct sockopt_name name, int value)
{
	add_step(plan, PLAN_PROBE_SETSOCKOPT)->is.setsockopt.option = (struct backend_option) {
		.level = name.level, .name = name.name, .value = value,
		.level_text = name.level_text, .name_text = name.name_text };
}

static void
plan_probe(struct plan *plan, bool of_ipv4)
{
	const struct request *request = plan->request;
	struct address address;

	exclusive_address(request, of_ipv4, &address);
	add_socket_step(plan, PLAN_PROBE_SOCKET, address_family(&address),
	    kinds[request->kind].type, 0);
	if (exclusive_reuses(request, &address))
		add_probe_option(plan, SOCKOPT_NAME(SOL_SOCKET, SO_REUSEADDR), 1);
	if (address_family(&address) == AF_INET6)
		add_probe_option(plan, SOCKOPT_NAME(IPPROTO_IPV6, IPV6_V6ONLY),
		    request->options[BINDCHAIN_V6ONLY].value != 0);
	add_step(plan, PLAN_PROBE_BIND)->is.of_ipv4 = of_ipv4;
	add_step(plan, PLAN_PROBE_CLOSE);
}

/* No other socket uses a port that the kernel has yet to choose. */
static void
plan_probes(struct plan *plan)
{
	const struct request *request = plan->request;

	if (!address_is_internet(&request->address) || address_port(&request->address) == 0)
		return;
	plan_probe(plan, false);
	if (exclusive_may_miss_ipv4(request))
		plan_probe(plan, true);
}

static void
plan_chown(struct plan *plan, enum plan_call call)
{
	const struct permissions *access = &plan->request->access;
	struct plan_step *step = add_step(plan, call);

	step->is.chown.user = access->has_user ? access->user : (uid_t)-1;
	step->is.chown.group = access->has_group ? access->group : (gid_t)-1;
}

static bool
changes_owner(const struct request *request)
{
	return request->access.has_user || request->access.has_group;
}

/* The path is created with the requested mode, or, if its owner is changed later, with what
 * that grants to the owner: without root's privilege, whether the path is that of the socket
 * is seen by connect(2), which needs it.  At no moment is more granted than requested. */
static mode_t
birth_mode(const struct request *request)
{
	return request->access.mode & (changes_owner(request) ? S_IWUSR : 0777);
}

/* The mode is set after bind(2) if the owner changes, if umask(2) cannot produce it, or if
 * the umask may have removed bits. */
static bool
completes_access(const struct request *request)
{
	return request->access.has_mode && (path_mode_is_of_socket || changes_owner(request)
	    || request->access.mode > 0777);
}

static void
plan_sweep(struct plan *plan)
{
	if (!path_calls.unlink_is_exact)
		add_step(plan, PLAN_SWEEP);
}

static void
plan_same_directory(struct plan *plan)
{
	add_step(plan, PLAN_LOOK_AT_DIRECTORY);
	add_step(plan, PLAN_SAME_DIRECTORY);
}

/* The path is checked if it is changed, and where the kernel reports what a socket is
 * bound to. */
static bool
finds_path(const struct request *request)
{
	return completes_access(request) || path_calls.tells_bound;
}

static void
plan_access(struct plan *plan)
{
	const struct request *request = plan->request;

	if (finds_path(request))
		add_step(plan, PLAN_FIND);
	plan_same_directory(plan);
	if (!completes_access(request))
		return;
	if (changes_owner(request))
		plan_chown(plan, PLAN_CHOWN);
	add_mode_step(plan, PLAN_CHMOD, request->access.mode);
}

static void
plan_directory(struct plan *plan)
{
	const struct permissions *wanted = &plan->request->directory;

	add_step(plan, PLAN_OPEN_DIRECTORY)->or_next = wanted->has_mode;
	if (!wanted->has_mode)
		return;
	add_step(plan, PLAN_MAKE_DIRECTORY)->is.directory = wanted;
	add_step(plan, PLAN_SWEEP_DIRECTORY);
}

static void
plan_bind_path(struct plan *plan)
{
	const struct request *request = plan->request;
	bool has_mask = request->access.has_mode && !path_mode_is_of_socket;

	plan_directory(plan);
	if (request->access.has_mode && !has_mask)
		add_mode_step(plan, PLAN_SOCKET_MODE, birth_mode(request));
	if (!path_calls.tells_bound)
		add_step(plan, PLAN_CLOCK);
	if (has_mask)
		add_mode_step(plan, PLAN_UMASK, ~birth_mode(request) & 0777);
	add_step(plan, PLAN_BIND)->or_next = !request->keep_path;
	if (!request->keep_path)
		add_step(plan, PLAN_CLEAR);
	if (has_mask)
		add_step(plan, PLAN_UMASK_BACK);
	add_step(plan, PLAN_NOTE);
	plan_sweep(plan);
	plan_access(plan);
}

/* The link is made last: no step after it can fail and would have to remove it. */
static void
plan_leave_path(struct plan *plan, bool found)
{
	if (plan->request->symlink)
		add_step(plan, PLAN_LINK);
	if (found && path_calls.find_opens)
		add_step(plan, PLAN_CLOSE_OBJECT);
	add_step(plan, PLAN_CLOSE_DIRECTORY);
}

/* The argument of listen(2) does not depend on the limit. */
static int
listen_argument(int backlog)
{
	static const struct bindchain_fact unknown = { 0 };
	struct backend_backlog becomes;

	backend_judge_backlog(backlog, &unknown, &becomes);
	return becomes.passed;
}

static void
plan_requirements(struct plan *plan)
{
	const struct request *request = plan->request;

	if (request->fixed_port)
		add_step(plan, PLAN_REQUIRE_PORT);
	if (request->least_backlog > 0)
		add_step(plan, PLAN_REQUIRE_BACKLOG)->is.backlog = request->least_backlog;
	if (request->least_receive_buffer > 0)
		add_step(plan, PLAN_REQUIRE_BUFFER)->is.bytes = request->least_receive_buffer;
}

static int
plan_listener(struct plan *plan, struct bindchain_failure *failure)
{
	const struct request *request = plan->request;

	plan_socket(plan);
	if (plan_options(plan, BACKEND_BEFORE_BIND, failure) != 0)
		return -1;
	plan_numbered_options(plan);
	if (request->exclusive)
		plan_probes(plan);
	if (request->path)
		plan_bind_path(plan);
	else
		add_step(plan, PLAN_BIND);
	if (reuses_after_bind(request)
	    && plan_option(plan, BINDCHAIN_REUSE_ADDRESS, BACKEND_BEFORE_BIND, failure) != 0)
		return -1;
	if (request->backlog != BINDCHAIN_NO_LISTEN) {
		add_step(plan, PLAN_LISTEN)->is.backlog = listen_argument(request->backlog);
		if (plan->has_late_options
		    && plan_options(plan, BACKEND_AFTER_LISTEN, failure) != 0)
			return -1;
	}
	plan_requirements(plan);
	if (plan->has_late_options && plan_options(plan, BACKEND_AT_END, failure) != 0)
		return -1;
	if (request->path)
		plan_leave_path(plan, finds_path(request));
	return 0;
}

/*
 * An existing FIFO is kept, and gets the requested mode and owner.  A new one is created
 * with a mode that lets us open it, which grants its owner nothing that the owner could
 * not grant himself.
 */
static void
plan_fifo(struct plan *plan)
{
	const struct permissions *access = &plan->request->access;
	int flags = plan->request->read_only ? O_RDONLY | O_NONBLOCK : backend_fifo_flags;
	bool changes = changes_owner(plan->request);
	mode_t ours = S_IRUSR | S_IWUSR;

	plan_directory(plan);
	add_mode_step(plan, PLAN_MKFIFO,
	    access->has_mode && !changes ? access->mode | ours : ours);
	plan_sweep(plan);
	add_step(plan, PLAN_FIND_FIFO);
	plan_same_directory(plan);
	if (plan->request->as_standard_input)
		add_step(plan, PLAN_CLOSE)->is.descriptor = 0;
	add_step(plan, PLAN_OPEN)->is.flags = flags | O_NOCTTY
	    | (plan->request->close_on_exec ? O_CLOEXEC : 0);
	add_step(plan, PLAN_NOTE);
	if (changes)
		plan_chown(plan, PLAN_FCHOWN);
	if (access->has_mode)
		add_mode_step(plan, PLAN_FCHMOD, access->mode);
	if (!plan->request->nonblocking != !(flags & O_NONBLOCK))
		add_setfl_step(plan, plan->request->nonblocking ? O_NONBLOCK : 0);
	plan_leave_path(plan, true);
}

static int
refuse(const char *subject, const char *reason, struct bindchain_failure *failure)
{
	failure_set(failure, BINDCHAIN_UNSUPPORTED, 0);
	failure->subject = subject;
	failure->reason = reason;
	return -1;
}

static bool
has_access(const struct request *request)
{
	return request->access.has_mode || changes_owner(request);
}

/* Why an abstract name cannot be what the request wants of it, or NULL. */
static const char *
abstract_name_lacks(const struct request *request)
{
	if (has_access(request))
		return "an abstract name has no mode, owner or group";
	if (request->directory.has_mode)
		return "an abstract name has no directory";
	return request->symlink ? "no symbolic link leads to an abstract name" : NULL;
}

int
plan_make(struct plan *plan, const struct request *request,
    struct bindchain_failure *failure)
{
	bool is_abstract = !request->path && address_family(&request->address) == AF_UNIX;
	const char *lack = backend_lack(request->kind);

	plan->request = request;
	plan->count = 0;
	plan->passed_over = 0;
	plan->has_late_options = false;
	if (lack)
		return refuse(kind_text(request->kind), lack, failure);
	if (is_abstract && abstract_name_lacks(request))
		return refuse(request->host, abstract_name_lacks(request), failure);
	if (request->kind != BINDCHAIN_FIFO)
		return plan_listener(plan, failure);
	if (!request->path)
		return refuse(kind_text(request->kind), "a FIFO needs a path", failure);
	plan_fifo(plan);
	return 0;
}
